/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes back of pings, and what does not (T07, T08, P9) */
#include "unit/nt/nt_flows_scene.h"

#define PHONE "203.0.113.9:40001"

/* A phone that has answered twice */
static void phone_is_up(void)
{
	begin();
	hold(1, udp(PHONE));
	walk(65000, true);
	ck_assert_int_eq(state_of(udp(PHONE)), NT_PULSE_UP);
	forget_changes();
}

static uint32_t due_in(void)
{
	struct nt_flow_seen seen;

	ck_assert(see(&seen, udp(PHONE)));
	return seen.due_in_ms;
}

START_TEST(T07_who_never_answered_gets_few_pings_and_then_none)
{
	struct nt_flows_conf conf = conf_of(1000, 1000);

	begin_with(&conf);
	for(uint32_t i = 0; i < 1000; i++) {
		struct nt_hold h = hold_of(i + 1, udp_of(i));

		/* or only written down */
		h.fresh = i % 2 == 0;
		nt_flows_hold(table, &h, now);
	}
	ck_assert_uint_eq(walk(200000, false), 3000);
	ck_assert_uint_eq(walk(1000000, false), 0);
	ck_assert_uint_eq(stats().state[NT_PULSE_DOWN], 1000);
	/* one more each time it registers; what else seems to come from there
	 * anybody may have sent */
	for(int i = 1; i < 4; i++) {
		struct nt_hold h = hold_of(6, udp_of(5));

		h.fresh = true;
		for(int k = 0; k < 100; k++) {
			nt_flows_heard(table, &h.at, now);
			ck_assert_uint_eq(walk(3000, false), 0);
		}
		nt_flows_hold(table, &h, now);
		ck_assert_uint_eq(walk(400000, false), 1);
		ck_assert_int_eq(state_of(h.at), NT_PULSE_DOWN);
	}
	end();
}
END_TEST

START_TEST(T07_one_that_answers_then_is_as_good_as_others)
{
	struct nt_flow_at at = udp(PHONE);
	struct nt_hold h = hold_of(1, at);
	struct nt_due due;

	begin();
	h.fresh = true;
	nt_flows_hold(table, &h, now);
	walk(100000, false);
	ck_assert_int_eq(state_of(at), NT_PULSE_DOWN);
	nt_flows_hold(table, &h, now);
	due = next_ping(1001);
	ck_assert(answer_to(&due));
	ck_assert_int_eq(state_of(at), NT_PULSE_UP);
	ck_assert_uint_ge(walk(100000, true), 3);
	end();
}
END_TEST

START_TEST(P9_a_dead_flow_is_known_soon_and_asked_slowly_then)
{
	struct nt_change c;
	uint64_t last, down;
	unsigned pings;

	phone_is_up();
	next_ping(33000);
	last = now;
	while(state_of(udp(PHONE)) != NT_PULSE_DOWN)
		walk(1, false);
	down = now;
	/* an interval, 2 s, 4 s */
	ck_assert_uint_le(down - last, 33000 + 6000);
	ck_assert(change(&c, NT_CHANGE_DOWN));
	ck_assert_uint_eq(c.holder, 1);
	ck_assert_uint_eq(c.at.remote.port, 40001);
	ck_assert_str_eq(c.name, "user123456@sip.example.com");
	ck_assert(!nt_flows_change(table, &c));
	ck_assert_uint_eq(stats().missed, 3);
	/* no ping at that moment */
	ck_assert_uint_gt(due_in(), 1000);
	/* as often as before for a while: perhaps it is only the way that is gone,
	 * and its NAT has not forgotten it */
	pings = walk(NT_FLOWS_DOWN_MS, false);
	ck_assert_uint_ge(pings, 8);
	ck_assert_uint_le(pings, 12);
	walk(2 * NT_FLOWS_DOWN_MS, false);
	pings = walk(10 * NT_FLOWS_DOWN_MS, false);
	ck_assert_uint_ge(pings, 9);
	ck_assert_uint_le(pings, 11);
	/* it comes back: one answer, soon one more */
	for(int i = 0; i < 2; i++) {
		struct nt_due due = next_ping(i == 0 ? 330000 : 2001);

		ck_assert(answer_to(&due));
	}
	ck_assert(change(&c, NT_CHANGE_UP));
	ck_assert_uint_gt(c.rtt_ms, 0);
	ck_assert_uint_ge(walk(64000, true), 2);
	end();
}
END_TEST

