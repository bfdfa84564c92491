/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Two ends of a call in few words, for relay decisions: "nat-a direct nat-b
 * msrp". The first word of an end is where it is, see spots[]. Words behind it:
 *
 *   never always; relay sites direct auto (same-nat); fail-direct
 *   ice (does and trusts it) ice-lite ice-untrusted
 *   network-1 (inside network) group-1 (of LANs)
 *   behind-SPOT (our relay is in its SDP), behind-always
 *   gone (no stream is known yet)
 *
 * Of both streams: rejected holdconn multicast unknown fault mdns msrp cema
 * t120 tcp bundle hold; of the engine: no-engine udp-only; of the site:
 * site-relay site-direct.
 */
#ifndef NT_RELAY_SCENE_H
#define NT_RELAY_SCENE_H

#include "unit/nt/nt_check.h"

#include "nt/nt_relay.h"
#include "nt_relay_laws.h"

static const struct nt_place lans[] = {{.name = "office", .kind = NT_PLACE_LAN},
		{.name = "lab", .kind = NT_PLACE_LAN}};
static const struct nt_place gateway = {
		.name = "pstn", .kind = NT_PLACE_GATEWAY};
static struct nt_place site = {
		.name = "acme", .kind = NT_PLACE_SITE, .same_nat = UINT32_MAX};

/* clang-format off */
/* Who can be where. Of "sdp" "" is where the end is. */
static const struct spot_row {
	const char *name;
	enum nt_class class;
	const struct nt_place *place;
	const char *outside, *sdp;
	bool webrtc;
	enum nt_gateway_media gateway;
} spots[] = {
	{"world", NT_CLASS_DIRECT, NULL, "198.51.100.7", "", false, 0},
	{"world-2", NT_CLASS_DIRECT, NULL, "198.51.100.8", "", false, 0},
	{"world-6", NT_CLASS_DIRECT, NULL, "2001:db8::7", "", false, 0},
	{"office", NT_CLASS_LAN, &lans[0], "192.168.10.5", "", false, 0},
	{"office-2", NT_CLASS_LAN, &lans[0], "192.168.10.6", "", false, 0},
	{"lab", NT_CLASS_LAN, &lans[1], "192.168.20.5", "", false, 0},
	{"flat", NT_CLASS_DIRECT, NULL, "10.1.1.1", "", false, 0},
	{"nat-a", NT_CLASS_NAT, NULL, "203.0.113.9", "192.168.1.10", false, 0},
	{"nat-a-2", NT_CLASS_NAT, NULL, "203.0.113.9", "192.168.1.11", false, 0},
	{"nat-b", NT_CLASS_NAT, NULL, "203.0.113.10", "192.168.1.10", false, 0},
	{"acme", NT_CLASS_NAT, &site, "192.0.2.10", "10.0.0.5", false, 0},
	{"acme-2", NT_CLASS_NAT, &site, "192.0.2.20", "10.0.0.6", false, 0},
	{"cgn", NT_CLASS_NAT, NULL, "100.64.0.9", "192.168.1.10", false, 0},
	{"cgn-2", NT_CLASS_NAT, NULL, "100.64.0.9", "192.168.1.11", false, 0},
	{"flow", NT_CLASS_FLOW, NULL, "203.0.113.40", "192.168.1.10", false, 0},
	{"browser", NT_CLASS_FLOW, NULL, "203.0.113.41", "192.168.1.10", true, 0},
	{"alg", NT_CLASS_ALG, NULL, "203.0.113.50", "", false, 0},
	{"gateway", NT_CLASS_NAT, &gateway, "203.0.113.77", "192.168.1.77", false, NT_GATEWAY_SYMMETRIC},
	{"proxied", NT_CLASS_PROXIED, NULL, "198.51.100.20", "198.51.100.30", false, 0},
	{"prx-priv", NT_CLASS_PROXIED, NULL, "198.51.100.20", "192.168.1.10", false, 0},
	{"prx-lan", NT_CLASS_PROXIED, &lans[0], "192.168.10.9", "192.168.10.8", false, 0},
	{"carrier", NT_CLASS_DIRECT, NULL, "100.64.1.1", "", false, 0},
};
/* clang-format on */

static struct nt_netset *nets;

static inline uint32_t tags_of(const struct nt_addr *a)
{
	return nt_tags_of(nets, a);
}

static inline void nets_up(void)
{
	size_t count;
	const struct nt_net_entry *entries = nt_special_nets(&count);

	nets = nt_netset_must(entries, count);
	site.same_nat = UINT32_MAX;
}

static inline void nets_down(void)
{
	free(nets);
}

static inline void stand(struct nt_relay_end *e, struct nt_stream *s, size_t i)
{
	const struct spot_row *row = &spots[i];

	*s = (struct nt_stream){.carrier = NT_CARRIER_RTP, .port = 4000};
	s->target.place = NT_SDP_ADDR;
	s->target.addr =
			nt_addr_must(row->sdp[0] != '\0' ? row->sdp : row->outside);
	*e = (struct nt_relay_end){.class = row->class,
			.place = row->place,
			.outside = nt_addr_must(row->outside),
			.inside = s->target.addr,
			.stream = s,
			.gateway = row->gateway,
			.webrtc = row->webrtc,
			.policy = {.relay = NT_MEDIA_AUTO,
					.same_nat = NT_SAME_NAT_SITES,
					.strict = NT_SOURCE_PORT,
					.tos = 184}};
	e->outside_tags = tags_of(&e->outside);
	e->sdp_tags = tags_of(&s->target.addr);
	e->ice = row->webrtc;
}

