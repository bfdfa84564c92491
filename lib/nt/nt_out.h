/* SPDX-License-Identifier: GPL-2.0-or-later */
/** A bounded writer: what does not fit is counted and not written, so that a
 * text is whole or none. Pure; cannot fail before its end. */
#ifndef NT_OUT_H
#define NT_OUT_H

#include "nt/nt_span.h"

struct nt_out
{
	char *p;
	size_t size, len; /**< len counts what did not fit as well */
};

static inline void nt_out_put(struct nt_out *o, struct nt_span s)
{
	if(s.len > 0 && o->len <= o->size && s.len <= o->size - o->len)
		memcpy(o->p + o->len, s.p, s.len);
	o->len += s.len;
}

/** @return the length, or 0 if it did not fit */
static inline size_t nt_out_end(const struct nt_out *o)
{
	return o->len <= o->size ? o->len : 0;
}

#endif /* NT_OUT_H */
