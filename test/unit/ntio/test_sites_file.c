/* SPDX-License-Identifier: GPL-2.0-or-later */
/* P13: the file of sites: which ones are read, and that writing never leaves
 * anything but the old one or the new one. The system calls that write are
 * replaced, so that each of them can fail. */
#include "unit/ntio/written_file.h"

#include <signal.h>
#include <sys/resource.h>

#include "ntio/nt_sites_file.h"

static char told[512];

/* --- what the tests share
 * ------------------------------------------------------------------- */

static void note(void *ctx, const struct nt_fault *f)
{
	size_t n = strlen(told);

	ck_assert_ptr_eq(ctx, told);
	snprintf(told + n, sizeof(told) - n, "%s%u %.*s %.*s '%.*s'",
			n > 0 ? "|" : "", f->line, NT_SPAN_FMT(f->element),
			NT_SPAN_FMT(f->attribute), NT_SPAN_FMT(f->value));
}

/* Sites are 10.0.0.0 and so on; each lived as many seconds as its number says,
 * around 1800 */
struct sites
{
	uint32_t from, to;
};

static bool next(void *ctx, struct nt_site_known *site)
{
	struct sites *s = ctx;

	if(s->from == s->to)
		return false;
	*site = (struct nt_site_known){.addr = nt_addr_must("10.0.0.0"),
			.lived_s = s->from % 1800 + 1,
			.died_s = s->from % 1800 + 2,
			.stream = s->from % 2,
			.shared = s->from % 3 == 0,
			.tested_at = 1700000000 + s->from};
	site->addr.lo += s->from++;
	return true;
}

static void check_next(void *ctx, const struct nt_site_known *site)
{
	struct nt_site_known want;

	NT_MUST(next(ctx, &want));
	ck_assert(nt_addr_eq(&site->addr, &want.addr));
	ck_assert_uint_eq(site->lived_s, want.lived_s);
	ck_assert_uint_eq(site->died_s, want.died_s);
	ck_assert(site->stream == want.stream && site->shared == want.shared);
	ck_assert_uint_eq(site->tested_at, want.tested_at);
}

static int write_sites(uint32_t from, uint32_t to)
{
	struct sites s = {from, to};
	size_t count = 77;
	int err;

	told[0] = '\0';
	err = nt_sites_file_write(path, &count, next, &s, note, told);
	ck_assert(err == 0 || told[0] != '\0');
	ck_assert_uint_eq(count, err == 0 ? to - from : 0);
	return err;
}

/* @return is the file of these sites, and of nothing else? */
static bool holds(uint32_t from, uint32_t to)
{
	struct sites s = {from, to};
	size_t count;

	told[0] = '\0';
	return nt_sites_file_read(path, &count, check_next, &s, note, told) == 0
		   && told[0] == '\0' && s.from == to && count == to - from;
}

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/test_sites_file.XXXXXX");
	NT_MUST(mkdtemp(dir) != NULL && chmod(dir, 0755) == 0);
	snprintf(path, sizeof(path), "%s/sites", dir);
	countdown = -1;
}

static void teardown(void)
{
	countdown = -1;
	unlink(path);
	rmdir(path);
	NT_MUST(rmdir(dir) == 0);
}

static const char *read_it(int want)
{
	struct sites none = {0, 0};

	told[0] = '\0';
	ck_assert_int_eq(
			nt_sites_file_read(path, NULL, check_next, &none, note, told),
			want);
	return told;
}

/* --- reading
 * --------------------------------------------------------------------------------
 */

START_TEST(no_file_is_no_fault)
{
	ck_assert_str_eq(read_it(ENOENT), "");
}
END_TEST

START_TEST(what_is_no_such_file)
{
	NT_MUST(mkdir(path, 0700) == 0);
	ck_assert_str_eq(read_it(EINVAL), "0 file type 'directory'");
	NT_MUST(rmdir(path) == 0 && symlink("/etc/hostname", path) == 0);
	ck_assert_str_eq(read_it(EINVAL), "0 file open 'symbolic link'");
	NT_MUST(unlink(path) == 0 && symlink("/no/where", path) == 0);
	ck_assert_str_eq(read_it(EINVAL), "0 file open 'symbolic link'");
	NT_MUST(unlink(path) == 0 && mkfifo(path, 0600) == 0);
	ck_assert_str_eq(read_it(EINVAL), "0 file type 'FIFO'");
	NT_MUST(unlink(path) == 0);
	put_file("", 0600);
	ck_assert_str_eq(read_it(EINVAL), "0 file size '0 bytes'");
	put_file("x", 0602);
	ck_assert_str_eq(read_it(EINVAL), "0 file mode '0602'");
	NT_MUST(chmod(path, 0600) == 0
			&& truncate(path, NT_SITES_FILE_MAX + 1) == 0);
	ck_assert_str_eq(read_it(EINVAL), "0 file size '16777217 bytes'");
	put_file("\x7f"
			 "ELF\x02\x01\x01",
			0600);
	ck_assert_str_eq(read_it(0), "1 site  '\x7f"
								 "ELF\x02\x01\x01'");
}
END_TEST

