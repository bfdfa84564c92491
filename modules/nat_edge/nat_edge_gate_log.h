/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What the log says of packets that the gate denied: what, where, why, and
 * what would allow it. A bounded number of lines a second for all processes
 * (T30); the counters have them all. */
#ifndef NAT_EDGE_GATE_LOG_H
#define NAT_EDGE_GATE_LOG_H

#include "nt/nt_gate.h"

/** So many lines a second */
#define NE_GATE_LINES 5

/** Before fork. @return 0 or -1 */
int ne_gate_log_init(void);
void ne_gate_log_fini(void);

/** A packet that was denied */
struct ne_denial
{
	struct nt_endpoint to;
	enum nt_transport transport;
	enum nt_gate_purpose purpose;
	enum nt_gate_reason reason;
	struct nt_span bytes; /**< of the packet; may be empty */
	bool by_file;		  /**< the policy in force is a file's */
};

void ne_gate_log(const struct ne_denial *denial);

/** Once a second: tell of what was held back */
void ne_gate_log_tick(void);

#endif /* NAT_EDGE_GATE_LOG_H */
