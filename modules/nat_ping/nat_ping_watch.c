/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_watch.h"

#include "core/mem/shm_mem.h"
#include "core/parser/parse_from.h"
#include "core/parser/parse_to.h"
#include "modules/tm/tm_load.h"
#include "nat_ping/nat_ping_addr.h"
#include "nat_ping/nat_ping_conf.h"
#include "nat_ping/nat_ping_edge.h"
#include "nat_ping/nat_ping_message.h"
#include "nt/nt_reply.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"

/* A call that rings; a subscription of which nobody said how long it lasts */
#define EARLY_S 180
#define SUBSCRIPTION_S 3600
#define SUBSCRIPTION_MAX_S 86400

static struct tm_binds tmb; /* RO: bound before fork */

/* Who sent a request, until it is answered; in shared memory, with its
 * transaction */
struct sender
{
	bool wanted;
	bool begins; /* not within a dialog */
	struct nt_flow_at at;
	struct nt_terms terms;
	uint32_t expires;
	char name[NT_FLOWS_NAME + 1];
	/* of a call that was answered */
	struct answered
	{
		bool ready; /* ATOMIC: what follows was written */
		bool acked; /* ATOMIC */
		uint64_t caller;
		bool has_callee;
		struct nt_hold callee; /* its name: callee_name */
		char callee_name[NT_FLOWS_NAME + 1];
	} answered;
};

static uint64_t holder_of(
		enum nt_reason reason, const struct nt_reply *s, struct nt_span tag)
{
	return ping_holder(reason, s->call_id, tag, 0);
}

static void keep(struct nt_hold *hold, uint32_t seconds)
{
	hold->until_ms = ping_now_ms() + (uint64_t)seconds * 1000;
	hold->fresh = true;
	if(ping_hold(hold) >= NT_HOLD_FULL)
		ping_stat(PING_STAT_REFUSED_FULL);
}

static void keep_sender(const struct sender *sender, enum nt_reason reason,
		uint64_t holder, uint32_t seconds)
{
	struct nt_hold hold = {.holder = holder,
			.reason = reason,
			.at = sender->at,
			.terms = sender->terms,
			.name = nt_span_cstr(sender->name)};

	if(sender->wanted)
		keep(&hold, seconds);
}

/* --- subscriptions -------------------------------------------------------- */

static void on_subscribe(const struct nt_reply *s, const struct sender *sender)
{
	uint64_t holder = holder_of(NT_REASON_SUBSCRIPTION, s, s->from_tag);
	uint32_t seconds = s->expires;

	if(s->status < 200 || s->status == 401 || s->status == 407)
		return;
	if(seconds == UINT32_MAX)
		seconds = sender->expires;
	if(seconds > SUBSCRIPTION_MAX_S)
		seconds = SUBSCRIPTION_MAX_S;
	if(s->status >= 300 || seconds == 0)
		ping_release(holder);
	else
		keep_sender(sender, NT_REASON_SUBSCRIPTION, holder, seconds);
}

/* --- dialogs -------------------------------------------------------------- */

/* Does the branch that was answered go elsewhere than its URI says? */
static bool is_called_elsewhere(const struct ua_client *uac)
{
	struct nt_endpoint said;
	enum nt_transport transport;
	struct ip_addr ip;
	struct nt_addr to;

	if(!ping_place_of_uri(&said, &transport, ping_span(&uac->uri)))
		return true;
	su2ip_addr(&ip, (union sockaddr_union *)&uac->request.dst.to);
	to = nt_core_addr(&ip);
	return !nt_addr_eq(&to, &said.addr)
		   || su_getport(&uac->request.dst.to) != said.port;
}

/* Of a reply it is User-Agent or Server; as far as it was parsed */
static struct nt_span agent_of(const sip_msg_t *rpl)
{
	if(rpl->user_agent != NULL)
		return ping_span(&rpl->user_agent->body);
	return rpl->server != NULL ? ping_span(&rpl->server->body) : NT_SPAN("");
}

static void set_owner(struct nt_question *q, struct nt_span aor)
{
	const char *at = nt_span_find(aor, '@');

	q->user = nt_span_of(aor.p, at != NULL ? (size_t)(at - aor.p) : 0);
	q->domain =
			at != NULL ? nt_span_of(at + 1, aor.len - q->user.len - 1) : aor;
}

/* The branch went to a contact of ours, not through another proxy: then who
 * answered is the client, and its flow the one the answer came by */
static bool read_callee(
		struct nt_hold *hold, struct cell *t, const sip_msg_t *rpl)
{
	struct nat_edge_stranger stranger = {.nat = false};
	const struct ua_client *uac;
	int branch = t->relayed_reply_branch;

