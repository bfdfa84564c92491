/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Memory for tests that is counted, and fails at the N-th time when it is told
 * to */
#ifndef NT_COUNTED_H
#define NT_COUNTED_H

#include "nt/nt_mem.h"
#include "unit/nt/nt_check.h"

struct nt_counted
{
	long blocks;
	size_t bytes, most;
	long asked;	  /* how often since the test set it to 0 */
	long fail_at; /* 0: never */
	bool lasting; /* and from then on */
};

static inline void *nt_counted_get(void *ctx, size_t size)
{
	struct nt_counted *c = ctx;
	size_t *p;

	c->asked++;
	if(c->asked == c->fail_at
			|| (c->lasting && c->fail_at > 0 && c->asked > c->fail_at))
		return NULL;
	p = malloc(2 * sizeof(size_t) + size);
	NT_MUST(p != NULL);
	/* nobody may count on zeroes */
	memset(p, 0xa5, 2 * sizeof(size_t) + size);
	*p = size;
	c->blocks++;
	c->bytes += size;
	c->most = c->bytes > c->most ? c->bytes : c->most;
	return p + 2;
}

static inline void nt_counted_put(void *ctx, void *block)
{
	struct nt_counted *c = ctx;
	size_t *p = block;

	if(p == NULL)
		return;
	c->blocks--;
	c->bytes -= p[-2];
	free(p - 2);
}

#endif /* NT_COUNTED_H */
