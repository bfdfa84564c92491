/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_addr.h"

#include <endian.h>
#include <errno.h>

#define MAPPED_LO 0x0000ffff00000000ull

static struct nt_addr from_u32(uint32_t ip)
{
	struct nt_addr a = {0, MAPPED_LO | ip, NT_FAMILY_IPV4};
	return a;
}

static struct nt_addr from_halves(uint64_t hi, uint64_t lo)
{
	struct nt_addr a = {hi, lo, NT_FAMILY_IPV6};

	if(hi == 0 && (lo & 0xffffffff00000000ull) == MAPPED_LO)
		a.family = NT_FAMILY_IPV4;
	return a;
}

struct nt_addr nt_addr_ipv4(const uint8_t bytes[4])
{
	return from_u32((uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16
					| (uint32_t)bytes[2] << 8 | bytes[3]);
}

struct nt_addr nt_addr_ipv6(const uint8_t bytes[16])
{
	uint64_t hi, lo;

	memcpy(&hi, bytes, 8);
	memcpy(&lo, bytes + 8, 8);
	return from_halves(be64toh(hi), be64toh(lo));
}

static unsigned digit_of(char c)
{
	return (unsigned char)c - (unsigned)'0';
}

/* One decimal octet without leading zeros.
 * @return behind it, or NULL */
static const char *parse_octet(uint32_t *octet, const char *p, const char *end)
{
	unsigned v, digit;

	if(p == end || (v = digit_of(*p++)) > 9)
		return NULL;
	for(int more = 0; more < 2; more++) {
		if(p == end || (digit = digit_of(*p)) > 9)
			break;
		if(v == 0)
			return NULL;
		v = v * 10 + digit;
		p++;
	}
	*octet = v;
	return v <= 255 ? p : NULL;
}

static int parse_ipv4(uint32_t *ip, struct nt_span t)
{
	const char *p = t.p, *end = t.p + t.len;
	uint32_t v = 0, octet;

	for(int dots = 0; dots < 4; dots++) {
		if(dots > 0 && (p == end || *p++ != '.'))
			return EINVAL;
		if((p = parse_octet(&octet, p, end)) == NULL)
			return EINVAL;
		v = v << 8 | octet;
	}
	*ip = v;
	return p == end ? 0 : EINVAL;
}

/* Hex digits have their value plus one here, all others nothing */
/* clang-format off */
static const uint8_t hex_values[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6,
	['6'] = 7, ['7'] = 8, ['8'] = 9, ['9'] = 10,
	['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
	['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};
/* clang-format on */

/* The groups of an IPv6 address as they are read; gap is where "::" stood, -1
 * for nowhere */
struct groups
{
	uint16_t g[8];
	int count, gap;
};

static const char *parse_quad(struct groups *s, const char *p, const char *end)
{
	uint32_t quad;

	if(s->count > 6 || parse_ipv4(&quad, nt_span_of(p, (size_t)(end - p))) != 0)
		return NULL;
	s->g[s->count++] = (uint16_t)(quad >> 16);
	s->g[s->count++] = (uint16_t)quad;
	return end;
}

/* A group of hex digits, or a closing dotted quad, at @p p.
 * @return behind it, or NULL */
static const char *parse_group(struct groups *s, const char *p, const char *end)
{
	const char *from = p, *limit = end - p > 5 ? p + 5 : end;
	uint32_t v = 0, hex;

	while(p < limit && (hex = hex_values[(unsigned char)*p]) != 0) {
		v = v * 16 + hex - 1;
		p++;
	}
	if(p < end && *p == '.')
		return parse_quad(s, from, end);
	if(p == from || p == from + 5 || s->count == 8)
		return NULL;
	s->g[s->count++] = (uint16_t)v;
	return p;
}

static int parse_groups(struct groups *s, const char *p, const char *end)
{
	if(end - p >= 2 && p[0] == ':' && p[1] == ':') {
		s->gap = 0;
		p += 2;
	}
	while(p < end) {
		if((p = parse_group(s, p, end)) == NULL)
			return EINVAL;
		if(p == end)
			break;
		if(*p++ != ':' || p == end)
			return EINVAL;
		if(*p == ':') {
			if(s->gap >= 0)
				return EINVAL;
			s->gap = s->count;
			p++;
		}
	}
	/* "::" stands for at least one group */
	return s->gap < 0 ? (s->count == 8 ? 0 : EINVAL)
					  : (s->count < 8 ? 0 : EINVAL);
}

static uint64_t half_of(const uint16_t g[4])
{
	return (uint64_t)g[0] << 48 | (uint64_t)g[1] << 32 | (uint32_t)g[2] << 16
		   | g[3];
}

static int parse_ipv6(struct nt_addr *a, struct nt_span t)
{
	struct groups s = {{0}, 0, -1};

	if(parse_groups(&s, t.p, t.p + t.len) != 0)
		return EINVAL;
	/* what stands behind the gap belongs to the end */
	for(int from = s.count - 1, to = 7; s.gap >= 0 && from >= s.gap; from--) {
		s.g[to--] = s.g[from];
		s.g[from] = 0;
	}
	*a = from_halves(half_of(s.g), half_of(s.g + 4));
	return 0;
}

int nt_addr_parse(struct nt_addr *a, struct nt_span text)
{
	uint32_t ip;

	/* the longest literal has 45 characters; names are told apart early */
	if(text.len < 2 || text.len > NT_ADDR_TEXT)
		return EINVAL;
	if(text.p[0] == '[') {
		if(text.p[text.len - 1] != ']')
			return EINVAL;
		return parse_ipv6(a, nt_span_of(text.p + 1, text.len - 2));
	}
	if(parse_ipv4(&ip, text) == 0) {
		*a = from_u32(ip);
		return 0;
	}
	if(memchr(text.p, ':', text.len) == NULL)
		return EINVAL;
	return parse_ipv6(a, text);
}

/* RFC 6052 §2.2: bits 64 to 71 are skipped whatever the prefix length */
static bool nat64_inner(struct nt_addr *inner, const struct nt_addr *a,
		const struct nt_prefix *nat64)
{
	uint64_t mask;
	uint32_t ip;

	if(nat64->bits < 32 || nat64->bits > 96)
		return false;
	mask = nat64->bits >= 64 ? ~0ull : ~0ull << (64 - nat64->bits);
	if((a->hi ^ nat64->addr.hi) & mask)
		return false;
	switch(nat64->bits) {
		case 32:
			ip = (uint32_t)a->hi;
			break;
		case 40:
			ip = (uint32_t)(a->hi << 8) | (uint32_t)(a->lo >> 48 & 0xff);
			break;
		case 48:
			ip = (uint32_t)(a->hi << 16) | (uint32_t)(a->lo >> 40 & 0xffff);
			break;
		case 56:
			ip = (uint32_t)(a->hi << 24) | (uint32_t)(a->lo >> 32 & 0xffffff);
			break;
		case 64:
			ip = (uint32_t)(a->lo >> 24);
			break;
		case 96:
			if((a->lo ^ nat64->addr.lo) >> 32)
				return false;
			ip = (uint32_t)a->lo;
			break;
		default:
			return false;
	}
	*inner = from_u32(ip);
	return true;
}

bool nt_addr_embedded(struct nt_addr *inner, const struct nt_addr *a,
		const struct nt_prefix *nat64)
{
	static const struct nt_prefix well_known = {
			{0x0064ff9b00000000ull, 0, NT_FAMILY_IPV6}, 96};

	if(a->family != NT_FAMILY_IPV6)
		return false;
	if(a->hi >> 48 == 0x2002) {
		*inner = from_u32((uint32_t)(a->hi >> 16));
		return true;
	}
	if(nat64_inner(inner, a, &well_known)
			|| (nat64 != NULL && nat64_inner(inner, a, nat64)))
		return true;
	/* :: and ::1 are addresses of their own */
	if(a->hi == 0 && a->lo >> 32 == 0 && a->lo > 1) {
		*inner = from_u32((uint32_t)a->lo);
		return true;
	}
	return false;
}

int nt_endpoint_parse(struct nt_endpoint *e, struct nt_span text)
{
	struct nt_endpoint got = {.port = 0};
	unsigned long port;
	size_t host = text.len;

	/* a bare IPv6 address has colons of its own, so its port needs brackets */
	if(nt_addr_parse(&got.addr, text) != 0) {
		while(host > 0 && text.p[host - 1] != ':')
			host--;
		if(host == 0
				|| nt_span_number(&port,
						   nt_span_of(text.p + host, text.len - host), 65535)
						   != 0
				|| port == 0)
			return EINVAL;
		if(text.p[0] != '[' && memchr(text.p, ':', host - 1) != NULL)
			return EINVAL;
		if(nt_addr_parse(&got.addr, nt_span_of(text.p, host - 1)) != 0)
			return EINVAL;
		got.port = (uint16_t)port;
	}
	*e = got;
	return 0;
}
