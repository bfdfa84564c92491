/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_stats.h"

#include "core/counters.h"


static counter_handle_t handles[PING_STAT_COUNT];

/* clang-format off */
#define STAT(stat, name, descr) [stat] = {&handles[stat], name, 0, 0, 0, descr}
static counter_def_t counters[PING_STAT_COUNT + 1] = {
	STAT(PING_STAT_SENT_CRLF, "sent_crlf", "pings of a line end"),
	STAT(PING_STAT_SENT_OPTIONS, "sent_options", "pings by OPTIONS"),
	STAT(PING_STAT_SENT_NOTIFY, "sent_notify", "pings by NOTIFY"),
	STAT(PING_STAT_SENT_STUN, "sent_stun", "pings by STUN binding requests"),
	STAT(PING_STAT_SENT_ZERO, "sent_zero", "pings of four zero bytes"),
	STAT(PING_STAT_SENT_WEBSOCKET, "sent_websocket", "WebSocket ping frames"),
	STAT(PING_STAT_UNSENT_REFUSED, "unsent_refused", "pings that the gate, or a lack of a socket, forbade; their flows are given up"),
	STAT(PING_STAT_UNSENT_GONE, "unsent_gone", "pings whose connection was closed"),
	STAT(PING_STAT_UNSENT_LATER, "unsent_later", "pings that have no way now (route, filter), no miss; tried again half an interval later"),
	STAT(PING_STAT_UNSENT_FULL, "unsent_full", "pings that the kernel had no room for, no miss; tried again a second later"),
	STAT(PING_STAT_ANSWERS, "answers", "answers to pings, with a true tag, from where the ping went"),
	STAT(PING_STAT_ANSWERS_FORGED, "answers_forged", "answers with a wrong tag, or from elsewhere; dropped"),
	STAT(PING_STAT_ANSWERS_IGNORED, "answers_ignored", "answers with a code that is no sign of life for its profile"),
	STAT(PING_STAT_CLIENT_KEEPALIVES, "client_keepalives", "empty, CRLF, zero byte and STUN datagrams of clients"),
	STAT(PING_STAT_REFUSED_FULL, "refused_full", "reasons for pings that found no room, or no memory"),
	STAT(PING_STAT_CONTACTS_OTHERS, "contacts_others", "contacts that another server of the cluster pings"),
	STAT(PING_STAT_CONTACTS_PATH, "contacts_path", "contacts behind an edge, which pings them itself"),
	STAT(PING_STAT_CONTACTS_NO_PLACE, "contacts_no_place", "contacts without a literal address, or without an open connection"),
	STAT(PING_STAT_UP, "up", "flows that came up"),
	STAT(PING_STAT_DOWN, "down", "flows that went down"),
	STAT(PING_STAT_MOVED, "moved", "clients that came from another flow than before"),
	STAT(PING_STAT_RESTARTS, "restarts", "NATs that were restarted, by the flows behind them"),
	STAT(PING_STAT_LEARNED, "learned", "intervals of sites that became known, or changed"),
	STAT(PING_STAT_EXPIRED, "contacts_expired", "contacts taken out of usrloc because their flow was down"),
	STAT(PING_STAT_LOWERED, "contacts_lowered", "contacts put behind all others because their flow was down"),
	{0, 0, 0, 0, 0, 0}
};
/* clang-format on */

int ping_stats_init(void)
{
	return counter_register_array("nat_ping", counters);
}

void ping_stat(enum ping_stat stat)
{
	counter_inc(handles[stat]);
}

const char *ping_stat_name(enum ping_stat stat)
{
	return counters[stat].name;
}

long ping_stat_value(enum ping_stat stat)
{
	return counter_get_val(handles[stat]);
}
