/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who needs which flow, and what comes by it */
#include "nt/nt_flows_parts.h"

/* The first ping of a fresh client: not within the 2 s in which many NATs take
 * a binding for one that is used once, and before the shortest of them forgets
 */
#define FIRST_MS 2500

/* When is a new flow asked first? */
static void begin(struct nt_flows *t, uint32_t n, bool fresh)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	uint32_t interval_ms = f->terms.interval_ms;

	if(fresh && f->is_answered && interval_ms > 2 * FIRST_MS) {
		nt_when_draw(t, n, FIRST_MS, FIRST_MS);
		f->unsettled = true;
	} else {
		nt_when_begin(t, n, interval_ms);
	}
}

/* By somebody who is who he says: by authentication, or a connection, or
 * because he always was */
static void heard(struct nt_flows *t, uint32_t n)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	uint8_t before = f->pulse.state;

	if(nt_is_stream(f->transport)) {
		nt_flow_lives(t, n);
		return;
	}
	nt_flow_turned(
			t, n, before, nt_pulse_heard(&f->pulse, (uint32_t)t->now_ms));
	nt_when_revive(t, n, before);
}

void nt_flow_heard(struct nt_flows *t, uint32_t n)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);

	/* who never answered may be somebody whose address others write: that buys
	 * no pings, and is no sign of life (T07, T08) */
	if(f->is_answered && !f->proven && !f->vouched
			&& !nt_is_stream(f->transport))
		f->pulse.heard_ms = (uint32_t)t->now_ms;
	else
		heard(t, n);
}

void nt_flow_close(struct nt_flows *t, uint32_t n)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	uint8_t before = f->pulse.state;

	f->closed = true;
	nt_learn_forget(t, n);
	nt_flow_turned(t, n, before, nt_pulse_closed(&f->pulse));
	if(!f->ending)
		nt_wheel_take(&t->wheel, n);
}

/* It is there after all: numbers of connections come again */
static void reopen(struct nt_flows *t, uint32_t n)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	uint8_t before = f->pulse.state;

	f->closed = f->proven = false;
	nt_pulse_begin(&f->pulse, (uint32_t)t->now_ms);
	nt_flow_turned(t, n, before, NT_PULSE_SAME);
	begin(t, n, true);
}

static bool same_terms(const struct nt_terms *a, const struct nt_terms *b)
{
	return a->interval_ms == b->interval_ms && a->ignore == b->ignore
		   && a->method == b->method && a->misses == b->misses
		   && a->down == b->down && a->adaptive == b->adaptive
		   && a->stop_when_down == b->stop_when_down;
}

/* Whose terms count? What a request in a call says of a phone is less than what
 * its registration said. */
static bool is_to_follow(
		const struct nt_flows *t, uint32_t n, const struct nt_hold *hold)
{
	const struct nt_flow_rec *f = nt_flow_at(t, n);
	uint8_t reasons;

	if(same_terms(&f->terms, &hold->terms))
		return false;
	if(!nt_is_stranger((uint8_t)hold->reason))
		return true;
	nt_flow_reasons(&reasons, t, f);
	if((reasons & (1 << NT_REASON_REGISTRATION | 1 << NT_REASON_STATIC)) == 0)
		return true;
	return hold->reason == NT_REASON_SCRIPT
		   && hold->terms.interval_ms < f->terms.interval_ms;
}

/* A flow that is there is held, once more or by one more */
static void again(struct nt_flows *t, uint32_t n, const struct nt_hold *hold)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	uint32_t latest;

	/* who is needed again stays, with who is left; it is refused once more */
	f->ending = false;
	if(is_to_follow(t, n, hold)) {
		nt_learn_forget(t, n);
		nt_flow_terms(t, f, &hold->terms);
		latest = nt_when_tick(t) + f->terms.interval_ms;
		if(nt_wheel_holds(&t->wheel, n)
				&& (int32_t)(nt_wheel_due(&t->wheel, n) - latest) > 0)
			nt_when_begin(t, n, f->terms.interval_ms);
	}
	if(!hold->fresh)
		return;
	if(f->closed)
		reopen(t, n);
	else
		heard(t, n);
}

static void set(struct nt_flows *t, uint32_t n, const struct nt_hold *hold)
{
	struct nt_holder_rec *h = nt_holder_at(t, n);
	uint64_t s;

	t->strangers -= nt_is_stranger(h->reason);
	h->reason = (uint8_t)hold->reason;
	t->strangers += nt_is_stranger(h->reason);
	nt_holder_set_name(t, h, hold->name);
	if(hold->until_ms == UINT64_MAX) {
		nt_wheel_take(&t->ends, n);
		return;
	}
	s = hold->until_ms > t->began_ms
				? (hold->until_ms - t->began_ms + 999) / 1000
				: 0;
	nt_wheel_put(&t->ends, n, s < INT32_MAX ? (uint32_t)s : INT32_MAX);
}

/* A holder comes by another flow than before. @return has it moved: by the same
 * kind of transport? Then where it was is in @p from */
