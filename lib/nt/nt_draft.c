/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_draft_parts.h"

#include <errno.h>

/* Which elements stand where */
struct place
{
	struct nt_span element;
	enum nt_section section; /* the one that it opens */
};

static const struct place sections[] = {
		{NT_SPAN_INIT("networks"), NT_SECTION_NETWORKS},
		{NT_SPAN_INIT("profiles"), NT_SECTION_PROFILES},
		{NT_SPAN_INIT("rules"), NT_SECTION_RULES},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct nt_draft *nt_draft_new(const struct nt_mem *mem, nt_fault_fn *fault,
		void *ctx, const struct nt_range *interfaces, size_t interface_count)
{
	struct nt_draft *d = mem->get(mem->ctx, sizeof(*d));
	struct nt_profile ready, *p;

	if(d == NULL)
		return NULL;
	*d = (struct nt_draft){.mem = mem,
			.fault = fault,
			.ctx = ctx,
			.interfaces = interfaces,
			.interface_count = interface_count};
	nt_vec_init(&d->members, mem, sizeof(struct nt_member));
	nt_vec_init(&d->named, mem, sizeof(struct nt_named));
	nt_vec_init(&d->places, mem, sizeof(struct nt_place));
	nt_vec_init(&d->place_at, mem, sizeof(struct nt_named));
	nt_vec_init(&d->profiles, mem, sizeof(struct nt_profile));
	nt_vec_init(&d->rules, mem, sizeof(struct nt_rule_draft));
	nt_vec_init(&d->sources, mem, sizeof(struct nt_named));
	nt_vec_init(&d->text, mem, 1);
	nt_vec_init(&d->by_name.behind, mem, sizeof(uint32_t));
	nt_vec_init(&d->by_source.behind, mem, sizeof(uint32_t));
	nt_vec_init(&d->by_profile.behind, mem, sizeof(uint32_t));
	for(size_t i = 0; nt_profile_ready(&ready, i); i++) {
		uint32_t hash = nt_text_hash(0, nt_span_cstr(ready.name));

		if((p = nt_vec_add(&d->profiles)) == NULL
				|| nt_index_add(&d->by_profile, hash) != 0) {
			nt_draft_free(d);
			return NULL;
		}
		*p = ready;
	}
	return d;
}

void nt_draft_free(struct nt_draft *d)
{
	nt_vec_fini(&d->members);
	nt_vec_fini(&d->named);
	nt_vec_fini(&d->places);
	nt_vec_fini(&d->place_at);
	nt_vec_fini(&d->profiles);
	nt_vec_fini(&d->rules);
	nt_vec_fini(&d->sources);
	nt_vec_fini(&d->text);
	nt_vec_fini(&d->by_name.behind);
	nt_vec_fini(&d->by_source.behind);
	nt_vec_fini(&d->by_profile.behind);
	d->mem->put(d->mem->ctx, d);
}

void nt_draft_fault(struct nt_draft *d, const struct nt_fault *fault)
{
	d->faults++;
	d->fault(d->ctx, fault);
}

unsigned nt_draft_faults(const struct nt_draft *d)
{
	return d->faults;
}

int nt_refuse(const struct nt_element *e, struct nt_span attribute,
		struct nt_span value, const char *allowed)
{
	struct nt_fault f = {e->line, e->name, attribute, value, allowed};

	nt_draft_fault(e->d, &f);
	return EINVAL;
}

int nt_refuse_element(const struct nt_element *e, const char *allowed)
{
	e->d->refused = e->d->depth;
	return nt_refuse(e, NT_SPAN(""), e->name, allowed);
}

int nt_index_add(struct nt_index *x, uint32_t hash)
{
	uint32_t *behind = nt_vec_add(&x->behind), *head;

	if(behind == NULL)
		return ENOMEM;
	head = &x->head[hash % COUNT(x->head)];
	*behind = *head;
	*head = (uint32_t)x->behind.count;
	return 0;
}

struct nt_span nt_attr_get(const struct nt_element *e, struct nt_span name)
{
	for(size_t i = 0; i < e->attr_count; i++) {
		if(nt_span_eq(e->attrs[i].name, name))
			return nt_span_of(
					e->attrs[i].value.p != NULL ? e->attrs[i].value.p : "",
					e->attrs[i].value.len);
	}
	return nt_span_of(NULL, 0);
}

void nt_attr_only(const struct nt_element *e, const char *const *names,
		const char *allowed)
{
	for(size_t i = 0; i < e->attr_count; i++) {
		const char *const *name = names;

		while(*name != NULL
				&& !nt_span_eq(e->attrs[i].name, nt_span_cstr(*name)))
			name++;
		if(*name == NULL)
			nt_refuse(e, e->attrs[i].name, e->attrs[i].value, allowed);
	}
}

void nt_name_set(char *to, struct nt_span name)
{
	memset(to, 0, NT_NAME_TEXT);
	memcpy(to, name.p, name.len < NT_NAME_TEXT ? name.len : NT_NAME_TEXT - 1);
}

int nt_text_keep(struct nt_draft *d, struct nt_text *t, struct nt_span text)
{
	char *c;

	t->at = (uint32_t)d->text.count;
	for(size_t i = 0; i < text.len; i++) {
		if((c = nt_vec_add(&d->text)) == NULL)
			return ENOMEM;
		*c = text.p[i];
	}
	t->len = (uint32_t)text.len;
	return 0;
}

static int open_root(const struct nt_element *e)
{
	static const char *const none[] = {NULL};

	if(!nt_span_eq(e->name, NT_SPAN("nat-policy")))
		return nt_refuse_element(e, "nat-policy is the outermost element");
	nt_attr_only(e, none, "nat-policy has no attributes but xmlns");
	e->d->section = NT_SECTION_ROOT;
	return 0;
}

/* Each once, in order: what a later one names stands above it */
static int open_section(const struct nt_element *e)
{
	static const char *const none[] = {NULL};

	for(size_t i = 0; i < COUNT(sections); i++) {
		unsigned bit = 1u << sections[i].section;

		if(!nt_span_eq(e->name, sections[i].element))
			continue;
		e->d->section = sections[i].section;
		if(e->d->seen >= bit)
			return nt_refuse(e, NT_SPAN(""), e->name,
					"networks, profiles and rules stand once each, in this "
					"order");
		e->d->seen |= bit;
		nt_attr_only(e, none, "no attributes here");
		return 0;
	}
	return nt_refuse_element(e, "networks, profiles or rules");
}

static int open_child(const struct nt_element *e)
{
	switch(e->d->section) {
		case NT_SECTION_NETWORKS:
			return nt_draft_network(e);
		case NT_SECTION_PROFILES:
			return nt_draft_profile(e);
		case NT_SECTION_RULES:
			return nt_draft_rule(e);
		case NT_SECTION_NONE:
		case NT_SECTION_ROOT:
			break;
	}
	return EINVAL;
}

int nt_draft_open(struct nt_draft *d, unsigned line, struct nt_span element,
		const struct nt_attr *attrs, size_t attr_count)
{
	struct nt_element e = {d, line, element, attrs, attr_count};
	unsigned before = d->faults;
	int err;

	d->depth++;
	if(d->refused != 0)
		return EINVAL;
	switch(d->depth) {
		case 1:
			err = open_root(&e);
			break;
		case 2:
			err = open_section(&e);
			break;
		case 3:
			err = open_child(&e);
			break;
		case 4:
			if(d->section == NT_SECTION_PROFILES) {
				err = nt_draft_setting(&e);
				break;
			}
			/* fall through */
		default:
			err = nt_refuse_element(&e, "no elements here");
			break;
	}
	return err == 0 && d->faults != before ? EINVAL : err;
}

void nt_draft_close(struct nt_draft *d)
{
	if(d->refused == d->depth)
		d->refused = 0;
	switch(d->depth--) {
		case 1:
			d->section = NT_SECTION_NONE;
			break;
		case 2:
			d->section = NT_SECTION_ROOT;
			break;
		case 3:
			d->in_profile = false;
			break;
		default:
			break;
	}
}
