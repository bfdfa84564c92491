/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Files of the server's own, written so that at any time there is either the
 * whole old one or the whole new one, also after the power failed.
 *
 * The text comes in pieces and goes into a file of another name in the same
 * folder (mode 0600); when all of it is on the disk that file gets the name. A
 * symbolic link of that name is replaced, not followed. Faults have no line and
 * the element "file".
 */
#ifndef NT_FILE_WRITE_H
#define NT_FILE_WRITE_H

#include <sys/types.h>

#include "nt/nt_draft.h"

/** The next piece of the text, valid until the next call.
 * @return false: that was all */
typedef bool nt_file_piece_fn(void *ctx, struct nt_span *piece);

enum nt_file_write
{
	NT_FILE_CREATE = 1, /**< there must be nothing yet */
	NT_FILE_REPLACE = 2 /**< what is there goes */
};

/** Whose it becomes */
struct nt_file_owner
{
	uid_t uid;
	gid_t gid;
};
#define NT_FILE_AS_IT_COMES ((struct nt_file_owner){(uid_t)-1, (gid_t)-1})

/** @return 0; EEXIST (to create: somebody else just did; nothing was told);
 * EINVAL (one fault was told, and the file is as it was; only if its folder
 * could not be synced it may be the new one) */
int nt_file_write(const char *path, enum nt_file_write how,
		struct nt_file_owner owner, nt_file_piece_fn *piece, void *piece_ctx,
		nt_fault_fn *fault, void *fault_ctx);

/** Bytes from the system's generator. @return 0 or an errno */
int nt_file_random(void *to, size_t size);

#endif /* NT_FILE_WRITE_H */
