/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_uri.h"

#include <errno.h>
#include <stdint.h>

#include "nt/nt_out.h"

/* Of bytes, by what they may be part of */
enum
{
	PLAIN = 1, /* anything that a URI may hold at all */
	USER = 2,
	PASSWORD = 4,
	HOST = 8,
	HOST6 = 16, /* between brackets */
	PARAM = 32,
	HEADER = 64,
	DIGIT = 128
};
#define EVERYWHERE (PLAIN | USER | PASSWORD | PARAM | HEADER)

/* Also what RFC 3261 wants escaped and phones write all the same ("#", UTF-8);
 * but nothing that another reader could take for the end of a part */
/* clang-format off */
static const uint8_t classes[256] = {
	['!'] = EVERYWHERE, ['#' ... '/'] = EVERYWHERE,
	['0' ... '9'] = EVERYWHERE | HOST | HOST6 | DIGIT,
	[':'] = PLAIN | PARAM | HEADER | HOST6,
	[';'] = PLAIN | USER | PARAM,
	['='] = EVERYWHERE,
	['?'] = PLAIN | USER | HEADER,
	['A' ... 'F'] = EVERYWHERE | HOST | HOST6, ['G' ... 'Z'] = EVERYWHERE | HOST,
	['['] = PLAIN | PARAM | HEADER, [']'] = PLAIN | PARAM | HEADER,
	['\\'] = EVERYWHERE, ['^' ... '`'] = EVERYWHERE,
	['a' ... 'f'] = EVERYWHERE | HOST | HOST6, ['g' ... 'z'] = EVERYWHERE | HOST,
	['{' ... '~'] = EVERYWHERE,
	[0x80 ... 0xff] = EVERYWHERE,
};
/* clang-format on */

static bool is_a(char c, uint8_t class)
{
	return (classes[(unsigned char)c] & class) != 0;
}

static bool is_host(char c)
{
	return is_a(c, HOST) || c == '.' || c == '-' || c == '_';
}

static struct nt_span between(const char *from, const char *to)
{
	return nt_span_of(from, (size_t)(to - from));
}

static bool is_all(struct nt_span s, uint8_t class)
{
	for(size_t i = 0; i < s.len; i++) {
		if(!is_a(s.p[i], class))
			return false;
	}
	return true;
}

/* @return behind "sip:" or "sips:", or NULL */
static const char *read_scheme(struct nt_uri *uri)
{
	static const struct nt_span names[] = {
			NT_SPAN_INIT("sip"), NT_SPAN_INIT("sips")};
	const char *colon = nt_span_find(uri->text, ':');

	if(colon == NULL)
		return NULL;
	uri->scheme = between(uri->text.p, colon);
	return nt_span_ieq(uri->scheme, names[0])
						   || nt_span_ieq(uri->scheme, names[1])
				   ? colon + 1
				   : NULL;
}

static bool is_userinfo(struct nt_span s)
{
	const char *colon = nt_span_find(s, ':');
	const char *end = s.p + s.len;

	if(colon == NULL)
		return s.len > 0 && is_all(s, USER);
	return colon > s.p && is_all(between(s.p, colon), USER)
		   && is_all(between(colon + 1, end), PASSWORD);
}

/* A user may hold ";" and "?": only the "@" tells. @return behind it, or NULL
 */
static const char *read_userinfo(
		struct nt_uri *uri, const char *from, const char *end)
{
	const char *at = nt_span_find(between(from, end), '@');

	uri->userinfo = nt_span_of(from, 0);
	if(at == NULL)
		return from;
	uri->userinfo = between(from, at);
	return is_userinfo(uri->userinfo) ? at + 1 : NULL;
}

/* @return behind it, or NULL */
static const char *read_host(const char *p, const char *end)
{
	const char *from = p;

	if(p < end && *p == '[') {
		for(p++; p < end && (is_a(*p, HOST6) || *p == '.'); p++)
			;
		return p > from + 1 && p < end && *p == ']' ? p + 1 : NULL;
	}
	while(p < end && is_host(*p))
		p++;
	return p > from ? p : NULL;
}

static const char *read_port(const char *p, const char *end)
{
	const char *from = p;
	unsigned long port;

	while(p < end && is_a(*p, DIGIT))
		p++;
	return nt_span_number(&port, between(from, p), UINT16_MAX) == 0 ? p : NULL;
}

