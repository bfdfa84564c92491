/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one call costs. Beneath callgrind each call is a dump of its own, named
 * after kind and call, and holds nothing else; outside of it nanoseconds and
 * allocations are printed. usage: bench_edge [KIND CALL] */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <valgrind/callgrind.h>

#include "bench/bench_calls.h"

#define COUNTED 16 /* calls beneath callgrind */
#define TIMED 1000 /* calls a round */
#define ROUNDS 7   /* of which the best is taken */
#define MESSAGE 2048

static void count_instructions(
		const struct bench_kind *kind, char *buf, const struct bench_call *call)
{
	char name[64];
	sip_msg_t msg;

	for(int i = 0; i < COUNTED; i++) {
		bench_prepare(&msg, buf, kind, call);
		CALLGRIND_TOGGLE_COLLECT;
		call->measured(&msg, kind);
		CALLGRIND_TOGGLE_COLLECT;
		bench_finish(&msg);
	}
	snprintf(name, sizeof(name), "%s %s %d", kind->id, call->id, COUNTED);
	CALLGRIND_DUMP_STATS_AT(name);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double best_time(
		const struct bench_kind *kind, char *buf, const struct bench_call *call)
{
	double best = 0;

	for(int round = 0; round < ROUNDS; round++) {
		double sum = 0;

		for(int i = 0; i < TIMED; i++) {
			sip_msg_t msg;
			double from;

			bench_prepare(&msg, buf, kind, call);
			from = now();
			call->measured(&msg, kind);
			sum += now() - from;
			bench_finish(&msg);
		}
		if(round == 0 || sum < best)
			best = sum;
	}
	return best / TIMED;
}

static long allocations(
		const struct bench_kind *kind, char *buf, const struct bench_call *call)
{
	sip_msg_t msg;
	long count;

	bench_prepare(&msg, buf, kind, call);
	core_fail_allocation(0, false);
	call->measured(&msg, kind);
	count = core_fail_allocation(0, false);
	bench_finish(&msg);
	return count;
}

static void measure(
		const struct bench_kind *kind, char *buf, const struct bench_call *call)
{
	sip_msg_t msg;

	/* the first one pays for what is set up on first use */
	bench_prepare(&msg, buf, kind, call);
	call->measured(&msg, kind);
	bench_finish(&msg);
	if(RUNNING_ON_VALGRIND) {
		count_instructions(kind, buf, call);
		return;
	}
	printf("ns %s %s %.1f\n", kind->id, call->id, best_time(kind, buf, call));
	printf("allocations %s %s %ld\n", kind->id, call->id,
			allocations(kind, buf, call));
}

static bool is_asked_for(const char *id, const char *wanted)
{
	return wanted == NULL || strcmp(id, wanted) == 0;
}

int main(int argc, char **argv)
{
	const char *only_kind = argc == 3 ? argv[1] : NULL;
	const char *only_call = argc == 3 ? argv[2] : NULL;
	/* where its pages end decides what the C library's string functions do */
	static char buf[MESSAGE] __attribute__((aligned(4096)));
	int faults = 0, done = 0;

	core_env_init();
	bench_calls_init();
	for(const struct bench_kind *k = bench_kinds; k->id != NULL; k++) {
		if(!is_asked_for(k->id, only_kind))
			continue;
		snprintf(buf, sizeof(buf), "%s", k->text);
		if(!RUNNING_ON_VALGRIND)
			printf("kind %s %zu %s\n", k->id, strlen(buf), k->title);
		faults += bench_verify(k, buf);
		for(const struct bench_call *c = bench_calls; c->id != NULL; c++) {
			if(!is_asked_for(c->id, only_call) || (c->repairs && !k->target))
				continue;
			measure(k, buf, c);
			done++;
		}
	}
	if(done == 0)
		fprintf(stderr, "bench: no such message or call\n");
	return faults != 0 || done == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
