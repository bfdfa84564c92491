/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What other modules are told of senders, strangers, gateways and sites */
#include "core/core_env.h"
#include "nat_edge/nat_edge_api.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_sender.h"
#include "policy.h"
#include "unit.h"

#define POLICY                                                               \
	"<networks>"                                                             \
	"<site name='acme' prefixes='203.0.113.16-203.0.113.31 2001:db8:1::/48'" \
	" alg='broken' max-contacts='40'/>"                                      \
	"<gateway name='a' address='192.0.2.1' keepalive='yes'/>"                \
	"<gateway name='b' address='192.0.2.2:5070' transport='tcp'"             \
	" keepalive='yes'/>"                                                     \
	"<gateway name='c' address='[2001:db8::3]' transport='tls'"              \
	" keepalive='yes'/>"                                                     \
	"<gateway name='quiet' address='192.0.2.4' keepalive='no'/>"             \
	"<gateway name='off' address='192.0.2.5' keepalive='yes'/>"              \
	"</networks><profiles>"                                                  \
	"<profile name='trunk'><keepalive udp='60' tcp='600' method='notify'"    \
	" misses='5'/></profile>"                                                \
	"<profile name='off'><keepalive udp='0'/></profile>"                     \
	"<profile name='all'><keepalive who='all' ignore='408'"                  \
	" down='stop'/></profile>"                                               \
	"</profiles><rules>"                                                     \
	"<rule source='192.0.2.2' profile='trunk'/>"                             \
	"<rule source='192.0.2.5' profile='off'/>"                               \
	"<rule domain='all.example' profile='all'/>"                             \
	"<rule domain='never.example' nat='never'/>"                             \
	"<rule domain='force.example' nat='force'/>"                             \
	"</rules>"

static struct nat_edge_api api;
static char packet[2048];
static sip_msg_t msg;

static void start(void)
{
	policy_in_force(POLICY);
	ck_assert_int_eq(ne_flow_init(), 0);
	ck_assert_int_eq(ne_api_bind(&api), 0);
}

static void stop(void)
{
	ne_view_forget();
	ne_api_forget();
	ne_conf_fini();
}

