/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_edit.h"

#include "core/data_lump.h"
#include "core/mem/mem.h"
#include "nat_edge/nat_edge_lump.h"
#include "nat_edge/nat_edge_stats.h"

/* Text that the message will own */
static bool put_in(struct lump *anchor, struct nt_span text)
{
	char *copy = pkg_malloc(text.len);

	if(copy == NULL) {
		PKG_MEM_ERROR_FMT("for %zu bytes of a header field\n", text.len);
		return false;
	}
	memcpy(copy, text.p, text.len);
	if(insert_new_lump_after(anchor, copy, (int)text.len, 0) == NULL) {
		pkg_free(copy);
		return false;
	}
	return true;
}

/* Was this put in here before? */
static bool is_done(const sip_msg_t *msg, const struct nt_edit *e)
{
	struct nt_span put = nt_span_cstr(e->put);

	for(const struct lump *l = msg->add_rm; l != NULL; l = l->next) {
		if(l->u.offset == e->at - msg->buf && l->op != LUMP_DEL
				&& l->after != NULL && l->after->op == LUMP_ADD
				&& nt_span_eq(
						nt_span_of(l->after->u.value, (size_t)l->after->len),
						put))
			return true;
	}
	return false;
}

static bool apply(sip_msg_t *msg, const struct nt_edit *e)
{
	int at = (int)(e->at - msg->buf);
	struct lump *anchor = e->cut > 0 ? del_lump(msg, at, (int)e->cut, 0)
									 : anchor_lump(msg, at, 0, 0);

	if(anchor == NULL)
		return false;
	if(e->put[0] == '\0' || put_in(anchor, nt_span_cstr(e->put)))
		return true;
	anchor->op = LUMP_NOP; /* what stood there stays */
	return false;
}

int ne_edits_apply(sip_msg_t *msg, const struct nt_edit *edits, size_t count)
{
	int done = 0;

	for(size_t i = 0; i < count; i++) {
		str part = {(char *)edits[i].at, (int)edits[i].cut};

		if(part.s < msg->buf || part.s > msg->buf + msg->len
				|| ne_is_edited(msg, &part) || is_done(msg, &edits[i]))
			continue;
		if(apply(msg, &edits[i]))
			done++;
		else
			ne_stat_add(NE_STAT_REPAIRS_FAILED, 1);
	}
	return done;
}
