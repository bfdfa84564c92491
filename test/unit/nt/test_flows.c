/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who needs which flow, and for how long (P3, P7, P26); what it costs */
#include "unit/nt/nt_flows_scene.h"

#define PHONE "203.0.113.9:40001"

START_TEST(P7_one_flow_however_many_reasons)
{
	struct nt_hold h;
	struct nt_flow_seen seen;

	begin();
	ck_assert_int_eq(hold(1, udp(PHONE)), NT_HOLD_NEW);
	h = hold_of(2, udp(PHONE));
	h.reason = NT_REASON_DIALOG;
	h.name = NT_SPAN("bob@example.com");
	ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_KEPT);
	ck_assert_int_eq(hold(1, udp(PHONE)), NT_HOLD_KEPT);
	ck_assert_uint_eq(stats().flows, 1);
	ck_assert_uint_eq(stats().holders, 2);
	ck_assert_uint_eq(stats().sites, 1);
	ck_assert(see(&seen, udp(PHONE)));
	ck_assert_uint_eq(seen.holders, 2);
	ck_assert_uint_eq(
			seen.reasons, 1 << NT_REASON_REGISTRATION | 1 << NT_REASON_DIALOG);
	ck_assert_str_eq(seen.name, "bob@example.com");
	ck_assert_uint_eq(seen.interval_ms, 30000);
	ck_assert(!seen.volunteer && !seen.twin);
	/* one ping */
	ck_assert_uint_eq(walk(32100, true), 1);
	ck_assert(nt_flows_release(table, 2, now));
	ck_assert(!nt_flows_release(table, 2, now));
	ck_assert(see(&seen, udp(PHONE)));
	ck_assert_uint_eq(seen.reasons, 1 << NT_REASON_REGISTRATION);
	/* gone with the last one */
	ck_assert(nt_flows_release(table, 1, now));
	ck_assert_uint_eq(stats().flows, 0);
	ck_assert_uint_eq(stats().sites, 0);
	ck_assert_uint_eq(walk(100000, true), 0);
	end();
}
END_TEST

START_TEST(a_holder_ends_by_itself)
{
	struct nt_hold h;

	begin();
	h = hold_of(1, udp(PHONE));
	h.until_ms = now + 60000;
	nt_flows_hold(table, &h, now);
	h.holder = 2;
	h.until_ms = now + 90000;
	nt_flows_hold(table, &h, now);
	walk(59000, true);
	ck_assert_uint_eq(stats().holders, 2);
	walk(2000, true);
	ck_assert_uint_eq(stats().holders, 1);
	/* held once more it stays */
	h.until_ms = now + 500000;
	nt_flows_hold(table, &h, now);
	walk(60000, true);
	ck_assert_uint_eq(stats().holders, 1);
	/* or for shorter */
	h.until_ms = now + 10000;
	nt_flows_hold(table, &h, now);
	walk(11001, true);
	ck_assert_uint_eq(stats().flows, 0);
	/* its time was over before */
	h.until_ms = now - 4000;
	nt_flows_hold(table, &h, now);
	walk(2001, true);
	ck_assert_uint_eq(stats().flows, 0);
	end();
}
END_TEST

START_TEST(different_ways_are_different_flows)
{
	struct nt_flow_at at = udp(PHONE);

	begin();
	hold(1, at);
	at.socket = 3;
	ck_assert_int_eq(hold(2, at), NT_HOLD_NEW);
	at.remote.port++;
	ck_assert_int_eq(hold(3, at), NT_HOLD_NEW);
	ck_assert_int_eq(hold(4, udp("203.0.113.10:40001")), NT_HOLD_NEW);
	ck_assert_int_eq(hold(5, udp("[2001:db8::1]:40001")), NT_HOLD_NEW);
	ck_assert_int_eq(hold(6, tcp(PHONE, 7)), NT_HOLD_NEW);
	ck_assert_int_eq(hold(7, tcp(PHONE, 8)), NT_HOLD_NEW);
	/* on UDP there are no connections */
	at = udp(PHONE);
	at.connection = 77;
	ck_assert_int_eq(hold(8, at), NT_HOLD_KEPT);
	ck_assert_uint_eq(stats().flows, 7);
	/* address and kind of transport make a site */
	ck_assert_uint_eq(stats().sites, 4);
	end();
}
END_TEST

/* --- moving -------------------------------------------------------------- */

