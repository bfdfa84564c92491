/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_engine.h"

#include <stdio.h>
#include <sys/prctl.h>
#include <time.h>

#include "core/cfg/cfg_struct.h"
#include "core/pt.h"
#include "core/sr_module.h"
#include "nat_ping/nat_ping_conf.h"
#include "nat_ping/nat_ping_send.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"

#define MS 1000000L
/* As many as are taken at once; the lock is held for so long */
#define ROOM 64
/* A wake-up costs as much as some five pings (15 to 20 us, with cold caches),
 * so sleeps last until about so many are due, but no longer than TICK_MAX
 * milliseconds: 16 every 5 ms are no burst for anybody, and at 1 ms for 3 pings
 * the sender would cost 2.7 times what sending alone does. */
#define TICK_PINGS 16UL
#define TICK_MAX 10
/* How often it is looked for flows while there are none */
#define IDLE_MS 20
/* The kernel's default rounds each pause up by 50 us */
#define SLACK_NS 5000UL

static void sleep_until(struct timespec *t, long ns)
{
	t->tv_nsec += ns;
	while(t->tv_nsec >= 1000 * MS) {
		t->tv_nsec -= 1000 * MS;
		t->tv_sec++;
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, t, NULL);
}

/* What an operator changed counts from the next millisecond on */
static void follow_rates(struct nt_flows *table)
{
	static struct nt_flows_rates told = {UINT32_MAX, UINT32_MAX};
	struct nt_flows_rates now = {
			.per_second = cfg_get(nat_ping, ping_cfg, pings_per_second),
			.per_site_second = cfg_get(nat_ping, ping_cfg, pings_per_network)};

	if(now.per_second == told.per_second
			&& now.per_site_second == told.per_site_second)
		return;
	nt_flows_rate(table, &now);
	told = now;
}

static size_t take(struct nt_due due[ROOM])
{
	struct nt_flows *table = ping_table_get();
	size_t count;

	if(table == NULL)
		return 0;
	follow_rates(table);
	count = nt_flows_due(table, due, ROOM, ping_now_ms());
	ping_table_put();
	return count;
}

static void tell_unsent(const struct nt_due *due, enum nt_unsent why)
{
	struct nt_flows *table = ping_table_get();

	if(table == NULL)
		return;
	nt_flows_unsent(table, &due->tag, why, ping_now_ms());
	ping_table_put();
}

static void send_one(const struct nt_due *due)
{
	static const enum ping_stat stats[] = {
			[NT_UNSENT_REFUSED] = PING_STAT_UNSENT_REFUSED,
			[NT_UNSENT_GONE] = PING_STAT_UNSENT_GONE,
			[NT_UNSENT_LATER] = PING_STAT_UNSENT_LATER,
			[NT_UNSENT_FULL] = PING_STAT_UNSENT_FULL,
	};
	enum nt_unsent why;

	if(ping_send(due, &why)) {
		ping_stat((enum ping_stat)due->method);
		return;
	}
	tell_unsent(due, why);
	ping_stat(stats[why]);
}

/* How long to sleep, by how many were due of late */
static long tick_of(size_t count, long slept_ms)
{
	static size_t rate; /* pings a millisecond, * 1024, smoothed */
	long ms;

	rate += count * 1024 / (size_t)slept_ms / 8 - rate / 8;
	ms = rate > 0 ? (long)(TICK_PINGS * 1024UL / rate) : TICK_MAX;
	return ms < 1 ? 1 : ms > TICK_MAX ? TICK_MAX : ms;
}

/* Never ends */
static void serve(void)
{
	struct nt_due due[ROOM];
	struct timespec t;
	long tick = TICK_MAX;
	size_t count;

	prctl(PR_SET_TIMERSLACK, SLACK_NS, 0, 0, 0);
	ping_send_remember();
	for(;;) {
		cfg_update();
		clock_gettime(CLOCK_MONOTONIC, &t);
		if(ping_table_is_empty())
			sleep_until(&t, IDLE_MS * MS);
		ping_send_follow_policy();
		count = take(due);
		tick = tick_of(count, tick);
		for(size_t i = 0; i < count; i++)
			send_one(&due[i]);
		if(count < ROOM) { /* otherwise there may be more */
			clock_gettime(CLOCK_MONOTONIC, &t);
			sleep_until(&t, tick * MS - t.tv_nsec % (tick * MS));
		}
	}
}

void ping_engine_register(void)
{
	register_procs(ping_params.senders);
	cfg_register_child(ping_params.senders);
}

int ping_engine_start(void)
{
	for(int i = 0; i < ping_params.senders; i++) {
		char name[32];
		int pid;

		snprintf(name, sizeof(name), "nat_ping sender %d", i + 1);
		/* with a way to the process that has the TCP connections */
		pid = fork_process(PROC_NOCHLDINIT, name, 1);
		if(pid < 0) {
			LM_ERR("cannot fork %s\n", name);
			return -1;
		}
		if(pid == 0) {
			if(cfg_child_init() != 0)
				return -1;
			serve();
		}
	}
	return 0;
}
