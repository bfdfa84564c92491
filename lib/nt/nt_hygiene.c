/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_hygiene.h"

#include <errno.h>

#include "nt/nt_uri.h"

static const struct
{
	uint32_t bit;
	struct nt_span name;
} known[] = {
		{NT_HYGIENE_ALIAS, NT_SPAN_INIT("alias")},
		{NT_HYGIENE_RECEIVED, NT_SPAN_INIT("received")},
		{NT_HYGIENE_MADDR, NT_SPAN_INIT("maddr")},
		{NT_HYGIENE_TOKENS, NT_SPAN_INIT("nat-a")},
		{NT_HYGIENE_TOKENS, NT_SPAN_INIT("nat-b")},
		{NT_HYGIENE_TOKENS, NT_SPAN_INIT("nat-d")},
		{NT_HYGIENE_TOKENS, NT_SPAN_INIT("nat-l")},
		{NT_HYGIENE_TOKENS, NT_SPAN_INIT("nat-p")},
		{NT_HYGIENE_TOKENS, NT_SPAN_INIT("nat-c")},
};
#define KNOWN_COUNT (sizeof(known) / sizeof(known[0]))

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* More of a name: RFC 3261's token, and what nobody ends a name at */
static bool goes_on(char c)
{
	char lower = nt_lower(c);

	return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-'
		   || c == '.' || c == '_';
}

static bool is_named(struct nt_span name, uint32_t names)
{
	for(size_t i = 0; i < KNOWN_COUNT; i++) {
		if((known[i].bit & names) && nt_uri_name_is(name, known[i].name))
			return true;
	}
	return false;
}

/* Does a parameter begin here that may have such a name? */
static bool begins_with_name(struct nt_span text, uint32_t names)
{
	for(size_t i = 0; i < KNOWN_COUNT; i++) {
		const char *p = known[i].name.p;
		size_t n;

		if(!(known[i].bit & names)
				|| (nt_lower(*text.p) != *p && *text.p != '%'))
			continue;
		n = nt_uri_name_begins(text, known[i].name);
		if(n > 0 && (n == text.len || !goes_on(text.p[n])))
			return true;
	}
	return false;
}

/* Most parameters begin with a byte that none of the names begins with */
static bool may_begin(char c)
{
	char lower = nt_lower(c);

	return lower == 'a' || lower == 'r' || lower == 'm' || lower == 'n'
		   || lower == '%';
}

bool nt_hygiene_suspects(struct nt_span text, uint32_t names)
{
	const char *end = text.p + text.len, *p = nt_span_find(text, ';');

	while(p != NULL) {
		for(p++; p < end && is_blank(*p); p++)
			;
		text = nt_span_of(p, (size_t)(end - p));
		if(p < end && may_begin(*p) && begins_with_name(text, names))
			return true;
		p = nt_span_find(text, ';');
	}
	return false;
}

bool nt_hygiene_reads(struct nt_span uri)
{
	static const struct nt_span sip = NT_SPAN_INIT("sip:"),
								sips = NT_SPAN_INIT("sips:");

	return (uri.len >= sip.len && nt_span_ieq(nt_span_of(uri.p, sip.len), sip))
		   || (uri.len >= sips.len
				   && nt_span_ieq(nt_span_of(uri.p, sips.len), sips));
}

int nt_hygiene_uri(struct nt_cuts *cuts, struct nt_span uri, uint32_t names)
{
	struct nt_span rest, whole, name, value;
	struct nt_uri u;

	if(!nt_hygiene_reads(uri) || !nt_hygiene_suspects(uri, names))
		return 0;
	if(nt_uri_read(&u, uri) != 0
			|| nt_hygiene_suspects(u.userinfo, names & NT_HYGIENE_ALIAS))
		return EINVAL;
	rest = u.params;
	while(nt_uri_param_next(&rest, &whole, &name, &value)) {
		/* where a name ends for the core */
		if(nt_span_find(name, ',') != NULL)
			return EINVAL;
		if(is_named(name, names) && nt_cuts_add(cuts, whole) != 0)
			return ENOSPC;
	}
	return 0;
}

int nt_hygiene_contact(
		struct nt_cuts *cuts, const struct nt_element *contact, uint32_t names)
{
	struct nt_span rest = contact->params;
	struct nt_param p;
	int rc = nt_hygiene_uri(cuts, contact->uri, names);

	if(rc != 0)
		return rc;
	/* without brackets there are those who read all of it as the URI's */
	if(contact->bracketed || !nt_hygiene_reads(contact->uri))
		names &= NT_HYGIENE_RECEIVED;
	while((rc = nt_param_next(&rest, &p)) == 1) {
		/* or as its user */
		if(!contact->bracketed && nt_span_find(p.value, '@') != NULL)
			return EINVAL;
		if(is_named(p.name, names) && nt_cuts_add(cuts, p.whole) != 0)
			return ENOSPC;
	}
	return rc == 0 ? 0 : EINVAL;
}
