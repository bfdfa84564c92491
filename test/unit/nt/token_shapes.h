/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Tokens of every shape, and how the tests of them seal and open: from blocks
 * of the exact size, and nothing touched when it fails.
 */
#ifndef TOKEN_SHAPES_H
#define TOKEN_SHAPES_H

#include "nt/nt_opened.h"
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
	/* LEGS */
	enum nt_transport other;
	const char *other_local, *other_remote;
} shapes[] = {
	{"a caller on UDP", NT_PURPOSE_CALLER, UDP,
		"198.51.100.1:5060", "203.0.113.9:40001", "", 46, 0, NULL, NULL},
	{"a callee on UDP, IPv6", NT_PURPOSE_CALLEE, UDP,
		"[2001:db8::1]:5060", "[2001:db8:1::9]:40001", "", 78, 0, NULL, NULL},
	{"a caller on TCP", NT_PURPOSE_CALLER, TCP,
		"198.51.100.1:5060", "203.0.113.9:40001", "", 56, 0, NULL, NULL},
	{"a caller on TLS, IPv6", NT_PURPOSE_CALLER, TLS,
		"[2001:db8::1]:5061", "[2001:db8:1::9]:40001", "", 88, 0, NULL, NULL},
	{"a Path on WebSocket", NT_PURPOSE_PATH, WS,
		"198.51.100.1:80", "203.0.113.9:65535", "", 56, 0, NULL, NULL},
	{"a Path on WebSocket over TLS", NT_PURPOSE_PATH, WSS,
		"198.51.100.1:443", "203.0.113.9:1", "", 56, 0, NULL, NULL},
	{"an alias without text", NT_PURPOSE_ALIAS, UDP,
		"198.51.100.1:5060", "203.0.113.9:40001", "", 46, 0, NULL, NULL},
	{"an alias of one byte", NT_PURPOSE_ALIAS, UDP,
		"198.51.100.1:5060", "203.0.113.9:40001", "x", 47, 0, NULL, NULL},
	{"a Contact with what was replaced", NT_PURPOSE_CONTACT, TCP,
		"198.51.100.1:5060", "203.0.113.9:40001", "192.168.1.10:5060", 79, 0, NULL, NULL},
	{"the least address", NT_PURPOSE_PATH, UDP, "0.0.0.0:1", "0.0.0.0:1", "", 46, 0, NULL, NULL},
	{"the greatest address", NT_PURPOSE_PATH, UDP,
		"255.255.255.255:65535", "255.255.255.255:65535", "", 46, 0, NULL, NULL},
	{"the greatest IPv6 address", NT_PURPOSE_PATH, UDP,
		"[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[::]:1", "", 78, 0, NULL, NULL},
	{"IPv4 as IPv6 writes it", NT_PURPOSE_PATH, UDP,
		"[::ffff:198.51.100.1]:5060", "203.0.113.9:40001", "", 46, 0, NULL, NULL},
	{"both legs on UDP", NT_PURPOSE_LEGS, UDP,
		"198.51.100.1:5060", "203.0.113.9:40001", "", 63,
		UDP, "198.51.100.1:5060", "203.0.113.77:5070"},
	{"both legs, UDP and TLS", NT_PURPOSE_LEGS, UDP,
		"198.51.100.1:5060", "203.0.113.9:40001", "", 74,
		TLS, "198.51.100.1:5061", "203.0.113.77:5070"},
	{"both legs, IPv6 and IPv4", NT_PURPOSE_LEGS, WSS,
		"[2001:db8::1]:443", "[2001:db8:1::9]:40001", "", 106,
		UDP, "198.51.100.1:5060", "203.0.113.77:5070"},
	{"both legs, the longest", NT_PURPOSE_LEGS, TLS,
		"[2001:db8::1]:5061", "[2001:db8:1::9]:40001", "", 148,
		TCP, "[2001:db8::1]:5060", "[2001:db8:2::9]:40002"},
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

/* Few places, so that tokens meet in them; a process for itself each test */
static inline struct nt_opened *opened_here(void)
{
	static uint64_t memory[256];
	static struct nt_opened *opened;

	if(opened == NULL && nt_opened_bytes(4) <= sizeof(memory))
		opened = nt_opened_init(memory, 4);
	ck_assert_ptr_nonnull(opened);
	return opened;
}

static inline struct nt_keys make_keys(uint8_t id, uint8_t first, bool remember)
{
	struct nt_keys keys = {.count = 1};
	uint8_t secret[NT_KEY_BYTES];

	secret_of(secret, first);
	nt_key_set(&keys.key[0], id, secret);
	if(remember)
		keys.opened = opened_here();
	keys.generation = (uint32_t)(id << 8 | first);
	return keys;
}

/* In a test of each shape: all of them once without and once with a table of
 * what was opened */
#define SHAPE_ROWS (2 * NT_COUNT(shapes))
#define SHAPE (&shapes[_i % NT_COUNT(shapes)])
#define keys_of(id, first) make_keys(id, first, _i >= NT_COUNT(shapes))

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
	if(s->other == NT_TRANSPORT_OTHER)
		return t;
	t.other.transport = s->other;
	t.other.local = nt_endpoint_must(s->other_local);
	t.other.remote = nt_endpoint_must(s->other_remote);
	if(s->other != UDP) {
		t.other.connection = 0x7fffffff;
		t.other.epoch = 0x65432101;
		t.other.spare = true;
	}
	return t;
}

static inline bool same_endpoint(
		const struct nt_endpoint *a, const struct nt_endpoint *b)
{
	return nt_addr_eq(&a->addr, &b->addr) && a->port == b->port;
}

static inline void must_be_flow(
		const struct nt_flow *got, const struct nt_flow *want)
{
	ck_assert_int_eq(got->transport, want->transport);
	ck_assert(want->transport == NT_TRANSPORT_OTHER
			  || same_endpoint(&got->local, &want->local));
	ck_assert(want->transport == NT_TRANSPORT_OTHER
			  || same_endpoint(&got->remote, &want->remote));
	ck_assert_int_eq(got->spare, want->spare);
	ck_assert_uint_eq(got->connection, want->connection);
	ck_assert_uint_eq(got->epoch, want->epoch);
}

static inline void must_be(
		const struct nt_token *got, const struct nt_token *want)
{
	ck_assert_int_eq(got->purpose, want->purpose);
	must_be_flow(&got->flow, &want->flow);
	must_be_flow(&got->other, &want->other);
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
