/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_legacy.h"

#include <errno.h>
#include <stdio.h>

static const struct nt_span alias_names[] = {NT_SPAN_INIT("alias")};
static const struct nt_span fs_names[] = {
		NT_SPAN_INIT("fs_nat"), NT_SPAN_INIT("fs_path")};

/* "sip:", user, "@", address, ";transport=wss" */
#define PATH_TEXT (NT_FS_USER_MAX + NT_ENDPOINT_TEXT + 32)

/* Take the text up to @p stop from the front, without it. @return false: there
 * is none */
static bool take(struct nt_span *rest, struct nt_span *piece, char stop)
{
	const char *at = nt_span_find(*rest, stop), *end = rest->p + rest->len;

	if(at == NULL)
		return false;
	*piece = nt_span_of(rest->p, (size_t)(at - rest->p));
	*rest = nt_span_of(at + 1, (size_t)(end - at - 1));
	return true;
}

/* By Kamailio's number */
static enum nt_transport transport_numbered(struct nt_span number)
{
	static const enum nt_transport transports[] = {NT_TRANSPORT_OTHER,
			NT_TRANSPORT_UDP, NT_TRANSPORT_TCP, NT_TRANSPORT_TLS,
			NT_TRANSPORT_OTHER, NT_TRANSPORT_WS, NT_TRANSPORT_WSS};
	unsigned long n = 0;

	if(nt_span_number(&n, number, 6) != 0)
		return NT_TRANSPORT_OTHER;
	return transports[n];
}

/* An address and a port of their own. @return 0, or EINVAL */
static int read_place(
		struct nt_endpoint *to, struct nt_span host, struct nt_span port)
{
	struct nt_claim claim = nt_claim_of(host, 0);
	unsigned long number = 0;

	if(claim.host != NT_HOST_ADDR
			|| nt_span_number(&number, port, UINT16_MAX) != 0 || number == 0)
		return EINVAL;
	*to = claim.at;
	to->port = (uint16_t)number;
	return 0;
}

enum nt_way_result nt_alias_read(struct nt_way *way, const struct nt_uri *uri)
{
	struct nt_span value = NT_SPAN(""), host, port;
	struct nt_way w;
	size_t count = nt_uri_count(uri, alias_names, 1);

	if(count == 0)
		return NT_WAY_NONE;
	nt_uri_param(uri, alias_names[0], &value);
	if(count > 1 || !take(&value, &host, '~') || !take(&value, &port, '~')
			|| read_place(&w.to, host, port) != 0)
		return NT_WAY_BAD;
	w.transport = transport_numbered(value);
	if(w.transport == NT_TRANSPORT_OTHER)
		return NT_WAY_BAD;
	*way = w;
	return NT_WAY_READ;
}

size_t nt_alias_cut(char *buf, size_t size, const struct nt_uri *uri)
{
	return nt_uri_edit(buf, size, uri, alias_names, 1, NT_SPAN(""));
}

