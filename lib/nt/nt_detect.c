/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_detect.h"

#define SIP_PORT 5060 /* RFC 3261 §19.1.2, for UDP */

/* A phone writes the same address all over its message */
struct last_lookup
{
	struct nt_addr addr;
	uint32_t tags;
};

/* Claim and source with what is known of their networks */
struct bearings
{
	const struct nt_evidence *ev;
	const struct nt_netset *nets;
	uint32_t source_tags;
	struct last_lookup *last;
};

uint32_t nt_tags_of(const struct nt_netset *nets, const struct nt_addr *a)
{
	struct nt_addr inner;
	uint32_t tags = nt_netset_find(nets, a);

	if(nt_addr_embedded(&inner, a, NULL))
		tags |= nt_netset_find(nets, &inner) & ~(uint32_t)NT_NET_TRUSTED;
	return tags;
}

static bool at_source(const struct bearings *b, const struct nt_addr *a)
{
	return nt_addr_eq(a, &b->ev->source.addr);
}

static inline uint32_t tags_at(
		const struct bearings *b, const struct nt_addr *a)
{
	if(at_source(b, a))
		return b->source_tags;
	if(!nt_addr_eq(a, &b->last->addr))
		*b->last = (struct last_lookup){*a, nt_tags_of(b->nets, a)};
	return b->last->tags;
}

static uint32_t claim_tags(const struct bearings *b, const struct nt_claim *c)
{
	return c->host == NT_HOST_ADDR ? tags_at(b, &c->at.addr) : 0;
}

static bool elsewhere(const struct bearings *b, const struct nt_claim *c)
{
	return c->host == NT_HOST_ADDR && !at_source(b, &c->at.addr);
}

static bool other_port(const struct bearings *b, const struct nt_claim *c)
{
	uint16_t port = c->at.port != 0 ? c->at.port : SIP_PORT;

	return c->host == NT_HOST_ADDR && b->ev->transport == NT_TRANSPORT_UDP
		   && !c->other_transport && port != b->ev->source.port;
}

/* A private claim from a source outside private space. Carrier-grade space is
 * the outside of a home NAT, so it counts as outside for every claim but one of
 * its own kind (RFC 6598 §4). */
static bool hides(const struct bearings *b, const struct nt_claim *c)
{
	uint32_t tags = claim_tags(b, c);

	if(!(tags & NT_NET_BEHIND_NAT) || !elsewhere(b, c))
		return false;
	return !(b->source_tags & NT_NET_BEHIND_NAT)
		   || ((b->source_tags & NT_NET_CGN) && !(tags & NT_NET_CGN));
}

/* Of a Contact, by its address */
static uint32_t claim_signs(const struct bearings *b, const struct nt_claim *c)
{
	uint32_t private = claim_tags(b, c) & NT_NET_BEHIND_NAT;
	uint32_t signs = private != 0 ? NT_SIGN_CONTACT_PRIVATE : 0;

	if(elsewhere(b, c))
		signs |= NT_SIGN_CONTACT_ADDR;
	if(other_port(b, c))
		signs |= NT_SIGN_CONTACT_PORT;
	return signs;
}

/* Those of the sent-by stand in the same order */
_Static_assert(NT_SIGN_VIA_PRIVATE == NT_SIGN_CONTACT_PRIVATE << 4
					   && NT_SIGN_VIA_ADDR == NT_SIGN_CONTACT_ADDR << 4
					   && NT_SIGN_VIA_PORT == NT_SIGN_CONTACT_PORT << 4,
		"via_signs() shifts the signs of a Contact");

static uint32_t via_signs(const struct bearings *b)
{
	return claim_signs(b, &b->ev->via) << 4;
}

static uint32_t contact_signs(
		const struct bearings *b, const struct nt_claim *c)
{
	return c->host == NT_HOST_INVALID ? NT_SIGN_CONTACT_INVALID
									  : claim_signs(b, c);
}

/* Names and holds are no evidence; nor is a stream that is not wanted */
static bool is_active(const struct nt_sdp_stream *s)
{
	return s->port != 0 && s->target.place == NT_SDP_ADDR;
}

static bool is_private_target(
		const struct bearings *b, const struct nt_sdp_target *t)
{
	return t->place == NT_SDP_ADDR
		   && (tags_at(b, &t->addr) & NT_NET_BEHIND_NAT);
}

/* A private address that an ALG did not translate. Browsers write o= of
 * 127.0.0.1 themselves. */
static bool is_forgotten(
		const struct bearings *b, const struct nt_sdp_target *t)
{
	return is_private_target(b, t) && !(tags_at(b, &t->addr) & NT_NET_LOOPBACK);
}

