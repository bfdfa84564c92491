/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_relay.h"

/* Not routed in the Internet */
#define PRIVATE                                                  \
	(NT_NET_PRIVATE | NT_NET_CGN | NT_NET_ULA | NT_NET_LINKLOCAL \
			| NT_NET_LOOPBACK)

/* Where an end is, as media sees it */
enum spot
{
	SPOT_WORLD,
	SPOT_LAN,
	SPOT_NAT,
	SPOT_HIDDEN /* not our neighbour, and its SDP says a private address */
};

static bool is_kind(const struct nt_place *place, enum nt_place_kind kind)
{
	return place != NULL && place->kind == kind;
}

/* A name in .local is of somebody's LAN (RFC 8839 §5.1) */
static bool says_private(const struct nt_relay_end *e)
{
	if(e->stream == NULL)
		return false;
	return e->stream->mdns
		   || (e->stream->target.place == NT_SDP_ADDR
				   && (e->sdp_tags & PRIVATE) != 0);
}

static enum spot spot_of(const struct nt_relay_end *e)
{
	if(nt_class_is_nat(e->class))
		return SPOT_NAT;
	if(e->class == NT_CLASS_LAN || is_kind(e->place, NT_PLACE_LAN))
		return SPOT_LAN;
	/* reachable at a private address: in a LAN that nobody listed */
	if(e->outside_tags & PRIVATE)
		return SPOT_LAN;
	return says_private(e) ? SPOT_HIDDEN : SPOT_WORLD;
}

bool nt_relay_in_lan(const struct nt_relay_end *end)
{
	return spot_of(end) == SPOT_LAN;
}

static enum nt_family family_of(const struct nt_relay_end *e)
{
	if(e->stream != NULL && e->stream->target.place == NT_SDP_ADDR)
		return e->stream->target.addr.family;
	return e->outside.family;
}

/* Full ICE, which finds a way by itself */
static bool does_ice(const struct nt_relay_end *e)
{
	const struct nt_stream *s = e->stream;

	if(s == NULL)
		return e->ice;
	return s->ice && !s->ice_lite && (s->candidate_count > 0 || s->trickle);
}

static bool same_lan(const struct nt_relay_end *a, const struct nt_relay_end *b)
{
	bool listed_a = is_kind(a->place, NT_PLACE_LAN);
	bool listed_b = is_kind(b->place, NT_PLACE_LAN);

	if(listed_a && listed_b)
		return a->place == b->place
			   || (a->lan_group != 0 && a->lan_group == b->lan_group);
	/* what is not listed is one network of each kind: we reach it without a
	 * NAT, so it is routed here */
	return !listed_a && !listed_b
		   && (a->outside_tags & PRIVATE) == (b->outside_tags & PRIVATE);
}

static bool same_site(
		const struct nt_relay_end *a, const struct nt_relay_end *b)
{
	return is_kind(a->place, NT_PLACE_SITE) && a->place == b->place;
}

static bool same_nat(const struct nt_relay_end *a, const struct nt_relay_end *b)
{
	return same_site(a, b) || nt_addr_eq(&a->outside, &b->outside);
}

/* Do both say addresses of one listed network? Two that say the same address
 * are in two networks that look alike. */
static bool one_network(
		const struct nt_relay_end *a, const struct nt_relay_end *b)
{
	return a->inside_network != 0 && a->inside_network == b->inside_network
		   && nt_addr_is_set(&a->inside) && nt_addr_is_set(&b->inside)
		   && !nt_addr_eq(&a->inside, &b->inside);
}

/* Two customers of a carrier share an address, and mostly their inside
 * networks as well, and cannot reach each other (N166) */
static bool may_be_direct(enum nt_same_nat word, const struct nt_relay_end *a,
		const struct nt_relay_end *b)
{
	bool site = same_site(a, b);
	bool carrier = ((a->outside_tags | b->outside_tags) & NT_NET_CGN) != 0;

	switch(word) {
		case NT_SAME_NAT_SITES:
			return site;
		case NT_SAME_NAT_DIRECT:
			return site || !carrier;
		case NT_SAME_NAT_AUTO:
			return !carrier && one_network(a, b);
		case NT_SAME_NAT_RELAY:
			break;
	}
	return false;
}

static enum nt_media_rule same_nat_rule(
		const struct nt_relay_end *a, const struct nt_relay_end *b)
{
	enum nt_same_nat words[2] = {a->policy.same_nat, b->policy.same_nat};
	bool site = same_site(a, b);

	if(site && a->place->same_nat != UINT32_MAX)
		words[0] = words[1] = (enum nt_same_nat)a->place->same_nat;
	if(!may_be_direct(words[0], a, b) || !may_be_direct(words[1], a, b))
		return NT_MEDIA_RULE_SAME_NAT_RELAY;
	return site ? NT_MEDIA_RULE_SAME_SITE : NT_MEDIA_RULE_SAME_NAT;
}