static const struct nt_relay_engine all = {
		.there = true, .carriers = (1u << NT_CARRIER_COUNT) - 1};

/* The ends of a row, and what changes them */
struct scene
{
	struct nt_relay_end ends[2], behind[2];
	struct nt_stream streams[2], behind_streams[2];
	struct nt_relay_engine engine;
	int count;
};

static inline int spot_find(struct nt_span name)
{
	for(int i = 0; i < NT_COUNT(spots); i++) {
		if(nt_span_eq(name, nt_span_cstr(spots[i].name)))
			return i;
	}
	return -1;
}

static inline bool is(struct nt_span word, const char *text)
{
	return nt_span_eq(word, nt_span_cstr(text));
}

static inline bool end_word(struct scene *s, struct nt_span w)
{
	struct nt_relay_end *e = &s->ends[s->count - 1];
	struct nt_stream *stream = &s->streams[s->count - 1];

	if(is(w, "never"))
		e->policy.relay = NT_MEDIA_NEVER;
	else if(is(w, "always"))
		e->policy.relay = NT_MEDIA_ALWAYS;
	else if(is(w, "behind-always"))
		s->behind[s->count - 1].policy.relay = NT_MEDIA_ALWAYS;
	else if(is(w, "relay"))
		e->policy.same_nat = NT_SAME_NAT_RELAY;
	else if(is(w, "sites"))
		e->policy.same_nat = NT_SAME_NAT_SITES;
	else if(is(w, "direct"))
		e->policy.same_nat = NT_SAME_NAT_DIRECT;
	else if(is(w, "auto"))
		e->policy.same_nat = NT_SAME_NAT_AUTO;
	else if(is(w, "fail-direct"))
		e->policy.fail = NT_FAIL_DIRECT;
	else if(is(w, "gone"))
		e->stream = NULL;
	else if(nt_span_begins(w, NT_SPAN("network-")))
		e->inside_network = (uint32_t)(w.p[8] - '0');
	else if(nt_span_begins(w, NT_SPAN("group-")))
		e->lan_group = (uint32_t)(w.p[6] - '0');
	else if(nt_span_begins(w, NT_SPAN("ice"))) {
		e->ice = stream->ice = stream->trickle = true;
		stream->ice_lite = is(w, "ice-lite");
		e->policy.trust_ice = !is(w, "ice-untrusted");
	} else
		return false;
	return true;
}

static inline void stream_word(struct scene *s, struct nt_span w)
{
	for(int i = 0; i < 2; i++) {
		struct nt_stream *stream = &s->streams[i];

		if(is(w, "rejected") || is(w, "bundle"))
			stream->port = 0;
		if(is(w, "bundle"))
			stream->bundle_only = true;
		if(is(w, "holdconn"))
			stream->setup = NT_SETUP_HOLDCONN;
		if(is(w, "multicast"))
			stream->multicast = true;
		if(is(w, "unknown"))
			stream->carrier = NT_CARRIER_OTHER;
		if(is(w, "fault"))
			stream->faults = NT_FAULT_TTL;
		if(is(w, "msrp"))
			stream->carrier = NT_CARRIER_MSRP;
		if(is(w, "cema"))
			stream->msrp_cema = true;
		if(is(w, "t120"))
			stream->carrier = NT_CARRIER_T120;
		if(is(w, "tcp"))
			stream->carrier = NT_CARRIER_TCP;
		if(is(w, "hold"))
			stream->target.place = NT_SDP_HOLD;
		if(is(w, "mdns")) {
			stream->target.place = NT_SDP_NAME;
			stream->mdns = true;
		}
	}
	if(is(w, "no-engine"))
		s->engine.there = false;
	if(is(w, "udp-only"))
		s->engine.carriers = 1u << NT_CARRIER_RTP;
	if(is(w, "site-relay"))
		site.same_nat = NT_SAME_NAT_RELAY;
	if(is(w, "site-direct"))
		site.same_nat = NT_SAME_NAT_DIRECT;
}

static inline void scene_of(struct scene *s, const char *text)
{
	struct nt_span rest = nt_span_cstr(text), w;

	memset(s, 0, sizeof(*s));
	s->engine = all;
	while(nt_span_word(&rest, &w)) {
		int spot = spot_find(w);

		if(spot >= 0 && s->count < 2) {
			stand(&s->ends[s->count], &s->streams[s->count], (size_t)spot);
			s->count++;
		} else if(nt_span_begins(w, NT_SPAN("behind-"))
				  && (spot = spot_find(nt_span_of(w.p + 7, w.len - 7))) >= 0) {
			int i = s->count - 1;

			stand(&s->behind[i], &s->behind_streams[i], (size_t)spot);
			s->ends[i].behind = &s->behind[i];
		} else if(!end_word(s, w)) {
			stream_word(s, w);
		}
	}
	NT_MUST(s->count == 2);
}

/* Groups of tests, each with the special networks */
struct group
{
	const char *name;
	const TTest *test;
	int count;
};

static inline int run_groups(
		const char *suite, const struct group *groups, int count)
{
	Suite *s = suite_create(suite);

	for(int i = 0; i < count; i++) {
		TCase *group = tcase_create(groups[i].name);

		tcase_set_timeout(group, 60);
		tcase_add_checked_fixture(group, nets_up, nets_down);
		tcase_add_loop_test(group, groups[i].test, 0, groups[i].count);
		suite_add_tcase(s, group);
	}
	return nt_run(s);
}

#endif /* NT_RELAY_SCENE_H */
