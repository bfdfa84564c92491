/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A contact of usrloc as a reason to keep a flow open: which flow, for how
 * long, on which terms.
 *
 * It is ours to ping if the socket that it came by is one of ours; where nobody
 * knows its socket, if it carries a server_id of ours (P12). Contacts with a
 * Path are behind an edge, which keeps them open itself (P14).
 */
#ifndef NAT_PING_CONTACT_H
#define NAT_PING_CONTACT_H

#include "modules/usrloc/usrloc.h"
#include "nt/nt_flows.h"

/** Before fork. @param nat_flag usrloc's flag of contacts behind NATs, or 0 */
void ping_contact_init(unsigned nat_flag);

/** All but the holder's number. Texts in @p hold are borrowed from the contact.
 * @param saved it was saved just now: if this process has its REGISTER in hand,
 * that tells more than what usrloc keeps
 * @return false: it is not to be kept open, or not by us, or cannot be (counts)
 */
bool ping_contact_read(struct nt_hold *hold, const ucontact_t *c, bool saved);

#endif /* NAT_PING_CONTACT_H */
