/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of networks: each element is read, the list is compiled into blocks of
 * the exact size, and look-ups at and around all ends agree with walking
 * through the elements one by one. */
#include <stdio.h>
#include <stdlib.h>

#include "nt/nt_netset.h"
#include "nt_must.h"
#include "nt_naive.h"

#define MAX_ENTRIES 64

static void *block(size_t size)
{
	void *p = malloc(size);

	NT_MUST(p != NULL || size == 0);
	return p;
}

/* A range that is written out as "from-to" is the same range */
static void check_spelling(const struct nt_net_entry *e)
{
	char text[1 + 2 * NT_ADDR_TEXT], *copy;
	size_t n = 0;
	struct nt_range range;
	bool without;

	NT_MUST(number(&e->range.lo) <= number(&e->range.hi));
	if(e->range.lo.family != address(number(&e->range.hi)).family)
		return; /* ends in the other family's numbers: only "net/bits" can say
				   that */
	if(e->without)
		text[n++] = '!';
	n += nt_addr_print(text + n, NT_ADDR_TEXT, &e->range.lo, false);
	text[n++] = '-';
	n += nt_addr_print(text + n, NT_ADDR_TEXT, &e->range.hi, false);
	copy = block(n);
	memcpy(copy, text, n);
	NT_MUST(nt_net_parse(&range, &without, nt_span_of(copy, n)) == 0);
	NT_MUST(number(&range.lo) == number(&e->range.lo));
	NT_MUST(number(&range.hi) == number(&e->range.hi) && without == e->without);
	free(copy);
}

static size_t read_list(struct nt_net_entry *entries, struct nt_span list)
{
	struct nt_span word;
	size_t n = 0;

	while(n < MAX_ENTRIES && nt_span_word(&list, &word)) {
		if(nt_net_parse(&entries[n].range, &entries[n].without, word) != 0)
			continue;
		/* few tags, so that some ranges merge and exclusions bite */
		entries[n].tags = word.len % 2 ? 1 : 3;
		check_spelling(&entries[n]);
		n++;
	}
	return n;
}

static void check_set(const struct nt_netset *set,
		const struct nt_net_entry *entries, size_t count)
{
	for(uint32_t i = 0; i < set->count; i++) {
		const struct nt_tagged_range *r = &set->ranges[i];

		NT_MUST(r->tags != 0 && number(&r->range.lo) <= number(&r->range.hi));
		if(i == 0)
			continue;
		NT_MUST(number(&r[-1].range.hi) < number(&r->range.lo));
		NT_MUST(number(&r[-1].range.hi) + 1 != number(&r->range.lo)
				|| r[-1].tags != r->tags);
	}
	for(size_t i = 0; i < 6 * count; i++) {
		const struct nt_range *r = &entries[i / 6].range;
		wide at = i % 2 ? number(&r->lo) : number(&r->hi);
		struct nt_addr a = address(at + i / 2 % 3 - 1);

		NT_MUST(nt_netset_find(set, &a) == naive(entries, count, number(&a)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_net_entry entries[MAX_ENTRIES], *exact;
	struct nt_netset *set, *moved;
	void *scratch;
	char *copy = block(size);
	size_t count, used;

	if(size > 0)
		memcpy(copy, data, size);
	count = read_list(entries, nt_span_of(copy, size));
	free(copy);

	exact = block(count * sizeof(*exact));
	if(count > 0)
		memcpy(exact, entries, count * sizeof(*exact));
	set = block(nt_netset_bytes(count));
	scratch = block(nt_netset_scratch_bytes(count));
	nt_netset_compile(set, scratch, exact, count);
	free(scratch);
	free(exact);

	used = sizeof(*set) + set->count * sizeof(set->ranges[0]);
	moved = block(used);
	memcpy(moved, set, used);
	free(set);
	check_set(moved, entries, count);
	free(moved);
	return 0;
}
