/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_sip_parts.h"

#include <errno.h>

/* What is kept of a message while its fields are read */
struct reader
{
	struct nt_sip *m;
	struct nt_sip_cursor at;
	bool strict; /* a SIP request: some fields may come once only */
	unsigned seen;
	struct nt_span from, owner_to, record_route;
};

static bool is_method(struct nt_span method, const char *name)
{
	return nt_span_ieq(method, nt_span_cstr(name));
}

/* To the next blank or line end. @return false if the text ends there */
static bool take_word(struct nt_sip_cursor *c, struct nt_span *word)
{
	const char *from = c->p;

	while(c->p < c->end && !nt_sip_is_blank(*c->p) && !nt_sip_is_eol(*c->p))
		c->p++;
	*word = nt_sip_since(c, from);
	return c->p < c->end;
}

/* To the next line: LF ends one, with a CR behind it if there is one. An LF
 * that the text ends with is not passed. */
static bool skip_line(struct nt_sip_cursor *c)
{
	const char *lf =
			nt_span_find(nt_span_of(c->p, (size_t)(c->end - c->p)), '\n');

	if(lf == NULL)
		return false;
	c->p = lf;
	if(c->end - c->p > 1)
		c->p++;
	if(c->end - c->p > 1 && *c->p == '\r')
		c->p++;
	return true;
}

static bool begins_with_version(struct nt_span text)
{
	return text.len >= 7
		   && nt_span_ieq(nt_span_of(text.p, 7), NT_SPAN("SIP/2.0"));
}

static int status_of(struct nt_span code)
{
	unsigned long status;

	if(code.len != 3 || nt_span_number(&status, code, 999) != 0)
		return -1;
	return (int)status;
}

/* "INVITE sip:bob@example.org SIP/2.0", "SIP/2.0 200 OK" */
static bool read_first_line(struct reader *r)
{
	struct nt_sip *m = r->m;
	struct nt_span first, second, third;

	if(r->at.end - r->at.p <= 16 || !take_word(&r->at, &first) || first.len == 0
			|| *r->at.p != ' ')
		return false;
	r->at.p++;
	if(!take_word(&r->at, &second) || !nt_sip_is_blank(*r->at.p))
		return false;
	nt_sip_skip_blanks(&r->at);
	m->request = first.len != 7 || !begins_with_version(first);
	if(!m->request) {
		m->status = status_of(second);
		return m->status >= 0 && skip_line(&r->at);
	}
	m->method = first;
	m->uri = second;
	if(!take_word(&r->at, &third) || third.len == 0)
		return false;
	r->strict = begins_with_version(third);
	nt_sip_skip_blanks(&r->at);
	return nt_sip_is_eol(nt_sip_peek(&r->at)) && skip_line(&r->at);
}

/* Fields that RFC 3261 allows once, and in a request Kamailio insists on it */
#define ONCE                                                     \
	(1u << NT_SIP_TO | 1u << NT_SIP_FROM | 1u << NT_SIP_CSEQ     \
			| 1u << NT_SIP_CALL_ID | 1u << NT_SIP_CONTENT_LENGTH \
			| 1u << NT_SIP_MAX_FORWARDS)

static void keep_first(struct reader *r, const struct nt_sip_field *f)
{
	struct nt_sip *m = r->m;

	switch(f->name) {
		case NT_SIP_VIA:
			m->via = f->via;
			m->proxied |= f->via.more;
			break;
		case NT_SIP_TO:
			r->owner_to = f->to.uri;
			m->to = true;
			m->to_tag = f->to.tag.len > 0;
			break;
		case NT_SIP_FROM:
			r->from = f->body;
			break;
		case NT_SIP_CSEQ:
			if(!m->request)
				m->method = f->method;
			break;
		case NT_SIP_CALL_ID:
			m->call_id = f->body;
			break;
		case NT_SIP_CONTENT_TYPE:
			m->content_type = f->body;
			break;
		case NT_SIP_CONTENT_LENGTH:
			m->length_given = true;
			m->length = f->length;
			break;
		case NT_SIP_RECORD_ROUTE:
			m->record_route = true;
			m->proxied |= m->request;
			r->record_route = f->body;
			break;
		case NT_SIP_ROUTE:
			m->route = true;
			break;
		case NT_SIP_USER_AGENT:
			if(m->request)
				m->user_agent = f->body;
			break;
		case NT_SIP_SERVER:
			if(!m->request)
				m->user_agent = f->body;
			break;
		default:
			break;
	}
}

/* @return false if there must not be a second one */
static bool keep_field(struct reader *r, const struct nt_sip_field *f)
{
	unsigned bit = 1u << f->name;

	if(r->seen & bit) {
		if(f->name == NT_SIP_VIA)
			r->m->proxied = true;
		return !r->strict || !(bit & ONCE);
	}
	keep_first(r, f);
	r->seen |= bit;
	return true;
}

/* To the empty line, or the end of the text if there is none */
static bool read_fields(struct reader *r)
{
	struct nt_sip_field field;

	while(r->at.p < r->at.end) {
		int rc = nt_sip_field_take(&field, &r->at);

		if(rc == NT_SIP_FIELD_END) {
			nt_sip_skip_eol(&r->at);
			break;
		}
		if(rc != 0 || !keep_field(r, &field))
			return false;
	}
	return r->m->via.host.len > 0;
}

/* A From is not read before somebody asks, and then with one more byte: that of
 * its line end */
static struct nt_span from_uri(struct nt_span body)
{
	struct nt_sip_cursor c;
	struct nt_sip_addr from;

	if(body.p == NULL)
		return body;
	c = (struct nt_sip_cursor){body.p, body.p + body.len + 1};
	return nt_sip_addr_read(&from, &c) ? from.uri : NT_SPAN("");
}

static void keep_owner(struct reader *r)
{
	struct nt_sip *m = r->m;
	bool from = m->request && !is_method(m->method, "REGISTER");
	struct nt_sip_uri uri;

	if(m->request) {
		m->from_uri = from_uri(r->from);
		if(nt_sip_uri_read(&uri, m->from_uri) == 0)
			m->from_host = uri.host;
	}
	if(nt_sip_uri_read(&uri, from ? m->from_uri : r->owner_to) != 0)
		return;
	m->owner_user = uri.user;
	m->owner_host = uri.host;
}

static void keep_route(struct reader *r)
{
	struct nt_sip_uri uri;

	if(nt_sip_uri_read(&uri, nt_sip_bracketed(r->record_route)) != 0)
		return;
	r->m->route_host = uri.host;
	r->m->route_port = uri.port;
}

int nt_sip_read(struct nt_sip *m, struct nt_span text)
{
	struct reader r = {.m = m};

	memset(m, 0, sizeof(*m));
	if(text.len == 0)
		return EINVAL;
	r.at = (struct nt_sip_cursor){text.p, text.p + text.len};
	while(nt_sip_peek(&r.at) == 0
			|| nt_sip_is_in(nt_sip_peek(&r.at), " \t\r\n"))
		r.at.p++;
	if(!read_first_line(&r))
		return EINVAL;
	m->lines = nt_span_of(r.at.p, (size_t)(r.at.end - r.at.p));
	if(!read_fields(&r))
		return EINVAL;
	m->body = nt_span_of(r.at.p, (size_t)(r.at.end - r.at.p));
	keep_owner(&r);
	keep_route(&r);
	return 0;
}
