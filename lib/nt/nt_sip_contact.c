/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_sip_parts.h"

#include <errno.h>

static void drop(struct nt_span *s, size_t len)
{
	s->p += len;
	s->len -= len;
}

static void drop_gap(struct nt_span *s)
{
	while(s->len > 0 && nt_sip_is_in((unsigned char)s->p[0], " \t\r\n"))
		drop(s, 1);
}

/* To where a URI begins: at the bracket, or at the last blank before its colon.
 * In the latter case the core counts one byte too few, and so do all that are
 * behind it. */
static bool skip_name(struct nt_span *rest)
{
	const char *blank = NULL;
	bool quoted = false;

	for(size_t i = 0; i < rest->len; i++) {
		const char *p = rest->p + i;

		if(*p == '"') {
			quoted = !quoted || p[-1] == '\\';
		} else if(quoted) {
			continue;
		} else if(*p == '<') {
			drop(rest, i);
			return true;
		} else if(*p == ':' || *p == ';') {
			if(blank != NULL) {
				drop(rest, (size_t)(blank - rest->p));
				rest->len--;
			}
			return true;
		} else if(nt_sip_is_blank(*p)) {
			blank = p;
		}
	}
	return false;
}

/* To the comma or semicolon behind a URI. An escape lasts until the next byte
 * that could be escaped. */
static bool skip_uri(struct nt_span *rest)
{
	bool enclosed = false, quoted = false, escaped = false;

	for(; rest->len > 0; drop(rest, 1)) {
		char b = rest->p[0];

		if(b != '"' && b != '<' && b != '>' && b != '\\') {
			if((b == ',' || b == ';') && !enclosed && !quoted)
				return true;
		} else if(escaped) {
			escaped = false;
		} else if(b == '"') {
			quoted = !quoted;
		} else if(quoted) {
			escaped = b == '\\';
		} else if(b != '\\') {
			if(enclosed != (b == '>'))
				return false;
			enclosed = !enclosed;
		}
	}
	return !enclosed && !quoted;
}

/* A quote has no escapes; single ones are quotes as well */
static bool skip_value(struct nt_span *rest)
{
	const char *close;
	size_t len = 0;

	if(rest->p[0] == '"' || rest->p[0] == '\'') {
		close = nt_span_find(
				nt_span_of(rest->p + 1, rest->len - 1), rest->p[0]);
		if(close == NULL)
			return false;
		drop(rest, (size_t)(close + 1 - rest->p));
		return true;
	}
	while(len < rest->len
			&& !nt_sip_is_in((unsigned char)rest->p[len], " \t\r\n,;"))
		len++;
	drop(rest, len);
	return len > 0;
}

/* From behind a semicolon, over all parameters of an element */
static bool skip_params(struct nt_span *rest)
{
	do {
		drop_gap(rest);
		if(rest->len == 0)
			return false;
		while(rest->len > 0
				&& !nt_sip_is_in((unsigned char)rest->p[0], " \t\r\n,=;"))
			drop(rest, 1);
		drop_gap(rest);
		if(rest->len > 0 && rest->p[0] == '=') {
			drop(rest, 1);
			drop_gap(rest);
			if(rest->len > 0 && !skip_value(rest))
				return false;
			drop_gap(rest);
		}
		if(rest->len == 0 || rest->p[0] == ',' || rest->p[0] == '>')
			return true;
		if(rest->p[0] != ';')
			return false;
		drop(rest, 1);
	} while(true);
}

int nt_sip_contact_take(
		struct nt_span *rest, struct nt_span *uri, bool *malformed)
{
	const char *from = rest->p;

	if(!skip_name(rest))
		return EINVAL;
	*malformed =
			nt_span_trim(nt_span_of(from, (size_t)(rest->p - from))).len > 0
			&& rest->len > 0 && rest->p[0] != '<';
	*uri = *rest;
	if(!skip_uri(rest))
		return EINVAL;
	*uri = nt_span_trim(nt_span_of(uri->p, (size_t)(rest->p - uri->p)));
	if(uri->len >= 2 && uri->p[0] == '<' && uri->p[uri->len - 1] == '>')
		*uri = nt_span_trim(nt_span_of(uri->p + 1, uri->len - 2));
	if(uri->len == 0)
		return EINVAL;
	if(rest->len > 0 && rest->p[0] == ';') {
		drop(rest, 1);
		if(!skip_params(rest))
			return EINVAL;
	}
	if(rest->len == 0)
		return 0;
	/* the comma, or a ">" that Kamailio takes for one */
	drop(rest, 1);
	drop_gap(rest);
	return rest->len > 0 ? 0 : EINVAL;
}
