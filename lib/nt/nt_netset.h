/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Which networks an address belongs to: one sorted table of disjoint ranges,
 * each with a set of tags.
 *
 * Life: the caller collects entries (a range, tags to add or to take away) in
 * the order in which an operator wrote them, then compiles them once. Later
 * entries win over earlier ones where they overlap; an IPv6 entry, however
 * wide, never covers IPv4. The image holds no pointers, so it may live in
 * shared memory or a file; look-ups are a binary search, read-only and
 * lock-free.
 *
 * Pure: memory is the caller's, nothing is allocated.
 */
#ifndef NT_NETSET_H
#define NT_NETSET_H

#include "nt/nt_addr.h"
#include "nt/nt_mem.h"

/** What a network is known as. The first block is the special-purpose table
 * (RFC 6890 and the IANA registries), the second what an operator says of
 * networks. */
enum nt_net
{
	NT_NET_UNSPECIFIED = 0x1, /**< 0.0.0.0/8, :: */
	NT_NET_LOOPBACK = 0x2,
	NT_NET_PRIVATE = 0x4, /**< RFC 1918 */
	NT_NET_CGN = 0x8,	  /**< RFC 6598, between customer and carrier NAT */
	NT_NET_LINKLOCAL = 0x10,
	NT_NET_ULA = 0x20,	 /**< RFC 4193 */
	NT_NET_DOC = 0x40,	 /**< documentation */
	NT_NET_BENCH = 0x80, /**< benchmarking, RFC 2544 */
	NT_NET_MULTICAST = 0x100,
	NT_NET_BROADCAST = 0x200,
	NT_NET_RESERVED = 0x400,
	NT_NET_TUNNEL = 0x800, /**< 6to4, Teredo */
	NT_NET_NAT64 = 0x1000,
	NT_NET_IETF = 0x2000, /**< protocol assignments: DS-Lite, ORCHID */
	NT_NET_SPECIAL = 0x3fff,

	NT_NET_BEHIND_NAT = 0x10000,  /**< used behind remote NATs */
	NT_NET_LAN = 0x20000,		  /**< the operator's own */
	NT_NET_SITE = 0x40000,		  /**< NAT servers: all behind them is NATed */
	NT_NET_TRUSTED = 0x80000,	  /**< peers whose words are believed */
	NT_NET_GATE_ALLOW = 0x100000, /**< may be sent to, whatever they are */
	NT_NET_GATE_DENY = 0x200000	  /**< may not */
};

struct nt_range
{
	struct nt_addr lo, hi; /**< both included */
};

struct nt_net_entry
{
	struct nt_range range;
	uint32_t tags;
	bool without; /**< take the tags away instead of adding them */
};

struct nt_tagged_range
{
	struct nt_range range;
	uint32_t tags;	  /**< 0 only where there are members */
	uint32_t members; /**< index of its lists in nt_joined.words; 0: none */
};

struct nt_netset
{
	uint32_t count;
	struct nt_tagged_range ranges[]; /**< ascending, disjoint */
};

/** Bytes that are enough for the image, and for the scratch memory, of @p
 * entry_count entries */
size_t nt_netset_bytes(size_t entry_count);
size_t nt_netset_scratch_bytes(size_t entry_count);

/** Compile entries, the first one first.
 * @param set of nt_netset_bytes(), @param scratch of nt_netset_scratch_bytes();
 * both aligned for uint64_t */
void nt_netset_compile(struct nt_netset *set, void *scratch,
		const struct nt_net_entry *entries, size_t entry_count);

/** @return the tags of the range that holds @p a; 0 when none does, or @p a is
 * unset */
uint32_t nt_netset_find(const struct nt_netset *set, const struct nt_addr *a);

/** @return the range that holds @p a, or NULL */
const struct nt_tagged_range *nt_netset_range(
		const struct nt_netset *set, const struct nt_addr *a);

/** A range of one of many lists. A list says nothing twice: its ranges are
 * disjoint. */
struct nt_member
{
	struct nt_range range;
	uint32_t tags;
	uint32_t list; /**< 1, 2, ...; 0: the tags are all there is to say */
};

/** What all lists together say of every address */
struct nt_joined
{
	struct nt_netset *set; /**< own */
	uint32_t *words; /**< own; at index members: how many lists, then their
						numbers, ascending */
	size_t word_count;
};

/** More lists at one address than this are refused */
#define NT_LISTS_HERE 64

/** Join lists: tags add up, nothing takes away. Time is that of sorting.
 * @return 0; ENOMEM; or E2BIG and @p where: the first address that more than
 * NT_LISTS_HERE lists hold, or an unset one when the result is too large */
int nt_netset_join(struct nt_joined *joined, const struct nt_member *members,
		size_t count, const struct nt_mem *mem, struct nt_addr *where);

void nt_joined_fini(struct nt_joined *joined, const struct nt_mem *mem);

/** Read one element of a list of networks: "a.b.c.d", "net/bits", "from-to",
 * the same in IPv6, with a leading "!" for "without".
 * @return 0, or EINVAL: no address, bits beyond the family's, host bits set,
 * range backwards or of two families */
int nt_net_parse(struct nt_range *range, bool *without, struct nt_span text);

/** The special-purpose table (N170) as entries */
const struct nt_net_entry *nt_special_nets(size_t *count);

/** The tag of "builtin:NAME", or 0. Names: unspecified loopback private cgn
 * linklocal ula documentation benchmark multicast broadcast reserved tunnel
 * nat64 ietf */
uint32_t nt_special_tag(struct nt_span name);

/** The name of the lowest special-purpose tag in @p tags, or "" */
const char *nt_special_name(uint32_t tags);

#endif /* NT_NETSET_H */
