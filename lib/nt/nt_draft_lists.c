/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of networks: words in, disjoint ranges out. */
#include "nt/nt_draft_parts.h"

#include <errno.h>

#define NONE_LEFT                                                             \
	"at least one network; words with ! only leave out what words before it " \
	"gave"

#define ALLOWED                                                               \
	"networks like 10.0.0.0/8, 192.0.2.1-192.0.2.9, 2001:db8::/32 without "   \
	"host bits, names of network elements above, interfaces, builtin: with "  \
	"private, cgn, ula, linklocal, loopback, unspecified, documentation, "    \
	"benchmark, multicast, broadcast, reserved, tunnel, nat64 or ietf; each " \
	"with ! before it to leave it out"

/* So many networks at most in one list */
#define ENTRIES_MAX 1000000
#define ALL_ENTRIES_MAX 4000000

/* A list while its words are read */
struct list
{
	struct nt_vec entries; /* struct nt_net_entry */
	bool any;			   /* names of lans, nateds, sites, gateways count */
	bool of_machine; /* names what another machine may not have: if that is
						nothing, nobody made a mistake */
};

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

static int add_named(
		struct nt_draft *d, struct list *l, struct nt_span name, bool without)
{
	const struct nt_named *n = nt_named_find(d, name);

	if(n == NULL || !(n->mixable || l->any))
		return EINVAL;
	l->of_machine |= n->of_machine;
	for(size_t m = n->from; m < n->from + n->count; m++) {
		const struct nt_member *member = nt_vec_at(&d->members, m);

		if(add(&l->entries, &member->range, without) != 0)
			return ENOMEM;
	}
	return 0;
}

static int add_interfaces(struct nt_draft *d, struct list *l, bool without)
{
	l->of_machine = true;
	for(size_t i = 0; i < d->interface_count; i++) {
		if(add(&l->entries, &d->interfaces[i], without) != 0)
			return ENOMEM;
	}
	return 0;
}

static int add_word(struct nt_draft *d, struct list *l, struct nt_span word)
{
	static const struct nt_span builtin = NT_SPAN_INIT("builtin:");
	bool without = word.p[0] == '!';
	struct nt_span name = nt_span_of(word.p + without, word.len - without);
	struct nt_range range;

	if(name.len > builtin.len
			&& nt_span_eq(nt_span_of(name.p, builtin.len), builtin))
		return add_builtin(&l->entries,
				nt_span_of(name.p + builtin.len, name.len - builtin.len),
				without);
	if(nt_net_parse(&range, &without, word) == 0)
		return add(&l->entries, &range, without);
	if(nt_span_eq(name, NT_SPAN("interfaces")))
		return add_interfaces(d, l, without);
	return add_named(d, l, name, without);
}

static int read_words(
		const struct nt_element *e, struct list *l, struct nt_span attribute)
{
	struct nt_span text = nt_attr_get(e, attribute), word;
	int result = 0;

	while(nt_span_word(&text, &word)) {
		int err = add_word(e->d, l, word);

		if(err == ENOMEM)
			return ENOMEM;
		if(err != 0)
			result = nt_refuse(e, attribute, word, ALLOWED);
		if(l->entries.count > ENTRIES_MAX)
			return nt_refuse(
					e, attribute, word, "1000000 networks at most in a list");
		if(e->d->entries_read + l->entries.count > ALL_ENTRIES_MAX)
			return nt_refuse(e, attribute, word,
					"4000000 networks at most in all lists, each time that "
					"another list names them counted");
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
		size_t attribute_count, bool any, bool *of_machine)
{
	struct list l = {.any = any};
	size_t before = e->d->members.count;
	int err = 0;

	nt_vec_init(&l.entries, e->d->mem, sizeof(struct nt_net_entry));
	for(size_t i = 0; i < attribute_count && err != ENOMEM; i++) {
		int one = read_words(e, &l, attributes[i]);

		err = one != 0 ? one : err;
	}
	if(err == 0)
		err = flatten(e->d, &l.entries);
	e->d->entries_read += l.entries.count;
	nt_vec_fini(&l.entries);
	if(err == 0 && e->d->members.count == before && !l.of_machine) {
		const struct nt_span *last = &attributes[attribute_count - 1];

		err = nt_refuse(e, *last, nt_attr_get(e, *last), NONE_LEFT);
	}
	if(err != 0)
		e->d->members.count = before;
	*of_machine = l.of_machine;
	return err;
}
