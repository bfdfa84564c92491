/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Repairs of a message whose sender sits behind a NAT. Each one asks the
 * message itself whether it is done already, so that a second call, from
 * whatever route or process, does nothing. Edits are lumps; the received bytes
 * are never written.
 */
#ifndef NAT_EDGE_CONTACT_H
#define NAT_EDGE_CONTACT_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"

/** Set host, port and transport of every Contact that does not name the source
 * already to the source. Left alone: "*", tel: and other schemes, GRUUs ("gr"),
 * sips: over an insecure transport, Contacts that are edited already; in a
 * REGISTER also those that name another public place (a third party).
 * @return the number of Contacts changed, or -1 (out of memory: nothing of that
 * Contact is changed) */
int ne_contacts_rewrite(sip_msg_t *msg);

/** Is a part of the message to be deleted already? */
bool ne_is_edited(const sip_msg_t *msg, const str *part);

/** Have the request, and thereby its transaction, answered to its source (RFC
 * 3581 §4, without the client asking).
 * @return 1, or 0 if that was so already, or the Via has a colon and no port */
int ne_rport_force(sip_msg_t *msg);

#endif /* NAT_EDGE_CONTACT_H */
