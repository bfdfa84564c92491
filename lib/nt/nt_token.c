/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_token.h"

#include <nettle/ctr.h>
#include <nettle/memops.h>

#include "nt/nt_base64.h"
#include "nt/nt_opened.h"
#include "nt/nt_token_parts.h"

/* The bytes of a token, before base64url:
 *
 *	0        1                 17
 *	+--------+-----------------+--------------------------------+
 *	| v | id | MAC of the rest | content (nt_token_parts.h),    |
 *	|        | and of byte 0   | encrypted                      |
 *	+--------+-----------------+--------------------------------+
 */
#define VERSION 1
#define MAC_AT 1
#define MAC_BYTES 16
#define CONTENT_AT (MAC_AT + MAC_BYTES)
#define RAW_MIN (CONTENT_AT + NT_CONTENT_MIN)
#define RAW_MAX (CONTENT_AT + NT_CONTENT_MAX)

_Static_assert(NT_BASE64_TEXT(RAW_MAX) < NT_TOKEN_SIZE, "any token fits");
_Static_assert(
		NT_BASE64_TEXT(CONTENT_AT + NT_CONTENT_FLOW_MAX) < NT_TOKEN_FLOW_SIZE,
		"one without text fits");
_Static_assert(NT_CONTENT_LEGS_MAX <= NT_CONTENT_MAX
					   && NT_CONTENT_LEGS_MAX <= NT_OPENED_CONTENT
					   && NT_BASE64_TEXT(CONTENT_AT + NT_CONTENT_LEGS_MAX)
								  <= NT_OPENED_TEXT,
		"both legs fit, and are remembered");

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

/* What is authenticated: byte 0 of the token, then the content in clear */
struct plain
{
	uint8_t head, content[NT_CONTENT_MAX];
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
	size_t n, len;

	if(keys->count == 0 || !nt_token_is_sound(token)) {
		if(size > 0)
			buf[0] = '\0';
		return 0;
	}
	n = nt_token_write(plain.content, token);
	raw[0] = plain.head = (uint8_t)(VERSION << 4 | key->id);
	authenticate(raw + MAC_AT, key, &plain, n);
	encrypt(raw + CONTENT_AT, plain.content, n, key, raw + MAC_AT);
	len = nt_base64_print(buf, size, raw, CONTENT_AT + n);
	if(len > 0 && keys->opened != NULL)
		nt_opened_put(keys->opened, keys->generation, nt_span_of(buf, len),
				plain.content, n);
	return len;
}

static struct nt_key *key_of(struct nt_keys *keys, uint8_t id)
{
	for(unsigned i = 0; i < keys->count; i++) {
		if(keys->key[i].id == id)
			return &keys->key[i];
	}
	return NULL;
}

static enum nt_token_fault unseal(struct plain *plain, size_t *n,
		struct nt_keys *keys, struct nt_span sealed)
{
	uint8_t raw[RAW_MAX], mac[MAC_BYTES];
	struct nt_key *key;

	if(nt_base64_parse(raw, sizeof(raw), n, sealed) != 0 || *n < RAW_MIN
			|| raw[0] >> 4 != VERSION)
		return NT_TOKEN_MALFORMED;
	key = key_of(keys, raw[0] & 15);
	if(key == NULL)
		return NT_TOKEN_KEY;
	*n -= CONTENT_AT;
	plain->head = raw[0];
	encrypt(plain->content, raw + CONTENT_AT, *n, key, raw + MAC_AT);
	authenticate(mac, key, plain, *n);
	return memeql_sec(mac, raw + MAC_AT, MAC_BYTES) ? NT_TOKEN_OK
													: NT_TOKEN_FORGED;
}

enum nt_token_fault nt_token_open(struct nt_token *token, char *text,
		struct nt_keys *keys, struct nt_span sealed, enum nt_purpose purpose)
{
	enum nt_token_fault fault;
	struct plain plain;
	size_t n = 0;

	if(keys->opened != NULL)
		n = nt_opened_get(
				keys->opened, keys->generation, sealed, plain.content);
	if(n == 0) {
		fault = unseal(&plain, &n, keys, sealed);
		if(fault != NT_TOKEN_OK)
			return fault;
		if(keys->opened != NULL)
			nt_opened_put(
					keys->opened, keys->generation, sealed, plain.content, n);
	}
	/* the same as of one that was changed: who tries learns nothing */
	if(nt_token_purpose(plain.content) != purpose)
		return NT_TOKEN_FORGED;
	return nt_token_read(token, text, plain.content, n) ? NT_TOKEN_OK
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
			[NT_PURPOSE_DIALOG] = "dialog",
			[NT_PURPOSE_LEGS] = "legs"};

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
