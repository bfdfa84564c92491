/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What was read, as one line for a table of tests */
#ifndef NT_LINE_H
#define NT_LINE_H

#include <stdarg.h>

#include "nt/nt_sdp.h"
#include "unit/nt/nt_check.h"

/** A text that is cut fails its comparison */
struct line
{
	char text[8192];
	size_t len;
};

static inline void put(struct line *l, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(l->text + l->len, sizeof(l->text) - l->len, format, args);
	va_end(args);
	ck_assert_int_ge(n, 0);
	l->len += (size_t)n < sizeof(l->text) - l->len
					  ? (size_t)n
					  : sizeof(l->text) - l->len - 1;
}

static inline void put_target(struct line *l, const struct nt_sdp_target *t)
{
	static const char *const words[] = {[NT_SDP_NONE] = "-",
			[NT_SDP_NAME] = "name",
			[NT_SDP_HOLD] = "hold"};
	char addr[NT_ADDR_TEXT];

	if(t->place == NT_SDP_ADDR)
		nt_addr_print(addr, sizeof(addr), &t->addr, false);
	put(l, "%s", t->place == NT_SDP_ADDR ? addr : words[t->place]);
}

#endif /* NT_LINE_H */
