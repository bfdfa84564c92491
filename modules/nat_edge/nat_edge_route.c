/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_route.h"

#include <time.h>

#include "core/forward.h"
#include "core/parser/parse_rr.h"
#include "nat_edge/nat_edge_dialog.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_plain.h"
#include "nat_edge/nat_edge_record_route.h"
#include "nat_edge/nat_edge_stats.h"
#include "nat_edge/nat_edge_undo.h"
#include "nt/nt_uri.h"

/* What a request's route comes to */
enum outcome
{
	WAY_PLAIN = 0, /* no token: whoever wrote it */
	WAY_OURS,	   /* sealed by us, and no flow to be followed */
	WAY_FLOW,	   /* by this flow */
	WAY_REFUSED
};

/* The last answer; a second call must not take a second Route */
static struct
{
	msg_ctx_id_t id;
	const char *buf;
	int rc;
} last;

static void read_params(struct ne_way *way, struct nt_span params)
{
	struct nt_span whole, name, value;

	while(nt_uri_param_next(&params, &whole, &name, &value)) {
		if(name.len != sizeof(NE_PARAM_CALLER) - 1)
			continue;
		if(nt_uri_name_is(name, NT_SPAN(NE_PARAM_CALLER)))
			way->caller = value;
		else if(nt_uri_name_is(name, NT_SPAN(NE_PARAM_CALLEE)))
			way->callee = value;
		else if(nt_uri_name_is(name, NT_SPAN(NE_PARAM_PATH)))
			way->path = value;
		else if(nt_uri_name_is(name, NT_SPAN(NE_PARAM_DIALOG)))
			way->dialog = value;
	}
}

/* Are host and port of a URI ours? */
static bool is_ours(struct nt_span hostport)
{
	struct nt_span host = hostport;
	unsigned long port = SIP_PORT;
	const char *colon;
	str name;

	/* an IPv6 address has colons of its own */
	colon = memchr(host.p, ']', host.len);
	colon = colon != NULL
					? memchr(colon, ':', (size_t)(host.p + host.len - colon))
					: memchr(host.p, ':', host.len);
	if(colon != NULL) {
		host.len = (size_t)(colon - host.p);
		if(nt_span_number(&port,
				   nt_span_of(colon + 1, hostport.len - host.len - 1),
				   UINT16_MAX)
				!= 0)
			return false;
	}
	name = (str){(char *)host.p, (int)host.len};
	return check_self(&name, port != 0 ? (unsigned short)port : SIP_PORT, 0)
		   == 1;
}

bool ne_way_of(struct ne_way *way, sip_msg_t *msg)
{
	struct nt_uri uri;

	memset(way, 0, sizeof(*way));
	if(parse_headers(msg, HDR_ROUTE_F, 0) < 0
			|| msg->route == NULL
			/* the routes of most dialogs hold none */
			|| !ne_may_have_param(ne_span(&msg->route->body), NT_SPAN("nat-"))
			|| parse_rr(msg->route) < 0
			|| nt_uri_read(&uri,
					   ne_span(&((rr_t *)msg->route->parsed)->nameaddr.uri))
					   != 0
			|| !is_ours(uri.hostport))
		return false;
	read_params(way, uri.params);
	return true;
}

static enum outcome refuse(enum nt_purpose purpose, enum nt_token_fault fault)
{
	ne_stat_token(fault);
	LM_DBG("a token of purpose %s is refused: %s\n", nt_purpose_name(purpose),
			nt_token_fault_name(fault));
	return WAY_REFUSED;
}

/* Which party a request of a dialog comes from, by the tag of who began it */
enum sender
{
	SENDER_CALLER,
	SENDER_CALLEE
};

static enum nt_token_fault open_leg(struct nt_flow *flow, enum sender *sender,
		struct nt_span sealed, enum nt_purpose purpose,
		const struct ne_dialog *d)
{
	char text[NT_TOKEN_TEXT_MAX];
	struct nt_token token;
	enum nt_token_fault fault =
			nt_token_open(&token, text, ne_keys(), sealed, purpose);

	if(fault != NT_TOKEN_OK)
		return fault;
	*flow = token.flow;
	*sender = SENDER_CALLER;
	if(token.binding == nt_binding(d->call_id, d->from_tag))
		return NT_TOKEN_OK;
	*sender = SENDER_CALLEE;
	return token.binding == nt_binding(d->call_id, d->to_tag) ? NT_TOKEN_OK
															  : NT_TOKEN_ALIEN;
}

