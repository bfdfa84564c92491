/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What gives a NAT away, and what must not: the phone sits at 198.51.100.7
 * (public) unless a row says otherwise. */
#include "unit/nt/nt_scene.h"

#define C_PRIV NT_SIGN_CONTACT_PRIVATE
#define C_ADDR NT_SIGN_CONTACT_ADDR
#define C_PORT NT_SIGN_CONTACT_PORT
#define C_INV NT_SIGN_CONTACT_INVALID
#define V_PRIV NT_SIGN_VIA_PRIVATE
#define V_ADDR NT_SIGN_VIA_ADDR
#define V_PORT NT_SIGN_VIA_PORT
#define S_PRIV NT_SIGN_SOURCE_PRIVATE
#define WSOCK NT_SIGN_WEBSOCKET
#define MIXED NT_SIGN_ALG_MIXED
#define BY(rule) NT_RULE_##rule

enum
{
	UDP = NT_TRANSPORT_UDP,
	TCP = NT_TRANSPORT_TCP,
	TLS = NT_TRANSPORT_TLS,
	WS = NT_TRANSPORT_WS,
	WSS = NT_TRANSPORT_WSS,
	OTHER = NT_TRANSPORT_OTHER,
	TRANSPORT = 0xf,
	PROXIED = 0x10,
	TAMPERED = 0x20,
	STRICT = 0x40
};

