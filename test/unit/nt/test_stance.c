/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What profiles, rules of a policy and lists make of the same message */
#include "unit/nt/nt_scene.h"

#include "nt/nt_profile.h"

#define PUBLIC "198.51.100.7:5060"
#define ELSEWHERE "198.51.100.8:5060"
#define PRIVATE "10.1.2.3:5060"
#define LAN_SOURCE "192.0.2.9:5060"
#define SITE_SOURCE "203.0.113.65:5060"

enum
{
	UDP = NT_TRANSPORT_UDP,
	TCP = NT_TRANSPORT_TCP,
	WSS = NT_TRANSPORT_WSS,
	TRANSPORT = 0xf,
	PROXIED = 0x10,
	TAMPERED = 0x20,
	GATEWAY = 0x40,
	LENGTH = 0x80, /* a Content-Length that is wrong */
	FORCE = 0x100,
	EXEMPT = 0x200
};

#define CLAIMED NT_STRICT_PRIVATE
#define NOT_SOURCE NT_STRICT_ADDR
#define ANY NT_STRICT_SIGN
#define ALWAYS NT_STRICT_ALWAYS
#define NEVER NT_STRICT_NEVER

/* clang-format off */
static const struct {
	const char *name, *source;
	int how;
	const char *via, *contacts, *signs;
	enum nt_strictness verdict;
	const char *class, *rule, *confidence;
} rows[] = {
	/* the rule of two conditions */
	{"D11 a private claim from a public source", PUBLIC, UDP, PRIVATE, PRIVATE, "all", CLAIMED, "nat", "claimed-private-source-public", "strong"},
	{"D11 a private claim from a private source", PRIVATE, UDP, "10.1.2.4:5060", "10.1.2.4:5060", "all", CLAIMED, "direct", "none", "weak"},
	{"D11 a public claim from a public source", PUBLIC, UDP, ELSEWHERE, ELSEWHERE, "all", CLAIMED, "direct", "none", "weak"},
	{"D11 nothing speaks for a NAT", PUBLIC, UDP, PUBLIC, PUBLIC, "all", CLAIMED, "direct", "none", "strong"},
	{"D11 a private Via, but the profile looks at Contacts", PUBLIC, UDP, PRIVATE, ELSEWHERE, "contact-private", CLAIMED, "direct", "none", "weak"},
	{"D11 a private Contact, and the profile looks at Contacts", PUBLIC, UDP, ELSEWHERE, PRIVATE, "contact-private", CLAIMED, "nat", "claimed-private-source-public", "strong"},
	{"D11 a private Contact, but the profile looks at the Via", PUBLIC, UDP, ELSEWHERE, PRIVATE, "via-private", CLAIMED, "direct", "none", "weak"},
	{"D11 a private Via, and the profile looks at the Via", PUBLIC, UDP, PRIVATE, ELSEWHERE, "via-private", CLAIMED, "nat", "claimed-private-source-public", "strong"},
	{"D11 addresses are no private claims", PUBLIC, UDP, PRIVATE, PRIVATE, "via-addr contact-addr", CLAIMED, "direct", "none", "weak"},

	{"D11 D24 the Via is a carrier's like its source, and the profile does not look at the Contact", "100.64.9.9:5060", UDP, "100.64.9.8:5060", "192.168.1.20:5060", "via-private", CLAIMED, "direct", "none", "weak"},
	{"D11 D24 the Contact is private behind a carrier's", "100.64.9.9:5060", UDP, "100.64.9.8:5060", "192.168.1.20:5060", "contact-private", CLAIMED, "nat", "claimed-private-source-public", "strong"},

	/* any other address */
	{"another address, and the profile looks for it", PUBLIC, UDP, ELSEWHERE, PUBLIC, "all", NOT_SOURCE, "nat", "claimed-not-source", "weak"},
	{"another address in a Contact, and the profile looks at the Via", PUBLIC, UDP, PUBLIC, ELSEWHERE, "via-addr", NOT_SOURCE, "direct", "none", "weak"},
	{"another address in a Via, and the profile looks at Contacts", PUBLIC, UDP, ELSEWHERE, PUBLIC, "contact-addr", NOT_SOURCE, "direct", "none", "weak"},
	{"another address in a Contact, and the profile looks at Contacts", PUBLIC, UDP, PUBLIC, ELSEWHERE, "contact-addr", NOT_SOURCE, "nat", "claimed-not-source", "weak"},
	{"a private claim decides before another address", PUBLIC, UDP, PRIVATE, ELSEWHERE, "all", NOT_SOURCE, "nat", "claimed-private-source-public", "strong"},
	{"a private claim is another address too", PUBLIC, UDP, PRIVATE, PUBLIC, "via-addr", NOT_SOURCE, "nat", "claimed-not-source", "weak"},
	{"ports are no addresses", PUBLIC, UDP, "198.51.100.7:5070", "198.51.100.7:5070", "all", NOT_SOURCE, "direct", "none", "weak"},

	/* traces of an ALG */
	{"D28 two traces of an ALG", PUBLIC, UDP | LENGTH, PRIVATE, PUBLIC, "all", CLAIMED, "nat", "claimed-private-source-public", "strong"},
	{"D28 two traces of an ALG that hid the claim from the profile", PUBLIC, UDP | LENGTH, PRIVATE, PUBLIC, "alg-mixed alg-length", CLAIMED, "alg", "two-traces-of-an-alg", "strong"},
	{"D28 two traces, but the profile looks for one", PUBLIC, UDP | LENGTH, PRIVATE, PUBLIC, "alg-mixed", CLAIMED, "direct", "none", "weak"},
	{"D28 one trace of an ALG", PUBLIC, UDP | LENGTH, PUBLIC, PUBLIC, "all", CLAIMED, "direct", "none", "weak"},

	/* any sign */
	{"D17 another address in the Via is enough", PUBLIC, UDP, ELSEWHERE, PUBLIC, "received-tampered via-addr via-port", ANY, "nat", "any-sign", "weak"},
	{"D17 another port in the Via is enough", PUBLIC, UDP, "198.51.100.7:5070", PUBLIC, "received-tampered via-addr via-port", ANY, "nat", "any-sign", "weak"},
	{"D17 another port in the Via is no sign on TCP", PUBLIC, TCP, "198.51.100.7:5070", PUBLIC, "received-tampered via-addr via-port", ANY, "direct", "none", "strong"},
	{"D17 a received in the Via is enough", PUBLIC, UDP | TAMPERED, PUBLIC, PUBLIC, "received-tampered via-addr via-port", ANY, "nat", "any-sign", "weak"},
	{"D17 the Contact does not count", PUBLIC, UDP, PUBLIC, PRIVATE, "received-tampered via-addr via-port", ANY, "direct", "none", "weak"},
	{"D17 nothing to be seen", PUBLIC, UDP, PUBLIC, PUBLIC, "all", ANY, "direct", "none", "strong"},
	{"a private claim is one of any signs", PUBLIC, UDP, PRIVATE, PUBLIC, "via-private", ANY, "nat", "any-sign", "weak"},
	{"a port of a Contact is enough if it is asked for", PUBLIC, UDP, PUBLIC, "198.51.100.7:5070", "contact-port", ANY, "nat", "any-sign", "weak"},
	{"a private source is a sign like others", PRIVATE, UDP, PRIVATE, PRIVATE, "source-private", ANY, "nat", "any-sign", "weak"},
	{"signs of a source are facts: asking for one alone is none", PUBLIC, UDP, ELSEWHERE, PRIVATE, "site lan proxied gateway websocket contact-invalid target", ANY, "direct", "none", "weak"},

	/* always and never */
	{"D16 always", PUBLIC, UDP, PUBLIC, PUBLIC, "all", ALWAYS, "nat", "always", "weak"},
	{"D16 always, from a private source", PRIVATE, UDP, PRIVATE, PRIVATE, "all", ALWAYS, "nat", "always", "weak"},
	{"D16 always, but our own network is ours", LAN_SOURCE, UDP, PRIVATE, PRIVATE, "all", ALWAYS, "lan", "lan", "certain"},
	{"D16 always, but a proxy is no client", PUBLIC, UDP | PROXIED, PRIVATE, PRIVATE, "all", ALWAYS, "proxied", "proxied", "strong"},
	{"D16 always, and a flow is a flow", PUBLIC, WSS, PUBLIC, PUBLIC, "all", ALWAYS, "flow", "connection-only", "certain"},
	{"never", PUBLIC, UDP, PRIVATE, PRIVATE, "all", NEVER, "direct", "never", "weak"},
	{"never, but a flow can be reached in no other way", PUBLIC, WSS, PUBLIC, "x.invalid", "all", NEVER, "flow", "connection-only", "certain"},
	{"never, but a site is a site", SITE_SOURCE, UDP, PRIVATE, PRIVATE, "all", NEVER, "nat", "site", "certain"},
	{"never, but a gateway is listed", PUBLIC, UDP | GATEWAY, PUBLIC, PUBLIC, "all", NEVER, "nat", "gateway", "certain"},

	/* lists */
	{"D13 all from a site is NATed, whatever it claims", SITE_SOURCE, UDP, SITE_SOURCE, SITE_SOURCE, "all", CLAIMED, "nat", "site", "certain"},
	{"D13 a profile cannot leave the site out", SITE_SOURCE, UDP, SITE_SOURCE, SITE_SOURCE, "via-port", CLAIMED, "nat", "site", "certain"},
	{"D13 a site in front of a proxy", SITE_SOURCE, UDP | PROXIED, SITE_SOURCE, SITE_SOURCE, "all", CLAIMED, "nat", "site", "certain"},
	{"D13 a flow from a site", SITE_SOURCE, WSS, SITE_SOURCE, "x.invalid", "all", CLAIMED, "flow", "connection-only", "certain"},
	{"D14 a gateway that is listed is NATed", PUBLIC, UDP | GATEWAY, PUBLIC, PUBLIC, "all", CLAIMED, "nat", "gateway", "certain"},
	{"D14 a gateway in our own network", LAN_SOURCE, UDP | GATEWAY, LAN_SOURCE, LAN_SOURCE, "all", CLAIMED, "nat", "gateway", "certain"},
	{"D14 a gateway that is a proxy", PUBLIC, UDP | GATEWAY | PROXIED, PUBLIC, PUBLIC, "all", CLAIMED, "nat", "gateway", "certain"},
	{"D14 a gateway in a site", SITE_SOURCE, UDP | GATEWAY, PUBLIC, PUBLIC, "all", CLAIMED, "nat", "site", "certain"},
	{"D12 our own network vetoes", LAN_SOURCE, UDP, PRIVATE, PRIVATE, "all", NOT_SOURCE, "lan", "lan", "certain"},
	{"D12 our own network vetoes any sign", LAN_SOURCE, UDP, PRIVATE, PRIVATE, "all", ANY, "lan", "lan", "certain"},

	/* what a rule of the policy says */
	{"D21 force", PUBLIC, UDP | FORCE, PUBLIC, PUBLIC, "all", CLAIMED, "nat", "forced", "certain"},
	{"D21 force against never", PUBLIC, UDP | FORCE, PUBLIC, PUBLIC, "all", NEVER, "nat", "forced", "certain"},
	{"D21 force in our own network", LAN_SOURCE, UDP | FORCE, LAN_SOURCE, LAN_SOURCE, "all", CLAIMED, "nat", "forced", "certain"},
	{"D21 a forced flow is still a flow", PUBLIC, WSS | FORCE, PUBLIC, PUBLIC, "all", CLAIMED, "flow", "forced", "certain"},
	{"D21 force without a host that resolves", PUBLIC, TCP | FORCE, PUBLIC, "x.invalid", "all", CLAIMED, "flow", "forced", "certain"},
	{"D21 force of a proxy", PUBLIC, UDP | FORCE | PROXIED, PUBLIC, PUBLIC, "all", CLAIMED, "nat", "forced", "certain"},
	{"D21 a forced proxy over WebSocket is no flow of the client", PUBLIC, WSS | FORCE | PROXIED, PUBLIC, PUBLIC, "all", CLAIMED, "nat", "forced", "certain"},
	{"D21 never", PUBLIC, UDP | EXEMPT, PRIVATE, PRIVATE, "all", CLAIMED, "direct", "exempt", "certain"},
	{"D21 never against always", PUBLIC, UDP | EXEMPT, PRIVATE, PRIVATE, "all", ALWAYS, "direct", "exempt", "certain"},
	{"D21 never against a site", SITE_SOURCE, UDP | EXEMPT, PRIVATE, PRIVATE, "all", CLAIMED, "direct", "exempt", "certain"},
	{"D21 never against a gateway", PUBLIC, UDP | EXEMPT | GATEWAY, PRIVATE, PRIVATE, "all", CLAIMED, "direct", "exempt", "certain"},
	{"D21 never against a flow", PUBLIC, WSS | EXEMPT, PUBLIC, "x.invalid", "all", CLAIMED, "direct", "exempt", "certain"},

	/* proxies */
	{"D23 behind a proxy nothing is compared", PUBLIC, UDP | PROXIED, PRIVATE, PRIVATE, "all", CLAIMED, "proxied", "proxied", "strong"},
	{"D23 behind a proxy no other address counts", PUBLIC, UDP | PROXIED, ELSEWHERE, ELSEWHERE, "all", NOT_SOURCE, "proxied", "proxied", "strong"},
	{"D23 behind a proxy no sign is enough", PUBLIC, UDP | PROXIED, ELSEWHERE, ELSEWHERE, "all", ANY, "proxied", "proxied", "strong"},
	{"D23 a proxy in our own network", LAN_SOURCE, UDP | PROXIED, PRIVATE, PRIVATE, "all", CLAIMED, "proxied", "proxied", "strong"},
	{"D23 a WebSocket behind a proxy", PUBLIC, WSS | PROXIED, PUBLIC, "x.invalid", "all", CLAIMED, "proxied", "proxied", "strong"},
};
/* clang-format on */

