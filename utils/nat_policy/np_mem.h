/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Memory of a program that has nothing better to do without it than to end. */
#ifndef NP_MEM_H
#define NP_MEM_H

#include "nt/nt_mem.h"
#include "nt/nt_span.h"

/** Vectors over this never lack memory */
extern const struct nt_mem np_heap;

/** @return memory, to be freed with free(); ends the program without */
void *np_get(size_t size);

/** A copy that ends with NUL, to be freed */
char *np_copy(struct nt_span text);

/** One more item */
void *np_add(struct nt_vec *v);

#endif /* NP_MEM_H */
