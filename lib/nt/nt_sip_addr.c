/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_sip_parts.h"

/* Over folding to what stands behind a part. Right behind a line end NUL, and
 * @p refused, are errors; other bytes there begin the next field. */
static int next_mark(struct nt_sip_cursor *c, const char *refused)
{
	int b;

	nt_sip_skip_gap(c);
	if(!nt_sip_is_eol(nt_sip_peek(c)))
		return nt_sip_peek(c);
	nt_sip_skip_eol(c);
	b = nt_sip_peek(c);
	return b == 0 || nt_sip_is_in(b, refused) ? NT_SIP_BAD : NT_SIP_FIELD_END;
}

/* From the opening quote, to what follows the closing one */
static int skip_display(struct nt_sip_cursor *c)
{
	for(c->p++; nt_sip_peek(c) != '"'; c->p++) {
		if(nt_sip_peek(c) <= 0 || nt_sip_is_eol(nt_sip_peek(c)))
			return NT_SIP_BAD;
		if(nt_sip_peek(c) == '\\' && c->p + 1 < c->end)
			c->p++;
	}
	c->p++;
	return next_mark(c, "\\");
}

/* From the opening bracket, to what follows the closing one */
static int read_enclosed(struct nt_sip_addr *a, struct nt_sip_cursor *c)
{
	const char *from;

	c->p++;
	nt_sip_skip_blanks(c);
	from = c->p;
	if(nt_sip_is_in(nt_sip_peek(c), ">;"))
		return NT_SIP_BAD;
	while(!nt_sip_is_in(nt_sip_peek(c), " \t>")) {
		if(nt_sip_peek(c) <= 0 || nt_sip_is_in(nt_sip_peek(c), "\r\n\\<\""))
			return NT_SIP_BAD;
		c->p++;
	}
	a->uri = nt_sip_since(c, from);
	nt_sip_skip_blanks(c);
	if(nt_sip_peek(c) != '>')
		return NT_SIP_BAD;
	c->p++;
	return next_mark(c, "\\");
}

/* Over the words of a display name without quotes, to the bracket */
static int skip_words(struct nt_sip_cursor *c)
{
	int mark = nt_sip_peek(c);

	while(mark > 0 && mark != '<') {
		while(!nt_sip_is_in(nt_sip_peek(c), " \t\r\n<")) {
			if(nt_sip_peek(c) <= 0 || nt_sip_is_in(nt_sip_peek(c), "\\>\";"))
				return NT_SIP_BAD;
			c->p++;
		}
		mark = next_mark(c, "\\");
	}
	return mark == '<' ? '<' : NT_SIP_BAD;
}

/* A URI without brackets, or the first word of a display name: what follows
 * tells. @return '<' for the latter */
static int read_bare(struct nt_sip_addr *a, struct nt_sip_cursor *c)
{
	const char *from = c->p;
	int mark;

	while(nt_sip_peek(c) > 0 && !nt_sip_is_in(nt_sip_peek(c), " \t\r\n<;")) {
		if(nt_sip_is_in(nt_sip_peek(c), "\\>\""))
			return NT_SIP_BAD;
		c->p++;
	}
	a->uri = nt_sip_since(c, from);
	mark = next_mark(c, "\\");
	switch(mark) {
		case 0:
		case NT_SIP_END:
			/* with the blanks behind it */
			a->uri = nt_sip_since(c, from);
			return mark;
		case '<':
		case ';':
		case NT_SIP_FIELD_END:
		case NT_SIP_BAD:
			return mark;
		case '\\':
		case '>':
		case '"':
			return NT_SIP_BAD;
		default:
			return skip_words(c);
	}
}

/* From the equals sign, to what follows the value. A comma is part of a tag. */
static int read_value(
		struct nt_span *value, struct nt_sip_cursor *c, bool is_tag)
{
	const char *from;
	int mark;

	do {
		c->p++;
		mark = next_mark(c, "\\,");
	} while(is_tag && mark == ',');
	from = c->p;
	if(mark <= 0 || mark == ';')
		return mark;
	if(mark == '"') {
		for(c->p++; nt_sip_peek(c) != '"'; c->p++) {
			if(nt_sip_peek(c) <= 0 || nt_sip_is_in(nt_sip_peek(c), "\r\n\\"))
				return NT_SIP_BAD;
		}
		*value = nt_sip_since(c, from + 1);
		c->p++;
		return next_mark(c, "\\,");
	}
	while(nt_sip_peek(c) > 0 && !nt_sip_is_in(nt_sip_peek(c), " \t\r\n;")) {
		if(nt_sip_is_in(nt_sip_peek(c), "\\\"=")
				|| (nt_sip_peek(c) == ',' && !is_tag))
			return NT_SIP_BAD;
		c->p++;
	}
	*value = nt_sip_since(c, from);
	return next_mark(c, "\\,");
}

/* From the semicolon, to what follows the parameter */
static int read_param(struct nt_sip_addr *a, struct nt_sip_cursor *c)
{
	struct nt_span value = NT_SPAN("");
	const char *from;
	bool is_tag;
	int mark;

	c->p++;
	mark = next_mark(c, "\\,");
	if(mark <= 0 || nt_sip_is_in(mark, ";=,\\\""))
		return NT_SIP_BAD;
	from = c->p;
	while(nt_sip_peek(c) > 0 && !nt_sip_is_in(nt_sip_peek(c), " \t\r\n;=")) {
		if(nt_sip_is_in(nt_sip_peek(c), "\\\","))
			return NT_SIP_BAD;
		c->p++;
	}
	is_tag = nt_span_ieq(nt_sip_since(c, from), NT_SPAN("tag"));
	mark = next_mark(c, "\\,");
	if(mark == '=')
		mark = read_value(&value, c, is_tag);
	if(is_tag)
		a->tag = value;
	return mark;
}

bool nt_sip_addr_read(struct nt_sip_addr *a, struct nt_sip_cursor *c)
{
	int mark;

	a->uri = a->tag = NT_SPAN("");
	mark = nt_sip_peek(c);
	if(mark <= 0 || nt_sip_is_in(mark, "\r\n\\>;"))
		return false;
	if(mark == '"') {
		mark = skip_display(c);
		if(mark != '<')
			return false;
	} else if(mark != '<') {
		mark = read_bare(a, c);
	}
	if(mark == '<')
		mark = read_enclosed(a, c);
	while(mark == ';')
		mark = read_param(a, c);
	return mark == 0 || mark == NT_SIP_END || mark == NT_SIP_FIELD_END;
}

/* The first byte outside of quotes; NULL if there is none */
static const char *find_unquoted(struct nt_span text, char wanted)
{
	bool quoted = false;

	for(size_t i = 0; i < text.len; i++) {
		if(text.p[i] == '"')
			quoted = !quoted || text.p[i - 1] == '\\';
		else if(!quoted && text.p[i] == wanted)
			return text.p + i;
	}
	return NULL;
}

struct nt_span nt_sip_bracketed(struct nt_span body)
{
	const char *from = find_unquoted(body, '<'), *to;

	if(from == NULL)
		return NT_SPAN("");
	from++;
	to = find_unquoted(
			nt_span_of(from, body.len - (size_t)(from - body.p)), '>');
	return to != NULL ? nt_span_of(from, (size_t)(to - from)) : NT_SPAN("");
}
