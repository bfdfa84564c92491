/* SPDX-License-Identifier: GPL-2.0-or-later */
/* P19: how a life is found, one call after another; whole sites are played in
 * test_lifetime_sim.c */
#include "unit/nt/nt_lifetime_calls.h"

START_TEST(at_first_the_policy_says_it)
{
	begin();
	ck_assert_uint_eq(interval(), 25);
	ck_assert(!nt_lifetime_is_known(&life));
	/* nothing was answered yet: what is usual is test enough */
	ck_assert(!nt_lifetime_wants(&life, POLICY, now));
	ck_assert_uint_eq(ask(TWIN), 0);
	ck_assert_uint_eq(nt_lifetime_interval(&life, 25, 40), 40);
	ck_assert_uint_eq(nt_lifetime_interval(&life, 3600, 5), 3600);
}
END_TEST

/* Every life from 6 s to one above all that is believed */
START_TEST(each_life_is_found)
{
	for(uint32_t l = FLOOR + 1; l <= 2000; l++) {
		unsigned deaths;

		begin();
		if(l <= POLICY)
			died(1, POLICY);
		deaths = learn(l);
		ck_assert_msg(nt_lifetime_is_known(&life), "%u", l);
		ck_assert_msg(deaths <= 2, "%u: %u deaths", l, deaths);
		if(l > NT_LIFETIME_MAX_S) {
			ck_assert_uint_eq(life.lived_s, NT_LIFETIME_MAX_S);
			ck_assert_uint_eq(deaths, 0);
			continue;
		}
		ck_assert_msg(life.lived_s < l && life.died_s >= l, "%u", l);
		/* to the second, or to 11 percent */
		ck_assert_msg(life.died_s - life.lived_s == 1
							  || (life.died_s - life.lived_s) * 100
										 < life.lived_s * 11 + 100,
				"%u: %u to %u", l, life.lived_s, life.died_s);
		ck_assert_msg(interval() < l, "%u: interval %u", l, interval());
		/* but for what a second is of so few */
		ck_assert_msg((interval() + 1) * 100 >= l * 80, "%u: interval %u", l,
				interval());
	}
}
END_TEST

START_TEST(clients_are_told_what_is_known_and_lived_through)
{
	begin();
	lived(1, 25);
	ck_assert_uint_eq(nt_lifetime_learned(&life, FLOOR), 0);
	learn(180);
	ck_assert_uint_eq(nt_lifetime_learned(&life, FLOOR), interval());
	ck_assert_uint_eq(nt_lifetime_learned(&life, 200), 200);
	died(1, 100);
	ck_assert_uint_eq(nt_lifetime_learned(&life, FLOOR), 0);
	/* after a restart flows have to go there again */
	nt_lifetime_restore(&life, 168, 181, false, 0, now);
	ck_assert_uint_eq(nt_lifetime_learned(&life, FLOOR), 0);
	lived(1, 25);
	ck_assert_uint_eq(nt_lifetime_learned(&life, FLOOR), 25);
	go_ahead();
	ck_assert_uint_eq(nt_lifetime_learned(&life, FLOOR), 151);
}
END_TEST

START_TEST(tests_grow_by_a_third_then_by_small_steps)
{
	static const struct
	{
		uint32_t test;
		bool lives;
	} steps[] = {{33, true}, {44, true}, {58, true}, {77, false}, {65, true},
			{73, false}};

	begin();
	lived(1, 25);
	for(int i = 0; i < NT_COUNT(steps); i++) {
		ck_assert(nt_lifetime_wants(&life, POLICY, now));
		ck_assert_uint_eq(ask(TWIN), steps[i].test);
		ck_assert_uint_eq(life.test_s, steps[i].test);
		ck_assert(!nt_lifetime_wants(&life, POLICY, now));
		if(steps[i].lives)
			lived(TWIN, steps[i].test);
		else
			ck_assert(!died(TWIN, steps[i].test));
	}
	ck_assert(nt_lifetime_is_known(&life));
	ck_assert_uint_eq(life.lived_s, 65);
	ck_assert_uint_eq(life.died_s, 73);
	ck_assert_uint_eq(life.at_s, now);
	ck_assert_uint_eq(ask(TWIN), 0);
}
END_TEST

