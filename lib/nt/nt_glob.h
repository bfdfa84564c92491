/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Patterns as in file names: "*" is any text, "?" any byte; ASCII letters
 * compare without case. No other byte is special. */
#ifndef NT_GLOB_H
#define NT_GLOB_H

#include "nt/nt_span.h"

/** A pattern longer than this matches nothing, a text is cut to NT_GLOB_TEXT:
 * so the time is bounded whatever either holds */
#define NT_GLOB_PATTERN 128
#define NT_GLOB_TEXT 256

bool nt_glob_match(struct nt_span pattern, struct nt_span text);

/** How many bytes of a pattern stand for themselves */
size_t nt_glob_literals(struct nt_span pattern);

#endif /* NT_GLOB_H */
