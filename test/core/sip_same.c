/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/sip_same.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/parser/parse_cseq.h"
#include "core/parser/parse_from.h"
#include "core/parser/parse_nameaddr.h"
#include "core/parser/parse_to.h"
#include "core/parser/parse_uri.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_owner.h"
#include "nat_edge/nat_edge_policy.h"
#include "nat_edge/nat_edge_tm.h"
#include "nt/nt_sip.h"
#include "nt_must.h"

#define CLAIM_TEXT 96

static void print_claim(char text[CLAIM_TEXT], const struct nt_claim *c)
{
	char at[NT_ENDPOINT_TEXT];

	nt_endpoint_print(at, sizeof(at), &c->at);
	snprintf(text, CLAIM_TEXT, "%d %s:%u%s", c->host,
			c->host == NT_HOST_ADDR ? at : "", c->at.port,
			c->other_transport ? " other" : "");
}

/* Room for the words of the first difference */
struct words
{
	char *text;
	size_t size;
	bool any;
};

static void differ(
		struct words *w, const char *what, const char *core, const char *ours)
{
	if(!w->any)
		snprintf(w->text, w->size, "%s: core '%s', nt '%s'", what, core, ours);
	w->any = true;
}

static void same_number(
		struct words *w, const char *what, long long core, long long ours)
{
	char a[24], b[24];

	snprintf(a, sizeof(a), "%lld", core);
	snprintf(b, sizeof(b), "%lld", ours);
	if(core != ours)
		differ(w, what, a, b);
}

static void same_text(struct words *w, const char *what, struct nt_span core,
		struct nt_span ours)
{
	char a[80], b[80];

	if(nt_span_eq(core, ours))
		return;
	snprintf(a, sizeof(a), "%.*s", NT_SPAN_FMT(core));
	snprintf(b, sizeof(b), "%.*s", NT_SPAN_FMT(ours));
	differ(w, what, a, b);
}

static void same_claim(struct words *w, const char *what,
		const struct nt_claim *core, const struct nt_claim *ours)
{
	char a[CLAIM_TEXT], b[CLAIM_TEXT];

	print_claim(a, core);
	print_claim(b, ours);
	if(strcmp(a, b) != 0)
		differ(w, what, a, b);
}

static void same_target(struct words *w, const char *what,
		const struct nt_sdp_target *core, const struct nt_sdp_target *ours)
{
	char a[NT_ADDR_TEXT] = "", b[NT_ADDR_TEXT] = "";

	same_number(w, what, core->place, ours->place);
	if(core->place == NT_SDP_ADDR)
		nt_addr_print(a, sizeof(a), &core->addr, false);
	if(ours->place == NT_SDP_ADDR)
		nt_addr_print(b, sizeof(b), &ours->addr, false);
	if(strcmp(a, b) != 0)
		differ(w, what, a, b);
}

static void same_sdp(
		struct words *w, const struct nt_sdp *core, const struct nt_sdp *ours)
{
	same_number(w, "sdp", core != NULL, ours != NULL);
	if(core == NULL || ours == NULL)
		return;
	same_target(w, "sdp origin", &core->origin, &ours->origin);
	same_number(w, "sdp ice", core->ice, ours->ice);
	same_number(w, "sdp streams", (long long)core->stream_count,
			(long long)ours->stream_count);
	for(size_t i = 0; i < core->stream_count && i < ours->stream_count; i++) {
		const struct nt_sdp_stream *a = &core->streams[i];
		const struct nt_sdp_stream *b = &ours->streams[i];

		same_text(w, "sdp media", a->media, b->media);
		same_text(w, "sdp proto", a->proto, b->proto);
		same_number(w, "sdp port", a->port, b->port);
		same_target(w, "sdp target", &a->target, &b->target);
		same_target(w, "sdp rtcp", &a->rtcp, &b->rtcp);
		same_number(
				w, "sdp candidates", a->candidate_count, b->candidate_count);
		same_number(w, "sdp default", a->candidates, b->candidates);
		same_number(w, "sdp stream ice", a->ice, b->ice);
	}
}

static void same_evidence(struct words *w, const struct nt_evidence *core,
		const struct nt_evidence *ours)
{
	char a[NT_ENDPOINT_TEXT], b[NT_ENDPOINT_TEXT];

	nt_endpoint_print(a, sizeof(a), &core->source);
	nt_endpoint_print(b, sizeof(b), &ours->source);
	if(strcmp(a, b) != 0)
		differ(w, "source", a, b);
	same_number(w, "transport", core->transport, ours->transport);
	same_number(w, "proxied", core->proxied, ours->proxied);
	same_number(w, "tampered", core->tampered, ours->tampered);
	same_claim(w, "via", &core->via, &ours->via);
	same_number(w, "length_wrong", core->length_wrong, ours->length_wrong);
	same_claim(w, "call_id", &core->call_id, &ours->call_id);
	same_claim(w, "from", &core->from, &ours->from);
	same_sdp(w, core->sdp, ours->sdp);
	same_number(w, "contacts", (long long)core->contact_count,
			(long long)ours->contact_count);
	for(size_t i = 0; i < core->contact_count && i < ours->contact_count; i++)
		same_claim(w, "contact", &core->contacts[i], &ours->contacts[i]);
}

