/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fixed number a second, whatever comes (T30) */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/nt/nt_check.h"

#include "nt/nt_rate.h"

START_TEST(so_many_a_second)
{
	struct nt_rate r = {0};
	uint32_t held = 99;

	for(unsigned i = 0; i < 5; i++) {
		ck_assert(nt_rate_pass(&r, 100, 5, &held));
		ck_assert_uint_eq(held, 0);
	}
	for(unsigned i = 0; i < 7; i++)
		ck_assert(!nt_rate_pass(&r, 100, 5, &held));
	ck_assert(nt_rate_pass(&r, 101, 5, &held));
	ck_assert_uint_eq(held, 7);
	ck_assert(nt_rate_pass(&r, 101, 5, &held));
	ck_assert_uint_eq(held, 0);
}
END_TEST

START_TEST(none_at_all)
{
	struct nt_rate r = {0};
	uint32_t held;

	ck_assert(!nt_rate_pass(&r, 0, 0, &held));
	ck_assert_uint_eq(nt_rate_rest(&r, 1), 1);
}
END_TEST

START_TEST(the_rest_is_told_when_its_second_is_over)
{
	struct nt_rate r = {0};
	uint32_t held;

	ck_assert(nt_rate_pass(&r, 7, 1, &held));
	ck_assert(!nt_rate_pass(&r, 7, 1, &held));
	ck_assert_uint_eq(nt_rate_rest(&r, 7), 0);
	ck_assert_uint_eq(nt_rate_rest(&r, 8), 1);
	ck_assert_uint_eq(nt_rate_rest(&r, 8), 0);
	ck_assert(nt_rate_pass(&r, 9, 1, &held));
	ck_assert_uint_eq(held, 0);
}
END_TEST

START_TEST(a_clock_that_is_set_back)
{
	struct nt_rate r = {0};
	uint32_t held;

	ck_assert(nt_rate_pass(&r, UINT32_MAX, 1, &held));
	ck_assert(!nt_rate_pass(&r, UINT32_MAX, 1, &held));
	ck_assert(nt_rate_pass(&r, 3, 1, &held));
	ck_assert_uint_eq(held, 1);
}
END_TEST

/* T30: a million, by four processes, in five seconds */
START_TEST(t30_processes_share_one_rate)
{
	enum
	{
		processes = 4,
		most = 10,
		seconds = 5,
		each = 250000
	};
	struct shared
	{
		struct nt_rate rate;
		uint32_t passed, told;
	} *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint32_t held;

	NT_MUST(s != MAP_FAILED);
	/* seconds go by for all alike, as they do */
	for(uint32_t now = 1; now <= seconds; now++) {
		for(int p = 0; p < processes; p++) {
			pid_t pid = fork();

			NT_MUST(pid >= 0);
			if(pid > 0)
				continue;
			for(int i = 0; i < each / seconds; i++) {
				if(!nt_rate_pass(&s->rate, now, most, &held))
					continue;
				__atomic_fetch_add(&s->passed, 1, __ATOMIC_RELAXED);
				__atomic_fetch_add(&s->told, held, __ATOMIC_RELAXED);
			}
			_exit(0);
		}
		for(int p = 0; p < processes; p++)
			wait(NULL);
	}
	ck_assert_uint_eq(s->passed, most * seconds);
	s->told += nt_rate_rest(&s->rate, seconds + 1);
	ck_assert_uint_eq(s->passed + s->told, processes * each);
	munmap(s, sizeof(*s));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_rate");

	nt_add_rows(s, "so many a second", so_many_a_second, 1);
	nt_add_rows(s, "none", none_at_all, 1);
	nt_add_rows(s, "rest", the_rest_is_told_when_its_second_is_over, 1);
	nt_add_rows(s, "clock", a_clock_that_is_set_back, 1);
	nt_add_rows(s, "T30", t30_processes_share_one_rate, 1);
	return nt_run(s);
}
