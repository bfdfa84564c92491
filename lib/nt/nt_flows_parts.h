/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of the table of flows: its records, and what its files do for each
 * other. For nt_flows*.c only. */
#ifndef NT_FLOWS_PARTS_H
#define NT_FLOWS_PARTS_H

#include "nt/nt_flows.h"
#include "nt/nt_wheel.h"

#define NONE NT_POOL_NONE

/* One place; of a twin, one that nobody holds */
struct nt_flow_rec
{
	uint32_t next; /* in its bucket; of a twin: whose it is */
	struct nt_wheel_link when;
	uint32_t addr[4]; /* halves of nt_addr hi and lo */
	struct nt_pulse pulse;
	struct nt_terms terms;
	union
	{
		uint32_t connection; /* of a stream */
		struct				 /* of a datagram flow that learns */
		{
			uint16_t silence_s; /* before the first ping that was not answered;
								   0: none, or nothing to learn from it */
			uint8_t generation; /* of its site, when it turned out weak */
		};
	};
	uint32_t site;	  /* NONE: there was no room for it */
	uint32_t holders; /* the first one; NONE of a twin */
	uint16_t port, socket;
	uint16_t life, sequence;
	bool used : 1;		  /* this place is one */
	bool twin : 1;		  /* of a volunteer; not in the index */
	bool is_answered : 1; /* pings of its method are */
	bool proven : 1;	  /* one of its pings was answered once */
	bool closed : 1;	  /* its connection is */
	bool granted : 1;	  /* it waited for its turn in its network */
	bool unsettled : 1;	  /* a place for it is drawn after its next ping */
	bool elsewhere : 1;	  /* its last ping went there */
	bool weak : 1;		  /* died where others of its site live */
	bool ending : 1;	  /* its holders are taken away, some at a time */
	bool vouched : 1;	  /* it was known before: not by a request just now */
	uint8_t tries : 2;	  /* of pings elsewhere; of a twin: to reach it */
	uint8_t transport : 3;
};

#define NT_HOLDER_NAME 30 /* kept inside */
#define NT_HOLDER_HEAD 26 /* of a longer one, before the number of the rest */
#define NT_HOLDER_REST (((size_t)NT_FLOWS_NAME - NT_HOLDER_HEAD + 3) / 4 * 4)

struct nt_holder_rec
{
	uint32_t next; /* in its bucket */
	struct nt_wheel_link end;
	uint32_t number[2];
	uint32_t flow;
	uint32_t kin_next, kin_prev; /* of one flow */
	uint8_t reason;
	uint8_t len;
	char name[NT_HOLDER_NAME];
};

struct nt_site_rec
{
	uint32_t next;	 /* in its bucket */
	uint32_t key[2]; /* IPv4 address, or first half of an IPv6 address */
	uint32_t flows, down;
	struct nt_lifetime life;
	uint32_t twin; /* NONE: there is none */
	/* scanned places until when its flows are asked to hurry */
	uint32_t hurry_end;
	uint16_t hurry_s;
	uint16_t hits; /* flows that went, since */
	uint32_t since_ms;
	uint16_t restarts;
	uint16_t told_s;  /* the learned interval that was told last */
	uint8_t warm : 2; /* pings until the twin is in use */
	bool used : 1;
	bool ipv6 : 1;
	bool stream : 1;
	bool quiet : 1;	   /* a restart was told at since_ms */
	bool asking : 1;   /* a ping went elsewhere: perhaps there will be a twin */
	bool hurrying : 1; /* until hurry_end */
	uint16_t asked_s;  /* when nt_site_ask() last did, cut */
};

/* So far behind, and more than so many waiting: that is no delay, it was a
 * stop */
#define NT_FLOWS_STOP_MS 1000
#define NT_FLOWS_STOP_FLOWS 64

#define NT_FLOWS_THROTTLES 4096

struct nt_flows
{
	struct nt_mem mem;
	struct nt_flows_conf conf;
	struct nt_pool flows, holders, names, sites;
	struct nt_wheel wheel; /* of flows, milliseconds */
	struct nt_wheel ends;  /* of holders, seconds since began_ms */
	uint32_t *flow_bucket, *holder_bucket, *site_bucket; /* own */
	uint32_t flow_mask, holder_mask, site_mask;
	uint32_t twins, holders_max;
	uint32_t strangers; /* holders */

