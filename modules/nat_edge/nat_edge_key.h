/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Which message it is, for what a process remembers of the last one. By its
 * text as well: tm gives its copy of a request an id that may be another
 * message's.
 */
#ifndef NAT_EDGE_KEY_H
#define NAT_EDGE_KEY_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"

struct ne_key
{
	msg_ctx_id_t id;
	const char *buf; /**< NULL: of no message */
};

static inline void ne_key_set(struct ne_key *key, const sip_msg_t *msg)
{
	msg_ctx_id_set(msg, &key->id);
	key->buf = msg->buf;
}

static inline bool ne_key_is(const struct ne_key *key, const sip_msg_t *msg)
{
	return key->buf == msg->buf && msg_ctx_id_match(msg, &key->id) == 1;
}

#endif /* NAT_EDGE_KEY_H */
