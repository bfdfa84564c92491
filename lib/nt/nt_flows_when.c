/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the next ping of a flow is due, and whether it may leave */
#include "nt/nt_flows_parts.h"

#define SHIFT_Q 16
/* Tokens of the common budget that are kept for who comes a little late */
#define SLACK_MS 12

void nt_when_skip(struct nt_flows *t)
{
	t->skipped_ms += (uint32_t)(t->now_ms - t->skipped_ms) - t->wheel.now;
}

uint32_t nt_when_tick(const struct nt_flows *t)
{
	uint32_t tick = nt_when_clock(t);

	/* further behind it is a stop, and the clock will be set back: who is put
	 * now shall not wait for that as well */
	if(!t->walking && t->wheel.count > NT_FLOWS_STOP_FLOWS
			&& (int32_t)(tick - t->wheel.now) > NT_FLOWS_STOP_MS)
		tick = t->wheel.now + NT_FLOWS_STOP_MS;
	return tick;
}

uint64_t nt_when_random(struct nt_flows *t)
{
	uint64_t z = (t->random += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	return z ^ z >> 27;
}

/* Times change places with each other inside of blocks of so many ms: a power
 * of 2, up to 5 % of the interval */
static uint32_t block_of(uint32_t interval_ms)
{
	uint32_t most = interval_ms / 20;

	return most < 2 ? 1 : 1u << (31 - __builtin_clz(most));
}

/* All times of a block change by the same mask. A drawn time for each flow
 * would make waves of what was put evenly; so none of the places gets fuller.
 * The mask is the block's, which stays the same: to do it twice is to undo it.
 */
static uint32_t jitter(const struct nt_flows *t, uint32_t tick, uint32_t block)
{
	uint32_t x = ((tick & -block) ^ (uint32_t)t->conf.key.k[0]) * 0x9e3779b1u;

	x = (x ^ x >> 15) * 0x85ebca77u;
	return tick ^ ((x ^ x >> 13) & (block - 1));
}

/* A drawn number below @p below, by half of a random number */
static uint32_t part(uint64_t random, uint32_t below)
{
	return (uint32_t)(((random & UINT32_MAX) * below) >> 32);
}

static void put(struct nt_flows *t, uint32_t n, uint32_t tick)
{
	nt_flow_at(t, n)->granted = false;
	nt_wheel_put(&t->wheel, n, tick);
}

void nt_when_draw(
		struct nt_flows *t, uint32_t n, uint32_t from_ms, uint32_t span_ms)
{
	uint64_t r = nt_when_random(t);
	uint32_t from = nt_when_tick(t) + 1 + from_ms;
	uint32_t a = from + part(r, span_ms), b = from + part(r >> 32, span_ms);

	put(t, n,
			nt_wheel_load(&t->wheel, b) < nt_wheel_load(&t->wheel, a) ? b : a);
}

void nt_when_begin(struct nt_flows *t, uint32_t n, uint32_t interval_ms)
{
	uint64_t r = nt_when_random(t);
	uint32_t block = block_of(interval_ms);
	/* not changed to before now */
	uint32_t first = nt_when_tick(t) + block, last = first + interval_ms - 1;
	uint32_t a = first + part(r, interval_ms);
	uint32_t b = first + part(r >> 32, interval_ms);

	/* The blocks at both ends belong to it in part, and look emptier than they
	 * are: there both places are of one block. */
	if((a & -block) == (first & -block) || (a & -block) == (last & -block)) {
		b = (a & -block) + part(r >> 32, block);
		if((int32_t)(b - first) < 0 || (int32_t)(last - b) < 0)
			b = a;
	} else if((b & -block) == (first & -block)
			  || (b & -block) == (last & -block)) {
		b = a;
	}
	a = jitter(t, a, block);
	b = jitter(t, b, block);
	put(t, n,
			nt_wheel_load(&t->wheel, b) < nt_wheel_load(&t->wheel, a) ? b : a);
}

void nt_when_next(
		struct nt_flows *t, uint32_t n, uint32_t due, uint32_t interval_ms)
{
	uint32_t block = block_of(interval_ms);
	uint32_t next = jitter(t, due, block) + interval_ms;

	/* so late that the next one would follow at its heels */
	if((int32_t)(next - nt_when_tick(t)) < (int32_t)(interval_ms / 2))
		nt_when_draw(t, n, interval_ms / 2, interval_ms / 2);
	else
		nt_wheel_put(&t->wheel, n, jitter(t, next, block));
}

void nt_when_in(struct nt_flows *t, uint32_t n, uint32_t ms)
{
	nt_wheel_put(&t->wheel, n, nt_when_tick(t) + ms);
}

void nt_when_revive(struct nt_flows *t, uint32_t n, uint8_t was)
{
	const struct nt_flow_rec *f = nt_flow_at(t, n);
	uint32_t soon = nt_when_tick(t) + 1000;

	if(f->closed
			|| (nt_wheel_holds(&t->wheel, n)
					&& (was != NT_PULSE_DOWN
							|| (int32_t)(nt_wheel_due(&t->wheel, n) - soon)
									   <= 0)))
		return;
	nt_when_draw(t, n, 0, 1000);
}

/* --- budgets ------------------------------------------------------------- */

void nt_flows_rate(struct nt_flows *t, const struct nt_flows_rates *rates)
{
	t->rates = *rates;
	t->cost_q = rates->per_second > 0
						? ((uint64_t)1000 << SHIFT_Q) / rates->per_second
						: 0;
	t->site_cost_q =
			rates->per_site_second > 0
					? ((uint64_t)1000 << SHIFT_Q) / rates->per_site_second
					: 0;
	/* times given out by another rate */
	memset(t->throttle, 0, NT_FLOWS_THROTTLES * sizeof(*t->throttle));
	t->next_q = 0;
}

/* What falls due on average in a millisecond: as the policy has it, or as it
 * was in the last second. Half of a second that nobody looked at is no measure.
 */
static uint64_t rate_q(struct nt_flows *t)
{
	uint64_t second = t->now_ms / 1000, known_q = t->rate_q >> SHIFT_Q;
	uint64_t recent_q;

	if(second != t->second) {
		if(second == t->second + 1)
			t->recent = t->this_second;
		t->this_second = 0;
		t->second = second;
	}
	recent_q = ((uint64_t)t->recent << SHIFT_Q) / 1000;
	return known_q > recent_q ? known_q : recent_q;
}

/* How many may leave in this millisecond. What is late is paid back the faster
 * the more it is, but never in a burst: not after a preload, not after a stop
 * of our process. */
static void allow(struct nt_flows *t)
{
	uint64_t elapsed = t->now_ms - t->allow_ms, rate = rate_q(t);
	uint32_t lag_ms = nt_when_clock(t) - t->wheel.now;
	uint64_t a_ms = rate + rate / 10, most;

	if(a_ms < 1 << SHIFT_Q)
		a_ms = 1 << SHIFT_Q;
	a_ms += rate * lag_ms / 512;
	t->allow_ms = t->now_ms;
	if(elapsed > 8)
		elapsed = 8;
	most = ((uint64_t)12 << SHIFT_Q) + rate * elapsed;
	t->allow_q += a_ms * elapsed;
	if(t->allow_q > most)
		t->allow_q = most;
}

/* When the next one may leave, if the last ones were not too long ago */
static uint64_t next_of_all(const struct nt_flows *t)
{
	uint64_t least_ms = t->now_ms > SLACK_MS ? t->now_ms - SLACK_MS : 0;

	return t->next_q > least_ms << SHIFT_Q ? t->next_q : least_ms << SHIFT_Q;
}

size_t nt_budget_room(struct nt_flows *t, size_t room)
{
	uint64_t now_q = t->now_ms << SHIFT_Q, next_q, left;

	if(t->now_ms != t->allow_ms)
		allow(t);
	if(room > t->allow_q >> SHIFT_Q)
		room = t->allow_q >> SHIFT_Q;
	if(t->cost_q == 0 || room == 0)
		return room;
	next_q = next_of_all(t);
	left = next_q <= now_q ? (now_q - next_q) / t->cost_q + 1 : 0;
	return room < left ? room : (size_t)left;
}

void nt_budget_take(struct nt_flows *t, uint32_t count)
{
	t->allow_q -= (uint64_t)count << SHIFT_Q;
	t->this_second += count;
	if(count > 0 && t->cost_q != 0)
		t->next_q = next_of_all(t) + count * t->cost_q;
}

void nt_budget_give(struct nt_flows *t)
{
	if(t->this_second > 0)
		t->this_second--;
	if(t->next_q > t->cost_q)
		t->next_q -= t->cost_q;
}

/* Of the IPv4 /24 or IPv6 /48. A cheap hash: who meets whom there is not to be
 * seen, and several networks in one entry only share its budget */
static uint64_t *throttle_of(struct nt_flows *t, const struct nt_flow_rec *f)
{
	struct nt_addr a = nt_flow_addr(f);
	uint64_t net = a.family == NT_FAMILY_IPV4 ? a.lo >> 8 : a.hi >> 16;

	net = (net ^ t->conf.key.k[1]) * (t->conf.key.k[0] | 1);
	return &t->throttle[net >> 52];
}
_Static_assert(NT_FLOWS_THROTTLES == 1 << 12, "bits of throttle_of()");

/* So many of a network may leave at once before anybody is put off: some meet
 * by chance. A quarter of a second's, and no more than 8 */
static uint64_t at_once_q(const struct nt_flows *t)
{
	uint32_t n = t->rates.per_site_second / 4;

	return (n < 1 ? 0 : n > 8 ? 7 : n - 1) * t->site_cost_q;
}

/* Who comes too early gets the next free time of its network, which is its own
 * then: so all get their turn, in the order in which they came */
bool nt_budget_network(struct nt_flows *t, uint32_t n)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	uint64_t now_q = t->now_ms << SHIFT_Q, *next, wait;

	if(t->site_cost_q == 0 || f->granted) {
		f->granted = false;
		return true;
	}
	next = throttle_of(t, f);
	if(*next <= now_q + at_once_q(t)) {
		*next = (*next > now_q ? *next : now_q) + t->site_cost_q;
		return true;
	}
	wait = (*next - now_q - at_once_q(t)) >> SHIFT_Q;
	*next += t->site_cost_q;
	f->granted = true;
	t->stats.put_off++;
	t->stats.late += wait > 1000;
	nt_when_in(t, n, (uint32_t)wait + 1);
	return false;
}
