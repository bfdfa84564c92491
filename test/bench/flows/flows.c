/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the table of flows costs: usage: flows NUMBER. Prints nanoseconds of
 * each call and bytes of a flow; under callgrind its parts are named for the
 * calls. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <valgrind/callgrind.h>

#include "nt/nt_flows.h"
#include "nt_must.h"

#define INTERVAL_MS 30000

static struct nt_flows *table;
static uint64_t now = 1000;
static uint32_t flows;

/* The one that runs */
static struct
{
	uint64_t calls, ns;
	struct timespec since;
} run;

static void *get(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
}

static void put(void *ctx, void *p)
{
	(void)ctx;
	free(p);
}

static void on(void)
{
	clock_gettime(CLOCK_MONOTONIC, &run.since);
	CALLGRIND_TOGGLE_COLLECT;
}

static void off(uint64_t calls)
{
	struct timespec t;

	CALLGRIND_TOGGLE_COLLECT;
	clock_gettime(CLOCK_MONOTONIC, &t);
	run.ns += (uint64_t)(t.tv_sec - run.since.tv_sec) * 1000000000u
			  + (uint64_t)t.tv_nsec - (uint64_t)run.since.tv_nsec;
	run.calls += calls;
}

static void forget(void)
{
	CALLGRIND_ZERO_STATS;
	run.calls = run.ns = 0;
}

static void show(const char *name)
{
	char text[64];

	snprintf(text, sizeof(text), "%s %" PRIu64, name, run.calls);
	CALLGRIND_DUMP_STATS_AT(text);
	printf("ns %s %.0f\n", name, (double)run.ns / (double)run.calls);
	forget();
}

/* Three phones behind each address */
static struct nt_hold hold_of(uint32_t i)
{
	struct nt_hold h = {.holder = (i + 1) * 0x9e3779b97f4a7c15u,
			.at = {.remote = {.addr = {.lo = 0xffff0a000000u + i / 3,
									  .family = NT_FAMILY_IPV4},
						   .port = (uint16_t)(1024 + i % 3)},
					.transport = NT_TRANSPORT_UDP},
			.terms = {.interval_ms = INTERVAL_MS,
					.method = NT_PING_OPTIONS,
					.misses = 3,
					.adaptive = true},
			.until_ms = now + 3600000,
			.name = NT_SPAN("user123456@example.com")};

	return h;
}

static void make(bool probe)
{
	static const struct nt_mem mem = {get, put, NULL};
	const struct nt_flows_conf conf = {.flows_max = flows,
			.sites_max = flows,
			.floor_s = 15,
			.probe = probe,
			.key = {{1, 2}}};

	table = nt_flows_new(&mem, &conf, now);
	NT_MUST(table != NULL);
	for(uint32_t i = 0; i < flows; i++) {
		struct nt_hold h = hold_of(i);
		enum nt_hold_result how;

		on();
		how = nt_flows_hold(table, &h, now);
		off(1);
		NT_MUST(how == NT_HOLD_NEW);
	}
}

/* One interval after another; a call for some 16 pings, as nat_ping does */
static void pings(unsigned rounds)
{
	static struct nt_due due[256];
	uint32_t tick_ms = 16 * INTERVAL_MS / flows;

	tick_ms = tick_ms > 10 ? 10 : tick_ms < 1 ? 1 : tick_ms;
	for(uint64_t until = now + (uint64_t)rounds * INTERVAL_MS; now < until;) {
		size_t count;

		now += tick_ms;
		on();
		count = nt_flows_due(table, due, 256, now);
		off(count);
		for(size_t i = 0; i < count; i++) {
			if(due[i].elsewhere)
				due[i].at.socket |= NT_FLOWS_PROBE;
			nt_flows_answered(table, &due[i].tag, &due[i].at, now);
		}
	}
}

static void events(void)
{
	static struct nt_due due[256];
	uint64_t until;

	for(until = now + INTERVAL_MS / 3; now < until;) {
		size_t count;

		now++;
		count = nt_flows_due(table, due, 256, now);
		on();
		for(size_t i = 0; i < count; i++)
			nt_flows_answered(table, &due[i].tag, &due[i].at, now);
		off(count);
	}
	show("answered");
	for(uint32_t i = 0; i < flows; i += 7) {
		struct nt_hold h = hold_of(i);

		h.fresh = true;
		on();
		nt_flows_hold(table, &h, now);
		off(1);
	}
	show("refreshed");
	for(uint32_t i = 0; i < flows; i += 7) {
		struct nt_hold h = hold_of(i);

		on();
		nt_flows_heard(table, &h.at, now);
		off(1);
	}
	show("heard");
	for(uint32_t i = 0; i < flows; i += 7) {
		struct nt_hold h = hold_of(i);

		h.at.remote.port = 5060;
		on();
		nt_flows_heard(table, &h.at, now);
		off(1);
	}
	show("unknown");
	for(uint32_t i = 0; i < flows; i += 7) {
		struct nt_hold h = hold_of(i);

		on();
		nt_flows_release(table, h.holder, now);
		off(1);
	}
	show("released");
}

int main(int argc, char **argv)
{
	struct nt_flows_stats stats;

	flows = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 0;
	if(flows < 1000 || flows > 1 << 24) {
		fprintf(stderr, "usage: flows NUMBER (1000 to %d)\n", 1 << 24);
		return 2;
	}
	for(uint32_t i = 0; i < flows; i++) {
		on();
		off(1);
	}
	show("nothing");
	make(false);
	show("new");
	pings(2);
	forget();
	pings(1);
	show("due");
	events();
	nt_flows_stats(table, &stats);
	printf("bytes %zu\n", (stats.bytes + stats.fixed) / flows);
	nt_flows_free(table);
	make(true);
	pings(3);
	forget();
	pings(1);
	show("learning");
	nt_flows_free(table);
	return 0;
}
