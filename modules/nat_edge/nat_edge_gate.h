/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The gate at the server's door: every packet that Kamailio sends, of this
 * module or any other, is asked for just before it leaves, with the address
 * that it would go to. What may not leave is dropped, counted and logged at a
 * bounded rate.
 */
#ifndef NAT_EDGE_GATE_H
#define NAT_EDGE_GATE_H

#include "nt/nt_gate.h"

/** Before fork, after the listen sockets are known. @return 0 or -1 */
int ne_gate_init(void);
void ne_gate_fini(void);

/** May we send there? Counts and logs a no. */
bool ne_gate_permits(const struct nt_endpoint *to, enum nt_transport transport,
		enum nt_gate_purpose purpose);

#endif /* NAT_EDGE_GATE_H */
