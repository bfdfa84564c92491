/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A second UDP socket beside each of our listen sockets: what is sent from
 * there makes a binding of a phone's NAT that nobody needs, so its life can be
 * tested without losing a call (nt_lifetime.h).
 *
 * They belong to the processes of nat_ping: senders send by them, the keeper
 * reads them; SIP workers never see what comes. Listen sockets of one address
 * share one, if its port is given.
 */
#ifndef NAT_PING_PROBE_H
#define NAT_PING_PROBE_H

#include "nt/nt_flows.h"

/** Before fork. Without one nothing is learned of those that came by that
 * listen socket (logs). @return is there any? */
bool ping_probe_init(void);
void ping_probe_fini(void);

/** @param number with or without NT_FLOWS_PROBE
 * @return its descriptor, or -1: there is none */
int ping_probe_fd(uint16_t number);

/** host:port of it as others see it; empty: there is none */
struct nt_span ping_probe_host(uint16_t number);

/** The same with a name that leads nowhere, for answers that are wanted at a
 * probe socket to what another one sent: who is asked adds the source's address
 * and answers there, at this port (RFC 3261 §18.2). An address would have the
 * SIP ALG of Linux routers send all that follows to that port (Cisco's way). */
struct nt_span ping_probe_name(uint16_t number);

/** Wait so long, at most, and take what came. In the keeper. */
void ping_probe_serve(int ms);

#endif /* NAT_PING_PROBE_H */
