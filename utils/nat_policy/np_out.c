/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_policy/np_out.h"

#include <stdarg.h>
#include <stdlib.h>

#include "nat_policy/np_mem.h"

static char *format_text(const char *format, va_list args)
{
	va_list again;
	size_t size;
	char *text;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	size = n > 0 ? (size_t)n + 1 : 1;
	text = np_get(size);
	text[0] = '\0';
	vsnprintf(text, size, format, args);
	return text;
}

static void put_line(FILE *file, const char *format, va_list args)
{
	char *text = format_text(format, args);

	for(char *c = text; *c != '\0'; c++) {
		if(*c < ' ' || *c > '~')
			*c = '?';
	}
	fprintf(file, "%s\n", text);
	free(text);
}

void np_line(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line(stdout, format, args);
	va_end(args);
}

void np_complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line(stderr, format, args);
	va_end(args);
}

int np_fail(struct np_out *out, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = format_text(format, args);
	va_end(args);
	if(out->json) {
		np_json_object(&out->j, NULL);
		np_json_word(&out->j, "error", text);
		np_json_number(&out->j, "status", NP_UNUSABLE);
		np_json_object_end(&out->j);
	} else {
		np_complain("nat_policy: %s", text);
	}
	free(text);
	return NP_UNUSABLE;
}

void np_begin(struct np_out *out, const char *command)
{
	if(!out->json)
		return;
	np_json_object(&out->j, NULL);
	np_json_word(&out->j, "command", command);
}

int np_end(struct np_out *out, int status)
{
	if(out->json) {
		np_json_number(&out->j, "status", (uint64_t)status);
		np_json_object_end(&out->j);
	}
	return status;
}

const char *np_shown(char *buf, size_t size, struct nt_span text)
{
	static const char dots[] = "...";
	bool cut = text.len >= size;
	size_t len = cut ? size - sizeof(dots) : text.len;

	for(size_t i = 0; i < len; i++)
		buf[i] = text.p[i] != '\0' ? text.p[i] : '?';
	memcpy(buf + len, dots, cut ? sizeof(dots) : 0);
	if(!cut)
		buf[len] = '\0';
	return buf;
}