START_TEST(a_holder_that_comes_by_another_flow_has_moved)
{
	struct nt_change c;
	struct nt_flow_seen seen;

	begin();
	hold(1, udp(PHONE));
	ck_assert_int_eq(hold(1, udp("203.0.113.9:40002")), NT_HOLD_MOVED);
	ck_assert_uint_eq(stats().flows, 1);
	ck_assert(!see(&seen, udp(PHONE)));
	ck_assert(see(&seen, udp("203.0.113.9:40002")));
	ck_assert(change(&c, NT_CHANGE_MOVED));
	ck_assert_uint_eq(c.from.remote.port, 40001);
	ck_assert_uint_eq(c.at.remote.port, 40002);
	ck_assert_uint_eq(c.holder, 1);
	ck_assert_uint_eq(c.reasons, 1 << NT_REASON_REGISTRATION);
	ck_assert_str_eq(c.name, "user123456@sip.example.com");
	ck_assert_uint_eq(c.terms.interval_ms, 30000);
	ck_assert_uint_eq(c.flow.flow, seen.number);
	ck_assert(!nt_flows_change(table, &c));
	/* where somebody else stays, the flow stays */
	hold(2, udp("203.0.113.9:40002"));
	ck_assert_int_eq(hold(1, udp(PHONE)), NT_HOLD_MOVED);
	ck_assert_uint_eq(stats().flows, 2);
	/* to one that is there */
	ck_assert_int_eq(hold(1, udp("203.0.113.9:40002")), NT_HOLD_MOVED);
	ck_assert_uint_eq(stats().flows, 1);
	end();
}
END_TEST

START_TEST(another_kind_of_transport_is_no_move)
{
	struct nt_change c;

	begin();
	hold(1, udp(PHONE));
	ck_assert_int_eq(hold(1, tcp(PHONE, 5)), NT_HOLD_NEW);
	ck_assert_uint_eq(stats().flows, 1);
	ck_assert(!nt_flows_change(table, &c));
	ck_assert_int_eq(hold(1, tcp(PHONE, 6)), NT_HOLD_MOVED);
	end();
}
END_TEST

/* --- limits -------------------------------------------------------------- */

START_TEST(a_full_table_refuses_and_counts)
{
	struct nt_flows_conf conf = conf_of(10, 10);

	begin_with(&conf);
	for(uint32_t i = 0; i < 10; i++)
		ck_assert_int_eq(hold(i + 1, udp_of(i)), NT_HOLD_NEW);
	ck_assert_int_eq(hold(99, udp_of(99)), NT_HOLD_FULL);
	ck_assert_uint_eq(stats().refused_full, 1);
	/* others may hold what is there, but there are not more than so many */
	for(uint32_t i = 0; i < 10; i++)
		ck_assert_int_eq(hold(i + 101, udp_of(i)), NT_HOLD_KEPT);
	ck_assert_int_eq(hold(200, udp_of(0)), NT_HOLD_FULL);
	ck_assert_uint_eq(stats().holders, 20);
	/* who moves and was not alone has no place */
	ck_assert_int_eq(hold(1, udp_of(50)), NT_HOLD_FULL);
	ck_assert(nt_flows_release(table, 101, now));
	/* who was alone takes its own */
	ck_assert_int_eq(hold(1, udp_of(50)), NT_HOLD_MOVED);
	ck_assert_uint_eq(stats().flows, 10);
	ck_assert(nt_flows_release(table, 1, now));
	ck_assert_int_eq(hold(99, udp_of(99)), NT_HOLD_NEW);
	end();
}
END_TEST

START_TEST(P3_a_site_has_no_more_than_its_share)
{
	struct nt_flows_conf conf = conf_of(100, 100);
	struct nt_flow_at at = udp(PHONE);

	conf.per_site = 5;
	begin_with(&conf);
	for(uint16_t i = 0; i < 5; i++, at.remote.port++)
		ck_assert_int_eq(hold(i + 1u, at), NT_HOLD_NEW);
	ck_assert_int_eq(hold(99, at), NT_HOLD_FULL);
	ck_assert_uint_eq(stats().refused_full, 1);
	/* moving inside is no more; neither is moving out, nor coming back */
	ck_assert_int_eq(hold(1, at), NT_HOLD_MOVED);
	ck_assert_int_eq(hold(1, udp("203.0.113.10:5060")), NT_HOLD_MOVED);
	ck_assert_int_eq(hold(99, udp(PHONE)), NT_HOLD_NEW);
	ck_assert_int_eq(hold(1, at), NT_HOLD_FULL);
	/* it is where it was */
	ck_assert_int_eq(hold(1, udp("203.0.113.10:5060")), NT_HOLD_KEPT);
	/* streams are another site */
	ck_assert_int_eq(hold(100, tcp(PHONE, 1)), NT_HOLD_NEW);
	end();
}
END_TEST