START_TEST(P9_a_miss_is_known_when_no_answer_comes_not_an_interval_later)
{
	struct nt_hold h;
	struct nt_flow_at at = udp(PHONE);
	uint64_t asked;

	begin();
	h = hold_of(1, at);
	h.terms.interval_ms = 160000;
	nt_flows_hold(table, &h, now);
	walk(400000, true);
	ck_assert_int_eq(state_of(at), NT_PULSE_UP);
	next_ping(180000);
	asked = now;
	while(state_of(at) == NT_PULSE_UP)
		walk(1, false);
	ck_assert_uint_le(now - asked, 2100);
	while(state_of(at) != NT_PULSE_DOWN)
		walk(1, false);
	ck_assert_uint_le(now - asked, 8200);
	end();
}
END_TEST

START_TEST(F08_a_way_that_is_gone_for_a_while_is_found_again)
{
	uint64_t longest = 0, last;

	phone_is_up();
	next_ping(33000);
	/* 45 s without a way, and the phone sends nothing */
	walk(45000, false);
	last = now;
	for(uint64_t until = now + 200000; now < until;) {
		struct nt_due due;

		if(nt_flows_due(table, &due, 1, ++now) == 0)
			continue;
		longest = now - last > longest ? now - last : longest;
		last = now;
		answer_to(&due);
	}
	ck_assert_uint_le(longest, 33000);
	ck_assert_int_eq(state_of(udp(PHONE)), NT_PULSE_UP);
	end();
}
END_TEST

START_TEST(F08_gateways_and_preloads_are_never_given_up)
{
	struct nt_hold h;

	for(int how = 0; how < 3; how++) {
		begin();
		h = hold_of(1, udp(PHONE));
		h.fresh = how != 1;
		h.known = how == 1;
		h.reason = how == 0 ? NT_REASON_STATIC : NT_REASON_REGISTRATION;
		/* a gateway not even then */
		h.terms.stop_when_down = how == 0;
		nt_flows_hold(table, &h, now);
		walk(3600000, false);
		ck_assert_int_eq(state_of(udp(PHONE)), NT_PULSE_DOWN);
		ck_assert_int_eq(walk(700000, false) > 0, how < 2);
		end();
	}
}
END_TEST

START_TEST(T07_what_strangers_bring_about_ends_with_who_never_answers)
{
	struct nt_change c;
	struct nt_hold h;

	begin();
	h = hold_of(1, udp(PHONE));
	h.fresh = true;
	h.reason = NT_REASON_DIALOG;
	nt_flows_hold(table, &h, now);
	h.holder = 2;
	h.reason = NT_REASON_SCRIPT;
	nt_flows_hold(table, &h, now);
	h = hold_of(3, udp("203.0.113.10:5060"));
	h.fresh = true;
	nt_flows_hold(table, &h, now);
	h.holder = 4;
	h.reason = NT_REASON_SUBSCRIPTION;
	nt_flows_hold(table, &h, now);
	walk(100000, false);
	/* registrations stay, but are not asked any more */
	ck_assert_uint_eq(stats().flows, 1);
	ck_assert_uint_eq(stats().holders, 1);
	ck_assert_int_eq(state_of(udp("203.0.113.10:5060")), NT_PULSE_DOWN);
	while(nt_flows_change(table, &c))
		ck_assert(!c.proven);
	/* not of who answered once */
	h.at = udp(PHONE);
	nt_flows_hold(table, &h, now);
	walk(65000, true);
	walk(200000, false);
	ck_assert_int_eq(state_of(udp(PHONE)), NT_PULSE_DOWN);
	ck_assert_uint_eq(stats().holders, 2);
	while(nt_flows_change(table, &c))
		ck_assert(c.kind != NT_CHANGE_DOWN || c.proven);
	end();
}
END_TEST

START_TEST(what_comes_by_a_connection_is_life)
{
	struct nt_hold h = hold_of(1, tcp(PHONE, 7));

	begin();
	h.fresh = true;
	nt_flows_hold(table, &h, now);
	for(int i = 0; i < 20; i++) {
		walk(5000, false);
		nt_flows_heard(table, &h.at, now);
		ck_assert_int_eq(state_of(h.at), NT_PULSE_UP);
	}
	end();
}
END_TEST

