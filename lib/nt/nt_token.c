/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_token.h"

#include <endian.h>
#include <nettle/ctr.h>
#include <nettle/memops.h>

#include "nt/nt_base64.h"

/* The bytes of a token, before base64url:
 *
 *	0        1                 17
 *	+--------+-----------------+-------------------------------------------+
 *	| v | id | MAC of the rest | flags, binding, local, remote             |
 *	|        | and of byte 0   | [connection, epoch] [text], all encrypted |
 *	+--------+-----------------+-------------------------------------------+
 *
 * flags: bits 0-2 purpose, 3-5 transport, 6 IPv6, 7 spare. Numbers in network
 * order; an address is 4 or 16 bytes, its port 2; connection and epoch are
 * there on streams. */
#define VERSION 1
#define MAC_AT 1
#define MAC_BYTES 16
#define CONTENT_AT (MAC_AT + MAC_BYTES)
#define FLOW_MIN (1 + 4 + 2 * (4 + 2))
#define FLOW_MAX (1 + 4 + 2 * (16 + 2) + 8)
#define CONTENT_MAX (FLOW_MAX + NT_TOKEN_TEXT_MAX)
#define RAW_MIN (CONTENT_AT + FLOW_MIN)
#define RAW_MAX (CONTENT_AT + CONTENT_MAX)

#define FLAG_IPV6 0x40
#define FLAG_SPARE 0x80 /* on streams only */

_Static_assert(NT_BASE64_TEXT(RAW_MAX) < NT_TOKEN_SIZE, "any token fits");
_Static_assert(NT_BASE64_TEXT(CONTENT_AT + FLOW_MAX) < NT_TOKEN_FLOW_SIZE,
		"one without text fits");

/* One secret gives two keys that tell nothing of each other, and nothing that
 * another use of the secret could need. The version is part of both. */
static void derive(uint8_t key[SHA256_DIGEST_SIZE],
		const uint8_t secret[NT_KEY_BYTES], struct nt_span label)
{
	struct hmac_sha256_ctx hmac;

	hmac_sha256_set_key(&hmac, NT_KEY_BYTES, secret);
	hmac_sha256_update(&hmac, label.len, (const uint8_t *)label.p);
	hmac_sha256_digest(&hmac, SHA256_DIGEST_SIZE, key);
	explicit_bzero(&hmac, sizeof(hmac));
}

void nt_key_set(
		struct nt_key *key, uint8_t id, const uint8_t secret[NT_KEY_BYTES])
{
	uint8_t made[SHA256_DIGEST_SIZE];

	key->id = id & 15;
	derive(made, secret, NT_SPAN("nat_edge flow token 1: authentication"));
	hmac_sha256_set_key(&key->mac, sizeof(made), made);
	derive(made, secret, NT_SPAN("nat_edge flow token 1: encryption"));
	aes128_set_encrypt_key(&key->cipher, made);
	explicit_bzero(made, sizeof(made));
}

void nt_keys_wipe(struct nt_keys *keys)
{
	explicit_bzero(keys, sizeof(*keys));
}

static uint8_t *put16(uint8_t *p, uint16_t v)
{
	v = htobe16(v);
	memcpy(p, &v, sizeof(v));
	return p + sizeof(v);
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	v = htobe32(v);
	memcpy(p, &v, sizeof(v));
	return p + sizeof(v);
}

static uint8_t *put_endpoint(uint8_t *p, const struct nt_endpoint *e)
{
	if(e->addr.family == NT_FAMILY_IPV6) {
		p = put32(p, (uint32_t)(e->addr.hi >> 32));
		p = put32(p, (uint32_t)e->addr.hi);
		p = put32(p, (uint32_t)(e->addr.lo >> 32));
	}
	p = put32(p, (uint32_t)e->addr.lo);
	return put16(p, e->port);
}

static uint16_t get16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return be16toh(v);
}

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return be32toh(v);
}

static const uint8_t *get_endpoint(
		struct nt_endpoint *e, const uint8_t *p, bool ipv6)
{
	e->addr = ipv6 ? nt_addr_ipv6(p) : nt_addr_ipv4(p);
	p += ipv6 ? 16 : 4;
	e->port = get16(p);
	return p + 2;
}

