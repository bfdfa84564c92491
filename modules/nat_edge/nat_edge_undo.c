/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_undo.h"

enum ne_undo_result ne_undo_ruri(sip_msg_t *msg)
{
	(void)msg;
	return NE_UNDO_NONE;
}