/* What the media would need. Signalling has its own evidence. */
static uint32_t sdp_signs(const struct bearings *b)
{
	const struct nt_sdp *sdp = b->ev->sdp;
	uint32_t signs = 0;

	for(size_t i = 0; sdp != NULL && i < sdp->stream_count; i++) {
		const struct nt_sdp_stream *s = &sdp->streams[i];

		if(!is_active(s))
			continue;
		if(is_private_target(b, &s->target))
			signs |= NT_SIGN_SDP_PRIVATE;
		else if(!(b->source_tags & NT_NET_BEHIND_NAT)
				&& (is_forgotten(b, &s->rtcp) || is_forgotten(b, &sdp->origin)))
			signs |= NT_SIGN_ALG_SDP;
		if(!at_source(b, &s->target.addr))
			signs |= NT_SIGN_SDP_ADDR;
		if(s->candidates == NT_SDP_OTHERS
				&& !(tags_at(b, &s->target.addr) & NT_NET_BEHIND_NAT))
			signs |= NT_SIGN_ALG_ICE;
	}
	return signs;
}

static bool is_source(const struct bearings *b, const struct nt_claim *c)
{
	return c->host == NT_HOST_ADDR && at_source(b, &c->at.addr);
}

static bool is_private(const struct bearings *b, const struct nt_claim *c)
{
	return (claim_tags(b, c) & NT_NET_BEHIND_NAT) != 0;
}

typedef bool claim_test(const struct bearings *b, const struct nt_claim *c);

static bool any_contact(const struct bearings *b, claim_test *test)
{
	for(size_t i = 0; i < b->ev->contact_count; i++) {
		if(test(b, &b->ev->contacts[i]))
			return true;
	}
	return false;
}

/* What an ALG forgot, by the signs of Via and Contacts. Only in front of a
 * public source does it matter. */
static uint32_t alg_signs(const struct bearings *b, uint32_t signs)
{
	const struct nt_evidence *ev = b->ev;
	bool via_private = (signs & NT_SIGN_VIA_PRIVATE) != 0;
	bool contact_private = (signs & NT_SIGN_CONTACT_PRIVATE) != 0;
	uint32_t alg = ev->length_wrong ? NT_SIGN_ALG_LENGTH : 0;

	if(b->source_tags & NT_NET_BEHIND_NAT)
		return alg;
	if((via_private && any_contact(b, is_source))
			|| (contact_private && is_source(b, &ev->via)))
		alg |= NT_SIGN_ALG_MIXED;
	if(via_private || contact_private)
		return alg;
	if(is_private(b, &ev->call_id))
		alg |= NT_SIGN_ALG_CALLID;
	if(is_private(b, &ev->from))
		alg |= NT_SIGN_ALG_FROM;
	return alg;
}

/* A NAT64 in front of us, or a client that knows itself by the other family */
static bool is_translated(const struct bearings *b)
{
	const struct nt_claim *via = &b->ev->via;

	if(b->source_tags & NT_NET_NAT64)
		return true;
	return !b->ev->proxied && via->host == NT_HOST_ADDR
		   && via->at.addr.family != b->ev->source.addr.family;
}

static uint32_t source_signs(const struct bearings *b)
{
	const struct nt_evidence *ev = b->ev;
	uint32_t signs = 0;

	if(b->source_tags & NT_NET_BEHIND_NAT)
		signs |= NT_SIGN_SOURCE_PRIVATE;
	if(b->source_tags & NT_NET_SITE)
		signs |= NT_SIGN_SITE;
	if(b->source_tags & NT_NET_LAN)
		signs |= NT_SIGN_LAN;
	if(is_translated(b))
		signs |= NT_SIGN_V4V6;
	if(ev->gateway)
		signs |= NT_SIGN_GATEWAY;
	if(ev->transport == NT_TRANSPORT_WS || ev->transport == NT_TRANSPORT_WSS)
		signs |= NT_SIGN_WEBSOCKET;
	if(ev->tampered)
		signs |= NT_SIGN_TAMPERED;
	if(ev->proxied)
		signs |= NT_SIGN_PROXIED;
	return signs;
}

/* Where a test may look: the claims whose signs may decide */
enum look
{
	LOOK_VIA = 0x1,
	LOOK_CONTACT = 0x2
};

/* The first claim that a test holds for: sent-by, then the Contacts in order */
static bool find_claim(struct nt_verdict *v, const struct bearings *b,
		unsigned look, claim_test *test)
{
	if((look & LOOK_VIA) && test(b, &b->ev->via)) {
		v->where = NT_WHERE_VIA;
		v->claim = b->ev->via;
		return true;
	}
	for(size_t i = 0; (look & LOOK_CONTACT) && i < b->ev->contact_count; i++) {
		if(test(b, &b->ev->contacts[i])) {
			v->where = NT_WHERE_CONTACT;
			v->claim = b->ev->contacts[i];
			return true;
		}
	}
	return false;
}

static bool two_of(uint32_t signs)
{
	return (signs & (signs - 1)) != 0;
}

