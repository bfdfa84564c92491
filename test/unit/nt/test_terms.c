/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_check.h"

#include "nt/nt_codes.h"
#include "nt/nt_terms.h"

#define UDP NT_TRANSPORT_UDP
#define TCP NT_TRANSPORT_TCP
#define TLS NT_TRANSPORT_TLS
#define WS NT_TRANSPORT_WS
#define WSS NT_TRANSPORT_WSS

static void say(struct nt_profile *p, enum nt_setting setting, const char *word)
{
	NT_MUST(nt_setting_parse(&p->value[setting], setting, nt_span_cstr(word))
			== 0);
}

/* clang-format off */
static const struct {
	const char *said;
	enum nt_transport transport;
	enum nt_ping_method method;
} methods[] = {
	{"auto", UDP, NT_PING_OPTIONS}, {"auto", TCP, NT_PING_CRLF}, {"auto", TLS, NT_PING_CRLF},
	{"auto", WS, NT_PING_WEBSOCKET}, {"auto", WSS, NT_PING_WEBSOCKET},
	{"options", UDP, NT_PING_OPTIONS}, {"options", TCP, NT_PING_OPTIONS}, {"options", TLS, NT_PING_OPTIONS},
	{"options", WS, NT_PING_OPTIONS}, {"options", WSS, NT_PING_OPTIONS},
	{"notify", UDP, NT_PING_NOTIFY}, {"notify", TCP, NT_PING_NOTIFY}, {"notify", WSS, NT_PING_NOTIFY},
	{"crlf", UDP, NT_PING_CRLF}, {"crlf", TCP, NT_PING_CRLF}, {"crlf", WS, NT_PING_WEBSOCKET},
	{"zero", UDP, NT_PING_ZERO}, {"zero", TCP, NT_PING_CRLF}, {"zero", WSS, NT_PING_WEBSOCKET},
	{"stun", UDP, NT_PING_STUN}, {"stun", TLS, NT_PING_CRLF}, {"stun", WS, NT_PING_WEBSOCKET},
};
static const struct {
	const char *who;
	bool nat;
	const char *wanted; /* transports */
} wanted[] = {
	{"none", true, ""}, {"none", false, ""},
	{"nat", true, "udp tcp tls ws wss"}, {"nat", false, ""},
	{"nat-udp", true, "udp"}, {"nat-udp", false, ""},
	{"all", true, "udp tcp tls ws wss"}, {"all", false, "udp tcp tls ws wss"},
};
/* clang-format on */

START_TEST(P5_each_transport_has_its_method)
{
	struct nt_profile p;
	struct nt_terms t;

	nt_profile_default(&p);
	say(&p, NT_SET_KEEPALIVE_METHOD, methods[_i].said);
	ck_assert(nt_terms_of(&t, &p, methods[_i].transport));
	ck_assert_msg(t.method == methods[_i].method, "%s on %s: %u",
			methods[_i].said, nt_transport_name(methods[_i].transport),
			t.method);
}
END_TEST

START_TEST(what_the_default_says)
{
	struct nt_profile p;
	struct nt_terms t;

	nt_profile_default(&p);
	memset(&t, 0xff, sizeof(t));
	ck_assert(nt_terms_of(&t, &p, UDP));
	ck_assert_uint_eq(t.interval_ms, 25000);
	ck_assert_uint_eq(t.method, NT_PING_OPTIONS);
	ck_assert_uint_eq(t.misses, 3);
	ck_assert_uint_eq(t.down, NT_DOWN_MARK);
	ck_assert_uint_eq(t.ignore, 0);
	ck_assert(!t.adaptive && !t.stop_when_down);
}
END_TEST

START_TEST(P2_P9_P10_what_is_said_is_in_the_terms)
{
	struct nt_profile p;
	struct nt_terms t;

	nt_profile_default(&p);
	say(&p, NT_SET_KEEPALIVE_UDP, "1");
	say(&p, NT_SET_KEEPALIVE_TCP, "3600");
	say(&p, NT_SET_KEEPALIVE_MISSES, "100");
	say(&p, NT_SET_KEEPALIVE_ADAPTIVE, "no");
	say(&p, NT_SET_KEEPALIVE_DOWN, "stop");
	say(&p, NT_SET_KEEPALIVE_IGNORE, "408 480");
	ck_assert(nt_terms_of(&t, &p, UDP));
	ck_assert_uint_eq(t.interval_ms, 1000);
	ck_assert_uint_eq(t.misses, 100);
	ck_assert(!t.adaptive && t.stop_when_down && t.down == NT_DOWN_STOP);
	ck_assert(nt_codes_have(t.ignore, 408) && nt_codes_have(t.ignore, 480)
			  && !nt_codes_have(t.ignore, 404));
	say(&p, NT_SET_KEEPALIVE_DOWN, "expire");
	ck_assert(nt_terms_of(&t, &p, WSS));
	ck_assert_uint_eq(t.interval_ms, 3600000);
	ck_assert(t.down == NT_DOWN_EXPIRE && !t.stop_when_down);
	say(&p, NT_SET_KEEPALIVE_DOWN, "lower-q");
	ck_assert(nt_terms_of(&t, &p, TCP) && t.down == NT_DOWN_LOWER_Q);
}
END_TEST

START_TEST(an_interval_of_0_is_off)
{
	struct nt_profile p;
	struct nt_terms t;

	nt_profile_default(&p);
	ck_assert(!nt_terms_of(&t, &p, NT_TRANSPORT_OTHER));
	ck_assert(!nt_terms_wanted(&p, NT_TRANSPORT_OTHER, true));
	say(&p, NT_SET_KEEPALIVE_UDP, "0");
	ck_assert(!nt_terms_of(&t, &p, UDP) && !nt_terms_wanted(&p, UDP, true));
	ck_assert(nt_terms_of(&t, &p, TLS) && nt_terms_wanted(&p, TLS, true));
	say(&p, NT_SET_KEEPALIVE_TCP, "0");
	ck_assert(!nt_terms_of(&t, &p, TLS) && !nt_terms_wanted(&p, WS, true));
}
END_TEST

START_TEST(P6_who_is_kept_open)
{
	struct nt_profile p;
	uint32_t set = 0;

	nt_profile_default(&p);
	say(&p, NT_SET_KEEPALIVE_WHO, wanted[_i].who);
	if(wanted[_i].wanted[0] != '\0')
		NT_MUST(nt_transports_parse(&set, nt_span_cstr(wanted[_i].wanted))
				== 0);
	for(int t = UDP; t <= WSS; t++)
		ck_assert_msg(nt_terms_wanted(&p, (enum nt_transport)t, wanted[_i].nat)
							  == ((set & 1u << t) != 0),
				"%s on %s", wanted[_i].who,
				nt_transport_name((enum nt_transport)t));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_terms");

	nt_add_rows(
			s, "methods", P5_each_transport_has_its_method, NT_COUNT(methods));
	nt_add_rows(s, "default", what_the_default_says, 1);
	nt_add_rows(s, "said", P2_P9_P10_what_is_said_is_in_the_terms, 1);
	nt_add_rows(s, "off", an_interval_of_0_is_off, 1);
	nt_add_rows(s, "who", P6_who_is_kept_open, NT_COUNT(wanted));
	return nt_run(s);
}
