/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of flows as a whole: its beginning and end, numbers, lists */
#include "nt/nt_flows_parts.h"

#define WHEEL_SLOTS 65536 /* milliseconds */
#define ENDS_SLOTS 4096	  /* seconds */

/* One to two items a bucket when it is full */
static uint32_t buckets_for(uint32_t max)
{
	uint32_t n = 16;

	while(n <= max / 2)
		n *= 2;
	return n;
}

static void *fixed(struct nt_flows *t, size_t size, int fill)
{
	void *p = t->mem.get(t->mem.ctx, size);

	if(p == NULL)
		return NULL;
	t->fixed += size;
	return memset(p, fill, size);
}

static uint32_t *buckets(struct nt_flows *t, uint32_t max, uint32_t *mask)
{
	uint32_t n = buckets_for(max);

	*mask = n - 1;
	return fixed(t, n * sizeof(uint32_t), 0xff); /* NONE */
}

static bool make_pools(struct nt_flows *t)
{
	const struct nt_flows_conf *conf = &t->conf;

	return nt_pool_init(&t->flows, &t->mem, sizeof(struct nt_flow_rec),
				   conf->flows_max)
				   == 0
		   && nt_pool_init(&t->holders, &t->mem, sizeof(struct nt_holder_rec),
					  t->holders_max)
					  == 0
		   && nt_pool_init(&t->names, &t->mem, NT_HOLDER_REST, t->holders_max)
					  == 0
		   && nt_pool_init(&t->sites, &t->mem, sizeof(struct nt_site_rec),
					  conf->sites_max)
					  == 0;
}

static size_t heads_of(const struct nt_pool *pool)
{
	return ((size_t)pool->max + NT_POOL_CHUNK - 1) / NT_POOL_CHUNK
		   * sizeof(*pool->chunk);
}

static bool make_wheels(struct nt_flows *t)
{
	t->fixed += sizeof(*t) + heads_of(&t->flows) + heads_of(&t->holders)
				+ heads_of(&t->names) + heads_of(&t->sites)
				+ nt_wheel_bytes(WHEEL_SLOTS) + nt_wheel_bytes(ENDS_SLOTS);
	return nt_wheel_init(&t->wheel, &t->flows,
				   offsetof(struct nt_flow_rec, when), WHEEL_SLOTS,
				   (uint32_t)t->now_ms)
				   == 0
		   && nt_wheel_init(&t->ends, &t->holders,
					  offsetof(struct nt_holder_rec, end), ENDS_SLOTS, 0)
					  == 0;
}

static bool make_rest(struct nt_flows *t)
{
	t->flow_bucket = buckets(t, t->conf.flows_max, &t->flow_mask);
	t->holder_bucket = buckets(t, t->holders_max, &t->holder_mask);
	t->site_bucket = buckets(t, t->conf.sites_max, &t->site_mask);
	t->throttle = fixed(t, NT_FLOWS_THROTTLES * sizeof(*t->throttle), 0);
	t->change = fixed(t, NT_FLOWS_CHANGES * sizeof(*t->change), 0);
	return t->flow_bucket != NULL && t->holder_bucket != NULL
		   && t->site_bucket != NULL && t->throttle != NULL
		   && t->change != NULL;
}

struct nt_flows *nt_flows_new(const struct nt_mem *mem,
		const struct nt_flows_conf *conf, uint64_t now_ms)
{
	struct nt_flows *t = mem->get(mem->ctx, sizeof(*t));

	if(t == NULL)
		return NULL;
	*t = (struct nt_flows){.mem = *mem,
			.conf = *conf,
			.holders_max = conf->holders_max > 0 ? conf->holders_max
												 : 2 * conf->flows_max,
			.began_ms = now_ms,
			.now_ms = now_ms,
			.random = conf->key.k[0] ^ conf->key.k[1]};
	if(!make_pools(t) || !make_wheels(t) || !make_rest(t)) {
		nt_flows_free(t);
		return NULL;
	}
	return t;
}

