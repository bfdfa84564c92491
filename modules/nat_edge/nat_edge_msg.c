/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_msg.h"

#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_contact.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_record.h"
#include "nat_edge/nat_edge_stats.h"
#include "nat_edge/nat_edge_tm.h"

/* Which message it is. By its text as well: tm gives its copy of a request an
 * id that may be another message's. */
struct key
{
	msg_ctx_id_t id;
	const char *buf;
};

/* The message in hand; each process has its own */
static struct
{
	struct key key;
	bool judged;	 /* view is of message id */
	uint64_t number; /* of its record in the history */
	struct ne_view view;
} hand;

/* The last request that nat_manage() saw; a $nat() in an event route between
 * that and its transaction must not make us forget it */
static struct key managed;

static const enum ne_stat stat_of[NT_CLASS_COUNT] = {
		[NT_CLASS_DIRECT] = NE_STAT_DIRECT,
		[NT_CLASS_LAN] = NE_STAT_LAN,
		[NT_CLASS_NAT] = NE_STAT_NAT,
		[NT_CLASS_FLOW] = NE_STAT_FLOW,
		[NT_CLASS_PROXIED] = NE_STAT_PROXIED,
		[NT_CLASS_ALG] = NE_STAT_ALG,
};

void ne_view_forget(void)
{
	memset(&hand, 0, sizeof(hand));
}

static void key_set(struct key *key, const sip_msg_t *msg)
{
	msg_ctx_id_set(msg, &key->id);
	key->buf = msg->buf;
}

static bool key_is(const struct key *key, const sip_msg_t *msg)
{
	return key->buf == msg->buf && msg_ctx_id_match(msg, &key->id) == 1;
}

static bool in_hand(const sip_msg_t *msg)
{
	return hand.judged && key_is(&hand.key, msg);
}

bool ne_is_managed(const sip_msg_t *msg)
{
	return key_is(&managed, msg);
}

static bool is_request(const sip_msg_t *msg)
{
	return msg->first_line.type == SIP_REQUEST;
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
	hand.view.source = e.ev.source;
	hand.view.transport = e.ev.transport;
	hand.view.verdict = nt_detect(&e.ev, ne_conf.nets, ne_conf.strictness);
	ne_stat_add(stat_of[hand.view.verdict.class], 1);
	hand.number = ne_record_keep(msg, &hand.view);
	key_set(&hand.key, msg);
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
	return nt_class_is_nat(view->verdict.class) ? NE_RC_TRUE : NE_RC_FALSE;
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
			   "sdp-private sdp-addr alg-callid alg-mixed alg-sdp alg-length; "
			   "nothing was tested\n",
				STR_FMT(signs), NT_SPAN_FMT(bad));
		return NE_RC_ERROR;
	}
	if((view = ne_view_of(msg)) == NULL)
		return NE_RC_ERROR;
	return view->verdict.signs & wanted ? NE_RC_TRUE : NE_RC_FALSE;
}

int ki_nat_force_rport(sip_msg_t *msg)
{
	if(!is_request(msg))
		return NE_RC_FALSE;
	if(ne_rport_force(msg) == 1) {
		ne_stat_add(NE_STAT_RPORT_FORCED, 1);
		if(in_hand(msg))
			note(NE_DONE_RPORT);
	}
	return NE_RC_TRUE;
}

static int rewrite(sip_msg_t *msg)
{
	int count;

	/* the Contacts of a redirection are not its sender's */
	if(!is_request(msg) && msg->REPLY_STATUS >= 300)
		return NE_RC_TRUE;
	if((count = ne_contacts_rewrite(msg)) < 0) {
		ne_stat_add(NE_STAT_REPAIRS_FAILED, 1);
		return NE_RC_ERROR;
	}
	ne_stat_add(NE_STAT_CONTACTS_REWRITTEN, count);
	if(count > 0 && in_hand(msg))
		note(NE_DONE_REWRITTEN);
	return NE_RC_TRUE;
}

static int set_received(sip_msg_t *msg)
{
	int count;

	if(!is_request(msg) || msg->REQ_METHOD != METHOD_REGISTER)
		return NE_RC_FALSE;
	if(!ne_conf.received_set) {
		LM_ERR("nat_fix_contact(\"received\"): the registrar cannot be told, "
			   "because modparam received_avp is '%s'; use an AVP such as "
			   "$avp(RECEIVED), the same for registrar; the REGISTER goes on "
			   "as it came\n",
				ne_params.received_avp);
		return NE_RC_ERROR;
	}
	ne_stat_add(NE_STAT_RECEIVED_DROPPED, ne_received_drop(msg));
	if((count = ne_received_set(msg)) < 0) {
		ne_stat_add(NE_STAT_REPAIRS_FAILED, 1);
		return NE_RC_ERROR;
	}
	ne_stat_add(NE_STAT_RECEIVED_SET, count);
	if(count > 0 && in_hand(msg))
		note(NE_DONE_RECEIVED);
	return NE_RC_TRUE;
}

static int fix_contact(sip_msg_t *msg, enum ne_contact_mode mode)
{
	switch(mode) {
		case NE_CONTACT_KEEP:
			return NE_RC_TRUE;
		case NE_CONTACT_REWRITE:
			return rewrite(msg);
		case NE_CONTACT_RECEIVED:
			return set_received(msg);
	}
	return NE_RC_ERROR;
}

static enum ne_contact_mode policy_mode(sip_msg_t *msg)
{
	if(is_request(msg) && msg->REQ_METHOD == METHOD_REGISTER)
		return ne_conf.contact_register;
	if(!ne_is_target(msg))
		return NE_CONTACT_KEEP;
	return is_request(msg) ? ne_conf.contact_requests : ne_conf.contact_replies;
}

int ki_nat_fix_contact(sip_msg_t *msg)
{
	const struct ne_view *view = ne_view_of(msg);

	if(view == NULL)
		return NE_RC_ERROR;
	if(!nt_class_is_nat(view->verdict.class))
		return NE_RC_TRUE;
	return fix_contact(msg, policy_mode(msg));
}

int ki_nat_fix_contact_mode(sip_msg_t *msg, str *mode)
{
	enum ne_contact_mode m;

	if(ne_contact_mode_parse(&m, ne_span(mode)) != 0) {
		LM_ERR("nat_fix_contact(\"%.*s\"): no mode has this name; use keep, "
			   "rewrite or received; the Contact was left as it is\n",
				STR_FMT(mode));
		return NE_RC_ERROR;
	}
	return fix_contact(msg, m);
}

int ki_nat_manage(sip_msg_t *msg)
{
	const struct ne_view *view;
	bool nat;

	/* whatever else goes wrong: a client does not say where it is received */
	if(is_request(msg) && msg->REQ_METHOD == METHOD_REGISTER)
		ne_stat_add(NE_STAT_RECEIVED_DROPPED, ne_received_drop(msg));
	if((view = ne_view_of(msg)) == NULL)
		return NE_RC_ERROR;
	key_set(&managed, msg);
	nat = nt_class_is_nat(view->verdict.class);
	if(is_request(msg)) {
		if(ne_conf.rport == NE_RPORT_ALWAYS
				|| (nat && ne_conf.rport == NE_RPORT_NAT))
			ki_nat_force_rport(msg);
	}
	return nat ? fix_contact(msg, policy_mode(msg)) : NE_RC_TRUE;
}
