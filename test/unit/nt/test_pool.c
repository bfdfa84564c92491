/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_pool.h"
#include "unit/nt/nt_counted.h"

static struct nt_counted heap;
static const struct nt_mem mem = {nt_counted_get, nt_counted_put, &heap};
static struct nt_pool pool;

static void begin(size_t width, uint32_t max)
{
	memset(&heap, 0, sizeof(heap));
	ck_assert_int_eq(nt_pool_init(&pool, &mem, width, max), 0);
}

static void end(void)
{
	nt_pool_fini(&pool);
	ck_assert_int_eq(heap.blocks, 0);
	nt_pool_fini(&pool);
}

START_TEST(numbers_come_in_order_and_records_are_zero)
{
	static const char zero[72];

	begin(72, 3000);
	for(uint32_t i = 0; i < 3000; i++) {
		ck_assert_uint_eq(nt_pool_take(&pool), i);
		ck_assert_mem_eq(nt_pool_at(&pool, i), zero, 72);
		memset(nt_pool_at(&pool, i), 0xee, 72);
	}
	ck_assert(nt_pool_is_full(&pool));
	ck_assert_uint_eq(nt_pool_take(&pool), NT_POOL_NONE);
	/* no more than was asked for */
	ck_assert_uint_eq(pool.bytes, 3000 * 72);
	ck_assert_uint_eq(heap.bytes, 3000 * 72 + 3 * sizeof(void *));
	end();
}
END_TEST

START_TEST(what_was_given_back_first_is_taken_first)
{
	uint32_t *p;

	begin(8, 10);
	for(int i = 0; i < 10; i++)
		nt_pool_take(&pool);
	p = nt_pool_at(&pool, 7);
	p[1] = 4711;
	nt_pool_give(&pool, 7);
	nt_pool_give(&pool, 2);
	nt_pool_give(&pool, 9);
	ck_assert_uint_eq(pool.count, 7);
	ck_assert(!nt_pool_is_full(&pool));
	ck_assert_uint_eq(nt_pool_take(&pool), 7);
	/* it is as it was, behind the first 4 bytes */
	ck_assert_uint_eq(p[1], 4711);
	nt_pool_give(&pool, 7);
	ck_assert_uint_eq(nt_pool_take(&pool), 2);
	ck_assert_uint_eq(nt_pool_take(&pool), 9);
	ck_assert_uint_eq(nt_pool_take(&pool), 7);
	ck_assert_uint_eq(nt_pool_take(&pool), NT_POOL_NONE);
	end();
}
END_TEST

START_TEST(memory_comes_in_chunks_and_may_fail)
{
	begin(16, 100000);
	ck_assert_uint_eq(pool.bytes, 0);
	heap.asked = 0;
	heap.fail_at = 2;
	heap.lasting = true;
	for(uint32_t i = 0; i < NT_POOL_CHUNK; i++)
		ck_assert_uint_eq(nt_pool_take(&pool), i);
	ck_assert_uint_eq(pool.bytes, NT_POOL_CHUNK * 16);
	for(int i = 0; i < 3; i++)
		ck_assert_uint_eq(nt_pool_take(&pool), NT_POOL_NONE);
	ck_assert_uint_eq(pool.count, NT_POOL_CHUNK);
	nt_pool_give(&pool, 5);
	ck_assert_uint_eq(nt_pool_take(&pool), 5);
	heap.fail_at = 0;
	ck_assert_uint_eq(nt_pool_take(&pool), NT_POOL_CHUNK);
	end();
	heap.fail_at = 1;
	heap.asked = 0;
	ck_assert_int_ne(nt_pool_init(&pool, &mem, 8, 10), 0);
	end();
}
END_TEST

/* Against an array of who is in use */
START_TEST(no_number_twice)
{
	static bool used[2500];
	uint64_t state = 1;
	uint32_t count = 0;

	begin(4, 2500);
	for(int step = 0; step < 100000; step++) {
		uint32_t n = (uint32_t)(nt_random(&state) % 2500);

		if(used[n]) {
			nt_pool_give(&pool, n);
			used[n] = false;
			count--;
		} else if(count < 2500) {
			n = nt_pool_take(&pool);
			ck_assert_uint_lt(n, 2500);
			ck_assert(!used[n]);
			used[n] = true;
			count++;
		}
		ck_assert_uint_eq(pool.count, count);
	}
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_pool");
	TCase *c = tcase_create("numbers");

	tcase_add_test(c, numbers_come_in_order_and_records_are_zero);
	tcase_add_test(c, what_was_given_back_first_is_taken_first);
	tcase_add_test(c, memory_comes_in_chunks_and_may_fail);
	tcase_add_test(c, no_number_twice);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
