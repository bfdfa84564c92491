/* SPDX-License-Identifier: GPL-2.0-or-later */
/** From a message to what a policy makes of it. Changes nothing, so that it can
 * be asked twice: by the policy in force and by one on trial. */
#ifndef NAT_EDGE_JUDGE_H
#define NAT_EDGE_JUDGE_H

#include "nat_edge/nat_edge_evidence.h"
#include "nt/nt_policy.h"
#include "nt/nt_repair.h"

struct ne_judgement
{
	struct nt_answer answer; /**< into the policy */
	struct nt_verdict verdict;
	uint32_t wanted; /**< of enum nt_repair: what nat_manage() would do */
};

/** Which rules may fit: where the message came from and whose it is. Takes from
 * it what @p needs (enum nt_policy_need) says, and no more. */
void ne_question_take(struct nt_question *q, sip_msg_t *msg,
		const struct nt_evidence *ev, uint32_t needs);

void ne_judge(struct ne_judgement *j, sip_msg_t *msg, struct nt_evidence *ev,
		const struct nt_question *q, const struct nt_policy *policy);

/** What its profile says of the Contact of this message, if it is NATed */
enum nt_contact_mode ne_contact_mode(
		sip_msg_t *msg, const struct nt_profile *profile);

/** Does a request go elsewhere ($du) than its R-URI says, or a reply elsewhere
 * than the sent-by of its second Via? */
bool ne_is_retargeted(sip_msg_t *msg);

/** The gateway that a request goes to ($du, else R-URI), or NULL */
const struct nt_place *ne_gateway_ahead(
		sip_msg_t *msg, const struct nt_policy *policy);

#endif /* NAT_EDGE_JUDGE_H */
