/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_pv.h"

#include "core/socket_info.h"
#include "nat_ping/nat_ping_addr.h"
#include "nat_ping/nat_ping_change.h"
#include "nat_ping/nat_ping_filter.h"
#include "nat_ping/nat_ping_table.h"

enum key
{
	KEY_ADDRESS = 1,
	KEY_FROM = 2,
	KEY_TRANSPORT = 3,
	KEY_SOCKET = 4,
	KEY_CONNECTION = 5,
	KEY_NAME = 6,
	KEY_REASONS = 7,
	KEY_RTT = 8,
	KEY_FLOWS = 9,
	KEY_SECONDS = 10
};

static const struct
{
	struct nt_span name;
	enum key key;
} keys[] = {
		{NT_SPAN_INIT("address"), KEY_ADDRESS},
		{NT_SPAN_INIT("from"), KEY_FROM},
		{NT_SPAN_INIT("transport"), KEY_TRANSPORT},
		{NT_SPAN_INIT("socket"), KEY_SOCKET},
		{NT_SPAN_INIT("connection"), KEY_CONNECTION},
		{NT_SPAN_INIT("name"), KEY_NAME},
		{NT_SPAN_INIT("reasons"), KEY_REASONS},
		{NT_SPAN_INIT("rtt"), KEY_RTT},
		{NT_SPAN_INIT("flows"), KEY_FLOWS},
		{NT_SPAN_INIT("seconds"), KEY_SECONDS},
};

int ping_pv_parse(pv_spec_t *spec, str *key)
{
	for(size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if(nt_span_eq(ping_span(key), keys[i].name)) {
			spec->pvp.pvn.type = PV_NAME_INTSTR;
			spec->pvp.pvn.u.isname.type = 0;
			spec->pvp.pvn.u.isname.name.n = keys[i].key;
			return 0;
		}
	}
	LM_ERR("$nat_ping(%.*s): no such key; use address, from, transport, "
		   "socket, connection, name, reasons, rtt, flows or seconds\n",
			STR_FMT(key));
	return -1;
}

static int text(
		sip_msg_t *msg, pv_param_t *param, pv_value_t *value, const char *text)
{
	str s = {(char *)text, (int)strlen(text)};

	return pv_get_strval(msg, param, value, &s);
}

static int place(sip_msg_t *msg, pv_param_t *param, pv_value_t *value,
		const struct nt_endpoint *at)
{
	static char buf[NT_ENDPOINT_TEXT]; /* lives until the next one */

	if(!nt_addr_is_set(&at->addr))
		return pv_get_null(msg, param, value);
	nt_endpoint_print(buf, sizeof(buf), at);
	return text(msg, param, value, buf);
}

static int names(sip_msg_t *msg, pv_param_t *param, pv_value_t *value,
		const struct nt_change *c, enum key key)
{
	static char buf[PING_REASONS_TEXT]; /* lives until the next one */
	const struct socket_info *si;

	if(key == KEY_NAME)
		return text(msg, param, value, c->name);
	if(key == KEY_TRANSPORT)
		return text(msg, param, value, nt_transport_name(c->at.transport));
	if(key == KEY_REASONS) {
		ping_reasons_print(buf, sizeof(buf), c->reasons);
		return text(msg, param, value, buf);
	}
	si = ping_socket_at(c->at.socket);
	return si != NULL ? pv_get_strval(msg, param, value, (str *)&si->sock_str)
					  : pv_get_null(msg, param, value);
}

int ping_pv_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *value)
{
	enum key key = (enum key)param->pvn.u.isname.name.n;
	const struct nt_change *c = ping_change_in_hand();

	if(c == NULL)
		return pv_get_null(msg, param, value);
	switch(key) {
		case KEY_ADDRESS:
			return place(msg, param, value, &c->at.remote);
		case KEY_FROM:
			return place(msg, param, value, &c->from.remote);
		case KEY_TRANSPORT:
		case KEY_SOCKET:
		case KEY_NAME:
		case KEY_REASONS:
			return names(msg, param, value, c, key);
		case KEY_CONNECTION:
			return pv_get_uintval(msg, param, value, c->at.connection);
		case KEY_RTT:
			return pv_get_uintval(msg, param, value, c->rtt_ms);
		case KEY_FLOWS:
			return pv_get_uintval(msg, param, value, c->flows);
		case KEY_SECONDS:
			return pv_get_uintval(msg, param, value, c->seconds);
	}
	return pv_get_null(msg, param, value);
}
