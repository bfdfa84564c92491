/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_record.h"

#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_hygiene.h"
#include "nat_edge/nat_edge_owner.h"

static void keep_message(struct ne_record *r, const sip_msg_t *msg)
{
	r->at = time(NULL);
	r->done = 0;
	r->removed = ne_hygiene_done(msg);
	r->status = msg->first_line.type == SIP_REPLY ? (int)msg->REPLY_STATUS : 0;
	ne_method_keep(r->method, sizeof(r->method), msg);
	r->call_id[0] = '\0';
	if(msg->callid != NULL)
		ne_text_keep(
				r->call_id, sizeof(r->call_id), ne_span(&msg->callid->body));
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
	r->contact.host = NT_HOST_NONE;
	if(e->ev.contact_count > 0)
		r->contact = e->ev.contacts[0];
	r->generation = view->policy->generation;
	memcpy(r->profile, a->profile->name, sizeof(r->profile));
	r->policy_line = 0;
	r->policy_rule[0] = r->place[0] = '\0';
	if(a->rule != NULL) {
		r->policy_line = a->rule->line;
		memcpy(r->policy_rule, a->rule->name, sizeof(r->policy_rule));
	}
	if(a->place != NULL)
		memcpy(r->place, a->place->name, sizeof(r->place));
}

/* What fits is read when somebody asks: hardly any record is ever looked at */
static void keep_owner(struct ne_record *r, sip_msg_t *msg, struct nt_span uri)
{
	struct nt_span user, host;

	r->unread = uri.len < sizeof(r->aor);
	if(r->unread) {
		ne_text_keep(r->aor, sizeof(r->aor), uri);
	} else {
		ne_owner_of(msg, &user, &host);
		ne_aor_keep(r->aor, sizeof(r->aor), user, host);
	}
}

uint64_t ne_record_keep(
		sip_msg_t *msg, const struct ne_evidence *e, const struct ne_view *view)
{
	struct ne_record *r;
	struct nt_span uri;

	if(ne_conf.history_size == 0)
		return 0;
	/* before anybody has to wait for us */
	uri = ne_owner_uri(msg);
	if((r = ne_history_open()) == NULL)
		return 0;
	keep_message(r, msg);
	keep_owner(r, msg, uri);
	keep_grounds(r, e, view);
	return ne_history_close(r);
}