	if(rpl == NULL || rpl == FAKED_REPLY || branch < 0
			|| branch >= t->nr_of_outgoings)
		return false;
	uac = &t->uac[branch];
	if(uac->ruid.len <= 0 || uac->path.len > 0
			|| !ping_flow_at(&hold->at, &rpl->rcv))
		return false;
	stranger.nat =
			ping_is_stream(hold->at.transport) || is_called_elsewhere(uac);
	stranger.question.source = hold->at.remote;
	stranger.question.transport = hold->at.transport;
	stranger.question.local.addr = nt_core_addr(&rpl->rcv.dst_ip);
	stranger.question.local.port = rpl->rcv.dst_port;
	stranger.question.method = nt_method_bit(NT_SPAN("INVITE"));
	stranger.question.socket = ping_span(&rpl->rcv.bind_address->sockname);
	stranger.question.agent = agent_of(rpl);
	/* by which URI it was looked up; To is whatever its caller writes */
	set_owner(&stranger.question,
			nt_aor_of(ping_span(&t->uas.request->first_line.u.request.uri)));
	return api.terms(&hold->terms, &stranger);
}

/* Who called somebody that answers by itself has shown nothing yet: not that it
 * is where it says (T07). Its ACK, with the tag of the answer, shows that. */
static void confirm(const struct sender *sender)
{
	const struct answered *a = &sender->answered;
	struct nt_hold callee = a->callee;

	keep_sender(sender, NT_REASON_DIALOG, a->caller,
			(uint32_t)ping_params.dialog_max);
	callee.name = nt_span_cstr(a->callee_name);
	if(a->has_callee)
		keep(&callee, (uint32_t)ping_params.dialog_max);
}

/* The ACK may be here before what sent the answer has told of it */
static void on_ack(struct sender *sender)
{
	__atomic_store_n(&sender->answered.acked, true, __ATOMIC_SEQ_CST);
	if(__atomic_load_n(&sender->answered.ready, __ATOMIC_SEQ_CST))
		confirm(sender);
}

static void on_answered(
		struct sender *sender, uint64_t caller, const struct nt_hold *callee)
{
	struct answered *a = &sender->answered;
	size_t len = callee != NULL ? callee->name.len : 0;

	a->caller = caller;
	a->has_callee = callee != NULL;
	if(len > NT_FLOWS_NAME)
		len = NT_FLOWS_NAME;
	if(callee != NULL) {
		a->callee = *callee;
		memcpy(a->callee_name, callee->name.p, len);
	}
	a->callee_name[len] = '\0';
	__atomic_store_n(&a->ready, true, __ATOMIC_SEQ_CST);
	if(__atomic_load_n(&a->acked, __ATOMIC_SEQ_CST))
		confirm(sender);
}

/* A dialog begins, or may: for some minutes, until it is confirmed */
static void on_begin(const struct nt_reply *s, struct sender *sender,
		struct cell *t, const sip_msg_t *rpl)
{
	uint64_t caller = holder_of(NT_REASON_DIALOG, s, s->from_tag);
	struct nt_hold callee = {.reason = NT_REASON_DIALOG,
			.holder = holder_of(NT_REASON_DIALOG, s, s->to_tag),
			.name = s->to};
	bool has_callee;

	if(s->status >= 300) {
		ping_release(caller);
		ping_release(callee.holder);
		return;
	}
	keep_sender(sender, NT_REASON_DIALOG, caller, EARLY_S);
	has_callee = read_callee(&callee, t, rpl);
	if(has_callee)
		keep(&callee, EARLY_S);
	if(s->status >= 200)
		on_answered(sender, caller, has_callee ? &callee : NULL);
}

/* One that is refused ends no dialog, and one that rings makes it no early one
 */
static void on_invite(const struct nt_reply *s, struct sender *sender,
		struct cell *t, const sip_msg_t *rpl)
{
	if(s->status <= 100 || s->to_tag.len == 0)
		return;
	if(sender->begins)
		on_begin(s, sender, t, rpl);
	else if(s->status >= 200 && s->status < 300)
		keep_sender(sender, NT_REASON_DIALOG,
				holder_of(NT_REASON_DIALOG, s, s->from_tag),
				(uint32_t)ping_params.dialog_max);
}

/* Whatever a BYE is answered, but for a challenge, it was the last of it */
static void on_bye(const struct nt_reply *s)
{
	if(s->status < 200 || s->status == 401 || s->status == 407)
		return;
	ping_release(holder_of(NT_REASON_DIALOG, s, s->from_tag));
	ping_release(holder_of(NT_REASON_DIALOG, s, s->to_tag));
}

/* --- transactions --------------------------------------------------------- */

