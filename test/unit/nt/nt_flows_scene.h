/* SPDX-License-Identifier: GPL-2.0-or-later */
/** A table of flows, phones that answer or do not, and a clock that is moved;
 * for the tests of nt_flows */
#ifndef NT_FLOWS_SCENE_H
#define NT_FLOWS_SCENE_H

#include "nt/nt_flows.h"
#include "unit/nt/nt_counted.h"

static struct nt_counted heap;
static const struct nt_mem mem = {nt_counted_get, nt_counted_put, &heap};
static struct nt_flows *table;
static uint64_t now;

static inline struct nt_flows_conf conf_of(uint32_t flows, uint32_t sites)
{
	return (struct nt_flows_conf){.flows_max = flows,
			.sites_max = sites,
			.floor_s = 15,
			.key = {{0x0123456789abcdef, 0xfedcba9876543210}}};
}

static inline void begin_with(const struct nt_flows_conf *conf)
{
	memset(&heap, 0, sizeof(heap));
	now = 5000;
	table = nt_flows_new(&mem, conf, now);
	ck_assert(table != NULL);
}

static inline void begin(void)
{
	struct nt_flows_conf conf = conf_of(100, 100);

	begin_with(&conf);
}

static inline void end(void)
{
	nt_flows_free(table);
	ck_assert_int_eq(heap.blocks, 0);
}

static inline struct nt_flow_at udp(const char *remote)
{
	return (struct nt_flow_at){.remote = nt_endpoint_must(remote),
			.transport = NT_TRANSPORT_UDP,
			.socket = 1};
}

static inline struct nt_flow_at tcp(const char *remote, uint32_t connection)
{
	return (struct nt_flow_at){.remote = nt_endpoint_must(remote),
			.transport = NT_TRANSPORT_TCP,
			.socket = 2,
			.connection = connection};
}

/* Flow number i of many: 250 to a /24 */
static inline struct nt_flow_at udp_of(uint32_t i)
{
	struct nt_flow_at at = udp("10.0.0.0:5060");

	at.remote.addr.lo += (uint64_t)(i / 250) << 8 | (i % 250 + 1);
	return at;
}

static inline struct nt_hold hold_of(uint64_t holder, struct nt_flow_at at)
{
	return (struct nt_hold){.holder = holder,
			.reason = NT_REASON_REGISTRATION,
			.at = at,
			.terms = {.interval_ms = 30000,
					.method = NT_PING_OPTIONS,
					.misses = 3},
			.until_ms = UINT64_MAX,
			.name = NT_SPAN("user123456@sip.example.com")};
}

static inline enum nt_hold_result hold(uint64_t holder, struct nt_flow_at at)
{
	struct nt_hold h = hold_of(holder, at);

	return nt_flows_hold(table, &h, now);
}

static inline struct nt_flows_stats stats(void)
{
	struct nt_flows_stats s;

	nt_flows_stats(table, &s);
	return s;
}

static inline bool at_eq(const struct nt_flow_at *a, const struct nt_flow_at *b)
{
	return nt_addr_eq(&a->remote.addr, &b->remote.addr)
		   && a->remote.port == b->remote.port && a->transport == b->transport
		   && a->socket == b->socket
		   && (a->transport == NT_TRANSPORT_UDP
				   || a->connection == b->connection);
}

/* What is known of a flow. @return false: it is not there */
static inline bool see(struct nt_flow_seen *seen, struct nt_flow_at at)
{
	for(uint32_t i = 0;
			(i = nt_flows_next(table, i, 1000000, seen, now)) != UINT32_MAX;
			i++) {
		if(seen->number != UINT32_MAX && at_eq(&seen->at, &at))
			return true;
	}
	return false;
}

static inline enum nt_pulse_state state_of(struct nt_flow_at at)
{
	struct nt_flow_seen seen;

	ck_assert(see(&seen, at));
	return (enum nt_pulse_state)seen.pulse.state;
}

static inline bool answer_to(const struct nt_due *due)
{
	return nt_flows_answered(table, &due->tag, &due->at, now);
}

/* Walk on, a millisecond a step. Everybody who is asked answers, or nobody.
 * @return how many pings there were */
static inline unsigned walk(uint64_t ms, bool answering)
{
	struct nt_due due[64];
	unsigned sum = 0;

	for(uint64_t until = now + ms; now < until;) {
		size_t count;

		now++;
		count = nt_flows_due(table, due, 64, now);
		for(size_t i = 0; answering && i < count; i++)
			ck_assert(answer_to(&due[i]));
		sum += (unsigned)count;
	}
	return sum;
}

/* Walk on until there is a ping */
static inline struct nt_due next_ping(uint64_t within_ms)
{
	struct nt_due due;

	for(uint64_t until = now + within_ms; now < until;) {
		now++;
		if(nt_flows_due(table, &due, 1, now) == 1)
			return due;
	}
	ck_abort_msg("no ping in %u ms", (unsigned)within_ms);
	memset(&due, 0, sizeof(due));
	return due;
}

static inline bool change(struct nt_change *c, enum nt_change_kind kind)
{
	return nt_flows_change(table, c) && c->kind == kind;
}

static inline void forget_changes(void)
{
	struct nt_change c;

	while(nt_flows_change(table, &c))
		;
}

#endif /* NT_FLOWS_SCENE_H */
