/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Files that the server obeys: read whole, and only if nobody else can have
 * written them, nor read them where that matters.
 *
 * A file must be regular, not reached through a symbolic link as the last part
 * of its path, and owned by root or by the effective user. It must not be
 * empty, and not change while it is read. A FIFO or a device cannot make the
 * reader wait. Faults have no line and the element "file".
 */
#ifndef NT_FILE_H
#define NT_FILE_H

#include "nt/nt_draft.h"

struct nt_file_rules
{
	size_t max;			  /**< bytes */
	const char *max_text; /**< "1 to N bytes" */
	/** false: not writable by others, and by its group only if that is root's
	 * or the effective group. true: no rights of group and others at all, and
	 * no copy is left in memory. */
	bool secret;
};

/** @return 0 and @p bytes, owned by the caller, given back by nt_file_drop();
 * EINVAL (one fault was told); ENOMEM */
int nt_file_read(struct nt_span *bytes, const char *path,
		const struct nt_file_rules *rules, nt_fault_fn *fault, void *ctx);

/** Also wipes it */
void nt_file_drop(struct nt_span bytes);

/** Tell a fault: @p what was done, or looked at. @return EINVAL */
int nt_file_refuse(nt_fault_fn *fault, void *ctx, const char *what,
		const char *value, const char *allowed);
int nt_file_refuse_errno(nt_fault_fn *fault, void *ctx, const char *what,
		int err, const char *allowed);

#endif /* NT_FILE_H */
