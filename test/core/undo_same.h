/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Contacts that were repaired come back as they were: undo(repair(x)) is x,
 * byte by byte. */
#ifndef UNDO_SAME_H
#define UNDO_SAME_H

#include "core/core_env.h"
#include "nt/nt_span.h"

/** Compare a message as it came with how it leaves, @p out. For each Contact
 * that is another one now, a request to it (of the same dialog, to its owner)
 * must get an R-URI that is what its owner wrote; those of a REGISTER must also
 * be shown so in the 200.
 * @return how many there were, or -1 and what is wrong in @p why */
int undo_same(char *why, size_t size, const char *in, size_t in_len,
		struct nt_span out, const struct core_path *path);

#endif /* UNDO_SAME_H */
