/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long the flows of a site may be silent: what is asked of nt_lifetime and
 * told to it, and the twins that find it out */
#include "nt/nt_flows_parts.h"

/* Pings elsewhere of one phone; pings of a twin, so far apart */
#define TRIES 3
#define TRY_MS 1000

/* A twin is pinged so often, so far apart, before it is left alone: bindings
 * that were used once live shorter than those in use */
#define WARM 2
#define WARM_MS 3000

/* Does it follow what its site learns? Of streams nothing is learned. */
static bool learns(const struct nt_flows *t, const struct nt_flow_rec *f)
{
	return t->conf.probe && f->terms.adaptive && f->is_answered
		   && f->site != NONE && f->transport == NT_TRANSPORT_UDP
		   && nt_site_learns(t, nt_site_at(t, f->site));
}

/* To the nearest one */
static uint16_t in_seconds(uint32_t ms)
{
	uint32_t s = ms < UINT32_MAX - 500 ? (ms + 500) / 1000 : ms / 1000;

	return (uint16_t)(s < UINT16_MAX ? s : UINT16_MAX);
}

static uint32_t now_s(const struct nt_flows *t)
{
	return (uint32_t)(t->now_ms / 1000);
}

static uint32_t policy_s(const struct nt_flow_rec *f)
{
	return f->terms.interval_ms / 1000;
}

static struct nt_lifetime *life_of(
		const struct nt_flows *t, const struct nt_flow_rec *f)
{
	return &nt_site_at(t, f->site)->life;
}

uint32_t nt_learn_interval(const struct nt_flows *t, uint32_t n)
{
	const struct nt_flow_rec *f = nt_flow_at(t, n);
	const struct nt_lifetime *l;
	uint32_t s;

	if(!learns(t, f))
		return f->terms.interval_ms;
	l = life_of(t, f);
	s = nt_lifetime_interval_of(l, n, policy_s(f), t->conf.floor_s);
	if(s == policy_s(f))
		return f->terms.interval_ms;
	/* who is new, lost a packet or is weak keeps no longer silence than the
	 * policy's */
	if(s > policy_s(f)
			&& (f->pulse.answers < NT_PULSE_UP_AFTER
					|| (f->weak && f->generation == l->generation)))
		return f->terms.interval_ms;
	return s * 1000;
}

/* What is known has changed: who has to know it? It was so much before. */
static void tell(struct nt_flows *t, struct nt_site_rec *s, uint32_t before,
		uint32_t after)
{
	/* small steps are many */
	if(after * 10 > s->told_s * 11u || after * 10 < s->told_s * 9u) {
		s->told_s = (uint16_t)after;
		nt_change_learned(t, s, after);
	}
	/* who waits longer would be asked too late */
	if(after < before)
		nt_site_hurry(t, s, after * 1000);
}

/* @return of a death: is that one weaker than its site? */
static bool say(struct nt_flows *t, uint32_t n, uint32_t silence_s, bool lived)
{
	const struct nt_flow_rec *f = nt_flow_at(t, n);
	struct nt_lifetime *l = life_of(t, f);
	uint32_t before, after;
	bool weak = false;

	before = nt_lifetime_interval(l, policy_s(f), t->conf.floor_s);
	if(lived)
		nt_lifetime_lived(l, n, silence_s, now_s(t));
	else
		weak = nt_lifetime_died(l, n, silence_s, now_s(t));
	after = nt_lifetime_interval(l, policy_s(f), t->conf.floor_s);
	if(after != before)
		tell(t, nt_site_at(t, f->site), before, after);
	return weak;
}

void nt_learn_answered(struct nt_flows *t, uint32_t n, uint32_t silence_ms)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);

	if(!learns(t, f))
		return;
	f->silence_s = 0;
	if(silence_ms >= 500)
		say(t, n, in_seconds(silence_ms), true);
}

void nt_learn_missed(struct nt_flows *t, uint32_t n, uint32_t silence_ms)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	uint32_t s = in_seconds(silence_ms);

	if(learns(t, f) && f->proven)
		f->silence_s = (uint16_t)(s < UINT16_MAX ? s : UINT16_MAX);
}

void nt_learn_down(struct nt_flows *t, uint32_t n)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	uint32_t silence_s = f->silence_s;

	if(!learns(t, f) || silence_s == 0)
		return;
	f->silence_s = 0;
	f->weak = say(t, n, silence_s, false);
	f->generation = life_of(t, f)->generation;
}

/* --- twins --------------------------------------------------------------- */

