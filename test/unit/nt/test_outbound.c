/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_outbound.h"

#include "unit/nt/nt_check.h"

#define URN "+sip.instance=\"<urn:uuid:0>\""

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span supported, contact;
	enum nt_reg_id is;
	uint32_t reg_id;
	bool outbound; /* nt_offer_is_outbound() */
} offers[] = {
	{"N046 outbound, an instance and a flow number", NT_SPAN_INIT("path, outbound"), NT_SPAN_INIT(";" URN ";reg-id=1"), NT_REG_ID_VALID, 1, true},
	{"N046 in any order and case", NT_SPAN_INIT("OUTBOUND"), NT_SPAN_INIT(";REG-ID=7;q=1;" URN), NT_REG_ID_VALID, 7, true},
	{"N046 without the option tag it is not offered", NT_SPAN_INIT("path"), NT_SPAN_INIT(";" URN ";reg-id=1"), NT_REG_ID_VALID, 1, false},
	{"N055 without an instance reg-id is ignored", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";reg-id=1"), NT_REG_ID_IGNORED, 0, false},
	{"N055 without an instance not even 0 is invalid", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";reg-id=0"), NT_REG_ID_IGNORED, 0, false},
	{"N055 an empty instance is none", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";+sip.instance=\"<>\";reg-id=1"), NT_REG_ID_IGNORED, 0, false},
	{"N055 an instance without brackets is none", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";+sip.instance=\"urn:x\";reg-id=1"), NT_REG_ID_IGNORED, 0, false},
	{"N055 two instances are none", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";" URN ";" URN ";reg-id=1"), NT_REG_ID_IGNORED, 0, false},
	{"N055 reg-id 0 is invalid", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";" URN ";reg-id=0"), NT_REG_ID_INVALID, 0, false},
	{"N055 the largest reg-id", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";" URN ";reg-id=2147483647"), NT_REG_ID_VALID, 2147483647, true},
	{"N055 reg-id 2^31 is invalid", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";" URN ";reg-id=2147483648"), NT_REG_ID_INVALID, 0, false},
	{"T15 N055 reg-id 2^32 + 1 does not become 1", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";" URN ";reg-id=4294967297"), NT_REG_ID_INVALID, 0, false},
	{"T15 N055 a reg-id of 20 digits", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";" URN ";reg-id=99999999999999999999"), NT_REG_ID_INVALID, 0, false},
	{"T15 N055 leading zeros count for nothing", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";" URN ";reg-id=0000000000000000000002"), NT_REG_ID_VALID, 2, true},
	{"T15 N055 a sign is no digit", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";" URN ";reg-id=+5"), NT_REG_ID_INVALID, 0, false},
	{"T15 N055 minus one", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";" URN ";reg-id=-1"), NT_REG_ID_INVALID, 0, false},
	{"N055 without a value", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";" URN ";reg-id"), NT_REG_ID_INVALID, 0, false},
	{"N055 twice", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";" URN ";reg-id=1;reg-id=2"), NT_REG_ID_INVALID, 0, false},
	{"N055 none", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";" URN), NT_REG_ID_NONE, 0, false},
	{"N055 what cannot be read was not offered", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(";" URN ";reg-id=1;;"), NT_REG_ID_NONE, 0, false},
	{"N057 a Contact without parameters", NT_SPAN_INIT("outbound"), NT_SPAN_INIT(""), NT_REG_ID_NONE, 0, false},
};
/* clang-format on */

START_TEST(offer_is_read)
{
	struct nt_span contact = nt_heap_span(offers[_i].contact);
	struct nt_offer offer = {.outbound = false};

	nt_offer_tags(&offer, offers[_i].supported);
	nt_offer_contact(&offer, contact);
	ck_assert_msg(offer.reg_id_is == offers[_i].is, "%s: %d", offers[_i].name,
			offer.reg_id_is);
	ck_assert_msg(offer.reg_id == offers[_i].reg_id, "%s: %u", offers[_i].name,
			offer.reg_id);
	ck_assert_msg(nt_offer_is_outbound(&offer) == offers[_i].outbound, "%s",
			offers[_i].name);
	nt_heap_drop(contact);
}
END_TEST

START_TEST(tags_of_several_fields_add_up)
{
	struct nt_offer offer = {.outbound = false};

	nt_offer_tags(&offer, NT_SPAN("path"));
	ck_assert(offer.path && !offer.outbound);
	nt_offer_tags(&offer, NT_SPAN("timer, gruu,outbound"));
	ck_assert(offer.path && offer.outbound);
	nt_offer_tags(&offer, NT_SPAN(""));
	ck_assert(offer.path && offer.outbound);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_outbound");
	TCase *tags = tcase_create("tags");

	nt_add_rows(suite, "offers", offer_is_read, NT_COUNT(offers));
	tcase_add_test(tags, tags_of_several_fields_add_up);
	suite_add_tcase(suite, tags);
	return nt_run(suite);
}