START_TEST(a_fault_in_a_line_costs_that_line)
{
	struct sites s = {0, 1};

	put_file("# by hand\n10.0.0.0 udp 1 2 3\n"
			 "10.0.0.0 datagram 1 2 1700000000 shared\n",
			0644);
	told[0] = '\0';
	ck_assert_int_eq(
			nt_sites_file_read(path, NULL, check_next, &s, note, told), 0);
	ck_assert_str_eq(told, "2 site kind 'udp'");
	ck_assert_uint_eq(s.from, 1);
}
END_TEST

/* --- writing
 * --------------------------------------------------------------------------------
 */

START_TEST(it_comes_back_as_it_was)
{
	static const uint32_t sizes[] = {0, 1, 1000, 5000, 50000};
	struct stat st;

	for(int i = 0; i < NT_COUNT(sizes); i++) {
		umask(0777);
		ck_assert_int_eq(write_sites(0, sizes[i]), 0);
		umask(022);
		ck_assert_str_eq(told, "");
		ck_assert(holds(0, sizes[i]));
		NT_MUST(stat(path, &st) == 0);
		ck_assert_uint_eq(st.st_mode & 07777, 0600);
		ck_assert_int_eq(names_in_dir(), 1);
	}
}
END_TEST

START_TEST(more_than_there_may_be)
{
	ck_assert_int_eq(write_sites(0, NT_SITES_MAX), 0);
	ck_assert_str_eq(told, "");
	ck_assert(holds(0, NT_SITES_MAX));
	told[0] = '\0';
	ck_assert_int_eq(
			nt_sites_file_write(path, NULL, next,
					&(struct sites){0, NT_SITES_MAX + 5000}, note, told),
			0);
	ck_assert_str_eq(told, "0 file sites 'more than 200000'");
	ck_assert(holds(0, NT_SITES_MAX));
}
END_TEST

static bool next_or_unknown(void *ctx, struct nt_site_known *site)
{
	struct sites *s = ctx;

	/* of some nothing is known yet */
	if(!next(ctx, site))
		return false;
	if(s->from > 3)
		site->lived_s = 0;
	return true;
}

START_TEST(what_could_not_be_read_is_left_out)
{
	size_t count;

	told[0] = '\0';
	ck_assert_int_eq(nt_sites_file_write(path, &count, next_or_unknown,
							 &(struct sites){0, 9000}, note, told),
			0);
	ck_assert_str_eq(told, "");
	ck_assert_uint_eq(count, 3);
	ck_assert(holds(0, 3));
}
END_TEST

START_TEST(short_and_interrupted_writes)
{
	put_file("old", 0600);
	in_pieces = interrupted = true;
	ck_assert_int_eq(write_sites(5, 500), 0);
	in_pieces = false;
	ck_assert(holds(5, 500));
}
END_TEST

/* Each system call of writing fails in turn: the old file, or none, is there
 * afterwards, nothing else, and no descriptor is open */
START_TEST(whatever_fails_the_file_is_as_it_was)
{
	int before = next_descriptor(), steps = 0;
	bool was_there = _i == 1, done = false;

	while(!done) {
		unlink(path);
		if(was_there)
			ck_assert_int_eq(write_sites(0, 10), 0);
		countdown = steps++;
		failed = NULL;
		done = write_sites(100, 120) == 0;
		countdown = -1;
		ck_assert_int_eq(next_descriptor(), before);
		if(done)
			break;
		ck_assert_ptr_nonnull(failed);
		ck_assert_msg(
				strncmp(told, "0 file ", 7) == 0 && strchr(told, '|') == NULL,
				"%s: %s", failed, told);
		/* the last one: it has the name, and may lose it with the power */
		if(strstr(told, "fsync of the folder") != NULL) {
			ck_assert(holds(100, 120));
			continue;
		}
		ck_assert_int_eq(names_in_dir(), was_there);
		ck_assert(was_there ? holds(0, 10) : !holds(0, 0));
	}
	ck_assert_ptr_null(failed);
	/* getrandom, write of the head and of the sites, fchmod, fsync, rename,
	 * fsync */
	ck_assert_int_eq(steps, 8);
	ck_assert(holds(100, 120));
	ck_assert_int_eq(names_in_dir(), 1);
}
END_TEST

