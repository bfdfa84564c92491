/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The restart of a NAT (idea 4), told by its flows */
#include "nt/nt_flows_parts.h"
#include "unit/nt/nt_flows_scene.h"

static struct nt_flow_at phone(unsigned i)
{
	struct nt_flow_at at = udp("203.0.113.9:40000");

	at.remote.port = (uint16_t)(at.remote.port + i);
	return at;
}

/* So many phones behind one address, and one elsewhere, all up */
static void phones(unsigned count)
{
	struct nt_flows_conf conf = conf_of(1000, 1000);

	begin_with(&conf);
	for(unsigned i = 0; i < count; i++)
		hold(i + 1, phone(i));
	hold(999, udp("203.0.113.99:5060"));
	walk(65000, true);
	forget_changes();
}

/* Walk; the first so many phones do not answer. @return pings of the others */
static unsigned walk_dead(uint64_t ms, unsigned dead)
{
	struct nt_due due[64];
	unsigned others = 0;

	for(uint64_t until = now + ms; now < until;) {
		size_t count = nt_flows_due(table, due, 64, ++now);

		for(size_t i = 0; i < count; i++) {
			if(due[i].tag.flow < dead)
				continue;
			answer_to(&due[i]);
			others++;
		}
	}
	return others;
}

static bool restart_told(struct nt_change *c)
{
	while(nt_flows_change(table, c)) {
		if(c->kind == NT_CHANGE_RESTART)
			return true;
	}
	return false;
}

START_TEST(several_that_move_are_a_restart_and_the_others_are_asked)
{
	struct nt_change c;
	struct nt_flow_seen seen;
	uint32_t least = UINT32_MAX, most = 0;
	uint64_t sent;

	phones(12);
	for(unsigned i = 0; i < 3; i++) {
		ck_assert_int_eq(hold(i + 1, phone(100 + i)), NT_HOLD_MOVED);
		walk(1000, true);
	}
	ck_assert(restart_told(&c));
	ck_assert_uint_eq(c.at.remote.addr.lo, phone(0).remote.addr.lo);
	ck_assert_uint_eq(c.flows, 9);
	/* all of them within 5 s; and they keep their distance afterwards */
	sent = stats().sent;
	walk(5000, true);
	ck_assert_uint_ge(stats().sent - sent, 9);
	ck_assert_uint_le(stats().sent - sent, 14);
	for(unsigned i = 3; i < 12; i++) {
		ck_assert(see(&seen, phone(i)));
		ck_assert_uint_le((uint32_t)now - seen.pulse.sent_ms, 7000);
	}
	ck_assert_uint_le(walk(28000, true), 20);
	/* a minute later they do not come in one bunch for ever */
	walk(32000, true);
	for(unsigned i = 3; i < 12; i++) {
		ck_assert(see(&seen, phone(i)));
		least = seen.due_in_ms < least ? seen.due_in_ms : least;
		most = seen.due_in_ms > most ? seen.due_in_ms : most;
	}
	ck_assert_uint_ge(most - least, 10000);
	end();
}
END_TEST

START_TEST(several_that_die_as_well)
{
	struct nt_change c;

	phones(8);
	walk_dead(34000, 0);
	ck_assert(!restart_told(&c));
	/* 8 in 30 s: three within 10 s are there soon */
	walk_dead(34000, 8);
	walk_dead(34000, 8);
	ck_assert(restart_told(&c));
	ck_assert_int_ne(state_of(phone(0)), NT_PULSE_UP);
	ck_assert_int_eq(state_of(udp("203.0.113.99:5060")), NT_PULSE_UP);
	end();
}
END_TEST

START_TEST(also_where_flows_are_asked_seldom)
{
	struct nt_change c;
	struct nt_due due;
	uint64_t first = 0;

	for(unsigned count = 3; count < 40; count += 9) {
		struct nt_flows_conf conf = conf_of(1000, 1000);

		begin_with(&conf);
		for(unsigned i = 0; i < count; i++) {
			struct nt_hold h = hold_of(i + 1, phone(i));

			h.terms.interval_ms = 160000;
			nt_flows_hold(table, &h, now);
		}
		walk(400000, true);
		forget_changes();
		/* now all of them are dead */
		for(first = 0; !restart_told(&c);) {
			now++;
			if(nt_flows_due(table, &due, 1, now) == 1 && first == 0)
				first = now;
			ck_assert(first == 0 || now - first < 12500);
		}
		end();
	}
}
END_TEST

START_TEST(one_that_is_switched_off_is_no_restart)
{
	struct nt_change c;

	phones(12);
	walk_dead(100000, 1);
	ck_assert_int_eq(state_of(phone(0)), NT_PULSE_DOWN);
	ck_assert(!restart_told(&c));
	end();
}
END_TEST

