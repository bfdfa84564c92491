/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A REGISTER that went upstream was answered: the client behind a NAT is told a
 * shorter time for its own bindings, what upstream granted is remembered, and
 * who keeps flows open hears of it.
 */
#ifndef NAT_EDGE_ANSWER_H
#define NAT_EDGE_ANSWER_H

#include "nat_edge/nat_edge_terms.h"
#include "nt/nt_contacts.h"

/** The Contacts of a message, by its bytes */
void ne_contacts_read(struct nt_contacts *list, const sip_msg_t *msg);

/** The value of its Expires header field, or empty */
struct nt_span ne_expires_value(const sip_msg_t *msg);

/** Edit a 2xx that is about to be relayed, remember it, and tell of it.
 * @param req what it answers; may be a copy in shared memory
 * @param sent the REGISTER as it was sent upstream; may be empty */
void ne_answer_relayed(sip_msg_t *reply, const sip_msg_t *req,
		struct nt_span sent, const struct ne_terms *terms);

#endif /* NAT_EDGE_ANSWER_H */
