/* SPDX-License-Identifier: GPL-2.0-or-later */
/* P19: how what was found is taken back */
#include "unit/nt/nt_lifetime_calls.h"

START_TEST(where_a_pioneer_dies_twins_are_not_believed)
{
	uint8_t generation;

	begin();
	lived(1, 25);
	while(ask(TWIN) < 400)
		lived(TWIN, life.test_s);
	while(interval_of(1) < 100)
		lived(1, interval_of(1));
	ck_assert_uint_eq(life.real_s, 90);
	generation = life.generation;
	ck_assert(!died(1, 112));
	ck_assert(life.shared);
	ck_assert(nt_lifetime_is_known(&life));
	ck_assert_uint_eq(life.lived_s, 90);
	ck_assert_uint_eq(life.died_s, 112);
	ck_assert_uint_eq(interval(), 81);
	ck_assert_uint_eq(life.generation, generation);
	/* what the twin finds that was waiting is not believed, either */
	lived(TWIN, life.test_s);
	ck_assert_uint_eq(life.lived_s, 90);
	ck_assert_uint_eq(life.volunteer, NT_NO_VOLUNTEER);
	/* and the next one is far off */
	now = life.at_s + 8 * NT_LIFETIME_AGAIN_S - 1;
	ck_assert(!nt_lifetime_wants(&life, POLICY, now));
	now++;
	ck_assert_uint_eq(ask(TWIN), 112);
	lived(TWIN, 112);
	ck_assert(!life.shared);
	ck_assert_uint_eq(life.lived_s, 112);
}
END_TEST

/* No twins are asked there, one of the flows goes back to where it was */
START_TEST(doubt_where_twins_are_not_believed)
{
	uint32_t before;

	begin();
	lived(1, 25);
	while(ask(TWIN) < 400)
		lived(TWIN, life.test_s);
	while(interval_of(1) < 100)
		lived(1, interval_of(1));
	died(1, 112);
	before = interval();
	ck_assert(died(2, before));
	ck_assert_uint_eq(interval(), 25);
	lived(3, 25);
	now += 3000;
	ck_assert(!nt_lifetime_wants(&life, POLICY, now));
	ck_assert_uint_eq(interval_of(3), 31);
	for(int i = 0; i < 10; i++)
		lived(3, interval_of(3));
	ck_assert(nt_lifetime_is_known(&life) && life.shared);
	ck_assert_uint_eq(interval(), before);
	/* another death, and another, and it is as if nothing had been known */
	died(2, before);
	died(3, before);
	ck_assert(!life.shared);
	lived(3, 25);
	ck_assert(nt_lifetime_wants(&life, POLICY, now));
}
END_TEST

/* When it is tested again and a twin dies, it was no liar */
START_TEST(twins_are_believed_again)
{
	begin();
	lived(1, 25);
	lived(TWIN, ask(TWIN));
	lived(TWIN, ask(TWIN));
	ck_assert_uint_eq(interval_of(1), 25);
	lived(1, 25);
	died(1, interval_of(1));
	ck_assert(life.shared);
	ck_assert_uint_eq(life.died_s, 31);
	now = life.at_s + 8 * NT_LIFETIME_AGAIN_S;
	ck_assert_uint_eq(ask(TWIN), 31);
	died(TWIN, 31);
	ck_assert(!life.shared);
	ck_assert(!nt_lifetime_is_known(&life));
	ck_assert_uint_eq(ask(TWIN), 28);
}
END_TEST

/* What was under way when one died says nothing of what is believed now */
START_TEST(a_test_is_spoiled_by_a_death)
{
	for(int lives = 0; lives < 2; lives++) {
		begin();
		learn(180);
		now = life.at_s + NT_LIFETIME_AGAIN_S;
		ck_assert_uint_eq(ask(TWIN), life.died_s);
		ck_assert(died(7, interval()));
		ck_assert(lives ? (lived(TWIN, 181), true) : !died(TWIN, 181));
		ck_assert_uint_eq(life.volunteer, NT_NO_VOLUNTEER);
		ck_assert_uint_eq(life.lived_s, 0);
		ck_assert_uint_eq(life.was_lived_s, 168);
		ck_assert_uint_eq(interval(), 25);
		/* nor do the many who live shortly, each of them more than the last */
		lived(8, 25);
		lived(9, 60);
		ck_assert_uint_eq(life.lived_s, 25);
		lived(TWIN, ask(TWIN));
		ck_assert_uint_eq(life.lived_s, 33);
	}
}
END_TEST

START_TEST(a_death_ends_a_pioneers_way)
{
	begin();
	lived(1, 25);
	lived(TWIN, ask(TWIN));
	lived(TWIN, ask(TWIN));
	lived(1, 25);
	ck_assert_uint_eq(life.pioneer, 1);
	died(2, 25);
	ck_assert_uint_eq(life.pioneer, NT_NO_VOLUNTEER);
}
END_TEST

START_TEST(one_death_takes_it_back_and_who_lives_puts_it_back)
{
	uint32_t before;

	begin();
	learn(180);
	before = interval();
	ck_assert_uint_ge(before, 144);
	ck_assert(died(7, before));
	ck_assert_uint_eq(interval(), 25);
	ck_assert(!nt_lifetime_is_known(&life));
	ck_assert_uint_eq(life.deaths, 1);
	/* not as long, and nearly */
	lived(8, before * 9 / 10);
	ck_assert_uint_eq(life.was_lived_s != 0, true);
	lived(8, before - 1);
	ck_assert_uint_eq(interval(), before);
	ck_assert(nt_lifetime_is_known(&life));
	ck_assert_uint_eq(life.deaths, 1);
}
END_TEST

