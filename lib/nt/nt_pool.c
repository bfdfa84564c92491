/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_pool.h"

#include <errno.h>
#include <string.h>

static size_t chunks_for(uint32_t max)
{
	return ((size_t)max + NT_POOL_CHUNK - 1) >> NT_POOL_SHIFT;
}

int nt_pool_init(struct nt_pool *pool, const struct nt_mem *mem, size_t width,
		uint32_t max)
{
	size_t size = chunks_for(max) * sizeof(*pool->chunk);

	*pool = (struct nt_pool){.mem = *mem,
			.width = (uint32_t)width,
			.max = max,
			.oldest = NT_POOL_NONE};
	pool->chunk = mem->get(mem->ctx, size);
	if(pool->chunk == NULL)
		return ENOMEM;
	memset(pool->chunk, 0, size);
	return 0;
}

void nt_pool_fini(struct nt_pool *pool)
{
	if(pool->chunk == NULL)
		return;
	for(size_t i = 0; i < chunks_for(pool->max); i++)
		pool->mem.put(pool->mem.ctx, pool->chunk[i]);
	pool->mem.put(pool->mem.ctx, pool->chunk);
	*pool = (struct nt_pool){0};
}

/* The first 4 bytes of a free record say which one was given back after it */
static uint32_t after(const struct nt_pool *pool, uint32_t number)
{
	uint32_t next;

	memcpy(&next, nt_pool_at(pool, number), sizeof(next));
	return next;
}

static void set_after(struct nt_pool *pool, uint32_t number, uint32_t next)
{
	memcpy(nt_pool_at(pool, number), &next, sizeof(next));
}

/* Records are fewer in the last chunk */
static bool add_chunk(struct nt_pool *pool)
{
	uint32_t left = pool->max - pool->seen;
	size_t size =
			(size_t)(left < NT_POOL_CHUNK ? left : NT_POOL_CHUNK) * pool->width;
	char *chunk = pool->mem.get(pool->mem.ctx, size);

	if(chunk == NULL)
		return false;
	pool->chunk[pool->seen >> NT_POOL_SHIFT] = memset(chunk, 0, size);
	pool->bytes += size;
	return true;
}

uint32_t nt_pool_take(struct nt_pool *pool)
{
	uint32_t number = pool->oldest;

	if(number != NT_POOL_NONE) {
		pool->oldest =
				number == pool->youngest ? NT_POOL_NONE : after(pool, number);
	} else {
		if(pool->seen == pool->max)
			return NT_POOL_NONE;
		if((pool->seen & (NT_POOL_CHUNK - 1)) == 0 && !add_chunk(pool))
			return NT_POOL_NONE;
		number = pool->seen++;
	}
	pool->count++;
	return number;
}

void nt_pool_give(struct nt_pool *pool, uint32_t number)
{
	if(pool->oldest == NT_POOL_NONE)
		pool->oldest = number;
	else
		set_after(pool, pool->youngest, number);
	pool->youngest = number;
	pool->count--;
}
