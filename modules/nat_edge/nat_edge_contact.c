/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_contact.h"

#include <stdio.h>

#include "core/data_lump.h"
#include "core/mem/mem.h"
#include "core/usr_avp.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_policy.h"

/* "sip:" or brackets, source, ";transport=" and its name */
#define PLACE_TEXT (NT_ENDPOINT_TEXT + 32)

/* The place that Contacts of one message are to name */
struct place
{
	struct nt_endpoint source;
	enum nt_transport transport;
	bool registering;
};

/* What is to change in one Contact */
struct edit
{
	const char *field; /* body of its header field */
	contact_t *contact;
	struct ne_uri uri;
	bool transport_wrong; /* another one, or none where one is needed */
};

static bool is_secure(enum nt_transport t)
{
	return t == NT_TRANSPORT_TLS || t == NT_TRANSPORT_WSS;
}

bool ne_is_edited(const sip_msg_t *msg, const str *part)
{
	int from = (int)(part->s - msg->buf), to = from + part->len;

	for(const struct lump *l = msg->add_rm; l != NULL; l = l->next) {
		if(l->op == LUMP_DEL && l->u.offset < to && from < l->u.offset + l->len)
			return true;
	}
	return false;
}

static bool is_transport_wrong(
		const struct ne_uri *uri, const struct place *place)
{
	struct nt_span given = uri->transport;

	/* the scheme says all that is needed (RFC 3261 §26.2.2) */
	if(uri->secure && place->transport == NT_TRANSPORT_TLS)
		return false;
	if(given.len == 0)
		return place->transport != NT_TRANSPORT_UDP;
	return !nt_span_ieq(
			given, nt_span_cstr(nt_transport_param(place->transport)));
}

static bool names_port(const struct ne_uri *uri, const struct place *place)
{
	uint16_t standard = is_secure(place->transport) ? 5061 : 5060;

	return (uri->port_no != 0 ? uri->port_no : standard) == place->source.port;
}

static bool names_address(
		const struct nt_claim *claim, const struct place *place)
{
	return claim->host == NT_HOST_ADDR
		   && nt_addr_eq(&claim->at.addr, &place->source.addr);
}

/* In a REGISTER a Contact may be somebody else's, on purpose */
static bool is_third_party(
		const struct nt_claim *claim, const struct place *place)
{
	if(claim->host == NT_HOST_NAME)
		return true;
	return claim->host == NT_HOST_ADDR
		   && !nt_addr_eq(&claim->at.addr, &place->source.addr)
		   && !(nt_tags_of(
						nt_policy_nets(ne_policy_held()->nt), &claim->at.addr)
				   & NT_NET_BEHIND_NAT);
}

/* Would a bracket begin a URI here? Behind an element without colon and bracket
 * the core takes that for a display name. */
static bool takes_bracket(const struct edit *e)
{
	const char *p = e->contact->name.s;

	while(p > e->field && p[-1] != ',')
		p--;
	if(p == e->field)
		return true;
	for(p--; p > e->field && p[-1] != ','; p--) {
		if(p[-1] == ':' || p[-1] == '<')
			return true;
	}
	return false;
}

static bool wants_edit(
		struct edit *e, const sip_msg_t *msg, const struct place *place)
{
	struct nt_claim claim;
	bool elsewhere;

	if(ne_uri_parse(&e->uri, e->contact) != 0 || e->uri.gruu
			|| (e->uri.secure && !is_secure(place->transport))
			|| ne_is_edited(msg, &e->contact->uri))
		return false;
	e->transport_wrong = is_transport_wrong(&e->uri, place);
	if(e->transport_wrong && !ne_is_bracketed(e->contact) && !takes_bracket(e))
		return false;
	elsewhere = e->transport_wrong || !names_port(&e->uri, place);
	/* then there is no need to read the host */
	if(elsewhere && !place->registering)
		return true;
	claim = ne_uri_place(&e->uri, NULL);
	return (elsewhere || !names_address(&claim, place))
		   && !(place->registering && is_third_party(&claim, place));
}

/* Memory that the message will own, filled up to its size */
struct text
{
	char *p;
	size_t size, len;
};

static void append(struct text *t, const char *from, size_t len)
{
	if(len > t->size - t->len)
		len = t->size - t->len; /* sized for all: never happens */
	memcpy(t->p + t->len, from, len);
	t->len += len;
}

static void append_transport(struct text *t, const struct place *place)
{
	const char *name = nt_transport_param(place->transport);

	append(t, ";transport=", 11);
	append(t, name, strlen(name));
}

/* Behind host and port; a colon may stand there without a port */
static const char *end_of_place(const struct ne_uri *uri, const char *end)
{
	const char *p = uri->host.p + uri->host.len;

	if(uri->port.len > 0)
		return uri->port.p + uri->port.len;
	return p < end && *p == ':' ? p + 1 : p;
}

/* Take one ";name=value" from the front; @p rest begins with its ";" */
static struct nt_span take_param(struct nt_span *rest)
{
	const char *from = rest->p, *end = from + rest->len, *p = from + 1;

