/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "answer.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define STATUS "SIP/2.0 200 OK\r\n"
#define TAG ";tag=a6c85cf"
#define END "Content-Length: 0\r\n\r\n"

static const char *const copied[] = {
		"Via:", "From:", "To:", "Call-ID:", "CSeq:"};

struct out
{
	char *buf;
	size_t size, len;
};

static void put(struct out *o, const char *text, size_t len)
{
	if(o->len + len <= o->size)
		memcpy(o->buf + o->len, text, len);
	o->len += len;
}

static bool is_field(const char *line, size_t len, const char *name)
{
	return len > strlen(name) && strncasecmp(line, name, strlen(name)) == 0;
}

static void copy_line(struct out *o, const char *line, size_t len)
{
	for(size_t i = 0; i < sizeof(copied) / sizeof(copied[0]); i++) {
		if(!is_field(line, len, copied[i]))
			continue;
		put(o, line, len);
		if(is_field(line, len, "To:"))
			put(o, TAG, strlen(TAG));
		put(o, "\r\n", 2);
		return;
	}
}

size_t answer_make(char *buf, size_t size, const char *request, size_t len)
{
	struct out o = {buf, size, 0};
	const char *line = request, *end = request + len, *stop;

	stop = memmem(line, len, "\r\n", 2);
	if(stop == NULL || stop - line < 8 || memcmp(stop - 8, " SIP/2.0", 8) != 0)
		return 0;
	put(&o, STATUS, strlen(STATUS));
	for(line = stop + 2; line < end; line = stop + 2) {
		stop = memmem(line, (size_t)(end - line), "\r\n", 2);
		if(stop == NULL || stop == line)
			break;
		copy_line(&o, line, (size_t)(stop - line));
	}
	put(&o, END, strlen(END));
	return o.len <= size ? o.len : 0;
}