START_TEST(T07_none_at_all_if_the_policy_says_stop)
{
	struct nt_hold h;
	struct nt_flow_at at = udp(PHONE);

	begin();
	h = hold_of(1, at);
	h.terms.stop_when_down = true;
	nt_flows_hold(table, &h, now);
	walk(65000, true);
	walk(75000, false);
	ck_assert_int_eq(state_of(at), NT_PULSE_DOWN);
	ck_assert_uint_eq(walk(3000000, false), 0);
	ck_assert_uint_eq(due_in(), UINT32_MAX);
	nt_flows_heard(table, &at, now);
	ck_assert_uint_le(due_in(), 1001);
	ck_assert_uint_ge(walk(10000, true), 1);
	ck_assert_int_eq(state_of(at), NT_PULSE_UP);
	end();
}
END_TEST

START_TEST(a_lost_packet_is_no_outage)
{
	struct nt_due due;
	struct nt_change c;

	phone_is_up();
	next_ping(33000);
	due = next_ping(33000);
	ck_assert_int_eq(state_of(udp(PHONE)), NT_PULSE_SHAKY);
	ck_assert_uint_le(due_in(), 2000);
	ck_assert(answer_to(&due));
	ck_assert_int_eq(state_of(udp(PHONE)), NT_PULSE_UP);
	ck_assert(!nt_flows_change(table, &c));
	/* and it is not asked again in a hurry */
	ck_assert_uint_le(walk(64000, true), 3);
	end();
}
END_TEST

START_TEST(methods_that_nobody_answers_prove_nothing)
{
	struct nt_hold h;

	begin();
	h = hold_of(1, udp(PHONE));
	h.terms.method = NT_PING_ZERO;
	h.fresh = true;
	nt_flows_hold(table, &h, now);
	ck_assert_uint_ge(walk(600000, false), 19);
	ck_assert_int_eq(state_of(udp(PHONE)), NT_PULSE_NEW);
	ck_assert_uint_eq(stats().missed, 0);
	nt_flows_heard(table, &h.at, now);
	ck_assert_int_eq(state_of(udp(PHONE)), NT_PULSE_UP);
	end();
}
END_TEST

/* --- forged, old, from elsewhere ----------------------------------------- */

START_TEST(T08_an_answer_counts_only_from_where_the_ping_went)
{
	struct nt_due due;
	struct nt_flow_at at;
	struct nt_ping_tag tag;

	phone_is_up();
	due = next_ping(33000);
	at = due.at;
	at.remote.port++;
	ck_assert(!nt_flows_answered(table, &due.tag, &at, now));
	at = due.at;
	at.remote.addr.lo++;
	ck_assert(!nt_flows_answered(table, &due.tag, &at, now));
	at = due.at;
	at.socket++;
	ck_assert(!nt_flows_answered(table, &due.tag, &at, now));
	at.socket = NT_FLOWS_PROBE | due.at.socket;
	ck_assert(!nt_flows_answered(table, &due.tag, &at, now));
	at = due.at;
	at.transport = NT_TRANSPORT_TCP;
	ck_assert(!nt_flows_answered(table, &due.tag, &at, now));
	tag = due.tag;
	tag.life++;
	ck_assert(!nt_flows_answered(table, &tag, &due.at, now));
	tag = due.tag;
	tag.flow = 50;
	ck_assert(!nt_flows_answered(table, &tag, &due.at, now));
	tag.flow = UINT32_MAX;
	ck_assert(!nt_flows_answered(table, &tag, &due.at, now));
	tag = due.tag;
	tag.sequence++;
	ck_assert(!nt_flows_answered(table, &tag, &due.at, now));
	tag.sequence -= 4;
	ck_assert(!nt_flows_answered(table, &tag, &due.at, now));
	ck_assert_uint_eq(stats().answered, stats().sent - 1);
	/* it, and once */
	ck_assert(answer_to(&due));
	ck_assert_uint_eq(stats().answered, stats().sent);
	ck_assert(answer_to(&due));
	ck_assert_uint_eq(stats().answered, stats().sent);
	end();
}
END_TEST

START_TEST(T08_nor_in_the_next_life_of_its_number)
{
	struct nt_flows_conf conf = conf_of(1, 1);
	struct nt_due due;

	begin_with(&conf);
	hold(1, udp(PHONE));
	due = next_ping(33000);
	nt_flows_release(table, 1, now);
	ck_assert(!answer_to(&due));
	hold(1, udp(PHONE));
	ck_assert(!answer_to(&due));
	nt_flows_unsent(table, &due.tag, NT_UNSENT_REFUSED, now);
	ck_assert_uint_eq(stats().flows, 1);
	end();
}
END_TEST

