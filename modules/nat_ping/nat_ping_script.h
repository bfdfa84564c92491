/* SPDX-License-Identifier: GPL-2.0-or-later */
/** nat_keepalive(), for scripts */
#ifndef NAT_PING_SCRIPT_H
#define NAT_PING_SCRIPT_H

#include "core/parser/msg_parser.h"

/** What script functions return; never 0, which would end the route */
enum ping_rc
{
	PING_RC_TRUE = 1,
	PING_RC_FALSE = -1,
	PING_RC_ERROR = -2
};

/** The sender of this REGISTER, SUBSCRIBE or INVITE is kept open as long as
 * what it asks for lasts, also if its profile does not say so. Before save(),
 * or before the transaction is made. Once or more often. */
int ki_nat_keepalive(sip_msg_t *msg);

/** The sender of any request, for so many seconds from now; 0: no longer */
int ki_nat_keepalive_for(sip_msg_t *msg, int seconds);

#endif /* NAT_PING_SCRIPT_H */
