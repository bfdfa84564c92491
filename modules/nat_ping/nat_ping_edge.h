/* SPDX-License-Identifier: GPL-2.0-or-later */
/** nat_edge, which says who is to be kept open, and where nothing may be sent.
 */
#ifndef NAT_PING_EDGE_H
#define NAT_PING_EDGE_H

#include "nat_edge/api.h"

/** As others have it: api.permits(), ... RO: before fork */
extern struct nat_edge_api api;

/** Before fork. @return 0, or -1: nat_edge is not loaded */
int ping_edge_init(void);

#endif /* NAT_PING_EDGE_H */
