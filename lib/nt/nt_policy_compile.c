/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From a draft to one block: names become indices, lists one table, rules
 * chains. */
#include "nt/nt_draft_parts.h"

#include <errno.h>
#include <stdlib.h>

/* Parts of the block begin where any of their types may */
#define ALIGN(n) (((n) + 15) & ~(size_t)15)
#define BYTES_MAX UINT32_MAX

static const char *const default_nated[] = {
		"private", "cgn", "ula", "linklocal", "loopback", "ietf"};

struct compiler
{
	struct nt_draft *d;
	struct nt_vec members; /* struct nt_member: all that are joined */
	struct nt_joined joined;
	struct nt_policy *p; /* own until it is done */
};

static void fault(struct compiler *c, unsigned line, const char *element,
		const char *attribute, struct nt_span value, const char *allowed)
{
	struct nt_fault f = {line, nt_span_cstr(element), nt_span_cstr(attribute),
			value, allowed};

	nt_draft_fault(c->d, &f);
}

static int add_member(struct compiler *c, const struct nt_range *range,
		uint32_t tags, uint32_t list)
{
	struct nt_member *m = nt_vec_add(&c->members);

	if(m == NULL)
		return ENOMEM;
	*m = (struct nt_member){*range, tags, list};
	return 0;
}

static int add_list(
		struct compiler *c, const struct nt_named *named, uint32_t list)
{
	for(size_t i = named->from; i < named->from + named->count; i++) {
		const struct nt_member *m = nt_vec_at(&c->d->members, i);

		if(add_member(c, &m->range, list != 0 ? 0 : m->tags, list) != 0)
			return ENOMEM;
	}
	return 0;
}

static bool is_default_nated(uint32_t tags)
{
	for(size_t i = 0; i < sizeof(default_nated) / sizeof(default_nated[0]);
			i++) {
		if(tags == nt_special_tag(nt_span_cstr(default_nated[i])))
			return true;
	}
	return false;
}

static int add_special(struct compiler *c)
{
	size_t count;
	const struct nt_net_entry *special = nt_special_nets(&count);

	for(size_t i = 0; i < count; i++) {
		uint32_t tags = special[i].tags;

		if(!c->d->has_nated && is_default_nated(tags))
			tags |= NT_NET_BEHIND_NAT;
		if(add_member(c, &special[i].range, tags, 0) != 0)
			return ENOMEM;
	}
	return 0;
}

/* Tags of all named lists, numbers of those that are places or sources */
static int collect(struct compiler *c)
{
	const struct nt_draft *d = c->d;
	uint32_t list = 0;
	int err = add_special(c);

	for(size_t i = 0; err == 0 && i < d->named.count; i++)
		err = add_list(c, nt_vec_at(&d->named, i), 0);
	if(err == 0 && (err = add_list(c, &d->gate_allow, 0)) == 0)
		err = add_list(c, &d->gate_deny, 0);
	for(size_t i = 0; err == 0 && i < d->place_at.count; i++)
		err = add_list(c, nt_vec_at(&d->place_at, i), ++list);
	for(size_t i = 0; err == 0 && i < d->sources.count; i++)
		err = add_list(c, nt_vec_at(&d->sources, i), ++list);
	return err;
}

static int join(struct compiler *c)
{
	char text[NT_ADDR_TEXT];
	struct nt_addr where;
	int err = nt_netset_join(
			&c->joined, c->members.items, c->members.count, c->d->mem, &where);

	if(err == E2BIG) {
		size_t n = nt_addr_print(text, sizeof(text), &where, false);

		fault(c, 0, "networks", "", nt_span_of(text, n),
				nt_addr_is_set(&where)
						? "64 sites, LANs, gateways and source lists at most "
						  "may hold one address"
						: "fewer networks that lie in many lists");
		return EINVAL;
	}
	return err;
}

/* Two sites that share an address could not tell who is behind which. The later
 * one is at fault, once. */
static void check_site(struct compiler *c, uint32_t place, bool *occupied)
{
	const struct nt_place *p = nt_vec_at(&c->d->places, place);
	struct nt_named *at = nt_vec_at(&c->d->place_at, place);

	if(p->kind != NT_PLACE_SITE)
		return;
	if(*occupied && !at->reported) {
		at->reported = true;
		fault(c, p->line, "site", "prefixes", nt_span_cstr(p->name),
				"addresses that are in no other site");
	}
	*occupied = true;
}

