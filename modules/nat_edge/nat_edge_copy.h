/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A message as if it had come without some pieces of it.
 *
 * Its text becomes a copy in a room of this process, parsed anew: so whoever
 * comes later (registrar, rr, path, dialog, tm's own copies, any variable of a
 * script) sees what is left, and nothing else. The received bytes are never
 * written to (T17). No allocation but the parser's.
 */
#ifndef NAT_EDGE_COPY_H
#define NAT_EDGE_COPY_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"
#include "nt/nt_cuts.h"

/** Leave @p cuts, pieces of its text, out of @p msg. Only before the script:
 * nobody else may hold pointers into what is parsed. Edits that were noted
 * already (lumps) keep their places. Valid until the next but one message of
 * this process is copied.
 * @return 0, or -1: too long, or no memory; @p msg is unchanged */
int ne_copy_without(sip_msg_t *msg, const struct nt_cuts *cuts);

/** Is that what became of this message? */
bool ne_is_copy(const sip_msg_t *msg);

#endif /* NAT_EDGE_COPY_H */