static bool has_text(enum nt_purpose purpose)
{
	return purpose != NT_PURPOSE_PATH && purpose != NT_PURPOSE_CALLEE;
}

/* What we write and what we believe: the same rules on both sides */
static bool flow_is_sound(const struct nt_flow *flow)
{
	return flow->transport >= NT_TRANSPORT_UDP
		   && flow->transport <= NT_TRANSPORT_WSS
		   && nt_addr_is_set(&flow->local.addr)
		   && flow->local.addr.family == flow->remote.addr.family
		   && flow->local.port != 0 && flow->remote.port != 0;
}

static bool is_sound(const struct nt_token *token)
{
	return token->purpose > 0 && token->purpose < NT_PURPOSE_COUNT
		   && flow_is_sound(&token->flow)
		   && token->text.len <= NT_TOKEN_TEXT_MAX
		   && (token->text.len == 0 || has_text(token->purpose));
}

/* @return its length */
static size_t write_content(uint8_t *content, const struct nt_token *token)
{
	const struct nt_flow *flow = &token->flow;
	bool ipv6 = flow->local.addr.family == NT_FAMILY_IPV6;
	uint8_t *p = content;

	*p++ = (uint8_t)(token->purpose | flow->transport << 3
					 | (ipv6 ? FLAG_IPV6 : 0)
					 | (flow->transport != NT_TRANSPORT_UDP && flow->spare
									 ? FLAG_SPARE
									 : 0));
	p = put32(p, token->binding);
	p = put_endpoint(p, &flow->local);
	p = put_endpoint(p, &flow->remote);
	if(flow->transport != NT_TRANSPORT_UDP) {
		p = put32(p, flow->connection);
		p = put32(p, flow->epoch);
	}
	if(token->text.len > 0)
		memcpy(p, token->text.p, token->text.len);
	return (size_t)(p - content) + token->text.len;
}

/* What is authenticated: byte 0 of the token, then the content in clear */
struct plain
{
	uint8_t head, content[CONTENT_MAX];
};

static void authenticate(uint8_t mac[MAC_BYTES], struct nt_key *key,
		const struct plain *plain, size_t n)
{
	hmac_sha256_update(&key->mac, 1 + n, (const uint8_t *)plain);
	hmac_sha256_digest(&key->mac, MAC_BYTES, mac);
}

static void encrypt(uint8_t *to, const uint8_t *from, size_t n,
		const struct nt_key *key, const uint8_t mac[MAC_BYTES])
{
	uint8_t counter[AES_BLOCK_SIZE];

	memcpy(counter, mac, sizeof(counter));
	ctr_crypt(&key->cipher, (nettle_cipher_func *)aes128_encrypt,
			AES_BLOCK_SIZE, counter, n, to, from);
}

size_t nt_token_seal(char *buf, size_t size, struct nt_keys *keys,
		const struct nt_token *token)
{
	uint8_t raw[RAW_MAX];
	struct plain plain;
	struct nt_key *key = &keys->key[0];
	size_t n;

	if(keys->count == 0 || !is_sound(token)) {
		if(size > 0)
			buf[0] = '\0';
		return 0;
	}
	n = write_content(plain.content, token);
	raw[0] = plain.head = (uint8_t)(VERSION << 4 | key->id);
	authenticate(raw + MAC_AT, key, &plain, n);
	encrypt(raw + CONTENT_AT, plain.content, n, key, raw + MAC_AT);
	return nt_base64_print(buf, size, raw, CONTENT_AT + n);
}

/* Only of content that is authentic: what does not fit here was written by
 * another program with our keys */
static bool read_content(
		struct nt_token *token, char *text, const uint8_t *content, size_t n)
{
	const uint8_t *p = content + 1, *end = content + n;
	bool ipv6 = (content[0] & FLAG_IPV6) != 0;
	struct nt_token got = {.purpose = content[0] & 7,
			.flow = {.transport = content[0] >> 3 & 7}};
	bool stream = got.flow.transport != NT_TRANSPORT_UDP;

