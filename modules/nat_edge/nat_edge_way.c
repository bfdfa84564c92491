/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_way.h"

#include <time.h>

#include "core/forward.h"
#include "core/parser/parse_rr.h"
#include "nat_edge/nat_edge_dialog.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_key.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_plain.h"
#include "nat_edge/nat_edge_record_route.h"
#include "nat_edge/nat_edge_stats.h"
#include "nt/nt_uri.h"

/* Which party a request of a dialog comes from, by the tag of who began it */
enum sender
{
	SENDER_CALLER,
	SENDER_CALLEE
};

/* What the last message of this process came to: several functions ask */
static struct
{
	struct ne_key key;
	struct ne_course course;
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
		else if(nt_uri_name_is(name, NT_SPAN(NE_PARAM_LEGS)))
			way->legs = value;
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

bool ne_way_is_of_dialog(const struct ne_way *way)
{
	return way->legs.len > 0 || way->caller.len > 0 || way->callee.len > 0
		   || way->dialog.len > 0;
}

static void refuse(
		struct ne_course *c, enum nt_purpose purpose, enum nt_token_fault fault)
{
	ne_stat_token(fault);
	LM_DBG("a token of purpose %s is refused: %s\n", nt_purpose_name(purpose),
			nt_token_fault_name(fault));
	c->outcome = NE_COURSE_REFUSED;
}

/* Of legs and proofs: they are bound to who began the dialog */
static enum nt_token_fault open_bound(struct nt_token *token,
		enum sender *sender, struct nt_span sealed, enum nt_purpose purpose,
		const struct ne_dialog *d)
{
	char text[NT_TOKEN_TEXT_MAX];
	enum nt_token_fault fault =
			nt_token_open(token, text, ne_keys(), sealed, purpose);

	if(fault != NT_TOKEN_OK)
		return fault;
	token->text = NT_SPAN("");
	*sender = SENDER_CALLER;
	if(token->binding == nt_binding(d->call_id, d->from_tag))
		return NT_TOKEN_OK;
	*sender = SENDER_CALLEE;
	return token->binding == nt_binding(d->call_id, d->to_tag) ? NT_TOKEN_OK
															   : NT_TOKEN_ALIEN;
}

static enum nt_token_fault open_leg(struct nt_flow *flow, enum sender *sender,
		struct nt_span sealed, enum nt_purpose purpose,
		const struct ne_dialog *d)
{
	struct nt_token token;
	enum nt_token_fault fault = open_bound(&token, sender, sealed, purpose, d);

	if(fault == NT_TOKEN_OK)
		*flow = token.flow;
	return fault;
}

/* Only on streams a client has a leg without a NAT */
static bool is_leg_nated(const struct nt_flow *own, const sip_msg_t *msg)
{
	return msg->rcv.proto == PROTO_UDP || !own->spare;
}

/* The sender's own leg need not have been opened for anything else */
static bool is_nated(const struct ne_way *way, enum sender sender,
		const struct ne_dialog *d, const sip_msg_t *msg)
{
	bool caller = sender == SENDER_CALLER;
	struct nt_span leg = caller ? way->caller : way->callee;
	struct nt_flow flow;

	if(leg.len == 0 || msg->rcv.proto == PROTO_UDP)
		return leg.len > 0;
	return open_leg(&flow, &sender, leg,
				   caller ? NT_PURPOSE_CALLER : NT_PURPOSE_CALLEE, d)
				   == NT_TOKEN_OK
		   && is_leg_nated(&flow, msg);
}

static void found(struct ne_course *c, bool flow)
{
	c->outcome = flow ? NE_COURSE_FLOW : NE_COURSE_OURS;
	c->dialog = true;
}

/* The leg of the other party is followed, if it has one; that of the sender
 * says no more than that the dialog is ours */
static void read_legs(struct ne_course *c, enum sender *sender,
		const struct ne_way *way, const struct ne_dialog *d)
{
	enum nt_token_fault fault;
	enum nt_purpose purpose = NT_PURPOSE_CALLEE;

	if(way->callee.len > 0) {
		fault = open_leg(&c->flow, sender, way->callee, purpose, d);
		if(fault != NT_TOKEN_OK) {
			refuse(c, purpose, fault);
			return;
		}
		if(*sender == SENDER_CALLER || way->caller.len == 0) {
			found(c, *sender == SENDER_CALLER);
			return;
		}
	}
	purpose = NT_PURPOSE_CALLER;
	fault = open_leg(&c->flow, sender, way->caller, purpose, d);
	if(fault != NT_TOKEN_OK)
		refuse(c, purpose, fault);
	else
		found(c, *sender == SENDER_CALLEE);
}

/* Both of them in one token */
static void read_pair(struct ne_course *c, const struct ne_way *way,
		const struct ne_dialog *d, const sip_msg_t *msg)
{
	enum sender sender = SENDER_CALLER;
	struct nt_token token;
	enum nt_token_fault fault =
			open_bound(&token, &sender, way->legs, NT_PURPOSE_LEGS, d);
	bool caller = sender == SENDER_CALLER;

	if(fault != NT_TOKEN_OK) {
		refuse(c, NT_PURPOSE_LEGS, fault);
		return;
	}
	c->flow = caller ? token.other : token.flow;
	c->sender_nat = is_leg_nated(caller ? &token.flow : &token.other, msg);
	found(c, true);
}

static void read_proof(struct ne_course *c, enum sender *sender,
		const struct ne_way *way, const struct ne_dialog *d)
{
	enum nt_token_fault fault =
			open_leg(&c->flow, sender, way->dialog, NT_PURPOSE_DIALOG, d);

	if(fault != NT_TOKEN_OK)
		refuse(c, NT_PURPOSE_DIALOG, fault);
	else
		found(c, false);
}

/* N050: from the client itself it is on its way out */
static void read_path(
		struct ne_course *c, const struct ne_way *way, const sip_msg_t *msg)
{
	struct nt_token token;
	struct nt_flow source;
	enum nt_token_fault fault =
			nt_token_open(&token, NULL, ne_keys(), way->path, NT_PURPOSE_PATH);

