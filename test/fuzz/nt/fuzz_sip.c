/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a SIP message: what is read lies within them, the limits hold,
 * evidence of what was accepted can be had and judged, and reading again gives
 * the same. Linear time is a matter of libFuzzer's -timeout.
 *
 * Input as that of fuzz_message: a byte each for transport, for what is said of
 * a reply, and one that is not used, then the packet.
 */
#include <stdio.h>
#include <stdlib.h>

#include "nt/nt_sip.h"
#include "nt_must.h"

static bool within(struct nt_span part, struct nt_span whole)
{
	return part.len == 0
		   || (part.p >= whole.p
				   && (size_t)(part.p - whole.p) <= whole.len - part.len
				   && part.len <= whole.len);
}

static void check_message(const struct nt_sip *m, struct nt_span text)
{
	const struct nt_span parts[] = {m->method, m->uri, m->call_id,
			m->user_agent, m->owner_user, m->owner_host, m->via.host,
			m->via.port, m->route_host, m->content_type, m->body, m->lines};

	for(size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		NT_MUST(within(parts[i], text));
	NT_MUST(m->request ? m->status == 0 && m->method.len > 0
					   : m->status >= 0 && m->status <= 999 && m->uri.len == 0);
	/* all that the module asks for before it judges */
	NT_MUST(m->via.host.len > 0 && m->via.port.len <= 5);
	NT_MUST(m->proxied || !m->via.more);
	NT_MUST(m->to || !m->to_tag);
	NT_MUST(m->record_route || m->route_host.len == 0);
	NT_MUST(m->length_given || m->length == 0);
	NT_MUST(within(m->body, m->lines));
	/* and the body is all that is left */
	NT_MUST(m->body.p + m->body.len == text.p + text.len);
}

static bool same_claim(const struct nt_claim *a, const struct nt_claim *b)
{
	return a->host == b->host && a->at.port == b->at.port
		   && a->other_transport == b->other_transport
		   && (a->host != NT_HOST_ADDR || nt_addr_eq(&a->at.addr, &b->at.addr));
}

static void check_claim(const struct nt_claim *c)
{
	NT_MUST(c->host >= NT_HOST_NONE && c->host <= NT_HOST_INVALID);
	NT_MUST(c->host != NT_HOST_ADDR || nt_addr_is_set(&c->at.addr));
}

static void check_evidence(
		const struct nt_sip_evidence *e, const struct nt_sip *m)
{
	const struct nt_evidence *ev = &e->ev;

	NT_MUST(ev->contacts == e->contacts);
	NT_MUST(ev->contact_count <= NT_SIP_CONTACTS_MAX);
	NT_MUST(ev->sdp == NULL || ev->sdp == &e->sdp);
	NT_MUST(m->request || nt_sip_is_target(m) || ev->contact_count == 0);
	NT_MUST(m->request || (ev->via.host == NT_HOST_NONE && !ev->tampered));
	NT_MUST(!ev->proxied
			|| (ev->sdp == NULL && ev->call_id.host == NT_HOST_NONE
					&& !ev->length_wrong));
	check_claim(&ev->via);
	check_claim(&ev->call_id);
	for(size_t i = 0; i < ev->contact_count; i++)
		check_claim(&ev->contacts[i]);
}

static void check_same(
		const struct nt_sip_evidence *a, const struct nt_sip_evidence *b)
{
	NT_MUST(a->ev.proxied == b->ev.proxied && a->ev.tampered == b->ev.tampered
			&& a->ev.length_wrong == b->ev.length_wrong
			&& (a->ev.sdp == NULL) == (b->ev.sdp == NULL)
			&& a->ev.contact_count == b->ev.contact_count);
	NT_MUST(same_claim(&a->ev.via, &b->ev.via)
			&& same_claim(&a->ev.call_id, &b->ev.call_id));
	for(size_t i = 0; i < a->ev.contact_count; i++)
		NT_MUST(same_claim(&a->contacts[i], &b->contacts[i]));
	if(a->ev.sdp != NULL)
		NT_MUST(a->sdp.stream_count == b->sdp.stream_count);
}

/* Nothing that was in memory before shows through */
static int read_into(struct nt_sip *m, struct nt_sip_evidence *e, int fill,
		struct nt_span text, const uint8_t how[2])
{
	struct nt_endpoint source;

	NT_MUST(nt_endpoint_parse(&source, NT_SPAN("203.0.113.9:40001")) == 0);
	memset(m, fill, sizeof(*m));
	memset(e, fill, sizeof(*e));
	if(nt_sip_read(m, text) != 0)
		return -1;
	NT_MUST(nt_sip_evidence(e, m, &source, (enum nt_transport)(1 + how[0] % 5),
					how[1] & 1)
			== 0);
	return 0;
}

static void check_verdict(const struct nt_evidence *ev)
{
	static const struct nt_netset none;
	struct nt_stance stance = {NT_SIGN_ALL, NT_STRICT_ADDR, NT_FORCE_NONE};
	struct nt_verdict v = nt_detect(ev, &none, 0, &stance);
	char reason[NT_REASON_TEXT];

	NT_MUST(v.class >= NT_CLASS_DIRECT && v.class < NT_CLASS_COUNT);
	NT_MUST(nt_reason_print(reason, sizeof(reason), &v, &ev->source, "") > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct nt_sip_evidence e, e2;
	struct nt_sip m, m2;
	struct nt_span text;
	char *copy;
	int rc;

	if(size < 4)
		return 0;
	/* a block of the exact size */
	copy = malloc(size - 3);
	NT_MUST(copy != NULL);
	memcpy(copy, data + 3, size - 3);
	text = nt_span_of(copy, size - 3);
	rc = read_into(&m, &e, 0x5a, text, data);
	NT_MUST(read_into(&m2, &e2, 0xa5, text, data) == rc);
	if(rc == 0) {
		check_message(&m, text);
		check_evidence(&e, &m);
		check_same(&e, &e2);
		check_verdict(&e.ev);
	}
	NT_MUST(memcmp(copy, data + 3, size - 3) == 0);
	free(copy);
	return 0;
}
