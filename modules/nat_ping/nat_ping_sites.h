/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What was learned of sites, over a restart: modparam sites_file. It is of use
 * and nothing depends on it: a file that is not there, or cannot be read, is
 * learned anew (logs).
 */
#ifndef NAT_PING_SITES_H
#define NAT_PING_SITES_H

/** Before fork. @return 0 or -1 */
int ping_sites_init(void);
void ping_sites_fini(void);

/** In the keeper, when it begins: it has the server's user already */
void ping_sites_load(void);

/** In the keeper, and at the end in the main process; nothing before the file
 * was read, and nothing if nothing changed */
void ping_sites_save(void);

#endif /* NAT_PING_SITES_H */