START_TEST(there_is_one_volunteer)
{
	begin();
	lived(1, 25);
	ck_assert_uint_eq(ask(TWIN), 33);
	ck_assert_uint_eq(ask(TWIN + 1), 0);
	/* asked again it goes on */
	ck_assert_uint_eq(ask(TWIN), 33);
	/* less than asked for proves nothing that was not known, and it goes on */
	lived(TWIN, 20);
	ck_assert_uint_eq(life.volunteer, TWIN);
	ck_assert_uint_eq(life.lived_s, 25);
	/* less than asked for, but more than was known */
	lived(TWIN, 30);
	ck_assert_uint_eq(life.volunteer, TWIN);
	ck_assert_uint_eq(life.lived_s, 30);
	ck_assert_uint_eq(life.real_s, 25);
	begin();
	lived(1, 25);
	ck_assert_uint_eq(ask(TWIN), 33);
	/* who gave up is not taken at once again */
	nt_lifetime_give_up(&life, TWIN + 1);
	ck_assert_uint_eq(life.volunteer, TWIN);
	nt_lifetime_give_up(&life, TWIN);
	ck_assert_uint_eq(life.volunteer, NT_NO_VOLUNTEER);
	ck_assert_uint_eq(ask(TWIN), 0);
	ck_assert_uint_eq(ask(TWIN + 1), 33);
	nt_lifetime_give_up(&life, TWIN + 1);
	ck_assert_uint_eq(ask(TWIN), 33);
	/* one of whom nothing is heard any more keeps nobody away */
	now += 2 * 33 + 60;
	ck_assert_uint_eq(ask(TWIN + 2), 0);
	now++;
	ck_assert(nt_lifetime_wants(&life, POLICY, now));
	ck_assert_uint_eq(ask(TWIN + 2), 33);
}
END_TEST

/* Silences end early by a part of a second, and are cut */
START_TEST(the_policys_interval_is_nearly_proven)
{
	begin();
	lived(1, 19);
	ck_assert_uint_eq(ask(TWIN), 0);
	lived(1, 20);
	ck_assert_uint_eq(ask(TWIN), 26);
}
END_TEST

/* Flows that are needed follow one after another, and never beyond what twins
 * have proven */
START_TEST(a_pioneer_goes_ahead)
{
	begin();
	learn(31);
	begin();
	lived(1, 25);
	ck_assert_uint_eq(ask(TWIN), 33);
	lived(TWIN, 33);
	for(uint32_t s = 44; s < 300; s = ask(TWIN))
		lived(TWIN, ask(TWIN));
	ck_assert_uint_ge(life.lived_s, 181);
	ck_assert_uint_eq(interval(), 25);
	/* the first one that answers after as long a silence as usual */
	lived(2, 10);
	ck_assert_uint_eq(interval_of(2), 25);
	lived(3, 25);
	lived(4, 25);
	ck_assert_uint_eq(interval_of(3), 31);
	ck_assert_uint_eq(interval_of(4), 25);
	lived(3, 31);
	ck_assert_uint_eq(interval_of(3), 38);
	ck_assert_uint_eq(interval_of(4), 31);
	/* another one takes over when nothing is heard of it */
	now += 2 * 38 + 60 + 31;
	nt_lifetime_lived(&life, 5, 31, now);
	ck_assert_uint_eq(interval_of(3), 31);
	ck_assert_uint_eq(interval_of(5), 38);
	for(int i = 0; i < 20; i++)
		lived(5, interval_of(5));
	ck_assert_uint_eq(interval_of(5), (life.lived_s * 9 + 5) / 10);
	ck_assert_uint_eq(interval(), interval_of(5));
	ck_assert_uint_eq(life.pioneer, NT_NO_VOLUNTEER);
}
END_TEST

START_TEST(it_is_tested_again)
{
	uint32_t before, was_died;

	begin();
	learn(60);
	before = interval();
	was_died = life.died_s;
	now = life.at_s + NT_LIFETIME_AGAIN_S - 1;
	ck_assert(!nt_lifetime_wants(&life, POLICY, now));
	now++;
	ck_assert_uint_eq(ask(TWIN), was_died);
	died(TWIN, was_died);
	ck_assert_uint_eq(interval(), before);
	ck_assert_uint_eq(ask(TWIN), 0);
	now = life.at_s + NT_LIFETIME_AGAIN_S;
	ck_assert_uint_eq(ask(TWIN), was_died);
	lived(TWIN, was_died);
	learn(180);
	ck_assert_uint_ge(interval(), 144);
	ck_assert_uint_lt(interval(), 180);
}
END_TEST

/* T07: where even the policy's interval kills, as short as may be, and up from
 * there */