/* The leg of the other party is followed, if it has one; that of the sender
 * says no more than that the dialog is ours */
static enum outcome read_legs(
		struct nt_flow *flow, const struct ne_way *way, sip_msg_t *msg)
{
	enum nt_token_fault fault = NT_TOKEN_ALIEN;
	enum nt_purpose purpose = NT_PURPOSE_CALLEE;
	enum sender sender;
	struct ne_dialog d;

	if(!ne_dialog_of(&d, msg))
		return refuse(purpose, fault);
	if(way->callee.len > 0) {
		fault = open_leg(flow, &sender, way->callee, purpose, &d);
		if(fault != NT_TOKEN_OK)
			return refuse(purpose, fault);
		if(sender == SENDER_CALLER)
			return WAY_FLOW;
		if(way->caller.len == 0)
			return WAY_OURS;
	}
	purpose = NT_PURPOSE_CALLER;
	fault = open_leg(flow, &sender, way->caller, purpose, &d);
	if(fault != NT_TOKEN_OK)
		return refuse(purpose, fault);
	return sender == SENDER_CALLEE ? WAY_FLOW : WAY_OURS;
}

static enum outcome read_dialog(const struct ne_way *way, sip_msg_t *msg)
{
	enum nt_token_fault fault = NT_TOKEN_ALIEN;
	struct nt_flow flow;
	enum sender sender;
	struct ne_dialog d;

	if(ne_dialog_of(&d, msg))
		fault = open_leg(&flow, &sender, way->dialog, NT_PURPOSE_DIALOG, &d);
	return fault == NT_TOKEN_OK ? WAY_OURS : refuse(NT_PURPOSE_DIALOG, fault);
}

/* N050: from the client itself it is on its way out */
static enum outcome read_path(
		struct nt_flow *flow, const struct ne_way *way, sip_msg_t *msg)
{
	struct nt_token token;
	struct nt_flow source;
	enum nt_token_fault fault =
			nt_token_open(&token, NULL, ne_keys(), way->path, NT_PURPOSE_PATH);

	if(fault == NT_TOKEN_OK && (uint32_t)time(NULL) > token.binding)
		fault = NT_TOKEN_EXPIRED;
	if(fault != NT_TOKEN_OK)
		return refuse(NT_PURPOSE_PATH, fault);
	*flow = token.flow;
	return ne_flow_of(&source, msg) && ne_flow_eq(&source, flow) ? WAY_OURS
																 : WAY_FLOW;
}

static enum outcome find_flow(
		struct nt_flow *flow, const struct ne_way *way, sip_msg_t *msg)
{
	if(way->path.len > 0)
		return read_path(flow, way, msg);
	if(way->caller.len > 0 || way->callee.len > 0)
		return read_legs(flow, way, msg);
	return way->dialog.len > 0 ? read_dialog(way, msg) : WAY_PLAIN;
}

static bool is_of(const struct nt_token *token, const struct ne_dialog *d)
{
	return token->binding == nt_binding(d->call_id, d->from_tag)
		   || token->binding == nt_binding(d->call_id, d->to_tag);
}

struct nt_span ne_route_label(char *text, sip_msg_t *msg)
{
	struct nt_token token;
	struct ne_dialog d;
	struct ne_way way;
	bool caller;

	if(!ne_way_of(&way, msg) || !ne_dialog_of(&d, msg))
		return NT_SPAN("");
	caller = way.caller.len > 0;
	if(nt_token_open(&token, text, ne_keys(), caller ? way.caller : way.dialog,
			   caller ? NT_PURPOSE_CALLER : NT_PURPOSE_DIALOG)
					!= NT_TOKEN_OK
			|| !is_of(&token, &d))
		return NT_SPAN("");
	return token.text;
}

