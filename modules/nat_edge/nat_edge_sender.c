/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_sender.h"

#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_judge.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_owner.h"
#include "nat_edge/nat_edge_policy.h"
#include "nat_edge/nat_edge_registration.h"

/* What comes of a profile, for a sender whose flow and class are known */
static void set_terms(
		struct nat_edge_sender *s, const struct nt_profile *profile)
{
	enum nt_transport t = s->flow.transport;

	if(!nt_terms_of(&s->terms, profile, t))
		memset(&s->terms, 0, sizeof(s->terms));
	s->wanted = nt_terms_wanted(profile, t, nt_class_is_nat(s->class));
}

/* One form of it, so that it can be compared */
static struct nt_span aor_of(
		char *buf, struct nt_span name, struct nt_span host)
{
	size_t len = name.len + 1 + host.len;

	if(host.len == 0 || len >= NE_SENDER_AOR)
		return NT_SPAN("");
	if(name.len > 0)
		memcpy(buf, name.p, name.len);
	buf[name.len] = '@';
	for(size_t i = 0; i < host.len; i++)
		buf[name.len + 1 + i] = nt_lower(host.p[i]);
	return nt_span_of(buf, len);
}

bool ne_sender_of(sip_msg_t *req, struct nat_edge_sender *sender)
{
	static char aor[NE_SENDER_AOR];
	const struct ne_view *view;
	struct nt_span name, host;

	if(req->first_line.type != SIP_REQUEST || (view = ne_view_of(req)) == NULL
			|| !ne_flow_of(&sender->flow, req))
		return false;
	sender->class = view->judgement.verdict.class;
	set_terms(sender, view->judgement.answer.profile);
	ne_owner_of(req, &name, &host);
	sender->aor = aor_of(aor, name, host);
	return true;
}

bool ne_sender_later(const sip_msg_t *req, enum nt_class class,
		struct nat_edge_sender *sender, char *aor)
{
	const struct nt_policy *nt;
	struct nt_evidence ev = {.proxied = false};
	struct nt_question q;

	if(!ne_flow_of(&sender->flow, req))
		return false;
	sender->class = class;
	ev.source = sender->flow.remote;
	ev.transport = sender->flow.transport;
	nt = ne_policy_peek(NE_IN_FORCE)->nt;
	/* reads only what was parsed before it was copied: To and User-Agent */
	ne_question_take(&q, (sip_msg_t *)req, &ev, nt->needs);
	set_terms(sender, nt_policy_find(nt, &q).profile);
	ne_policy_peek_end();
	sender->aor = nt_span_of(aor, ne_registration_aor(aor, NE_SENDER_AOR, req));
	return true;
}

/* What the policy knows of an address, before what others think */
static bool is_nat(const struct nt_answer *a, const struct nat_edge_stranger *s)
{
	enum nt_transport t = s->question.transport;
	enum nt_force force = a->rule != NULL ? a->rule->force : NT_FORCE_NONE;

	if(force != NT_FORCE_NONE)
		return force == NT_FORCE_NAT;
	return s->nat || t == NT_TRANSPORT_WS || t == NT_TRANSPORT_WSS
		   || (a->tags & NT_NET_SITE);
}

bool ne_stranger_terms(
		struct nt_terms *terms, const struct nat_edge_stranger *s)
{
	const struct nt_policy *nt = ne_policy_peek(NE_IN_FORCE)->nt;
	struct nt_answer a = nt_policy_find(nt, &s->question);
	enum nt_transport t = s->question.transport;
	bool wanted = nt_terms_wanted(a.profile, t, is_nat(&a, s))
				  && nt_terms_of(terms, a.profile, t);

	ne_policy_peek_end();
	return wanted;
}
