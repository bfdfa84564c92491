/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verdict on one flow (P9, P11) */
#include "nt/nt_pulse.h"
#include "unit/nt/nt_check.h"

#define INTERVAL 25000

static struct nt_pulse p;
static uint32_t now;

static void begin(void)
{
	now = 1000;
	nt_pulse_begin(&p, now);
}

/* @return what the ping that leaves now finds out about the one before */
static enum nt_pulse_change sent(unsigned misses)
{
	now += nt_pulse_next_ms(&p, INTERVAL);
	return nt_pulse_sent(&p, misses, now);
}

static enum nt_pulse_change answered(uint32_t after_ms)
{
	now += after_ms;
	return nt_pulse_answered(&p, now);
}

static void up(void)
{
	begin();
	sent(3);
	ck_assert_int_eq(answered(20), NT_PULSE_CAME_UP);
}

START_TEST(the_first_answer_makes_it_up)
{
	begin();
	ck_assert_int_eq(p.state, NT_PULSE_NEW);
	ck_assert_uint_eq(nt_pulse_next_ms(&p, INTERVAL), INTERVAL);
	ck_assert_int_eq(sent(3), NT_PULSE_SAME);
	ck_assert(p.waiting);
	ck_assert_int_eq(p.state, NT_PULSE_NEW);
	ck_assert_int_eq(answered(20), NT_PULSE_CAME_UP);
	ck_assert_int_eq(p.state, NT_PULSE_UP);
	ck_assert_int_eq(sent(3), NT_PULSE_SAME);
	ck_assert_int_eq(answered(20), NT_PULSE_SAME);
	ck_assert_uint_eq(nt_pulse_next_ms(&p, INTERVAL), INTERVAL);
}
END_TEST

START_TEST(P9_one_lost_packet_is_no_outage)
{
	up();
	sent(3);
	ck_assert_int_eq(sent(3), NT_PULSE_BECAME_SHAKY);
	ck_assert_uint_eq(nt_pulse_next_ms(&p, INTERVAL), 2000);
	ck_assert_int_eq(answered(20), NT_PULSE_SAME);
	ck_assert_int_eq(p.state, NT_PULSE_UP);
	ck_assert_uint_eq(p.misses, 0);
	ck_assert_uint_eq(nt_pulse_next_ms(&p, INTERVAL), INTERVAL);
}
END_TEST

START_TEST(P9_so_many_misses_are_down_and_soon)
{
	uint32_t last;

	up();
	sent(3);
	last = now;
	ck_assert_int_eq(sent(3), NT_PULSE_BECAME_SHAKY);
	ck_assert_int_eq(sent(3), NT_PULSE_SAME);
	ck_assert_int_eq(sent(3), NT_PULSE_WENT_DOWN);
	ck_assert_uint_eq(now - last, INTERVAL + 2000 + 4000);
	ck_assert_uint_eq(nt_pulse_next_ms(&p, INTERVAL), INTERVAL);
	/* told once */
	ck_assert_int_eq(sent(3), NT_PULSE_SAME);
}
END_TEST

/* allowed misses, pings until it is down */
static const struct
{
	unsigned misses, pings;
} limits[] = {{1, 1}, {2, 2}, {3, 3}, {100, 100}};

START_TEST(each_limit_is_met)
{
	begin();
	for(unsigned i = 0; i < limits[_i].pings; i++)
		ck_assert_int_eq(sent(limits[_i].misses), NT_PULSE_SAME);
	ck_assert_int_eq(p.state, NT_PULSE_NEW);
	ck_assert_int_eq(sent(limits[_i].misses), NT_PULSE_WENT_DOWN);
}
END_TEST

