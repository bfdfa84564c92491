/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Kamailio's texts, addresses, transports and sockets as ours, and back. */
#ifndef NAT_PING_ADDR_H
#define NAT_PING_ADDR_H

#include "core/ip_addr.h"
#include "core/str.h"
#include "nt/nt_detect.h"

static inline struct nt_span ping_span(const str *s)
{
	return nt_span_of(s->s, s->s != NULL && s->len > 0 ? (size_t)s->len : 0);
}

/** Unset if it is neither IPv4 nor IPv6 */
struct nt_addr ping_addr_of(const struct ip_addr *ip);

/** @return false: it is unset */
bool ping_ip_of(struct ip_addr *ip, const struct nt_addr *a);

/** PROTO_... as ours; OTHER if we cannot keep it open (SCTP) */
enum nt_transport ping_transport_of(int proto);

/** The PROTO_... of the listen socket that carries it */
int ping_socket_proto(enum nt_transport transport);

static inline bool ping_is_stream(enum nt_transport transport)
{
	return transport != NT_TRANSPORT_UDP && transport != NT_TRANSPORT_OTHER;
}

/** Where a URI leads by its literal address; a name is nothing.
 * @return false: nowhere */
bool ping_place_of_uri(struct nt_endpoint *at, enum nt_transport *transport,
		struct nt_span uri);

#endif /* NAT_PING_ADDR_H */