/* clang-format off */
static const struct {
	const char *name, *source;
	int how;
	const char *via, *contacts;
	uint32_t signs;
	enum nt_class class;
	enum nt_rule rule;
} rows[] = {
	{"agreeing public addresses show nothing", "198.51.100.7:5060", UDP, "198.51.100.7:5060", "198.51.100.7:5060", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"a claim without a port means 5060", "198.51.100.7:5060", UDP, "198.51.100.7", "198.51.100.7", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"a claim without a port is not the port 5070", "198.51.100.7:5070", UDP, "198.51.100.7", "198.51.100.7", C_PORT | V_PORT, NT_CLASS_DIRECT, BY(NONE)},
	{"a phone behind a home NAT", "198.51.100.7:61000", UDP, "192.168.1.20:5060", "192.168.1.20:5060", C_PRIV | C_ADDR | C_PORT | V_PRIV | V_ADDR | V_PORT, NT_CLASS_NAT, BY(CLAIM)},
	{"a phone behind a home NAT, over TCP", "198.51.100.7:61000", TCP, "192.168.1.20:5060", "192.168.1.20:5060", C_PRIV | C_ADDR | V_PRIV | V_ADDR, NT_CLASS_NAT, BY(CLAIM)},
	{"D5 a private Via alone is a NAT", "198.51.100.7:5060", UDP, "10.1.2.3:5060", "198.51.100.7:5060", V_PRIV | V_ADDR | MIXED, NT_CLASS_NAT, BY(CLAIM)},
	{"D6 a private Contact alone is a NAT", "198.51.100.7:5060", UDP, "198.51.100.7:5060", "10.1.2.3:5060", C_PRIV | C_ADDR | MIXED, NT_CLASS_NAT, BY(CLAIM)},
	{"D3 another public Via is a sign and no verdict", "198.51.100.7:5060", UDP, "198.51.100.8:5060", "198.51.100.7:5060", V_ADDR, NT_CLASS_DIRECT, BY(NONE)},
	{"D3 another public Via is a NAT if so wanted", "198.51.100.7:5060", UDP | STRICT, "198.51.100.8:5060", "198.51.100.7:5060", V_ADDR, NT_CLASS_NAT, BY(MISMATCH)},
	{"D7 another public Contact is a sign and no verdict", "198.51.100.7:5060", UDP, "198.51.100.7:5060", "198.51.100.8:5060", C_ADDR, NT_CLASS_DIRECT, BY(NONE)},
	{"D7 another public Contact is a NAT if so wanted", "198.51.100.7:5060", UDP | STRICT, "198.51.100.7:5060", "198.51.100.8:5060", C_ADDR, NT_CLASS_NAT, BY(MISMATCH)},
	{"a STUN'ed phone that names its mapping", "198.51.100.7:61000", UDP, "198.51.100.7:61000", "198.51.100.7:61000", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"a STUN'ed phone with a private Via", "198.51.100.7:61000", UDP, "192.168.1.20:5060", "198.51.100.7:61000", V_PRIV | V_ADDR | V_PORT | MIXED, NT_CLASS_NAT, BY(CLAIM)},
	{"D4 and D8: listening on another port than it sends from is direct", "198.51.100.7:40000", UDP, "198.51.100.7:5060", "198.51.100.7:5060", C_PORT | V_PORT, NT_CLASS_DIRECT, BY(NONE)},
	{"D4 and D8: other ports are no address mismatch either", "198.51.100.7:40000", UDP | STRICT, "198.51.100.7:5060", "198.51.100.7:5060", C_PORT | V_PORT, NT_CLASS_DIRECT, BY(NONE)},
	{"D4 a port of Via alone", "198.51.100.7:40000", UDP, "198.51.100.7:5060", "198.51.100.7:40000", V_PORT, NT_CLASS_DIRECT, BY(NONE)},
	{"D8 a port of Contact alone", "198.51.100.7:40000", UDP, "198.51.100.7:40000", "198.51.100.7:5060", C_PORT, NT_CLASS_DIRECT, BY(NONE)},
	{"D4 and D8 are silent on TCP", "198.51.100.7:40000", TCP, "198.51.100.7:5060", "198.51.100.7:5060", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"D4 and D8 are silent on TLS", "198.51.100.7:40000", TLS, "198.51.100.7:5061", "198.51.100.7:5061", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"D4 and D8 are silent on other streams", "198.51.100.7:40000", OTHER, "198.51.100.7:5060", "198.51.100.7:5060", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"D8 a Contact of another transport has a port of its own", "198.51.100.7:5060", UDP, "198.51.100.7:5060", "~198.51.100.7:5061", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"D6 a Contact of another transport is private all the same", "198.51.100.7:5060", UDP, "198.51.100.7:5060", "~10.1.2.3:5061", C_PRIV | C_ADDR | MIXED, NT_CLASS_NAT, BY(CLAIM)},
	{"D3 a host name in Via is no evidence", "198.51.100.7:5060", UDP | STRICT, "pbx.example.com:5070", "198.51.100.7:5060", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"D7 a host name in Contact is no evidence", "198.51.100.7:5060", UDP | STRICT, "198.51.100.7:5060", "pbx.example.com:5070", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"D3 what looks like half an address is a name", "198.51.100.7:5060", UDP | STRICT, "10.1:5060", "010.0.0.1:5060", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"D3 the same IPv6 address spelled otherwise", "[2001:db8::1]:5060", UDP | STRICT, "[2001:DB8:0:0::0001]:5060", "[2001:0db8:0::1]:5060", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"D3 another IPv6 address", "[2001:db8::1]:5060", UDP | STRICT, "[2001:db8::2]:5060", "[2001:db8::1]:5060", V_ADDR, NT_CLASS_NAT, BY(MISMATCH)},
	{"N188 a mapped address is the source's", "198.51.100.7:5060", UDP | STRICT, "[::ffff:198.51.100.7]:5060", "[::ffff:c633:6407]:5060", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"N188 N171 a mapped private address is private", "198.51.100.7:5060", UDP, "[::ffff:10.1.2.3]:5060", "", V_PRIV | V_ADDR, NT_CLASS_NAT, BY(CLAIM)},
	{"no Via and no Contact prove nothing", "198.51.100.7:5060", UDP | STRICT, "", "", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"D10 WebSocket is its connection", "198.51.100.7:40000", WS, "df7jal23ls0d.invalid", "df7jal23ls0d.invalid", C_INV | WSOCK, NT_CLASS_FLOW, BY(CONNECTION)},
	{"D10 secure WebSocket is its connection", "198.51.100.7:40000", WSS, "198.51.100.7:5060", "198.51.100.7:5060", WSOCK, NT_CLASS_FLOW, BY(CONNECTION)},
	{"D10 a Contact in .invalid resolves to nothing", "198.51.100.7:40000", TCP, "198.51.100.7:5060", "x.INVALID:5060", C_INV, NT_CLASS_FLOW, BY(CONNECTION)},
	{"D10 a Contact in .invalid, rooted", "198.51.100.7:40000", TLS, "198.51.100.7:5061", "x.invalid.", C_INV, NT_CLASS_FLOW, BY(CONNECTION)},
	{"D10 invalid in the middle of a name is a name", "198.51.100.7:40000", TCP, "198.51.100.7:5060", "x.invalid.example.com", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"D10 a name that ends in the letters only is a name", "198.51.100.7:40000", TCP, "198.51.100.7:5060", "xinvalid", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"D10 WebSocket outweighs a private claim", "198.51.100.7:40000", WS, "192.168.1.20:5060", "192.168.1.20:5060", C_PRIV | C_ADDR | V_PRIV | V_ADDR | WSOCK, NT_CLASS_FLOW, BY(CONNECTION)},
	{"D10 WebSocket on the LAN is its connection", "192.0.2.9:40000", WSS, "", "x.invalid", C_INV | WSOCK | NT_SIGN_LAN, NT_CLASS_FLOW, BY(CONNECTION)},
	{"D11 a received of the client's own is a sign", "198.51.100.7:5060", UDP | TAMPERED, "198.51.100.7:5060", "198.51.100.7:5060", NT_SIGN_TAMPERED, NT_CLASS_DIRECT, BY(NONE)},
	{"D2 the LAN vetoes a private claim", "192.0.2.9:5060", UDP, "192.168.1.20:5060", "192.168.1.20:5060", C_PRIV | C_ADDR | V_PRIV | V_ADDR | NT_SIGN_LAN, NT_CLASS_LAN, BY(LAN)},
	{"D2 the LAN vetoes a mismatch", "10.200.0.1:5060", UDP | STRICT, "10.200.0.2:5060", "10.200.0.3:5060", C_PRIV | C_ADDR | V_PRIV | V_ADDR | S_PRIV | NT_SIGN_LAN, NT_CLASS_LAN, BY(LAN)},
	{"D2 the LAN of IPv6", "[2001:db8:aa::9]:5060", UDP, "[fd00::1]:5060", "", V_PRIV | V_ADDR | NT_SIGN_LAN, NT_CLASS_LAN, BY(LAN)},
	{"D2 a LAN address that is claimed only is no LAN", "198.51.100.7:5060", UDP, "192.0.2.9:5060", "", V_ADDR, NT_CLASS_DIRECT, BY(NONE)},
	{"D1 a site is a NAT whatever is claimed", "203.0.113.65:5060", UDP, "203.0.113.65:5060", "203.0.113.65:5060", NT_SIGN_SITE, NT_CLASS_NAT, BY(SITE)},
	{"D1 a site in private space", "10.201.0.1:5060", UDP, "10.201.0.1:5060", "", S_PRIV | V_PRIV | NT_SIGN_SITE, NT_CLASS_NAT, BY(SITE)},
	{"D1 a site of IPv6", "[2001:db8:51::1]:5060", UDP, "", "[2001:db8:51::1]:5060", NT_SIGN_SITE, NT_CLASS_NAT, BY(SITE)},
	{"D1 beside the site is no site", "203.0.113.63:5060", UDP, "203.0.113.63:5060", "", 0, NT_CLASS_DIRECT, BY(NONE)},
	{"behind a proxy the claims are not compared", "198.51.100.7:40000", UDP | PROXIED | STRICT, "10.1.2.3:5060", "10.1.2.3:5070 x.invalid", NT_SIGN_PROXIED, NT_CLASS_PROXIED, BY(PROXIED)},
	{"D1 a site counts behind a proxy, too", "203.0.113.65:40000", UDP | PROXIED, "10.1.2.3:5060", "10.1.2.3:5070", NT_SIGN_SITE | NT_SIGN_PROXIED, NT_CLASS_NAT, BY(SITE)},
	{"a proxy on the LAN is a proxy", "192.0.2.9:5060", UDP | PROXIED, "192.168.1.20:5060", "", NT_SIGN_LAN | NT_SIGN_PROXIED, NT_CLASS_PROXIED, BY(PROXIED)},
	{"a proxy on a WebSocket is a proxy", "198.51.100.7:40000", WS | PROXIED, "x.invalid", "x.invalid", WSOCK | NT_SIGN_PROXIED, NT_CLASS_PROXIED, BY(PROXIED)},
	{"N169 a source of the carrier with an RFC 1918 claim is a NAT", "100.64.9.9:40000", UDP, "192.168.1.20:5060", "", V_PRIV | V_ADDR | V_PORT | S_PRIV, NT_CLASS_NAT, BY(CLAIM)},
	{"N169 a carrier claim from a public source is a NAT", "198.51.100.7:5060", UDP, "100.64.9.9:5060", "", V_PRIV | V_ADDR, NT_CLASS_NAT, BY(CLAIM)},
	{"N169 a carrier claim from another carrier address is none", "100.64.9.9:5060", UDP, "100.64.8.8:5060", "100.64.9.9:5060", V_PRIV | V_ADDR | C_PRIV | S_PRIV, NT_CLASS_DIRECT, BY(NONE)},
	{"N169 a source of the carrier that claims itself is direct", "100.64.9.9:5060", UDP, "100.64.9.9:5060", "", V_PRIV | S_PRIV, NT_CLASS_DIRECT, BY(NONE)},
	{"a private claim from another private source is none", "10.1.2.3:5060", UDP, "192.168.1.20:5060", "192.168.1.20:5060", C_PRIV | C_ADDR | V_PRIV | V_ADDR | S_PRIV, NT_CLASS_DIRECT, BY(NONE)},
	{"a private claim from another private source is a mismatch", "10.1.2.3:5060", UDP | STRICT, "192.168.1.20:5060", "", V_PRIV | V_ADDR | S_PRIV, NT_CLASS_NAT, BY(MISMATCH)},
	{"a public claim from a private source is none", "10.1.2.3:5060", UDP, "198.51.100.7:5060", "198.51.100.7:5060", C_ADDR | V_ADDR | S_PRIV, NT_CLASS_DIRECT, BY(NONE)},
	{"a private source that says so is direct", "10.1.2.3:5060", UDP, "10.1.2.3:5060", "10.1.2.3:5060", C_PRIV | V_PRIV | S_PRIV, NT_CLASS_DIRECT, BY(NONE)},
	{"D12 a ULA claim from a public source is a NAT", "[2001:db8::1]:5060", UDP, "[fd12:3456::1]:5060", "", V_PRIV | V_ADDR, NT_CLASS_NAT, BY(CLAIM)},
	{"D12 a link-local claim from a public source is a NAT", "[2001:db8::1]:5060", UDP, "", "[fe80::1]:5060", C_PRIV | C_ADDR, NT_CLASS_NAT, BY(CLAIM)},
	{"a loopback claim from a public source is a NAT", "198.51.100.7:5060", UDP, "127.0.0.1:5060", "", V_PRIV | V_ADDR, NT_CLASS_NAT, BY(CLAIM)},
	{"N171 a private address within a 6to4 claim is private", "[2001:db8::1]:5060", UDP, "[2002:a01:203::1]:5060", "", V_PRIV | V_ADDR, NT_CLASS_NAT, BY(CLAIM)},
	{"N171 a private address within a NAT64 claim is private", "[2001:db8::1]:5060", UDP, "", "[64:ff9b::10.1.2.3]:5060", C_PRIV | C_ADDR, NT_CLASS_NAT, BY(CLAIM)},
	{"N171 a private address within a compatible claim is private", "[2001:db8::1]:5060", UDP, "[::10.1.2.3]:5060", "", V_PRIV | V_ADDR, NT_CLASS_NAT, BY(CLAIM)},
	{"N171 a public address within a 6to4 claim is public", "[2001:db8::1]:5060", UDP, "[2002:c633:6407::1]:5060", "", V_ADDR, NT_CLASS_DIRECT, BY(NONE)},
	{"N171 a site within a 6to4 source is a site", "[2002:cb00:7141::1]:5060", UDP, "[2002:cb00:7141::1]:5060", "", NT_SIGN_SITE, NT_CLASS_NAT, BY(SITE)},
	{"one private Contact of several is a NAT", "198.51.100.7:5060", UDP, "198.51.100.7:5060", "198.51.100.7:5060 pbx.example.com 10.1.2.3:5060", C_PRIV | C_ADDR | MIXED, NT_CLASS_NAT, BY(CLAIM)},
	{"one Contact in .invalid of several is a flow", "198.51.100.7:40000", TCP, "198.51.100.7:5060", "198.51.100.7:5060 x.invalid", C_INV, NT_CLASS_FLOW, BY(CONNECTION)},
	{"the signs of several Contacts add up", "198.51.100.7:5060", UDP, "", "198.51.100.7:5070 10.1.2.3:5060", C_PORT | C_PRIV | C_ADDR, NT_CLASS_NAT, BY(CLAIM)},
};
/* clang-format on */

