/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nt_netset_join(): a sweep over all ends of all ranges, in order of address.
 * Between two ends nothing changes. */
#include "nt/nt_netset.h"

#include <errno.h>
#include <stdlib.h>

#define TAG_BITS 32
/* 64 MiB: far beyond any policy that a person wrote */
#define WORDS_MAX ((size_t)1 << 24)

/* Where a member begins, or has ended */
struct edge
{
	struct nt_addr at;
	uint32_t tags, list;
	bool end;
};

struct sweep
{
	struct nt_vec edges, ranges, words;
	uint32_t tag_count[TAG_BITS];
	uint32_t lists[NT_LISTS_HERE]; /* ascending */
	size_t list_count;
	uint32_t tags;
};

static const struct nt_addr ipv4_first = {0, 0xffffull << 32, NT_FAMILY_IPV4};
static const struct nt_addr ipv4_last = {0, (1ull << 48) - 1, NT_FAMILY_IPV4};

static int add_edge(
		struct sweep *s, struct nt_addr at, const struct nt_member *m, bool end)
{
	struct edge *e = nt_vec_add(&s->edges);

	if(e == NULL)
		return ENOMEM;
	*e = (struct edge){at, m->tags, m->list, end};
	return 0;
}

static int add_part(struct sweep *s, const struct nt_member *m,
		struct nt_addr lo, struct nt_addr hi)
{
	if(nt_addr_cmp(&lo, &hi) > 0)
		return 0;
	if(add_edge(s, lo, m, false) != 0)
		return ENOMEM;
	return nt_addr_is_last(&hi) ? 0 : add_edge(s, nt_addr_next(hi), m, true);
}

/* IPv4 lies inside IPv6 here, but an operator's "::/0" means IPv6 */
static int add_member(struct sweep *s, const struct nt_member *m)
{
	const struct nt_range *r = &m->range;

	if(r->lo.family == NT_FAMILY_IPV4 || nt_addr_cmp(&r->hi, &ipv4_first) < 0
			|| nt_addr_cmp(&r->lo, &ipv4_last) > 0)
		return add_part(s, m, r->lo, r->hi);
	if(add_part(s, m, r->lo, nt_addr_prev(ipv4_first)) != 0)
		return ENOMEM;
	return add_part(s, m, nt_addr_next(ipv4_last), r->hi);
}

static int by_address(const void *x, const void *y)
{
	const struct edge *a = x, *b = y;

	return nt_addr_cmp(&a->at, &b->at);
}

static void count_tags(struct sweep *s, uint32_t tags, bool end)
{
	for(unsigned i = 0; i < TAG_BITS; i++) {
		uint32_t bit = (uint32_t)1 << i;

		if(!(tags & bit))
			continue;
		s->tag_count[i] += end ? UINT32_MAX : 1;
		if(s->tag_count[i] > 0)
			s->tags |= bit;
		else
			s->tags &= ~bit;
	}
}

static int count_list(struct sweep *s, uint32_t list, bool end)
{
	size_t i = 0;

	if(list == 0)
		return 0;
	while(i < s->list_count && s->lists[i] < list)
		i++;
	if(end && (i == s->list_count || s->lists[i] != list))
		return 0;
	if(end) {
		memmove(&s->lists[i], &s->lists[i + 1],
				(s->list_count - i - 1) * sizeof(s->lists[0]));
		s->list_count--;
		return 0;
	}
	if(s->list_count == NT_LISTS_HERE)
		return E2BIG;
	memmove(&s->lists[i + 1], &s->lists[i],
			(s->list_count - i) * sizeof(s->lists[0]));
	s->lists[i] = list;
	s->list_count++;
	return 0;
}

/* Of all that meets at one address, the ends come first: a list may end and
 * begin there */
static int cross(struct sweep *s, size_t from, size_t to)
{
	for(int end = 1; end >= 0; end--) {
		for(size_t i = from; i < to; i++) {
			const struct edge *e = nt_vec_at(&s->edges, i);

			if(e->end != (end == 1))
				continue;
			count_tags(s, e->tags, e->end);
			if(count_list(s, e->list, e->end) != 0)
				return E2BIG;
		}
	}
	return 0;
}

static bool is_written(const struct sweep *s, uint32_t at)
{
	const uint32_t *words = nt_vec_at(&s->words, at);

	return s->words.count - at > s->list_count && words[0] == s->list_count
		   && memcmp(words + 1, s->lists, s->list_count * sizeof(*words)) == 0;
}

/* The lists of here, as an index into the words. Neighbours of a range often
 * say the same as it. */
