/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_evidence.h"

#include <errno.h>

#include "core/parser/parse_content.h"
#include "core/parser/parse_cseq.h"
#include "core/parser/parse_from.h"
#include "core/parser/parse_to.h"
#include "nat_edge/nat_edge_owner.h"
#include "nat_edge/nat_edge_plain.h"
#include "nt_core.h"
#include "nt_compat.h"

struct nt_endpoint ne_source_of(const sip_msg_t *msg)
{
	struct nt_endpoint e = {
			.addr = nt_core_addr(&msg->rcv.src_ip), .port = msg->rcv.src_port};

	return e;
}

enum nt_transport ne_transport_of(const sip_msg_t *msg)
{
	return nt_core_transport(msg->rcv.proto);
}

/* The elements of one header field; NULL when it holds none, "*" or cannot be
 * read */
static contact_t *elements(struct hdr_field *header)
{
	contact_body_t *body;

	if(header->parsed == NULL && parse_contact(header) < 0)
		return NULL;
	body = header->parsed;
	return body != NULL && !body->star ? body->contacts : NULL;
}

contact_t *ne_contact_next(
		sip_msg_t *msg, struct hdr_field **header, contact_t *contact)
{
	struct hdr_field *h;

	if(contact != NULL && contact->next != NULL)
		return contact->next;
	h = *header == NULL ? msg->contact : (*header)->next;
	for(; h != NULL; h = h->next) {
		if(h->type == HDR_CONTACT_T && (contact = elements(h)) != NULL) {
			*header = h;
			return contact;
		}
	}
	return NULL;
}

static struct nt_claim contact_claim(const struct nt_evidence *ev,
		const contact_t *contact, const struct ne_known_host *known)
{
	static const struct nt_claim none = {.host = NT_HOST_NONE};
	struct ne_uri uri;

	if(ne_uri_parse(&uri, contact) != 0)
		return none;
	return ne_uri_claim(&uri, ev->transport, known);
}

static void reverse(struct nt_claim *claims, size_t count)
{
	for(size_t i = 0; i < count / 2; i++) {
		struct nt_claim c = claims[i];

		claims[i] = claims[count - 1 - i];
		claims[count - 1 - i] = c;
	}
}

/* The first elements of one header field, as many as there is room for, in the
 * order in which they were written */
static void take_elements(struct ne_evidence *e, const contact_t *first,
		const struct ne_known_host *known)
{
	struct nt_claim *to = &e->contacts[e->ev.contact_count];
	size_t room = NE_CONTACTS_MAX - e->ev.contact_count, all = 0, skip, n = 0;

	for(const contact_t *c = first; c != NULL; c = c->next)
		all++;
	skip = NT_CONTACTS_REVERSED && all > room ? all - room : 0;
	for(const contact_t *c = first; c != NULL && n < room; c = c->next) {
		if(skip > 0)
			skip--;
		else
			to[n++] = contact_claim(&e->ev, c, known);
	}
	if(NT_CONTACTS_REVERSED)
		reverse(to, n);
	e->ev.contact_count += n;
	e->unjudged += (unsigned)(all - n);
}

static void take_contact(struct ne_evidence *e, struct nt_claim claim)
{
	if(e->ev.contact_count < NE_CONTACTS_MAX)
		e->contacts[e->ev.contact_count++] = claim;
	else
		e->unjudged++;
}

static void take_contacts(struct ne_evidence *e, sip_msg_t *msg,
		const struct ne_known_host *known)
{
	for(struct hdr_field *h = msg->contact; h != NULL; h = h->next) {
		contact_t plain, *first;
		struct ne_uri uri;

		if(h->type != HDR_CONTACT_T)
			continue;
		if(h->parsed == NULL && ne_plain_contact(&plain, &uri, h)) {
			take_contact(e, ne_uri_claim(&uri, e->ev.transport, known));
			continue;
		}
		first = elements(h);
		if(h->parsed == NULL)
			e->malformed++;
		take_elements(e, first, known);
	}
}

/* Does the Contact of this message say where its sender is? In replies only
 * where it is a dialog's target: that of a redirection is somebody else's,
 * those of a REGISTER are what the registrar knows. */
static bool contacts_speak(sip_msg_t *msg)
{
	return msg->first_line.type == SIP_REQUEST || ne_is_target(msg);
}

/* What follows the "@" of a Call-ID is often the address of who made it: the
 * sender of a request outside a dialog, as far as we know */
static struct nt_claim call_id_claim(
		sip_msg_t *msg, const struct ne_known_host *known)
{
	static const struct nt_claim none = {.host = NT_HOST_NONE};
	struct nt_span id, host;
	const char *at;

	if(msg->first_line.type != SIP_REQUEST || msg->callid == NULL
			|| msg->to == NULL || msg->to->parsed == NULL
			|| get_to(msg)->tag_value.len > 0)
		return none;
	id = nt_span_trim(ne_span(&msg->callid->body));
	at = memchr(id.p, '@', id.len);
	if(at == NULL)
		return none;
	host = nt_span_of(at + 1, id.len - (size_t)(at + 1 - id.p));
	return ne_claim_of(host, 0, known);
}

