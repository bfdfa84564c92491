/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Makes the history's record of a message: who it was, by the names that an
 * operator will ask with. */
#ifndef NAT_EDGE_RECORD_H
#define NAT_EDGE_RECORD_H

#include "nat_edge/nat_edge_history.h"
#include "nat_edge/nat_edge_msg.h"

/** @return the number of the record, or 0 if none is kept */
uint64_t ne_record_keep(sip_msg_t *msg, const struct ne_evidence *e,
		const struct ne_view *view);

#endif /* NAT_EDGE_RECORD_H */
