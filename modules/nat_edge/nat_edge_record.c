/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_record.h"

#include "core/parser/parse_cseq.h"
#include "core/parser/parse_from.h"
#include "core/parser/parse_to.h"
#include "core/parser/parse_uri.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_evidence.h"

/* As it came, cut to what fits; whoever shows it makes it printable */
static void keep_text(char *to, size_t size, struct nt_span from)
{
	size_t len = from.len < size - 1 ? from.len : size - 1;

	memcpy(to, from.p, len);
	to[len] = '\0';
}

/* user@host: a password may stand between the two */
static void keep_aor(struct ne_record *r, const struct sip_uri *uri)
{
	size_t n = 0, size = sizeof(r->aor);

	if(uri->user.len > 0) {
		keep_text(r->aor, size, ne_span(&uri->user));
		n = strlen(r->aor);
		if(n < size - 1)
			r->aor[n++] = '@';
	}
	keep_text(r->aor + n, size - n, ne_span(&uri->host));
}

/* Whose message it is: a request is its From's, a reply and a REGISTER their
 * To's. The core keeps what it parses here for everybody. */
static void keep_owner(struct ne_record *r, sip_msg_t *msg)
{
	bool from = msg->first_line.type == SIP_REQUEST
				&& msg->REQ_METHOD != METHOD_REGISTER;
	struct sip_uri *uri = from ? parse_from_uri(msg) : parse_to_uri(msg);

	if(uri != NULL)
		keep_aor(r, uri);
}

static void keep_method(struct ne_record *r, const sip_msg_t *msg)
{
	if(msg->first_line.type == SIP_REQUEST) {
		keep_text(r->method, sizeof(r->method),
				ne_span(&msg->first_line.u.request.method));
		return;
	}
	r->status = msg->REPLY_STATUS;
	if(msg->cseq != NULL && msg->cseq->parsed != NULL)
		keep_text(
				r->method, sizeof(r->method), ne_span(&get_cseq(msg)->method));
}

uint64_t ne_record_keep(sip_msg_t *msg, const struct ne_view *view)
{
	struct ne_record r;

	if(ne_conf.history_size == 0)
		return 0;
	memset(&r, 0, offsetof(struct ne_record, method));
	r.method[0] = r.call_id[0] = r.aor[0] = '\0';
	r.at = time(NULL);
	r.source = view->source;
	r.transport = view->transport;
	r.verdict = view->verdict;
	keep_method(&r, msg);
	keep_owner(&r, msg);
	if(msg->callid != NULL)
		keep_text(r.call_id, sizeof(r.call_id), ne_span(&msg->callid->body));
	return ne_history_add(&r);
}
