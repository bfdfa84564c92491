/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_head.h"

struct nt_span nt_head_begin(struct nt_span message)
{
	struct nt_span line;

	if(!nt_span_line(&message, &line))
		return NT_SPAN("");
	return message;
}

static bool is_fold(struct nt_span rest)
{
	return rest.len > 0 && (rest.p[0] == ' ' || rest.p[0] == '\t');
}

/* A line, and those that go on with it */
static bool take_lines(struct nt_span *rest, struct nt_span *whole)
{
	struct nt_span line;

	whole->p = rest->p;
	if(!nt_span_line(rest, &line) || line.len == 0)
		return false;
	while(is_fold(*rest))
		nt_span_line(rest, &line);
	whole->len = (size_t)(rest->p - whole->p);
	return true;
}

bool nt_head_next(struct nt_span *rest, struct nt_head *field)
{
	while(take_lines(rest, &field->whole)) {
		const char *colon = nt_span_find(field->whole, ':');
		size_t len;

		if(colon == NULL)
			continue;
		len = (size_t)(colon - field->whole.p);
		field->name = nt_span_trim(nt_span_of(field->whole.p, len));
		field->body =
				nt_span_trim(nt_span_of(colon + 1, field->whole.len - len - 1));
		return true;
	}
	return false;
}

bool nt_head_is(
		const struct nt_head *field, struct nt_span name, struct nt_span brief)
{
	return nt_span_ieq(field->name, name)
		   || (brief.len > 0 && nt_span_ieq(field->name, brief));
}

/* There are few */
static void sort(struct nt_edit *edits, size_t count)
{
	for(size_t i = 1; i < count; i++) {
		struct nt_edit e = edits[i];
		size_t to = i;

		for(; to > 0 && edits[to - 1].at > e.at; to--)
			edits[to] = edits[to - 1];
		edits[to] = e;
	}
}

static bool append(char *buf, size_t size, size_t *len, struct nt_span text)
{
	if(text.len > size - *len)
		return false;
	if(text.len > 0)
		memcpy(buf + *len, text.p, text.len);
	*len += text.len;
	return true;
}

size_t nt_edits_apply(char *buf, size_t size, struct nt_span text,
		struct nt_edit *edits, size_t count)
{
	const char *end = text.p + text.len;
	size_t len = 0;

	sort(edits, count);
	for(size_t i = 0; i < count; i++) {
		const struct nt_edit *e = &edits[i];

		if(e->at < text.p || e->at > end || e->cut > (size_t)(end - e->at)
				|| !append(buf, size, &len,
						nt_span_of(text.p, (size_t)(e->at - text.p)))
				|| !append(buf, size, &len, nt_span_cstr(e->put)))
			return 0;
		text.p = e->at + e->cut;
	}
	return append(buf, size, &len, nt_span_of(text.p, (size_t)(end - text.p)))
				   ? len
				   : 0;
}

size_t nt_edits_growth(const struct nt_edit *edits, size_t count)
{
	size_t n = 0;

	for(size_t i = 0; i < count; i++)
		n += strlen(edits[i].put);
	return n;
}