START_TEST(the_pings_after_a_miss_are_never_rarer_than_before)
{
	begin();
	for(unsigned i = 0; i < 1000; i++) {
		ck_assert_uint_le(nt_pulse_next_ms(&p, INTERVAL), INTERVAL);
		ck_assert_uint_le(nt_pulse_next_ms(&p, 1000), 1000);
		ck_assert_uint_ge(nt_pulse_next_ms(&p, INTERVAL), 2000);
		sent(255);
	}
	ck_assert_uint_eq(p.misses, 255);
}
END_TEST

START_TEST(P9_up_again_after_two_answers_in_a_row)
{
	begin();
	sent(1);
	sent(1);
	ck_assert_int_eq(p.state, NT_PULSE_DOWN);
	ck_assert_int_eq(answered(5), NT_PULSE_SAME);
	ck_assert_int_eq(p.state, NT_PULSE_DOWN);
	/* the second one is asked for soon, and a miss between is none in a row */
	ck_assert_uint_eq(nt_pulse_next_ms(&p, 300000), NT_PULSE_RETRY_MS);
	sent(1);
	ck_assert_int_eq(sent(1), NT_PULSE_SAME);
	ck_assert_int_eq(answered(5), NT_PULSE_SAME);
	sent(1);
	ck_assert_int_eq(answered(5), NT_PULSE_CAME_UP);
	ck_assert_uint_eq(nt_pulse_next_ms(&p, INTERVAL), INTERVAL);
}
END_TEST

START_TEST(an_answer_twice_is_one)
{
	begin();
	sent(1);
	sent(1);
	answered(5);
	ck_assert_int_eq(answered(5), NT_PULSE_SAME);
	ck_assert_int_eq(p.state, NT_PULSE_DOWN);
	ck_assert_uint_eq(p.answers, 1);
	ck_assert_uint_eq(p.rtt_ms, 5);
}
END_TEST

START_TEST(a_miss_is_counted_once)
{
	up();
	sent(3);
	ck_assert_int_eq(nt_pulse_due(&p, 3), NT_PULSE_BECAME_SHAKY);
	ck_assert_int_eq(nt_pulse_due(&p, 3), NT_PULSE_SAME);
	ck_assert_int_eq(sent(3), NT_PULSE_SAME);
	ck_assert_uint_eq(p.misses, 1);
	/* what did not leave has no answer */
	nt_pulse_unsent(&p);
	ck_assert_int_eq(sent(3), NT_PULSE_SAME);
	ck_assert_uint_eq(p.misses, 1);
}
END_TEST

START_TEST(T08_what_can_be_forged_makes_nothing_up_that_does_not_answer)
{
	begin();
	ck_assert_int_eq(nt_pulse_heard(&p, 7), NT_PULSE_CAME_UP);
	ck_assert_uint_eq(p.heard_ms, 7);
	ck_assert_uint_eq(p.rtt_ms, 0);
	sent(2);
	sent(2);
	ck_assert_int_eq(p.state, NT_PULSE_SHAKY);
	ck_assert_int_eq(nt_pulse_heard(&p, 9), NT_PULSE_SAME);
	ck_assert_uint_eq(p.misses, 1);
	ck_assert_int_eq(sent(2), NT_PULSE_WENT_DOWN);
	p.waiting = false;
	for(int i = 0; i < 5; i++)
		ck_assert_int_eq(nt_pulse_heard(&p, 11), NT_PULSE_SAME);
	ck_assert_int_eq(p.state, NT_PULSE_DOWN);
	/* but it is asked soon, and one answer is enough then */
	ck_assert_uint_eq(nt_pulse_next_ms(&p, 300000), NT_PULSE_RETRY_MS);
	sent(2);
	ck_assert_int_eq(answered(5), NT_PULSE_CAME_UP);
}
END_TEST

