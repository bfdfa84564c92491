/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_expiry.h"

#include <errno.h>

#include "unit/nt/nt_check.h"

/* clang-format off */
static const struct {
	const char *text;
	uint32_t want, read; /* strictly, and by who has to make something of it */
	int rc;
} numbers[] = {
	{"0", 0, 0, 0},
	{"60", 60, 60, 0},
	{"0000000000000000000000060", 60, 60, 0},
	{"65535", 65535, 65535, 0},
	{"65536", 65536, 65536, 0},
	{"2147483647", 2147483647u, 2147483647u, 0},
	{"2147483648", 2147483648u, 2147483648u, 0},
	{"4294967294", 4294967294u, 4294967294u, 0},
	{"4294967295", 4294967294u, 4294967294u, 0},
	{"4294967296", 4294967294u, 4294967294u, 0},
	{"4294967328", 4294967294u, 4294967294u, 0},
	{"9223372036854775808", 4294967294u, 4294967294u, 0},
	{"99999999999999999999", 4294967294u, 4294967294u, 0},
	{"-1", 0, 3600, EINVAL},
	{"+5", 0, 3600, EINVAL},
	{"", 0, 3600, EINVAL},
	{" 5", 0, 3600, EINVAL},
	{"5 ", 0, 3600, EINVAL},
	{"5.5", 0, 3600, EINVAL},
	{"0x10", 0, 3600, EINVAL},
	{"\"60\"", 0, 3600, EINVAL},
	{"99999999999999999999x", 0, 3600, EINVAL},
};

static const struct {
	const char *name;
	uint32_t granted, asked, limit, want;
} told[] = {
	{"P20 what was granted is cut to the limit", 3600, 3600, 60, 60},
	{"P20 never above what was granted", 30, 3600, 60, 30},
	{"P20 never above what was asked", 3600, 40, 60, 40},
	{"P20 nothing was asked", 3600, NT_EXPIRY_NONE, 60, 60},
	{"P20 no limit", 3600, 3600, NT_EXPIRY_NONE, 3600},
	{"P20 nothing is known", NT_EXPIRY_NONE, NT_EXPIRY_NONE, NT_EXPIRY_NONE, NT_EXPIRY_NONE},
	{"a binding that ends ends", 0, 3600, 60, 0},
	{"a binding that should end and did not", 3600, 0, 60, 60},
};

static const struct {
	const char *name;
	uint32_t seconds;
	uint64_t since, now;
	uint32_t left;
} times[] = {
	{"all of it at once", 60, 1000, 1000, 60},
	{"less and less", 60, 1000, 1059, 1},
	{"nothing at the end", 60, 1000, 1060, 0},
	{"nothing long after", 60, 1000, UINT64_MAX, 0},
	{"nothing when the clock went back", 60, 1000, 999, 0},
	{"nothing when the clock began anew", 60, UINT64_MAX, 0, 0},
	{"nothing of nothing", 0, 1000, 1000, 0},
	{"T15 the longest there is", UINT32_MAX, 0, 1, UINT32_MAX - 1},
};
/* clang-format on */

START_TEST(T15_number_is_read)
{
	struct nt_span text = nt_heap_span(nt_span_cstr(numbers[_i].text));
	uint32_t seconds = 0;

	ck_assert_msg(nt_expiry_parse(&seconds, text) == numbers[_i].rc, "'%s'",
			numbers[_i].text);
	ck_assert_msg(
			seconds == numbers[_i].want, "'%s': %u", numbers[_i].text, seconds);
	seconds = nt_expiry_read(text);
	ck_assert_msg(
			seconds == numbers[_i].read, "'%s': %u", numbers[_i].text, seconds);
	nt_heap_drop(text);
}
END_TEST

START_TEST(client_is_told)
{
	uint32_t got =
			nt_expiry_told(told[_i].granted, told[_i].asked, told[_i].limit);

	ck_assert_msg(got == told[_i].want, "%s: %u", told[_i].name, got);
}
END_TEST

START_TEST(time_is_left)
{
	uint32_t got =
			nt_expiry_left(times[_i].seconds, times[_i].since, times[_i].now);

	ck_assert_msg(got == times[_i].left, "%s: %u", times[_i].name, got);
}
END_TEST

START_TEST(N065_P21_jitter_stays_within_its_percent_and_reaches_both_ends)
{
	static const uint32_t maxima[] = {1, 2, 9, 10, 60, 600, 86400};
	uint64_t state = 1;

	for(unsigned jitter = 0; jitter <= 50; jitter += 10) {
		for(size_t i = 0; i < sizeof(maxima) / sizeof(maxima[0]); i++) {
			uint32_t max = maxima[i], least = max - max * jitter / 100;
			uint32_t low = max, high = 0;

			for(unsigned n = 0; n < 2000; n++) {
				uint32_t got = nt_expiry_limit(max, jitter, nt_random(&state));

				ck_assert_uint_ge(got, least);
				ck_assert_uint_le(got, max);
				ck_assert_uint_gt(got, 0);
				low = got < low ? got : low;
				high = got > high ? got : high;
			}
			if(max <= 600)
				ck_assert(low == least && high == max);
		}
	}
}
END_TEST

START_TEST(no_limit_and_no_jitter)
{
	ck_assert_uint_eq(nt_expiry_limit(0, 10, 12345), NT_EXPIRY_NONE);
	ck_assert_uint_eq(nt_expiry_limit(60, 0, UINT64_MAX), 60);
	/* more than half is not taken off, whatever somebody asks for */
	for(uint64_t chance = 0; chance < 2000; chance++)
		ck_assert_uint_ge(nt_expiry_limit(1000, 100, chance), 500);
	ck_assert_uint_eq(nt_expiry_limit(1, 50, UINT64_MAX), 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_expiry");
	TCase *c = tcase_create("limits");

	nt_add_rows(suite, "numbers", T15_number_is_read, NT_COUNT(numbers));
	nt_add_rows(suite, "told", client_is_told, NT_COUNT(told));
	nt_add_rows(suite, "times", time_is_left, NT_COUNT(times));
	tcase_add_test(
			c, N065_P21_jitter_stays_within_its_percent_and_reaches_both_ends);
	tcase_add_test(c, no_limit_and_no_jitter);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
