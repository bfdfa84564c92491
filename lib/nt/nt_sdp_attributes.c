/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The attributes of nt_sdp_streams.h. Names of attributes are compared as they
 * are, for case counts (RFC 8866 §5); words of candidates are not (RFC 8839
 * §5.1). */
#include "nt/nt_sdp_parts.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What an attribute sets; one of a stream alone is no use in the session (RFC
 * 3605 §2.1, 5761 §8, 8839 §5) */
enum what
{
	DIRECTION,
	SETUP,
	CONNECTION,
	RTCP,
	MUX,
	MUX_ONLY,
	CANDIDATE,
	UFRAG,
	LITE,
	OPTIONS,
	FINGERPRINT,
	CRYPTO,
	GROUP,
	BUNDLE_ONLY,
	CEMA
};

/* clang-format off */
static const struct {
	struct nt_span name;
	enum what what;
	int value;
	bool valued; /* "name:value"; else the name alone */
	bool stream_only;
} attributes[] = {
	{NT_SPAN_INIT("candidate"), CANDIDATE, 0, true, true},
	{NT_SPAN_INIT("sendrecv"), DIRECTION, NT_SENDRECV, false, false},
	{NT_SPAN_INIT("sendonly"), DIRECTION, NT_SENDONLY, false, false},
	{NT_SPAN_INIT("recvonly"), DIRECTION, NT_RECVONLY, false, false},
	{NT_SPAN_INIT("inactive"), DIRECTION, NT_INACTIVE, false, false},
	{NT_SPAN_INIT("rtcp"), RTCP, 0, true, true},
	{NT_SPAN_INIT("rtcp-mux"), MUX, 0, false, true},
	{NT_SPAN_INIT("rtcp-mux-only"), MUX_ONLY, 0, false, true},
	{NT_SPAN_INIT("setup"), SETUP, 0, true, false},
	{NT_SPAN_INIT("connection"), CONNECTION, 0, true, false},
	{NT_SPAN_INIT("ice-ufrag"), UFRAG, 0, true, false},
	{NT_SPAN_INIT("ice-lite"), LITE, 0, false, false},
	{NT_SPAN_INIT("ice-options"), OPTIONS, 0, true, false},
	{NT_SPAN_INIT("fingerprint"), FINGERPRINT, 0, true, false},
	{NT_SPAN_INIT("crypto"), CRYPTO, 0, true, true},
	{NT_SPAN_INIT("group"), GROUP, 0, true, false},
	{NT_SPAN_INIT("bundle-only"), BUNDLE_ONLY, 0, false, true},
	{NT_SPAN_INIT("msrp-cema"), CEMA, 0, false, true},
};

struct word {
	struct nt_span name;
	int value;
};
static const struct word setups[] = {
	{NT_SPAN_INIT("active"), NT_SETUP_ACTIVE},
	{NT_SPAN_INIT("passive"), NT_SETUP_PASSIVE},
	{NT_SPAN_INIT("actpass"), NT_SETUP_ACTPASS},
	{NT_SPAN_INIT("holdconn"), NT_SETUP_HOLDCONN},
	{{NULL, 0}, 0}
};
static const struct word connections[] = {
	{NT_SPAN_INIT("new"), NT_CONNECTION_NEW},
	{NT_SPAN_INIT("existing"), NT_CONNECTION_EXISTING},
	{{NULL, 0}, 0}
};
static const struct word types[] = {
	{NT_SPAN_INIT("host"), NT_CANDIDATE_HOST},
	{NT_SPAN_INIT("srflx"), NT_CANDIDATE_SRFLX},
	{NT_SPAN_INIT("prflx"), NT_CANDIDATE_PRFLX},
	{NT_SPAN_INIT("relay"), NT_CANDIDATE_RELAY},
	{{NULL, 0}, 0}
};
/* clang-format on */

/* @return the value of the word that @p text is, or 0 */
static int value_of(const struct word *words, struct nt_span text)
{
	for(; words->name.p != NULL; words++) {
		if(nt_span_ieq(words->name, text))
			return words->value;
	}
	return 0;
}

/* "1 1 UDP 2130706431 192.0.2.1 54400 typ host ...": what follows is not
 * looked at.
 * @return false if it is not well formed */
