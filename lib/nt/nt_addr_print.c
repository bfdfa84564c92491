/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Printing of nt_addr.h. Without printf: a repaired Contact is printed for each
 * message, and this is five times cheaper. */
#include "nt/nt_addr.h"

/* Where the longest run of two or more zero groups begins and ends (RFC 5952
 * §4.2) */
static void longest_zeros(const unsigned g[8], int *from, int *to)
{
	*from = *to = -1;
	for(int i = 0; i < 8; i++) {
		int j = i;

		while(j < 8 && g[j] == 0)
			j++;
		if(j - i >= 2 && j - i > *to - *from) {
			*from = i;
			*to = j;
		}
		i = j > i ? j - 1 : i;
	}
}

/* Up to 99, as two digits; 103 / 1024 is near enough to a tenth */
static char *put_two(char *p, unsigned v)
{
	unsigned tens = v * 103 >> 10;

	p[0] = (char)('0' + tens);
	p[1] = (char)('0' + v - tens * 10);
	return p + 2;
}

/* Up to 255 */
static inline char *put_octet(char *p, unsigned v)
{
	if(v >= 10) {
		if(v < 100)
			return put_two(p, v);
		*p++ = v < 200 ? '1' : '2';
		return put_two(p, v < 200 ? v - 100 : v - 200);
	}
	*p++ = (char)('0' + v);
	return p;
}

/* Up to 65535 */
static char *put_decimal(char *p, unsigned v)
{
	unsigned hundreds = v / 100, rest = v - hundreds * 100;

	if(hundreds == 0)
		return put_octet(p, v);
	return put_two(hundreds < 100 ? put_octet(p, hundreds)
								  : put_two(put_octet(p, hundreds / 100),
										  hundreds % 100),
			rest);
}

static char *put_hex(char *p, unsigned v)
{
	int shift = 12;

	while(shift > 0 && v >> shift == 0)
		shift -= 4;
	for(; shift >= 0; shift -= 4)
		*p++ = "0123456789abcdef"[v >> shift & 0xf];
	return p;
}

static char *put_ipv4(char *p, uint32_t ip)
{
	p = put_octet(p, ip >> 24);
	*p++ = '.';
	p = put_octet(p, ip >> 16 & 0xff);
	*p++ = '.';
	p = put_octet(p, ip >> 8 & 0xff);
	*p++ = '.';
	return put_octet(p, ip & 0xff);
}

static char *put_ipv6(char *p, const struct nt_addr *a)
{
	unsigned g[8];
	int from, to;

	for(int i = 0; i < 8; i++)
		g[i] = (unsigned)((i < 4 ? a->hi : a->lo) >> (48 - 16 * (i % 4)))
			   & 0xffff;
	longest_zeros(g, &from, &to);
	for(int i = 0; i < 8; i++) {
		if(i == from) {
			*p++ = ':';
			*p++ = ':';
			i = to - 1;
		} else {
			if(i != 0 && i != to)
				*p++ = ':';
			p = put_hex(p, g[i]);
		}
	}
	return p;
}

static char *put_addr(char *p, const struct nt_addr *a, bool brackets)
{
	if(a->family == NT_FAMILY_NONE) {
		*p++ = '-';
	} else if(a->family == NT_FAMILY_IPV4) {
		p = put_ipv4(p, (uint32_t)a->lo);
	} else {
		if(brackets)
			*p++ = '[';
		p = put_ipv6(p, a);
		if(brackets)
			*p++ = ']';
	}
	return p;
}

static size_t give(char *buf, size_t size, const char *text, size_t n)
{
	if(n >= size) {
		if(size > 0)
			buf[0] = '\0';
		return 0;
	}
	memcpy(buf, text, n);
	buf[n] = '\0';
	return n;
}

size_t nt_addr_print(
		char *buf, size_t size, const struct nt_addr *a, bool brackets)
{
	char text[NT_ADDR_TEXT] = "";
	const char *end = put_addr(text, a, brackets);

	return give(buf, size, text, (size_t)(end - text));
}

size_t nt_endpoint_print(char *buf, size_t size, const struct nt_endpoint *e)
{
	char text[NT_ENDPOINT_TEXT], *p = put_addr(text, &e->addr, e->port != 0);

	if(e->port != 0) {
		*p++ = ':';
		p = put_decimal(p, e->port);
	}
	return give(buf, size, text, (size_t)(p - text));
}
