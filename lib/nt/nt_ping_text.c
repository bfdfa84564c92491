/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pings that are SIP requests. Without printf, and with one look at the room
 * for all of it: there may be a hundred thousand of them a second. */
#include "nt/nt_ping_parts.h"

/* The hash of a tag are its last characters: unique, so it is the branch (RFC
 * 3261 §8.1.1.7); 36 bits of it are the tag of From (§19.3) */
#define HASH_CHARS 11
#define FROM_TAG_CHARS 6

/* What stands between the parts that vary. Literals, and not in tables: what is
 * as long as the compiler knows is copied without a call. */
#define OPTIONS_BEGIN "OPTIONS sip:"
#define NOTIFY_BEGIN "NOTIFY sip:"
#define AFTER_URI " SIP/2.0\r\nVia: SIP/2.0/"
#define RPORT ";rport"
#define BRANCH ";branch=z9hG4bK"
#define AFTER_BRANCH "\r\nMax-Forwards: 70\r\nFrom: <"
#define AFTER_FROM ">;tag="
#define AFTER_FROM_TAG "\r\nTo: <sip:"
#define AFTER_TO ">\r\nCall-ID: "
#define AFTER_CALL_ID "\r\nCSeq: "
#define OPTIONS_END " OPTIONS\r\nContent-Length: 0\r\n\r\n"
/* A NOTIFY of no subscription says that none goes on (RFC 6665 §4.1.3) */
#define NOTIFY_END                                                       \
	" NOTIFY\r\nEvent: keep-alive\r\nSubscription-State: terminated\r\n" \
	"Content-Length: 0\r\n\r\n"

#define LENGTH(literal) (sizeof(literal) - 1)
#define FIXED                                                                \
	(LENGTH(AFTER_URI BRANCH AFTER_BRANCH AFTER_FROM AFTER_FROM_TAG AFTER_TO \
					 AFTER_CALL_ID)                                          \
			+ HASH_CHARS + FROM_TAG_CHARS + NT_PING_TAG_CHARS)

/* In Via (RFC 3261 §20.42, RFC 7118 §5.1). All four bytes are copied: more text
 * follows. */
static const struct
{
	char name[5];
	uint8_t len;
} protocols[] = {
		[NT_TRANSPORT_UDP] = {"UDP ", 4},
		[NT_TRANSPORT_TCP] = {"TCP ", 4},
		[NT_TRANSPORT_TLS] = {"TLS ", 4},
		[NT_TRANSPORT_WS] = {"WS ", 3},
		[NT_TRANSPORT_WSS] = {"WSS ", 4},
};

#define DIGITS_MAX 10

/* @return the first of the digits, which end at @p end; two at a step */
static char *digits_before(char *end, uint32_t v)
{
	while(v > 9) {
		unsigned two = v % 100, tens = two * 103 >> 10; /* two / 10 */

		v /= 100;
		end -= 2;
		end[0] = (char)('0' + tens);
		end[1] = (char)('0' + two - tens * 10);
		if(v == 0)
			return end;
	}
	*--end = (char)('0' + v);
	return end;
}

static char *put(char *p, const char *from, size_t n)
{
	memcpy(p, from, n);
	return p + n;
}

#define PUT_TEXT(p, literal) put(p, literal, LENGTH(literal))

static char *put_protocol(char *p, enum nt_transport transport)
{
	memcpy(p, protocols[transport].name, 4);
	return p + protocols[transport].len;
}

/* To has no port (RFC 3261 §19.1.1) */
static size_t without_port(size_t len, unsigned port)
{
	return len - 2 - (port > 9) - (port > 99) - (port > 999) - (port > 9999);
}

static bool is_complete(const struct nt_ping_face *face,
		const struct nt_endpoint *to, struct nt_span tag)
{
	return tag.len == NT_PING_TAG_CHARS && to->port != 0
		   && nt_addr_is_set(&to->addr) && face->via_host.len > 0
		   && face->from.len > 0;
}

size_t nt_ping_print_sip(char *buf, size_t size, enum nt_ping_method method,
		const struct nt_ping_face *face, const struct nt_endpoint *to,
		struct nt_span tag, uint32_t sequence)
{
	char uri[NT_ENDPOINT_TEXT], digits[DIGITS_MAX], *p;
	const char *hash, *number, *digits_end = digits + DIGITS_MAX;
	size_t uri_len, to_len, number_len;
	bool notify = method == NT_PING_NOTIFY;

	if(!is_complete(face, to, tag))
		return 0;
	hash = tag.p + NT_PING_TAG_CHARS - HASH_CHARS;
	uri_len = nt_endpoint_print(uri, sizeof(uri), to);
	to_len = without_port(uri_len, to->port);
	number = digits_before(digits + DIGITS_MAX, sequence & INT32_MAX);
	number_len = (size_t)(digits_end - number);
	if(size < FIXED + protocols[face->transport].len + face->via_host.len
					  + face->from.len + uri_len + to_len + number_len
					  + (face->no_rport ? 0 : LENGTH(RPORT))
					  + (notify ? LENGTH(NOTIFY_BEGIN NOTIFY_END)
								: LENGTH(OPTIONS_BEGIN OPTIONS_END)))
		return 0;
	p = notify ? PUT_TEXT(buf, NOTIFY_BEGIN) : PUT_TEXT(buf, OPTIONS_BEGIN);
	p = PUT_TEXT(put(p, uri, uri_len), AFTER_URI);
	p = put_protocol(p, face->transport);
	p = put(p, face->via_host.p, face->via_host.len);
	p = face->no_rport ? PUT_TEXT(p, BRANCH) : PUT_TEXT(p, RPORT BRANCH);
	p = put(p, hash, HASH_CHARS);
	p = PUT_TEXT(p, AFTER_BRANCH);
	p = put(p, face->from.p, face->from.len);
	p = put(PUT_TEXT(p, AFTER_FROM), hash, FROM_TAG_CHARS);
	p = put(PUT_TEXT(p, AFTER_FROM_TAG), uri, to_len);
	p = put(PUT_TEXT(p, AFTER_TO), tag.p, NT_PING_TAG_CHARS);
	p = put(PUT_TEXT(p, AFTER_CALL_ID), number, number_len);
	p = notify ? PUT_TEXT(p, NOTIFY_END) : PUT_TEXT(p, OPTIONS_END);
	return (size_t)(p - buf);
}
