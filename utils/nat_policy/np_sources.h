/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The networks that rules ask for as sources, of up to two policies: equal ones
 * have one number, however they are written and whichever file they are from.
 */
#ifndef NP_SOURCES_H
#define NP_SOURCES_H

#include "nt/nt_policy.h"

struct np_sources; /* opaque */

/** @param policies the second may be NULL */
struct np_sources *np_sources_new(const struct nt_policy *const policies[2]);
void np_sources_free(struct np_sources *s);

/** The number of the sources of a rule; 0: any. @p side: 0 or 1 */
uint32_t np_sources_of(const struct np_sources *s, int side,
		const struct nt_policy *policy, const struct nt_policy_rule *rule);

/** Is there an address that both hold? Of numbers; any holds all. */
bool np_sources_meet(const struct np_sources *s, uint32_t a, uint32_t b);

/** The first networks that @p a has and @p b has not; "nothing" if there is
 * none. Of numbers above 0. To be freed. */
char *np_sources_only(const struct np_sources *s, uint32_t a, uint32_t b);

#endif /* NP_SOURCES_H */
