/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files are read. They are made in a directory of each test's own;
 * read() is replaced, so that a file can change while it is read. */
#include "unit/nt/nt_check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "ntio/nt_policy_file.h"

#define NOBODY 65534
#define GROUP 54321

static char dir[64], path[128], told[256];
static int faults;

enum change
{
	CHANGE_NONE,
	CHANGE_GROW,
	CHANGE_SHRINK,
	CHANGE_INTERRUPT,
	CHANGE_ERROR,
	CHANGE_PIECES
};
static enum change change;

static void append(const char *text)
{
	int fd = open(path, O_WRONLY | O_APPEND);

	NT_MUST(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

ssize_t read(int fd, void *buf, size_t count)
{
	enum change now = change;

	if(now != CHANGE_PIECES)
		change = CHANGE_NONE;
	switch(now) {
		case CHANGE_GROW:
			append("more");
			break;
		case CHANGE_SHRINK:
			NT_MUST(truncate(path, 1) == 0);
			break;
		case CHANGE_INTERRUPT:
			errno = EINTR;
			return -1;
		case CHANGE_ERROR:
			errno = EIO;
			return -1;
		case CHANGE_PIECES:
			count = count > 2 ? 2 : count;
			break;
		case CHANGE_NONE:
			break;
	}
	return syscall(SYS_read, fd, buf, count);
}

static void note(void *ctx, const struct nt_fault *f)
{
	ck_assert_ptr_eq(ctx, told);
	ck_assert_uint_eq(f->line, 0);
	ck_assert(nt_span_eq(f->element, NT_SPAN("file")));
	ck_assert(f->allowed != NULL && f->allowed[0] != '\0');
	snprintf(told, sizeof(told), "%.*s '%.*s'", NT_SPAN_FMT(f->attribute),
			NT_SPAN_FMT(f->value));
	faults++;
}

/* @return what was told, or the content */
static const char *read_it(const char *name)
{
	struct nt_span bytes = {NULL, 0};
	int rc;

	faults = 0;
	told[0] = '\0';
	rc = nt_policy_file_read(&bytes, name, note, told);
	if(rc == 0) {
		ck_assert_int_eq(faults, 0);
		snprintf(told, sizeof(told), "= %.*s",
				(int)(bytes.len < 20 ? bytes.len : 20), bytes.p);
		nt_policy_file_drop(bytes);
	} else {
		ck_assert_int_eq(rc, EINVAL);
		ck_assert_int_eq(faults, 1);
		ck_assert_ptr_null(bytes.p);
	}
	return told;
}

static void put_file(const char *text)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);

	NT_MUST(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	NT_MUST(fchmod(fd, 0600) == 0);
	close(fd);
}

static void setup(void)
{
	snprintf(dir, sizeof(dir), "/tmp/test_policy_file.XXXXXX");
	NT_MUST(mkdtemp(dir) != NULL && chmod(dir, 0755) == 0);
	snprintf(path, sizeof(path), "%s/p.xml", dir);
	change = CHANGE_NONE;
}

static void teardown(void)
{
	unlink(path);
	rmdir(path);
	rmdir(dir);
}

/* clang-format off */
static const struct {
	const char *name;
	mode_t mode;
	const char *want;
} modes[] = {
	{"its owner's alone", 0600, "= text"},
	{"read by all", 0644, "= text"},
	{"read only", 0444, "= text"},
	{"written by its group, which is ours", 0660, "= text"},
	{"written by others", 0602, "mode '0602'"},
	{"written by all", 0666, "mode '0666'"},
	{"written by others, with a sticky bit", 01646, "mode '1646'"},
};
/* clang-format on */

START_TEST(mode)
{
	put_file("text");
	NT_MUST(chown(path, (uid_t)-1, getegid()) == 0);
	NT_MUST(chmod(path, modes[_i].mode) == 0);
	ck_assert_msg(strcmp(read_it(path), modes[_i].want) == 0, "%s: %s",
			modes[_i].name, told);
}
END_TEST

START_TEST(group)
{
	if(geteuid() != 0)
		return; /* cannot give files away */
	put_file("text");
	NT_MUST(chown(path, 0, GROUP) == 0 && chmod(path, 0664) == 0);
	ck_assert_str_eq(read_it(path), "mode '0664'");
	NT_MUST(chmod(path, 0644) == 0);
	ck_assert_str_eq(read_it(path), "= text");
	NT_MUST(chmod(path, 0664) == 0 && setegid(GROUP) == 0);
	ck_assert_str_eq(read_it(path), "= text");
	NT_MUST(chown(path, 0, 0) == 0 && chmod(path, 0664) == 0);
	ck_assert_str_eq(read_it(path), "= text");
	NT_MUST(setegid(0) == 0);
}
END_TEST

START_TEST(owner)
{
	if(geteuid() != 0)
		return; /* cannot give files away */
	put_file("text");
	NT_MUST(chown(path, NOBODY, 0) == 0);
	ck_assert_str_eq(read_it(path), "owner '65534'");
	NT_MUST(seteuid(NOBODY) == 0);
	ck_assert_str_eq(read_it(path), "= text");
	NT_MUST(seteuid(0) == 0 && chown(path, 0, 0) == 0);
	NT_MUST(chmod(path, 0644) == 0 && seteuid(NOBODY) == 0);
	ck_assert_str_eq(read_it(path), "= text");
	NT_MUST(seteuid(0) == 0);
}
END_TEST

START_TEST(denied)
{
	uid_t before = geteuid();

	put_file("text");
	NT_MUST(chmod(path, 0) == 0);
	NT_MUST(before != 0 || seteuid(NOBODY) == 0);
	read_it(path);
	NT_MUST(seteuid(before) == 0);
	ck_assert_str_eq(told, "open 'permission denied'");
}
END_TEST

START_TEST(not_there)
{
	char below[sizeof(path) + 2];

	ck_assert_str_eq(read_it(path), "open 'no such file'");
	ck_assert_str_eq(read_it(""), "open 'no such file'");
	put_file("text");
	snprintf(below, sizeof(below), "%s/x", path);
	ck_assert_str_eq(
			read_it(below), "open 'a part of the path is no directory'");
}
END_TEST

START_TEST(symbolic_link)
{
	NT_MUST(symlink("/etc/hostname", path) == 0);
	ck_assert_str_eq(read_it(path), "open 'symbolic link'");
}
END_TEST

START_TEST(directory)
{
	NT_MUST(mkdir(path, 0700) == 0);
	ck_assert_str_eq(read_it(path), "type 'directory'");
}
END_TEST

/* Nobody will ever write to it: the test would not end */
START_TEST(fifo)
{
	NT_MUST(mkfifo(path, 0600) == 0);
	ck_assert_str_eq(read_it(path), "type 'FIFO'");
}
END_TEST

START_TEST(device)
{
	ck_assert_str_eq(read_it("/dev/zero"), "type 'device'");
}
END_TEST

START_TEST(unix_socket)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(un.sun_path, path, strlen(path));
	NT_MUST(fd >= 0 && bind(fd, (void *)&un, sizeof(un)) == 0);
	ck_assert_str_eq(read_it(path), "open 'socket'");
	close(fd);
}
END_TEST

