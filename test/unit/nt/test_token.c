/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flow tokens: what is sealed opens, and nothing else does (N048, T05) */
#include "unit/nt/nt_check.h"

#include <nettle/ctr.h>

#include "nt/nt_base64.h"
#include "nt/nt_token.h"

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

static void secret_of(uint8_t secret[NT_KEY_BYTES], uint8_t first)
{
	for(unsigned i = 0; i < NT_KEY_BYTES; i++)
		secret[i] = (uint8_t)(first + i);
}

static struct nt_keys keys_of(uint8_t id, uint8_t first)
{
	struct nt_keys keys = {.count = 1};
	uint8_t secret[NT_KEY_BYTES];

	secret_of(secret, first);
	nt_key_set(&keys.key[0], id, secret);
	return keys;
}

static struct nt_token token_of(const struct shape *s)
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

static bool same_endpoint(
		const struct nt_endpoint *a, const struct nt_endpoint *b)
{
	return nt_addr_eq(&a->addr, &b->addr) && a->port == b->port;
}

static void must_be(const struct nt_token *got, const struct nt_token *want)
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
static enum nt_token_fault open_it(struct nt_token *token,
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

static struct nt_span seal_must(
		char buf[NT_TOKEN_SIZE], struct nt_keys *keys, const struct nt_token *t)
{
	size_t n = nt_token_seal(buf, NT_TOKEN_SIZE, keys, t);

	ck_assert_uint_ne(n, 0);
	ck_assert_uint_eq(n, strlen(buf));
	return nt_span_of(buf, n);
}

START_TEST(what_is_sealed_opens)
{
	const struct shape *s = &shapes[_i];
	struct nt_keys keys = keys_of(5, 0), other = keys_of(5, 0);
	struct nt_token t = token_of(s), got;
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX], *tight;
	struct nt_span sealed = seal_must(buf, &keys, &t);

	ck_assert_msg(
			sealed.len == s->length, "%s: %zu characters", s->name, sealed.len);
	ck_assert_int_eq(
			open_it(&got, text, &keys, sealed, s->purpose), NT_TOKEN_OK);
	must_be(&got, &t);
	/* another process, or another server of the cluster */
	ck_assert_int_eq(
			open_it(&got, text, &other, sealed, s->purpose), NT_TOKEN_OK);
	must_be(&got, &t);
	/* room for it and its NUL, and a byte less */
	tight = nt_heap(NULL, sealed.len + 1);
	ck_assert_uint_eq(
			nt_token_seal(tight, sealed.len + 1, &keys, &t), sealed.len);
	ck_assert_str_eq(tight, buf);
	ck_assert_uint_eq(nt_token_seal(tight, sealed.len, &keys, &t), 0);
	ck_assert_str_eq(tight, "");
	ck_assert_uint_eq(nt_token_seal(NULL, 0, &keys, &t), 0);
	free(tight);
}
END_TEST

/* N028: a retransmission gets the same token, in whatever process */
START_TEST(n028_the_same_flow_gives_the_same_token)
{
	struct nt_keys keys = keys_of(5, 0), other = keys_of(5, 0);
	struct nt_token t = token_of(&shapes[_i]), copy = t, noise;
	char buf[NT_TOKEN_SIZE], again[NT_TOKEN_SIZE];

	seal_must(buf, &keys, &t);
	noise = t;
	noise.binding++;
	seal_must(again, &other, &noise);
	ck_assert_str_ne(again, buf);
	seal_must(again, &other, &copy);
	ck_assert_str_eq(again, buf);
	seal_must(again, &keys, &copy);
	ck_assert_str_eq(again, buf);
	/* what is left of it when an attempt to open failed */
	again[20] = again[20] == 'A' ? 'B' : 'A';
	ck_assert_int_eq(open_it(&noise, again, &keys, nt_span_cstr(again),
							 shapes[_i].purpose),
			NT_TOKEN_FORGED);
	seal_must(again, &keys, &copy);
	ck_assert_str_eq(again, buf);
}
END_TEST

/* Computed with Python's hmac and OpenSSL's aes-128-ctr: servers of a cluster
 * may have different versions of us. Another form needs another version. */
