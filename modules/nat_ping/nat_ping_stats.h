/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Counters of group nat_ping: kamcmd cnt.get nat_ping NAME, stats.*,
 * Prometheus.
 */
#ifndef NAT_PING_STATS_H
#define NAT_PING_STATS_H

#include "nt/nt_ping.h"

enum ping_stat
{
	/* by enum nt_ping_method */
	PING_STAT_SENT_CRLF = NT_PING_CRLF,
	PING_STAT_SENT_OPTIONS = NT_PING_OPTIONS,
	PING_STAT_SENT_NOTIFY = NT_PING_NOTIFY,
	PING_STAT_SENT_STUN = NT_PING_STUN,
	PING_STAT_SENT_ZERO = NT_PING_ZERO,
	PING_STAT_SENT_WEBSOCKET = NT_PING_WEBSOCKET,
	PING_STAT_UNSENT_REFUSED = NT_PING_METHOD_COUNT,
	PING_STAT_UNSENT_GONE,
	PING_STAT_UNSENT_LATER,
	PING_STAT_UNSENT_FULL,
	PING_STAT_ANSWERS,
	PING_STAT_ANSWERS_FORGED,
	PING_STAT_ANSWERS_IGNORED,
	PING_STAT_CLIENT_KEEPALIVES,
	PING_STAT_REFUSED_FULL,
	PING_STAT_CONTACTS_OTHERS,
	PING_STAT_CONTACTS_PATH,
	PING_STAT_CONTACTS_NO_PLACE,
	PING_STAT_UP,
	PING_STAT_DOWN,
	PING_STAT_MOVED,
	PING_STAT_RESTARTS,
	PING_STAT_LEARNED,
	PING_STAT_EXPIRED,
	PING_STAT_LOWERED,
	PING_STAT_COUNT
};

/** @return 0 or -1 */
int ping_stats_init(void);

/** One more */
void ping_stat(enum ping_stat stat);

/** Its name, and its sum over all processes */
const char *ping_stat_name(enum ping_stat stat);
long ping_stat_value(enum ping_stat stat);

#endif /* NAT_PING_STATS_H */
