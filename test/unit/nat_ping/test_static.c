/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gateways of a policy that each test says, by the one socket of a server */
#include "core/core_env.h"
#include "core/globals.h"
#include "core/socket_info.h"
#include "nat_ping/nat_ping_conf.h"
#include "nat_ping/nat_ping_edge.h"
#include "nat_ping/nat_ping_static.h"
#include "nat_ping/nat_ping_table.h"
#include "unit/nat_edge/unit.h"

static struct socket_info si = {.proto = PROTO_UDP, .port_no = 5060};
static struct nt_place gateway = {.name = "pbx"};
static struct nt_terms terms;
static bool in_policy;

static void gateways(nat_edge_gateway_f visit, void *ctx)
{
	if(in_policy)
		visit(ctx, &gateway, &terms);
}

static uint32_t site_limit(const struct nt_addr *a)
{
	(void)a;
	return 0;
}

static void start(void)
{
	api.gateways = gateways;
	api.site_limit = site_limit;
	si.address.af = AF_INET;
	si.address.len = 4;
	udp_listen = bind_address = &si;
	gateway.transport = NT_TRANSPORT_UDP;
	ck_assert_int_eq(
			nt_endpoint_parse(&gateway.gateway, NT_SPAN("203.0.113.9:5060")),
			0);
	terms = (struct nt_terms){
			.interval_ms = 25000, .method = NT_PING_OPTIONS, .misses = 3};
	in_policy = true;
	ping_params.flows_max = ping_params.sites_max = 100;
	ck_assert_int_eq(ping_sockets_init(), 0);
	ck_assert_int_eq(ping_table_init(false), 0);
}

static void stop(void)
{
	in_policy = false;
	ping_static_follow();
	ping_table_fini();
	udp_listen = bind_address = NULL;
}

/* @return the interval of its flow; 0: it is not held */
static uint32_t interval(void)
{
	struct nt_flows *table = ping_table_get();
	struct nt_flow_seen seen;
	uint32_t at = nt_flows_next(table, 0, 100, &seen, ping_now_ms());

	ping_table_put();
	return at != UINT32_MAX ? seen.terms.interval_ms : 0;
}

/* Somebody registers by the same flow, with terms of his own */
static void registers(uint32_t interval_ms)
{
	struct nt_hold hold = {.holder = 1,
			.at = {.remote = gateway.gateway, .transport = NT_TRANSPORT_UDP},
			.terms = terms,
			.until_ms = UINT64_MAX,
			.name = NT_SPAN("alice")};

	hold.terms.interval_ms = interval_ms;
	ck_assert_int_lt(ping_hold(&hold), NT_HOLD_FULL);
}

START_TEST(P16_what_the_policy_says_is_held)
{
	ping_static_follow();
	ck_assert_uint_eq(interval(), 25000);
	terms.interval_ms = 15000;
	ping_static_follow();
	ck_assert_uint_eq(interval(), 15000);
	in_policy = false;
	ping_static_follow();
	ck_assert_uint_eq(interval(), 0);
}
END_TEST

START_TEST(each_minute_changes_nothing_of_what_others_said)
{
	ping_static_follow();
	registers(60000);
	ck_assert_uint_eq(interval(), 60000);
	ping_static_refresh();
	ck_assert_uint_eq(interval(), 60000);
	/* a place that changes is held there */
	gateway.gateway.port++;
	ping_static_refresh();
	registers(60000);
	ping_static_refresh();
	ck_assert_uint_eq(interval(), 60000);
	/* a new policy does bring its terms */
	ping_static_follow();
	ck_assert_uint_eq(interval(), 25000);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nat_ping_static");
	TCase *c = tcase_create("gateways");

	core_env_init();
	tcase_add_checked_fixture(c, start, stop);
	tcase_add_test(c, P16_what_the_policy_says_is_held);
	tcase_add_test(c, each_minute_changes_nothing_of_what_others_said);
	suite_add_tcase(s, c);
	return unit_run(s);
}
