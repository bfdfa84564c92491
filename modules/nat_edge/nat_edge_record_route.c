/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_record_route.h"

#include "core/data_lump.h"
#include "core/mem/mem.h"
#include "modules/rr/api.h"
#include "nat_edge/nat_edge_dialog.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_path.h"
#include "nat_edge/nat_edge_route.h"
#include "nat_edge/nat_edge_stats.h"
#include "nat_edge/nat_edge_way.h"

#define PARAM_TEXT (sizeof(";" NE_PARAM_CALLER "=") + NT_TOKEN_SIZE)
#define PARAMS_MAX 4

static struct rr_binds rrb; /* RO: bound before fork */
static bool bound;

/* loose_route() of a script, or our own */
static void on_loose_route(sip_msg_t *msg, str *params, void *nothing)
{
	(void)params;
	(void)nothing;
	ne_route_loose(msg);
}

int ne_record_route_init(void)
{
	if(find_export("load_rr", 0, 0) == NULL)
		return 0;
	if(load_rr_api(&rrb) < 0) {
		LM_ERR("cannot bind to rr, though it is loaded: %s\n", "load_rr");
		return -1;
	}
	if(rrb.register_rrcb(on_loose_route, NULL) < 0) {
		LM_ERR("cannot hook into rr, though it is loaded: %s\n", "rrcb");
		return -1;
	}
	bound = true;
	return 0;
}

bool ne_has_rr(void)
{
	return bound;
}

int ne_loose_route(sip_msg_t *msg)
{
	return rrb.loose_route(msg);
}

/* rr begins each value with an anchor of this type */
static bool is_recorded(const sip_msg_t *msg)
{
	for(const struct lump *l = msg->add_rm; l != NULL; l = l->next) {
		if(l->type == HDR_RECORDROUTE_T)
			return true;
	}
	return false;
}

static bool holds(struct nt_span text, struct nt_span param)
{
	const char *p = text.p, *end = text.p + text.len;

	for(; p < end && (p = memchr(p, ';', (size_t)(end - p))) != NULL; p++) {
		if(nt_span_begins(nt_span_of(p, (size_t)(end - p)), param))
			return true;
	}
	return false;
}

/* Does the value carry a leg already? Parameters are lumps of their own. */
static bool has_leg(const sip_msg_t *msg, struct nt_span param)
{
	for(const struct lump *l = msg->add_rm; l != NULL; l = l->next) {
		for(const struct lump *p = l->before; p != NULL; p = p->before) {
			if(p->op == LUMP_ADD && p->type == HDR_RECORDROUTE_T
					&& holds(nt_span_of(p->u.value, (size_t)p->len), param))
				return true;
		}
	}
	return false;
}

static const struct nt_span names[NT_PURPOSE_COUNT] = {
		[NT_PURPOSE_CALLER] = NT_SPAN_INIT(";" NE_PARAM_CALLER "="),
		[NT_PURPOSE_CALLEE] = NT_SPAN_INIT(";" NE_PARAM_CALLEE "="),
		[NT_PURPOSE_LEGS] = NT_SPAN_INIT(";" NE_PARAM_LEGS "="),
		[NT_PURPOSE_DIALOG] = NT_SPAN_INIT(";" NE_PARAM_DIALOG "=")};

/* Parameters for the Record-Route: handed to rr together, because each call
 * takes memory for lumps of its own */
struct params
{
	char text[PARAMS_MAX * PARAM_TEXT];
	size_t len;
	int count;
	uint32_t binding; /* of tokens, once bound */
	bool bound;
};

static void params_begin(struct params *p)
{
	p->len = 0;
	p->count = 0;
	p->bound = false;
}

static void add_params(sip_msg_t *msg, struct params *p)
{
	str all = {p->text, (int)p->len};

	if(p->count == 0)
		return;
	if(rrb.add_rr_param(msg, &all) < 0)
		ne_stat_add(NE_STAT_REPAIRS_FAILED, p->count);
	else
		ne_stat_add(NE_STAT_LEGS_SEALED, p->count);
}

/* Room for the value of one more, with its name written. @return NULL: it is
 * there already */
static char *begin_param(
		struct params *p, const sip_msg_t *msg, enum nt_purpose purpose)
{
	struct nt_span name = names[purpose];
	char *to = p->text + p->len;

	if(p->count == PARAMS_MAX || has_leg(msg, name))
		return NULL;
	memcpy(to, name.p, name.len);
	return to + name.len;
}

static void end_param(struct params *p, const char *end)
{
	p->len = (size_t)(end - p->text);
	p->count++;
}

/* Both legs are bound to the same party of the same dialog */
static bool bind_leg(struct params *p, sip_msg_t *msg)
{
	struct ne_dialog d;

	if(p->bound)
		return true;
	if(!ne_dialog_of(&d, msg))
		return false;
	p->binding = nt_binding(d.call_id, d.from_tag);
	p->bound = true;
	return true;
}

static void seal_token(struct params *p, sip_msg_t *msg, struct nt_token *token)
{
	char *to = begin_param(p, msg, token->purpose);
	size_t n;

	if(to == NULL || !bind_leg(p, msg))
		return;
	token->binding = p->binding;
	n = nt_token_seal(to, NT_TOKEN_SIZE, ne_keys(), token);
	if(n == 0)
		ne_stat_add(NE_STAT_REPAIRS_FAILED, 1);
	else
		end_param(p, to + n);
}

static void seal_leg(struct params *p, sip_msg_t *msg, enum nt_purpose purpose,
		const struct nt_flow *flow, struct nt_span label)
{
	struct nt_token token = {.purpose = purpose, .flow = *flow, .text = label};

	seal_token(p, msg, &token);
}

