/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Golden files through the real parser, our functions and the real message
 * builder. Environment: GOLDEN_DIR (cases), GOLDEN_BLESS=1 writes what came out
 * as what must come out: read the diff.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/golden_case.h"
#include "core/golden_mix.h"
#include "core/undo_same.h"

static char **paths;
static size_t path_count;
static long undone; /* Contacts that came back */

static bool same_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

/* A failure's text has an end */
static int shown(size_t len)
{
	return (int)(len < 900 ? len : 900);
}

static bool is_expected(
		const struct golden_case *c, const struct golden_result *r)
{
	const char *out = c->out != NULL ? c->out : c->in;
	size_t out_len = c->out != NULL ? c->out_len : c->in_len;

	if(strcmp(c->wants, r->wants) != 0)
		return false;
	return r->dropped || same_bytes(r->shown, r->shown_len, out, out_len);
}

START_TEST(what_comes_out)
{
	struct golden_case c;
	struct golden_result r;

	golden_read(&c, paths[_i]);
	golden_configure(&c);
	golden_run(&r, &c, 1);
	if(getenv("GOLDEN_BLESS") != NULL)
		golden_bless(&c, &r);
	else
		ck_assert_msg(is_expected(&c, &r),
				"%s\n%s\n--- expected\n%s\n%.*s\n--- got\n%s\n%.*s", c.path,
				c.title, c.wants, shown(c.out_len), c.out != NULL ? c.out : "",
				r.wants, shown(r.shown_len), r.shown != NULL ? r.shown : "");
	ck_assert_msg(!r.buffer_touched, "%s: T17 received bytes changed", c.path);
	golden_result_free(&r);
	golden_free(&c);
}
END_TEST

START_TEST(second_call_changes_nothing)
{
	struct golden_case c;
	struct golden_result once, twice;

	golden_read(&c, paths[_i]);
	golden_configure(&c);
	golden_run(&once, &c, 1);
	golden_run(&twice, &c, 2);
	ck_assert_msg(strcmp(once.wants, twice.wants) == 0, "%s: %s, then %s",
			c.path, once.wants, twice.wants);
	ck_assert_msg(once.dropped
						  || same_bytes(once.out, once.out_len, twice.out,
								  twice.out_len),
			"%s: a second call changed the message", c.path);
	golden_result_free(&once);
	golden_result_free(&twice);
	golden_free(&c);
}
END_TEST

/* What leaves with no call at all, with the first one, and with all of them */
struct bounds
{
	struct golden_result plain, first, full;
};

static struct nt_span out_of(const struct golden_result *r)
{
	return nt_span_of(r->out, r->out_len);
}

/* Hygiene is done, or there is an end: no request goes on without it */
static const struct golden_result *least_of(const struct golden_case *c,
		const struct bounds *b, const struct golden_result *r)
{
	bool must = strcmp(c->call[0], "hygiene") == 0
				&& strncmp(r->wants, "result 0\n", 9) != 0
				&& strncmp(c->in, "SIP/", 4) != 0;

	return must ? &b->first : &b->plain;
}

/* A Contact is repaired or left as it was, whichever allocation failed: nothing
 * leaks, nothing is cut in half */
static void check_after_failure(const struct golden_case *c,
		const struct bounds *b, long nth, bool from_then_on)
{
	struct golden_result r;
	long before = core_live_blocks();

	core_fail_allocation(nth, from_then_on);
	golden_run(&r, c, 1);
	core_fail_allocation(0, false);
	ck_assert_msg(!r.buffer_touched, "%s: T17, allocation %ld", c->path, nth);
	if(r.out != NULL && b->plain.out != NULL && b->full.out != NULL)
		ck_assert_msg(golden_is_mix(out_of(&r), out_of(least_of(c, b, &r)),
							  out_of(&b->full)),
				"%s: F02 allocation %ld left half a message:\n%.*s", c->path,
				nth, shown(r.out_len), r.out);
	golden_result_free(&r);
	ck_assert_msg(core_live_blocks() == before,
			"%s: F02 allocation %ld leaks %ld blocks", c->path, nth,
			core_live_blocks() - before);
}

START_TEST(failed_allocations_lose_nothing)
{
	struct golden_case c, first;
	struct bounds b;
	long count;

	golden_read(&c, paths[_i]);
	golden_configure(&c);
	golden_run(&b.plain, &c, 0);
	first = c;
	first.call_count = 1;
	golden_run(&b.first, &first, 1);
	core_fail_allocation(0, false);
	golden_run(&b.full, &c, 1);
	count = core_fail_allocation(0, false);
	for(long nth = 1; nth <= count; nth++) {
		check_after_failure(&c, &b, nth, false);
		check_after_failure(&c, &b, nth, true);
	}
	golden_result_free(&b.plain);
	golden_result_free(&b.first);
	golden_result_free(&b.full);
	golden_free(&c);
}
END_TEST

