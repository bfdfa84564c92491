/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who finds out for all, and by which binding: none that somebody needs (P19)
 */
#include "unit/nt/nt_flows_nat.h"

START_TEST(without_a_probe_socket_nothing_is_learned)
{
	struct nt_flows_conf conf = conf_of(100, 100);

	begin_with(&conf);
	memset(&nat, 0, sizeof(nat));
	nat.life_ms = 1000000;
	for(unsigned i = 0; i < PHONES; i++)
		phone_registers(i, true);
	live(7200);
	ck_assert_uint_eq(nat.elsewhere, 0);
	ck_assert_uint_eq(learned(), 0);
	ck_assert_uint_ge(nat.main_pings, PHONES * 7200 / 25 * 95 / 100);
	end();
}
END_TEST

START_TEST(phones_that_answer_to_the_source_make_no_twins)
{
	struct nt_flow_seen seen;

	begin_site(600);
	nat.by_source = true;
	live(7200);
	ck_assert(!twin_seen(&seen));
	ck_assert_uint_le(learned(), 25);
	ck_assert_uint_eq(stats().missed, 0);
	/* at the policy's interval, as ever: three tries each are no more */
	ck_assert_uint_ge(nat.main_pings, PHONES * 7200 / 25 * 95 / 100);
	ck_assert_uint_le(nat.main_pings, PHONES * 7200 / 25 * 105 / 100 + 8 * 2);
	end();
}
END_TEST

/* Behind a carrier's NAT are routers with timers of their own */
START_TEST(a_site_with_many_flows_learns_nothing)
{
	for(uint32_t most = PHONES - 1; most <= PHONES; most++) {
		struct nt_flows_conf conf = conf_of(100, 100);
		struct nt_flow_seen seen;

		conf.probe = true;
		conf.learn_flows_max = most;
		begin_with(&conf);
		memset(&nat, 0, sizeof(nat));
		nat.life_ms = 180000;
		for(unsigned i = 0; i < PHONES; i++)
			phone_registers(i, true);
		live(7200);
		ck_assert_int_eq(learned() > 130, most == PHONES);
		ck_assert(see(&seen, phone(1)));
		ck_assert_int_eq(seen.interval_ms > 130000, most == PHONES);
		/* one more, and all go back */
		hold(100, udp(SITE ":6000"));
		ck_assert(see(&seen, phone(1)));
		ck_assert_uint_eq(seen.interval_ms, 25000);
		ck_assert_uint_eq(learned(), 0);
		end();
	}
}
END_TEST

/* What is learned holds for bindings in use */
START_TEST(a_new_phone_keeps_the_policys_silence_first)
{
	struct nt_flow_seen seen;
	uint64_t last = 0;
	unsigned pings = 0;
	struct nt_due due;

	begin_site(180);
	live(7200);
	ck_assert_uint_ge(learned(), 130);
	nt_flows_release(table, 1, now);
	phone_registers(0, false);
	while(pings < 2) {
		now += 5;
		while(nt_flows_due(table, &due, 1, now) == 1) {
			reach(&due);
			if(due.at.remote.port != 40000)
				continue;
			if(pings++ > 0)
				ck_assert_uint_le(now - last, 27500);
			last = now;
		}
	}
	see(&seen, phone(0));
	ck_assert_uint_ge(seen.interval_ms, 130000);
	end();
}
END_TEST

START_TEST(one_at_a_time_is_asked_elsewhere)
{
	struct nt_due due;
	unsigned waiting = 0;
	uint64_t since = 0;

	begin_site(600);
	for(uint64_t until = now + 600000; now < until; now += 5) {
		while(nt_flows_due(table, &due, 1, now) == 1) {
			if(!due.elsewhere) {
				answer_to(&due);
				continue;
			}
			ck_assert(waiting == 0 || now - since >= 2000);
			waiting++;
			since = now;
		}
	}
	ck_assert_uint_gt(waiting, 3);
	end();
}
END_TEST

