/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_netset.h"

#include <errno.h>
#include <stdlib.h>

/* Where ranges begin, and where they have ended: tags only ever change at these
 * addresses. */
struct bounds
{
	struct nt_addr *at;
	size_t count;
};

static int by_number(const void *x, const void *y)
{
	return nt_addr_cmp(x, y);
}

/* Two for each entry, the two ends of IPv4, and one behind the last */
static size_t most_bounds(size_t entry_count)
{
	return 2 * entry_count + 3;
}

size_t nt_netset_bytes(size_t entry_count)
{
	return sizeof(struct nt_netset)
		   + most_bounds(entry_count) * sizeof(struct nt_tagged_range);
}

size_t nt_netset_scratch_bytes(size_t entry_count)
{
	return most_bounds(entry_count)
		   * (sizeof(struct nt_addr) + 2 * sizeof(uint32_t));
}

/* IPv4 lies inside IPv6 here, but an operator's "::/0" means IPv6 */
static bool is_ipv4(const struct nt_addr *a)
{
	return a->hi == 0 && a->lo >> 32 == 0xffff;
}

static void collect(struct bounds *b, const struct nt_net_entry *entries,
		size_t entry_count)
{
	size_t kept = 0;

	b->at[0] = (struct nt_addr){0, 0xffffull << 32, NT_FAMILY_IPV4};
	b->at[1] = (struct nt_addr){0, 1ull << 48, NT_FAMILY_IPV6};
	b->count = 2;
	for(size_t i = 0; i < entry_count; i++) {
		b->at[b->count++] = entries[i].range.lo;
		if(!nt_addr_is_last(&entries[i].range.hi))
			b->at[b->count++] = nt_addr_next(entries[i].range.hi);
	}
	qsort(b->at, b->count, sizeof(*b->at), by_number);
	for(size_t i = 0; i < b->count; i++) {
		if(kept == 0 || nt_addr_cmp(&b->at[kept - 1], &b->at[i]) != 0)
			b->at[kept++] = b->at[i];
	}
	b->count = kept;
}

