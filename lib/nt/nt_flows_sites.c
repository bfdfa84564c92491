/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What flows of one outside address have in common, and the restart of the NAT
 * before them */
#include "nt/nt_flows_parts.h"

/* Places that are looked at for one whose site has no flows */
#define HAND_LOOKS 16

static uint64_t key_of(const struct nt_addr *a)
{
	return a->family == NT_FAMILY_IPV4 ? (uint32_t)a->lo : a->hi;
}

static bool is_for(
		const struct nt_site_rec *s, const struct nt_addr *a, bool stream)
{
	return nt_wide(s->key) == key_of(a) && s->stream == stream
		   && s->ipv6 == (a->family == NT_FAMILY_IPV6);
}

struct nt_addr nt_site_addr(const struct nt_site_rec *s)
{
	uint64_t key = nt_wide(s->key);

	if(s->ipv6)
		return (struct nt_addr){.hi = key, .family = NT_FAMILY_IPV6};
	return (struct nt_addr){
			.lo = 0xffff00000000u | key, .family = NT_FAMILY_IPV4};
}

static uint32_t *bucket_of(
		const struct nt_flows *t, const struct nt_addr *a, bool stream)
{
	struct nt_hash h;

	nt_hash_begin(&h, &t->conf.key);
	nt_hash_add_number(&h, key_of(a));
	nt_hash_add_number(&h, (uint64_t)a->family << 1 | stream);
	return &t->site_bucket[nt_hash_end(&h) & t->site_mask];
}

uint32_t nt_site_find(
		const struct nt_flows *t, const struct nt_addr *a, bool stream)
{
	uint32_t n = *bucket_of(t, a, stream);

	while(n != NONE && !is_for(nt_site_at(t, n), a, stream))
		n = nt_site_at(t, n)->next;
	return n;
}

static void drop(struct nt_flows *t, uint32_t n)
{
	struct nt_site_rec *s = nt_site_at(t, n);
	struct nt_addr a = nt_site_addr(s);
	uint32_t *p;

	for(p = bucket_of(t, &a, s->stream); *p != n; p = &nt_site_at(t, *p)->next)
		;
	*p = s->next;
	s->used = false;
	nt_pool_give(&t->sites, n);
}

/* One that is only remembered goes */
static void make_room(struct nt_flows *t)
{
	for(unsigned i = 0; i < HAND_LOOKS; i++) {
		uint32_t n = t->site_hand++ % t->sites.max;

		if(n < t->sites.seen && nt_site_at(t, n)->used
				&& nt_site_at(t, n)->flows == 0) {
			drop(t, n);
			return;
		}
	}
}

uint32_t nt_site_take(struct nt_flows *t, const struct nt_addr *a, bool stream)
{
	uint32_t n = nt_site_find(t, a, stream), *bucket;
	struct nt_site_rec *s;

	if(n != NONE)
		return n;
	if(nt_pool_is_full(&t->sites))
		make_room(t);
	n = nt_pool_take(&t->sites);
	if(n == NONE)
		return NONE;
	s = nt_site_at(t, n);
	bucket = bucket_of(t, a, stream);
	*s = (struct nt_site_rec){.next = *bucket,
			.twin = NONE,
			.used = true,
			.ipv6 = a->family == NT_FAMILY_IPV6,
			.stream = stream};
	nt_narrow(s->key, key_of(a));
	nt_lifetime_begin(&s->life, (uint32_t)(t->now_ms / 1000));
	*bucket = n;
	return n;
}

void nt_site_leave(struct nt_flows *t, uint32_t n)
{
	struct nt_site_rec *s = nt_site_at(t, n);

	/* what is known of it stays for who comes back, until there is no room */
	s->hurrying = s->hurrying && s->flows > 1;
	if(--s->flows == 0 && s->life.lived_s == 0 && s->life.died_s == 0)
		drop(t, n);
}

/* --- a NAT that was restarted -------------------------------------------- */

void nt_site_hit(struct nt_flows *t, uint32_t n)
{
	struct nt_site_rec *s = nt_site_at(t, n);
	uint32_t now = (uint32_t)t->now_ms;

	if(s->quiet && now - s->since_ms < NT_FLOWS_RESTART_AGAIN_MS)
		return;
	if(s->quiet || s->hits == 0 || now - s->since_ms > NT_FLOWS_RESTART_MS) {
		s->quiet = false;
		s->hits = 0;
		s->since_ms = now;
	}
	if(s->hits < UINT16_MAX)
		s->hits++;
	if(s->hits < NT_FLOWS_RESTART_FLOWS
			|| s->hits * 100u < s->flows * NT_FLOWS_RESTART_PERCENT)
		return;
	s->quiet = true;
	s->since_ms = now;
	if(s->restarts < UINT16_MAX)
		s->restarts++;
	nt_change_restart(t, s, s->flows > s->hits ? s->flows - s->hits : 0);
	nt_site_hurry(t, s, NT_FLOWS_RESTART_ASK_MS);
}

