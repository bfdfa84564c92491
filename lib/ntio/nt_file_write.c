/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntio/nt_file_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ntio/nt_file.h"

#define NAME_MAX_BYTES 255
#define FOLDER_MAX 4096

struct job
{
	enum nt_file_write how;
	struct nt_file_owner owner;
	nt_file_piece_fn *piece;
	void *piece_ctx;
	nt_fault_fn *fault;
	void *fault_ctx;
	const char *name; /* last part of the path */
	char temp[NAME_MAX_BYTES + 1];
	int folder; /* open */
};

static int refuse(const struct job *j, const char *what, int err)
{
	return nt_file_refuse_errno(j->fault, j->fault_ctx, what, err,
			"a folder that the server's user may write to, on a file system "
			"with room");
}

static int write_piece(int fd, struct nt_span text)
{
	while(text.len > 0) {
		ssize_t n = write(fd, text.p, text.len);

		if(n < 0 && errno == EINTR)
			continue;
		if(n <= 0)
			return n < 0 ? errno : EIO;
		text.p += n;
		text.len -= (size_t)n;
	}
	return 0;
}

static int fill(const struct job *j, int fd)
{
	struct nt_span piece;
	int err;

	while(j->piece(j->piece_ctx, &piece)) {
		err = write_piece(fd, piece);
		if(err != 0)
			return refuse(j, "write", err);
	}
	if((j->owner.uid != (uid_t)-1 || j->owner.gid != (gid_t)-1)
			&& fchown(fd, j->owner.uid, j->owner.gid) != 0)
		return refuse(j, "owner", errno);
	/* whatever umask took away */
	if(fchmod(fd, S_IRUSR | S_IWUSR) != 0)
		return refuse(j, "mode", errno);
	if(fsync(fd) != 0)
		return refuse(j, "fsync", errno);
	return 0;
}

static int make_temp(const struct job *j)
{
	int fd, err;

	fd = openat(j->folder, j->temp,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			S_IRUSR | S_IWUSR);
	if(fd < 0)
		return refuse(j, "create", errno);
	err = fill(j, fd);
	if(close(fd) != 0 && err == 0)
		err = refuse(j, "write", errno);
	return err;
}

/* link() does not replace what has come meanwhile, rename() does */
static int give_name(const struct job *j)
{
	if(j->how == NT_FILE_REPLACE)
		return renameat(j->folder, j->temp, j->folder, j->name) == 0
					   ? 0
					   : refuse(j, "rename", errno);
	if(linkat(j->folder, j->temp, j->folder, j->name, 0) == 0)
		return 0;
	return errno == EEXIST ? EEXIST : refuse(j, "create", errno);
}

static int write_in(const struct job *j)
{
	int err = make_temp(j);

	if(err == 0)
		err = give_name(j);
	if(err != 0 || j->how == NT_FILE_CREATE)
		unlinkat(j->folder, j->temp, 0);
	/* some file systems have nothing to sync there */
	if(err == 0 && fsync(j->folder) != 0 && errno != EINVAL)
		err = refuse(j, "fsync of the folder", errno);
	return err;
}

int nt_file_random(void *to, size_t size)
{
	ssize_t n;

	do
		n = getrandom(to, size, 0);
	while(n < 0 && errno == EINTR);
	return n == (ssize_t)size ? 0 : n < 0 ? errno : EIO;
}

/* Two servers may write at the same time. @return 0 or an errno */
static int name_temp(struct job *j)
{
	unsigned number;
	int n;

	if(nt_file_random(&number, sizeof(number)) != 0)
		return EIO;
	n = snprintf(j->temp, sizeof(j->temp), ".%s.%08x", j->name, number);
	return n < 0 || (size_t)n >= sizeof(j->temp) ? ENAMETOOLONG : 0;
}

/* @return 0 or an errno */
static int open_folder(struct job *j, const char *path)
{
	char folder[FOLDER_MAX];
	const char *slash = strrchr(path, '/');
	size_t len = slash != NULL ? (size_t)(slash - path) + 1 : 0;
	int err;

	j->name = path + len;
	if(len >= sizeof(folder))
		return ENAMETOOLONG;
	err = name_temp(j);
	if(err != 0)
		return err;
	memcpy(folder, len > 0 ? path : ".", len > 0 ? len : 1);
	folder[len > 0 ? len : 1] = '\0';
	j->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return j->folder < 0 ? errno : 0;
}

int nt_file_write(const char *path, enum nt_file_write how,
		struct nt_file_owner owner, nt_file_piece_fn *piece, void *piece_ctx,
		nt_fault_fn *fault, void *fault_ctx)
{
	struct job j = {
			how, owner, piece, piece_ctx, fault, fault_ctx, .folder = -1};
	int err = open_folder(&j, path);

	if(err != 0)
		return refuse(&j, "folder", err);
	err = write_in(&j);
	close(j.folder);
	return err;
}
