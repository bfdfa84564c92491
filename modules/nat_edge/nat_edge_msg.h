/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What a script calls: one message, judged once, repaired as far as asked.
 *
 * The story of a request: the first function (or $nat(...)) that a route calls
 * gathers the evidence, gets the verdict and keeps both in this process until
 * another message is judged, and holds the policy that it was judged by as
 * long; the record goes to the history. nat_manage() then repairs as the
 * sender's profile says and marks the request, so that the 1xx and 2xx of its
 * transaction are repaired when tm relays them (nat_edge_tm.c), with or without
 * an onreply_route.
 */
#ifndef NAT_EDGE_MSG_H
#define NAT_EDGE_MSG_H

#include "core/parser/msg_parser.h"
#include "nat_edge/nat_edge_judge.h"
#include "nat_edge/nat_edge_policy.h"

/** Results of script functions; never 0, which would end the route */
enum ne_rc
{
	NE_RC_TRUE = 1,
	NE_RC_FALSE = -1,
	NE_RC_ERROR = -2
};

/** What is known of the message in hand */
struct ne_view
{
	struct nt_endpoint source;
	enum nt_transport transport;
	struct ne_judgement judgement; /**< by this policy, held with the view */
	const struct ne_policy *policy;
};

/** Judge @p msg, or answer from memory if that was done.
 * @return the view, valid until another message is judged; NULL if the message
 * is too broken */
const struct ne_view *ne_view_of(sip_msg_t *msg);

/** Signs of where the message is going, which a script changes on its way:
 * target, and gateway for one ahead */
uint32_t ne_signs_ahead(sip_msg_t *msg, const struct ne_view *view);

/** Forget the message in hand (tests; a message that was changed in place) */
void ne_view_forget(void);

/** Was nat_manage() called for this request in this process? */
bool ne_is_managed(const sip_msg_t *msg);

/** Set the message flag of modparam nat_flag, if there is one: a party of this
 * request is behind a NAT */
void ne_flag_nat(sip_msg_t *msg);

/** Of what nat_manage() does to a reply the part that needs no verdict: its
 * client sees the Contacts that it registered as it knows them */
void ne_show_contacts(sip_msg_t *reply);

int ki_nat_detect(sip_msg_t *msg);
int ki_nat_detect_signs(sip_msg_t *msg, str *signs);
int ki_nat_force_rport(sip_msg_t *msg);
int ki_nat_fix_contact(sip_msg_t *msg);
int ki_nat_fix_contact_mode(sip_msg_t *msg, str *mode);
int ki_nat_manage(sip_msg_t *msg);
int ki_nat_same_site(sip_msg_t *msg, str *a, str *b);

#endif /* NAT_EDGE_MSG_H */
