/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_addr.h"

#include "core/parser/parse_uri.h"

struct nt_addr ping_addr_of(const struct ip_addr *ip)
{
	if(ip->af == AF_INET)
		return nt_addr_ipv4((const uint8_t *)ip->u.addr);
	if(ip->af == AF_INET6)
		return nt_addr_ipv6((const uint8_t *)ip->u.addr);
	return (struct nt_addr){.family = NT_FAMILY_NONE};
}

bool ping_ip_of(struct ip_addr *ip, const struct nt_addr *a)
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

enum nt_transport ping_transport_of(int proto)
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

int ping_socket_proto(enum nt_transport transport)
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

static enum nt_transport transport_of_uri(const struct sip_uri *u)
{
	bool secure = u->type == SIPS_URI_T;

	if(u->proto == PROTO_NONE)
		return secure ? NT_TRANSPORT_TLS : NT_TRANSPORT_UDP;
	if(u->proto == PROTO_TCP && secure)
		return NT_TRANSPORT_TLS;
	return ping_transport_of(u->proto);
}

bool ping_place_of_uri(struct nt_endpoint *at, enum nt_transport *transport,
		struct nt_span uri)
{
	struct sip_uri u;
	struct nt_claim c;

	if(uri.len == 0 || uri.len > INT32_MAX
			|| parse_uri((char *)uri.p, (int)uri.len, &u) < 0)
		return false;
	*transport = transport_of_uri(&u);
	if(*transport == NT_TRANSPORT_OTHER)
		return false;
	c = nt_claim_of(ping_span(&u.host), u.port_no);
	*at = c.at;
	if(at->port == 0)
		at->port = *transport == NT_TRANSPORT_TLS ? 5061 : 5060;
	return c.host == NT_HOST_ADDR;
}
