/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_record.h"

#include "core/parser/parse_cseq.h"
#include "core/parser/parse_from.h"
#include "core/parser/parse_to.h"
#include "core/parser/parse_uri.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_evidence.h"

/* As it came, cut to what fits; whoever shows it makes it printable */
static void keep_text(char *to, size_t size, struct nt_span from)
{
	size_t len = from.len < size - 1 ? from.len : size - 1;

	memcpy(to, from.p, len);
	to[len] = '\0';
}

/* What the core has to parse it keeps for everybody */
void ne_owner_of(sip_msg_t *msg, struct nt_span *user, struct nt_span *host)
{
	bool from = msg->first_line.type == SIP_REQUEST
				&& msg->REQ_METHOD != METHOD_REGISTER;
	const struct sip_uri *core;
	struct ne_uri uri;

	*user = *host = NT_SPAN("");
	if((from ? parse_from_header(msg) : parse_to_header(msg)) < 0)
		return;
	if(ne_uri_scan(
			   &uri, ne_span(from ? &get_from(msg)->uri : &get_to(msg)->uri))) {
		*user = uri.user;
		*host = uri.host;
		return;
	}
	core = from ? parse_from_uri(msg) : parse_to_uri(msg);
	if(core == NULL)
		return;
	*user = ne_span(&core->user);
	*host = ne_span(&core->host);
}

/* A password may stand between the two */
void ne_owner_keep(char *to, size_t size, sip_msg_t *msg)
{
	struct nt_span user, host;
	size_t n = 0;

	ne_owner_of(msg, &user, &host);
	if(user.len > 0) {
		keep_text(to, size, user);
		n = strlen(to);
		if(n < size - 1)
			to[n++] = '@';
	}
	keep_text(to + n, size - n, host);
}

void ne_method_keep(char *to, size_t size, const sip_msg_t *msg)
{
	struct nt_span method = NT_SPAN("");

	if(msg->first_line.type == SIP_REQUEST)
		method = ne_span(&msg->first_line.u.request.method);
	else if(msg->cseq != NULL && msg->cseq->parsed != NULL)
		method = ne_span(&get_cseq(msg)->method);
	keep_text(to, size, method);
}

/* What it said of itself, and by what it was judged */
static void keep_grounds(struct ne_record *r, const struct ne_evidence *e,
		const struct ne_view *view)
{
	const struct nt_answer *a = &view->judgement.answer;

	r->source = view->source;
	r->transport = view->transport;
	r->verdict = view->judgement.verdict;
	r->via = e->ev.via;
	if(e->ev.contact_count > 0)
		r->contact = e->ev.contacts[0];
	r->generation = view->policy->generation;
	memcpy(r->profile, a->profile->name, sizeof(r->profile));
	if(a->rule != NULL) {
		r->policy_line = a->rule->line;
		memcpy(r->policy_rule, a->rule->name, sizeof(r->policy_rule));
	}
	if(a->place != NULL)
		memcpy(r->place, a->place->name, sizeof(r->place));
}

uint64_t ne_record_keep(
		sip_msg_t *msg, const struct ne_evidence *e, const struct ne_view *view)
{
	struct ne_record r;

	if(ne_conf.history_size == 0)
		return 0;
	memset(&r, 0, offsetof(struct ne_record, method));
	r.method[0] = r.call_id[0] = r.aor[0] = '\0';
	r.policy_rule[0] = r.place[0] = '\0';
	r.at = time(NULL);
	keep_grounds(&r, e, view);
	if(msg->first_line.type == SIP_REPLY)
		r.status = msg->REPLY_STATUS;
	ne_method_keep(r.method, sizeof(r.method), msg);
	ne_owner_keep(r.aor, sizeof(r.aor), msg);
	if(msg->callid != NULL)
		keep_text(r.call_id, sizeof(r.call_id), ne_span(&msg->callid->body));
	return ne_history_add(&r);
}
