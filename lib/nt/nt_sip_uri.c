/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A URI is read from left to right, and what looked like a host or a port turns
 * out to be a user where an "@" comes late: then reading begins anew behind it,
 * and some of what was counted before stays.
 */
#include "nt/nt_sip_parts.h"

#include <errno.h>

/* What comes next */
enum part
{
	PART_BAD,
	PART_NONE, /* the URI is at its end */
	PART_HOST,
	PART_PORT,
	PART_PARAM,
	PART_HEADERS
};

struct reader
{
	struct nt_sip_cursor at;
	struct nt_sip_uri *u;
	struct nt_span port_text, user_param;
	unsigned port;
	const char *colon; /* of what may yet turn out to be a password */
	bool has_user;	   /* no more "@" may come */
	bool semicolon;	   /* among the headers: an error unless "@" follows */
};

/* Behind the byte that ends a part */
static enum part pass(struct reader *r)
{
	switch(*r->at.p++) {
		case '@':
			r->has_user = true;
			return PART_HOST;
		case ':':
			return PART_PORT;
		case ';':
			return PART_PARAM;
		case '?':
			return PART_HEADERS;
		default:
			return PART_BAD;
	}
}

/* At the "@": all from the host on was a user, with a password from the first
 * colon on */
static enum part restart(struct reader *r)
{
	struct nt_span user = r->u->host;
	enum nt_sip_scheme scheme = r->u->scheme;

	if(r->has_user)
		return PART_BAD;
	user.len = (size_t)((r->colon != NULL ? r->colon : r->at.p) - r->u->host.p);
	memset(r->u, 0, sizeof(*r->u));
	r->u->scheme = scheme;
	r->u->user = user;
	r->port_text = r->user_param = NT_SPAN("");
	r->semicolon = false;
	return pass(r);
}

/* A password has no ";" or "?": what has a colon before one is no user */
static void end_password(struct reader *r)
{
	if(r->colon != NULL)
		r->has_user = true;
	r->colon = NULL;
}

static void note_colon(struct reader *r)
{
	if(r->has_user)
		return;
	if(r->colon == NULL)
		r->colon = r->at.p;
	else
		end_password(r);
}

static bool add_digit(struct reader *r, int b)
{
	r->port = r->port * 10 + (unsigned)(b - '0');
	return r->port <= UINT16_MAX;
}

/* What was read as a user, and then a port, was host and port */
static enum part end_host_port(struct reader *r, const char *from)
{
	r->port_text = nt_sip_since(&r->at, from);
	r->u->port = (uint16_t)r->port;
	r->u->host = r->u->user;
	r->u->user = NT_SPAN("");
	if(nt_sip_peek(&r->at) == NT_SIP_END)
		return PART_NONE;
	r->has_user = true;
	return pass(r);
}

/* Behind "user:", or "host:" */
static enum part read_password(struct reader *r)
{
	const char *from = r->at.p;
	int b;

	for(; (b = nt_sip_peek(&r->at)) >= '0' && b <= '9'; r->at.p++) {
		if(!add_digit(r, b))
			return PART_BAD;
	}
	if(b == NT_SIP_END || b == ';' || b == '?')
		return end_host_port(r, from);
	r->port = 0;
	for(; (b = nt_sip_peek(&r->at)) != '@'; r->at.p++) {
		if(b == NT_SIP_END && r->u->scheme == NT_SIP_SCHEME_URN) {
			r->u->host = nt_sip_since(&r->at, from);
			return PART_NONE;
		}
		if(b == NT_SIP_END || nt_sip_is_in(b, ";?[]:"))
			return PART_BAD;
	}
	return pass(r);
}

static enum part end_host(struct reader *r, const char *from)
{
	r->u->host = nt_sip_since(&r->at, from);
	if(nt_sip_peek(&r->at) == NT_SIP_END)
		return PART_NONE;
	return *r->at.p == '@' ? PART_BAD : pass(r);
}

static enum part read_host(struct reader *r)
{
	const char *from = r->at.p;

	if(nt_sip_peek(&r->at) == '[') {
		for(r->at.p++; nt_sip_peek(&r->at) != ']'; r->at.p++) {
			if(nt_sip_peek(&r->at) == NT_SIP_END
					|| nt_sip_is_in(nt_sip_peek(&r->at), "[&@;?"))
				return PART_BAD;
		}
		r->at.p++;
		return end_host(r, from);
	}
	if(r->at.p == r->at.end || !nt_sip_is_alnum(*r->at.p))
		return PART_BAD;
	while(r->at.p < r->at.end
			&& (nt_sip_is_alnum(*r->at.p) || *r->at.p == '.'
					|| *r->at.p == '-'))
		r->at.p++;
	return end_host(r, from);
}

/* A user or a host; the first byte is not looked at closely */
static enum part read_first(struct reader *r)
{
	const char *from = r->at.p;
	int b = nt_sip_peek(&r->at);

	if(b == '[')
		return read_host(r);
	if(b == NT_SIP_END || nt_sip_is_in(b, "]:"))
		return PART_BAD;
	do {
		r->at.p++;
		b = nt_sip_peek(&r->at);
	} while(b != NT_SIP_END && !nt_sip_is_in(b, "@:;?[]"));
	switch(b) {
		case NT_SIP_END:
		case ';':
		case '?':
			return end_host(r, from);
		case ':':
			r->u->user = nt_sip_since(&r->at, from);
			r->at.p++;
			return read_password(r);
		default:
			r->u->user = nt_sip_since(&r->at, from);
			return pass(r); /* "[" and "]" are errors */
	}
}

