/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose turn it is, against a list that is searched */
#include "nt/nt_wheel.h"
#include "unit/nt/nt_counted.h"

#define ITEMS 300
#define PLENTY 1000000

struct item
{
	uint32_t pool;
	uint32_t something;
	struct nt_wheel_link link;
};

static struct nt_counted heap;
static const struct nt_mem mem = {nt_counted_get, nt_counted_put, &heap};
static struct nt_pool pool;
static struct nt_wheel wheel;

static void begin(uint32_t slots, uint32_t now)
{
	memset(&heap, 0, sizeof(heap));
	ck_assert_int_eq(nt_pool_init(&pool, &mem, sizeof(struct item), ITEMS), 0);
	ck_assert_int_eq(nt_wheel_init(&wheel, &pool, offsetof(struct item, link),
							 slots, now),
			0);
	for(uint32_t i = 0; i < ITEMS; i++) {
		ck_assert_uint_eq(nt_pool_take(&pool), i);
		nt_wheel_out(&wheel, i);
	}
}

static void end(void)
{
	nt_wheel_fini(&wheel);
	nt_wheel_fini(&wheel);
	nt_pool_fini(&pool);
	ck_assert_int_eq(heap.blocks, 0);
}

static uint32_t next(uint32_t until)
{
	uint32_t looks = PLENTY;

	return nt_wheel_next(&wheel, until, &looks);
}

START_TEST(each_at_its_tick_and_in_order)
{
	begin(64, 100);
	nt_wheel_put(&wheel, 1, 105);
	nt_wheel_put(&wheel, 2, 103);
	nt_wheel_put(&wheel, 3, 103 + 64);
	ck_assert_uint_eq(wheel.count, 3);
	ck_assert_uint_eq(next(102), NT_POOL_NONE);
	ck_assert_uint_eq(next(103), 2);
	/* until it is moved */
	ck_assert_uint_eq(next(103), 2);
	nt_wheel_put(&wheel, 2, 104);
	ck_assert_uint_eq(next(103), NT_POOL_NONE);
	ck_assert_uint_eq(next(160), 2);
	nt_wheel_take(&wheel, 2);
	ck_assert(!nt_wheel_holds(&wheel, 2));
	nt_wheel_take(&wheel, 2);
	ck_assert_uint_eq(next(160), 1);
	nt_wheel_take(&wheel, 1);
	ck_assert_uint_eq(next(166), NT_POOL_NONE);
	ck_assert_uint_eq(next(167), 3);
	ck_assert_uint_eq(nt_wheel_due(&wheel, 3), 167);
	nt_wheel_take(&wheel, 3);
	ck_assert_uint_eq(next(300), NT_POOL_NONE);
	ck_assert_uint_eq(wheel.count, 0);
	end();
}
END_TEST

START_TEST(what_is_late_already_comes_with_the_next_tick)
{
	begin(64, 100);
	nt_wheel_put(&wheel, 1, 40);
	nt_wheel_put(&wheel, 2, 100);
	ck_assert_uint_eq(next(100), NT_POOL_NONE);
	ck_assert_uint_ne(next(101), NT_POOL_NONE);
	/* so those who came before are not kept waiting for ever */
	nt_wheel_take(&wheel, 1);
	for(int i = 0; i < 10; i++) {
		ck_assert_uint_eq(next(101), 2);
		nt_wheel_put(&wheel, 1, 90);
	}
	nt_wheel_take(&wheel, 2);
	ck_assert_uint_eq(next(101), NT_POOL_NONE);
	ck_assert_uint_eq(next(102), 1);
	end();
}
END_TEST

START_TEST(no_call_looks_further_than_it_may)
{
	uint32_t looks = 10, rounds = 0;

	begin(64, 0);
	for(uint32_t i = 0; i < ITEMS; i++)
		nt_wheel_put(&wheel, i, 5 + 64 * (1 + i));
	ck_assert_uint_eq(nt_wheel_next(&wheel, 6, &looks), NT_POOL_NONE);
	ck_assert_uint_eq(looks, 0);
	/* and goes on there */
	for(nt_wheel_put(&wheel, 7, 6);; rounds++) {
		ck_assert_uint_lt(rounds, 100);
		looks = 10;
		if(nt_wheel_next(&wheel, 6, &looks) == 7)
			break;
	}
	ck_assert_uint_gt(rounds, 20);
	/* one that would be looked at next goes away */
	nt_wheel_take(&wheel, 7);
	ck_assert_uint_eq(next(6), NT_POOL_NONE);
	end();
}
END_TEST

START_TEST(empty_slots_cost_little)
{
	uint32_t looks = 5000;

	begin(65536, 0);
	nt_wheel_put(&wheel, 1, 65000);
	ck_assert_uint_eq(nt_wheel_next(&wheel, 65535, &looks), 1);
	end();
}
END_TEST

START_TEST(F04_after_a_long_stop_one_round_meets_all)
{
	uint32_t looks = 3 * 64;

	begin(64, 1000);
	for(uint32_t i = 0; i < 64; i++)
		nt_wheel_put(&wheel, i, 1001 + 3 * i);
	for(uint32_t i = 0; i < 64; i++) {
		uint32_t n = nt_wheel_next(&wheel, 1000 + 1000000, &looks);

		ck_assert_uint_ne(n, NT_POOL_NONE);
		nt_wheel_take(&wheel, n);
	}
	end();
}
END_TEST