START_TEST(closed_connections_as_well)
{
	struct nt_change c;

	begin();
	for(uint32_t i = 0; i < 6; i++) {
		struct nt_hold h = hold_of(i + 1, tcp("203.0.113.9:1024", i));

		nt_flows_hold(table, &h, now);
	}
	walk(65000, true);
	for(uint32_t i = 0; i < 3; i++)
		nt_flows_closed(table, i, now);
	ck_assert(restart_told(&c));
	ck_assert_int_eq(c.at.transport, NT_TRANSPORT_TCP);
	ck_assert_uint_eq(c.flows, 3);
	end();
}
END_TEST

/* moving phones of a site of so many, milliseconds between two of them: a
 * restart? */
static const struct
{
	unsigned moving, of;
	uint64_t apart_ms;
	bool restart;
} rows[] = {{2, 2, 100, false}, {3, 3, 100, true}, {3, 12, 4900, true},
		{3, 12, 5200, false}, {3, 13, 100, false}, {4, 16, 3200, true},
		{24, 100, 100, false}, {25, 100, 100, true}};

START_TEST(so_many_in_so_long)
{
	struct nt_change c;

	phones(rows[_i].of);
	for(unsigned i = 0; i < rows[_i].moving; i++) {
		hold(i + 1, phone(100 + i));
		now += rows[_i].apart_ms;
	}
	ck_assert_int_eq(restart_told(&c), rows[_i].restart);
	end();
}
END_TEST

START_TEST(it_is_told_once_a_minute)
{
	struct nt_change c;
	struct nt_site_seen site;

	phones(6);
	for(unsigned round = 0; round < 14; round++) {
		for(unsigned i = 0; i < 6; i++) {
			struct nt_flow_at at = phone(100 + i);

			at.remote.port = (uint16_t)(at.remote.port + 100 * round);
			hold(i + 1, at);
		}
		/* up again, or they are not counted */
		walk(9000, true);
		if(round < 1 || (round > 4 && round < 13))
			continue;
		ck_assert_int_eq(restart_told(&c), round == 1 || round == 13);
	}
	ck_assert_uint_eq(nt_flows_site_next(table, 0, 10, &site), 0);
	ck_assert_uint_ge(site.restarts, 2);
	end();
}
END_TEST

/* So many places are looked at in a day of a carrier that the count wraps */
START_TEST(T09_a_count_that_wraps_makes_nobody_hurry)
{
	static const uint32_t later[] = {
			0x7fffff00u, 0x80000001u, 0xfffffff0u, 0x7fffffffu};
	struct nt_change c;
	struct nt_flow_at at;

	phones(4);
	for(uint32_t i = 0; i < 200; i++)
		hold(5000 + i, udp_of(i));
	walk(64000, true);
	for(int i = 0; i < NT_COUNT(later); i++) {
		uint64_t sent = stats().sent;

		forget_changes();
		table->scanned += later[i];
		table->scan_end += later[i];
		for(unsigned k = 0; k < 3; k++) {
			at = phone(10 * (unsigned)(i + 1) + k);
			hold(k + 1, at);
		}
		ck_assert(restart_told(&c));
		/* 205 in 30 s */
		walk(2000, true);
		ck_assert_uint_le(stats().sent - sent, 35);
		walk(64000, true);
	}
	end();
}
END_TEST

START_TEST(a_site_is_known_by_its_numbers)
{
	struct nt_site_seen site;
	struct nt_addr a = phone(0).remote.addr;

	phones(4);
	walk_dead(80000, 1);
	ck_assert_uint_eq(nt_flows_site_next(table, 0, 10, &site), 0);
	ck_assert_uint_eq(site.flows, 4);
	ck_assert_uint_eq(site.down, 1);
	ck_assert(!site.stream);
	ck_assert(nt_addr_eq(&site.addr, &a));
	nt_flows_release(table, 1, now);
	nt_flows_site_next(table, 0, 10, &site);
	ck_assert_uint_eq(site.flows, 3);
	ck_assert_uint_eq(site.down, 0);
	/* of IPv6 the /64 */
	hold(100, udp("[2001:db8:1:2::3]:5060"));
	hold(101, udp("[2001:db8:1:2:ffff::4]:5060"));
	hold(102, udp("[2001:db8:1:3::3]:5060"));
	ck_assert_uint_eq(stats().sites, 4);
	nt_flows_site_next(table, 2, 10, &site);
	ck_assert_uint_eq(site.flows, 2);
	a = nt_addr_must("2001:db8:1:2::");
	ck_assert(nt_addr_eq(&site.addr, &a));
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_flows_sites");
	TCase *c = tcase_create("restart");

	tcase_set_timeout(c, 60);
	tcase_add_test(c, several_that_move_are_a_restart_and_the_others_are_asked);
	tcase_add_test(c, several_that_die_as_well);
	tcase_add_test(c, also_where_flows_are_asked_seldom);
	tcase_add_test(c, one_that_is_switched_off_is_no_restart);
	tcase_add_test(c, closed_connections_as_well);
	tcase_add_loop_test(c, so_many_in_so_long, 0, NT_COUNT(rows));
	tcase_add_test(c, it_is_told_once_a_minute);
	tcase_add_test(c, T09_a_count_that_wraps_makes_nobody_hurry);
	tcase_add_test(c, a_site_is_known_by_its_numbers);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