static enum part read_port(struct reader *r)
{
	const char *from = r->at.p;
	int b;

	for(; (b = nt_sip_peek(&r->at)) >= '0' && b <= '9'; r->at.p++) {
		if(!add_digit(r, b))
			return PART_BAD;
	}
	if(b != NT_SIP_END && b != ';' && b != '?')
		return PART_BAD;
	r->port_text = nt_sip_since(&r->at, from);
	r->u->port = (uint16_t)r->port;
	return b == NT_SIP_END ? PART_NONE : pass(r);
}

/* A value is none if empty or behind a colon. An empty "gr=" is one at the end
 * of the URI alone; a lone beginning of "maddr=" there is more than the core
 * can take. */
static bool take_param(struct reader *r, struct nt_span param, bool at_end)
{
	const char *eq = nt_span_find(param, '=');
	struct nt_span name = param, value = NT_SPAN("");

	if(eq != NULL) {
		name.len = (size_t)(eq - param.p);
		value = nt_span_of(eq + 1, param.len - name.len - 1);
	}
	if(at_end && param.len >= 2 && param.len <= 6
			&& nt_span_ieq(param, nt_span_of("maddr=", param.len)))
		return false;
	if(nt_span_ieq(name, NT_SPAN("gr"))
			&& (eq == NULL || value.len > 0 || at_end)
			&& (value.len == 0 || value.p[0] != ':'))
		r->u->gruu = true;
	if(value.len == 0 || value.p[0] == ':')
		return true;
	if(nt_span_ieq(name, NT_SPAN("transport")))
		r->u->transport = value;
	else if(nt_span_ieq(name, NT_SPAN("maddr")))
		r->u->maddr = value;
	else if(nt_span_ieq(name, NT_SPAN("user")))
		r->user_param = value;
	return true;
}

static enum part read_param(struct reader *r)
{
	const char *from = r->at.p;
	struct nt_span param;
	int b;

	for(; (b = nt_sip_peek(&r->at)) != NT_SIP_END && !nt_sip_is_in(b, "@;?");
			r->at.p++) {
		if(b == ':')
			note_colon(r);
	}
	if(b == '@')
		return restart(r);
	param = nt_sip_since(&r->at, from);
	if(!take_param(r, param, b == NT_SIP_END))
		return PART_BAD;
	if(b == NT_SIP_END)
		return PART_NONE;
	end_password(r);
	return pass(r);
}

static enum part read_headers(struct reader *r)
{
	for(int b; (b = nt_sip_peek(&r->at)) != NT_SIP_END; r->at.p++) {
		if(b == '@')
			return restart(r);
		if(b == ';') {
			if(r->has_user || r->colon != NULL)
				return PART_BAD;
			r->semicolon = true;
		} else if(b == ':') {
			note_colon(r);
		} else if(b == '?') {
			end_password(r);
		}
	}
	return r->semicolon ? PART_BAD : PART_NONE;
}

/* Scheme letters compare without case, and "\x1a" is a colon but in sips: */
static size_t scheme_of(enum nt_sip_scheme *scheme, struct nt_span text)
{
	static const char *const names[] = {"sip:", "sips", "tel:", "urn:"};

	for(unsigned i = 0; text.len >= 5 && i < 4; i++) {
		if((text.p[0] | 0x20) != names[i][0]
				|| (text.p[1] | 0x20) != names[i][1]
				|| (text.p[2] | 0x20) != names[i][2]
				|| (text.p[3] | 0x20) != names[i][3])
			continue;
		*scheme = (enum nt_sip_scheme)i;
		if(*scheme != NT_SIP_SCHEME_SIPS)
			return 4;
		return text.p[4] == ':' ? 5 : 0;
	}
	return 0;
}

/* user=phone is a telephone number, and its parameters are no user's */
static void cut_phone(struct reader *r)
{
	const char *semicolon = nt_span_find(r->u->user, ';');

	if(semicolon != NULL && nt_span_eq(r->user_param, NT_SPAN("phone")))
		r->u->user.len = (size_t)(semicolon - r->u->user.p);
}

static bool is_sound(const struct reader *r, struct nt_span text)
{
	const struct nt_span *host = &r->u->host;

	if(r->port_text.len > 5)
		return false;
	return host->len == 0 || r->u->user.len > 0 || host->p == text.p
		   || (host->p[-1] != '@' && host->p[0] != '@');
}

int nt_sip_uri_read(struct nt_sip_uri *u, struct nt_span text)
{
	struct reader r = {.u = u, .port = 0};
	enum part part;
	size_t len;

	memset(u, 0, sizeof(*u));
	len = scheme_of(&u->scheme, text);
	if(len == 0)
		return EINVAL;
	r.at = (struct nt_sip_cursor){text.p + len, text.p + text.len};
	part = read_first(&r);
	while(part != PART_NONE) {
		if(part == PART_HOST)
			part = read_host(&r);
		else if(part == PART_PORT)
			part = read_port(&r);
		else if(part == PART_PARAM)
			part = read_param(&r);
		else if(part == PART_HEADERS)
			part = read_headers(&r);
		else
			return EINVAL;
	}
	if(u->scheme == NT_SIP_SCHEME_TEL) {
		u->user = u->host;
		u->host = NT_SPAN("");
	} else if(u->scheme != NT_SIP_SCHEME_URN) {
		cut_phone(&r);
	}
	return is_sound(&r, text) ? 0 : EINVAL;
}
