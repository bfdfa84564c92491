/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_nets.h"

#include <errno.h>

#include "core/mem/mem.h"
#include "nat_edge/nat_edge_conf.h"

/* Entries as they are collected */
struct list
{
	struct nt_net_entry *entries;
	size_t count, room;
};

static int add(struct list *l, const struct nt_net_entry *entry, uint32_t tag,
		bool without)
{
	if(l->count == l->room)
		return ENOSPC;
	l->entries[l->count] = *entry;
	l->entries[l->count].tags = tag;
	l->entries[l->count].without = without;
	l->count++;
	return 0;
}

/* "builtin:private" stands for every network of that name */
static int add_builtin(
		struct list *l, struct nt_span name, uint32_t tag, bool without)
{
	size_t count;
	const struct nt_net_entry *special = nt_special_nets(&count);
	uint32_t wanted = nt_special_tag(name);

	if(wanted == 0)
		return EINVAL;
	for(size_t i = 0; i < count; i++) {
		if(special[i].tags == wanted && add(l, &special[i], tag, without) != 0)
			return ENOSPC;
	}
	return 0;
}

static int add_word(struct list *l, struct nt_span word, uint32_t tag)
{
	static const struct nt_span builtin = NT_SPAN_INIT("builtin:");
	struct nt_net_entry e;
	bool without = word.p[0] == '!';
	struct nt_span name = nt_span_of(word.p + without, word.len - without);

	if(name.len > builtin.len
			&& nt_span_eq(nt_span_of(name.p, builtin.len), builtin))
		return add_builtin(l,
				nt_span_of(name.p + builtin.len, name.len - builtin.len), tag,
				without);
	if(nt_net_parse(&e.range, &e.without, word) != 0)
		return EINVAL;
	return add(l, &e, tag, e.without);
}

static int add_list(
		struct list *l, const char *param, const char *text, uint32_t tag)
{
	struct nt_span rest = nt_span_cstr(text), word;
	int faults = 0;

	while(nt_span_word(&rest, &word)) {
		int err = add_word(l, word, tag);

		if(err == ENOSPC)
			return faults
				   + ne_refuse(
						   param, word, "4096 networks at most in all lists");
		if(err != 0)
			faults += ne_refuse(param, word,
					"networks like 10.0.0.0/8, 192.0.2.1-192.0.2.9, "
					"2001:db8::/32 without host bits, !10.9.0.0/16 to leave "
					"out, or builtin: with private, cgn, ula, linklocal, "
					"loopback, unspecified, documentation, benchmark, "
					"multicast, broadcast, reserved, tunnel, nat64, ietf");
	}
	return faults;
}

static int compile(struct nt_netset **set, const struct list *l)
{
	void *scratch = pkg_malloc(nt_netset_scratch_bytes(l->count));
	struct nt_netset *compiled = pkg_malloc(nt_netset_bytes(l->count));

	if(scratch == NULL || compiled == NULL) {
		PKG_MEM_ERROR_FMT("for %zu networks\n", l->count);
		if(scratch != NULL)
			pkg_free(scratch);
		if(compiled != NULL)
			pkg_free(compiled);
		return 1;
	}
	nt_netset_compile(compiled, scratch, l->entries, l->count);
	pkg_free(scratch);
	*set = compiled;
	return 0;
}

int ne_nets_read(struct nt_netset **set)
{
	size_t count;
	const struct nt_net_entry *special = nt_special_nets(&count);
	struct list l = {.count = count, .room = count + NE_NETS_MAX};
	int faults = 0;

	l.entries = pkg_malloc(l.room * sizeof(*l.entries));
	if(l.entries == NULL) {
		PKG_MEM_ERROR_FMT("for the lists of networks\n");
		return 1;
	}
	memcpy(l.entries, special, count * sizeof(*special));
	faults += add_list(
			&l, "private_nets", ne_params.private_nets, NT_NET_BEHIND_NAT);
	faults += add_list(&l, "lan_nets", ne_params.lan_nets, NT_NET_LAN);
	faults += add_list(&l, "nat_sites", ne_params.nat_sites, NT_NET_SITE);
	if(faults == 0)
		faults += compile(set, &l);
	pkg_free(l.entries);
	return faults;
}
