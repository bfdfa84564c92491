/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a URI. Held: its parts, put together, are the URI; an edit
 * removes all parameters of the names and nothing else, also for who compares
 * in another way; what an edit added, another takes away again; nothing is
 * written beside the room that was given.
 */
#include <stdint.h>
#include <stdlib.h>

#include "nt/nt_uri.h"
#include "nt_must.h"

#define NAMES 2
static const struct nt_span names[NAMES] = {
		NT_SPAN_INIT("alias"), NT_SPAN_INIT("nat-c")};
static const struct nt_span added = NT_SPAN_INIT(";nat-c=x_-0");

static void check_parts(const struct nt_uri *u)
{
	const char *p = u->text.p;

	NT_MUST(u->scheme.p == p);
	p += u->scheme.len;
	NT_MUST(*p++ == ':' && u->userinfo.p == p);
	p += u->userinfo.len;
	NT_MUST(u->userinfo.len == 0 || *p++ == '@');
	NT_MUST(u->hostport.p == p && u->hostport.len > 0);
	p += u->hostport.len;
	NT_MUST(u->params.p == p && (u->params.len == 0 || *p == ';'));
	p += u->params.len;
	NT_MUST(u->headers.p == p && (u->headers.len == 0 || *p == '?'));
	NT_MUST(p + u->headers.len == u->text.p + u->text.len);
	for(size_t i = 0; i < u->text.len; i++) {
		unsigned char c = (unsigned char)u->text.p[i];

		NT_MUST(c > ' ' && c != 0x7f && strchr("\"<>", c) == NULL);
	}
}

static int digit(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, nt_lower(c));

	return c != '\0' && at != NULL ? (int)(at - digits) : -1;
}

/* The name by another way: decoded first, then compared */
static bool naive_is(struct nt_span s, struct nt_span name)
{
	char text[16];
	size_t n = 0;

	for(size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if(n == sizeof(text))
			return false;
		if(c == '%' && i + 2 < s.len && digit(s.p[i + 1]) >= 0
				&& digit(s.p[i + 2]) >= 0) {
			c = (char)(digit(s.p[i + 1]) * 16 + digit(s.p[i + 2]));
			i += 2;
		}
		text[n++] = c;
	}
	return nt_span_ieq(nt_span_of(text, n), name);
}

/* What an edit must give: byte by byte, a parameter at a time */
static size_t naive_edit(char *to, const struct nt_uri *u, size_t count)
{
	const char *p = u->params.p, *end = p + u->params.len;
	size_t n = (size_t)(p - u->text.p);

	memcpy(to, u->text.p, n);
	while(p < end) {
		const char *from = p++, *name = p;
		bool cut = false;

		while(p < end && *p != ';' && *p != '=')
			p++;
		for(size_t i = 0; i < count; i++)
			cut |= naive_is(nt_span_of(name, (size_t)(p - name)), names[i]);
		while(p < end && *p != ';')
			p++;
		if(!cut) {
			memcpy(to + n, from, (size_t)(p - from));
			n += (size_t)(p - from);
		}
	}
	memcpy(to + n, u->headers.p, u->headers.len);
	return n + u->headers.len;
}

/* In a block of the exact size; free it */
static struct nt_span edit(
		const struct nt_uri *u, size_t count, struct nt_span more)
{
	char *room = malloc(u->text.len + more.len), *exact;
	size_t n = nt_uri_edit(room, u->text.len + more.len, u, names, count, more);

	NT_MUST(n > 0);
	exact = malloc(n);
	NT_MUST(nt_uri_edit(exact, n, u, names, count, more) == n
			&& memcmp(exact, room, n) == 0);
	NT_MUST(nt_uri_edit(room, n - 1, u, names, count, more) == 0);
	free(room);
	return nt_span_of(exact, n);
}

static void check_edits(const struct nt_uri *u)
{
	char *want = malloc(u->text.len);
	struct nt_span without, with, again;
	struct nt_uri clean, longer;
	size_t n = naive_edit(want, u, NAMES);

	without = edit(u, NAMES, NT_SPAN(""));
	NT_MUST(without.len == n && memcmp(without.p, want, n) == 0);
	NT_MUST(nt_uri_read(&clean, without) == 0);
	NT_MUST(nt_uri_count(&clean, names, NAMES) == 0);
	NT_MUST((nt_uri_count(u, names, NAMES) == 0) == (n == u->text.len));
	with = edit(&clean, 0, added);
	NT_MUST(nt_uri_read(&longer, with) == 0);
	NT_MUST(nt_uri_count(&longer, names, NAMES) == 1);
	again = edit(&longer, NAMES, NT_SPAN(""));
	NT_MUST(nt_span_eq(again, without));
	free((char *)again.p);
	free((char *)with.p);
	free((char *)without.p);
	free(want);
}

static void check(const char *prefix, const uint8_t *data, size_t size)
{
	size_t n = strlen(prefix);
	char *copy = malloc(n + size);
	struct nt_uri u;

	NT_MUST(copy != NULL);
	memcpy(copy, prefix, n);
	memcpy(copy + n, data, size);
	if(nt_uri_read(&u, nt_span_of(copy, n + size)) == 0) {
		check_parts(&u);
		check_edits(&u);
	}
	NT_MUST(memcmp(copy + n, data, size) == 0);
	free(copy);
}

/* As it is, and as what follows the scheme */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if(size == 0)
		return 0;
	check("", data, size);
	check("sip:", data, size);
	check("sip:h;alias", data, size);
	return 0;
}
