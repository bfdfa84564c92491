/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of flows against lists that are searched: what is held and by whom,
 * whatever happens in whatever order, in full tables and without memory */
#include "unit/nt/nt_flows_scene.h"

#define HOLDERS 14
#define PLACES 16

/* Two kinds of transport at three addresses */
static struct nt_flow_at place(unsigned i)
{
	static const char *const addrs[] = {
			"203.0.113.9:5000", "198.51.100.7:5000", "[2001:db8::7]:5000"};
	struct nt_flow_at at =
			i < 8 ? udp(addrs[i % 3]) : tcp(addrs[i % 3], 100 + i);

	at.remote.port = (uint16_t)(at.remote.port + i);
	return at;
}

static unsigned place_of(const struct nt_flow_at *at)
{
	return at->remote.port - 5000u;
}

static bool is_stream(unsigned at)
{
	return at >= 8;
}

static struct
{
	bool on;
	unsigned at;
	uint64_t end_s; /* of the table's seconds */
	enum nt_reason reason;
} holder[HOLDERS];

static struct
{
	bool proven;
	bool vouched;			 /* by a preload */
	bool gateway;			 /* was, at least for a while */
	unsigned pings, allowed; /* while nothing is proven (T07) */
} flow[PLACES];

static struct nt_flows_conf conf;
static uint64_t began, looked_s, seed;
static struct nt_due last[8]; /* pings that may be answered */
static unsigned refused;

static uint64_t draw(uint64_t below)
{
	return nt_random(&seed) % below;
}

static unsigned held(unsigned at)
{
	unsigned n = 0;

	for(unsigned i = 0; i < HOLDERS; i++)
		n += holder[i].on && holder[i].at == at;
	return n;
}

static unsigned flows(void)
{
	unsigned n = 0;

	for(unsigned i = 0; i < PLACES; i++)
		n += held(i) > 0;
	return n;
}

static unsigned holders(void)
{
	unsigned n = 0;

	for(unsigned i = 0; i < HOLDERS; i++)
		n += holder[i].on;
	return n;
}

/* Flows of its site */
static unsigned neighbours(unsigned at)
{
	unsigned n = 0;

	for(unsigned i = 0; i < PLACES; i++)
		n += i % 3 == at % 3 && is_stream(i) == is_stream(at) && held(i) > 0;
	return n;
}

/* --- what is there ------------------------------------------------------- */

static void check_flow(const struct nt_flow_seen *seen)
{
	unsigned at = place_of(&seen->at), reasons = 0, count = 0;
	struct nt_ping_tag tag = {.flow = seen->number};
	struct nt_terms terms;
	uint64_t number;

	ck_assert_uint_gt(held(at), 0);
	for(unsigned i = 0; i < HOLDERS; i++) {
		if(holder[i].on && holder[i].at == at)
			reasons |= 1u << holder[i].reason;
	}
	ck_assert_uint_eq(seen->reasons, reasons);
	ck_assert_uint_eq(seen->holders, held(at));
	/* any life: there is one that fits */
	while(tag.life < 65536 && !nt_flows_terms(table, &tag, &terms))
		tag.life++;
	for(uint32_t p = 0;
			(p = nt_flows_holder_next(table, &tag, p, &number)) != UINT32_MAX;
			count++) {
		ck_assert_uint_lt(number - 1, HOLDERS);
		ck_assert(holder[number - 1].on && holder[number - 1].at == at);
	}
	ck_assert_uint_eq(count, held(at));
}

static void check_all(void)
{
	struct nt_flows_stats s = stats();
	struct nt_flow_seen seen;
	struct nt_site_seen site;
	unsigned count = 0, states = 0, of_sites = 0, down = 0;

	for(uint32_t i = 0;
			(i = nt_flows_next(table, i, 1000, &seen, now)) != UINT32_MAX;
			i++) {
		check_flow(&seen);
		count++;
	}
	ck_assert_uint_eq(count, flows());
	ck_assert_uint_eq(s.flows, count);
	ck_assert_uint_eq(s.holders, holders());
	for(int i = 0; i < NT_PULSE_STATE_COUNT; i++)
		states += s.state[i];
	ck_assert_uint_eq(states, count);
	ck_assert_uint_le(s.sites, conf.sites_max);
	for(uint32_t i = 0;
			(i = nt_flows_site_next(table, i, 1000, &site)) != UINT32_MAX;
			i++) {
		of_sites += site.flows;
		down += site.down;
	}
	ck_assert_uint_le(of_sites, count);
	ck_assert_uint_le(down, s.state[NT_PULSE_DOWN]);
	if(conf.sites_max >= 6 && heap.fail_at == 0 && refused == 0) {
		ck_assert_uint_eq(of_sites, count);
		ck_assert_uint_eq(down, s.state[NT_PULSE_DOWN]);
	}
	ck_assert_uint_eq(s.bytes + s.fixed, heap.bytes);
}