static int write_lists(struct sweep *s, uint32_t *at)
{
	static const size_t look_back = 8;
	size_t count = s->ranges.count;
	uint32_t *word;

	*at = 0;
	if(s->list_count == 0)
		return 0;
	for(size_t i = 0; i < look_back && i < count; i++) {
		const struct nt_tagged_range *r = nt_vec_at(&s->ranges, count - 1 - i);

		if(r->members != 0 && is_written(s, r->members)) {
			*at = r->members;
			return 0;
		}
	}
	if(s->words.count + s->list_count + 1 > WORDS_MAX)
		return E2BIG;
	*at = (uint32_t)s->words.count;
	for(size_t i = 0; i <= s->list_count; i++) {
		if((word = nt_vec_add(&s->words)) == NULL)
			return ENOMEM;
		*word = i == 0 ? (uint32_t)s->list_count : s->lists[i - 1];
	}
	return 0;
}

static struct nt_addr with_family(struct nt_addr a)
{
	a.family = nt_addr_cmp(&a, &ipv4_first) >= 0
							   && nt_addr_cmp(&a, &ipv4_last) <= 0
					   ? NT_FAMILY_IPV4
					   : NT_FAMILY_IPV6;
	return a;
}

static int emit(struct sweep *s, struct nt_addr lo, struct nt_addr hi)
{
	struct nt_tagged_range *last, *r;
	uint32_t members;
	int err;

	if(s->tags == 0 && s->list_count == 0)
		return 0;
	if((err = write_lists(s, &members)) != 0)
		return err;
	if(s->ranges.count > 0) {
		struct nt_addr next;

		last = nt_vec_at(&s->ranges, s->ranges.count - 1);
		next = nt_addr_next(last->range.hi);
		if(last->tags == s->tags && last->members == members
				&& nt_addr_cmp(&next, &lo) == 0) {
			last->range.hi = with_family(hi);
			return 0;
		}
	}
	if((r = nt_vec_add(&s->ranges)) == NULL)
		return ENOMEM;
	*r = (struct nt_tagged_range){
			{with_family(lo), with_family(hi)}, s->tags, members};
	return 0;
}

static int run(struct sweep *s, struct nt_addr *where)
{
	static const struct nt_addr end = {UINT64_MAX, UINT64_MAX, NT_FAMILY_IPV6};
	const struct edge *edges = s->edges.items;
	size_t count = s->edges.count, to;
	int err;

	for(size_t from = 0; from < count; from = to) {
		for(to = from + 1;
				to < count && by_address(&edges[from], &edges[to]) == 0;)
			to++;
		*where = with_family(edges[from].at);
		if((err = cross(s, from, to)) != 0)
			return err;
		err = emit(s, edges[from].at,
				to < count ? nt_addr_prev(edges[to].at) : end);
		*where = (struct nt_addr){.family = NT_FAMILY_NONE};
		if(err != 0)
			return err;
	}
	return 0;
}

static int collect(struct sweep *s, const struct nt_member *members,
		size_t count, const struct nt_mem *mem)
{
	nt_vec_init(&s->edges, mem, sizeof(struct edge));
	nt_vec_init(&s->ranges, mem, sizeof(struct nt_tagged_range));
	nt_vec_init(&s->words, mem, sizeof(uint32_t));
	/* word 0 is nobody's: 0 means no lists */
	if(nt_vec_add(&s->words) == NULL)
		return ENOMEM;
	for(size_t i = 0; i < count; i++) {
		if(add_member(s, &members[i]) != 0)
			return ENOMEM;
	}
	if(s->edges.count > 0)
		qsort(s->edges.items, s->edges.count, sizeof(struct edge), by_address);
	return 0;
}

static int copy_set(struct nt_joined *joined, const struct sweep *s,
		const struct nt_mem *mem)
{
	size_t bytes = s->ranges.count * sizeof(struct nt_tagged_range);

	joined->set = mem->get(mem->ctx, sizeof(*joined->set) + bytes);
	if(joined->set == NULL)
		return ENOMEM;
	joined->set->count = (uint32_t)s->ranges.count;
	if(bytes > 0)
		memcpy(joined->set->ranges, s->ranges.items, bytes);
	return 0;
}

int nt_netset_join(struct nt_joined *joined, const struct nt_member *members,
		size_t count, const struct nt_mem *mem, struct nt_addr *where)
{
	struct sweep s = {.list_count = 0};
	int err = collect(&s, members, count, mem);

	if(err == 0)
		err = run(&s, where);
	if(err == 0)
		err = copy_set(joined, &s, mem);
	if(err == 0) {
		joined->words = s.words.items;
		joined->word_count = s.words.count;
		s.words.items = NULL;
	}
	nt_vec_fini(&s.edges);
	nt_vec_fini(&s.ranges);
	nt_vec_fini(&s.words);
	return err;
}

void nt_joined_fini(struct nt_joined *joined, const struct nt_mem *mem)
{
	mem->put(mem->ctx, joined->set);
	mem->put(mem->ctx, joined->words);
	*joined = (struct nt_joined){.set = NULL};
}
