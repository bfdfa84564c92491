/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Answers to clients that offer keep-alives: RFC 6223 keep, RFC 5626
 * Flow-Timer, in replies that we relay and in those that module sl makes.
 *
 * Not in those that tm makes itself (t_reply, and sl's send_reply() in a
 * transaction): tm sends them from a buffer that none of its callbacks can
 * reach, and the Via in it is copied from the request byte by byte. RFC 6223
 * §4.4 asks for a value in one response at least.
 */
#ifndef NAT_EDGE_KEEP_H
#define NAT_EDGE_KEEP_H

#include "nat_edge/nat_edge_terms.h"

/** Hook into sl, if it is loaded. @return 0 or -1 */
int ne_keep_init(void);

/** Does any Via have a parameter of this name? Of a message that is parsed */
bool ne_keep_stands_in(const sip_msg_t *msg);

/** Edit a reply that is about to be relayed; in a 3xx to 6xx values are only
 * taken out.
 * @param req what it answers; may be a copy in shared memory */
void ne_keep_relayed(
		sip_msg_t *reply, const sip_msg_t *req, const struct ne_terms *terms);

#endif /* NAT_EDGE_KEEP_H */
