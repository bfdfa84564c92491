/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Where a REGISTER came from, for the registrar of this process: what we say
 * of it counts, what the client says does not (T04). */
#ifndef NAT_EDGE_RECEIVED_H
#define NAT_EDGE_RECEIVED_H

#include "core/parser/msg_parser.h"

/** Tell the registrar of this process the source of a REGISTER, by the received
 * AVP.
 * @return 1, 0 if it knew, or -1 */
int ne_received_set(sip_msg_t *msg);

/** Make the registrar overlook the "received" parameter of Contacts: a client
 * may not say where it is to be reached at (T04).
 * @return how many there were */
int ne_received_drop(sip_msg_t *msg);

#endif /* NAT_EDGE_RECEIVED_H */
