/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A NAT and its phones, for tests of what is learned of it: it keeps a binding
 * for each socket of ours that a phone has sent to.
 */
#ifndef NT_FLOWS_NAT_H
#define NT_FLOWS_NAT_H

#include "unit/nt/nt_flows_scene.h"


#define PHONES 8
#define SITE "203.0.113.9"
#define PROBE_PORT 50000

static struct
{
	uint64_t life_ms;
	bool one_timer;		   /* for all bindings of a phone */
	bool by_source;		   /* phones answer to where the ping came from */
	uint64_t used[PHONES]; /* the binding to our listen socket, when last */
	uint64_t twin[PHONES]; /* the one to the probe socket; 0: none */
	unsigned lost;		   /* pings that found no binding, but of twins */
	unsigned twins_lost, elsewhere;
	unsigned main_pings;
	uint64_t register_ms; /* phones register every so often; 0: never */
} nat;

static inline struct nt_flow_at phone(unsigned i)
{
	struct nt_flow_at at = udp(SITE ":40000");

	at.remote.port = (uint16_t)(at.remote.port + i);
	return at;
}

static inline void phone_registers(unsigned i, bool fresh)
{
	struct nt_hold h = hold_of(i + 1, phone(i));

	h.terms.interval_ms = 25000;
	h.terms.adaptive = true;
	h.fresh = fresh;
	nt_flows_hold(table, &h, now);
	nat.used[i] = now;
}

static inline void begin_site(uint64_t life_s)
{
	struct nt_flows_conf conf = conf_of(100, 100);

	conf.probe = true;
	conf.floor_s = 2;
	begin_with(&conf);
	memset(&nat, 0, sizeof(nat));
	nat.life_ms = life_s * 1000;
	for(unsigned i = 0; i < PHONES; i++)
		phone_registers(i, true);
}

static inline bool is_alive(uint64_t used)
{
	return used != 0 && now - used < nat.life_ms;
}

static inline void reach_twin(const struct nt_due *due, unsigned i)
{
	bool alive =
			is_alive(nat.twin[i]) || (nat.one_timer && is_alive(nat.used[i]));

	ck_assert_uint_eq(due->at.socket, NT_FLOWS_PROBE | 1);
	ck_assert(!due->elsewhere);
	if(!alive) {
		nat.twins_lost++;
		nat.twin[i] = 0;
		return;
	}
	nat.twin[i] = now;
	if(nat.one_timer)
		nat.used[i] = now;
	answer_to(due);
}

static inline void reach(const struct nt_due *due)
{
	unsigned i = due->at.remote.port - (due->at.socket == 1 ? 40000 : 50000);
	struct nt_flow_at at = due->at;

	ck_assert_uint_lt(i, PHONES);
	if(due->at.socket != 1) {
		reach_twin(due, i);
		return;
	}
	nat.main_pings++;
	if(!is_alive(nat.used[i])) {
		nat.lost++;
		return;
	}
	nat.used[i] = now;
	if(due->elsewhere && !nat.by_source) {
		nat.elsewhere++;
		nat.twin[i] = now;
		at.socket |= NT_FLOWS_PROBE;
		at.remote.port = (uint16_t)(PROBE_PORT + i);
	}
	ck_assert(nt_flows_answered(table, &due->tag, &at, now));
}

static inline void live(uint64_t s)
{
	for(uint64_t until = now + s * 1000; now < until;) {
		struct nt_due due;

		/* 5 ms a step: days go by here */
		now += 5;
		while(nt_flows_due(table, &due, 1, now) == 1)
			reach(&due);
		if(nat.register_ms > 0 && now / 5 % (nat.register_ms / 5) == 0)
			for(unsigned i = 0; i < PHONES; i++)
				phone_registers(i, true);
	}
}

static inline uint32_t learned(void)
{
	struct nt_addr a = nt_addr_must(SITE);

	return nt_flows_learned(table, &a, false);
}

static inline bool twin_seen(struct nt_flow_seen *seen)
{
	for(uint32_t i = 0;
			(i = nt_flows_next(table, i, 1000, seen, now)) != UINT32_MAX; i++) {
		if(seen->twin)
			return true;
	}
	return false;
}

#endif /* NT_FLOWS_NAT_H */
