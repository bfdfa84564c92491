/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_msg.h"

#include "core/flags.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_contact.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_expires.h"
#include "nat_edge/nat_edge_key.h"
#include "nat_edge/nat_edge_received.h"
#include "nat_edge/nat_edge_record.h"
#include "nat_edge/nat_edge_shadow.h"
#include "nat_edge/nat_edge_stats.h"
#include "nat_edge/nat_edge_terms.h"
#include "nat_edge/nat_edge_tm.h"
#include "nat_edge/nat_edge_way.h"
#include "nat_edge/nat_edge_undo.h"

/* The message in hand; each process has its own */
static struct
{
	struct ne_key key;
	bool judged;	 /* view is of message id */
	uint64_t number; /* of its record in the history */
	struct ne_view view;
} hand;

/* The last request that nat_manage() saw; a $nat() in an event route between
 * that and its transaction must not make us forget it */
static struct ne_key managed;

void ne_view_forget(void)
{
	hand.judged = false;
	hand.number = 0;
}

static bool in_hand(const sip_msg_t *msg)
{
	return hand.judged && ne_key_is(&hand.key, msg);
}

bool ne_is_managed(const sip_msg_t *msg)
{
	return ne_key_is(&managed, msg);
}

static bool is_request(const sip_msg_t *msg)
{
	return msg->first_line.type == SIP_REQUEST;
}

/* Counters of the policy itself: which of its lines are used */
static void count(const struct ne_view *v)
{
	const struct nt_policy *nt = v->policy->nt;
	const struct nt_answer *a = &v->judgement.answer;

	ne_stat_verdict(&v->judgement.verdict);
	ne_hit(&v->policy->profile_hits[a->profile - nt_policy_profiles(nt)]);
	if(a->rule != NULL)
		ne_hit(&v->policy->rule_hits[a->rule - nt_policy_rules(nt)]);
	if(a->place != NULL)
		ne_hit(&v->policy->place_hits[a->place - nt_policy_places(nt)]);
}

static void judge(struct ne_view *v, struct ne_evidence *e, sip_msg_t *msg)
{
	const struct ne_policy *shadow = ne_policy_hold(NE_SHADOW);
	uint32_t needs = shadow != NULL ? shadow->nt->needs : 0;
	struct nt_question q;

	v->policy = ne_policy_hold(NE_IN_FORCE);
	v->source = e->ev.source;
	v->transport = e->ev.transport;
	ne_question_take(&q, msg, &e->ev, needs | v->policy->nt->needs);
	ne_judge(&v->judgement, msg, &e->ev, &q, v->policy->nt);
	if(shadow != NULL)
		ne_shadow_judge(msg, e, &q, v, shadow);
}

const struct ne_view *ne_view_of(sip_msg_t *msg)
{
	struct ne_evidence e;
	bool proxied_reply;

	if(in_hand(msg))
		return &hand.view;
	ne_view_forget();
	proxied_reply = !is_request(msg) && ne_reply_is_proxied(msg);
	if(ne_evidence_take(&e, msg, proxied_reply) != 0) {
		ne_stat_add(NE_STAT_UNREADABLE, 1);
		return NULL;
	}
	ne_stat_add(NE_STAT_CONTACTS_UNJUDGED, (int)e.unjudged);
	ne_stat_add(NE_STAT_CONTACTS_MALFORMED, (int)e.malformed);
	judge(&hand.view, &e, msg);
	count(&hand.view);
	hand.number = ne_record_keep(msg, &e, &hand.view);
	ne_key_set(&hand.key, msg);
	hand.judged = true;
	return &hand.view;
}

static void note(uint32_t done)
{
	ne_history_note(hand.number, done);
}

int ki_nat_detect(sip_msg_t *msg)
{
	const struct ne_view *view = ne_view_of(msg);

	if(view == NULL)
		return NE_RC_ERROR;
	return nt_class_is_nat(view->judgement.verdict.class) ? NE_RC_TRUE
														  : NE_RC_FALSE;
}

uint32_t ne_signs_ahead(sip_msg_t *msg, const struct ne_view *view)
{
	uint32_t signs = 0;

	if(ne_is_retargeted(msg))
		signs |= NT_SIGN_TARGET;
	if(ne_gateway_ahead(msg, view->policy->nt) != NULL)
		signs |= NT_SIGN_GATEWAY;
	return signs;
}

