/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_sip_parts.h"

#include <limits.h>

void nt_sip_skip_blanks(struct nt_sip_cursor *c)
{
	while(nt_sip_is_blank(nt_sip_peek(c)))
		c->p++;
}

void nt_sip_skip_eol(struct nt_sip_cursor *c)
{
	if(nt_sip_peek(c) == '\r')
		c->p++;
	else if(nt_sip_peek(c) == '\n') {
		c->p++;
		return;
	}
	if(nt_sip_peek(c) == '\n')
		c->p++;
}

void nt_sip_skip_gap(struct nt_sip_cursor *c)
{
	struct nt_sip_cursor behind;

	for(;;) {
		nt_sip_skip_blanks(c);
		behind = *c;
		nt_sip_skip_eol(&behind);
		if(behind.p == c->p || !nt_sip_is_blank(nt_sip_peek(&behind)))
			return;
		*c = behind;
	}
}

/* Folding as it is where a bare CR does not fold */
static void skip_lws(struct nt_sip_cursor *c)
{
	for(;;) {
		const char *p = c->p;

		nt_sip_skip_blanks(c);
		if(c->end - c->p > 1 && c->p[0] == '\n' && nt_sip_is_blank(c->p[1]))
			c->p += 2;
		else if(c->end - c->p > 2 && c->p[0] == '\r' && c->p[1] == '\n'
				&& nt_sip_is_blank(c->p[2]))
			c->p += 3;
		if(c->p == p)
			return;
	}
}

/* Over CRLF or LF */
static bool take_newline(struct nt_sip_cursor *c)
{
	if(nt_sip_peek(c) == '\r')
		c->p++;
	if(nt_sip_peek(c) != '\n')
		return false;
	c->p++;
	return true;
}

static struct nt_span take_token(struct nt_sip_cursor *c)
{
	const char *from = c->p;

	while(c->p < c->end && !nt_sip_is_blank(*c->p) && !nt_sip_is_eol(*c->p))
		c->p++;
	return nt_sip_since(c, from);
}

/* "1 INVITE"; the number may be any word */
static bool read_cseq(struct nt_sip_field *f, struct nt_sip_cursor *c)
{
	take_token(c);
	nt_sip_skip_blanks(c);
	f->method = take_token(c);
	skip_lws(c);
	return f->method.len > 0 && take_newline(c);
}

static bool read_length(struct nt_sip_field *f, struct nt_sip_cursor *c)
{
	const char *from = c->p;

	f->length = 0;
	for(; nt_sip_peek(c) >= '0' && nt_sip_peek(c) <= '9'; c->p++) {
		if(f->length >= INT_MAX / 10)
			return false;
		f->length = f->length * 10 + (size_t)(*c->p - '0');
	}
	if(c->p == from)
		return false;
	do {
		nt_sip_skip_blanks(c);
		if(!take_newline(c))
			return false;
	} while(nt_sip_is_blank(nt_sip_peek(c)));
	return true;
}

/* To behind the line end that is not folded. A bare CR is none. */
static bool skip_lines(struct nt_sip_cursor *c)
{
	do {
		const char *end =
				nt_span_find(nt_span_of(c->p, (size_t)(c->end - c->p)), '\n');

		if(end == NULL)
			return false;
		c->p = end + 1;
	} while(nt_sip_is_blank(nt_sip_peek(c)));
	return true;
}

/* The only other field whose value can make Kamailio refuse a message */
static bool skip_retry_after(struct nt_sip_cursor *c)
{
	const char *from = c->p;

	while(nt_sip_peek(c) >= '0' && nt_sip_peek(c) <= '9')
		c->p++;
	return c->p > from && c->p - from <= 10
		   && nt_sip_is_in(nt_sip_peek(c), " \t;\r\n(") && skip_lines(c);
}

static bool skip_other(struct nt_sip_field *f, struct nt_sip_cursor *c)
{
	const char *from = c->p;

	if(!skip_lines(c))
		return false;
	f->body = nt_sip_since(c, from);
	while(f->body.len > 0
			&& (f->body.p[f->body.len - 1] == '\0'
					|| nt_sip_is_eol(f->body.p[f->body.len - 1])))
		f->body.len--;
	return true;
}

static bool is_name_byte(char b)
{
	return nt_sip_is_alnum(b) || nt_sip_is_in(b, "-._+~");
}

static enum nt_sip_name name_of(struct nt_span name)
{
	static const struct
	{
		struct nt_span name;
		char compact;
	} names[NT_SIP_NAMES] = {[NT_SIP_VIA] = {NT_SPAN_INIT("via"), 'v'},
			[NT_SIP_TO] = {NT_SPAN_INIT("to"), 't'},
			[NT_SIP_FROM] = {NT_SPAN_INIT("from"), 'f'},
			[NT_SIP_CSEQ] = {NT_SPAN_INIT("cseq"), 0},
			[NT_SIP_CALL_ID] = {NT_SPAN_INIT("call-id"), 'i'},
			[NT_SIP_CONTACT] = {NT_SPAN_INIT("contact"), 'm'},
			[NT_SIP_MAX_FORWARDS] = {NT_SPAN_INIT("max-forwards"), 0},
			[NT_SIP_CONTENT_TYPE] = {NT_SPAN_INIT("content-type"), 'c'},
			[NT_SIP_CONTENT_LENGTH] = {NT_SPAN_INIT("content-length"), 'l'},
			[NT_SIP_RECORD_ROUTE] = {NT_SPAN_INIT("record-route"), 0},
			[NT_SIP_ROUTE] = {NT_SPAN_INIT("route"), 0},
			[NT_SIP_USER_AGENT] = {NT_SPAN_INIT("user-agent"), 0},
			[NT_SIP_SERVER] = {NT_SPAN_INIT("server"), 0},
			[NT_SIP_RETRY_AFTER] = {NT_SPAN_INIT("retry-after"), 0}};

	for(unsigned i = NT_SIP_OTHER + 1; i < NT_SIP_NAMES; i++) {
		if(nt_span_ieq(name, names[i].name)
				|| (name.len == 1 && nt_lower(name.p[0]) == names[i].compact))
			return (enum nt_sip_name)i;
	}
	return NT_SIP_OTHER;
}

/* "Name :"; @return false if it is none */
static bool take_name(struct nt_sip_field *f, struct nt_sip_cursor *c)
{
	const char *from = c->p;

	while(c->p < c->end && is_name_byte(*c->p))
		c->p++;
	if(c->p == from)
		return false;
	f->name = name_of(nt_sip_since(c, from));
	nt_sip_skip_blanks(c);
	if(nt_sip_peek(c) != ':')
		return false;
	c->p++;
	return true;
}

static bool read_body(struct nt_sip_field *f, struct nt_sip_cursor *c)
{
	switch(f->name) {
		case NT_SIP_VIA:
			return nt_sip_via_read(&f->via, c);
		case NT_SIP_TO:
			return nt_sip_addr_read(&f->to, c);
		case NT_SIP_CSEQ:
			return read_cseq(f, c);
		case NT_SIP_CONTENT_LENGTH:
			return read_length(f, c);
		case NT_SIP_RETRY_AFTER:
			return skip_retry_after(c);
		default:
			return skip_other(f, c);
	}
}

int nt_sip_field_take(struct nt_sip_field *f, struct nt_sip_cursor *c)
{
	if(nt_sip_is_eol(nt_sip_peek(c)))
		return NT_SIP_FIELD_END;
	if(!take_name(f, c))
		return NT_SIP_BAD;
	skip_lws(c);
	return c->p < c->end && read_body(f, c) ? 0 : NT_SIP_BAD;
}
