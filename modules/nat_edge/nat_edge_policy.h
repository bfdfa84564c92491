/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The policies of this server: the one in force, and one on trial beside it
 * ("shadow"), each one block of shared memory that is never written but for its
 * counters.
 *
 * A process that judges a message holds what it judges by, and keeps holding it
 * until it takes up another message: so all of a message sees one policy, and a
 * new one is published without waiting for anybody. Blocks that nobody holds
 * any more are freed by the next publication, or by ne_policy_sweep(). At most
 * one old block a process can be alive.
 *
 * Readers take no lock. Publishing is serialised by the caller: it happens
 * before fork, then in the policy process alone.
 */
#ifndef NAT_EDGE_POLICY_H
#define NAT_EDGE_POLICY_H

#include <time.h>

#include "nt/nt_policy.h"

enum ne_role
{
	NE_IN_FORCE = 0,
	NE_SHADOW = 1
};
#define NE_ROLE_COUNT 2

#define NE_PATH_TEXT 512

/** A policy as it is loaded. RO but for the counters. */
struct ne_policy
{
	uint32_t generation; /**< 1, 2, ...: one more each time any is loaded */
	time_t loaded;
	char path[NE_PATH_TEXT]; /**< "" for the module's parameters */
	uint32_t *rule_hits;	 /**< ATOMIC; by index of rule; inside the block */
	uint32_t *place_hits;	 /**< ATOMIC */
	uint32_t *profile_hits;	 /**< ATOMIC */
	bool changes_replies;	 /**< some profile changes Contacts of replies */
	bool plain_dialogs; /**< all keep Contacts of requests, and have rport "nat"
						 */
	struct nt_policy *nt; /**< inside the block */
};

/** Before fork. @return 0 or -1 */
int ne_policy_init(void);
/** In main, once the number of processes is known. @return 0 or -1 */
int ne_policy_slots(void);
void ne_policy_fini(void);

/** Copy @p nt into shared memory and let everybody see it; NULL takes the role
 * away (not NE_IN_FORCE).
 * @return 0; ENOMEM; EBUSY (too many old ones are still held) */
int ne_policy_publish(
		enum ne_role role, const struct nt_policy *nt, const char *path);

/** Make the shadow the one in force, and have no shadow.
 * @return 0, or ENOENT (there is none) */
int ne_policy_commit(void);

/** Free what nobody holds. @return how many old ones are left */
unsigned ne_policy_sweep(void);

/** Take hold of the one that is there now, in place of what this process held
 * in this role.
 * @return it, or NULL (no shadow). Valid until the next call with this role */
const struct ne_policy *ne_policy_hold(enum ne_role role);

/** What this process holds; takes hold of the one in force if it held none */
const struct ne_policy *ne_policy_held(void);

/** Hold one for reading, whatever this process judges by: RPC commands and
 * counters.
 * @return it, or NULL (no shadow). Valid until ne_policy_peek_end() */
const struct ne_policy *ne_policy_peek(enum ne_role role);
void ne_policy_peek_end(void);

/** Hold the one in force while others are called that may peek.
 * @return it. Valid until ne_policy_walk_end() */
const struct ne_policy *ne_policy_walk(void);
void ne_policy_walk_end(void);

static inline void ne_hit(uint32_t *counter)
{
	__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

#endif /* NAT_EDGE_POLICY_H */
