/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_mem.h"

#include <stdint.h>
#include <string.h>

#define FIRST_ROOM 16

void nt_vec_init(struct nt_vec *v, const struct nt_mem *mem, size_t width)
{
	*v = (struct nt_vec){.mem = mem, .width = width};
}

void nt_vec_fini(struct nt_vec *v)
{
	v->mem->put(v->mem->ctx, v->items);
	nt_vec_init(v, v->mem, v->width);
}

static int grow(struct nt_vec *v)
{
	size_t room = v->room == 0 ? FIRST_ROOM : 2 * v->room;
	void *items;

	if(room > SIZE_MAX / v->width)
		return -1;
	items = v->mem->get(v->mem->ctx, room * v->width);
	if(items == NULL)
		return -1;
	if(v->count > 0)
		memcpy(items, v->items, v->count * v->width);
	v->mem->put(v->mem->ctx, v->items);
	v->items = items;
	v->room = room;
	return 0;
}

void *nt_vec_add(struct nt_vec *v)
{
	if(v->count == v->room && grow(v) != 0)
		return NULL;
	v->count++;
	return memset(nt_vec_at(v, v->count - 1), 0, v->width);
}