/* One site's own number, more or less than that of all others */
START_TEST(P3_a_site_has_what_is_said_of_it)
{
	struct nt_flows_conf conf = conf_of(100, 100);
	struct nt_hold h = hold_of(1, udp(PHONE));

	conf.per_site = 3;
	begin_with(&conf);
	h.site_max = 2;
	for(; h.holder <= 2; h.holder++, h.at.remote.port++)
		ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_NEW);
	ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_FULL);
	ck_assert_uint_eq(stats().refused_full, 1);
	/* who is there moves on inside, and nobody comes from elsewhere */
	h.holder = 2;
	ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_MOVED);
	ck_assert_int_eq(hold(9, udp("203.0.113.10:5060")), NT_HOLD_NEW);
	h.holder = 9;
	h.at.remote.port++;
	ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_FULL);
	h.site_max = 4;
	ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_MOVED);
	h.holder = 10;
	h.at.remote.port++;
	ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_NEW);
	end();
}
END_TEST

START_TEST(T07_strangers_leave_half_of_the_places_to_others)
{
	struct nt_flows_conf conf = conf_of(100, 100);
	struct nt_hold h;
	unsigned refused = 0;

	begin_with(&conf);
	for(uint32_t i = 0; i < 100; i++) {
		h = hold_of(i + 1, udp_of(i));
		h.reason = i % 2 == 0 ? NT_REASON_DIALOG : NT_REASON_SCRIPT;
		refused += nt_flows_hold(table, &h, now) == NT_HOLD_FULL;
	}
	ck_assert_uint_eq(stats().flows, 51);
	ck_assert_uint_eq(stats().refused_strangers, refused);
	ck_assert_uint_eq(stats().refused_full, 0);
	for(uint32_t i = 60; i < 100; i++)
		ck_assert_int_eq(hold(1000 + i, udp_of(i)), NT_HOLD_NEW);
	/* who is held already may be held on, and one that ends makes room */
	h.holder = 3;
	ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_MOVED);
	nt_flows_release(table, 3, now);
	h.holder = 5000;
	ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_KEPT);
	h.holder = 5001;
	ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_FULL);
	end();
}
END_TEST

START_TEST(flows_without_a_site_are_flows)
{
	struct nt_flows_conf conf = conf_of(100, 3);
	unsigned pings;

	begin_with(&conf);
	for(uint32_t i = 0; i < 50; i++)
		ck_assert_int_eq(hold(i + 1, udp_of(i)), NT_HOLD_NEW);
	ck_assert_uint_eq(stats().sites, 3);
	pings = walk(32100, true);
	ck_assert_uint_ge(pings, 50);
	ck_assert_uint_le(pings, 55);
	for(uint32_t i = 0; i < 50; i++)
		ck_assert(nt_flows_release(table, i + 1, now));
	ck_assert_uint_eq(stats().sites, 0);
	end();
}
END_TEST

START_TEST(names_are_kept_up_to_their_limit)
{
	static const char text[] =
			"0123456789012345678901234567890123456789012345678901234567890";
	struct nt_flow_seen seen;

	begin();
	for(size_t len = 0; len < sizeof(text); len++) {
		struct nt_hold h = hold_of(1, udp(PHONE));

		h.name = nt_heap_span(nt_span_of(text, len));
		nt_flows_hold(table, &h, now);
		nt_heap_drop(h.name);
		ck_assert(see(&seen, udp(PHONE)));
		ck_assert_uint_eq(strlen(seen.name), len < 47 ? len : 47);
		ck_assert(strncmp(seen.name, text, strlen(seen.name)) == 0);
	}
	/* each new one takes the place of the old one */
	for(int i = 0; i < 1000; i++) {
		struct nt_hold h = hold_of(1, udp(PHONE));

		h.name = NT_SPAN("01234567890123456789012345678901234567");
		nt_flows_hold(table, &h, now);
	}
	ck_assert(see(&seen, udp(PHONE)));
	ck_assert_uint_eq(strlen(seen.name), 38);
	end();
}
END_TEST

