/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_answer.h"

#include "core/events.h"
#include "core/parser/msg_parser.h"
#include "core/script_cb.h"
#include "core/sr_module.h"
#include "nat_ping/nat_ping_addr.h"
#include "nat_ping/nat_ping_conf.h"
#include "nt/nt_reply.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"
#include "nt/nt_codes.h"
#include "nt/nt_head.h"

/* --- SIP ------------------------------------------------------------------ */

static enum ping_stat judge(const struct nt_ping_tag *tag,
		const struct nt_flow_at *at, unsigned code)
{
	struct nt_flows *table = ping_table_get();
	enum ping_stat stat = PING_STAT_ANSWERS;
	struct nt_terms terms;

	if(table == NULL)
		return PING_STAT_ANSWERS_FORGED;
	if(nt_flows_terms(table, tag, &terms) && nt_codes_have(terms.ignore, code))
		stat = PING_STAT_ANSWERS_IGNORED;
	else if(!nt_flows_answered(table, tag, at, ping_now_ms()))
		stat = PING_STAT_ANSWERS_FORGED;
	ping_table_put();
	return stat;
}

static enum ping_stat judge_packet(const struct nt_ping_tag *tag,
		const struct receive_info *rcv, unsigned code)
{
	struct nt_flow_at at;

	return ping_flow_at(&at, rcv) ? judge(tag, &at, code)
								  : PING_STAT_ANSWERS_FORGED;
}

bool ping_answer_text(struct nt_span text, const struct nt_flow_at *at)
{
	struct nt_reply said;
	struct nt_ping_tag tag;
	enum ping_stat stat;

	nt_reply_read(&said, text);
	if(said.status < 200 || !nt_ping_may_be_tag(said.call_id)
			|| !nt_ping_tag_parse(&tag, ping_table_key(), said.call_id))
		return false;
	stat = judge(&tag, at, said.status);
	if(stat == PING_STAT_ANSWERS_FORGED)
		return false;
	ping_stat(stat);
	return true;
}

/* Does it answer a request in our name, whatever its Call-ID? Other modules'
 * requests may have a Call-ID of that form. */
static bool is_from_us(sip_msg_t *msg)
{
	struct nt_span from;
	size_t len = strlen(ping_params.from);

	if(parse_headers(msg, HDR_FROM_F, 0) < 0 || msg->from == NULL)
		return false;
	from = ping_span(&msg->from->body);
	return from.len > len + 1 && from.p[0] == '<' && from.p[len + 1] == '>'
		   && memcmp(from.p + 1, ping_params.from, len) == 0;
}

static int on_reply(sip_msg_t *msg, unsigned int flags, void *param)
{
	struct nt_span call_id;
	struct nt_ping_tag tag;

	(void)flags, (void)param;
	if(parse_headers(msg, HDR_CALLID_F, 0) < 0 || msg->callid == NULL)
		return 1;
	call_id = ping_span(&msg->callid->body);
	if(!nt_ping_may_be_tag(call_id))
		return 1;
	if(nt_ping_tag_parse(&tag, ping_table_key(), call_id))
		ping_stat(judge_packet(&tag, &msg->rcv, (unsigned)msg->REPLY_STATUS));
	else if(is_from_us(msg))
		ping_stat(PING_STAT_ANSWERS_FORGED);
	else
		return 1;
	return 0;
}

/* A client that sends requests lives */
static int on_request(sip_msg_t *msg, unsigned int flags, void *param)
{
	struct nt_flow_at at;
	struct nt_flows *table;

	(void)flags, (void)param;
	if(ping_table_is_empty() || !ping_flow_at(&at, &msg->rcv)
			|| (table = ping_table_get()) == NULL)
		return 1;
	nt_flows_heard(table, &at, ping_now_ms());
	ping_table_put();
	return 1;
}

/* --- bare datagrams ------------------------------------------------------- */

enum datagram
{
	DATAGRAM_OTHER = 0,
	DATAGRAM_SIP_ANSWER,
	DATAGRAM_KEEPALIVE,
	DATAGRAM_STUN_REQUEST,
	DATAGRAM_STUN_ANSWER
};

