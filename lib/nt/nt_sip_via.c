/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_sip_parts.h"

/* Over folding to what stands behind a host, a port, a parameter. A field ends
 * where another line begins: not at the end of the text. */
static int next_mark(struct nt_sip_cursor *c)
{
	nt_sip_skip_gap(c);
	if(!nt_sip_is_eol(nt_sip_peek(c)))
		return nt_sip_peek(c);
	nt_sip_skip_eol(c);
	return nt_sip_peek(c) > 0 ? NT_SIP_FIELD_END : NT_SIP_BAD;
}

static bool take_text(struct nt_sip_cursor *c, struct nt_span text)
{
	nt_sip_skip_gap(c);
	if((size_t)(c->end - c->p) < text.len
			|| !nt_span_ieq(nt_span_of(c->p, text.len), text))
		return false;
	c->p += text.len;
	return true;
}

/* "SIP / 2.0 / UDP"; most letters of known transports begin no unknown one */
static bool skip_protocol(struct nt_sip_cursor *c)
{
	int b;

	if(!take_text(c, NT_SPAN("sip")) || !take_text(c, NT_SPAN("/"))
			|| !take_text(c, NT_SPAN("2.0")) || !take_text(c, NT_SPAN("/")))
		return false;
	nt_sip_skip_gap(c);
	b = nt_sip_peek(c);
	if(nt_sip_is_eol(b) || nt_sip_is_in(b, "iIpPdDcClL20."))
		return false;
	while(!nt_sip_is_blank(b) && !nt_sip_is_eol(b)) {
		if(b == NT_SIP_END || b == '/')
			return false;
		c->p++;
		b = nt_sip_peek(c);
	}
	return true;
}

/* To the closing bracket, from an opening one or a colon */
static bool skip_ipv6(struct nt_sip_cursor *c)
{
	bool any = *c->p++ == ':';

	for(int b; (b = nt_sip_peek(c)) != ']' || !any; c->p++) {
		if(nt_sip_is_eol(b)) {
			nt_sip_skip_eol(c);
			if(!nt_sip_is_blank(nt_sip_peek(c)))
				return false;
			continue;
		}
		if(b <= 0 || nt_sip_is_in(b, " \t;,()[]"))
			return false;
		any = true;
	}
	c->p++;
	return true;
}

/* A host that the text ends in has no end, and is none */
static bool read_host(struct nt_sip_via *v, struct nt_sip_cursor *c)
{
	const char *from;
	int b;

	nt_sip_skip_gap(c);
	from = c->p;
	b = nt_sip_peek(c);
	if(b == '[' || b == ':') {
		if(!skip_ipv6(c))
			return false;
		if(b == '[')
			v->host = nt_sip_since(c, from);
		return true;
	}
	if(b <= 0 || nt_sip_is_in(b, "\r\n;,("))
		return false;
	for(; b != NT_SIP_END && !nt_sip_is_in(b, " \t\r\n:;,(");
			b = nt_sip_peek(c)) {
		if(b == 0 || nt_sip_is_in(b, ")[]"))
			return false;
		c->p++;
	}
	if(b != NT_SIP_END)
		v->host = nt_sip_since(c, from);
	return true;
}

/* From the colon. At most five digits; a sixth is an error even if all are
 * zeros. A port that the text ends in is none. */
static int read_port(struct nt_sip_via *v, struct nt_sip_cursor *c)
{
	struct nt_span port;
	unsigned long number;
	const char *from;

	c->p++;
	nt_sip_skip_gap(c);
	for(from = c->p; !nt_sip_is_in(nt_sip_peek(c), " \t\r\n;,("); c->p++) {
		if(nt_sip_peek(c) == 0 || nt_sip_is_in(nt_sip_peek(c), ":)[]"))
			return NT_SIP_BAD;
		if(nt_sip_peek(c) == NT_SIP_END)
			return c->p > from ? NT_SIP_END : NT_SIP_BAD;
	}
	port = nt_sip_since(c, from);
	if(port.len > 5 || nt_span_number(&number, port, 99999) != 0)
		return NT_SIP_BAD;
	v->port = port;
	return next_mark(c);
}

/* What a parameter may be without */
enum kind
{
	KIND_OTHER, /* may have a value */
	KIND_RPORT,
	KIND_RECEIVED,
	KIND_VALUED, /* needs one, as received does */
	KIND_FLAG	 /* must not have one */
};

/* The core counts through "alias" in numbers that are those of other names as
 * well: "a" is taken for hidden, "al" and "hiddenl" for ttl, and so on */
static enum kind alias_kind(struct nt_span name)
{
	static const struct
	{
		struct nt_span root;
		size_t at; /* in tail */
	} roots[] = {{NT_SPAN_INIT("a"), 0}, {NT_SPAN_INIT("hidden"), 0},
			{NT_SPAN_INIT("ttl"), 1}, {NT_SPAN_INIT("branch"), 2},
			{NT_SPAN_INIT("maddr"), 3}};
	static const struct nt_span tail = NT_SPAN_INIT("lias");

	for(size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		size_t len = roots[i].root.len, at = roots[i].at, more;

		if(name.len < len || name.len - len > tail.len - at)
			continue;
		more = name.len - len;
		if(nt_span_ieq(nt_span_of(name.p, len), roots[i].root)
				&& nt_span_ieq(nt_span_of(name.p + len, more),
						nt_span_of(tail.p + at, more)))
			return at + more == 0 || at + more == tail.len ? KIND_FLAG
														   : KIND_VALUED;
	}
	return KIND_OTHER;
}