/* The bar: no more than 200 bytes a flow with one holder, all included */
START_TEST(a_flow_costs_less_than_200_bytes)
{
	struct nt_flows_conf conf = conf_of(100000, 100000);
	struct nt_flows_stats s;
	struct nt_flow_at at;

	begin_with(&conf);
	for(uint32_t i = 0; i < 100000; i++) {
		/* three phones behind each address */
		at = udp_of(i / 3);
		at.remote.port = (uint16_t)(1024 + i % 3);
		ck_assert_int_eq(hold(i + 1, at), NT_HOLD_NEW);
	}
	s = stats();
	ck_assert_uint_eq(s.flows, 100000);
	ck_assert_uint_eq(s.bytes + s.fixed, heap.bytes);
	ck_assert_uint_le(heap.bytes / 100000, 200);
	end();
}
END_TEST

START_TEST(every_allocation_may_fail)
{
	struct nt_flows_conf conf = conf_of(5000, 5000);
	long n;

	for(n = 1;; n++) {
		memset(&heap, 0, sizeof(heap));
		heap.fail_at = n;
		table = nt_flows_new(&mem, &conf, now);
		if(table != NULL)
			break;
		ck_assert_int_eq(heap.blocks, 0);
		ck_assert_int_lt(n, 50);
	}
	nt_flows_free(table);
	nt_flows_free(NULL);
	/* of each chunk */
	for(n = 1; n < 5; n++) {
		enum nt_hold_result how;
		struct nt_hold h;

		begin_with(&conf);
		heap.asked = 0;
		heap.fail_at = n;
		h = hold_of(1, udp(PHONE));
		/* long: the rest of a name has a chunk of its own */
		h.name = NT_SPAN("0123456789012345678901234567890123456789");
		how = nt_flows_hold(table, &h, now);
		/* a site and the rest of a name are no must */
		ck_assert(how == NT_HOLD_NEW || how == NT_HOLD_NO_MEMORY);
		ck_assert_int_eq(how == NT_HOLD_NEW, n == 1 || n == 4);
		ck_assert_uint_eq(stats().flows, how == NT_HOLD_NEW);
		ck_assert_uint_eq(stats().holders, how == NT_HOLD_NEW);
		heap.fail_at = 0;
		ck_assert_int_eq(nt_flows_hold(table, &h, now),
				how == NT_HOLD_NEW ? NT_HOLD_KEPT : NT_HOLD_NEW);
		end();
	}
}
END_TEST

/* --- lists --------------------------------------------------------------- */

START_TEST(lists_come_in_parts)
{
	struct nt_flow_seen seen;
	struct nt_site_seen site;
	unsigned count = 0, rounds = 0;

	begin();
	for(uint32_t i = 0; i < 60; i++)
		hold(i + 1, udp_of(i));
	for(uint32_t i = 10; i < 50; i++)
		nt_flows_release(table, i + 1, now);
	for(uint32_t at = 0;
			(at = nt_flows_next(table, at, 7, &seen, now)) != UINT32_MAX;) {
		ck_assert_uint_lt(rounds++, 200);
		if(seen.number == UINT32_MAX)
			continue;
		ck_assert_uint_eq(seen.number, at);
		count++;
		at++;
	}
	ck_assert_uint_eq(count, 20);
	ck_assert_uint_ge(rounds, 25);
	count = 0;
	for(uint32_t at = 0;
			(at = nt_flows_site_next(table, at, 7, &site)) != UINT32_MAX;) {
		if(!nt_addr_is_set(&site.addr))
			continue;
		ck_assert_uint_eq(site.flows, 1);
		count++;
		at++;
	}
	ck_assert_uint_eq(count, 20);
	ck_assert_uint_eq(
			nt_flows_next(table, UINT32_MAX, 7, &seen, now), UINT32_MAX);
	end();
}
END_TEST

