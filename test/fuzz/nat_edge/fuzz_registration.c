/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a REGISTER and as what upstream answers to it.
 *
 * Input: a byte that says who asks, then the REGISTER, a line "===", and the
 * reply. Held: received bytes stay (T17), doing it twice is doing it once, what
 * leaves can be read again with as many Contacts as came, memory is given back,
 * what was remembered is found,
 * and what others are told of is there.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/core_env.h"
#include "nat_edge/nat_edge_absorb.h"
#include "nat_edge/nat_edge_answer.h"
#include "nat_edge/nat_edge_api.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_expires.h"
#include "nat_edge/nat_edge_keep.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_registration.h"
#include "nat_edge/nat_edge_sender.h"
#include "nat_edge/nat_edge_source.h"
#include "nt_must.h"

/* A message in a block of the exact size and a NUL, as the core wants it */
struct message
{
	sip_msg_t msg;
	char *buf; /* own */
	struct nt_span bytes;
	bool parsed;
};

static struct core_path from;

static void read_message(struct message *m, struct nt_span bytes)
{
	m->bytes = bytes;
	m->buf = malloc(bytes.len + 1);
	NT_MUST(m->buf != NULL);
	if(bytes.len > 0)
		memcpy(m->buf, bytes.p, bytes.len);
	m->buf[bytes.len] = '\0';
	ne_view_forget();
	m->parsed = bytes.len > 0
				&& core_msg_parse(&m->msg, m->buf, bytes.len, &from) == 0;
}

static void drop_message(struct message *m)
{
	NT_MUST(m->bytes.len == 0 || memcmp(m->buf, m->bytes.p, m->bytes.len) == 0);
	if(m->parsed)
		core_msg_free(&m->msg);
	free(m->buf);
}

static bool is_register(const struct message *m)
{
	return m->parsed && m->msg.first_line.type == SIP_REQUEST
		   && m->msg.REQ_METHOD == METHOD_REGISTER;
}

/* Contacts of a text as it left; -1 if it cannot be read */
static int contacts_of(const char *text, size_t len)
{
	static struct nt_contacts list;
	struct message m;
	int count = -1;

	read_message(&m, nt_span_of(text, len));
	if(m.parsed && parse_headers(&m.msg, HDR_EOH_F, 0) == 0) {
		ne_contacts_read(&list, &m.msg);
		if(!list.unreadable)
			count = (int)list.count;
	}
	drop_message(&m);
	return count;
}

/* What the core alone would send is the measure */
static void check_same(
		struct message *once, struct message *twice, struct nt_span bytes)
{
	struct message plain;
	size_t len, len2, len0 = 0;
	char *text = core_msg_build(&once->msg, &len), *text0 = NULL;
	char *text2 = core_msg_build(&twice->msg, &len2);

	NT_MUST((text == NULL) == (text2 == NULL));
	read_message(&plain, bytes);
	if(plain.parsed && parse_headers(&plain.msg, HDR_EOH_F, 0) == 0)
		text0 = core_msg_build(&plain.msg, &len0);
	if(text != NULL && text0 != NULL) {
		int count = contacts_of(text0, len0);

		NT_MUST(len == len2 && memcmp(text, text2, len) == 0);
		NT_MUST(count < 0 || contacts_of(text, len) == count);
	}
	core_text_free(text);
	core_text_free(text2);
	core_text_free(text0);
	drop_message(&plain);
}

/* How it goes on upstream, and what the registrar here would read of it */
static void ask(struct nt_span bytes)
{
	struct message once, twice;

	read_message(&once, bytes);
	read_message(&twice, bytes);
	NT_MUST(once.parsed == twice.parsed);
	if(is_register(&once)) {
		NT_MUST(ki_nat_absorb(&once.msg) != NE_RC_TRUE);
		ne_view_forget();
		ki_nat_absorb(&twice.msg);
		ki_nat_absorb(&twice.msg);
		check_same(&once, &twice, bytes);
		ne_expires_lower(&once.msg, 60);
		NT_MUST(ne_expires_lower(&once.msg, 60) == 0);
	}
	drop_message(&once);
	drop_message(&twice);
}

static void check_found(struct message *req)
{
	static struct nt_contacts list;
	struct ne_registered known;

	ne_contacts_read(&list, &req->msg);
	for(size_t i = 0; i < list.count; i++) {
		if(ne_registration_find(&known, &req->msg, list.item[i].at.uri))
			NT_MUST(known.left_s > 0 && known.sent_len < sizeof(known.sent)
					&& strlen(known.sent) <= known.sent_len);
	}
}

static void answer(struct nt_span asked, struct nt_span answered, uint8_t who)
{
	const struct ne_terms terms = {
			.class = who & 1 ? NT_CLASS_NAT : NT_CLASS_DIRECT,
			.keep = who >> 1 & 1,
			.remember = !(who & 16),
			.limit = who & 4 ? NT_EXPIRY_NONE : 60,
			.keep_s = 25};
	struct message req, once, twice;

	read_message(&req, asked);
	read_message(&once, answered);
	read_message(&twice, answered);
	if(is_register(&req) && parse_headers(&req.msg, HDR_EOH_F, 0) == 0
			&& once.parsed && once.msg.first_line.type == SIP_REPLY) {
		/* it was sent as it came, or as anything else */
		struct nt_span sent = who & 8 ? answered : asked;

		for(int i = 0; i < 3; i++) {
			sip_msg_t *reply = i == 0 ? &once.msg : &twice.msg;

			if(reply->REPLY_STATUS >= 200 && reply->REPLY_STATUS < 300)
				ne_answer_relayed(reply, &req.msg, sent, &terms);
			ne_keep_relayed(reply, &req.msg, &terms);
		}
		check_found(&req);
		if(parse_headers(&once.msg, HDR_EOH_F, 0) == 0)
			check_same(&once, &twice, answered);
	}
	drop_message(&req);
	drop_message(&once);
	drop_message(&twice);
}

/* Every byte that is handed out is there */
static void hear(const struct nat_edge_registered *r)
{
	static char text[70000];

	NT_MUST(r->aor.len < NE_SENDER_AOR && r->contact.len < sizeof(text));
	memcpy(text, r->aor.p, r->aor.len);
	memcpy(text, r->contact.p, r->contact.len);
	NT_MUST(r->sender.flow.remote.port != 0);
}

static uint64_t no_time(void)
{
	return 1000;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct nat_edge_api api;

	(void)argc, (void)argv;
	core_env_init();
	ne_source_remember();
	ne_params.policy_file = "test/golden/policies/upstream.xml";
	NT_MUST(ne_conf_init() == 0);
	ne_api_bind(&api);
	api.on_registered(hear);
	ne_registration_now = no_time;
	NT_MUST(ne_registration_init(50, 10) == 0);
	ne_registrar = (struct ne_registrar){.there = true, .default_s = 3600};
	NT_MUST(nt_endpoint_parse(&from.source, NT_SPAN("203.0.113.9:40001")) == 0
			&& nt_endpoint_parse(&from.local, NT_SPAN("198.51.100.1:5060"))
					   == 0);
	from.transport = NT_TRANSPORT_UDP;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1, *cut;
	struct nt_span asked, answered = NT_SPAN("");

	if(size < 2 || size > 65535)
		return 0;
	cut = memmem(text, size - 1, "\n===\n", 5);
	asked = nt_span_of(text, cut != NULL ? (size_t)(cut + 1 - text) : size - 1);
	if(cut != NULL)
		answered = nt_span_of(cut + 5, size - 1 - asked.len - 4);
	ask(asked);
	answer(asked, answered, data[0]);
	return 0;
}