START_TEST(what_cannot_be_forged_is_life)
{
	begin();
	ck_assert_int_eq(nt_pulse_lives(&p, 7), NT_PULSE_CAME_UP);
	sent(2);
	sent(2);
	ck_assert_int_eq(nt_pulse_lives(&p, now), NT_PULSE_SAME);
	ck_assert_int_eq(p.state, NT_PULSE_UP);
	ck_assert_int_eq(sent(2), NT_PULSE_SAME);
	sent(2);
	ck_assert_int_eq(sent(2), NT_PULSE_WENT_DOWN);
	ck_assert_int_eq(nt_pulse_lives(&p, now), NT_PULSE_CAME_UP);
	ck_assert_uint_eq(p.heard_ms, now);
	ck_assert_uint_eq(p.rtt_ms, 0);
}
END_TEST

START_TEST(a_closed_connection_is_down_at_once)
{
	up();
	sent(3);
	ck_assert_int_eq(nt_pulse_closed(&p), NT_PULSE_WENT_DOWN);
	ck_assert_int_eq(nt_pulse_closed(&p), NT_PULSE_SAME);
	ck_assert_int_eq(nt_pulse_answered(&p, now), NT_PULSE_SAME);
	ck_assert_int_eq(p.state, NT_PULSE_DOWN);
}
END_TEST

START_TEST(P11_the_time_of_answers)
{
	begin();
	sent(3);
	answered(80);
	ck_assert_uint_eq(p.rtt_ms, 80);
	ck_assert_uint_eq(p.var_ms, 40);
	sent(3);
	answered(160);
	ck_assert_uint_eq(p.rtt_ms, 90);
	ck_assert_uint_eq(p.var_ms, 50);
	for(int i = 0; i < 100; i++) {
		sent(3);
		answered(1000);
	}
	ck_assert_uint_ge(p.rtt_ms, 996);
	ck_assert_uint_le(p.rtt_ms, 1004);
	ck_assert_uint_le(p.var_ms, 8);
	/* at once is no "never", and minutes do not wrap */
	begin();
	sent(3);
	answered(0);
	ck_assert_uint_eq(p.rtt_ms, 1);
	begin();
	sent(3);
	answered(600000);
	ck_assert_uint_eq(p.rtt_ms, UINT16_MAX);
}
END_TEST

START_TEST(F09_the_clock_wraps)
{
	nt_pulse_begin(&p, UINT32_MAX - 10);
	nt_pulse_sent(&p, 3, UINT32_MAX - 5);
	nt_pulse_answered(&p, 14);
	ck_assert_uint_eq(p.rtt_ms, 20);
}
END_TEST

START_TEST(it_stays_small)
{
	ck_assert_uint_eq(sizeof(struct nt_pulse), 16);
	ck_assert_str_eq(nt_pulse_name(NT_PULSE_NEW), "new");
	ck_assert_str_eq(nt_pulse_name(NT_PULSE_UP), "up");
	ck_assert_str_eq(nt_pulse_name(NT_PULSE_SHAKY), "shaky");
	ck_assert_str_eq(nt_pulse_name(NT_PULSE_DOWN), "down");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_pulse");
	TCase *c = tcase_create("verdict");

	tcase_add_test(c, the_first_answer_makes_it_up);
	tcase_add_test(c, P9_one_lost_packet_is_no_outage);
	tcase_add_test(c, P9_so_many_misses_are_down_and_soon);
	tcase_add_loop_test(c, each_limit_is_met, 0, NT_COUNT(limits));
	tcase_add_test(c, the_pings_after_a_miss_are_never_rarer_than_before);
	tcase_add_test(c, P9_up_again_after_two_answers_in_a_row);
	tcase_add_test(c, an_answer_twice_is_one);
	tcase_add_test(c, a_miss_is_counted_once);
	tcase_add_test(
			c, T08_what_can_be_forged_makes_nothing_up_that_does_not_answer);
	tcase_add_test(c, what_cannot_be_forged_is_life);
	tcase_add_test(c, a_closed_connection_is_down_at_once);
	tcase_add_test(c, P11_the_time_of_answers);
	tcase_add_test(c, F09_the_clock_wraps);
	tcase_add_test(c, it_stays_small);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
