/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A policy on trial: it judges every message beside the policy in force, and
 * where it would act otherwise, that is counted and the last cases are kept.
 * Nothing it says is done.
 *
 * Shared memory of fixed size; one lock, held for one copy.
 */
#ifndef NAT_EDGE_SHADOW_H
#define NAT_EDGE_SHADOW_H

#include <time.h>

#include "nat_edge/nat_edge_history.h"
#include "nat_edge/nat_edge_msg.h"

/** Cases that are kept */
#define NE_SHADOW_CASES 100

/** What one of the two policies made of a message */
struct ne_opinion
{
	enum nt_class class;
	enum nt_rule rule;
	uint32_t wanted; /**< of enum nt_repair */
	uint32_t line;	 /**< of the policy's rule; 0: none fits */
	char profile[NT_NAME_TEXT];
};

struct ne_difference
{
	time_t at;
	struct nt_endpoint source;
	enum nt_transport transport;
	char method[NE_METHOD_TEXT];
	char aor[NE_AOR_TEXT];
	struct ne_opinion in_force, shadow;
};

struct ne_shadow_counts
{
	uint64_t judged, different;
	uint64_t class[NT_CLASS_COUNT][NT_CLASS_COUNT]; /**< [in force][shadow] */
	uint64_t wanted; /**< same class, but other repairs */
};

/** Before fork. @return 0 or -1 */
int ne_shadow_init(void);
void ne_shadow_fini(void);

/** Judge by the shadow, and compare with the view of the same message. What is
 * known of the one before is forgotten when another is on trial. */
void ne_shadow_judge(sip_msg_t *msg, struct ne_evidence *e,
		const struct nt_question *q, const struct ne_view *view,
		const struct ne_policy *shadow);

void ne_shadow_counts(
		struct ne_shadow_counts *counts, const struct ne_policy *shadow);

/** Copy the @p n-th difference, 0 the newest. @return false: no such */
bool ne_shadow_case(struct ne_difference *difference, unsigned n,
		const struct ne_policy *shadow);

#endif /* NAT_EDGE_SHADOW_H */
