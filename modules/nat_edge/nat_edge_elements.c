/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_elements.h"

#include "nat_edge/nat_edge_evidence.h"
#include "nt/nt_uri.h"

static bool is_sip(struct nt_span uri)
{
	struct nt_span scheme = uri;
	const char *colon = nt_span_find(uri, ':');

	scheme.len = colon != NULL ? (size_t)(colon - uri.p) : 0;
	return nt_span_ieq(scheme, NT_SPAN("sip"))
		   || nt_span_ieq(scheme, NT_SPAN("sips"));
}

/* From end to end, and every SIP URI in it */
static bool obeys(struct nt_span field)
{
	struct nt_element e;
	struct nt_uri uri;
	int rc;

	while((rc = nt_element_next(&field, &e)) == 1) {
		if(is_sip(e.uri) && nt_uri_read(&uri, e.uri) != 0)
			return false;
	}
	return rc == 0;
}

bool ne_element_next(struct ne_elements *all, struct nt_element *element)
{
	struct hdr_field *h;

	/* each edit walks the list of edits: bounded, or a packet could be dear */
	if(all->count == NE_CONTACTS_MAX)
		return false;
	while(nt_element_next(&all->rest, element) != 1) {
		h = all->header != NULL ? all->header->next : all->msg->contact;
		while(h != NULL
				&& (h->type != HDR_CONTACT_T || !obeys(ne_span(&h->body))))
			h = h->next;
		if(h == NULL)
			return false;
		all->header = h;
		all->rest = ne_span(&h->body);
	}
	all->count++;
	return true;
}
