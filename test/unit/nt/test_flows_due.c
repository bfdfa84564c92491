/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When pings leave: spread, budgets, stops (T07, T09, F04, F09) */
#include "unit/nt/nt_flows_scene.h"

#define MANY 100000
#define INTERVAL 30000

/* Pings of each millisecond and flow, and what is wrong with them */
static struct
{
	uint32_t in_ms[400000];
	uint64_t last[MANY]; /* of a flow; 0: none yet */
	uint32_t count[MANY];
	uint32_t most_ms; /* between two of a flow */
	uint32_t least_ms;
} seen;

/* As many as there are in one call, so that a burst would be one */
static void run_ms(uint64_t begin_ms, bool answering)
{
	static struct nt_due due[MANY];
	size_t count = nt_flows_due(table, due, MANY, now);

	ck_assert_uint_lt(now - begin_ms, 400000);
	seen.in_ms[now - begin_ms] += (uint32_t)count;
	for(size_t i = 0; i < count; i++) {
		uint32_t n = due[i].tag.flow;

		if(seen.last[n] != 0) {
			uint32_t gap = (uint32_t)(now - seen.last[n]);

			seen.most_ms = gap > seen.most_ms ? gap : seen.most_ms;
			seen.least_ms = gap < seen.least_ms ? gap : seen.least_ms;
		}
		seen.last[n] = now;
		seen.count[n]++;
		if(answering)
			answer_to(&due[i]);
	}
}

static void clean(void)
{
	memset(&seen, 0, sizeof(seen));
	seen.least_ms = UINT32_MAX;
}

/* Max/mean of 100 ms slots and the fullest millisecond, from @p from to @p to
 */
static void check_slots(uint64_t from, uint64_t to, double most)
{
	uint32_t max_slot = 0, max_ms = 0;
	double sum = 0;

	for(uint64_t slot = from / 100; slot < to / 100; slot++) {
		uint32_t in = 0;

		for(uint64_t i = slot * 100; i < slot * 100 + 100; i++) {
			in += seen.in_ms[i];
			max_ms = seen.in_ms[i] > max_ms ? seen.in_ms[i] : max_ms;
		}
		max_slot = in > max_slot ? in : max_slot;
		sum += in;
	}
	ck_assert_double_le(max_slot / (sum * 100 / (double)(to - from)), most);
	ck_assert_uint_le(max_ms, 40);
}

static void many(bool fresh)
{
	struct nt_flows_conf conf = conf_of(MANY, MANY);

	clean();
	begin_with(&conf);
	for(uint32_t i = 0; i < MANY; i++) {
		struct nt_hold h = hold_of(i + 1, udp_of(i));

		h.fresh = fresh;
		ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_NEW);
	}
}

START_TEST(T09_N161_a_preload_is_even_from_the_first_interval_on)
{
	uint64_t begin_ms;

	many(false);
	begin_ms = now;
	for(int period = 0; period < 12; period++) {
		for(uint64_t end = now + INTERVAL; now < end;) {
			now++;
			run_ms(begin_ms, true);
		}
		check_slots((uint64_t)period * INTERVAL + 100,
				(uint64_t)(period + 1) * INTERVAL, 1.2);
		/* each once, then each once more */
		for(uint32_t i = 0; i < MANY; i++) {
			ck_assert_uint_ge(seen.count[i], (uint32_t)period);
			ck_assert_uint_le(seen.count[i], (uint32_t)period + 2);
		}
	}
	/* N161: ±10 % of the interval, and some of it is used */
	ck_assert_uint_le(seen.most_ms, INTERVAL * 110 / 100);
	ck_assert_uint_ge(seen.least_ms, INTERVAL * 90 / 100);
	ck_assert_uint_ge(seen.most_ms, INTERVAL * 103 / 100);
	/* the true period */
	ck_assert_uint_ge(stats().sent, 12u * MANY * 98 / 100);
	ck_assert_uint_le(stats().sent, 12u * MANY * 102 / 100);
	ck_assert_uint_eq(stats().late, 0);
	ck_assert_uint_eq(stats().spread_again, 0);
	end();
}
END_TEST

