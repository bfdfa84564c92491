/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_cuts.h"

#include <errno.h>

int nt_cuts_add(struct nt_cuts *cuts, struct nt_span piece)
{
	if(cuts->count == NT_CUTS_MAX)
		return ENOSPC;
	cuts->piece[cuts->count++] = piece;
	return 0;
}

size_t nt_cuts_before(const struct nt_cuts *cuts, const char *at)
{
	size_t n = 0;

	for(size_t i = 0; i < cuts->count && cuts->piece[i].p < at; i++) {
		size_t far = (size_t)(at - cuts->piece[i].p);

		n += far < cuts->piece[i].len ? far : cuts->piece[i].len;
	}
	return n;
}

size_t nt_cuts_copy(
		char *buf, size_t size, struct nt_span text, const struct nt_cuts *cuts)
{
	const char *from = text.p, *end = text.p + text.len;
	size_t len = 0;

	if(text.len - nt_cuts_before(cuts, end) > size)
		return 0;
	for(size_t i = 0; i <= cuts->count; i++) {
		const char *to = i < cuts->count ? cuts->piece[i].p : end;

		memcpy(buf + len, from, (size_t)(to - from));
		len += (size_t)(to - from);
		if(i < cuts->count)
			from = to + cuts->piece[i].len;
	}
	return len;
}