static void check_sites(struct compiler *c)
{
	const struct nt_netset *set = c->joined.set;

	for(uint32_t i = 0; i < set->count; i++) {
		const uint32_t *lists = c->joined.words + set->ranges[i].members;
		bool occupied = false;

		for(uint32_t k = 1; set->ranges[i].members != 0 && k <= lists[0]
							&& lists[k] <= c->d->places.count;
				k++)
			check_site(c, lists[k] - 1, &occupied);
	}
}

static uint32_t profile_index(
		struct compiler *c, const struct nt_rule_draft *rd)
{
	const struct nt_profile *p;

	if(rd->profile[0] == '\0')
		return NT_NO_PROFILE;
	if((p = nt_profile_find(c->d, nt_span_cstr(rd->profile))) != NULL)
		return (uint32_t)(p - (const struct nt_profile *)c->d->profiles.items);
	fault(c, rd->rule.line, "rule", "profile", nt_span_cstr(rd->profile),
			"the name of a profile in this file or of a ready-made one: "
			"default, connexcs, communigate, freeswitch-nat-acl, asterisk, "
			"opensips, aggressive");
	return 0;
}

/* Power of two, so that few share a head */
static uint32_t head_count(size_t keys)
{
	uint32_t n = 1;

	if(keys == 0)
		return 0;
	while(n < 2 * keys && n < 1u << 20)
		n <<= 1;
	return n;
}

static void lay_out(
		struct nt_part *part, size_t *at, size_t count, size_t width)
{
	*at = ALIGN(*at);
	part->at = (uint32_t)*at;
	part->count = (uint32_t)count;
	*at += count * width;
}

static int allocate(struct compiler *c)
{
	const struct nt_draft *d = c->d;
	size_t aors = 0, domains = 0, at = sizeof(struct nt_policy);
	size_t set_bytes = sizeof(struct nt_netset)
					   + c->joined.set->count * sizeof(struct nt_tagged_range);
	struct nt_policy head = {
			.places = (uint32_t)d->places.count, .gate = d->gate};

	for(size_t i = 0; i < d->rules.count; i++) {
		const struct nt_rule_draft *rd = nt_vec_at(&d->rules, i);

		aors += rd->rule.aor.len > 0;
		domains += rd->rule.aor.len == 0 && rd->rule.domain.len > 0;
	}
	lay_out(&head.set, &at, set_bytes, 1);
	lay_out(&head.words, &at, c->joined.word_count, sizeof(uint32_t));
	lay_out(&head.place, &at, d->places.count, sizeof(struct nt_place));
	lay_out(&head.profile, &at, d->profiles.count, sizeof(struct nt_profile));
	lay_out(&head.rule, &at, d->rules.count, sizeof(struct nt_policy_rule));
	lay_out(&head.aors, &at, head_count(aors), sizeof(uint32_t));
	lay_out(&head.domains, &at, head_count(domains), sizeof(uint32_t));
	lay_out(&head.lists, &at, d->sources.count, sizeof(uint32_t));
	lay_out(&head.text, &at, d->text.count, 1);
	if(at > BYTES_MAX)
		return ENOMEM;
	if((c->p = d->mem->get(d->mem->ctx, at)) == NULL)
		return ENOMEM;
	memset(c->p, 0, at);
	*c->p = head;
	c->p->bytes = (uint32_t)at;
	return 0;
}

static void *part_of(const struct compiler *c, struct nt_part part)
{
	return (char *)c->p + part.at;
}

static void copy(
		struct compiler *c, struct nt_part part, const void *from, size_t bytes)
{
	if(bytes > 0)
		memcpy(part_of(c, part), from, bytes);
}

static void fill(struct compiler *c)
{
	const struct nt_draft *d = c->d;
	struct nt_policy_rule *rules = part_of(c, c->p->rule);

	copy(c, c->p->set, c->joined.set, c->p->set.count);
	copy(c, c->p->words, c->joined.words,
			c->joined.word_count * sizeof(uint32_t));
	copy(c, c->p->place, d->places.items,
			d->places.count * sizeof(struct nt_place));
	copy(c, c->p->profile, d->profiles.items,
			d->profiles.count * sizeof(struct nt_profile));
	copy(c, c->p->text, d->text.items, d->text.count);
	for(size_t i = 0; i < d->rules.count; i++) {
		const struct nt_rule_draft *rd = nt_vec_at(&d->rules, i);

		rules[i] = rd->rule;
		rules[i].profile = profile_index(c, rd);
		if(rules[i].list != 0)
			rules[i].list += c->p->places;
	}
}

