/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_received.h"

#include <stdio.h>

#include "core/data_lump.h"
#include "core/usr_avp.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_lump.h"

/* "sip:", a source with brackets, ";transport=" and its name */
#define URI_TEXT (NT_ENDPOINT_TEXT + 32)

int ne_received_set(sip_msg_t *msg)
{
	struct nt_endpoint source = ne_source_of(msg);
	enum nt_transport transport = ne_transport_of(msg);
	char text[URI_TEXT];
	avp_value_t value, known;
	int n;

	if(!ne_conf.received_set || !nt_addr_is_set(&source.addr)
			|| transport == NT_TRANSPORT_OTHER)
		return -1;
	n = snprintf(text, sizeof(text), "sip:");
	n += (int)nt_endpoint_print(text + n, sizeof(text) - (size_t)n, &source);
	if(transport != NT_TRANSPORT_UDP)
		n += snprintf(text + n, sizeof(text) - (size_t)n, ";transport=%s",
				nt_transport_param(transport));
	value.s.s = text;
	value.s.len = n;
	if(search_first_avp(ne_conf.received_type | AVP_VAL_STR,
			   ne_conf.received_name, &known,
			   NULL) != NULL
			&& nt_span_eq(ne_span(&known.s), ne_span(&value.s)))
		return 0;
	if(add_avp(AVP_VAL_STR | ne_conf.received_type, ne_conf.received_name,
			   value)
			< 0)
		return -1;
	return 1;
}

/* Which quotes are open behind the bytes so far: by RFC 3261 §25.1, and for the
 * core, to which each quote behind a backslash is escaped */
struct quotes
{
	bool open, escaped; /* escaped: the next byte means itself */
	bool open_to_core, backslash;
};

static void read_quotes(struct quotes *q, const char *from, const char *to)
{
	for(const char *p = from; p < to; p++) {
		if(*p == '"' && !q->backslash)
			q->open_to_core = !q->open_to_core;
		q->backslash = *p == '\\';
		if(q->escaped)
			q->escaped = false;
		else if(*p == '"')
			q->open = !q->open;
		else
			q->escaped = q->open && *p == '\\';
	}
}

/* Is a text of its own between @p from and @p to: no quote is open at either? A
 * half of a pair cannot be taken away without turning what follows inside out
 */
static bool is_apart(const char *element, const char *from, const char *to)
{
	struct quotes q = {.open = false};

	read_quotes(&q, element, from);
	if(q.open || q.open_to_core)
		return false;
	read_quotes(&q, from, to);
	return !q.open && !q.open_to_core;
}

/* Take the parameter out of what leaves, with the ";" before it */
static void cut_param(
		sip_msg_t *msg, const contact_t *contact, const param_t *param)
{
	const char *from = param->name.s, *to = from + param->len;
	str whole;

	while(from > contact->name.s && from[-1] != ';')
		from--;
	if(from == contact->name.s || !is_apart(contact->name.s, from, to))
		return;
	whole.s = (char *)from - 1;
	whole.len = (int)(to - whole.s);
	if(!ne_is_edited(msg, &whole))
		del_lump(msg, (int)(whole.s - msg->buf), whole.len, HDR_CONTACT_T);
}

/* Each cut reads its Contact and walks the list of edits: bounded, or a packet
 * of nothing else could be dear. The registrar overlooks all of them. */
#define CUTS_MAX 16

/* For this registrar, and for whoever reads the message again. In what is no
 * URI it may be the parameter that makes the core see a Contact at all. */
static int drop_received(sip_msg_t *msg, contact_t *c, int *cuts)
{
	struct ne_uri uri;
	bool readable = ne_uri_parse(&uri, c) == 0;
	int count = 0;

	for(const param_t *p = c->params; p != NULL; p = p->next) {
		if(nt_span_ieq(ne_span(&p->name), NT_SPAN("received"))) {
			if(readable && (*cuts)++ < CUTS_MAX)
				cut_param(msg, c, p);
			count++;
		}
	}
	c->received = NULL;
	return count;
}

int ne_received_drop(sip_msg_t *msg)
{
	struct hdr_field *header = NULL;
	contact_t *c = NULL;
	int count = 0, seen = 0, cuts = 0;

	if(parse_headers(msg, HDR_EOH_F, 0) < 0)
		return 0;
	while((c = ne_contact_next(msg, &header, c)) != NULL) {
		/* beyond the limit the registrar at least overlooks it */
		if(seen++ < NE_CONTACTS_MAX && c->received != NULL)
			count += drop_received(msg, c, &cuts);
		c->received = NULL;
	}
	return count;
}
