/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_shadow.h"

#include "core/locking.h"
#include "core/mem/shm_mem.h"
#include "nat_edge/nat_edge_owner.h"
#include "nat_edge/nat_edge_stats.h"

struct trial
{
	gen_lock_t lock;
	uint32_t generation;						 /* LOCK: lock; whose trial */
	struct ne_shadow_counts counts;				 /* LOCK: lock */
	struct ne_difference cases[NE_SHADOW_CASES]; /* LOCK: lock; a ring */
	uint64_t case_count;						 /* LOCK: lock */
	uint32_t against; /* LOCK: lock; generation of the one in force */
};

static struct trial *trial; /* own; shm, made before fork */

int ne_shadow_init(void)
{
	trial = shm_malloc(sizeof(*trial));
	if(trial == NULL) {
		SHM_MEM_ERROR_FMT("for a policy's trial, %zu bytes\n", sizeof(*trial));
		return -1;
	}
	memset(trial, 0, sizeof(*trial));
	if(lock_init(&trial->lock) == NULL) {
		shm_free(trial);
		trial = NULL;
		return -1;
	}
	return 0;
}

void ne_shadow_fini(void)
{
	if(trial == NULL)
		return;
	lock_destroy(&trial->lock);
	shm_free(trial);
	trial = NULL;
}

/* The first word on another policy begins its trial; a worker may still be
 * busy with a message that it judged by the one before, and that is over.
 * @return does a word on @p shadow count? Under the lock */
static bool begin(const struct ne_policy *shadow)
{
	if(shadow->generation > trial->generation) {
		trial->generation = shadow->generation;
		memset(&trial->counts, 0, sizeof(trial->counts));
		trial->case_count = 0;
	}
	return shadow->generation == trial->generation;
}

/* Compared with another policy in force it is another trial */
static bool begin_against(
		const struct ne_policy *shadow, const struct ne_policy *in_force)
{
	if(in_force->generation > trial->against) {
		trial->against = in_force->generation;
		trial->generation = 0;
	}
	return begin(shadow) && in_force->generation == trial->against;
}

static void opinion(struct ne_opinion *o, const struct ne_judgement *j)
{
	*o = (struct ne_opinion){.class = j->verdict.class,
			.rule = j->verdict.rule,
			.wanted = j->wanted,
			.line = j->answer.rule != NULL ? j->answer.rule->line : 0};
	memcpy(o->profile, j->answer.profile->name, sizeof(o->profile));
}

static void describe(struct ne_difference *d, sip_msg_t *msg,
		const struct ne_view *view, const struct ne_judgement *other)
{
	struct nt_span user, host;

	d->at = time(NULL);
	d->source = view->source;
	d->transport = view->transport;
	ne_method_keep(d->method, sizeof(d->method), msg);
	ne_owner_of(msg, &user, &host);
	ne_aor_keep(d->aor, sizeof(d->aor), user, host);
	opinion(&d->in_force, &view->judgement);
	opinion(&d->shadow, other);
}

/* Under the lock */
static void keep(const struct ne_difference *d)
{
	struct ne_shadow_counts *c = &trial->counts;

	c->different++;
	c->class[d->in_force.class][d->shadow.class]++;
	c->wanted += d->in_force.class == d->shadow.class;
	trial->cases[trial->case_count++ % NE_SHADOW_CASES] = *d;
}

void ne_shadow_judge(sip_msg_t *msg, struct ne_evidence *e,
		const struct nt_question *q, const struct ne_view *view,
		const struct ne_policy *shadow)
{
	const struct ne_judgement *now = &view->judgement;
	struct ne_difference d = {.at = 0};
	struct ne_judgement j;
	bool other;

	ne_judge(&j, msg, &e->ev, q, shadow->nt);
	if(j.answer.rule != NULL)
		ne_hit(&shadow->rule_hits[j.answer.rule - nt_policy_rules(shadow->nt)]);
	other = j.verdict.class != now->verdict.class || j.wanted != now->wanted;
	if(other) {
		describe(&d, msg, view, &j);
		ne_stat_add(NE_STAT_SHADOW_DIFFERS, 1);
	}
	lock_get(&trial->lock);
	if(begin_against(shadow, view->policy)) {
		trial->counts.judged++;
		if(other)
			keep(&d);
	}
	lock_release(&trial->lock);
}

void ne_shadow_counts(
		struct ne_shadow_counts *counts, const struct ne_policy *shadow)
{
	lock_get(&trial->lock);
	if(begin(shadow))
		*counts = trial->counts;
	else
		memset(counts, 0, sizeof(*counts));
	lock_release(&trial->lock);
}

bool ne_shadow_case(struct ne_difference *difference, unsigned n,
		const struct ne_policy *shadow)
{
	bool found;

	lock_get(&trial->lock);
	found = begin(shadow) && n < trial->case_count && n < NE_SHADOW_CASES;
	if(found)
		*difference =
				trial->cases[(trial->case_count - 1 - n) % NE_SHADOW_CASES];
	lock_release(&trial->lock);
	return found;
}