	uint64_t began_ms, now_ms;
	uint64_t skipped_ms; /* the wheel's clock is behind by that */
	uint64_t random;
	bool paused;
	bool walking; /* in nt_flows_due() */

	/* budgets; times in 1/65536 ms */
	struct nt_flows_rates rates;
	uint64_t next_q; /* when the next ping of all may leave */
	uint64_t cost_q, site_cost_q;
	uint64_t *throttle; /* own; likewise for networks, hashed */
	uint64_t rate_q;	/* sum of 2^32 / interval of all flows */
	uint64_t allow_ms;	/* the millisecond that allow_q was last raised in */
	uint64_t allow_q;	/* pings that may leave in it */
	uint32_t recent;	/* pings in the last whole second */
	uint32_t this_second;
	uint64_t second;

	uint32_t site_hand; /* where a place of a site is looked for */
	uint32_t scan_at;	/* place of the next flow that is looked at */
	uint32_t scanned;	/* places so far */
	uint32_t scan_end;	/* until when there is reason to */

	struct nt_change *change; /* own; a ring */
	uint32_t change_first, change_count;
	struct nt_flows_stats stats;
	size_t fixed;
};

/* --- time: nt_flows_when.c ----------------------------------------------- */

/* A call came at that time. Another process may have looked at the clock before
 * who called last. */
static inline void nt_when_now(struct nt_flows *t, uint64_t now_ms)
{
	if(now_ms > t->now_ms)
		t->now_ms = now_ms;
}

/* The wheel's clock, and the time that who is put now counts from */
static inline uint32_t nt_when_clock(const struct nt_flows *t)
{
	return t->paused ? t->wheel.now : (uint32_t)(t->now_ms - t->skipped_ms);
}

/* The wheel's clock stands still until its hand: all wait so much longer */
void nt_when_skip(struct nt_flows *t);
uint32_t nt_when_tick(const struct nt_flows *t);
uint64_t nt_when_random(struct nt_flows *t);
/* Its next ping comes at the better one of two drawn places, @p from_ms to
 * @p from_ms + @p span_ms from now */
void nt_when_draw(
		struct nt_flows *t, uint32_t n, uint32_t from_ms, uint32_t span_ms);
/* Likewise in one whole interval from now, or up to 7 % of it later: the first
 * one of a row. Whenever such rows begin, all of them together are even then.
 */
void nt_when_begin(struct nt_flows *t, uint32_t n, uint32_t interval_ms);
/* After one that was due at @p due: one interval later */
void nt_when_next(
		struct nt_flows *t, uint32_t n, uint32_t due, uint32_t interval_ms);
/* So much from now, exactly */
void nt_when_in(struct nt_flows *t, uint32_t n, uint32_t ms);
/* It was heard, and is or was down or has nothing to do: ask it soon */
void nt_when_revive(struct nt_flows *t, uint32_t n, uint8_t was);

/* How many pings of @p room may leave now? And so many do; one did not after
 * all. */
size_t nt_budget_room(struct nt_flows *t, size_t room);
void nt_budget_take(struct nt_flows *t, uint32_t count);
void nt_budget_give(struct nt_flows *t);
/* Its network's. @return false: it was put off to a time of its own */
bool nt_budget_network(struct nt_flows *t, uint32_t n);

/* --- records: nt_flows_table.c, nt_flows_holders.c ----------------------- */

/* 64 bits in records that stand at multiples of 4 */
static inline uint64_t nt_wide(const uint32_t half[2])
{
	return (uint64_t)half[0] << 32 | half[1];
}

static inline void nt_narrow(uint32_t half[2], uint64_t number)
{
	half[0] = (uint32_t)(number >> 32);
	half[1] = (uint32_t)number;
}

static inline struct nt_flow_rec *nt_flow_at(
		const struct nt_flows *t, uint32_t n)
{
	return nt_pool_at(&t->flows, n);
}