START_TEST(the_form_is_as_written)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(&shapes[0]);
	char buf[NT_TOKEN_SIZE];

	seal_must(buf, &keys, &t);
	ck_assert_str_eq(buf, "FXaT6HRXaPhmHw9RBKsNIbDGZOOQHWfsGvJ3w9H7ne0MzA");
	t = token_of(&shapes[3]);
	t.purpose = NT_PURPOSE_ALIAS;
	t.flow.connection = 7;
	t.binding = 0xfffefdfc;
	t.text = NT_SPAN("sip:alice@192.168.1.10:5060");
	seal_must(buf, &keys, &t);
	ck_assert_str_eq(buf,
			"FZUewkG-1vzXdBizGrQgWjW50Vi_0JRkhRNqPd-NLgQk_W834m429Lcco4mLzMg7"
			"qGFfohdRcOyBJpmpI-3KudnOaY9hTUdAo_2MD3iXudsU_yBKR7TLnbS1JtzS");
}
END_TEST

/* T05: each character of each shape replaced by each other byte */
START_TEST(t05_no_changed_character_opens)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(&shapes[_i]), got;
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_span sealed = seal_must(buf, &keys, &t);

	for(size_t at = 0; at < sealed.len; at++) {
		char was = buf[at];

		for(int c = 0; c < 256; c++) {
			if(c == (unsigned char)was)
				continue;
			buf[at] = (char)c;
			quick(open_it(&got, text, &keys, sealed, t.purpose) != NT_TOKEN_OK);
		}
		buf[at] = was;
	}
	ck_assert_int_eq(
			open_it(&got, text, &keys, sealed, t.purpose), NT_TOKEN_OK);
}
END_TEST

/* T05: each bit of each byte, below base64 */
START_TEST(t05_no_flipped_bit_opens)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(&shapes[_i]), got;
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX], changed[NT_TOKEN_SIZE];
	struct nt_span sealed = seal_must(buf, &keys, &t);
	uint8_t raw[NT_TOKEN_SIZE];
	size_t n;

	ck_assert_int_eq(nt_base64_parse(raw, sizeof(raw), &n, sealed), 0);
	for(size_t bit = 0; bit < n * 8; bit++) {
		enum nt_token_fault want = bit < 4	 ? NT_TOKEN_KEY
								   : bit < 8 ? NT_TOKEN_MALFORMED
											 : NT_TOKEN_FORGED;
		size_t len;

		raw[bit / 8] ^= (uint8_t)(1 << bit % 8);
		len = nt_base64_print(changed, sizeof(changed), raw, n);
		ck_assert_int_eq(
				open_it(&got, text, &keys, nt_span_of(changed, len), t.purpose),
				want);
		raw[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}
END_TEST

START_TEST(t05_no_part_opens_and_nothing_longer)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(&shapes[_i]), got;
	char buf[NT_TOKEN_SIZE + 8], text[NT_TOKEN_TEXT_MAX];
	struct nt_span sealed = seal_must(buf, &keys, &t);

	for(size_t len = 0; len < sealed.len; len++) {
		ck_assert_int_ne(
				open_it(&got, text, &keys, nt_span_of(buf, len), t.purpose),
				NT_TOKEN_OK);
		ck_assert_int_ne(
				open_it(&got, text, &keys,
						nt_span_of(buf + len, sealed.len - len),
						len == 0 ? (t.purpose == 1 ? 2 : 1) : t.purpose),
				NT_TOKEN_OK);
	}
	for(size_t more = 1; more <= 8; more++) {
		memset(buf + sealed.len, 'A', 8);
		ck_assert_int_ne(open_it(&got, text, &keys,
								 nt_span_of(buf, sealed.len + more), t.purpose),
				NT_TOKEN_OK);
		memset(buf + sealed.len, '=', 8);
		ck_assert_int_eq(open_it(&got, text, &keys,
								 nt_span_of(buf, sealed.len + more), t.purpose),
				NT_TOKEN_MALFORMED);
	}
}
END_TEST

