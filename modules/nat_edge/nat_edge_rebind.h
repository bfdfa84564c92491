/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A client that registers from another place than before, with a Contact that
 * we change: the registrar sees another URI. So that the old binding does not
 * stay beside the new one until its time is over, the same REGISTER takes it
 * away (F17). And a REGISTER that takes a Contact away names the URI that was
 * registered, not what today's source would make of it (F13).
 *
 * Only for the client that made the old binding, known by its Call-ID (RFC 3261
 * §10.2.4): two phones of one user may well write the same private Contact.
 * Nothing is done for outbound clients: their registrar knows instance and flow
 * (RFC 5626 §6), and allows but one Contact.
 */
#ifndef NAT_EDGE_REBIND_H
#define NAT_EDGE_REBIND_H

#include "nat_edge/nat_edge_registration.h"
#include "nt/nt_field.h"

struct ne_rebind
{
	bool known;	  /**< there is a binding of before: was */
	bool leaving; /**< expires is 0: the client takes it away */
	struct ne_registered was;
};

/** What is to be said of the binding of before.
 * @param written the URI as the client wrote it */
void ne_rebind_look(struct ne_rebind *r, sip_msg_t *msg,
		const struct nt_element *element, struct nt_span written);

/** Have the element name the old binding: of a client that leaves.
 * @return 0, or -1 (out of memory) */
int ne_rebind_leave(const struct ne_rebind *r, sip_msg_t *msg,
		const struct nt_element *element);

/** Behind the element, take the old binding away if it is another than @p now,
 * what the Contact has become.
 * @return 1 if it is, 0, or -1 (out of memory) */
int ne_rebind_replace(const struct ne_rebind *r, sip_msg_t *msg,
		const struct nt_element *element, struct nt_span now);

/** Who knows of bindings: ne_registration_find(). Tests ask somebody else. */
extern bool (*ne_rebind_ask)(
		struct ne_registered *known, sip_msg_t *msg, struct nt_span contact);

#endif /* NAT_EDGE_REBIND_H */
