/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Flows as Kamailio has them: where a message came from, and how another one
 * is sent there. */
#ifndef NAT_EDGE_FLOW_H
#define NAT_EDGE_FLOW_H

#include "core/parser/msg_parser.h"
#include "nt/nt_token.h"

enum ne_flow_result
{
	NE_FLOW_OK = 0,
	NE_FLOW_REFUSED = 1, /**< the gate says no, or the socket is not ours */
	NE_FLOW_GONE = 2	 /**< its connection is closed (RFC 5626 §5.3.1: 430) */
};

/** Before fork: this life of the server gets its number. @return 0 or -1 */
int ne_flow_init(void);

/** The flow that brought @p msg.
 * @return false: of a kind that cannot be sealed (SCTP) */
bool ne_flow_of(struct nt_flow *flow, const sip_msg_t *msg);

/** The flow that a request in a branch of tm will take: registered contacts
 * whose packets came from elsewhere than their URI says, or that hold a
 * connection.
 * @return false: it goes to its R-URI like to anybody */
bool ne_flow_ahead(struct nt_flow *flow, sip_msg_t *msg);

/** Send @p msg by @p flow: our socket, the remote address, on streams that
 * connection and no other, and never a new one.
 * @return NE_FLOW_OK, or why nothing was changed */
enum ne_flow_result ne_flow_follow(sip_msg_t *msg, const struct nt_flow *flow);

#endif /* NAT_EDGE_FLOW_H */