static enum kind kind_of(struct nt_span name)
{
	if(nt_span_ieq(name, NT_SPAN("rport")))
		return KIND_RPORT;
	if(nt_span_ieq(name, NT_SPAN("received")))
		return KIND_RECEIVED;
	return nt_span_ieq(name, NT_SPAN("i")) ? KIND_VALUED : alias_kind(name);
}

/* A field may end here, if the value may be left out */
static int end_without(enum kind kind)
{
	return kind == KIND_OTHER || kind == KIND_RPORT ? NT_SIP_FIELD_END
													: NT_SIP_BAD;
}

/* From the opening quote. There is no escaping; what is not closed until the
 * field ends is no value, and a comma is more than the core can take. */
static int read_string(
		struct nt_span *value, struct nt_sip_cursor *c, enum kind kind)
{
	const char *from = ++c->p;

	for(int b; (b = nt_sip_peek(c)) != '"'; c->p++) {
		if(b <= 0 || b == ',')
			return NT_SIP_BAD;
		if(!nt_sip_is_eol(b))
			continue;
		nt_sip_skip_eol(c);
		if(nt_sip_peek(c) <= 0)
			return NT_SIP_BAD;
		if(!nt_sip_is_blank(nt_sip_peek(c)))
			return end_without(kind);
	}
	*value = nt_sip_since(c, from);
	c->p++;
	return next_mark(c);
}

/* From the equals sign */
static int read_value(
		struct nt_span *value, struct nt_sip_cursor *c, enum kind kind)
{
	const char *from;
	int mark;

	c->p++;
	mark = next_mark(c);
	if(mark == NT_SIP_FIELD_END)
		return end_without(kind);
	if(mark == ';')
		return ';';
	if(mark == '"')
		return read_string(value, c, kind);
	if(mark <= 0 || mark == '=' || mark == ',')
		return NT_SIP_BAD;
	from = c->p;
	while(!nt_sip_is_in(nt_sip_peek(c), " \t\r\n;,")) {
		if(nt_sip_peek(c) <= 0 || nt_sip_is_in(nt_sip_peek(c), "=\""))
			return NT_SIP_BAD;
		c->p++;
	}
	*value = nt_sip_since(c, from);
	return next_mark(c);
}

/* From the end of a name, over the value if there is one */
static int read_rest_of_param(
		struct nt_span *value, struct nt_sip_cursor *c, enum kind kind)
{
	int mark = nt_sip_peek(c);

	if(mark == ';' || mark == ',')
		return kind == KIND_RECEIVED || kind == KIND_VALUED ? NT_SIP_BAD : mark;
	if(kind == KIND_FLAG)
		return next_mark(c);
	mark = next_mark(c);
	switch(mark) {
		case '=':
			return read_value(value, c, kind);
		case ';':
			return ';';
		case ',':
			return kind == KIND_RPORT ? ',' : NT_SIP_BAD;
		case NT_SIP_FIELD_END:
			return end_without(kind);
		default:
			return NT_SIP_BAD;
	}
}

/* From the semicolon. Of several rport the last one counts. */
static int read_param(struct nt_sip_via *v, struct nt_sip_cursor *c)
{
	struct nt_span value = NT_SPAN("");
	const char *from;
	enum kind kind;
	int mark;

	c->p++;
	nt_sip_skip_gap(c);
	from = c->p;
	if(nt_sip_peek(c) <= 0 || nt_sip_is_in(nt_sip_peek(c), "\r\n:;,()[]="))
		return NT_SIP_BAD;
	while(!nt_sip_is_in(nt_sip_peek(c), " \t\r\n;,=")) {
		if(nt_sip_peek(c) == NT_SIP_END)
			return NT_SIP_BAD;
		c->p++;
	}
	kind = kind_of(nt_sip_since(c, from));
	mark = read_rest_of_param(&value, c, kind);
	if(kind == KIND_RPORT)
		v->rport_filled = value.len > 0;
	else if(kind == KIND_RECEIVED)
		v->received = true;
	return mark;
}

/* From the opening parenthesis; they nest */
static int skip_comment(struct nt_sip_cursor *c)
{
	size_t depth = 0;

	do {
		int b = nt_sip_peek(c);

		if(b <= 0)
			return NT_SIP_BAD;
		if(nt_sip_is_eol(b)) {
			nt_sip_skip_eol(c);
			if(!nt_sip_is_blank(nt_sip_peek(c)))
				return NT_SIP_BAD;
		} else if(b == '(') {
			depth++;
		} else if(b == ')') {
			depth--;
		}
		c->p++;
	} while(depth > 0);
	return next_mark(c);
}

/* @return ',', NT_SIP_FIELD_END, NT_SIP_END; anything else is an error */
static int read_one(struct nt_sip_via *v, struct nt_sip_cursor *c)
{
	int mark;

	if(!skip_protocol(c) || !read_host(v, c))
		return NT_SIP_BAD;
	mark = next_mark(c);
	if(mark == ':')
		mark = read_port(v, c);
	while(mark == ';')
		mark = read_param(v, c);
	while(mark == '(')
		mark = skip_comment(c);
	return mark;
}

bool nt_sip_via_read(struct nt_sip_via *v, struct nt_sip_cursor *c)
{
	struct nt_sip_via other, *to = v;
	int mark;

	memset(v, 0, sizeof(*v));
	while((mark = read_one(to, c)) == ',') {
		do {
			c->p++;
			nt_sip_skip_gap(c);
		} while(nt_sip_peek(c) == ',');
		v->more = true;
		to = &other;
	}
	return mark == NT_SIP_FIELD_END || mark == NT_SIP_END;
}
