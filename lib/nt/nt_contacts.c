/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_contacts.h"

#include <stdio.h>

#include "nt/nt_uri.h"

/* @return as nt_element_next() */
static int next(struct nt_contact *c, struct nt_span *body)
{
	struct nt_wanted wanted[2] = {{.name = NT_SPAN_INIT("expires")},
			{.name = NT_SPAN_INIT("reg-id")}};
	int rc = nt_element_look(body, &c->at, wanted, 2);

	if(rc != 1)
		return rc;
	c->expires = wanted[0].value;
	c->reg_id = wanted[1].value;
	/* one that is there twice says nothing, and a name without value is in the
	 * way of one that does */
	if(wanted[0].found > 1 || wanted[1].found > 1
			|| (wanted[0].found == 1 && c->expires.len == 0))
		return -1;
	return 1;
}

void nt_contacts_add(struct nt_contacts *list, struct nt_span body)
{
	struct nt_contact c;
	int rc;

	if(nt_field_is_star(body)) {
		list->star = true;
		return;
	}
	while((rc = next(&c, &body)) == 1 && list->count < NT_CONTACTS_MAX)
		list->item[list->count++] = c;
	if(rc != 0)
		list->unreadable = true;
}

uint32_t nt_contact_expires(
		const struct nt_contact *contact, struct nt_span header)
{
	if(contact->expires.len > 0)
		return nt_expiry_read(contact->expires);
	return header.len > 0 ? nt_expiry_read(header) : NT_EXPIRY_NONE;
}

static bool same_flow(const struct nt_contact *a, const struct nt_contact *b)
{
	return a->reg_id.len == 0 || b->reg_id.len == 0
		   || nt_span_eq(a->reg_id, b->reg_id);
}

/* Scheme, user, host and port */
static bool same_place(struct nt_span a, struct nt_span b)
{
	struct nt_uri x, y;

	return nt_uri_read(&x, a) == 0 && nt_uri_read(&y, b) == 0
		   && nt_span_ieq(x.scheme, y.scheme)
		   && nt_span_eq(x.userinfo, y.userinfo)
		   && nt_span_ieq(x.hostport, y.hostport);
}

int nt_contacts_own(const struct nt_contacts *reply,
		const struct nt_contacts *sent, size_t i, struct nt_span said)
{
	const struct nt_contact *mine = &sent->item[i];
	int alike = 0, last = -1;

	for(size_t n = 0; n < reply->count; n++) {
		const struct nt_contact *c = &reply->item[n];

		if((nt_span_eq(c->at.uri, mine->at.uri) || nt_span_eq(c->at.uri, said))
				&& same_flow(c, mine))
			return (int)n;
	}
	for(size_t n = 0; n < reply->count; n++) {
		const struct nt_contact *c = &reply->item[n];

		if(same_flow(c, mine)
				&& (same_place(c->at.uri, mine->at.uri)
						|| same_place(c->at.uri, said))) {
			alike++;
			last = (int)n;
		}
	}
	if(alike > 0)
		return alike == 1 ? last : -1;
	return reply->count == 1 && sent->count == 1 ? 0 : -1;
}

/* What stands there of its own gives way; else a parameter is added */
static void edit_contact(
		struct nt_edit *edit, const struct nt_contact *c, uint32_t told)
{
	const char *form = "%u";

	edit->at = c->expires.p;
	edit->cut = c->expires.len;
	if(edit->cut == 0) {
		edit->at = c->at.whole.p + c->at.whole.len;
		form = ";expires=%u";
	}
	snprintf(edit->put, sizeof(edit->put), form, told);
}

static bool is_own(const struct nt_own *own, size_t count, size_t number)
{
	for(size_t i = 0; i < count; i++) {
		if(own[i].number == (int)number)
			return true;
	}
	return false;
}

/* Does any binding of somebody else go by the Expires header field? */
static bool others_go_by_it(const struct nt_contacts *reply,
		const struct nt_own *own, size_t own_count)
{
	for(size_t n = 0; n < reply->count; n++) {
		if(reply->item[n].expires.len == 0 && !is_own(own, own_count, n))
			return true;
	}
	return false;
}

size_t nt_contacts_shorten(struct nt_edit *edits,
		const struct nt_contacts *reply, struct nt_span header,
		struct nt_own *own, size_t own_count, uint32_t limit)
{
	uint32_t longest = 0;
	size_t count = 0;

	for(size_t i = 0; i < own_count; i++) {
		struct nt_own *o = &own[i];
		const struct nt_contact *c;

		o->granted = o->told = o->asked;
		if(o->number < 0)
			continue;
		c = &reply->item[o->number];
		o->granted = nt_contact_expires(c, header);
		if(o->granted == NT_EXPIRY_NONE)
			o->granted = o->asked;
		o->told = nt_expiry_told(o->granted, o->asked, limit);
		if(o->told == NT_EXPIRY_NONE)
			continue; /* nobody has said anything */
		if(o->told < nt_contact_expires(c, header))
			edit_contact(&edits[count++], c, o->told);
		longest = o->told > longest ? o->told : longest;
	}
	if(longest > 0 && header.len > 0 && longest < nt_expiry_read(header)
			&& !others_go_by_it(reply, own, own_count)) {
		struct nt_edit *e = &edits[count++];

		e->at = header.p;
		e->cut = header.len;
		snprintf(e->put, sizeof(e->put), "%u", longest);
	}
	return count;
}
