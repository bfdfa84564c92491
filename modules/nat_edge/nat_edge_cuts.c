/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_cuts.h"

#include <errno.h>

#include "core/forward.h"
#include "core/parser/parse_uri.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nt/nt_hygiene.h"
#include "nt/nt_uri.h"

/* While the header fields of one message are gone through */
struct work
{
	struct ne_cuts *to;
	bool client;
	bool registering;
	bool routed; /* the next hop's Route was passed */
};

static bool is_request(const sip_msg_t *msg)
{
	return msg->first_line.type == SIP_REQUEST;
}

static bool is_registering(const sip_msg_t *msg)
{
	return is_request(msg) && msg->REQ_METHOD == METHOD_REGISTER;
}

/* As rr reads it, which obeys it */
static bool is_ours(struct nt_span uri)
{
	struct sip_uri u;

	if(parse_uri((char *)uri.p, (int)uri.len, &u) < 0 || u.host.len <= 0)
		return false;
	return check_self(&u.host, u.port_no != 0 ? u.port_no : SIP_PORT, 0) == 1;
}


/* Does a Route lead to somebody else? Then he reads the Request-URI. What
 * cannot be read leads nowhere. */
static bool leads_on(const sip_msg_t *msg)
{
	for(const struct hdr_field *h = msg->route; h != NULL; h = h->next) {
		struct nt_span rest = ne_span(&h->body);
		struct nt_element e;

		if(h->type != HDR_ROUTE_T)
			continue;
		while(nt_element_next(&rest, &e) == 1) {
			if(!is_ours(e.uri))
				return true;
		}
	}
	return false;
}

static struct nt_span port_of(const struct nt_uri *uri)
{
	const char *end = uri->hostport.p + uri->hostport.len, *p = end;

	while(p > uri->hostport.p && p[-1] != ':' && p[-1] != ']')
		p--;
	if(p == uri->hostport.p || p[-1] != ':')
		return nt_span_of(end, 0);
	return nt_span_of(p, (size_t)(end - p));
}

/* Did it come by the socket that the URI names, with this maddr as the host?
 * (RFC 3261 §16.4) */
static bool names_our_socket(
		const sip_msg_t *msg, const struct nt_uri *uri, struct nt_span maddr)
{
	str host = {(char *)maddr.p, (int)maddr.len};
	struct nt_span text = port_of(uri), transport;
	bool secure = uri->scheme.len == 4;
	unsigned long port = secure ? SIPS_PORT : SIP_PORT;
	enum nt_transport came = ne_transport_of(msg);

	if(text.len > 0 && nt_span_number(&port, text, UINT16_MAX) != 0)
		return false;
	if(!nt_uri_param(uri, NT_SPAN("transport"), &transport))
		transport = nt_span_cstr(nt_transport_param(
				secure ? NT_TRANSPORT_TLS : NT_TRANSPORT_UDP));
	return port == msg->rcv.dst_port
		   && nt_span_ieq(transport, nt_span_cstr(nt_transport_param(came)))
		   && check_self(
					  &host, msg->rcv.dst_port, (unsigned short)msg->rcv.proto)
					  == 1;
}

