/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The processes that send pings. They share one table: whichever wakes first
 * takes what is due, so that another one goes on when one is stopped (F04).
 *
 * Every few milliseconds, the more pings the more often, each takes those that
 * are due under the lock and sends them without it: so many at once that waking
 * up costs little, so few that it is no burst.
 */
#ifndef NAT_PING_ENGINE_H
#define NAT_PING_ENGINE_H

/** Before fork: announces the processes */
void ping_engine_register(void);

/** In the main process. @return 0 or -1; does not return in a sender */
int ping_engine_start(void);

#endif /* NAT_PING_ENGINE_H */
