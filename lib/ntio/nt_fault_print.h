/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A fault of a policy file as one line for the operator:
 *
 *   FILE:LINE: ELEMENT: ATTRIBUTE: 'VALUE' is not allowed: ALLOWED
 *
 * Parts that a fault does not have are left out. All of it may come from a
 * hostile file: control bytes and bytes beyond ASCII are printed as "?", so it
 * stays one line; names and values that are too long end in "...". What would
 * be right is never cut in a buffer of NT_FAULT_TEXT bytes, nor anywhere
 * without "..." at the end.
 */
#ifndef NT_FAULT_PRINT_H
#define NT_FAULT_PRINT_H

#include "nt/nt_draft.h"

#define NT_FAULT_TEXT 2048

/** @param file name to be shown; NULL or "" for none
 * @return the length; the text always ends with NUL when @p size > 0 */
size_t nt_fault_print(
		char *buf, size_t size, const char *file, const struct nt_fault *fault);

#endif /* NT_FAULT_PRINT_H */
