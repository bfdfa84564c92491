/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a relay behaves to its ends, the words for a decision, and the values of
 * profiles that it is made of. */
#include "unit/nt/nt_relay_scene.h"

/* clang-format off */
/* How the relay behaves to the first of two ends: "LAN family strict learn ice
 * tos", "inner" for a LAN that is not listed, "world" for none; "outside" if
 * packets go to the outside address */
static const struct {
	const char *name, *ends, *want;
	enum nt_gateway_media gateway;
	enum nt_strict_source strict;
	bool ice_needed;
} faces[] = {
	{"N176 a phone behind a NAT", "nat-a world", "world 4 2 1 1 outside 184", 0, NT_SOURCE_PORT, false},
	{"a phone behind a NAT that knows its outside address", "alg world", "world 4 2 1 1 outside 184", 0, NT_SOURCE_PORT, false},
	{"a phone in the world", "world nat-a", "world 4 2 1 1 184", 0, NT_SOURCE_PORT, false},
	{"M1 a phone in a LAN", "office world", "office 4 2 1 1 184", 0, NT_SOURCE_PORT, false},
	{"a phone in a LAN that nobody listed", "flat world", "inner 4 2 1 1 184", 0, NT_SOURCE_PORT, false},
	{"M3 IPv6", "world-6 world", "world 6 2 1 1 184", 0, NT_SOURCE_PORT, false},
	{"before its answer is there", "nat-a gone world", "world 4 2 1 1 outside 184", 0, NT_SOURCE_PORT, false},
	{"M26 a browser", "browser world", "world 4 2 1 2 outside 184", 0, NT_SOURCE_PORT, false},
	{"N123 who needs ICE", "world nat-a", "world 4 2 1 2 184", 0, NT_SOURCE_PORT, true},
	{"M8 relaxed: address", "world nat-a", "world 4 1 1 1 184", 0, NT_SOURCE_ADDRESS, false},
	{"M8 relaxed: any", "nat-a world", "world 4 0 1 1 outside 184", 0, NT_SOURCE_ANY, false},
	{"T02 never relaxed behind a carrier's NAT", "cgn world", "world 4 2 1 1 outside 184", 0, NT_SOURCE_ANY, false},
	{"relaxed in a carrier's network, without a NAT", "carrier world", "inner 4 0 1 1 184", 0, NT_SOURCE_ANY, false},
	{"a symmetric gateway is where its SDP says", "world nat-a", "world 4 2 0 1 184", NT_GATEWAY_SYMMETRIC, NT_SOURCE_PORT, false},
	{"an asymmetric gateway sends from other ports", "world nat-a", "world 4 1 0 1 184", NT_GATEWAY_ASYMMETRIC, NT_SOURCE_PORT, false},
	{"an asymmetric gateway, relaxed further", "world nat-a", "world 4 0 0 1 184", NT_GATEWAY_ASYMMETRIC, NT_SOURCE_ANY, false},
	{"a symmetric gateway behind a NAT is not where its SDP says", "gateway world", "world 4 2 1 1 outside 184", NT_GATEWAY_SYMMETRIC, NT_SOURCE_PORT, false},
	{"a private SDP through a proxy: the proxy is no place for media", "prx-priv world", "world 4 2 1 1 184", 0, NT_SOURCE_PORT, false},
	{"M15 the end behind our own relay", "proxied behind-lab office", "lab 4 2 1 1 184", 0, NT_SOURCE_PORT, false},
};
/* clang-format on */

START_TEST(faces_of_the_relay)
{
	struct scene s;
	struct nt_relay d;
	const struct nt_relay_face *f = &d.faces[0];
	char got[96];

	scene_of(&s, faces[_i].ends);
	s.ends[0].gateway = faces[_i].gateway;
	s.ends[0].policy.strict = faces[_i].strict;
	s.ends[0].ice_needed = faces[_i].ice_needed;
	d = law_decide(s.ends, &s.engine);
	ck_assert_int_eq(d.what, NT_RELAY_RELAY);
	snprintf(got, sizeof(got), "%s %d %d %d %d%s %u",
			f->lan != NULL ? f->lan->name
			: f->inner	   ? "inner"
						   : "world",
			f->family, f->strict, f->learn, f->ice,
			f->outside ? " outside" : "", f->tos);
	ck_assert_msg(strcmp(got, faces[_i].want) == 0, "%s: '%s' instead of '%s'",
			faces[_i].name, got, faces[_i].want);
	ck_assert(f->lan == NULL || f->inner);
}
END_TEST

/* clang-format off */
static const struct {
	const char *ends, *want;
} reasons[] = {
	{"nat-a world", "relayed: 203.0.113.9 is behind a NAT, 198.51.100.7 is not"},
	{"world nat-a", "relayed: 203.0.113.9 is behind a NAT, 198.51.100.7 is not"},
	{"nat-a nat-b no-engine", "refused, though 203.0.113.9 and 203.0.113.10 are behind two NATs: no engine is there"},
	{"world office", "relayed: 192.168.10.5 is in the LAN office, 198.51.100.7 is not"},
	{"flat world", "relayed: 10.1.1.1 is in the LAN that is not listed, 198.51.100.7 is not"},
	{"office lab", "relayed: 192.168.10.5 is in the LAN office, 192.168.20.5 in the LAN lab"},
	{"acme acme-2", "direct: both are behind the site acme"},
	{"nat-a direct nat-a-2 direct", "direct: both are behind the NAT 203.0.113.9, and same-nat allows it"},
	{"nat-a nat-a-2", "relayed: 203.0.113.9 and 203.0.113.9 are behind one NAT, but same-nat does not allow it"},
	{"world world-2 fault", "direct: the stream is not to be touched: its c= line has a \"/\" behind an address that is no multicast"},
	{"office proxied behind-office-2", "direct, without our own relay: the SDP of 198.51.100.20 names our own relay"},
	{"world world-2", "direct: 198.51.100.7 and 198.51.100.8 can be reached where they are"},
	{"browser world", "relayed: 203.0.113.41 is a browser, 198.51.100.7 is a plain phone"},
};
/* clang-format on */