START_TEST(judge)
{
	struct nt_claim buffer[8];
	size_t n = nt_claims_must(buffer, 8, rows[_i].contacts);
	struct nt_claim *contacts = nt_heap(buffer, n * sizeof(*contacts));
	struct nt_evidence ev = {.source = nt_endpoint_must(rows[_i].source),
			.transport = (enum nt_transport)(rows[_i].how & TRANSPORT),
			.proxied = rows[_i].how & PROXIED,
			.tampered = rows[_i].how & TAMPERED,
			.via = nt_claim_must(nt_span_cstr(rows[_i].via)),
			.contacts = n > 0 ? contacts : NULL,
			.contact_count = n};
	struct nt_netset *nets = nt_scene_nets();
	struct nt_verdict v = nt_detect_by(&ev, nets,
			rows[_i].how & STRICT ? NT_STRICT_ADDR : NT_STRICT_PRIVATE);
	char got[NT_SIGNS_TEXT], want[NT_SIGNS_TEXT];

	free(contacts);
	free(nets);
	nt_signs_print(got, sizeof(got), v.signs);
	nt_signs_print(want, sizeof(want), rows[_i].signs);
	ck_assert_msg(v.signs == rows[_i].signs, "%s: signs %s instead of %s",
			rows[_i].name, got, want);
	ck_assert_msg(v.class == rows[_i].class, "%s: class %s instead of %s",
			rows[_i].name, nt_class_name(v.class),
			nt_class_name(rows[_i].class));
	ck_assert_msg(v.rule == rows[_i].rule, "%s: rule %s instead of %s",
			rows[_i].name, nt_rule_name(v.rule), nt_rule_name(rows[_i].rule));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_detect");

	nt_add_rows(s, "judge", judge, NT_COUNT(rows));
	return nt_run(s);
}
