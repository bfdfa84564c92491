/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A policy file's bytes, of a file that can be trusted: whoever may write it
 * decides who is let through unrepaired.
 *
 * It must be a regular file, not reached through a symbolic link as the last
 * part of its path, owned by root or by the effective user, and written by
 * nobody else: not writable by others, and writable by its group only if that
 * is root's or the effective group. It must not be empty, and not change while
 * it is read. A FIFO or a device cannot make the reader wait.
 */
#ifndef NT_POLICY_FILE_H
#define NT_POLICY_FILE_H

#include "nt/nt_draft.h"

#define NT_POLICY_FILE_MAX ((size_t)16 << 20)

/** Read a file whole. A fault has no line and the element "file".
 * @return 0 and @p bytes, owned by the caller, given back by
 * nt_policy_file_drop(); EINVAL (one fault was reported); ENOMEM */
int nt_policy_file_read(
		struct nt_span *bytes, const char *path, nt_fault_fn *fault, void *ctx);
void nt_policy_file_drop(struct nt_span bytes);

#endif /* NT_POLICY_FILE_H */