/* Both ends' families, if known, differ */
static bool families_differ(
		const struct nt_relay_end *a, const struct nt_relay_end *b)
{
	enum nt_family fa = family_of(a), fb = family_of(b);

	return fa != NT_FAMILY_NONE && fb != NT_FAMILY_NONE && fa != fb;
}

/* Rules 4 to 10 */
static enum nt_media_rule rule_of(
		const struct nt_relay_end *a, const struct nt_relay_end *b)
{
	enum spot sa = spot_of(a), sb = spot_of(b);

	if(a->webrtc != b->webrtc)
		return NT_MEDIA_RULE_WEBRTC;
	if(families_differ(a, b))
		return NT_MEDIA_RULE_FAMILY;
	if(sa == SPOT_LAN && sb == SPOT_LAN)
		return same_lan(a, b) ? NT_MEDIA_RULE_SAME_LAN : NT_MEDIA_RULE_TWO_LANS;
	if(sa == SPOT_LAN || sb == SPOT_LAN)
		return NT_MEDIA_RULE_LAN_WAN;
	if(sa == SPOT_NAT && sb == SPOT_NAT && same_nat(a, b))
		return same_nat_rule(a, b);
	if(sa == SPOT_WORLD && sb == SPOT_WORLD)
		return NT_MEDIA_RULE_REACHABLE;
	if(does_ice(a) && does_ice(b) && a->policy.trust_ice && b->policy.trust_ice)
		return NT_MEDIA_RULE_ICE;
	return sa == SPOT_NAT || sb == SPOT_NAT ? NT_MEDIA_RULE_FAR_END
											: NT_MEDIA_RULE_SDP_PRIVATE;
}

static bool is_direct(enum nt_media_rule rule)
{
	return rule == NT_MEDIA_RULE_SAME_LAN || rule == NT_MEDIA_RULE_SAME_SITE
		   || rule == NT_MEDIA_RULE_SAME_NAT || rule == NT_MEDIA_RULE_ICE
		   || rule == NT_MEDIA_RULE_REACHABLE;
}

/* Is there nothing to send? MSRP takes holdconn for nothing said (RFC 6135
 * §4.2.1). */
static bool is_idle(const struct nt_stream *s)
{
	return s != NULL
		   && (!nt_stream_wanted(s)
				   || (s->setup == NT_SETUP_HOLDCONN
						   && (s->carrier == NT_CARRIER_TCP
								   || s->carrier == NT_CARRIER_T120)));
}

/* What is wrong with a stream, so that nobody may touch it
 * @return NT_MEDIA_RULE_REACHABLE if nothing is */
static enum nt_media_rule fault_of(const struct nt_stream *s)
{
	if(s == NULL)
		return NT_MEDIA_RULE_REACHABLE;
	if(s->multicast)
		return NT_MEDIA_RULE_MULTICAST;
	if(s->carrier == NT_CARRIER_OTHER)
		return NT_MEDIA_RULE_TRANSPORT;
	return s->faults != 0 ? NT_MEDIA_RULE_FAULT : NT_MEDIA_RULE_REACHABLE;
}

static enum nt_relay_unable unable_for(
		const struct nt_stream *s, const struct nt_relay_engine *engine)
{
	if(s == NULL)
		return NT_UNABLE_NOT;
	if((engine->carriers & 1u << s->carrier) == 0
			|| s->carrier == NT_CARRIER_OTHER)
		return NT_UNABLE_TRANSPORT;
	if(s->multicast || s->faults != 0)
		return NT_UNABLE_SDP;
	if((s->carrier == NT_CARRIER_MSRP || s->carrier == NT_CARRIER_MSRPS)
			&& !s->msrp_cema)
		return NT_UNABLE_MSRP;
	return NT_UNABLE_NOT;
}

static struct nt_relay_face face_of(const struct nt_relay_end *e)
{
	bool private = says_private(e), nat = nt_class_is_nat(e->class);
	struct nt_relay_face f = {.inner = spot_of(e) == SPOT_LAN,
			.family = family_of(e),
			.strict = e->policy.strict,
			.learn = NT_LEARN_BEST,
			.ice = e->webrtc || e->ice_needed ? NT_RELAY_ICE_LITE
											  : NT_RELAY_ICE_STRIP,
			.tos = e->policy.tos};

	if(f.inner && is_kind(e->place, NT_PLACE_LAN))
		f.lan = e->place;
	/* an ALG has been at the SDP of what is behind it */
	f.outside =
			nat && (private || e->stream == NULL || e->class == NT_CLASS_ALG);
	if(e->gateway != NT_GATEWAY_UNKNOWN && !f.outside)
		f.learn = NT_LEARN_OFF;
	if(e->gateway == NT_GATEWAY_ASYMMETRIC && f.strict == NT_SOURCE_PORT)
		f.strict = NT_SOURCE_ADDRESS;
	/* neighbours share the address (T02) */
	if(nat && (e->outside_tags & NT_NET_CGN))
		f.strict = NT_SOURCE_PORT;
	return f;
}