/* --- all flows of a site are asked --------------------------------------- */

/* No list of them is kept: that would cost 12 bytes a flow for something that
 * hardly ever happens. All places are looked at once more, some with each call;
 * a site that hurries says until when that is for it. */
void nt_site_hurry(struct nt_flows *t, struct nt_site_rec *s, uint32_t ms)
{
	uint32_t s_long = (ms + 999) / 1000;

	s->hurry_s = (uint16_t)(s_long < UINT16_MAX ? s_long : UINT16_MAX);
	s->hurrying = true;
	s->hurry_end = t->scanned + t->flows.seen;
	t->scan_end = s->hurry_end;
}

/* A restarted NAT is not seen by flows that are asked each few minutes: before
 * three of them miss the first one has long been down. So who misses twice has
 * its neighbours asked, where they are few enough. */
#define ASK_MOST 256
#define ASK_AGAIN_S 30
#define ASK_MS 4000

void nt_site_ask(struct nt_flows *t, uint32_t n)
{
	struct nt_site_rec *s = nt_site_at(t, n);
	uint16_t now_s = (uint16_t)(t->now_ms / 1000);

	if(s->flows < NT_FLOWS_RESTART_FLOWS || s->flows > ASK_MOST
			|| (uint16_t)(now_s - s->asked_s) < ASK_AGAIN_S)
		return;
	s->asked_s = now_s;
	nt_site_hurry(t, s, ASK_MS);
}

static bool is_to_hurry(struct nt_flows *t, uint32_t n)
{
	const struct nt_flow_rec *f = nt_flow_at(t, n);
	struct nt_site_rec *s;
	uint32_t latest;

	if(!f->used || f->site == NONE || f->twin || f->elsewhere
			|| f->pulse.state == NT_PULSE_DOWN || !nt_wheel_holds(&t->wheel, n))
		return false;
	s = nt_site_at(t, f->site);
	/* all of it was seen. Forgotten at once: the count of places wraps. */
	if((int32_t)(s->hurry_end - t->scanned) <= 0)
		s->hurrying = false;
	latest = nt_when_tick(t) + s->hurry_s * 1000u;
	return s->hurrying && !f->twin && !f->elsewhere
		   && f->pulse.state != NT_PULSE_DOWN && nt_wheel_holds(&t->wheel, n)
		   && (int32_t)(nt_wheel_due(&t->wheel, n) - latest) > 0;
}

void nt_site_scan(struct nt_flows *t)
{
	/* all of them within some four seconds */
	uint32_t looks = 64 + (t->flows.seen >> 12);

	for(; looks > 0 && (int32_t)(t->scan_end - t->scanned) > 0; looks--) {
		uint32_t n = t->scan_at < t->flows.seen ? t->scan_at : 0;

		if(is_to_hurry(t, n)) {
			uint32_t s = nt_flow_at(t, n)->site;
			uint32_t ms = nt_site_at(t, s)->hurry_s * 1000u;

			nt_when_draw(t, n, 0,
					ms < NT_FLOWS_RESTART_ASK_MS ? ms
												 : NT_FLOWS_RESTART_ASK_MS);
			nt_flow_at(t, n)->unsettled = true;
		}
		t->scan_at = n + 1;
		t->scanned++;
	}
}

/* --- for people, and over a restart of ours ------------------------------ */

uint32_t nt_flows_site_next(const struct nt_flows *t, uint32_t from,
		uint32_t looks, struct nt_site_seen *seen)
{
	*seen = (struct nt_site_seen){0};
	for(; from < t->sites.seen; from++, looks--) {
		const struct nt_site_rec *s = nt_site_at(t, from);

		if(looks == 0)
			return from;
		if(!s->used)
			continue;
		*seen = (struct nt_site_seen){.addr = nt_site_addr(s),
				.stream = s->stream,
				.flows = s->flows,
				.down = s->down,
				.life = s->life,
				.restarts = s->restarts};
		return from;
	}
	return UINT32_MAX;
}

uint32_t nt_flows_learned(
		const struct nt_flows *t, const struct nt_addr *a, bool stream)
{
	uint32_t n = nt_site_find(t, a, stream);

	if(n == NONE || !t->conf.probe || !nt_site_learns(t, nt_site_at(t, n)))
		return 0;
	return nt_lifetime_learned(&nt_site_at(t, n)->life, t->conf.floor_s);
}

void nt_flows_site_put(struct nt_flows *t, const struct nt_addr *a, bool stream,
		const struct nt_lifetime *life)
{
	struct nt_site_rec *s;
	uint32_t n;

	if(life->lived_s == 0 && life->died_s == 0)
		return;
	n = nt_site_take(t, a, stream);
	if(n == NONE)
		return;
	s = nt_site_at(t, n);
	if(s->life.lived_s != 0 || s->life.died_s != 0
			|| s->life.volunteer != NT_NO_VOLUNTEER)
		return;
	s->life = *life;
	s->life.volunteer = NT_NO_VOLUNTEER;
	s->life.test_s = 0;
}
