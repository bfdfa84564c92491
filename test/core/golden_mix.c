/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/golden_mix.h"

/* The same piece of three texts */
struct three
{
	struct nt_span got, plain, full;
};

/* Take the text up to @p stop, without it. @return false at the end */
static bool take(struct nt_span *rest, struct nt_span *piece, char stop)
{
	const char *end;

	if(rest->p == NULL)
		return false;
	end = memchr(rest->p, stop, rest->len);
	if(end == NULL) {
		*piece = *rest;
		*rest = nt_span_of(NULL, 0);
		return true;
	}
	*piece = nt_span_of(rest->p, (size_t)(end - rest->p));
	*rest = nt_span_of(end + 1, rest->len - piece->len - 1);
	return true;
}

/* @return 3 if all three had one more, 0 if none had, else 1 */
static int take_three(struct three *rest, struct three *piece, char stop)
{
	int n = take(&rest->got, &piece->got, stop)
			+ take(&rest->plain, &piece->plain, stop)
			+ take(&rest->full, &piece->full, stop);

	return n == 0 || n == 3 ? n : 1;
}

static bool is_either(const struct three *t)
{
	return nt_span_eq(t->got, t->plain) || nt_span_eq(t->got, t->full);
}

/* Is each parameter of @p few there in @p many, in this order? */
static bool has_all(struct nt_span many, struct nt_span few)
{
	struct nt_span a, b;

	while(take(&few, &b, ';')) {
		do {
			if(!take(&many, &a, ';'))
				return false;
		} while(!nt_span_eq(a, b));
	}
	return true;
}

/* One element: URI and parameters behind it are repairs of their own */
static bool is_contact_mix(const struct three *t)
{
	struct three rest = *t, uri;

	if(is_either(t))
		return true;
	return take_three(&rest, &uri, '>') == 3 && is_either(&uri)
		   && rest.got.p != NULL && rest.plain.p != NULL && rest.full.p != NULL
		   && has_all(rest.plain, rest.got) && has_all(rest.got, rest.full);
}

static bool chop(struct nt_span *line)
{
	if(line->len == 0 || line->p[line->len - 1] != '\r')
		return false;
	line->len--;
	return true;
}

static bool is_line_mix(const struct three *line)
{
	struct three rest = *line, element;
	int n;

	if(is_either(line))
		return true;
	if(!chop(&rest.got) || !chop(&rest.plain) || !chop(&rest.full))
		return false;
	while((n = take_three(&rest, &element, ',')) == 3) {
		if(!is_contact_mix(&element))
			return false;
	}
	return n == 0;
}

/* A header field that only the full message has: a repair of its own. Then the
 * line behind it is the plain one's. */
static void skip_added(struct three *rest)
{
	struct nt_span full = rest->full, plain = rest->plain, got = rest->got;
	struct nt_span added, behind, line, own;

	if(!take(&full, &added, '\n') || !take(&plain, &line, '\n')
			|| nt_span_eq(added, line))
		return;
	plain = full;
	if(!take(&plain, &behind, '\n') || !nt_span_eq(behind, line))
		return;
	rest->full = full;
	if(take(&got, &own, '\n') && nt_span_eq(own, added))
		rest->got = got;
}

bool golden_is_mix(
		struct nt_span got, struct nt_span plain, struct nt_span full)
{
	struct three rest = {got, plain, full}, line;
	int n;

	/* a header field that went as a whole */
	if(is_either(&rest))
		return true;
	for(;;) {
		skip_added(&rest);
		if((n = take_three(&rest, &line, '\n')) != 3)
			return n == 0;
		if(!is_line_mix(&line))
			return false;
	}
}
