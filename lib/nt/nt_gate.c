/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_gate.h"

#include <stdlib.h>

#define LOW_PORT 1024

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Networks that nobody is at, or nobody but ourselves */
static const struct
{
	uint32_t tag;
	enum nt_gate_reason reason;
} denied[] = {
		{NT_NET_UNSPECIFIED, NT_GATE_UNSPECIFIED},
		{NT_NET_LOOPBACK, NT_GATE_LOOPBACK},
		{NT_NET_LINKLOCAL, NT_GATE_LINKLOCAL},
		{NT_NET_MULTICAST, NT_GATE_MULTICAST},
		{NT_NET_BROADCAST, NT_GATE_BROADCAST},
		{NT_NET_RESERVED, NT_GATE_RESERVED},
		{NT_NET_TUNNEL, NT_GATE_TUNNEL},
};
#define DENIED (NT_GATE_DENIED_NETS & ~(uint32_t)NT_NET_NAT64)

/* What the well-known prefix of NAT64 must not carry (RFC 6052 §3.1), but for
 * documentation and benchmarks: test networks live on those */
#define NOT_GLOBAL (NT_NET_SPECIAL & ~(uint32_t)(NT_NET_DOC | NT_NET_BENCH))

/* Where a packet would go */
struct target
{
	struct nt_addr addr, inner; /* inner is unset if nothing is carried */
	uint32_t tags, inner_tags;
};

static int by_endpoint(const void *x, const void *y)
{
	const struct nt_endpoint *a = x, *b = y;
	int order = nt_addr_cmp(&a->addr, &b->addr);

	return order != 0 ? order : (a->port > b->port) - (a->port < b->port);
}

void nt_gate_own_sort(struct nt_endpoint *sockets, size_t count)
{
	if(count > 0)
		qsort(sockets, count, sizeof(*sockets), by_endpoint);
}

static bool holds(
		const struct nt_gate_own *own, struct nt_addr addr, uint16_t port)
{
	struct nt_endpoint e = {addr, port};
	size_t lo = 0, hi = own->count;

	while(lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = by_endpoint(&e, &own->sockets[mid]);

		if(order == 0)
			return true;
		if(order < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}

static bool is_own_at(const struct nt_gate_own *own, const struct nt_addr *addr,
		uint32_t tags, uint16_t port)
{
	static const struct nt_addr any4 = {0, 0xffffull << 32, NT_FAMILY_IPV4},
								any6 = {0, 0, NT_FAMILY_IPV6};

	if(holds(own, *addr, port))
		return true;
	return (tags & NT_NET_LOOPBACK)
		   && (holds(own, any4, port) || holds(own, any6, port));
}

static bool is_own(
		const struct nt_gate_own *own, const struct target *t, uint16_t port)
{
	if(own == NULL || own->count == 0)
		return false;
	return is_own_at(own, &t->addr, t->tags, port)
		   || (nt_addr_is_set(&t->inner)
				   && is_own_at(own, &t->inner, t->inner_tags, port));
}

static bool is_listed(const struct nt_gate_words *gate, uint16_t port)
{
	for(uint32_t i = 0; i < gate->port_count; i++) {
		if(gate->ports[i] == port)
			return true;
	}
	return false;
}

static struct target target_of(
		const struct nt_policy *policy, const struct nt_addr *addr)
{
	const struct nt_netset *nets = nt_policy_nets(policy);
	struct target t = {.addr = *addr, .tags = nt_netset_find(nets, addr)};

	if(nt_addr_embedded(&t.inner, addr, NULL))
		t.inner_tags = nt_netset_find(nets, &t.inner);
	return t;
}

/* Each address must be permitted for itself: who allows a prefix of tunnels
 * does not allow what they may lead to */
static enum nt_gate_reason judge_address(const struct target *t)
{
	bool allowed = (t->tags & NT_NET_GATE_ALLOW) != 0;

	for(size_t i = 0; !allowed && (t->tags & DENIED) && i < COUNT(denied);
			i++) {
		if(t->tags & denied[i].tag)
			return denied[i].reason;
	}
	if(!allowed && (t->tags & NT_NET_NAT64)) {
		if(!nt_addr_is_set(&t->inner))
			return NT_GATE_NAT64;
		if(t->inner_tags & NOT_GLOBAL)
			return NT_GATE_CARRIED;
	}
	if((t->inner_tags & DENIED) && !(t->inner_tags & NT_NET_GATE_ALLOW))
		return NT_GATE_CARRIED;
	return NT_GATE_PERMITTED;
}

static bool is_stream(enum nt_transport transport)
{
	return transport != NT_TRANSPORT_UDP && transport != NT_TRANSPORT_OTHER;
}

enum nt_gate_reason nt_gate_permits(const struct nt_policy *policy,
		const struct nt_gate_own *own, const struct nt_endpoint *to,
		enum nt_transport transport, enum nt_gate_purpose purpose)
{
	struct target t;
	enum nt_gate_reason reason;

	if(!nt_addr_is_set(&to->addr) || to->port == 0)
		return NT_GATE_NO_ADDRESS;
	/* half of all packets are such replies, and few operators deny anything */
	if(purpose == NT_GATE_REPLY && !policy->gate.denies)
		return NT_GATE_PERMITTED;
	t = target_of(policy, &to->addr);
	if((t.tags | t.inner_tags) & NT_NET_GATE_DENY)
		return NT_GATE_POLICY;
	if(purpose == NT_GATE_REPLY)
		return NT_GATE_PERMITTED;
	if((reason = judge_address(&t)) != NT_GATE_PERMITTED)
		return reason;
	if(!policy->gate.own_sockets && is_own(own, &t, to->port))
		return NT_GATE_OWN;
	if(to->port < LOW_PORT && !(purpose == NT_GATE_FLOW && is_stream(transport))
			&& !is_listed(&policy->gate, to->port))
		return NT_GATE_PORT;
	return NT_GATE_PERMITTED;
}

const char *nt_gate_reason_name(enum nt_gate_reason reason)
{
	static const char *const names[NT_GATE_REASON_COUNT] = {
			[NT_GATE_PERMITTED] = "permitted",
			[NT_GATE_NO_ADDRESS] = "no address",
			[NT_GATE_UNSPECIFIED] = "unspecified",
			[NT_GATE_LOOPBACK] = "loopback",
			[NT_GATE_LINKLOCAL] = "linklocal",
			[NT_GATE_MULTICAST] = "multicast",
			[NT_GATE_BROADCAST] = "broadcast",
			[NT_GATE_RESERVED] = "reserved",
			[NT_GATE_TUNNEL] = "tunnel",
			[NT_GATE_NAT64] = "nat64",
			[NT_GATE_CARRIED] = "carried inside",
			[NT_GATE_OWN] = "own socket",
			[NT_GATE_PORT] = "port below 1024",
			[NT_GATE_POLICY] = "policy",
	};

	return names[reason];
}

const char *nt_gate_purpose_name(enum nt_gate_purpose purpose)
{
	static const char *const names[NT_GATE_PURPOSE_COUNT] = {
			[NT_GATE_REQUEST] = "request",
			[NT_GATE_REPLY] = "reply",
			[NT_GATE_FLOW] = "flow",
			[NT_GATE_PING] = "ping",
			[NT_GATE_MEDIA] = "media",
			[NT_GATE_VIA] = "reply by its Via",
	};

	return names[purpose];
}
