/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The request that this process is working on, from before its script until
 * after it, for what usrloc's callbacks do not tell; and what a script said of
 * it by nat_keepalive().
 */
#ifndef NAT_PING_MESSAGE_H
#define NAT_PING_MESSAGE_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"

/** Before fork. @return 0 or -1 */
int ping_message_init(void);

/** @return NULL: there is none, as in timers and RPC commands */
sip_msg_t *ping_message_in_hand(void);

/** Its sender is to be kept open, whatever its profile says of who is */
void ping_message_wish(sip_msg_t *msg);
bool ping_message_is_wished(const sip_msg_t *msg);

/** One of its Contacts went into usrloc, or out of it */
void ping_message_save(const sip_msg_t *msg);
bool ping_message_is_saved(const sip_msg_t *msg);

#endif /* NAT_PING_MESSAGE_H */
