/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Makes the history's record of a message: who it was, by the names that an
 * operator will ask with. */
#ifndef NAT_EDGE_RECORD_H
#define NAT_EDGE_RECORD_H

#include "nat_edge/nat_edge_history.h"
#include "nat_edge/nat_edge_msg.h"

/** Whose message it is: user and host of a request's From, of the To of a reply
 * and of a REGISTER. Empty where that cannot be read. */
void ne_owner_of(sip_msg_t *msg, struct nt_span *user, struct nt_span *host);

/** The same as text, user@host, and the method of a message; cut to @p size */
void ne_owner_keep(char *to, size_t size, sip_msg_t *msg);
void ne_method_keep(char *to, size_t size, const sip_msg_t *msg);

/** @return the number of the record, or 0 if none is kept */
uint64_t ne_record_keep(sip_msg_t *msg, const struct ne_evidence *e,
		const struct ne_view *view);

#endif /* NAT_EDGE_RECORD_H */
