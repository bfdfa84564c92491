/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_mend.h"

#include "nt/nt_out.h"

static const struct nt_span token_name = NT_SPAN_INIT(NT_MEND_PARAM);

/* How a URI says that it is to be reached by a transport (RFC 3261 §19.1.2,
 * §26.2.2, RFC 7118 §5.2) */
static const struct
{
	struct nt_span param;
	bool implied;	   /* by sip: alone */
	bool implied_sips; /* by sips: alone */
	bool secure;	   /* sips: may be reached by it */
	uint16_t port;	   /* without a port in the URI */
} ways[] = {
		[NT_TRANSPORT_UDP] = {NT_SPAN_INIT("udp"), true, false, false, 5060},
		[NT_TRANSPORT_TCP] = {NT_SPAN_INIT("tcp"), false, false, false, 5060},
		[NT_TRANSPORT_TLS] = {NT_SPAN_INIT("tls"), false, true, true, 5061},
		[NT_TRANSPORT_WS] = {NT_SPAN_INIT("ws"), false, false, false, 5060},
		[NT_TRANSPORT_WSS] = {NT_SPAN_INIT("ws"), false, false, true, 5061},
};

static bool is_way(enum nt_transport t)
{
	return t >= NT_TRANSPORT_UDP && t <= NT_TRANSPORT_WSS;
}

static bool is_secure(const struct nt_uri *uri)
{
	return uri->scheme.len == 4; /* of sip and sips */
}

static bool is_transport_wrong(const struct nt_uri *uri, enum nt_transport t)
{
	struct nt_span given = NT_SPAN("");

	/* the scheme says all that is needed, whatever else is there */
	if(is_secure(uri) && ways[t].implied_sips)
		return false;
	nt_uri_param(uri, NT_SPAN("transport"), &given);
	if(given.len == 0)
		return !ways[t].implied;
	return !nt_span_ieq(given, ways[t].param);
}

/* Host, with its brackets, and port; 0 if there is none */
static struct nt_span host_of(uint16_t *port, const struct nt_uri *uri)
{
	struct nt_span h = uri->hostport;
	const char *end = h.p + h.len, *p = h.p;
	unsigned long number = 0;

	while(p < end && *p != (h.p[0] == '[' ? ']' : ':'))
		p++;
	if(p < end && *p == ']')
		p++;
	*port = 0;
	if(p < end
			&& nt_span_number(&number, nt_span_of(p + 1, (size_t)(end - p - 1)),
					   UINT16_MAX)
					   == 0)
		*port = (uint16_t)number;
	return nt_span_of(h.p, (size_t)(p - h.p));
}

/* In a REGISTER a Contact may be somebody else's, on purpose */
static bool is_third_party(
		const struct nt_claim *claim, const struct nt_spot *spot)
{
	if(claim->host == NT_HOST_NAME)
		return true;
	return claim->host == NT_HOST_ADDR
		   && !nt_addr_eq(&claim->at.addr, &spot->source.addr)
		   && !(nt_tags_of(spot->nets, &claim->at.addr) & NT_NET_BEHIND_NAT);
}

bool nt_mend_wanted(const struct nt_uri *uri, const struct nt_spot *spot)
{
	struct nt_claim claim;
	struct nt_span host, value;
	uint16_t port;
	bool elsewhere;

	if(!is_way(spot->transport) || !nt_addr_is_set(&spot->source.addr)
			|| (is_secure(uri) && !ways[spot->transport].secure)
			|| nt_uri_param(uri, NT_SPAN("gr"), &value))
		return false;
	host = host_of(&port, uri);
	elsewhere = is_transport_wrong(uri, spot->transport)
				|| (port != 0 ? port : ways[spot->transport].port)
						   != spot->source.port;
	/* then there is no need to read the host */
	if(elsewhere && !spot->registering)
		return true;
	if(nt_uri_param(uri, NT_SPAN("maddr"), &value) && value.len > 0)
		host = value;
	claim = nt_claim_of(host, port);
	if(spot->registering && is_third_party(&claim, spot))
		return false;
	return elsewhere || claim.host != NT_HOST_ADDR
		   || !nt_addr_eq(&claim.at.addr, &spot->source.addr);
}

static void put_between(struct nt_out *o, const char *from, const char *to)
{
	nt_out_put(o, nt_span_of(from, (size_t)(to - from)));
}

static void put_token(struct nt_out *o, struct nt_span token)
{
	nt_out_put(o, NT_SPAN(";" NT_MEND_PARAM "="));
	nt_out_put(o, token);
}

static void put_transport(struct nt_out *o, enum nt_transport t)
{
	nt_out_put(o, NT_SPAN(";transport="));
	nt_out_put(o, ways[t].param);
}

/* Parameters as they were, but for those that would lead elsewhere: the first
 * transport is put right, another one and any maddr are left out */
static void put_params(
		struct nt_out *o, const struct nt_uri *uri, enum nt_transport t)
{
	struct nt_span rest = uri->params, whole, name, value;
	bool wrong = is_transport_wrong(uri, t);
	bool written = !nt_uri_param(uri, NT_SPAN("transport"), &value);

	if(written && wrong)
		put_transport(o, t);
	while(nt_uri_param_next(&rest, &whole, &name, &value)) {
		if(nt_uri_name_is(name, NT_SPAN("maddr"))
				|| nt_uri_name_is(name, token_name))
			continue;
		if(!wrong || !nt_uri_name_is(name, NT_SPAN("transport"))) {
			nt_out_put(o, whole);
			continue;
		}
		if(!written)
			put_transport(o, t);
		written = true;
	}
}

size_t nt_mend_seal(
		char *buf, size_t size, const struct nt_uri *uri, struct nt_span token)
{
	struct nt_span rest = uri->params, whole, name, value;
	struct nt_out o = {.p = buf, .size = size};

	put_between(&o, uri->text.p, uri->params.p);
	while(nt_uri_param_next(&rest, &whole, &name, &value)) {
		if(!nt_uri_name_is(name, token_name))
			nt_out_put(&o, whole);
	}
	put_token(&o, token);
	nt_out_put(&o, uri->headers);
	return nt_out_end(&o);
}

size_t nt_mend_move(char *buf, size_t size, const struct nt_uri *uri,
		const struct nt_spot *spot, struct nt_span token)
{
	struct nt_out o = {.p = buf, .size = size};
	char place[NT_ENDPOINT_TEXT];

	if(!is_way(spot->transport))
		return 0;
	put_between(&o, uri->text.p, uri->hostport.p);
	nt_out_put(&o, nt_span_of(place, nt_endpoint_print(place, sizeof(place),
											 &spot->source)));
	put_params(&o, uri, spot->transport);
	put_token(&o, token);
	nt_out_put(&o, uri->headers);
	return nt_out_end(&o);
}

size_t nt_mend_token(const struct nt_uri *uri, struct nt_span *token)
{
	*token = NT_SPAN("");
	nt_uri_param(uri, token_name, token);
	return nt_uri_count(uri, &token_name, 1);
}

size_t nt_mend_plain(char *buf, size_t size, const struct nt_uri *uri)
{
	return nt_uri_edit(buf, size, uri, &token_name, 1, NT_SPAN(""));
}

size_t nt_mend_target(char *buf, size_t size, const struct nt_uri *uri)
{
	static const struct nt_span method = NT_SPAN_INIT("method");
	struct nt_uri bare = *uri;

	bare.headers.len = 0;
	return nt_uri_edit(buf, size, &bare, &method, 1, NT_SPAN(""));
}
