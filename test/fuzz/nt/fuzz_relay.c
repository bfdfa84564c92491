/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any two ends: the laws of relay decisions hold. An end is taken from bytes,
 * its stream from what follows as SDP. */
#include <stdlib.h>

#include "nt/nt_relay.h"
#include "nt_must.h"
#include "nt_relay_laws.h"

#define END_BYTES 16

static const struct nt_place places[] = {
		{.name = "office", .kind = NT_PLACE_LAN},
		{.name = "lab", .kind = NT_PLACE_LAN},
		{.name = "acme", .kind = NT_PLACE_SITE, .same_nat = UINT32_MAX},
		{.name = "plant", .kind = NT_PLACE_SITE, .same_nat = 2},
		{.name = "pstn", .kind = NT_PLACE_GATEWAY}};

static struct nt_addr addr_of(uint8_t b)
{
	const uint8_t ipv4[4] = {203, 0, 113, b % 8};
	const uint8_t ipv6[16] = {0x20, 1, 0xd, 0xb8, [15] = b % 8};

	if(b == 0)
		return (struct nt_addr){.family = NT_FAMILY_NONE};
	return b < 192 ? nt_addr_ipv4(ipv4) : nt_addr_ipv6(ipv6);
}

static void end_of(struct nt_relay_end *e, const uint8_t *b)
{
	static const uint32_t tags[] = {0, 0, NT_NET_PRIVATE, NT_NET_CGN,
			NT_NET_ULA, NT_NET_LOOPBACK, NT_NET_DOC, NT_NET_LAN};

	*e = (struct nt_relay_end){.class = (enum nt_class)(b[0] % NT_CLASS_COUNT),
			.place = b[1] % 8 < 5 ? &places[b[1] % 8] : NULL,
			.outside = addr_of(b[2]),
			.outside_tags = tags[b[3] % 8],
			.inside = addr_of(b[4]),
			.inside_network = b[5] % 3,
			.sdp_tags = tags[b[6] % 8],
			.lan_group = b[7] % 3,
			.gateway = (enum nt_gateway_media)(b[8] % 3),
			.webrtc = b[9] & 1,
			.ice = b[9] & 2,
			.ice_needed = b[9] & 4,
			.policy = {.relay = (enum nt_media_relay)(b[10] % 3),
					.same_nat = (enum nt_same_nat)(b[11] % 4),
					.strict = (enum nt_strict_source)(b[12] % 3),
					.fail = (enum nt_relay_fail)(b[13] % 2),
					.tos = b[14],
					.trust_ice = b[13] & 2}};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_relay_end ends[2], behind[2];
	struct nt_relay_engine engine;
	struct nt_streams *all;

	if(size < 4 * END_BYTES)
		return 0;
	all = malloc(sizeof(*all));
	NT_MUST(all != NULL);
	nt_streams_read(all, nt_span_of((const char *)data + 4 * END_BYTES,
								 size - 4 * END_BYTES));
	engine.there = (data[15] & 0x30) != 0;
	engine.carriers = data[15] & 0x40 ? UINT32_MAX : data[31];
	for(int i = 0; i < 2; i++) {
		const uint8_t *b = data + i * END_BYTES;

		end_of(&ends[i], b);
		end_of(&behind[i], b + 2 * END_BYTES);
		if((b[15] & 1) && all->count > 0)
			ends[i].stream = &all->at[0];
		if((b[15] & 2) && all->count > 1)
			ends[i].stream = &all->at[1];
		if((b[15] & 4) && all->count > 0)
			behind[i].stream = &all->at[0];
		if((b[15] & 8) != 0)
			ends[i].behind = &behind[i];
	}
	law_decide(ends, &engine);
	free(all);
	return 0;
}
