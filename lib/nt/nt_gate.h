/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The one gate: may a packet go there? (T03)
 *
 * Asked with the binary address that the packet would be sent to, after all
 * resolving, so that no way of writing an address passes it by. An IPv4 address
 * that an IPv6 one carries inside (6to4, NAT64, IPv4-compatible) is judged as
 * well; both must be permitted.
 *
 * Denied by default: unspecified, loopback, link-local, multicast, broadcast,
 * reserved, tunnels (6to4, Teredo: wholly), NAT64 but for the well-known prefix
 * around an address that RFC 6052 §3.1 lets it carry, our own sockets, ports
 * below 1024. Private networks, carrier-grade space and networks for
 * documentation and benchmarks are permitted: phones and servers are there.
 *
 * A policy's <gate> says more: networks that are denied, networks that are
 * allowed whatever they are, ports below 1024 that are allowed, own sockets.
 * What it denies is denied for every purpose, also if it allows it elsewhere.
 *
 * Pure; no allocation; cannot fail.
 */
#ifndef NT_GATE_H
#define NT_GATE_H

#include "nt/nt_policy.h"

/** Why something is to be sent */
enum nt_gate_purpose
{
	NT_GATE_REQUEST = 0, /**< a request that is forwarded */
	NT_GATE_REPLY = 1,	 /**< a reply that goes where its request came from, as
							the packet told, not the message */
	NT_GATE_FLOW = 2,	 /**< the way that a sealed token tells */
	NT_GATE_PING = 3,
	NT_GATE_MEDIA = 4,
	NT_GATE_VIA = 5 /**< a reply that goes where only a Via says (N182) */
};
#define NT_GATE_PURPOSE_COUNT 6

enum nt_gate_reason
{
	NT_GATE_PERMITTED = 0,
	NT_GATE_NO_ADDRESS, /**< none, or port 0 */
	NT_GATE_UNSPECIFIED,
	NT_GATE_LOOPBACK,
	NT_GATE_LINKLOCAL,
	NT_GATE_MULTICAST,
	NT_GATE_BROADCAST,
	NT_GATE_RESERVED,
	NT_GATE_TUNNEL,
	NT_GATE_NAT64,
	NT_GATE_CARRIED, /**< the IPv4 address inside is one of these */
	NT_GATE_OWN,	 /**< a socket of this server */
	NT_GATE_PORT,	 /**< below 1024 */
	NT_GATE_POLICY	 /**< the policy denies it */
};
#define NT_GATE_REASON_COUNT 14

/** Networks that are denied unless a policy allows them. NAT64 is permitted
 * where the well-known prefix carries a global address. */
#define NT_GATE_DENIED_NETS                                         \
	(NT_NET_UNSPECIFIED | NT_NET_LOOPBACK | NT_NET_LINKLOCAL        \
			| NT_NET_MULTICAST | NT_NET_BROADCAST | NT_NET_RESERVED \
			| NT_NET_TUNNEL | NT_NET_NAT64)

/** Our sockets: sorted by nt_gate_own_sort(). One of an unspecified address
 * stands for all of loopback. */
struct nt_gate_own
{
	const struct nt_endpoint *sockets; /**< borrowed */
	size_t count;
};

/** Sort, so that they can be searched */
void nt_gate_own_sort(struct nt_endpoint *sockets, size_t count);

/** @return NT_GATE_PERMITTED, or why not; of several reasons the one that
 * stands first in this order: the policy's denial, the address, own sockets,
 * the port.
 *
 * NT_GATE_REPLY passes all but the policy's denial: the other side is there, it
 * has sent something. NT_GATE_FLOW passes ports below 1024 on streams, where a
 * connection is used that is there already. */
enum nt_gate_reason nt_gate_permits(const struct nt_policy *policy,
		const struct nt_gate_own *own, const struct nt_endpoint *to,
		enum nt_transport transport, enum nt_gate_purpose purpose);

/** For people: "loopback", "own socket", "port below 1024", ... */
const char *nt_gate_reason_name(enum nt_gate_reason reason);
const char *nt_gate_purpose_name(enum nt_gate_purpose purpose);

#endif /* NT_GATE_H */
