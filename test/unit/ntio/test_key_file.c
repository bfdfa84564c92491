/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The key file: which ones are read, and that writing never leaves anything but
 * the old one or the new one. The system calls that write are replaced, so that
 * each of them can fail. */
#include "unit/ntio/written_file.h"

#include "ntio/nt_key_file.h"

#define A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define B "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
#define KEY_A "5 " A " 1700000000\n"
#define KEY_B "6 " B " 1700000001\n"

static char told[512];

/* --- what the tests share
 * ------------------------------------------------------------------- */

static void note(void *ctx, const struct nt_fault *f)
{
	size_t n = strlen(told);

	ck_assert_ptr_eq(ctx, told);
	snprintf(told + n, sizeof(told) - n, "%s%.*s %.*s '%.*s'", n > 0 ? "|" : "",
			NT_SPAN_FMT(f->element), NT_SPAN_FMT(f->attribute),
			NT_SPAN_FMT(f->value));
}

/* @return what was told, or the ids */
static const char *read_it(void)
{
	struct nt_keyring ring;
	int err;

	told[0] = '\0';
	err = nt_key_file_read(&ring, path, note, told);
	ck_assert_int_eq(err, told[0] != '\0' ? EINVAL : 0);
	if(err == 0)
		snprintf(told, sizeof(told), "= %u %d", ring.key[0].id,
				ring.count == 2 ? ring.key[1].id : -1);
	return told;
}

static struct nt_keyring ring_must(const char *text)
{
	struct nt_keyring ring;

	NT_MUST(nt_keyring_parse(&ring, nt_span_cstr(text), note, told) == 0);
	return ring;
}

static int write_it(const char *keys, enum nt_file_write how)
{
	struct nt_keyring ring = ring_must(keys);

	told[0] = '\0';
	return nt_key_file_write(path, &ring, how, NT_FILE_AS_IT_COMES, note, told);
}


static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/test_key_file.XXXXXX");
	NT_MUST(mkdtemp(dir) != NULL && chmod(dir, 0755) == 0);
	snprintf(path, sizeof(path), "%s/keys", dir);
	countdown = -1;
}

static void teardown(void)
{
	countdown = -1;
	unlink(path);
	rmdir(path);
	NT_MUST(rmdir(dir) == 0);
}

/* --- reading
 * --------------------------------------------------------------------------------
 */

/* clang-format off */
static const struct {
	mode_t mode;
	const char *want;
} modes[] = {
	{0600, "= 5 -1"}, {0400, "= 5 -1"}, {0700, "= 5 -1"},
	{0640, "file mode '0640'"}, {0620, "file mode '0620'"}, {0610, "file mode '0610'"},
	{0604, "file mode '0604'"}, {0602, "file mode '0602'"}, {0601, "file mode '0601'"},
	{0644, "file mode '0644'"}, {02660, "file mode '2660'"},
};
/* clang-format on */

START_TEST(t18_only_its_owner_may_touch_it)
{
	put_file(KEY_A, modes[_i].mode);
	ck_assert_str_eq(read_it(), modes[_i].want);
}
END_TEST

START_TEST(owner)
{
	if(geteuid() != 0)
		return; /* cannot give files away */
	put_file(KEY_A, 0600);
	NT_MUST(chown(path, NOBODY, 0) == 0);
	ck_assert_str_eq(read_it(), "file owner '65534'");
	NT_MUST(seteuid(NOBODY) == 0);
	ck_assert_str_eq(read_it(), "= 5 -1");
	NT_MUST(seteuid(0) == 0 && chown(path, 0, 0) == 0 && seteuid(NOBODY) == 0);
	ck_assert_str_eq(read_it(), "file open 'permission denied'");
	NT_MUST(seteuid(0) == 0);
}
END_TEST

START_TEST(what_is_no_key_file)
{
	char big[NT_KEY_FILE_MAX + 2];

	ck_assert_str_eq(read_it(), "file open 'no such file'");
	NT_MUST(mkdir(path, 0700) == 0);
	ck_assert_str_eq(read_it(), "file type 'directory'");
	NT_MUST(rmdir(path) == 0 && symlink("/etc/hostname", path) == 0);
	ck_assert_str_eq(read_it(), "file open 'symbolic link'");
	NT_MUST(unlink(path) == 0 && mkfifo(path, 0600) == 0);
	ck_assert_str_eq(read_it(), "file type 'FIFO'");
	NT_MUST(unlink(path) == 0);
	put_file("", 0600);
	ck_assert_str_eq(read_it(), "file size '0 bytes'");
	memset(big, '#', sizeof(big));
	big[sizeof(big) - 1] = '\0';
	put_file(big, 0600);
	ck_assert_str_eq(read_it(), "file size '4097 bytes'");
	big[sizeof(big) - 2] = '\0';
	put_file(big, 0600);
	ck_assert_str_eq(read_it(), "key  'no key'");
	put_file("\n99 00 x\n", 0600);
	ck_assert_str_eq(read_it(), "key id '99'|key secret '00'|key created 'x'");
	put_file("\x7f"
			 "ELF\x02\x01\x01",
			0600);
	ck_assert_str_eq(read_it(), "key  'too few words'");
}
END_TEST

