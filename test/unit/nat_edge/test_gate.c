/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The gate at the door: what is asked of a packet, and what becomes of it */
#include "unit.h"

#include "core/core_env.h"
#include "core/globals.h"
#include "core/ip_addr.h"
#include "core/mem/mem.h"
#include "core/socket_info.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_gate.h"
#include "nat_edge/nat_edge_source.h"
#include "nat_edge/nat_edge_stats.h"

static struct ne_params defaults;
static struct socket_info *real_udp, *real_tcp;

/* The bit that a marked request carries */
static int mark;

static void arrive(sip_msg_t *msg, char *packet, size_t size, const char *via)
{
	struct core_path path = {.transport = NT_TRANSPORT_UDP};
	int len = snprintf(packet, size,
			"OPTIONS sip:example.org SIP/2.0\r\n"
			"Via: SIP/2.0/UDP %s;branch=z9hG4bK-1\r\n"
			"From: <sip:a@example.org>;tag=a\r\nTo: <sip:b@example.org>\r\n"
			"Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
			via);

	nt_endpoint_parse(&path.source, NT_SPAN("203.0.113.9:77"));
	nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060"));
	ck_assert_int_eq(core_msg_parse(msg, packet, (size_t)len, &path), 0);
}

static void learn_the_mark(void)
{
	char packet[1024];
	sip_msg_t msg;

	arrive(&msg, packet, sizeof(packet), "192.168.1.10");
	ck_assert(ne_gate_mark(&msg));
	mark = msg.rpl_send_flags.f;
	core_msg_free(&msg);
}

static void start(void)
{
	ne_params = defaults;
	ck_assert_int_eq(ne_conf_init(), 0);
	ck_assert_int_eq(ne_gate_init(), 0);
	learn_the_mark();
}

static void stop(void)
{
	ne_gate_fini();
	ne_conf_fini();
	reply_to_via = 0;
}

static void again(void)
{
	ne_gate_fini();
	ne_conf_fini();
	ck_assert_int_eq(ne_conf_init(), 0);
	ck_assert_int_eq(ne_gate_init(), 0);
}

/* A destination as the core resolves it */
static struct dest_info destination(const char *text, int proto)
{
	struct dest_info dst = {.proto = (char)proto};
	struct nt_endpoint e = {.port = 0};

	ck_assert_int_eq(nt_endpoint_parse(&e, nt_span_cstr(text)), 0);
	if(e.addr.family == NT_FAMILY_IPV4) {
		dst.to.s.sa_family = AF_INET;
		dst.to.sin.sin_addr.s_addr = htonl((uint32_t)e.addr.lo);
		dst.to.sin.sin_port = htons(e.port);
	} else {
		dst.to.s.sa_family = AF_INET6;
		for(int i = 0; i < 8; i++) {
			dst.to.sin6.sin6_addr.s6_addr[i] =
					(uint8_t)(e.addr.hi >> (56 - 8 * i));
			dst.to.sin6.sin6_addr.s6_addr[8 + i] =
					(uint8_t)(e.addr.lo >> (56 - 8 * i));
		}
		dst.to.sin6.sin6_port = htons(e.port);
	}
	return dst;
}

/* Through the door as msg_send() does it. @return did it pass? */
static bool passes(struct dest_info *dst, const char *bytes, size_t len)
{
	long before = core_live_blocks();
	str out = {pkg_malloc(len + 1), (int)len};
	sr_event_param_t evp = {.data = &out, .dst = dst};
	bool passed;

	ck_assert_ptr_nonnull(out.s);
	memcpy(out.s, bytes, len);
	out.s[len] = '\0';
	ck_assert_int_eq(ne_gate_on_send(&evp), 0);
	passed = out.s != NULL;
	if(passed) {
		ck_assert(memcmp(out.s, bytes, len) == 0 && (size_t)out.len == len);
		pkg_free(out.s);
	} else {
		ck_assert_int_eq(out.len, 0);
	}
	ck_assert_int_eq(core_live_blocks(), before);
	return passed;
}

