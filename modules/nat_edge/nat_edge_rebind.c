/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_rebind.h"

#include <stdio.h>

#include "core/mem/mem.h"
#include "nat_edge/nat_edge_lump.h"
#include "nat_edge/nat_edge_uri.h"

/* ", <" and ">;expires=0" */
#define REMOVAL_TEXT (NE_CONTACT_TEXT + 16)

bool (*ne_rebind_ask)(struct ne_registered *, sip_msg_t *,
		struct nt_span) = ne_registration_find;

static bool is_zero(struct nt_span text)
{
	unsigned long seconds;

	return nt_span_number(&seconds, nt_span_trim(text), UINT32_MAX) == 0
		   && seconds == 0;
}

/* What is behind the Contact counts more than what is said for all */
static bool is_leaving(const sip_msg_t *msg, struct nt_span params)
{
	struct nt_param expires;

	if(nt_param_find(&expires, params, NT_SPAN("expires")) == 1)
		return is_zero(expires.value);
	return msg->expires != NULL && is_zero(ne_span(&msg->expires->body));
}

static bool is_outbound(struct nt_span params)
{
	struct nt_param p;

	return nt_param_find(&p, params, NT_SPAN("reg-id")) != 0
		   && nt_param_find(&p, params, NT_SPAN("+sip.instance")) != 0;
}

void ne_rebind_look(struct ne_rebind *r, sip_msg_t *msg,
		const struct nt_element *element, struct nt_span written)
{
	r->known = ne_rebind_ask != NULL && !is_outbound(element->params)
			   && ne_rebind_ask(&r->was, msg, written) && r->was.same_call_id;
	r->leaving = r->known && is_leaving(msg, element->params);
}

static char *print(size_t *len, const struct ne_rebind *r, const char *before,
		const char *behind)
{
	char *text = pkg_malloc(REMOVAL_TEXT);
	int n;

	if(text == NULL) {
		PKG_MEM_ERROR_FMT("for a binding of before\n");
		return NULL;
	}
	n = snprintf(text, REMOVAL_TEXT, "%s%.*s%s", before, (int)r->was.sent_len,
			r->was.sent, behind);
	*len = n > 0 && n < REMOVAL_TEXT ? (size_t)n : 0;
	return text;
}

int ne_rebind_leave(const struct ne_rebind *r, sip_msg_t *msg,
		const struct nt_element *element)
{
	bool bare = !element->bracketed;
	size_t len;
	char *text = print(&len, r, bare ? "<" : "", bare ? ">" : "");

	return text == NULL ? -1 : ne_part_replace(msg, element->uri, text, len);
}

int ne_rebind_replace(const struct ne_rebind *r, sip_msg_t *msg,
		const struct nt_element *element, struct nt_span now)
{
	size_t len;
	char *text;

	if(nt_span_eq(nt_span_of(r->was.sent, r->was.sent_len), now))
		return 0;
	text = print(&len, r, ", <", ">;expires=0");
	if(text == NULL || ne_part_append(msg, element->whole, text, len) != 0)
		return -1;
	return 1;
}
