/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_sdp.h"

#include <errno.h>

/* Take the next line, without its end. @return false at the end of the text */
static bool take_line(struct nt_span *rest, struct nt_span *line)
{
	const char *end;
	size_t len;

	if(rest->len == 0)
		return false;
	end = nt_span_find(*rest, '\n');
	len = end != NULL ? (size_t)(end - rest->p) : rest->len;
	*line = nt_span_of(rest->p, len);
	if(line->len > 0 && line->p[line->len - 1] == '\r')
		line->len--;
	if(end != NULL)
		len++;
	*rest = nt_span_of(rest->p + len, rest->len - len);
	return true;
}

/* Take the next word of a line; words are separated by single spaces, but more
 * are forgiven */
static struct nt_span take_token(struct nt_span *line)
{
	struct nt_span token;
	size_t len = 0;

	while(line->len > 0 && line->p[0] == ' ')
		*line = nt_span_of(line->p + 1, line->len - 1);
	while(len < line->len && line->p[len] != ' ')
		len++;
	token = nt_span_of(line->p, len);
	*line = nt_span_of(line->p + len, line->len - len);
	return token;
}

static bool begins(struct nt_span text, struct nt_span with)
{
	return text.len >= with.len && memcmp(text.p, with.p, with.len) == 0;
}

static struct nt_sdp_target target_of(struct nt_span host)
{
	struct nt_sdp_target t = {.place = NT_SDP_NONE};
	const char *slash = nt_span_find(host, '/');

	/* multicast: "/ttl" */
	if(slash != NULL)
		host.len = (size_t)(slash - host.p);
	if(host.len == 0)
		return t;
	if(nt_addr_parse(&t.addr, host) != 0) {
		t.place = NT_SDP_NAME;
		return t;
	}
	t.place = NT_SDP_ADDR;
	if(t.addr.hi == 0 && (t.addr.lo == 0 || t.addr.lo == 0x0000ffff00000000ull))
		t.place = NT_SDP_HOLD;
	return t;
}

/* "IN IP4 192.0.2.1": the network type is always IN, and the address says its
 * family itself */
static struct nt_sdp_target read_connection(struct nt_span value)
{
	static const struct nt_sdp_target none = {.place = NT_SDP_NONE};

	value = nt_span_trim(value);
	if(!begins(value, NT_SPAN("IN ")))
		return none;
	value = nt_span_of(value.p + 3, value.len - 3);
	take_token(&value);
	return target_of(take_token(&value));
}

/* "alice 1 1 IN IP4 192.0.2.1": the address is the last word */
static struct nt_sdp_target read_origin(struct nt_span value)
{
	size_t from;

	value = nt_span_trim(value);
	for(from = value.len; from > 0 && value.p[from - 1] != ' '; from--)
		;
	return target_of(nt_span_of(value.p + from, value.len - from));
}

/* "audio 49170/2 RTP/AVP 0" */
static void read_media(struct nt_sdp_stream *s, struct nt_span value)
{
	struct nt_span port;
	const char *slash;
	unsigned long number = 0;

	s->media = take_token(&value);
	port = take_token(&value);
	s->proto = take_token(&value);
	slash = nt_span_find(port, '/');
	if(slash != NULL)
		port.len = (size_t)(slash - port.p);
	/* an unreadable port is none */
	if(nt_span_number(&number, port, 65535) == 0)
		s->port = (unsigned)number;
}

static void read_attribute(
		struct nt_sdp *sdp, struct nt_sdp_stream *s, struct nt_span value)
{
	if(begins(value, NT_SPAN("ice-ufrag:"))) {
		if(s != NULL)
			s->ice = true;
		else
			sdp->ice = true;
	} else if(s != NULL && begins(value, NT_SPAN("candidate:"))) {
		s->candidate_count++;
	} else if(s != NULL && begins(value, NT_SPAN("rtcp:"))) {
		/* "rtcp:53020 IN IP4 192.0.2.1" (RFC 3605 §2.1) */
		take_token(&value);
		s->rtcp = read_connection(value);
	}
}

int nt_sdp_read(struct nt_sdp *sdp, struct nt_span body)
{
	struct nt_sdp_target session = {.place = NT_SDP_NONE};
	struct nt_sdp_stream *s = NULL;
	struct nt_span line;

	sdp->origin = session;
	sdp->stream_count = 0;
	sdp->ice = false;
	if(!begins(body, NT_SPAN("v=")))
		return EINVAL;
	while(take_line(&body, &line)) {
		struct nt_span value;

		if(line.len < 2 || line.p[1] != '=')
			continue;
		value = nt_span_of(line.p + 2, line.len - 2);
		switch(line.p[0]) {
			case 'o':
				sdp->origin = read_origin(value);
				break;
			case 'c':
				*(s != NULL ? &s->target : &session) = read_connection(value);
				break;
			case 'a':
				read_attribute(sdp, s, value);
				break;
			case 'm':
				if(sdp->stream_count == NT_SDP_STREAMS)
					return E2BIG;
				s = &sdp->streams[sdp->stream_count++];
				*s = (struct nt_sdp_stream){.target = session, .ice = sdp->ice};
				read_media(s, value);
				break;
			default:
				break;
		}
	}
	return 0;
}

/* The type without its parameters */
static struct nt_span type_of(struct nt_span content_type)
{
	const char *end = nt_span_find(content_type, ';');

	if(end != NULL)
		content_type.len = (size_t)(end - content_type.p);
	return nt_span_trim(content_type);
}

static bool is_sdp(struct nt_span content_type)
{
	return nt_span_ieq(type_of(content_type), NT_SPAN("application/sdp"));
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
	return begins(line, NT_SPAN("--"))
		   && begins(nt_span_of(line.p + 2, line.len - 2), boundary);
}

/* "--boundary--" */
static bool is_closing(struct nt_span line, struct nt_span boundary)
{
	size_t len = boundary.len + 2;

	return is_boundary(line, boundary)
		   && begins(nt_span_of(line.p + len, line.len - len), NT_SPAN("--"));
}

/* Read the header of a part; @p rest is left at its body.
 * @return its Content-Type is SDP */
static bool part_is_sdp(struct nt_span *rest)
{
	static const struct nt_span name = NT_SPAN_INIT("content-type:");
	struct nt_span line;
	bool sdp = false;

	while(take_line(rest, &line) && line.len > 0) {
		if(line.len > name.len
				&& nt_span_ieq(nt_span_of(line.p, name.len), name))
			sdp = is_sdp(nt_span_of(line.p + name.len, line.len - name.len));
	}
	return sdp;
}

struct nt_span nt_sdp_find(struct nt_span content_type, struct nt_span body)
{
	struct nt_span boundary, line, type = type_of(content_type);

	if(is_sdp(content_type))
		return body;
	boundary = boundary_of(content_type);
	if(boundary.len == 0 || type.len < 10
			|| !nt_span_ieq(nt_span_of(type.p, 10), NT_SPAN("multipart/")))
		return NT_SPAN("");
	while(take_line(&body, &line)) {
		const char *start;

		if(is_closing(line, boundary))
			break;
		if(!is_boundary(line, boundary) || !part_is_sdp(&body))
			continue;
		start = body.p;
		do {
			if(!take_line(&body, &line))
				return nt_span_of(start, (size_t)(body.p - start));
		} while(!is_boundary(line, boundary));
		return nt_span_of(start, (size_t)(line.p - start));
	}
	return NT_SPAN("");
}