START_TEST(t05_a_token_opens_for_its_purpose_only)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(&shapes[_i]), got;
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_span sealed = seal_must(buf, &keys, &t);

	for(int purpose = 0; purpose < 16; purpose++)
		ck_assert_int_eq(
				open_it(&got, text, &keys, sealed, (enum nt_purpose)purpose),
				purpose == (int)t.purpose ? NT_TOKEN_OK : NT_TOKEN_FORGED);
}
END_TEST

START_TEST(t05_another_secret_opens_nothing)
{
	struct nt_keys keys = keys_of(5, 0), same_id = keys_of(5, 1),
				   other_id = keys_of(6, 0), none = {.count = 0};
	struct nt_token t = token_of(&shapes[_i]), got;
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_span sealed = seal_must(buf, &keys, &t);

	ck_assert_int_eq(
			open_it(&got, text, &same_id, sealed, t.purpose), NT_TOKEN_FORGED);
	ck_assert_int_eq(
			open_it(&got, text, &other_id, sealed, t.purpose), NT_TOKEN_KEY);
	ck_assert_int_eq(
			open_it(&got, text, &none, sealed, t.purpose), NT_TOKEN_KEY);
	ck_assert_uint_eq(nt_token_seal(buf, sizeof(buf), &none, &t), 0);
	ck_assert_str_eq(buf, "");
}
END_TEST

