/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_policy.h"

#include <errno.h>

#include "core/mem/shm_mem.h"
#include "core/pt.h"
#include "core/sr_module.h"

/* Old blocks that are still held; far more than a server has processes would
 * ever be needed */
#define RETIRED_MAX 256

/* To judge by: one place a role. To read, and to walk along: one place each. */
#define READING NE_ROLE_COUNT
#define WALKING (NE_ROLE_COUNT + 1)
#define HOLDS (NE_ROLE_COUNT + 2)

/* What one process holds; ATOMIC, written by that process alone */
struct slot
{
	struct ne_policy *held[HOLDS];
};

struct shared
{
	struct ne_policy *current[NE_ROLE_COUNT]; /* ATOMIC */
	struct ne_policy *retired[RETIRED_MAX];	  /* PROC: the publisher */
	unsigned retired_count;
	uint32_t generation; /* PROC: the publisher */
	struct slot *slots;	 /* own; RO after ne_policy_slots() */
	int slot_count;
};

static struct shared *shared; /* own; shm, made before fork */
static struct slot lonely;	  /* before there are slots: one process only */

int ne_policy_init(void)
{
	shared = shm_malloc(sizeof(*shared));
	if(shared == NULL) {
		SHM_MEM_ERROR_FMT("for the policies, %zu bytes\n", sizeof(*shared));
		return -1;
	}
	memset(shared, 0, sizeof(*shared));
	return 0;
}

int ne_policy_slots(void)
{
	int count = get_max_procs();
	size_t bytes = (size_t)count * sizeof(struct slot);

	if(count <= 0 || shared->slots != NULL)
		return 0;
	shared->slots = shm_malloc(bytes);
	if(shared->slots == NULL) {
		SHM_MEM_ERROR_FMT("for the policy holds of %d processes\n", count);
		return -1;
	}
	memset(shared->slots, 0, bytes);
	shared->slot_count = count;
	memset(&lonely, 0, sizeof(lonely));
	return 0;
}

void ne_policy_fini(void)
{
	if(shared == NULL)
		return;
	for(unsigned i = 0; i < shared->retired_count; i++)
		shm_free(shared->retired[i]);
	for(int role = 0; role < NE_ROLE_COUNT; role++) {
		if(shared->current[role] != NULL)
			shm_free(shared->current[role]);
	}
	if(shared->slots != NULL)
		shm_free(shared->slots);
	shm_free(shared);
	shared = NULL;
	memset(&lonely, 0, sizeof(lonely));
}

static struct slot *own_slot(void)
{
	if(process_no >= 0 && process_no < shared->slot_count)
		return &shared->slots[process_no];
	return &lonely;
}

static bool changes_replies(const struct nt_profile *p)
{
	return p->value[NT_SET_CONTACT_REPLIES] != NT_CONTACT_KEEP;
}

static bool needs_verdict_in_dialogs(const struct nt_profile *p)
{
	return p->value[NT_SET_CONTACT_REQUESTS] != NT_CONTACT_KEEP
		   || p->value[NT_SET_RPORT] != NT_RPORT_NAT;
}

/* Is any profile that a message may get of this kind? */
static bool any(
		const struct nt_policy *nt, bool (*is_it)(const struct nt_profile *))
{
	const struct nt_profile *profiles = nt_policy_profiles(nt);

	if(is_it(&profiles[0]))
		return true;
	for(uint32_t i = 0; i < nt->rule.count; i++) {
		uint32_t profile = nt_policy_rules(nt)[i].profile;

		if(profile != NT_NO_PROFILE && is_it(&profiles[profile]))
			return true;
	}
	return false;
}

/* Rules and places are counted in the block, so that counters go with it */
static struct ne_policy *load(const struct nt_policy *nt, const char *path)
{
	size_t image = ((size_t)nt->bytes + 15) & ~(size_t)15;
	size_t counts = nt->rule.count + nt->place.count + nt->profile.count;
	size_t head = (sizeof(struct ne_policy) + 15) & ~(size_t)15;
	struct ne_policy *p = shm_malloc(head + image + counts * sizeof(uint32_t));

