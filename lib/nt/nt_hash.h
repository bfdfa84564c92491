/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A keyed hash of short texts for tables that strangers write into: SipHash-2-4
 * (Aumasson, Bernstein 2012). Who does not know the key cannot choose texts
 * that meet in one bucket. Not a signature: 64 bits.
 *
 * Pure; no allocation; any length at any alignment.
 */
#ifndef NT_HASH_H
#define NT_HASH_H

#include <stdint.h>

#include "nt/nt_span.h"

struct nt_hash_key
{
	uint64_t k[2];
};

/** A hash in the making: texts one after another. Each is closed by its length,
 * so that "ab","c" is not "a","bc". */
struct nt_hash
{
	uint64_t v[4];
};

void nt_hash_begin(struct nt_hash *h, const struct nt_hash_key *key);
void nt_hash_add(struct nt_hash *h, struct nt_span text);
void nt_hash_add_number(struct nt_hash *h, uint64_t number);
uint64_t nt_hash_end(struct nt_hash *h);

/** Plain SipHash-2-4 of one text */
uint64_t nt_siphash(const struct nt_hash_key *key, struct nt_span text);

#endif /* NT_HASH_H */