START_TEST(rotation_keeps_what_the_key_before_sealed)
{
	struct nt_keys first = keys_of(5, 0), second = keys_of(6, 100),
				   rotated = {.count = 2, .key = {second.key[0], first.key[0]}},
				   later = {.count = 2};
	struct nt_token t = token_of(&shapes[_i]), got;
	char old[NT_TOKEN_SIZE], new[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_span by_first = seal_must(old, &first, &t),
				   by_second = seal_must(new, &rotated, &t);

	ck_assert_int_eq(
			open_it(&got, text, &rotated, by_first, t.purpose), NT_TOKEN_OK);
	must_be(&got, &t);
	ck_assert_int_eq(
			open_it(&got, text, &rotated, by_second, t.purpose), NT_TOKEN_OK);
	must_be(&got, &t);
	ck_assert_int_eq(
			open_it(&got, text, &second, by_second, t.purpose), NT_TOKEN_OK);
	ck_assert_int_eq(
			open_it(&got, text, &first, by_second, t.purpose), NT_TOKEN_KEY);
	/* once more, and the first is gone */
	later.key[0] = keys_of(7, 200).key[0];
	later.key[1] = second.key[0];
	ck_assert_int_eq(
			open_it(&got, text, &later, by_first, t.purpose), NT_TOKEN_KEY);
	ck_assert_int_eq(
			open_it(&got, text, &later, by_second, t.purpose), NT_TOKEN_OK);
}
END_TEST

/* Authentic, but not what we would write: made with the keys themselves */
static struct nt_span forge_with(char buf[NT_TOKEN_SIZE], struct nt_keys *keys,
		uint8_t *content, size_t n, int mac_bit)
{
	uint8_t raw[NT_TOKEN_SIZE], counter[16];
	struct nt_key *key = &keys->key[0];

	raw[0] = (uint8_t)(0x10 | key->id);
	hmac_sha256_update(&key->mac, 1, raw);
	hmac_sha256_update(&key->mac, n, content);
	hmac_sha256_digest(&key->mac, 16, raw + 1);
	if(mac_bit >= 0)
		raw[1 + mac_bit / 8] ^= (uint8_t)(1 << mac_bit % 8);
	memcpy(counter, raw + 1, 16);
	ctr_crypt(&key->cipher, (nettle_cipher_func *)aes128_encrypt, 16, counter,
			n, raw + 17, content);
	return nt_span_of(buf, nt_base64_print(buf, NT_TOKEN_SIZE, raw, 17 + n));
}

static struct nt_span forge(char buf[NT_TOKEN_SIZE], struct nt_keys *keys,
		uint8_t *content, size_t n)
{
	return forge_with(buf, keys, content, n, -1);
}

/* clang-format off */
static const struct {
	const char *name;
	uint8_t flags;
	size_t length;
	enum nt_token_fault want;
} mixes[] = {
	{"IPv4 UDP", 1 | UDP << 3, 17, NT_TOKEN_OK},
	{"IPv4 UDP, a byte short", 1 | UDP << 3, 16, NT_TOKEN_MALFORMED},
	{"IPv4 UDP, a byte more", 1 | UDP << 3, 18, NT_TOKEN_MALFORMED},
	{"IPv4 UDP in the length of TCP", 1 | UDP << 3, 25, NT_TOKEN_MALFORMED},
	{"IPv4 UDP in the length of IPv6", 1 | UDP << 3, 41, NT_TOKEN_MALFORMED},
	{"IPv4 TCP", 1 | TCP << 3, 25, NT_TOKEN_OK},
	{"IPv4 TCP without a connection", 1 | TCP << 3, 17, NT_TOKEN_MALFORMED},
	{"IPv4 TCP, a byte short", 1 | TCP << 3, 24, NT_TOKEN_MALFORMED},
	{"IPv6 UDP", 0x40 | 1 | UDP << 3, 41, NT_TOKEN_OK},
	{"IPv6 UDP in the length of IPv4", 0x40 | 1 | UDP << 3, 17, NT_TOKEN_MALFORMED},
	{"IPv6 UDP, a byte short", 0x40 | 1 | UDP << 3, 40, NT_TOKEN_MALFORMED},
	{"IPv6 UDP in the length of TCP", 0x40 | 1 | UDP << 3, 49, NT_TOKEN_MALFORMED},
	{"IPv6 TCP", 0x40 | 1 | TCP << 3, 49, NT_TOKEN_OK},
	{"IPv6 TCP without a connection", 0x40 | 1 | TCP << 3, 41, NT_TOKEN_MALFORMED},
	{"a text", 4 | UDP << 3, 18, NT_TOKEN_OK},
	{"the longest text", 4 | UDP << 3, 17 + 255, NT_TOKEN_OK},
	{"too long a text", 4 | UDP << 3, 17 + 256, NT_TOKEN_MALFORMED},
	{"the longest text, IPv6 TCP", 0x40 | 5 | TCP << 3, 49 + 255, NT_TOKEN_OK},
	{"too long, IPv6 TCP", 0x40 | 5 | TCP << 3, 49 + 256, NT_TOKEN_MALFORMED},
	{"a text for the other leg", 3 | UDP << 3, 18, NT_TOKEN_MALFORMED},
	{"no transport", 1, 17, NT_TOKEN_MALFORMED},
	{"no transport of ours", 1 | 6 << 3, 25, NT_TOKEN_MALFORMED},
	{"the other one", 1 | 7 << 3, 25, NT_TOKEN_MALFORMED},
	{"no purpose", UDP << 3, 17, NT_TOKEN_MALFORMED},
	{"no purpose of ours", 7 | UDP << 3, 17, NT_TOKEN_MALFORMED},
	{"a flag of another version", 0x80 | 1 | UDP << 3, 17, NT_TOKEN_MALFORMED},
};
/* clang-format on */

START_TEST(t05_lengths_are_not_mixed)
{
	struct nt_keys keys = keys_of(5, 0);
	uint8_t content[320];
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	enum nt_token_fault fault;
	struct nt_token got;

	memset(content, 1, sizeof(content));
	content[0] = mixes[_i].flags;
	fault = open_it(&got, text, &keys,
			forge(buf, &keys, content, mixes[_i].length),
			(enum nt_purpose)(content[0] & 7));
	ck_assert_msg(fault == mixes[_i].want, "%s: %s", mixes[_i].name,
			nt_token_fault_name(fault));
}
END_TEST

/* The MAC is the start of the cipher as well, so one that was only changed
 * garbles the content. Here the content is what it was. */
START_TEST(t05_each_bit_of_the_mac_counts)
{
	struct nt_keys keys = keys_of(5, 0);
	uint8_t content[17];
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_token got;

	memset(content, 1, sizeof(content));
	content[0] = 1 | UDP << 3;
	for(int bit = -1; bit < 128; bit++)
		ck_assert_int_eq(open_it(&got, text, &keys,
								 forge_with(buf, &keys, content, 17, bit), 1),
				bit < 0 ? NT_TOKEN_OK : NT_TOKEN_FORGED);
}
END_TEST

START_TEST(t05_nothing_is_too_short)
{
	struct nt_keys keys = keys_of(5, 0);
	uint8_t content[17];
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_token got;

	memset(content, 1, sizeof(content));
	content[0] = 1 | UDP << 3;
	for(size_t n = 0; n < 17; n++)
		ck_assert_int_eq(
				open_it(&got, text, &keys, forge(buf, &keys, content, n), 1),
				NT_TOKEN_MALFORMED);
}
END_TEST

START_TEST(t05_what_we_would_not_write_is_not_read)
{
	struct nt_keys keys = keys_of(5, 0);
	uint8_t content[41] = {0x40 | 1 | UDP << 3};
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_token got;

	memset(content + 1, 1, sizeof(content) - 1);
	content[21] = content[22] = 0; /* local port */
	ck_assert_int_eq(
			open_it(&got, text, &keys, forge(buf, &keys, content, 41), 1),
			NT_TOKEN_MALFORMED);
	content[22] = 1;
	ck_assert_int_eq(
			open_it(&got, text, &keys, forge(buf, &keys, content, 41), 1),
			NT_TOKEN_OK);
	content[39] = content[40] = 0; /* remote port */
	ck_assert_int_eq(
			open_it(&got, text, &keys, forge(buf, &keys, content, 41), 1),
			NT_TOKEN_MALFORMED);
	content[39] = 1;
	/* 127.0.0.1 dressed up as IPv6: first one of them, then both */
	for(int which = 0; which < 2; which++) {
		static const uint8_t mapped[16] = {[10] = 255, 255, 127, 0, 0, 1};

		memcpy(content + 5 + 18 * which, mapped, sizeof(mapped));
		ck_assert_int_eq(
				open_it(&got, text, &keys, forge(buf, &keys, content, 41), 1),
				NT_TOKEN_MALFORMED);
	}
}
END_TEST

START_TEST(what_is_no_flow_is_not_sealed)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token good = token_of(&shapes[8]), t;
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX + 1];

