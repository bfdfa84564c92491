/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_pv.h"

#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_msg.h"

enum key
{
	KEY_CLASS = 1,
	KEY_SIGNS = 2,
	KEY_RULE = 3,
	KEY_REASON = 4,
	KEY_SOURCE = 5
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
	LM_ERR("$nat(%.*s): no such key; use class, signs, rule, reason or "
		   "source\n",
			STR_FMT(key));
	return -1;
}

static int text_value(sip_msg_t *msg, pv_param_t *param, pv_value_t *value,
		const char *text, size_t len)
{
	str s = {(char *)text, (int)len};

	return pv_get_strval(msg, param, value, &s);
}

int ne_pv_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *value)
{
	static char text[NT_REASON_TEXT]; /* lives until the next $nat() */
	const struct ne_view *view = ne_view_of(msg);
	const char *name;

	if(view == NULL)
		return pv_get_null(msg, param, value);
	switch((enum key)param->pvn.u.isname.name.n) {
		case KEY_CLASS:
			name = nt_class_name(view->verdict.class);
			return text_value(msg, param, value, name, strlen(name));
		case KEY_RULE:
			name = nt_rule_name(view->verdict.rule);
			return text_value(msg, param, value, name, strlen(name));
		case KEY_SIGNS:
			return text_value(msg, param, value, text,
					nt_signs_print(text, sizeof(text), view->verdict.signs));
		case KEY_REASON:
			return text_value(msg, param, value, text,
					nt_reason_print(
							text, sizeof(text), &view->verdict, &view->source));
		case KEY_SOURCE:
			return text_value(msg, param, value, text,
					nt_endpoint_print(text, sizeof(text), &view->source));
	}
	return pv_get_null(msg, param, value);
}
