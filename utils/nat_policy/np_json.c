/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_policy/np_json.h"

#include <inttypes.h>

static void put(struct np_json *j, const char *text)
{
	fputs(text, j->file);
}

static void line(struct np_json *j)
{
	putc('\n', j->file);
	for(unsigned i = 0; i < j->depth; i++)
		put(j, "  ");
}

static void put_string(struct np_json *j, struct nt_span text)
{
	putc('"', j->file);
	for(size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if(c == '"' || c == '\\')
			fprintf(j->file, "\\%c", c);
		else if(c < ' ' || c > '~')
			fprintf(j->file, "\\u%04x", c);
		else
			putc(c, j->file);
	}
	putc('"', j->file);
}

/* What stands in front of any value */
static void begin(struct np_json *j, const char *name)
{
	if(j->follows)
		putc(',', j->file);
	if(j->depth > 0)
		line(j);
	if(name != NULL) {
		put_string(j, nt_span_cstr(name));
		put(j, ": ");
	}
	j->follows = true;
}

static void open(struct np_json *j, const char *name, char bracket)
{
	begin(j, name);
	putc(bracket, j->file);
	j->depth++;
	j->follows = false;
}

static void end(struct np_json *j, char bracket)
{
	j->depth--;
	if(j->follows)
		line(j);
	putc(bracket, j->file);
	if(j->depth == 0)
		putc('\n', j->file);
	j->follows = true;
}

void np_json_object(struct np_json *j, const char *name)
{
	open(j, name, '{');
}

void np_json_object_end(struct np_json *j)
{
	end(j, '}');
}

void np_json_list(struct np_json *j, const char *name)
{
	open(j, name, '[');
}

void np_json_list_end(struct np_json *j)
{
	end(j, ']');
}

void np_json_text(struct np_json *j, const char *name, struct nt_span value)
{
	begin(j, name);
	put_string(j, value);
}

void np_json_word(struct np_json *j, const char *name, const char *value)
{
	np_json_text(j, name, nt_span_cstr(value));
}

void np_json_number(struct np_json *j, const char *name, uint64_t value)
{
	begin(j, name);
	fprintf(j->file, "%" PRIu64, value);
}

void np_json_flag(struct np_json *j, const char *name, bool value)
{
	begin(j, name);
	put(j, value ? "true" : "false");
}

void np_json_null(struct np_json *j, const char *name)
{
	begin(j, name);
	put(j, "null");
}
