/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_policies.h"

#define ITEMS 1000

struct item
{
	uint64_t number;
	char more[5];
};

static bool is_zero(const void *p, size_t size)
{
	const char *c = p;

	while(size > 0 && c[size - 1] == 0)
		size--;
	return size == 0;
}

START_TEST(grows_and_keeps)
{
	struct nt_purse purse;
	struct nt_vec v;

	nt_purse_init(&purse);
	nt_vec_init(&v, &purse.mem, sizeof(struct item));
	ck_assert_uint_eq(v.count, 0);
	for(size_t i = 0; i < ITEMS; i++) {
		struct item *item = nt_vec_add(&v);

		ck_assert_ptr_nonnull(item);
		ck_assert_msg(is_zero(item, sizeof(*item)), "item %zu is not zero", i);
		ck_assert_uint_eq(v.count, i + 1);
		item->number = i * i;
		memset(item->more, 0xff, sizeof(item->more));
	}
	for(size_t i = 0; i < ITEMS; i++)
		ck_assert_uint_eq(((struct item *)nt_vec_at(&v, i))->number, i * i);
	ck_assert_msg(purse.live == 1, "%zu blocks are held", purse.live);
	ck_assert_msg(purse.calls <= 8, "%zu blocks were asked for", purse.calls);
	ck_assert_msg(purse.bytes <= 4 * ITEMS * sizeof(struct item),
			"%zu bytes were asked for", purse.bytes);
	nt_vec_fini(&v);
	ck_assert_uint_eq(purse.live, 0);
	/* as good as new */
	ck_assert_uint_eq(v.count, 0);
	ck_assert_ptr_nonnull(nt_vec_add(&v));
	nt_vec_fini(&v);
	ck_assert_uint_eq(purse.live, 0);
}
END_TEST

START_TEST(a_shortened_vector_gives_zero_again)
{
	struct nt_purse purse;
	struct nt_vec v;

	nt_purse_init(&purse);
	nt_vec_init(&v, &purse.mem, 1);
	*(char *)nt_vec_add(&v) = 'x';
	v.count = 0;
	ck_assert_int_eq(*(char *)nt_vec_add(&v), 0);
	nt_vec_fini(&v);
	ck_assert_uint_eq(purse.live, 0);
}
END_TEST

START_TEST(no_memory_changes_nothing)
{
	struct nt_purse purse;
	struct nt_vec v;
	size_t count = 0;

	nt_purse_init(&purse);
	purse.fail_at = (size_t)_i + 1;
	nt_vec_init(&v, &purse.mem, sizeof(uint32_t));
	for(uint32_t *p; (p = nt_vec_add(&v)) != NULL && count < ITEMS; count++)
		*p = (uint32_t)count;
	ck_assert_msg(count < ITEMS, "block %d did not fail", _i);
	ck_assert_uint_eq(v.count, count);
	for(size_t i = 0; i < count; i++)
		ck_assert_uint_eq(*(uint32_t *)nt_vec_at(&v, i), i);
	/* there is some again */
	ck_assert_ptr_nonnull(nt_vec_add(&v));
	ck_assert_uint_eq(v.count, count + 1);
	nt_vec_fini(&v);
	ck_assert_uint_eq(purse.live, 0);
}
END_TEST

START_TEST(too_much_is_no_memory)
{
	struct nt_purse purse;
	struct nt_vec v;

	nt_purse_init(&purse);
	nt_vec_init(&v, &purse.mem, SIZE_MAX / 8);
	ck_assert_msg(nt_vec_add(&v) == NULL, "the size wraps");
	ck_assert_msg(purse.calls == 0, "it was asked for");
	nt_vec_fini(&v);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_mem");

	nt_add_rows(s, "grows", grows_and_keeps, 1);
	nt_add_rows(s, "shortened", a_shortened_vector_gives_zero_again, 1);
	nt_add_rows(s, "no memory", no_memory_changes_nothing, 6);
	nt_add_rows(s, "too much", too_much_is_no_memory, 1);
	return nt_run(s);
}