	if(fault == NT_TOKEN_OK && (uint32_t)time(NULL) > token.binding)
		fault = NT_TOKEN_EXPIRED;
	if(fault != NT_TOKEN_OK) {
		refuse(c, NT_PURPOSE_PATH, fault);
		return;
	}
	c->flow = token.flow;
	c->outcome = ne_flow_of(&source, msg) && ne_flow_eq(&source, &c->flow)
						 ? NE_COURSE_OURS
						 : NE_COURSE_FLOW;
}

static void read_dialog(struct ne_course *c, const struct ne_way *way,
		const struct ne_dialog *d, const sip_msg_t *msg)
{
	enum sender sender = SENDER_CALLER;

	if(way->legs.len > 0) {
		read_pair(c, way, d, msg);
		return;
	}
	if(way->caller.len > 0 || way->callee.len > 0)
		read_legs(c, &sender, way, d);
	else
		read_proof(c, &sender, way, d);
	if(c->dialog)
		c->sender_nat = is_nated(way, sender, d, msg);
}

static void find(struct ne_course *c, sip_msg_t *msg)
{
	struct ne_dialog d;
	struct ne_way way;

	c->outcome = NE_COURSE_PLAIN;
	c->dialog = c->sender_nat = false;
	if(!ne_way_of(&way, msg))
		return;
	if(way.path.len > 0)
		read_path(c, &way, msg);
	else if(!ne_way_is_of_dialog(&way))
		return;
	else if(!ne_dialog_of(&d, msg) || d.from_tag.len == 0
			|| d.to_tag.len == 0) /* a leg is no way to begin a dialog */
		refuse(c, NT_PURPOSE_DIALOG, NT_TOKEN_ALIEN);
	else
		read_dialog(c, &way, &d, msg);
}

const struct ne_course *ne_course_of(sip_msg_t *msg)
{
	if(!ne_key_is(&last.key, msg)) {
		find(&last.course, msg);
		ne_key_set(&last.key, msg);
	}
	return &last.course;
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

	if(!ne_way_of(&way, msg) || !ne_dialog_of(&d, msg) || d.to_tag.len == 0)
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
	if(way.legs.len > 0)
		return names[1][1];
	return names[way.caller.len > 0][way.callee.len > 0];
}