START_TEST(F04_after_a_stop_there_is_no_burst_and_nothing_twice)
{
	uint64_t begin_ms;

	many(false);
	begin_ms = now;
	for(uint64_t end = now + INTERVAL; now < end;) {
		now++;
		run_ms(begin_ms, true);
	}
	seen.least_ms = UINT32_MAX;
	now += 60000;
	for(uint64_t end = now + 2 * INTERVAL; now < end;) {
		now++;
		run_ms(begin_ms, true);
	}
	ck_assert_uint_ge(seen.least_ms, INTERVAL * 90 / 100);
	check_slots(90100, 150000, 1.2);
	ck_assert_uint_ge(stats().spread_again, MANY / 2);
	end();
}
END_TEST

/* Whoever is stopped for 300 ms now and then keeps the period, without bursts
 */
START_TEST(F04_short_stops_are_caught_up_with_gently)
{
	uint64_t begin_ms;

	many(false);
	begin_ms = now;
	for(uint64_t end = now + 2 * INTERVAL; now < end;) {
		now += now % 5000 == 4000 ? 300 : 1;
		run_ms(begin_ms, true);
	}
	check_slots(0, 60000, 5);
	ck_assert_uint_eq(stats().spread_again, 0);
	ck_assert_uint_ge(stats().sent, 2u * MANY * 98 / 100);
	end();
}
END_TEST

START_TEST(T09_a_storm_of_registrations_is_no_storm_of_pings)
{
	struct nt_flows_conf conf = conf_of(MANY, MANY);
	uint64_t begin_ms;
	uint32_t i = 0;

	clean();
	begin_with(&conf);
	begin_ms = now;
	/* all within 10 s */
	for(uint64_t end = now + 90000; now < end;) {
		now++;
		for(int k = 0; k < 10 && i < MANY; k++, i++) {
			struct nt_hold h = hold_of(i + 1, udp_of(i));

			h.fresh = true;
			nt_flows_hold(table, &h, now);
		}
		run_ms(begin_ms, true);
	}
	check_slots(50000, 90000, 1.2);
	ck_assert_uint_eq(stats().spread_again, 0);
	end();
}
END_TEST

/* Who sends wakes up for some 16 pings, and may have been preloaded with all */
START_TEST(T09_the_first_second_is_as_even_as_the_others)
{
	uint64_t begin_ms;

	many(false);
	now += 500;
	begin_ms = now;
	for(uint64_t end = now + 10000; now < end;) {
		now += 5;
		run_ms(begin_ms, true);
	}
	/* times begin behind a block of jitter */
	check_slots(1200, 10000, 1.2);
	end();
}
END_TEST

START_TEST(F04_who_registers_while_nobody_sends_does_not_wait_longer)
{
	uint64_t begin_ms;
	struct nt_hold h = hold_of(MANY + 1, udp("203.0.113.9:5060"));
	struct nt_flow_seen flow;

	many(false);
	begin_ms = now;
	nt_flows_release(table, 1, now);
	for(uint64_t end = now + 5000; now < end;) {
		now++;
		run_ms(begin_ms, true);
	}
	now += 58000;
	h.fresh = true;
	ck_assert_int_eq(nt_flows_hold(table, &h, now), NT_HOLD_NEW);
	now += 2000;
	run_ms(begin_ms, true);
	ck_assert(see(&flow, h.at));
	ck_assert_uint_le(flow.due_in_ms, 6100);
	end();
}
END_TEST

START_TEST(T09_a_network_that_is_down_makes_no_storm)
{
	static struct nt_due due[MANY];
	uint64_t begin_ms, tries = 0;

	many(false);
	begin_ms = now;
	while(now < begin_ms + 150000) {
		bool down = now - begin_ms > 35000 && now - begin_ms < 80000;
		size_t count;

		now += 5;
		if(!down) {
			run_ms(begin_ms, true);
			continue;
		}
		count = nt_flows_due(table, due, MANY, now);
		tries += count;
		for(size_t i = 0; i < count; i++)
			nt_flows_unsent(table, &due[i].tag, NT_UNSENT_LATER, now);
	}
	ck_assert_uint_le(tries, (uint64_t)MANY * 45 / 30 * 3 / 2);
	/* and none when it is back */
	check_slots(80000, 150000, 1.5);
	ck_assert_uint_eq(stats().missed, 0);
	ck_assert_uint_eq(stats().state[NT_PULSE_UP], MANY);
	end();
}
END_TEST