	while(p < end && *p != ';' && *p != '?')
		p++;
	*rest = nt_span_of(p, (size_t)(end - p));
	return nt_span_of(from, (size_t)(p - from));
}

static bool is_param(struct nt_span param, struct nt_span name)
{
	size_t end = name.len + 1;

	if(param.len < end || (param.len > end && param.p[end] != '='))
		return false;
	return nt_span_ieq(nt_span_of(param.p + 1, name.len), name);
}

static bool has_params(struct nt_span rest)
{
	return rest.len > 0 && rest.p[0] == ';';
}

static bool has_transport(struct nt_span rest)
{
	while(has_params(rest)) {
		if(is_param(take_param(&rest), NT_SPAN("transport")))
			return true;
	}
	return false;
}

/* Parameters and headers as they were, but for those that would lead elsewhere:
 * the first transport is put right, another one and any maddr are left out */
static void append_rest(struct text *t, const struct edit *e,
		const struct place *place, struct nt_span rest)
{
	bool written = !has_transport(rest);

	if(written && e->transport_wrong)
		append_transport(t, place);
	while(has_params(rest)) {
		struct nt_span param = take_param(&rest);

		if(is_param(param, NT_SPAN("maddr")))
			continue;
		if(!e->transport_wrong || !is_param(param, NT_SPAN("transport"))) {
			append(t, param.p, param.len);
			continue;
		}
		if(!written)
			append_transport(t, place);
		written = true;
	}
	append(t, rest.p, rest.len);
}

/* The URI with the source in place of its host and port, and the transport of
 * the source */
static void compose(
		struct text *t, const struct edit *e, const struct place *place)
{
	const str *uri = &e->contact->uri;
	const char *end = uri->s + uri->len;
	const char *rest = end_of_place(&e->uri, end);
	/* without them a ";" begins a parameter of the header (RFC 3261 §20.10) */
	bool enclose = e->transport_wrong && !ne_is_bracketed(e->contact);

	if(enclose)
		append(t, "<", 1);
	append(t, uri->s, (size_t)(e->uri.host.p - uri->s));
	t->len +=
			nt_endpoint_print(t->p + t->len, t->size - t->len, &place->source);
	append_rest(t, e, place, nt_span_of(rest, (size_t)(end - rest)));
	if(enclose)
		append(t, ">", 1);
}

static int edit_contact(
		sip_msg_t *msg, const struct edit *e, const struct place *place)
{
	const str *uri = &e->contact->uri;
	struct text t = {.size = (size_t)uri->len + PLACE_TEXT};
	struct lump *anchor;

	if((t.p = pkg_malloc(t.size)) == NULL) {
		PKG_MEM_ERROR_FMT("for a Contact of %d bytes\n", uri->len);
		return -1;
	}
	compose(&t, e, place);
	anchor = del_lump(msg, (int)(uri->s - msg->buf), uri->len, HDR_CONTACT_T);
	if(anchor == NULL
			|| insert_new_lump_after(anchor, t.p, (int)t.len, HDR_CONTACT_T)
					   == NULL) {
		pkg_free(t.p);
		if(anchor != NULL)
			anchor->op = LUMP_NOP; /* the Contact stays */
		return -1;
	}
	return 0;
}

int ne_contacts_rewrite(sip_msg_t *msg)
{
	struct place place = {ne_source_of(msg), ne_transport_of(msg),
			msg->first_line.type == SIP_REQUEST
					&& msg->REQ_METHOD == METHOD_REGISTER};
	struct hdr_field *header = NULL;
	contact_t *c = NULL;
	int count = 0, seen = 0;

	if(!nt_addr_is_set(&place.source.addr)
			|| place.transport == NT_TRANSPORT_OTHER
			|| parse_headers(msg, HDR_EOH_F, 0) < 0)
		return 0;
	/* each edit walks the list of edits: bounded, or a packet could be dear */
	while((c = ne_contact_next(msg, &header, c)) != NULL
			&& seen++ < NE_CONTACTS_MAX) {
		struct edit e = {.field = header->body.s, .contact = c};

		if(!wants_edit(&e, msg, &place))
			continue;
		if(edit_contact(msg, &e, &place) != 0)
			return -1;
		count++;
	}
	return count;
}

/* A colon without a port: the core would write rport in front of it, and make
 * of the Via what nobody can read */
static bool has_port_of_nothing(const sip_msg_t *msg)
{
	const struct via_body *via = msg->via1;
	const char *behind;

	if(via->host.len <= 0 || via->port_str.len > 0)
		return false;
	behind = via->host.s + via->host.len;
	return behind < msg->buf + msg->len && *behind == ':';
}

int ne_rport_force(sip_msg_t *msg)
{
	if((msg->msg_flags & FL_FORCE_RPORT) || msg->via1 == NULL
			|| has_port_of_nothing(msg))
		return 0;
	msg->msg_flags |= FL_FORCE_RPORT;
	return 1;
}