/* --- what happens -------------------------------------------------------- */

static bool is_stranger(enum nt_reason reason)
{
	return reason != NT_REASON_REGISTRATION && reason != NT_REASON_STATIC;
}

/* Is it one more of those who may be no more than half? */
static bool is_crowd(unsigned i, enum nt_reason reason)
{
	unsigned n = 0;

	for(unsigned k = 0; k < HOLDERS; k++)
		n += holder[k].on && is_stranger(holder[k].reason);
	return is_stranger(reason)
		   && (!holder[i].on || !is_stranger(holder[i].reason))
		   && n > conf.flows_max / 2;
}

static bool was_full(unsigned i, unsigned at)
{
	bool alone = holder[i].on && held(holder[i].at) == 1;
	bool same_site = holder[i].on && holder[i].at % 3 == at % 3
					 && is_stream(holder[i].at) == is_stream(at);
	unsigned crowd = neighbours(at) - (alone && same_site);

	if(!holder[i].on && holders() >= conf.holders_max)
		return true;
	if(held(at) > 0)
		return false;
	return flows() - alone >= conf.flows_max
		   || (conf.per_site > 0 && crowd >= conf.per_site);
}

static void do_hold(void)
{
	unsigned i = (unsigned)draw(HOLDERS), at = (unsigned)draw(PLACES);
	uint64_t ms = draw(40) == 0 ? UINT64_MAX : now + draw(200000) - 5000;
	struct nt_hold h = hold_of(i + 1, place(at));
	bool is_new = held(at) == 0, on = holder[i].on, full;
	bool moved = on && holder[i].at != at
				 && is_stream(holder[i].at) == is_stream(at);
	enum nt_hold_result how;

	h.reason = (enum nt_reason)draw(NT_REASON_COUNT);
	h.fresh = draw(2) == 0;
	h.known = draw(4) == 0;
	full = is_crowd(i, h.reason) || was_full(i, at);
	h.until_ms = ms;
	h.terms.interval_ms = 1000u << draw(6);
	h.terms.method = (uint8_t)draw(3);
	h.terms.adaptive = true;
	h.terms.stop_when_down = draw(2) == 0;
	h.name = nt_span_of(
			"a name that is not so short, and another one", draw(45));
	heap.asked = 0;
	heap.fail_at = draw(20) == 0 ? 1 + (long)draw(3) : 0;
	how = nt_flows_hold(table, &h, now);
	if(how == NT_HOLD_NO_MEMORY) {
		ck_assert(heap.fail_at > 0 && heap.asked >= heap.fail_at);
		heap.fail_at = 0;
		return;
	}
	refused += heap.fail_at > 0 && heap.asked >= heap.fail_at;
	heap.fail_at = 0;
	if(how == NT_HOLD_FULL) {
		/* a site for which there was no memory does not count its flows */
		ck_assert(full);
		return;
	}
	/* nor one for which there was no room */
	ck_assert(!full || (conf.per_site > 0 && (conf.sites_max < 6 || refused)));
	ck_assert_int_eq(how, moved	   ? NT_HOLD_MOVED
						  : is_new ? NT_HOLD_NEW
								   : NT_HOLD_KEPT);
	holder[i].on = true;
	holder[i].at = at;
	holder[i].reason = h.reason;
	holder[i].end_s = UINT64_MAX;
	if(ms != UINT64_MAX) {
		holder[i].end_s = ms > began ? (ms - began + 999) / 1000 : 0;
		if(holder[i].end_s <= looked_s)
			holder[i].end_s = looked_s + 1;
	}
	if(is_new) {
		flow[at].proven = flow[at].gateway = false;
		flow[at].vouched = h.known;
		flow[at].pings = 0;
		flow[at].allowed = 0;
	}
	flow[at].gateway |= h.reason == NT_REASON_STATIC;
	/* as many as for a new one if it was closed */
	flow[at].allowed += 3;
}

static void do_release(void)
{
	unsigned i = (unsigned)draw(HOLDERS);

	ck_assert_int_eq(nt_flows_release(table, i + 1, now), holder[i].on);
	holder[i].on = false;
}

static void do_hear(void)
{
	unsigned at = (unsigned)draw(PLACES);
	struct nt_flow_at where = place(at);

	nt_flows_heard(table, &where, now);
	flow[at].allowed += 2;
}

static void do_close(void)
{
	unsigned at = (unsigned)draw(PLACES);

	ck_assert_int_eq(nt_flows_closed(table, 100 + at, now),
			is_stream(at) && held(at) > 0);
}

