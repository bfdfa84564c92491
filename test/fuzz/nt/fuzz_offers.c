/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any messages in any order: what is said of them agrees with what is kept, no
 * offer is answered by who made it, and what is over stays over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nt/nt_offers.h"
#include "nt_must.h"

#define BYTES 4 /* of an event */

/* Few values, so that messages have to do with each other */
static struct nt_offers_event event_of(const uint8_t *b)
{
	static const unsigned codes[] = {
			100, 180, 183, 200, 200, 401, 407, 481, 487, 491, 500, 603};
	struct nt_offers_event e = {.kind = (enum nt_offers_kind)(b[0] % 8 / 3),
			.method = (enum nt_offers_method)(b[0] / 8 % 6),
			.from = (enum nt_side)(b[1] & 1),
			.code = codes[b[1] / 8 % 12],
			.cseq = b[2] % 6,
			.sdp = (b[1] & 2) != 0,
			.reliable = (b[1] & 4) != 0,
			.branch = b[2] / 64,
			.tag = b[3] % 24};

	return e;
}

static const struct nt_offers_leg *leg_of(
		const struct nt_offers *call, const struct nt_offers_act *act)
{
	for(size_t i = 0; i < NT_OFFERS_LEGS; i++) {
		const struct nt_offers_leg *leg = &call->legs[i];

		if(leg->stage != 0 && leg->branch == act->branch
				&& leg->tag == act->tag)
			return leg;
	}
	return NULL;
}

static void check_offer(const struct nt_offers *after,
		const struct nt_offers_event *e, const struct nt_offers_act *act)
{
	const struct nt_offers_leg *leg = leg_of(after, act);

	NT_MUST(leg != NULL && e->sdp);
	NT_MUST(act->by != NT_BY_NONE && act->offerer == e->from);
	if(act->repeat)
		return;
	NT_MUST(leg->open.by == act->by && leg->open.offerer == act->offerer);
}

static void check_answer(const struct nt_offers *before,
		const struct nt_offers *after, const struct nt_offers_event *e,
		const struct nt_offers_act *act)
{
	const struct nt_offers_leg *was = leg_of(before, act);
	const struct nt_offers_leg *is = leg_of(after, act);

	NT_MUST(is != NULL && e->sdp && act->offerer != e->from);
	if(act->repeat || act->preview)
		return;
	NT_MUST(is->open.by == NT_BY_NONE && is->agreed == act->agreed);
	NT_MUST(act->agreed != 0 && is->agreed == is->numbers);
	/* a new tag's leg begins with the offer of its branch */
	NT_MUST(was == NULL
			|| (was->open.by == act->by && was->open.offerer == act->offerer));
}

static void check_delete(
		const struct nt_offers *after, const struct nt_offers_act *act)
{
	if(act->scope == NT_OFFERS_CALL)
		NT_MUST(nt_offers_alive(after) == 0);
	else
		NT_MUST(nt_offers_alive(after) > 0);
}

static void check(const struct nt_offers *before, const struct nt_offers *after,
		const struct nt_offers_event *e, const struct nt_offers_act *act)
{
	NT_MUST((unsigned)act->why < NT_WHY_COUNT);
	NT_MUST(nt_offers_alive(after) <= NT_OFFERS_LEGS);
	switch(act->what) {
		case NT_OFFERS_OFFER:
			check_offer(after, e, act);
			break;
		case NT_OFFERS_ANSWER:
			check_answer(before, after, e, act);
			break;
		case NT_OFFERS_ROLLBACK:
			NT_MUST(act->why != NT_WHY_NONE);
			NT_MUST(act->agreed == leg_of(after, act)->agreed);
			break;
		case NT_OFFERS_DELETE:
			check_delete(after, act);
			break;
		case NT_OFFERS_NOTHING:
			NT_MUST(!act->repeat && !act->preview);
			break;
	}
	/* what comes again opens and closes nothing */
	for(size_t i = 0; act->repeat && i < NT_OFFERS_LEGS; i++) {
		const struct nt_offers_leg *a = &after->legs[i], *b = &before->legs[i];

		NT_MUST(memcmp(&a->open, &b->open, sizeof(a->open)) == 0);
		NT_MUST(memcmp(&a->last, &b->last, sizeof(a->last)) == 0);
		NT_MUST(a->agreed == b->agreed && a->numbers == b->numbers);
	}
}

static void check_legs(const struct nt_offers *call)
{
	for(size_t i = 0; i < NT_OFFERS_LEGS; i++) {
		const struct nt_offers_leg *leg = &call->legs[i];

		if(leg->stage == 0)
			continue;
		NT_MUST(leg->agreed <= leg->numbers && leg->before <= leg->numbers);
		for(size_t j = 0; j < i; j++) {
			const struct nt_offers_leg *other = &call->legs[j];

			/* a tag is of one leg; branches without one are each its own */
			NT_MUST(other->stage == 0 || other->tag != leg->tag
					|| (leg->tag == 0 && other->branch != leg->branch));
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_offers *call = calloc(1, sizeof(*call));
	struct nt_offers *before = malloc(sizeof(*before));

	NT_MUST(call != NULL && before != NULL);
	for(size_t i = 0; i + BYTES <= size && i < 4000; i += BYTES) {
		struct nt_offers_event e = event_of(data + i);
		struct nt_offers_act act;

		memcpy(before, call, sizeof(*before));
		if(data[i + 3] >= 250) {
			nt_offers_resume(call, e.tag, e.cseq);
		} else {
			act = nt_offers_seen(call, &e);
			check(before, call, &e, &act);
		}
		check_legs(call);
	}
	free(before);
	free(call);
	return 0;
}