static inline struct nt_holder_rec *nt_holder_at(
		const struct nt_flows *t, uint32_t n)
{
	return nt_pool_at(&t->holders, n);
}

static inline struct nt_site_rec *nt_site_at(
		const struct nt_flows *t, uint32_t n)
{
	return nt_pool_at(&t->sites, n);
}

/* Its site, or NULL */
static inline struct nt_site_rec *nt_flow_site(
		const struct nt_flows *t, const struct nt_flow_rec *f)
{
	return f->site != NONE ? nt_site_at(t, f->site) : NULL;
}

static inline struct nt_addr nt_flow_addr(const struct nt_flow_rec *f)
{
	struct nt_addr a = {.hi = nt_wide(f->addr), .lo = nt_wide(f->addr + 2)};

	a.family =
			a.hi == 0 && a.lo >> 32 == 0xffff ? NT_FAMILY_IPV4 : NT_FAMILY_IPV6;
	return a;
}

static inline struct nt_ping_tag nt_flow_tag(
		const struct nt_flows *t, uint32_t n)
{
	const struct nt_flow_rec *f = nt_flow_at(t, n);

	return (struct nt_ping_tag){
			.flow = n, .life = f->life, .sequence = f->sequence};
}

/* A reason that anybody can bring about, by calling a phone that answers? */
static inline bool nt_is_stranger(uint8_t reason)
{
	return reason != NT_REASON_REGISTRATION && reason != NT_REASON_STATIC;
}

static inline bool nt_is_stream(enum nt_transport transport)
{
	return transport >= NT_TRANSPORT_TCP;
}

void nt_flow_where(struct nt_flow_at *at, const struct nt_flow_rec *f);
bool nt_flow_is_at(const struct nt_flow_rec *f, const struct nt_flow_at *at);

uint32_t nt_flow_find(const struct nt_flows *t, const struct nt_flow_at *at);
/* The first one of that connection */
uint32_t nt_flow_of_connection(const struct nt_flows *t, uint32_t connection);
/* By tag: its number, or NONE */
uint32_t nt_flow_of_tag(
		const struct nt_flows *t, const struct nt_ping_tag *tag);
/* A new one, nobody's yet and in no wheel.
 * @return NONE and why in @p why */
uint32_t nt_flow_make(struct nt_flows *t, const struct nt_hold *hold,
		enum nt_hold_result *why);

/* So many flows the site of who comes may have; 0: any number */
static inline uint32_t nt_flow_most(
		const struct nt_flows *t, const struct nt_hold *hold)
{
	return hold->site_max != 0 ? hold->site_max : t->conf.per_site;
}
/* The twin of a flow at another place; no index, no site's count */
uint32_t nt_flow_make_twin(
		struct nt_flows *t, uint32_t of, const struct nt_flow_at *at);
void nt_flow_terms(struct nt_flows *t, struct nt_flow_rec *f,
		const struct nt_terms *terms);
/* It ends; nobody holds it */
void nt_flow_end(struct nt_flows *t, uint32_t n);
/* Those who hold it end, and it with the last one: some now, more when it is
 * due */
void nt_flow_shed(struct nt_flows *t, uint32_t n);
/* Those of its first holders end whom anybody can bring about */
void nt_flow_shed_strangers(struct nt_flows *t, uint32_t n);
/* nt_flows_hold.c: something came by it; its connection is closed */
void nt_flow_heard(struct nt_flows *t, uint32_t n);
/* nt_flows_due.c: likewise, and nobody can have forged it */
void nt_flow_lives(struct nt_flows *t, uint32_t n);
void nt_flow_close(struct nt_flows *t, uint32_t n);

uint32_t nt_holder_find(const struct nt_flows *t, uint64_t number);
/* A new one that holds nothing yet, or NONE */
uint32_t nt_holder_make(
		struct nt_flows *t, uint64_t number, enum nt_hold_result *why);
