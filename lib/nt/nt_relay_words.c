/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of nt_relay.h: names, and the sentence that explains a decision */
#include <stdio.h>

#include "nt/nt_relay.h"

const char *nt_relay_rule_name(enum nt_media_rule rule)
{
	static const char *const names[NT_MEDIA_RULE_COUNT] = {
			[NT_MEDIA_RULE_REJECTED] = "rejected",
			[NT_MEDIA_RULE_MULTICAST] = "multicast",
			[NT_MEDIA_RULE_TRANSPORT] = "transport-unknown",
			[NT_MEDIA_RULE_FAULT] = "sdp-fault",
			[NT_MEDIA_RULE_ALWAYS] = "policy-always",
			[NT_MEDIA_RULE_NEVER] = "policy-never",
			[NT_MEDIA_RULE_LOOP] = "own-relay",
			[NT_MEDIA_RULE_WEBRTC] = "browser-and-phone",
			[NT_MEDIA_RULE_FAMILY] = "ipv4-ipv6",
			[NT_MEDIA_RULE_LAN_WAN] = "lan-wan",
			[NT_MEDIA_RULE_SAME_LAN] = "same-lan",
			[NT_MEDIA_RULE_TWO_LANS] = "two-lans",
			[NT_MEDIA_RULE_SAME_SITE] = "same-site",
			[NT_MEDIA_RULE_SAME_NAT] = "same-nat",
			[NT_MEDIA_RULE_SAME_NAT_RELAY] = "same-nat-relay",
			[NT_MEDIA_RULE_ICE] = "ice",
			[NT_MEDIA_RULE_FAR_END] = "far-end-nat",
			[NT_MEDIA_RULE_SDP_PRIVATE] = "sdp-private",
			[NT_MEDIA_RULE_REACHABLE] = "both-reachable"};

	return (unsigned)rule < NT_MEDIA_RULE_COUNT ? names[rule] : "unknown";
}

const char *nt_relay_unable_name(enum nt_relay_unable unable)
{
	static const char *const names[NT_UNABLE_COUNT] = {[NT_UNABLE_NOT] = "",
			[NT_UNABLE_ENGINE] = "no engine is there",
			[NT_UNABLE_TRANSPORT] = "the engine does not relay its transport",
			[NT_UNABLE_MSRP] =
					"without msrp-cema the other end would refuse it",
			[NT_UNABLE_SDP] = "its SDP cannot be changed"};

	return (unsigned)unable < NT_UNABLE_COUNT ? names[unable] : "unknown";
}

/* The ends as text */
struct texts
{
	char a[NT_ADDR_TEXT], b[NT_ADDR_TEXT];
};

static const char *place_name(const struct nt_relay_end *e)
{
	return e->place != NULL ? e->place->name : "that is not listed";
}

static const char *fault_name(const struct nt_relay_end *e)
{
	uint32_t faults = e->stream != NULL ? e->stream->faults : 0;

	return faults != 0 ? nt_stream_fault_name(faults & (0u - faults)) : NULL;
}

static int far_end(char *buf, size_t size, const struct nt_relay_end ends[2],
		const struct texts *t)
{
	bool a = nt_class_is_nat(ends[NT_SIDE_A].class);
	bool b = nt_class_is_nat(ends[NT_SIDE_B].class);

	if(a && b)
		return snprintf(buf, size, "%s and %s are behind two NATs", t->a, t->b);
	return snprintf(buf, size, "%s is behind a NAT, %s is not", a ? t->a : t->b,
			a ? t->b : t->a);
}

static int lan_wan(char *buf, size_t size, const struct nt_relay_end ends[2],
		const struct texts *t)
{
	bool a = nt_relay_in_lan(&ends[NT_SIDE_A]);

	return snprintf(buf, size, "%s is in the LAN %s, %s is not",
			a ? t->a : t->b, place_name(&ends[a ? NT_SIDE_A : NT_SIDE_B]),
			a ? t->b : t->a);
}

