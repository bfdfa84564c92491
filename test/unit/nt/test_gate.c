/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where packets may go (T03), for whatever purpose and however it is written */
#include "unit/nt/nt_policies.h"

#include "nt/nt_gate.h"

#define NET "networks|."
#define FIRST_TRANSPORT NT_TRANSPORT_OTHER
#define LAST_TRANSPORT NT_TRANSPORT_WSS

static const char *const own_texts[] = {"192.0.2.1:5060", "192.0.2.1:443",
		"[2001:db8::1]:5060", "10.0.0.1:5061", "0.0.0.0:5070"};

static struct nt_endpoint own_sockets[NT_COUNT(own_texts)];
static struct nt_gate_own own = {own_sockets, NT_COUNT(own_texts)};

static void own_setup(void)
{
	for(int i = 0; i < NT_COUNT(own_texts); i++) {
		if(i != 4)
			own_sockets[i] = nt_endpoint_must(own_texts[i]);
	}
	own_sockets[4] = nt_endpoint_must("1.1.1.1:5070");
	own_sockets[4].addr = nt_addr_must("0.0.0.0");
	nt_gate_own_sort(own_sockets, own.count);
}

static bool is_stream(enum nt_transport t)
{
	return t >= NT_TRANSPORT_TCP && t <= NT_TRANSPORT_WSS;
}