#define REFUSED(change)                                                   \
	do {                                                                  \
		t = good;                                                         \
		change;                                                           \
		buf[0] = 'x';                                                     \
		ck_assert_uint_eq(nt_token_seal(buf, sizeof(buf), &keys, &t), 0); \
		ck_assert_int_eq(buf[0], '\0');                                   \
	} while(0)
	memset(text, 'x', sizeof(text));
	REFUSED(t.text = nt_span_of(text, sizeof(text)));
	REFUSED(t.purpose = NT_PURPOSE_CALLEE); /* which has no text */
	REFUSED(t.purpose = 0);
	REFUSED(t.purpose = NT_PURPOSE_COUNT);
	REFUSED(t.flow.transport = NT_TRANSPORT_OTHER);
	REFUSED(t.flow.transport = NT_TRANSPORT_WSS + 1);
	REFUSED(t.flow.local.addr.family = NT_FAMILY_NONE);
	REFUSED(t.flow.remote.addr.family = NT_FAMILY_NONE);
	REFUSED(t.flow.remote = nt_endpoint_must("[2001:db8::1]:5060"));
	REFUSED(t.flow.local = nt_endpoint_must("[2001:db8::1]:5060"));
	REFUSED(t.flow.local.port = 0);
	REFUSED(t.flow.remote.port = 0);
	t = good;
	t.text = nt_span_of(text, NT_TOKEN_TEXT_MAX);
	seal_must(buf, &keys, &t);
}
END_TEST

/* T05: of as many strings as an attacker may send in an hour, none opens, and
 * none touches anything. One half is of the right length and key. */
