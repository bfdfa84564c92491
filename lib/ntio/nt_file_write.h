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

#include "nt/nt_draft.h"

/** The next piece of the text, valid until the next call.
 * @return false: that was all */
typedef bool nt_file_piece_fn(void *ctx, struct nt_span *piece);

/** @return 0; EINVAL (one fault was told, and the file is as it was; only if
 * its folder could not be synced it may be the new one) */
int nt_file_replace(const char *path, nt_file_piece_fn *piece, void *piece_ctx,
		nt_fault_fn *fault, void *fault_ctx);

#endif /* NT_FILE_WRITE_H */
