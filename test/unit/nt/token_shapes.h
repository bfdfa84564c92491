/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Tokens of every shape, and how the tests of them seal and open: from blocks
 * of the exact size, and nothing touched when it fails.
 */
#ifndef TOKEN_SHAPES_H
#define TOKEN_SHAPES_H

#include "nt/nt_token.h"
#include "unit/nt/nt_check.h"

#define UDP NT_TRANSPORT_UDP
#define TCP NT_TRANSPORT_TCP
#define TLS NT_TRANSPORT_TLS
#define WS NT_TRANSPORT_WS
#define WSS NT_TRANSPORT_WSS

/* clang-format off */
static const struct shape {
	const char *name;
	enum nt_purpose purpose;
	enum nt_transport transport;
	const char *local, *remote, *text;
	size_t length;
} shapes[] = {
	{"a caller on UDP", NT_PURPOSE_CALLER, UDP,
		"198.51.100.1:5060", "203.0.113.9:40001", "", 46},
	{"a callee on UDP, IPv6", NT_PURPOSE_CALLEE, UDP,
		"[2001:db8::1]:5060", "[2001:db8:1::9]:40001", "", 78},
	{"a caller on TCP", NT_PURPOSE_CALLER, TCP,
		"198.51.100.1:5060", "203.0.113.9:40001", "", 56},
	{"a caller on TLS, IPv6", NT_PURPOSE_CALLER, TLS,
		"[2001:db8::1]:5061", "[2001:db8:1::9]:40001", "", 88},
	{"a Path on WebSocket", NT_PURPOSE_PATH, WS,
		"198.51.100.1:80", "203.0.113.9:65535", "", 56},
	{"a Path on WebSocket over TLS", NT_PURPOSE_PATH, WSS,
		"198.51.100.1:443", "203.0.113.9:1", "", 56},
	{"an alias without text", NT_PURPOSE_ALIAS, UDP,
		"198.51.100.1:5060", "203.0.113.9:40001", "", 46},
	{"an alias of one byte", NT_PURPOSE_ALIAS, UDP,
		"198.51.100.1:5060", "203.0.113.9:40001", "x", 47},
	{"a Contact with what was replaced", NT_PURPOSE_CONTACT, TCP,
		"198.51.100.1:5060", "203.0.113.9:40001", "192.168.1.10:5060", 79},
	{"the least address", NT_PURPOSE_PATH, UDP, "0.0.0.0:1", "0.0.0.0:1", "", 46},
	{"the greatest address", NT_PURPOSE_PATH, UDP,
		"255.255.255.255:65535", "255.255.255.255:65535", "", 46},
	{"the greatest IPv6 address", NT_PURPOSE_PATH, UDP,
		"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[::]:1", "", 78},
	{"IPv4 as IPv6 writes it", NT_PURPOSE_PATH, UDP,
		"[::ffff:198.51.100.1]:5060", "203.0.113.9:40001", "", 46},
};
/* clang-format on */

/* ck_assert() tells the parent of each one, too slow for a million */
#define quick(holds)                                           \
	do {                                                       \
		if(!(holds))                                           \
			ck_abort_msg("line %d: not %s", __LINE__, #holds); \
	} while(0)

static inline void secret_of(uint8_t secret[NT_KEY_BYTES], uint8_t first)
{
	for(unsigned i = 0; i < NT_KEY_BYTES; i++)
		secret[i] = (uint8_t)(first + i);
}

static inline struct nt_keys keys_of(uint8_t id, uint8_t first)
{
	struct nt_keys keys = {.count = 1};
	uint8_t secret[NT_KEY_BYTES];

	secret_of(secret, first);
	nt_key_set(&keys.key[0], id, secret);
	return keys;
}

static inline struct nt_token token_of(const struct shape *s)
{
	struct nt_token t = {.purpose = s->purpose,
			.binding = 0x01020304,
			.text = nt_span_cstr(s->text)};

	t.flow.transport = s->transport;
	t.flow.local = nt_endpoint_must(s->local);
	t.flow.remote = nt_endpoint_must(s->remote);
	if(s->transport != UDP) {
		t.flow.connection = 0xfffffffe;
		t.flow.epoch = 0x65432100;
	}
	return t;
}

static inline bool same_endpoint(
		const struct nt_endpoint *a, const struct nt_endpoint *b)
{
	return nt_addr_eq(&a->addr, &b->addr) && a->port == b->port;
}

static inline void must_be(
		const struct nt_token *got, const struct nt_token *want)
{
	ck_assert_int_eq(got->purpose, want->purpose);
	ck_assert_int_eq(got->flow.transport, want->flow.transport);
	ck_assert(same_endpoint(&got->flow.local, &want->flow.local));
	ck_assert(same_endpoint(&got->flow.remote, &want->flow.remote));
	ck_assert_uint_eq(got->flow.connection, want->flow.connection);
	ck_assert_uint_eq(got->flow.epoch, want->flow.epoch);
	ck_assert_uint_eq(got->binding, want->binding);
	ck_assert(nt_span_eq(got->text, want->text));
}

/* Open from a block of the exact size. When it fails, neither token nor text
 * may have been touched. */
static inline enum nt_token_fault open_it(struct nt_token *token,
		char text[NT_TOKEN_TEXT_MAX], struct nt_keys *keys,
		struct nt_span sealed, enum nt_purpose purpose)
{
	static const struct nt_token untouched = {.binding = 0xdeadbeef};
	char *room = nt_heap(NULL, NT_TOKEN_TEXT_MAX);
	struct nt_span exact = nt_heap_span(sealed);
	enum nt_token_fault fault;

	*token = untouched;
	memset(room, '~', NT_TOKEN_TEXT_MAX);
	fault = nt_token_open(token, room, keys, exact, purpose);
	if(fault != NT_TOKEN_OK) {
		quick(memcmp(token, &untouched, sizeof(untouched)) == 0);
		for(unsigned i = 0; i < NT_TOKEN_TEXT_MAX; i++)
			quick(room[i] == '~');
	} else if(token->text.len > 0) {
		ck_assert_ptr_eq(token->text.p, room);
		memcpy(text, room, token->text.len);
		token->text.p = text;
	}
	nt_heap_drop(exact);
	free(room);
	return fault;
}

static inline struct nt_span seal_must(
		char buf[NT_TOKEN_SIZE], struct nt_keys *keys, const struct nt_token *t)
{
	size_t n = nt_token_seal(buf, NT_TOKEN_SIZE, keys, t);

	ck_assert_uint_ne(n, 0);
	ck_assert_uint_eq(n, strlen(buf));
	return nt_span_of(buf, n);
}

#endif /* TOKEN_SHAPES_H */
