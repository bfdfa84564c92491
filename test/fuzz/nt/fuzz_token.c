/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a token, as the content of an authentic token, and as a flow to
 * be sealed. What opens is what sealing it again gives, to the character; what
 * does not leaves everything as it was. */
#include <nettle/ctr.h>
#include <stdio.h>
#include <stdlib.h>

#include "nt/nt_base64.h"
#include "nt/nt_opened.h"
#include "nt/nt_token.h"
#include "nt_must.h"

static struct nt_keys keys;
static uint64_t memory[2048];

static void make_keys(void)
{
	uint8_t secret[NT_KEY_BYTES] = {1};

	keys.count = 2;
	nt_key_set(&keys.key[0], 5, secret);
	secret[0]++;
	nt_key_set(&keys.key[1], 6, secret);
	NT_MUST(nt_opened_bytes(16) <= sizeof(memory));
	nt_opened_init(memory, 16);
}

/* With what was opened before at hand it comes to the same, twice */
static void check_remembered(
		struct nt_span sealed, enum nt_purpose purpose, bool opens)
{
	char text[NT_TOKEN_TEXT_MAX];
	struct nt_token token;

	keys.opened = (struct nt_opened *)memory;
	for(int i = 0; i < 2; i++)
		NT_MUST((nt_token_open(&token, text, &keys, sealed, purpose)
						== NT_TOKEN_OK)
				== opens);
	keys.opened = NULL;
}

/* @return whether it opened */
static bool check_open(struct nt_span sealed, enum nt_purpose purpose)
{
	char *text = malloc(NT_TOKEN_TEXT_MAX), again[NT_TOKEN_SIZE];
	struct nt_token token = {.binding = 0xdeadbeef}, before = token;
	enum nt_token_fault fault;
	bool ok;

	NT_MUST(text != NULL);
	text[0] = '~';
	fault = nt_token_open(&token, text, &keys, sealed, purpose);
	NT_MUST(fault < NT_TOKEN_EXPIRED);
	ok = fault == NT_TOKEN_OK;
	if(ok) {
		NT_MUST(token.purpose == purpose);
		NT_MUST(nt_token_seal(again, sizeof(again), &keys, &token)
				== sealed.len);
		NT_MUST(memcmp(again, sealed.p, sealed.len) == 0);
	} else {
		NT_MUST(memcmp(&token, &before, sizeof(token)) == 0 && text[0] == '~');
	}
	free(text);
	check_remembered(sealed, purpose, ok);
	return ok;
}

/* Nothing that comes from outside can verify */
static void check_text(struct nt_span text)
{
	struct nt_keys none = {.count = 0};
	struct nt_token token;
	char room[NT_TOKEN_TEXT_MAX];
	uint8_t bytes[NT_TOKEN_SIZE];
	char again[NT_TOKEN_SIZE + 4];
	size_t n;

	for(int purpose = 1; purpose < NT_PURPOSE_COUNT; purpose++)
		NT_MUST(!check_open(text, (enum nt_purpose)purpose));
	NT_MUST(nt_token_open(&token, room, &none, text, NT_PURPOSE_PATH)
			!= NT_TOKEN_OK);
	if(text.len >= NT_TOKEN_SIZE
			|| nt_base64_parse(bytes, sizeof(bytes), &n, text) != 0)
		return;
	NT_MUST(nt_base64_print(again, sizeof(again), bytes, n) == text.len);
	NT_MUST(text.len == 0 || memcmp(again, text.p, text.len) == 0);
}

/* Sealed with our key whatever it is */
static void check_content(struct nt_span content)
{
	uint8_t raw[NT_TOKEN_SIZE], counter[16];
	char buf[NT_TOKEN_SIZE * 2];
	struct nt_key *key = &keys.key[0];
	struct nt_span sealed;

	if(content.len == 0 || content.len > sizeof(raw) - 17)
		return;
	raw[0] = 0x15;
	hmac_sha256_update(&key->mac, 1, raw);
	hmac_sha256_update(&key->mac, content.len, (const uint8_t *)content.p);
	hmac_sha256_digest(&key->mac, 16, raw + 1);
	memcpy(counter, raw + 1, 16);
	ctr_crypt(&key->cipher, (nettle_cipher_func *)aes128_encrypt, 16, counter,
			content.len, raw + 17, (const uint8_t *)content.p);
	sealed = nt_span_of(
			buf, nt_base64_print(buf, sizeof(buf), raw, 17 + content.len));
	for(int purpose = 1; purpose < NT_PURPOSE_COUNT; purpose++)
		check_open(sealed, (enum nt_purpose)purpose);
}

static void take(void *to, size_t size, struct nt_span *from)
{
	size_t n = size < from->len ? size : from->len;

	memset(to, 0, size);
	if(n > 0)
		memcpy(to, from->p, n);
	from->p += n;
	from->len -= n;
}

static void check_flow(struct nt_span in)
{
	struct nt_token token = {.binding = 0};
	uint8_t head[4], local[16], remote[16];
	char buf[NT_TOKEN_SIZE];
	size_t n;

	take(head, sizeof(head), &in);
	take(local, sizeof(local), &in);
	take(remote, sizeof(remote), &in);
	take(&token.flow.local.port, 2, &in);
	take(&token.flow.remote.port, 2, &in);
	take(&token.binding, 4, &in);
	take(&token.flow.connection, 4, &in);
	take(&token.flow.epoch, 4, &in);
	token.purpose = head[0] & 7;
	token.flow.transport = head[1] & 7;
	token.flow.local.addr =
			head[2] & 1 ? nt_addr_ipv6(local) : nt_addr_ipv4(local);
	token.flow.remote.addr =
			head[2] & 2 ? nt_addr_ipv6(remote) : nt_addr_ipv4(remote);
	token.other = token.flow;
	if(head[1] & 8)
		token.other.transport = head[1] >> 4 & 7;
	token.text = head[1] & 0x80 ? NT_SPAN("") : in;
	n = nt_token_seal(buf, sizeof(buf), &keys, &token);
	NT_MUST(buf[n] == '\0');
	if(n == 0)
		return;
	NT_MUST(check_open(nt_span_of(buf, n), token.purpose));
	NT_MUST(nt_token_seal(buf, head[3], &keys, &token)
			== (head[3] > n ? n : 0));
	/* whatever byte is changed, and whatever into */
	if(head[3] < n) {
		buf[head[3]] ^= (char)(token.binding | 1);
		for(int purpose = 1; purpose < NT_PURPOSE_COUNT; purpose++)
			NT_MUST(!check_open(nt_span_of(buf, n), (enum nt_purpose)purpose));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size);
	struct nt_span text = nt_span_of(copy, size);

	NT_MUST(copy != NULL || size == 0);
	if(size > 0)
		memcpy(copy, data, size);
	if(keys.count == 0)
		make_keys();
	check_text(text);
	check_content(text);
	check_flow(text);
	nt_binding(text, nt_span_of(copy, size / 2));
	free(copy);
	return 0;
}
