/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What must be true of a policy's bytes before a parser sees them.
 *
 * The parser is somebody else's and has to read anything; here nothing is to be
 * converted or guessed. What comes through is UTF-8 without NUL, says nothing
 * else of itself, and has no tag with more than NT_POLICY_ATTRS attributes: the
 * time in which libxml2 compares the names of a tag's attributes grows with the
 * square of their number.
 *
 * Pure; no allocation.
 */
#ifndef NT_POLICY_SCAN_H
#define NT_POLICY_SCAN_H

#include "nt/nt_draft.h"

/** Of one element, xmlns included */
#define NT_POLICY_ATTRS 32

/** Look through @p bytes; a fault is reported to @p draft.
 * @return 0 and @p text, which is @p bytes without a byte order mark; or EINVAL
 */
int nt_policy_scan(
		struct nt_span *text, struct nt_draft *draft, struct nt_span bytes);

#endif /* NT_POLICY_SCAN_H */