/* Without anybody who was silent so long just then a twin goes there again,
 * and no further than was believed */
START_TEST(a_twin_puts_it_back)
{
	uint32_t before, test, last = 0;

	begin();
	learn(180);
	before = interval();
	died(7, before);
	lived(8, 25);
	while((test = ask(TWIN)) != 0) {
		ck_assert_uint_gt(test, last);
		ck_assert_uint_le(test, before);
		lived(TWIN, last = test);
	}
	ck_assert_uint_eq(interval(), before);
}
END_TEST

START_TEST(the_second_death_unlearns_it)
{
	uint8_t generation;

	begin();
	learn(180);
	generation = life.generation;
	ck_assert(died(7, interval()));
	lived(8, 25);
	ck_assert(!died(9, _i == 0 ? 140 : 160));
	ck_assert_uint_eq(interval(), 25);
	ck_assert_uint_eq(life.died_s, _i == 0 ? 140 : 151);
	ck_assert_uint_ne(life.generation, generation);
	/* no new ones */
	ck_assert_uint_eq(learn(180), 0);
	ck_assert_uint_ge(interval(), 112);
	ck_assert_uint_lt(interval(), 151);
}
END_TEST

/* If nobody lived in between, the whole site may have been off: that is no
 * reason to believe in something short */
START_TEST(deaths_of_all_say_nothing_of_a_life)
{
	begin();
	learn(180);
	for(uint32_t i = 0; i < 20; i++)
		nt_lifetime_died(&life, i, 150 + i % 2, ++now);
	ck_assert_uint_eq(interval(), 25);
	ck_assert_uint_eq(life.lived_s, 0);
	ck_assert_uint_eq(life.died_s, 0);
	ck_assert_uint_eq(learn(180), 1);
	ck_assert_uint_ge(interval(), 144);
}
END_TEST

/* A few phones are switched off among many who live; if it is more than that,
 * it is unlearned though each time somebody lives */
START_TEST(too_many_deaths_are_a_reason)
{
	uint32_t before;

	begin();
	learn(180);
	before = interval();
	for(uint32_t i = 0; i < 50; i++) {
		died(i, before);
		for(uint32_t k = 0; k < 32; k++)
			nt_lifetime_lived(&life, 100 + k, before, ++now);
	}
	ck_assert_uint_eq(interval(), before);
	ck_assert_uint_eq(life.deaths, 50);
	for(uint32_t i = 0; i < 2; i++) {
		ck_assert(died(i, before));
		lived(100, before);
		ck_assert_uint_eq(interval(), before);
	}
	ck_assert(!died(3, before));
	ck_assert_uint_eq(interval(), 25);
	ck_assert_uint_eq(life.died_s, before);
	/* flows that are needed go ahead anew */
	lived(100, 25);
	lived(TWIN, ask(TWIN));
	lived(TWIN, ask(TWIN));
	ck_assert_uint_eq(life.lived_s, 44);
	ck_assert_uint_eq(interval(), 25);
	/* what others died of others can live through */
	lived(100, before + 5);
	ck_assert_uint_eq(life.died_s, 0);
}
END_TEST

START_TEST(who_had_to_unlearn_waits_longer)
{
	begin();
	for(unsigned times = 0; times < 6; times++) {
		unsigned shift = times < 3 ? times : 3;

		learn(60);
		now = life.at_s + ((uint32_t)NT_LIFETIME_AGAIN_S << shift) - 1;
		ck_assert(!nt_lifetime_wants(&life, POLICY, now));
		now++;
		ck_assert(nt_lifetime_wants(&life, POLICY, now));
		died(1, 50);
		died(2, 50);
	}
}
END_TEST

/* What is written into a file while one phone is off is not nothing */
START_TEST(doubt_forgets_nothing_over_a_restart)
{
	uint32_t lived_s = 7, died_s = 7, kept_s, killed_s;

	begin();
	ck_assert(!nt_lifetime_kept(&life, &lived_s, &died_s));
	lived(1, 25);
	ck_assert(!nt_lifetime_kept(&life, &lived_s, &died_s));
	learn(60);
	ck_assert(nt_lifetime_kept(&life, &kept_s, &killed_s));
	ck_assert_uint_eq(kept_s, life.lived_s);
	ck_assert_uint_eq(killed_s, life.died_s);
	died(1, interval());
	ck_assert(!nt_lifetime_is_known(&life));
	ck_assert(nt_lifetime_kept(&life, &lived_s, &died_s));
	ck_assert_uint_eq(lived_s, kept_s);
	ck_assert_uint_eq(died_s, killed_s);
	/* unlearned is not in doubt */
	died(2, interval());
	died(3, interval());
	ck_assert(!nt_lifetime_kept(&life, &lived_s, &died_s));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_lifetime, in doubt");
	TCase *c = tcase_create("calls");

	tcase_set_timeout(c, 60);
	tcase_add_test(c, where_a_pioneer_dies_twins_are_not_believed);
	tcase_add_test(c, doubt_where_twins_are_not_believed);
	tcase_add_test(c, twins_are_believed_again);
	tcase_add_test(c, a_test_is_spoiled_by_a_death);
	tcase_add_test(c, a_death_ends_a_pioneers_way);
	tcase_add_test(c, one_death_takes_it_back_and_who_lives_puts_it_back);
	tcase_add_test(c, a_twin_puts_it_back);
	tcase_add_loop_test(c, the_second_death_unlearns_it, 0, 2);
	tcase_add_test(c, deaths_of_all_say_nothing_of_a_life);
	tcase_add_test(c, too_many_deaths_are_a_reason);
	tcase_add_test(c, who_had_to_unlearn_waits_longer);
	tcase_add_test(c, doubt_forgets_nothing_over_a_restart);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
