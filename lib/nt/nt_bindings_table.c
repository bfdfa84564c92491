/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_bindings_parts.h"

#define OF(type, field, ring) \
	((type *)(void *)((char *)(ring)-offsetof(type, field)))

static void ring_init(struct nt_ring *ring)
{
	ring->next = ring->prev = ring;
}

static void ring_join(struct nt_ring *head, struct nt_ring *item)
{
	item->next = head->next;
	item->prev = head;
	head->next->prev = item;
	head->next = item;
}

static void ring_leave(struct nt_ring *item)
{
	item->prev->next = item->next;
	item->next->prev = item->prev;
}

static void *get(const struct nt_bindings *t, size_t size)
{
	return t->mem.get(t->mem.ctx, size);
}

static void put(const struct nt_bindings *t, void *p)
{
	t->mem.put(t->mem.ctx, p);
}

/* --- sources ------------------------------------------------------------- */

static struct nt_bindings_source *source_take(
		struct nt_bindings *t, const struct nt_addr *addr)
{
	struct nt_addr at = nt_binding_source(addr);
	struct nt_bindings_source *s;
	struct nt_hash h;
	uint32_t bucket;

	nt_hash_begin(&h, &t->conf.key);
	nt_hash_add_number(&h, at.hi);
	nt_hash_add_number(&h, at.lo);
	bucket = (uint32_t)nt_hash_end(&h) & t->bucket_mask;
	for(s = t->source[bucket]; s != NULL; s = s->next) {
		if(s->addr.hi == at.hi && s->addr.lo == at.lo)
			break;
	}
	if(s == NULL) {
		if((s = get(t, sizeof(*s))) == NULL)
			return NULL;
		*s = (struct nt_bindings_source){
				.addr = at, .bucket = bucket, .next = t->source[bucket]};
		ring_init(&s->kin);
		t->source[bucket] = s;
	}
	s->count++;
	return s;
}

static void source_leave(struct nt_bindings *t, struct nt_bindings_source *s)
{
	struct nt_bindings_source **at = &t->source[s->bucket];

	if(--s->count > 0)
		return;
	while(*at != s)
		at = &(*at)->next;
	*at = s->next;
	put(t, s);
}

/* --- records ------------------------------------------------------------- */

static struct nt_span keep(char **room, struct nt_span text)
{
	struct nt_span kept = nt_span_of(*room, text.len);

	if(text.len > 0)
		memcpy(*room, text.p, text.len);
	*room += text.len;
	return kept;
}

static void keep_all(struct nt_bindings_record *r, const struct nt_binding *b)
{
	struct nt_binding *is = &r->bound.is;
	char *room = r->text;

	*is = *b;
	is->aor = keep(&room, b->aor);
	is->contact = keep(&room, b->contact);
	is->sent = keep(&room, b->sent);
	is->call_id = keep(&room, b->call_id);
	is->params = keep(&room, b->params);
	is->lines = keep(&room, b->lines);
}

struct nt_bindings_record *nt_bindings_add(
		struct nt_bindings *t, const struct nt_binding *b, uint32_t bucket)
{
	size_t size = sizeof(struct nt_bindings_record) + b->aor.len
				  + b->contact.len + b->sent.len + b->call_id.len
				  + b->params.len + b->lines.len;
	struct nt_bindings_record *r;

	if(t->count == t->places || (r = get(t, size)) == NULL)
		return NULL;
	memset(r, 0, sizeof(*r));
	r->source = source_take(t, &b->flow.remote.addr);
	if(r->source == NULL) {
		put(t, r);
		return NULL;
	}
	keep_all(r, b);
	r->size = size;
	r->bucket = bucket;
	r->next = t->bucket[bucket];
	t->bucket[bucket] = r;
	ring_join(&t->age, &r->age);
	ring_join(&r->source->kin, &r->kin);
	r->place = t->free_place[t->places - ++t->count];
	t->place[r->place] = r;
	t->bytes += size;
	return r;
}

void nt_bindings_remove(struct nt_bindings *t, struct nt_bindings_record *r)
{
	struct nt_bindings_record **at = &t->bucket[r->bucket];

	while(*at != r)
		at = &(*at)->next;
	*at = r->next;
	ring_leave(&r->age);
	ring_leave(&r->kin);
	source_leave(t, r->source);
	t->place[r->place] = NULL;
	t->free_place[t->places - t->count--] = r->place;
	t->bytes -= r->size;
	put(t, r);
}

void nt_bindings_touch(struct nt_bindings *t, struct nt_bindings_record *r)
{
	ring_leave(&r->age);
	ring_join(&t->age, &r->age);
	ring_leave(&r->kin);
	ring_join(&r->source->kin, &r->kin);
}

struct nt_bindings_record *nt_bindings_oldest(const struct nt_bindings *t)
{
	return t->count > 0 ? OF(struct nt_bindings_record, age, t->age.prev)
						: NULL;
}

struct nt_bindings_record *nt_bindings_oldest_of(
		const struct nt_bindings_source *source)
{
	return source->count > 0
				   ? OF(struct nt_bindings_record, kin, source->kin.prev)
				   : NULL;
}

/* --- the table ----------------------------------------------------------- */

static uint32_t buckets_for(uint32_t max)
{
	uint32_t n = 16;

	while(n < max && n < 1u << 24)
		n *= 2;
	return n;
}

static void *zeroed(const struct nt_bindings *t, size_t count, size_t width)
{
	void *p = get(t, count * width);

	return p != NULL ? memset(p, 0, count * width) : NULL;
}

struct nt_bindings *nt_bindings_new(
		const struct nt_mem *mem, const struct nt_bindings_conf *conf)
{
	struct nt_bindings *t = mem->get(mem->ctx, sizeof(*t));
	uint32_t buckets = buckets_for(conf->max);

	if(t == NULL)
		return NULL;
	*t = (struct nt_bindings){.mem = *mem,
			.conf = *conf,
			.places = conf->max + 1,
			.bucket_mask = buckets - 1};
	ring_init(&t->age);
	t->bucket = zeroed(t, buckets, sizeof(struct nt_bindings_record *));
	t->source = zeroed(t, buckets, sizeof(struct nt_bindings_source *));
	t->place = zeroed(t, t->places, sizeof(struct nt_bindings_record *));
	t->free_place = zeroed(t, t->places, sizeof(uint32_t));
	if(t->bucket == NULL || t->source == NULL || t->place == NULL
			|| t->free_place == NULL) {
		nt_bindings_free(t);
		return NULL;
	}
	/* place 0 goes first */
	for(uint32_t i = 0; i < t->places; i++)
		t->free_place[i] = t->places - 1 - i;
	return t;
}

void nt_bindings_free(struct nt_bindings *t)
{
	struct nt_mem mem;

	if(t == NULL)
		return;
	while(t->count > 0)
		nt_bindings_remove(t, nt_bindings_oldest(t));
	mem = t->mem;
	put(t, t->bucket);
	put(t, t->source);
	put(t, t->place);
	put(t, t->free_place);
	mem.put(mem.ctx, t);
}
