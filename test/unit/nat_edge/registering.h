/* SPDX-License-Identifier: GPL-2.0-or-later */
/** A REGISTER that goes through to another registrar, and what its client reads
 * of the answer. The clock is the test's. */
#ifndef UNIT_REGISTERING_H
#define UNIT_REGISTERING_H

#include <stdio.h>

#include "core/core_env.h"
#include "nat_edge/nat_edge_answer.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_expires.h"
#include "nat_edge/nat_edge_keep.h"
#include "nat_edge/nat_edge_registration.h"
#include "nt_must.h"
#include "unit.h"

#define HEAD                                                                  \
	"Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bK1;keep\r\n"             \
	"From: <sip:alice@example.org>;tag=f\r\n"                                 \
	"To: \"Alice\" <sip:alice:secret@Example.ORG:5070;x>\r\nCall-ID: one\r\n" \
	"CSeq: 7 REGISTER\r\n"
#define ASKED "Contact: <sip:alice@192.168.1.10>;q=0.5\r\nExpires: 3600\r\n"
#define END "Content-Length: 0\r\n\r\n"
#define OURS "Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bK0\r\n"

static uint64_t now;

static inline uint64_t clock_of_test(void)
{
	return now;
}

static inline void start(void)
{
	now = 1000;
	ne_registration_now = clock_of_test;
	ck_assert_int_eq(ne_conf_init(), 0);
	ck_assert_int_eq(ne_registration_init(100, 0), 0);
	memset(&ne_registrar, 0, sizeof(ne_registrar));
}

static inline void stop(void)
{
	ne_registration_fini();
	ne_conf_fini();
}

struct message
{
	sip_msg_t msg;
	char text[1500];
};

/* The text without its line ends and NULs would be another message: kept as it
 * is. @return false: the core does not parse it */
static inline bool read_message(struct message *m, const char *text)
{
	struct core_path path = {.transport = NT_TRANSPORT_UDP};

	NT_MUST(nt_endpoint_parse(&path.source, NT_SPAN("203.0.113.9:40001")) == 0);
	NT_MUST(nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060")) == 0);
	NT_MUST(strlen(text) < sizeof(m->text));
	snprintf(m->text, sizeof(m->text), "%s", text);
	return core_msg_parse(&m->msg, m->text, strlen(text), &path) == 0
		   && parse_headers(&m->msg, HDR_EOH_F, 0) == 0;
}

static inline void parse(struct message *m, const char *text)
{
	NT_MUST(read_message(m, text));
}

/* What a client behind a NAT gets, and somebody will ask for it */
static const struct ne_terms terms = {.remember = true,
		.class = NT_CLASS_NAT,
		.keep = true,
		.limit = 60,
		.keep_s = 25};

/* What a client that asked so reads of what upstream answers so */
static inline size_t relay(char *out, size_t size, const char *asked,
		const char *sent, const char *answered, const struct ne_terms *t)
{
	char text[1500];
	struct message req, reply;
	size_t len;
	char *built;

	snprintf(text, sizeof(text), "REGISTER sip:h SIP/2.0\r\n" HEAD "%s" END,
			asked);
	parse(&req, text);
	snprintf(text, sizeof(text), "SIP/2.0 200 OK\r\n" OURS HEAD "%s" END,
			answered);
	parse(&reply, text);
	ne_answer_relayed(&reply.msg, &req.msg, nt_span_cstr(sent), t);
	ne_keep_relayed(&reply.msg, &req.msg, t);
	built = core_msg_build(&reply.msg, &len);
	if(built != NULL) {
		ck_assert(len < size);
		memcpy(out, built, len);
		out[len] = '\0';
		core_text_free(built);
	}
	core_msg_free(&reply.msg);
	core_msg_free(&req.msg);
	return built != NULL ? len : 0;
}

#endif /* UNIT_REGISTERING_H */
