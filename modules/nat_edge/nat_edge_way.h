/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What the topmost Route of a request says of its way, if it is ours: the
 * tokens in it, opened.
 *
 * Of two legs the one that counts is the receiver's. Who the sender is tells
 * the token itself: it is bound to Call-ID and the tag of who began the dialog,
 * and that tag stands in From or in To. So a client that comes from another
 * address than before is still known for what it is.
 */
#ifndef NAT_EDGE_WAY_H
#define NAT_EDGE_WAY_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"
#include "nt/nt_token.h"

/** Tokens as written; what is absent is empty */
struct ne_way
{
	struct nt_span caller, callee, legs, path, dialog;
};

enum ne_course_kind
{
	NE_COURSE_PLAIN = 0, /**< no token: whoever wrote it */
	NE_COURSE_OURS,		 /**< sealed by us, and no flow to be followed */
	NE_COURSE_FLOW,		 /**< by that flow */
	NE_COURSE_REFUSED
};

struct ne_course
{
	enum ne_course_kind outcome;
	struct nt_flow flow; /**< of NE_COURSE_FLOW */
	bool dialog;		 /**< in a dialog of ours, of which ... */
	bool sender_nat;	 /**< ... its sender was found behind a NAT */
};

/** @return false: there is no Route, or the topmost one is somebody else's */
bool ne_way_of(struct ne_way *way, sip_msg_t *msg);

/** Does it carry tokens of a dialog? */
bool ne_way_is_of_dialog(const struct ne_way *way);

/** Open what counts. Done, and faults counted, once for a message.
 * @return never NULL; valid until another message is asked about */
const struct ne_course *ne_course_of(sip_msg_t *msg);

/** The label that nat_record_route() sealed into the route of this request's
 * dialog. @p text has room for NT_TOKEN_TEXT_MAX bytes.
 * @return it, or an empty span */
struct nt_span ne_route_label(char *text, sip_msg_t *msg);

/** Which parties of its dialog the route tells a way to: "caller", "callee",
 * "both", "none" */
const char *ne_route_legs(sip_msg_t *msg);

#endif /* NAT_EDGE_WAY_H */
