/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_addr.h"

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
	uint64_t hi = 0, lo = 0;

	for(int i = 0; i < 8; i++) {
		hi = hi << 8 | bytes[i];
		lo = lo << 8 | bytes[i + 8];
	}
	return from_halves(hi, lo);
}

/* Four decimal octets without leading zeros */
static int parse_ipv4(uint32_t *ip, struct nt_span t)
{
	uint32_t v = 0, octet = 0;
	int digits = 0, dots = 0;

	for(size_t i = 0; i < t.len; i++) {
		unsigned digit = (unsigned char)t.p[i] - (unsigned)'0';

		if(digit <= 9) {
			if(digits++ > 0 && octet == 0)
				return EINVAL;
			octet = octet * 10 + digit;
			if(octet > 255)
				return EINVAL;
		} else {
			if(t.p[i] != '.' || digits == 0 || ++dots > 3)
				return EINVAL;
			v = v << 8 | octet;
			octet = 0;
			digits = 0;
		}
	}
	if(dots != 3 || digits == 0)
		return EINVAL;
	*ip = v << 8 | octet;
	return 0;
}

static int hex_value(char c)
{
	if(c >= '0' && c <= '9')
		return c - '0';
	c = nt_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The groups of an IPv6 address as they are read; gap is where "::" stood, -1
 * for nowhere */
struct groups
{
	uint16_t g[8];
	int count, gap;
};

/* A group of hex digits, or a closing dotted quad. Moves @p t behind it. */
static int parse_group(struct groups *s, struct nt_span *t)
{
	uint32_t v = 0, quad;
	size_t n = 0;

	while(n < t->len && n < 5 && hex_value(t->p[n]) >= 0)
		v = v << 4 | (uint32_t)hex_value(t->p[n++]);
	if(n < t->len && t->p[n] == '.') {
		if(s->count > 6 || parse_ipv4(&quad, *t) != 0)
			return EINVAL;
		s->g[s->count++] = (uint16_t)(quad >> 16);
		s->g[s->count++] = (uint16_t)quad;
		t->len = 0;
		return 0;
	}
	if(n == 0 || n > 4 || s->count == 8)
		return EINVAL;
	s->g[s->count++] = (uint16_t)v;
	t->p += n;
	t->len -= n;
	return 0;
}

static bool take(struct nt_span *t, const char *token, size_t len)
{
	if(t->len < len || memcmp(t->p, token, len) != 0)
		return false;
	t->p += len;
	t->len -= len;
	return true;
}

static int parse_groups(struct groups *s, struct nt_span t)
{
	if(take(&t, "::", 2))
		s->gap = 0;
	while(t.len > 0) {
		if(parse_group(s, &t) != 0)
			return EINVAL;
		if(t.len == 0)
			break;
		if(take(&t, "::", 2)) {
			if(s->gap >= 0)
				return EINVAL;
			s->gap = s->count;
		} else if(!take(&t, ":", 1) || t.len == 0) {
			return EINVAL;
		}
	}
	/* "::" stands for at least one group */
	return s->gap < 0 ? (s->count == 8 ? 0 : EINVAL)
					  : (s->count < 8 ? 0 : EINVAL);
}

static int parse_ipv6(struct nt_addr *a, struct nt_span t)
{
	struct groups s = {{0}, 0, -1};
	uint64_t half[2] = {0, 0};

	if(parse_groups(&s, t) != 0)
		return EINVAL;
	for(int i = 0; i < s.count; i++) {
		int at = s.gap >= 0 && i >= s.gap ? 8 - s.count + i : i;

		half[at / 4] |= (uint64_t)s.g[i] << (48 - 16 * (at % 4));
	}
	*a = from_halves(half[0], half[1]);
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
	if(memchr(text.p, ':', text.len) != NULL)
		return parse_ipv6(a, text);
	if(parse_ipv4(&ip, text) != 0)
		return EINVAL;
	*a = from_u32(ip);
	return 0;
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
