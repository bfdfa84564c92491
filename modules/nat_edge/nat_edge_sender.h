/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Who sent a request, in the words of api.h. */
#ifndef NAT_EDGE_SENDER_H
#define NAT_EDGE_SENDER_H

#include "core/parser/msg_parser.h"
#include "nat_edge/api.h"

/** Of the request in hand.
 * @return false: too broken, or a transport without flows */
bool ne_sender_of(sip_msg_t *req, struct nat_edge_sender *sender);

/** Of a REGISTER that was judged before, perhaps in another process: its class
 * is known, its profile is looked up again, in the policy of now.
 * @param req may be tm's copy; nothing in it is changed
 * @param aor room for NE_SENDER_AOR bytes, which sender->aor will point to */
#define NE_SENDER_AOR 256
bool ne_sender_later(const sip_msg_t *req, enum nt_class class,
		struct nat_edge_sender *sender, char *aor);

/** Keep-alive terms of somebody known by address only. @return false: none */
bool ne_stranger_terms(
		struct nt_terms *terms, const struct nat_edge_stranger *s);

#endif /* NAT_EDGE_SENDER_H */