void nt_flows_free(struct nt_flows *t)
{
	struct nt_mem mem;

	if(t == NULL)
		return;
	mem = t->mem;
	mem.put(mem.ctx, t->change);
	mem.put(mem.ctx, t->throttle);
	mem.put(mem.ctx, t->site_bucket);
	mem.put(mem.ctx, t->holder_bucket);
	mem.put(mem.ctx, t->flow_bucket);
	nt_wheel_fini(&t->ends);
	nt_wheel_fini(&t->wheel);
	nt_pool_fini(&t->sites);
	nt_pool_fini(&t->names);
	nt_pool_fini(&t->holders);
	nt_pool_fini(&t->flows);
	mem.put(mem.ctx, t);
}

void nt_flows_stats(const struct nt_flows *t, struct nt_flows_stats *stats)
{
	*stats = t->stats;
	stats->flows = t->flows.count - t->twins;
	stats->holders = t->holders.count;
	stats->sites = t->sites.count;
	stats->bytes =
			t->flows.bytes + t->holders.bytes + t->names.bytes + t->sites.bytes;
	stats->fixed = t->fixed;
	stats->paused = t->paused;
}

bool nt_flows_terms(const struct nt_flows *t, const struct nt_ping_tag *tag,
		struct nt_terms *terms)
{
	uint32_t n = nt_flow_of_tag(t, tag);

	if(n == NONE)
		return false;
	*terms = nt_flow_at(t, n)->terms;
	return true;
}

/* Places are numbers of holders, one higher. A holder that left meanwhile ends
 * the list: who asks again gets the rest. */
uint32_t nt_flows_holder_next(const struct nt_flows *t,
		const struct nt_ping_tag *flow, uint32_t from, uint64_t *holder)
{
	uint32_t n = nt_flow_of_tag(t, flow), h;
	const struct nt_holder_rec *rec;

	if(n == NONE)
		return UINT32_MAX;
	h = from == 0 ? nt_flow_at(t, n)->holders : from - 1;
	if(h >= t->holders.seen)
		return UINT32_MAX;
	rec = nt_holder_at(t, h);
	if(rec->flow != n)
		return UINT32_MAX;
	*holder = nt_holder_number(rec);
	return rec->kin_next != NONE ? rec->kin_next + 1 : UINT32_MAX - 1;
}

static void see(struct nt_flow_seen *seen, const struct nt_flows *t, uint32_t n,
		uint64_t now_ms)
{
	const struct nt_flow_rec *f = nt_flow_at(t, n);

	*seen = (struct nt_flow_seen){.number = n,
			.terms = f->terms,
			.pulse = f->pulse,
			.interval_ms = nt_learn_interval(t, n),
			.due_in_ms = UINT32_MAX,
			.sequence = f->sequence,
			.volunteer = nt_learn_is_volunteer(t, n),
			.twin = f->twin};
	nt_flow_where(&seen->at, f);
	if(nt_wheel_holds(&t->wheel, n)) {
		uint32_t now =
				t->paused ? t->wheel.now : (uint32_t)(now_ms - t->skipped_ms);
		uint32_t in = nt_wheel_due(&t->wheel, n) - now;

		seen->due_in_ms = (int32_t)in > 0 ? in : 0;
	}
	seen->holders = nt_flow_reasons(&seen->reasons, t, f);
	if(f->holders != NONE)
		nt_holder_name(seen->name, t, nt_holder_at(t, f->holders));
}

uint32_t nt_flows_next(const struct nt_flows *t, uint32_t from, uint32_t looks,
		struct nt_flow_seen *seen, uint64_t now_ms)
{
	seen->number = UINT32_MAX;
	for(; from < t->flows.seen; from++, looks--) {
		if(looks == 0)
			return from;
		if(!nt_flow_at(t, from)->used)
			continue;
		see(seen, t, from, now_ms);
		return from;
	}
	return UINT32_MAX;
}
