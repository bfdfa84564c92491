/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * IP addresses as values: parsed once, then compared as numbers, never as text.
 *
 * One 128-bit space holds both families: an IPv4 address lives at
 * ::ffff:a.b.c.d, so an IPv4-mapped IPv6 address *is* the IPv4 address (RFC
 * 4291 §2.5.5.2). Host names are not addresses and are never resolved.
 *
 * Pure; no allocation. Printing needs a buffer of NT_ADDR_TEXT or
 * NT_ENDPOINT_TEXT bytes.
 */
#ifndef NT_ADDR_H
#define NT_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nt/nt_span.h"

enum nt_family
{
	NT_FAMILY_NONE = 0, /**< not an address: absent, or a host name */
	NT_FAMILY_IPV4 = 4,
	NT_FAMILY_IPV6 = 6
};

/** 128 bits in host order, most significant half first. All zero is "no
 * address". */
struct nt_addr
{
	uint64_t hi, lo;
	enum nt_family family;
};

struct nt_endpoint
{
	struct nt_addr addr;
	uint16_t port; /**< host order; 0 is "not given" */
};

/** An IPv6 prefix under which a NAT64 translates IPv4 (RFC 6052); bits 32, 40,
 * 48, 56, 64 or 96 */
struct nt_prefix
{
	struct nt_addr addr;
	unsigned bits;
};

/** Enough for any address, with brackets and NUL; with port */
#define NT_ADDR_TEXT 48
#define NT_ENDPOINT_TEXT 56

/** Read an IPv4 or IPv6 literal, IPv6 with or without brackets.
 * Strict: four decimal octets without leading zeros, no "10.1", no zone id,
 * nothing before or after.
 * @return 0, or EINVAL; @p a is written only on success */
int nt_addr_parse(struct nt_addr *a, struct nt_span text);

/** From network order bytes; 16 bytes of an IPv4-mapped address give the IPv4
 * address */
struct nt_addr nt_addr_ipv4(const uint8_t bytes[4]);
struct nt_addr nt_addr_ipv6(const uint8_t bytes[16]);

/** The IPv4 address that a packet sent to @p a would end at, if it is carried
 * inside: 6to4 (RFC 3056), NAT64 well-known prefix or @p nat64 (RFC 6052 §2.2;
 * may be NULL), IPv4-compatible (::a.b.c.d).
 * @return true and @p inner, or false */
bool nt_addr_embedded(struct nt_addr *inner, const struct nt_addr *a,
		const struct nt_prefix *nat64);

static inline bool nt_addr_is_set(const struct nt_addr *a)
{
	return a->family != NT_FAMILY_NONE;
}

/** Two unset addresses are not equal: nothing is known of either */
static inline bool nt_addr_eq(const struct nt_addr *a, const struct nt_addr *b)
{
	return a->lo == b->lo && a->hi == b->hi && nt_addr_is_set(a)
		   && a->family == b->family;
}

/** @return below, equal to or above 0; order of the 128-bit numbers */
static inline int nt_addr_cmp(const struct nt_addr *a, const struct nt_addr *b)
{
	if(a->hi != b->hi)
		return a->hi < b->hi ? -1 : 1;
	return a->lo == b->lo ? 0 : a->lo < b->lo ? -1 : 1;
}

/** The address behind @p a and the one before it; around the ends of the
 * 128-bit space they wrap. The family stays as it was. */
static inline struct nt_addr nt_addr_next(struct nt_addr a)
{
	a.lo++;
	if(a.lo == 0)
		a.hi++;
	return a;
}

static inline struct nt_addr nt_addr_prev(struct nt_addr a)
{
	if(a.lo == 0)
		a.hi--;
	a.lo--;
	return a;
}

static inline bool nt_addr_is_last(const struct nt_addr *a)
{
	return a->hi == UINT64_MAX && a->lo == UINT64_MAX;
}

/** Print in the form of RFC 5952, IPv6 in brackets if @p brackets. An unset
 * address prints as "-".
 * @return the length without NUL, or 0 if @p size is too small (then buf holds
 * "" when size > 0) */
size_t nt_addr_print(
		char *buf, size_t size, const struct nt_addr *a, bool brackets);

/** Print "addr:port", "[addr6]:port", or without ":port" when that is 0. Result
 * as nt_addr_print(). */
size_t nt_endpoint_print(char *buf, size_t size, const struct nt_endpoint *e);

/** Read "addr", "addr:port", "[addr6]:port".
 * @return 0, or EINVAL (names, port 0 or above 65535 included) */
int nt_endpoint_parse(struct nt_endpoint *e, struct nt_span text);

#endif /* NT_ADDR_H */
