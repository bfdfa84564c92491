/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_history.h"

#include "core/locking.h"
#include "core/mem/shm_mem.h"
#include "nat_edge/nat_edge_owner.h"

/* So many records are looked at before the workers get the lock again */
#define SLICE 64

struct ring
{
	gen_lock_t lock;
	unsigned size;			   /* RO */
	uint64_t last;			   /* LOCK: lock; number of the newest */
	struct ne_record record[]; /* LOCK: lock; number n lives at n % size */
};

static struct ring *ring; /* own; shm, made before fork */

int ne_history_init(unsigned size)
{
	size_t bytes = sizeof(*ring) + size * sizeof(struct ne_record);

	if(size == 0)
		return 0;
	ring = shm_malloc(bytes);
	if(ring == NULL) {
		SHM_MEM_ERROR_FMT("for history_size %u, %zu bytes; give a smaller one "
						  "or more memory with -m\n",
				size, bytes);
		return -1;
	}
	memset(ring, 0, bytes);
	ring->size = size;
	if(lock_init(&ring->lock) == NULL) {
		shm_free(ring);
		ring = NULL;
		return -1;
	}
	return 0;
}

void ne_history_fini(void)
{
	if(ring == NULL)
		return;
	lock_destroy(&ring->lock);
	shm_free(ring);
	ring = NULL;
}

struct ne_record *ne_history_open(void)
{
	struct ne_record *place;

	if(ring == NULL)
		return NULL;
	lock_get(&ring->lock);
	ring->last++;
	place = &ring->record[ring->last % ring->size];
	place->number = ring->last;
	return place;
}

uint64_t ne_history_close(struct ne_record *record)
{
	uint64_t number = record->number;

	lock_release(&ring->lock);
	return number;
}

void ne_history_note(uint64_t number, uint32_t done)
{
	struct ne_record *place;

	if(ring == NULL || number == 0)
		return;
	lock_get(&ring->lock);
	place = &ring->record[number % ring->size];
	if(place->number == number)
		place->done |= done;
	lock_release(&ring->lock);
}

struct ne_query ne_query_of(struct nt_span text)
{
	struct ne_query q = {.text = {NULL, 0}};

	text = nt_span_trim(text);
	if(nt_endpoint_parse(&q.address, text) == 0)
		return q;
	q.text = text;
	if(text.len > 4 && nt_span_ieq(nt_span_of(text.p, 4), NT_SPAN("sip:")))
		q.text = nt_span_of(text.p + 4, text.len - 4);
	else if(text.len > 5
			&& nt_span_ieq(nt_span_of(text.p, 5), NT_SPAN("sips:")))
		q.text = nt_span_of(text.p + 5, text.len - 5);
	return q;
}

static bool same_place(
		const struct nt_endpoint *wanted, const struct nt_endpoint *e)
{
	return nt_addr_eq(&wanted->addr, &e->addr)
		   && (wanted->port == 0 || wanted->port == e->port);
}

static bool same_text(struct nt_span wanted, const char *kept, size_t size)
{
	if(wanted.len > size - 1)
		wanted.len = size - 1;
	return nt_span_ieq(wanted, nt_span_cstr(kept));
}

static bool fits(const struct ne_record *r, const struct ne_query *q)
{
	if(nt_addr_is_set(&q->address.addr))
		return same_place(&q->address, &r->source)
			   || (r->verdict.where != NT_WHERE_NONE
					   && same_place(&q->address, &r->verdict.claim.at));
	return q->text.len > 0
		   && (same_text(q->text, r->aor, sizeof(r->aor))
				   || same_text(q->text, r->call_id, sizeof(r->call_id)));
}

/* Reading it was left to who wants to see it */
static void read_aor(struct ne_record *r)
{
	if(r->unread)
		ne_aor_of_uri(r->aor, sizeof(r->aor));
	r->unread = false;
}

/* Look at up to SLICE records from @p number downwards, under the lock.
 * @return where to go on; 0 at the end, or when one was found */
static uint64_t find_in_slice(struct ne_record *record, bool *found,
		const struct ne_query *query, uint64_t number)
{
	uint64_t oldest, stop;

	lock_get(&ring->lock);
	if(number > ring->last)
		number = ring->last;
	oldest = ring->last > ring->size ? ring->last - ring->size + 1 : 1;
	stop = number > oldest + SLICE ? number - SLICE : oldest - 1;
	for(; !*found && number > stop; number--) {
		struct ne_record *r = &ring->record[number % ring->size];

		read_aor(r);
		if(fits(r, query)) {
			*record = *r;
			*found = true;
		}
	}
	lock_release(&ring->lock);
	return *found || number < oldest ? 0 : number;
}

bool ne_history_find(
		struct ne_record *record, const struct ne_query *query, uint64_t before)
{
	uint64_t number = before == 0 ? UINT64_MAX : before - 1;
	bool found = false;

	if(ring == NULL)
		return false;
	while(number > 0)
		number = find_in_slice(record, &found, query, number);
	return found;
}