static bool sends(const char *to, int proto, int flags, const char *text)
{
	struct dest_info dst = destination(to, proto);

	dst.send_flags.f = (unsigned short)flags;
	return passes(&dst, text, strlen(text));
}

#define ASK "INVITE sip:bob@example.org SIP/2.0\r\n\r\n"
#define ANSWER "SIP/2.0 200 OK\r\n\r\n"

/* clang-format off */
static const struct {
	const char *name, *to;
	int proto, flags; /* -1: the mark */
	const char *text;
	bool want;
} rows[] = {
	{"a request to somebody", "203.0.113.9:5060", PROTO_UDP, 0, ASK, true},
	{"a request to loopback", "127.0.0.1:5060", PROTO_UDP, 0, ASK, false},
	{"the same address, mapped", "[::ffff:127.0.0.1]:5060", PROTO_UDP, 0, ASK, false},
	{"in IPv6", "[::1]:5060", PROTO_TLS, 0, ASK, false},
	{"by SCTP", "127.0.0.1:5060", PROTO_SCTP, 0, ASK, false},
	{"by WebSocket", "127.0.0.1:5060", PROTO_WSS, 0, ASK, false},
	{"the mark of a reply is none of a request", "127.0.0.1:5060", PROTO_UDP, -1, ASK, false},
	{"a marked reply", "127.0.0.1:5060", PROTO_UDP, -1, ANSWER, true},
	{"a marked reply to a low port", "127.0.0.1:22", PROTO_UDP, -1, ANSWER, true},
	{"a reply that follows its Via", "127.0.0.1:5060", PROTO_UDP, 0, ANSWER, false},
	{"a reply that follows its Via to somebody", "203.0.113.9:5060", PROTO_UDP, 0, ANSWER, true},
	{"a reply that follows its Via to a low port", "203.0.113.9:22", PROTO_UDP, 0, ANSWER, false},
	{"a reply in small letters is one", "127.0.0.1:5060", PROTO_UDP, -1, "sip/2.0 200 OK\r\n\r\n", true},
	{"what is nearly a reply is none", "127.0.0.1:5060", PROTO_UDP, -1, "SIP/2.0", false},
	{"a low port", "203.0.113.9:443", PROTO_TLS, 0, ASK, false},
	{"a low port at the end of a connection", "203.0.113.9:443", PROTO_TLS, SND_F_FORCE_CON_REUSE, ASK, true},
	{"there are no connections on UDP", "203.0.113.9:443", PROTO_UDP, SND_F_FORCE_CON_REUSE, ASK, false},
	{"loopback at the end of a connection", "127.0.0.1:50000", PROTO_TCP, SND_F_FORCE_CON_REUSE, ASK, false},
	{"a ping", "127.0.0.1:5060", PROTO_UDP, 0, "\r\n\r\n", false},
	{"a ping of nothing", "127.0.0.1:5060", PROTO_UDP, 0, "", false},
	{"a ping to somebody", "203.0.113.9:5060", PROTO_UDP, 0, "\r\n\r\n", true},
};
/* clang-format on */

START_TEST(row)
{
	long denied = ne_stat_value(NE_STAT_GATE_DENIED);
	int flags = rows[_i].flags == -1 ? mark : rows[_i].flags;

	ck_assert_msg(sends(rows[_i].to, rows[_i].proto, flags, rows[_i].text)
						  == rows[_i].want,
			"%s", rows[_i].name);
	ck_assert_int_eq(
			ne_stat_value(NE_STAT_GATE_DENIED), denied + !rows[_i].want);
}
END_TEST

START_TEST(answers_to_stun)
{
	static const char answer[20] = {0x01, 0x01}, request[20] = {0x00, 0x01};
	struct dest_info dst = destination("127.0.0.1:5060", PROTO_UDP);

	ck_assert(passes(&dst, answer, sizeof(answer)));
	ck_assert(!passes(&dst, answer, sizeof(answer) - 1));
	ck_assert(!passes(&dst, request, sizeof(request)));
}
END_TEST