static struct nt_stance stance_of(
		const char *signs, enum nt_strictness strictness, int how)
{
	struct nt_stance s = {.strictness = strictness};
	struct nt_span bad;

	NT_MUST(nt_signs_parse(&s.signs, nt_span_cstr(signs), &bad) == 0);
	if(how & FORCE)
		s.force = NT_FORCE_NAT;
	if(how & EXEMPT)
		s.force = NT_FORCE_NEVER;
	return s;
}

static void evidence_of(struct nt_evidence *ev, struct nt_claim *contacts,
		const char *source, int how, const char *via, const char *contact)
{
	*ev = (struct nt_evidence){.source = nt_endpoint_must(source),
			.transport = (enum nt_transport)(how & TRANSPORT),
			.proxied = how & PROXIED,
			.tampered = how & TAMPERED,
			.gateway = how & GATEWAY,
			.length_wrong = how & LENGTH,
			.via = nt_claim_must(nt_span_cstr(via)),
			.contacts = contacts};
	ev->contact_count = nt_claims_must(contacts, 4, contact);
}

START_TEST(row)
{
	struct nt_stance stance =
			stance_of(rows[_i].signs, rows[_i].verdict, rows[_i].how);
	struct nt_netset *nets = nt_scene_nets();
	struct nt_claim contacts[4];
	struct nt_evidence ev;
	struct nt_verdict v, all;

	evidence_of(&ev, contacts, rows[_i].source, rows[_i].how, rows[_i].via,
			rows[_i].contacts);
	v = nt_detect(&ev, nets, nt_tags_of(nets, &ev.source.addr), &stance);
	ck_assert_msg(strcmp(nt_class_name(v.class), rows[_i].class) == 0
						  && strcmp(nt_rule_name(v.rule), rows[_i].rule) == 0,
			"%s: %s by %s", rows[_i].name, nt_class_name(v.class),
			nt_rule_name(v.rule));
	ck_assert_msg(strcmp(nt_confidence_name(&v), rows[_i].confidence) == 0,
			"%s: %s", rows[_i].name, nt_confidence_name(&v));
	/* whatever may decide, all is told */
	all = nt_detect_by(&ev, nets, NT_STRICT_PRIVATE);
	ck_assert_msg(v.signs == all.signs, "%s: %x instead of %x", rows[_i].name,
			v.signs, all.signs);
	free(nets);
}
END_TEST

