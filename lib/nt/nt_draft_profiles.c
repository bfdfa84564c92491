/* SPDX-License-Identifier: GPL-2.0-or-later */
/* <profiles>: a profile begins as a copy of what it extends; its elements
 * change values of the copy. */
#include "nt/nt_draft_parts.h"

#include <errno.h>

#define PROFILES_MAX 10000

struct nt_profile *nt_profile_find(
		const struct nt_draft *d, struct nt_span name)
{
	uint32_t i = nt_index_first(&d->by_profile, nt_text_hash(0, name));

	for(; i != 0; i = nt_index_next(&d->by_profile, i)) {
		struct nt_profile *p = nt_vec_at(&d->profiles, i - 1);

		if(nt_span_eq(name, nt_span_cstr(p->name)))
			return p;
	}
	return NULL;
}

static int refuse_name(const struct nt_element *e, struct nt_span name)
{
	const struct nt_profile *p = nt_profile_find(e->d, name);

	if(!nt_is_name(name))
		return nt_refuse(e, NT_SPAN("name"), name,
				"a name of 1 to 31 letters, digits, \".\", \"-\" and \"_\"");
	if(p == NULL || (p == e->d->profiles.items && p->line == 0))
		return 0;
	return nt_refuse(e, NT_SPAN("name"), name,
			p->line == 0 ? "another name: this profile is ready-made, extends "
						   "may name it"
						 : "a name that no other profile has");
}

int nt_draft_profile(const struct nt_element *e)
{
	static const char *const known[] = {"name", "extends", NULL};
	struct nt_span name = nt_attr_get(e, NT_SPAN("name"));
	struct nt_span base = nt_attr_get(e, NT_SPAN("extends"));
	struct nt_profile *from, *to, copy;
	bool is_default = nt_span_eq(name, NT_SPAN("default"));
	int err;

	e->d->in_profile = false;
	e->d->children = 0;
	if(!nt_span_eq(e->name, NT_SPAN("profile")))
		return nt_refuse_element(e, "profile");
	nt_attr_only(e, known, "name and extends");
	err = refuse_name(e, name);
	from = nt_profile_find(
			e->d, nt_attr_is_set(base) ? base : NT_SPAN("default"));
	if(from == NULL)
		err = nt_refuse(e, NT_SPAN("extends"), base,
				"a ready-made profile (default, connexcs, communigate, "
				"freeswitch-nat-acl, asterisk, opensips, aggressive) or one "
				"that stands above");
	if(!is_default && e->d->profiles.count >= PROFILES_MAX)
		err = nt_refuse(e, NT_SPAN(""), name, "10000 profiles at most");
	if(err != 0)
		return EINVAL;
	copy = *from;
	if(is_default)
		to = e->d->profiles.items;
	else if((to = nt_vec_add(&e->d->profiles)) == NULL
			|| nt_index_add(&e->d->by_profile, nt_text_hash(0, name)) != 0)
		return ENOMEM;
	*to = copy;
	nt_name_set(to->name, name);
	to->line = e->line;
	e->d->open_profile =
			(size_t)(to - (struct nt_profile *)e->d->profiles.items);
	e->d->in_profile = true;
	return 0;
}

static int set(const struct nt_element *e, const struct nt_attr *attr)
{
	int setting = nt_setting_find(e->name, attr->name);
	struct nt_profile *p;
	uint32_t value;

	if(setting < 0)
		return nt_refuse(e, attr->name, attr->value,
				"attributes of this element are described in the manual and "
				"in nat-policy.rng");
	if(nt_setting_parse(&value, (enum nt_setting)setting, attr->value) != 0)
		return nt_refuse(
				e, attr->name, attr->value, nt_settings[setting].allowed);
	if(!e->d->in_profile)
		return EINVAL; /* of one that was refused */
	p = nt_vec_at(&e->d->profiles, e->d->open_profile);
	p->value[setting] = value;
	/* a REGISTER is judged as the rest, unless it is said */
	if(setting == NT_SET_SIGNS
			&& !nt_attr_is_set(nt_attr_get(e, NT_SPAN("register-signs"))))
		p->value[NT_SET_REGISTER_SIGNS] = value;
	if(setting == NT_SET_VERDICT
			&& !nt_attr_is_set(nt_attr_get(e, NT_SPAN("register-verdict"))))
		p->value[NT_SET_REGISTER_VERDICT] = value;
	return 0;
}

int nt_draft_setting(const struct nt_element *e)
{
	unsigned bit = 0;

	for(unsigned i = 0; i < NT_SETTING_COUNT && bit == 0; i++) {
		if(nt_span_eq(e->name, nt_settings[i].element))
			bit = 1u << i;
	}
	if(bit == 0)
		return nt_refuse_element(
				e, "detect, contact, rport, path, expires, keepalive or media");
	if(e->d->children & bit)
		return nt_refuse(
				e, NT_SPAN(""), e->name, "one such element in a profile");
	e->d->children |= bit;
	for(size_t i = 0; i < e->attr_count; i++)
		set(e, &e->attrs[i]);
	return e->d->in_profile ? 0 : EINVAL;
}
