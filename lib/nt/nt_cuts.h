/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Pieces that are to go out of a text: noted in order, then left out of a copy.
 *
 * Pure; bounded; the text is never written to.
 */
#ifndef NT_CUTS_H
#define NT_CUTS_H

#include "nt/nt_span.h"

/** So many pieces of one text */
#define NT_CUTS_MAX 64

/** Begin with count 0. Pieces of one text, ascending, none within another. */
struct nt_cuts
{
	size_t count;
	struct nt_span piece[NT_CUTS_MAX];
};

/** Note a piece that stands behind all the others.
 * @return 0, or ENOSPC */
int nt_cuts_add(struct nt_cuts *cuts, struct nt_span piece);

/** How many bytes go out before @p at, which points into the text or to its end
 */
size_t nt_cuts_before(const struct nt_cuts *cuts, const char *at);

/** Copy @p text without the pieces; all of them are parts of it.
 * @return the length, or 0 if @p size is too small */
size_t nt_cuts_copy(char *buf, size_t size, struct nt_span text,
		const struct nt_cuts *cuts);

#endif /* NT_CUTS_H */
