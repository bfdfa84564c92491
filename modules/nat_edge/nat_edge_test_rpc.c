/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nat_edge.test: what would be made of a message that somebody has at hand. */
#include <stdio.h>

#include "core/ip_addr.h"
#include "core/mem/mem.h"
#include "core/socket_info.h"
#include "nat_edge/nat_edge_judge.h"
#include "nat_edge/nat_edge_policy.h"
#include "nat_edge/nat_edge_policy_rpc.h"
#include "nat_edge/nat_edge_tm.h"

#define MESSAGE_MAX 65535

/* Where the message is said to come from and to arrive */
struct path
{
	struct nt_endpoint source, local;
	enum nt_transport transport;
};

static const int protos[] = {[NT_TRANSPORT_UDP] = PROTO_UDP,
		[NT_TRANSPORT_TCP] = PROTO_TCP,
		[NT_TRANSPORT_TLS] = PROTO_TLS,
		[NT_TRANSPORT_WS] = PROTO_WS,
		[NT_TRANSPORT_WSS] = PROTO_WSS};

static void set_ip(struct ip_addr *ip, const struct nt_addr *a)
{
	memset(ip, 0, sizeof(*ip));
	if(!nt_addr_is_set(a))
		return;
	ip->af = a->family == NT_FAMILY_IPV4 ? AF_INET : AF_INET6;
	ip->len = a->family == NT_FAMILY_IPV4 ? 4 : 16;
	for(unsigned i = 0; i < ip->len; i++) {
		unsigned from_right = ip->len - 1 - i;

		ip->u.addr[i] =
				(unsigned char)(from_right >= 8 ? a->hi >> 8 * (from_right - 8)
												: a->lo >> 8 * from_right);
	}
}

static void set_path(sip_msg_t *msg, const struct path *path)
{
	set_ip(&msg->rcv.src_ip, &path->source.addr);
	set_ip(&msg->rcv.dst_ip, &path->local.addr);
	msg->rcv.src_port = path->source.port;
	msg->rcv.dst_port = path->local.port;
	msg->rcv.proto = (char)protos[path->transport];
	if(nt_addr_is_set(&path->local.addr))
		msg->rcv.bind_address = find_si(&msg->rcv.dst_ip, path->local.port,
				(unsigned short)protos[path->transport]);
}

/* Lines may end in LF alone, as in a file that somebody edited; those of the
 * header are put right here. @return own text, or NULL (no memory) */
static char *with_line_ends(struct nt_span text, size_t *len)
{
	char *to = pkg_malloc(2 * text.len + 5);
	bool in_head = true;
	size_t n = 0;

	if(to == NULL)
		return NULL;
	for(size_t i = 0; i < text.len; i++) {
		bool bare = text.p[i] == '\n' && (i == 0 || text.p[i - 1] != '\r');

		if(in_head && bare)
			to[n++] = '\r';
		to[n++] = text.p[i];
		if(n >= 4 && memcmp(to + n - 4, "\r\n\r\n", 4) == 0)
			in_head = false;
	}
	/* what was pasted may lack the empty line */
	while(in_head && (n < 4 || memcmp(to + n - 4, "\r\n\r\n", 4) != 0)) {
		to[n++] = '\r';
		to[n++] = '\n';
	}
	to[n] = '\0';
	*len = n;
	return to;
}

static void answer(rpc_t *rpc, void *ctx, const struct ne_judgement *j,
		const struct nt_endpoint *source, const struct ne_policy *p)
{
	char signs[NT_SIGNS_TEXT], reason[NT_REASON_TEXT], rule[NT_RULE_TEXT];
	char repairs[NT_REPAIRS_TEXT];
	const char *place = j->answer.place != NULL ? j->answer.place->name : "";
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	nt_signs_print(signs, sizeof(signs), j->verdict.signs);
	nt_reason_print(reason, sizeof(reason), &j->verdict, source, place);
	nt_rule_print(rule, sizeof(rule), j->answer.rule);
	rpc->struct_add(s, "sssssssssu", "class", nt_class_name(j->verdict.class),
			"signs", signs, "rule", nt_rule_name(j->verdict.rule), "reason",
			reason, "confidence", nt_confidence_name(&j->verdict), "place",
			place, "profile", j->answer.profile->name, "policy_rule", rule,
			"would_do", nt_repairs_print(repairs, j->wanted),
			"policy_generation", p->generation);
}

