/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Register absorption (R9), for a proxy in front of another registrar: clients
 * behind a NAT come often, because they were told little, and upstream hears of
 * them only when its own time runs out or anything has changed.
 *
 * Nobody is authenticated here. So what is answered is only what changes
 * nothing: the binding is the one that upstream accepted, from the same source
 * or connection, and it ends upstream when upstream said so. Everything else
 * goes there, whoever sent it.
 */
#ifndef NAT_EDGE_ABSORB_H
#define NAT_EDGE_ABSORB_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"

/** Answer a refresh, or have it go upstream with the expiry that its profile
 * wants there.
 * @return NE_RC_TRUE: answered 200, the script ends; NE_RC_FALSE: relay it */
int ki_nat_absorb(sip_msg_t *msg);

/** Did a script call nat_absorb() for this request, in this process? Then what
 * comes of it is worth remembering. */
bool ne_absorb_was_asked(const sip_msg_t *msg);

#endif /* NAT_EDGE_ABSORB_H */