/* Nothing comes back of pings elsewhere: somebody drops them */
START_TEST(an_answer_that_is_lost_elsewhere_is_no_miss)
{
	unsigned tries = 0;
	struct nt_due due;

	begin_site(600);
	for(uint64_t until = now + 3600000; now < until; now += 5) {
		while(nt_flows_due(table, &due, 1, now) == 1) {
			if(due.elsewhere) {
				tries++;
				continue;
			}
			/* the usual one follows at once */
			answer_to(&due);
		}
	}
	ck_assert_uint_eq(tries, 3 * PHONES);
	ck_assert_uint_eq(stats().missed, 0);
	ck_assert_uint_eq(stats().state[NT_PULSE_UP], PHONES);
	end();
}
END_TEST

START_TEST(T08_a_twin_is_made_by_its_phone_only)
{
	struct nt_due due = {.elsewhere = false};
	struct nt_flow_at at;
	struct nt_ping_tag tag;
	struct nt_flow_seen seen;

	begin_site(600);
	do {
		now += 5;
		if(nt_flows_due(table, &due, 1, now) == 1 && !due.elsewhere)
			answer_to(&due);
	} while(!due.elsewhere);
	at = due.at;
	at.socket |= NT_FLOWS_PROBE;
	at.remote.port = 1234;
	at.remote.addr.lo++;
	ck_assert(!nt_flows_answered(table, &due.tag, &at, now));
	at.remote.addr.lo--;
	tag = due.tag;
	tag.sequence--;
	/* an older one: of no ping that went elsewhere */
	nt_flows_answered(table, &tag, &at, now);
	ck_assert(!twin_seen(&seen));
	ck_assert(nt_flows_answered(table, &due.tag, &at, now));
	ck_assert(twin_seen(&seen));
	ck_assert_uint_eq(seen.at.remote.port, 1234);
	ck_assert_uint_eq(seen.holders, 0);
	/* once */
	at.remote.port++;
	ck_assert(!nt_flows_answered(table, &due.tag, &at, now));
	ck_assert_uint_eq(stats().flows, PHONES);
	end();
}
END_TEST

static void down_but_for_twins(void)
{
	struct nt_due due;

	while(state_of(phone(0)) != NT_PULSE_DOWN) {
		now += 5;
		if(nt_flows_due(table, &due, 1, now) == 1
				&& (due.at.socket & NT_FLOWS_PROBE) != 0)
			answer_to(&due);
	}
}

START_TEST(a_twin_is_used_before_it_is_left_alone)
{
	struct nt_flow_seen twin;
	struct nt_due due;
	uint64_t made;

	begin_site(600);
	while(!twin_seen(&twin))
		live(1);
	made = now;
	for(unsigned pings = 0; pings < 3;) {
		now += 5;
		if(nt_flows_due(table, &due, 1, now) == 0)
			continue;
		if((due.at.socket & NT_FLOWS_PROBE) == 0) {
			reach(&due);
			continue;
		}
		/* used for some seconds, as a phone is; then silent */
		pings++;
		ck_assert_uint_ge(now - made, pings == 3 ? 30000 : pings * 1900);
		ck_assert_uint_le(now - made, pings == 3 ? 60000 : pings * 3100);
		ck_assert(answer_to(&due));
		/* the same answer once more changes nothing */
		ck_assert(twin_seen(&twin));
		now += 100;
		answer_to(&due);
		made += pings == 3 ? 0 : 100;
		if(twin_seen(&twin))
			ck_assert_uint_ge(twin.due_in_ms, 2800);
	}
	end();
}
END_TEST

START_TEST(a_twin_goes_with_its_volunteer)
{
	struct nt_flow_seen seen, twin;

	for(int how = 0; how < 4; how++) {
		struct nt_hold h = hold_of(1, phone(0));

		begin_site(600);
		for(unsigned i = 1; i < PHONES; i++)
			nt_flows_release(table, i + 1, now);
		while(!twin_seen(&twin))
			live(1);
		ck_assert(see(&seen, phone(0)) && seen.volunteer);
		switch(how) {
			case 0:
				nt_flows_release(table, 1, now);
				break;
			case 1:
				ck_assert_int_eq(hold(1, phone(3)), NT_HOLD_MOVED);
				break;
			case 2: /* its terms are others */
				nt_flows_hold(table, &h, now);
				break;
			default: /* it is down; its twin would answer */
				down_but_for_twins();
		}
		ck_assert(!twin_seen(&twin));
		ck_assert_uint_eq(stats().flows, how != 0);
		end();
	}
}
END_TEST

