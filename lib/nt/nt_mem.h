/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Memory as an argument, for the few pieces of pure logic whose result has no
 * size that the caller could know: whoever calls says where memory comes from,
 * a test says when there is none.
 */
#ifndef NT_MEM_H
#define NT_MEM_H

#include <stddef.h>

struct nt_mem
{
	void *(*get)(void *ctx, size_t size); /**< NULL when there is none */
	void (*put)(void *ctx, void *p);	  /**< @p p may be NULL */
	void *ctx;
};

/** Items of one kind, growing. Addresses of items change when it grows: keep
 * indices. */
struct nt_vec
{
	const struct nt_mem *mem; /* borrow: as long as the vector lives */
	void *items;			  /* own */
	size_t count, room, width;
};

/** An empty vector of items of @p width bytes */
void nt_vec_init(struct nt_vec *v, const struct nt_mem *mem, size_t width);
void nt_vec_fini(struct nt_vec *v);

/** Room for one more item at the end, all zero.
 * @return the item, or NULL (no memory; nothing changed) */
void *nt_vec_add(struct nt_vec *v);

/** @return item @p i, which must be there */
static inline void *nt_vec_at(const struct nt_vec *v, size_t i)
{
	return (char *)v->items + i * v->width;
}

#endif /* NT_MEM_H */
