/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Whose message it is: a request is its From's, a reply and a REGISTER their
 * To's. Parses what is needed, changes nothing. */
#ifndef NAT_EDGE_OWNER_H
#define NAT_EDGE_OWNER_H

#include "core/parser/msg_parser.h"
#include "nt/nt_span.h"

/** User and host of the owner's URI; both empty where that cannot be read */
void ne_owner_of(sip_msg_t *msg, struct nt_span *user, struct nt_span *host);

/** User and host of the From's URI, of any message */
void ne_from_of(sip_msg_t *msg, struct nt_span *user, struct nt_span *host);

/** Method of a request, of a reply that of its CSeq; may be empty */
struct nt_span ne_method_of(const sip_msg_t *msg);

/** The owner's URI as written; may be empty */
struct nt_span ne_owner_uri(sip_msg_t *msg);

/** The same two as text, user@host, cut to @p size with the NUL */
void ne_aor_keep(
		char *to, size_t size, struct nt_span user, struct nt_span host);

/** Make user@host of a URI that was kept whole, in its place; for URIs shorter
 * than this */
#define NE_OWNER_URI_MAX 128
void ne_aor_of_uri(char *text, size_t size);

void ne_method_keep(char *to, size_t size, const sip_msg_t *msg);

/** As it came, cut to what fits; whoever shows it makes it printable */
void ne_text_keep(char *to, size_t size, struct nt_span from);

#endif /* NAT_EDGE_OWNER_H */