/* The index of a bound that is known to be there */
static size_t index_of(const struct bounds *b, const struct nt_addr *a)
{
	size_t from = 0, to = b->count;

	while(from < to) {
		size_t mid = from + (to - from) / 2;

		if(nt_addr_cmp(&b->at[mid], a) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

/* The first segment from @p i on that is not painted yet; steps halve as they
 * are used */
static size_t unpainted(uint32_t *next, size_t i)
{
	while(next[i] != i) {
		next[i] = next[next[i]];
		i = next[i];
	}
	return i;
}

/* Paint one tag, the last entry first: what it covers nobody paints over */
static void paint(uint32_t *tags, uint32_t *next, const struct bounds *b,
		const struct nt_net_entry *entry, uint32_t tag)
{
	static const struct nt_addr behind_ipv4 = {0, 1ull << 48, NT_FAMILY_IPV6};
	bool is_v4 = entry->range.lo.family == NT_FAMILY_IPV4;
	size_t i = unpainted(next, index_of(b, &entry->range.lo));

	while(i < b->count && nt_addr_cmp(&b->at[i], &entry->range.hi) <= 0) {
		if(!is_v4 && is_ipv4(&b->at[i])) {
			i = unpainted(next, index_of(b, &behind_ipv4));
			continue;
		}
		if(!entry->without)
			tags[i] |= tag;
		next[i] = (uint32_t)i + 1;
		i = unpainted(next, i + 1);
	}
}

static void paint_all(uint32_t *tags, uint32_t *next, const struct bounds *b,
		const struct nt_net_entry *entries, size_t entry_count)
{
	uint32_t all = 0;

	for(size_t i = 0; i < entry_count; i++)
		all |= entries[i].tags;
	for(uint32_t tag = 1; tag != 0; tag <<= 1) {
		if(!(all & tag))
			continue;
		for(size_t i = 0; i <= b->count; i++)
			next[i] = (uint32_t)i;
		for(size_t i = entry_count; i-- > 0;) {
			if(entries[i].tags & tag)
				paint(tags, next, b, &entries[i], tag);
		}
	}
}

static struct nt_addr with_family(struct nt_addr a)
{
	a.family = is_ipv4(&a) ? NT_FAMILY_IPV4 : NT_FAMILY_IPV6;
	return a;
}

void nt_netset_compile(struct nt_netset *set, void *scratch,
		const struct nt_net_entry *entries, size_t entry_count)
{
	struct bounds b = {scratch, 0};
	uint32_t *tags = (uint32_t *)(b.at + most_bounds(entry_count));
	uint32_t *next = tags + most_bounds(entry_count);

	collect(&b, entries, entry_count);
	memset(tags, 0, b.count * sizeof(*tags));
	paint_all(tags, next, &b, entries, entry_count);

	set->count = 0;
	for(size_t i = 0; i < b.count; i++) {
		struct nt_tagged_range *last =
				set->count > 0 ? &set->ranges[set->count - 1] : NULL;
		struct nt_addr lo = with_family(b.at[i]);
		struct nt_addr hi = {UINT64_MAX, UINT64_MAX, NT_FAMILY_IPV6};

		if(i + 1 < b.count)
			hi = with_family(nt_addr_prev(b.at[i + 1]));
		if(tags[i] == 0)
			continue;
		if(last != NULL && last->tags == tags[i]
				&& !nt_addr_is_last(&last->range.hi)) {
			struct nt_addr after = nt_addr_next(last->range.hi);

			if(nt_addr_cmp(&after, &lo) == 0) {
				last->range.hi = hi;
				continue;
			}
		}
		set->ranges[set->count++] =
				(struct nt_tagged_range){{lo, hi}, tags[i], 0};
	}
}

/* One comparison without branches: this runs for every message */
static inline unsigned __int128 wide(const struct nt_addr *a)
{
	return (unsigned __int128)a->hi << 64 | a->lo;
}

const struct nt_tagged_range *nt_netset_range(
		const struct nt_netset *set, const struct nt_addr *a)
{
	const struct nt_tagged_range *base = set->ranges;
	unsigned __int128 at = wide(a);
	size_t left = set->count;

	if(!nt_addr_is_set(a))
		return NULL;
	while(left > 0) {
		size_t half = left / 2;
		bool above = wide(&base[half].range.hi) < at;

		base += above ? half + 1 : 0;
		left = above ? left - half - 1 : half;
	}
	if(base == set->ranges + set->count || wide(&base->range.lo) > at)
		return NULL;
	return base;
}

uint32_t nt_netset_find(const struct nt_netset *set, const struct nt_addr *a)
{
	const struct nt_tagged_range *r = nt_netset_range(set, a);

	return r != NULL ? r->tags : 0;
}

/* Set or test the @p bits lowest bits of a 128-bit number */
static struct nt_addr with_low_bits(struct nt_addr a, unsigned bits)
{
	if(bits >= 64) {
		a.lo = UINT64_MAX;
		a.hi |= bits == 128 ? UINT64_MAX : ((uint64_t)1 << (bits - 64)) - 1;
	} else {
		a.lo |= ((uint64_t)1 << bits) - 1;
	}
	return a;
}

static int parse_cidr(
		struct nt_range *range, struct nt_span net, struct nt_span bits_text)
{
	struct nt_addr lo, zero_check;
	unsigned long bits, width;

	if(nt_addr_parse(&lo, net) != 0)
		return EINVAL;
	width = lo.family == NT_FAMILY_IPV4 ? 32 : 128;
	if(nt_span_number(&bits, bits_text, width) != 0)
		return EINVAL;
	zero_check = with_low_bits(
			(struct nt_addr){0, 0, NT_FAMILY_IPV6}, (unsigned)(width - bits));
	if((lo.lo & zero_check.lo) != 0 || (lo.hi & zero_check.hi) != 0)
		return EINVAL;
	range->lo = lo;
	range->hi = with_low_bits(lo, (unsigned)(width - bits));
	return 0;
}

int nt_net_parse(struct nt_range *range, bool *without, struct nt_span text)
{
	struct nt_range got;
	const char *mark;
	bool minus = text.len > 0 && text.p[0] == '!';

	if(minus)
		text = nt_span_of(text.p + 1, text.len - 1);
	if(text.len == 0)
		return EINVAL;
	if((mark = memchr(text.p, '/', text.len)) != NULL) {
		size_t at = (size_t)(mark - text.p);

		if(parse_cidr(&got, nt_span_of(text.p, at),
				   nt_span_of(mark + 1, text.len - at - 1))
				!= 0)
			return EINVAL;
	} else if((mark = memchr(text.p, '-', text.len)) != NULL) {
		size_t at = (size_t)(mark - text.p);

		if(nt_addr_parse(&got.lo, nt_span_of(text.p, at)) != 0
				|| nt_addr_parse(
						   &got.hi, nt_span_of(mark + 1, text.len - at - 1))
						   != 0
				|| got.lo.family != got.hi.family
				|| nt_addr_cmp(&got.lo, &got.hi) > 0)
			return EINVAL;
	} else {
		if(nt_addr_parse(&got.lo, text) != 0)
			return EINVAL;
		got.hi = got.lo;
	}
	*range = got;
	*without = minus;
	return 0;
}
