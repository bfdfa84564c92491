/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_pv.h"

#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_way.h"

enum key
{
	KEY_CLASS = 1,
	KEY_SIGNS = 2,
	KEY_RULE = 3,
	KEY_REASON = 4,
	KEY_SOURCE = 5,
	KEY_SITE = 6,
	KEY_PROFILE = 7,
	KEY_POLICY = 8,
	KEY_CONFIDENCE = 9,
	KEY_GATEWAY = 10,
	KEY_LABEL = 11,
	KEY_LEGS = 12
};

static const struct
{
	struct nt_span name;
	enum key key;
} keys[] = {
		{NT_SPAN_INIT("class"), KEY_CLASS},
		{NT_SPAN_INIT("signs"), KEY_SIGNS},
		{NT_SPAN_INIT("rule"), KEY_RULE},
		{NT_SPAN_INIT("reason"), KEY_REASON},
		{NT_SPAN_INIT("source"), KEY_SOURCE},
		{NT_SPAN_INIT("site"), KEY_SITE},
		{NT_SPAN_INIT("profile"), KEY_PROFILE},
		{NT_SPAN_INIT("policy"), KEY_POLICY},
		{NT_SPAN_INIT("confidence"), KEY_CONFIDENCE},
		{NT_SPAN_INIT("gateway"), KEY_GATEWAY},
		{NT_SPAN_INIT("label"), KEY_LABEL},
		{NT_SPAN_INIT("legs"), KEY_LEGS},
};

int ne_pv_parse(pv_spec_t *spec, str *key)
{
	for(size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if(nt_span_eq(ne_span(key), keys[i].name)) {
			spec->pvp.pvn.type = PV_NAME_INTSTR;
			spec->pvp.pvn.u.isname.type = 0;
			spec->pvp.pvn.u.isname.name.n = keys[i].key;
			return 0;
		}
	}
	LM_ERR("$nat(%.*s): no such key; use class, signs, rule, reason, "
		   "source, site, profile, policy, confidence, gateway, label or "
		   "legs\n",
			STR_FMT(key));
	return -1;
}

static int text_value(sip_msg_t *msg, pv_param_t *param, pv_value_t *value,
		const char *text, size_t len)
{
	str s = {(char *)text, (int)len};

	return pv_get_strval(msg, param, value, &s);
}

static int word(
		sip_msg_t *msg, pv_param_t *param, pv_value_t *value, const char *text)
{
	return text_value(msg, param, value, text, strlen(text));
}

/* The site of the source; the gateway that it is, or that the message goes to
 */
static const char *site_name(const struct ne_view *view)
{
	const struct nt_place *p = view->judgement.answer.place;

	return p != NULL && p->kind == NT_PLACE_SITE ? p->name : "";
}

static const char *gateway_name(sip_msg_t *msg, const struct ne_view *view)
{
	const struct nt_place *p = view->judgement.answer.place;

	if(p == NULL || p->kind != NT_PLACE_GATEWAY)
		p = ne_gateway_ahead(msg, view->policy->nt);
	return p != NULL ? p->name : "";
}

static const char *place_name(const struct ne_view *view)
{
	const struct nt_place *p = view->judgement.answer.place;

	return p != NULL ? p->name : "";
}

/* What the route of a request says, whoever sent it */
static int of_route(
		sip_msg_t *msg, pv_param_t *param, pv_value_t *value, enum key key)
{
	static char text[NT_TOKEN_TEXT_MAX]; /* lives until the next one */
	struct nt_span label;

	if(msg->first_line.type != SIP_REQUEST)
		return pv_get_null(msg, param, value);
	if(key == KEY_LEGS)
		return word(msg, param, value, ne_route_legs(msg));
	label = ne_route_label(text, msg);
	return text_value(msg, param, value, label.p, label.len);
}

int ne_pv_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *value)
{
	static char text[NT_REASON_TEXT]; /* lives until the next $nat() */
	enum key key = (enum key)param->pvn.u.isname.name.n;
	const struct ne_view *view;
	const struct nt_verdict *v;

	if(key == KEY_LABEL || key == KEY_LEGS)
		return of_route(msg, param, value, key);
	view = ne_view_of(msg);
	if(view == NULL)
		return pv_get_null(msg, param, value);
	v = &view->judgement.verdict;
	switch(key) {
		case KEY_LABEL:
		case KEY_LEGS:
			break;
		case KEY_CLASS:
			return word(msg, param, value, nt_class_name(v->class));
		case KEY_RULE:
			return word(msg, param, value, nt_rule_name(v->rule));
		case KEY_CONFIDENCE:
			return word(msg, param, value, nt_confidence_name(v));
		case KEY_SITE:
			return word(msg, param, value, site_name(view));
		case KEY_GATEWAY:
			return word(msg, param, value, gateway_name(msg, view));
		case KEY_PROFILE:
			return word(
					msg, param, value, view->judgement.answer.profile->name);
		case KEY_POLICY:
			return text_value(msg, param, value, text,
					nt_rule_print(
							text, sizeof(text), view->judgement.answer.rule));
		case KEY_SIGNS:
			return text_value(msg, param, value, text,
					nt_signs_print(text, sizeof(text), v->signs));
		case KEY_REASON:
			return text_value(msg, param, value, text,
					nt_reason_print(text, sizeof(text), v, &view->source,
							place_name(view)));
		case KEY_SOURCE:
			return text_value(msg, param, value, text,
					nt_endpoint_print(text, sizeof(text), &view->source));
	}
	return pv_get_null(msg, param, value);
}
