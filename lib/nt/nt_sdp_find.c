/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which part of a message body is the SDP of nt_sdp.h */
#include "nt/nt_sdp.h"

/* The type without its parameters */
static struct nt_span type_of(struct nt_span content_type)
{
	const char *end = nt_span_find(content_type, ';');

	if(end != NULL)
		content_type.len = (size_t)(end - content_type.p);
	return nt_span_trim(content_type);
}

static bool is_sdp(struct nt_span type)
{
	static const struct nt_span sdp = NT_SPAN_INIT("application/sdp");

	/* nearly everybody writes it so */
	return nt_span_eq(type, sdp) || nt_span_ieq(type, sdp);
}

/* Take the next ";name=value" of a Content-Type; a value may be quoted. Blanks
 * around name and value do not count.
 * @return false when there is none left */
static bool take_mime_param(
		struct nt_span *rest, struct nt_span *name, struct nt_span *value)
{
	const char *semicolon = nt_span_find(*rest, ';'), *stop;
	struct nt_span text;

	if(semicolon == NULL)
		return false;
	text = nt_span_of(
			semicolon + 1, rest->len - (size_t)(semicolon + 1 - rest->p));
	stop = text.p;
	while(stop < text.p + text.len && *stop != '=' && *stop != ';')
		stop++;
	*name = nt_span_trim(nt_span_of(text.p, (size_t)(stop - text.p)));
	*rest = nt_span_of(stop, text.len - (size_t)(stop - text.p));
	*value = NT_SPAN("");
	if(rest->len == 0 || *stop != '=')
		return true;
	text = nt_span_trim(nt_span_of(stop + 1, rest->len - 1));
	if(text.len > 0 && text.p[0] == '"') {
		text = nt_span_of(text.p + 1, text.len - 1);
		stop = nt_span_find(text, '"');
	} else {
		stop = nt_span_find(text, ';');
	}
	if(stop == NULL)
		stop = text.p + text.len;
	*value = nt_span_trim(nt_span_of(text.p, (size_t)(stop - text.p)));
	*rest = nt_span_of(stop, text.len - (size_t)(stop - text.p));
	return true;
}

/* Empty if there is none */
static struct nt_span boundary_of(struct nt_span content_type)
{
	struct nt_span name, value;

	while(take_mime_param(&content_type, &name, &value)) {
		if(nt_span_ieq(name, NT_SPAN("boundary")))
			return value;
	}
	return NT_SPAN("");
}

/* "--boundary", with blanks behind it if need be (RFC 2046 §5.1.1) */
static bool is_boundary(struct nt_span line, struct nt_span boundary)
{
	return nt_span_begins(line, NT_SPAN("--"))
		   && nt_span_begins(nt_span_of(line.p + 2, line.len - 2), boundary);
}

/* "--boundary--" */
static bool is_closing(struct nt_span line, struct nt_span boundary)
{
	size_t len = boundary.len + 2;

	return is_boundary(line, boundary)
		   && nt_span_begins(
				   nt_span_of(line.p + len, line.len - len), NT_SPAN("--"));
}

/* Read the header of a part; @p rest is left at its body.
 * @return its Content-Type is SDP */
static bool part_is_sdp(struct nt_span *rest)
{
	static const struct nt_span name = NT_SPAN_INIT("content-type:");
	struct nt_span line;
	bool sdp = false;

	while(nt_span_line(rest, &line) && line.len > 0) {
		if(line.len > name.len
				&& nt_span_ieq(nt_span_of(line.p, name.len), name))
			sdp = is_sdp(type_of(
					nt_span_of(line.p + name.len, line.len - name.len)));
	}
	return sdp;
}

struct nt_span nt_sdp_find(struct nt_span content_type, struct nt_span body)
{
	struct nt_span boundary, line, type = type_of(content_type);

	if(is_sdp(type))
		return body;
	boundary = boundary_of(content_type);
	if(boundary.len == 0 || type.len < 10
			|| !nt_span_ieq(nt_span_of(type.p, 10), NT_SPAN("multipart/")))
		return NT_SPAN("");
	while(nt_span_line(&body, &line)) {
		const char *start;

		if(is_closing(line, boundary))
			break;
		if(!is_boundary(line, boundary) || !part_is_sdp(&body))
			continue;
		start = body.p;
		do {
			if(!nt_span_line(&body, &line))
				return nt_span_of(start, (size_t)(body.p - start));
		} while(!is_boundary(line, boundary));
		return nt_span_of(start, (size_t)(line.p - start));
	}
	return NT_SPAN("");
}
