/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_wheel.h"

#include <errno.h>
#include <string.h>

#define NONE NT_POOL_NONE
#define OUT NT_WHEEL_OUT
#define LOAD_SLOTS (1u << NT_WHEEL_LOAD_SHIFT)

size_t nt_wheel_bytes(uint32_t slots)
{
	return (slots + slots / LOAD_SLOTS) * sizeof(uint32_t);
}

int nt_wheel_init(struct nt_wheel *w, const struct nt_pool *pool, size_t offset,
		uint32_t slots, uint32_t now)
{
	*w = (struct nt_wheel){.pool = pool,
			.offset = (uint32_t)offset,
			.mask = slots - 1,
			.now = now,
			.at = NONE};
	w->slot = pool->mem.get(pool->mem.ctx, nt_wheel_bytes(slots));
	if(w->slot == NULL)
		return ENOMEM;
	w->load = w->slot + slots;
	memset(w->slot, 0xff, slots * sizeof(uint32_t)); /* NONE */
	memset(w->load, 0, slots / LOAD_SLOTS * sizeof(uint32_t));
	return 0;
}

void nt_wheel_fini(struct nt_wheel *w)
{
	if(w->slot != NULL)
		w->pool->mem.put(w->pool->mem.ctx, w->slot);
	*w = (struct nt_wheel){0};
}

void nt_wheel_out(const struct nt_wheel *w, uint32_t number)
{
	nt_wheel_link(w, number)->prev = OUT;
}

static void leave(struct nt_wheel *w, uint32_t number, struct nt_wheel_link *l)
{
	uint32_t slot = l->due & w->mask;

	if(w->at == number)
		w->at = l->next;
	if(l->prev != NONE)
		nt_wheel_link(w, l->prev)->next = l->next;
	else
		w->slot[slot] = l->next;
	if(l->next != NONE)
		nt_wheel_link(w, l->next)->prev = l->prev;
	w->load[slot >> NT_WHEEL_LOAD_SHIFT]--;
	w->count--;
}

void nt_wheel_put(struct nt_wheel *w, uint32_t number, uint32_t due)
{
	struct nt_wheel_link *l = nt_wheel_link(w, number);
	uint32_t *slot;

	if(l->prev != OUT)
		leave(w, number, l);
	if((int32_t)(due - w->now) <= 0)
		due = w->now + 1;
	slot = &w->slot[due & w->mask];
	*l = (struct nt_wheel_link){.next = *slot, .prev = NONE, .due = due};
	if(*slot != NONE)
		nt_wheel_link(w, *slot)->prev = number;
	*slot = number;
	w->load[(due & w->mask) >> NT_WHEEL_LOAD_SHIFT]++;
	w->count++;
}

void nt_wheel_take(struct nt_wheel *w, uint32_t number)
{
	struct nt_wheel_link *l = nt_wheel_link(w, number);

	if(l->prev == OUT)
		return;
	leave(w, number, l);
	l->prev = OUT;
}

/* The hand moves on, over slots that are known to be empty at once; no further
 * than to @p until, which is ahead */
static void move_on(struct nt_wheel *w, uint32_t until)
{
	uint32_t step = 1;

	if((w->now & (LOAD_SLOTS - 1)) == LOAD_SLOTS - 1
			&& nt_wheel_load(w, w->now + 1) == 0)
		step = LOAD_SLOTS;
	if(step > until - w->now)
		step = until - w->now;
	w->now += step;
	w->at = w->slot[w->now & w->mask];
}

uint32_t nt_wheel_next(struct nt_wheel *w, uint32_t until, uint32_t *looks)
{
	/* further behind than a round: one round meets all that is due */
	if((int32_t)(until - w->now) > (int32_t)w->mask) {
		w->now = until - w->mask;
		w->at = w->slot[w->now & w->mask];
	}
	for(; *looks > 0; --*looks) {
		const struct nt_wheel_link *l;

		if(w->at == NONE) {
			if((int32_t)(until - w->now) <= 0)
				return NONE;
			move_on(w, until);
			continue;
		}
		l = nt_wheel_link(w, w->at);
		/* while this one is handled the next one comes from memory */
		if(l->next != NONE)
			__builtin_prefetch(nt_wheel_link(w, l->next), 1);
		if((int32_t)(l->due - w->now) <= 0)
			return w->at;
		w->at = l->next;
	}
	return NONE;
}

uint32_t nt_wheel_ahead(const struct nt_wheel *w, uint32_t until)
{
	uint32_t first = w->now >> NT_WHEEL_LOAD_SHIFT, sum = 0;
	uint32_t steps = (until - w->now + (w->now & (LOAD_SLOTS - 1)))
					 >> NT_WHEEL_LOAD_SHIFT;
	uint32_t all = w->mask >> NT_WHEEL_LOAD_SHIFT;

	if(steps > all)
		return w->count;
	for(uint32_t i = 0; i <= steps; i++)
		sum += w->load[(first + i) & all];
	return sum;
}
