/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The way back: a request that comes with our route is sent by the flow that
 * the route's token tells (RFC 5626 §5.3).
 *
 * Of two legs the one that counts is the receiver's. Who the sender is tells
 * the token itself: it is bound to Call-ID and the tag of who began the dialog,
 * and that tag stands in From or in To. So a client that comes from another
 * address than before is still known for what it is.
 */
#ifndef NAT_EDGE_ROUTE_H
#define NAT_EDGE_ROUTE_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"
#include "nt/nt_token.h"

/** Results of nat_route() beside true and false */
#define NE_ROUTE_OURS 2		  /**< by a route that we sealed */
#define NE_ROUTE_REFUSED (-2) /**< answer 403 */
#define NE_ROUTE_GONE (-3)	  /**< answer 430 */

/** Tokens of the topmost Route, as written; what is absent is empty */
struct ne_way
{
	struct nt_span caller, callee, path, dialog;
};

/** @return false: there is no Route, the topmost one is somebody else's, or no
 * token is in it */
bool ne_way_of(struct ne_way *way, sip_msg_t *msg);

/** The label that nat_record_route() sealed into the route of this request's
 * dialog. @p text has room for NT_TOKEN_TEXT_MAX bytes.
 * @return it, or an empty span */
struct nt_span ne_route_label(char *text, sip_msg_t *msg);

/** Which parties of its dialog the route tells a way to: "caller", "callee",
 * "both", "none" */
const char *ne_route_legs(sip_msg_t *msg);

/** A script's own loose_route() took a Route of ours off: follow what it says
 * of the way, as nat_route() would. Without anybody to answer, a token that is
 * not good is only counted, and the request goes on to its R-URI. */
void ne_route_loose(sip_msg_t *msg);

/** nat_route(): loose_route() and what our tokens in it say.
 * @return 1 (loose_route() found a way, nothing of it is sealed), -1 (it has no
 * route of ours), or one of the above; the same again if it is called twice */
int ki_nat_route(sip_msg_t *msg);

#endif /* NAT_EDGE_ROUTE_H */
