/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_base64.h"

#include <errno.h>

static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#define NO 0x80 /* outside of every value, also of four values together */

/* clang-format off */
static const uint8_t values[256] = {
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, NO,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
	NO,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, 63,
	NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
};
/* clang-format on */

static uint8_t value_of(char c)
{
	return values[(unsigned char)c];
}

size_t nt_base64_print(char *buf, size_t size, const uint8_t *bytes, size_t n)
{
	size_t whole = n - n % 3;
	char *p = buf;

	if(n > SIZE_MAX / 4 - 1 || size <= NT_BASE64_TEXT(n)) {
		if(size > 0)
			buf[0] = '\0';
		return 0;
	}
	for(; whole > 0; whole -= 3, bytes += 3, p += 4) {
		uint32_t v =
				(uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2];

		p[0] = digits[v >> 18];
		p[1] = digits[v >> 12 & 63];
		p[2] = digits[v >> 6 & 63];
		p[3] = digits[v & 63];
	}
	if(n % 3 != 0) {
		uint32_t v = (uint32_t)bytes[0] << 8 | (n % 3 == 2 ? bytes[1] : 0u);

		*p++ = digits[v >> 10];
		*p++ = digits[v >> 4 & 63];
		if(n % 3 == 2)
			*p++ = digits[v << 2 & 63];
	}
	*p = '\0';
	return (size_t)(p - buf);
}

/* Two or three characters that are left: one or two bytes */
static int parse_tail(uint8_t *bytes, const char *p, size_t chars)
{
	uint32_t third = chars == 3 ? value_of(p[2]) : 0;
	uint32_t v = (uint32_t)value_of(p[0]) << 12 | (uint32_t)value_of(p[1]) << 6
				 | third;

	if((value_of(p[0]) | value_of(p[1]) | third) & NO)
		return EINVAL;
	bytes[0] = (uint8_t)(v >> 10);
	if(chars == 3)
		bytes[1] = (uint8_t)(v >> 2);
	/* bits of no byte: the same value would have other texts */
	return (v & (chars == 3 ? 3u : 1023u)) != 0 ? EINVAL : 0;
}

int nt_base64_parse(uint8_t *bytes, size_t size, size_t *n, struct nt_span text)
{
	size_t tail = text.len % 4, whole = text.len / 4 * 3;
	size_t count = whole + (tail > 0 ? tail - 1 : 0);
	const char *p = text.p;
	uint8_t all = 0;

	if(tail == 1 || count > size)
		return EINVAL;
	for(uint8_t *to = bytes; to < bytes + whole; to += 3, p += 4) {
		uint8_t a = value_of(p[0]), b = value_of(p[1]), c = value_of(p[2]),
				d = value_of(p[3]);
		uint32_t v =
				(uint32_t)a << 18 | (uint32_t)b << 12 | (uint32_t)c << 6 | d;

		all |= a | b | c | d;
		to[0] = (uint8_t)(v >> 16);
		to[1] = (uint8_t)(v >> 8);
		to[2] = (uint8_t)v;
	}
	if((all & NO) != 0 || (tail > 0 && parse_tail(bytes + whole, p, tail) != 0))
		return EINVAL;
	*n = count;
	return 0;
}