START_TEST(what_is_no_packet_is_left_alone)
{
	struct dest_info dst = destination("127.0.0.1:5060", PROTO_UDP);
	char text[] = ASK;
	str dropped = {NULL, 7}, out = {text, sizeof(text) - 1};
	sr_event_param_t evp = {.data = &dropped, .dst = &dst};

	ck_assert_int_eq(ne_gate_on_send(&evp), 0);
	ck_assert(dropped.s == NULL && dropped.len == 7);
	evp = (sr_event_param_t){.data = &out, .dst = NULL};
	ck_assert_int_eq(ne_gate_on_send(&evp), 0);
	ck_assert_ptr_eq(out.s, text);
}
END_TEST

START_TEST(a_destination_without_an_address)
{
	struct dest_info dst = {.proto = PROTO_UDP};
	long before = ne_stat_gate_value(NT_GATE_NO_ADDRESS);

	ck_assert(!passes(&dst, ASK, strlen(ASK)));
	dst.to.s.sa_family = AF_UNIX;
	ck_assert(!passes(&dst, ASK, strlen(ASK)));
	ck_assert_int_eq(ne_stat_gate_value(NT_GATE_NO_ADDRESS), before + 2);
}
END_TEST

START_TEST(switched_off_all_passes)
{
	ne_params.gate = 0;
	again();
	ck_assert(!ne_gate_is_on());
	ck_assert(sends("127.0.0.1:22", PROTO_UDP, 0, ASK));
	ck_assert(ne_gate_permits(&(struct nt_endpoint){.port = 0},
			NT_TRANSPORT_UDP, NT_GATE_REQUEST));
}
END_TEST

START_TEST(modules_ask_as_well)
{
	struct nt_endpoint e;
	long before = ne_stat_gate_value(NT_GATE_MULTICAST);

	ck_assert_int_eq(nt_endpoint_parse(&e, NT_SPAN("224.0.0.1:5060")), 0);
	ck_assert(!ne_gate_permits(&e, NT_TRANSPORT_UDP, NT_GATE_PING));
	ck_assert_int_eq(ne_stat_gate_value(NT_GATE_MULTICAST), before + 1);
	ck_assert_int_eq(nt_endpoint_parse(&e, NT_SPAN("203.0.113.9:5060")), 0);
	ck_assert(ne_gate_permits(&e, NT_TRANSPORT_UDP, NT_GATE_PING));
}
END_TEST

/* --- marks
 * ----------------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *name, *via;
	bool by_via, want; /* reply_to_via */
} marks[] = {
	{"rport", "192.168.1.10:5060;rport", false, true},
	{"no rport", "192.168.1.10:5060", false, true},
	{"no port", "phone.example.org", false, true},
	{"a low port of its own", "192.168.1.10:1023", false, false},
	{"a low port that does not count", "192.168.1.10:22;rport", false, true},
	{"a low port that is the source's", "192.168.1.10:77", false, true},
	{"answered at the Via, which is the source", "203.0.113.9:5060", true, true},
	{"answered at the Via, which is elsewhere", "192.168.1.10:5060", true, false},
	{"answered at the Via, a name", "phone.example.org", true, false},
};
/* clang-format on */

START_TEST(a_request_is_marked)
{
	char packet[1024];
	sip_msg_t msg;

	reply_to_via = marks[_i].by_via;
	arrive(&msg, packet, sizeof(packet), marks[_i].via);
	msg.rpl_send_flags.f = SND_F_CON_CLOSE;
	ck_assert_msg(ne_gate_mark(&msg) == marks[_i].want, "%s", marks[_i].name);
	/* the core's own flags stay */
	ck_assert((msg.rpl_send_flags.f & 0xff) == SND_F_CON_CLOSE);
	ck_assert((msg.rpl_send_flags.f != SND_F_CON_CLOSE) == marks[_i].want);
	core_msg_free(&msg);
}
END_TEST

/* --- own sockets
 * ----------------------------------------------------------------- */