/* The phone whose twin it is: a twin stands in no bucket */
static uint32_t phone_of(const struct nt_flow_rec *twin)
{
	return twin->next;
}

bool nt_learn_is_volunteer(const struct nt_flows *t, uint32_t n)
{
	const struct nt_site_rec *s = nt_flow_site(t, nt_flow_at(t, n));

	return s != NULL && s->twin != NONE && s->twin != n
		   && phone_of(nt_flow_at(t, s->twin)) == n;
}

static void drop(struct nt_flows *t, struct nt_site_rec *s)
{
	uint32_t twin = s->twin;

	s->twin = NONE;
	nt_lifetime_give_up(&s->life, twin);
	nt_flow_end(t, twin);
}

void nt_learn_ask(struct nt_flows *t, uint32_t n)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	struct nt_site_rec *s;

	/* only a request has a Via that says where its answer shall come to */
	if(!learns(t, f) || f->tries == TRIES || f->weak
			|| f->pulse.state != NT_PULSE_UP
			|| f->pulse.answers < NT_PULSE_UP_AFTER
			|| (f->terms.method != NT_PING_OPTIONS
					&& f->terms.method != NT_PING_NOTIFY))
		return;
	s = nt_site_at(t, f->site);
	if(s->twin != NONE || s->asking
			|| !nt_lifetime_wants(&s->life, policy_s(f), now_s(t)))
		return;
	s->asking = true;
	f->elsewhere = true;
}

void nt_learn_unasked(struct nt_flows *t, uint32_t n)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);

	if(f->elsewhere)
		nt_site_at(t, f->site)->asking = false;
	f->elsewhere = false;
}

void nt_learn_no_twin(struct nt_flows *t, uint32_t n)
{
	nt_learn_unasked(t, n);
	nt_flow_at(t, n)->tries++;
}

void nt_learn_twin(struct nt_flows *t, uint32_t n, const struct nt_flow_at *at)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	struct nt_site_rec *s = nt_site_at(t, f->site);

	nt_learn_unasked(t, n);
	f->tries = 0;
	s->twin = nt_flow_make_twin(t, n, at);
	if(s->twin == NONE)
		return;
	nt_flow_at(t, s->twin)->next = n;
	s->warm = WARM;
	nt_when_in(t, s->twin, WARM_MS);
}

bool nt_learn_twin_due(struct nt_flows *t, uint32_t twin)
{
	struct nt_flow_rec *f = nt_flow_at(t, twin);
	struct nt_site_rec *s = nt_site_at(t, f->site);

	if(f->tries == TRIES || !nt_site_learns(t, s)) {
		if(s->warm == 0 && f->tries == TRIES)
			say(t, twin, f->silence_s, false);
		drop(t, s);
		return false;
	}
	if(f->tries++ == 0) {
		uint32_t ms = (uint32_t)t->now_ms - f->pulse.heard_ms;

		f->silence_s = (uint16_t)(in_seconds(ms));
	}
	nt_when_in(t, twin, TRY_MS);
	return true;
}

void nt_learn_twin_answered(struct nt_flows *t, uint32_t twin)
{
	struct nt_flow_rec *f = nt_flow_at(t, twin);
	struct nt_site_rec *s = nt_site_at(t, f->site);
	uint32_t silence_s;

	if(f->tries == 0)
		return; /* twice */
	f->tries = 0;
	f->pulse.heard_ms = (uint32_t)t->now_ms;
	if(s->warm == 0)
		say(t, twin, f->silence_s, true);
	else if(--s->warm > 0) {
		nt_when_in(t, twin, WARM_MS);
		return;
	}
	silence_s = nt_lifetime_ask(&s->life, twin, policy_s(f), now_s(t));
	if(silence_s == 0)
		drop(t, s);
	else
		/* over, not only begun: seconds are cut */
		nt_when_in(t, twin, silence_s * 1000 + 10);
}

void nt_learn_twin_unsent(struct nt_flows *t, uint32_t twin, enum nt_unsent why)
{
	struct nt_flow_rec *f = nt_flow_at(t, twin);

	if(why != NT_UNSENT_LATER)
		drop(t, nt_site_at(t, f->site));
	else if(f->tries > 0)
		f->tries--;
}

void nt_learn_forget(struct nt_flows *t, uint32_t n)
{
	nt_learn_unasked(t, n);
	if(nt_learn_is_volunteer(t, n))
		drop(t, nt_flow_site(t, nt_flow_at(t, n)));
}
