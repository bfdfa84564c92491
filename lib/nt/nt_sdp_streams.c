/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_sdp_streams.h"

#include <errno.h>

#include "nt/nt_sdp_parts.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* clang-format off */
/* Protocols of RTP come in many spellings and share their ends */
static const struct {
	struct nt_span proto;
	enum nt_carrier carrier;
} protos[] = {
	{NT_SPAN_INIT("RTP/AVP"), NT_CARRIER_RTP},
	{NT_SPAN_INIT("RTP/SAVP"), NT_CARRIER_RTP},
	{NT_SPAN_INIT("RTP/AVPF"), NT_CARRIER_RTP},
	{NT_SPAN_INIT("RTP/SAVPF"), NT_CARRIER_RTP},
	{NT_SPAN_INIT("UDP/TLS/RTP/SAVPF"), NT_CARRIER_DTLS},
	{NT_SPAN_INIT("UDP/TLS/RTP/SAVP"), NT_CARRIER_DTLS},
	{NT_SPAN_INIT("udptl"), NT_CARRIER_UDP},
	{NT_SPAN_INIT("UDP/TLS/UDPTL"), NT_CARRIER_UDP},
	{NT_SPAN_INIT("UDP/DTLS/SCTP"), NT_CARRIER_UDP},
	{NT_SPAN_INIT("DTLS/SCTP"), NT_CARRIER_UDP},
	{NT_SPAN_INIT("UDP/BFCP"), NT_CARRIER_UDP},
	{NT_SPAN_INIT("UDP/TLS/BFCP"), NT_CARRIER_UDP},
	{NT_SPAN_INIT("udp"), NT_CARRIER_UDP},
	{NT_SPAN_INIT("TCP/MSRP"), NT_CARRIER_MSRP},
	{NT_SPAN_INIT("TCP/TLS/MSRP"), NT_CARRIER_MSRPS},
	{NT_SPAN_INIT("TCP/RTP/AVP"), NT_CARRIER_TCP},
	{NT_SPAN_INIT("TCP/RTP/AVPF"), NT_CARRIER_TCP},
	{NT_SPAN_INIT("TCP/RTP/SAVP"), NT_CARRIER_TCP},
	{NT_SPAN_INIT("TCP/RTP/SAVPF"), NT_CARRIER_TCP},
	{NT_SPAN_INIT("TCP/TLS/RTP/SAVP"), NT_CARRIER_TCP},
	{NT_SPAN_INIT("TCP/TLS/RTP/SAVPF"), NT_CARRIER_TCP},
	{NT_SPAN_INIT("TCP/TLS/RTP/AVP"), NT_CARRIER_TCP},
	{NT_SPAN_INIT("TCP/TLS/RTP/AVPF"), NT_CARRIER_TCP},
	{NT_SPAN_INIT("TCP/BFCP"), NT_CARRIER_TCP},
	{NT_SPAN_INIT("TCP/TLS/BFCP"), NT_CARRIER_TCP},
	{NT_SPAN_INIT("TCP/TLS"), NT_CARRIER_TCP},
	{NT_SPAN_INIT("TCP"), NT_CARRIER_TCP},
	{NT_SPAN_INIT("t120"), NT_CARRIER_T120},
	{NT_SPAN_INIT("TCP/T120"), NT_CARRIER_T120},
};
/* clang-format on */

/* No RFC says how T.120 is offered. It is plain TCP, known by its format or by
 * its port. */
#define T120_PORT 1503

static bool is_t120(const struct nt_stream *s)
{
	return nt_span_ieq(s->media, NT_SPAN("application"))
		   && (nt_span_ieq(s->formats, NT_SPAN("t120"))
				   || nt_span_ieq(s->formats, NT_SPAN("t.120"))
				   || s->port == T120_PORT);
}

static enum nt_carrier carrier_of(const struct nt_stream *s)
{
	for(size_t i = 0; i < COUNT(protos); i++) {
		if(!nt_span_ieq(s->proto, protos[i].proto))
			continue;
		if(nt_span_ieq(s->proto, NT_SPAN("TCP")) && is_t120(s))
			return NT_CARRIER_T120;
		return protos[i].carrier;
	}
	return NT_CARRIER_OTHER;
}

static bool is_multicast(const struct nt_addr *a)
{
	return a->family == NT_FAMILY_IPV4 ? (a->lo >> 28 & 0xf) == 0xe
									   : a->hi >> 56 == 0xff;
}

