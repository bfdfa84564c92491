/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_contacts.h"

#include "unit/nt/nt_check.h"

#define NONE NT_EXPIRY_NONE

/* clang-format off */
static const struct {
	const char *name;
	const char *sent, *said; /* Contact of the REGISTER as it went on; its URI as the client wrote it */
	uint32_t asked, limit;
	const char *reply, *header; /* Contact and Expires of the 2xx */
	const char *contact, *expires; /* what the client reads */
	uint32_t granted, told;
} rows[] = {
	{"P20 the client's own binding is shortened", "<sip:a@h>", "sip:a@h", 3600, 60,
		"<sip:a@h>;expires=3600", "", "<sip:a@h>;expires=60", "", 3600, 60},
	{"P20 V8 those of others keep their numbers", "<sip:a@h>", "sip:a@h", 3600, 60,
		"<sip:b@h>;expires=3000, <sip:a@h>;q=1;expires=3600;x, <sip:c@h>;expires=50", "",
		"<sip:b@h>;expires=3000, <sip:a@h>;q=1;expires=60;x, <sip:c@h>;expires=50", "", 3600, 60},
	{"P20 what was granted is less", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:a@h>;expires=30", "", "<sip:a@h>;expires=30", "", 30, 30},
	{"P20 what was granted is the same", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:a@h>;expires=60", "", "<sip:a@h>;expires=60", "", 60, 60},
	{"P20 the client asked for less", "<sip:a@h>", "sip:a@h", 40, 60, "<sip:a@h>;expires=3600", "", "<sip:a@h>;expires=40", "", 3600, 40},
	{"P20 no limit: but not more than was asked", "<sip:a@h>", "sip:a@h", 600, NONE, "<sip:a@h>;expires=3600", "", "<sip:a@h>;expires=600", "", 3600, 600},
	{"P20 no limit, nothing asked", "<sip:a@h>", "sip:a@h", NONE, NONE, "<sip:a@h>;expires=3600", "", "<sip:a@h>;expires=3600", "", 3600, 3600},
	{"P20 only Expires says it", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:a@h>", "3600", "<sip:a@h>;expires=60", "60", 3600, 60},
	{"P20 both say it", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:a@h>;expires=1800", "3600", "<sip:a@h>;expires=60", "60", 1800, 60},
	{"V8 others go by Expires: it stays", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:b@h>, <sip:a@h>", "3600", "<sip:b@h>, <sip:a@h>;expires=60", "3600", 3600, 60},
	{"P20 others have their own: Expires goes", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:b@h>;expires=9, <sip:a@h>", "3600",
		"<sip:b@h>;expires=9, <sip:a@h>;expires=60", "60", 3600, 60},
	{"P20 the binding is gone: Expires is that of others", "<sip:a@h>", "sip:a@h", 0, 60, "<sip:b@h>;expires=9, <sip:c@h>;expires=9", "3600",
		"<sip:b@h>;expires=9, <sip:c@h>;expires=9", "3600", 0, 0},
	{"P20 Expires says less", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:a@h>;expires=3600", "50", "<sip:a@h>;expires=60", "50", 3600, 60},
	{"P20 nothing says it: what was asked counts", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:a@h>", "", "<sip:a@h>;expires=60", "", 3600, 60},
	{"P20 nobody said anything", "<sip:a@h>", "sip:a@h", NONE, 60, "<sip:a@h>", "", "<sip:a@h>;expires=60", "", NONE, 60},
	{"P20 nobody said anything, no limit", "<sip:a@h>", "sip:a@h", NONE, NONE, "<sip:a@h>", "", "<sip:a@h>", "", NONE, NONE},
	{"T15 a number without sense is 3600", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:a@h>;expires=-1", "", "<sip:a@h>;expires=60", "", 3600, 60},
	{"T15 2^32 + 32 is not 32", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:a@h>;expires=4294967328", "", "<sip:a@h>;expires=60", "", NONE - 1, 60},
	{"T15 2^63 in Expires", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:a@h>", "9223372036854775808", "<sip:a@h>;expires=60", "60", NONE - 1, 60},
	{"T15 leading zeros", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:a@h>;expires=00030", "", "<sip:a@h>;expires=00030", "", 30, 30},
	{"the binding is gone", "<sip:a@h>", "sip:a@h", 0, 60, "<sip:b@h>;expires=3600, <sip:c@h>;expires=3600", "",
		"<sip:b@h>;expires=3600, <sip:c@h>;expires=3600", "", 0, 0},
	{"the binding ends", "<sip:a@h>", "sip:a@h", 0, 60, "<sip:a@h>;expires=0", "", "<sip:a@h>;expires=0", "", 0, 0},
	{"N003 a URI without brackets", "sip:a@h", "sip:a@h", 3600, 60, "sip:a@h", "3600", "sip:a@h;expires=60", "60", 3600, 60},
	{"a URI that we changed comes back", "<sip:a@198.51.100.7:4000>", "sip:a@10.0.0.1", 3600, 60,
		"<sip:a@198.51.100.7:4000>;expires=3600", "", "<sip:a@198.51.100.7:4000>;expires=60", "", 3600, 60},
	{"a URI that was changed back", "<sip:a@198.51.100.7:4000>", "sip:a@10.0.0.1", 3600, 60,
		"<sip:b@h>;expires=1000, <sip:a@10.0.0.1>;expires=3600", "", "<sip:b@h>;expires=1000, <sip:a@10.0.0.1>;expires=60", "", 3600, 60},
	{"a registrar writes the URI anew", "<sip:a@H;line=1;ob>", "sip:a@H;line=1;ob", 3600, 60,
		"<sip:b@h>;expires=1000, <sip:a@h;ob;line=1>;expires=3600", "", "<sip:b@h>;expires=1000, <sip:a@h;ob;line=1>;expires=60", "", 3600, 60},
	{"two that could be it are not it", "<sip:a@h;line=1>", "sip:a@h;line=1", 3600, 60,
		"<sip:a@h;line=2>;expires=1000, <sip:a@h;line=3>;expires=3600", "", "<sip:a@h;line=2>;expires=1000, <sip:a@h;line=3>;expires=3600", "", 3600, 3600},
	{"the user has a case", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:A@h>;expires=1000, <sip:b@h>;expires=3600", "",
		"<sip:A@h>;expires=1000, <sip:b@h>;expires=3600", "", 3600, 3600},
	{"the only one must be it", "<sip:a@h>", "sip:a@h", 3600, 60, "<sip:other@elsewhere>;expires=3600", "", "<sip:other@elsewhere>;expires=60", "", 3600, 60},
	{"N055 of two flows the one with the same number", "<sip:a@h>;reg-id=2", "sip:a@h", 3600, 60,
		"<sip:a@h>;reg-id=1;expires=3000, <sip:a@h>;reg-id=2;expires=3600", "", "<sip:a@h>;reg-id=1;expires=3000, <sip:a@h>;reg-id=2;expires=60", "", 3600, 60},
	{"names and quotes stay", "<sip:a@h>", "sip:a@h", 3600, 60, "\"A, <B>\" <sip:a@h> ; x=\";expires=7\" ; EXPIRES = 3600", "",
		"\"A, <B>\" <sip:a@h> ; x=\";expires=7\" ; EXPIRES = 60", "", 3600, 60},
};
/* clang-format on */

static void apply(char *to, size_t size, struct nt_span text,
		const struct nt_edit *edits, size_t count)
{
	struct nt_edit here[NT_CONTACTS_MAX + 1];
	size_t n = 0, len;

	for(size_t i = 0; i < count; i++) {
		if(edits[i].at >= text.p && edits[i].at <= text.p + text.len)
			here[n++] = edits[i];
	}
	len = nt_edits_apply(to, size - 1, text, here, n);
	ck_assert(len > 0 || text.len == 0);
	to[len] = '\0';
}

START_TEST(binding_is_shortened)
{
	struct nt_span reply = nt_heap_span(nt_span_cstr(rows[_i].reply));
	struct nt_span header = nt_heap_span(nt_span_cstr(rows[_i].header));
	struct nt_contacts in, sent;
	struct nt_edit edits[NT_CONTACTS_MAX + 1];
	struct nt_own own = {.asked = rows[_i].asked};
	char got[400];
	size_t count;

	nt_contacts_begin(&in);
	nt_contacts_begin(&sent);
	nt_contacts_add(&in, reply);
	nt_contacts_add(&sent, nt_span_cstr(rows[_i].sent));
	ck_assert(!in.unreadable && !sent.unreadable && sent.count == 1);
	own.number = nt_contacts_own(&in, &sent, 0, nt_span_cstr(rows[_i].said));
	count = nt_contacts_shorten(edits, &in, header, &own, 1, rows[_i].limit);
	apply(got, sizeof(got), reply, edits, count);
	ck_assert_msg(
			strcmp(got, rows[_i].contact) == 0, "%s: %s", rows[_i].name, got);
	apply(got, sizeof(got), header, edits, count);
	ck_assert_msg(
			strcmp(got, rows[_i].expires) == 0, "%s: %s", rows[_i].name, got);
	ck_assert_msg(own.granted == rows[_i].granted && own.told == rows[_i].told,
			"%s: %u %u", rows[_i].name, own.granted, own.told);
	nt_heap_drop(reply);
	nt_heap_drop(header);
}
END_TEST

START_TEST(two_of_one_register_are_both_shortened)
{
	struct nt_span reply =
			NT_SPAN("<sip:c@h>;expires=900, <sip:b@h>, <sip:a@h>;expires=3600");
	struct nt_contacts in, sent;
	struct nt_edit edits[NT_CONTACTS_MAX + 1];
	struct nt_own own[2] = {{.asked = 3600}, {.asked = 45}};
	char got[200];

	nt_contacts_begin(&in);
	nt_contacts_begin(&sent);
	nt_contacts_add(&in, reply);
	nt_contacts_add(&sent, NT_SPAN("<sip:a@h>"));
	nt_contacts_add(&sent, NT_SPAN("<sip:b@h>;expires=45"));
	for(size_t i = 0; i < 2; i++)
		own[i].number = nt_contacts_own(&in, &sent, i, sent.item[i].at.uri);
	apply(got, sizeof(got), reply, edits,
			nt_contacts_shorten(edits, &in, NT_SPAN(""), own, 2, 60));
	ck_assert_str_eq(got, "<sip:c@h>;expires=900, <sip:b@h>;expires=45, "
						  "<sip:a@h>;expires=60");
}
END_TEST

START_TEST(T14_a_list_without_end_is_not_worked_on)
{
	struct nt_contacts list;

	nt_contacts_begin(&list);
	for(int i = 0; i < NT_CONTACTS_MAX; i++)
		nt_contacts_add(&list, NT_SPAN("<sip:a@h>"));
	ck_assert(!list.unreadable && list.count == NT_CONTACTS_MAX);
	nt_contacts_add(&list, NT_SPAN("<sip:a@h>"));
	ck_assert(list.unreadable && list.count == NT_CONTACTS_MAX);
}
END_TEST

/* clang-format off */
static const struct {
	const char *body;
	bool star, unreadable;
	unsigned count;
} bodies[] = {
	{"*", true, false, 0},
	{" * ", true, false, 0},
	{"*, <sip:a@h>", false, true, 0},
	{"<sip:a@h>;expires=1;expires=2", false, true, 0},
	{"<sip:a@h>;reg-id=1;reg-id=2", false, true, 0},
	{"<sip:a@h>;expires", false, true, 0},
	{"<sip:a@h>, <sip:b@h", false, true, 1},
	{"", false, false, 0},
};
/* clang-format on */

START_TEST(N057_star_and_what_cannot_be_read)
{
	struct nt_contacts list;

	nt_contacts_begin(&list);
	nt_contacts_add(&list, nt_span_cstr(bodies[_i].body));
	ck_assert_msg(list.star == bodies[_i].star
						  && list.unreadable == bodies[_i].unreadable
						  && list.count == bodies[_i].count,
			"'%s'", bodies[_i].body);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_contacts");
	TCase *c = tcase_create("lists");

	nt_add_rows(suite, "shortened", binding_is_shortened, NT_COUNT(rows));
	nt_add_rows(suite, "bodies", N057_star_and_what_cannot_be_read,
			NT_COUNT(bodies));
	tcase_add_test(c, two_of_one_register_are_both_shortened);
	tcase_add_test(c, T14_a_list_without_end_is_not_worked_on);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
