/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_keep.h"

#include <stdio.h>

#include "core/mem/mem.h"
#include "core/sr_module.h"
#include "modules/sl/sl.h"
#include "nat_edge/nat_edge_edit.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_sl.h"
#include "nat_edge/nat_edge_stats.h"
#include "nat_edge/nat_edge_uri.h"
#include "nt/nt_field.h"
#include "nt/nt_keep.h"

static bool is_register(const sip_msg_t *req)
{
	return req->REQ_METHOD == METHOD_REGISTER;
}

static bool is_good(int status)
{
	return status >= 200 && status < 300;
}

/* As the core has parsed it: is there a parameter of this name? */
static bool has_keep(const struct via_body *via)
{
	for(; via != NULL; via = via->next) {
		for(const struct via_param *p = via->param_lst; p != NULL;
				p = p->next) {
			if(nt_span_ieq(ne_span(&p->name), NT_SPAN("keep")))
				return true;
		}
	}
	return false;
}

bool ne_keep_stands_in(const sip_msg_t *msg)
{
	for(const struct hdr_field *h = msg->headers; h != NULL; h = h->next) {
		if(h->type == HDR_VIA_T && has_keep(h->parsed))
			return true;
	}
	return false;
}

static bool is_asked(const sip_msg_t *req)
{
	return req->h_via1 != NULL && nt_keep_asked(ne_span(&req->h_via1->body));
}

static void count(const struct nt_vias *vias)
{
	if(vias->answered)
		ne_stat_add(NE_STAT_KEEP_ANSWERED, 1);
	if(vias->stripped)
		ne_stat_add(NE_STAT_KEEP_STRIPPED, 1);
}

/* --- relayed replies ----------------------------------------------------- */

/* What upstream's 2xx to a REGISTER says of it */
struct said
{
	bool required; /* outbound */
	bool timed;
	uint32_t timer;
	const struct hdr_field *last;
};

static struct said read_said(const sip_msg_t *reply)
{
	struct said s = {.required = false};

	for(const struct hdr_field *h = reply->headers; h != NULL; h = h->next) {
		if(h->type != HDR_EOH_T)
			s.last = h;
		if(h->type == HDR_REQUIRE_T) {
			s.required |=
					nt_field_lists(ne_span(&h->body), NT_SPAN("outbound"));
		} else if(nt_span_ieq(ne_span(&h->name), NT_SPAN("Flow-Timer"))) {
			s.timed = true;
			s.timer = nt_flow_timer(ne_span(&h->body));
		}
	}
	return s;
}

static void add_timer(
		sip_msg_t *reply, const struct said *said, uint32_t seconds)
{
	struct nt_edit e = {.cut = 0};

	if(!said->required || said->timed || seconds == 0)
		return;
	e.at = said->last->name.s;
	snprintf(e.put, sizeof(e.put), "Flow-Timer: %u\r\n", seconds);
	ne_stat_add(NE_STAT_FLOW_TIMERS_ADDED, ne_edits_apply(reply, &e, 1));
}

void ne_keep_relayed(
		sip_msg_t *reply, const sip_msg_t *req, const struct ne_terms *terms)
{
	struct nt_vias vias = {.ahead = 1};
	struct said said = {.required = false};

	if(parse_headers(reply, HDR_EOH_F, 0) < 0)
		return;
	if(is_register(req) && is_good(reply->REPLY_STATUS) && terms->keep_s > 0) {
		said = read_said(reply);
		add_timer(reply, &said, terms->keep_s);
	}
	if(!ne_keep_stands_in(reply))
		return;
	if(terms->keep && reply->REPLY_STATUS < 300 && is_asked(req))
		vias.seconds = said.timer > 0 ? said.timer : terms->keep_s;
	for(const struct hdr_field *h = reply->headers; h != NULL; h = h->next) {
		if(h->type == HDR_VIA_T)
			nt_vias_look(&vias, ne_span(&h->body));
	}
	ne_edits_apply(reply, vias.edits, vias.count);
	count(&vias);
}

/* --- replies of sl ------------------------------------------------------- */

/* The bytes that sl is about to send, made anew; it frees them in any case */
static void replace(str *reply, struct nt_vias *vias)
{
	struct nt_span text = ne_span(reply);
	size_t size = text.len + nt_edits_growth(vias->edits, vias->count);
	/* the core's texts have a NUL behind them */
	char *buf = pkg_malloc(size + 1);
	size_t len;

	if(buf == NULL) {
		PKG_MEM_ERROR_FMT("for a reply of %zu bytes; it is sent without keep "
						  "and Flow-Timer\n",
				size);
		ne_stat_add(NE_STAT_REPAIRS_FAILED, 1);
		return;
	}
	len = nt_edits_apply(buf, size, text, vias->edits, vias->count);
	if(len == 0) {
		pkg_free(buf);
		return;
	}
	buf[len] = '\0';
	pkg_free(reply->s);
	reply->s = buf;
	reply->len = (int)len;
}

/* Flow-Timer is for a reply that requires outbound: most require nothing, and
 * need not be read */
static bool requires(const str *reply)
{
	struct nt_span rest = ne_span(reply), line;

	while(nt_span_line(&rest, &line) && line.len > 0) {
		if(nt_lower(line.p[0]) == 'r' && line.len > 7
				&& nt_span_ieq(nt_span_of(line.p, 7), NT_SPAN("require")))
			return true;
	}
	return false;
}

static void on_local_reply(sl_cbp_t *p)
{
	sip_msg_t *req = p->req;
	struct ne_terms terms;
	struct nt_vias vias;
	bool registered;

	if(req == NULL || req->first_line.type != SIP_REQUEST
			|| !ne_is_managed(req))
		return;
	registered = is_register(req) && is_good(p->code) && requires(p->reply);
	if((!registered && !has_keep(req->via1)) || !ne_terms_of(&terms, req))
		return;
	if(p->code >= 300)
		terms.keep = false;
	if(nt_keep_reply(&vias, ne_span(p->reply), terms.keep_s,
			   terms.keep && is_asked(req), registered))
		ne_stat_add(NE_STAT_FLOW_TIMERS_ADDED, 1);
	if(vias.count > 0)
		replace(p->reply, &vias);
	count(&vias);
}

int ne_keep_init(void)
{
	static sl_cbelem_t hook = {.type = SLCB_REPLY_READY, .cbf = on_local_reply};

	return ne_sl_register(&hook);
}
