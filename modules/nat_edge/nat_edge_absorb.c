/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_absorb.h"

#include <stdio.h>

#include "core/data_lump_rpl.h"
#include "core/parser/parse_content.h"
#include "nat_edge/nat_edge_answer.h"
#include "nat_edge/nat_edge_api.h"
#include "nat_edge/nat_edge_edit.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_key.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_registration.h"
#include "nat_edge/nat_edge_sender.h"
#include "nat_edge/nat_edge_sl.h"
#include "nat_edge/nat_edge_stats.h"
#include "nat_edge/nat_edge_uri.h"

/* Of why something was (not) absorbed, what an operator wants to count */
static void count(enum nt_absorb how)
{
	static const enum ne_stat stats[NT_ABSORB_COUNT] = {
			[NT_ABSORB_YES] = NE_STAT_REGISTRATIONS_ABSORBED,
			[NT_ABSORB_REPEAT] = NE_STAT_REGISTRATIONS_ABSORBED,
			[NT_ABSORB_UNKNOWN] = NE_STAT_REGISTRATIONS_PASSED,
			[NT_ABSORB_STRANGER] = NE_STAT_REGISTRATIONS_STRANGER,
			[NT_ABSORB_ENDS] = NE_STAT_REGISTRATIONS_PASSED,
			[NT_ABSORB_CHANGED] = NE_STAT_REGISTRATIONS_PASSED,
			[NT_ABSORB_PENDING] = NE_STAT_REGISTRATIONS_PASSED,
			[NT_ABSORB_DUE] = NE_STAT_REGISTRATIONS_DUE};

	ne_stat_add(stats[how], 1);
}

/* A body may say anything; nobody reads it here */
static bool has_body(sip_msg_t *msg)
{
	const char *body = get_body(msg);

	return body != NULL && body < msg->buf + msg->len;
}

/* @return false: not a plain refresh of one binding */
static bool read_refresh(struct nt_refresh *r, char *aor, size_t size,
		sip_msg_t *msg, const struct nt_contacts *list,
		const struct ne_terms *terms)
{
	const struct nt_contact *c = &list->item[0];

	if(list->unreadable || list->star || list->count != 1
			|| !ne_terms_nat(terms) || has_body(msg) || msg->callid == NULL)
		return false;
	*r = (struct nt_refresh){.contact = c->at.uri,
			.asked = nt_contact_expires(c, ne_expires_value(msg)),
			.limit = terms->limit,
			.call_id = nt_span_trim(ne_span(&msg->callid->body)),
			.said = ne_registration_said(msg, c->at.params)};
	r->aor = nt_span_of(aor, ne_registration_aor(aor, size, msg));
	return r->aor.len > 0 && ne_registration_cseq(&r->cseq, msg)
		   && ne_flow_of(&r->flow, msg);
}

static bool add_header(sip_msg_t *msg, const char *text, size_t len)
{
	return add_lump_rpl(msg, (char *)text, (int)len, LUMP_RPL_HDR) != NULL;
}

static bool answer(
		sip_msg_t *msg, const struct nt_contact *c, const struct ne_absorbed *a)
{
	char text[NT_BINDING_URI + NT_BINDING_ANSWER + 64];
	int n = snprintf(text, sizeof(text), "Contact: <%.*s>%s;expires=%u\r\n",
			NT_SPAN_FMT(c->at.uri), a->params, a->told);
	size_t lines = strlen(a->lines);

	return n > 0 && (size_t)n < sizeof(text) && add_header(msg, text, (size_t)n)
		   && (lines == 0 || add_header(msg, a->lines, lines))
		   && ne_sl_reply(msg, 200, "OK") > 0;
}

/* It is registered as before, by whatever flow it came */
static void tell(sip_msg_t *msg, const struct nt_contact *c, uint32_t told)
{
	struct nat_edge_registered r = {.contact = c->at.uri, .told_s = told};

	if(!ne_registered_is_heard() || !ne_sender_of(msg, &r.sender))
		return;
	r.aor = r.sender.aor;
	ne_registered_tell(&r);
}

/* A number that is asked for gives way to a greater one; what is to end ends */
static size_t raise_number(
		struct nt_edit *e, struct nt_span number, uint32_t seconds)
{
	uint32_t asked = nt_expiry_read(number);

	if(number.len == 0 || asked == 0 || asked >= seconds)
		return 0;
	e->at = number.p;
	e->cut = number.len;
	snprintf(e->put, sizeof(e->put), "%u", seconds);
	return 1;
}

/* Nothing is put behind a Contact: there others may have put one (F17) */
static void raise_expires(
		sip_msg_t *msg, const struct nt_contacts *list, uint32_t seconds)
{
	struct nt_edit edits[NT_CONTACTS_MAX + 1];
	struct nt_span header = ne_expires_value(msg);
	size_t count = 0;
	bool said = list->count > 0;

	if(seconds == 0 || list->unreadable || list->star)
		return;
	for(size_t i = 0; i < list->count; i++) {
		said = said && list->item[i].expires.len > 0;
		count += raise_number(&edits[count], list->item[i].expires, seconds);
	}
	if(!said && header.len > 0) {
		count += raise_number(&edits[count], header, seconds);
	} else if(!said && msg->contact != NULL) {
		struct nt_edit *e = &edits[count++];

		e->at = msg->contact->name.s;
		e->cut = 0;
		snprintf(e->put, sizeof(e->put), "Expires: %u\r\n", seconds);
	}
	ne_edits_apply(msg, edits, count);
}

/* The last REGISTER that a script asked about */
static struct ne_key asked;

bool ne_absorb_was_asked(const sip_msg_t *msg)
{
	return ne_key_is(&asked, msg);
}

int ki_nat_absorb(sip_msg_t *msg)
{
	char aor[NT_BINDING_AOR + 1];
	struct nt_contacts list;
	struct ne_absorbed absorbed;
	struct ne_terms terms;
	struct nt_refresh refresh;
	enum nt_absorb how = NT_ABSORB_UNKNOWN;

	if(msg->first_line.type != SIP_REQUEST
			|| msg->REQ_METHOD != METHOD_REGISTER)
		return NE_RC_FALSE;
	ne_key_set(&asked, msg);
	if(!ne_terms_of(&terms, msg) || parse_headers(msg, HDR_EOH_F, 0) < 0)
		return NE_RC_FALSE;
	ne_contacts_read(&list, msg);
	if(ne_registration_is_on() && ne_has_sl()
			&& read_refresh(&refresh, aor, sizeof(aor), msg, &list, &terms))
		how = ne_registration_judge(&absorbed, &refresh);
	count(how);
	if(how == NT_ABSORB_YES || how == NT_ABSORB_REPEAT) {
		if(answer(msg, &list.item[0], &absorbed)) {
			tell(msg, &list.item[0], absorbed.told);
			return NE_RC_TRUE;
		}
		/* upstream answers as well as we do */
		ne_stat_add(NE_STAT_REPAIRS_FAILED, 1);
	}
	raise_expires(msg, &list, terms.upstream);
	return NE_RC_FALSE;
}
