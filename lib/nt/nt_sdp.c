/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_sdp.h"

#include <errno.h>

#include "nt/nt_sdp_parts.h"

/* The host that was read last, and what it is: o= and c= mostly name the same
 * one */
struct last_host
{
	struct nt_span text;
	struct nt_sdp_target target;
};

static void target_of(struct nt_sdp_target *target, struct last_host *last,
		struct nt_span host)
{
	if(!nt_span_eq(host, last->text))
		*last = (struct last_host){host, nt_sdp_host(host)};
	*target = last->target;
}

/* "IN IP4 192.0.2.1": the network type is always IN, and the address says its
 * family itself */
static void read_connection(struct nt_sdp_target *target,
		struct last_host *last, struct nt_span value)
{
	value = nt_span_trim(value);
	if(!nt_span_begins(value, NT_SPAN("IN "))) {
		*target = (struct nt_sdp_target){.place = NT_SDP_NONE};
		return;
	}
	value = nt_span_of(value.p + 3, value.len - 3);
	nt_sdp_token(&value);
	target_of(target, last, nt_sdp_token(&value));
}

/* "alice 1 1 IN IP4 192.0.2.1": the address is the last word */
static void read_origin(
		struct nt_sdp *sdp, struct last_host *last, struct nt_span value)
{
	size_t from;

	value = nt_span_trim(value);
	for(from = value.len; from > 0 && value.p[from - 1] != ' '; from--)
		;
	target_of(&sdp->origin, last, nt_span_of(value.p + from, value.len - from));
}

/* "audio 49170/2 RTP/AVP 0" */
static void read_media(struct nt_sdp_stream *s, struct nt_span value)
{
	struct nt_span port;
	const char *slash;
	unsigned long number = 0;

	s->media = nt_sdp_token(&value);
	port = nt_sdp_token(&value);
	s->proto = nt_sdp_token(&value);
	/* an unreadable port is none */
	if(nt_span_number(&number, port, 65535) != 0
			&& (slash = nt_span_find(port, '/')) != NULL) {
		port.len = (size_t)(slash - port.p);
		nt_span_number(&number, port, 65535);
	}
	s->port = (unsigned)number;
}

/* What was read so far */
struct reader
{
	struct nt_sdp *sdp;
	struct nt_sdp_stream *stream; /* the last one; NULL before the first */
	struct nt_sdp_target session;
	struct last_host last;
};

/* "candidate:1 1 UDP 2130706431 192.0.2.1 54400 typ host": the fifth word (RFC
 * 8839 §5.1). One that is a name may be any address. */
static void read_candidate(struct nt_sdp_stream *s, struct nt_span value)
{
	bool first = s->candidate_count++ == 0;
	struct nt_span host = NT_SPAN("");
	struct nt_addr addr;

	if(s->candidates == NT_SDP_LISTED
			|| (!first && s->candidates == NT_SDP_UNKNOWN))
		return;
	for(int i = 0; i < 5; i++)
		host = nt_sdp_token(&value);
	if(nt_addr_parse(&addr, host) != 0)
		s->candidates = NT_SDP_UNKNOWN;
	else if(nt_addr_eq(&addr, &s->target.addr))
		s->candidates = NT_SDP_LISTED;
	else
		s->candidates = NT_SDP_OTHERS;
}

static void read_attribute(struct reader *r, struct nt_span value)
{
	struct nt_sdp_stream *s = r->stream;

	if(nt_span_begins(value, NT_SPAN("ice-ufrag:"))) {
		if(s != NULL)
			s->ice = true;
		else
			r->sdp->ice = true;
	} else if(s != NULL && nt_span_begins(value, NT_SPAN("candidate:"))) {
		read_candidate(s, value);
	} else if(s != NULL && nt_span_begins(value, NT_SPAN("rtcp:"))) {
		/* "rtcp:53020 IN IP4 192.0.2.1" (RFC 3605 §2.1) */
		nt_sdp_token(&value);
		read_connection(&s->rtcp, &r->last, value);
	}
}

static int read_line(struct reader *r, char type, struct nt_span value)
{
	struct nt_sdp *sdp = r->sdp;

	switch(type) {
		case 'o':
			read_origin(sdp, &r->last, value);
			break;
		case 'c':
			read_connection(
					r->stream != NULL ? &r->stream->target : &r->session,
					&r->last, value);
			break;
		case 'a':
			read_attribute(r, value);
			break;
		case 'm':
			if(sdp->stream_count == NT_SDP_STREAMS)
				return E2BIG;
			r->stream = &sdp->streams[sdp->stream_count++];
			*r->stream = (struct nt_sdp_stream){
					.target = r->session, .ice = sdp->ice};
			read_media(r->stream, value);
			break;
		default:
			break;
	}
	return 0;
}

int nt_sdp_read(struct nt_sdp *sdp, struct nt_span body)
{
	struct reader r = {.sdp = sdp};
	struct nt_span line;

	sdp->origin = r.session;
	sdp->stream_count = 0;
	sdp->ice = false;
	if(!nt_span_begins(body, NT_SPAN("v=")))
		return EINVAL;
	while(nt_span_line(&body, &line)) {
		if(line.len < 2 || line.p[1] != '=')
			continue;
		if(read_line(&r, line.p[0], nt_span_of(line.p + 2, line.len - 2)) != 0)
			return E2BIG;
	}
	return 0;
}
