/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Contacts that we changed, changed back: in the R-URI of a request to their
 * owner, whatever its method, and where their owner is shown them, which is the
 * 2xx to a REGISTER.
 *
 * A Contact's owner sees it nowhere else: in dialogs the Contact of a request
 * or reply that he gets is the other party's, and a redirection is never
 * changed.
 */
#ifndef NAT_EDGE_UNDO_H
#define NAT_EDGE_UNDO_H

#include "core/parser/msg_parser.h"

enum ne_undo_result
{
	NE_UNDO_NONE = 0,	 /**< the R-URI is none of ours */
	NE_UNDO_DONE = 1,	 /**< it is as its owner wrote it, and has its way */
	NE_UNDO_REFUSED = 2, /**< forged, of another dialog, too old, or the gate */
	NE_UNDO_GONE = 3	 /**< the connection to its owner is closed */
};

/** The R-URI of a request. If it holds our token it becomes what the Contact's
 * owner wrote, without what may not stand in a request line, and the request
 * takes the flow that the token tells. A token in a dialog is for requests of
 * that dialog to that party, one of a registration until its last second.
 *
 * From trusted neighbours (policy: trusted) also the plain ways of nathelper
 * (alias) and FreeSWITCH (fs_path) are followed, past the gate.
 *
 * While a Route leads to another proxy, what is not for us is left alone: it is
 * that one's to change back, which may be of our cluster and have our keys. */
enum ne_undo_result ne_undo_ruri(sip_msg_t *msg);

/** The Contacts of a 2xx to a REGISTER, as their owners wrote them; what stands
 * behind them (expires) stays. Twice is once.
 * @return how many, or -1 (out of memory: that one and those behind it stay) */
int ne_undo_contacts(sip_msg_t *reply);

#endif /* NAT_EDGE_UNDO_H */
