/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdio.h>

#include "core/core_env.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_policy.h"
#include "nat_edge/nat_edge_source.h"

static struct ne_params defaults;

static void start(void)
{
	ne_params = defaults;
}

static void stop(void)
{
	ne_conf_fini();
}

static uint32_t tags(const char *address)
{
	struct nt_addr a;

	ck_assert_int_eq(nt_addr_parse(&a, nt_span_cstr(address)), 0);
	return nt_netset_find(nt_policy_nets(ne_policy_held()->nt), &a)
		   & ~(uint32_t)NT_NET_SPECIAL;
}

static uint32_t setting(enum nt_setting which)
{
	return nt_policy_profiles(ne_policy_held()->nt)[0].value[which];
}

START_TEST(defaults_have_no_fault)
{
	ck_assert_int_eq(ne_conf_init(), 0);
	ck_assert_uint_eq(setting(NT_SET_VERDICT), NT_STRICT_PRIVATE);
	ck_assert_uint_eq(setting(NT_SET_REGISTER_VERDICT), NT_STRICT_PRIVATE);
	ck_assert_uint_eq(setting(NT_SET_RPORT), NT_RPORT_NAT);
	ck_assert_uint_eq(setting(NT_SET_CONTACT_REGISTER), NT_CONTACT_RECEIVED);
	ck_assert_uint_eq(setting(NT_SET_CONTACT_REQUESTS), NT_CONTACT_KEEP);
	ck_assert_uint_eq(setting(NT_SET_CONTACT_REPLIES), NT_CONTACT_KEEP);
	ck_assert(ne_conf.received_set);
	ck_assert_uint_eq(tags("192.168.1.1"), NT_NET_BEHIND_NAT);
	ck_assert_uint_eq(tags("100.64.0.1"), NT_NET_BEHIND_NAT);
	ck_assert_uint_eq(tags("fd12::1"), NT_NET_BEHIND_NAT);
	ck_assert_uint_eq(tags("127.0.0.1"), NT_NET_BEHIND_NAT);
	ck_assert_uint_eq(tags("203.0.113.9"), 0);
}
END_TEST

START_TEST(lists_keep_their_order)
{
	ne_params.private_nets = "10.0.0.0/8, !10.9.0.0/16 10.9.1.0/24";
	ne_params.lan_nets = "198.51.100.0/24";
	ne_params.nat_sites = "203.0.113.16-203.0.113.31; 203.0.113.77";
	ck_assert_int_eq(ne_conf_init(), 0);
	ck_assert_uint_eq(tags("10.8.0.1"), NT_NET_BEHIND_NAT);
	ck_assert_uint_eq(tags("10.9.0.1"), 0);
	ck_assert_uint_eq(tags("10.9.1.1"), NT_NET_BEHIND_NAT);
	ck_assert_uint_eq(tags("192.168.1.1"), 0);
	ck_assert_uint_eq(tags("198.51.100.7"), NT_NET_LAN);
	ck_assert_uint_eq(tags("203.0.113.31"), NT_NET_SITE);
	ck_assert_uint_eq(tags("203.0.113.32"), 0);
	ck_assert_uint_eq(tags("203.0.113.77"), NT_NET_SITE);
}
END_TEST

START_TEST(trust_and_gate_are_lists_too)
{
	const struct nt_gate_words *gate;

	ne_params.private_nets = "";
	ne_params.trusted_nets = "198.51.100.0/24 !198.51.100.9";
	ne_params.gate_allow = "builtin:loopback";
	ne_params.gate_deny = "203.0.113.0/24";
	ne_params.gate_ports = "443 80";
	ne_params.gate_own_sockets = "allow";
	ck_assert_int_eq(ne_conf_init(), 0);
	ck_assert_uint_eq(tags("198.51.100.8"), NT_NET_TRUSTED);
	ck_assert_uint_eq(tags("198.51.100.9"), 0);
	ck_assert_uint_eq(tags("::1"), NT_NET_GATE_ALLOW);
	ck_assert_uint_eq(tags("203.0.113.9"), NT_NET_GATE_DENY);
	gate = &ne_policy_held()->nt->gate;
	ck_assert_uint_eq(gate->port_count, 2);
	ck_assert(gate->own_sockets && gate->denies);
}
END_TEST

/* One row, one fault */
static const struct
{
	const char *what;
	char **param;
	char *value;
} faulty[] = {
		{"a prefix beyond 32 bits", &ne_params.private_nets, "10.0.0.0/33"},
		{"host bits set", &ne_params.lan_nets, "10.0.0.1/8"},
		{"a host name", &ne_params.nat_sites, "nat.example.org"},
		{"a range backwards", &ne_params.nat_sites, "10.0.0.9-10.0.0.1"},
		{"no such builtin", &ne_params.private_nets, "builtin:secret"},
		{"a bad peer", &ne_params.trusted_nets, "core.example.org"},
		{"a bad network to allow", &ne_params.gate_allow, "127.0.0.1/8"},
		{"a bad network to deny", &ne_params.gate_deny, "10.0.0.0/33"},
		{"interfaces to allow", &ne_params.gate_allow, "10.0.0.0/8 interfaces"},
		{"a port that needs no permission", &ne_params.gate_ports, "5060"},
		{"another word for own sockets", &ne_params.gate_own_sockets, "no"},
		{"an unknown verdict", &ne_params.verdict, "maybe"},
		{"an empty verdict", &ne_params.verdict, ""},
		{"an unknown rport", &ne_params.rport, "yes"},
		{"received for requests", &ne_params.contact_requests, "received"},
		{"received for replies", &ne_params.contact_replies, "received"},
		{"an unknown register mode", &ne_params.contact_register, "sealed"},
		{"no AVP", &ne_params.received_avp, "RECEIVED"},
		{"received without an AVP", &ne_params.received_avp, ""},
};

