/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_sip_parts.h"

#include <errno.h>

bool nt_sip_is_target(const struct nt_sip *m)
{
	static const char *const methods[] = {
			"INVITE", "UPDATE", "SUBSCRIBE", "NOTIFY", "REFER"};

	if(!m->request && (m->status <= 100 || m->status >= 300))
		return false;
	for(size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if(nt_span_ieq(m->method, nt_span_cstr(methods[i])))
			return true;
	}
	return false;
}

bool nt_sip_is_proxied_reply(
		const struct nt_sip *m, const struct nt_endpoint *local, size_t count)
{
	struct nt_addr route;

	if(m->request || !m->record_route)
		return false;
	if(nt_addr_parse(&route, m->route_host) != 0)
		return true;
	for(size_t i = 0; i < count; i++) {
		if(nt_addr_eq(&local[i].addr, &route)
				&& (m->route_port == 0 || local[i].port == 0
						|| m->route_port == local[i].port))
			return false;
	}
	return true;
}

/* What no URI may hold ends it for others, if not for Kamailio */
static bool is_plain(struct nt_span text)
{
	for(size_t i = 0; i < text.len; i++) {
		if((unsigned char)text.p[i] <= ' ' || text.p[i] == 0x7f)
			return false;
	}
	return true;
}

static struct nt_claim contact_claim(
		struct nt_span text, enum nt_transport transport)
{
	static const struct nt_claim none = {.host = NT_HOST_NONE};
	struct nt_sip_uri uri;
	struct nt_claim c;
	bool secure;

	if(nt_sip_uri_read(&uri, text) != 0 || uri.host.len == 0 || uri.gruu
			|| uri.scheme == NT_SIP_SCHEME_TEL
			|| uri.scheme == NT_SIP_SCHEME_URN || !is_plain(text))
		return none;
	c = nt_claim_of(uri.maddr.len > 0 ? uri.maddr : uri.host, uri.port);
	secure = uri.scheme == NT_SIP_SCHEME_SIPS;
	c.other_transport =
			secure
			|| (uri.transport.len > 0
					&& !nt_span_ieq(uri.transport,
							nt_span_cstr(nt_transport_param(transport))));
	return c;
}

/* The elements of one field: all that there is room for, or none if one of them
 * cannot be read. "*" has none. */
static void take_contact(struct nt_sip_evidence *e, struct nt_span rest)
{
	size_t count = e->ev.contact_count;

	while(rest.len > 0 && nt_sip_is_in((unsigned char)rest.p[0], " \t\r\n"))
		rest = nt_span_of(rest.p + 1, rest.len - 1);
	if(rest.len == 0 || rest.p[0] == '*')
		return;
	do {
		struct nt_span uri;
		bool malformed;

		if(nt_sip_contact_take(&rest, &uri, &malformed) != 0)
			return;
		if(count < NT_SIP_CONTACTS_MAX)
			e->contacts[count++] = contact_claim(
					malformed ? NT_SPAN("") : uri, e->ev.transport);
	} while(rest.len > 0);
	e->ev.contact_count = count;
}

static void take_contacts(struct nt_sip_evidence *e, const struct nt_sip *m)
{
	struct nt_sip_cursor c = {m->lines.p, m->lines.p + m->lines.len};
	struct nt_sip_field field;

	while(c.p < c.end && nt_sip_field_take(&field, &c) == 0) {
		if(field.name == NT_SIP_CONTACT)
			take_contact(e, field.body);
	}
}

/* What follows the "@" of a Call-ID is often the address of who made it: the
 * sender of a request outside a dialog */
static struct nt_claim call_id_claim(const struct nt_sip *m)
{
	static const struct nt_claim none = {.host = NT_HOST_NONE};
	struct nt_span id = nt_span_trim(m->call_id);
	const char *at = nt_span_find(id, '@');

	if(!m->request || !m->to || m->to_tag || at == NULL)
		return none;
	at++;
	return nt_claim_of(nt_span_of(at, id.len - (size_t)(at - id.p)), 0);
}

/* Most Froms have a domain */
static struct nt_claim from_claim(const struct nt_sip *m)
{
	static const struct nt_claim none = {.host = NT_HOST_NONE};
	const char *at = nt_span_find(m->from_uri, '@');

	if(at == NULL || at + 1 == m->from_uri.p + m->from_uri.len
			|| nt_lower(at[1]) >= 'a')
		return none;
	return nt_claim_of(m->from_host, 0);
}

/* Line ends and NULs behind a body are padding of simple clients */
static bool is_padding(struct nt_span text)
{
	for(size_t i = 0; i < text.len; i++) {
		if(text.p[i] != '\0' && !nt_sip_is_eol(text.p[i]))
			return false;
	}
	return true;
}

static void take_body(struct nt_sip_evidence *e, const struct nt_sip *m)
{
	struct nt_span body = m->body, sdp;

	if(m->length_given) {
		/* on a stream it is what ends the message */
		e->ev.length_wrong =
				e->ev.transport == NT_TRANSPORT_UDP
				&& (m->length > body.len
						|| !is_padding(nt_span_of(
								body.p + m->length, body.len - m->length)));
		if(m->length < body.len)
			body.len = m->length;
	}
	if(m->content_type.p == NULL || body.len == 0)
		return;
	sdp = nt_sdp_find(m->content_type, body);
	/* beyond the limit the streams that were read are evidence all the same */
	if(sdp.len > 0 && nt_sdp_read(&e->sdp, sdp) != EINVAL)
		e->ev.sdp = &e->sdp;
}

int nt_sip_evidence(struct nt_sip_evidence *e, const struct nt_sip *m,
		const struct nt_endpoint *source, enum nt_transport transport,
		bool proxied_reply)
{
	unsigned long port = 0;

	memset(&e->ev, 0, sizeof(e->ev));
	if(!nt_addr_is_set(&source->addr))
		return EINVAL;
	e->ev.source = *source;
	e->ev.transport = transport;
	e->ev.contacts = e->contacts;
	if(m->request) {
		/* beyond 65535 it is no port, and surely not the source's */
		if(m->via.port.len > 0
				&& nt_span_number(&port, m->via.port, UINT16_MAX) != 0)
			port = UINT16_MAX;
		e->ev.proxied = m->proxied;
		e->ev.tampered = m->via.received || m->via.rport_filled;
		e->ev.via = nt_claim_of(m->via.host, (uint16_t)port);
	} else {
		e->ev.proxied = proxied_reply;
	}
	/* behind another proxy neither says anything of the source */
	if(!e->ev.proxied) {
		e->ev.call_id = call_id_claim(m);
		e->ev.from = from_claim(m);
		take_body(e, m);
	}
	/* those of a redirection are somebody else's, those in the reply to a
	 * REGISTER what the registrar knows */
	if(m->request || nt_sip_is_target(m))
		take_contacts(e, m);
	return 0;
}