START_TEST(an_answer_that_is_slow_is_a_sign_of_life)
{
	struct nt_due due, later;

	phone_is_up();
	due = next_ping(33000);
	later = next_ping(33000);
	ck_assert_int_eq(state_of(udp(PHONE)), NT_PULSE_SHAKY);
	ck_assert(answer_to(&due));
	ck_assert_int_eq(state_of(udp(PHONE)), NT_PULSE_UP);
	ck_assert_uint_gt(due_in(), 1000);
	ck_assert(answer_to(&later));
	/* a phone that takes 3 s is no dead one */
	for(int i = 0; i < 10; i++) {
		due = next_ping(33000);
		later = next_ping(2001);
		walk(1000, false);
		ck_assert(answer_to(&due));
		walk(2000, false);
		ck_assert(answer_to(&later));
		ck_assert_int_eq(state_of(udp(PHONE)), NT_PULSE_UP);
	}
	end();
}
END_TEST

START_TEST(tags_of_STUN_are_cut)
{
	struct nt_hold h;
	struct nt_due due;

	begin();
	h = hold_of(1, udp(PHONE));
	h.terms.method = NT_PING_STUN;
	h.terms.interval_ms = 1000;
	nt_flows_hold(table, &h, now);
	for(int i = 0; i < 600; i++) {
		due = next_ping(2000);
		due.tag.sequence &= 0xff;
		ck_assert(answer_to(&due));
	}
	due.tag.sequence = (due.tag.sequence + 100) & 0xff;
	ck_assert(!answer_to(&due));
	end();
}
END_TEST

/* --- not sent ------------------------------------------------------------ */

START_TEST(what_the_gate_refuses_goes)
{
	struct nt_due due;

	begin();
	hold(1, udp(PHONE));
	due = next_ping(33000);
	nt_flows_unsent(table, &due.tag, NT_UNSENT_REFUSED, now);
	ck_assert_uint_eq(stats().flows, 0);
	ck_assert_uint_eq(stats().holders, 0);
	ck_assert_uint_eq(stats().sent, 0);
	end();
}
END_TEST

START_TEST(with_many_holders_it_goes_in_steps)
{
	struct nt_flows_conf conf = conf_of(1000, 1000);
	struct nt_due due;

	begin_with(&conf);
	for(uint32_t i = 1; i <= 1000; i++)
		hold(i, udp(PHONE));
	due = next_ping(33000);
	nt_flows_unsent(table, &due.tag, NT_UNSENT_REFUSED, now);
	ck_assert_uint_eq(stats().holders, 1000 - NT_FLOWS_LOOK);
	ck_assert_uint_eq(walk(5, false), 0);
	ck_assert_uint_eq(stats().holders, 1000 - 6 * NT_FLOWS_LOOK);
	/* who needs it again has it, and may be refused again */
	ck_assert_int_eq(hold(5000, udp(PHONE)), NT_HOLD_KEPT);
	due = next_ping(100);
	nt_flows_unsent(table, &due.tag, NT_UNSENT_REFUSED, now);
	ck_assert_uint_eq(walk(100, false), 0);
	ck_assert_uint_eq(stats().flows, 0);
	ck_assert_uint_eq(stats().holders, 0);
	end();
}
END_TEST

START_TEST(no_room_in_the_kernel_is_no_miss)
{
	struct nt_due due;

	phone_is_up();
	for(int i = 0; i < 5; i++) {
		due = next_ping(i == 0 ? 33000 : i < 4 ? 2001 : 30001);
		nt_flows_unsent(
				table, &due.tag, i < 3 ? NT_UNSENT_FULL : NT_UNSENT_LATER, now);
	}
	ck_assert_uint_eq(stats().missed, 0);
	ck_assert_int_eq(state_of(udp(PHONE)), NT_PULSE_UP);
	/* that of an older ping is not this one's */
	due.tag.sequence--;
	nt_flows_unsent(table, &due.tag, NT_UNSENT_REFUSED, now);
	ck_assert_uint_eq(stats().flows, 1);
	end();
}
END_TEST

/* --- connections --------------------------------------------------------- */

