/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of flows, and how they are found */
#include "nt/nt_flows_parts.h"

/* --- where a flow is ----------------------------------------------------- */

void nt_flow_where(struct nt_flow_at *at, const struct nt_flow_rec *f)
{
	at->remote.addr = nt_flow_addr(f);
	at->remote.port = f->port;
	at->transport = (enum nt_transport)f->transport;
	at->socket = f->socket;
	at->connection = nt_is_stream(at->transport) ? f->connection : 0;
}

bool nt_flow_is_at(const struct nt_flow_rec *f, const struct nt_flow_at *at)
{
	return f->port == at->remote.port && f->socket == at->socket
		   && f->transport == at->transport
		   && nt_wide(f->addr) == at->remote.addr.hi
		   && nt_wide(f->addr + 2) == at->remote.addr.lo
		   && (!nt_is_stream(at->transport) || f->connection == at->connection);
}

/* By its connection alone, so that it is found when that is closed */
static uint32_t *bucket_of_connection(
		const struct nt_flows *t, uint32_t connection)
{
	uint64_t x = (connection ^ t->conf.key.k[0]) * 0x9e3779b97f4a7c15u;

	return &t->flow_bucket[(x >> 32) & t->flow_mask];
}

/* Keyed: strangers choose addresses and ports */
static uint32_t *bucket_of(
		const struct nt_flows *t, const struct nt_flow_at *at)
{
	struct nt_hash h;

	if(nt_is_stream(at->transport))
		return bucket_of_connection(t, at->connection);
	nt_hash_begin(&h, &t->conf.key);
	nt_hash_add_number(&h, at->remote.addr.hi);
	nt_hash_add_number(&h, at->remote.addr.lo);
	nt_hash_add_number(&h, (uint64_t)at->remote.port << 16 | at->socket);
	return &t->flow_bucket[nt_hash_end(&h) & t->flow_mask];
}

uint32_t nt_flow_find(const struct nt_flows *t, const struct nt_flow_at *at)
{
	uint32_t n = *bucket_of(t, at);

	while(n != NONE && !nt_flow_is_at(nt_flow_at(t, n), at))
		n = nt_flow_at(t, n)->next;
	return n;
}

uint32_t nt_flow_of_connection(const struct nt_flows *t, uint32_t connection)
{
	uint32_t n = *bucket_of_connection(t, connection);

	for(; n != NONE; n = nt_flow_at(t, n)->next) {
		const struct nt_flow_rec *f = nt_flow_at(t, n);

		if(nt_is_stream(f->transport) && f->connection == connection)
			break;
	}
	return n;
}

uint32_t nt_flow_of_tag(const struct nt_flows *t, const struct nt_ping_tag *tag)
{
	const struct nt_flow_rec *f;

	if(tag->flow >= t->flows.seen)
		return NONE;
	f = nt_flow_at(t, tag->flow);
	return f->used && f->life == tag->life ? tag->flow : NONE;
}

/* --- flows --------------------------------------------------------------- */

/* Part of the common rate */
static uint64_t rate_of(const struct nt_flow_rec *f)
{
	return f->twin ? 0 : ((uint64_t)1 << 32) / f->terms.interval_ms;
}

void nt_flow_terms(
		struct nt_flows *t, struct nt_flow_rec *f, const struct nt_terms *terms)
{
	if(f->terms.interval_ms != 0)
		t->rate_q -= rate_of(f);
	f->terms = *terms;
	/* a mistake of the caller shall cost no storm */
	if(f->terms.interval_ms < 1000)
		f->terms.interval_ms = 1000;
	if(f->terms.interval_ms > 3600000)
		f->terms.interval_ms = 3600000;
	t->rate_q += rate_of(f);
	f->is_answered = nt_ping_is_answered((enum nt_ping_method)terms->method,
			(enum nt_transport)f->transport);
	if(!f->is_answered)
		f->pulse.waiting = false;
}

/* A free place with nothing in it but the number of its life */
static uint32_t take_place(
		struct nt_flows *t, const struct nt_flow_at *at, uint16_t *life)
{
	uint32_t n = nt_pool_take(&t->flows);
	struct nt_flow_rec *f;