/* Signs alone, where any of them may decide: each that is no fact about the
 * source decides exactly if the profile names it */
START_TEST(any_sign_is_each_of_them)
{
	struct nt_netset *nets = nt_scene_nets();
	struct nt_claim contacts[4];
	struct nt_evidence ev;
	uint32_t tags;

	evidence_of(&ev, contacts, "198.51.100.7:61000", UDP | TAMPERED | LENGTH,
			PRIVATE, "10.1.2.3:5070 198.51.100.7:61000");
	tags = nt_tags_of(nets, &ev.source.addr);
	for(unsigned i = 0; i < NT_SIGN_COUNT; i++) {
		struct nt_stance one = {1u << i, NT_STRICT_SIGN, NT_FORCE_NONE};
		struct nt_verdict v = nt_detect(&ev, nets, tags, &one);
		bool shown = (v.signs & one.signs & ~(uint32_t)NT_SIGNS_SOURCE) != 0;

		ck_assert_msg((v.rule == NT_RULE_SIGN) == shown, "%s: %s",
				nt_sign_name(i), nt_rule_name(v.rule));
		ck_assert_msg(v.grounds == (shown ? one.signs : 0), "%s: by %x",
				nt_sign_name(i), v.grounds);
		ck_assert_msg(
				v.where == NT_WHERE_NONE, "%s keeps a claim", nt_sign_name(i));
	}
	free(nets);
}
END_TEST

