/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_stats.h"

#include "core/counters.h"

static counter_handle_t handles[NE_STAT_COUNT];

/* clang-format off */
#define STAT(stat, name, descr) [stat] = {&handles[stat], name, 0, 0, 0, descr}
static counter_def_t counters[NE_STAT_COUNT + 1] = {
	STAT(NE_STAT_DIRECT, "direct", "messages from senders without a NAT"),
	STAT(NE_STAT_LAN, "lan", "messages from lan_nets"),
	STAT(NE_STAT_NAT, "nat", "messages from senders behind a NAT"),
	STAT(NE_STAT_FLOW, "flow", "messages from senders that can be reached on their connection only"),
	STAT(NE_STAT_PROXIED, "proxied", "messages that came through another proxy"),
	STAT(NE_STAT_ALG, "alg", "messages from senders whose NAT has an ALG that hides it"),
	STAT(NE_STAT_RPORT_FORCED, "rport_forced", "requests that are answered to their source"),
	STAT(NE_STAT_CONTACTS_REWRITTEN, "contacts_rewritten", "Contact URIs set to the source"),
	STAT(NE_STAT_RECEIVED_SET, "received_set", "REGISTERs whose source was handed to the registrar"),
	STAT(NE_STAT_RECEIVED_DROPPED, "received_dropped", "received parameters of clients that were not obeyed"),
	STAT(NE_STAT_CONTACTS_MALFORMED, "contacts_malformed", "Contact header fields that could not be read; left as they were"),
	STAT(NE_STAT_CONTACTS_UNJUDGED, "contacts_unjudged", "Contacts beyond the 64 that are judged and repaired in one message"),
	STAT(NE_STAT_REPAIRS_FAILED, "repairs_failed", "repairs that failed for lack of memory; message left as it was"),
	STAT(NE_STAT_UNREADABLE, "unreadable", "messages too broken to be judged; nothing was done to them"),
	{0, 0, 0, 0, 0, 0}
};
/* clang-format on */

int ne_stats_init(void)
{
	return counter_register_array("nat_edge", counters) < 0 ? -1 : 0;
}

void ne_stat_add(enum ne_stat stat, int n)
{
	if(n != 0)
		counter_add(handles[stat], n);
}

long ne_stat_value(enum ne_stat stat)
{
	return (long)counter_get_val(handles[stat]);
}

const char *ne_stat_name(enum ne_stat stat)
{
	return counters[stat].name;
}
