/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What nearly everybody writes, read in place: no memory, no list, a fraction
 * of what the core's parser takes. Whatever is not of that form is left to the
 * core, so that there is one reading of everything.
 */
#ifndef NAT_EDGE_PLAIN_H
#define NAT_EDGE_PLAIN_H

#include "nat_edge/nat_edge_uri.h"

/** A header field with one Contact: a name or none, an ordinary URI (as
 * ne_uri_scan() reads it) in brackets, parameters or none; no escapes anywhere.
 * @return true, and name and URI as the core's parser would say (all else of
 * @p contact is zero); or false: ask that */
bool ne_plain_contact(
		contact_t *contact, struct ne_uri *uri, const struct hdr_field *header);

/** May a parameter in @p text have a name that begins with @p begin (lower
 * case)? Names may be written with escapes, and "yes" may be wrong. */
bool ne_may_have_param(struct nt_span text, struct nt_span begin);

/** The same of all Contacts of a message whose headers are parsed, parameters
 * of their URIs and of the header field */
bool ne_contacts_may_have(const sip_msg_t *msg, struct nt_span begin);

#endif /* NAT_EDGE_PLAIN_H */
