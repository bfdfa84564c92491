/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What happened, for who asks */
#include "nt/nt_flows_parts.h"

static struct nt_change *add(struct nt_flows *t, enum nt_change_kind kind)
{
	struct nt_change *c;

	if(t->change_count == NT_FLOWS_CHANGES) {
		t->change_first = (t->change_first + 1) % NT_FLOWS_CHANGES;
		t->change_count--;
		t->stats.changes_lost++;
	}
	c = &t->change[(t->change_first + t->change_count++) % NT_FLOWS_CHANGES];
	*c = (struct nt_change){.kind = kind};
	return c;
}

bool nt_flows_change(struct nt_flows *t, struct nt_change *change)
{
	if(t->change_count == 0)
		return false;
	*change = t->change[t->change_first];
	t->change_first = (t->change_first + 1) % NT_FLOWS_CHANGES;
	t->change_count--;
	return true;
}

static struct nt_change *add_of(struct nt_flows *t, enum nt_change_kind kind,
		uint32_t n, uint32_t holder)
{
	const struct nt_flow_rec *f = nt_flow_at(t, n);
	struct nt_change *c = add(t, kind);

	nt_flow_where(&c->at, f);
	c->flow = nt_flow_tag(t, n);
	c->terms = f->terms;
	c->proven = f->proven;
	c->rtt_ms = f->pulse.rtt_ms;
	nt_flow_reasons(&c->reasons, t, f);
	if(holder != NONE) {
		c->holder = nt_holder_number(nt_holder_at(t, holder));
		nt_holder_name(c->name, t, nt_holder_at(t, holder));
	}
	return c;
}

void nt_flow_turned(struct nt_flows *t, uint32_t n, uint8_t before,
		enum nt_pulse_change change)
{
	const struct nt_flow_rec *f = nt_flow_at(t, n);
	uint8_t now = f->pulse.state;

	if(now != before) {
		t->stats.state[before]--;
		t->stats.state[now]++;
		if(f->site != NONE) {
			struct nt_site_rec *s = nt_site_at(t, f->site);

			s->down += now == NT_PULSE_DOWN;
			s->down -= before == NT_PULSE_DOWN;
		}
	}
	if(change == NT_PULSE_CAME_UP)
		add_of(t, NT_CHANGE_UP, n, f->holders);
	else if(change == NT_PULSE_WENT_DOWN)
		add_of(t, NT_CHANGE_DOWN, n, f->holders);
	/* once: with the first sign that it is gone */
	if(before == NT_PULSE_UP && now != NT_PULSE_UP && f->proven
			&& f->site != NONE)
		nt_site_hit(t, f->site);
}

void nt_change_moved(struct nt_flows *t, uint32_t flow, uint32_t holder,
		const struct nt_flow_at *from)
{
	add_of(t, NT_CHANGE_MOVED, flow, holder)->from = *from;
}

static struct nt_change *add_of_site(struct nt_flows *t,
		enum nt_change_kind kind, const struct nt_site_rec *s)
{
	struct nt_change *c = add(t, kind);

	c->at.remote.addr = nt_site_addr(s);
	c->at.transport = s->stream ? NT_TRANSPORT_TCP : NT_TRANSPORT_UDP;
	return c;
}

void nt_change_restart(
		struct nt_flows *t, const struct nt_site_rec *s, uint32_t flows)
{
	add_of_site(t, NT_CHANGE_RESTART, s)->flows = flows;
}

void nt_change_learned(
		struct nt_flows *t, const struct nt_site_rec *s, uint32_t seconds)
{
	add_of_site(t, NT_CHANGE_LEARNED, s)->seconds = seconds;
}
