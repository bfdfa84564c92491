/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as what a registrar answers: what is read lies within them; a list
 * of bindings that was shortened reads back as told, with those of others
 * unchanged, and there is nothing to be done to it a second time; the same of
 * Vias and Flow-Timer.
 *
 * Input: a byte for the limit, one for what else is said, then a Contact body,
 * a line feed, and the text of a reply.
 */
#include <stdio.h>
#include <stdlib.h>

#include "nt/nt_contacts.h"
#include "nt/nt_keep.h"
#include "nt/nt_outbound.h"
#include "nt_must.h"

static bool within(struct nt_span part, struct nt_span whole)
{
	return part.len == 0
		   || (part.p >= whole.p
				   && (size_t)(part.p - whole.p) <= whole.len - part.len
				   && part.len <= whole.len);
}

static void check_item(const struct nt_contact *c, struct nt_span body)
{
	struct nt_offer offer = {.outbound = false};

	NT_MUST(within(c->at.whole, body) && within(c->at.uri, c->at.whole)
			&& within(c->at.params, c->at.whole)
			&& within(c->expires, c->at.params)
			&& within(c->reg_id, c->at.params));
	NT_MUST(c->at.uri.len > 0);
	nt_offer_contact(&offer, c->at.params);
	NT_MUST(offer.reg_id_is == NT_REG_ID_VALID ? offer.reg_id > 0
											   : offer.reg_id == 0);
	NT_MUST(within(offer.instance, c->at.params));
}

/* The reply's first binding is the client's; its header field stands apart */
static void shorten(struct nt_span body, uint32_t limit, struct nt_span header)
{
	static struct nt_contacts list, again;
	struct nt_edit edits[NT_CONTACTS_MAX + 1], here[NT_CONTACTS_MAX + 1];
	struct nt_own own = {.number = 0, .asked = NT_EXPIRY_NONE};
	size_t count, n = 0, size, len;
	char *out;

	nt_contacts_begin(&list);
	nt_contacts_add(&list, body);
	for(size_t i = 0; i < list.count; i++)
		check_item(&list.item[i], body);
	if(list.unreadable || list.count == 0)
		return;
	count = nt_contacts_shorten(edits, &list, header, &own, 1, limit);
	NT_MUST(count <= 2);
	for(size_t i = 0; i < count; i++) {
		if(within(nt_span_of(edits[i].at, edits[i].cut > 0 ? edits[i].cut : 1),
				   nt_span_of(body.p, body.len + 1)))
			here[n++] = edits[i];
	}
	size = body.len + nt_edits_growth(here, n);
	out = malloc(size);
	NT_MUST(out != NULL);
	len = nt_edits_apply(out, size, body, here, n);
	NT_MUST(len > 0);
	nt_contacts_begin(&again);
	nt_contacts_add(&again, nt_span_of(out, len));
	NT_MUST(!again.unreadable && again.count == list.count);
	if(own.told != NT_EXPIRY_NONE)
		NT_MUST(nt_contact_expires(&again.item[0], header) == own.told
				&& own.told <= limit);
	for(size_t i = 1; i < list.count; i++)
		NT_MUST(nt_span_eq(again.item[i].at.whole, list.item[i].at.whole));
	NT_MUST(nt_span_eq(again.item[0].at.uri, list.item[0].at.uri));
	free(out);
}

static void keep(struct nt_span text, uint32_t seconds, unsigned said)
{
	struct nt_vias vias, again;
	bool timer = nt_keep_reply(&vias, text, seconds, said & 1, said & 2);
	size_t size = text.len + nt_edits_growth(vias.edits, vias.count), len;
	char *out = malloc(size + 1);

	NT_MUST(out != NULL && vias.count <= NT_KEEP_EDITS);
	len = nt_edits_apply(out, size, text, vias.edits, vias.count);
	NT_MUST(len > 0 || text.len == 0);
	NT_MUST(!nt_keep_reply(
					&again, nt_span_of(out, len), seconds, said & 1, said & 2)
			|| !timer);
	/* all fit in: then there are none left */
	if(vias.count < NT_KEEP_EDITS)
		NT_MUST(again.count == 0);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_span text, body;
	const char *end;
	char *copy;

	if(size < 3)
		return 0;
	/* a block of the exact size */
	copy = malloc(size - 2);
	NT_MUST(copy != NULL);
	memcpy(copy, data + 2, size - 2);
	text = nt_span_of(copy, size - 2);
	end = memchr(copy, '\n', text.len);
	body = nt_span_of(copy, end != NULL ? (size_t)(end - copy) : text.len);
	shorten(body, data[0] == 0 ? NT_EXPIRY_NONE : data[0],
			data[1] & 4 ? NT_SPAN("3600") : NT_SPAN(""));
	if(end != NULL)
		text = nt_span_of(end + 1, text.len - body.len - 1);
	keep(text, data[0], data[1]);
	NT_MUST(memcmp(copy, data + 2, size - 2) == 0);
	free(copy);
	return 0;
}