/* "49170", or "49170/2": as many pairs of ports (RFC 8866 §5.14) */
static void read_port(struct nt_stream *s, struct nt_span text)
{
	const char *slash = nt_span_find(text, '/');
	struct nt_span count = NT_SPAN("1");
	unsigned long port = 0, ports = 1;

	if(slash != NULL) {
		count = nt_span_of(slash + 1, text.len - (size_t)(slash + 1 - text.p));
		text.len = (size_t)(slash - text.p);
	}
	if(nt_span_number(&port, text, 65535) != 0)
		s->faults |= NT_FAULT_PORT;
	if(nt_span_number(&ports, count, 32768) != 0 || ports == 0
			|| (port != 0 && port + 2 * (ports - 1) > 65535)) {
		s->faults |= NT_FAULT_PORT;
		ports = 1;
	}
	s->port = (uint16_t)port;
	s->port_count = (uint16_t)ports;
}

/* "audio 49170/2 RTP/AVP 0 8" */
static enum nt_streams_limit read_media(
		struct nt_streams_reader *r, struct nt_span line, struct nt_span value)
{
	struct nt_stream *s;

	if(r->all->count == NT_SDP_STREAMS)
		return NT_LIMIT_STREAMS;
	s = r->stream = &r->all->at[r->all->count++];
	*s = r->defaults;
	r->connections = 0;
	s->text = line; /* its end is set when the next one begins */
	s->candidate_first = (uint16_t)r->all->candidate_count;
	s->media = nt_sdp_token(&value);
	read_port(s, nt_sdp_token(&value));
	s->proto = nt_sdp_token(&value);
	s->formats = nt_span_trim(value);
	if(s->formats.len == 0)
		s->faults |= NT_FAULT_FORMAT;
	s->carrier = carrier_of(s);
	return NT_LIMIT_NONE;
}

/* A stream's own c= lines replace the session's with all that was wrong there;
 * of several the last one counts, as in nt_sdp_read() */
static void read_connection(struct nt_streams_reader *r, struct nt_span value)
{
	struct nt_stream *s = r->stream != NULL ? r->stream : &r->defaults;
	struct nt_span host = nt_sdp_connection(value);
	const char *slash = nt_span_find(host, '/');

	s->faults &= ~(uint32_t)(NT_FAULT_CONNECTIONS | NT_FAULT_TTL);
	if(r->connections++ > 0)
		s->faults |= NT_FAULT_CONNECTIONS;
	s->target = nt_sdp_host(host);
	s->multicast =
			s->target.place == NT_SDP_ADDR && is_multicast(&s->target.addr);
	if(slash != NULL) {
		if(!s->multicast)
			s->faults |= NT_FAULT_TTL;
		host.len = (size_t)(slash - host.p);
	}
	s->host = host;
	s->mdns = s->target.place == NT_SDP_NAME
			  && nt_span_iends(host, NT_SPAN(".local"));
}

/* "alice 1 1 IN IP4 192.0.2.1": the address is the last word */
static void read_origin(struct nt_streams *all, struct nt_span value)
{
	size_t from;

	value = nt_span_trim(value);
	for(from = value.len; from > 0 && value.p[from - 1] != ' '; from--)
		;
	all->origin = nt_sdp_host(nt_span_of(value.p + from, value.len - from));
}

static enum nt_streams_limit read_line(
		struct nt_streams_reader *r, struct nt_span line)
{
	struct nt_span value = nt_span_of(line.p + 2, line.len - 2);

	switch(line.p[0]) {
		case 'm':
			return read_media(r, line, value);
		case 'a':
			if(++r->attributes > NT_STREAMS_ATTRIBUTES_MAX)
				return NT_LIMIT_ATTRIBUTES;
			return nt_sdp_attribute(r, value);
		case 'c':
			read_connection(r, value);
			break;
		case 'o':
			read_origin(r->all, value);
			break;
		case 'v':
		case 's':
		case 'i':
		case 'u':
		case 'e':
		case 'p':
		case 'b':
		case 't':
		case 'r':
		case 'z':
		case 'k':
			break;
		default:
			if(r->all->unknown == 0)
				r->all->unknown = line.p[0];
	}
	return NT_LIMIT_NONE;
}

static enum nt_hold hold_of(const struct nt_stream *s)
{
	if(s->direction == NT_INACTIVE)
		return NT_HOLD_INACTIVE;
	if(s->target.place == NT_SDP_HOLD && !s->ice && s->candidate_count == 0)
		return NT_HOLD_ADDRESS;
	return s->direction == NT_SENDONLY ? NT_HOLD_SENDONLY : NT_HOLD_NONE;
}

/* RFC 8839 §4.2.1.2; a candidate that is a name may be any address */
static enum nt_sdp_candidates listed(
		const struct nt_stream *s, const struct nt_candidate *candidates)
{
	enum nt_sdp_candidates result =
			s->candidate_count > 0 ? NT_SDP_OTHERS : NT_SDP_UNKNOWN;

	for(size_t i = 0; i < s->candidate_count; i++) {
		const struct nt_candidate *c = &candidates[s->candidate_first + i];

		if(c->target.place == NT_SDP_NAME)
			result = NT_SDP_UNKNOWN;
		else if(c->component == 1 && c->port == s->port
				&& nt_addr_eq(&c->target.addr, &s->target.addr))
			return NT_SDP_LISTED;
	}
	return result;
}

