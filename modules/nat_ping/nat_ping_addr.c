/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_addr.h"

bool ping_place_of_uri(struct nt_endpoint *at, enum nt_transport *transport,
		struct nt_span uri)
{
	str text = {(char *)uri.p, (int)uri.len};

	return uri.len <= INT32_MAX && nt_core_place_of_uri(at, transport, &text)
		   && *transport != NT_TRANSPORT_OTHER;
}