const char *ne_route_legs(sip_msg_t *msg)
{
	static const char *const names[2][2] = {
			{"none", "callee"}, {"caller", "both"}};
	struct ne_way way;

	if(!ne_way_of(&way, msg))
		return names[0][0];
	return names[way.caller.len > 0][way.callee.len > 0];
}

static int follow(sip_msg_t *msg, const struct nt_flow *flow)
{
	switch(ne_flow_follow(msg, flow)) {
		case NE_FLOW_OK:
			ne_stat_add(NE_STAT_ROUTES_FOLLOWED, 1);
			return NE_ROUTE_OURS;
		case NE_FLOW_GONE:
			ne_stat_add(NE_STAT_FLOWS_GONE, 1);
			return NE_ROUTE_GONE;
		case NE_FLOW_REFUSED:
			break;
	}
	ne_stat_add(NE_STAT_ROUTES_REFUSED, 1);
	return NE_ROUTE_REFUSED;
}

static int undo(sip_msg_t *msg)
{
	switch(ne_undo_ruri(msg)) {
		case NE_UNDO_NONE:
			return NE_RC_FALSE;
		case NE_UNDO_DONE:
			return NE_ROUTE_OURS;
		case NE_UNDO_GONE:
			ne_stat_add(NE_STAT_FLOWS_GONE, 1);
			return NE_ROUTE_GONE;
		case NE_UNDO_REFUSED:
			break;
	}
	ne_stat_add(NE_STAT_ROUTES_REFUSED, 1);
	return NE_ROUTE_REFUSED;
}

/* Nothing of the message changes before all tokens are seen to be good */
static int route(sip_msg_t *msg)
{
	struct nt_flow flow;
	struct ne_way way;
	enum outcome outcome = WAY_PLAIN;
	int rr, undone;

	if(ne_way_of(&way, msg))
		outcome = find_flow(&flow, &way, msg);
	if(outcome == WAY_REFUSED) {
		ne_stat_add(NE_STAT_ROUTES_REFUSED, 1);
		return NE_ROUTE_REFUSED;
	}
	undone = undo(msg);
	if(undone < NE_RC_FALSE && outcome != WAY_FLOW)
		return undone;
	rr = ne_loose_route(msg);
	if(outcome == WAY_FLOW)
		return follow(msg, &flow);
	if(undone == NE_ROUTE_OURS || (rr > 0 && outcome == WAY_OURS))
		return NE_ROUTE_OURS;
	return rr > 0 ? NE_RC_TRUE : NE_RC_FALSE;
}

static bool is_known(const sip_msg_t *msg)
{
	return last.buf == msg->buf && msg_ctx_id_match(msg, &last.id) == 1;
}

static void know(sip_msg_t *msg, int rc)
{
	last.rc = rc;
	msg_ctx_id_set(msg, &last.id);
	last.buf = msg->buf;
}

void ne_route_loose(sip_msg_t *msg)
{
	struct nt_flow flow;
	struct ne_way way;

	if(is_known(msg) || !ne_way_of(&way, msg))
		return;
	switch(find_flow(&flow, &way, msg)) {
		case WAY_FLOW:
			know(msg, follow(msg, &flow));
			break;
		case WAY_OURS:
			know(msg, NE_ROUTE_OURS);
			break;
		case WAY_REFUSED:
			ne_stat_add(NE_STAT_ROUTES_REFUSED, 1);
			know(msg, NE_ROUTE_REFUSED);
			break;
		case WAY_PLAIN:
			know(msg, NE_RC_TRUE);
			break;
	}
}

int ki_nat_route(sip_msg_t *msg)
{
	int rc;

	if(msg->first_line.type != SIP_REQUEST)
		return NE_RC_FALSE;
	if(!ne_has_rr()) {
		LM_ERR("nat_route(): module %s is not loaded; the request's Route is "
			   "not followed\n",
				"rr");
		return NE_RC_FALSE;
	}
	if(is_known(msg))
		return last.rc;
	/* for the callback of the loose_route() in it */
	know(msg, NE_RC_FALSE);
	rc = route(msg);
	know(msg, rc);
	return rc;
}
