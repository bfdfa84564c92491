/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Flows as Kamailio has them: where a message came from, where a branch goes,
 * and how another message is sent the same way (RFC 5626 §5.3).
 */
#ifndef NAT_EDGE_FLOW_H
#define NAT_EDGE_FLOW_H

#include "core/parser/msg_parser.h"
#include "nt/nt_token.h"

enum ne_flow_result
{
	NE_FLOW_OK = 0,
	NE_FLOW_REFUSED = 1, /**< the gate says no, or there is no memory */
	NE_FLOW_GONE = 2,	 /**< its connection is closed, or our socket (430) */
	NE_FLOW_SPARE = 3	 /**< closed, and its client is at its Contact, too */
};

/** Before fork: this life of the server gets its number. @return 0 or -1 */
int ne_flow_init(void);

/** The flow that brought @p msg.
 * @return false: of a kind that cannot be sealed (SCTP) */
bool ne_flow_of(struct nt_flow *flow, const sip_msg_t *msg);

/** The flow that a branch of tm will take, if it goes to a client of ours that
 * is not to be reached by its URI alone: one whose flow ne_flow_follow() was
 * given for this message, or a registered contact whose packets came from
 * elsewhere, or over a connection.
 * @param again the message is tm's copy, in a failure_route: where it was sent
 * to is still known, but not that lookup() said so
 * @return false: it goes to its R-URI, like to anybody */
bool ne_flow_ahead(struct nt_flow *flow, sip_msg_t *msg, bool again);

/** Have the branch in hand sent on the connection of @p flow, if it has one;
 * not on that of the branch before. For ne_flow_ahead(). */
void ne_flow_use(sip_msg_t *msg, const struct nt_flow *flow);

/** Send @p msg by @p flow: from our socket to the remote address; on streams by
 * that connection and no other, and never by a new one.
 * @return NE_FLOW_OK, or why nothing was changed */
enum ne_flow_result ne_flow_follow(sip_msg_t *msg, const struct nt_flow *flow);

/** Send @p msg to a place behind a NAT: on streams by a connection that is
 * there, and never by a new one. The caller has asked the gate.
 * @return false: nothing was changed */
bool ne_flow_send_to(sip_msg_t *msg, const struct nt_endpoint *to,
		enum nt_transport transport);

/** Are both the same way? */
bool ne_flow_eq(const struct nt_flow *a, const struct nt_flow *b);

#endif /* NAT_EDGE_FLOW_H */
