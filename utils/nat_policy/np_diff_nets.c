/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses of which the two policies say something else: both tables are
 * walked side by side, from one end of a range to the next. */
#include "nat_policy/np_diff.h"

#include <stdarg.h>
#include <stdlib.h>

#include "nat_policy/np_words.h"
#include "nt/nt_gate.h"

#define STATE_TEXT 4096

/* What one policy says of an address; NULL: nothing */
struct side
{
	const struct nt_policy *p;
	const struct nt_netset *set;
	const uint32_t *words;
	const uint32_t *number; /* own: of each place, the same for one name */
	uint32_t at;			/* the range that ends at or behind the address */
};

/* A stretch of addresses that differs in one way */
struct stretch
{
	struct nt_range range;
	const struct nt_tagged_range *said[2];
};

struct named
{
	const char *name;
	uint32_t *number;
};

static int by_name(const void *x, const void *y)
{
	return strcmp(
			((const struct named *)x)->name, ((const struct named *)y)->name);
}

static void number_places(struct side sides[2])
{
	size_t all = sides[0].p->place.count + sides[1].p->place.count, n = 0;
	struct named *names = np_get(all * sizeof(*names));
	uint32_t number = 0;

	for(int s = 0; s < 2; s++) {
		uint32_t count = sides[s].p->place.count;
		uint32_t *numbers = np_get(count * sizeof(uint32_t));

		sides[s].number = numbers;
		for(uint32_t i = 0; i < count; i++)
			names[n++] = (struct named){
					nt_policy_places(sides[s].p)[i].name, &numbers[i]};
	}
	qsort(names, all, sizeof(*names), by_name);
	for(size_t i = 0; i < all; i++) {
		if(i == 0 || strcmp(names[i - 1].name, names[i].name) != 0)
			number++;
		*names[i].number = number;
	}
	free(names);
}

static int by_number(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return (a > b) - (a < b);
}

/* Without what has no effect: to allow what is denied, or permitted anyway */
static uint32_t tags_of(const struct nt_tagged_range *r)
{
	uint32_t tags = r != NULL ? r->tags : 0;

	if((tags & NT_NET_GATE_DENY) || !(tags & NT_GATE_DENIED_NETS))
		tags &= ~(uint32_t)NT_NET_GATE_ALLOW;
	return tags;
}

/* Places of a range by their numbers, ascending; how many there are */
static size_t places_of(const struct side *s, const struct nt_tagged_range *r,
		uint32_t numbers[NT_LISTS_HERE])
{
	const uint32_t *list =
			r != NULL && r->members != 0 ? &s->words[r->members] : NULL;
	size_t n = 0;

	for(uint32_t k = 1; list != NULL && k <= list[0]; k++) {
		if(list[k] <= s->p->places)
			numbers[n++] = s->number[list[k] - 1];
	}
	qsort(numbers, n, sizeof(uint32_t), by_number);
	return n;
}

static bool say_the_same(const struct side *a, const struct nt_tagged_range *x,
		const struct side *b, const struct nt_tagged_range *y)
{
	uint32_t left[NT_LISTS_HERE], right[NT_LISTS_HERE];
	size_t n;

	if(tags_of(x) != tags_of(y))
		return false;
	n = places_of(a, x, left);
	return n == places_of(b, y, right)
		   && memcmp(left, right, n * sizeof(uint32_t)) == 0;
}

static void __attribute__((format(printf, 3, 4)))
append(char *buf, size_t *len, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(buf + *len, STATE_TEXT - *len, format, args);
	va_end(args);
	if(n > 0 && (size_t)n < STATE_TEXT - *len)
		*len += (size_t)n;
}

static void put_into_words(char buf[STATE_TEXT], const struct side *s,
		const struct nt_tagged_range *r)
{
	const struct nt_place *places = nt_policy_places(s->p);
	uint32_t tags = tags_of(r);
	const uint32_t *list =
			r != NULL && r->members != 0 ? &s->words[r->members] : NULL;
	size_t n = 0;

	buf[0] = '\0';
	if(tags & NT_NET_SPECIAL)
		append(buf, &n, "%s", nt_special_name(tags));
	if(tags & NT_NET_BEHIND_NAT)
		append(buf, &n, "%snated", n > 0 ? ", " : "");
	for(uint32_t k = 1; list != NULL && k <= list[0]; k++) {
		if(list[k] <= s->p->places)
			append(buf, &n, "%s%s %s", n > 0 ? ", " : "",
					np_place_kind(&places[list[k] - 1]),
					places[list[k] - 1].name);
	}
	if(tags & NT_NET_SITE)
		append(buf, &n, " (broken ALG)");
	if(tags & NT_NET_TRUSTED)
		append(buf, &n, "%strusted", n > 0 ? ", " : "");
	if(tags & (NT_NET_GATE_ALLOW | NT_NET_GATE_DENY))
		append(buf, &n, "%sgate %s", n > 0 ? ", " : "",
				tags & NT_NET_GATE_DENY ? "denies" : "allows");
	if(n == 0)
		append(buf, &n, "nothing");
}

