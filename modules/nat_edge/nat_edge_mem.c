/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_mem.h"

#include "core/mem/mem.h"

static void *get(void *ctx, size_t size)
{
	(void)ctx;
	return pkg_malloc(size);
}

static void put(void *ctx, void *p)
{
	(void)ctx;
	if(p != NULL)
		pkg_free(p);
}

const struct nt_mem ne_pkg = {get, put, NULL};
