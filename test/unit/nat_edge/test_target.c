/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a request is going ($du) and who stands behind the same NAT: what a
 * golden file cannot say, because nothing in the message does. */
#include "unit.h"

#include <stdio.h>

#include "core/core_env.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_source.h"

static struct ne_params defaults;
static char packet[1024];
static sip_msg_t msg;

static void start(void)
{
	ne_params = defaults;
	ck_assert_int_eq(ne_conf_init(), 0);
}

static void start_policy(const char *path)
{
	ne_conf_fini();
	ne_params = defaults;
	ne_params.policy_file = (char *)path;
	ck_assert_int_eq(ne_conf_init(), 0);
}

static void start_gateways(void)
{
	start_policy("test/golden/policies/gateways.xml");
}

static void start_sites(void)
{
	start_policy("test/golden/policies/sites.xml");
}

static void stop(void)
{
	ne_conf_fini();
}

/* A request on its way: @p du is where a route sent it, "" for nowhere */
static void arrive(const char *ruri, const char *du)
{
	static struct core_path path = {.transport = NT_TRANSPORT_UDP};
	int len = snprintf(packet, sizeof(packet),
			"INVITE %s SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK-1\r\n"
			"From: <sip:alice@example.org>;tag=a1\r\n"
			"To: <sip:bob@example.org>\r\nCall-ID: 1@example.org\r\n"
			"CSeq: 1 INVITE\r\nContact: <sip:alice@203.0.113.9:5060>\r\n"
			"Content-Length: 0\r\n\r\n",
			ruri);

	nt_endpoint_parse(&path.source, NT_SPAN("203.0.113.9:5060"));
	nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060"));
	ne_view_forget();
	ck_assert_int_eq(core_msg_parse(&msg, packet, (size_t)len, &path), 0);
	msg.dst_uri.s = du[0] != '\0' ? (char *)du : NULL;
	msg.dst_uri.len = (int)strlen(du);
}

/* $du is the caller's memory */
static void leave(void)
{
	msg.dst_uri.s = NULL;
	msg.dst_uri.len = 0;
	core_msg_free(&msg);
	ne_view_forget();
}

static int detect(const char *signs)
{
	str list = {(char *)signs, (int)strlen(signs)};

	return ki_nat_detect_signs(&msg, &list);
}

static const struct
{
	const char *what, *ruri, *du;
	bool target;
} ways[] = {
		{"D10 no $du", "sip:bob@192.0.2.1", "", false},
		{"D10 another address", "sip:bob@192.0.2.1", "sip:192.0.2.2", true},
		{"D10 another port", "sip:bob@192.0.2.1", "sip:192.0.2.1:5070", true},
		{"D10 the port of the R-URI is another", "sip:bob@192.0.2.1:5070",
				"sip:192.0.2.1", true},
		{"D10 an address for a name", "sip:bob@example.org", "sip:192.0.2.2",
				true},
		{"D10 an address for a number", "tel:+4930123456", "sip:192.0.2.2",
				true},
		{"D10 another family", "sip:bob@192.0.2.1", "sip:[2001:db8::1]", true},
		{"D10 the private address behind the R-URI's", "sip:bob@192.0.2.1",
				"sip:10.0.0.1:5060", true},
		{"D10 the same", "sip:bob@192.0.2.1:5070", "sip:192.0.2.1:5070", false},
		{"D10 the same, its port written out", "sip:bob@192.0.2.1",
				"sip:192.0.2.1:5060", false},
		{"D10 the same, the R-URI's port written out", "sip:bob@192.0.2.1:5060",
				"sip:192.0.2.1", false},
		{"D10 the same of TLS, its port written out", "sips:bob@192.0.2.1",
				"sip:192.0.2.1:5061;transport=tls", false},
		{"D10 TLS where UDP was said, no ports", "sip:bob@192.0.2.1",
				"sip:192.0.2.1;transport=tls", true},
		{"D10 the same of IPv6, spelled otherwise",
				"sip:bob@[2001:db8:0:0::1]:5070", "sip:[2001:DB8::0001]:5070",
				false},
		{"D10 a name proves nothing", "sip:bob@192.0.2.1", "sip:gw.example.net",
				false},
		{"D10 a $du that cannot be read", "sip:bob@192.0.2.1", "192.0.2.2",
				false},
};

START_TEST(target_is_where_a_request_goes_instead)
{
	arrive(ways[_i].ruri, ways[_i].du);
	ck_assert_msg(
			ne_is_retargeted(&msg) == ways[_i].target, "%s", ways[_i].what);
	ck_assert_msg(detect("target") == (ways[_i].target ? 1 : -1), "%s",
			ways[_i].what);
	ck_assert_int_eq(detect("gateway"), -1);
	leave();
}
END_TEST

/* D10: $du is set after the verdict was asked for */
START_TEST(target_is_asked_at_the_time_of_the_call)
{
	static char du[] = "sip:192.0.2.2";

	arrive("sip:bob@192.0.2.1", "");
	ck_assert_int_eq(detect("target"), -1);
	msg.dst_uri.s = du;
	msg.dst_uri.len = (int)strlen(du);
	ck_assert_int_eq(detect("target"), 1);
	ck_assert_int_eq(detect("via-addr,target"), 1);
	ck_assert_int_eq(detect("via-addr"), -1);
	ck_assert_int_eq(ki_nat_detect(&msg), -1);
	leave();
}
END_TEST