/* No more room than for a part of it, as the kernel says it */
START_TEST(a_disk_that_fills_up)
{
	struct rlimit was, small = {3000, 3000};

	ck_assert_int_eq(write_sites(0, 10), 0);
	NT_MUST(getrlimit(RLIMIT_FSIZE, &was) == 0);
	small.rlim_max = was.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	NT_MUST(setrlimit(RLIMIT_FSIZE, &small) == 0);
	ck_assert_int_eq(write_sites(0, 1000), EINVAL);
	NT_MUST(setrlimit(RLIMIT_FSIZE, &was) == 0);
	ck_assert_str_eq(told, "0 file write 'file too large'");
	ck_assert(holds(0, 10));
	ck_assert_int_eq(names_in_dir(), 1);
}
END_TEST

START_TEST(where_nothing_can_be_written)
{
	char was[sizeof(path)];

	NT_MUST(mkdir(path, 0700) == 0);
	ck_assert_int_eq(write_sites(0, 1), EINVAL);
	ck_assert_str_eq(told, "0 file rename 'directory'");
	ck_assert_int_eq(names_in_dir(), 1);
	NT_MUST(rmdir(path) == 0);
	memcpy(was, path, sizeof(was));
	snprintf(path, sizeof(path), "%s/no/sites", dir);
	ck_assert_int_eq(write_sites(0, 1), EINVAL);
	ck_assert_str_eq(told, "0 file folder 'no such file'");
	memcpy(path, was, sizeof(was));
	if(geteuid() == 0) {
		NT_MUST(seteuid(NOBODY) == 0);
		write_sites(0, 1);
		NT_MUST(seteuid(0) == 0);
		ck_assert_str_eq(told, "0 file create 'permission denied'");
	}
}
END_TEST

START_TEST(a_name_that_is_too_long)
{
	char elsewhere[4600];
	struct sites s = {0, 1};

	told[0] = '\0';
	snprintf(elsewhere, sizeof(elsewhere), "%s/%0250d", dir, 0);
	ck_assert_int_eq(
			nt_sites_file_write(elsewhere, NULL, next, &s, note, told), EINVAL);
	ck_assert_str_eq(told, "0 file folder 'name too long'");
	told[0] = '\0';
	snprintf(elsewhere, sizeof(elsewhere), "/%04500d/sites", 0);
	ck_assert_int_eq(
			nt_sites_file_write(elsewhere, NULL, next, &s, note, told), EINVAL);
	ck_assert_str_eq(told, "0 file folder 'name too long'");
}
END_TEST

/* What a link of that name leads to is left alone */
START_TEST(a_link_is_replaced)
{
	char target[160];
	struct stat st;

	snprintf(target, sizeof(target), "%s/target", dir);
	NT_MUST(symlink(target, path) == 0);
	ck_assert_int_eq(write_sites(0, 3), 0);
	ck_assert(holds(0, 3));
	NT_MUST(lstat(path, &st) == 0 && S_ISREG(st.st_mode));
	ck_assert_int_eq(access(target, F_OK), -1);
}
END_TEST

START_TEST(a_name_without_a_folder_is_here)
{
	char here[512];
	struct sites s = {0, 3};

	NT_MUST(getcwd(here, sizeof(here)) != NULL && chdir(dir) == 0);
	ck_assert_int_eq(
			nt_sites_file_write("sites", NULL, next, &s, note, told), 0);
	NT_MUST(chdir(here) == 0);
	ck_assert(holds(0, 3));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_sites_file");
	TCase *group = tcase_create("files");

	tcase_set_timeout(group, 60);
	tcase_add_checked_fixture(group, setup, teardown);
	tcase_add_test(group, no_file_is_no_fault);
	tcase_add_test(group, what_is_no_such_file);
	tcase_add_test(group, a_fault_in_a_line_costs_that_line);
	tcase_add_test(group, it_comes_back_as_it_was);
	tcase_add_test(group, more_than_there_may_be);
	tcase_add_test(group, what_could_not_be_read_is_left_out);
	tcase_add_test(group, short_and_interrupted_writes);
	tcase_add_loop_test(group, whatever_fails_the_file_is_as_it_was, 0, 2);
	tcase_add_test(group, a_disk_that_fills_up);
	tcase_add_test(group, where_nothing_can_be_written);
	tcase_add_test(group, a_name_that_is_too_long);
	tcase_add_test(group, a_link_is_replaced);
	tcase_add_test(group, a_name_without_a_folder_is_here);
	suite_add_tcase(suite, group);
	return nt_run(suite);
}