/* One phone behind a home NAT, one that is direct but listens on another port,
 * one that claims another public address: by all ready-made profiles */
START_TEST(ready_made_profiles)
{
	/* clang-format off */
	static const struct {
		const char *profile;
		bool registers, home, port, address, contact;
	} wants[] = {
		{"default", false, true, false, false, true}, {"default", true, true, false, false, true},
		{"connexcs", false, true, true, true, true}, {"connexcs", true, true, true, true, true},
		{"communigate", false, true, false, false, true}, {"communigate", true, true, false, false, true},
		{"freeswitch-nat-acl", false, true, false, false, true}, {"freeswitch-nat-acl", true, true, false, false, true},
		{"asterisk", false, true, true, true, true}, {"asterisk", true, true, true, true, true},
		{"opensips", false, true, true, true, true}, {"opensips", true, true, true, true, true},
		{"aggressive", false, true, true, true, false}, {"aggressive", true, true, true, true, false},
	};
	static const struct {
		const char *name, *source, *via, *contact;
	} phones[] = {
		{"home", "198.51.100.7:61000", "192.168.1.20:5060", "192.168.1.20:5060"},
		{"port", "198.51.100.7:61000", "198.51.100.7:5060", "198.51.100.7:5060"},
		{"address", PUBLIC, ELSEWHERE, ELSEWHERE},
		{"contact", PUBLIC, PUBLIC, PRIVATE},
	};
	/* clang-format on */
	struct nt_netset *nets = nt_scene_nets();
	struct nt_claim contacts[4];
	struct nt_profile p = {.line = 0};
	struct nt_evidence ev;

	NT_MUST(nt_profile_ready(&p, (size_t)_i));
	for(int i = 0; i < NT_COUNT(wants); i++) {
		const bool want[] = {wants[i].home, wants[i].port, wants[i].address,
				wants[i].contact};
		struct nt_stance stance = nt_profile_stance(&p, wants[i].registers);

		if(strcmp(wants[i].profile, p.name) != 0)
			continue;
		for(int k = 0; k < NT_COUNT(phones); k++) {
			struct nt_verdict v;

			evidence_of(&ev, contacts, phones[k].source, UDP, phones[k].via,
					phones[k].contact);
			v = nt_detect(
					&ev, nets, nt_tags_of(nets, &ev.source.addr), &stance);
			ck_assert_msg(nt_class_is_nat(v.class) == want[k],
					"%s, %s, %s: %s by %s", p.name,
					wants[i].registers ? "REGISTER" : "INVITE", phones[k].name,
					nt_class_name(v.class), nt_rule_name(v.rule));
		}
	}
	free(nets);
}
END_TEST

