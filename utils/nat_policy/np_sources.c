/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_policy/np_sources.h"

#include <stdio.h>
#include <stdlib.h>

#include "nat_policy/np_mem.h"
#include "nat_policy/np_words.h"

/* One list of sources: its networks, joined where they touch */
struct list
{
	struct nt_vec ranges; /* struct nt_range, ascending */
	uint32_t number;
};

struct np_sources
{
	struct list *of[2]; /* own */
	size_t count[2];
	struct list **by_number; /* own; from 1 on */
};

static int by_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_lists(const struct list *a, const struct list *b)
{
	int order = by_size(a->ranges.count, b->ranges.count);

	for(size_t i = 0; order == 0 && i < a->ranges.count; i++) {
		const struct nt_range *x = nt_vec_at(&a->ranges, i);
		const struct nt_range *y = nt_vec_at(&b->ranges, i);

		order = nt_addr_cmp(&x->lo, &y->lo);
		if(order == 0)
			order = nt_addr_cmp(&x->hi, &y->hi);
	}
	return order;
}

static int compare_list_pointers(const void *x, const void *y)
{
	return compare_lists(
			*(const struct list *const *)x, *(const struct list *const *)y);
}

static struct nt_addr behind(struct nt_addr a)
{
	a.lo++;
	if(a.lo == 0)
		a.hi++;
	return a;
}

static struct nt_addr before(struct nt_addr a)
{
	if(a.lo == 0)
		a.hi--;
	a.lo--;
	return a;
}

static bool touch(const struct nt_addr *hi, const struct nt_addr *lo)
{
	struct nt_addr next = behind(*hi);

	return hi->family == lo->family && nt_addr_cmp(&next, lo) == 0;
}

static void add_range(struct list *l, const struct nt_range *r)
{
	struct nt_range *last = l->ranges.count > 0
									? nt_vec_at(&l->ranges, l->ranges.count - 1)
									: NULL;

	if(last != NULL && touch(&last->hi, &r->lo))
		last->hi = r->hi;
	else
		*(struct nt_range *)np_add(&l->ranges) = *r;
}

static void take_lists(
		struct list **lists, size_t *count, const struct nt_policy *p)
{
	const struct nt_netset *set = nt_policy_nets(p);
	const uint32_t *words = nt_policy_at(p, p->words);

	*count = p->lists.count;
	*lists = np_get(*count * sizeof(**lists));
	for(size_t i = 0; i < *count; i++) {
		(*lists)[i].number = 0;
		nt_vec_init(&(*lists)[i].ranges, &np_heap, sizeof(struct nt_range));
	}
	for(uint32_t i = 0; i < set->count; i++) {
		const struct nt_tagged_range *r = &set->ranges[i];

		for(uint32_t k = 1; r->members != 0 && k <= words[r->members]; k++) {
			uint32_t list = words[r->members + k];

			if(list > p->places)
				add_range(&(*lists)[list - p->places - 1], &r->range);
		}
	}
}

static void number_lists(struct np_sources *s)
{
	size_t all = s->count[0] + s->count[1], n = 0;
	uint32_t number = 0;
	struct list **sorted = np_get((all + 1) * sizeof(struct list *));

	for(int side = 0; side < 2; side++) {
		for(size_t i = 0; i < s->count[side]; i++)
			sorted[n++] = &s->of[side][i];
	}
	qsort(sorted, all, sizeof(struct list *), compare_list_pointers);
	s->by_number = np_get((all + 1) * sizeof(struct list *));
	for(size_t i = 0; i < all; i++) {
		if(i == 0 || compare_lists(sorted[i - 1], sorted[i]) != 0)
			s->by_number[++number] = sorted[i];
		sorted[i]->number = number;
	}
	free(sorted);
}

struct np_sources *np_sources_new(const struct nt_policy *const policies[2])
{
	struct np_sources *s = np_get(sizeof(*s));

	*s = (struct np_sources){.by_number = NULL};
	for(int side = 0; side < 2; side++) {
		if(policies[side] != NULL)
			take_lists(&s->of[side], &s->count[side], policies[side]);
	}
	number_lists(s);
	return s;
}

void np_sources_free(struct np_sources *s)
{
	for(int side = 0; side < 2; side++) {
		for(size_t i = 0; i < s->count[side]; i++)
			nt_vec_fini(&s->of[side][i].ranges);
		free(s->of[side]);
	}
	free(s->by_number);
	free(s);
}

uint32_t np_sources_of(const struct np_sources *s, int side,
		const struct nt_policy *policy, const struct nt_policy_rule *rule)
{
	if(rule->list == 0)
		return 0;
	return s->of[side][rule->list - policy->places - 1].number;
}

static bool share_an_address(const struct list *a, const struct list *b)
{
	size_t i = 0, k = 0;

	while(i < a->ranges.count && k < b->ranges.count) {
		const struct nt_range *x = nt_vec_at(&a->ranges, i);
		const struct nt_range *y = nt_vec_at(&b->ranges, k);

		if(nt_addr_cmp(&x->hi, &y->lo) < 0)
			i++;
		else if(nt_addr_cmp(&y->hi, &x->lo) < 0)
			k++;
		else
			return true;
	}
	return false;
}

bool np_sources_meet(const struct np_sources *s, uint32_t a, uint32_t b)
{
	return a == 0 || b == 0
		   || share_an_address(s->by_number[a], s->by_number[b]);
}

#define SOURCES_TOLD ((size_t)5)

/* Ranges to be told; those beyond that are counted */
struct told
{
	char *text;
	size_t len, count;
};

static void tell(struct told *t, const struct nt_range *r)
{
	char name[NP_RANGE_TEXT];
	int n;

	if(t->count++ >= SOURCES_TOLD)
		return;
	np_range_print(name, r);
	n = snprintf(t->text + t->len, NP_RANGE_TEXT + 1, "%s%s",
			t->len > 0 ? " " : "", name);
	t->len += n > 0 ? (size_t)n : 0;
}

/* What is left of one range without those of a list; @p k: the first of it that
 * may matter, for ranges ascend */
static void tell_rest(
		struct told *t, struct nt_range r, const struct list *b, size_t *k)
{
	for(; *k < b->ranges.count; (*k)++) {
		const struct nt_range *y = nt_vec_at(&b->ranges, *k);

		if(nt_addr_cmp(&y->lo, &r.hi) > 0)
			break;
		if(nt_addr_cmp(&y->hi, &r.lo) < 0)
			continue;
		if(nt_addr_cmp(&y->lo, &r.lo) > 0) {
			struct nt_range left = {r.lo, before(y->lo)};

			tell(t, &left);
		}
		if(nt_addr_cmp(&y->hi, &r.hi) >= 0)
			return;
		r.lo = behind(y->hi);
	}
	tell(t, &r);
}

char *np_sources_only(const struct np_sources *s, uint32_t a, uint32_t b)
{
	size_t room = (SOURCES_TOLD + 1) * (NP_RANGE_TEXT + 1), k = 0;
	struct told t = {.text = np_get(room)};
	const struct list *x = s->by_number[a];
	const struct list *y = s->by_number[b];

	for(size_t i = 0; i < x->ranges.count; i++)
		tell_rest(
				&t, *(const struct nt_range *)nt_vec_at(&x->ranges, i), y, &k);
	if(t.count == 0)
		snprintf(t.text, room, "nothing");
	else if(t.count > SOURCES_TOLD)
		snprintf(t.text + t.len, room - t.len, " and %zu more",
				t.count - SOURCES_TOLD);
	return t.text;
}
