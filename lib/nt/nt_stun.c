/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_stun.h"

#define COOKIE 0x2112a442u
#define BINDING_REQUEST 0x0001u
#define BINDING_SUCCESS 0x0101u
#define BINDING_ERROR 0x0111u

#define ERROR_CODE 0x0009u
#define XOR_MAPPED_ADDRESS 0x0020u
#define FINGERPRINT 0x8028u

#define FINGERPRINT_BYTES 8 /* with its head */
#define FINGERPRINT_XOR 0x5354554eu

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

size_t nt_stun_request(uint8_t *buf, size_t size, const uint8_t id[NT_STUN_ID])
{
	if(size < NT_STUN_HEADER)
		return 0;
	put16(buf, BINDING_REQUEST);
	put16(buf + 2, 0);
	put16(buf + 4, COOKIE >> 16);
	put16(buf + 6, COOKIE & 0xffff);
	memcpy(buf + 8, id, NT_STUN_ID);
	return NT_STUN_HEADER;
}

/* ISO 3309, as Ethernet has it, half a byte at a step */
static uint32_t crc32_of(const uint8_t *p, size_t n)
{
	static const uint32_t steps[16] = {0x00000000, 0x1db71064, 0x3b6e20c8,
			0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
			0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0,
			0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
	uint32_t crc = 0xffffffffu;

	for(; n > 0; n--, p++) {
		crc = crc >> 4 ^ steps[(crc ^ *p) & 15];
		crc = crc >> 4 ^ steps[(crc ^ *p >> 4) & 15];
	}
	return ~crc;
}

static bool read_mapped(struct nt_endpoint *e, const uint8_t *value, size_t n,
		const uint8_t *data)
{
	uint8_t addr[16];
	bool ipv6 = n == 20 && value[1] == 2;

	if(!ipv6 && (n != 8 || value[1] != 1))
		return false;
	/* cookie and transaction id follow one another in the header */
	for(size_t i = 0; i < n - 4; i++)
		addr[i] = value[4 + i] ^ data[4 + i];
	e->addr = ipv6 ? nt_addr_ipv6(addr) : nt_addr_ipv4(addr);
	e->port = get16(value + 2) ^ (COOKIE >> 16);
	return true;
}

static bool read_code(unsigned *code, const uint8_t *value, size_t n)
{
	unsigned hundreds, rest;

	if(n < 4)
		return false;
	hundreds = value[2] & 7;
	rest = value[3];
	if(hundreds < 3 || hundreds > 6 || rest > 99)
		return false;
	*code = hundreds * 100 + rest;
	return true;
}

/* One attribute at @p at. @return false if it is broken */
static bool read_attribute(struct nt_stun_answer *got, const uint8_t *data,
		size_t len, size_t at, size_t n)
{
	const uint8_t *value = data + at + 4;

	switch(get16(data + at)) {
		case XOR_MAPPED_ADDRESS:
			/* the first one counts (RFC 8489 §14) */
			return nt_addr_is_set(&got->mapped.addr)
				   || read_mapped(&got->mapped, value, n, data);
		case ERROR_CODE:
			return got->code != 0 || read_code(&got->code, value, n);
		case FINGERPRINT:
			return n == 4 && at + FINGERPRINT_BYTES == len
				   && get32(value) == (crc32_of(data, at) ^ FINGERPRINT_XOR);
		default:
			return true;
	}
}

static bool read_attributes(
		struct nt_stun_answer *got, const uint8_t *data, size_t len)
{
	size_t at = NT_STUN_HEADER;

	/* all lengths are multiples of four, so that a head is always whole */
	while(at < len) {
		size_t n = get16(data + at + 2), room = len - at - 4;

		if(n > room || !read_attribute(got, data, len, at, n))
			return false;
		at += 4 + ((n + 3) & ~(size_t)3);
	}
	return true;
}

bool nt_stun_answer_parse(
		struct nt_stun_answer *answer, const uint8_t *data, size_t len)
{
	struct nt_stun_answer got = {.error = false};
	unsigned type;

	if(len < NT_STUN_HEADER || len % 4 != 0 || get32(data + 4) != COOKIE
			|| get16(data + 2) != len - NT_STUN_HEADER)
		return false;
	type = get16(data);
	if(type != BINDING_SUCCESS && type != BINDING_ERROR)
		return false;
	got.error = type == BINDING_ERROR;
	memcpy(got.id, data + 8, NT_STUN_ID);
	if(!read_attributes(&got, data, len))
		return false;
	if(got.error)
		memset(&got.mapped, 0, sizeof(got.mapped));
	else
		got.code = 0;
	*answer = got;
	return true;
}
