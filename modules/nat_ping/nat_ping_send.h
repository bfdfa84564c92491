/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The one place that sends pings, after the gate has been asked.
 *
 * UDP leaves by our SIP socket itself, so that it comes from the port that the
 * NAT has a binding for. The core's event for outgoing data, with its copy of
 * each message, is passed by on purpose: nobody has anything to change in a
 * ping. On streams it takes the connection of the flow or none: nothing here
 * ever connects.
 */
#ifndef NAT_PING_SEND_H
#define NAT_PING_SEND_H

#include "nt/nt_flows.h"

/** Before fork: what of a ping is the same for all of a socket. @return 0 or -1
 */
int ping_send_init(void);
void ping_send_fini(void);

/** In a sender, once: room to remember whom the gate has let pass. Without it
 * (no memory) it is asked each time. */
void ping_send_remember(void);

/** Now and then: a new policy, and the gate is asked for everybody again */
void ping_send_follow_policy(void);

/** @return was it sent? Otherwise @p why */
bool ping_send(const struct nt_due *due, enum nt_unsent *why);

/** Is it still that connection, to that place, and open? */
bool ping_connection_is_open(const struct nt_flow_at *at);

#endif /* NAT_PING_SEND_H */
