/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The one gate: may a packet go there? (T03)
 *
 * Asked with the binary address that the packet would be sent to, after all
 * resolving, so that no way of writing an address passes it by. An IPv4 address
 * that an IPv6 one carries inside (6to4, NAT64, IPv4-compatible) is judged as
 * well.
 *
 * Denied by default: unspecified, loopback, link-local, multicast, broadcast,
 * reserved, tunnels, our own sockets, ports below 1024. A policy's <gate>
 * element says more: networks that are denied, networks that are allowed
 * whatever they are, ports below 1024 that are allowed. What it denies it
 * denies; where it allows and denies, the later word in the file wins.
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
	NT_GATE_REPLY = 1,	 /**< a reply: back to where a request came from */
	NT_GATE_FLOW = 2,	 /**< the way that a sealed token tells */
	NT_GATE_PING = 3,
	NT_GATE_MEDIA = 4
};
#define NT_GATE_PURPOSE_COUNT 5

enum nt_gate_reason
{
	NT_GATE_PERMITTED = 0,
	NT_GATE_NO_ADDRESS = 1, /**< none, or port 0 */
	NT_GATE_SPECIAL = 2,	/**< a network that nobody is at */
	NT_GATE_CARRIED = 3,	/**< the IPv4 address inside is such a one */
	NT_GATE_OWN = 4,		/**< a socket of this server */
	NT_GATE_PORT = 5,		/**< below 1024 */
	NT_GATE_POLICY = 6		/**< the policy denies it */
};
#define NT_GATE_REASON_COUNT 7

/** Our sockets: sorted by nt_gate_own_sort() */
struct nt_gate_own
{
	const struct nt_endpoint *sockets; /**< borrowed */
	size_t count;
};

/** Sort, so that they can be searched */
void nt_gate_own_sort(struct nt_endpoint *sockets, size_t count);

/** @return NT_GATE_PERMITTED, or why not. A reply passes ports below 1024, and
 * own sockets: it goes where a request came from. */
enum nt_gate_reason nt_gate_permits(const struct nt_policy *policy,
		const struct nt_gate_own *own, const struct nt_endpoint *to,
		enum nt_transport transport, enum nt_gate_purpose purpose);

/** Of nt_gate_permits(), for people: "loopback", "own socket", "port below
 * 1024", ... */
const char *nt_gate_reason_name(enum nt_gate_reason reason);
const char *nt_gate_purpose_name(enum nt_gate_purpose purpose);

#endif /* NT_GATE_H */
