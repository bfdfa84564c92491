/* SPDX-License-Identifier: GPL-2.0-or-later */
/* <gate>: where packets may go. */
#include "nt/nt_draft_parts.h"

#include <errno.h>

#define PORTS_ALLOWED                                                        \
	"1 to 32 ports of 1 to 1023, as in \"80 443\"; those from 1024 on need " \
	"no "                                                                    \
	"permission"

/* Without a name; what is not said is no fault */
static int read_list(const struct nt_element *e, struct nt_span attribute,
		uint32_t tags, struct nt_named *list)
{
	struct nt_draft *d = e->d;
	size_t from = d->members.count;
	int err;

	if(!nt_attr_is_set(nt_attr_get(e, attribute)))
		return 0;
	err = nt_list_read(e, &attribute, 1, false, &list->of_machine);
	if(err != 0)
		return err;
	for(size_t i = from; i < d->members.count; i++)
		((struct nt_member *)nt_vec_at(&d->members, i))->tags = tags;
	list->from = from;
	list->count = d->members.count - from;
	return 0;
}

/* Ascending, each once. @return false: there is no room */
static bool keep_port(struct nt_gate_words *gate, uint16_t port)
{
	uint32_t at = 0;

	while(at < gate->port_count && gate->ports[at] < port)
		at++;
	if(at < gate->port_count && gate->ports[at] == port)
		return true;
	if(gate->port_count == NT_GATE_PORTS_MAX)
		return false;
	memmove(&gate->ports[at + 1], &gate->ports[at],
			(gate->port_count - at) * sizeof(gate->ports[0]));
	gate->ports[at] = port;
	gate->port_count++;
	return true;
}

static int read_ports(const struct nt_element *e, struct nt_gate_words *gate)
{
	struct nt_span text = nt_attr_get(e, NT_SPAN("ports")), rest = text, word;
	unsigned long port;
	int err = 0;

	if(!nt_attr_is_set(text))
		return 0;
	while(nt_span_word(&rest, &word)) {
		if(nt_span_number(&port, word, 1023) != 0 || port == 0
				|| !keep_port(gate, (uint16_t)port))
			err = nt_refuse(e, NT_SPAN("ports"), word, PORTS_ALLOWED);
	}
	if(err == 0 && gate->port_count == 0)
		err = nt_refuse(e, NT_SPAN("ports"), text, PORTS_ALLOWED);
	return err;
}

static int read_own(const struct nt_element *e, struct nt_gate_words *gate)
{
	struct nt_span text = nt_attr_get(e, NT_SPAN("own-sockets"));
	struct nt_span word = nt_span_trim(text);

	gate->own_sockets = nt_span_eq(word, NT_SPAN("allow"));
	if(!nt_attr_is_set(text) || gate->own_sockets
			|| nt_span_eq(word, NT_SPAN("deny")))
		return 0;
	return nt_refuse(e, NT_SPAN("own-sockets"), text, "deny or allow");
}

int nt_draft_gate(const struct nt_element *e)
{
	static const char *const known[] = {
			"allow", "deny", "ports", "own-sockets", NULL};
	struct nt_draft *d = e->d;
	int allow, deny;

	nt_attr_only(e, known, "allow, deny, ports and own-sockets");
	if(d->has_gate)
		return nt_refuse(e, NT_SPAN(""), e->name, "one gate at most");
	d->has_gate = true;
	d->gate.line = e->line;
	allow = read_list(e, NT_SPAN("allow"), NT_NET_GATE_ALLOW, &d->gate_allow);
	if(allow == ENOMEM)
		return ENOMEM;
	deny = read_list(e, NT_SPAN("deny"), NT_NET_GATE_DENY, &d->gate_deny);
	if(deny == ENOMEM)
		return ENOMEM;
	d->gate.denies = d->gate_deny.count > 0;
	return allow | deny | read_ports(e, &d->gate) | read_own(e, &d->gate);
}
