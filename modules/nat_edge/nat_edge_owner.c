/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_owner.h"

#include "core/parser/parse_cseq.h"
#include "core/parser/parse_from.h"
#include "core/parser/parse_to.h"
#include "core/parser/parse_uri.h"
#include "nat_edge/nat_edge_uri.h"

void ne_text_keep(char *to, size_t size, struct nt_span from)
{
	size_t len = from.len < size - 1 ? from.len : size - 1;

	if(len > 0)
		memcpy(to, from.p, len);
	to[len] = '\0';
}

/* What a byte may be part of; everything else ends it */
enum part
{
	IN_HOST = 0x1,
	IN_USER = 0x2,
	FIRST_OF_HOST = 0x4
};
#define BOTH (IN_HOST | IN_USER)
#define ANY (BOTH | FIRST_OF_HOST)

static const unsigned char parts[256] = {['0' ... '9'] = ANY,
		['a' ... 'z'] = ANY,
		['A' ... 'Z'] = ANY,
		['.'] = BOTH,
		['-'] = BOTH,
		['_'] = IN_USER,
		['+'] = IN_USER,
		['!'] = IN_USER,
		['~'] = IN_USER,
		['*'] = IN_USER,
		['%'] = IN_USER,
		['='] = IN_USER,
		['$'] = IN_USER,
		['&'] = IN_USER};

static const char *skip(const char *p, const char *end, enum part part)
{
	while(p < end && (parts[(unsigned char)*p] & part))
		p++;
	return p;
}

static bool begins_with_sip(struct nt_span uri)
{
	const char *p = uri.p;

	return uri.len > 4 && (p[0] | 0x20) == 's' && (p[1] | 0x20) == 'i'
		   && (p[2] | 0x20) == 'p' && p[3] == ':';
}

/* "sip:user@host" of names and IPv4, and nothing else: what most phones write.
 * @return false: ask somebody who knows more */
static bool cut(struct nt_span uri, struct nt_span *user, struct nt_span *host)
{
	const char *end, *from, *p;

	if(!begins_with_sip(uri))
		return false;
	end = uri.p + uri.len;
	from = uri.p + 4;
	p = skip(from, end, IN_USER);
	if(p == from || p == end || *p != '@')
		return false;
	*user = nt_span_of(from, (size_t)(p - from));
	from = p + 1;
	p = skip(from, end, IN_HOST);
	*host = nt_span_of(from, (size_t)(p - from));
	return p == end && host->len > 0
		   && (parts[(unsigned char)*from] & FIRST_OF_HOST);
}

/* What the core has to parse it keeps for everybody. Without memory for that
 * the URI is read all the same: a rule that is not found is another verdict. */
static struct nt_span uri_of(sip_msg_t *msg, bool from)
{
	struct to_body body;
	struct hdr_field *h;

	if((from ? parse_from_header(msg) : parse_to_header(msg)) == 0)
		return ne_span(from ? &get_from(msg)->uri : &get_to(msg)->uri);
	h = from ? msg->from : msg->to;
	if(h == NULL)
		return NT_SPAN("");
	memset(&body, 0, sizeof(body));
	parse_to(h->body.s, h->body.s + h->body.len + 1, &body);
	free_to_params(&body);
	return body.error == PARSE_OK ? ne_span(&body.uri) : NT_SPAN("");
}

static void split(
		struct nt_span uri, struct nt_span *user, struct nt_span *host)
{
	struct sip_uri core;

	if(cut(uri, user, host))
		return;
	*user = *host = NT_SPAN("");
	if(uri.len == 0 || parse_uri((char *)uri.p, (int)uri.len, &core) != 0)
		return;
	*user = ne_span(&core.user);
	*host = ne_span(&core.host);
}

void ne_from_of(sip_msg_t *msg, struct nt_span *user, struct nt_span *host)
{
	split(uri_of(msg, true), user, host);
}

struct nt_span ne_owner_uri(sip_msg_t *msg)
{
	bool from = msg->first_line.type == SIP_REQUEST
				&& msg->REQ_METHOD != METHOD_REGISTER;

	return uri_of(msg, from);
}

void ne_owner_of(sip_msg_t *msg, struct nt_span *user, struct nt_span *host)
{
	split(ne_owner_uri(msg), user, host);
}

/* A password may stand between the two */
void ne_aor_keep(
		char *to, size_t size, struct nt_span user, struct nt_span host)
{
	size_t n = 0;

	/* mostly it stands there as it is wanted */
	if(user.len > 0 && user.p + user.len + 1 == host.p) {
		ne_text_keep(to, size, nt_span_of(user.p, user.len + 1 + host.len));
		return;
	}
	if(user.len > 0) {
		ne_text_keep(to, size, user);
		n = user.len < size - 1 ? user.len : size - 1;
		if(n < size - 1)
			to[n++] = '@';
	}
	ne_text_keep(to + n, size - n, host);
}

void ne_aor_of_uri(char *text, size_t size)
{
	char uri[NE_OWNER_URI_MAX];
	struct nt_span user, host;

	ne_text_keep(uri, sizeof(uri), nt_span_cstr(text));
	split(nt_span_cstr(uri), &user, &host);
	ne_aor_keep(text, size, user, host);
}

struct nt_span ne_method_of(const sip_msg_t *msg)
{
	if(msg->first_line.type == SIP_REQUEST)
		return ne_span(&msg->first_line.u.request.method);
	if(msg->cseq == NULL || msg->cseq->parsed == NULL)
		return NT_SPAN("");
	return ne_span(&get_cseq(msg)->method);
}

void ne_method_keep(char *to, size_t size, const sip_msg_t *msg)
{
	ne_text_keep(to, size, ne_method_of(msg));
}