int ki_nat_detect_signs(sip_msg_t *msg, str *signs)
{
	const struct ne_view *view;
	struct nt_span bad;
	uint32_t wanted;

	if(nt_signs_parse(&wanted, ne_span(signs), &bad) != 0) {
		LM_ERR("nat_detect(\"%.*s\"): no sign is named '%.*s'; use all or, "
			   "separated by commas, contact-private contact-addr "
			   "contact-port contact-invalid via-private via-addr via-port "
			   "source-private websocket received-tampered site lan proxied "
			   "sdp-private sdp-addr alg-callid alg-mixed alg-sdp alg-length "
			   "gateway target alg-from alg-ice v4v6; nothing was tested\n",
				STR_FMT(signs), NT_SPAN_FMT(bad));
		return NE_RC_ERROR;
	}
	if((view = ne_view_of(msg)) == NULL)
		return NE_RC_ERROR;
	return (view->judgement.verdict.signs | ne_signs_ahead(msg, view)) & wanted
				   ? NE_RC_TRUE
				   : NE_RC_FALSE;
}

int ki_nat_force_rport(sip_msg_t *msg)
{
	if(!is_request(msg))
		return NE_RC_FALSE;
	if(ne_rport_force(msg) == 1) {
		ne_stat_add(NE_STAT_RPORT_FORCED, 1);
		if(in_hand(msg))
			note(NT_REPAIR_RPORT);
	}
	return NE_RC_TRUE;
}

static void count_contacts(sip_msg_t *msg, const struct ne_contacts *done)
{
	uint32_t bits = (done->rewritten > 0 ? NT_REPAIR_REWRITTEN : 0)
					| (done->sealed > 0 ? NT_REPAIR_ALIAS : 0)
					| (done->fs_path > 0 ? NT_REPAIR_FS_PATH : 0);

	ne_stat_add(NE_STAT_CONTACTS_REWRITTEN, done->rewritten);
	ne_stat_add(NE_STAT_CONTACTS_SEALED, done->sealed);
	ne_stat_add(NE_STAT_CONTACTS_FS_PATH, done->fs_path);
	ne_stat_add(NE_STAT_CONTACTS_TOO_LONG, done->too_long);
	ne_stat_add(NE_STAT_CONTACTS_REPLACED, done->replaced);
	if(in_hand(msg) && bits != 0)
		note(bits);
}

static int repair(sip_msg_t *msg, enum nt_contact_mode mode)
{
	struct ne_contacts done;
	int rc;

	/* the Contacts of a redirection are not its sender's */
	if(!is_request(msg) && msg->REPLY_STATUS >= 300)
		return NE_RC_TRUE;
	rc = ne_contacts_repair(&done, msg, mode);
	count_contacts(msg, &done);
	if(rc == 0)
		return NE_RC_TRUE;
	ne_stat_add(NE_STAT_REPAIRS_FAILED, 1);
	return NE_RC_ERROR;
}

static bool is_register(const sip_msg_t *msg)
{
	return is_request(msg) && msg->REQ_METHOD == METHOD_REGISTER;
}

static int set_received(sip_msg_t *msg)
{
	int count;

	if(!is_register(msg))
		return NE_RC_FALSE;
	if(!ne_conf.received_set) {
		LM_ERR("nat_fix_contact(\"received\"): the registrar cannot be told, "
			   "because modparam received_avp is '%s'; use an AVP such as "
			   "$avp(RECEIVED), the same for registrar; the REGISTER goes on "
			   "as it came\n",
				ne_params.received_avp);
		return NE_RC_ERROR;
	}
	if((count = ne_received_set(msg)) < 0) {
		ne_stat_add(NE_STAT_REPAIRS_FAILED, 1);
		return NE_RC_ERROR;
	}
	ne_stat_add(NE_STAT_RECEIVED_SET, count);
	if(count > 0 && in_hand(msg))
		note(NT_REPAIR_RECEIVED);
	return NE_RC_TRUE;
}

static int fix_contact(sip_msg_t *msg, enum nt_contact_mode mode)
{
	switch(mode) {
		case NT_CONTACT_KEEP:
			return NE_RC_TRUE;
		case NT_CONTACT_FS_PATH:
			return is_register(msg) ? repair(msg, mode) : NE_RC_FALSE;
		case NT_CONTACT_ALIAS:
		case NT_CONTACT_REWRITE:
			return repair(msg, mode);
		case NT_CONTACT_RECEIVED:
			return set_received(msg);
	}
	return NE_RC_ERROR;
}

static bool is_nat(const struct ne_view *view)
{
	return nt_class_is_nat(view->judgement.verdict.class);
}

int ki_nat_fix_contact(sip_msg_t *msg)
{
	const struct ne_view *view = ne_view_of(msg);

	if(view == NULL)
		return NE_RC_ERROR;
	if(!is_nat(view))
		return NE_RC_TRUE;
	return fix_contact(
			msg, ne_contact_mode(msg, view->judgement.answer.profile));
}