/* N016: then port and transport go with it, and what is left is looked at */
static int cut_our_socket(struct nt_cuts *cuts, const struct nt_uri *uri)
{
	static const struct nt_span names[] = {NT_SPAN_INIT("maddr"),
			NT_SPAN_INIT("transport"), NT_SPAN_INIT("alias"),
			NT_SPAN_INIT("received")};
	struct nt_span rest = uri->params, whole, name, value;
	struct nt_span port = port_of(uri);

	if(port.len > 0
			&& nt_cuts_add(cuts, nt_span_of(port.p - 1, port.len + 1)) != 0)
		return ENOSPC;
	while(nt_uri_param_next(&rest, &whole, &name, &value)) {
		bool cut = false;

		for(size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			cut = cut || nt_uri_name_is(name, names[i]);
		if(cut && nt_cuts_add(cuts, whole) != 0)
			return ENOSPC;
	}
	return 0;
}

static int work_ruri(struct work *w, const sip_msg_t *msg)
{
	struct nt_span text = ne_span(&msg->first_line.u.request.uri), maddr;
	struct nt_uri uri;

	if(!nt_hygiene_suspects(text, NT_HYGIENE_WAYS) || leads_on(msg))
		return 0;
	/* tel: with a way in it: nobody means it well, and nobody reads it alike */
	if(!nt_hygiene_reads(text))
		return EINVAL;
	if(nt_uri_read(&uri, text) == 0
			&& nt_uri_param(&uri, NT_SPAN("maddr"), &maddr)
			&& names_our_socket(msg, &uri, maddr)
			&& !nt_hygiene_suspects(uri.userinfo, NT_HYGIENE_ALIAS)
			/* whose host and port are ours without a maddr stays that */
			&& !is_ours(text))
		return cut_our_socket(&w->to->pieces, &uri);
	return nt_hygiene_uri(&w->to->pieces, text, NT_HYGIENE_WAYS);
}

static int work_contact(struct work *w, struct nt_span body)
{
	struct nt_element e;
	/* a proxy may have sealed a way of its own (or another one's) */
	uint32_t names = w->client ? NT_HYGIENE_ALL : NT_HYGIENE_WAYS;
	int rc;

	if(!nt_hygiene_suspects(body, names))
		return 0;
	while((rc = nt_element_next(&body, &e)) == 1) {
		rc = nt_hygiene_contact(&w->to->pieces, &e, names);
		if(rc != 0)
			return rc;
	}
	return rc == 0 ? 0 : EINVAL;
}

/* Which names this server would obey in a Route value */
static uint32_t names_of_route(struct work *w, struct nt_span uri)
{
	if(w->routed)
		return 0;
	if(is_ours(uri))
		return NT_HYGIENE_WAYS;
	w->routed = true;
	return NT_HYGIENE_ALIAS | NT_HYGIENE_MADDR;
}

/* Of a Path, all of them: this server will read it as its Route */
static int work_route(struct work *w, struct nt_span body, bool path)
{
	bool suspect = nt_hygiene_suspects(body, NT_HYGIENE_WAYS);
	struct nt_element e;
	int rc;

	if(path && !suspect)
		return 0;
	while((rc = nt_element_next(&body, &e)) == 1) {
		uint32_t names = path ? NT_HYGIENE_WAYS : names_of_route(w, e.uri);

		rc = nt_hygiene_uri(&w->to->pieces, e.uri, names);
		if(rc != 0)
			return rc;
	}
	return rc == 0 || !suspect ? 0 : EINVAL;
}

static int work_path(struct work *w, const struct hdr_field *h)
{
	if(!w->client)
		return work_route(w, ne_span(&h->body), true);
	return nt_cuts_add(&w->to->pieces, nt_span_of(h->name.s, (size_t)h->len));
}

static int work_header(struct work *w, const sip_msg_t *msg,
		const struct hdr_field *h, enum ne_spot *spot)
{
	switch(h->type) {
		case HDR_CONTACT_T:
			*spot = NE_SPOT_CONTACT;
			return w->client || w->registering
						   ? work_contact(w, ne_span(&h->body))
						   : 0;
		case HDR_ROUTE_T:
			*spot = NE_SPOT_ROUTE;
			return is_request(msg) ? work_route(w, ne_span(&h->body), false)
								   : 0;
		case HDR_PATH_T:
			*spot = NE_SPOT_PATH;
			return w->registering ? work_path(w, h) : 0;
		default:
			return 0;
	}
}

/* Pieces are noted in the order in which they stand */
int ne_cuts_gather(struct ne_cuts *cuts, const sip_msg_t *msg, bool client)
{
	struct work w = {
			.to = cuts, .client = client, .registering = is_registering(msg)};
	int rc = 0;

	memset(cuts->count, 0, sizeof(cuts->count));
	cuts->pieces.count = 0;
	if(is_request(msg))
		rc = work_ruri(&w, msg);
	cuts->count[NE_SPOT_RURI] = (unsigned)cuts->pieces.count;
	for(const struct hdr_field *h = msg->headers; h != NULL && rc == 0;
			h = h->next) {
		size_t before = cuts->pieces.count;
		enum ne_spot spot = NE_SPOT_RURI;

		rc = work_header(&w, msg, h, &spot);
		cuts->count[spot] += (unsigned)(cuts->pieces.count - before);
	}
	return rc;
}
