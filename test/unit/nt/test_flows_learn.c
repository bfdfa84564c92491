/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long a NAT keeps silent bindings, found out by twins (P19, idea 3) */
#include "unit/nt/nt_flows_nat.h"

/* seconds that a NAT keeps a binding */
static const uint32_t lives[] = {30, 40, 60, 90, 120, 180, 300, 600};
START_TEST(P19_a_twin_finds_it_out_and_nobody_is_lost)
{
	uint32_t life = lives[_i], found;

	begin_site(life);
	/* as long as a test of each step may take */
	live(20 * 3600);
	found = learned();
	ck_assert_uint_lt(found, life);
	ck_assert_uint_ge(found, life * 78 / 100);
	ck_assert_uint_eq(nat.lost, 0);
	ck_assert_uint_eq(stats().missed, 0);
	ck_assert_uint_gt(nat.twins_lost, 0);
	ck_assert_uint_eq(stats().state[NT_PULSE_UP], PHONES);
	ck_assert_uint_eq(stats().flows, PHONES);
	/* and it is used */
	nat.main_pings = 0;
	live(3600);
	ck_assert_uint_le(nat.main_pings, PHONES * 3600 / found * 11 / 10 + 8);
	ck_assert_uint_eq(nat.lost, 0);
	end();
}
END_TEST

START_TEST(one_that_learns_is_found_within_the_hour)
{
	begin_site(180);
	live(3600);
	ck_assert_uint_ge(learned(), 130);
	nat.main_pings = 0;
	live(3600);
	/* at 25 s they were 144 each */
	ck_assert_uint_le(nat.main_pings, PHONES * 144 / 3);
	ck_assert_uint_eq(nat.lost, 0);
	end();
}
END_TEST

START_TEST(P24_a_NAT_that_forgets_sooner_than_the_policy_asks)
{
	begin_site(10);
	nat.register_ms = 60000;
	live(1800);
	ck_assert_uint_le(learned(), 9);
	ck_assert_uint_gt(learned(), 0);
	nat.lost = 0;
	live(3600);
	ck_assert_uint_eq(nat.lost, 0);
	ck_assert_uint_eq(stats().state[NT_PULSE_UP], PHONES);
	end();
}
END_TEST

START_TEST(what_proves_too_much_is_not_followed_blindly)
{
	uint64_t lost;

	/* the twin lives by the pings of the flow itself */
	begin_site(100);
	nat.one_timer = true;
	nat.register_ms = 300000;
	live(24 * 3600);
	/* a phone is dead until it registers; that may not go on for ever */
	lost = nat.lost;
	nat.lost = 0;
	live(24 * 3600);
	ck_assert_uint_le(lost, 40 * PHONES);
	ck_assert_uint_le(nat.lost, 10 * PHONES);
	end();
}
END_TEST

/* --- what is known over a restart ---------------------------------------- */

START_TEST(P13_what_was_learned_is_put_back)
{
	struct nt_site_seen site;
	struct nt_lifetime l;
	struct nt_addr a = nt_addr_must(SITE);

	begin_site(180);
	live(3600);
	nt_flows_site_next(table, 0, 10, &site);
	l = site.life;
	end();
	begin_site(180);
	nt_flows_free(table);
	table = nt_flows_new(&mem,
			&(struct nt_flows_conf){.flows_max = 50,
					.sites_max = 2,
					.probe = true,
					.floor_s = 2},
			now);
	nt_flows_site_put(table, &a, false, &l);
	ck_assert_uint_eq(stats().sites, 1);
	ck_assert_uint_ge(learned(), 130);
	/* used at once, in steps */
	for(unsigned i = 0; i < PHONES; i++)
		phone_registers(i, false);
	live(1200);
	nat.main_pings = 0;
	live(3600);
	ck_assert_uint_le(nat.main_pings, PHONES * 144 / 3);
	ck_assert_uint_eq(nat.lost, 0);
	/* it stays when all are gone, until there is no room */
	for(unsigned i = 0; i < PHONES; i++)
		nt_flows_release(table, i + 1, now);
	ck_assert_uint_eq(stats().sites, 1);
	for(uint32_t i = 0; i < 5; i++)
		hold(100 + i, udp_of(i));
	ck_assert_uint_eq(stats().sites, 2);
	ck_assert_uint_eq(learned(), 0);
	end();
}
END_TEST

START_TEST(a_change_of_what_is_learned_is_told)
{
	struct nt_change c;
	uint32_t seconds = 0;

	begin_site(180);
	live(7200);
	while(nt_flows_change(table, &c)) {
		if(c.kind != NT_CHANGE_LEARNED)
			continue;
		ck_assert_uint_ne(c.seconds, seconds);
		ck_assert_uint_eq(c.at.remote.addr.lo, phone(0).remote.addr.lo);
		seconds = c.seconds;
	}
	/* small steps are not told */
	ck_assert_uint_ge(seconds, learned() * 90 / 100);
	ck_assert_uint_le(seconds, learned() * 110 / 100);
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_flows_learn");
	TCase *c = tcase_create("learn");

	tcase_set_timeout(c, 240);
	tcase_add_loop_test(
			c, P19_a_twin_finds_it_out_and_nobody_is_lost, 0, NT_COUNT(lives));
	tcase_add_test(c, one_that_learns_is_found_within_the_hour);
	tcase_add_test(c, P24_a_NAT_that_forgets_sooner_than_the_policy_asks);
	tcase_add_test(c, what_proves_too_much_is_not_followed_blindly);
	tcase_add_test(c, P13_what_was_learned_is_put_back);
	tcase_add_test(c, a_change_of_what_is_learned_is_told);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