START_TEST(N161_intervals_of_all_lengths_keep_their_mean)
{
	static const uint32_t intervals[] = {
			1000, 2000, 7000, 25000, 110000, 1800000, 3600000};
	uint32_t length = intervals[_i];
	struct nt_hold h;
	uint64_t first = 0, last = 0;
	unsigned count = 0;

	begin();
	h = hold_of(1, udp("203.0.113.9:5060"));
	h.terms.interval_ms = length;
	nt_flows_hold(table, &h, now);
	while(count < 200) {
		struct nt_due due;

		/* not at each: in hours that would be long */
		now += length / 1000;
		if(nt_flows_due(table, &due, 1, now) == 0)
			continue;
		answer_to(&due);
		if(count++ == 0) {
			first = now;
		} else {
			ck_assert_uint_le(now - last, (uint64_t)length * 111 / 100);
			ck_assert_uint_ge(now - last, (uint64_t)length * 89 / 100);
		}
		last = now;
	}
	ck_assert_double_le((double)(last - first) / 199, length * 1.01);
	ck_assert_double_ge((double)(last - first) / 199, length * 0.99);
	end();
}
END_TEST

START_TEST(F04_who_is_late_is_not_pinged_twice_at_once)
{
	struct nt_flow_seen flow;
	struct nt_due due;

	/* later by each part of an interval, and by more than one */
	for(uint64_t late = 1000; late < 70000; late += 997) {
		begin();
		hold(1, udp("203.0.113.9:5060"));
		due = next_ping(32100);
		ck_assert(answer_to(&due));
		see(&flow, due.at);
		now += flow.due_in_ms + late;
		ck_assert_uint_eq(nt_flows_due(table, &due, 1, now), 1);
		/* as long as any for its answer */
		see(&flow, due.at);
		ck_assert_uint_ge(flow.due_in_ms, 1500);
		now += 40;
		ck_assert_uint_eq(nt_flows_due(table, &due, 1, now), 0);
		ck_assert(answer_to(&due));
		see(&flow, due.at);
		ck_assert_uint_ge(flow.due_in_ms, 500);
		ck_assert_uint_le(flow.due_in_ms, INTERVAL * 110 / 100);
		ck_assert_uint_eq(stats().late, late > 1000);
		end();
	}
}
END_TEST

/* --- budgets ------------------------------------------------------------- */

START_TEST(T07_no_more_than_so_many_a_second_and_each_in_turn)
{
	struct nt_flows_conf conf = conf_of(2000, 2000);
	const struct nt_flows_rates rates = {.per_second = 20};
	uint32_t in_second = 0;

	clean();
	begin_with(&conf);
	nt_flows_rate(table, &rates);
	/* 66 a second would be due */
	for(uint32_t i = 0; i < 2000; i++)
		hold(i + 1, udp_of(i));
	for(uint64_t end = now + 350000, begin_ms = now; now < end;) {
		uint64_t sent = stats().sent;

		now++;
		run_ms(begin_ms, true);
		in_second += (uint32_t)(stats().sent - sent);
		if(now % 1000 == 0) {
			ck_assert_uint_le(in_second, 21);
			in_second = 0;
		}
	}
	/* 3.5 rounds */
	for(uint32_t i = 0; i < 2000; i++) {
		ck_assert_uint_ge(seen.count[i], 3);
		ck_assert_uint_le(seen.count[i], 4);
	}
	ck_assert_uint_ge(stats().sent, 350 * 20 * 98 / 100);
	/* it is told */
	ck_assert_uint_gt(stats().spread_again, 0);
	ck_assert_uint_gt(stats().late, 5000);
	end();
}
END_TEST

