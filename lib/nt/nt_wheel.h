/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * When is whose turn: a hashed timer wheel of one level over records of an
 * nt_pool (Varghese, Lauck 1987, scheme 6).
 *
 * An item stands in the slot of its time modulo the number of slots; one whose
 * time is a later round stays there when the hand comes by. There are no levels
 * above: what they save in looking at such items they pay with cascades, a
 * thousand items moved in one go, and the wheel stands under a lock that others
 * wait for. Here no call does more than it was allowed to.
 *
 * Ticks are whatever who uses it counts, 32 bits that wrap; an item is due at
 * most 2^31 - 1 ticks ahead.
 *
 * Pure; no lock; memory at the beginning only: 4.25 bytes a slot.
 */
#ifndef NT_WHEEL_H
#define NT_WHEEL_H

#include "nt/nt_pool.h"

/** In a record, at an offset that is the same for all */
struct nt_wheel_link
{
	uint32_t next, prev; /* NT_POOL_NONE: last, first of its slot */
	uint32_t due;
};

/** How many items stand in 16 slots is counted: to walk past where there are
 * none, and to find a place where there are few */
#define NT_WHEEL_LOAD_SHIFT 4

struct nt_wheel
{
	const struct nt_pool *pool; /* borrow: as long as the wheel lives */
	uint32_t offset;			/* of the link in a record */
	uint32_t mask;				/* slots - 1 */
	uint32_t now;				/* the hand: slots before it are done */
	uint32_t at;				/* item of its slot that is looked at next */
	uint32_t count;
	uint32_t *slot; /* own; first of each */
	uint32_t *load; /* the same block */
};

/** @param slots a power of 2, at least 16
 * @return 0, or ENOMEM */
int nt_wheel_init(struct nt_wheel *w, const struct nt_pool *pool, size_t offset,
		uint32_t slots, uint32_t now);
/** Also of a wheel that is all zero */
void nt_wheel_fini(struct nt_wheel *w);
size_t nt_wheel_bytes(uint32_t slots);

/** A record that is in no wheel yet. To be called once before anything else. */
void nt_wheel_out(const struct nt_wheel *w, uint32_t number);

static inline struct nt_wheel_link *nt_wheel_link(
		const struct nt_wheel *w, uint32_t number)
{
	return (void *)((char *)nt_pool_at(w->pool, number) + w->offset);
}

/* prev of an item that is in no slot */
#define NT_WHEEL_OUT (NT_POOL_NONE - 1)

static inline bool nt_wheel_holds(const struct nt_wheel *w, uint32_t number)
{
	return nt_wheel_link(w, number)->prev != NT_WHEEL_OUT;
}

/** It is due then, wherever it stood before. What is due already comes with the
 * next tick: so a slot that the hand is at gets empty (nobody is skipped). */
void nt_wheel_put(struct nt_wheel *w, uint32_t number, uint32_t due);

/** It is due no more, if it was */
void nt_wheel_take(struct nt_wheel *w, uint32_t number);

/** The tick at which it is due; it must be in the wheel */
static inline uint32_t nt_wheel_due(const struct nt_wheel *w, uint32_t number)
{
	return nt_wheel_link(w, number)->due;
}

/** The next one that is due until @p until. It stays where it is, and is the
 * next one again, until it is put elsewhere or taken out.
 * @param looks how many items and slots may be looked at; counted down
 * @return NT_POOL_NONE: nobody is due, or looks are used up (0) */
uint32_t nt_wheel_next(struct nt_wheel *w, uint32_t until, uint32_t *looks);

/** How many stand in the slots from the hand to @p until, later rounds
 * included; in steps of 16 slots. */
uint32_t nt_wheel_ahead(const struct nt_wheel *w, uint32_t until);

/** How full is it around that tick? */
static inline uint32_t nt_wheel_load(const struct nt_wheel *w, uint32_t tick)
{
	return w->load[(tick & w->mask) >> NT_WHEEL_LOAD_SHIFT];
}

#endif /* NT_WHEEL_H */
