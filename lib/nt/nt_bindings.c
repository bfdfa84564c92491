/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_bindings.h"

#include "nt/nt_bindings_parts.h"

struct nt_addr nt_binding_source(const struct nt_addr *a)
{
	struct nt_addr s = *a;

	if(s.family == NT_FAMILY_IPV6)
		s.lo = 0;
	return s;
}

static bool is_place(const struct nt_endpoint *a, const struct nt_endpoint *b)
{
	return a->port == b->port && nt_addr_eq(&a->addr, &b->addr);
}

static bool same_flow(const struct nt_flow *a, const struct nt_flow *b)
{
	return a->transport == b->transport && is_place(&a->remote, &b->remote)
		   && is_place(&a->local, &b->local)
		   && (a->transport == NT_TRANSPORT_UDP
				   || (a->connection == b->connection && a->epoch == b->epoch));
}

static struct nt_bindings_record *find(const struct nt_bindings *t,
		uint32_t bucket, struct nt_span aor, struct nt_span contact)
{
	struct nt_bindings_record *r = t->bucket[bucket];

	while(r != NULL
			&& (!nt_span_eq(r->bound.is.contact, contact)
					|| !nt_span_eq(r->bound.is.aor, aor)))
		r = r->next;
	return r;
}

static uint32_t bucket_of(const struct nt_bindings *t, struct nt_span aor)
{
	return (uint32_t)nt_siphash(&t->conf.key, aor) & t->bucket_mask;
}

const struct nt_bound *nt_bindings_find(
		struct nt_bindings *t, struct nt_span aor, struct nt_span contact)
{
	struct nt_bindings_record *r = find(t, bucket_of(t, aor), aor, contact);

	return r != NULL ? &r->bound : NULL;
}

uint32_t nt_bindings_drop_all(struct nt_bindings *t, struct nt_span aor)
{
	struct nt_bindings_record *r = t->bucket[bucket_of(t, aor)], *next;
	uint32_t count = 0;

	for(; r != NULL; r = next) {
		next = r->next;
		if(!nt_span_eq(r->bound.is.aor, aor))
			continue;
		nt_bindings_remove(t, r);
		count++;
	}
	return count;
}

static bool fits(const struct nt_binding *b)
{
	return b->aor.len > 0 && b->aor.len <= NT_BINDING_AOR && b->contact.len > 0
		   && b->contact.len <= NT_BINDING_URI && b->sent.len <= NT_BINDING_URI
		   && b->call_id.len <= NT_BINDING_CALL_ID
		   && b->params.len <= NT_BINDING_ANSWER
		   && b->lines.len <= NT_BINDING_ANSWER - b->params.len;
}

/* The one of an AoR that was not heard of for longest, if it has too many. The
 * newest comes first in its bucket. */
static struct nt_bindings_record *too_many_of_aor(
		const struct nt_bindings *t, uint32_t bucket, struct nt_span aor)
{
	struct nt_bindings_record *r, *oldest = NULL;
	unsigned count = 0;

	for(r = t->bucket[bucket]; r != NULL; r = r->next) {
		if(!nt_span_eq(r->bound.is.aor, aor))
			continue;
		count++;
		if(oldest == NULL || r->bound.told_at <= oldest->bound.told_at)
			oldest = r;
	}
	return count > NT_BINDINGS_PER_AOR ? oldest : NULL;
}

/* A new one comes: whom it costs its place */
static uint32_t make_room(
		struct nt_bindings *t, const struct nt_bindings_record *r)
{
	struct nt_bindings_record *other =
			too_many_of_aor(t, r->bucket, r->bound.is.aor);
	uint32_t evicted = 0;

	if(other != NULL) {
		nt_bindings_remove(t, other);
		evicted++;
	}
	if(t->conf.per_source > 0 && r->source->count > t->conf.per_source) {
		/* itself is the newest of its source */
		nt_bindings_remove(t, nt_bindings_oldest_of(r->source));
		evicted++;
	}
	while(t->count > t->conf.max
			|| t->bytes > (size_t)t->conf.max * NT_BINDING_BYTES) {
		other = nt_bindings_oldest(t);
		if(other == r)
			break;
		nt_bindings_remove(t, other);
		evicted++;
	}
	return evicted;
}

