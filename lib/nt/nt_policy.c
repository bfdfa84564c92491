/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_policy.h"

#include "nt/nt_glob.h"

#define FNV_PRIME 16777619u

/* A question with what was found out for it */
struct asked
{
	const struct nt_question *q;
	const struct nt_policy *p;
	const uint32_t *lists; /* of the source, ascending */
	uint32_t list_count;
};

uint32_t nt_text_hash(uint32_t seed, struct nt_span text)
{
	uint32_t h = seed;

	for(size_t i = 0; i < text.len; i++)
		h = (h ^ (unsigned char)nt_lower(text.p[i])) * FNV_PRIME;
	return h;
}

static bool is_in_list(const struct asked *a, uint32_t list)
{
	for(uint32_t i = 0; i < a->list_count && a->lists[i] <= list; i++) {
		if(a->lists[i] == list)
			return true;
	}
	return false;
}

/* "user@domain"; the user's case counts (RFC 3261 §19.1.4) */
static bool is_aor(struct nt_span aor, const struct nt_question *q)
{
	return aor.len == q->user.len + 1 + q->domain.len
		   && nt_span_eq(nt_span_of(aor.p, q->user.len), q->user)
		   && aor.p[q->user.len] == '@'
		   && nt_span_ieq(nt_span_of(aor.p + q->user.len + 1, q->domain.len),
				   q->domain);
}

static bool is_domain(const struct nt_policy_rule *r, struct nt_span domain,
		struct nt_span asked)
{
	if(!r->below)
		return nt_span_ieq(domain, asked);
	return asked.len > domain.len + 1
		   && asked.p[asked.len - domain.len - 1] == '.'
		   && nt_span_iends(asked, domain);
}

static bool is_local(
		const struct nt_policy_rule *r, const struct nt_question *q)
{
	return nt_addr_eq(&r->local.addr, &q->local.addr)
		   && (r->local.port == 0 || r->local.port == q->local.port);
}

static bool fits(const struct asked *a, const struct nt_policy_rule *r)
{
	const struct nt_question *q = a->q;

	if(r->transports != 0 && !(r->transports & 1u << q->transport))
		return false;
	if(r->methods != 0 && !(r->methods & q->method))
		return false;
	if(r->list != 0 && !is_in_list(a, r->list))
		return false;
	if(r->aor.len > 0 && !is_aor(nt_policy_text(a->p, r->aor), q))
		return false;
	if(r->domain.len > 0
			&& !is_domain(r, nt_policy_text(a->p, r->domain), q->domain))
		return false;
	if(nt_addr_is_set(&r->local.addr) && !is_local(r, q))
		return false;
	if(r->socket.len > 0
			&& !nt_span_eq(nt_policy_text(a->p, r->socket), q->socket))
		return false;
	return r->agent.len == 0
		   || nt_glob_match(nt_policy_text(a->p, r->agent), q->agent);
}

/* The best so far: of all rules, and of those that name a profile. The second
 * is never above the first. */
struct best
{
	const struct nt_policy_rule *any, *profiled;
};

/* A chain descends in rank: below the best that names a profile there is
 * nothing to find */
static void follow(struct best *best, const struct asked *a, uint32_t next)
{
	const struct nt_policy_rule *rules = nt_policy_rules(a->p);

	while(next != 0) {
		const struct nt_policy_rule *r = &rules[next - 1];

		next = r->next;
		if(best->profiled != NULL && best->profiled->rank > r->rank)
			return;
		if(!fits(a, r))
			continue;
		if(best->any == NULL || r->rank > best->any->rank)
			best->any = r;
		if(r->profile != NT_NO_PROFILE) {
			best->profiled = r;
			return;
		}
	}
}

static uint32_t head_of(
		const struct nt_policy *p, struct nt_part heads, uint32_t hash)
{
	const uint32_t *head = nt_policy_at(p, heads);

	return heads.count > 0 ? head[hash & (heads.count - 1)] : 0;
}

/* Itself, then what it lies below. What no rule can name is passed over, so
 * that a sender cannot make us hash its long one from every dot on. */
static void by_domain(struct best *best, const struct asked *a)
{
	struct nt_span domain = a->q->domain;
	const char *dot;

	for(;;) {
		if(domain.len <= NT_DOMAIN_MAX)
			follow(best, a,
					head_of(a->p, a->p->domains, nt_text_hash(0, domain)));
		if((dot = nt_span_find(domain, '.')) == NULL)
			return;
		domain.len -= (size_t)(dot + 1 - domain.p);
		domain.p = dot + 1;
	}
}

