/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The parts that SDP is read with, here and there; of no use to others. */
#ifndef NT_SDP_PARTS_H
#define NT_SDP_PARTS_H

#include "nt/nt_sdp_streams.h"

/** Take the next word of a line; words are separated by single spaces, but more
 * are forgiven */
static inline struct nt_span nt_sdp_token(struct nt_span *line)
{
	const char *from = line->p, *end = line->p + line->len, *p;

	while(from < end && *from == ' ')
		from++;
	for(p = from; p < end && *p != ' '; p++)
		;
	*line = nt_span_of(p, (size_t)(end - p));
	return nt_span_of(from, (size_t)(p - from));
}

/** What a host is, with or without "/ttl" */
static inline struct nt_sdp_target nt_sdp_host(struct nt_span host)
{
	struct nt_sdp_target t = {.place = NT_SDP_NONE};
	const char *slash;

	if(nt_addr_parse(&t.addr, host) != 0) {
		/* multicast: "/ttl" */
		slash = nt_span_find(host, '/');
		if(slash != NULL)
			host.len = (size_t)(slash - host.p);
		if(host.len == 0)
			return t;
		if(slash == NULL || nt_addr_parse(&t.addr, host) != 0) {
			t.place = NT_SDP_NAME;
			return t;
		}
	}
	t.place = NT_SDP_ADDR;
	if(t.addr.hi == 0 && (t.addr.lo == 0 || t.addr.lo == 0x0000ffff00000000ull))
		t.place = NT_SDP_HOLD;
	return t;
}

/** Where nt_streams_read() is */
struct nt_streams_reader
{
	struct nt_streams *all;
	struct nt_stream *stream;  /**< the last one; NULL before the first */
	struct nt_stream defaults; /**< what the session says for all */
	unsigned connections;	   /**< c= lines of this stream, or the session */
	unsigned attributes, candidates; /**< so many were there */
};

/** "IN IP4 192.0.2.1" to its host; empty if it is no address of the Internet */
static inline struct nt_span nt_sdp_connection(struct nt_span value)
{
	value = nt_span_trim(value);
	if(!nt_span_begins(value, NT_SPAN("IN ")))
		return NT_SPAN("");
	value = nt_span_of(value.p + 3, value.len - 3);
	nt_sdp_token(&value);
	return nt_sdp_token(&value);
}

/** Read the value of an a= line, of the session or of a stream */
enum nt_streams_limit nt_sdp_attribute(
		struct nt_streams_reader *r, struct nt_span value);

#endif /* NT_SDP_PARTS_H */
