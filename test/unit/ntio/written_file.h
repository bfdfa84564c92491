/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * For tests of files that are written whole: a folder of the test's own, and
 * the system calls that write in the place of libc's, so that each of them can
 * fail. For one source of a program.
 */
#ifndef WRITTEN_FILE_H
#define WRITTEN_FILE_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "unit/nt/nt_check.h"

#define NOBODY 65534

static char dir[64], path[128];

/* --- system calls that can fail
 * ------------------------------------------------------------- */

static int countdown = -1; /* calls until one fails; -1: none does */
static const char *failed; /* which one did */
static bool in_pieces, interrupted;

static bool fails(const char *name, int err)
{
	if(countdown < 0 || countdown-- > 0)
		return false;
	failed = name;
	errno = err;
	return true;
}

ssize_t write(int fd, const void *buf, size_t count)
{
	if(fd > 2 && fails("write", ENOSPC))
		return -1;
	if(fd > 2 && interrupted) {
		interrupted = false;
		errno = EINTR;
		return -1;
	}
	if(fd > 2 && in_pieces && count > 3)
		count = 3;
	return syscall(SYS_write, fd, buf, count);
}

int fsync(int fd)
{
	return fails("fsync", EIO) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fchmod(int fd, mode_t mode)
{
	return fails("fchmod", EPERM) ? -1 : (int)syscall(SYS_fchmod, fd, mode);
}

int fchown(int fd, uid_t uid, gid_t gid)
{
	return fails("fchown", EPERM) ? -1 : (int)syscall(SYS_fchown, fd, uid, gid);
}

int renameat(int from, const char *old, int to, const char *new)
{
	return fails("rename", EROFS)
				   ? -1
				   : (int)syscall(SYS_renameat, from, old, to, new);
}

int linkat(int from, const char *old, int to, const char *new, int flags)
{
	return fails("link", EDQUOT)
				   ? -1
				   : (int)syscall(SYS_linkat, from, old, to, new, flags);
}

ssize_t getrandom(void *buf, size_t size, unsigned flags)
{
	return fails("getrandom", ENOSYS)
				   ? -1
				   : syscall(SYS_getrandom, buf, size, flags);
}

/* --- the folder
 * ------------------------------------------------------------------- */

static void put_file(const char *text, mode_t mode)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);

	NT_MUST(fd >= 0);
	NT_MUST(syscall(SYS_write, fd, text, strlen(text)) == (long)strlen(text));
	close(fd);
	NT_MUST(chmod(path, mode) == 0);
}

static int names_in_dir(void)
{
	DIR *d = opendir(dir);
	int n = 0;

	NT_MUST(d != NULL);
	while(readdir(d) != NULL)
		n++;
	closedir(d);
	return n - 2;
}

static int next_descriptor(void)
{
	int fd = open("/dev/null", O_RDONLY);

	close(fd);
	return fd;
}

#endif /* WRITTEN_FILE_H */
