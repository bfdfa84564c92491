/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others are told of registrations at another server */
#include "nat_edge/nat_edge_api.h"
#include "registering.h"

static char heard[1000];

static void hear(const struct nat_edge_registered *r)
{
	size_t n = strlen(heard);

	NT_MUST(n < sizeof(heard));
	snprintf(heard + n, sizeof(heard) - n, "%.*s %.*s %u %s %s%u|",
			NT_SPAN_FMT(r->aor), NT_SPAN_FMT(r->contact), r->told_s,
			nt_class_name(r->sender.class), r->sender.wanted ? "wanted " : "",
			r->sender.flow.remote.port);
	NT_MUST(nt_span_eq(r->aor, r->sender.aor));
}

/* clang-format off */
#define AOR "alice@example.org "
#define A10 AOR "sip:alice@192.168.1.10 "
static const struct ne_terms
	judged = {.class = NT_CLASS_NAT, .limit = NT_EXPIRY_NONE},
	limited = {.class = NT_CLASS_FLOW, .limit = 60},
	public = {.class = NT_CLASS_DIRECT, .limit = NT_EXPIRY_NONE},
	not_judged = {.limit = NT_EXPIRY_NONE};
static const struct {
	const char *name;
	const struct ne_terms *terms;
	const char *asked, *sent, *answered, *heard;
} tellings[] = {
	{"as granted", &judged, ASKED, "", "Contact: <sip:alice@192.168.1.10>;expires=1800\r\n", A10 "1800 nat wanted 40001|"},
	{"as told", &limited, ASKED, "", "Contact: <sip:alice@192.168.1.10>;expires=1800\r\n", A10 "60 flow wanted 40001|"},
	{"and remembered", &terms, ASKED, "", "Contact: <sip:alice@192.168.1.10>;expires=1800\r\n", A10 "60 nat wanted 40001|"},
	{"as the client wrote it", &judged, ASKED, "REGISTER sip:h SIP/2.0\r\nm: <sip:alice@203.0.113.9:40001>\r\n\r\n",
		"Contact: <sip:alice@203.0.113.9:40001>;expires=1800\r\n", A10 "1800 nat wanted 40001|"},
	{"not behind a NAT", &public, ASKED, "", "Contact: <sip:alice@192.168.1.10>;expires=7200\r\n", A10 "7200 direct 40001|"},
	{"by the header field", &public, ASKED, "", "Contact: <sip:alice@192.168.1.10>\r\nExpires: 900\r\n", A10 "900 direct 40001|"},
	{"upstream says no time", &judged, ASKED, "", "Contact: <sip:alice@192.168.1.10>\r\n", A10 "3600 nat wanted 40001|"},
	{"nobody says a time", &judged, "Contact: <sip:alice@192.168.1.10>\r\n", "", "Contact: <sip:alice@192.168.1.10>\r\n",
		A10 "3600 nat wanted 40001|"},
	{"T07 it ends", &judged, "Contact: <sip:alice@192.168.1.10>;expires=0\r\n", "", "", A10 "0 nat wanted 40001|"},
	{"it ends and is still listed", &judged, "Contact: <sip:alice@192.168.1.10>\r\nExpires: 0\r\n", "",
		"Contact: <sip:alice@192.168.1.10>;expires=1800\r\n", A10 "0 nat wanted 40001|"},
	{"T07 upstream lists others only", &judged, ASKED, "", "Contact: <sip:x@1>;expires=9, <sip:y@1>;expires=9\r\n", A10 "0 nat wanted 40001|"},
	{"N057 all end", &judged, "Contact: *\r\nExpires: 0\r\n", "", "", AOR "* 0 nat wanted 40001|"},
	{"two", &limited, "Contact: <sip:a@192.168.1.10>, <sip:b@192.168.1.10>;expires=0\r\nExpires: 3600\r\n", "",
		"Contact: <sip:a@192.168.1.10>;expires=50\r\n", AOR "sip:a@192.168.1.10 50 flow wanted 40001|"
		AOR "sip:b@192.168.1.10 0 flow wanted 40001|"},
	{"a question", &judged, "", "", "Contact: <sip:alice@192.168.1.10>;expires=1800\r\n", ""},
	{"unreadable", &judged, "Contact: <sip:alice@192.168.1.10\r\n", "", "Contact: <sip:alice@192.168.1.10>;expires=1800\r\n", ""},
	{"not judged", &not_judged, ASKED, "", "Contact: <sip:alice@192.168.1.10>;expires=1800\r\n", ""},
};
/* clang-format on */

START_TEST(P14_who_keeps_flows_open_is_told)
{
	struct nat_edge_api api;
	char out[1500], before[1500];

	relay(before, sizeof(before), tellings[_i].asked, tellings[_i].sent,
			tellings[_i].answered, tellings[_i].terms);
	ne_registration_fini();
	ck_assert_int_eq(ne_registration_init(100, 0), 0);
	ne_api_bind(&api);
	api.on_registered(hear);
	heard[0] = '\0';
	relay(out, sizeof(out), tellings[_i].asked, tellings[_i].sent,
			tellings[_i].answered, tellings[_i].terms);
	ne_api_forget();
	ck_assert_msg(strcmp(heard, tellings[_i].heard) == 0, "%s: %s",
			tellings[_i].name, heard);
	/* the client is told the same, whoever listens */
	ck_assert_str_eq(out, before);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nat_edge_heard");
	TCase *c = tcase_create("heard");

	core_env_init();
	tcase_add_checked_fixture(c, start, stop);
	tcase_add_loop_test(c, P14_who_keeps_flows_open_is_told, 0,
			sizeof(tellings) / sizeof(tellings[0]));
	suite_add_tcase(s, c);
	return unit_run(s);
}
