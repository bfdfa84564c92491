/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_gate_log.h"

#include <stdio.h>
#include <time.h>

#include "core/dprint.h"
#include "core/mem/shm_mem.h"
#include "nat_edge/nat_edge_policy_rpc.h"
#include "nt/nt_rate.h"

/* As much of the packet's first line as is told */
#define BEGIN_TEXT 64
#define HINT_TEXT 256

static struct nt_rate *rate; /* own; shm, made before fork */

int ne_gate_log_init(void)
{
	rate = shm_malloc(sizeof(*rate));
	if(rate == NULL) {
		SHM_MEM_ERROR_FMT("for the gate, %zu bytes\n", sizeof(*rate));
		return -1;
	}
	memset(rate, 0, sizeof(*rate));
	return 0;
}

void ne_gate_log_fini(void)
{
	if(rate != NULL)
		shm_free(rate);
	rate = NULL;
}

/* Where it can be allowed: an attribute of the file's gate, or a parameter */
static void put_place(char *buf, size_t size, const struct ne_denial *d,
		const char *attribute, const char *param, const char *value)
{
	if(d->by_file)
		snprintf(buf, size, "<gate %s=\"%s\"/> in the policy file", attribute,
				value);
	else
		snprintf(buf, size, "modparam(\"nat_edge\", \"%s\", \"%s\")", param,
				value);
}

/* Of an address that carries another both must be allowed */
static void put_addresses(char *buf, size_t size, const struct nt_addr *a)
{
	struct nt_addr inner;
	size_t n = nt_addr_print(buf, size, a, false);

	if(!nt_addr_embedded(&inner, a, NULL) || n + 1 >= size)
		return;
	buf[n] = ' ';
	nt_addr_print(buf + n + 1, size - n - 1, &inner, false);
}

static void put_hint(char buf[HINT_TEXT], const struct ne_denial *d)
{
	char value[2 * NT_ADDR_TEXT];

	switch(d->reason) {
		case NT_GATE_PERMITTED:
		case NT_GATE_NO_ADDRESS:
			snprintf(buf, HINT_TEXT, "nothing, it has to have one");
			break;
		case NT_GATE_POLICY:
			snprintf(buf, HINT_TEXT, "%s without it",
					d->by_file ? "<gate deny=\"...\"/> in the policy file"
							   : "modparam gate_deny");
			break;
		case NT_GATE_OWN:
			put_place(buf, HINT_TEXT, d, "own-sockets", "gate_own_sockets",
					"allow");
			break;
		case NT_GATE_PORT:
			snprintf(value, sizeof(value), "%u", d->to.port);
			put_place(buf, HINT_TEXT, d, "ports", "gate_ports", value);
			break;
		case NT_GATE_UNSPECIFIED:
		case NT_GATE_LOOPBACK:
		case NT_GATE_LINKLOCAL:
		case NT_GATE_MULTICAST:
		case NT_GATE_BROADCAST:
		case NT_GATE_RESERVED:
		case NT_GATE_TUNNEL:
		case NT_GATE_NAT64:
		case NT_GATE_CARRIED:
			put_addresses(value, sizeof(value), &d->to.addr);
			put_place(buf, HINT_TEXT, d, "allow", "gate_allow", value);
			break;
	}
}

/* The first line, cut; it may be a stranger's (T18) */
static void put_begin(char buf[BEGIN_TEXT], struct nt_span bytes)
{
	size_t n = 0;

	while(n < bytes.len && n < BEGIN_TEXT - 1 && bytes.p[n] != '\r'
			&& bytes.p[n] != '\n' && bytes.p[n] != '\0') {
		buf[n] = bytes.p[n];
		n++;
	}
	buf[n] = '\0';
	ne_make_printable(buf);
}

void ne_gate_log(const struct ne_denial *d)
{
	char to[NT_ENDPOINT_TEXT], begin[BEGIN_TEXT], hint[HINT_TEXT];
	uint32_t held_back;

	if(!nt_rate_pass(rate, (uint32_t)time(NULL), NE_GATE_LINES, &held_back))
		return;
	nt_endpoint_print(to, sizeof(to), &d->to);
	put_begin(begin, d->bytes);
	put_hint(hint, d);
	LM_WARN("gate: a packet to %s:%s was not sent; purpose: %s, '%s'; why: "
			"%s; what allows it: %s\n",
			nt_transport_name(d->transport), to,
			nt_gate_purpose_name(d->purpose), begin,
			nt_gate_reason_name(d->reason), hint);
	if(held_back > 0)
		LM_WARN("gate: %u packets before it were not sent and not logged; the "
				"counters of the group nat_edge_gate have them\n",
				held_back);
}

void ne_gate_log_tick(void)
{
	uint32_t held_back;

	if(rate == NULL)
		return;
	held_back = nt_rate_rest(rate, (uint32_t)time(NULL));
	if(held_back > 0)
		LM_WARN("gate: %u more packets were not sent and not logged; the "
				"counters of the group nat_edge_gate have them\n",
				held_back);
}
