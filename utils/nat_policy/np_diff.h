/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The parts of "nat_policy diff": each finds differences in effect between two
 * policies and adds them to one list. Nobody else includes this. */
#ifndef NP_DIFF_H
#define NP_DIFF_H

#include "nat_policy/np_load.h"
#include "nat_policy/np_mem.h"

/** One difference, ready to be told; texts are own and may be "" */
struct np_difference
{
	const char *part;	/**< "network", "place", "gate", "profile", "rule",
						   "message" */
	const char *change; /**< "added", "removed", "changed" */
	char *subject;		/**< which one */
	char *aspect;		/**< of "changed": what of it */
	char *was, *is;
	uint32_t line[2]; /**< in the old and in the new file; 0: none */
};

struct np_diff
{
	struct np_options *o;			  /**< borrow */
	const struct nt_policy *nt[2];	  /**< borrow; old and new */
	struct nt_vec found;			  /**< struct np_difference */
	uint64_t networks;				  /**< ranges that differ, told or not */
	uint64_t judged, unjudged, other; /**< messages */
};

/** Add a difference; texts are copied, NULL is "" */
struct np_difference *np_differ(struct np_diff *d, const char *part,
		const char *change, const char *subject, uint32_t old_line,
		uint32_t new_line);
void np_differ_from_to(struct np_difference *f, const char *aspect,
		const char *was, const char *is);

/** So many ranges are told */
#define NP_NETWORKS_TOLD 20

void np_diff_networks(struct np_diff *d);
void np_diff_places(struct np_diff *d);
void np_diff_gate(struct np_diff *d);
void np_diff_profiles(struct np_diff *d);
void np_diff_rules(struct np_diff *d);

/** @return NP_FINE, or NP_UNUSABLE: that was said */
int np_diff_messages(struct np_diff *d);

#endif /* NP_DIFF_H */
