/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_registered.h"

#include "nat_ping/nat_ping_edge.h"
#include "nat_ping/nat_ping_message.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"

/* The number of a holder that usrloc's contacts do not have */
#define EDGE 1

static void on_registered(const struct nat_edge_registered *r)
{
	const sip_msg_t *msg = ping_message_in_hand();
	struct nt_hold hold = {.reason = NT_REASON_REGISTRATION,
			.terms = r->sender.terms,
			.name = r->aor,
			.fresh = true};

	/* saved here: usrloc has told of it, and tells of its end */
	if(msg != NULL && ping_message_is_saved(msg))
		return;
	hold.holder = ping_holder(NT_REASON_REGISTRATION, r->aor, r->contact, EDGE);
	if(r->told_s == 0 || !r->sender.wanted
			|| !ping_flow_of(&hold.at, &r->sender.flow)) {
		ping_release(hold.holder);
		return;
	}
	if(r->sender.class == NT_CLASS_ALG)
		hold.terms.adaptive = false;
	hold.until_ms = ping_now_ms() + (uint64_t)r->told_s * 1000;
	if(ping_hold(&hold) >= NT_HOLD_FULL)
		ping_stat(PING_STAT_REFUSED_FULL);
}

/* Also what clients are told of keep-alives follows what was learned */
static uint32_t learned(const struct nt_addr *a, bool stream)
{
	struct nt_flows *table;
	uint32_t seconds;

	if(ping_table_is_empty() || (table = ping_table_get()) == NULL)
		return 0;
	seconds = nt_flows_learned(table, a, stream);
	ping_table_put();
	return seconds;
}

void ping_registered_init(void)
{
	api.on_registered(on_registered);
	api.on_learned(learned);
}
