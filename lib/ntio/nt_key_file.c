/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntio/nt_key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ntio/nt_file.h"

#define NAME_MAX_BYTES 255

struct job
{
	nt_fault_fn *fault;
	void *ctx;
	const char *name; /* last part of the path */
	char temp[NAME_MAX_BYTES + 1];
	int folder; /* open */
};

static const char allowed[] = "a folder that the server's user may write to, "
							  "on a file system with room";

bool nt_key_file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 || errno != ENOENT;
}

int nt_key_file_read(struct nt_keyring *ring, const char *path,
		nt_fault_fn *fault, void *ctx)
{
	static const struct nt_file_rules rules = {.max = NT_KEY_FILE_MAX,
			.max_text = "1 to 4096 bytes",
			.secret = true};
	struct nt_span text;
	int err = nt_file_read(&text, path, &rules, fault, ctx);

	if(err != 0)
		return err;
	err = nt_keyring_parse(ring, text, fault, ctx);
	nt_file_drop(text);
	return err;
}

static int random_bytes(void *to, size_t size)
{
	ssize_t n;

	do
		n = getrandom(to, size, 0);
	while(n < 0 && errno == EINTR);
	return n == (ssize_t)size ? 0 : n < 0 ? errno : EIO;
}

int nt_key_random(uint8_t random[NT_KEY_RANDOM])
{
	return random_bytes(random, NT_KEY_RANDOM);
}

static int refuse(const struct job *j, const char *what, int err)
{
	return nt_file_refuse_errno(j->fault, j->ctx, what, err, allowed);
}

static int write_all(int fd, const char *text, size_t len)
{
	while(len > 0) {
		ssize_t n = write(fd, text, len);

		if(n < 0 && errno == EINTR)
			continue;
		if(n <= 0)
			return n < 0 ? errno : EIO;
		text += n;
		len -= (size_t)n;
	}
	return 0;
}

static int fill(const struct job *j, int fd, const char *text, size_t len,
		struct nt_key_owner owner)
{
	int err = write_all(fd, text, len);

	if(err != 0)
		return refuse(j, "write", err);
	if((owner.uid != (uid_t)-1 || owner.gid != (gid_t)-1)
			&& fchown(fd, owner.uid, owner.gid) != 0)
		return refuse(j, "owner", errno);
	/* whatever umask took away */
	if(fchmod(fd, S_IRUSR | S_IWUSR) != 0)
		return refuse(j, "mode", errno);
	if(fsync(fd) != 0)
		return refuse(j, "fsync", errno);
	return 0;
}

/* A file of another name in the same folder, whole and on the disk */
static int make_temp(const struct job *j, const char *text, size_t len,
		struct nt_key_owner owner)
{
	int fd, err;

	fd = openat(j->folder, j->temp,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			S_IRUSR | S_IWUSR);
	if(fd < 0)
		return refuse(j, "create", errno);
	err = fill(j, fd, text, len, owner);
	if(close(fd) != 0 && err == 0)
		err = refuse(j, "write", errno);
	return err;
}

/* link() does not replace what has come meanwhile, rename() does */
static int give_name(const struct job *j, enum nt_key_write how)
{
	if(how == NT_KEY_REPLACE)
		return renameat(j->folder, j->temp, j->folder, j->name) == 0
					   ? 0
					   : refuse(j, "rename", errno);
	if(linkat(j->folder, j->temp, j->folder, j->name, 0) == 0)
		return 0;
	return errno == EEXIST ? EEXIST : refuse(j, "create", errno);
}

static int write_in(const struct job *j, const char *text, size_t len,
		enum nt_key_write how, struct nt_key_owner owner)
{
	int err = make_temp(j, text, len, owner);

	if(err == 0)
		err = give_name(j, how);
	if(err != 0 || how == NT_KEY_CREATE)
		unlinkat(j->folder, j->temp, 0);
	/* some file systems have nothing to sync there */
	if(err == 0 && fsync(j->folder) != 0 && errno != EINVAL)
		err = refuse(j, "fsync of the folder", errno);
	return err;
}

/* @return the folder, open, or -1 */
static int open_folder(struct job *j, const char *path)
{
	char folder[4096];
	const char *slash = strrchr(path, '/');
	size_t len = slash != NULL ? (size_t)(slash - path) + 1 : 0;
	unsigned number;
	int n;

	/* two servers may write at the same time */
	if(random_bytes(&number, sizeof(number)) != 0) {
		errno = EIO;
		return -1;
	}
	j->name = path + len;
	n = snprintf(j->temp, sizeof(j->temp), ".%s.%08x", j->name, number);
	if(n < 0 || (size_t)n >= sizeof(j->temp) || len >= sizeof(folder)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(folder, len > 0 ? path : ".", len > 0 ? len : 1);
	folder[len > 0 ? len : 1] = '\0';
	return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int nt_key_file_write(const char *path, const struct nt_keyring *ring,
		enum nt_key_write how, struct nt_key_owner owner, nt_fault_fn *fault,
		void *ctx)
{
	struct job j = {.fault = fault, .ctx = ctx};
	struct nt_keyring again;
	char text[NT_KEYRING_TEXT];
	size_t len = nt_keyring_print(text, sizeof(text), ring);
	int err;

	/* what could not be read again is not written */
	err = nt_keyring_parse(&again, nt_span_of(text, len), fault, ctx);
	if(err == 0) {
		nt_keyring_wipe(&again);
		j.folder = open_folder(&j, path);
		err = j.folder < 0 ? refuse(&j, "folder", errno)
						   : write_in(&j, text, len, how, owner);
		if(j.folder >= 0)
			close(j.folder);
	}
	explicit_bzero(text, sizeof(text));
	return err;
}