START_TEST(t05_no_random_string_opens)
{
	struct nt_keys keys = keys_of(5, 0);
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	unsigned faults[NT_TOKEN_FAULT_COUNT] = {0};
	uint64_t state = 5;

	for(int round = 0; round < 1000000; round++) {
		size_t len = round % 2 ? 46 : nt_random(&state) % 120;
		struct nt_token got = {.binding = 0xdeadbeef};

		for(size_t i = 0; i < len; i++)
			buf[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					 "0123456789-_"[nt_random(&state) & 63];
		if(round % 2) {
			buf[0] = 'F';
			buf[1] = (char)('Q'
							+ (nt_random(&state) & 7)); /* version 1, key 5 */
			buf[45] = "AQgw"[nt_random(&state) & 3];
		}
		faults[nt_token_open(
				&got, text, &keys, nt_span_of(buf, len), 1 + round % 5)]++;
		quick(got.binding == 0xdeadbeef);
	}
	ck_assert_uint_eq(faults[NT_TOKEN_OK], 0);
	ck_assert_msg(faults[NT_TOKEN_FORGED] > 200000, "only %u reached the MAC",
			faults[NT_TOKEN_FORGED]);
	ck_assert_uint_gt(faults[NT_TOKEN_MALFORMED], 1000);
}
END_TEST

/* N048: unique to the flow. Tokens of neighbours have nothing in common behind
 * their first byte. */
START_TEST(n048_tokens_that_differ_in_a_bit_share_nothing)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(&shapes[0]);
	char one[NT_TOKEN_SIZE], two[NT_TOKEN_SIZE];

	for(uint16_t port = 1; port < 2000; port++) {
		size_t len, same = 0;

		t.flow.remote.port = port;
		len = seal_must(one, &keys, &t).len;
		t.flow.remote.port = port ^ 1;
		if(t.flow.remote.port == 0)
			continue;
		seal_must(two, &keys, &t);
		for(size_t i = 2; i < len; i++)
			same += one[i] == two[i];
		/* by chance 0.7 of 44; 10 once in 10^9 */
		ck_assert_msg(same < 10, "%s\n%s", one, two);
	}
}
END_TEST

static bool holds(const uint8_t *raw, size_t n, const char *what, size_t len)
{
	for(size_t i = 0; i + len <= n; i++) {
		if(memcmp(raw + i, what, len) == 0)
			return true;
	}
	return false;
}

/* The address of the phone is not read by who gets the token (T24) */
START_TEST(t24_the_content_is_not_visible)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(&shapes[8]);
	char buf[NT_TOKEN_SIZE];
	uint8_t raw[NT_TOKEN_SIZE];
	size_t n;

	seal_must(buf, &keys, &t);
	ck_assert_int_eq(
			nt_base64_parse(raw, sizeof(raw), &n, nt_span_cstr(buf)), 0);
	ck_assert(!holds(raw, n, t.text.p, t.text.len));
	ck_assert(!holds(raw, n, "192.", 4));
	ck_assert(!holds(raw, n, "\xcb\x00\x71\x09", 4));
	ck_assert(!holds(raw, n, "\xc6\x33\x64\x01", 4));
}
END_TEST

START_TEST(wiped_keys_are_gone)
{
	struct nt_keys keys = keys_of(5, 0), zero;

	memset(&zero, 0, sizeof(zero));
	nt_keys_wipe(&keys);
	ck_assert_mem_eq(&keys, &zero, sizeof(zero));
}
END_TEST

START_TEST(an_id_has_four_bits)
{
	struct nt_keys keys = keys_of(0xf5, 0);

	ck_assert_uint_eq(keys.key[0].id, 5);
}
END_TEST

START_TEST(a_binding_is_of_both_texts)
{
	static const char *const ids[] = {"", "a", "b", "ab", "1234567", "12345678",
			"123456789", "1234567a", "843817637684230@998sdasdh09",
			"843817637684230@998sdasdh08"};
	uint32_t seen[NT_COUNT(ids) * NT_COUNT(ids)];
	int count = 0;

	for(int i = 0; i < NT_COUNT(ids); i++) {
		for(int j = 0; j < NT_COUNT(ids); j++) {
			struct nt_span id = nt_heap_span(nt_span_cstr(ids[i])),
						   tag = nt_heap_span(nt_span_cstr(ids[j]));
			uint32_t binding = nt_binding(id, tag);

			ck_assert_uint_eq(nt_binding(nt_span_cstr(ids[i]), tag), binding);
			for(int k = 0; k < count; k++)
				ck_assert_msg(seen[k] != binding, "%s %s", ids[i], ids[j]);
			seen[count++] = binding;
			nt_heap_drop(tag);
			nt_heap_drop(id);
		}
	}
	/* as the first version of us said, on any machine */
	ck_assert_uint_eq(nt_binding(NT_SPAN("843817637684230@998sdasdh09"),
							  NT_SPAN("9fxced76sl")),
			1175023011);
}
END_TEST