START_TEST(a_closed_connection_is_down_at_once)
{
	struct nt_change c;
	struct nt_hold h;

	begin();
	h = hold_of(1, tcp(PHONE, 7));
	h.fresh = true;
	nt_flows_hold(table, &h, now);
	hold(2, tcp("203.0.113.10:40002", 8));
	walk(65000, true);
	forget_changes();
	ck_assert(!nt_flows_closed(table, 9, now));
	ck_assert(nt_flows_closed(table, 7, now));
	ck_assert(change(&c, NT_CHANGE_DOWN));
	ck_assert_uint_eq(c.at.connection, 7);
	ck_assert(nt_flows_closed(table, 7, now));
	ck_assert(!nt_flows_change(table, &c));
	/* no more pings, whatever is heard; the other one goes on */
	nt_flows_heard(table, &h.at, now);
	ck_assert_uint_le(walk(64000, true), 3);
	/* the client comes by another one */
	h.at.connection = 11;
	ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_MOVED);
	ck_assert_uint_eq(stats().flows, 2);
	/* numbers come again */
	ck_assert(nt_flows_closed(table, 11, now));
	ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_KEPT);
	ck_assert_int_eq(state_of(h.at), NT_PULSE_NEW);
	ck_assert_uint_ge(walk(64000, true), 3);
	end();
}
END_TEST

START_TEST(a_connection_that_is_found_closed)
{
	struct nt_due due;

	begin();
	hold(1, tcp(PHONE, 7));
	due = next_ping(33000);
	nt_flows_unsent(table, &due.tag, NT_UNSENT_GONE, now);
	ck_assert_int_eq(state_of(tcp(PHONE, 7)), NT_PULSE_DOWN);
	ck_assert_uint_eq(walk(1000000, false), 0);
	ck_assert(nt_flows_release(table, 1, now));
	end();
}
END_TEST

START_TEST(of_many_changes_the_oldest_are_lost)
{
	struct nt_flows_conf conf = conf_of(2000, 2000);
	struct nt_change c;
	unsigned count = 0;

	begin_with(&conf);
	for(uint32_t i = 0; i < 1500; i++) {
		hold(i + 1, tcp("203.0.113.9:1024", i));
		nt_flows_closed(table, i, now);
	}
	ck_assert_uint_eq(stats().changes_lost, 1500 - NT_FLOWS_CHANGES);
	while(nt_flows_change(table, &c))
		ck_assert_uint_eq(c.at.connection, 1500 - NT_FLOWS_CHANGES + count++);
	ck_assert_uint_eq(count, NT_FLOWS_CHANGES);
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_flows_answers");
	TCase *c = tcase_create("answers");

	tcase_set_timeout(c, 120);
	tcase_add_test(c, T07_who_never_answered_gets_few_pings_and_then_none);
	tcase_add_test(c, T07_one_that_answers_then_is_as_good_as_others);
	tcase_add_test(c, P9_a_dead_flow_is_known_soon_and_asked_slowly_then);
	tcase_add_test(
			c, P9_a_miss_is_known_when_no_answer_comes_not_an_interval_later);
	tcase_add_test(c, F08_a_way_that_is_gone_for_a_while_is_found_again);
	tcase_add_test(c, F08_gateways_and_preloads_are_never_given_up);
	tcase_add_test(
			c, T07_what_strangers_bring_about_ends_with_who_never_answers);
	tcase_add_test(c, what_comes_by_a_connection_is_life);
	tcase_add_test(c, T07_none_at_all_if_the_policy_says_stop);
	tcase_add_test(c, a_lost_packet_is_no_outage);
	tcase_add_test(c, methods_that_nobody_answers_prove_nothing);
	tcase_add_test(c, T08_an_answer_counts_only_from_where_the_ping_went);
	tcase_add_test(c, T08_nor_in_the_next_life_of_its_number);
	tcase_add_test(c, an_answer_that_is_slow_is_a_sign_of_life);
	tcase_add_test(c, tags_of_STUN_are_cut);
	tcase_add_test(c, what_the_gate_refuses_goes);
	tcase_add_test(c, with_many_holders_it_goes_in_steps);
	tcase_add_test(c, no_room_in_the_kernel_is_no_miss);
	tcase_add_test(c, a_closed_connection_is_down_at_once);
	tcase_add_test(c, a_connection_that_is_found_closed);
	tcase_add_test(c, of_many_changes_the_oldest_are_lost);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
