/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_addr.h"

#include "core/parser/parse_uri.h"

static enum nt_transport transport_of_uri(const struct sip_uri *u)
{
	bool secure = u->type == SIPS_URI_T;

	if(u->proto == PROTO_NONE)
		return secure ? NT_TRANSPORT_TLS : NT_TRANSPORT_UDP;
	if(u->proto == PROTO_TCP && secure)
		return NT_TRANSPORT_TLS;
	return nt_core_transport(u->proto);
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
