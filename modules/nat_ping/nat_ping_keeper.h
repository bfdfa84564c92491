/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The process that does all that is not sending: reads in the contacts that
 * were there before, follows the policy's gateways, tells what happened to
 * flows (event routes, actions, log), keeps the file of sites, and says when
 * pings come late.
 */
#ifndef NAT_PING_KEEPER_H
#define NAT_PING_KEEPER_H

/** Before fork: announces the process */
void ping_keeper_register(void);

/** In the main process. @return 0 or -1; does not return in the keeper */
int ping_keeper_start(void);

#endif /* NAT_PING_KEEPER_H */
