/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Counters of the module: kamcmd cnt.*, stats.*, nat_edge.stats. Cheap enough
 * for every message. */
#ifndef NAT_EDGE_STATS_H
#define NAT_EDGE_STATS_H

#include <stddef.h>

enum ne_stat
{
	NE_STAT_DIRECT = 0,
	NE_STAT_LAN,
	NE_STAT_NAT,
	NE_STAT_FLOW,
	NE_STAT_PROXIED,
	NE_STAT_ALG,
	NE_STAT_RPORT_FORCED,
	NE_STAT_CONTACTS_REWRITTEN,
	NE_STAT_RECEIVED_SET,
	NE_STAT_RECEIVED_DROPPED,
	NE_STAT_CONTACTS_MALFORMED,
	NE_STAT_CONTACTS_UNJUDGED,
	NE_STAT_REPAIRS_FAILED,
	NE_STAT_UNREADABLE,
	NE_STAT_COUNT
};

/** Before fork. @return 0, or -1 */
int ne_stats_init(void);
void ne_stat_add(enum ne_stat stat, int n);

/** Sum over all processes, and the counter's name */
long ne_stat_value(enum ne_stat stat);
const char *ne_stat_name(enum ne_stat stat);

#endif /* NAT_EDGE_STATS_H */