START_TEST(a_life_below_the_policys)
{
	begin();
	died(1, 25);
	ck_assert_uint_eq(interval(), FLOOR);
	lived(1, 5);
	ck_assert_uint_eq(ask(TWIN), 6);
	lived(TWIN, 6);
	ck_assert_uint_eq(ask(TWIN), 8);
	ck_assert_uint_eq(nt_lifetime_interval(&life, POLICY, 15), 15);
}
END_TEST

START_TEST(what_was_known_before_a_restart)
{
	static const struct
	{
		uint32_t lived, died;
		bool ok;
	} rows[] = {{170, 185, true}, {1800, 0, true}, {1, 2, true}, {170, 0, true},
			{0, 0, false}, {0, 30, false}, {170, 170, false}, {170, 169, false},
			{1801, 0, false}, {170, 65536, false}};

	for(int i = 0; i < NT_COUNT(rows); i++) {
		bool ok = nt_lifetime_restore(
				&life, rows[i].lived, rows[i].died, true, 100, 50);

		ck_assert_int_eq(ok, rows[i].ok);
		ck_assert_uint_eq(life.lived_s, ok ? rows[i].lived : 0);
		ck_assert_uint_eq(life.died_s, ok ? rows[i].died : 0);
		ck_assert(life.shared == (ok && rows[i].died != 0));
		ck_assert_uint_eq(life.volunteer, NT_NO_VOLUNTEER);
		ck_assert_uint_eq(life.at_s, (uint32_t)-50);
	}
	/* flows go there by steps, and it is tested when it is time */
	now = NT_LIFETIME_AGAIN_S - 51;
	nt_lifetime_restore(&life, 170, 185, false, 100, 50);
	ck_assert(nt_lifetime_is_known(&life));
	ck_assert_uint_eq(interval(), 25);
	ck_assert_uint_eq(ask(TWIN), 0);
	now++;
	ck_assert_uint_eq(ask(TWIN), 185);
	go_ahead();
	ck_assert_uint_eq(interval(), 153);
}
END_TEST

/* Whatever is told in whatever order: no interval below the floor or above what
 * is believed and the policy says; one volunteer; died above lived */
START_TEST(any_order_of_calls)
{
	uint64_t seed = 1;

	begin();
	for(uint32_t i = 0; i < 300000; i++) {
		uint64_t r = nt_random(&seed);
		uint32_t flow = r >> 8 & 7, s = (uint32_t)(r >> 16) % 2500;
		uint32_t policy = 1 + (r >> 40) % 200, n;

		now += (uint32_t)(r >> 50) % 2000;
		switch(r & 7) {
			case 0:
			case 1:
				nt_lifetime_lived(&life, flow, s, now);
				break;
			case 2:
				nt_lifetime_died(&life, flow, s, now);
				break;
			case 3:
				nt_lifetime_give_up(&life, flow);
				break;
			case 4:
				nt_lifetime_lived(&life, life.volunteer, life.test_s, now);
				break;
			case 5:
				nt_lifetime_died(&life, life.volunteer, life.test_s, now);
				break;
			default:
				n = nt_lifetime_ask(&life, flow, policy, now);
				ck_assert(n == 0 || life.volunteer == flow);
				ck_assert_uint_le(n, NT_LIFETIME_MAX_S);
				ck_assert(n == 0 || n > life.lived_s);
				break;
		}
		n = nt_lifetime_interval_of(&life, flow, policy, 7);
		ck_assert_uint_ge(n, 7);
		ck_assert_uint_le(n, policy > 1620 ? policy : 1620);
		ck_assert(life.died_s == 0 || life.died_s > life.lived_s);
		ck_assert_uint_le(life.lived_s, NT_LIFETIME_MAX_S);
		ck_assert(!nt_lifetime_is_known(&life) || life.lived_s != 0);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_lifetime");
	TCase *c = tcase_create("calls");

	tcase_set_timeout(c, 60);
	tcase_add_test(c, at_first_the_policy_says_it);
	tcase_add_test(c, each_life_is_found);
	tcase_add_test(c, clients_are_told_what_is_known_and_lived_through);
	tcase_add_test(c, tests_grow_by_a_third_then_by_small_steps);
	tcase_add_test(c, there_is_one_volunteer);
	tcase_add_test(c, the_policys_interval_is_nearly_proven);
	tcase_add_test(c, a_pioneer_goes_ahead);
	tcase_add_test(c, it_is_tested_again);
	tcase_add_test(c, a_life_below_the_policys);
	tcase_add_test(c, what_was_known_before_a_restart);
	tcase_add_test(c, any_order_of_calls);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