static void decide(struct nt_verdict *v, enum nt_class class, enum nt_rule rule)
{
	v->class = class;
	v->rule = rule;
}

static unsigned look_for(uint32_t signs, uint32_t via, uint32_t contact)
{
	return (signs & via ? LOOK_VIA : 0) | (signs & contact ? LOOK_CONTACT : 0);
}

/* What the client claims, by the profile */
static void judge_claims(struct nt_verdict *v, const struct bearings *b,
		const struct nt_stance *stance)
{
	uint32_t signs = v->signs & stance->signs;
	unsigned look =
			look_for(signs, NT_SIGN_VIA_PRIVATE, NT_SIGN_CONTACT_PRIVATE);

	if(stance->strictness == NT_STRICT_SIGN) {
		v->grounds = signs & ~(uint32_t)NT_SIGNS_SOURCE;
		if(v->grounds != 0)
			decide(v, NT_CLASS_NAT, NT_RULE_SIGN);
		return;
	}
	if(look != 0 && find_claim(v, b, look, hides)) {
		decide(v, NT_CLASS_NAT, NT_RULE_CLAIM);
		return;
	}
	if(two_of(signs & NT_SIGNS_ALG)) {
		decide(v, NT_CLASS_ALG, NT_RULE_ALG);
		return;
	}
	look = look_for(signs, NT_SIGN_VIA_ADDR, NT_SIGN_CONTACT_ADDR);
	if(stance->strictness == NT_STRICT_ADDR
			&& find_claim(v, b, look, elsewhere))
		decide(v, NT_CLASS_NAT, NT_RULE_MISMATCH);
}

/* In order of weight: what the operator said of the source, what stands
 * between, then what the client says */
static void apply_rules(struct nt_verdict *v, const struct bearings *b,
		const struct nt_stance *stance)
{
	bool bound = (v->signs & (NT_SIGN_WEBSOCKET | NT_SIGN_CONTACT_INVALID))
				 && !(v->signs & NT_SIGN_PROXIED);

	decide(v, NT_CLASS_DIRECT, NT_RULE_NONE);
	if(stance->force == NT_FORCE_NEVER)
		decide(v, NT_CLASS_DIRECT, NT_RULE_EXEMPT);
	else if(stance->force == NT_FORCE_NAT)
		decide(v, bound ? NT_CLASS_FLOW : NT_CLASS_NAT, NT_RULE_FORCED);
	else if(bound)
		decide(v, NT_CLASS_FLOW, NT_RULE_CONNECTION);
	else if(v->signs & NT_SIGN_SITE)
		decide(v, NT_CLASS_NAT, NT_RULE_SITE);
	else if(v->signs & NT_SIGN_GATEWAY)
		decide(v, NT_CLASS_NAT, NT_RULE_GATEWAY);
	else if(v->signs & NT_SIGN_PROXIED)
		decide(v, NT_CLASS_PROXIED, NT_RULE_PROXIED);
	else if(v->signs & NT_SIGN_LAN)
		decide(v, NT_CLASS_LAN, NT_RULE_LAN);
	else if(stance->strictness == NT_STRICT_NEVER)
		decide(v, NT_CLASS_DIRECT, NT_RULE_NEVER);
	else if(stance->strictness == NT_STRICT_ALWAYS)
		decide(v, NT_CLASS_NAT, NT_RULE_ALWAYS);
	else
		judge_claims(v, b, stance);
}

struct nt_verdict nt_detect(const struct nt_evidence *ev,
		const struct nt_netset *nets, uint32_t source_tags,
		const struct nt_stance *stance)
{
	struct last_lookup last = {{0, 0, NT_FAMILY_NONE}, 0};
	struct bearings b = {ev, nets, source_tags, &last};
	struct nt_verdict v = {.signs = source_signs(&b)};

	/* behind another proxy the sent-by and the source are that proxy's, and its
	 * port is no sign */
	if(!ev->proxied) {
		v.signs |= via_signs(&b);
		for(size_t i = 0; i < ev->contact_count; i++)
			v.signs |= contact_signs(&b, &ev->contacts[i]);
		v.signs |= sdp_signs(&b) | alg_signs(&b, v.signs);
	}
	apply_rules(&v, &b, stance);
	return v;
}

struct nt_claim nt_claim_of(struct nt_span host, uint16_t port)
{
	struct nt_claim c = {.host = NT_HOST_NONE, .at = {.port = port}};

	if(host.len == 0)
		return c;
	if(nt_addr_parse(&c.at.addr, host) == 0)
		c.host = NT_HOST_ADDR;
	else if(nt_span_iends(host, NT_SPAN(".invalid"))
			|| nt_span_iends(host, NT_SPAN(".invalid.")))
		c.host = NT_HOST_INVALID;
	else
		c.host = NT_HOST_NAME;
	return c;
}
