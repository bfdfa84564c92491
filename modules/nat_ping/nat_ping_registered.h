/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Registrations that pass through to another server, as nat_edge tells of
 * them: an edge without usrloc. */
#ifndef NAT_PING_REGISTERED_H
#define NAT_PING_REGISTERED_H

/** Before fork */
void ping_registered_init(void);

#endif /* NAT_PING_REGISTERED_H */
