/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_tm.h"

#include "core/cfg/cfg.h"
#include "core/cfg_core.h"
#include "core/forward.h"
#include "core/parser/parse_rr.h"
#include "core/parser/parse_uri.h"
#include "modules/tm/tm_load.h"
#include "nat_edge/nat_edge_answer.h"
#include "nat_edge/nat_edge_keep.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_policy.h"
#include "nat_edge/nat_edge_record_route.h"
#include "nat_edge/nat_edge_stats.h"

/* What a datagram may have where nobody knows the path (RFC 3261 §18.1.1) */
#define NE_DATAGRAM_SAFE 1300

static struct tm_binds tmb; /* RO: bound before fork */
static bool bound;

static bool is_ours(const str *uri)
{
	struct sip_uri u;

	if(parse_uri(uri->s, uri->len, &u) < 0)
		return false;
	return check_self(&u.host, u.port_no, u.proto) == 1;
}

static struct hdr_field *find_header(struct hdr_field *h, hdr_types_t type)
{
	while(h != NULL && h->type != type)
		h = h->next;
	return h;
}

/* Does a request visit a hop that is not us? Parses copies: its headers may be
 * those of a transaction, in shared memory. */
bool ne_visits_another(struct hdr_field *headers)
{
	struct hdr_field *h = headers;
	bool other = false;

	for(; !other && (h = find_header(h, HDR_ROUTE_T)) != NULL; h = h->next) {
		rr_t *list = NULL;

		if(parse_rr_body(h->body.s, h->body.len, &list) < 0)
			return true; /* unreadable: do not claim to know the next hop */
		for(rr_t *r = list; !other && r != NULL; r = r->next)
			other = !is_ours(&r->nameaddr.uri);
		free_rr(&list);
	}
	return other;
}

bool ne_reply_is_proxied(sip_msg_t *reply)
{
	struct hdr_field *top;
	name_addr_t nearest;
	struct cell *t;

	/* who cannot be seen is not known to be our neighbour */
	if(parse_headers(reply, HDR_EOH_F, 0) < 0)
		return true;
	top = find_header(reply->headers, HDR_RECORDROUTE_T);
	if(top != NULL)
		return parse_nameaddr(&top->body, &nearest) < 0
			   || !is_ours(&nearest.uri);
	t = bound ? tmb.t_gett() : NULL;
	if(t == NULL || t == T_UNDEFINED || t->uas.request == NULL)
		return false;
	return ne_visits_another(t->uas.request->headers);
}

/* Where no profile changes a reply there is nothing to judge it for: what the
 * callee is was said by its registration, or by its own requests. A policy on
 * trial sees all. */
static bool are_replies_judged(void)
{
	/* that of now, and what is held for the message in hand stays held */
	bool judged = ne_policy_peek(NE_IN_FORCE)->changes_replies
				  || ne_policy_peek(NE_SHADOW) != NULL;

	ne_policy_peek_end();
	return judged;
}

static bool is_registering(const sip_msg_t *req)
{
	return req->REQ_METHOD == METHOD_REGISTER;
}

/* The request as it went upstream in the branch of the reply in hand */
static struct nt_span sent_in(const struct cell *t)
{
	int branch = tmb.t_gett_branch();
	const struct retr_buf *sent;

	if(branch < 0 || branch >= t->nr_of_outgoings)
		return NT_SPAN("");
	sent = &t->uac[branch].request;
	if(sent->buffer == NULL || sent->buffer_len <= 0)
		return NT_SPAN("");
	return nt_span_of(sent->buffer, (size_t)sent->buffer_len);
}

/* tm holds its reply lock here: no I/O, bounded work */
static void on_reply_relayed(
		struct cell *t, struct tmcb_params *params, const void *packed)
{
	sip_msg_t *reply = params->rpl;
	struct ne_terms terms;

	if(are_replies_judged())
		ki_nat_manage(reply);
	else
		ne_show_contacts(reply);
	if(params->req == NULL)
		return;
	ne_terms_unpack(&terms, packed);
	if(is_registering(params->req) && reply->REPLY_STATUS >= 200)
		ne_answer_relayed(reply, params->req, sent_in(t), &terms);
	ne_keep_relayed(reply, params->req, &terms);
}