static void arrive(const char *method, const char *via, const char *from,
		const char *to, const char *contact, const char *source)
{
	struct core_path path = {.transport = NT_TRANSPORT_UDP};
	int len = snprintf(packet, sizeof(packet),
			"%s sip:example.org SIP/2.0\r\n"
			"Via: SIP/2.0/UDP %s;branch=z9hG4bK-1\r\n"
			"From: <%s>;tag=a1\r\nTo: <%s>\r\nCall-ID: 1\r\nCSeq: 1 %s\r\n"
			"Contact: <%s>\r\nContent-Length: 0\r\n\r\n",
			method, via, from, to, method, contact);

	NT_MUST(nt_endpoint_parse(&path.source, nt_span_cstr(source)) == 0);
	NT_MUST(nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060")) == 0);
	ne_view_forget();
	ck_assert_int_eq(core_msg_parse(&msg, packet, (size_t)len, &path), 0);
}

static void leave(void)
{
	core_msg_free(&msg);
	ne_view_forget();
}

START_TEST(everything_is_there)
{
	const void *const *functions = (const void *const *)&api;

	for(size_t i = 0; i < sizeof(api) / sizeof(void *); i++)
		ck_assert_msg(functions[i] != NULL, "number %zu", i);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *method, *via, *from, *to, *contact, *source;
	enum nt_class class;
	bool wanted;
	uint32_t interval_s;
	const char *aor;
} senders[] = {
	{"a REGISTER is its To's, by one form of it", "REGISTER", "192.168.1.10", "sip:x@example.org",
		"sip:alice:secret@Example.ORG:5070;x", "sip:alice@192.168.1.10", "203.0.113.9:40001",
		NT_CLASS_NAT, true, 25, "alice@example.org"},
	{"another request is its From's", "SUBSCRIBE", "192.168.1.10", "sip:bob@Example.org",
		"sip:alice@example.org", "sip:bob@192.168.1.10", "203.0.113.9:40001",
		NT_CLASS_NAT, true, 25, "bob@example.org"},
	{"who is not behind a NAT needs nothing", "REGISTER", "203.0.113.9:5060", "sip:x@example.org",
		"sip:alice@example.org", "sip:alice@203.0.113.9:5060", "203.0.113.9:5060",
		NT_CLASS_DIRECT, false, 25, "alice@example.org"},
	{"unless its profile says all", "REGISTER", "203.0.113.9:5060", "sip:x@example.org",
		"sip:alice@all.example", "sip:alice@203.0.113.9:5060", "203.0.113.9:5060",
		NT_CLASS_DIRECT, true, 25, "alice@all.example"},
	{"the profile of its address", "REGISTER", "192.168.1.10", "sip:x@example.org",
		"sip:alice@example.org", "sip:alice@192.168.1.10", "192.0.2.2:5070",
		NT_CLASS_NAT, true, 60, "alice@example.org"},
	{"an interval of 0", "REGISTER", "192.168.1.10", "sip:x@example.org",
		"sip:alice@example.org", "sip:alice@192.168.1.10", "192.0.2.5:5060",
		NT_CLASS_NAT, false, 0, "alice@example.org"},
	{"nobody's URI", "SUBSCRIBE", "192.168.1.10", "tel:+1234",
		"sip:alice@example.org", "sip:bob@192.168.1.10", "203.0.113.9:40001",
		NT_CLASS_NAT, true, 25, ""},
};
/* clang-format on */

START_TEST(sender)
{
	struct nat_edge_sender s, later;
	char aor[NE_SENDER_AOR];

	memset(&s, 0xff, sizeof(s));
	memset(&later, 0xff, sizeof(later));
	arrive(senders[_i].method, senders[_i].via, senders[_i].from,
			senders[_i].to, senders[_i].contact, senders[_i].source);
	ck_assert(api.sender(&msg, &s));
	ck_assert_msg(s.class == senders[_i].class, "%s: %s", senders[_i].name,
			nt_class_name(s.class));
	ck_assert_msg(s.wanted == senders[_i].wanted, "%s", senders[_i].name);
	ck_assert_msg(s.terms.interval_ms == senders[_i].interval_s * 1000,
			"%s: %u ms", senders[_i].name, s.terms.interval_ms);
	ck_assert_msg(nt_span_eq(s.aor, nt_span_cstr(senders[_i].aor)),
			"%s: '%.*s'", senders[_i].name, NT_SPAN_FMT(s.aor));
	ck_assert_uint_eq(s.flow.transport, NT_TRANSPORT_UDP);
	ck_assert_uint_eq(s.flow.local.port, 5060);
	/* the same in another process, from what is left of the verdict */
	if(strcmp(senders[_i].method, "REGISTER") == 0) {
		ck_assert(ne_sender_later(&msg, s.class, &later, aor));
		ck_assert(nt_span_eq(later.aor, s.aor)
				  && later.class == s.class && later.wanted == s.wanted
				  && ne_flow_eq(&later.flow, &s.flow));
		ck_assert_uint_eq(later.terms.interval_ms, s.terms.interval_ms);
		ck_assert_uint_eq(later.terms.method, s.terms.method);
		ck_assert_uint_eq(later.terms.ignore, s.terms.ignore);
	}
	leave();
}
END_TEST

START_TEST(an_aor_that_is_too_long_is_none)
{
	struct nat_edge_sender s;
	char from[NE_SENDER_AOR + 40];

	snprintf(from, sizeof(from), "sip:%0*d@example.org", NE_SENDER_AOR - 12, 0);
	arrive("SUBSCRIBE", "192.168.1.10", from, "sip:alice@example.org",
			"sip:bob@192.168.1.10", "203.0.113.9:40001");
	ck_assert(api.sender(&msg, &s));
	ck_assert_uint_eq(s.aor.len, 0);
	leave();
	snprintf(from, sizeof(from), "sip:%0*d@example.org", NE_SENDER_AOR - 13, 0);
	arrive("SUBSCRIBE", "192.168.1.10", from, "sip:alice@example.org",
			"sip:bob@192.168.1.10", "203.0.113.9:40001");
	ck_assert(api.sender(&msg, &s));
	ck_assert_uint_eq(s.aor.len, NE_SENDER_AOR - 1);
	leave();
}
END_TEST

START_TEST(who_was_managed)
{
	arrive("INVITE", "192.168.1.10", "sip:bob@example.org",
			"sip:alice@example.org", "sip:bob@192.168.1.10",
			"203.0.113.9:40001");
	ck_assert(!api.is_managed(&msg));
	ki_nat_manage(&msg);
	ck_assert(api.is_managed(&msg));
	leave();
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *at, *domain;
	enum nt_transport transport;
	bool nat, wanted;
	enum nt_ping_method method;
} strangers[] = {
	{"behind a NAT, as it was found", "203.0.113.9:40001", "example.org", NT_TRANSPORT_UDP, true, true, NT_PING_OPTIONS},
	{"at its own address", "203.0.113.9:5060", "example.org", NT_TRANSPORT_UDP, false, false, 0},
	{"on a connection", "203.0.113.9:40001", "example.org", NT_TRANSPORT_TCP, true, true, NT_PING_CRLF},
	{"a browser", "203.0.113.9:40001", "example.org", NT_TRANSPORT_WSS, false, true, NT_PING_WEBSOCKET},
	{"in a site where all are", "203.0.113.17:5060", "example.org", NT_TRANSPORT_UDP, false, true, NT_PING_OPTIONS},
	{"a profile for all", "203.0.113.9:5060", "all.example", NT_TRANSPORT_UDP, false, true, NT_PING_OPTIONS},
	{"a rule says never", "203.0.113.9:40001", "never.example", NT_TRANSPORT_UDP, true, false, 0},
	{"a rule says never, of a browser", "203.0.113.9:40001", "never.example", NT_TRANSPORT_WS, true, false, 0},
	{"a rule says force", "203.0.113.9:5060", "force.example", NT_TRANSPORT_UDP, false, true, NT_PING_OPTIONS},
	{"the profile of its address", "192.0.2.2:5070", "", NT_TRANSPORT_TLS, true, true, NT_PING_NOTIFY},
	{"an interval of 0", "192.0.2.5:5060", "", NT_TRANSPORT_UDP, true, false, 0},
	{"no flow that we know", "203.0.113.9:40001", "example.org", NT_TRANSPORT_OTHER, true, false, 0},
};
/* clang-format on */

START_TEST(P6_a_stranger)
{
	struct nat_edge_stranger s = {.nat = strangers[_i].nat};
	struct nt_terms terms;
	bool wanted;

	NT_MUST(nt_endpoint_parse(
					&s.question.source, nt_span_cstr(strangers[_i].at))
			== 0);
	s.question.domain = nt_span_cstr(strangers[_i].domain);
	s.question.transport = strangers[_i].transport;
	wanted = api.terms(&terms, &s);
	ck_assert_msg(wanted == strangers[_i].wanted, "%s", strangers[_i].name);
	ck_assert_msg(!wanted || terms.method == strangers[_i].method, "%s: %u",
			strangers[_i].name, terms.method);
}
END_TEST

static char seen[512];

/* As bad as it may be: the gate is asked, which lets go of what it read, and a
 * new policy takes the place of the one that is being told, and of the one that
 * this process judges by */
static void see(
		void *ctx, const struct nt_place *gateway, const struct nt_terms *terms)
{
	char at[NT_ENDPOINT_TEXT];
	size_t n = strlen(seen);

	ck_assert_ptr_eq(ctx, seen);
	api.permits(&gateway->gateway, gateway->transport, NT_GATE_PING);
	ck_assert_int_eq(ne_policy_publish(NE_IN_FORCE,
							 ne_policy_peek(NE_IN_FORCE)->nt, "again"),
			0);
	ne_policy_peek_end();
	ne_policy_hold(NE_IN_FORCE);
	ne_policy_sweep();
	nt_endpoint_print(at, sizeof(at), &gateway->gateway);
	snprintf(seen + n, sizeof(seen) - n, "%s %s %s %us %u %u|", gateway->name,
			nt_transport_name(gateway->transport), at,
			terms->interval_ms / 1000, terms->method, terms->misses);
}

START_TEST(P16_gateways)
{
	seen[0] = '\0';
	api.gateways(see, seen);
	ck_assert_str_eq(seen, "a udp 192.0.2.1:5060 25s 1 3|"
						   "b tcp 192.0.2.2:5070 600s 2 5|"
						   "c tls [2001:db8::3]:5061 110s 0 3|");
	ck_assert_uint_le(ne_policy_sweep(), 1);
}
END_TEST

START_TEST(each_policy_has_its_number)
{
	uint32_t first = api.policy_version();

	ck_assert_uint_ne(first, 0);
	ck_assert_uint_eq(api.policy_version(), first);
	ck_assert_int_eq(ne_policy_publish(NE_SHADOW,
							 ne_policy_peek(NE_IN_FORCE)->nt, "trial"),
			0);
	ne_policy_peek_end();
	ck_assert_uint_eq(api.policy_version(), first);
	ck_assert_int_eq(ne_policy_commit(), 0);
	ck_assert_uint_ne(api.policy_version(), first);
}
END_TEST

START_TEST(P3_what_is_known_of_a_site)
{
	struct nt_addr in, out;
	char name[NT_NAME_TEXT], small[3];

	NT_MUST(nt_addr_parse(&in, NT_SPAN("2001:db8:1::7")) == 0);
	NT_MUST(nt_addr_parse(&out, NT_SPAN("203.0.113.32")) == 0);
	ck_assert_uint_eq(api.site_name(name, sizeof(name), &in), 4);
	ck_assert_str_eq(name, "acme");
	ck_assert_uint_eq(api.site_name(small, sizeof(small), &in), 2);
	ck_assert_str_eq(small, "ac");
	ck_assert_uint_eq(api.site_limit(&in), 40);
	ck_assert_uint_eq(api.site_name(name, sizeof(name), &out), 0);
	ck_assert_str_eq(name, "");
	ck_assert_uint_eq(api.site_limit(&out), 0);
	ck_assert_uint_eq(api.site_name(NULL, 0, &in), 0);
}
END_TEST

static uint32_t one(const struct nt_addr *a, bool stream)
{
	(void)a;
	return stream ? 10 : 1;
}

static uint32_t two(const struct nt_addr *a, bool stream)
{
	(void)a, (void)stream;
	return 2;
}

START_TEST(the_first_is_asked)
{
	struct nt_addr a = {.family = NT_FAMILY_NONE};

	ck_assert_uint_eq(ne_learned(&a, false), 0);
	ck_assert(!ne_registered_is_heard());
	api.on_learned(one);
	api.on_learned(two);
	ck_assert_uint_eq(ne_learned(&a, false), 1);
	ck_assert_uint_eq(ne_learned(&a, true), 10);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nat_edge_api");
	TCase *c = tcase_create("api");

	core_env_init();
	tcase_add_checked_fixture(c, start, stop);
	tcase_add_test(c, everything_is_there);
	tcase_add_loop_test(
			c, sender, 0, (int)(sizeof(senders) / sizeof(senders[0])));
	tcase_add_test(c, an_aor_that_is_too_long_is_none);
	tcase_add_test(c, who_was_managed);
	tcase_add_loop_test(c, P6_a_stranger, 0,
			(int)(sizeof(strangers) / sizeof(strangers[0])));
	tcase_add_test(c, P16_gateways);
	tcase_add_test(c, each_policy_has_its_number);
	tcase_add_test(c, P3_what_is_known_of_a_site);
	tcase_add_test(c, the_first_is_asked);
	suite_add_tcase(s, c);
	return unit_run(s);
}
