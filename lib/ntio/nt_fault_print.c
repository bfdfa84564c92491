/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntio/nt_fault_print.h"

#include <stdio.h>

#define FILE_SHOWN 512
#define NAME_SHOWN 64
#define VALUE_SHOWN 120
#define DOTS "..."

struct out
{
	char *buf;
	size_t size, len;
	bool full;
};

static void put_char(struct out *o, char c)
{
	if(o->len + 1 < o->size)
		o->buf[o->len++] = c;
	else
		o->full = true;
}

/* At most @p max bytes of @p text, the dots included */
static void put(struct out *o, struct nt_span text, size_t max)
{
	size_t shown = text.len <= max ? text.len : max - strlen(DOTS);

	for(size_t i = 0; i < shown; i++) {
		char c = text.p[i];

		put_char(o, c >= ' ' && c <= '~' ? c : '?');
	}
	for(size_t i = 0; shown < text.len && DOTS[i] != '\0'; i++)
		put_char(o, DOTS[i]);
}

static void put_text(struct out *o, const char *text)
{
	put(o, nt_span_cstr(text), SIZE_MAX);
}

static void put_part(struct out *o, struct nt_span text)
{
	put(o, text, NAME_SHOWN);
	put_text(o, text.len > 0 ? ": " : "");
}

static void put_place(struct out *o, const char *file, unsigned line)
{
	char number[16];

	put(o, nt_span_cstr(file), FILE_SHOWN);
	if(line > 0) {
		snprintf(number, sizeof(number), ":%u", line);
		put_text(o, number);
	}
	put_text(o, o->len > 0 ? ": " : "");
}

size_t nt_fault_print(
		char *buf, size_t size, const char *file, const struct nt_fault *fault)
{
	struct out o = {.buf = buf, .size = size};

	if(size == 0)
		return 0;
	put_place(&o, file, fault->line);
	put_part(&o, fault->element);
	put_part(&o, fault->attribute);
	put_text(&o, "'");
	put(&o, fault->value, VALUE_SHOWN);
	put_text(&o, "' is not allowed: ");
	put_text(&o, fault->allowed);
	if(o.full && size > strlen(DOTS))
		memcpy(buf + size - 1 - strlen(DOTS), DOTS, strlen(DOTS));
	buf[o.len] = '\0';
	return o.len;
}
