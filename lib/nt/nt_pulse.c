/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_pulse.h"

void nt_pulse_begin(struct nt_pulse *p, uint32_t now_ms)
{
	*p = (struct nt_pulse){.sent_ms = now_ms, .heard_ms = now_ms};
}

enum nt_pulse_change nt_pulse_due(struct nt_pulse *p, unsigned misses)
{
	if(!p->waiting)
		return NT_PULSE_SAME;
	p->waiting = false;
	p->answers = 0;
	if(p->misses < UINT8_MAX)
		p->misses++;
	if(p->state == NT_PULSE_DOWN)
		return NT_PULSE_SAME;
	if(p->misses >= misses) {
		p->state = NT_PULSE_DOWN;
		return NT_PULSE_WENT_DOWN;
	}
	if(p->state != NT_PULSE_UP)
		return NT_PULSE_SAME;
	p->state = NT_PULSE_SHAKY;
	return NT_PULSE_BECAME_SHAKY;
}

enum nt_pulse_change nt_pulse_sent(
		struct nt_pulse *p, unsigned misses, uint32_t now_ms)
{
	enum nt_pulse_change change = nt_pulse_due(p, misses);

	p->sent_ms = now_ms;
	p->waiting = true;
	return change;
}

void nt_pulse_unsent(struct nt_pulse *p)
{
	p->waiting = false;
}

/* RFC 6298 §2: variance first, by the old mean. Rounded: cut, the mean would
 * end up to 7 ms too low. */
static void measure(struct nt_pulse *p, uint32_t took_ms)
{
	uint32_t r = took_ms == 0 ? 1 : took_ms;
	uint32_t rtt = p->rtt_ms, var = p->var_ms;

	if(r > UINT16_MAX)
		r = UINT16_MAX;
	if(rtt == 0) {
		rtt = r;
		var = r / 2;
	} else {
		var = (3 * var + (rtt > r ? rtt - r : r - rtt) + 2) / 4;
		rtt = (7 * rtt + r + 4) / 8;
	}
	p->rtt_ms = (uint16_t)rtt;
	p->var_ms = (uint16_t)var;
}

enum nt_pulse_change nt_pulse_answered(struct nt_pulse *p, uint32_t now_ms)
{
	bool was_up = p->state == NT_PULSE_UP || p->state == NT_PULSE_SHAKY;

	p->heard_ms = now_ms;
	if(!p->waiting)
		return NT_PULSE_SAME;
	measure(p, now_ms - p->sent_ms);
	p->waiting = false;
	p->misses = 0;
	if(p->answers < NT_PULSE_UP_AFTER)
		p->answers++;
	if(p->state == NT_PULSE_DOWN && p->answers < NT_PULSE_UP_AFTER)
		return NT_PULSE_SAME;
	p->state = NT_PULSE_UP;
	return was_up ? NT_PULSE_SAME : NT_PULSE_CAME_UP;
}

enum nt_pulse_change nt_pulse_heard(struct nt_pulse *p, uint32_t now_ms)
{
	p->heard_ms = now_ms;
	if(p->state == NT_PULSE_DOWN && p->answers == 0)
		p->answers = 1;
	if(p->state != NT_PULSE_NEW)
		return NT_PULSE_SAME;
	p->state = NT_PULSE_UP;
	return NT_PULSE_CAME_UP;
}

enum nt_pulse_change nt_pulse_lives(struct nt_pulse *p, uint32_t now_ms)
{
	bool was_up = p->state == NT_PULSE_UP || p->state == NT_PULSE_SHAKY;

	p->heard_ms = now_ms;
	p->waiting = false;
	p->misses = 0;
	p->state = NT_PULSE_UP;
	return was_up ? NT_PULSE_SAME : NT_PULSE_CAME_UP;
}

enum nt_pulse_change nt_pulse_closed(struct nt_pulse *p)
{
	bool was_down = p->state == NT_PULSE_DOWN;

	p->state = NT_PULSE_DOWN;
	p->waiting = false;
	p->answers = 0;
	return was_down ? NT_PULSE_SAME : NT_PULSE_WENT_DOWN;
}

static uint32_t retry_ms(unsigned misses)
{
	return misses > 16 ? UINT32_MAX
					   : (uint32_t)NT_PULSE_RETRY_MS << (misses - 1);
}

uint32_t nt_pulse_next_ms(const struct nt_pulse *p, uint32_t interval_ms)
{
	uint32_t soon = UINT32_MAX;

	if(p->state == NT_PULSE_DOWN)
		soon = p->answers > 0 ? NT_PULSE_RETRY_MS : UINT32_MAX;
	else if(p->misses > 0)
		soon = retry_ms(p->misses);
	return soon < interval_ms ? soon : interval_ms;
}

const char *nt_pulse_name(enum nt_pulse_state state)
{
	switch(state) {
		case NT_PULSE_NEW:
			return "new";
		case NT_PULSE_UP:
			return "up";
		case NT_PULSE_SHAKY:
			return "shaky";
		case NT_PULSE_DOWN:
			return "down";
	}
	return "?";
}