START_TEST(a_builtin_can_be_left_out)
{
	ne_params.private_nets = "builtin:private builtin:cgn !builtin:cgn";
	ck_assert_int_eq(ne_conf_init(), 0);
	ck_assert_uint_eq(tags("192.168.1.1"), NT_NET_BEHIND_NAT);
	ck_assert_uint_eq(tags("100.64.0.1"), 0);
}
END_TEST

START_TEST(lists_may_be_long)
{
	char *text = malloc(70000 * 14), *p = text;

	for(int i = 0; i < 65536; i++)
		p += snprintf(p, 14, "10.0.%d.%d ", i / 256, i % 256);
	ne_params.private_nets = text;
	ck_assert_int_eq(ne_conf_init(), 0);
	ck_assert_uint_eq(tags("10.0.255.255"), NT_NET_BEHIND_NAT);
	ck_assert_uint_eq(tags("10.1.0.0"), 0);
	free(text);
}
END_TEST

START_TEST(an_empty_list_is_a_list)
{
	ne_params.private_nets = "";
	ck_assert_int_eq(ne_conf_init(), 0);
	ck_assert_uint_eq(tags("192.168.1.1"), 0);
	ck_assert_uint_eq(tags("0.0.0.0"), 0);
}
END_TEST

START_TEST(a_file_and_a_list_are_two_answers)
{
	ne_params.policy_file = "etc/nat-policy.xml";
	ck_assert_int_eq(ne_conf_init(), 0);
	ne_conf_fini();
	ne_params.nat_sites = "203.0.113.9";
	ne_params.rport = "always";
	ck_assert_int_eq(ne_conf_init(), 2);
}
END_TEST

START_TEST(each_fault_is_counted_once)
{
	*faulty[_i].param = faulty[_i].value;
	ck_assert_msg(ne_conf_init() == 1, "%s", faulty[_i].what);
}
END_TEST

START_TEST(all_faults_are_found_in_one_run)
{
	ne_params.private_nets = "10.0.0.0/33 bad 10.0.0.0/8";
	ne_params.rport = "perhaps";
	ne_params.contact_replies = "fs-path";
	ne_params.history_size = -1;
	ne_params.gate = 2;
	ck_assert_int_eq(ne_conf_init(), 6);
}
END_TEST

START_TEST(nat_flag_is_a_message_flag_or_none)
{
	static const struct
	{
		int flag, faults;
	} cases[] = {{-2, 1}, {-1, 0}, {0, 0}, {31, 0}, {32, 1}};

	for(size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ne_params.nat_flag = cases[i].flag;
		ck_assert_int_eq(ne_conf_init(), cases[i].faults);
		ne_conf_fini();
	}
	ne_params.nat_flag = -1;
	ck_assert_int_eq(ne_conf_init(), 0);
}
END_TEST

START_TEST(history_size_has_bounds)
{
	ne_params.history_size = 1000000;
	ck_assert_int_eq(ne_conf_init(), 0);
	ne_conf_fini();
	ne_params.history_size = 1000001;
	ck_assert_int_eq(ne_conf_init(), 1);
}
END_TEST

START_TEST(keep_needs_no_avp)
{
	ne_params.received_avp = "";
	ne_params.contact_register = "keep";
	ck_assert_int_eq(ne_conf_init(), 0);
	ck_assert(!ne_conf.received_set);
}
END_TEST

START_TEST(failed_allocations_are_faults_and_leak_nothing)
{
	long count, before = core_live_blocks();

	core_fail_allocation(0, false);
	ck_assert_int_eq(ne_conf_init(), 0);
	count = core_fail_allocation(0, false);
	ne_conf_fini();
	ck_assert_int_gt(count, 2);
	for(long nth = 1; nth <= count; nth++) {
		core_fail_allocation(nth, false);
		/* the AVP's name may be in a cache by now, with no need to allocate */
		ck_assert_int_le(ne_conf_init(), 1);
		core_fail_allocation(0, false);
		ne_conf_fini();
		ck_assert_int_eq(core_live_blocks(), before);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nat_edge_conf");
	TCase *c = tcase_create("parameters");

	core_env_init();
	defaults = ne_params;
	ne_source_remember();
	tcase_add_checked_fixture(c, start, stop);
	tcase_add_test(c, defaults_have_no_fault);
	tcase_add_test(c, lists_keep_their_order);
	tcase_add_test(c, trust_and_gate_are_lists_too);
	tcase_add_test(c, a_builtin_can_be_left_out);
	tcase_add_test(c, lists_may_be_long);
	tcase_add_test(c, an_empty_list_is_a_list);
	tcase_add_test(c, a_file_and_a_list_are_two_answers);
	tcase_add_loop_test(c, each_fault_is_counted_once, 0,
			sizeof(faulty) / sizeof(faulty[0]));
	tcase_add_test(c, all_faults_are_found_in_one_run);
	tcase_add_test(c, nat_flag_is_a_message_flag_or_none);
	tcase_add_test(c, history_size_has_bounds);
	tcase_add_test(c, keep_needs_no_avp);
	tcase_add_test(c, failed_allocations_are_faults_and_leak_nothing);
	suite_add_tcase(suite, c);
	return unit_run(suite);
}
