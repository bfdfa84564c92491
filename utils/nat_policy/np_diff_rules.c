/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules of two policies are paired: first those that ask for the same, then
 * those that say the same of sources whose networks changed, then those of the
 * same name. */
#include "nat_policy/np_diff.h"

#include <stdlib.h>

#include "nat_policy/np_rules.h"
#include "nat_policy/np_words.h"

#define NOBODY SIZE_MAX
/* Pairs of rules that are looked at for their order */
#define PAIRS_MAX 500000000
#define SOURCES_TEXT 1024

struct pairing
{
	struct np_rules rules;
	size_t *partner[2]; /* own: of each rule; NOBODY */
	bool *wins;			/* own: of the old ones: paired by what they ask for,
						   and hidden by no other in either policy */
};

typedef int compare_fn(const struct np_rule *a, const struct np_rule *b);

static int by_rank(const struct np_rule *a, const struct np_rule *b)
{
	return a->rule->rank < b->rule->rank ? -1 : a->rule->rank > b->rule->rank;
}

static int by_conditions(const void *x, const void *y)
{
	int order = np_rules_compare(x, y);

	return order != 0 ? order : by_rank(x, y);
}

static int by_said(const void *x, const void *y)
{
	int order = np_rules_compare_said(x, y);

	return order != 0 ? order : by_rank(x, y);
}

static int compare_names(const struct np_rule *a, const struct np_rule *b)
{
	return strcmp(a->rule->name, b->rule->name);
}

static int by_name(const void *x, const void *y)
{
	int order = compare_names(x, y);

	return order != 0 ? order : by_rank(x, y);
}

static size_t index_of(const struct np_rule *r)
{
	return (size_t)(r->rule - nt_policy_rules(r->policy));
}

/* Those that have no partner yet, sorted */
static void take_single(struct nt_vec *single, const struct pairing *p,
		int side, bool named, int (*by)(const void *, const void *))
{
	nt_vec_init(single, &np_heap, sizeof(struct np_rule));
	for(size_t i = 0; i < p->rules.count[side]; i++) {
		const struct np_rule *r = &p->rules.of[side][i];

		if(p->partner[side][i] == NOBODY && (!named || r->rule->name[0]))
			*(struct np_rule *)np_add(single) = *r;
	}
	if(single->count > 0)
		qsort(single->items, single->count, sizeof(struct np_rule), by);
}

static void join(
		struct pairing *p, const struct np_rule *was, const struct np_rule *is)
{
	p->partner[0][index_of(was)] = index_of(is);
	p->partner[1][index_of(is)] = index_of(was);
}

/* From the end: of those that are equal the one that wins comes last, and finds
 * the one that wins */
static void pair(struct pairing *p, bool named, compare_fn *compare,
		int (*by)(const void *, const void *))
{
	struct nt_vec was, is;
	size_t i, k;
	const struct np_rule *last = NULL;

	take_single(&was, p, 0, named, by);
	take_single(&is, p, 1, named, by);
	for(i = was.count, k = is.count; i > 0 && k > 0;) {
		const struct np_rule *a = nt_vec_at(&was, i - 1);
		const struct np_rule *b = nt_vec_at(&is, k - 1);
		int order = compare(a, b);

		if(order == 0) {
			join(p, a, b);
			if(compare == np_rules_compare
					&& (last == NULL || compare(last, a) != 0))
				p->wins[index_of(a)] = true;
			last = a;
		}
		i -= order >= 0;
		k -= order <= 0;
	}
	nt_vec_fini(&was);
	nt_vec_fini(&is);
}

static void pairing_init(struct pairing *p, const struct np_diff *d)
{
	*p = (struct pairing){.wins = NULL};
	np_rules_init(&p->rules, d->nt[0], d->nt[1]);
	for(int side = 0; side < 2; side++) {
		size_t count = p->rules.count[side];

		p->partner[side] = np_get(count * sizeof(size_t));
		for(size_t i = 0; i < count; i++)
			p->partner[side][i] = NOBODY;
	}
	p->wins = np_get(p->rules.count[0] * sizeof(bool));
	memset(p->wins, 0, p->rules.count[0] * sizeof(bool));
	pair(p, false, np_rules_compare, by_conditions);
	pair(p, false, np_rules_compare_said, by_said);
	pair(p, true, compare_names, by_name);
}

static void pairing_fini(struct pairing *p)
{
	np_rules_fini(&p->rules);
	free(p->partner[0]);
	free(p->partner[1]);
	free(p->wins);
}

static const char *profile_of(const struct np_rule *r)
{
	if(r->rule->profile == NT_NO_PROFILE)
		return "of other rules";
	return nt_policy_profiles(r->policy)[r->rule->profile].name;
}

/* One that the other file does not have */
static void tell_single(
		struct np_diff *d, const struct np_rule *r, const char *change)
{
	bool added = strcmp(change, "added") == 0;
	char says[2 * NT_NAME_TEXT + 32];
	char *asks = np_rule_asks(r->policy, r->rule);
	struct np_difference *f = np_differ(d, "rule", change, asks,
			added ? 0 : r->rule->line, added ? r->rule->line : 0);

	snprintf(says, sizeof(says), "profile %s, nat %s", profile_of(r),
			np_rule_nat(r->rule));
	np_differ_from_to(f, "", added ? "" : says, added ? says : "");
	free(asks);
}

static void changed(struct np_diff *d, const struct np_rule *was,
		const struct np_rule *is, const char *aspect, const char *a,
		const char *b)
{
	char *asks = np_rule_asks(was->policy, was->rule);

	np_differ_from_to(np_differ(d, "rule", "changed", asks, was->rule->line,
							  is->rule->line),
			aspect, a, b);
	free(asks);
}