static void seal_both(struct params *p, sip_msg_t *msg,
		const struct nt_flow *caller, const struct nt_flow *callee)
{
	struct nt_token token = {
			.purpose = NT_PURPOSE_LEGS, .flow = *caller, .other = *callee};

	/* nat_record_route() was faster, which may have had a label */
	if(has_leg(msg, names[NT_PURPOSE_CALLER]))
		seal_leg(p, msg, NT_PURPOSE_CALLEE, callee, NT_SPAN(""));
	else
		seal_token(p, msg, &token);
}

/* A token that the request came with, for who sees its dialog begin (RFC 6665
 * §4.1.2.4: a NOTIFY may be earlier than the 2xx) */
static void carry(struct params *p, const sip_msg_t *msg,
		enum nt_purpose purpose, struct nt_span sealed)
{
	char *to;

	if(sealed.len == 0 || sealed.len > NT_TOKEN_SIZE
			|| (to = begin_param(p, msg, purpose)) == NULL)
		return;
	memcpy(to, sealed.p, sealed.len);
	end_param(p, to + sealed.len);
}

static bool record(sip_msg_t *msg)
{
	if(is_recorded(msg))
		return true;
	if(rrb.record_route(msg, NULL) == 0)
		return true;
	ne_stat_add(NE_STAT_REPAIRS_FAILED, 1);
	return false;
}

/* N052: a client that asked for it, or one that cannot be reached otherwise, is
 * to be found by its flow alone. One that came by a connection may be found by
 * that, or at its Contact. */
static bool leg_of(struct nt_flow *flow, sip_msg_t *msg)
{
	const struct ne_view *view = ne_view_of(msg);
	enum nt_class class;

	if(view == NULL || !ne_flow_of(flow, msg))
		return false;
	class = view->judgement.verdict.class;
	if(nt_class_is_nat(class))
		return true;
	if(class == NT_CLASS_PROXIED)
		return false;
	if(ne_contact_has_ob(msg))
		return true;
	flow->spare = true;
	return flow->transport != NT_TRANSPORT_UDP;
}

static bool is_notify(sip_msg_t *msg)
{
	return msg->first_line.type == SIP_REQUEST
		   && msg->REQ_METHOD == METHOD_NOTIFY;
}

static bool carry_on(sip_msg_t *msg)
{
	struct ne_way way;
	struct params p;

	if(!ne_way_of(&way, msg) || !ne_way_is_of_dialog(&way))
		return false;
	if(record(msg)) {
		params_begin(&p);
		carry(&p, msg, NT_PURPOSE_CALLER, way.caller);
		carry(&p, msg, NT_PURPOSE_CALLEE, way.callee);
		carry(&p, msg, NT_PURPOSE_LEGS, way.legs);
		carry(&p, msg, NT_PURPOSE_DIALOG, way.dialog);
		add_params(msg, &p);
	}
	return true;
}

bool ne_is_branch_wanted(sip_msg_t *msg)
{
	return msg->REQ_METHOD == METHOD_REGISTER
		   || (bound && (is_notify(msg) || ne_is_forming(msg)));
}

void ne_branch_out(sip_msg_t *msg, bool again)
{
	struct nt_flow caller, callee;
	struct params p;
	bool from_client, to_client;

	if(msg->REQ_METHOD == METHOD_REGISTER)
		ne_path_out(msg);
	else if(bound && is_notify(msg))
		carry_on(msg);
	if(!bound || !ne_is_forming(msg))
		return;
	from_client = leg_of(&caller, msg);
	to_client = ne_flow_ahead(&callee, msg, again);
	ne_flow_use(msg, to_client ? &callee : NULL);
	if((!from_client && !to_client) || !record(msg))
		return;
	params_begin(&p);
	if(from_client && to_client)
		seal_both(&p, msg, &caller, &callee);
	else if(from_client)
		seal_leg(&p, msg, NT_PURPOSE_CALLER, &caller, NT_SPAN(""));
	else
		seal_leg(&p, msg, NT_PURPOSE_CALLEE, &callee, NT_SPAN(""));
	add_params(msg, &p);
}

static int record_labelled(sip_msg_t *msg, struct nt_span label)
{
	struct params p;
	struct nt_flow caller;
	bool leg;

	if(!bound) {
		LM_ERR("nat_record_route(): module %s is not loaded; the request goes "
			   "on without a Record-Route\n",
				"rr");
		return NE_RC_ERROR;
	}
	if(is_notify(msg))
		return carry_on(msg) ? NE_RC_TRUE : NE_RC_FALSE;
	if(!ne_is_forming(msg))
		return NE_RC_FALSE;
	if(!record(msg))
		return NE_RC_ERROR;
	leg = leg_of(&caller, msg);
	if(!leg && !ne_flow_of(&caller, msg))
		return NE_RC_TRUE;
	params_begin(&p);
	seal_leg(&p, msg, leg ? NT_PURPOSE_CALLER : NT_PURPOSE_DIALOG, &caller,
			label);
	add_params(msg, &p);
	return NE_RC_TRUE;
}

int ki_nat_record_route(sip_msg_t *msg)
{
	return record_labelled(msg, NT_SPAN(""));
}

int ki_nat_record_route_label(sip_msg_t *msg, str *label)
{
	if(label->len > NE_LABEL_MAX) {
		LM_ERR("nat_record_route(\"%.*s\"): the label is longer than %d "
			   "bytes; the dialog's route goes without it\n",
				STR_FMT(label), NE_LABEL_MAX);
		return record_labelled(msg, NT_SPAN(""));
	}
	return record_labelled(msg, ne_span(label));
}
