/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_ping.h"

#include "nt/nt_ping_parts.h"
#include "nt/nt_stun.h"

/* Transports by which something can be sent, as bits */
#define UDP (1u << NT_TRANSPORT_UDP)
#define WEBSOCKETS (1u << NT_TRANSPORT_WS | 1u << NT_TRANSPORT_WSS)
#define ALL (UDP | 1u << NT_TRANSPORT_TCP | 1u << NT_TRANSPORT_TLS | WEBSOCKETS)

static const struct
{
	const char *name;
	unsigned transports;
	bool answered;
} methods[NT_PING_METHOD_COUNT] = {
		[NT_PING_CRLF] = {"crlf", ALL, false},
		[NT_PING_OPTIONS] = {"options", ALL, true},
		[NT_PING_NOTIFY] = {"notify", ALL, true},
		[NT_PING_STUN] = {"stun", UDP, true},
		[NT_PING_ZERO] = {"zero", UDP, false},
		[NT_PING_WEBSOCKET] = {"websocket", WEBSOCKETS, false},
};

static bool is_possible(enum nt_ping_method method, enum nt_transport transport)
{
	return (unsigned)method < NT_PING_METHOD_COUNT
		   && transport <= NT_TRANSPORT_WSS
		   && (methods[method].transports >> transport & 1) != 0;
}

bool nt_ping_is_answered(
		enum nt_ping_method method, enum nt_transport transport)
{
	return is_possible(method, transport) && methods[method].answered;
}

const char *nt_ping_method_name(enum nt_ping_method method)
{
	return (unsigned)method < NT_PING_METHOD_COUNT ? methods[method].name
												   : "unknown";
}

static size_t give(char *buf, size_t size, const char *bytes, size_t n)
{
	if(size < n)
		return 0;
	memcpy(buf, bytes, n);
	return n;
}

/* RFC 6455 §5.5.2: final, ping, not masked as all that a server sends */
static size_t print_frame(char *buf, size_t size, struct nt_span tag)
{
	if(tag.len != NT_PING_TAG_CHARS || size < 2 + NT_PING_TAG_CHARS)
		return 0;
	buf[0] = (char)0x89;
	buf[1] = NT_PING_TAG_CHARS;
	memcpy(buf + 2, tag.p, NT_PING_TAG_CHARS);
	return 2 + NT_PING_TAG_CHARS;
}

size_t nt_ping_print(char *buf, size_t size, enum nt_ping_method method,
		const struct nt_ping_face *face, const struct nt_endpoint *to,
		struct nt_span tag, uint32_t sequence)
{
	if(!is_possible(method, face->transport))
		return 0;
	switch(method) {
		case NT_PING_CRLF:
			return give(buf, size, "\r\n\r\n", 4);
		case NT_PING_ZERO:
			return give(buf, size, "\0\0\0\0", 4);
		case NT_PING_STUN:
			return tag.len != NT_STUN_ID ? 0
										 : nt_stun_request((uint8_t *)buf, size,
												 (const uint8_t *)tag.p);
		case NT_PING_WEBSOCKET:
			return print_frame(buf, size, tag);
		default:
			return nt_ping_print_sip(
					buf, size, method, face, to, tag, sequence);
	}
}

bool nt_ping_stun_answer(uint8_t id[12], struct nt_endpoint *mapped,
		const uint8_t *data, size_t len)
{
	struct nt_stun_answer answer;

	if(!nt_stun_answer_parse(&answer, data, len))
		return false;
	memcpy(id, answer.id, sizeof(answer.id));
	*mapped = answer.mapped;
	return true;
}
