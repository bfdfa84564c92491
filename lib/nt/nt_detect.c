/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_detect.h"

#define SIP_PORT 5060 /* RFC 3261 §19.1.2, for UDP */

/* Claim and source with what is known of their networks */
struct bearings
{
	const struct nt_evidence *ev;
	const struct nt_netset *nets;
	uint32_t source_tags;
};

uint32_t nt_tags_of(const struct nt_netset *nets, const struct nt_addr *a)
{
	struct nt_addr inner;
	uint32_t tags = nt_netset_find(nets, a);

	if(nt_addr_embedded(&inner, a, NULL))
		tags |= nt_netset_find(nets, &inner);
	return tags;
}

static uint32_t claim_tags(const struct bearings *b, const struct nt_claim *c)
{
	if(c->host != NT_HOST_ADDR)
		return 0;
	if(nt_addr_eq(&c->at.addr, &b->ev->source.addr))
		return b->source_tags;
	return nt_tags_of(b->nets, &c->at.addr);
}

static bool elsewhere(const struct bearings *b, const struct nt_claim *c)
{
	return c->host == NT_HOST_ADDR
		   && !nt_addr_eq(&c->at.addr, &b->ev->source.addr);
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

static uint32_t via_signs(const struct bearings *b)
{
	const struct nt_claim *via = &b->ev->via;
	uint32_t signs = 0;

	if(claim_tags(b, via) & NT_NET_BEHIND_NAT)
		signs |= NT_SIGN_VIA_PRIVATE;
	if(elsewhere(b, via))
		signs |= NT_SIGN_VIA_ADDR;
	if(other_port(b, via))
		signs |= NT_SIGN_VIA_PORT;
	return signs;
}

static uint32_t contact_signs(
		const struct bearings *b, const struct nt_claim *contact)
{
	uint32_t signs = 0;

	if(contact->host == NT_HOST_INVALID)
		signs |= NT_SIGN_CONTACT_INVALID;
	if(claim_tags(b, contact) & NT_NET_BEHIND_NAT)
		signs |= NT_SIGN_CONTACT_PRIVATE;
	if(elsewhere(b, contact))
		signs |= NT_SIGN_CONTACT_ADDR;
	if(other_port(b, contact))
		signs |= NT_SIGN_CONTACT_PORT;
	return signs;
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
		   && (nt_tags_of(b->nets, &t->addr) & NT_NET_BEHIND_NAT);
}

/* A private address that an ALG did not translate. Browsers write o= of
 * 127.0.0.1 themselves. */
static bool is_forgotten(
		const struct bearings *b, const struct nt_sdp_target *t)
{
	return is_private_target(b, t)
		   && !(nt_tags_of(b->nets, &t->addr) & NT_NET_LOOPBACK);
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
		if(!nt_addr_eq(&s->target.addr, &b->ev->source.addr))
			signs |= NT_SIGN_SDP_ADDR;
	}
	return signs;
}

static bool is_source(const struct bearings *b, const struct nt_claim *c)
{
	return c->host == NT_HOST_ADDR
		   && nt_addr_eq(&c->at.addr, &b->ev->source.addr);
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

/* What an ALG forgot. Only in front of a public source does it matter. */
static uint32_t alg_signs(const struct bearings *b)
{
	const struct nt_evidence *ev = b->ev;
	bool via_private, contact_private;
	uint32_t signs = 0;

	if(ev->length_wrong)
		signs |= NT_SIGN_ALG_LENGTH;
	if(b->source_tags & NT_NET_BEHIND_NAT)
		return signs;
	via_private = is_private(b, &ev->via);
	contact_private = any_contact(b, is_private);
	if((via_private && any_contact(b, is_source))
			|| (contact_private && is_source(b, &ev->via)))
		signs |= NT_SIGN_ALG_MIXED;
	if(!via_private && !contact_private && is_private(b, &ev->call_id))
		signs |= NT_SIGN_ALG_CALLID;
	return signs;
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
	if(ev->transport == NT_TRANSPORT_WS || ev->transport == NT_TRANSPORT_WSS)
		signs |= NT_SIGN_WEBSOCKET;
	if(ev->tampered)
		signs |= NT_SIGN_TAMPERED;
	if(ev->proxied)
		signs |= NT_SIGN_PROXIED;
	return signs;
}

/* The first claim that a test holds for: sent-by, then the Contacts in order */
static bool find_claim(
		struct nt_verdict *v, const struct bearings *b, claim_test *test)
{
	if(test(b, &b->ev->via)) {
		v->where = NT_WHERE_VIA;
		v->claim = b->ev->via;
		return true;
	}
	for(size_t i = 0; i < b->ev->contact_count; i++) {
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

/* In order of weight: what the operator said of the source, what stands
 * between, then what the client says */
static void apply_rules(struct nt_verdict *v, const struct bearings *b,
		enum nt_strictness strictness)
{
	if(v->signs & (NT_SIGN_WEBSOCKET | NT_SIGN_CONTACT_INVALID)
			&& !(v->signs & NT_SIGN_PROXIED))
		decide(v, NT_CLASS_FLOW, NT_RULE_CONNECTION);
	else if(v->signs & NT_SIGN_SITE)
		decide(v, NT_CLASS_NAT, NT_RULE_SITE);
	else if(v->signs & NT_SIGN_PROXIED)
		decide(v, NT_CLASS_PROXIED, NT_RULE_PROXIED);
	else if(v->signs & NT_SIGN_LAN)
		decide(v, NT_CLASS_LAN, NT_RULE_LAN);
	else if((v->signs & (NT_SIGN_VIA_PRIVATE | NT_SIGN_CONTACT_PRIVATE))
			&& find_claim(v, b, hides))
		decide(v, NT_CLASS_NAT, NT_RULE_CLAIM);
	else if(two_of(v->signs & NT_SIGNS_ALG))
		decide(v, NT_CLASS_ALG, NT_RULE_ALG);
	else if(strictness == NT_STRICT_ADDR && find_claim(v, b, elsewhere))
		decide(v, NT_CLASS_NAT, NT_RULE_MISMATCH);
	else
		decide(v, NT_CLASS_DIRECT, NT_RULE_NONE);
}

struct nt_verdict nt_detect(const struct nt_evidence *ev,
		const struct nt_netset *nets, enum nt_strictness strictness)
{
	struct bearings b = {ev, nets, nt_tags_of(nets, &ev->source.addr)};
	struct nt_verdict v = {.signs = source_signs(&b)};

	/* behind another proxy the sent-by and the source are that proxy's, and its
	 * port is no sign */
	if(!ev->proxied) {
		v.signs |= via_signs(&b);
		for(size_t i = 0; i < ev->contact_count; i++)
			v.signs |= contact_signs(&b, &ev->contacts[i]);
		v.signs |= sdp_signs(&b) | alg_signs(&b);
	}
	apply_rules(&v, &b, strictness);
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