static struct nt_relay relay_by(enum nt_media_rule rule,
		const struct nt_relay_end *a, const struct nt_relay_end *b,
		const struct nt_relay_engine *engine)
{
	struct nt_relay d = {.what = NT_RELAY_RELAY, .rule = rule};

	d.unable = unable_for(a->stream, engine);
	if(d.unable == NT_UNABLE_NOT)
		d.unable = unable_for(b->stream, engine);
	if(!engine->there)
		d.unable = NT_UNABLE_ENGINE;
	if(d.unable != NT_UNABLE_NOT) {
		d.what = a->policy.fail == NT_FAIL_DIRECT
								 && b->policy.fail == NT_FAIL_DIRECT
						 ? NT_RELAY_DIRECT
						 : NT_RELAY_REFUSE;
		return d;
	}
	d.faces[NT_SIDE_A] = face_of(a);
	d.faces[NT_SIDE_B] = face_of(b);
	return d;
}

static struct nt_relay direct_by(enum nt_media_rule rule)
{
	return (struct nt_relay){.what = NT_RELAY_DIRECT, .rule = rule};
}

/* Who is really there; of two sessions of ours in a row the first alone is
 * looked behind */
static const struct nt_relay_end *real(const struct nt_relay_end *e)
{
	return e->behind != NULL ? e->behind : e;
}

struct nt_relay nt_relay_decide(
		const struct nt_relay_end ends[2], const struct nt_relay_engine *engine)
{
	const struct nt_relay_end *a = &ends[NT_SIDE_A], *b = &ends[NT_SIDE_B];
	bool loop = a->behind != NULL || b->behind != NULL;
	enum nt_media_rule rule;

	if(is_idle(a->stream) || is_idle(b->stream))
		return direct_by(NT_MEDIA_RULE_REJECTED);
	if(a->policy.relay == NT_MEDIA_ALWAYS || b->policy.relay == NT_MEDIA_ALWAYS
			|| real(a)->policy.relay == NT_MEDIA_ALWAYS
			|| real(b)->policy.relay == NT_MEDIA_ALWAYS)
		return relay_by(NT_MEDIA_RULE_ALWAYS, real(a), real(b), engine);
	rule = fault_of(a->stream);
	if(rule == NT_MEDIA_RULE_REACHABLE)
		rule = fault_of(b->stream);
	if(rule != NT_MEDIA_RULE_REACHABLE)
		return direct_by(rule);
	if(a->policy.relay == NT_MEDIA_NEVER || b->policy.relay == NT_MEDIA_NEVER)
		return direct_by(NT_MEDIA_RULE_NEVER);
	a = real(a);
	b = real(b);
	rule = rule_of(a, b);
	if(loop && is_direct(rule))
		return (struct nt_relay){
				.what = NT_RELAY_COLLAPSE, .rule = NT_MEDIA_RULE_LOOP};
	if(is_direct(rule))
		return direct_by(rule);
	return relay_by(loop ? NT_MEDIA_RULE_LOOP : rule, a, b, engine);
}

struct nt_relay_policy nt_relay_policy_of(const struct nt_profile *profile)
{
	const uint32_t *value = profile->value;

	return (struct nt_relay_policy){
			.relay = (enum nt_media_relay)value[NT_SET_MEDIA_RELAY],
			.same_nat = (enum nt_same_nat)value[NT_SET_MEDIA_SAME_NAT],
			.strict = (enum nt_strict_source)value[NT_SET_MEDIA_STRICT_SOURCE],
			.fail = (enum nt_relay_fail)value[NT_SET_MEDIA_RELAY_FAIL],
			.tos = (uint8_t)value[NT_SET_MEDIA_TOS]};
}

const struct nt_relay *nt_relay_strongest(
		const struct nt_relay *decisions, size_t count)
{
	/* a collapse must not wait for a stream that is direct anyway */
	static const uint8_t strength[] = {[NT_RELAY_DIRECT] = 0,
			[NT_RELAY_COLLAPSE] = 1,
			[NT_RELAY_RELAY] = 2,
			[NT_RELAY_REFUSE] = 3};
	const struct nt_relay *best = NULL;

	for(size_t i = 0; i < count; i++) {
		const struct nt_relay *d = &decisions[i];

		/* of equal ones the first; a stream that is rejected tells nothing */
		if(best == NULL || strength[d->what] > strength[best->what]
				|| (best->rule == NT_MEDIA_RULE_REJECTED
						&& d->rule != NT_MEDIA_RULE_REJECTED))
			best = d;
	}
	return best;
}