/* Any of the last pings, its flow may be another one by now */
static void do_answer(void)
{
	struct nt_due *d = &last[draw(8)];
	unsigned at = place_of(&d->at);

	if(d->tag.sequence == 0)
		return;
	if(answer_to(d)) {
		ck_assert_uint_gt(held(at), 0);
		flow[at].proven = true;
	}
}

static void do_unsent(void)
{
	struct nt_due *d = &last[draw(8)];
	enum nt_unsent why = (enum nt_unsent)draw(3);
	struct nt_terms terms;
	unsigned at = place_of(&d->at);
	struct nt_flow_seen seen;

	if(d->tag.sequence == 0 || draw(8) != 0)
		return;
	if(nt_flows_terms(table, &d->tag, &terms)) {
		ck_assert(see(&seen, place(at)));
		flow[at].allowed += 2;
		if(why == NT_UNSENT_REFUSED && seen.sequence == d->tag.sequence) {
			for(unsigned i = 0; i < HOLDERS; i++)
				holder[i].on = holder[i].on && holder[i].at != at;
		}
	}
	nt_flows_unsent(table, &d->tag, why, now);
	d->tag.sequence = 0;
}

/* Who is down and never answered loses those whom strangers brought about */
static void see_changes(void)
{
	struct nt_change c;

	while(nt_flows_change(table, &c)) {
		unsigned at = place_of(&c.at);

		if(c.kind != NT_CHANGE_DOWN || c.proven || flow[at].vouched)
			continue;
		for(unsigned i = 0; i < HOLDERS; i++)
			holder[i].on =
					holder[i].on
					&& (holder[i].at != at || !is_stranger(holder[i].reason));
	}
}

static void do_walk(uint64_t ms)
{
	struct nt_due due[3];

	/* those of closed connections */
	forget_changes();

	for(uint64_t until = now + ms; now < until;) {
		size_t count, room = (size_t)draw(4);

		now += 1 + draw(3);
		count = nt_flows_due(table, due, room, now);
		ck_assert_uint_le(count, room);
		looked_s = (now - began) / 1000;
		for(unsigned i = 0; i < HOLDERS; i++)
			holder[i].on = holder[i].on && holder[i].end_s > looked_s;
		see_changes();
		for(size_t i = 0; i < count; i++) {
			unsigned at = place_of(&due[i].at);

			ck_assert_uint_gt(held(at), 0);
			ck_assert(!due[i].elsewhere);
			flow[at].pings += due[i].method != NT_PING_CRLF;
			ck_assert(flow[at].proven || flow[at].vouched || flow[at].gateway
					  || flow[at].pings <= flow[at].allowed);
			last[draw(8)] = due[i];
		}
	}
}

static void step(void)
{
	switch(draw(12)) {
		case 0:
		case 1:
		case 2:
			do_hold();
			break;
		case 3:
			do_release();
			break;
		case 4:
			do_hear();
			break;
		case 5:
			if(draw(4) == 0)
				do_close();
			break;
		case 6:
		case 7:
			do_answer();
			break;
		case 8:
			do_unsent();
			break;
		case 9:
			if(draw(50) == 0)
				now += draw(200000);
			if(draw(20) == 0)
				nt_flows_pause(table, draw(2) == 0, now);
			break;
		default:
			do_walk(draw(10) == 0 ? 3000 : 100);
	}
}

/* flows, holders, sites, of one site; the N-th allocation fails at first */
static const struct
{
	uint32_t flows, holders, sites, per_site;
} tables[] = {{PLACES, HOLDERS, 6, 0}, {6, HOLDERS, 6, 0}, {PLACES, 7, 2, 0},
		{PLACES, HOLDERS, 6, 2}, {9, 9, 3, 2}, {1, 1, 1, 1}, {2, 20, 1, 0}};

static void run(int row, uint64_t start)
{
	memset(holder, 0, sizeof(holder));
	memset(flow, 0, sizeof(flow));
	memset(last, 0, sizeof(last));
	seed = start;
	refused = 0;
	conf = conf_of(tables[row].flows, tables[row].sites);
	conf.holders_max = tables[row].holders;
	conf.per_site = tables[row].per_site;
	begin_with(&conf);
	began = now;
	looked_s = 0;
	for(int i = 0; i < 4000; i++) {
		step();
		if(i % 4 == 0)
			check_all();
	}
	nt_flows_pause(table, false, now);
	/* all of it goes */
	for(unsigned i = 0; i < HOLDERS; i++)
		nt_flows_release(table, i + 1, now);
	memset(holder, 0, sizeof(holder));
	check_all();
	end();
}

START_TEST(it_is_what_simple_lists_would_be)
{
	for(uint64_t i = 1; i <= 4; i++)
		run(_i, i * 1000 + (uint64_t)_i);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_flows_model");

	nt_add_rows(
			suite, "model", it_is_what_simple_lists_would_be, NT_COUNT(tables));
	return nt_run(suite);
}
