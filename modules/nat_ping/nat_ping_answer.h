/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What comes back: answers to pings, which no route of a script ever sees, and
 * the keep-alives that clients send by themselves.
 *
 * An answer counts if its tag is true and its source is the flow's (T08). What
 * looks like an answer and is none is counted and dropped as well: nobody has
 * asked for it.
 */
#ifndef NAT_PING_ANSWER_H
#define NAT_PING_ANSWER_H

#include "nt/nt_flows.h"

/** Before fork. @return 0 or -1 */
int ping_answer_init(void);

/** A datagram that came elsewhere than at a SIP socket: the answer to a ping?
 * Counts it if it is.
 * @return false: not to one of a flow with that @p at */
bool ping_answer_text(struct nt_span text, const struct nt_flow_at *at);

#endif /* NAT_PING_ANSWER_H */
