/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_face.h"

#include <stdio.h>

void ping_host_make(
		struct ping_host *host, const struct socket_info *si, uint16_t port)
{
	bool advertised = si->useinfo.name.len > 0;
	const str *name = advertised ? &si->useinfo.name : &si->address_str;
	bool bare = name->len > 0 && name->s[0] != '['
				&& memchr(name->s, ':', (size_t)name->len) != NULL;
	int len;

	if(port == 0)
		port = si->useinfo.port_no > 0 ? si->useinfo.port_no : si->port_no;
	len = snprintf(host->text, sizeof(host->text), "%s%.*s%s:%u",
			bare ? "[" : "", name->len, name->s, bare ? "]" : "", port);
	host->len = len > 0 && len < (int)sizeof(host->text) ? (size_t)len : 0;
}
