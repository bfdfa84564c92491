/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What clients are told follows what is known of their place: by a function
 * that knows what each test says */
#include "core/core_env.h"
#include "core/tcp_options.h"
#include "nat_edge/nat_edge_api.h"
#include "nat_edge/nat_edge_keep.h"
#include "nat_edge/nat_edge_msg.h"
#include "policy.h"
#include "unit.h"

#define HEAD                                                     \
	"Via: SIP/2.0/%s 192.168.1.10:5060;branch=z9hG4bK1;keep\r\n" \
	"From: <sip:alice@example.org>;tag=f\r\n"                    \
	"To: <sip:alice@example.org>\r\nCall-ID: one\r\nCSeq: 7 REGISTER\r\n"

static char packet[2048];
static sip_msg_t msg;

static uint32_t knows;	/* what is said of 203.0.113.9 */
static bool of_streams; /* by this kind of transport */
static unsigned asked;

static uint32_t learned(const struct nt_addr *a, bool stream)
{
	struct nt_addr place;

	NT_MUST(nt_addr_parse(&place, NT_SPAN("203.0.113.9")) == 0);
	asked++;
	return nt_addr_eq(a, &place) && stream == of_streams ? knows : 0;
}

static void start(void)
{
	knows = 0;
	asked = 0;
	of_streams = false;
}

static void stop(void)
{
	ne_view_forget();
	ne_api_forget();
	ne_conf_fini();
}

/* A server with one profile for all */
static void begin(const char *profile, bool listening)
{
	struct nat_edge_api api;
	char elements[600];

	snprintf(elements, sizeof(elements),
			"<profiles><profile name='default'>%s</profile></profiles>",
			profile);
	policy_in_force(elements);
	ne_api_bind(&api);
	if(listening)
		api.on_learned(learned);
}