/* --- the matrix: without a word of the policy
 * ----------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *addr;
	enum nt_gate_reason reason; /* of a request to a high port */
} matrix[] = {
	/* T03, in the order of its list */
	{"127.0.0.1", NT_GATE_LOOPBACK}, {"0.0.0.0", NT_GATE_UNSPECIFIED}, {"::1", NT_GATE_LOOPBACK},
	{"::", NT_GATE_UNSPECIFIED}, {"::ffff:127.0.0.1", NT_GATE_LOOPBACK}, {"::127.0.0.1", NT_GATE_CARRIED},
	{"2002:7f00:1::", NT_GATE_TUNNEL}, {"64:ff9b::7f00:1", NT_GATE_CARRIED}, {"169.254.169.254", NT_GATE_LINKLOCAL},
	{"224.0.0.1", NT_GATE_MULTICAST}, {"255.255.255.255", NT_GATE_BROADCAST},
	/* ends of the networks, and beside them */
	{"0.255.255.255", NT_GATE_UNSPECIFIED}, {"1.0.0.0", NT_GATE_PERMITTED}, {"126.255.255.255", NT_GATE_PERMITTED},
	{"127.0.0.0", NT_GATE_LOOPBACK}, {"127.255.255.255", NT_GATE_LOOPBACK}, {"128.0.0.0", NT_GATE_PERMITTED},
	{"169.253.255.255", NT_GATE_PERMITTED}, {"169.254.0.0", NT_GATE_LINKLOCAL}, {"169.254.255.255", NT_GATE_LINKLOCAL},
	{"169.255.0.0", NT_GATE_PERMITTED}, {"223.255.255.255", NT_GATE_PERMITTED}, {"224.0.0.0", NT_GATE_MULTICAST},
	{"239.255.255.255", NT_GATE_MULTICAST}, {"240.0.0.0", NT_GATE_RESERVED}, {"255.255.255.254", NT_GATE_RESERVED},
	{"192.88.99.1", NT_GATE_TUNNEL},
	{"::2", NT_GATE_CARRIED}, {"fe80::1", NT_GATE_LINKLOCAL}, {"febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NT_GATE_LINKLOCAL},
	{"ff02::1", NT_GATE_MULTICAST}, {"ff00::", NT_GATE_MULTICAST}, {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NT_GATE_MULTICAST},
	{"100::1", NT_GATE_RESERVED}, {"2001::1", NT_GATE_TUNNEL}, {"2001:0:7f00:1::1", NT_GATE_TUNNEL},
	{"2002::", NT_GATE_TUNNEL}, {"2002:808:808::1", NT_GATE_TUNNEL}, {"2002:a00:1::1", NT_GATE_TUNNEL},
	/* phones and servers are there */
	{"10.1.2.3", NT_GATE_PERMITTED}, {"172.16.0.1", NT_GATE_PERMITTED}, {"192.168.1.10", NT_GATE_PERMITTED},
	{"100.64.0.1", NT_GATE_PERMITTED}, {"192.0.0.1", NT_GATE_PERMITTED}, {"192.0.2.7", NT_GATE_PERMITTED},
	{"198.18.0.1", NT_GATE_PERMITTED}, {"198.51.100.1", NT_GATE_PERMITTED}, {"203.0.113.1", NT_GATE_PERMITTED},
	{"8.8.8.8", NT_GATE_PERMITTED}, {"fd00::1", NT_GATE_PERMITTED}, {"2001:db8::7", NT_GATE_PERMITTED},
	{"3fff::1", NT_GATE_PERMITTED}, {"2001:2::1", NT_GATE_PERMITTED}, {"2001:4860::8888", NT_GATE_PERMITTED},
	{"2001:20::1", NT_GATE_PERMITTED}, {"::ffff:10.1.2.3", NT_GATE_PERMITTED},
	/* N171: carried inside */
	{"::8.8.8.8", NT_GATE_PERMITTED}, {"::10.1.2.3", NT_GATE_PERMITTED}, {"::169.254.169.254", NT_GATE_CARRIED},
	{"::224.0.0.1", NT_GATE_CARRIED}, {"::255.255.255.255", NT_GATE_CARRIED}, {"::0.1.2.3", NT_GATE_CARRIED},
	{"64:ff9b::808:808", NT_GATE_PERMITTED}, {"64:ff9b::c000:207", NT_GATE_PERMITTED}, {"64:ff9b::", NT_GATE_CARRIED},
	{"64:ff9b::a9fe:a9fe", NT_GATE_CARRIED}, {"64:ff9b::e000:1", NT_GATE_CARRIED}, {"64:ff9b::ffff:ffff", NT_GATE_CARRIED},
	{"64:ff9b::f000:1", NT_GATE_CARRIED}, {"64:ff9b::c058:6301", NT_GATE_CARRIED},
	/* N172: and what the well-known prefix must not carry */
	{"64:ff9b::a01:203", NT_GATE_CARRIED}, {"64:ff9b::c0a8:1", NT_GATE_CARRIED}, {"64:ff9b::6440:1", NT_GATE_CARRIED},
	/* the local-use prefix: where the address is inside, its operator knows */
	{"64:ff9b:1::808:808", NT_GATE_NAT64}, {"64:ff9b:1::7f00:1", NT_GATE_NAT64}, {"64:ff9b:1:ffff::", NT_GATE_NAT64},
	/* own sockets at other ports than this */
	{"192.0.2.1", NT_GATE_PERMITTED}, {"2001:db8::1", NT_GATE_PERMITTED},
};
/* clang-format on */

static enum nt_gate_reason wanted(enum nt_gate_reason by_address, uint16_t port,
		enum nt_transport transport, enum nt_gate_purpose purpose)
{
	if(purpose == NT_GATE_REPLY || by_address != NT_GATE_PERMITTED)
		return purpose == NT_GATE_REPLY ? NT_GATE_PERMITTED : by_address;
	if(port >= 1024 || (purpose == NT_GATE_FLOW && is_stream(transport)))
		return NT_GATE_PERMITTED;
	return NT_GATE_PORT;
}

START_TEST(t03_matrix)
{
	static const uint16_t ports[] = {1, 22, 80, 1023, 1024, 5062, 65535};
	struct nt_policy *p = nt_policy_must("");
	struct nt_endpoint to = {.addr = nt_addr_must(matrix[_i].addr)};

	own_setup();
	for(int purpose = 0; purpose < NT_GATE_PURPOSE_COUNT; purpose++) {
		for(int t = FIRST_TRANSPORT; t <= LAST_TRANSPORT; t++) {
			for(int i = 0; i < NT_COUNT(ports); i++) {
				enum nt_gate_reason want, got;

				to.port = ports[i];
				want = wanted(matrix[_i].reason, to.port, (enum nt_transport)t,
						(enum nt_gate_purpose)purpose);
				got = nt_gate_permits(p, &own, &to, (enum nt_transport)t,
						(enum nt_gate_purpose)purpose);
				ck_assert_msg(got == want, "%s port %u, %s by %s: %s, not %s",
						matrix[_i].addr, to.port,
						nt_gate_purpose_name((enum nt_gate_purpose)purpose),
						nt_transport_name((enum nt_transport)t),
						nt_gate_reason_name(got), nt_gate_reason_name(want));
			}
			to.port = 0;
			ck_assert_int_eq(nt_gate_permits(p, &own, &to, (enum nt_transport)t,
									 (enum nt_gate_purpose)purpose),
					NT_GATE_NO_ADDRESS);
		}
	}
	free(p);
}
END_TEST

START_TEST(no_address_at_all)
{
	struct nt_policy *p = nt_policy_must("");
	struct nt_endpoint to = {.port = 5060};

	for(int purpose = 0; purpose < NT_GATE_PURPOSE_COUNT; purpose++)
		ck_assert_int_eq(nt_gate_permits(p, NULL, &to, NT_TRANSPORT_UDP,
								 (enum nt_gate_purpose)purpose),
				NT_GATE_NO_ADDRESS);
	free(p);
}
END_TEST

/* --- what a policy says
 * ------------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *name, *policy, *to;
	enum nt_transport transport;
	enum nt_gate_purpose purpose;
	enum nt_gate_reason want;
} rows[] = {
	{"loopback is allowed by word", "gate allow=127.0.0.1", "127.0.0.1:5080", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_PERMITTED},
	{"that one only", "gate allow=127.0.0.1", "127.0.0.2:5080", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_LOOPBACK},
	{"mapped, it is the same", "gate allow=127.0.0.1", "[::ffff:127.0.0.1]:5080", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_PERMITTED},
	{"in IPv6 it is another", "gate allow=127.0.0.1", "[::1]:5080", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_LOOPBACK},
	{"allowed for every purpose", "gate allow=builtin:loopback", "[::1]:5080", NT_TRANSPORT_TCP, NT_GATE_MEDIA, NT_GATE_PERMITTED},
	{"what is allowed does not open ports", "gate allow=127.0.0.1", "127.0.0.1:22", NT_TRANSPORT_TCP, NT_GATE_REQUEST, NT_GATE_PORT},
	{"nor own sockets", "gate allow=10.0.0.0/8", "10.0.0.1:5061", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_OWN},
	{"all of 6to4 is allowed, what it carries is not", "gate allow=2002::/16", "[2002:7f00:1::]:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_CARRIED},
	{"all of 6to4 is allowed, what it carries is harmless", "gate allow=2002::/16", "[2002:808:808::1]:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_PERMITTED},
	{"6to4 and what it carries are allowed", "gate allow='2002::/16 127.0.0.0/8'", "[2002:7f00:1::]:5080", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_PERMITTED},
	{"what is carried is allowed, the tunnel is not", "gate allow=127.0.0.0/8", "[2002:7f00:1::]:5080", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_TUNNEL},
	{"what is carried is allowed, in an IPv4-compatible address", "gate allow=127.0.0.0/8", "[::127.0.0.1]:5080", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_PERMITTED},
	{"what is carried is allowed, NAT64 does not carry it", "gate allow=127.0.0.0/8", "[64:ff9b::7f00:1]:5080", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_CARRIED},
	{"N172 the operator's NAT64 reaches private addresses", "gate allow=64:ff9b::/96", "[64:ff9b::a01:203]:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_PERMITTED},
	{"the operator's NAT64 does not reach loopback", "gate allow=64:ff9b::/96", "[64:ff9b::7f00:1]:5080", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_CARRIED},
	{"a NAT64 of the local-use prefix", "gate allow=64:ff9b:1::/96", "[64:ff9b:1::808:808]:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_PERMITTED},
	{"denied", "gate deny=203.0.113.0/24", "203.0.113.9:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_POLICY},
	{"denied for replies as well", "gate deny=203.0.113.0/24", "203.0.113.9:5060", NT_TRANSPORT_UDP, NT_GATE_REPLY, NT_GATE_POLICY},
	{"denied on a connection as well", "gate deny=203.0.113.0/24", "203.0.113.9:5060", NT_TRANSPORT_TLS, NT_GATE_FLOW, NT_GATE_POLICY},
	{"denied by what is carried", "gate deny=8.8.8.8", "[64:ff9b::808:808]:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_POLICY},
	{"denied by its prefix", "gate deny=64:ff9b::/96", "[64:ff9b::808:808]:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_POLICY},
	{"denial wins, allowed first", "gate allow=10.0.0.0/8 deny=10.1.0.0/16", "10.1.2.3:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_POLICY},
	{"denial wins, though less specific", "gate deny=10.0.0.0/8 allow=10.1.2.3", "10.1.2.3:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_POLICY},
	{"denial leaves the rest", "gate allow=127.0.0.0/8 deny=127.0.0.1", "127.0.0.2:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_PERMITTED},
	{"denial is told before the address", "gate deny=127.0.0.1", "127.0.0.1:22", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_POLICY},
	{"the address is told before the port", "", "127.0.0.1:22", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_LOOPBACK},
	{"own sockets are told before the port", "", "192.0.2.1:443", NT_TRANSPORT_TLS, NT_GATE_REQUEST, NT_GATE_OWN},
	{"ports that are meant", "gate ports='80 443'", "203.0.113.9:443", NT_TRANSPORT_WSS, NT_GATE_REQUEST, NT_GATE_PERMITTED},
	{"ports that are not", "gate ports='80 443'", "203.0.113.9:22", NT_TRANSPORT_TCP, NT_GATE_REQUEST, NT_GATE_PORT},
	{"ports of media", "gate ports=80", "203.0.113.9:80", NT_TRANSPORT_UDP, NT_GATE_MEDIA, NT_GATE_PERMITTED},
	{"T03 an own socket", "", "192.0.2.1:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_OWN},
	{"an own socket, by another transport", "", "192.0.2.1:5060", NT_TRANSPORT_TCP, NT_GATE_PING, NT_GATE_OWN},
	{"an own socket of IPv6", "", "[2001:db8::1]:5060", NT_TRANSPORT_UDP, NT_GATE_MEDIA, NT_GATE_OWN},
	{"an own socket, mapped", "", "[::ffff:192.0.2.1]:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_OWN},
	{"an own socket, carried by NAT64", "", "[64:ff9b::c000:201]:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_OWN},
	{"an own socket, carried by an IPv4-compatible address", "", "[::192.0.2.1]:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_OWN},
	{"an own socket by a token", "", "192.0.2.1:5060", NT_TRANSPORT_TCP, NT_GATE_FLOW, NT_GATE_OWN},
	{"N182 an own socket in a Via", "", "192.0.2.1:5060", NT_TRANSPORT_UDP, NT_GATE_VIA, NT_GATE_OWN},
	{"N182 broadcast in a Via", "", "255.255.255.255:5060", NT_TRANSPORT_UDP, NT_GATE_VIA, NT_GATE_BROADCAST},
	{"an own socket that has sent a request", "", "192.0.2.1:5060", NT_TRANSPORT_UDP, NT_GATE_REPLY, NT_GATE_PERMITTED},
	{"own sockets are allowed", "gate own-sockets=allow", "192.0.2.1:5060", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_PERMITTED},
	{"own sockets are allowed, loopback is not", "gate own-sockets=allow", "127.0.0.1:5070", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_LOOPBACK},
	{"a socket of all addresses is on loopback, too", "gate allow=builtin:loopback", "127.0.0.9:5070", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_OWN},
	{"also in IPv6", "gate allow=builtin:loopback", "[::1]:5070", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_OWN},
	{"it is not at all addresses of others", "", "203.0.113.9:5070", NT_TRANSPORT_UDP, NT_GATE_REQUEST, NT_GATE_PERMITTED},
};
/* clang-format on */

START_TEST(policy_row)
{
	char text[200];
	struct nt_endpoint to = nt_endpoint_must(rows[_i].to);
	enum nt_gate_reason got;
	struct nt_policy *p;

	snprintf(text, sizeof(text), "%s%s", rows[_i].policy[0] != '\0' ? NET : "",
			rows[_i].policy);
	p = nt_policy_must(text);
	own_setup();
	got = nt_gate_permits(p, &own, &to, rows[_i].transport, rows[_i].purpose);
	ck_assert_msg(got == rows[_i].want, "%s: %s, not %s", rows[_i].name,
			nt_gate_reason_name(got), nt_gate_reason_name(rows[_i].want));
	free(p);
}
END_TEST

/* --- however it is written
 * ------------------------------------------------------------------- */

static enum nt_gate_reason judge_text(
		const struct nt_policy *p, const char *text, uint16_t port)
{
	struct nt_endpoint to = {.addr = nt_addr_must(text), .port = port};

	return nt_gate_permits(p, &own, &to, NT_TRANSPORT_UDP, NT_GATE_REQUEST);
}

/* All 16-bit parts, in one of the ways that a person or an attacker writes */
static void write_ipv6(
		char *buf, size_t size, const uint16_t parts[8], unsigned style)
{
	static const char *const forms[] = {"%x", "%X", "%04x", "%04X"};
	const char *close = style & 8 ? "]" : "";
	size_t n = (size_t)snprintf(buf, size, style & 8 ? "[" : "");
	int words = style & 4 ? 6 : 8;

	for(int i = 0; i < words; i++) {
		n += (size_t)snprintf(buf + n, size - n, i > 0 ? ":" : "");
		n += (size_t)snprintf(buf + n, size - n, forms[style & 3], parts[i]);
	}
	if(words == 6)
		n += (size_t)snprintf(buf + n, size - n, ":%u.%u.%u.%u", parts[6] >> 8,
				parts[6] & 0xff, parts[7] >> 8, parts[7] & 0xff);
	snprintf(buf + n, size - n, "%s", close);
}

static void split(uint16_t parts[8], const struct nt_addr *a)
{
	for(int i = 0; i < 4; i++) {
		parts[i] = (uint16_t)(a->hi >> (48 - 16 * i));
		parts[4 + i] = (uint16_t)(a->lo >> (48 - 16 * i));
	}
}

/* The matrix, own sockets, and anything at random near the special networks */
static struct nt_addr any_addr(uint64_t *state, int i)
{
	static const uint64_t prefixes[] = {0, 0x0064ff9b00000000,
			0x0064ff9b00010000, 0x2002ull << 48, 0x2001000000000000,
			0xfe80ull << 48, 0xff02ull << 48, 0x20010db8ull << 32};
	uint64_t bits = nt_random(state);
	uint8_t bytes[16];
	struct nt_addr a;

	if(i < NT_COUNT(matrix))
		return nt_addr_must(matrix[i].addr);
	a.hi = prefixes[bits & 7] | (bits & 8 ? nt_random(state) & 0xffffffff : 0);
	a.lo = bits & 16 ? nt_random(state) : nt_random(state) & 0xffffffff;
	if(bits & 32)
		a = (struct nt_addr){0, 0xffffull << 32 | (a.lo & 0xffffffff), 0};
	for(int k = 0; k < 8; k++) {
		bytes[k] = (uint8_t)(a.hi >> (56 - 8 * k));
		bytes[8 + k] = (uint8_t)(a.lo >> (56 - 8 * k));
	}
	return nt_addr_ipv6(bytes);
}

START_TEST(every_way_of_writing_is_the_same)
{
	struct nt_policy *p = nt_policy_must(
			NET "gate allow='127.0.0.9 2002::/16' deny='10.9.0.0/16 "
				"64:ff9b::808:808' ports=443");
	uint64_t state = 3;

	own_setup();
	for(int i = 0; i < 20000; i++) {
		struct nt_addr a = any_addr(&state, i);
		uint16_t parts[8], port = i & 1 ? 5060 : 443;
		struct nt_endpoint to = {a, port};
		enum nt_gate_reason want = nt_gate_permits(
				p, &own, &to, NT_TRANSPORT_UDP, NT_GATE_REQUEST);
		char text[64];

		split(parts, &a);
		for(unsigned style = 0; style < 16; style++) {
			write_ipv6(text, sizeof(text), parts, style);
			ck_assert_msg(judge_text(p, text, port) == want, "%s", text);
		}
		nt_addr_print(text, sizeof(text), &a, (i & 2) != 0);
		ck_assert_msg(judge_text(p, text, port) == want, "%s", text);
		if(a.family == NT_FAMILY_IPV4) {
			snprintf(text, sizeof(text), "::ffff:%x:%x", parts[6], parts[7]);
			ck_assert_msg(judge_text(p, text, port) == want, "%s", text);
		}
	}
	free(p);
}
END_TEST

/* Whatever IPv4 address is denied, no IPv6 address that carries it is not */
START_TEST(nothing_is_carried_past)
{
	struct nt_policy *p = nt_policy_must(NET "gate deny=10.9.0.0/16");
	uint64_t state = 11;
	unsigned denied = 0;

	own_setup();
	for(int i = 0; i < 20000; i++) {
		uint32_t v4 = (uint32_t)nt_random(&state);
		char text[64];

		if(i % 4 == 0)
			v4 = 0x7f000000 | (v4 & 0xffffff);
		if(i % 16 == 1)
			v4 = 0x0a090000 | (v4 & 0xffff);
		if(i == 2)
			v4 = 0xc0000201; /* an own socket */
		snprintf(text, sizeof(text), "%u.%u.%u.%u", v4 >> 24, v4 >> 16 & 255,
				v4 >> 8 & 255, v4 & 255);
		if(judge_text(p, text, 5060) == NT_GATE_PERMITTED)
			continue;
		denied++;
		snprintf(text, sizeof(text), "2002:%x:%x:1::1", v4 >> 16, v4 & 0xffff);
		ck_assert_msg(
				judge_text(p, text, 5060) != NT_GATE_PERMITTED, "%s", text);
		snprintf(text, sizeof(text), "64:ff9b::%x:%x", v4 >> 16, v4 & 0xffff);
		ck_assert_msg(
				judge_text(p, text, 5060) != NT_GATE_PERMITTED, "%s", text);
		snprintf(text, sizeof(text), "::%x:%x", v4 >> 16, v4 & 0xffff);
		ck_assert_msg(
				judge_text(p, text, 5060) != NT_GATE_PERMITTED, "%s", text);
	}
	ck_assert_uint_gt(denied, 5000);
	free(p);
}
END_TEST

START_TEST(own_sockets_are_found_in_any_number)
{
	struct nt_policy *p = nt_policy_must("");
	uint64_t state = 5;

	for(size_t n = 0; n <= 40; n++) {
		struct nt_endpoint *sockets = nt_heap(NULL, n * sizeof(*sockets));
		struct nt_gate_own mine = {sockets, n};

		for(size_t i = 0; i < n; i++) {
			sockets[i] = nt_endpoint_must("203.0.113.1:5060");
			sockets[i].addr.lo += nt_random(&state) % 8;
			sockets[i].port =
					(uint16_t)(sockets[i].port + nt_random(&state) % 4);
		}
		nt_gate_own_sort(sockets, n);
		for(unsigned i = 0; i < 32; i++) {
			struct nt_endpoint to = nt_endpoint_must("203.0.113.1:5060");
			bool is_mine = false;

			to.addr.lo += i / 4;
			to.port = (uint16_t)(to.port + i % 4);
			for(size_t k = 0; k < n; k++)
				is_mine |= nt_addr_eq(&sockets[k].addr, &to.addr)
						   && sockets[k].port == to.port;
			ck_assert_int_eq(nt_gate_permits(p, &mine, &to, NT_TRANSPORT_UDP,
									 NT_GATE_REQUEST),
					is_mine ? NT_GATE_OWN : NT_GATE_PERMITTED);
		}
		free(sockets);
	}
	free(p);
}
END_TEST

START_TEST(all_have_names)
{
	for(int i = 0; i < NT_GATE_REASON_COUNT; i++) {
		const char *name = nt_gate_reason_name((enum nt_gate_reason)i);

		ck_assert(name != NULL && name[0] != '\0' && strlen(name) < 32);
		for(int k = 0; k < i; k++)
			ck_assert_str_ne(name, nt_gate_reason_name((enum nt_gate_reason)k));
	}
	for(int i = 0; i < NT_GATE_PURPOSE_COUNT; i++)
		ck_assert_ptr_nonnull(nt_gate_purpose_name((enum nt_gate_purpose)i));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_gate");

	nt_add_rows(s, "T03 matrix", t03_matrix, NT_COUNT(matrix));
	nt_add_rows(s, "no address", no_address_at_all, 1);
	nt_add_rows(s, "policy", policy_row, NT_COUNT(rows));
	nt_add_rows(s, "writing", every_way_of_writing_is_the_same, 1);
	nt_add_rows(s, "carried", nothing_is_carried_past, 1);
	nt_add_rows(s, "own sockets", own_sockets_are_found_in_any_number, 1);
	nt_add_rows(s, "names", all_have_names, 1);
	return nt_run(s);
}
