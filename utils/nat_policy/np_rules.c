/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_policy/np_rules.h"

#include <stdlib.h>

#include "nat_policy/np_mem.h"

static void take_rules(struct np_rules *r, int side, const struct nt_policy *p)
{
	const struct nt_policy_rule *rules = nt_policy_rules(p);

	r->count[side] = p->rule.count;
	r->of[side] = np_get(p->rule.count * sizeof(struct np_rule));
	for(size_t i = 0; i < p->rule.count; i++)
		r->of[side][i] = (struct np_rule){
				p, &rules[i], np_sources_of(r->sources, side, p, &rules[i])};
}

void np_rules_init(struct np_rules *r, const struct nt_policy *a,
		const struct nt_policy *b)
{
	const struct nt_policy *policies[2] = {a, b};

	*r = (struct np_rules){.sources = np_sources_new(policies)};
	for(int side = 0; side < 2; side++) {
		if(policies[side] != NULL)
			take_rules(r, side, policies[side]);
	}
}

void np_rules_fini(struct np_rules *r)
{
	np_sources_free(r->sources);
	free(r->of[0]);
	free(r->of[1]);
}

static int by_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_bytes(struct nt_span a, struct nt_span b)
{
	int order = by_size(a.len, b.len);

	return order != 0 || a.len == 0 ? order : memcmp(a.p, b.p, a.len);
}

/* As the look-up compares: ASCII letters alike */
static int compare_letters(struct nt_span a, struct nt_span b)
{
	int order = by_size(a.len, b.len);

	for(size_t i = 0; order == 0 && i < a.len; i++)
		order = nt_lower(a.p[i]) - nt_lower(b.p[i]);
	return order;
}

/* In front of the last "@" the case counts */
static int compare_aors(struct nt_span a, struct nt_span b)
{
	size_t at = a.len;
	int order = compare_letters(a, b);

	if(order != 0)
		return order;
	while(at > 0 && a.p[at - 1] != '@')
		at--;
	return compare_bytes(nt_span_of(a.p, at), nt_span_of(b.p, at));
}

static int compare_locals(
		const struct nt_endpoint *a, const struct nt_endpoint *b)
{
	int order = nt_addr_cmp(&a->addr, &b->addr);

	return order != 0 ? order : by_size(a->port, b->port);
}

/* All but the sources */
static int compare_rest(const struct np_rule *x, const struct np_rule *y)
{
	const struct nt_policy_rule *a = x->rule, *b = y->rule;
	int order = compare_aors(nt_policy_text(x->policy, a->aor),
			nt_policy_text(y->policy, b->aor));

	if(order == 0)
		order = compare_letters(nt_policy_text(x->policy, a->domain),
				nt_policy_text(y->policy, b->domain));
	if(order == 0)
		order = a->below - b->below;
	if(order == 0)
		order = compare_bytes(nt_policy_text(x->policy, a->socket),
				nt_policy_text(y->policy, b->socket));
	if(order == 0)
		order = compare_locals(&a->local, &b->local);
	if(order == 0)
		order = compare_letters(nt_policy_text(x->policy, a->agent),
				nt_policy_text(y->policy, b->agent));
	if(order == 0)
		order = by_size(a->methods, b->methods);
	if(order == 0)
		order = by_size(a->transports, b->transports);
	return order;
}

int np_rules_compare(const struct np_rule *a, const struct np_rule *b)
{
	int order = compare_rest(a, b);

	return order != 0 ? order : by_size(a->networks, b->networks);
}

int np_rules_compare_said(const struct np_rule *a, const struct np_rule *b)
{
	int order = compare_rest(a, b);

	return order != 0
				   ? order
				   : compare_bytes(nt_policy_text(a->policy, a->rule->source),
						   nt_policy_text(b->policy, b->rule->source));
}

static bool differ(struct nt_span a, struct nt_span b)
{
	return a.len > 0 && b.len > 0 && compare_letters(a, b) != 0;
}

bool np_rules_meet(const struct np_rules *r, const struct np_rule *x,
		const struct np_rule *y)
{
	const struct nt_policy_rule *a = x->rule, *b = y->rule;
	struct nt_span text[2];

	if(a->methods != 0 && b->methods != 0 && !(a->methods & b->methods))
		return false;
	if(a->transports != 0 && b->transports != 0
			&& !(a->transports & b->transports))
		return false;
	text[0] = nt_policy_text(x->policy, a->aor);
	text[1] = nt_policy_text(y->policy, b->aor);
	if(differ(text[0], text[1]))
		return false;
	text[0] = nt_policy_text(x->policy, a->domain);
	text[1] = nt_policy_text(y->policy, b->domain);
	if(!a->below && !b->below && differ(text[0], text[1]))
		return false;
	if(nt_addr_is_set(&a->local.addr) && nt_addr_is_set(&b->local.addr)
			&& !nt_addr_eq(&a->local.addr, &b->local.addr))
		return false;
	return np_sources_meet(r->sources, x->networks, y->networks);
}
