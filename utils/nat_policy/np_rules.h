/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Rules as they can be compared, in one policy or across two: which ask for the
 * same, however it is written, and which can fit the same message.
 */
#ifndef NP_RULES_H
#define NP_RULES_H

#include "nat_policy/np_sources.h"

struct np_rule
{
	const struct nt_policy *policy;
	const struct nt_policy_rule *rule;
	uint32_t networks; /**< the same number for the same sources; 0: any */
};

/** Rules of up to two policies, in the order of the file. The networks of their
 * sources are numbered in common. */
struct np_rules
{
	struct np_rule *of[2]; /**< own */
	size_t count[2];
	struct np_sources *sources; /**< own */
};

/** @p b may be NULL */
void np_rules_init(struct np_rules *r, const struct nt_policy *a,
		const struct nt_policy *b);
void np_rules_fini(struct np_rules *r);

/** An order in which rules that ask for the same are equal */
int np_rules_compare(const struct np_rule *a, const struct np_rule *b);

/** The same, but by the sources as they are written, not by their networks */
int np_rules_compare_said(const struct np_rule *a, const struct np_rule *b);

/** Can one message fit both? True when in doubt (patterns). */
bool np_rules_meet(const struct np_rules *r, const struct np_rule *a,
		const struct np_rule *b);

#endif /* NP_RULES_H */
