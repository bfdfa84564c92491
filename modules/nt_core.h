/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Kamailio's addresses and transports as ours, and back: for all modules of
 * the family. */
#ifndef NT_CORE_H
#define NT_CORE_H

#include "core/ip_addr.h"
#include "core/parser/parse_uri.h"
#include "nt/nt_detect.h"

/** Unset if it is neither IPv4 nor IPv6 */
static inline struct nt_addr nt_core_addr(const struct ip_addr *ip)
{
	if(ip->af == AF_INET)
		return nt_addr_ipv4((const uint8_t *)ip->u.addr);
	if(ip->af == AF_INET6)
		return nt_addr_ipv6((const uint8_t *)ip->u.addr);
	return (struct nt_addr){.family = NT_FAMILY_NONE};
}

/** @return false: it is unset */
static inline bool nt_core_ip(struct ip_addr *ip, const struct nt_addr *a)
{
	memset(ip, 0, sizeof(*ip));
	if(a->family == NT_FAMILY_IPV4) {
		ip->af = AF_INET;
		ip->len = 4;
		ip->u.addr32[0] = htonl((uint32_t)a->lo);
	} else if(a->family == NT_FAMILY_IPV6) {
		ip->af = AF_INET6;
		ip->len = 16;
		for(int i = 0; i < 2; i++) {
			ip->u.addr32[i] = htonl((uint32_t)(a->hi >> (32 - 32 * i)));
			ip->u.addr32[i + 2] = htonl((uint32_t)(a->lo >> (32 - 32 * i)));
		}
	}
	return ip->af != 0;
}

/** PROTO_... as ours; OTHER if it is none of ours (SCTP) */
static inline enum nt_transport nt_core_transport(int proto)
{
	switch(proto) {
		case PROTO_UDP:
			return NT_TRANSPORT_UDP;
		case PROTO_TCP:
			return NT_TRANSPORT_TCP;
		case PROTO_TLS:
			return NT_TRANSPORT_TLS;
		case PROTO_WS:
			return NT_TRANSPORT_WS;
		case PROTO_WSS:
			return NT_TRANSPORT_WSS;
		default:
			return NT_TRANSPORT_OTHER;
	}
}

/** The PROTO_... of the listen socket that carries it */
static inline int nt_core_socket_proto(enum nt_transport transport)
{
	switch(transport) {
		case NT_TRANSPORT_UDP:
			return PROTO_UDP;
		case NT_TRANSPORT_TCP:
		case NT_TRANSPORT_WS: /* a WebSocket listens on a stream socket */
			return PROTO_TCP;
		case NT_TRANSPORT_TLS:
		case NT_TRANSPORT_WSS:
			return PROTO_TLS;
		case NT_TRANSPORT_OTHER:
			break;
	}
	return PROTO_NONE;
}

static inline enum nt_transport nt_core_transport_of_uri(
		const struct sip_uri *u)
{
	bool secure = u->type == SIPS_URI_T;

	if(u->proto == PROTO_NONE)
		return secure ? NT_TRANSPORT_TLS : NT_TRANSPORT_UDP;
	if(u->proto == PROTO_TCP && secure)
		return NT_TRANSPORT_TLS;
	return nt_core_transport(u->proto);
}

/** Where a URI leads by its literal address, with the port of its transport
 * where it has none; a name is nothing.
 * @return false: nowhere */
static inline bool nt_core_place_of_uri(
		struct nt_endpoint *at, enum nt_transport *transport, const str *uri)
{
	struct sip_uri u;
	struct nt_claim c;

	if(uri->len <= 0 || parse_uri(uri->s, uri->len, &u) < 0)
		return false;
	*transport = nt_core_transport_of_uri(&u);
	c = nt_claim_of(nt_span_of(u.host.s, (size_t)u.host.len), u.port_no);
	*at = c.at;
	if(at->port == 0)
		at->port = *transport == NT_TRANSPORT_TLS ? 5061 : 5060;
	return c.host == NT_HOST_ADDR;
}

#endif /* NT_CORE_H */