static void same_verdict(struct words *w, const struct nt_evidence *core,
		const struct nt_evidence *ours)
{
	const struct nt_netset *nets = nt_policy_nets(ne_policy_held()->nt);
	const struct nt_stance stance = {NT_SIGN_ALL, NT_STRICT_PRIVATE, 0};
	struct nt_verdict a = nt_detect(
			core, nets, nt_tags_of(nets, &core->source.addr), &stance);
	struct nt_verdict b = nt_detect(
			ours, nets, nt_tags_of(nets, &ours->source.addr), &stance);

	same_number(w, "class", a.class, b.class);
	same_number(w, "signs", a.signs, b.signs);
	same_number(w, "rule", a.rule, b.rule);
	same_number(w, "where", a.where, b.where);
	same_claim(w, "claim", &a.claim, &b.claim);
}

static struct nt_span body_of(const struct hdr_field *h)
{
	return h != NULL ? ne_span(&h->body) : NT_SPAN("");
}

static void same_owner(
		struct words *w, sip_msg_t *msg, const struct nt_sip *ours)
{
	struct nt_span user, host;

	ne_owner_of(msg, &user, &host);
	same_text(w, "owner's user", user, ours->owner_user);
	same_text(w, "owner's host", host, ours->owner_host);
}

static void same_message(
		struct words *w, sip_msg_t *msg, const struct nt_sip *ours)
{
	bool request = msg->first_line.type == SIP_REQUEST;
	struct nt_span method = NT_SPAN("");

	if(request)
		method = ne_span(&msg->first_line.u.request.method);
	else if(msg->cseq != NULL && msg->cseq->parsed != NULL)
		method = ne_span(&get_cseq(msg)->method);
	same_number(w, "request", request, ours->request);
	same_text(w, "method", method, ours->method);
	same_number(w, "status", request ? 0 : msg->REPLY_STATUS, ours->status);
	same_text(w, "uri",
			request ? ne_span(&msg->first_line.u.request.uri) : NT_SPAN(""),
			ours->uri);
	same_number(w, "target", ne_is_target(msg), nt_sip_is_target(ours));
	same_text(w, "Call-ID", body_of(msg->callid), ours->call_id);
	same_text(w, "User-Agent", body_of(request ? msg->user_agent : msg->server),
			ours->user_agent);
	same_number(w, "to_tag", msg->to != NULL && get_to(msg)->tag_value.len > 0,
			ours->to_tag);
	same_number(w, "route", msg->route != NULL, ours->route);
	same_number(
			w, "record_route", msg->record_route != NULL, ours->record_route);
	same_owner(w, msg, ours);
}

/* The core knows the transports of its sockets, and tells an IPv4-mapped
 * address from its IPv4 address; who reads offline is told addresses alone */
static bool names_more_than_address(sip_msg_t *msg)
{
	name_addr_t nearest;
	struct sip_uri uri;

	return msg->first_line.type == SIP_REPLY && msg->record_route != NULL
		   && parse_nameaddr(&msg->record_route->body, &nearest) == 0
		   && parse_uri(nearest.uri.s, nearest.uri.len, &uri) == 0
		   && ((uri.proto != PROTO_NONE && uri.proto != PROTO_UDP)
				   || (uri.host.len > 0 && uri.host.s[0] == '['));
}

/* Is it ours to judge? Then with the evidence in @p e. */
static bool take_core(struct ne_evidence *e, sip_msg_t *msg)
{
	bool proxied =
			msg->first_line.type == SIP_REPLY && ne_reply_is_proxied(msg);

	return ne_evidence_take(e, msg, proxied) == 0;
}

static bool take_nt(struct nt_sip_evidence *e, struct nt_sip *m,
		struct nt_span text, const struct core_path *path)
{
	struct nt_endpoint local;

	NT_MUST(nt_endpoint_parse(&local, NT_SPAN("198.51.100.1:5060")) == 0);
	if(nt_sip_read(m, text) != 0)
		return false;
	NT_MUST(nt_sip_evidence(e, m, &path->source, path->transport,
					nt_sip_is_proxied_reply(m, &local, 1))
			== 0);
	return true;
}

/* The difference that is left: a text that ends within a To, in front of a
 * bracket or behind it, is read by the core if there was a folded line before
 */
static bool ends_in_to(const sip_msg_t *msg, bool judged)
{
	return judged && msg->last_header->type == HDR_TO_T
		   && msg->unparsed == msg->buf + msg->len
		   && msg->buf[msg->len - 1] != '\n' && msg->buf[msg->len - 1] != '\r';
}

enum sip_same sip_same(char *why, size_t size, const char *bytes, size_t len,
		const struct core_path *path)
{
	struct words w = {why, size, false};
	struct ne_evidence core;
	struct nt_sip_evidence ours;
	struct nt_sip m;
	sip_msg_t msg;
	/* the core needs a NUL behind, we may not look at it */
	char *buf = malloc(len + 1), *copy = malloc(len);
	bool parsed, judged, read;

	memcpy(buf, bytes, len);
	buf[len] = '\0';
	memcpy(copy, bytes, len);
	parsed = core_msg_parse(&msg, buf, len, path) == 0;
	judged = parsed && take_core(&core, &msg);
	read = take_nt(&ours, &m, nt_span_of(copy, len), path);
	if(read || !ends_in_to(&msg, judged))
		same_number(&w, "judged", judged, read);
	if(judged && read && !names_more_than_address(&msg)) {
		same_message(&w, &msg, &m);
		same_evidence(&w, &core.ev, &ours.ev);
		same_verdict(&w, &core.ev, &ours.ev);
	}
	if(parsed)
		core_msg_free(&msg);
	free(copy);
	free(buf);
	if(w.any)
		return SIP_DIFFERS;
	return judged && read ? SIP_SAME_JUDGED : SIP_SAME_REFUSED;
}