static bool leave_old(struct nt_flows *t, uint32_t h,
		const struct nt_hold *hold, struct nt_flow_at *from)
{
	uint32_t old = nt_holder_at(t, h)->flow;
	struct nt_flow_rec *was = nt_flow_at(t, old);
	uint32_t site = was->site;
	bool moved =
			nt_is_stream(was->transport) == nt_is_stream(hold->at.transport);
	/* who is shaky was counted when it became that */
	bool hit = moved && was->proven && was->pulse.state == NT_PULSE_UP;

	nt_flow_where(from, was);
	nt_holder_leave(t, h);
	if(was->holders == NONE)
		nt_flow_end(t, old);
	if(hit && site != NONE && nt_site_at(t, site)->used)
		nt_site_hit(t, site);
	return moved;
}

/* Is there a place for a flow if that of @p h goes, which nobody else holds? */
static bool can_swap(
		const struct nt_flows *t, uint32_t h, const struct nt_hold *hold)
{
	const struct nt_holder_rec *rec = nt_holder_at(t, h);
	uint32_t site = nt_site_find(
			t, &hold->at.remote.addr, nt_is_stream(hold->at.transport));
	uint32_t most = nt_flow_most(t, hold);
	const struct nt_flow_rec *was;

	if(rec->flow == NONE)
		return false;
	was = nt_flow_at(t, rec->flow);
	return was->holders == h && rec->kin_next == NONE
		   && (site == NONE || site == was->site || most == 0
				   || nt_site_at(t, site)->flows < most);
}

/* @return its number, or NONE and why */
static uint32_t make_holder(struct nt_flows *t, uint32_t flow,
		const struct nt_hold *hold, enum nt_hold_result *why)
{
	enum nt_hold_result no;
	uint32_t h = nt_holder_make(t, hold->holder, &no);

	if(h != NONE)
		nt_holder_join(t, h, flow);
	else
		*why = no;
	return h;
}

static enum nt_hold_result refuse(struct nt_flows *t, enum nt_hold_result why)
{
	t->stats.refused_full += why == NT_HOLD_FULL;
	return why;
}

/* Half of the places is for those who are registered, whoever calls whom */
static bool is_crowd(
		const struct nt_flows *t, uint32_t h, const struct nt_hold *hold)
{
	return nt_is_stranger((uint8_t)hold->reason)
		   && (h == NONE || !nt_is_stranger(nt_holder_at(t, h)->reason))
		   && t->strangers > t->conf.flows_max / 2;
}

enum nt_hold_result nt_flows_hold(
		struct nt_flows *t, const struct nt_hold *hold, uint64_t now_ms)
{
	uint32_t h, n;
	enum nt_hold_result how = NT_HOLD_KEPT;
	struct nt_flow_at from;
	bool moved = false;

	nt_when_now(t, now_ms);
	h = nt_holder_find(t, hold->holder);
	if(is_crowd(t, h, hold)) {
		t->stats.refused_strangers++;
		return NT_HOLD_FULL;
	}
	n = nt_flow_find(t, &hold->at);
	if(n != NONE) {
		again(t, n, hold);
	} else {
		n = nt_flow_make(t, hold, &how);
		if(n == NONE && h != NONE && can_swap(t, h, hold)) {
			moved = leave_old(t, h, hold, &from);
			n = nt_flow_make(t, hold, &how);
		}
		if(n == NONE)
			return refuse(t, how);
		nt_flow_at(t, n)->vouched = hold->known;
		begin(t, n, hold->fresh);
	}
	if(h == NONE) {
		h = make_holder(t, n, hold, &how);
		if(h == NONE) {
			if(nt_flow_at(t, n)->holders == NONE)
				nt_flow_end(t, n);
			return refuse(t, how);
		}
	} else if(nt_holder_at(t, h)->flow != n) {
		if(nt_holder_at(t, h)->flow != NONE)
			moved = leave_old(t, h, hold, &from);
		nt_holder_join(t, h, n);
	}
	set(t, h, hold);
	if(!moved)
		return how;
	nt_change_moved(t, n, h, &from);
	return NT_HOLD_MOVED;
}

bool nt_flows_release(struct nt_flows *t, uint64_t holder, uint64_t now_ms)
{
	uint32_t h;

	nt_when_now(t, now_ms);
	h = nt_holder_find(t, holder);
	if(h != NONE)
		nt_holder_end(t, h);
	return h != NONE;
}

void nt_flows_heard(
		struct nt_flows *t, const struct nt_flow_at *at, uint64_t now_ms)
{
	uint32_t n = nt_flow_find(t, at);

	nt_when_now(t, now_ms);
	if(n != NONE && !nt_flow_at(t, n)->closed)
		nt_flow_heard(t, n);
}

bool nt_flows_closed(struct nt_flows *t, uint32_t connection, uint64_t now_ms)
{
	uint32_t n = nt_flow_of_connection(t, connection);

	nt_when_now(t, now_ms);
	if(n != NONE)
		nt_flow_close(t, n);
	return n != NONE;
}