START_TEST(all_holders_of_a_flow)
{
	struct nt_ping_tag tag;
	struct nt_flow_seen seen;
	uint64_t holder, sum = 0;
	uint32_t at = 0;

	begin();
	for(uint32_t i = 1; i <= 9; i++)
		hold(i, udp(PHONE));
	hold(1000, udp("203.0.113.10:5060"));
	see(&seen, udp(PHONE));
	tag = (struct nt_ping_tag){.flow = seen.number};
	while((at = nt_flows_holder_next(table, &tag, at, &holder)) != UINT32_MAX)
		sum += holder;
	ck_assert_uint_eq(sum, 45);
	/* one that goes meanwhile ends it */
	at = nt_flows_holder_next(table, &tag, 0, &holder);
	ck_assert_uint_eq(holder, 9);
	nt_flows_release(table, 8, now);
	ck_assert_uint_eq(
			nt_flows_holder_next(table, &tag, at, &holder), UINT32_MAX);
	tag.life++;
	ck_assert_uint_eq(
			nt_flows_holder_next(table, &tag, 0, &holder), UINT32_MAX);
	tag = (struct nt_ping_tag){.flow = 4711};
	ck_assert_uint_eq(
			nt_flows_holder_next(table, &tag, 0, &holder), UINT32_MAX);
	end();
}
END_TEST

static uint32_t interval_of(struct nt_flow_at at)
{
	struct nt_flow_seen seen;

	ck_assert(see(&seen, at));
	return seen.terms.interval_ms;
}

START_TEST(a_call_does_not_change_what_a_registration_said)
{
	struct nt_hold h = hold_of(1, udp(PHONE)), other;

	begin();
	h.terms.interval_ms = 2000;
	nt_flows_hold(table, &h, now);
	other = hold_of(2, udp(PHONE));
	other.reason = NT_REASON_DIALOG;
	nt_flows_hold(table, &other, now);
	ck_assert_uint_eq(interval_of(h.at), 2000);
	nt_flows_release(table, 2, now);
	ck_assert_uint_eq(interval_of(h.at), 2000);
	/* a script may want more, not less */
	other.reason = NT_REASON_SCRIPT;
	nt_flows_hold(table, &other, now);
	ck_assert_uint_eq(interval_of(h.at), 2000);
	other.terms.interval_ms = 1500;
	nt_flows_hold(table, &other, now);
	ck_assert_uint_eq(interval_of(h.at), 1500);
	/* and what a call said goes when the phone registers */
	other = hold_of(3, udp("203.0.113.10:5060"));
	other.reason = NT_REASON_DIALOG;
	nt_flows_hold(table, &other, now);
	h.holder = 4;
	h.at = other.at;
	nt_flows_hold(table, &h, now);
	ck_assert_uint_eq(interval_of(h.at), 2000);
	end();
}
END_TEST

START_TEST(terms_follow_the_last_who_holds_it)
{
	struct nt_hold h;
	struct nt_ping_tag tag;
	struct nt_terms terms;
	struct nt_flow_seen seen;

	begin();
	h = hold_of(1, udp(PHONE));
	h.terms.interval_ms = 3600000;
	nt_flows_hold(table, &h, now);
	h.terms.interval_ms = 2000;
	h.terms.misses = 7;
	nt_flows_hold(table, &h, now);
	see(&seen, udp(PHONE));
	ck_assert_uint_le(seen.due_in_ms, 2200);
	tag = (struct nt_ping_tag){.flow = seen.number};
	ck_assert(nt_flows_terms(table, &tag, &terms));
	ck_assert_uint_eq(terms.misses, 7);
	tag.life = 1;
	ck_assert(!nt_flows_terms(table, &tag, &terms));
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_flows");
	TCase *c = tcase_create("holders");

	tcase_set_timeout(c, 60);
	tcase_add_test(c, P7_one_flow_however_many_reasons);
	tcase_add_test(c, a_holder_ends_by_itself);
	tcase_add_test(c, different_ways_are_different_flows);
	tcase_add_test(c, a_holder_that_comes_by_another_flow_has_moved);
	tcase_add_test(c, another_kind_of_transport_is_no_move);
	tcase_add_test(c, a_full_table_refuses_and_counts);
	tcase_add_test(c, P3_a_site_has_no_more_than_its_share);
	tcase_add_test(c, P3_a_site_has_what_is_said_of_it);
	tcase_add_test(c, T07_strangers_leave_half_of_the_places_to_others);
	tcase_add_test(c, flows_without_a_site_are_flows);
	tcase_add_test(c, names_are_kept_up_to_their_limit);
	tcase_add_test(c, a_flow_costs_less_than_200_bytes);
	tcase_add_test(c, every_allocation_may_fail);
	tcase_add_test(c, lists_come_in_parts);
	tcase_add_test(c, all_holders_of_a_flow);
	tcase_add_test(c, a_call_does_not_change_what_a_registration_said);
	tcase_add_test(c, terms_follow_the_last_who_holds_it);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
