/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pings: who is due, what becomes of it, what comes back */
#include "nt/nt_flows_parts.h"

/* How many items and slots of the wheel, and ends of holders, one call looks
 * at: some 20 microseconds */
#define LOOKS 8192
#define REAPS 64

/* One that leaves so much later than it was due is waited for from then on */
#define LATE_MS 500
/* Who is put elsewhere costs as much as looking at so many */
#define LOOKS_TURNED 16

/* One that is down keeps its interval for a while: if only the way was gone,
 * its NAT has not forgotten it yet. Then it may as well be switched off. */
static uint32_t down_ms(const struct nt_flows *t, const struct nt_flow_rec *f)
{
	uint32_t own = f->terms.interval_ms;
	uint32_t silent = (uint32_t)t->now_ms - f->pulse.heard_ms;

	return own > NT_FLOWS_DOWN_MS || silent < NT_FLOWS_DOWN_MS + own
				   ? own
				   : NT_FLOWS_DOWN_MS;
}

/* How long nothing had come when the last ping was sent; 0: something came
 * since */
static uint32_t silence_of(const struct nt_pulse *p)
{
	uint32_t ms = p->sent_ms - p->heard_ms;

	return (int32_t)ms > 0 ? ms : 0;
}

/* The interval that it has now */
static uint32_t own_ms(
		const struct nt_flows *t, const struct nt_flow_rec *f, uint32_t n)
{
	uint32_t ms =
			t->conf.probe ? nt_learn_interval(t, n) : f->terms.interval_ms;

	return f->pulse.state == NT_PULSE_DOWN ? down_ms(t, f) : ms;
}

/* How long an answer is waited for before the next try */
static uint32_t wait_ms(const struct nt_pulse *p, uint32_t interval_ms)
{
	uint32_t ms = p->misses > 0 && p->state != NT_PULSE_DOWN
						  ? nt_pulse_next_ms(p, interval_ms)
						  : NT_PULSE_RETRY_MS;

	return ms < interval_ms ? ms : interval_ms;
}

/* The last ping, that was due at @p sent, has no answer. @return shall there be
 * another one now? If not the flow has its next time, or is gone. */
static bool miss(
		struct nt_flows *t, struct nt_flow_rec *f, uint32_t n, uint32_t sent)
{
	uint8_t before = f->pulse.state;
	enum nt_pulse_change change;

	t->stats.missed++;
	if(f->pulse.misses == 0)
		nt_learn_missed(t, n, silence_of(&f->pulse));
	change = nt_pulse_due(&f->pulse, f->terms.misses);
	nt_flow_turned(t, n, before, change);
	/* it is no lost packet: are its neighbours well? */
	if(f->proven && f->site != NONE
			&& (f->pulse.misses == 2
					|| (before == NT_PULSE_UP && change == NT_PULSE_WENT_DOWN)))
		nt_site_ask(t, f->site);
	if(f->pulse.state != NT_PULSE_DOWN)
		return true;
	if(change != NT_PULSE_WENT_DOWN) {
		nt_when_next(t, n, sent, down_ms(t, f));
		return false;
	}
	nt_learn_down(t, n);
	nt_learn_forget(t, n);
	nt_when_begin(t, n, down_ms(t, f));
	/* nobody but a stranger said that there is somebody (T07) */
	if(!f->proven && !f->vouched)
		nt_flow_shed_strangers(t, n);
	return false;
}

/* It is down and not to be asked before it is heard (T07)? Not so a gateway,
 * which may never say anything first. */
static bool is_given_up(const struct nt_flows *t, const struct nt_flow_rec *f)
{
	uint8_t reasons;

	if(f->pulse.state != NT_PULSE_DOWN || f->pulse.answers > 0
			|| ((f->proven || f->vouched) && !f->terms.stop_when_down))
		return false;
	nt_flow_reasons(&reasons, t, f);
	return (reasons & 1 << NT_REASON_STATIC) == 0;
}

/* A ping of it leaves now; it was due at @p due. When will the next one? */
static void send(
		struct nt_flows *t, struct nt_flow_rec *f, uint32_t n, uint32_t due)
{
	uint32_t interval_ms = own_ms(t, f, n);