/* The chain that finds a rule: by what narrows most */
static uint32_t *head_of(struct compiler *c, const struct nt_policy_rule *r)
{
	const struct nt_policy *p = c->p;
	uint32_t *heads;

	if(r->aor.len > 0) {
		heads = part_of(c, p->aors);
		return &heads[nt_text_hash(0, nt_policy_text(p, r->aor))
					  & (p->aors.count - 1)];
	}
	if(r->domain.len > 0) {
		heads = part_of(c, p->domains);
		return &heads[nt_text_hash(0, nt_policy_text(p, r->domain))
					  & (p->domains.count - 1)];
	}
	if(r->list != 0) {
		heads = part_of(c, p->lists);
		return &heads[r->list - p->places - 1];
	}
	return &c->p->others;
}

static bool same_key(const struct nt_policy *p, const struct nt_policy_rule *a,
		const struct nt_policy_rule *b)
{
	if(a->aor.len > 0 || b->aor.len > 0)
		return nt_span_ieq(
				nt_policy_text(p, a->aor), nt_policy_text(p, b->aor));
	return nt_span_ieq(
			nt_policy_text(p, a->domain), nt_policy_text(p, b->domain));
}

/* In ascending order, so that each goes in front */
static int by_rank(const void *x, const void *y)
{
	const struct nt_policy_rule *const *a = x, *const *b = y;

	return (*a)->rank < (*b)->rank ? -1 : (*a)->rank > (*b)->rank;
}

static void chain_one(struct compiler *c, struct nt_policy_rule *r)
{
	struct nt_policy_rule *rules = part_of(c, c->p->rule);
	uint32_t *head = head_of(c, r), depth = 1;

	for(uint32_t i = *head; i != 0; i = rules[i - 1].next)
		depth += same_key(c->p, r, &rules[i - 1]);
	if(depth > NT_RULES_PER_KEY)
		fault(c, r->line, "rule", "", nt_span_cstr(r->name),
				"256 rules at most with the same aor, with the same domain, "
				"with the same source, or with none of these");
	if(depth > NT_RULES_PER_KEY)
		return;
	r->next = *head;
	*head = (uint32_t)(r - rules) + 1;
	if(r->aor.len > 0 || r->domain.len > 0)
		c->p->needs |= NT_NEED_OWNER;
	if(r->agent.len > 0)
		c->p->needs |= NT_NEED_AGENT;
	if(r->socket.len > 0 || nt_addr_is_set(&r->local.addr))
		c->p->needs |= NT_NEED_SOCKET;
	if(r->methods != 0)
		c->p->needs |= NT_NEED_METHOD;
}

static int chain(struct compiler *c)
{
	struct nt_policy_rule *rules = part_of(c, c->p->rule), **order;
	const struct nt_mem *mem = c->d->mem;
	size_t count = c->p->rule.count;

	if(count == 0)
		return 0;
	if((order = mem->get(mem->ctx, count * sizeof(struct nt_policy_rule *)))
			== NULL)
		return ENOMEM;
	for(size_t i = 0; i < count; i++)
		order[i] = &rules[i];
	qsort(order, count, sizeof(struct nt_policy_rule *), by_rank);
	for(size_t i = 0; i < count; i++)
		chain_one(c, order[i]);
	mem->put(mem->ctx, order);
	return 0;
}

static int compile(struct compiler *c)
{
	int err;

	if((err = collect(c)) != 0 || (err = join(c)) != 0)
		return err;
	check_sites(c);
	if((err = allocate(c)) != 0)
		return err;
	fill(c);
	if((err = chain(c)) != 0)
		return err;
	return c->d->faults > 0 ? EINVAL : 0;
}

int nt_draft_compile(struct nt_policy **policy, struct nt_draft *d)
{
	struct compiler c = {.d = d};
	int err;

	if(d->faults > 0)
		return EINVAL;
	nt_vec_init(&c.members, d->mem, sizeof(struct nt_member));
	err = compile(&c);
	nt_vec_fini(&c.members);
	nt_joined_fini(&c.joined, d->mem);
	if(err == 0)
		*policy = c.p;
	else
		d->mem->put(d->mem->ctx, c.p);
	return err;
}
