/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Which dialog a request belongs to or begins, and which of its parties sends
 * it. Parses what is needed, changes nothing. */
#ifndef NAT_EDGE_DIALOG_H
#define NAT_EDGE_DIALOG_H

#include "core/parser/msg_parser.h"
#include "nt/nt_span.h"

struct ne_dialog
{
	struct nt_span call_id, from_tag, to_tag; /**< what is absent is empty */
};

/** @return false: without Call-ID, From or To there is no dialog */
bool ne_dialog_of(struct ne_dialog *d, sip_msg_t *msg);

/** May a dialog come of this request, that later requests of it have a route?
 * INVITE, SUBSCRIBE, REFER without a tag in To. */
bool ne_is_forming(sip_msg_t *msg);

#endif /* NAT_EDGE_DIALOG_H */