enum nt_put nt_bindings_put(struct nt_bindings *t, const struct nt_binding *b,
		uint64_t now, uint32_t *evicted)
{
	uint32_t bucket = bucket_of(t, b->aor);
	struct nt_bindings_record *old = find(t, bucket, b->aor, b->contact), *r;
	enum nt_put how = old != NULL ? NT_PUT_AGAIN : NT_PUT_NEW;

	*evicted = 0;
	if(old != NULL && b->cseq < old->bound.is.cseq
			&& nt_span_eq(b->call_id, old->bound.is.call_id))
		return NT_PUT_OLD;
	if(old != NULL)
		nt_bindings_remove(t, old);
	if(b->granted == 0)
		return NT_PUT_AGAIN;
	if(!fits(b))
		return NT_PUT_REFUSED;
	/* before the last place goes: there is one more than the maximum */
	r = nt_bindings_add(t, b, bucket);
	if(r == NULL && nt_bindings_oldest(t) != NULL) {
		nt_bindings_remove(t, nt_bindings_oldest(t));
		(*evicted)++;
		r = nt_bindings_add(t, b, bucket);
	}
	if(r == NULL)
		return NT_PUT_NO_MEMORY;
	r->bound.granted_at = r->bound.told_at = now;
	*evicted += make_room(t, r);
	return how;
}

/* Was this very request answered here a moment ago? */
static bool is_repeat(
		const struct nt_bound *b, const struct nt_refresh *r, uint64_t now)
{
	/* also not when the clock went back */
	return b->absorbed > 0 && r->cseq == b->is.cseq
		   && now - b->told_at <= NT_EXPIRY_MARGIN;
}

/* Of one that came by the flow of its binding */
static enum nt_absorb judge(const struct nt_bound *b,
		const struct nt_refresh *r, uint64_t now, uint32_t *told)
{
	uint32_t left = nt_expiry_left(b->is.granted, b->granted_at, now);

	if(r->asked == 0)
		return NT_ABSORB_ENDS;
	if(!b->is.alone || !b->is.absorbable || r->said != b->is.said
			|| !nt_span_eq(r->call_id, b->is.call_id))
		return NT_ABSORB_CHANGED;
	if(is_repeat(b, r, now))
		return NT_ABSORB_REPEAT;
	if(r->cseq <= b->is.cseq)
		return NT_ABSORB_CHANGED;
	if(b->pending)
		return NT_ABSORB_PENDING;
	*told = nt_expiry_told(left, r->asked, r->limit);
	return left > (uint64_t)*told + NT_EXPIRY_MARGIN ? NT_ABSORB_YES
													 : NT_ABSORB_DUE;
}

enum nt_absorb nt_bindings_judge(struct nt_bindings *t,
		const struct nt_bound **bound, const struct nt_refresh *refresh,
		uint64_t now)
{
	struct nt_bindings_record *r =
			find(t, bucket_of(t, refresh->aor), refresh->aor, refresh->contact);
	enum nt_absorb how;
	uint32_t told = 0;

	*bound = r != NULL ? &r->bound : NULL;
	if(r == NULL)
		return NT_ABSORB_UNKNOWN;
	if(!same_flow(&r->bound.is.flow, &refresh->flow))
		return NT_ABSORB_STRANGER;
	how = judge(&r->bound, refresh, now, &told);
	if(how == NT_ABSORB_YES) {
		r->bound.is.cseq = refresh->cseq;
		r->bound.is.told = told;
		r->bound.told_at = now;
		r->bound.absorbed++;
		nt_bindings_touch(t, r);
	} else if(how != NT_ABSORB_REPEAT) {
		r->bound.pending = true;
	}
	return how;
}

uint32_t nt_bindings_count(const struct nt_bindings *t)
{
	return t->count;
}

size_t nt_bindings_bytes(const struct nt_bindings *t)
{
	return t->bytes;
}

uint32_t nt_bindings_next(const struct nt_bindings *t, uint32_t from,
		uint32_t looks, const struct nt_bound **bound)
{
	*bound = NULL;
	for(; from < t->places; from++, looks--) {
		if(looks == 0)
			return from;
		if(t->place[from] != NULL) {
			*bound = &t->place[from]->bound;
			return from;
		}
	}
	return UINT32_MAX;
}