	got.flow.spare = (content[0] & FLAG_SPARE) != 0;
	if((got.flow.spare && !stream)
			|| n < (size_t)FLOW_MIN + (ipv6 ? 24 : 0) + (stream ? 8 : 0))
		return false;
	got.binding = get32(p);
	p = get_endpoint(&got.flow.local, p + 4, ipv6);
	p = get_endpoint(&got.flow.remote, p, ipv6);
	if(stream) {
		got.flow.connection = get32(p);
		got.flow.epoch = get32(p + 4);
		p += 8;
	}
	got.text = nt_span_of(text, (size_t)(end - p));
	/* a mapped IPv4 address would have had 4 bytes */
	if(!is_sound(&got)
			|| (got.flow.local.addr.family == NT_FAMILY_IPV6) != ipv6)
		return false;
	if(got.text.len > 0)
		memcpy(text, p, got.text.len);
	*token = got;
	return true;
}

static struct nt_key *key_of(struct nt_keys *keys, uint8_t id)
{
	for(unsigned i = 0; i < keys->count; i++) {
		if(keys->key[i].id == id)
			return &keys->key[i];
	}
	return NULL;
}

enum nt_token_fault nt_token_open(struct nt_token *token, char *text,
		struct nt_keys *keys, struct nt_span sealed, enum nt_purpose purpose)
{
	uint8_t raw[RAW_MAX], mac[MAC_BYTES];
	struct plain plain;
	struct nt_key *key;
	size_t n;

	if(nt_base64_parse(raw, sizeof(raw), &n, sealed) != 0 || n < RAW_MIN
			|| raw[0] >> 4 != VERSION)
		return NT_TOKEN_MALFORMED;
	key = key_of(keys, raw[0] & 15);
	if(key == NULL)
		return NT_TOKEN_KEY;
	n -= CONTENT_AT;
	plain.head = raw[0];
	encrypt(plain.content, raw + CONTENT_AT, n, key, raw + MAC_AT);
	authenticate(mac, key, &plain, n);
	/* of one kind: who tries learns nothing from the difference */
	if(!memeql_sec(mac, raw + MAC_AT, MAC_BYTES)
			|| (plain.content[0] & 7) != purpose)
		return NT_TOKEN_FORGED;
	return read_content(token, text, plain.content, n) ? NT_TOKEN_OK
													   : NT_TOKEN_MALFORMED;
}

/* Eight bytes at a step, the same on every machine. The length goes in first,
 * so that bytes do not move from one text into the next. */
static uint64_t mix(uint64_t h, struct nt_span s)
{
	uint64_t word = s.len;

	for(;;) {
		h = (h ^ word) * 0xbf58476d1ce4e5b9u;
		h ^= h >> 32;
		if(s.len == 0)
			return h;
		word = 0;
		if(s.len < sizeof(word)) {
			memcpy(&word, s.p, s.len);
			s.len = 0;
		} else {
			memcpy(&word, s.p, sizeof(word));
			s.p += sizeof(word);
			s.len -= sizeof(word);
		}
		word = le64toh(word);
	}
}

uint32_t nt_binding(struct nt_span call_id, struct nt_span tag)
{
	uint64_t h = mix(mix(0x9e3779b97f4a7c15u, call_id), tag);

	h *= 0x94d049bb133111ebu;
	return (uint32_t)(h >> 32);
}

const char *nt_purpose_name(enum nt_purpose purpose)
{
	static const char *const names[NT_PURPOSE_COUNT] = {
			[NT_PURPOSE_PATH] = "path",
			[NT_PURPOSE_CALLER] = "caller",
			[NT_PURPOSE_CALLEE] = "callee",
			[NT_PURPOSE_ALIAS] = "alias",
			[NT_PURPOSE_CONTACT] = "contact",
			[NT_PURPOSE_DIALOG] = "dialog"};

	return purpose > 0 && purpose < NT_PURPOSE_COUNT ? names[purpose] : "none";
}

const char *nt_token_fault_name(enum nt_token_fault fault)
{
	static const char *const names[NT_TOKEN_FAULT_COUNT] = {
			[NT_TOKEN_OK] = "ok",
			[NT_TOKEN_MALFORMED] = "malformed",
			[NT_TOKEN_KEY] = "key",
			[NT_TOKEN_FORGED] = "forged",
			[NT_TOKEN_EXPIRED] = "expired",
			[NT_TOKEN_ALIEN] = "alien"};

	return fault < NT_TOKEN_FAULT_COUNT ? names[fault] : "unknown";
}
