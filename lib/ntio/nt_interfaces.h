/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The private networks that this machine's interfaces are in: what the word
 * "interfaces" of a policy stands for.
 *
 * An interface that is up counts with its address and netmask if the whole of
 * that network is private (RFC 1918), between customer and carrier (RFC 6598)
 * or unique local (RFC 4193); never loopback, never link-local, never anything
 * public.
 */
#ifndef NT_INTERFACES_H
#define NT_INTERFACES_H

#include "nt/nt_netset.h"

#define NT_INTERFACES_MAX 64

struct nt_interfaces
{
	size_t count;
	struct nt_range nets[NT_INTERFACES_MAX]; /**< each once */
};

/** @return 0; E2BIG when there are more, the rest left out; or an errno, and
 * no network */
int nt_interfaces_read(struct nt_interfaces *found);

/** Add the network of @p addr under @p mask, unless it does not count or is
 * there.
 * @param mask of the same family: bits as in an address
 * @return 0 or E2BIG */
int nt_interfaces_add(struct nt_interfaces *found, const struct nt_addr *addr,
		const struct nt_addr *mask);

/** Tell @p each the addresses of all interfaces that are up, of whatever
 * network.
 * @return 0 or an errno */
int nt_interfaces_each(
		void (*each)(void *ctx, const struct nt_addr *addr), void *ctx);

#endif /* NT_INTERFACES_H */