/* Rules that tell something of the ends */
static int about_ends(char *buf, size_t size, const struct nt_relay *d,
		const struct nt_relay_end ends[2], const struct texts *t)
{
	const struct nt_relay_end *a = &ends[NT_SIDE_A], *b = &ends[NT_SIDE_B];

	switch(d->rule) {
		case NT_MEDIA_RULE_LOOP:
			return snprintf(buf, size, "the SDP of %s names our own relay",
					a->behind != NULL ? t->a : t->b);
		case NT_MEDIA_RULE_WEBRTC:
			return snprintf(buf, size, "%s is a browser, %s is a plain phone",
					a->webrtc ? t->a : t->b, a->webrtc ? t->b : t->a);
		case NT_MEDIA_RULE_FAMILY:
			return snprintf(buf, size,
					"one of %s and %s has media by IPv4, the other by IPv6",
					t->a, t->b);
		case NT_MEDIA_RULE_LAN_WAN:
			return lan_wan(buf, size, ends, t);
		case NT_MEDIA_RULE_SAME_LAN:
			return snprintf(buf, size,
					"%s and %s are in LANs that reach each "
					"other",
					t->a, t->b);
		case NT_MEDIA_RULE_TWO_LANS:
			return snprintf(buf, size, "%s is in the LAN %s, %s in the LAN %s",
					t->a, place_name(a), t->b, place_name(b));
		case NT_MEDIA_RULE_SAME_SITE:
			return snprintf(
					buf, size, "both are behind the site %s", place_name(a));
		case NT_MEDIA_RULE_SAME_NAT:
			return snprintf(buf, size,
					"both are behind the NAT %s, and same-nat allows it", t->a);
		case NT_MEDIA_RULE_SAME_NAT_RELAY:
			return snprintf(buf, size,
					"%s and %s are behind one NAT, but same-nat does not allow "
					"it",
					t->a, t->b);
		case NT_MEDIA_RULE_FAR_END:
			return far_end(buf, size, ends, t);
		default:
			return snprintf(buf, size,
					"%s or %s says a private address that is not its own", t->a,
					t->b);
	}
}

static int about(char *buf, size_t size, const struct nt_relay *d,
		const struct nt_relay_end ends[2], const struct texts *t)
{
	const char *fault;

	switch(d->rule) {
		case NT_MEDIA_RULE_REJECTED:
			return snprintf(buf, size, "the stream is rejected or on hold");
		case NT_MEDIA_RULE_MULTICAST:
			return snprintf(buf, size, "the stream is multicast");
		case NT_MEDIA_RULE_TRANSPORT:
			return snprintf(
					buf, size, "nobody here knows the stream's transport");
		case NT_MEDIA_RULE_FAULT:
			fault = fault_name(&ends[NT_SIDE_A]);
			if(fault == NULL)
				fault = fault_name(&ends[NT_SIDE_B]);
			return snprintf(buf, size, "the stream is not to be touched: %s",
					fault != NULL ? fault : "unknown");
		case NT_MEDIA_RULE_ALWAYS:
			return snprintf(buf, size, "the policy says always");
		case NT_MEDIA_RULE_NEVER:
			return snprintf(buf, size, "the policy says never");
		case NT_MEDIA_RULE_ICE:
			return snprintf(buf, size, "both do ICE, and the policy trusts it");
		case NT_MEDIA_RULE_REACHABLE:
			return snprintf(buf, size,
					"%s and %s can be reached where they are", t->a, t->b);
		default:
			return about_ends(buf, size, d, ends, t);
	}
}

size_t nt_relay_reason_print(char *buf, size_t size, const struct nt_relay *d,
		const struct nt_relay_end ends[2])
{
	static const char *const words[] = {[NT_RELAY_DIRECT] = "direct",
			[NT_RELAY_RELAY] = "relayed",
			[NT_RELAY_COLLAPSE] = "direct, without our own relay",
			[NT_RELAY_REFUSE] = "refused"};
	char why[NT_RELAY_REASON_TEXT];
	struct texts t;
	int n;

	nt_addr_print(t.a, sizeof(t.a), &ends[NT_SIDE_A].outside, false);
	nt_addr_print(t.b, sizeof(t.b), &ends[NT_SIDE_B].outside, false);
	about(why, sizeof(why), d, ends, &t);
	if(d->unable != NT_UNABLE_NOT)
		n = snprintf(buf, size, "%s, though %s: %s", words[d->what], why,
				nt_relay_unable_name(d->unable));
	else
		n = snprintf(buf, size, "%s: %s", words[d->what], why);
	if(n < 0 || (size_t)n >= size) {
		if(size > 0)
			buf[0] = '\0';
		return 0;
	}
	return (size_t)n;
}