START_TEST(existing_is_whatever_has_the_name)
{
	ck_assert(!nt_key_file_exists(path));
	NT_MUST(symlink("/nowhere/at/all", path) == 0);
	ck_assert(nt_key_file_exists(path));
	NT_MUST(unlink(path) == 0);
	put_file("", 0);
	ck_assert(nt_key_file_exists(path));
	/* who may not look must not think that there is none */
	if(geteuid() == 0) {
		NT_MUST(unlink(path) == 0 && chmod(dir, 0700) == 0);
		NT_MUST(seteuid(NOBODY) == 0);
		ck_assert(nt_key_file_exists(path));
		NT_MUST(seteuid(0) == 0);
	}
}
END_TEST

/* --- writing
 * --------------------------------------------------------------------------------
 */

START_TEST(a_file_is_created_once)
{
	struct stat st;

	umask(0777);
	ck_assert_int_eq(write_it(KEY_A, NT_FILE_CREATE), 0);
	umask(022);
	NT_MUST(stat(path, &st) == 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_uint_eq(st.st_nlink, 1);
	ck_assert_str_eq(read_it(), "= 5 -1");
	ck_assert_int_eq(write_it(KEY_B, NT_FILE_CREATE), EEXIST);
	ck_assert_str_eq(told, "");
	ck_assert_str_eq(read_it(), "= 5 -1");
	ck_assert_int_eq(names_in_dir(), 1);
}
END_TEST

START_TEST(a_file_is_replaced_whole)
{
	struct stat before, after;

	put_file(KEY_A, 0600);
	NT_MUST(stat(path, &before) == 0);
	in_pieces = interrupted = true;
	ck_assert_int_eq(write_it(KEY_B KEY_A, NT_FILE_REPLACE), 0);
	in_pieces = false;
	ck_assert_str_eq(read_it(), "= 6 5");
	NT_MUST(stat(path, &after) == 0);
	ck_assert_uint_eq(after.st_mode & 07777, 0600);
	ck_assert_uint_ne(after.st_ino, before.st_ino);
	ck_assert_int_eq(names_in_dir(), 1);
}
END_TEST

/* Each system call of writing fails in turn: the old file, or none, is there
 * afterwards, nothing else, and no descriptor is open */
START_TEST(whatever_fails_the_file_is_as_it_was)
{
	enum nt_file_write how = _i == 0 ? NT_FILE_CREATE : NT_FILE_REPLACE;
	int before = next_descriptor(), steps = 0;
	bool done = false;

	while(!done) {
		if(how == NT_FILE_REPLACE)
			put_file(KEY_A, 0600);
		else
			unlink(path);
		countdown = steps++;
		failed = NULL;
		done = write_it(KEY_B, how) == 0;
		countdown = -1;
		ck_assert_int_eq(next_descriptor(), before);
		if(done)
			break;
		ck_assert_ptr_nonnull(failed);
		ck_assert_msg(
				strncmp(told, "file ", 5) == 0 && strchr(told, '|') == NULL,
				"%s: %s", failed, told);
		/* the last one: it has the name, and may lose it with the power */
		if(strstr(told, "fsync of the folder") != NULL) {
			ck_assert_str_eq(read_it(), "= 6 -1");
			continue;
		}
		ck_assert_int_eq(names_in_dir(), how == NT_FILE_REPLACE);
		ck_assert_str_eq(read_it(),
				how == NT_FILE_REPLACE ? "= 5 -1" : "file open 'no such file'");
	}
	ck_assert_ptr_null(failed);
	ck_assert_int_eq(steps, 7);
	ck_assert_str_eq(read_it(), "= 6 -1");
	ck_assert_int_eq(names_in_dir(), 1);
}
END_TEST

START_TEST(it_is_given_to_the_user_that_the_server_becomes)
{
	struct nt_keyring ring = ring_must(KEY_A);
	struct nt_file_owner nobody = {NOBODY, NOBODY};
	struct stat st;

	if(geteuid() != 0)
		return; /* cannot give files away */
	told[0] = '\0';
	countdown = 2;
	ck_assert_int_eq(
			nt_key_file_write(path, &ring, NT_FILE_CREATE, nobody, note, told),
			EINVAL);
	ck_assert_str_eq(failed, "fchown");
	ck_assert_str_eq(told, "file owner 'operation not permitted'");
	countdown = -1;
	ck_assert_int_eq(names_in_dir(), 0);
	ck_assert_int_eq(
			nt_key_file_write(path, &ring, NT_FILE_CREATE, nobody, note, told),
			0);
	NT_MUST(stat(path, &st) == 0);
	ck_assert_uint_eq(st.st_uid, NOBODY);
	ck_assert_uint_eq(st.st_gid, NOBODY);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
}
END_TEST

START_TEST(where_nothing_can_be_written)
{
	struct nt_keyring ring = ring_must(KEY_A);
	char elsewhere[400];

	NT_MUST(mkdir(path, 0700) == 0);
	ck_assert_int_eq(write_it(KEY_B, NT_FILE_REPLACE), EINVAL);
	ck_assert_str_eq(told, "file rename 'directory'");
	ck_assert_int_eq(names_in_dir(), 1);
	NT_MUST(rmdir(path) == 0);
	told[0] = '\0';
	snprintf(elsewhere, sizeof(elsewhere), "%s/no/keys", dir);
	ck_assert_int_eq(nt_key_file_write(elsewhere, &ring, NT_FILE_CREATE,
							 NT_FILE_AS_IT_COMES, note, told),
			EINVAL);
	ck_assert_str_eq(told, "file folder 'no such file'");
	told[0] = '\0';
	snprintf(elsewhere, sizeof(elsewhere), "%s/%0250d", dir, 0);
	ck_assert_int_eq(nt_key_file_write(elsewhere, &ring, NT_FILE_CREATE,
							 NT_FILE_AS_IT_COMES, note, told),
			EINVAL);
	ck_assert_str_eq(told, "file folder 'name too long'");
	if(geteuid() == 0) {
		NT_MUST(seteuid(NOBODY) == 0);
		write_it(KEY_B, NT_FILE_CREATE);
		NT_MUST(seteuid(0) == 0);
		ck_assert_str_eq(told, "file create 'permission denied'");
	}
}
END_TEST

START_TEST(what_could_not_be_read_again_is_not_written)
{
	struct nt_keyring ring = ring_must(KEY_A);

	put_file(KEY_B, 0600);
	ring.key[0].created_s = NT_CREATED_MAX + 1;
	told[0] = '\0';
	ck_assert_int_eq(nt_key_file_write(path, &ring, NT_FILE_REPLACE,
							 NT_FILE_AS_IT_COMES, note, told),
			EINVAL);
	ck_assert_str_eq(told, "key created '253402300800'");
	ring.count = 0;
	told[0] = '\0';
	ck_assert_int_eq(nt_key_file_write(path, &ring, NT_FILE_REPLACE,
							 NT_FILE_AS_IT_COMES, note, told),
			EINVAL);
	ck_assert_str_eq(told, "key  'no key'");
	ck_assert_str_eq(read_it(), "= 6 -1");
}
END_TEST

START_TEST(a_name_without_a_folder_is_here)
{
	struct nt_keyring ring = ring_must(KEY_A);
	char here[512];

	NT_MUST(getcwd(here, sizeof(here)) != NULL && chdir(dir) == 0);
	ck_assert_int_eq(nt_key_file_write("keys", &ring, NT_FILE_CREATE,
							 NT_FILE_AS_IT_COMES, note, told),
			0);
	NT_MUST(chdir(here) == 0);
	ck_assert_str_eq(read_it(), "= 5 -1");
}
END_TEST

START_TEST(random_bytes_are_asked_of_the_system)
{
	uint8_t a[NT_KEY_RANDOM], b[NT_KEY_RANDOM];

	ck_assert_int_eq(nt_key_random(a), 0);
	ck_assert_int_eq(nt_key_random(b), 0);
	ck_assert_mem_ne(a, b, sizeof(a));
	countdown = 0;
	ck_assert_int_eq(nt_key_random(a), ENOSYS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_key_file");
	TCase *group = tcase_create("files");

	tcase_set_timeout(group, 60);
	tcase_add_checked_fixture(group, setup, teardown);
	tcase_add_loop_test(
			group, t18_only_its_owner_may_touch_it, 0, NT_COUNT(modes));
	tcase_add_test(group, owner);
	tcase_add_test(group, what_is_no_key_file);
	tcase_add_test(group, existing_is_whatever_has_the_name);
	tcase_add_test(group, a_file_is_created_once);
	tcase_add_test(group, a_file_is_replaced_whole);
	tcase_add_loop_test(group, whatever_fails_the_file_is_as_it_was, 0, 2);
	tcase_add_test(group, it_is_given_to_the_user_that_the_server_becomes);
	tcase_add_test(group, where_nothing_can_be_written);
	tcase_add_test(group, what_could_not_be_read_again_is_not_written);
	tcase_add_test(group, a_name_without_a_folder_is_here);
	tcase_add_test(group, random_bytes_are_asked_of_the_system);
	suite_add_tcase(suite, group);
	return nt_run(suite);
}
