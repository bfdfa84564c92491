/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_keeper.h"

#include <time.h>

#include "core/cfg/cfg_struct.h"
#include "core/pt.h"
#include "core/sr_module.h"
#include "nat_ping/nat_ping_change.h"
#include "nat_ping/nat_ping_conf.h"
#include "nat_ping/nat_ping_edge.h"
#include "nat_ping/nat_ping_probe.h"
#include "nat_ping/nat_ping_sites.h"
#include "nat_ping/nat_ping_static.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"
#include "nat_ping/nat_ping_usrloc.h"

#define TICK_MS 20
#define MINUTE_MS 60000
/* What is wrong from the beginning is told sooner */
#define FIRST_MS 10000
/* Contacts are read in so many pieces a tick */
#define PIECES_A_TICK 64

static uint32_t version; /* of the policy that all was done by */
static unsigned piece;	 /* of usrloc's contacts; the next one */
static bool sweeping;
static time_t saved_before; /* contacts that the start brought; 0: all */
static time_t started;		/* RO: before fork */
static uint64_t minute_ms;	/* when the last one was over */

static void rest(void)
{
	struct timespec t = {0, TICK_MS * 1000000L};

	clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL);
}

/* A policy says who is pinged how, also of those who are there already */
static void follow_policy(void)
{
	uint32_t now = api.policy_version();

	if(now == version)
		return;
	version = now;
	ping_static_follow();
	sweeping = ping_usrloc_is_on();
	saved_before = 0;
	piece = 0;
}

static void sweep(void)
{
	for(int i = 0; sweeping && i < PIECES_A_TICK; i++) {
		piece = ping_usrloc_sweep(piece, saved_before);
		sweeping = piece != 0;
	}
}

static void warn_of_lateness(
		const struct nt_flows_stats *now, const struct nt_flows_stats *before)
{
	unsigned long long late = now->late - before->late;

	if(late == 0)
		return;
	LM_WARN("of %u flows %llu were pinged later than their interval says since "
			"the last such line: senders were stopped, or less than needed "
			"(%d), or pings_per_second is too little (%u)\n",
			now->flows, late, ping_params.senders,
			cfg_get(nat_ping, ping_cfg, pings_per_second));
}

static void warn_of_unsent(void)
{
	static long before;
	long now = ping_stat_value(PING_STAT_UNSENT_LATER);

	if(now > before)
		LM_WARN("%ld pings since the last such line were not taken by the "
				"kernel (no route, a firewall on this machine, an address "
				"that is not here, a connection that is stuck): their flows "
				"may be forgotten by their NATs\n",
				now - before);
	before = now;
}

/* A period that cannot be kept is never silent */
static void warn(void)
{
	static struct nt_flows_stats before;
	struct nt_flows_stats now;

	ping_table_stats(&now);
	if(now.paused)
		LM_WARN("pings are paused, %u flows are not kept open; use RPC "
				"nat_ping.resume\n",
				now.flows);
	warn_of_lateness(&now, &before);
	warn_of_unsent();
	if(now.refused_full > before.refused_full)
		LM_WARN("%llu times since the last such line a flow was not kept open "
				"for lack of room: %u flows, flows_max is %d, flows_per_site "
				"is %d\n",
				(unsigned long long)(now.refused_full - before.refused_full),
				now.flows, ping_params.flows_max, ping_params.flows_per_site);
	if(now.refused_strangers > before.refused_strangers)
		LM_WARN("%llu times since the last such line a flow was not kept open "
				"for a dialog, a subscription or a script: these may have "
				"half of flows_max, %d\n",
				(unsigned long long)(now.refused_strangers
									 - before.refused_strangers),
				ping_params.flows_max);
	if(now.changes_lost > before.changes_lost && ping_change_is_wanted())
		LM_WARN("%llu changes of flows since the last such line were not told "
				"to event routes, which take too long for so many\n",
				(unsigned long long)(now.changes_lost - before.changes_lost));
	before = now;
}

static void every_minute(void)
{
	uint64_t now = ping_now_ms();

	if(now - minute_ms < MINUTE_MS)
		return;
	minute_ms = now;
	warn();
	ping_static_refresh();
	ping_sites_save();
}

/* Never ends. What others loaded or forked at the start is there first. */
static void serve(void)
{
	ping_sites_load();
	while(!sr_instance_ready())
		rest();
	version = api.policy_version();
	ping_static_follow();
	sweeping = ping_usrloc_is_loaded();
	saved_before = started;
	minute_ms = ping_now_ms() - MINUTE_MS + FIRST_MS;
	for(;;) {
		cfg_update();
		follow_policy();
		sweep();
		ping_change_tell();
		ping_change_act();
		every_minute();
		ping_probe_serve(TICK_MS);
	}
}

void ping_keeper_register(void)
{
	register_procs(1);
	cfg_register_child(1);
}

/* Its rank is a timer's: so other modules make ready what event routes and
 * usrloc's databases need */
int ping_keeper_start(void)
{
	int pid;

	started = time(NULL);
	pid = fork_process(PROC_TIMER, "nat_ping keeper", 1);

	if(pid < 0) {
		LM_ERR("cannot fork the %s\n", "nat_ping keeper");
		return -1;
	}
	if(pid == 0) {
		if(cfg_child_init() != 0)
			return -1;
		serve();
	}
	return 0;
}
