/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_field.h"

#include <stdint.h>

/* Of bytes, by what they may be part of. A fold is a blank; whoever hands over
 * a body has found where it ends. */
enum
{
	BLANK = 1,
	PLAIN = 2,	/* means nothing but itself */
	URI = 4,	/* of a URI in brackets */
	BARE = 8,	/* of one without */
	QUOTED = 16 /* between quotes, but for what begins with a backslash */
};
#define ANYWHERE (PLAIN | URI | BARE | QUOTED)

/* clang-format off */
static const uint8_t classes[256] = {
	['\r'] = BLANK, ['\n'] = BLANK, ['\t'] = BLANK | QUOTED, [' '] = BLANK | QUOTED,
	['!'] = ANYWHERE, ['#' ... '&'] = ANYWHERE, ['('  ... '+'] = ANYWHERE,
	['-' ... ':'] = ANYWHERE, ['@' ... '['] = ANYWHERE, [']' ... '~'] = ANYWHERE,
	[0x80 ... 0xff] = ANYWHERE,
	['\''] = URI | BARE | QUOTED, ['='] = URI | BARE | QUOTED,
	[','] = URI | QUOTED, [';'] = URI | QUOTED, ['?'] = PLAIN | URI | QUOTED,
	['<'] = QUOTED, ['>'] = QUOTED,
};
/* clang-format on */

static bool is_a(char c, uint8_t class)
{
	return (classes[(unsigned char)c] & class) != 0;
}

static bool is_control(char c)
{
	return ((unsigned char)c < ' ' && c != '\t') || c == 0x7f;
}

/* An empty span may have no text at all */
static void drop(struct nt_span *s, size_t len)
{
	if(len == 0)
		return;
	s->p += len;
	s->len -= len;
}

static void drop_all(struct nt_span *s, uint8_t class)
{
	size_t n = 0;

	while(n < s->len && is_a(s->p[n], class))
		n++;
	drop(s, n);
}

static void drop_blanks(struct nt_span *s)
{
	drop_all(s, BLANK);
}

static struct nt_span between(const char *from, struct nt_span rest)
{
	return nt_span_of(from, (size_t)(rest.p - from));
}

/* Over a quoted string. Kamailio ends it at a quote behind two backslashes in
 * one place and not in another: such a one is not read. */
static bool skip_quoted(struct nt_span *s)
{
	drop(s, 1);
	for(;;) {
		drop_all(s, QUOTED);
		if(s->len == 0 || (s->p[0] != '\\' && s->p[0] != '"'))
			return false;
		if(s->p[0] == '"') {
			drop(s, 1);
			return true;
		}
		drop(s, 1);
		if(s->len == 0 || s->p[0] == '\\' || is_control(s->p[0]))
			return false;
		drop(s, 1);
	}
}

/* From "<" to behind ">" */
static bool take_bracketed(struct nt_span *rest, struct nt_element *e)
{
	size_t len = 1;

	while(len < rest->len && is_a(rest->p[len], URI))
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

	while(len < rest->len && is_a(rest->p[len], BARE))
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

	while(i < rest.len && (is_a(rest.p[i], PLAIN | BLANK) || rest.p[i] == '\''))
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
	bool equals;

	drop_blanks(&s);
	if(s.len == 0 || s.p[0] == ',')
		return 0;
	if(s.p[0] != ';')
		return -1;
	param->whole = s;
	drop(&s, 1);
	drop_blanks(&s);
	from = s.p;
	drop_all(&s, PLAIN);
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
			do {
				drop_all(&s, PLAIN);
				equals = s.len > 0 && s.p[0] == '=';
				if(equals)
					drop(&s, 1);
			} while(equals);
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

static void look(
		struct nt_wanted *wanted, size_t count, const struct nt_param *param)
{
	for(size_t i = 0; i < count; i++) {
		if(!nt_span_ieq(param->name, wanted[i].name))
			continue;
		wanted[i].found++;
		wanted[i].value = param->value;
	}
}

int nt_element_look(struct nt_span *rest, struct nt_element *e,
		struct nt_wanted *wanted, size_t count)
{
	struct nt_span s = *rest;
	struct nt_param param;
	const char *from, *end;
	int rc;

	drop_blanks(&s);
	*rest = s;
	if(s.len == 0)
		return 0;
	from = s.p;
	if(!take_address(&s, e))
		return -1;
	e->whole = between(from, s);
	drop_blanks(&s);
	e->params = nt_span_of(s.p, 0);
	while((rc = nt_param_next(&s, &param)) == 1) {
		end = param.whole.p + param.whole.len;
		e->params.len = (size_t)(end - e->params.p);
		e->whole.len = (size_t)(end - e->whole.p);
		look(wanted, count, &param);
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

int nt_element_next(struct nt_span *rest, struct nt_element *e)
{
	return nt_element_look(rest, e, NULL, 0);
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