void nt_holder_join(struct nt_flows *t, uint32_t h, uint32_t flow);
/* It holds nothing now; the flow stays though nobody may hold it */
void nt_holder_leave(struct nt_flows *t, uint32_t h);
/* It leaves and is gone; a flow that nobody holds now as well */
void nt_holder_end(struct nt_flows *t, uint32_t h);
uint64_t nt_holder_number(const struct nt_holder_rec *h);
void nt_holder_set_name(
		struct nt_flows *t, struct nt_holder_rec *h, struct nt_span name);
/* To NT_FLOWS_NAME + 1 bytes */
void nt_holder_name(
		char *name, const struct nt_flows *t, const struct nt_holder_rec *h);
/* Of the first NT_FLOWS_LOOK. @return how many were looked at */
uint32_t nt_flow_reasons(uint8_t *reasons, const struct nt_flows *t,
		const struct nt_flow_rec *f);

/* --- sites: nt_flows_sites.c --------------------------------------------- */

/* Its number, or NONE: not there, and no room if @p make */
uint32_t nt_site_find(
		const struct nt_flows *t, const struct nt_addr *a, bool stream);
uint32_t nt_site_take(struct nt_flows *t, const struct nt_addr *a, bool stream);
/* Are its flows so few that they are behind one NAT? */
static inline bool nt_site_learns(
		const struct nt_flows *t, const struct nt_site_rec *s)
{
	return t->conf.learn_flows_max == 0 || s->flows <= t->conf.learn_flows_max;
}
struct nt_addr nt_site_addr(const struct nt_site_rec *s);
/* One of its flows is gone */
void nt_site_leave(struct nt_flows *t, uint32_t s);
/* One of its flows that was well went or moved */
void nt_site_hit(struct nt_flows *t, uint32_t s);
/* Its flows shall not wait longer than that */
void nt_site_hurry(struct nt_flows *t, struct nt_site_rec *s, uint32_t ms);
/* One of its flows is gone, it seems: ask the others */
void nt_site_ask(struct nt_flows *t, uint32_t s);
/* Look at some flows, whether they shall hurry */
void nt_site_scan(struct nt_flows *t);

/* --- learning: nt_flows_learn.c ------------------------------------------ */

/* The interval in use */
uint32_t nt_learn_interval(const struct nt_flows *t, uint32_t n);
bool nt_learn_is_volunteer(const struct nt_flows *t, uint32_t n);
/* Is a twin wanted? Then its next ping goes elsewhere; or it did not leave */
void nt_learn_ask(struct nt_flows *t, uint32_t n);
void nt_learn_unasked(struct nt_flows *t, uint32_t n);
/* A ping was answered, sent after such a silence */
void nt_learn_answered(struct nt_flows *t, uint32_t n, uint32_t silence_ms);
/* It was not, the first one of several */
void nt_learn_missed(struct nt_flows *t, uint32_t n, uint32_t silence_ms);
/* It is down */
void nt_learn_down(struct nt_flows *t, uint32_t n);
/* Its ping elsewhere was answered from @p at; or was not, or by the usual way
 */
void nt_learn_twin(struct nt_flows *t, uint32_t n, const struct nt_flow_at *at);
void nt_learn_no_twin(struct nt_flows *t, uint32_t n);
/* A twin's time has come. @return shall it be pinged? */
bool nt_learn_twin_due(struct nt_flows *t, uint32_t twin);
void nt_learn_twin_answered(struct nt_flows *t, uint32_t twin);
void nt_learn_twin_unsent(
		struct nt_flows *t, uint32_t twin, enum nt_unsent why);
/* A flow goes, or is a volunteer no more: its twin as well */
void nt_learn_forget(struct nt_flows *t, uint32_t n);

/* --- changes: nt_flows_changes.c ----------------------------------------- */

/* A flow's pulse was @p before, and @p change happened: counts, events */
void nt_flow_turned(struct nt_flows *t, uint32_t n, uint8_t before,
		enum nt_pulse_change change);
void nt_change_moved(struct nt_flows *t, uint32_t flow, uint32_t holder,
		const struct nt_flow_at *from);
void nt_change_restart(
		struct nt_flows *t, const struct nt_site_rec *s, uint32_t flows);
void nt_change_learned(
		struct nt_flows *t, const struct nt_site_rec *s, uint32_t seconds);

#endif /* NT_FLOWS_PARTS_H */