/* Each bit of the texts moves about half of the bits */
START_TEST(a_binding_depends_on_each_bit)
{
	char id[] = "843817637684230@998sdasdh09";
	struct nt_span span = nt_span_of(id, sizeof(id) - 1);
	uint32_t was = nt_binding(span, NT_SPAN("9fxced76sl"));
	unsigned moved = 0;

	for(size_t bit = 0; bit < span.len * 8; bit++) {
		uint32_t now;

		id[bit / 8] ^= (char)(1 << bit % 8);
		now = nt_binding(span, NT_SPAN("9fxced76sl"));
		id[bit / 8] ^= (char)(1 << bit % 8);
		ck_assert_uint_ne(now, was);
		moved += (unsigned)__builtin_popcount(now ^ was);
	}
	ck_assert_uint_gt(moved, 14 * span.len * 8);
	ck_assert_uint_lt(moved, 18 * span.len * 8);
}
END_TEST

START_TEST(all_have_names)
{
	ck_assert_str_eq(nt_purpose_name(NT_PURPOSE_CALLEE), "callee");
	ck_assert_str_eq(nt_purpose_name(0), "none");
	ck_assert_str_eq(nt_purpose_name(NT_PURPOSE_COUNT), "none");
	ck_assert_str_eq(nt_token_fault_name(NT_TOKEN_ALIEN), "alien");
	ck_assert_str_eq(nt_token_fault_name(NT_TOKEN_FAULT_COUNT), "unknown");
	for(int i = 1; i < NT_PURPOSE_COUNT; i++)
		ck_assert_ptr_nonnull(nt_purpose_name(i));
	for(int i = 0; i < NT_TOKEN_FAULT_COUNT; i++)
		ck_assert_ptr_nonnull(nt_token_fault_name(i));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_token");
	TCase *group = tcase_create("other");
	const TTest *each[] = {what_is_sealed_opens,
			n028_the_same_flow_gives_the_same_token,
			t05_no_changed_character_opens, t05_no_flipped_bit_opens,
			t05_no_part_opens_and_nothing_longer,
			t05_a_token_opens_for_its_purpose_only,
			t05_another_secret_opens_nothing,
			rotation_keeps_what_the_key_before_sealed};

	for(int i = 0; i < NT_COUNT(each); i++)
		nt_add_rows(suite, each[i]->name, each[i], NT_COUNT(shapes));
	nt_add_rows(suite, "mixes", t05_lengths_are_not_mixed, NT_COUNT(mixes));
	tcase_set_timeout(group, 120);
	tcase_add_test(group, the_form_is_as_written);
	tcase_add_test(group, t05_each_bit_of_the_mac_counts);
	tcase_add_test(group, t05_nothing_is_too_short);
	tcase_add_test(group, t05_what_we_would_not_write_is_not_read);
	tcase_add_test(group, what_is_no_flow_is_not_sealed);
	tcase_add_test(group, t05_no_random_string_opens);
	tcase_add_test(group, n048_tokens_that_differ_in_a_bit_share_nothing);
	tcase_add_test(group, t24_the_content_is_not_visible);
	tcase_add_test(group, wiped_keys_are_gone);
	tcase_add_test(group, an_id_has_four_bits);
	tcase_add_test(group, a_binding_is_of_both_texts);
	tcase_add_test(group, a_binding_depends_on_each_bit);
	tcase_add_test(group, all_have_names);
	suite_add_tcase(suite, group);
	return nt_run(suite);
}