START_TEST(T07_a_network_gets_its_share_and_the_others_all_of_theirs)
{
	struct nt_flows_conf conf = conf_of(2000, 2000);
	const struct nt_flows_rates rates = {.per_site_second = 5};
	uint32_t in_second[8] = {0}, sum[8] = {0};
	uint64_t begin_ms;

	clean();
	begin_with(&conf);
	nt_flows_rate(table, &rates);
	begin_ms = now;
	/* 250 in each of 8 networks: 8.3 a second each; network 7 has only 50 */
	for(uint32_t i = 0; i < 1800; i++)
		hold(i + 1, udp_of(i));
	while(now < begin_ms + 200000) {
		static struct nt_due due[100];
		size_t count;

		now++;
		count = nt_flows_due(table, due, 100, now);
		for(size_t i = 0; i < count; i++) {
			uint32_t n = due[i].tag.flow;

			in_second[n / 250]++;
			sum[n / 250]++;
			seen.count[n]++;
			answer_to(&due[i]);
		}
		if(now % 1000 != 0)
			continue;
		for(int i = 0; i < 8; i++) {
			ck_assert_uint_le(in_second[i], 7);
			in_second[i] = 0;
		}
	}
	for(int i = 0; i < 7; i++) {
		ck_assert_uint_ge(sum[i], 960);
		ck_assert_uint_le(sum[i], 1001);
	}
	ck_assert_uint_ge(sum[7], 50 * 6);
	for(uint32_t i = 0; i < 1750; i++) {
		ck_assert_uint_ge(seen.count[i], 3);
		ck_assert_uint_le(seen.count[i], 5);
	}
	ck_assert_uint_gt(stats().put_off, 0);
	ck_assert_uint_gt(stats().late, 0);
	end();
}
END_TEST

START_TEST(no_more_than_there_is_room_for)
{
	struct nt_due due[3];
	unsigned sum = 0;

	begin();
	for(uint32_t i = 0; i < 50; i++)
		hold(i + 1, udp_of(i));
	now += 32100;
	for(int i = 0; i < 60; i++, now++) {
		size_t count = nt_flows_due(table, due, 3, now);

		ck_assert_uint_le(count, 3);
		for(size_t k = 0; k < count; k++)
			answer_to(&due[k]);
		sum += (unsigned)count;
	}
	ck_assert_uint_eq(sum, 50);
	ck_assert_uint_eq(nt_flows_due(table, due, 0, now), 0);
	end();
}
END_TEST

START_TEST(a_pause_holds_everything_still)
{
	struct nt_due due;
	struct nt_flow_seen before, after;
	unsigned sum;

	begin();
	hold(1, udp("203.0.113.9:5060"));
	walk(100, true);
	see(&before, udp("203.0.113.9:5060"));
	nt_flows_pause(table, true, now);
	ck_assert_uint_eq(walk(100000, true), 0);
	/* who comes meanwhile waits as well */
	hold(2, udp("203.0.113.10:5060"));
	ck_assert_uint_eq(walk(100000, true), 0);
	nt_flows_pause(table, false, now);
	see(&after, udp("203.0.113.9:5060"));
	ck_assert_uint_eq(after.due_in_ms, before.due_in_ms);
	due = next_ping(32100);
	ck_assert(answer_to(&due));
	ck_assert_uint_ge(sum = walk(60000, true), 3);
	ck_assert_uint_le(sum, 5);
	end();
}
END_TEST

START_TEST(F09_a_clock_that_goes_back_a_little_is_none)
{
	struct nt_due due;

	begin();
	hold(1, udp("203.0.113.9:5060"));
	due = next_ping(32100);
	ck_assert(nt_flows_answered(table, &due.tag, &due.at, now - 3));
	ck_assert_uint_eq(nt_flows_due(table, &due, 1, now - 2), 0);
	ck_assert_uint_eq(stats().answered, 1);
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_flows_due");
	TCase *c = tcase_create("due");

	tcase_set_timeout(c, 240);
	tcase_add_test(c, T09_N161_a_preload_is_even_from_the_first_interval_on);
	tcase_add_test(c, F04_after_a_stop_there_is_no_burst_and_nothing_twice);
	tcase_add_test(c, F04_short_stops_are_caught_up_with_gently);
	tcase_add_test(c, T09_a_storm_of_registrations_is_no_storm_of_pings);
	tcase_add_test(c, T09_the_first_second_is_as_even_as_the_others);
	tcase_add_test(
			c, F04_who_registers_while_nobody_sends_does_not_wait_longer);
	tcase_add_test(c, T09_a_network_that_is_down_makes_no_storm);
	tcase_add_loop_test(c, N161_intervals_of_all_lengths_keep_their_mean, 0, 7);
	tcase_add_test(c, F04_who_is_late_is_not_pinged_twice_at_once);
	tcase_add_test(c, T07_no_more_than_so_many_a_second_and_each_in_turn);
	tcase_add_test(
			c, T07_a_network_gets_its_share_and_the_others_all_of_theirs);
	tcase_add_test(c, no_more_than_there_is_room_for);
	tcase_add_test(c, a_pause_holds_everything_still);
	tcase_add_test(c, F09_a_clock_that_goes_back_a_little_is_none);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
