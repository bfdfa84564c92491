/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What happened to flows: a line in the log, a counter, an event route, and
 * what the policy wants done about flows that are down.
 */
#ifndef NAT_PING_CHANGE_H
#define NAT_PING_CHANGE_H

#include "nt/nt_flows.h"

/** In mod_init: which event routes are there. @return 0 or -1 */
int ping_change_init(void);

/** Is there anybody who is told? */
bool ping_change_is_wanted(void);

/** Take what happened since, and tell it. In the keeper. */
void ping_change_tell(void);

/** Do a piece of what the policy wants done about contacts. In the keeper. */
void ping_change_act(void);

/** What is being told now, for $nat_ping(); NULL: nothing is */
const struct nt_change *ping_change_in_hand(void);

#endif /* NAT_PING_CHANGE_H */
