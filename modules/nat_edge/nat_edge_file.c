/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/globals.h"

const char *ne_file_path(char *path, size_t size, const char *file)
{
	const char *slash;
	int n;

	if(file == NULL || file[0] == '\0')
		return "";
	slash = cfg_file != NULL ? strrchr(cfg_file, '/') : NULL;
	if(file[0] == '/' || slash == NULL)
		n = snprintf(path, size, "%s", file);
	else
		n = snprintf(
				path, size, "%.*s/%s", (int)(slash - cfg_file), cfg_file, file);
	return n < 0 || (size_t)n >= size ? "" : path;
}

void ne_file_owner(uid_t *to_uid, gid_t *to_gid)
{
	*to_uid = geteuid() == 0 && uid > 0 ? (uid_t)uid : (uid_t)-1;
	*to_gid = geteuid() == 0 && gid > 0 ? (gid_t)gid : (gid_t)-1;
}

int ne_file_as_server(int (*call)(void *arg), void *arg)
{
	gid_t own_group = getegid(), to_gid;
	uid_t to_uid;
	int err = 0;

	ne_file_owner(&to_uid, &to_gid);
	if((to_gid != (gid_t)-1 && setegid(to_gid) != 0)
			|| (to_uid != (uid_t)-1 && seteuid(to_uid) != 0))
		err = errno;
	if(err == 0)
		err = call(arg);
	if((to_uid != (uid_t)-1 && seteuid(0) != 0)
			|| (to_gid != (gid_t)-1 && setegid(own_group) != 0))
		err = errno;
	return err;
}