/* A source may be a name, or longer than what is kept of its text */
static void tell_sources(struct np_diff *d, const struct np_rules *rules,
		const struct np_rule *was, const struct np_rule *is)
{
	char *a = np_sources_only(rules->sources, was->networks, is->networks);
	char *b = np_sources_only(rules->sources, is->networks, was->networks);
	char before[SOURCES_TEXT], now[SOURCES_TEXT];

	snprintf(before, sizeof(before), "only before: %s", a);
	snprintf(now, sizeof(now), "only now: %s", b);
	changed(d, was, is, "source", before, now);
	free(a);
	free(b);
}

static void tell_asks(struct np_diff *d, const struct np_rules *rules,
		const struct np_rule *was, const struct np_rule *is)
{
	char *a = np_rule_asks(was->policy, was->rule);
	char *b = np_rule_asks(is->policy, is->rule);

	if(strcmp(a, b) == 0 && was->networks != 0 && is->networks != 0)
		tell_sources(d, rules, was, is);
	else
		changed(d, was, is, "asks", a, b);
	free(a);
	free(b);
}

static void tell_pair(struct np_diff *d, const struct np_rules *rules,
		const struct np_rule *was, const struct np_rule *is)
{
	if(np_rules_compare(was, is) != 0)
		tell_asks(d, rules, was, is);
	if(strcmp(profile_of(was), profile_of(is)) != 0)
		changed(d, was, is, "profile", profile_of(was), profile_of(is));
	if(was->rule->force != is->rule->force)
		changed(d, was, is, "nat", np_rule_nat(was->rule),
				np_rule_nat(is->rule));
	if(strcmp(was->rule->name, is->rule->name) != 0)
		changed(d, was, is, "name", was->rule->name, is->rule->name);
}

/* A pair among others that may fit the same message */
struct rival
{
	const struct np_rule *was, *is;
	uint32_t key; /* of AoR and domain: others never meet */
};

static int by_key(const void *x, const void *y)
{
	const struct rival *a = x, *b = y;

	if(a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return by_rank(a->was, b->was);
}

static bool say_the_same(const struct np_rule *a, const struct np_rule *b)
{
	return a->rule->force == b->rule->force
		   && strcmp(profile_of(a), profile_of(b)) == 0;
}

/* @p a stood behind @p b; does it still win where both fit? */
static void compare_order(struct np_diff *d, const struct np_rules *rules,
		const struct rival *a, const struct rival *b)
{
	char *other;
	char was[4096], is[4096];

	if(by_rank(a->is, b->is) > 0 || !np_rules_meet(rules, a->was, b->was)
			|| (say_the_same(a->was, b->was) && say_the_same(a->is, b->is)))
		return;
	other = np_rule_text(b->was->policy, b->was->rule);
	snprintf(was, sizeof(was), "wins where this fits too: %s", other);
	snprintf(is, sizeof(is), "loses there");
	changed(d, a->was, a->is, "order", was, is);
	free(other);
}

static void take_rivals(struct nt_vec *rivals, const struct pairing *p)
{
	nt_vec_init(rivals, &np_heap, sizeof(struct rival));
	for(size_t i = 0; i < p->rules.count[0]; i++) {
		const struct np_rule *was = &p->rules.of[0][i];
		struct rival *r;

		if(!p->wins[i])
			continue;
		r = np_add(rivals);
		*r = (struct rival){was, &p->rules.of[1][p->partner[0][i]],
				nt_text_hash(nt_text_hash(0, nt_policy_text(was->policy,
													 was->rule->aor)),
						nt_policy_text(was->policy, was->rule->domain))};
	}
	if(rivals->count > 0)
		qsort(rivals->items, rivals->count, sizeof(struct rival), by_key);
}

static bool is_in_order(const struct rival *r, size_t count)
{
	for(size_t i = 1; i < count; i++) {
		if(by_rank(r[i - 1].is, r[i].is) > 0)
			return false;
	}
	return true;
}

/* Rules that ask for as much are told apart by which comes later */
static void tell_order(struct np_diff *d, const struct pairing *p)
{
	struct nt_vec rivals;
	const struct rival *r;
	size_t from, to, looked_at = 0;

	take_rivals(&rivals, p);
	r = rivals.items;
	for(from = 0; from < rivals.count; from = to) {
		for(to = from + 1; to < rivals.count && r[to].key == r[from].key;)
			to++;
		if(is_in_order(&r[from], to - from))
			continue;
		for(size_t i = from; i < to; i++) {
			for(size_t k = from; k < i && looked_at < PAIRS_MAX; k++) {
				compare_order(d, &p->rules, &r[i], &r[k]);
				looked_at++;
			}
		}
	}
	nt_vec_fini(&rivals);
	if(looked_at == PAIRS_MAX)
		np_differ_from_to(np_differ(d, "rule", "changed", "(many)", 0, 0),
				"order", "", "too many changed places to compare all");
}

void np_diff_rules(struct np_diff *d)
{
	struct pairing p;

	pairing_init(&p, d);
	for(size_t i = 0; i < p.rules.count[0]; i++) {
		const struct np_rule *was = &p.rules.of[0][i];

		if(p.partner[0][i] == NOBODY)
			tell_single(d, was, "removed");
		else
			tell_pair(d, &p.rules, was, &p.rules.of[1][p.partner[0][i]]);
	}
	for(size_t i = 0; i < p.rules.count[1]; i++) {
		if(p.partner[1][i] == NOBODY)
			tell_single(d, &p.rules.of[1][i], "added");
	}
	tell_order(d, &p);
	pairing_fini(&p);
}