	if(p == NULL) {
		SHM_MEM_ERROR_FMT(
				"for a policy of %u bytes; give more with -m\n", nt->bytes);
		return NULL;
	}
	memset(p, 0, head);
	p->nt = (struct nt_policy *)((char *)p + head);
	memcpy(p->nt, nt, nt->bytes);
	p->rule_hits = (uint32_t *)((char *)p->nt + image);
	p->place_hits = p->rule_hits + nt->rule.count;
	p->profile_hits = p->place_hits + nt->place.count;
	memset(p->rule_hits, 0, counts * sizeof(uint32_t));
	p->changes_replies = any(nt, changes_replies);
	p->plain_dialogs = !any(nt, needs_verdict_in_dialogs);
	p->generation = ++shared->generation;
	p->loaded = time(NULL);
	snprintf(p->path, sizeof(p->path), "%s", path);
	return p;
}

static bool is_held(const struct ne_policy *p)
{
	for(int role = 0; role < HOLDS; role++) {
		if(__atomic_load_n(&lonely.held[role], __ATOMIC_SEQ_CST) == p)
			return true;
		for(int i = 0; i < shared->slot_count; i++) {
			if(__atomic_load_n(&shared->slots[i].held[role], __ATOMIC_SEQ_CST)
					== p)
				return true;
		}
	}
	return false;
}

unsigned ne_policy_sweep(void)
{
	unsigned kept = 0;

	for(unsigned i = 0; i < shared->retired_count; i++) {
		if(is_held(shared->retired[i]))
			shared->retired[kept++] = shared->retired[i];
		else
			shm_free(shared->retired[i]);
	}
	shared->retired_count = kept;
	return kept;
}

static void swap(enum ne_role role, struct ne_policy *p)
{
	struct ne_policy *old =
			__atomic_exchange_n(&shared->current[role], p, __ATOMIC_SEQ_CST);

	if(old != NULL)
		shared->retired[shared->retired_count++] = old;
	ne_policy_sweep();
}

int ne_policy_publish(
		enum ne_role role, const struct nt_policy *nt, const char *path)
{
	struct ne_policy *p = NULL;

	if(ne_policy_sweep() == RETIRED_MAX)
		return EBUSY;
	if(nt != NULL && (p = load(nt, path)) == NULL)
		return ENOMEM;
	swap(role, p);
	return 0;
}

int ne_policy_commit(void)
{
	struct ne_policy *p = shared->current[NE_SHADOW];

	if(p == NULL)
		return ENOENT;
	if(ne_policy_sweep() == RETIRED_MAX)
		return EBUSY;
	/* for a moment it is both; the counters of the trial are gone with it */
	memset(p->rule_hits, 0,
			(p->nt->rule.count + p->nt->place.count + p->nt->profile.count)
					* sizeof(uint32_t));
	swap(NE_IN_FORCE, p);
	__atomic_store_n(&shared->current[NE_SHADOW], NULL, __ATOMIC_SEQ_CST);
	return 0;
}

/* Said first, looked again then: whoever frees has either seen that it is held,
 * or we see that it is not current any more */
static const struct ne_policy *hold(struct ne_policy **held, enum ne_role role)
{
	struct ne_policy *p;

	do {
		p = __atomic_load_n(&shared->current[role], __ATOMIC_SEQ_CST);
		if(p == *held)
			return p; /* held all the time */
		__atomic_store_n(held, p, __ATOMIC_SEQ_CST);
	} while(p != __atomic_load_n(&shared->current[role], __ATOMIC_SEQ_CST));
	return p;
}

const struct ne_policy *ne_policy_hold(enum ne_role role)
{
	return hold(&own_slot()->held[role], role);
}

const struct ne_policy *ne_policy_held(void)
{
	const struct ne_policy *p = own_slot()->held[NE_IN_FORCE];

	return p != NULL ? p : ne_policy_hold(NE_IN_FORCE);
}

const struct ne_policy *ne_policy_peek(enum ne_role role)
{
	return hold(&own_slot()->held[READING], role);
}

void ne_policy_peek_end(void)
{
	__atomic_store_n(&own_slot()->held[READING], NULL, __ATOMIC_SEQ_CST);
}

const struct ne_policy *ne_policy_walk(void)
{
	return hold(&own_slot()->held[WALKING], NE_IN_FORCE);
}

void ne_policy_walk_end(void)
{
	__atomic_store_n(&own_slot()->held[WALKING], NULL, __ATOMIC_SEQ_CST);
}
