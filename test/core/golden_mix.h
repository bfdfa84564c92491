/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What may leave when memory ran out half-way: of each repair either all or
 * nothing. */
#ifndef GOLDEN_MIX_H
#define GOLDEN_MIX_H

#include "nt/nt_span.h"

/** Is @p got the message as @p plain without us, or as @p full with all
 * repairs, or with some of these and not others? Lines are whole ones of either
 * text, and a header field that only @p full has may be missing; of a Contact
 * each element may be of either, and of its parameters each may be cut or not.
 */
bool golden_is_mix(
		struct nt_span got, struct nt_span plain, struct nt_span full);

#endif /* GOLDEN_MIX_H */
