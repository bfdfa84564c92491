/* SPDX-License-Identifier: GPL-2.0-or-later */
/** From Kamailio's parsed message to the values that nt_detect judges. Parses
 * what is needed, changes nothing. */
#ifndef NAT_EDGE_EVIDENCE_H
#define NAT_EDGE_EVIDENCE_H

#include "nt/nt_detect.h"

#include "core/parser/contact/parse_contact.h"
#include "core/parser/msg_parser.h"
#include "nat_edge/nat_edge_uri.h"

/** More Contacts of one message than this are neither judged nor repaired */
#define NE_CONTACTS_MAX 64

/** Evidence with room for its Contacts; evidence.contacts points into the same
 * struct */
struct ne_evidence
{
	struct nt_evidence ev;
	unsigned unjudged, malformed; /**< Contacts beyond the limit; fields */
	struct nt_claim contacts[NE_CONTACTS_MAX];
	struct nt_sdp sdp;
};

/** Gather. @p proxied_reply: for replies, whether another proxy stands behind
 * us.
 * @return 0, or EINVAL when the message is too broken to be judged (no Via,
 * headers that do not parse) */
int ne_evidence_take(struct ne_evidence *e, sip_msg_t *msg, bool proxied_reply);

/** The source of the packet that brought @p msg */
struct nt_endpoint ne_source_of(const sip_msg_t *msg);
enum nt_transport ne_transport_of(const sip_msg_t *msg);


/** Is a Contact of this message where later requests of a dialog go? */
bool ne_is_target(sip_msg_t *msg);

/** Iterate over all elements of all Contact header fields that can be read; "*"
 * has none. Start with *header and *contact NULL.
 * @return the next, or NULL at the end */
contact_t *ne_contact_next(
		sip_msg_t *msg, struct hdr_field **header, contact_t *contact);

#endif /* NAT_EDGE_EVIDENCE_H */