static void by_owner(struct best *best, const struct asked *a)
{
	struct nt_span domain = a->q->domain;

	if(domain.len == 0)
		return;
	if(a->p->aors.count > 0) {
		uint32_t h = nt_text_hash(0, a->q->user);

		h = nt_text_hash(h, NT_SPAN("@"));
		follow(best, a, head_of(a->p, a->p->aors, nt_text_hash(h, domain)));
	}
	if(a->p->domains.count > 0)
		by_domain(best, a);
}

static void by_source(struct best *best, const struct asked *a)
{
	const uint32_t *head = nt_policy_at(a->p, a->p->lists);

	for(uint32_t i = 0; i < a->list_count; i++) {
		if(a->lists[i] > a->p->places)
			follow(best, a, head[a->lists[i] - a->p->places - 1]);
	}
}

static uint32_t look_up_one(struct asked *a, const struct nt_addr *addr)
{
	const struct nt_tagged_range *r =
			nt_netset_range(nt_policy_nets(a->p), addr);
	const uint32_t *words = nt_policy_at(a->p, a->p->words);

	if(r == NULL)
		return 0;
	if(r->members != 0) {
		a->list_count = words[r->members];
		a->lists = &words[r->members + 1];
	}
	return r->tags;
}

/* An address that carries an IPv4 address inside belongs to the networks of
 * both; to the places and lists of the other where it has none itself. Trust is
 * not carried: whoever may send with such a source is another question. */
static uint32_t look_up(struct asked *a, const struct nt_addr *addr)
{
	uint32_t tags = look_up_one(a, addr);
	struct asked carried = *a;
	struct nt_addr inner;

	if(!nt_addr_embedded(&inner, addr, NULL))
		return tags;
	carried.list_count = 0;
	tags |= look_up_one(&carried, &inner) & ~(uint32_t)NT_NET_TRUSTED;
	if(a->list_count == 0)
		*a = carried;
	return tags;
}

static bool is_gateway(const struct nt_place *p, const struct nt_endpoint *e,
		enum nt_transport transport)
{
	return p->kind == NT_PLACE_GATEWAY && nt_addr_eq(&p->gateway.addr, &e->addr)
		   && (p->gateway.port == 0 || p->gateway.port == e->port)
		   && (p->transport == NT_TRANSPORT_OTHER
				   || transport == NT_TRANSPORT_OTHER
				   || p->transport == transport);
}

/* Gateways before sites before LANs: the more is said of it */
static const struct nt_place *place_of(const struct asked *a)
{
	const struct nt_place *places = nt_policy_places(a->p), *found = NULL;

	for(uint32_t i = 0; i < a->list_count && a->lists[i] <= a->p->places; i++) {
		const struct nt_place *p = &places[a->lists[i] - 1];

		if((found == NULL || p->kind > found->kind)
				&& (p->kind != NT_PLACE_GATEWAY
						|| is_gateway(p, &a->q->source, a->q->transport)))
			found = p;
	}
	return found;
}

struct nt_answer nt_policy_find(
		const struct nt_policy *policy, const struct nt_question *question)
{
	struct asked a = {.q = question, .p = policy};
	struct best best = {NULL, NULL};
	struct nt_answer answer;

	answer.tags = look_up(&a, &question->source.addr);
	by_owner(&best, &a);
	by_source(&best, &a);
	follow(&best, &a, policy->others);
	answer.rule = best.any;
	answer.profile = &nt_policy_profiles(
			policy)[best.profiled != NULL ? best.profiled->profile : 0];
	answer.place = place_of(&a);
	return answer;
}

static const struct nt_place *first_place(const struct asked *a,
		const struct nt_endpoint *e, enum nt_transport transport,
		enum nt_place_kind kind)
{
	const struct nt_place *places = nt_policy_places(a->p);

	for(uint32_t i = 0; i < a->list_count && a->lists[i] <= a->p->places; i++) {
		const struct nt_place *p = &places[a->lists[i] - 1];

		if(p->kind == kind
				&& (kind != NT_PLACE_GATEWAY || is_gateway(p, e, transport)))
			return p;
	}
	return NULL;
}

const struct nt_place *nt_policy_gateway(const struct nt_policy *policy,
		const struct nt_endpoint *e, enum nt_transport transport)
{
	struct asked a = {.p = policy};

	look_up(&a, &e->addr);
	return first_place(&a, e, transport, NT_PLACE_GATEWAY);
}

const struct nt_place *nt_policy_site(
		const struct nt_policy *policy, const struct nt_addr *addr)
{
	struct asked a = {.p = policy};

	look_up(&a, addr);
	return first_place(&a, NULL, NT_TRANSPORT_OTHER, NT_PLACE_SITE);
}

bool nt_policy_same_site(const struct nt_policy *policy,
		const struct nt_addr *a, const struct nt_addr *b)
{
	const struct nt_place *site;

	if(nt_addr_eq(a, b))
		return true;
	site = nt_policy_site(policy, a);
	return site != NULL && site == nt_policy_site(policy, b);
}
