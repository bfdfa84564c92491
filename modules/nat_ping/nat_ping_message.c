/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_message.h"

#include "core/script_cb.h"

static sip_msg_t *in_hand; /* borrow: while its script runs */

/* By its text as well: tm gives its copy of a request an id that may be another
 * message's */
struct mark
{
	msg_ctx_id_t id;
	const char *buf; /* NULL: of none */
};
static struct mark wished, saved;

static void set(struct mark *mark, const sip_msg_t *msg)
{
	msg_ctx_id_set(msg, &mark->id);
	mark->buf = msg->buf;
}

static bool is(const struct mark *mark, const sip_msg_t *msg)
{
	return mark->buf != NULL && mark->buf == msg->buf
		   && msg_ctx_id_match(msg, &mark->id) == 1;
}

static int begin(sip_msg_t *msg, unsigned int flags, void *param)
{
	(void)flags, (void)param;
	in_hand = msg;
	return 1;
}

/* A request that another module dropped before its script is freed, and nobody
 * is told */
static int begin_reply(sip_msg_t *msg, unsigned int flags, void *param)
{
	(void)msg, (void)flags, (void)param;
	in_hand = NULL;
	return 1;
}

static int end(sip_msg_t *msg, unsigned int flags, void *param)
{
	(void)msg, (void)flags, (void)param;
	in_hand = NULL;
	return 1;
}

int ping_message_init(void)
{
	if(register_script_cb(begin, PRE_SCRIPT_CB | REQUEST_CB, 0) == 0
			&& register_script_cb(begin_reply, PRE_SCRIPT_CB | ONREPLY_CB, 0)
					   == 0
			&& register_script_cb(end, POST_SCRIPT_CB | REQUEST_CB, 0) == 0)
		return 0;
	LM_ERR("no callbacks (%d) around the script; Kamailio does not start\n",
			PRE_SCRIPT_CB | POST_SCRIPT_CB);
	return -1;
}

sip_msg_t *ping_message_in_hand(void)
{
	return in_hand;
}

void ping_message_wish(sip_msg_t *msg)
{
	set(&wished, msg);
}

bool ping_message_is_wished(const sip_msg_t *msg)
{
	return is(&wished, msg);
}

void ping_message_save(const sip_msg_t *msg)
{
	set(&saved, msg);
}

bool ping_message_is_saved(const sip_msg_t *msg)
{
	return is(&saved, msg);
}