/* Behind host and port */
static bool read_tail(struct nt_uri *uri, const char *p, const char *end)
{
	const char *mark = nt_span_find(between(p, end), '?');

	if(mark == NULL)
		mark = end;
	uri->params = between(p, mark);
	uri->headers = between(mark, end);
	return (uri->params.len == 0 || *p == ';') && is_all(uri->params, PARAM)
		   && is_all(uri->headers, HEADER);
}

int nt_uri_read(struct nt_uri *uri, struct nt_span text)
{
	struct nt_uri u = {.text = text};
	const char *end, *p, *host;

	if(text.len == 0 || (p = read_scheme(&u)) == NULL)
		return EINVAL;
	end = text.p + text.len;
	if((host = read_userinfo(&u, p, end)) == NULL
			|| (p = read_host(host, end)) == NULL)
		return EINVAL;
	if(p < end && *p == ':' && (p = read_port(p + 1, end)) == NULL)
		return EINVAL;
	u.hostport = between(host, p);
	if(!read_tail(&u, p, end))
		return EINVAL;
	*uri = u;
	return 0;
}

bool nt_uri_param_next(struct nt_span *rest, struct nt_span *whole,
		struct nt_span *name, struct nt_span *value)
{
	const char *from = rest->p, *end, *next, *equals;

	if(rest->len == 0 || *from != ';')
		return false;
	end = from + rest->len;
	next = nt_span_find(between(from + 1, end), ';');
	if(next == NULL)
		next = end;
	*whole = between(from, next);
	*rest = between(next, end);
	equals = nt_span_find(*whole, '=');
	*name = between(from + 1, equals != NULL ? equals : next);
	*value = between(equals != NULL ? equals + 1 : next, next);
	return true;
}

static int hex(char c)
{
	if(c >= '0' && c <= '9')
		return c - '0';
	c = nt_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Take one byte from the front, which may be written as %HH */
static char take_byte(struct nt_span *s)
{
	char c = s->p[0];
	size_t n = 1;

	if(c == '%' && s->len >= 3) {
		int high = hex(s->p[1]), low = hex(s->p[2]);

		if(high >= 0 && low >= 0) {
			c = (char)(high * 16 + low);
			n = 3;
		}
	}
	*s = nt_span_of(s->p + n, s->len - n);
	return c;
}

size_t nt_uri_name_begins(struct nt_span text, struct nt_span name)
{
	struct nt_span rest = text;

	for(size_t i = 0; i < name.len; i++) {
		if(rest.len == 0 || nt_lower(take_byte(&rest)) != nt_lower(name.p[i]))
			return 0;
	}
	return text.len - rest.len;
}

bool nt_uri_name_is(struct nt_span written, struct nt_span name)
{
	return nt_uri_name_begins(written, name) == written.len
		   && (written.len > 0) == (name.len > 0);
}

static bool is_one_of(
		struct nt_span written, const struct nt_span *names, size_t count)
{
	for(size_t i = 0; i < count; i++) {
		if(nt_uri_name_is(written, names[i]))
			return true;
	}
	return false;
}

bool nt_uri_param(
		const struct nt_uri *uri, struct nt_span name, struct nt_span *value)
{
	struct nt_span rest = uri->params, whole, written, found;

	while(nt_uri_param_next(&rest, &whole, &written, &found)) {
		if(nt_uri_name_is(written, name)) {
			*value = found;
			return true;
		}
	}
	return false;
}

size_t nt_uri_count(
		const struct nt_uri *uri, const struct nt_span *names, size_t count)
{
	struct nt_span rest = uri->params, whole, written, value;
	size_t n = 0;

	while(nt_uri_param_next(&rest, &whole, &written, &value))
		n += is_one_of(written, names, count);
	return n;
}

size_t nt_uri_edit(char *buf, size_t size, const struct nt_uri *uri,
		const struct nt_span *names, size_t count, struct nt_span added)
{
	struct nt_span rest = uri->params, whole, written, value;
	struct nt_out o = {.p = buf, .size = size};

	nt_out_put(&o, between(uri->text.p, uri->params.p));
	while(nt_uri_param_next(&rest, &whole, &written, &value)) {
		if(!is_one_of(written, names, count))
			nt_out_put(&o, whole);
	}
	nt_out_put(&o, added);
	nt_out_put(&o, uri->headers);
	return nt_out_end(&o);
}