START_TEST(size)
{
	put_file("");
	ck_assert_str_eq(read_it(path), "size '0 bytes'");
	append("x");
	ck_assert_str_eq(read_it(path), "= x");
	NT_MUST(truncate(path, (off_t)NT_POLICY_FILE_MAX) == 0);
	ck_assert_str_eq(read_it(path), "= x");
	NT_MUST(truncate(path, (off_t)NT_POLICY_FILE_MAX + 1) == 0);
	ck_assert_str_eq(read_it(path), "size '16777217 bytes'");
	/* nothing is allocated for it */
	NT_MUST(truncate(path, (off_t)1 << 40) == 0);
	ck_assert_str_eq(read_it(path), "size '1099511627776 bytes'");
}
END_TEST

START_TEST(changes)
{
	static const struct
	{
		enum change change;
		const char *want;
	} rows[] = {
			{CHANGE_NONE, "= text"},
			{CHANGE_GROW, "size 'grows'"},
			{CHANGE_SHRINK, "size 'shrinks'"},
			{CHANGE_INTERRUPT, "= text"},
			{CHANGE_ERROR, "read 'input/output error'"},
			{CHANGE_PIECES, "= text"},
	};

	put_file("text");
	change = rows[_i].change;
	ck_assert_str_eq(read_it(path), rows[_i].want);
	change = CHANGE_NONE;
}
END_TEST

/* No descriptor is left open, whatever happened */
START_TEST(descriptors)
{
	int before = open("/dev/null", O_RDONLY), after;

	close(before);
	put_file("text");
	read_it(path);
	change = CHANGE_ERROR;
	read_it(path);
	change = CHANGE_GROW;
	read_it(path);
	read_it(dir);
	NT_MUST(chmod(path, 0666) == 0);
	read_it(path);
	after = open("/dev/null", O_RDONLY);
	close(after);
	ck_assert_int_eq(after, before);
}
END_TEST

static void add(Suite *s, const char *name, const TTest *test, int count)
{
	TCase *rows = tcase_create(name);

	tcase_add_checked_fixture(rows, setup, teardown);
	tcase_set_timeout(rows, 20);
	tcase_add_loop_test(rows, test, 0, count);
	suite_add_tcase(s, rows);
}

int main(void)
{
	Suite *s = suite_create("nt_policy_file");

	add(s, "mode", mode, NT_COUNT(modes));
	add(s, "group", group, 1);
	add(s, "owner", owner, 1);
	add(s, "denied", denied, 1);
	add(s, "not there", not_there, 1);
	add(s, "link", symbolic_link, 1);
	add(s, "directory", directory, 1);
	add(s, "fifo", fifo, 1);
	add(s, "device", device, 1);
	add(s, "socket", unix_socket, 1);
	add(s, "size", size, 1);
	add(s, "changes", changes, 6);
	add(s, "descriptors", descriptors, 1);
	return nt_run(s);
}
