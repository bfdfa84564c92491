/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_lump.h"

#include "core/data_lump.h"
#include "core/mem/mem.h"

/* Offsets in the message */
struct range
{
	int from, to;
};

static struct range range_of(const sip_msg_t *msg, struct nt_span part)
{
	int from = (int)(part.p - msg->buf);

	return (struct range){from, from + (int)part.len};
}

static bool is_cut(const struct lump *l, struct range r)
{
	return l->op == LUMP_DEL && r.from < l->u.offset + l->len
		   && l->u.offset < r.to;
}

bool ne_is_edited(const sip_msg_t *msg, const str *part)
{
	struct range r = range_of(msg, nt_span_of(part->s, (size_t)part->len));

	for(const struct lump *l = msg->add_rm; l != NULL; l = l->next) {
		if(is_cut(l, r))
			return true;
	}
	return false;
}

enum ne_part ne_part_state(const sip_msg_t *msg, struct nt_span part)
{
	struct range r = range_of(msg, part);
	enum ne_part state = NE_PART_WHOLE;

	for(const struct lump *l = msg->add_rm; l != NULL; l = l->next) {
		if(!is_cut(l, r))
			continue;
		if(l->u.offset <= r.from || l->u.offset + l->len > r.to
				|| l->before != NULL || l->after != NULL)
			return NE_PART_REPLACED;
		state = NE_PART_CUT;
	}
	return state;
}

size_t ne_part_copy(char *buf, const sip_msg_t *msg, struct nt_span part)
{
	struct range r = range_of(msg, part);
	int at = r.from;
	size_t n = 0;

	/* they are sorted, and may overlap */
	for(const struct lump *l = msg->add_rm; l != NULL; l = l->next) {
		if(!is_cut(l, r))
			continue;
		if(l->u.offset > at) {
			memcpy(buf + n, msg->buf + at, (size_t)(l->u.offset - at));
			n += (size_t)(l->u.offset - at);
		}
		if(l->u.offset + l->len > at)
			at = l->u.offset + l->len;
	}
	if(at < r.to) {
		memcpy(buf + n, msg->buf + at, (size_t)(r.to - at));
		n += (size_t)(r.to - at);
	}
	return n;
}

/* Behind an anchor of ours, which is nothing without a text */
static int insert(struct lump *anchor, char *text, size_t len)
{
	if(anchor != NULL
			&& insert_new_lump_after(anchor, text, (int)len, HDR_CONTACT_T)
					   != NULL)
		return 0;
	pkg_free(text);
	if(anchor != NULL)
		anchor->op = LUMP_NOP;
	return -1;
}

int ne_part_replace(sip_msg_t *msg, struct nt_span part, char *text, size_t len)
{
	struct range r = range_of(msg, part);

	return insert(
			del_lump(msg, r.from, r.to - r.from, HDR_CONTACT_T), text, len);
}

int ne_part_append(sip_msg_t *msg, struct nt_span part, char *text, size_t len)
{
	return insert(anchor_lump(msg, range_of(msg, part).to, 0, HDR_CONTACT_T),
			text, len);
}
