/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of the table of bindings: records, their places, and the rings that
 * they stand in. For nt_bindings*.c only. */
#ifndef NT_BINDINGS_PARTS_H
#define NT_BINDINGS_PARTS_H

#include "nt/nt_bindings.h"

/* Both neighbours in a ring; alone it is its own neighbour */
struct nt_ring
{
	struct nt_ring *next, *prev;
};

/* Where records come from, to count them. Own: freed with its last record. */
struct nt_bindings_source
{
	struct nt_addr addr;
	uint32_t count, bucket;
	struct nt_ring kin; /* head; the newest record comes first */
	struct nt_bindings_source *next;
};

struct nt_bindings_record
{
	struct nt_bound bound; /* its spans point to the text behind this */
	struct nt_ring age;	   /* of all: the newest comes first */
	struct nt_ring kin;	   /* of one source */
	struct nt_bindings_source *source; /* ref: counted there */
	struct nt_bindings_record *next;   /* in its bucket */
	uint32_t bucket, place;
	size_t size; /* bytes of this block */
	char text[];
};

struct nt_bindings
{
	struct nt_mem mem;
	struct nt_bindings_conf conf;
	uint32_t count, places; /* places: one more than conf.max */
	size_t bytes;
	struct nt_ring age; /* head */
	uint32_t bucket_mask;
	struct nt_bindings_record **bucket; /* own, as all that follows */
	struct nt_bindings_source **source; /* as many buckets */
	struct nt_bindings_record **place;	/* NULL: free */
	uint32_t *free_place;				/* a stack: places - count of them */
};

/* A record of @p b in all rings, as the newest. @return NULL: no memory, or no
 * place; nothing has changed */
struct nt_bindings_record *nt_bindings_add(
		struct nt_bindings *t, const struct nt_binding *b, uint32_t bucket);
void nt_bindings_remove(struct nt_bindings *t, struct nt_bindings_record *r);

/* It is the newest now */
void nt_bindings_touch(struct nt_bindings *t, struct nt_bindings_record *r);

/* NULL when there is none */
struct nt_bindings_record *nt_bindings_oldest(const struct nt_bindings *t);
struct nt_bindings_record *nt_bindings_oldest_of(
		const struct nt_bindings_source *source);

#endif /* NT_BINDINGS_PARTS_H */
