/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Contacts that we changed, changed back: in the R-URI of a request to their
 * owner, and in what their owner is shown. */
#ifndef NAT_EDGE_UNDO_H
#define NAT_EDGE_UNDO_H

#include "core/parser/msg_parser.h"

enum ne_undo_result
{
	NE_UNDO_NONE = 0, /**< the R-URI is none of ours */
	NE_UNDO_DONE = 1, /**< it is as its owner wrote it, and has its way */
	NE_UNDO_REFUSED = 2,
	NE_UNDO_GONE = 3
};

/** The R-URI of a request */
enum ne_undo_result ne_undo_ruri(sip_msg_t *msg);

#endif /* NAT_EDGE_UNDO_H */
