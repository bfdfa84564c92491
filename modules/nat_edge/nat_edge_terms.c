/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_terms.h"

#include "core/parser/parse_cseq.h"
#include "core/sr_module.h"
#include "core/tcp_options.h"
#include "nat_edge/nat_edge_absorb.h"
#include "nat_edge/nat_edge_api.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_registration.h"
#include "nt/nt_terms.h"

/* More than any interval */
#define KEEPS 3601u

static bool answers_stun; /* RO after start: module stun is there */

void ne_terms_init(void)
{
	answers_stun = find_module_by_name("stun") != NULL;
}

static bool is_register(const sip_msg_t *msg)
{
	return msg->first_line.type == SIP_REQUEST
		   && msg->REQ_METHOD == METHOD_REGISTER;
}

/* The same for a copy of a request as for the request */
static uint64_t chance_of(const sip_msg_t *req)
{
	struct nt_hash h;

	nt_hash_begin(&h, ne_registration_key());
	if(req->callid != NULL)
		nt_hash_add(&h, ne_span(&req->callid->body));
	if(req->cseq != NULL && req->cseq->parsed != NULL)
		nt_hash_add(&h, ne_span(&get_cseq(req)->number));
	return nt_hash_end(&h);
}

/* How long its place may be silent, if somebody has found out */
static uint32_t learned_of(const uint32_t *value, const struct ne_view *view)
{
	return value[NT_SET_KEEPALIVE_ADAPTIVE] != 0 ? ne_learned(
				   &view->source.addr, view->transport != NT_TRANSPORT_UDP)
												 : 0;
}

/* Pings that make the client send something open every NAT anew (N160). On
 * streams its TCP answers. */
static bool is_renewed(const struct nt_profile *profile, enum nt_transport t)
{
	struct nt_terms terms;

	return nt_terms_of(&terms, profile, t)
		   && (t != NT_TRANSPORT_UDP
				   || (terms.method != NT_PING_CRLF
						   && terms.method != NT_PING_ZERO));
}

/* Who is not kept open by pings has to come back before its binding is gone.
 * For the others nothing is shorter: each REGISTER ends a silence, and where
 * there is none nobody learns how long one may be. Nothing is ever longer than
 * the profile says. */
static uint32_t limit_of(const sip_msg_t *req, const uint32_t *value,
		enum nt_transport t, uint32_t learned)
{
	uint32_t max = value[NT_SET_EXPIRES_MAX];

	/* mostly there is none: no need for its chance */
	if(max == 0 || !(value[NT_SET_EXPIRES_TRANSPORTS] & 1u << t))
		return NT_EXPIRY_NONE;
	if(learned > 0 && learned < max)
		max = learned;
	return nt_expiry_limit(max, value[NT_SET_EXPIRES_JITTER], chance_of(req));
}

/* A WebSocket has pings of its own (RFC 7118 §6) */
static bool is_understood(enum nt_transport t)
{
	if(t == NT_TRANSPORT_UDP)
		return answers_stun;
	return (t == NT_TRANSPORT_TCP || t == NT_TRANSPORT_TLS)
		   && cfg_get(tcp, tcp_cfg, crlf_ping) != 0;
}

/* What is learned is less than what a binding was seen to live through, so a
 * client that keeps to it keeps its binding (RFC 5626 §4.4) */
static uint32_t interval_of(
		const uint32_t *value, enum nt_transport t, uint32_t learned)
{
	uint32_t said;

	if(t == NT_TRANSPORT_UDP)
		said = value[NT_SET_KEEPALIVE_UDP];
	else if(t == NT_TRANSPORT_TCP || t == NT_TRANSPORT_TLS)
		said = value[NT_SET_KEEPALIVE_TCP];
	else
		return 0;
	return said > 0 && learned > 0 && learned < KEEPS ? learned : said;
}

/* Then the next REGISTER has to name what was sent for this one */
static bool changes_contacts(const uint32_t *value)
{
	enum nt_contact_mode mode = value[NT_SET_CONTACT_REGISTER];

	return mode != NT_CONTACT_KEEP && mode != NT_CONTACT_RECEIVED;
}

bool ne_terms_of(struct ne_terms *terms, sip_msg_t *req)
{
	const struct ne_view *view = ne_view_of(req);
	const struct nt_profile *profile;
	const uint32_t *value;
	uint32_t learned;
	bool wanted;

	*terms = (struct ne_terms){.limit = NT_EXPIRY_NONE};
	if(view == NULL)
		return false;
	profile = view->judgement.answer.profile;
	value = profile->value;
	learned = learned_of(value, view);
	terms->class = view->judgement.verdict.class;
	wanted = nt_terms_wanted(profile, view->transport, ne_terms_nat(terms));
	if(wanted) {
		terms->keep_s = interval_of(value, view->transport, learned);
		terms->keep = terms->keep_s > 0 && is_understood(view->transport);
	}
	if(ne_terms_nat(terms) && is_register(req)) {
		if(wanted && is_renewed(profile, view->transport))
			learned = 0;
		terms->limit = limit_of(req, value, view->transport, learned);
		terms->upstream = value[NT_SET_EXPIRES_UPSTREAM];
		terms->remember = changes_contacts(value);
	}
	terms->remember |= ne_absorb_was_asked(req);
	return true;
}

/* One number of 32 bits, so that it fits into any pointer. Only who is behind a
 * NAT has a limit, so class and limit are one digit of it, keep_s the next one.
 * 0 is who was not judged. */
#define LIMITS 86401u /* 0: none */

/* those behind a NAT are the last */
static const enum nt_class classes[NT_CLASS_COUNT] = {0, NT_CLASS_DIRECT,
		NT_CLASS_LAN, NT_CLASS_PROXIED, NT_CLASS_NAT, NT_CLASS_FLOW,
		NT_CLASS_ALG};
#define FIRST_NAT 4u
_Static_assert((FIRST_NAT + (NT_CLASS_COUNT - FIRST_NAT) * (uint64_t)LIMITS)
							   * KEEPS * 4
					   <= UINT32_MAX,
		"terms fit into 32 bits");

static uint32_t class_number(const struct ne_terms *terms)
{
	uint32_t n = 0;

	while(n < NT_CLASS_COUNT - 1 && classes[n] != terms->class)
		n++;
	if(n < FIRST_NAT)
		return n;
	return FIRST_NAT + (n - FIRST_NAT) * LIMITS
		   + (terms->limit < LIMITS ? terms->limit : 0);
}

static void take_class(struct ne_terms *terms, uint32_t n)
{
	if(n >= FIRST_NAT) {
		n -= FIRST_NAT;
		if(n % LIMITS > 0)
			terms->limit = n % LIMITS;
		n = FIRST_NAT + n / LIMITS;
	}
	terms->class = classes[n];
}

void *ne_terms_pack(const struct ne_terms *terms)
{
	uintptr_t n = class_number(terms);
	void *packed;

	n = n * KEEPS + (terms->keep_s < KEEPS ? terms->keep_s : 0);
	n = n << 2 | (uintptr_t)terms->remember << 1 | terms->keep;
	memcpy(&packed, &n, sizeof(packed));
	return packed;
}

void ne_terms_unpack(struct ne_terms *terms, const void *packed)
{
	uint32_t n = (uint32_t)(uintptr_t)packed;

	*terms = (struct ne_terms){.limit = NT_EXPIRY_NONE,
			.keep = n & 1,
			.remember = n >> 1 & 1,
			.keep_s = (n >> 2) % KEEPS};
	take_class(terms, (n >> 2) / KEEPS);
}
