/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntio/nt_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct report
{
	nt_fault_fn *fault;
	void *ctx;
	const struct nt_file_rules *rules;
};

int nt_file_refuse(nt_fault_fn *fault, void *ctx, const char *what,
		const char *value, const char *allowed)
{
	struct nt_fault f = {.element = NT_SPAN("file"),
			.attribute = nt_span_cstr(what),
			.value = nt_span_cstr(value),
			.allowed = allowed};

	fault(ctx, &f);
	return EINVAL;
}

/* strerror() depends on the locale */
int nt_file_refuse_errno(nt_fault_fn *fault, void *ctx, const char *what,
		int err, const char *allowed)
{
	static const struct
	{
		int err;
		const char *words;
	} known[] = {
			{ENOENT, "no such file"},
			{EACCES, "permission denied"},
			{EPERM, "operation not permitted"},
			{ELOOP, "symbolic link"},
			{ENOTDIR, "a part of the path is no directory"},
			{ENAMETOOLONG, "name too long"},
			{ENXIO, "socket"},
			{EMFILE, "too many open files"},
			{ENFILE, "too many open files"},
			{EIO, "input/output error"},
			{EEXIST, "exists already"},
			{EISDIR, "directory"},
			{EROFS, "read-only file system"},
			{ENOSPC, "no space left"},
			{EDQUOT, "disk quota exceeded"},
			{EFBIG, "file too large"},
	};
	char number[32];
	const char *words = number;

	snprintf(number, sizeof(number), "error %d", err);
	for(size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if(known[i].err == err)
			words = known[i].words;
	}
	return nt_file_refuse(fault, ctx, what, words, allowed);
}

static int refuse(const struct report *to, const char *what, const char *value,
		const char *allowed)
{
	return nt_file_refuse(to->fault, to->ctx, what, value, allowed);
}

static int refuse_errno(const struct report *to, const char *what, int err)
{
	return nt_file_refuse_errno(to->fault, to->ctx, what, err,
			"a regular file, no symbolic link, that this process can read");
}

static const char *kind_of(mode_t mode)
{
	switch(mode & S_IFMT) {
		case S_IFDIR:
			return "directory";
		case S_IFIFO:
			return "FIFO";
		case S_IFCHR:
		case S_IFBLK:
			return "device";
		default:
			return "special file";
	}
}

static int check_rights(const struct report *to, const struct stat *st)
{
	char text[32];

	snprintf(text, sizeof(text), "%lu", (unsigned long)st->st_uid);
	if(st->st_uid != 0 && st->st_uid != geteuid())
		return refuse(
				to, "owner", text, "root, or the user that the server runs as");
	snprintf(text, sizeof(text), "%04lo",
			(unsigned long)(st->st_mode & (mode_t)07777));
	if(to->rules->secret && (st->st_mode & (S_IRWXG | S_IRWXO)))
		return refuse(to, "mode", text,
				"no rights for its group and for others (chmod 600)");
	if(st->st_mode & S_IWOTH)
		return refuse(to, "mode", text, "not writable by others (chmod o-w)");
	if(st->st_mode & S_IWGRP && st->st_gid != 0 && st->st_gid != getegid())
		return refuse(to, "mode", text,
				"writable by its group only if that is root's or the server's "
				"(chmod g-w)");
	return 0;
}

static int check_stat(const struct report *to, const struct stat *st)
{
	char text[32];

	if(!S_ISREG(st->st_mode))
		return refuse(to, "type", kind_of(st->st_mode), "a regular file");
	if(check_rights(to, st) != 0)
		return EINVAL;
	snprintf(text, sizeof(text), "%lld bytes", (long long)st->st_size);
	if(st->st_size <= 0 || (size_t)st->st_size > to->rules->max)
		return refuse(to, "size", text, to->rules->max_text);
	return 0;
}

/* One byte of room more than there should be shows that the file has grown */
static int read_all(
		const struct report *to, int fd, char *buf, size_t room, size_t *len)
{
	*len = 0;
	while(*len < room) {
		ssize_t n = read(fd, buf + *len, room - *len);

		if(n < 0 && errno == EINTR)
			continue;
		if(n < 0)
			return refuse_errno(to, "read", errno);
		if(n == 0)
			break;
		*len += (size_t)n;
	}
	return 0;
}

static int read_open(struct nt_span *bytes, const struct report *to, int fd)
{
	struct stat st;
	size_t size, len;
	char *buf;
	int err;

	if(fstat(fd, &st) != 0)
		return refuse_errno(to, "stat", errno);
	if((err = check_stat(to, &st)) != 0)
		return err;
	size = (size_t)st.st_size;
	if((buf = malloc(size + 1)) == NULL)
		return ENOMEM;
	err = read_all(to, fd, buf, size + 1, &len);
	if(err == 0 && len != size)
		err = refuse(to, "size", len > size ? "grows" : "shrinks",
				"a file that does not change while it is read");
	if(err != 0)
		nt_file_drop(nt_span_of(buf, len));
	else
		*bytes = nt_span_of(buf, size);
	return err;
}

int nt_file_read(struct nt_span *bytes, const char *path,
		const struct nt_file_rules *rules, nt_fault_fn *fault, void *ctx)
{
	struct report to = {fault, ctx, rules};
	/* O_NONBLOCK: to open a FIFO must not wait for its writer */
	int fd = open(
			path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int err;

	if(fd < 0)
		return refuse_errno(&to, "open", errno);
	err = read_open(bytes, &to, fd);
	close(fd);
	return err;
}

void nt_file_drop(struct nt_span bytes)
{
	if(bytes.len > 0)
		explicit_bzero((char *)bytes.p, bytes.len);
	free((char *)bytes.p);
}
