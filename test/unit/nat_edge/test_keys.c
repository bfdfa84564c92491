/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys of the running server: where they come from, and what changes them */
#include "unit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/core_env.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_stats.h"
#include "nt_must.h"
#include "ntio/nt_key_file.h"

static struct ne_params defaults;
static struct ne_outcome outcome;
static char dir[64], path[96];

static void start(void)
{
	ne_params = defaults;
	snprintf(dir, sizeof(dir), "/tmp/test_keys.XXXXXX");
	NT_MUST(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/keys", dir);
}

static void stop(void)
{
	ne_keys_fini();
	chmod(dir, 0700);
	unlink(path);
	NT_MUST(rmdir(dir) == 0);
}

static void start_with_file(void)
{
	ne_params.key_file = path;
	ck_assert_int_eq(ne_keys_init(), 0);
}

static int do_job(enum ne_job job)
{
	ne_loader_do(&outcome, job, ne_keys_path());
	return outcome.error;
}

static struct nt_keyring in_memory(void)
{
	struct nt_keyring ring;

	ne_keys_copy(&ring);
	return ring;
}

static void no_fault(void *ctx, const struct nt_fault *f)
{
	(void)ctx;
	ck_abort_msg(
			"%.*s: %.*s", NT_SPAN_FMT(f->attribute), NT_SPAN_FMT(f->value));
}

static struct nt_keyring in_file(void)
{
	struct nt_keyring ring;

	NT_MUST(nt_key_file_read(&ring, path, no_fault, NULL) == 0);
	return ring;
}

static bool same(struct nt_keyring a, struct nt_keyring b)
{
	return nt_keyring_eq(&a, &b);
}

static void seal(char token[NT_TOKEN_FLOW_SIZE])
{
	struct nt_token t = {.purpose = NT_PURPOSE_CALLER};

	t.flow.transport = NT_TRANSPORT_UDP;
	NT_MUST(nt_endpoint_parse(&t.flow.local, NT_SPAN("198.51.100.1:5060"))
			== 0);
	t.flow.remote = t.flow.local;
	ck_assert_uint_gt(
			nt_token_seal(token, NT_TOKEN_FLOW_SIZE, ne_keys(), &t), 0);
}

static enum nt_token_fault opens(const char *token)
{
	char text[NT_TOKEN_TEXT_MAX];
	struct nt_token t;

	return nt_token_open(
			&t, text, ne_keys(), nt_span_cstr(token), NT_PURPOSE_CALLER);
}

START_TEST(without_init_there_are_no_keys)
{
	ne_keys_fini(); /* what core_env made */
	ck_assert_uint_eq(ne_keys()->count, 0);
	ck_assert_uint_eq(in_memory().count, 0);
}
END_TEST

START_TEST(without_a_file_each_run_has_a_key_of_its_own)
{
	char first[NT_TOKEN_FLOW_SIZE], again[NT_TOKEN_FLOW_SIZE];

	ck_assert_int_eq(ne_keys_init(), 0);
	ck_assert_uint_eq(ne_keys()->count, 1);
	seal(first);
	ck_assert_int_eq(opens(first), NT_TOKEN_OK);
	ne_keys_fini();
	ck_assert_uint_eq(ne_keys()->count, 0);
	ck_assert_int_eq(opens(first), NT_TOKEN_KEY);
	ck_assert_int_eq(ne_keys_init(), 0);
	seal(again);
	ck_assert_str_ne(first, again);
	ck_assert_int_ne(opens(first), NT_TOKEN_OK);
}
END_TEST

START_TEST(a_file_is_made_once_and_kept)
{
	char token[NT_TOKEN_FLOW_SIZE];
	struct nt_keyring made;
	struct stat st;

	start_with_file();
	NT_MUST(stat(path, &st) == 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	made = in_file();
	ck_assert_uint_eq(made.count, 1);
	ck_assert(same(in_memory(), made));
	seal(token);
	for(int run = 0; run < 3; run++) {
		ne_keys_fini();
		start_with_file();
		ck_assert(same(in_file(), made));
		ck_assert_int_eq(opens(token), NT_TOKEN_OK);
	}
}
END_TEST

START_TEST(a_bad_file_is_no_reason_for_a_new_one)
{
	int fd;

	start_with_file();
	ne_keys_fini();
	NT_MUST(chmod(path, 0644) == 0);
	ck_assert_int_eq(ne_keys_init(), -1);
	NT_MUST(chmod(path, 0600) == 0);
	ck_assert_int_eq(ne_keys_init(), 0);
	ne_keys_fini();
	fd = open(path, O_WRONLY | O_TRUNC);
	NT_MUST(fd >= 0 && write(fd, "x\n", 2) == 2);
	close(fd);
	ck_assert_int_eq(ne_keys_init(), -1);
	ck_assert_uint_eq(ne_keys()->count, 0);
	NT_MUST(unlink(path) == 0 && symlink("/nowhere/else", path) == 0);
	ck_assert_int_eq(ne_keys_init(), -1);
	ck_assert_int_eq(access("/nowhere", F_OK), -1);
}
END_TEST

START_TEST(a_path_that_cannot_be_is_refused)
{
	char long_name[700];

	memset(long_name, 'x', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	ne_params.key_file = long_name;
	ck_assert_int_eq(ne_keys_init(), -1);
	ne_keys_fini();
	ne_params.key_file = "/nowhere/at/all";
	ck_assert_int_eq(ne_keys_init(), -1);
}
END_TEST

START_TEST(a_rotation_keeps_what_was_sealed_before_it)
{
	bool with_file = _i == 1;
	char first[NT_TOKEN_FLOW_SIZE], second[NT_TOKEN_FLOW_SIZE];
	long changed = ne_stat_value(NE_STAT_KEYS_CHANGED);

	ne_params.key_file = with_file ? path : "";
	ck_assert_int_eq(ne_keys_init(), 0);
	seal(first);
	ck_assert_int_eq(do_job(NE_JOB_KEY_ROTATE), 0);
	ck_assert_uint_eq(in_memory().count, 2);
	seal(second);
	ck_assert_int_ne(first[1], second[1]); /* another id */
	ck_assert_int_eq(opens(first), NT_TOKEN_OK);
	ck_assert_int_eq(opens(second), NT_TOKEN_OK);
	if(with_file)
		ck_assert(same(in_file(), in_memory()));
	ck_assert_int_eq(do_job(NE_JOB_KEY_ROTATE), 0);
	ck_assert_int_eq(opens(first), NT_TOKEN_KEY);
	ck_assert_int_eq(opens(second), NT_TOKEN_OK);
	ck_assert_int_eq(ne_stat_value(NE_STAT_KEYS_CHANGED) - changed, 2);
}
END_TEST

START_TEST(two_steps_for_a_cluster)
{
	char first[NT_TOKEN_FLOW_SIZE], token[NT_TOKEN_FLOW_SIZE];
	long refused = ne_stat_value(NE_STAT_KEYS_REFUSED);
	struct nt_keyring prepared;

	start_with_file();
	seal(first);
	ck_assert_int_eq(do_job(NE_JOB_KEY_ACTIVATE), ENOENT);
	ck_assert_int_eq(do_job(NE_JOB_KEY_PREPARE), 0);
	prepared = in_file();
	ck_assert(nt_keyring_is_prepared(&prepared));
	seal(token);
	ck_assert_str_eq(token, first);
	ck_assert_int_eq(do_job(NE_JOB_KEY_PREPARE), EEXIST);
	ck_assert_int_eq(do_job(NE_JOB_KEY_ROTATE), EEXIST);
	ck_assert(same(in_file(), prepared) && same(in_memory(), prepared));
	ck_assert_int_eq(do_job(NE_JOB_KEY_ACTIVATE), 0);
	seal(token);
	ck_assert_str_ne(token, first);
	ck_assert_int_eq(opens(first), NT_TOKEN_OK);
	ck_assert_int_eq(do_job(NE_JOB_KEY_ACTIVATE), ENOENT);
	ck_assert(same(in_file(), in_memory()));
	ck_assert_int_eq(ne_stat_value(NE_STAT_KEYS_REFUSED) - refused, 4);
}
END_TEST

/* Another server wrote the file: its keys may be sealing there */
START_TEST(a_file_that_another_changed_is_not_written_over)
{
	char token[NT_TOKEN_FLOW_SIZE];
	struct nt_keyring ours, theirs;
	struct nt_file_owner same_owner = {(uid_t)-1, (gid_t)-1};

	start_with_file();
	seal(token);
	ours = theirs = in_memory();
	for(unsigned i = 0; i < NT_KEY_BYTES; i++)
		theirs.key[0].bytes[i] = (uint8_t)i;
	theirs.key[0].id ^= 1;
	NT_MUST(nt_key_file_write(
					path, &theirs, NT_FILE_REPLACE, same_owner, no_fault, NULL)
			== 0);
	for(int job = NE_JOB_KEY_ROTATE; job <= NE_JOB_KEY_ACTIVATE; job++)
		ck_assert_int_eq(do_job((enum ne_job)job), ESTALE);
	ck_assert(same(in_file(), theirs) && same(in_memory(), ours));
	ck_assert_int_eq(opens(token), NT_TOKEN_OK);
	ck_assert_int_eq(do_job(NE_JOB_KEY_RELOAD), 0);
	ck_assert(same(in_memory(), theirs));
	ck_assert_int_eq(opens(token), NT_TOKEN_KEY);
	ck_assert_int_eq(do_job(NE_JOB_KEY_ROTATE), 0);
}
END_TEST

START_TEST(what_cannot_be_read_or_written_changes_nothing)
{
	struct nt_keyring was;

	start_with_file();
	was = in_memory();
	NT_MUST(chmod(path, 0640) == 0);
	for(int job = NE_JOB_KEY_ROTATE; job <= NE_JOB_KEY_RELOAD; job++) {
		ck_assert_int_eq(do_job((enum ne_job)job), EINVAL);
		ck_assert_uint_eq(outcome.faults, 1);
		ck_assert_ptr_nonnull(strstr(outcome.report, "mode: '0640'"));
		ck_assert(same(in_memory(), was));
	}
	NT_MUST(unlink(path) == 0);
	ck_assert_int_eq(do_job(NE_JOB_KEY_ROTATE), EINVAL);
	ck_assert_ptr_nonnull(strstr(outcome.report, "open: 'no such file'"));
	ck_assert_int_ne(access(path, F_OK), 0);
	ck_assert(same(in_memory(), was));
}
END_TEST

START_TEST(where_the_folder_is_not_ours_a_rotation_is_refused)
{
	struct nt_keyring was;

	start_with_file();
	was = in_memory();
	if(geteuid() != 0) {
		NT_MUST(chmod(dir, 0500) == 0);
		ck_assert_int_eq(do_job(NE_JOB_KEY_ROTATE), EINVAL);
	} else {
		NT_MUST(chown(path, 65534, 65534) == 0 && chmod(dir, 0755) == 0
				&& seteuid(65534) == 0);
		do_job(NE_JOB_KEY_ROTATE);
		NT_MUST(seteuid(0) == 0 && chown(path, 0, 0) == 0);
		ck_assert_int_eq(outcome.error, EINVAL);
	}
	ck_assert_ptr_nonnull(
			strstr(outcome.report, "create: 'permission denied'"));
	ck_assert(same(in_memory(), was) && same(in_file(), was));
}
END_TEST

START_TEST(no_memory_is_told_and_leaks_nothing)
{
	long before = core_live_blocks();

	core_fail_allocation(1, false);
	ck_assert_int_eq(ne_keys_init(), -1);
	core_fail_allocation(0, false);
	ck_assert_uint_eq(ne_keys()->count, 0);
	ck_assert_int_eq(core_live_blocks(), before);
	ck_assert_int_eq(ne_keys_init(), 0);
	/* neither sealing nor a change of keys allocates */
	core_fail_allocation(1, true);
	ck_assert_int_eq(do_job(NE_JOB_KEY_ROTATE), 0);
	ck_assert_uint_eq(ne_keys()->count, 2);
	ck_assert_int_eq(core_fail_allocation(0, false), 0);
	ne_keys_fini();
	ck_assert_int_eq(core_live_blocks(), before);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nat_edge_keys");
	TCase *c = tcase_create("keys");

	core_env_init();
	defaults = ne_params;
	tcase_add_checked_fixture(c, start, stop);
	tcase_add_test(c, without_init_there_are_no_keys);
	tcase_add_test(c, without_a_file_each_run_has_a_key_of_its_own);
	tcase_add_test(c, a_file_is_made_once_and_kept);
	tcase_add_test(c, a_bad_file_is_no_reason_for_a_new_one);
	tcase_add_test(c, a_path_that_cannot_be_is_refused);
	tcase_add_loop_test(c, a_rotation_keeps_what_was_sealed_before_it, 0, 2);
	tcase_add_test(c, two_steps_for_a_cluster);
	tcase_add_test(c, a_file_that_another_changed_is_not_written_over);
	tcase_add_test(c, what_cannot_be_read_or_written_changes_nothing);
	tcase_add_test(c, where_the_folder_is_not_ours_a_rotation_is_refused);
	tcase_add_test(c, no_memory_is_told_and_leaks_nothing);
	suite_add_tcase(suite, c);
	return unit_run(suite);
}
