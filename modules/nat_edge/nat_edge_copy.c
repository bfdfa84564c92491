/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_copy.h"

#include <stddef.h>

#include "core/config.h"
#include "core/data_lump.h"
#include "core/parser/hf.h"
#include "core/parser/parse_via.h"
#include "nat_edge/nat_edge_uri.h"

/* As large as the core's own, for whoever writes a changed message into its
 * place (msg_apply_changes()). Two, should a message ever be received within
 * the script of another. Untouched until something is copied. */
static char rooms[2][BUF_SIZE + 1];

bool ne_is_copy(const sip_msg_t *msg)
{
	return msg->buf == rooms[0] || msg->buf == rooms[1];
}

static char *next_room(const sip_msg_t *msg)
{
	static unsigned turn;

	turn ^= 1;
	if(msg->buf == rooms[turn])
		turn ^= 1;
	return rooms[turn];
}

/* Whoever comes next counts on these (receive_msg()) */
static bool lacks_any(const sip_msg_t *fresh, const sip_msg_t *msg)
{
	return fresh->via1 == NULL || fresh->via1->error != PARSE_OK
		   || (fresh->callid == NULL && msg->callid != NULL)
		   || (fresh->cseq == NULL && msg->cseq != NULL)
		   || (fresh->from == NULL && msg->from != NULL)
		   || (fresh->to == NULL && msg->to != NULL);
}

static int parse(sip_msg_t *fresh, const sip_msg_t *msg, char *buf, size_t len)
{
	memset(fresh, 0, sizeof(*fresh));
	fresh->id = msg->id;
	fresh->pid = msg->pid;
	fresh->rcv = msg->rcv;
	fresh->buf = buf;
	fresh->len = (unsigned)len;
	buf[len] = '\0';
	if(parse_msg(buf, (unsigned)len, fresh) != 0
			|| parse_headers(fresh, HDR_EOH_F, 0) < 0
			|| lacks_any(fresh, msg)) {
		free_sip_msg(fresh);
		return -1;
	}
	return 0;
}

static void shift_lumps(
		struct lump *list, const char *buf, const struct nt_cuts *cuts)
{
	for(struct lump *l = list; l != NULL; l = l->next) {
		size_t from, to;

		if(l->op != LUMP_DEL && l->op != LUMP_NOP)
			continue;
		from = (size_t)l->u.offset;
		to = from + (size_t)l->len;
		from -= nt_cuts_before(cuts, buf + from);
		to -= nt_cuts_before(cuts, buf + to);
		l->u.offset = (int)from;
		l->len = (int)(to - from);
	}
}

/* All that the parser fills in but the first line stands in one row */
#define PARSED_FROM offsetof(sip_msg_t, via1)
#define PARSED_TO offsetof(sip_msg_t, rcv)
_Static_assert(offsetof(sip_msg_t, headers) > PARSED_FROM
					   && offsetof(sip_msg_t, contact) > PARSED_FROM
					   && offsetof(sip_msg_t, path) < PARSED_TO
					   && offsetof(sip_msg_t, body) < PARSED_TO
					   && offsetof(sip_msg_t, unparsed) < PARSED_TO
					   && offsetof(sip_msg_t, buf) > PARSED_TO
					   && offsetof(sip_msg_t, first_line) < PARSED_FROM,
		"struct sip_msg has another order: copy what is parsed one by one");

static void adopt(sip_msg_t *msg, const sip_msg_t *fresh)
{
	free_hdr_field_lst(msg->headers);
	if(msg->body != NULL && msg->body->free != NULL)
		msg->body->free(&msg->body);
	msg->first_line = fresh->first_line;
	memcpy((char *)msg + PARSED_FROM, (const char *)fresh + PARSED_FROM,
			PARSED_TO - PARSED_FROM);
	msg->buf = fresh->buf;
	msg->len = fresh->len;
	msg->parsed_uri_ok = 0;
	msg->parsed_orig_ruri_ok = 0;
}

int ne_copy_without(sip_msg_t *msg, const struct nt_cuts *cuts)
{
	char *room = next_room(msg);
	sip_msg_t fresh;
	size_t len =
			nt_cuts_copy(room, BUF_SIZE, nt_span_of(msg->buf, msg->len), cuts);

	if(len == 0 || parse(&fresh, msg, room, len) != 0)
		return -1;
	shift_lumps(msg->add_rm, msg->buf, cuts);
	shift_lumps(msg->body_lumps, msg->buf, cuts);
	adopt(msg, &fresh);
	return 0;
}
