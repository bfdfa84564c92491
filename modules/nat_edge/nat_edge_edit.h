/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Small changes of a message that lib/nt found, as lumps. */
#ifndef NAT_EDGE_EDIT_H
#define NAT_EDGE_EDIT_H

#include "core/parser/msg_parser.h"
#include "nt/nt_head.h"

/** Apply each that lies in the message and in nothing that is edited already;
 * twice is once. What fails for lack of memory is left out.
 * @return how many */
int ne_edits_apply(sip_msg_t *msg, const struct nt_edit *edits, size_t count);

#endif /* NAT_EDGE_EDIT_H */
