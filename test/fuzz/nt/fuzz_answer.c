/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a reply: what is read lies within them, and a text that is no
 * reply says nothing. */
#include <stdlib.h>

#include "nt/nt_reply.h"
#include "nt_must.h"

static bool within(struct nt_span part, struct nt_span whole)
{
	return part.len == 0
		   || (part.p >= whole.p
				   && (size_t)(part.p - whole.p) <= whole.len - part.len
				   && part.len <= whole.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nt_span text = nt_span_of((const char *)data, size);
	struct nt_reply r;

	nt_reply_read(&r, text);
	NT_MUST(r.status == 0 || (size >= 12 && r.status <= 699));
	NT_MUST(within(r.call_id, text) && within(r.from_tag, text)
			&& within(r.to_tag, text) && within(r.to, text));
	NT_MUST(r.status != 0 || (r.call_id.len == 0 && r.expires == UINT32_MAX));
	NT_MUST(within(nt_tag_param(text), text));
	NT_MUST(within(nt_aor_of(text), text));
	return 0;
}
