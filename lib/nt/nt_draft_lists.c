/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of networks: words in, disjoint ranges out. */
#include "nt/nt_draft_parts.h"

#include <errno.h>

#define ALLOWED                                                               \
	"networks like 10.0.0.0/8, 192.0.2.1-192.0.2.9, 2001:db8::/32 without "   \
	"host bits, names of network elements above, interfaces, builtin: with "  \
	"private, cgn, ula, linklocal, loopback, unspecified, documentation, "    \
	"benchmark, multicast, broadcast, reserved, tunnel, nat64 or ietf; each " \
	"with ! before it to leave it out"

/* So many words at most in one list */
#define WORDS_MAX 1000000

static int add(
		struct nt_vec *entries, const struct nt_range *range, bool without)
{
	struct nt_net_entry *e = nt_vec_add(entries);

	if(e == NULL)
		return ENOMEM;
	*e = (struct nt_net_entry){*range, 1, without};
	return 0;
}

static int add_builtin(
		struct nt_vec *entries, struct nt_span name, bool without)
{
	size_t count;
	const struct nt_net_entry *special = nt_special_nets(&count);
	uint32_t wanted = nt_special_tag(name);

	if(wanted == 0)
		return EINVAL;
	for(size_t i = 0; i < count; i++) {
		if(special[i].tags == wanted
				&& add(entries, &special[i].range, without) != 0)
			return ENOMEM;
	}
	return 0;
}

static int add_named(struct nt_draft *d, struct nt_vec *entries,
		struct nt_span name, bool without, bool any)
{
	for(size_t i = 0; i < d->named.count; i++) {
		const struct nt_named *n = nt_vec_at(&d->named, i);

		if(!nt_span_eq(name, nt_span_cstr(n->name)) || !(n->mixable || any))
			continue;
		for(size_t m = n->from; m < n->from + n->count; m++) {
			const struct nt_member *member = nt_vec_at(&d->members, m);

			if(add(entries, &member->range, without) != 0)
				return ENOMEM;
		}
		return 0;
	}
	return EINVAL;
}

static int add_interfaces(
		struct nt_draft *d, struct nt_vec *entries, bool without)
{
	for(size_t i = 0; i < d->interface_count; i++) {
		if(add(entries, &d->interfaces[i], without) != 0)
			return ENOMEM;
	}
	return 0;
}

static int add_word(struct nt_draft *d, struct nt_vec *entries,
		struct nt_span word, bool any)
{
	static const struct nt_span builtin = NT_SPAN_INIT("builtin:");
	bool without = word.p[0] == '!';
	struct nt_span name = nt_span_of(word.p + without, word.len - without);
	struct nt_range range;

	if(name.len > builtin.len
			&& nt_span_eq(nt_span_of(name.p, builtin.len), builtin))
		return add_builtin(entries,
				nt_span_of(name.p + builtin.len, name.len - builtin.len),
				without);
	if(nt_net_parse(&range, &without, word) == 0)
		return add(entries, &range, without);
	if(nt_span_eq(name, NT_SPAN("interfaces")))
		return add_interfaces(d, entries, without);
	return add_named(d, entries, name, without, any);
}

static int read_words(const struct nt_element *e, struct nt_vec *entries,
		struct nt_span attribute, struct nt_span list, bool any)
{
	struct nt_span word;
	int result = 0;

	while(nt_span_word(&list, &word)) {
		int err = entries->count < WORDS_MAX
						  ? add_word(e->d, entries, word, any)
						  : EINVAL;

		if(err == ENOMEM)
			return ENOMEM;
		if(err != 0)
			result = nt_refuse(e, attribute, word,
					entries->count < WORDS_MAX
							? ALLOWED
							: "1000000 networks at most in a list");
		if(entries->count >= WORDS_MAX)
			return result;
	}
	return result;
}

/* What a list says twice, and what it leaves out again, is gone afterwards */
static int flatten(struct nt_draft *d, const struct nt_vec *entries)
{
	const struct nt_mem *mem = d->mem;
	struct nt_netset *set = mem->get(mem->ctx, nt_netset_bytes(entries->count));
	void *scratch = mem->get(mem->ctx, nt_netset_scratch_bytes(entries->count));
	int err = set == NULL || scratch == NULL ? ENOMEM : 0;

	if(err == 0)
		nt_netset_compile(set, scratch, entries->items, entries->count);
	for(uint32_t i = 0; err == 0 && i < set->count; i++) {
		struct nt_member *m = nt_vec_add(&d->members);

		if(m == NULL)
			err = ENOMEM;
		else
			m->range = set->ranges[i].range;
	}
	mem->put(mem->ctx, scratch);
	mem->put(mem->ctx, set);
	return err;
}

int nt_list_read(const struct nt_element *e, const struct nt_span *attributes,
		size_t attribute_count, bool any)
{
	struct nt_vec entries;
	size_t before = e->d->members.count;
	int err = 0;

	nt_vec_init(&entries, e->d->mem, sizeof(struct nt_net_entry));
	for(size_t i = 0; i < attribute_count && err != ENOMEM; i++) {
		int one = read_words(
				e, &entries, attributes[i], nt_attr_get(e, attributes[i]), any);

		err = one != 0 ? one : err;
	}
	if(err == 0)
		err = flatten(e->d, &entries);
	nt_vec_fini(&entries);
	if(err != 0)
		e->d->members.count = before;
	return err;
}
