/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_field.h"

/* A fold is a blank; whoever hands over a body has found where it ends */
static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t') || c == 0x7f;
}

static void drop(struct nt_span *s, size_t len)
{
	s->p += len;
	s->len -= len;
}

static void drop_blanks(struct nt_span *s)
{
	while(s->len > 0 && is_blank(s->p[0]))
		drop(s, 1);
}

static struct nt_span between(const char *from, struct nt_span rest)
{
	return nt_span_of(from, (size_t)(rest.p - from));
}

/* Over a quoted string. Kamailio ends it at a quote behind two backslashes in
 * one place and not in another: such a one is not read. */
static bool skip_quoted(struct nt_span *s)
{
	for(drop(s, 1); s->len > 0; drop(s, 1)) {
		if(is_control(s->p[0]))
			return false;
		if(s->p[0] == '\\') {
			drop(s, 1);
			if(s->len == 0 || s->p[0] == '\\' || is_control(s->p[0]))
				return false;
		} else if(s->p[0] == '"') {
			drop(s, 1);
			return true;
		}
	}
	return false;
}

/* Over bytes that mean nothing but themselves */
static bool is_plain(char c)
{
	return !is_control(c) && !is_blank(c) && strchr("\"'<>\\,;=", c) == NULL;
}

static bool in_uri(char c)
{
	return (unsigned char)c > ' ' && c != 0x7f && strchr("\"<>\\", c) == NULL;
}

/* From "<" to behind ">" */
static bool take_bracketed(struct nt_span *rest, struct nt_element *e)
{
	size_t len = 1;

	while(len < rest->len && in_uri(rest->p[len]))
		len++;
	if(len == 1 || len == rest->len || rest->p[len] != '>')
		return false;
	e->uri = nt_span_of(rest->p + 1, len - 1);
	e->bracketed = true;
	drop(rest, len + 1);
	return true;
}

/* Without brackets a ";" begins a parameter of the header, and "," and "?" are
 * not allowed in it (RFC 3261 §20.10) */
static bool take_bare(struct nt_span *rest, struct nt_element *e)
{
	size_t len = 0;

	while(len < rest->len && in_uri(rest->p[len])
			&& strchr(",;?", rest->p[len]) == NULL)
		len++;
	e->uri = nt_span_of(rest->p, len);
	e->bracketed = false;
	drop(rest, len);
	return nt_span_find(e->uri, ':') != NULL
		   && (rest->len == 0 || rest->p[0] != '?');
}

/* Is what begins here words and blanks up to a "<"? An apostrophe is part of a
 * word there, and quotes nothing. */
static bool is_name(struct nt_span rest)
{
	size_t i = 0;

	while(i < rest.len
			&& (is_plain(rest.p[i]) || is_blank(rest.p[i])
					|| rest.p[i] == '\''))
		i++;
	return i < rest.len && rest.p[i] == '<';
}

static bool take_address(struct nt_span *rest, struct nt_element *e)
{
	if(rest->p[0] == '"') {
		if(!skip_quoted(rest))
			return false;
		drop_blanks(rest);
		return rest->len > 0 && rest->p[0] == '<' && take_bracketed(rest, e);
	}
	if(!is_name(*rest))
		return take_bare(rest, e);
	while(rest->p[0] != '<')
		drop(rest, 1);
	return take_bracketed(rest, e);
}

int nt_param_next(struct nt_span *rest, struct nt_param *param)
{
	struct nt_span s = *rest;
	const char *from;

	drop_blanks(&s);
	if(s.len == 0 || s.p[0] == ',')
		return 0;
	if(s.p[0] != ';')
		return -1;
	param->whole = s;
	drop(&s, 1);
	drop_blanks(&s);
	from = s.p;
	while(s.len > 0 && is_plain(s.p[0]))
		drop(&s, 1);
	param->name = between(from, s);
	param->value = nt_span_of(s.p, 0);
	param->whole = between(param->whole.p, s);
	if(param->name.len == 0)
		return -1;
	drop_blanks(&s);
	if(s.len > 0 && s.p[0] == '=') {
		drop(&s, 1);
		drop_blanks(&s);
		from = s.p;
		if(s.len > 0 && s.p[0] == '"') {
			if(!skip_quoted(&s))
				return -1;
		} else {
			/* base64 among them */
			while(s.len > 0 && (is_plain(s.p[0]) || s.p[0] == '='))
				drop(&s, 1);
		}
		param->value = between(from, s);
		param->whole = between(param->whole.p, s);
		if(param->value.len == 0)
			return -1;
		drop_blanks(&s);
	}
	if(s.len > 0 && s.p[0] != ';' && s.p[0] != ',')
		return -1;
	*rest = s;
	return 1;
}

int nt_param_find(
		struct nt_param *param, struct nt_span params, struct nt_span name)
{
	struct nt_param p;
	int rc, found = 0;

	while((rc = nt_param_next(&params, &p)) == 1) {
		if(!nt_span_ieq(p.name, name))
			continue;
		if(found++ > 0)
			return -1;
		*param = p;
	}
	return rc < 0 ? -1 : found;
}

int nt_element_next(struct nt_span *rest, struct nt_element *e)
{
	struct nt_span s = *rest;
	struct nt_param param;
	const char *from;
	int rc;

	drop_blanks(&s);
	*rest = s;
	if(s.len == 0)
		return 0;
	e->whole.p = s.p;
	if(!take_address(&s, e))
		return -1;
	e->whole = between(e->whole.p, s);
	drop_blanks(&s);
	e->params = nt_span_of(s.p, 0);
	from = s.p;
	while((rc = nt_param_next(&s, &param)) == 1) {
		e->params =
				between(from, nt_span_of(param.whole.p + param.whole.len, 0));
		e->whole = between(
				e->whole.p, nt_span_of(param.whole.p + param.whole.len, 0));
	}
	if(rc < 0)
		return -1;
	drop_blanks(&s);
	if(s.len > 0) {
		/* the comma, behind which there must be another */
		drop(&s, 1);
		drop_blanks(&s);
		if(s.len == 0)
			return -1;
	}
	*rest = s;
	return 1;
}

bool nt_field_is_star(struct nt_span body)
{
	return nt_span_eq(nt_span_trim(body), NT_SPAN("*"));
}

bool nt_field_lists(struct nt_span body, struct nt_span word)
{
	while(body.len > 0) {
		const char *comma = nt_span_find(body, ',');
		size_t len = comma != NULL ? (size_t)(comma - body.p) : body.len;

		if(nt_span_ieq(nt_span_trim(nt_span_of(body.p, len)), word))
			return true;
		drop(&body, comma != NULL ? len + 1 : len);
	}
	return false;
}