	f->sequence++;
	if(f->is_answered)
		nt_pulse_sent(&f->pulse, f->terms.misses, (uint32_t)t->now_ms);
	else
		f->pulse.sent_ms = (uint32_t)t->now_ms;
	if(f->is_answered) {
		uint32_t now = nt_when_clock(t), wait = wait_ms(&f->pulse, interval_ms);

		/* Its ordinary next time comes with the answer, and counts from when
		 * it was due; if that is long ago, from now. */
		if(now - due > LATE_MS)
			due = now;
		f->unsettled = f->unsettled || f->pulse.misses > 0;
		nt_wheel_put(&t->wheel, n, due + wait);
	} else if(f->unsettled) {
		f->unsettled = false;
		nt_when_begin(t, n, interval_ms);
	} else {
		nt_when_next(t, n, due, interval_ms);
	}
}

/* @return shall it be pinged now? If not it is put off, or taken out */
static bool is_to_send(struct nt_flows *t, struct nt_flow_rec *f, uint32_t n)
{
	if(f->ending) {
		nt_flow_shed(t, n);
		return false;
	}
	if(f->twin)
		return nt_learn_twin_due(t, n);
	if(f->elsewhere) {
		/* the usual one follows at once: that was no miss */
		nt_pulse_unsent(&f->pulse);
		nt_learn_no_twin(t, n);
		f->unsettled = true;
	}
	if(f->pulse.waiting
			&& !miss(t, f, n, f->when.due - wait_ms(&f->pulse, own_ms(t, f, n)))
			&& (!f->used || f->ending || !is_given_up(t, f)))
		return false;
	if(is_given_up(t, f)) {
		nt_wheel_take(&t->wheel, n);
		return false;
	}
	return t->site_cost_q == 0 || nt_budget_network(t, n);
}

/* @return was there a ping? */
static bool handle(struct nt_flows *t, uint32_t n, struct nt_due *to)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	uint32_t due = f->when.due, lag_ms = nt_when_clock(t) - due;

	/* only what stays there is sent */
	if(!is_to_send(t, f, n))
		return false;
	if(f->twin) {
		f->sequence++;
	} else {
		if(t->conf.probe)
			nt_learn_ask(t, n);
		send(t, f, n, due);
	}
	nt_flow_where(&to->at, f);
	to->tag = (struct nt_ping_tag){
			.flow = n, .life = f->life, .sequence = f->sequence};
	to->method = (enum nt_ping_method)f->terms.method;
	to->elsewhere = f->elsewhere;
	t->stats.lag_ms = lag_ms;
	t->stats.late += lag_ms > 1000;
	return true;
}

/* Holders whose time is over */
static void reap(struct nt_flows *t)
{
	uint32_t second = (uint32_t)((t->now_ms - t->began_ms) / 1000);
	uint32_t looks = LOOKS, h;

	for(unsigned i = 0; i < REAPS; i++) {
		h = nt_wheel_next(&t->ends, second, &looks);
		if(h == NONE)
			break;
		nt_holder_end(t, h);
	}
}

static void catch_up(struct nt_flows *t)
{
	uint32_t tick = nt_when_clock(t), ahead;

	if(tick - t->wheel.now < NT_FLOWS_STOP_MS)
		return;
	ahead = nt_wheel_ahead(&t->wheel, tick);
	if(ahead <= NT_FLOWS_STOP_FLOWS)
		return;
	t->stats.spread_again += ahead;
	t->stats.late += ahead;
	nt_when_skip(t);
}

size_t nt_flows_due(
		struct nt_flows *t, struct nt_due *due, size_t room, uint64_t now_ms)
{
	uint32_t looks = LOOKS, tick, n;
	size_t count = 0;

	nt_when_now(t, now_ms);
	reap(t);
	if(t->paused)
		return 0;
	nt_site_scan(t);
	catch_up(t);
	tick = nt_when_clock(t);
	room = nt_budget_room(t, room);
	t->walking = true;
	while(count < room) {
		n = nt_wheel_next(&t->wheel, tick, &looks);
		if(n == NONE)
			break;
		if(handle(t, n, &due[count]))
			count++;
		else if(looks > LOOKS_TURNED)
			looks -= LOOKS_TURNED;
		else
			break;
	}
	t->walking = false;
	nt_budget_take(t, (uint32_t)count);
	t->stats.sent += count;
	return count;
}

void nt_flows_pause(struct nt_flows *t, bool pause, uint64_t now_ms)
{
	nt_when_now(t, now_ms);
	if(t->paused && !pause)
		nt_when_skip(t);
	t->paused = pause;
}

/* --- what comes back ----------------------------------------------------- */

/* It is well: its next ping comes at its ordinary time. It was waited for it
 * since @p was. */