int ki_nat_fix_contact_mode(sip_msg_t *msg, str *mode)
{
	uint32_t m;

	if(nt_setting_parse(&m, NT_SET_CONTACT_REGISTER, ne_span(mode)) != 0
			|| nt_span_trim(ne_span(mode)).len != ne_span(mode).len) {
		LM_ERR("nat_fix_contact(\"%.*s\"): no mode has this name; use keep, "
			   "received, alias, rewrite or fs-path; the Contact was left as "
			   "it is\n",
				STR_FMT(mode));
		return NE_RC_ERROR;
	}
	/* so that the policy that is held is that of this message */
	ne_view_of(msg);
	return fix_contact(msg, (enum nt_contact_mode)m);
}

void ne_show_contacts(sip_msg_t *reply)
{
	int count = ne_undo_contacts(reply);

	if(count < 0)
		ne_stat_add(NE_STAT_REPAIRS_FAILED, 1);
	else
		ne_stat_add(NE_STAT_CONTACTS_RESTORED, count);
}

void ne_flag_nat(sip_msg_t *msg)
{
	if(ne_conf.nat_flag >= 0 && is_request(msg))
		setflag(msg, (flag_t)ne_conf.nat_flag);
}

/* Would a verdict on a request of a dialog change what is done to it? */
static bool is_judged_in_dialogs(void)
{
	bool judged = !ne_policy_peek(NE_IN_FORCE)->plain_dialogs
				  || ne_policy_peek(NE_SHADOW) != NULL;

	ne_policy_peek_end();
	return judged;
}

/* A party is what it was found to be when its dialog began: the route says so,
 * sealed. @return false: of a dialog that is not, or to be judged all the same
 */
static bool manage_in_dialog(sip_msg_t *msg)
{
	const struct ne_course *course;

	if(!is_request(msg) || in_hand(msg))
		return false;
	course = ne_course_of(msg);
	if(!course->dialog || is_judged_in_dialogs())
		return false;
	ne_view_forget();
	ne_key_set(&managed, msg);
	if(course->sender_nat) {
		ne_flag_nat(msg);
		ki_nat_force_rport(msg);
	}
	return true;
}

/* Nobody answers an ACK, and its Contact is no target: whatever the verdict
 * were, nothing would come of it. A policy on trial wants to see it. */
static bool manage_ack(sip_msg_t *msg)
{
	bool on_trial;

	if(!is_request(msg) || msg->REQ_METHOD != METHOD_ACK || in_hand(msg))
		return false;
	on_trial = ne_policy_peek(NE_SHADOW) != NULL;
	ne_policy_peek_end();
	if(!on_trial) {
		ne_view_forget();
		ne_key_set(&managed, msg);
	}
	return !on_trial;
}

int ki_nat_manage(sip_msg_t *msg)
{
	const struct ne_view *view;
	struct ne_terms terms;

	if(!is_request(msg))
		ne_show_contacts(msg);
	if(manage_in_dialog(msg) || manage_ack(msg))
		return NE_RC_TRUE;
	if((view = ne_view_of(msg)) == NULL)
		return NE_RC_ERROR;
	ne_key_set(&managed, msg);
	if(view->judgement.wanted & NT_REPAIR_RPORT)
		ki_nat_force_rport(msg);
	if(!is_nat(view))
		return NE_RC_TRUE;
	ne_flag_nat(msg);
	if(is_register(msg) && ne_terms_of(&terms, msg))
		ne_stat_add(
				NE_STAT_EXPIRES_LOWERED, ne_expires_lower(msg, terms.limit));
	return fix_contact(
			msg, ne_contact_mode(msg, view->judgement.answer.profile));
}

int ki_nat_same_site(sip_msg_t *msg, str *a, str *b)
{
	const struct ne_view *view;
	struct nt_endpoint x, y;
	bool same;

	if(nt_endpoint_parse(&x, ne_span(a)) != 0
			|| nt_endpoint_parse(&y, ne_span(b)) != 0) {
		LM_ERR("nat_same_site(\"%.*s\", \"%.*s\"): one of them is no "
			   "address; use 192.0.2.1 or 192.0.2.1:5060, IPv6 with a port "
			   "in brackets; nothing was compared\n",
				STR_FMT(a), STR_FMT(b));
		return NE_RC_ERROR;
	}
	/* the policy of this message, not of the last one that was judged here */
	view = ne_view_of(msg);
	same = nt_policy_same_site(
			view != NULL ? view->policy->nt : ne_policy_peek(NE_IN_FORCE)->nt,
			&x.addr, &y.addr);
	ne_policy_peek_end();
	return same ? NE_RC_TRUE : NE_RC_FALSE;
}