START_TEST(how_full_it_is_ahead)
{
	begin(256, 1000);
	for(uint32_t i = 0; i < 100; i++)
		nt_wheel_put(&wheel, i, 1001 + i);
	ck_assert_uint_eq(nt_wheel_ahead(&wheel, 1100), 100);
	ck_assert_uint_ge(nt_wheel_ahead(&wheel, 1040), 40);
	ck_assert_uint_le(nt_wheel_ahead(&wheel, 1040), 55);
	ck_assert_uint_eq(nt_wheel_ahead(&wheel, 1000 + 100000), 100);
	ck_assert_uint_eq(nt_wheel_load(&wheel, 1010), 16);
	ck_assert_uint_eq(nt_wheel_load(&wheel, 1200), 0);
	end();
	/* where ticks wrap */
	begin(256, UINT32_MAX - 30);
	for(uint32_t i = 0; i < 100; i++)
		nt_wheel_put(&wheel, i, UINT32_MAX - 29 + i);
	ck_assert_uint_eq(nt_wheel_ahead(&wheel, 69), 100);
	ck_assert_uint_le(nt_wheel_ahead(&wheel, 0), 50);
	end();
}
END_TEST

/* --- against a list --------------------------------------------------------
 */

static struct
{
	bool in;
	uint32_t due;
} list[ITEMS];

static void put(uint32_t i, uint32_t due)
{
	nt_wheel_put(&wheel, i, due);
	list[i].in = true;
	list[i].due = (int32_t)(due - wheel.now) <= 0 ? wheel.now + 1 : due;
}

/* All that are due, and no other; @return how many */
static unsigned drain(uint32_t until, uint64_t *state)
{
	/* further behind than a round it is all of it, in any order */
	bool ordered = until - wheel.now <= wheel.mask;
	unsigned count = 0, wrong = 0;
	uint32_t last = 0, n;

	while((n = next(until)) != NT_POOL_NONE) {
		wrong += !list[n].in || (int32_t)(list[n].due - until) > 0;
		if(count++ > 0 && ordered)
			wrong += (int32_t)(list[n].due - last) < 0;
		last = list[n].due;
		if(nt_random(state) % 4 == 0) {
			nt_wheel_take(&wheel, n);
			list[n].in = false;
		} else {
			put(n, until + (uint32_t)(nt_random(state) % 500));
		}
		ck_assert_uint_lt(count, 100000);
	}
	for(uint32_t i = 0; i < ITEMS; i++)
		wrong += list[i].in && (int32_t)(list[i].due - until) <= 0;
	ck_assert_uint_eq(wrong, 0);
	return count;
}

static void against_a_list(uint32_t slots, uint32_t now, uint64_t seed)
{
	unsigned drained = 0;

	begin(slots, now);
	memset(list, 0, sizeof(list));
	for(int step = 0; step < 20000; step++) {
		uint32_t i = (uint32_t)(nt_random(&seed) % ITEMS), in = 0, wrong = 0;

		switch(nt_random(&seed) % 4) {
			case 0:
				put(i, now + (uint32_t)(nt_random(&seed) % (4 * slots)));
				break;
			case 1:
				nt_wheel_take(&wheel, i);
				list[i].in = false;
				break;
			case 2:
				now += (uint32_t)(nt_random(&seed) % 40);
				drained += drain(now, &seed);
				break;
			default:
				if(nt_random(&seed) % 200 != 0)
					break;
				now += (uint32_t)(nt_random(&seed) % (8 * slots));
				drained += drain(now, &seed);
		}
		for(i = 0; i < ITEMS; i++) {
			wrong += nt_wheel_holds(&wheel, i) != list[i].in;
			in += list[i].in;
		}
		/* one call for all: each tells the parent */
		ck_assert_uint_eq(wrong, 0);
		ck_assert_uint_eq(wheel.count, in);
		ck_assert_uint_eq(nt_wheel_ahead(&wheel, now + 20 * slots), in);
	}
	ck_assert_uint_gt(drained, 5000);
	end();
}

START_TEST(it_is_what_a_list_would_be)
{
	against_a_list(64, 0, 3);
	against_a_list(1024, 12345, 4);
	against_a_list(16, 77, 5);
}
END_TEST

START_TEST(F09_also_where_ticks_wrap)
{
	against_a_list(256, UINT32_MAX - 50000, 6);
}
END_TEST

START_TEST(without_memory)
{
	begin(64, 0);
	nt_wheel_fini(&wheel);
	heap.asked = 0;
	heap.fail_at = 1;
	ck_assert_int_ne(nt_wheel_init(&wheel, &pool, 0, 64, 0), 0);
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_wheel");
	TCase *c = tcase_create("turns");

	tcase_set_timeout(c, 60);
	tcase_add_test(c, each_at_its_tick_and_in_order);
	tcase_add_test(c, what_is_late_already_comes_with_the_next_tick);
	tcase_add_test(c, no_call_looks_further_than_it_may);
	tcase_add_test(c, empty_slots_cost_little);
	tcase_add_test(c, F04_after_a_long_stop_one_round_meets_all);
	tcase_add_test(c, how_full_it_is_ahead);
	tcase_add_test(c, it_is_what_a_list_would_be);
	tcase_add_test(c, F09_also_where_ticks_wrap);
	tcase_add_test(c, without_memory);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
