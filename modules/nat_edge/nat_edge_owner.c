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

	memcpy(to, from.p, len);
	to[len] = '\0';
}

/* What a byte may be part of; everything else ends it */
enum part
{
	IN_HOST = 0x1,
	IN_USER = 0x2
};
#define BOTH (IN_HOST | IN_USER)

static const unsigned char parts[256] = {['0' ... '9'] = BOTH,
		['a' ... 'z'] = BOTH,
		['A' ... 'Z'] = BOTH,
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

/* "sip:user@host" of names and IPv4 without a password, whatever follows.
 * @return false: ask somebody who knows more */
static bool cut(struct nt_span uri, struct nt_span *user, struct nt_span *host)
{
	const char *end = uri.p + uri.len, *from = uri.p + 4, *p;

	if(!begins_with_sip(uri))
		return false;
	p = skip(from, end, IN_USER);
	if(p == from || p == end || *p != '@')
		return false;
	*user = nt_span_of(from, (size_t)(p - from));
	from = p + 1;
	p = skip(from, end, IN_HOST);
	*host = nt_span_of(from, (size_t)(p - from));
	/* a second "@" would make all of it the user */
	return host->len > 0
		   && (p == end
				   || (*p == ';' && memchr(p, '@', (size_t)(end - p)) == NULL));
}

/* What the core has to parse it keeps for everybody */
static void split(const str *text, const struct sip_uri *(*ask)(sip_msg_t *),
		sip_msg_t *msg, struct nt_span *user, struct nt_span *host)
{
	const struct sip_uri *core;

	if(cut(ne_span(text), user, host))
		return;
	core = ask(msg);
	*user = core != NULL ? ne_span(&core->user) : NT_SPAN("");
	*host = core != NULL ? ne_span(&core->host) : NT_SPAN("");
}

static const struct sip_uri *ask_from(sip_msg_t *msg)
{
	return parse_from_uri(msg);
}

static const struct sip_uri *ask_to(sip_msg_t *msg)
{
	return parse_to_uri(msg);
}

void ne_from_of(sip_msg_t *msg, struct nt_span *user, struct nt_span *host)
{
	*user = *host = NT_SPAN("");
	if(parse_from_header(msg) >= 0)
		split(&get_from(msg)->uri, ask_from, msg, user, host);
}

void ne_owner_of(sip_msg_t *msg, struct nt_span *user, struct nt_span *host)
{
	if(msg->first_line.type == SIP_REQUEST
			&& msg->REQ_METHOD != METHOD_REGISTER) {
		ne_from_of(msg, user, host);
		return;
	}
	*user = *host = NT_SPAN("");
	if(parse_to_header(msg) >= 0)
		split(&get_to(msg)->uri, ask_to, msg, user, host);
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
