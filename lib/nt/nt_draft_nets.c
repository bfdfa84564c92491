/* SPDX-License-Identifier: GPL-2.0-or-later */
/* <networks>: network, lan, nated, trusted, site, gateway. */
#include "nt/nt_draft_parts.h"

#include <errno.h>

#define PLACES_MAX 65535

const struct nt_named *nt_named_find(
		const struct nt_draft *d, struct nt_span name)
{
	uint32_t i = nt_index_first(&d->by_name, nt_text_hash(0, name));

	for(; i != 0; i = nt_index_next(&d->by_name, i)) {
		const struct nt_named *n = nt_vec_at(&d->named, i - 1);

		if(nt_span_eq(name, nt_span_cstr(n->name)))
			return n;
	}
	return NULL;
}

/* A list that names it could not tell it from a network */
static bool is_network(struct nt_span name)
{
	struct nt_range range;
	bool without;

	return nt_net_parse(&range, &without, name) == 0;
}

static int check_name(const struct nt_element *e, struct nt_span *name)
{
	*name = nt_attr_get(e, NT_SPAN("name"));
	if(!nt_is_name(*name) || nt_span_eq(*name, NT_SPAN("interfaces"))
			|| is_network(*name))
		return nt_refuse(e, NT_SPAN("name"), *name,
				"a name of 1 to 31 letters, digits, \".\", \"-\" and \"_\", "
				"neither interfaces nor an address");
	if(nt_named_find(e->d, *name) != NULL)
		return nt_refuse(e, NT_SPAN("name"), *name,
				"a name that no other network, lan, nated, trusted, site or "
				"gateway has");
	return 0;
}

/* Networks that were read, with the name of their element */
struct listed
{
	struct nt_span name;
	size_t from; /* members from here on */
	bool of_machine;
};

static int keep_named(
		const struct nt_element *e, const struct listed *l, bool mixable)
{
	struct nt_named *n = nt_vec_add(&e->d->named);

	if(n == NULL)
		return ENOMEM;
	nt_name_set(n->name, l->name);
	n->from = l->from;
	n->count = e->d->members.count - l->from;
	n->mixable = mixable;
	n->of_machine = l->of_machine;
	return nt_index_add(&e->d->by_name, nt_text_hash(0, l->name));
}

static struct nt_place *add_place(const struct nt_element *e,
		const struct listed *l, enum nt_place_kind kind)
{
	struct nt_draft *d = e->d;
	struct nt_named *at = nt_vec_add(&d->place_at);
	struct nt_place *p = at != NULL ? nt_vec_add(&d->places) : NULL;

	if(p == NULL)
		return NULL;
	at->from = l->from;
	at->count = d->members.count - l->from;
	nt_name_set(p->name, l->name);
	p->line = e->line;
	p->kind = kind;
	p->same_nat = UINT32_MAX;
	return p;
}

/* Name and list of an element that has both; the rest is checked all the same,
 * so that one run shows every fault */
static int open_listed(const struct nt_element *e, struct listed *l)
{
	static const struct nt_span lists[] = {
			NT_SPAN_INIT("use"), NT_SPAN_INIT("prefixes")};
	int bad_name = check_name(e, &l->name), bad_list;

	l->from = e->d->members.count;
	bad_list = nt_list_read(e, lists, 2, false, &l->of_machine);
	if(bad_list == ENOMEM)
		return ENOMEM;
	return bad_name != 0 ? bad_name : bad_list;
}

static int read_network(const struct nt_element *e)
{
	static const char *const known[] = {"name", "use", "prefixes", NULL};
	struct listed l;
	int err;

	nt_attr_only(e, known, "name, use and prefixes");
	if((err = open_listed(e, &l)) != 0)
		return err;
	return keep_named(e, &l, true);
}

static void tag(struct nt_draft *d, size_t from, uint32_t tags)
{
	for(size_t i = from; i < d->members.count; i++) {
		struct nt_member *m = nt_vec_at(&d->members, i);

		m->tags = tags;
	}
}

/* An element that has a name and a list and gives its networks a tag */
static int read_tagged(const struct nt_element *e, uint32_t tags)
{
	static const char *const known[] = {"name", "use", "prefixes", NULL};
	struct listed l;
	int err;

	nt_attr_only(e, known, "name, use and prefixes");
	if((err = open_listed(e, &l)) != 0)
		return err;
	tag(e->d, l.from, tags);
	return keep_named(e, &l, false);
}

static int read_nated(const struct nt_element *e)
{
	e->d->has_nated = true;
	return read_tagged(e, NT_NET_BEHIND_NAT);
}

static int read_trusted(const struct nt_element *e)
{
	return read_tagged(e, NT_NET_TRUSTED);
}

static int read_lan(const struct nt_element *e)
{
	static const char *const known[] = {
			"name", "use", "prefixes", "sockets", NULL};
	struct listed l;
	int err;

	nt_attr_only(e, known, "name, use, prefixes and sockets");
	if((err = open_listed(e, &l)) != 0)
		return err;
	tag(e->d, l.from, NT_NET_LAN);
	if(add_place(e, &l, NT_PLACE_LAN) == NULL)
		return ENOMEM;
	return keep_named(e, &l, false);
}

/* An attribute that is one of a profile's values */
static int read_setting(const struct nt_element *e, const char *attribute,
		enum nt_setting setting, uint32_t *value)
{
	struct nt_span text = nt_attr_get(e, nt_span_cstr(attribute));

