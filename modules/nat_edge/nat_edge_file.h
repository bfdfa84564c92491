/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Files that parameters name: where they are, and with whose rights they are
 * opened. */
#ifndef NAT_EDGE_FILE_H
#define NAT_EDGE_FILE_H

#include <stddef.h>
#include <sys/types.h>

/** Where a parameter's file is: relative to the folder of Kamailio's
 * configuration file.
 * @return @p path; "" if there is none, or its path is too long */
const char *ne_file_path(char *path, size_t size, const char *file);

/** Call with the rights that the server will have when it has started: started
 * as root to become somebody else (-u, -g), it is still root in mod_init.
 * @return what @p call returned, or an errno */
int ne_file_as_server(int (*call)(void *arg), void *arg);

/** Whom files made in mod_init must be given to; (uid_t)-1 and (gid_t)-1: they
 * are his already */
void ne_file_owner(uid_t *to_uid, gid_t *to_gid);

#endif /* NAT_EDGE_FILE_H */
