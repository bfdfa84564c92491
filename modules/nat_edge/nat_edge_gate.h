/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The gate at the server's door: every packet that Kamailio sends, of this
 * module or any other, is asked for just before it leaves, with the address
 * that it would go to. What may not leave is dropped, counted and logged at a
 * bounded rate.
 *
 * It hangs at the core's event "data out", which msg_send() runs. Modules that
 * call udp_send() or tcp_send() themselves pass it by: usrloc's and nathelper's
 * pings, siptrace's copies, corex' send_udp().
 *
 * A reply that goes back where its request came from is always let through. The
 * request carries that with it: a bit in its flags for replies, set before the
 * script runs, which sl and tm hand on to all replies, also to those that a
 * timer sends again.
 */
#ifndef NAT_EDGE_GATE_H
#define NAT_EDGE_GATE_H

#include "core/events.h"
#include "core/parser/msg_parser.h"
#include "nt/nt_gate.h"

/** When the module is loaded: who hooks in first is asked last, with the bytes
 * as they would leave, and nobody sees what was dropped. @return 0 or -1 */
int ne_gate_hook(void);

/** Before fork, after the listen sockets are known. With modparam gate=0 it
 * lets everything pass. @return 0 or -1 */
int ne_gate_init(void);
void ne_gate_fini(void);

/** May we send there? Counts and logs a no. */
bool ne_gate_permits(const struct nt_endpoint *to, enum nt_transport transport,
		enum nt_gate_purpose purpose);

/** Is it on? */
bool ne_gate_is_on(void);

/** The listen sockets of this server */
const struct nt_gate_own *ne_gate_own(void);

/** Mark a request whose replies go back to its source. @return is it marked? */
bool ne_gate_mark(sip_msg_t *request);

/** What the core calls before it sends (evp->data: a str of pkg memory). NULL
 * in it afterwards: dropped. @return 0 */
int ne_gate_on_send(sr_event_param_t *evp);

#endif /* NAT_EDGE_GATE_H */
