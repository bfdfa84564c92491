/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What a reply says of its dialog or subscription, read from its bytes alone:
 * of one that was sent, or of one that came where no SIP parser is.
 *
 * Pure; no allocation; cannot fail: what is not there is empty.
 */
#ifndef NT_REPLY_H
#define NT_REPLY_H

#include <stdint.h>

#include "nt/nt_span.h"

/** Spans borrow from the text */
struct nt_reply
{
	unsigned status; /**< 0: it is no reply */
	struct nt_span call_id, from_tag, to_tag;
	struct nt_span to; /**< user@host */
	uint32_t expires;  /**< seconds; UINT32_MAX: not said */
};

/** Of several fields of a name the last one counts */
void nt_reply_read(struct nt_reply *said, struct nt_span text);

/** The tag in the body of a From or To; empty without one */
struct nt_span nt_tag_param(struct nt_span body);

/** user@host of the URI in it, without scheme, port and parameters */
struct nt_span nt_aor_of(struct nt_span body);

#endif /* NT_REPLY_H */
