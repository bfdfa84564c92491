/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_judge.h"

#include "core/parser/parse_uri.h"
#include "nat_edge/nat_edge_owner.h"

static bool is_request(const sip_msg_t *msg)
{
	return msg->first_line.type == SIP_REQUEST;
}

static bool is_register(sip_msg_t *msg)
{
	return is_request(msg) && msg->REQ_METHOD == METHOD_REGISTER;
}

static struct nt_endpoint local_of(const sip_msg_t *msg)
{
	const struct ip_addr *ip = &msg->rcv.dst_ip;
	struct nt_endpoint e = {.port = msg->rcv.dst_port};

	if(ip->af == AF_INET)
		e.addr = nt_addr_ipv4(ip->u.addr);
	else if(ip->af == AF_INET6)
		e.addr = nt_addr_ipv6(ip->u.addr);
	return e;
}

static struct nt_span agent_of(sip_msg_t *msg)
{
	const struct hdr_field *h = is_request(msg) ? msg->user_agent : msg->server;

	return h != NULL ? nt_span_trim(ne_span(&h->body)) : NT_SPAN("");
}

void ne_question_take(struct nt_question *q, sip_msg_t *msg,
		const struct nt_evidence *ev, uint32_t needs)
{
	q->source = ev->source;
	q->transport = ev->transport;
	q->domain = NT_SPAN("");
	if(needs == 0)
		return; /* nothing else will be looked at */
	q->local = (struct nt_endpoint){.port = 0};
	q->method = 0;
	q->user = q->agent = q->socket = NT_SPAN("");
	if(needs & NT_NEED_METHOD)
		q->method = nt_method_bit(ne_method_of(msg));
	if(needs & NT_NEED_OWNER)
		ne_owner_of(msg, &q->user, &q->domain);
	if(needs & NT_NEED_AGENT)
		q->agent = agent_of(msg);
	if(needs & NT_NEED_SOCKET) {
		q->local = local_of(msg);
		if(msg->rcv.bind_address != NULL)
			q->socket = ne_span(&msg->rcv.bind_address->sockname);
	}
}

static struct nt_kind kind_of(sip_msg_t *msg)
{
	return (struct nt_kind){.request = is_request(msg),
			.registering = is_register(msg),
			.target = ne_is_target(msg)};
}

enum nt_contact_mode ne_contact_mode(
		sip_msg_t *msg, const struct nt_profile *profile)
{
	return nt_repair_contact(profile, kind_of(msg));
}

void ne_judge(struct ne_judgement *j, sip_msg_t *msg, struct nt_evidence *ev,
		const struct nt_question *q, const struct nt_policy *policy)
{
	const struct nt_answer *a = &j->answer;
	struct nt_stance stance;

	j->answer = nt_policy_find(policy, q);
	stance = nt_profile_stance(a->profile, is_register(msg));
	stance.force = a->rule != NULL ? a->rule->force : NT_FORCE_NONE;
	ev->gateway = a->place != NULL && a->place->kind == NT_PLACE_GATEWAY;
	j->verdict = nt_detect(ev, nt_policy_nets(policy), a->tags, &stance);
	j->wanted = nt_repairs_wanted(a->profile, j->verdict.class, kind_of(msg));
}

/* RFC 3261 §19.1.2 */
static uint16_t default_port(const struct sip_uri *u)
{
	bool secure = u->type == SIPS_URI_T || u->type == TELS_URI_T
				  || u->proto == PROTO_TLS;

	return secure ? 5061 : 5060;
}

/* The place that a URI names by literal address; other URIs have none */
static struct nt_claim place_of(const str *uri)
{
	static const struct nt_claim none = {.host = NT_HOST_NONE};
	struct sip_uri u;

	if(uri->len <= 0 || parse_uri(uri->s, uri->len, &u) < 0)
		return none;
	return nt_claim_of(
			ne_span(&u.host), u.port_no != 0 ? u.port_no : default_port(&u));
}

static bool is_elsewhere(const struct nt_claim *a, const struct nt_claim *b)
{
	if(a->host != NT_HOST_ADDR)
		return false;
	return b->host != NT_HOST_ADDR || !nt_addr_eq(&a->at.addr, &b->at.addr)
		   || a->at.port != b->at.port;
}

static bool is_reply_retargeted(sip_msg_t *msg)
{
	const struct via_body *via = msg->via1 != NULL ? msg->via1->next : NULL;
	struct nt_claim sent_by, received;

	if(parse_headers(msg, HDR_VIA2_F, 0) < 0)
		return false;
	if(via == NULL)
		via = msg->via2;
	if(via == NULL || via->error != PARSE_OK)
		return false;
	sent_by = nt_claim_of(
			ne_span(&via->host), via->port != 0 ? (uint16_t)via->port : 5060);
	received = sent_by;
	if(via->received != NULL)
		received = nt_claim_of(ne_span(&via->received->value), sent_by.at.port);
	/* on a stream the reply goes back on its connection, whatever its port */
	if(via->proto == PROTO_UDP && via->rport != NULL
			&& via->rport->value.len > 0) {
		unsigned long port = 0;

		nt_span_number(&port, ne_span(&via->rport->value), UINT16_MAX);
		received.at.port = (uint16_t)port;
	}
	return is_elsewhere(&received, &sent_by);
}

bool ne_is_retargeted(sip_msg_t *msg)
{
	struct nt_claim to, said;

	if(!is_request(msg))
		return is_reply_retargeted(msg);
	to = place_of(&msg->dst_uri);
	said = place_of(GET_RURI(msg));
	return is_elsewhere(&to, &said);
}

const struct nt_place *ne_gateway_ahead(
		sip_msg_t *msg, const struct nt_policy *policy)
{
	struct nt_claim to;

	if(!is_request(msg))
		return NULL;
	to = place_of(msg->dst_uri.len > 0 ? &msg->dst_uri : GET_RURI(msg));
	if(to.host != NT_HOST_ADDR)
		return NULL;
	return nt_policy_gateway(policy, &to.at, NT_TRANSPORT_OTHER);
}