	if(!nt_attr_is_set(text) || nt_setting_parse(value, setting, text) == 0)
		return 0;
	return nt_refuse(
			e, nt_span_cstr(attribute), text, nt_settings[setting].allowed);
}

static int read_flag(const struct nt_element *e, const char *attribute,
		const char *yes, const char *no, const char *allowed, bool *flag)
{
	struct nt_span text = nt_attr_get(e, nt_span_cstr(attribute));
	struct nt_span word = nt_span_trim(text);

	if(!nt_attr_is_set(text))
		return 0;
	if(nt_span_eq(word, nt_span_cstr(yes)))
		*flag = true;
	else if(nt_span_eq(word, nt_span_cstr(no)))
		*flag = false;
	else
		return nt_refuse(e, nt_span_cstr(attribute), text, allowed);
	return 0;
}

static int read_contacts_max(const struct nt_element *e, uint32_t *value)
{
	struct nt_span text = nt_attr_get(e, NT_SPAN("max-contacts"));
	unsigned long number;

	if(!nt_attr_is_set(text))
		return 0;
	if(nt_span_number(&number, nt_span_trim(text), 1000000) != 0)
		return nt_refuse(e, NT_SPAN("max-contacts"), text,
				"0 (no limit) to 1000000 contacts");
	*value = (uint32_t)number;
	return 0;
}

static int read_site(const struct nt_element *e)
{
	static const char *const known[] = {"name", "use", "prefixes", "alg",
			"same-nat-media", "max-contacts", NULL};
	uint32_t same_nat = UINT32_MAX, contacts_max = 0;
	struct nt_place *p;
	struct listed l;
	bool broken = true;
	int err;

	nt_attr_only(e, known,
			"name, use, prefixes, alg, same-nat-media and max-contacts");
	err = open_listed(e, &l);
	if(err == ENOMEM)
		return err;
	err |= read_flag(e, "alg", "broken", "none", "broken or none", &broken);
	err |= read_setting(e, "same-nat-media", NT_SET_MEDIA_SAME_NAT, &same_nat);
	err |= read_contacts_max(e, &contacts_max);
	if(err != 0)
		return EINVAL;
	tag(e->d, l.from, broken ? NT_NET_SITE : 0);
	if((p = add_place(e, &l, NT_PLACE_SITE)) == NULL)
		return ENOMEM;
	p->alg_broken = broken;
	p->same_nat = same_nat;
	p->contacts_max = contacts_max;
	return keep_named(e, &l, false);
}

static int read_transport(const struct nt_element *e, enum nt_transport *t)
{
	struct nt_span text = nt_attr_get(e, NT_SPAN("transport"));
	struct nt_span word = nt_span_trim(text);

	if(!nt_attr_is_set(text))
		return 0;
	for(int i = NT_TRANSPORT_UDP; i <= NT_TRANSPORT_WSS; i++) {
		*t = (enum nt_transport)i;
		if(nt_span_eq(word, nt_span_cstr(nt_transport_name(*t))))
			return 0;
	}
	return nt_refuse(
			e, NT_SPAN("transport"), text, "one of udp, tcp, tls, ws and wss");
}

static int read_gateway(const struct nt_element *e)
{
	static const char *const known[] = {
			"name", "address", "transport", "keepalive", NULL};
	struct nt_span text = nt_attr_get(e, NT_SPAN("address"));
	enum nt_transport transport = NT_TRANSPORT_OTHER;
	struct listed l = {.from = e->d->members.count};
	struct nt_endpoint at;
	bool keepalive = false;
	struct nt_member *m;
	struct nt_place *p;
	int err;

	nt_attr_only(e, known, "name, address, transport and keepalive");
	err = check_name(e, &l.name);
	if(nt_endpoint_parse(&at, nt_span_trim(text)) != 0)
		err = nt_refuse(e, NT_SPAN("address"), text,
				"an address with or without a port: 192.0.2.1:5060, "
				"[2001:db8::1]:5060");
	err |= read_transport(e, &transport);
	err |= read_flag(e, "keepalive", "yes", "no", "yes or no", &keepalive);
	if(err != 0)
		return EINVAL;
	if((m = nt_vec_add(&e->d->members)) == NULL)
		return ENOMEM;
	m->range.lo = m->range.hi = at.addr;
	if((p = add_place(e, &l, NT_PLACE_GATEWAY)) == NULL)
		return ENOMEM;
	p->gateway = at;
	p->transport = transport;
	p->keepalive = keepalive;
	return keep_named(e, &l, false);
}

int nt_draft_network(const struct nt_element *e)
{
	static const struct
	{
		struct nt_span name;
		bool place;
		int (*read)(const struct nt_element *e);
	} kinds[] = {
			{NT_SPAN_INIT("network"), false, read_network},
			{NT_SPAN_INIT("nated"), false, read_nated},
			{NT_SPAN_INIT("trusted"), false, read_trusted},
			{NT_SPAN_INIT("gate"), false, nt_draft_gate},
			{NT_SPAN_INIT("lan"), true, read_lan},
			{NT_SPAN_INIT("site"), true, read_site},
			{NT_SPAN_INIT("gateway"), true, read_gateway},
	};

	for(size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if(!nt_span_eq(e->name, kinds[i].name))
			continue;
		if(kinds[i].place && e->d->places.count >= PLACES_MAX)
			return nt_refuse(e, NT_SPAN(""), e->name,
					"65535 lans, sites and gateways at most");
		return kinds[i].read(e);
	}
	return nt_refuse_element(
			e, "network, nated, trusted, lan, site, gateway or gate");
}
