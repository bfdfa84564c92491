/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Where a REGISTER came from, for the registrar of this process (T04). What
 * its client says of that was taken out by nat_edge_hygiene.c. */
#ifndef NAT_EDGE_RECEIVED_H
#define NAT_EDGE_RECEIVED_H

#include "core/parser/msg_parser.h"

/** Tell the registrar of this process the source of a REGISTER, by the received
 * AVP.
 * @return 1, 0 if it knew, or -1 */
int ne_received_set(sip_msg_t *msg);

#endif /* NAT_EDGE_RECEIVED_H */
