/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_path.h"

#include <stdio.h>
#include <time.h>

#include "core/data_lump.h"
#include "core/mem/mem.h"
#include "nat_edge/nat_edge_elements.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_plain.h"
#include "nat_edge/nat_edge_record_route.h"
#include "nat_edge/nat_edge_stats.h"
#include "nt/nt_outbound.h"
#include "nt/nt_uri.h"

#define LIFE_STEP 3600 /* seconds: tokens of one hour are alike (N028) */

/* Of all that it says, what decides about its Path: both option tags, and one
 * Contact that can be used with outbound */
static struct nt_offer offer_of(sip_msg_t *msg)
{
	struct ne_elements all = {.msg = msg};
	struct nt_offer tags = {.outbound = false}, offer;
	struct nt_element element;

	for(const struct hdr_field *h = msg->headers; h != NULL; h = h->next) {
		if(h->type == HDR_SUPPORTED_T || h->type == HDR_REQUIRE_T)
			nt_offer_tags(&tags, ne_span(&h->body));
	}
	if(!tags.outbound)
		return tags;
	while(ne_element_next(&all, &element)) {
		offer = tags;
		nt_offer_contact(&offer, element.params);
		if(nt_offer_is_outbound(&offer))
			return offer;
	}
	return tags;
}

bool ne_contact_has_ob(sip_msg_t *msg)
{
	struct hdr_field *header = NULL;
	struct nt_span value;
	struct nt_uri uri;
	contact_t *c;

	/* without parsing: mostly there is none */
	if(!ne_contacts_may_have(msg, NT_SPAN("ob")))
		return false;
	c = ne_contact_next(msg, &header, NULL);
	return c != NULL && nt_uri_read(&uri, ne_span(&c->uri)) == 0
		   && nt_uri_param(&uri, NT_SPAN("ob"), &value);
}

static bool is_first_hop(const sip_msg_t *msg)
{
	return msg->via1 != NULL && msg->via1->next == NULL && msg->via2 == NULL;
}

static bool has_path(const sip_msg_t *msg)
{
	for(const struct lump *l = msg->add_rm; l != NULL; l = l->next) {
		if(l->type == HDR_PATH_T && l->op != LUMP_DEL)
			return true;
	}
	return false;
}

/* Text that the message will own */
static bool append(struct lump **at, const char *text, size_t len)
{
	char *copy = pkg_malloc(len);
	struct lump *l;

	if(copy == NULL)
		return false;
	memcpy(copy, text, len);
	l = insert_new_lump_after(*at, copy, (int)len, 0);
	if(l == NULL) {
		pkg_free(copy);
		return false;
	}
	*at = l;
	return true;
}

/* "Path: <sip:", the socket that it leaves by, parameters: topmost (N040) */
static bool insert(sip_msg_t *msg, const char *params, size_t len)
{
	struct lump *anchor = anchor_lump(
			msg, (int)(msg->headers->name.s - msg->buf), 0, HDR_PATH_T);
	struct lump *at = anchor, *subst;

	if(anchor == NULL || !append(&at, "Path: <sip:", 11))
		return false;
	subst = insert_subst_lump_after(at, SUBST_SND_ALL, 0);
	if(subst != NULL && append(&subst, params, len))
		return true;
	/* half a Path is none */
	for(struct lump *l = anchor->after; l != NULL; l = l->after) {
		if(l->op == LUMP_ADD)
			pkg_free(l->u.value);
		l->op = LUMP_NOP;
	}
	return false;
}

/* The last second of a token made now */
static uint32_t last_second(void)
{
	time_t t = time(NULL) + NE_PATH_LIFE;

	return (uint32_t)(t - t % LIFE_STEP + LIFE_STEP);
}

static int add(sip_msg_t *msg, const struct nt_offer *offer)
{
	struct nt_token token = {.purpose = NT_PURPOSE_PATH};
	bool ob = is_first_hop(msg) && nt_offer_is_outbound(offer);
	char sealed[NT_TOKEN_FLOW_SIZE], params[NT_TOKEN_FLOW_SIZE + 32];
	int n;

	if(has_path(msg))
		return NE_RC_TRUE;
	token.binding = last_second();
	if(!ne_flow_of(&token.flow, msg)
			|| nt_token_seal(sealed, sizeof(sealed), ne_keys(), &token) == 0)
		return NE_RC_ERROR;
	n = snprintf(params, sizeof(params), ";lr;" NE_PARAM_PATH "=%s%s>\r\n",
			sealed, ob ? ";ob" : "");
	if(n < 0 || !insert(msg, params, (size_t)n)) {
		ne_stat_add(NE_STAT_REPAIRS_FAILED, 1);
		return NE_RC_ERROR;
	}
	ne_stat_add(NE_STAT_PATHS_ADDED, 1);
	return NE_RC_TRUE;
}

/* N041: who does not know of Path gets one only where the profile says always.
 * N046: who offers outbound gets one in any case. */
static bool is_wanted(const struct nt_offer *offer, const struct ne_view *view)
{
	enum nt_class class = view->judgement.verdict.class;
	uint32_t mode = view->judgement.answer.profile->value[NT_SET_PATH];

	if(mode == NT_PATH_NEVER || class == NT_CLASS_PROXIED)
		return false;
	return mode == NT_PATH_ALWAYS || nt_offer_is_outbound(offer)
		   || (nt_class_is_nat(class) && offer->path);
}

void ne_path_out(sip_msg_t *msg)
{
	const struct ne_view *view = ne_view_of(msg);
	struct nt_offer offer;

	if(view == NULL || parse_headers(msg, HDR_EOH_F, 0) < 0)
		return;
	offer = offer_of(msg);
	if(is_wanted(&offer, view))
		add(msg, &offer);
}

int ki_nat_add_path(sip_msg_t *msg)
{
	struct nt_offer offer;

	if(msg->first_line.type != SIP_REQUEST || msg->REQ_METHOD != METHOD_REGISTER
			|| parse_headers(msg, HDR_EOH_F, 0) < 0)
		return NE_RC_FALSE;
	offer = offer_of(msg);
	return add(msg, &offer);
}