static void arrive(enum nt_transport transport, const char *source)
{
	struct core_path path = {.transport = transport};
	int len = snprintf(packet, sizeof(packet),
			"REGISTER sip:h SIP/2.0\r\n" HEAD
			"Contact: <sip:alice@192.168.1.10>\r\nContent-Length: 0\r\n\r\n",
			transport == NT_TRANSPORT_UDP	? "UDP"
			: transport == NT_TRANSPORT_TLS ? "TLS"
			: transport == NT_TRANSPORT_WS	? "WS"
											: "TCP");

	NT_MUST(nt_endpoint_parse(&path.source, nt_span_cstr(source)) == 0);
	NT_MUST(nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060")) == 0);
	ne_view_forget();
	ck_assert_int_eq(core_msg_parse(&msg, packet, (size_t)len, &path), 0);
}

/* clang-format off */
#define UDP NT_TRANSPORT_UDP
#define TCP NT_TRANSPORT_TCP
#define NONE NT_EXPIRY_NONE
#define FIXED "<expires max='600' transports='udp tcp' jitter='0'/>"
#define KEPT(how) FIXED "<keepalive adaptive='yes' " how "/>"
#define PINGED KEPT("")
#define ALONE KEPT("who='none'")
static const struct {
	const char *name, *profile;
	enum nt_transport transport;
	uint32_t knows, keep_s, limit;
} rows[] = {
	{"nothing is known", PINGED, UDP, 0, 25, 600},
	{"nothing is known of streams", PINGED, TCP, 0, 110, 600},
	{"P22 P23 Flow-Timer and keep are longer than the profile says", PINGED, UDP, 160, 160, 600},
	{"P22 P23 and shorter", PINGED, UDP, 9, 9, 600},
	{"P22 P23 on streams", PINGED, TCP, 300, 300, 600},
	{"on TLS", PINGED, NT_TRANSPORT_TLS, 300, 300, NONE},
	{"a WebSocket has pings of its own", PINGED, NT_TRANSPORT_WS, 300, 0, NONE},
	{"P20 who is not pinged comes back in time", ALONE, UDP, 54, 0, 54},
	{"P20 on streams", ALONE, TCP, 54, 0, 54},
	{"P20 never later than the profile says", ALONE, UDP, 700, 0, 600},
	{"P20 not where it is not limited", "<keepalive who='none'/>", UDP, 54, 0, NONE},
	{"P20 not on other transports", ALONE, NT_TRANSPORT_TLS, 54, 0, NONE},
	{"N160 pings that nobody answers may not keep it open", KEPT("method='zero'"), UDP, 54, 54, 54},
	{"N160 nor do line ends by UDP", KEPT("method='crlf'"), UDP, 54, 54, 54},
	{"on streams TCP answers them", KEPT("method='crlf'"), TCP, 54, 54, 600},
	{"the profile does not want it", FIXED, UDP, 54, 25, 600},
	{"nor shorter registrations", "<expires max='600' jitter='0'/><keepalive who='none' adaptive='no'/>", UDP, 54, 0, 600},
	{"an interval of 0 is off", KEPT("udp='0'"), UDP, 54, 0, 54},
	{"longer than any interval", PINGED, UDP, 3601, 25, 600},
};
/* clang-format on */

START_TEST(row)
{
	struct ne_terms t, u;

	begin(rows[_i].profile, true);
	knows = rows[_i].knows;
	of_streams = rows[_i].transport != UDP;
	arrive(rows[_i].transport, "203.0.113.9:40001");
	ck_assert(ne_terms_of(&t, &msg));
	ck_assert_msg(t.keep_s == rows[_i].keep_s, "%s: keep %u", rows[_i].name,
			t.keep_s);
	ck_assert_msg(
			t.limit == rows[_i].limit, "%s: limit %u", rows[_i].name, t.limit);
	/* as it comes out of tm */
	ne_terms_unpack(&u, ne_terms_pack(&t));
	ck_assert(u.keep_s == t.keep_s && u.limit == t.limit);
	core_msg_free(&msg);
	/* the other kind of transport, and another place, are other bindings */
	of_streams = !of_streams;
	arrive(rows[_i].transport, "203.0.113.9:40001");
	ck_assert(ne_terms_of(&t, &msg));
	ck_assert(t.keep_s != rows[_i].knows && t.limit != 54);
	core_msg_free(&msg);
	of_streams = !of_streams;
	arrive(rows[_i].transport, "203.0.113.8:40001");
	ck_assert(ne_terms_of(&t, &msg));
	ck_assert((t.keep_s != rows[_i].knows || t.keep_s == 0) && t.limit != 54);
	core_msg_free(&msg);
}
END_TEST

START_TEST(without_nat_ping_nobody_is_asked)
{
	struct ne_terms t;

	begin(PINGED, false);
	knows = 54;
	arrive(UDP, "203.0.113.9:40001");
	ck_assert(ne_terms_of(&t, &msg));
	ck_assert(asked == 0 && t.keep_s == 25 && t.limit == 600);
	core_msg_free(&msg);
}
END_TEST

START_TEST(jitter_is_of_what_was_learned)
{
	struct ne_terms t;

	begin("<expires max='600' jitter='50'/>"
		  "<keepalive who='none' adaptive='yes'/>",
			true);
	knows = 100;
	arrive(UDP, "203.0.113.9:40001");
	ck_assert(ne_terms_of(&t, &msg));
	ck_assert(t.limit >= 50 && t.limit <= 100);
	core_msg_free(&msg);
}
END_TEST

START_TEST(N062_the_client_reads_one_number_in_both_places)
{
	static char text[2048];
	struct core_path path = {.transport = TCP};
	struct ne_terms t;
	sip_msg_t reply;
	size_t size;
	char *built;
	int len = snprintf(text, sizeof(text),
			"SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP 198.51.100.1;branch=z9\r\n" HEAD
			"Require: outbound\r\nContent-Length: 0\r\n\r\n",
			"TCP");

	begin("<keepalive adaptive='yes'/>", true);
	knows = 321;
	of_streams = true;
	arrive(TCP, "203.0.113.9:40001");
	ck_assert(ne_terms_of(&t, &msg));
	NT_MUST(nt_endpoint_parse(&path.source, NT_SPAN("192.0.2.80:5060")) == 0);
	NT_MUST(nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060")) == 0);
	ck_assert_int_eq(core_msg_parse(&reply, text, (size_t)len, &path), 0);
	ne_keep_relayed(&reply, &msg, &t);
	ck_assert_ptr_nonnull(built = core_msg_build(&reply, &size));
	ck_assert_ptr_nonnull(strstr(built, "\r\nFlow-Timer: 321\r\n"));
	ck_assert_ptr_nonnull(strstr(built, ";keep=321\r\n"));
	core_text_free(built);
	core_msg_free(&reply);
	core_msg_free(&msg);
}
END_TEST

/* --- places -------------------------------------------------------------- */

#define PLACES                                                                \
	"<networks><site name='none' prefixes='192.0.2.0/24'/>"                   \
	"<site name='some' prefixes='203.0.113.8-203.0.113.40 198.51.100.9'/>"    \
	"<site name='wide' prefixes='10.0.0.0/8'/>"                               \
	"<site name='nets' prefixes='2001:db8::/48'/>"                            \
	"<site name='end' prefixes='ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/124'" \
	"/><gateway name='gw' address='203.0.113.9:5060'/></networks>"

/* Something is known of these addresses */
static uint32_t of_address(const struct nt_addr *a, bool stream)
{
	char text[NT_ADDR_TEXT];

	asked++;
	nt_addr_print(text, sizeof(text), a, false);
	if(stream)
		return strcmp(text, "198.51.100.9") == 0 ? 300 : 0;
	if(strcmp(text, "203.0.113.9") == 0)
		return 54;
	if(strcmp(text, "203.0.113.40") == 0)
		return 27;
	if(strcmp(text, "10.0.0.255") == 0 || strcmp(text, "2001:db8:0:ff::") == 0)
		return 90;
	return strcmp(text, "10.0.1.0") == 0 ? 10 : 0;
}

/* clang-format off */
static const struct {
	const char *name;
	uint32_t udp, tcp;
	unsigned asked; /* by each transport */
} places[] = {
	{"none", 0, 0, 256},
	{"some", 27, 300, 34},
	{"wide", 90, 0, 256},
	{"nets", 90, 0, 256},
	{"end", 0, 0, 1},
	{"gw", 54, 0, 1},
};
/* clang-format on */

START_TEST(what_is_known_of_a_place)
{
	struct nat_edge_api api;
	const struct nt_policy *nt;
	const struct nt_place *place;

	policy_in_force(PLACES);
	nt = ne_policy_held()->nt;
	place = nt_policy_places(nt);
	while(strcmp(place->name, places[_i].name) != 0)
		place++;
	ck_assert_uint_eq(ne_learned_place(nt, place, false), 0);
	ne_api_bind(&api);
	api.on_learned(of_address);
	ck_assert_uint_eq(ne_learned_place(nt, place, false), places[_i].udp);
	ck_assert_uint_eq(asked, places[_i].asked);
	ck_assert_uint_eq(ne_learned_place(nt, place, true), places[_i].tcp);
	ck_assert_uint_eq(asked, places[_i].asked * 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nat_edge_learned");
	TCase *c = tcase_create("learned");

	core_env_init();
	tcp_default_cfg.crlf_ping = 1; /* as a server has it */
	tcase_add_checked_fixture(c, start, stop);
	tcase_add_loop_test(c, row, 0, (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(c, without_nat_ping_nobody_is_asked);
	tcase_add_test(c, jitter_is_of_what_was_learned);
	tcase_add_loop_test(c, what_is_known_of_a_place, 0,
			(int)(sizeof(places) / sizeof(places[0])));
	tcase_add_test(c, N062_the_client_reads_one_number_in_both_places);
	suite_add_tcase(s, c);
	return unit_run(s);
}
