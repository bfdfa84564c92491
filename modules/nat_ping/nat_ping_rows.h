/* SPDX-License-Identifier: GPL-2.0-or-later */
/** All contacts of usrloc, one piece of its hash table at a time: a slot is
 * locked while its part is copied, and never while anything is done with it. */
#ifndef NAT_PING_ROWS_H
#define NAT_PING_ROWS_H

#include "modules/usrloc/usrloc.h"
#include "nt/nt_span.h"

/** What usrloc tells of a contact; borrowed for the call */
struct ping_row
{
	struct nt_span contact, received, path, ruid;
	const void *sock;
	unsigned int flags, aorhash;
};

/** @param piece 0 at first
 * @return the next piece, or 0: that was the last one, or there is no memory
 * (logs) */
unsigned ping_rows_each(const usrloc_api_t *ul, unsigned piece,
		void (*row)(void *ctx, const struct ping_row *row), void *ctx);

#endif /* NAT_PING_ROWS_H */