static void judge(
		rpc_t *rpc, void *ctx, sip_msg_t *msg, const struct path *path)
{
	const struct ne_policy *p = ne_policy_peek(NE_IN_FORCE);
	bool reply = msg->first_line.type == SIP_REPLY;
	struct ne_judgement j;
	struct nt_question q;
	struct ne_evidence e;

	if(ne_evidence_take(&e, msg, reply && ne_reply_is_proxied(msg)) != 0) {
		rpc->fault(ctx, 422,
				"The message cannot be judged: no Via that can be read, or "
				"header fields that do not parse; a router would do nothing to "
				"it");
		ne_policy_peek_end();
		return;
	}
	ne_question_take(&q, msg, &e.ev, p->nt->needs);
	ne_judge(&j, msg, &e.ev, &q, p->nt);
	if(ne_is_retargeted(msg))
		j.verdict.signs |= NT_SIGN_TARGET;
	answer(rpc, ctx, &j, &path->source, p);
	ne_policy_peek_end();
}

static bool take_path(rpc_t *rpc, void *ctx, struct path *path)
{
	str word;
	uint32_t bits;

	if(rpc->scan(ctx, ".S", &word) < 1
			|| nt_endpoint_parse(&path->source, ne_span(&word)) != 0
			|| path->source.port == 0) {
		rpc->fault(ctx, 400,
				"Say first where the message came from: address:port");
		return false;
	}
	while(rpc->scan(ctx, "*.S", &word) > 0) {
		if(nt_transports_parse(&bits, ne_span(&word)) == 0
				&& (bits & (bits - 1)) == 0)
			path->transport = (enum nt_transport)__builtin_ctz(bits);
		else if(nt_endpoint_parse(&path->local, ne_span(&word)) != 0) {
			char text[NE_SAID_TEXT];

			ne_said(text, &word);
			rpc->fault(ctx, 400,
					"'%s' is neither a transport (udp tcp tls ws wss) nor "
					"the address:port that it arrived at",
					text);
			return false;
		}
	}
	return true;
}

const char *ne_rpc_test_doc[] = {
		"What would be made of a message; nothing is done, counted or kept. "
		"Arguments: the message as text, the address:port that it came from; "
		"optional: transport (default udp), the address:port that it arrived "
		"at",
		NULL};

void ne_rpc_test(rpc_t *rpc, void *ctx)
{
	struct path path = {.transport = NT_TRANSPORT_UDP};
	sip_msg_t msg;
	size_t len;
	str text;
	char *buf;

	if(rpc->scan(ctx, ".S", &text) < 1 || text.len == 0
			|| text.len > MESSAGE_MAX) {
		rpc->fault(
				ctx, 400, "Give a SIP message of up to %d bytes", MESSAGE_MAX);
		return;
	}
	if(!take_path(rpc, ctx, &path))
		return;
	if((buf = with_line_ends(ne_span(&text), &len)) == NULL) {
		PKG_MEM_ERROR_FMT("for a message of %d bytes\n", text.len);
		rpc->fault(ctx, 500, "No memory for the message");
		return;
	}
	memset(&msg, 0, sizeof(msg));
	msg.buf = buf;
	msg.len = (unsigned)len;
	msg.id = UINT_MAX;
	set_path(&msg, &path);
	if(parse_msg(buf, (unsigned)len, &msg) != 0)
		rpc->fault(ctx, 422, "This is no SIP message that the core can read");
	else
		judge(rpc, ctx, &msg, &path);
	free_sip_msg(&msg);
	pkg_free(buf);
}