static void tell(
		struct np_diff *d, const struct side sides[2], const struct stretch *s)
{
	char name[NP_RANGE_TEXT], was[STATE_TEXT], is[STATE_TEXT];

	if(s->said[0] == NULL && s->said[1] == NULL)
		return;
	if(d->networks++ >= NP_NETWORKS_TOLD)
		return;
	np_range_print(name, &s->range);
	put_into_words(was, &sides[0], s->said[0]);
	put_into_words(is, &sides[1], s->said[1]);
	np_differ_from_to(
			np_differ(d, "network", "changed", name, 0, 0), "", was, is);
}

/* The range at @p at, or NULL; @p hi becomes the last address of which that is
 * true, if it is below */
static const struct nt_tagged_range *look(
		struct side *s, const struct nt_addr *at, struct nt_addr *hi)
{
	const struct nt_tagged_range *r;
	struct nt_addr end;

	while(s->at < s->set->count
			&& nt_addr_cmp(&s->set->ranges[s->at].range.hi, at) < 0)
		s->at++;
	if(s->at == s->set->count)
		return NULL;
	r = &s->set->ranges[s->at];
	if(nt_addr_cmp(&r->range.lo, at) <= 0) {
		end = r->range.hi;
	} else {
		end = nt_addr_prev(r->range.lo);
		r = NULL;
	}
	if(nt_addr_cmp(&end, hi) < 0)
		*hi = end;
	return r;
}

/* Does a stretch go on with what was found behind it? */
static bool goes_on(const struct stretch *s, const struct stretch *next,
		const struct side sides[2])
{
	struct nt_addr follows = nt_addr_next(s->range.hi);

	return (s->said[0] != NULL || s->said[1] != NULL)
		   && s->range.hi.family == next->range.lo.family
		   && nt_addr_cmp(&follows, &next->range.lo) == 0
		   && say_the_same(&sides[0], s->said[0], &sides[0], next->said[0])
		   && say_the_same(&sides[1], s->said[1], &sides[1], next->said[1]);
}

static void walk(struct np_diff *d, struct side sides[2])
{
	static const struct nt_addr last = {UINT64_MAX, UINT64_MAX, NT_FAMILY_IPV6};
	struct stretch open = {.said = {NULL, NULL}}, here;
	struct nt_addr at = {0, 0, NT_FAMILY_IPV6};

	for(;;) {
		here.range = (struct nt_range){at, last};
		here.said[0] = look(&sides[0], &at, &here.range.hi);
		here.said[1] = look(&sides[1], &at, &here.range.hi);
		for(int s = 0; s < 2; s++) {
			/* the address of a range knows its family */
			if(here.said[s] != NULL)
				here.range.lo.family = here.range.hi.family =
						here.said[s]->range.lo.family;
		}
		if(!say_the_same(&sides[0], here.said[0], &sides[1], here.said[1])) {
			if(goes_on(&open, &here, sides)) {
				open.range.hi = here.range.hi;
			} else {
				tell(d, sides, &open);
				open = here;
			}
		}
		if(nt_addr_cmp(&here.range.hi, &last) == 0)
			break;
		at = nt_addr_next(here.range.hi);
	}
	tell(d, sides, &open);
}

void np_diff_networks(struct np_diff *d)
{
	struct side sides[2];

	for(int s = 0; s < 2; s++)
		sides[s] = (struct side){.p = d->nt[s],
				.set = nt_policy_nets(d->nt[s]),
				.words = nt_policy_at(d->nt[s], d->nt[s]->words)};
	number_places(sides);
	walk(d, sides);
	for(int s = 0; s < 2; s++)
		free((uint32_t *)sides[s].number);
}
