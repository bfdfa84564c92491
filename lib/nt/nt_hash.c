/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_hash.h"

static uint64_t turn(uint64_t x, unsigned bits)
{
	return x << bits | x >> (64 - bits);
}

static void round_of(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = turn(v[1], 13) ^ v[0];
	v[0] = turn(v[0], 32);
	v[2] += v[3];
	v[3] = turn(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = turn(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = turn(v[1], 17) ^ v[2];
	v[2] = turn(v[2], 32);
}

static void take(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	round_of(v);
	round_of(v);
	v[0] ^= word;
}

static uint64_t whole_word(const char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

/* Up to 7 bytes, the first one least significant */
static uint64_t word_of(const char *p, size_t len)
{
	uint64_t w = 0;

	for(size_t i = 0; i < len; i++)
		w |= (uint64_t)(unsigned char)p[i] << (8 * i);
	return w;
}

void nt_hash_begin(struct nt_hash *h, const struct nt_hash_key *key)
{
	h->v[0] = key->k[0] ^ 0x736f6d6570736575u;
	h->v[1] = key->k[1] ^ 0x646f72616e646f6du;
	h->v[2] = key->k[0] ^ 0x6c7967656e657261u;
	h->v[3] = key->k[1] ^ 0x7465646279746573u;
}

void nt_hash_add(struct nt_hash *h, struct nt_span text)
{
	size_t i = 0;

	for(; text.len - i >= 8; i += 8)
		take(h->v, whole_word(text.p + i));
	take(h->v, word_of(text.p + i, text.len - i) | (uint64_t)text.len << 56);
}

void nt_hash_add_number(struct nt_hash *h, uint64_t number)
{
	take(h->v, number);
}

uint64_t nt_hash_end(struct nt_hash *h)
{
	h->v[2] ^= 0xff;
	for(int i = 0; i < 4; i++)
		round_of(h->v);
	return h->v[0] ^ h->v[1] ^ h->v[2] ^ h->v[3];
}

uint64_t nt_siphash(const struct nt_hash_key *key, struct nt_span text)
{
	struct nt_hash h;

	nt_hash_begin(&h, key);
	nt_hash_add(&h, text);
	return nt_hash_end(&h);
}
