/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The URI of one Contact, as NAT handling needs it: can it be read at all,
 * where does it lead, may it be touched.
 *
 * Ordinary URIs are read here, at a third of what the core's parser takes. For
 * all others that parser is asked, and where it is too lenient or reads
 * something else into a URI (a phone number, half a host) its answer is put
 * right here.
 */
#ifndef NAT_EDGE_URI_H
#define NAT_EDGE_URI_H

#include "core/parser/contact/parse_contact.h"
#include "core/parser/parse_uri.h"
#include "nt/nt_detect.h"

/** Spans into the message; what is not there is empty */
struct ne_uri
{
	struct nt_span user, host, port;
	struct nt_span transport, maddr; /**< values of these parameters */
	uint16_t port_no;				 /**< 0: not given */
	bool secure;					 /**< sips: */
	bool gruu; /**< has "gr": nobody's to change (RFC 5627 §4.5) */
};

static inline struct nt_span ne_span(const str *s)
{
	return nt_span_of(s->s, s->len > 0 ? (size_t)s->len : 0);
}

/** Read an ordinary sip: or sips: URI: a user or none, a host, a port or none,
 * plain parameters; nothing about it may be open to interpretation.
 * @return true and what the core's parser would say, or false: ask that */
bool ne_uri_scan(struct ne_uri *uri, struct nt_span text);

/** Read it, if it is a sip: or sips: URI with a host and nothing in it that no
 * URI may hold.
 * @return 0, or EINVAL */
int ne_uri_parse(struct ne_uri *uri, const contact_t *contact);

/** Does its URI stand in "<" and ">"? */
bool ne_is_bracketed(const contact_t *contact);

/** A host that was read already: phones write the same one into Via, Contact
 * and Call-ID */
struct ne_known_host
{
	struct nt_span text;
	struct nt_claim claim;
};

/** nt_claim_of(), or @p known (may be NULL) if it is the same text */
struct nt_claim ne_claim_of(
		struct nt_span host, uint16_t port, const struct ne_known_host *known);

/** Its maddr, else its host, with its port */
static inline struct nt_claim ne_uri_place(
		const struct ne_uri *uri, const struct ne_known_host *known)
{
	return ne_claim_of(
			uri->maddr.len > 0 ? uri->maddr : uri->host, uri->port_no, known);
}

/** Where requests to it would go. A GRUU says nothing of where its phone is. */
struct nt_claim ne_uri_claim(const struct ne_uri *uri,
		enum nt_transport transport, const struct ne_known_host *known);

/** Room for ne_place_print(): "sip:", an address in brackets with a port,
 * ";transport=" and its name. No NUL. */
#define NE_PLACE_TEXT (NT_ENDPOINT_TEXT + 32)

/** A place as a URI that a request may be sent to: "sip:203.0.113.9:40001", for
 * others than UDP with their transport.
 * @return the length, or 0: no address, or a transport that no URI can say */
size_t ne_place_print(char buf[NE_PLACE_TEXT], const struct nt_endpoint *place,
		enum nt_transport transport);

#endif /* NAT_EDGE_URI_H */