static bool read_candidate(struct nt_candidate *c, struct nt_span value)
{
	struct nt_span transport, host, type;
	unsigned long number;

	if(nt_sdp_token(&value).len == 0
			|| nt_span_number(&number, nt_sdp_token(&value), 256) != 0
			|| number == 0)
		return false;
	c->component = (uint16_t)number;
	transport = nt_sdp_token(&value);
	c->tcp = nt_span_ieq(transport, NT_SPAN("TCP"));
	if(!c->tcp && !nt_span_ieq(transport, NT_SPAN("UDP")))
		return false;
	if(nt_span_number(&number, nt_sdp_token(&value), 4294967295u) != 0)
		return false;
	host = nt_sdp_token(&value);
	if(nt_span_number(&number, nt_sdp_token(&value), 65535) != 0)
		return false;
	c->port = (uint16_t)number;
	if(!nt_span_ieq(nt_sdp_token(&value), NT_SPAN("typ")))
		return false;
	type = nt_sdp_token(&value);
	c->type = (enum nt_candidate_type)value_of(types, type);
	/* "/ttl" is for c= lines alone */
	if(nt_span_find(host, '/') != NULL)
		return false;
	c->target = nt_sdp_host(host);
	c->mdns = c->target.place == NT_SDP_NAME
			  && nt_span_iends(host, NT_SPAN(".local"));
	return type.len > 0
		   && (c->target.place == NT_SDP_ADDR
				   || c->target.place == NT_SDP_NAME);
}

/* Bad ones count for the limit: each of them is work */
static enum nt_streams_limit add_candidate(
		struct nt_streams_reader *r, struct nt_stream *s, struct nt_span value)
{
	struct nt_streams *all = r->all;

	if(r->candidates++ == NT_STREAMS_CANDIDATES_MAX)
		return NT_LIMIT_CANDIDATES;
	if(!read_candidate(&all->candidates[all->candidate_count], value)) {
		s->candidate_bad++;
		return NT_LIMIT_NONE;
	}
	all->candidate_count++;
	s->candidate_count++;
	return NT_LIMIT_NONE;
}

/* "53020 IN IP4 192.0.2.1", or the port alone, with no blank before it (RFC
 * 3605 §2.1) */
static void read_rtcp(struct nt_stream *s, struct nt_span value)
{
	const char *blank;
	struct nt_span port;
	unsigned long number;

	port = value;
	blank = nt_span_find(value, ' ');
	if(blank != NULL)
		port.len = (size_t)(blank - value.p);
	if(nt_span_number(&number, port, 65535) != 0)
		number = 0;
	s->rtcp_port = (uint16_t)number;
	s->rtcp = nt_sdp_host(nt_sdp_connection(
			nt_span_of(value.p + port.len, value.len - port.len)));
}

/* Is @p word among those of @p list? */
static bool has_word(struct nt_span list, struct nt_span word)
{
	struct nt_span next;

	while((next = nt_sdp_token(&list)).len > 0) {
		if(nt_span_ieq(next, word))
			return true;
	}
	return false;
}

/* "BUNDLE audio video": one that is alone shares nothing */
static bool is_bundle(struct nt_span value)
{
	return nt_span_eq(nt_sdp_token(&value), NT_SPAN("BUNDLE"))
		   && nt_sdp_token(&value).len > 0 && nt_sdp_token(&value).len > 0;
}

static enum nt_streams_limit set(struct nt_streams_reader *r,
		struct nt_stream *s, size_t i, struct nt_span value)
{
	switch(attributes[i].what) {
		case DIRECTION:
			s->direction = (enum nt_direction)attributes[i].value;
			break;
		case SETUP:
			s->setup = (enum nt_setup)value_of(setups, nt_span_trim(value));
			break;
		case CONNECTION:
			s->connection = (enum nt_connection)value_of(
					connections, nt_span_trim(value));
			break;
		case RTCP:
			read_rtcp(s, value);
			break;
		case MUX:
			s->rtcp_mux = true;
			break;
		case MUX_ONLY:
			s->rtcp_mux_only = true;
			break;
		case CANDIDATE:
			return add_candidate(r, s, value);
		case UFRAG:
			s->ice = true;
			break;
		case LITE:
			s->ice_lite = r->all->ice_lite = true;
			break;
		case OPTIONS:
			s->trickle = has_word(nt_span_trim(value), NT_SPAN("trickle"));
			break;
		case FINGERPRINT:
			s->fingerprint = true;
			break;
		case CRYPTO:
			s->crypto = true;
			break;
		case GROUP:
			r->all->bundle = r->all->bundle || is_bundle(nt_span_trim(value));
			break;
		case BUNDLE_ONLY:
			s->bundle_only = s->port == 0;
			break;
		case CEMA:
			s->msrp_cema = true;
			break;
	}
	return NT_LIMIT_NONE;
}

enum nt_streams_limit nt_sdp_attribute(
		struct nt_streams_reader *r, struct nt_span value)
{
	const char *colon = nt_span_find(value, ':');
	struct nt_span name = value;

	if(colon != NULL) {
		name.len = (size_t)(colon - value.p);
		value = nt_span_of(colon + 1, value.len - name.len - 1);
	} else {
		name = nt_span_trim(name);
		value = NT_SPAN("");
	}
	for(size_t i = 0; i < COUNT(attributes); i++) {
		if(attributes[i].valued != (colon != NULL)
				|| !nt_span_eq(attributes[i].name, name))
			continue;
		if(r->stream == NULL && attributes[i].stream_only)
			return NT_LIMIT_NONE;
		return set(r, r->stream != NULL ? r->stream : &r->defaults, i, value);
	}
	return NT_LIMIT_NONE;
}
