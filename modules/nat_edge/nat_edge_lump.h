/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Edits of a message that is on its way: what others cut already, what is put
 * in place of what. The received bytes are never written. */
#ifndef NAT_EDGE_LUMP_H
#define NAT_EDGE_LUMP_H

#include "core/parser/msg_parser.h"
#include "nt/nt_span.h"

/** Is any of the part to be deleted already? */
bool ne_is_edited(const sip_msg_t *msg, const str *part);

enum ne_part
{
	NE_PART_WHOLE = 0,	 /**< as it came */
	NE_PART_CUT = 1,	 /**< pieces inside of it go (hygiene) */
	NE_PART_REPLACED = 2 /**< somebody put something in its place */
};

/** What has become of a part */
enum ne_part ne_part_state(const sip_msg_t *msg, struct nt_span part);

/** The part without the pieces that go. @p buf has room for all of it.
 * @return the length */
size_t ne_part_copy(char *buf, const sip_msg_t *msg, struct nt_span part);

/** Put a text in place of a part. @p text is pkg memory and the message's from
 * now on; freed if that fails.
 * @return 0, or -1: the part stays */
int ne_part_replace(
		sip_msg_t *msg, struct nt_span part, char *text, size_t len);

/** Put a text behind a part; likewise */
int ne_part_append(sip_msg_t *msg, struct nt_span part, char *text, size_t len);

#endif /* NAT_EDGE_LUMP_H */
