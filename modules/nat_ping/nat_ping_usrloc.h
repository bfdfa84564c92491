/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Contacts that are registered here: usrloc tells of each one that is saved or
 * ends, in the process that does it and under its lock, so the callback copies
 * what it needs and leaves. It does not tell of those that it loads from a
 * database at the start; they are read piece by piece by ping_usrloc_sweep().
 */
#ifndef NAT_PING_USRLOC_H
#define NAT_PING_USRLOC_H

#include <time.h>

#include "nt/nt_flows.h"

/** Before fork; without usrloc, or with modparam usrloc=0, it does nothing.
 * @return 0 or -1 */
int ping_usrloc_init(void);
bool ping_usrloc_is_on(void);

/** Has usrloc contacts that it did not tell of, from a database? */
bool ping_usrloc_is_loaded(void);

/** Take over one more piece of the contacts that are there: after the start,
 * and after a new policy.
 * @param piece 0 at first
 * @param saved_before Unix time: later ones were told of; 0: all
 * @return the next piece, or 0: that was all */
unsigned ping_usrloc_sweep(unsigned piece, time_t saved_before);

/** A contact whose flow is down */
struct ping_down
{
	uint64_t holder;
	struct nt_ping_tag flow;
	time_t since;	  /**< it went down then or later; Unix time */
	enum nt_down how; /**< EXPIRE or LOWER_Q */
};

/** In order, as ping_usrloc_act() wants them */
void ping_usrloc_sort(struct ping_down *downs, size_t count);

/** Go through one more piece of the contacts, and end those of @p downs, or put
 * them behind all others; but those whose flow is not down any more, or was
 * heard of since. In a process that usrloc has made ready.
 * @param piece 0 at first
 * @return the next piece, or 0: that was all */
unsigned ping_usrloc_act(
		const struct ping_down *downs, size_t count, unsigned piece);

/** The holder that a contact is */
uint64_t ping_contact_holder(struct nt_span ruid);

#endif /* NAT_PING_USRLOC_H */
