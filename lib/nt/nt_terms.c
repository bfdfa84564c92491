/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_terms.h"

static bool is_websocket(enum nt_transport t)
{
	return t == NT_TRANSPORT_WS || t == NT_TRANSPORT_WSS;
}

/* Requests go everywhere. Of the rest each transport has its own. */
static enum nt_ping_method method_for(uint32_t said, enum nt_transport t)
{
	if(said == NT_PING_OPTIONS || said == NT_PING_NOTIFY)
		return (enum nt_ping_method)said;
	if(is_websocket(t))
		return NT_PING_WEBSOCKET;
	if(t != NT_TRANSPORT_UDP)
		return NT_PING_CRLF;
	return said == NT_METHOD_AUTO ? NT_PING_OPTIONS : (enum nt_ping_method)said;
}

static uint32_t seconds_for(const struct nt_profile *p, enum nt_transport t)
{
	if(t == NT_TRANSPORT_OTHER)
		return 0;
	return p->value[t == NT_TRANSPORT_UDP ? NT_SET_KEEPALIVE_UDP
										  : NT_SET_KEEPALIVE_TCP];
}

bool nt_terms_of(struct nt_terms *terms, const struct nt_profile *profile,
		enum nt_transport transport)
{
	const uint32_t *value = profile->value;
	uint32_t seconds = seconds_for(profile, transport);

	if(seconds == 0)
		return false;
	*terms = (struct nt_terms){.interval_ms = seconds * 1000,
			.ignore = value[NT_SET_KEEPALIVE_IGNORE],
			.method = (uint8_t)method_for(
					value[NT_SET_KEEPALIVE_METHOD], transport),
			.misses = (uint8_t)value[NT_SET_KEEPALIVE_MISSES],
			.down = (uint8_t)value[NT_SET_KEEPALIVE_DOWN],
			.adaptive = value[NT_SET_KEEPALIVE_ADAPTIVE] != 0,
			.stop_when_down = value[NT_SET_KEEPALIVE_DOWN] == NT_DOWN_STOP};
	return true;
}

bool nt_terms_wanted(
		const struct nt_profile *profile, enum nt_transport transport, bool nat)
{
	if(seconds_for(profile, transport) == 0)
		return false;
	switch((enum nt_keep_who)profile->value[NT_SET_KEEPALIVE_WHO]) {
		case NT_KEEP_NONE:
			return false;
		case NT_KEEP_NAT:
			return nat;
		case NT_KEEP_NAT_UDP:
			return nat && transport == NT_TRANSPORT_UDP;
		case NT_KEEP_ALL:
			return true;
	}
	return false;
}