	if(n == NONE)
		return NONE;
	f = nt_flow_at(t, n);
	*life = f->life;
	*f = (struct nt_flow_rec){.used = true,
			.life = *life,
			.site = NONE,
			.holders = NONE,
			.port = at->remote.port,
			.socket = at->socket,
			.transport = at->transport & 7u};
	nt_narrow(f->addr, at->remote.addr.hi);
	nt_narrow(f->addr + 2, at->remote.addr.lo);
	if(nt_is_stream(at->transport))
		f->connection = at->connection;
	nt_wheel_out(&t->wheel, n);
	nt_pulse_begin(&f->pulse, (uint32_t)t->now_ms);
	return n;
}

uint32_t nt_flow_make(struct nt_flows *t, const struct nt_hold *hold,
		enum nt_hold_result *why)
{
	const struct nt_flow_at *at = &hold->at;
	uint32_t site =
			nt_site_take(t, &at->remote.addr, nt_is_stream(at->transport));
	uint32_t most = nt_flow_most(t, hold), n = NONE, *bucket;
	struct nt_flow_rec *f;
	uint16_t life;

	*why = NT_HOLD_FULL;
	if(site == NONE || most == 0 || nt_site_at(t, site)->flows < most) {
		if(!nt_pool_is_full(&t->flows))
			*why = NT_HOLD_NO_MEMORY;
		n = take_place(t, at, &life);
	}
	if(site != NONE) {
		nt_site_at(t, site)->flows++;
		if(n == NONE)
			nt_site_leave(t, site);
	}
	if(n == NONE)
		return NONE;
	f = nt_flow_at(t, n);
	f->site = site;
	nt_flow_terms(t, f, &hold->terms);
	bucket = bucket_of(t, at);
	f->next = *bucket;
	*bucket = n;
	t->stats.state[NT_PULSE_NEW]++;
	*why = NT_HOLD_NEW;
	return n;
}

uint32_t nt_flow_make_twin(
		struct nt_flows *t, uint32_t of, const struct nt_flow_at *at)
{
	uint16_t life;
	uint32_t n = take_place(t, at, &life);
	struct nt_flow_rec *f;

	if(n == NONE)
		return NONE;
	f = nt_flow_at(t, n);
	f->twin = true;
	f->site = nt_flow_at(t, of)->site;
	nt_flow_terms(t, f, &nt_flow_at(t, of)->terms);
	t->twins++;
	return n;
}

static void leave_index(struct nt_flows *t, uint32_t n)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	struct nt_flow_at at;
	uint32_t *p;

	nt_flow_where(&at, f);
	for(p = bucket_of(t, &at); *p != n; p = &nt_flow_at(t, *p)->next)
		;
	*p = f->next;
}

void nt_flow_end(struct nt_flows *t, uint32_t n)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);

	if(f->twin) {
		t->twins--;
	} else {
		t->rate_q -= rate_of(f);
		nt_learn_forget(t, n);
		leave_index(t, n);
		t->stats.state[f->pulse.state]--;
		if(f->site != NONE) {
			if(f->pulse.state == NT_PULSE_DOWN)
				nt_site_at(t, f->site)->down--;
			nt_site_leave(t, f->site);
		}
	}
	nt_wheel_take(&t->wheel, n);
	f->used = false;
	f->life++;
	nt_pool_give(&t->flows, n);
}

void nt_flow_shed_strangers(struct nt_flows *t, uint32_t n)
{
	uint32_t h = nt_flow_at(t, n)->holders, next;

	for(unsigned i = 0; h != NONE && i < NT_FLOWS_LOOK; i++, h = next) {
		next = nt_holder_at(t, h)->kin_next;
		if(nt_is_stranger(nt_holder_at(t, h)->reason))
			nt_holder_end(t, h);
	}
}

void nt_flow_shed(struct nt_flows *t, uint32_t n)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);

	f->ending = true;
	nt_pulse_unsent(&f->pulse);
	for(unsigned i = 0; i < NT_FLOWS_LOOK; i++) {
		uint32_t h = f->holders;
		bool last = nt_holder_at(t, h)->kin_next == NONE;

		nt_holder_end(t, h);
		if(last)
			return;
	}
	nt_when_in(t, n, 1);
}
