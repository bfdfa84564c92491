/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Repairs of a message whose sender sits behind a NAT: its Contacts lead back
 * to it, its answers go to its source. Each one asks the message itself whether
 * it is done, so that a second call, from whatever route or process, does
 * nothing. Edits are lumps; the received bytes are never written.
 */
#ifndef NAT_EDGE_CONTACT_H
#define NAT_EDGE_CONTACT_H

#include "core/parser/msg_parser.h"
#include "nt/nt_profile.h"

/** What was done to the Contacts of a message */
struct ne_contacts
{
	int rewritten; /**< set to the source; the token holds what was there */
	int sealed;	   /**< kept, with a token */
	int fs_path;   /**< kept, with the source as FreeSWITCH writes it */
	int too_long;  /**< no room: sealed instead, or for fs-path left alone */
	int replaced;  /**< bindings of before that a REGISTER takes away */
};

/** Repair every Contact that does not name the source already, by mode alias,
 * rewrite or fs-path. Left alone: fields that do not obey the grammar, "*",
 * tel: and other schemes, GRUUs, sips: over an insecure transport, Contacts
 * that were replaced already; in a REGISTER also those that name another public
 * place (a third party). fs-path is for a REGISTER without a Path.
 * @return 0, or -1 (out of memory, or no key: that Contact and those behind it
 * stay as they are) */
int ne_contacts_repair(
		struct ne_contacts *done, sip_msg_t *msg, enum nt_contact_mode mode);

/** Have the request, and thereby its transaction, answered to its source (RFC
 * 3581 §4, without the client asking).
 * @return 1, or 0 if that was so already, or the Via has a colon and no port */
int ne_rport_force(sip_msg_t *msg);

#endif /* NAT_EDGE_CONTACT_H */
