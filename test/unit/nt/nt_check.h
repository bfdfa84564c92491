/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What the tests of lib/nt share: rows as loop tests, addresses from text, and
 * heap blocks of the exact size, so that a sanitizer sees every byte that is
 * touched beside them.
 *
 * A helper that cannot do its work aborts: a mistake in a test must not look
 * like a result.
 */
#ifndef NT_CHECK_H
#define NT_CHECK_H

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "nt/nt_netset.h"
#include "nt_must.h"

#define NT_COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/** A block of exactly @p size bytes with the content of @p from, which may be
 * NULL for none */
static inline void *nt_heap(const void *from, size_t size)
{
	void *block = malloc(size);

	NT_MUST(block != NULL || size == 0);
	if(from != NULL && size > 0)
		memcpy(block, from, size);
	return block;
}

/** The text on the heap, without a NUL; free .p */
static inline struct nt_span nt_heap_span(struct nt_span text)
{
	return nt_span_of(nt_heap(text.p, text.len), text.len);
}

static inline void nt_heap_drop(struct nt_span s)
{
	free((char *)s.p);
}

static inline struct nt_addr nt_addr_must(const char *text)
{
	struct nt_addr a;

	NT_MUST(nt_addr_parse(&a, nt_span_cstr(text)) == 0);
	return a;
}

static inline struct nt_endpoint nt_endpoint_must(const char *text)
{
	struct nt_endpoint e;

	NT_MUST(nt_endpoint_parse(&e, nt_span_cstr(text)) == 0);
	return e;
}

/** Compile into a heap image that is cut to the ranges in use; scratch and
 * image had the promised size only */
static inline struct nt_netset *nt_netset_must(
		const struct nt_net_entry *entries, size_t count)
{
	struct nt_netset *whole = nt_heap(NULL, nt_netset_bytes(count));
	void *scratch = nt_heap(NULL, nt_netset_scratch_bytes(count));
	struct nt_netset *cut;

	nt_netset_compile(whole, scratch, entries, count);
	free(scratch);
	cut = nt_heap(
			whole, sizeof(*whole) + whole->count * sizeof(whole->ranges[0]));
	free(whole);
	return cut;
}

/** Read "net@tags net !net@tags": tags in hex, 1 if there are none. @return the
 * number of entries */
static inline size_t nt_entries_must(
		struct nt_net_entry *entries, size_t max, const char *list)
{
	struct nt_span rest = nt_span_cstr(list), word;
	size_t n = 0;

	while(nt_span_word(&rest, &word)) {
		const char *at = memchr(word.p, '@', word.len);
		size_t len = at != NULL ? (size_t)(at - word.p) : word.len;

		NT_MUST(n < max);
		NT_MUST(nt_net_parse(&entries[n].range, &entries[n].without,
						nt_span_of(word.p, len))
				== 0);
		entries[n++].tags =
				at != NULL ? (uint32_t)strtoul(at + 1, NULL, 16) : 1;
	}
	return n;
}

/** A sequence that is the same in every run (splitmix64) */
static inline uint64_t nt_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/** One test for each of @p count rows; the row's index is _i */
static inline void nt_add_rows(
		Suite *suite, const char *name, const TTest *test, int count)
{
	TCase *group = tcase_create(name);

	tcase_set_timeout(group, 60);
	tcase_add_loop_test(group, test, 0, count);
	suite_add_tcase(suite, group);
}

/** @return what main() returns */
static inline int nt_run(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif /* NT_CHECK_H */