/* clang-format off */
static const struct {
	enum nt_rule rule;
	uint32_t signs;
	const char *confidence, *part[3];
} reasons[] = {
	{NT_RULE_NONE, 0, "strong", {"nothing speaks for a NAT", PUBLIC, ""}},
	{NT_RULE_NONE, NT_SIGN_V4V6 | NT_SIGN_LAN, "weak", {PUBLIC, "", ""}},
	{NT_RULE_NONE, NT_SIGNS_SOURCE, "strong", {PUBLIC, "", ""}},
	{NT_RULE_PROXIED, NT_SIGN_PROXIED, "strong", {"another proxy", PUBLIC, ""}},
	{NT_RULE_CONNECTION, NT_SIGN_WEBSOCKET, "certain", {"its own flow", PUBLIC, ""}},
	{NT_RULE_SITE, NT_SIGN_SITE, "certain", {"listed in office", PUBLIC, ""}},
	{NT_RULE_LAN, NT_SIGN_LAN, "certain", {"listed in office", PUBLIC, ""}},
	{NT_RULE_GATEWAY, NT_SIGN_GATEWAY, "certain", {"the gateway office", PUBLIC, "behind a NAT"}},
	{NT_RULE_ALG, NT_SIGNS_ALG, "strong", {"an ALG in front of", PUBLIC, ""}},
	{NT_RULE_SIGN, NT_SIGN_VIA_ADDR | NT_SIGN_VIA_PORT, "weak", {PUBLIC, "via-addr,via-port, each of which", "enough for its profile"}},
	{NT_RULE_SIGN, NT_SIGN_VIA_ADDR, "weak", {PUBLIC, "via-addr, which", "enough for its profile"}},
	{NT_RULE_SIGN, NT_SIGN_ALL, "weak", {PUBLIC, "contact-private,", "alg-ice,v4v6"}},
	{NT_RULE_ALWAYS, 0, "weak", {"takes everybody", PUBLIC, ""}},
	{NT_RULE_NEVER, 0, "weak", {"takes nobody", PUBLIC, ""}},
	{NT_RULE_FORCED, 0, "certain", {"is behind a NAT", PUBLIC, "nat=\"force\""}},
	{NT_RULE_EXEMPT, 0, "certain", {"is not behind a NAT", PUBLIC, "nat=\"never\""}},
};
/* clang-format on */

