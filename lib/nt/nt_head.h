/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Header fields of a message that is only text: one that was sent, or is about
 * to be. And changes of such a text.
 *
 * Pure; no allocation.
 */
#ifndef NT_HEAD_H
#define NT_HEAD_H

#include "nt/nt_span.h"

struct nt_head
{
	struct nt_span whole; /**< with its line ends */
	struct nt_span name;  /**< as it is written, compact or not */
	struct nt_span body;  /**< without blanks around it; folds are in it */
};

/** Leave the first line of a message behind.
 * @return the header fields and what follows; empty if there is no line */
struct nt_span nt_head_begin(struct nt_span message);

/** Take the next header field. Lines without a colon are left out.
 * @return false at the empty line before the body, or at the end */
bool nt_head_next(struct nt_span *rest, struct nt_head *field);

/** Is it this field, by its name or its compact form (which may be empty)? */
bool nt_head_is(
		const struct nt_head *field, struct nt_span name, struct nt_span brief);

/** A change of a text: @p cut bytes give way to @p put */
struct nt_edit
{
	const char *at;
	size_t cut;
	char put[32]; /**< NUL-terminated */
};

/** Write the text with the changes, which are sorted for that. They lie within
 * the text and do not overlap.
 * @return the length, or 0: @p size is too small, or they do overlap */
size_t nt_edits_apply(char *buf, size_t size, struct nt_span text,
		struct nt_edit *edits, size_t count);

/** How much longer the text becomes, at most */
size_t nt_edits_growth(const struct nt_edit *edits, size_t count);

#endif /* NT_HEAD_H */
