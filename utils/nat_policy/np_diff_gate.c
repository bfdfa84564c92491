/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the gates say besides networks, which np_diff_nets.c tells. */
#include "nat_policy/np_diff.h"

#define PORTS_TEXT (NT_GATE_PORTS_MAX * 5 + 1)

static void put_ports(char buf[PORTS_TEXT], const struct nt_gate_words *gate)
{
	size_t n = 0;

	snprintf(buf, PORTS_TEXT, "none");
	for(uint32_t i = 0; i < gate->port_count; i++)
		n += (size_t)snprintf(buf + n, PORTS_TEXT - n, "%s%u", i > 0 ? " " : "",
				gate->ports[i]);
}

static void compare(
		struct np_diff *d, const char *subject, const char *was, const char *is)
{
	if(strcmp(was, is) != 0)
		np_differ_from_to(np_differ(d, "gate", "changed", subject,
								  d->nt[0]->gate.line, d->nt[1]->gate.line),
				"", was, is);
}

void np_diff_gate(struct np_diff *d)
{
	char was[PORTS_TEXT], is[PORTS_TEXT];

	put_ports(was, &d->nt[0]->gate);
	put_ports(is, &d->nt[1]->gate);
	compare(d, "ports", was, is);
	compare(d, "own-sockets", d->nt[0]->gate.own_sockets ? "allow" : "deny",
			d->nt[1]->gate.own_sockets ? "allow" : "deny");
}
