/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What nt_netset promises, as simply as it can be said: walk through the
 * entries in order. Addresses are 128-bit numbers here. */
#ifndef NT_NAIVE_H
#define NT_NAIVE_H

#include "nt/nt_netset.h"

typedef unsigned __int128 wide;

static inline wide number(const struct nt_addr *a)
{
	return (wide)a->hi << 64 | a->lo;
}

static inline struct nt_addr address(wide n)
{
	uint8_t bytes[16];

	for(int i = 15; i >= 0; i--, n >>= 8)
		bytes[i] = (uint8_t)n;
	return nt_addr_ipv6(bytes);
}

static inline uint32_t naive(
		const struct nt_net_entry *entries, size_t count, wide at)
{
	uint32_t tags = 0;

	for(size_t i = 0; i < count; i++) {
		/* an IPv6 network, however wide, never covers IPv4 */
		if(at >> 32 == 0xffff && entries[i].range.lo.family != NT_FAMILY_IPV4)
			continue;
		if(at < number(&entries[i].range.lo)
				|| at > number(&entries[i].range.hi))
			continue;
		tags = entries[i].without ? tags & ~entries[i].tags
								  : tags | entries[i].tags;
	}
	return tags;
}

#endif /* NT_NAIVE_H */