/* What only the whole stream tells */
static void finish(struct nt_streams *all, struct nt_stream *s, const char *end)
{
	s->text.len = (size_t)(end - s->text.p);
	s->hold = hold_of(s);
	s->candidates = s->target.place == NT_SDP_ADDR ? listed(s, all->candidates)
												   : NT_SDP_UNKNOWN;
	if(s->target.place == NT_SDP_NONE)
		s->faults |= NT_FAULT_NO_CONNECTION;
	if(s->rtcp_mux_only && !s->rtcp_mux)
		s->faults |= NT_FAULT_MUX;
}

static enum nt_streams_limit read_all(
		struct nt_streams_reader *r, struct nt_span body)
{
	struct nt_streams *all = r->all;
	enum nt_streams_limit over = NT_LIMIT_NONE;
	struct nt_span line, rest = body;

	while(over == NT_LIMIT_NONE && nt_span_line(&rest, &line)) {
		struct nt_stream *before = r->stream;

		if(line.len > NT_STREAMS_LINE_MAX)
			return NT_LIMIT_LINE;
		if(line.len < 2 || line.p[1] != '=')
			continue;
		over = read_line(r, line);
		if(r->stream == before)
			continue;
		if(before != NULL)
			finish(all, before, line.p);
		else
			all->session.len = (size_t)(line.p - body.p);
	}
	if(r->stream != NULL)
		finish(all, r->stream, body.p + body.len);
	else
		all->session.len = body.len;
	return over;
}

int nt_streams_read(struct nt_streams *streams, struct nt_span body)
{
	struct nt_streams_reader r = {.all = streams};

	streams->session = nt_span_of(body.p, 0);
	streams->origin = (struct nt_sdp_target){.place = NT_SDP_NONE};
	streams->count = streams->candidate_count = 0;
	streams->bundle = streams->ice_lite = false;
	streams->unknown = 0;
	streams->over = NT_LIMIT_NONE;
	if(!nt_span_begins(body, NT_SPAN("v=")))
		return EINVAL;
	streams->over =
			body.len > NT_STREAMS_BODY_MAX ? NT_LIMIT_BODY : read_all(&r, body);
	if(streams->over == NT_LIMIT_NONE)
		return 0;
	streams->count = streams->candidate_count = 0;
	return E2BIG;
}

uint16_t nt_stream_rtcp_port(const struct nt_stream *s)
{
	if((s->carrier != NT_CARRIER_RTP && s->carrier != NT_CARRIER_DTLS)
			|| s->port == 0)
		return 0;
	if(s->rtcp_mux)
		return s->port;
	if(s->rtcp_port != 0)
		return s->rtcp_port;
	return s->port < 65535 ? (uint16_t)(s->port + 1) : 0;
}

const char *nt_carrier_name(enum nt_carrier carrier)
{
	static const char *const names[NT_CARRIER_COUNT] = {
			[NT_CARRIER_OTHER] = "unknown",
			[NT_CARRIER_RTP] = "rtp",
			[NT_CARRIER_DTLS] = "dtls-rtp",
			[NT_CARRIER_UDP] = "udp",
			[NT_CARRIER_TCP] = "tcp",
			[NT_CARRIER_MSRP] = "msrp",
			[NT_CARRIER_MSRPS] = "msrps",
			[NT_CARRIER_T120] = "t120"};

	return (unsigned)carrier < COUNT(names) ? names[carrier] : "unknown";
}

const char *nt_stream_fault_name(uint32_t fault)
{
	switch(fault) {
		case NT_FAULT_NO_CONNECTION:
			return "no c= line applies to it";
		case NT_FAULT_CONNECTIONS:
			return "it has several c= lines";
		case NT_FAULT_TTL:
			return "its c= line has a \"/\" behind an address that is no "
				   "multicast";
		case NT_FAULT_PORT:
			return "its port is none";
		case NT_FAULT_FORMAT:
			return "its m-line has no format";
		case NT_FAULT_MUX:
			return "it has rtcp-mux-only without rtcp-mux";
	}
	return "unknown";
}

const char *nt_streams_limit_name(enum nt_streams_limit limit)
{
	static const char *const names[NT_LIMIT_COUNT] = {
			[NT_LIMIT_NONE] = "no limit",
			[NT_LIMIT_BODY] = "more than 16384 bytes",
			[NT_LIMIT_LINE] = "a line of more than 2048 bytes",
			[NT_LIMIT_ATTRIBUTES] = "more than 512 attributes",
			[NT_LIMIT_CANDIDATES] = "more than 64 candidates",
			[NT_LIMIT_STREAMS] = "more than 32 streams"};

	return (unsigned)limit < COUNT(names) ? names[limit] : "unknown";
}