/* Of each message, whoever sent it: all ways to change a Contact */
START_TEST(what_was_repaired_comes_back)
{
	static const char *const modes[] = {"nat_fix_contact alias",
			"nat_fix_contact rewrite", "nat_fix_contact fs-path"};
	struct golden_case c;
	char why[2000] = "";

	golden_read(&c, paths[_i]);
	golden_configure(&c);
	for(size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct golden_result r;
		int count = 0;

		c.call[0] = modes[i];
		c.call_count = 1;
		golden_run(&r, &c, 1);
		if(!r.dropped && r.out != NULL)
			count = undo_same(
					why, sizeof(why), c.in, c.in_len, out_of(&r), &c.from);
		ck_assert_msg(count >= 0, "%s: %s: %.1500s", c.path, modes[i], why);
		undone += count;
		golden_result_free(&r);
	}
	golden_free(&c);
}
END_TEST

START_TEST(most_messages_had_something_to_undo)
{
	ck_assert_int_gt(undone, (long)path_count);
}
END_TEST

/* How NATs are detected elsewhere, row by row, and whose tests these are. D27
 * (STUN on the SIP port) is the stun module's: test/start/test_run.py. */
static const char *const promised[] = {"d01-", "d02-", "d03-", "d04-", "d05-",
		"d06-", "d07-", "d08-", "d09-", "d10-", "d11-", "d12-", "d13-", "d14-",
		"d15-", "d16-", "d17-", "d18-", "d19-", "d20-", "d21-", "d22-", "d23-",
		"d24-", "d25-", "d26-", "d28-", "origin-connexcs-", "origin-wazo-",
		"origin-kamailio-article-", "origin-freeswitch-",
		"origin-communigate-"};

/* Result and class: what tells a case that something is found in from one that
 * it is not */
static struct nt_span outcome(const struct golden_case *c)
{
	const char *end = strstr(c->wants, "\nsigns ");

	return nt_span_of(c->wants,
			end != NULL ? (size_t)(end - c->wants) : strlen(c->wants));
}

static bool is_named(const char *path, const char *prefix)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	return strncmp(name, prefix, strlen(prefix)) == 0;
}

START_TEST(each_promise_has_a_case_for_and_one_against)
{
	struct golden_case first = {.file = NULL};
	bool differ = false;

	for(size_t i = 0; i < path_count; i++) {
		struct golden_case c;

		if(!is_named(paths[i], promised[_i]))
			continue;
		golden_read(&c, paths[i]);
		if(first.file == NULL) {
			first = c;
			continue;
		}
		differ = differ || !nt_span_eq(outcome(&first), outcome(&c));
		golden_free(&c);
	}
	ck_assert_msg(first.file != NULL, "no case is named %s*", promised[_i]);
	ck_assert_msg(differ, "all cases %s* have the same outcome", promised[_i]);
	golden_free(&first);
}
END_TEST

int main(void)
{
	const char *directory = getenv("GOLDEN_DIR");
	Suite *suite = suite_create("golden");
	TCase *golden = tcase_create("golden");
	SRunner *runner;
	int failed;

	core_env_init();
	golden_configure(NULL);
	paths = golden_list(
			directory != NULL ? directory : "test/golden/cases", &path_count);
	if(path_count == 0) {
		fprintf(stderr, "no golden files\n");
		return EXIT_FAILURE;
	}
	tcase_set_timeout(golden, 60);
	tcase_add_loop_test(golden, what_comes_out, 0, (int)path_count);
	if(getenv("GOLDEN_BLESS") == NULL) {
		tcase_add_loop_test(
				golden, second_call_changes_nothing, 0, (int)path_count);
		tcase_add_loop_test(
				golden, failed_allocations_lose_nothing, 0, (int)path_count);
		tcase_add_loop_test(
				golden, what_was_repaired_comes_back, 0, (int)path_count);
	}
	if(directory == NULL && getenv("GOLDEN_BLESS") == NULL)
		tcase_add_test(golden, most_messages_had_something_to_undo);
	if(directory == NULL)
		tcase_add_loop_test(golden, each_promise_has_a_case_for_and_one_against,
				0, (int)(sizeof(promised) / sizeof(promised[0])));
	suite_add_tcase(suite, golden);
	runner = srunner_create(suite);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
