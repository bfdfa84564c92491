/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Kamailio's texts, sockets and URIs as ours. */
#ifndef NAT_PING_ADDR_H
#define NAT_PING_ADDR_H

#include "core/ip_addr.h"
#include "core/str.h"
#include "nt/nt_detect.h"
#include "nt_core.h"

static inline struct nt_span ping_span(const str *s)
{
	return nt_span_of(s->s, s->s != NULL && s->len > 0 ? (size_t)s->len : 0);
}

static inline bool ping_is_stream(enum nt_transport transport)
{
	return transport != NT_TRANSPORT_UDP && transport != NT_TRANSPORT_OTHER;
}

/** Where a URI leads by its literal address; a name is nothing.
 * @return false: nowhere */
bool ping_place_of_uri(struct nt_endpoint *at, enum nt_transport *transport,
		struct nt_span uri);

#endif /* NAT_PING_ADDR_H */
