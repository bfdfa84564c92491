/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was opened lately: found again by the same text under the same keys, and
 * by nothing else */
#include "nt/nt_opened.h"

#include <pthread.h>

#include "unit/nt/nt_check.h"

#define PLACES 8

static uint64_t memory[512];

static struct nt_opened *table(void)
{
	ck_assert_uint_le(nt_opened_bytes(PLACES), sizeof(memory));
	return nt_opened_init(memory, PLACES);
}

/* Tokens are as good as random */
static struct nt_span text_of(char *buf, size_t len, uint64_t *state)
{
	for(size_t i = 0; i < len; i++)
		buf[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				 "0123456789-_"[nt_random(state) & 63];
	return nt_span_of(buf, len);
}

static void fill(uint8_t *content, size_t n, uint64_t *state)
{
	for(size_t i = 0; i < n; i++)
		content[i] = (uint8_t)nt_random(state);
}

START_TEST(what_was_put_in_is_found_whatever_its_length)
{
	struct nt_opened *t = table();
	uint8_t content[NT_OPENED_CONTENT], got[NT_OPENED_CONTENT];
	char buf[NT_OPENED_TEXT];
	uint64_t state = 1;

	for(size_t len = 18; len <= NT_OPENED_TEXT; len++) {
		struct nt_span text = nt_heap_span(text_of(buf, len, &state));
		size_t n = 1 + len % NT_OPENED_CONTENT;

		fill(content, n, &state);
		ck_assert_uint_eq(nt_opened_get(t, 7, text, got), 0);
		nt_opened_put(t, 7, text, content, n);
		ck_assert_uint_eq(nt_opened_get(t, 7, text, got), n);
		ck_assert_mem_eq(got, content, n);
		/* other keys, part of it, each byte another one */
		ck_assert_uint_eq(nt_opened_get(t, 8, text, got), 0);
		ck_assert_uint_eq(
				nt_opened_get(t, 7, nt_span_of(text.p, len - 1), got), 0);
		for(size_t i = 0; i < len; i++) {
			buf[i] ^= 1;
			ck_assert_uint_eq(
					nt_opened_get(t, 7, nt_span_of(buf, len), got), 0);
			buf[i] ^= 1;
		}
		nt_heap_drop(text);
	}
}
END_TEST

START_TEST(what_is_too_long_or_too_short_is_not_kept)
{
	struct nt_opened *t = table();
	uint8_t content[NT_OPENED_CONTENT + 1] = {0}, got[NT_OPENED_CONTENT];
	char buf[NT_OPENED_TEXT + 1];
	uint64_t state = 2;
	struct nt_span text = text_of(buf, sizeof(buf), &state);

	nt_opened_put(t, 1, text, content, 8);
	ck_assert_uint_eq(nt_opened_get(t, 1, text, got), 0);
	text.len = 17;
	nt_opened_put(t, 1, text, content, 8);
	ck_assert_uint_eq(nt_opened_get(t, 1, text, got), 0);
	text.len = 46;
	nt_opened_put(t, 1, text, content, sizeof(content));
	ck_assert_uint_eq(nt_opened_get(t, 1, text, got), 0);
	nt_opened_put(t, 1, text, content, NT_OPENED_CONTENT);
	ck_assert_uint_eq(nt_opened_get(t, 1, text, got), NT_OPENED_CONTENT);
}
END_TEST

START_TEST(the_newest_has_the_place)
{
	struct nt_opened *t = table();
	uint8_t content[8] = {0}, got[NT_OPENED_CONTENT];
	char buf[100][46];
	uint64_t state = 3;
	unsigned found = 0;

	for(unsigned i = 0; i < 100; i++) {
		content[0] = (uint8_t)i;
		nt_opened_put(t, 1, text_of(buf[i], sizeof(buf[i]), &state), content,
				sizeof(content));
	}
	for(unsigned i = 0; i < 100; i++) {
		if(nt_opened_get(t, 1, nt_span_of(buf[i], sizeof(buf[i])), got) == 0)
			continue;
		ck_assert_uint_eq(got[0], i);
		found++;
	}
	ck_assert_uint_eq(got[0], 99);
	/* all places are used */
	ck_assert_uint_eq(found, PLACES);
}
END_TEST

/* Writers and readers at once: what is found is whole. Each text belongs to
 * one content only, which repeats one byte. */
#define ROUNDS 200000
#define TEXTS 32
static char texts[TEXTS][63];
static unsigned torn, seen;

static void *run(void *which)
{
	struct nt_opened *t = (struct nt_opened *)memory;
	uint64_t state = (uint64_t)(uintptr_t)which;
	uint8_t content[47], got[NT_OPENED_CONTENT];

	for(int i = 0; i < ROUNDS; i++) {
		unsigned at = (unsigned)nt_random(&state) % TEXTS;
		struct nt_span text = nt_span_of(texts[at], sizeof(texts[at]));
		size_t n = nt_opened_get(t, 1, text, got);

		memset(content, (int)at, sizeof(content));
		if(n == 0) {
			nt_opened_put(t, 1, text, content, sizeof(content));
			continue;
		}
		__atomic_fetch_add(&seen, 1, __ATOMIC_RELAXED);
		if(n != sizeof(content) || memcmp(got, content, n) != 0)
			__atomic_fetch_add(&torn, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

START_TEST(who_reads_while_others_write_gets_all_or_nothing)
{
	pthread_t thread[4];
	uint64_t state = 4;

	table();
	for(unsigned i = 0; i < TEXTS; i++)
		text_of(texts[i], sizeof(texts[i]), &state);
	for(uintptr_t i = 0; i < NT_COUNT(thread); i++)
		ck_assert_int_eq(
				pthread_create(&thread[i], NULL, run, (void *)(i + 1)), 0);
	for(int i = 0; i < NT_COUNT(thread); i++)
		ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
	ck_assert_uint_eq(torn, 0);
	ck_assert_uint_gt(seen, ROUNDS / 10);
}
END_TEST

/* A process that died while it wrote: its place is lost, nothing else */
START_TEST(a_place_that_nobody_finishes_is_left_alone)
{
	struct nt_opened *t = table();
	uint8_t content[8] = {5}, got[NT_OPENED_CONTENT];
	char buf[46];
	uint64_t state = 5;
	struct nt_span text = text_of(buf, sizeof(buf), &state);

	nt_opened_put(t, 1, text, content, sizeof(content));
	for(size_t i = 0; i < NT_COUNT(memory); i++) {
		uint32_t *mark = (uint32_t *)&memory[i];

		if(*mark == 2)
			*mark = 3;
	}
	ck_assert_uint_eq(nt_opened_get(t, 1, text, got), 0);
	nt_opened_put(t, 1, text, content, sizeof(content));
	ck_assert_uint_eq(nt_opened_get(t, 1, text, got), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_opened");
	TCase *group = tcase_create("all");

	tcase_set_timeout(group, 60);
	tcase_add_test(group, what_was_put_in_is_found_whatever_its_length);
	tcase_add_test(group, what_is_too_long_or_too_short_is_not_kept);
	tcase_add_test(group, the_newest_has_the_place);
	tcase_add_test(group, who_reads_while_others_write_gets_all_or_nothing);
	tcase_add_test(group, a_place_that_nobody_finishes_is_left_alone);
	suite_add_tcase(suite, group);
	return nt_run(suite);
}