/* Without looking further than needed: this is asked for each packet (N059) */
static enum datagram kind_of(const uint8_t *data, size_t len)
{
	if(len > 0 && data[0] > ' ')
		return len >= 12 && memcmp(data, "SIP/2.0 ", 8) == 0
					   ? DATAGRAM_SIP_ANSWER
					   : DATAGRAM_OTHER;
	if(len >= 20 && data[0] == 0x00 && data[1] == 0x01)
		return DATAGRAM_STUN_REQUEST;
	if(len >= 20 && data[0] == 0x01 && (data[1] & 0xef) == 0x01)
		return DATAGRAM_STUN_ANSWER;
	if(len > 4)
		return DATAGRAM_OTHER;
	for(size_t i = 0; i < len; i++) {
		if(data[i] != 0 && data[i] != '\r' && data[i] != '\n')
			return DATAGRAM_OTHER;
	}
	return DATAGRAM_KEEPALIVE;
}

static void heard(const struct receive_info *rcv)
{
	struct nt_flow_at at;
	struct nt_flows *table;

	ping_stat(PING_STAT_CLIENT_KEEPALIVES);
	if(ping_table_is_empty() || !ping_flow_at(&at, rcv)
			|| (table = ping_table_get()) == NULL)
		return;
	nt_flows_heard(table, &at, ping_now_ms());
	ping_table_put();
}

static void on_stun_answer(
		const uint8_t *data, size_t len, const struct receive_info *rcv)
{
	struct nt_endpoint mapped;
	struct nt_ping_tag tag;
	uint8_t id[12];

	if(nt_ping_stun_answer(id, &mapped, data, len)
			&& nt_ping_stun_id_parse(&tag, ping_table_key(), id))
		ping_stat(judge_packet(&tag, rcv, 200));
	else
		ping_stat(PING_STAT_ANSWERS_FORGED);
}

/* Before anything of it is parsed, which would cost ten times as much. What is
 * read in another way here than by the core's parser does not have a true tag,
 * and comes by the other way. */
static int on_answer(struct nt_span text, const struct receive_info *rcv)
{
	struct nt_span rest = nt_head_begin(text);
	struct nt_ping_tag tag;
	unsigned long status;
	struct nt_head h;

	if(ping_table_is_empty()
			|| nt_span_number(&status, nt_span_of(text.p + 8, 3), 699) != 0)
		return 1;
	while(nt_head_next(&rest, &h)) {
		if(!nt_head_is(&h, NT_SPAN("Call-ID"), NT_SPAN("i")))
			continue;
		if(!nt_ping_may_be_tag(h.body)
				|| !nt_ping_tag_parse(&tag, ping_table_key(), h.body))
			return 1;
		ping_stat(judge_packet(&tag, rcv, (unsigned)status));
		return -1;
	}
	return 1;
}

/* @return below 0: taken, nobody else is to see it */
static int on_datagram(sr_event_param_t *evp)
{
	void **given = evp->data;
	const uint8_t *data = given[0];
	size_t len = *(const unsigned *)given[1];
	const struct receive_info *rcv = given[2];

	switch(kind_of(data, len)) {
		case DATAGRAM_OTHER:
			return 1;
		case DATAGRAM_SIP_ANSWER:
			return on_answer(nt_span_of((const char *)data, len), rcv);
		case DATAGRAM_STUN_REQUEST: /* stun answers it, if it is loaded */
			heard(rcv);
			return 1;
		case DATAGRAM_KEEPALIVE:
			heard(rcv);
			return -1;
		case DATAGRAM_STUN_ANSWER:
			on_stun_answer(data, len, rcv);
			return -1;
	}
	return 1;
}

/* One module in the whole server may have the event, and that one refuses to
 * start without it, in whatever order they are loaded */
static bool is_wanted_by_sipcapture(void)
{
	struct sr_module *sipcapture = find_module_by_name("sipcapture");
	modparam_t type = 0;
	const int *other;

	if(sipcapture == NULL)
		return false;
	other = find_param_export(sipcapture, "nonsip_hook", PARAM_INT, &type);
	return other == NULL || *other == 0;
}

int ping_answer_init(void)
{
	if(register_script_cb(on_reply, PRE_SCRIPT_CB | ONREPLY_CB, 0) < 0
			|| register_script_cb(on_request, PRE_SCRIPT_CB | REQUEST_CB, 0)
					   < 0) {
		LM_ERR("no callback (%d) before the script for answers to pings; "
			   "Kamailio does not start\n",
				PRE_SCRIPT_CB);
		return -1;
	}
	if(is_wanted_by_sipcapture()
			|| sr_event_register_cb(SREV_NET_DGRAM_IN, on_datagram) < 0)
		LM_WARN("another module (%s) has the event for datagrams: pings by "
				"STUN cannot be answered, and keep-alives of clients do not "
				"count\n",
				"sipcapture");
	return 0;
}