static void on_event(struct cell *t, int type, struct tmcb_params *params)
{
	struct sender *sender = *params->param;
	struct nt_reply said;

	if(params->req == NULL)
		return;
	if(type & TMCB_E2EACK_IN) {
		if(sender != NULL)
			on_ack(sender);
		return;
	}
	nt_reply_read(&said, ping_span(&params->send_buf));
	if(said.status == 0)
		return;
	switch(params->req->REQ_METHOD) {
		case METHOD_SUBSCRIBE:
			if(sender != NULL)
				on_subscribe(&said, sender);
			break;
		case METHOD_INVITE:
			if(sender != NULL)
				on_invite(&said, sender, t, params->rpl);
			break;
		case METHOD_BYE:
			on_bye(&said);
			break;
		default:
			break;
	}
}

static void put(void *sender)
{
	shm_free(sender);
}

static uint32_t expires_of(sip_msg_t *req)
{
	struct hdr_field *h = req->expires;
	struct nt_span text = h != NULL ? ping_span(&h->body) : NT_SPAN("");
	unsigned long seconds;

	if(nt_span_number(&seconds, nt_span_trim(text), UINT32_MAX - 1) != 0)
		return SUBSCRIPTION_S;
	return (uint32_t)seconds;
}

/* @return NULL: nothing is to be kept for it, or there is no memory */
static struct sender *sender_of(sip_msg_t *req)
{
	struct nat_edge_sender judged;
	struct sender *sender;
	struct to_body *to = get_to(req);
	bool wished = ping_message_is_wished(req);

	if(!wished && !api.is_managed(req))
		return NULL;
	if(!api.sender(req, &judged))
		return NULL;
	sender = shm_malloc(sizeof(*sender));
	if(sender == NULL) {
		SHM_MEM_ERROR_FMT(
				"for the sender of a request, %zu bytes\n", sizeof(*sender));
		return NULL;
	}
	memset(sender, 0, sizeof(*sender));
	sender->wanted = (judged.wanted || wished) && judged.terms.interval_ms > 0
					 && ping_flow_at(&sender->at, &req->rcv);
	sender->begins = to == NULL || to->tag_value.len <= 0;
	sender->terms = judged.terms;
	sender->expires = expires_of(req);
	if(judged.aor.len > NT_FLOWS_NAME)
		judged.aor.len = NT_FLOWS_NAME;
	if(judged.aor.len > 0)
		memcpy(sender->name, judged.aor.p, judged.aor.len);
	return sender;
}

/* The subscription is over, as its notifier says */
static void on_notify(sip_msg_t *req)
{
	static const str name = str_init("Subscription-State");
	struct hdr_field *h = req->headers;
	struct to_body *to;

	while(h != NULL
			&& (h->name.len != name.len
					|| strncasecmp(h->name.s, name.s, (size_t)name.len) != 0))
		h = h->next;
	if(h == NULL || h->body.len < 10
			|| strncasecmp(h->body.s, "terminated", 10) != 0)
		return;
	to = get_to(req);
	if(to != NULL && req->callid != NULL)
		ping_release(ping_holder(NT_REASON_SUBSCRIPTION,
				ping_span(&req->callid->body), ping_span(&to->tag_value), 0));
}

static void on_transaction(struct cell *t, int type, struct tmcb_params *params)
{
	sip_msg_t *req = params->req;
	struct sender *sender = NULL;
	int types = TMCB_RESPONSE_OUT;

	(void)type;
	if(req == NULL || parse_headers(req, HDR_EOH_F, 0) < 0)
		return;
	switch(req->REQ_METHOD) {
		case METHOD_SUBSCRIBE:
		case METHOD_INVITE:
			sender = sender_of(req);
			if(sender == NULL)
				return;
			break;
		case METHOD_BYE:
			if(ping_table_is_empty())
				return;
			break;
		case METHOD_NOTIFY:
			if(!ping_table_is_empty())
				on_notify(req);
			return;
		default:
			return;
	}
	if(sender != NULL && sender->begins && req->REQ_METHOD == METHOD_INVITE)
		types |= TMCB_E2EACK_IN;
	if(tmb.register_tmcb(req, t, types, on_event, sender, sender ? put : NULL)
			< 0) {
		LM_ERR("no callback from tm for a request '%.*s'; its flow is not kept "
			   "open\n",
				STR_FMT(&req->first_line.u.request.method));
		if(sender != NULL)
			put(sender);
	}
}

int ping_watch_init(void)
{
	if(ping_params.dialog_max == 0)
		return 0;
	if(find_export("load_tm", NO_SCRIPT, 0) == NULL) {
		LM_INFO("tm is not loaded: dialogs and subscriptions (dialog_max %d) "
				"keep nothing open\n",
				ping_params.dialog_max);
		return 0;
	}
	if(load_tm_api(&tmb) == 0
			&& tmb.register_tmcb(0, 0, TMCB_REQUEST_IN, on_transaction, 0, 0)
					   >= 0)
		return 0;
	LM_ERR("cannot hook into tm, though it is loaded (dialog_max %d); Kamailio "
		   "does not start\n",
			ping_params.dialog_max);
	return -1;
}