START_TEST(where_there_is_no_place_for_a_twin)
{
	struct nt_flows_conf conf = conf_of(PHONES, 10);

	conf.probe = true;
	begin_with(&conf);
	memset(&nat, 0, sizeof(nat));
	nat.life_ms = 600000;
	for(unsigned i = 0; i < PHONES; i++)
		phone_registers(i, true);
	live(3600);
	ck_assert_uint_gt(nat.elsewhere, 0);
	ck_assert_uint_eq(stats().flows, PHONES);
	ck_assert_uint_eq(stats().missed, 0);
	end();
}
END_TEST

START_TEST(a_twin_that_cannot_be_asked_is_given_up)
{
	struct nt_flow_seen twin;
	struct nt_due due;
	unsigned later = 0;

	begin_site(600);
	while(!twin_seen(&twin))
		live(1);
	for(;;) {
		now += 5;
		if(nt_flows_due(table, &due, 1, now) == 0)
			continue;
		if((due.at.socket & NT_FLOWS_PROBE) == 0) {
			answer_to(&due);
			continue;
		}
		/* no room for a while: that is no try */
		nt_flows_unsent(table, &due.tag,
				later++ < 10 ? NT_UNSENT_LATER : NT_UNSENT_REFUSED, now);
		if(later > 10)
			break;
		ck_assert(twin_seen(&twin));
	}
	ck_assert(!twin_seen(&twin));
	ck_assert_uint_eq(stats().flows, PHONES);
	end();
}
END_TEST

START_TEST(who_waits_longer_than_is_believed_now_is_asked_soon)
{
	struct nt_flow_seen seen;
	struct nt_change c;

	begin_site(180);
	live(7200);
	forget_changes();
	/* phone 0 is switched off */
	while(state_of(phone(0)) != NT_PULSE_DOWN) {
		struct nt_due due;

		now += 5;
		while(nt_flows_due(table, &due, 1, now) == 1) {
			if(due.at.remote.port != phone(0).remote.port)
				reach(&due);
		}
	}
	ck_assert(change(&c, NT_CHANGE_DOWN) || change(&c, NT_CHANGE_LEARNED));
	/* before anybody says that it lives all the same */
	walk(1, false);
	for(unsigned i = 1; i < PHONES; i++) {
		ck_assert(see(&seen, phone(i)));
		ck_assert_uint_le(seen.due_in_ms, 27500);
	}
	end();
}
END_TEST

/* Where the first try is lost nobody knows what the second one proves: the
 * first one may have kept the binding */
START_TEST(what_took_two_tries_proves_nothing)
{
	struct nt_due due;
	struct nt_flow_seen seen;
	unsigned count = 0;

	begin_site(600);
	for(unsigned i = 1; i < PHONES; i++)
		nt_flows_release(table, i + 1, now);
	while(count++ < 50) {
		due = next_ping(30000);
		if(see(&seen, phone(0)) && seen.pulse.misses > 0)
			answer_to(&due);
	}
	ck_assert_int_eq(state_of(phone(0)), NT_PULSE_UP);
	ck_assert_uint_eq(learned(), 0);
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_flows_volunteers");
	TCase *c = tcase_create("learn");

	tcase_set_timeout(c, 240);
	tcase_add_test(c, without_a_probe_socket_nothing_is_learned);
	tcase_add_test(c, phones_that_answer_to_the_source_make_no_twins);
	tcase_add_test(c, a_site_with_many_flows_learns_nothing);
	tcase_add_test(c, a_new_phone_keeps_the_policys_silence_first);
	tcase_add_test(c, one_at_a_time_is_asked_elsewhere);
	tcase_add_test(c, an_answer_that_is_lost_elsewhere_is_no_miss);
	tcase_add_test(c, T08_a_twin_is_made_by_its_phone_only);
	tcase_add_test(c, a_twin_is_used_before_it_is_left_alone);
	tcase_add_test(c, who_waits_longer_than_is_believed_now_is_asked_soon);
	tcase_add_test(c, a_twin_goes_with_its_volunteer);
	tcase_add_test(c, where_there_is_no_place_for_a_twin);
	tcase_add_test(c, a_twin_that_cannot_be_asked_is_given_up);
	tcase_add_test(c, what_took_two_tries_proves_nothing);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