/* The longest values that there are */
static void check_room(const struct nt_verdict *v)
{
	struct nt_endpoint longest =
			nt_endpoint_must("[2001:db8:1111:2222:3333:4444:5555:6666]:65535");
	char place[NT_NAME_TEXT], buf[NT_REASON_TEXT];
	size_t n;

	memset(place, 'x', sizeof(place) - 1);
	place[sizeof(place) - 1] = '\0';
	n = nt_reason_print(buf, sizeof(buf), v, &longest, place);
	ck_assert_msg(n > 0, "%s does not fit", nt_rule_name(v->rule));
	for(size_t size = 0; size <= n + 1; size += size < n - 1 ? n / 8 + 1 : 1) {
		char *small = nt_heap(NULL, size);
		size_t got = nt_reason_print(small, size, v, &longest, place);

		ck_assert_msg(
				got == (size > n ? n : 0), "%zu bytes give %zu", size, got);
		ck_assert_msg(size == 0 || strlen(small) == got, "%zu bytes", size);
		free(small);
	}
}

START_TEST(reason)
{
	struct nt_endpoint source = nt_endpoint_must(PUBLIC);
	struct nt_verdict v = {.signs = reasons[_i].signs,
			.grounds = reasons[_i].signs,
			.rule = reasons[_i].rule};
	char buf[NT_REASON_TEXT];

	ck_assert_msg(strcmp(nt_confidence_name(&v), reasons[_i].confidence) == 0,
			"%s: %s", nt_rule_name(v.rule), nt_confidence_name(&v));
	ck_assert(nt_reason_print(buf, sizeof(buf), &v, &source, "office") > 0);
	for(int i = 0; i < 3; i++)
		ck_assert_msg(strstr(buf, reasons[_i].part[i]) != NULL,
				"'%s' is not in '%s'", reasons[_i].part[i], buf);
	check_room(&v);
}
END_TEST

START_TEST(each_rule_and_class_has_a_name)
{
	for(int i = 0; i < NT_RULE_COUNT; i++) {
		const char *name = nt_rule_name((enum nt_rule)i);

		ck_assert_msg(strcmp(name, "unknown") != 0, "rule %d", i);
		for(int k = 0; k < i; k++)
			ck_assert_str_ne(name, nt_rule_name((enum nt_rule)k));
	}
	ck_assert_str_eq(nt_rule_name((enum nt_rule)NT_RULE_COUNT), "unknown");
	for(int i = 1; i < NT_CLASS_COUNT; i++)
		ck_assert_str_ne(nt_class_name((enum nt_class)i), "unknown");
	ck_assert_str_eq(nt_class_name((enum nt_class)NT_CLASS_COUNT), "unknown");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_stance");

	nt_add_rows(s, "rows", row, NT_COUNT(rows));
	nt_add_rows(s, "any sign", any_sign_is_each_of_them, 1);
	nt_add_rows(s, "ready-made", ready_made_profiles, 7);
	nt_add_rows(s, "reasons", reason, NT_COUNT(reasons));
	nt_add_rows(s, "names", each_rule_and_class_has_a_name, 1);
	return nt_run(s);
}