static void listen_at(struct socket_info *si, const char *addr, uint16_t port,
		struct socket_info **list)
{
	static const str name = str_init("udp:test");
	struct nt_addr a;

	memset(si, 0, sizeof(*si));
	ck_assert_int_eq(nt_addr_parse(&a, nt_span_cstr(addr)), 0);
	si->address.af = a.family == NT_FAMILY_IPV4 ? AF_INET : AF_INET6;
	si->address.len = a.family == NT_FAMILY_IPV4 ? 4 : 16;
	if(a.family == NT_FAMILY_IPV4)
		si->address.u.addr32[0] = htonl((uint32_t)a.lo);
	else
		si->address.u.addr[15] = (unsigned char)a.lo;
	si->flags = a.lo == 0 || (uint32_t)a.lo == 0 ? SI_IS_ANY : 0;
	si->port_no = port;
	si->sock_str = name;
	si->next = *list;
	*list = si;
}

START_TEST(own_sockets_are_denied)
{
	struct socket_info a, b, c;

	ne_params.gate_allow = "builtin:loopback";
	udp_listen = tcp_listen = NULL;
	listen_at(&a, "203.0.113.1", 5060, &udp_listen);
	listen_at(&b, "::1", 5061, &tcp_listen);
	listen_at(&c, "0.0.0.0", 5070, &udp_listen);
	again();
	/* of all addresses: itself, and those of this machine, at least one */
	ck_assert_uint_ge(ne_gate_own()->count, 4);
	ck_assert(!sends("203.0.113.1:5060", PROTO_UDP, 0, ASK));
	ck_assert(!sends("203.0.113.1:5060", PROTO_TCP, 0, ASK));
	ck_assert(sends("203.0.113.1:5062", PROTO_UDP, 0, ASK));
	ck_assert(!sends("[::1]:5061", PROTO_TLS, 0, ASK));
	ck_assert(!sends("127.0.0.7:5070", PROTO_UDP, 0, ASK));
	ck_assert(!sends("[::ffff:127.0.0.1]:5070", PROTO_UDP, 0, ASK));
	ck_assert(sends("127.0.0.7:5071", PROTO_UDP, 0, ASK));
	ck_assert(sends("203.0.113.1:5060", PROTO_UDP, mark, ANSWER));
	ne_params.gate_own_sockets = "allow";
	again();
	ck_assert(sends("203.0.113.1:5060", PROTO_UDP, 0, ASK));
	udp_listen = real_udp;
	tcp_listen = real_tcp;
}
END_TEST

START_TEST(failed_allocations_stop_the_start)
{
	long before;
	int tried = 0;

	ne_gate_fini();
	before = core_live_blocks();
	/* the core keeps what it was given for the callback */
	for(long nth = 1; nth <= 2; nth++) {
		core_fail_allocation(nth, false);
		if(ne_gate_init() < 0)
			tried++;
		core_fail_allocation(0, false);
		ne_gate_fini();
		ck_assert_int_eq(core_live_blocks(), before);
	}
	ck_assert_int_eq(tried, 2);
	ck_assert_int_eq(ne_gate_init(), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nat_edge_gate");
	TCase *c = tcase_create("gate");

	core_env_init();
	defaults = ne_params;
	ne_source_remember();
	real_udp = udp_listen;
	real_tcp = tcp_listen;
	tcase_add_checked_fixture(c, start, stop);
	tcase_add_loop_test(c, row, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(c, answers_to_stun);
	tcase_add_test(c, what_is_no_packet_is_left_alone);
	tcase_add_test(c, a_destination_without_an_address);
	tcase_add_test(c, switched_off_all_passes);
	tcase_add_test(c, modules_ask_as_well);
	tcase_add_loop_test(
			c, a_request_is_marked, 0, sizeof(marks) / sizeof(marks[0]));
	tcase_add_test(c, own_sockets_are_denied);
	tcase_add_test(c, failed_allocations_stop_the_start);
	suite_add_tcase(suite, c);
	return unit_run(suite);
}