static const struct
{
	const char *what, *ruri, *du, *gateway;
} calls[] = {
		{"D14 by $du", "sip:100@example.org", "sip:203.0.113.20:5060", "pbx"},
		{"D14 by $du, without its port", "sip:100@example.org",
				"sip:203.0.113.20", "pbx"},
		{"D14 by R-URI", "sip:100@203.0.113.20", "", "pbx"},
		{"D14 $du says where it goes, the R-URI does not", "sip:100@192.0.2.1",
				"sip:203.0.113.20", "pbx"},
		{"D14 $du leads past the gateway", "sip:100@203.0.113.20",
				"sip:192.0.2.1", NULL},
		{"D14 $du is a name: nothing is resolved", "sip:100@203.0.113.20",
				"sip:pbx.example.net", NULL},
		{"D14 another port of its address", "sip:100@example.org",
				"sip:203.0.113.20:5062", NULL},
		{"D14 its neighbour", "sip:100@example.org", "sip:203.0.113.19", NULL},
		{"D14 a gateway of any port", "sip:100@example.org",
				"sip:203.0.113.21:5090", "trunk"},
		{"D14 a gateway of IPv6", "sip:100@example.org", "sip:[2001:db8::20]",
				"trunk6"},
		{"D14 a gateway of TLS, by sips:", "sip:100@example.org",
				"sips:203.0.113.22", "secure"},
		{"D14 a gateway of TLS, by transport", "sip:100@example.org",
				"sip:203.0.113.22;transport=tls", "secure"},
		{"D14 a gateway of TLS is none at 5060", "sip:100@example.org",
				"sip:203.0.113.22", NULL},
		{"D14 no address", "tel:+4930123456", "", NULL},
};

START_TEST(gateway_is_where_a_request_goes)
{
	const struct ne_view *view;
	const struct nt_place *ahead;

	arrive(calls[_i].ruri, calls[_i].du);
	view = ne_view_of(&msg);
	ck_assert_ptr_nonnull(view);
	ahead = ne_gateway_ahead(&msg, view->policy->nt);
	ck_assert_msg((ahead != NULL) == (calls[_i].gateway != NULL), "%s",
			calls[_i].what);
	if(ahead != NULL)
		ck_assert_str_eq(ahead->name, calls[_i].gateway);
	ck_assert_msg(detect("gateway") == (ahead != NULL ? 1 : -1), "%s",
			calls[_i].what);
	ck_assert_int_eq(view->judgement.verdict.class, NT_CLASS_DIRECT);
	leave();
}
END_TEST

static const struct
{
	const char *what, *a, *b;
	int result;
} pairs[] = {
		{"D15 two addresses of one range", "203.0.113.32", "203.0.113.35", 1},
		{"D15 two ranges of one site", "203.0.113.34", "192.0.2.200", 1},
		{"D15 the other way round", "192.0.2.200", "203.0.113.34", 1},
		{"D15 with ports", "203.0.113.32:40001", "203.0.113.33:5060", 1},
		{"D15 one prefix of IPv6", "[2001:db8:9::1]:5060", "2001:db8:9::2", 1},
		{"D15 two families of one site", "203.0.113.10", "2001:db8:9::2", 1},
		{"D15 a site whose ALG is none is one as well", "203.0.113.64",
				"203.0.113.79", 1},
		{"D15 one address, in no site", "192.0.2.1:1", "192.0.2.1:2", 1},
		{"D15 one address of IPv6, spelled otherwise", "2001:db8::1",
				"2001:DB8:0:0::1", 1},
		{"D15 two sites", "203.0.113.9", "203.0.113.10", -1},
		{"D15 a site and its neighbour", "203.0.113.35", "203.0.113.36", -1},
		{"D15 two neighbours in no site", "192.0.2.1", "192.0.2.2", -1},
		{"D15 no address", "203.0.113.32", "example.org", -2},
		{"D15 nothing", "", "203.0.113.32", -2},
};

START_TEST(same_site)
{
	str a = {(char *)pairs[_i].a, (int)strlen(pairs[_i].a)};
	str b = {(char *)pairs[_i].b, (int)strlen(pairs[_i].b)};

	/* too broken to be judged: no reason not to answer */
	sip_msg_t broken;

	memset(&broken, 0, sizeof(broken));
	ck_assert_msg(ki_nat_same_site(&broken, &a, &b) == pairs[_i].result, "%s",
			pairs[_i].what);
}
END_TEST

#define COUNT(a) (int)(sizeof(a) / sizeof((a)[0]))

int main(void)
{
	Suite *suite = suite_create("target");
	TCase *target = tcase_create("target"), *gateway = tcase_create("gateway");
	TCase *site = tcase_create("site");

	core_env_init();
	defaults = ne_params;
	ne_source_remember();
	tcase_add_checked_fixture(target, start, stop);
	tcase_add_loop_test(
			target, target_is_where_a_request_goes_instead, 0, COUNT(ways));
	tcase_add_test(target, target_is_asked_at_the_time_of_the_call);
	tcase_add_checked_fixture(gateway, start_gateways, stop);
	tcase_add_loop_test(
			gateway, gateway_is_where_a_request_goes, 0, COUNT(calls));
	tcase_add_checked_fixture(site, start_sites, stop);
	tcase_add_loop_test(site, same_site, 0, COUNT(pairs));
	suite_add_tcase(suite, target);
	suite_add_tcase(suite, gateway);
	suite_add_tcase(suite, site);
	return unit_run(suite);
}
