/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_base64.h"

#include <errno.h>

static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

#define NO (-1) /* sets the highest bit of whatever it becomes a part of */

/* clang-format off */
static const int8_t values[256] = {
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

static uint32_t value_of(char c)
{
	return (uint32_t)values[(unsigned char)c];
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

static bool has_bad(uint32_t v)
{
	return v >> 31 != 0;
}

/* Two or three characters that are left: one or two bytes */
static int parse_tail(uint8_t *bytes, const char *p, size_t chars)
{
	uint32_t v = value_of(p[0]) << 12 | value_of(p[1]) << 6;

	if(chars == 3)
		v |= value_of(p[2]);
	bytes[0] = (uint8_t)(v >> 10);
	if(chars == 3)
		bytes[1] = (uint8_t)(v >> 2);
	/* bits of no byte: the same value would have other texts */
	return has_bad(v) || (v & (chars == 3 ? 3u : 1023u)) != 0 ? EINVAL : 0;
}

int nt_base64_parse(uint8_t *bytes, size_t size, size_t *n, struct nt_span text)
{
	size_t tail = text.len % 4, quads = text.len / 4;
	size_t count = quads * 3 + (tail > 0 ? tail - 1 : 0);
	const char *p = text.p;
	uint32_t all = 0;

	if(tail == 1 || count > size)
		return EINVAL;
	for(; quads > 0; quads--, p += 4, bytes += 3) {
		uint32_t v = value_of(p[0]) << 18 | value_of(p[1]) << 12
					 | value_of(p[2]) << 6 | value_of(p[3]);

		all |= v;
		bytes[0] = (uint8_t)(v >> 16);
		bytes[1] = (uint8_t)(v >> 8);
		bytes[2] = (uint8_t)v;
	}
	if(has_bad(all) || (tail > 0 && parse_tail(bytes, p, tail) != 0))
		return EINVAL;
	*n = count;
	return 0;
}