static int hex(char c)
{
	c = nt_lower(c);
	if(c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* @return the length, or 0: does not fit, or "%" and no number */
static size_t decode(char *buf, size_t size, struct nt_span s)
{
	size_t n = 0;

	for(size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if(c == '%') {
			if(i + 2 >= s.len || hex(s.p[i + 1]) < 0 || hex(s.p[i + 2]) < 0)
				return 0;
			c = (char)(hex(s.p[i + 1]) << 4 | hex(s.p[i + 2]));
			i += 2;
		}
		if(n == size)
			return 0;
		buf[n++] = c;
	}
	return n;
}

static bool is_unreserved(char c)
{
	char l = nt_lower(c);

	return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '-'
		   || c == '.' || c == '_' || c == '~';
}

static size_t encode(char *buf, size_t size, struct nt_span s)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t n = 0;

	for(size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if(size - n < 3)
			return 0;
		if(is_unreserved(s.p[i])) {
			buf[n++] = s.p[i];
			continue;
		}
		buf[n++] = '%';
		buf[n++] = digits[c >> 4];
		buf[n++] = digits[c & 15];
	}
	return n;
}

/* What stands in host and port of a URI; 5060 or 5061 if there is no port */
static int read_uri_place(struct nt_way *way, const struct nt_uri *uri)
{
	struct nt_span hp = uri->hostport, port;
	const char *colon, *end = hp.p + hp.len, *from = hp.p;

	if(hp.p[0] == '[' && (from = nt_span_find(hp, ']')) == NULL)
		return EINVAL;
	colon = nt_span_find(nt_span_of(from, (size_t)(end - from)), ':');
	if(colon != NULL) {
		port = nt_span_of(colon + 1, (size_t)(end - colon - 1));
		hp.len = (size_t)(colon - hp.p);
	} else {
		port = way->transport == NT_TRANSPORT_TLS ? NT_SPAN("5061")
												  : NT_SPAN("5060");
	}
	return read_place(&way->to, hp, port);
}

static enum nt_transport transport_of(const struct nt_uri *uri)
{
	struct nt_span given = NT_SPAN("");
	bool secure = uri->scheme.len == 4;

	nt_uri_param(uri, NT_SPAN("transport"), &given);
	for(int t = NT_TRANSPORT_UDP; t <= NT_TRANSPORT_WSS; t++) {
		if(nt_span_ieq(given,
				   nt_span_cstr(nt_transport_name((enum nt_transport)t))))
			return secure && t == NT_TRANSPORT_WS	 ? NT_TRANSPORT_WSS
				   : secure && t == NT_TRANSPORT_TCP ? NT_TRANSPORT_TLS
													 : (enum nt_transport)t;
	}
	if(given.len > 0)
		return NT_TRANSPORT_OTHER;
	return secure ? NT_TRANSPORT_TLS : NT_TRANSPORT_UDP;
}

enum nt_way_result nt_fs_path_read(struct nt_way *way, const struct nt_uri *uri)
{
	struct nt_span value = NT_SPAN("");
	char text[PATH_TEXT];
	struct nt_uri path;
	struct nt_way w;
	size_t n, count = nt_uri_count(uri, &fs_names[1], 1);

	if(count == 0)
		return NT_WAY_NONE;
	nt_uri_param(uri, fs_names[1], &value);
	n = decode(text, sizeof(text), value);
	if(count > 1 || n == 0 || nt_uri_read(&path, nt_span_of(text, n)) != 0)
		return NT_WAY_BAD;
	w.transport = transport_of(&path);
	if(w.transport == NT_TRANSPORT_OTHER || read_uri_place(&w, &path) != 0)
		return NT_WAY_BAD;
	*way = w;
	return NT_WAY_READ;
}

size_t nt_fs_path_cut(char *buf, size_t size, const struct nt_uri *uri)
{
	return nt_uri_edit(buf, size, uri, fs_names, 2, NT_SPAN(""));
}

/* User without password. @return the length of "sip:user@source;transport=.."
 */
static size_t print_path(char text[PATH_TEXT], const struct nt_uri *uri,
		const struct nt_way *way)
{
	struct nt_span user = uri->userinfo;
	const char *colon = nt_span_find(user, ':');
	char place[NT_ENDPOINT_TEXT];
	int n;

	if(colon != NULL)
		user.len = (size_t)(colon - user.p);
	nt_endpoint_print(place, sizeof(place), &way->to);
	n = snprintf(text, PATH_TEXT, "sip:%.*s%s%s;transport=%s",
			NT_SPAN_FMT(user), user.len > 0 ? "@" : "", place,
			nt_transport_name(way->transport));
	return n < 0 || n >= PATH_TEXT ? 0 : (size_t)n;
}

/* ";fs_nat=yes;fs_path=..." */
static size_t print_params(char text[NT_FS_PATH_MORE], const struct nt_uri *uri,
		const struct nt_way *way)
{
	static const struct nt_span head = NT_SPAN_INIT(";fs_nat=yes;fs_path=");
	char path[PATH_TEXT];
	size_t n = print_path(path, uri, way);

	if(n == 0)
		return 0;
	memcpy(text, head.p, head.len);
	n = encode(
			text + head.len, NT_FS_PATH_MORE - head.len, nt_span_of(path, n));
	return n > 0 ? head.len + n : 0;
}

size_t nt_fs_path_add(char *buf, size_t size, const struct nt_uri *uri,
		const struct nt_way *way)
{
	char added[NT_FS_PATH_MORE];
	size_t n = print_params(added, uri, way);

	if(n == 0)
		return 0;
	return nt_uri_edit(buf, size, uri, fs_names, 2, nt_span_of(added, n));
}

bool nt_fs_path_is_ours(const struct nt_uri *uri)
{
	char text[NT_FS_PATH_MORE];
	struct nt_way way;
	struct nt_span wrote;

	if(nt_uri_count(uri, fs_names, 2) != 2
			|| nt_fs_path_read(&way, uri) != NT_WAY_READ)
		return false;
	wrote = nt_span_of(text, print_params(text, uri, &way));
	/* they were written last */
	return wrote.len > 0 && uri->params.len >= wrote.len
		   && nt_span_eq(wrote,
				   nt_span_of(uri->params.p + uri->params.len - wrote.len,
						   wrote.len));
}
