/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Path of a REGISTER that goes on to another registrar (RFC 3327, RFC 5626
 * §5.1): requests to its client come back to us, with the flow sealed in it. */
#ifndef NAT_EDGE_PATH_H
#define NAT_EDGE_PATH_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"

/** A branch of a managed REGISTER is about to be built: add a Path if its
 * client's profile says so. Twice is once. */
void ne_path_out(sip_msg_t *msg);

/** Does the request's Contact URI have "ob"? (RFC 5626 §4.3) */
bool ne_contact_has_ob(sip_msg_t *msg);

#endif /* NAT_EDGE_PATH_H */