/* tm tells of those that will be relayed only up to 299 */
static void on_reply(struct tmcb_params *params, const void *packed)
{
	struct ne_terms terms;

	if(params->req == NULL || params->rpl->REPLY_STATUS < 300)
		return;
	ne_terms_unpack(&terms, packed);
	ne_keep_relayed(params->rpl, params->req, &terms);
}

/* N025: its flow takes it as it is; fragments may be lost on the way */
static void on_request_sent(const struct tmcb_params *params)
{
	if(params->flags != TMCB_NONE_F || params->dst == NULL
			|| params->dst->proto != PROTO_UDP
			|| params->send_buf.len <= NE_DATAGRAM_SAFE)
		return;
	ne_stat_add(NE_STAT_REQUESTS_LARGE, 1);
	LM_DBG("a request of %d bytes went out by UDP; it came with %u\n",
			params->send_buf.len, params->req != NULL ? params->req->len : 0);
}

/* One callback for all, since each one takes memory of the transaction. A
 * branch may be built in whatever process and route. */
static void on_event(struct cell *t, int type, struct tmcb_params *params)
{
	bool replied = params->rpl != NULL && params->rpl != FAKED_REPLY;

	if(type & TMCB_REQUEST_SENT) {
		on_request_sent(params);
	} else if(type & TMCB_REQUEST_FWDED) {
		/* what is parsed of the transaction's own copy would be left there
		 * for other processes: with reparse_on_dns_failover off */
		if(params->req != NULL && params->req != t->uas.request)
			ne_branch_out(params->req, !ne_is_managed(params->req));
	} else if(replied && (type & TMCB_RESPONSE_FWDED)) {
		on_reply_relayed(t, params, *params->param);
	} else if(replied) {
		on_reply(params, *params->param);
	}
}

/* What its sender gets, for replies that come later and elsewhere */
static void *terms_of(sip_msg_t *req, bool keep)
{
	struct ne_terms terms;

	if((!keep && !is_registering(req)) || !ne_terms_of(&terms, req))
		return NULL;
	return ne_terms_pack(&terms);
}

static void on_transaction(struct cell *t, int type, struct tmcb_params *params)
{
	sip_msg_t *req = params->req;
	int types = 0;
	bool keep;

	(void)type;
	if(req == NULL || !ne_is_managed(req))
		return;
	/* what a registrar answers shows its client's Contacts */
	if(is_registering(req) || are_replies_judged())
		types |= TMCB_RESPONSE_FWDED;
	if(ne_is_branch_wanted(req))
		types |= TMCB_REQUEST_FWDED | TMCB_REQUEST_SENT;
	keep = ne_keep_stands_in(req);
	if(keep)
		types |= TMCB_RESPONSE_FWDED | TMCB_RESPONSE_IN;
	if(types != 0
			&& tmb.register_tmcb(
					   req, t, types, on_event, terms_of(req, keep), 0)
					   < 0)
		LM_ERR("no callback from tm for request '%.*s'; it and its replies "
			   "are relayed without a way back, unless a script calls "
			   "nat_record_route(), and nat_manage() in an onreply_route\n",
				STR_FMT(&req->first_line.u.request.method));
}

/* By the core's parameters for all requests: for those on a flow as well, where
 * nobody listens on TCP (N025) */
static void warn_of_other_transport(void)
{
	int mtu = cfg_get(core, core_cfg, udp_mtu);
	int other = cfg_get(core, core_cfg, udp_mtu_try_proto);

	if(mtu > 0 && other > PROTO_UDP)
		LM_WARN("udp_mtu_try_proto is %s with udp_mtu %d; allowed is none: "
				"larger requests to clients behind NATs on UDP will be lost. "
				"Call udp_mtu_try_proto() in the script for other requests\n",
				get_proto_name((unsigned)other), mtu);
}

int ne_tm_init(void)
{
	warn_of_other_transport();
	if(find_export("load_tm", NO_SCRIPT, 0) == NULL) {
		LM_INFO("tm is not loaded: replies are repaired only where an "
				"onreply_route calls nat_manage()\n");
		return 0;
	}
	if(load_tm_api(&tmb) < 0
			|| tmb.register_tmcb(0, 0, TMCB_REQUEST_IN, on_transaction, 0, 0)
					   < 0) {
		LM_ERR("cannot hook into tm, though it is loaded\n");
		return -1;
	}
	bound = true;
	return 0;
}
