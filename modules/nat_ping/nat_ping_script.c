/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_script.h"

#include "nat_ping/nat_ping_edge.h"
#include "nat_ping/nat_ping_message.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"

#define SECONDS_MAX 604800

int ki_nat_keepalive(sip_msg_t *msg)
{
	if(msg->first_line.type != SIP_REQUEST
			|| !(msg->REQ_METHOD
					& (METHOD_REGISTER | METHOD_SUBSCRIBE | METHOD_INVITE)))
		return PING_RC_FALSE;
	ping_message_wish(msg);
	return PING_RC_TRUE;
}

int ki_nat_keepalive_for(sip_msg_t *msg, int seconds)
{
	struct nt_hold hold = {.reason = NT_REASON_SCRIPT, .fresh = true};
	struct nat_edge_sender sender;
	char text[NT_ENDPOINT_TEXT];

	if(seconds < 0 || seconds > SECONDS_MAX) {
		LM_ERR("nat_keepalive(%d): use 0 to %d seconds; nothing was done\n",
				seconds, SECONDS_MAX);
		return PING_RC_ERROR;
	}
	if(msg->first_line.type != SIP_REQUEST || !api.sender(msg, &sender)
			|| !ping_flow_at(&hold.at, &msg->rcv))
		return PING_RC_FALSE;
	nt_endpoint_print(text, sizeof(text), &hold.at.remote);
	hold.holder = ping_holder(NT_REASON_SCRIPT, nt_span_cstr(text),
			nt_span_cstr(nt_transport_name(hold.at.transport)), hold.at.socket);
	if(seconds == 0) {
		ping_release(hold.holder);
		return PING_RC_TRUE;
	}
	hold.terms = sender.terms;
	if(hold.terms.interval_ms == 0)
		return PING_RC_FALSE;
	hold.name = sender.aor;
	hold.until_ms = ping_now_ms() + (uint64_t)seconds * 1000;
	if(ping_hold(&hold) < NT_HOLD_FULL)
		return PING_RC_TRUE;
	ping_stat(PING_STAT_REFUSED_FULL);
	return PING_RC_FALSE;
}