static void settle(struct nt_flows *t, uint32_t n, const struct nt_pulse *was)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	uint32_t interval_ms = own_ms(t, f, n);

	if(f->unsettled || was->state == NT_PULSE_DOWN) {
		f->unsettled = false;
		nt_when_begin(t, n, interval_ms);
	} else {
		nt_when_next(
				t, n, f->when.due - wait_ms(was, interval_ms), interval_ms);
	}
}

static void answered(struct nt_flows *t, uint32_t n)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	struct nt_pulse was = f->pulse;
	enum nt_pulse_change change;

	t->stats.answered++;
	change = nt_pulse_answered(&f->pulse, (uint32_t)t->now_ms);
	nt_flow_turned(t, n, was.state, change);
	nt_learn_answered(t, n, was.misses == 0 ? silence_of(&was) : 0);
	if(f->pulse.state == NT_PULSE_DOWN)
		nt_when_in(t, n, NT_PULSE_RETRY_MS);
	else
		settle(t, n, &was);
}

void nt_flow_lives(struct nt_flows *t, uint32_t n)
{
	struct nt_flow_rec *f = nt_flow_at(t, n);
	struct nt_pulse was = f->pulse;

	/* that answer makes a twin yet */
	if(f->elsewhere)
		return;
	nt_flow_turned(
			t, n, was.state, nt_pulse_lives(&f->pulse, (uint32_t)t->now_ms));
	if(was.waiting && !f->ending)
		settle(t, n, &was);
	else
		nt_when_revive(t, n, was.state);
}

/* From the probe socket that its ping named? Any port: it is another binding */
static bool is_elsewhere(
		const struct nt_flow_rec *f, const struct nt_flow_at *at)
{
	struct nt_addr a = nt_flow_addr(f);

	return f->elsewhere && at->transport == f->transport
		   && at->socket == (NT_FLOWS_PROBE | f->socket)
		   && nt_addr_eq(&a, &at->remote.addr);
}

/* How many pings ago? Tags of STUN have 8 bits of it */
static uint32_t age_of(
		const struct nt_flow_rec *f, const struct nt_ping_tag *tag)
{
	uint32_t age = f->sequence - tag->sequence;

	return f->terms.method == NT_PING_STUN ? (uint8_t)age : (uint16_t)age;
}

bool nt_flows_answered(struct nt_flows *t, const struct nt_ping_tag *tag,
		const struct nt_flow_at *at, uint64_t now_ms)
{
	uint32_t n = nt_flow_of_tag(t, tag);
	struct nt_flow_rec *f;
	bool elsewhere;

	nt_when_now(t, now_ms);
	if(n == NONE)
		return false;
	f = nt_flow_at(t, n);
	elsewhere = age_of(f, tag) == 0 && is_elsewhere(f, at);
	if((!elsewhere && !nt_flow_is_at(f, at)) || age_of(f, tag) > 2 || f->closed)
		return false;
	f->proven = true;
	if(f->twin) {
		nt_learn_twin_answered(t, n);
		return true;
	}
	/* it lives, and was slow, or says it twice */
	if(age_of(f, tag) > 0 || !f->pulse.waiting) {
		if(age_of(f, tag) > 0)
			nt_flow_lives(t, n);
		return true;
	}
	if(elsewhere)
		nt_learn_twin(t, n, at);
	else if(f->elsewhere)
		nt_learn_no_twin(t, n);
	answered(t, n);
	return true;
}

void nt_flows_unsent(struct nt_flows *t, const struct nt_ping_tag *tag,
		enum nt_unsent why, uint64_t now_ms)
{
	uint32_t n = nt_flow_of_tag(t, tag);
	struct nt_flow_rec *f;

	nt_when_now(t, now_ms);
	if(n == NONE)
		return;
	f = nt_flow_at(t, n);
	if(f->sequence != (uint16_t)tag->sequence)
		return;
	t->stats.sent--;
	nt_budget_give(t);
	if(f->twin) {
		nt_learn_twin_unsent(t, n, why);
	} else if(why == NT_UNSENT_REFUSED) {
		nt_flow_shed(t, n);
	} else if(why == NT_UNSENT_GONE) {
		nt_flow_close(t, n);
	} else {
		uint32_t ms = f->terms.interval_ms / 2;

		if(why == NT_UNSENT_FULL && ms > 1000)
			ms = 1000;
		nt_pulse_unsent(&f->pulse);
		nt_learn_unasked(t, n);
		f->unsettled = true;
		nt_when_draw(t, n, ms, ms);
	}
}
