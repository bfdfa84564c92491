/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_policy/np_mem.h"

#include <stdlib.h>

#include "nat_policy/np_out.h"

void *np_get(size_t size)
{
	void *p = malloc(size > 0 ? size : 1);

	if(p == NULL) {
		fputs("nat_policy: no memory\n", stderr);
		exit(NP_UNUSABLE);
	}
	return p;
}

static void *get(void *ctx, size_t size)
{
	(void)ctx;
	return np_get(size);
}

static void put(void *ctx, void *p)
{
	(void)ctx;
	free(p);
}

const struct nt_mem np_heap = {get, put, NULL};

char *np_copy(struct nt_span text)
{
	char *copy = np_get(text.len + 1);

	if(text.len > 0)
		memcpy(copy, text.p, text.len);
	copy[text.len] = '\0';
	return copy;
}

void *np_add(struct nt_vec *v)
{
	void *item = nt_vec_add(v);

	if(item == NULL)
		exit(NP_UNUSABLE);
	return item;
}