/* Most Froms have a domain: look closer where it may be an address */
static struct nt_claim from_claim(
		sip_msg_t *msg, const struct ne_known_host *known)
{
	static const struct nt_claim none = {.host = NT_HOST_NONE};
	struct nt_span uri, user, host;
	const char *at;

	if(msg->first_line.type != SIP_REQUEST || msg->from == NULL
			|| parse_from_header(msg) < 0)
		return none;
	uri = ne_span(&get_from(msg)->uri);
	at = nt_span_find(uri, '@');
	if(at == NULL || at + 1 == uri.p + uri.len || nt_lower(at[1]) >= 'a')
		return none;
	ne_from_of(msg, &user, &host);
	return ne_claim_of(host, 0, known);
}

/* Line ends and NULs behind a body are padding of simple clients */
static bool is_padding(struct nt_span text)
{
	for(size_t i = 0; i < text.len; i++) {
		if(text.p[i] != '\r' && text.p[i] != '\n' && text.p[i] != '\0')
			return false;
	}
	return true;
}

/* What came behind the headers, cut to Content-Length */
static struct nt_span take_length(
		struct ne_evidence *e, sip_msg_t *msg, struct nt_span body)
{
	size_t length;

	if(msg->content_length == NULL)
		return body;
	length = (size_t)get_content_length(msg);
	/* on a stream it is what ends the message */
	e->ev.length_wrong = e->ev.transport == NT_TRANSPORT_UDP
						 && (length > body.len
								 || !is_padding(nt_span_of(
										 body.p + length, body.len - length)));
	return nt_span_of(body.p, length < body.len ? length : body.len);
}

/* What the core's get_body() says, without parsing the headers once more */
static const char *body_of(sip_msg_t *msg)
{
	const char *p = msg->unparsed, *end = msg->buf + msg->len;

	if(p != NULL && p + 2 <= end && p[0] == '\r' && p[1] == '\n')
		return p + 2;
	return get_body(msg);
}

static void take_body(struct ne_evidence *e, sip_msg_t *msg)
{
	const char *start = body_of(msg), *end = msg->buf + msg->len;
	struct nt_span body, sdp;

	if(start == NULL || start > end)
		start = end;
	body = take_length(e, msg, nt_span_of(start, (size_t)(end - start)));
	if(msg->content_type == NULL || body.len == 0)
		return;
	sdp = nt_sdp_find(ne_span(&msg->content_type->body), body);
	/* beyond the limit the streams that were read are evidence all the same */
	if(sdp.len > 0 && nt_sdp_read(&e->sdp, sdp) != EINVAL)
		e->ev.sdp = &e->sdp;
}

/* The core lets 70596 become 5060; beyond 65535 it is no port, and surely not
 * the source's */
static uint16_t via_port(const struct via_body *via)
{
	unsigned long port = 0;

	if(via->port_str.len < 5)
		return via->port;
	if(nt_span_number(&port, ne_span(&via->port_str), UINT16_MAX) != 0)
		return UINT16_MAX;
	return (uint16_t)port;
}

/* Methods whose Contact becomes, or refreshes, the target of a dialog (RFC 3261
 * §12.1, §12.2, RFC 3311, 6665, 3515) */
#define DIALOG_METHODS                                                \
	(METHOD_INVITE | METHOD_UPDATE | METHOD_SUBSCRIBE | METHOD_NOTIFY \
			| METHOD_REFER)

static int method_of(sip_msg_t *msg)
{
	if(msg->first_line.type == SIP_REQUEST)
		return (int)msg->REQ_METHOD;
	if(parse_headers(msg, HDR_CSEQ_F, 0) < 0 || msg->cseq == NULL
			|| msg->cseq->parsed == NULL)
		return METHOD_UNDEF;
	return (int)get_cseq(msg)->method_id;
}

bool ne_is_target(sip_msg_t *msg)
{
	if(msg->first_line.type == SIP_REPLY
			&& (msg->REPLY_STATUS <= 100 || msg->REPLY_STATUS >= 300))
		return false;
	return (method_of(msg) & DIALOG_METHODS) != 0;
}

int ne_evidence_take(struct ne_evidence *e, sip_msg_t *msg, bool proxied_reply)
{
	struct ne_known_host via_host = {{NULL, 0}, {.host = NT_HOST_NONE}};
	const struct via_body *via;

	memset(&e->ev, 0, sizeof(e->ev));
	e->unjudged = e->malformed = 0;
	/* all of it: a second Contact or Via may stand anywhere */
	if(parse_headers(msg, HDR_EOH_F, 0) < 0 || msg->via1 == NULL
			|| msg->via1->error != PARSE_OK || msg->via1->host.len <= 0)
		return EINVAL;
	e->ev.source = ne_source_of(msg);
	e->ev.transport = ne_transport_of(msg);
	e->ev.contacts = e->contacts;
	if(msg->first_line.type == SIP_REQUEST) {
		via = msg->via1;
		/* phones do not record routes; who does and hides the other Vias is no
		 * phone either */
		e->ev.proxied = via->next != NULL || msg->h_via2 != NULL
						|| msg->record_route != NULL;
		e->ev.tampered = via->received != NULL
						 || (via->rport != NULL && via->rport->value.len > 0);
		e->ev.via = nt_claim_of(ne_span(&via->host), via_port(via));
		via_host = (struct ne_known_host){ne_span(&via->host), e->ev.via};
	} else {
		e->ev.proxied = proxied_reply;
	}
	/* behind another proxy neither says anything of the source */
	if(!e->ev.proxied) {
		e->ev.call_id = call_id_claim(msg, &via_host);
		e->ev.from = from_claim(msg, &via_host);
		take_body(e, msg);
	}
	if(contacts_speak(msg))
		take_contacts(e, msg, &via_host);
	return 0;
}
