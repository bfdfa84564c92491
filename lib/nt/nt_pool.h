/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Records of one width that are known by number: a bounded number of them, in
 * memory that is taken a chunk at a time as they come and kept until the end.
 * Numbers are half as wide as pointers, and stay good when a chunk is added.
 *
 * Of the records that are free the one that was given back first is taken
 * first, so that a number that somebody remembers is not soon another one's.
 *
 * Pure; constant time, besides the chunk; no lock.
 */
#ifndef NT_POOL_H
#define NT_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "nt/nt_mem.h"

/** No number */
#define NT_POOL_NONE UINT32_MAX

#define NT_POOL_SHIFT 10
/** Records of a chunk */
#define NT_POOL_CHUNK (1u << NT_POOL_SHIFT)

struct nt_pool
{
	struct nt_mem mem;
	char **chunk;	   /* own, as what it points to */
	uint32_t width;	   /* bytes of a record, at least 4 */
	uint32_t max;	   /* records */
	uint32_t seen;	   /* numbers below were in use once */
	uint32_t count;	   /* in use */
	uint32_t oldest;   /* free ones, in the order of their return */
	uint32_t youngest; /* ... */
	size_t bytes;	   /* of all chunks */
};

/** @return 0, or ENOMEM; then only nt_pool_fini() is allowed */
int nt_pool_init(struct nt_pool *pool, const struct nt_mem *mem, size_t width,
		uint32_t max);
/** Also of a pool that is all zero */
void nt_pool_fini(struct nt_pool *pool);

static inline void *nt_pool_at(const struct nt_pool *pool, uint32_t number)
{
	return pool->chunk[number >> NT_POOL_SHIFT]
		   + (size_t)(number & (NT_POOL_CHUNK - 1)) * pool->width;
}

static inline bool nt_pool_is_full(const struct nt_pool *pool)
{
	return pool->count == pool->max;
}

/** A record: zero when it is used for the first time, later as it was when it
 * was given back, but for its first 4 bytes.
 * @return its number, or NT_POOL_NONE: it is full, or there is no memory */
uint32_t nt_pool_take(struct nt_pool *pool);
void nt_pool_give(struct nt_pool *pool, uint32_t number);

#endif /* NT_POOL_H */
