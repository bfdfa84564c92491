/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The way back: a request that comes with our route is sent by the flow that
 * the route's token tells (RFC 5626 §5.3). */
#ifndef NAT_EDGE_ROUTE_H
#define NAT_EDGE_ROUTE_H

#include "core/parser/msg_parser.h"

/** Results of nat_route() beside true and false */
#define NE_ROUTE_OURS 2		  /**< by a route that we sealed */
#define NE_ROUTE_REFUSED (-2) /**< answer 403 */
#define NE_ROUTE_GONE (-3)	  /**< answer 430 */

/** A script's own loose_route() took a Route of ours off: follow what it says
 * of the way, as nat_route() would. Without anybody to answer, a token that is
 * not good is only counted, and the request goes on to its R-URI. */
void ne_route_loose(sip_msg_t *msg);

/** nat_route(): loose_route() and what our tokens in it say.
 * @return 1 (loose_route() found a way, nothing of it is sealed), -1 (it has no
 * route of ours), or one of the above; the same again if it is called twice */
int ki_nat_route(sip_msg_t *msg);

#endif /* NAT_EDGE_ROUTE_H */