START_TEST(reasons_for_people)
{
	struct scene s;
	struct nt_relay d;
	char text[NT_RELAY_REASON_TEXT];
	size_t n;

	scene_of(&s, reasons[_i].ends);
	d = law_decide(s.ends, &s.engine);
	n = nt_relay_reason_print(text, sizeof(text), &d, s.ends);
	ck_assert_str_eq(text, reasons[_i].want);
	ck_assert_uint_eq(n, strlen(text));
	ck_assert_uint_eq(nt_relay_reason_print(text, n, &d, s.ends), 0);
	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(nt_relay_reason_print(text, n + 1, &d, s.ends), n);
}
END_TEST

/* The table of settings says the same numbers */
START_TEST(values_are_those_of_profiles)
{
	static const struct
	{
		enum nt_setting setting;
		const char *text;
		uint32_t value;
	} values[] = {{NT_SET_MEDIA_RELAY, "never", NT_MEDIA_NEVER},
			{NT_SET_MEDIA_RELAY, "auto", NT_MEDIA_AUTO},
			{NT_SET_MEDIA_RELAY, "always", NT_MEDIA_ALWAYS},
			{NT_SET_MEDIA_SAME_NAT, "relay", NT_SAME_NAT_RELAY},
			{NT_SET_MEDIA_SAME_NAT, "sites", NT_SAME_NAT_SITES},
			{NT_SET_MEDIA_SAME_NAT, "direct", NT_SAME_NAT_DIRECT},
			{NT_SET_MEDIA_STRICT_SOURCE, "no", NT_SOURCE_ANY},
			{NT_SET_MEDIA_STRICT_SOURCE, "address", NT_SOURCE_ADDRESS},
			{NT_SET_MEDIA_STRICT_SOURCE, "port", NT_SOURCE_PORT},
			{NT_SET_MEDIA_RELAY_FAIL, "reject", NT_FAIL_REJECT},
			{NT_SET_MEDIA_RELAY_FAIL, "direct", NT_FAIL_DIRECT}};
	struct nt_profile profile;
	struct nt_relay_policy p;
	uint32_t value;

	for(int i = 0; i < NT_COUNT(values); i++) {
		ck_assert_int_eq(nt_setting_parse(&value, values[i].setting,
								 nt_span_cstr(values[i].text)),
				0);
		ck_assert_uint_eq(value, values[i].value);
	}
	nt_profile_default(&profile);
	profile.value[NT_SET_MEDIA_RELAY_FAIL] = NT_FAIL_DIRECT;
	p = nt_relay_policy_of(&profile);
	ck_assert_int_eq(p.relay, NT_MEDIA_AUTO);
	ck_assert_int_eq(p.same_nat, NT_SAME_NAT_SITES);
	ck_assert_int_eq(p.strict, NT_SOURCE_PORT);
	ck_assert_int_eq(p.fail, NT_FAIL_DIRECT);
	ck_assert_uint_eq(p.tos, 184);
	ck_assert(!p.trust_ice);
}
END_TEST

START_TEST(of_a_whole_body_the_strongest_counts)
{
	static const struct nt_relay d[] = {
			{.what = NT_RELAY_DIRECT, .rule = NT_MEDIA_RULE_REJECTED},
			{.what = NT_RELAY_DIRECT, .rule = NT_MEDIA_RULE_REACHABLE},
			{.what = NT_RELAY_DIRECT, .rule = NT_MEDIA_RULE_MULTICAST},
			{.what = NT_RELAY_COLLAPSE, .rule = NT_MEDIA_RULE_LOOP},
			{.what = NT_RELAY_RELAY, .rule = NT_MEDIA_RULE_FAR_END},
			{.what = NT_RELAY_REFUSE, .rule = NT_MEDIA_RULE_FAR_END},
			{.what = NT_RELAY_RELAY, .rule = NT_MEDIA_RULE_FAMILY}};
	static const size_t best[] = {0, 1, 1, 3, 4, 5, 5};

	ck_assert_ptr_null(nt_relay_strongest(d, 0));
	for(size_t i = 0; i < sizeof(best) / sizeof(best[0]); i++)
		ck_assert_ptr_eq(nt_relay_strongest(d, i + 1), &d[best[i]]);
	ck_assert_ptr_eq(nt_relay_strongest(d + 5, 2), &d[5]);
}
END_TEST

START_TEST(all_have_names)
{
	for(int i = 0; i < NT_MEDIA_RULE_COUNT; i++)
		ck_assert_str_ne(nt_relay_rule_name((enum nt_media_rule)i), "unknown");
	for(int i = 0; i < NT_UNABLE_COUNT; i++)
		ck_assert_str_ne(
				nt_relay_unable_name((enum nt_relay_unable)i), "unknown");
	ck_assert_str_eq(nt_relay_rule_name((enum nt_media_rule)99), "unknown");
	ck_assert_str_eq(nt_relay_unable_name((enum nt_relay_unable)99), "unknown");
}
END_TEST

int main(void)
{
	const struct group groups[] = {
			{"faces", faces_of_the_relay, NT_COUNT(faces)},
			{"reasons", reasons_for_people, NT_COUNT(reasons)},
			{"values", values_are_those_of_profiles, 1},
			{"body", of_a_whole_body_the_strongest_counts, 1},
			{"names", all_have_names, 1}};

	return run_groups("nt_relay_faces", groups, NT_COUNT(groups));
}
