/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_keyring.h"

#include <errno.h>

#include <nettle/memops.h>
#define ID_MAX 15
#define SECRET_TEXT ((size_t)2 * NT_KEY_BYTES)

static const char head[] =
		"# Keys of nat_edge: secret, for the server alone. The first one seals,"
		" both open.\n"
		"# Written by the RPC commands of nat_edge; after a change by hand: "
		"nat_edge.key_reload\n"
		"# id, secret, created (Unix time)\n";

static const char hex[] = "0123456789abcdef";

static char *print_hex(char *p, const uint8_t *bytes, size_t n)
{
	for(size_t i = 0; i < n; i++) {
		*p++ = hex[bytes[i] >> 4];
		*p++ = hex[bytes[i] & 15];
	}
	return p;
}

void nt_key_fingerprint(
		char text[NT_FINGERPRINT_TEXT], const struct nt_secret *secret)
{
	static const struct nt_span label =
			NT_SPAN_INIT("nat_edge key: fingerprint");
	struct hmac_sha256_ctx hmac;
	uint8_t hash[(NT_FINGERPRINT_TEXT - 1) / 2];

	hmac_sha256_set_key(&hmac, NT_KEY_BYTES, secret->bytes);
	hmac_sha256_update(&hmac, label.len, (const uint8_t *)label.p);
	hmac_sha256_digest(&hmac, sizeof(hash), hash);
	*print_hex(text, hash, sizeof(hash)) = '\0';
	explicit_bzero(&hmac, sizeof(hmac));
}

static char *print_number(char *p, uint64_t n)
{
	char digits[20];
	size_t len = 0;

	do
		digits[len++] = (char)('0' + n % 10);
	while((n /= 10) != 0);
	while(len > 0)
		*p++ = digits[--len];
	return p;
}

/* "15 ", the secret, " ", 20 digits, "\n" */
#define LINE_MAX (3 + 2 * NT_KEY_BYTES + 1 + 20 + 1)
_Static_assert(sizeof(head) + (size_t)NT_KEYS * LINE_MAX <= NT_KEYRING_TEXT,
		"any ring fits");

size_t nt_keyring_print(char *buf, size_t size, const struct nt_keyring *ring)
{
	char *p = buf;

	if(size < sizeof(head) + (size_t)ring->count * LINE_MAX
			|| ring->count == 0) {
		if(size > 0)
			buf[0] = '\0';
		return 0;
	}
	memcpy(p, head, sizeof(head) - 1);
	p += sizeof(head) - 1;
	for(unsigned i = 0; i < ring->count; i++) {
		p = print_number(p, ring->key[i].id);
		*p++ = ' ';
		p = print_hex(p, ring->key[i].bytes, NT_KEY_BYTES);
		*p++ = ' ';
		p = print_number(p, ring->key[i].created_s);
		*p++ = '\n';
	}
	*p = '\0';
	return (size_t)(p - buf);
}

struct reader
{
	struct nt_keyring ring;
	nt_fault_fn *fault;
	void *ctx;
	unsigned line;
	unsigned keys; /* lines that should be keys */
	unsigned faults;
	char shown[32]; /* of the last fault */
};

static void refuse(struct reader *r, const char *what, struct nt_span value,
		const char *allowed)
{
	struct nt_fault f = {.line = r->line,
			.element = NT_SPAN("key"),
			.attribute = nt_span_cstr(what),
			.value = value,
			.allowed = allowed};

	r->faults++;
	r->fault(r->ctx, &f);
}

/* A long word may be a secret in the wrong place, or a part of one */
static struct nt_span shown(struct reader *r, struct nt_span word)
{
	static const struct nt_span words = NT_SPAN_INIT(" characters");
	char *p;

	if(word.len <= 12)
		return word;
	p = print_number(r->shown, word.len);
	memcpy(p, words.p, words.len);
	return nt_span_of(r->shown, (size_t)(p - r->shown) + words.len);
}

static int digit_of(char c)
{
	const char *at = c != '\0' ? strchr(hex, nt_lower(c)) : NULL;

	return at != NULL ? (int)(at - hex) : -1;
}

static bool parse_secret(uint8_t bytes[NT_KEY_BYTES], struct nt_span word)
{
	for(size_t i = 0; i < NT_KEY_BYTES; i++) {
		int high = digit_of(word.p[2 * i]), low = digit_of(word.p[2 * i + 1]);

		if(high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* Not made by a person: "000...", "0123...", "abab..." */
static bool looks_made_up(const uint8_t bytes[NT_KEY_BYTES])
{
	unsigned different = 0;

	for(unsigned i = 0; i < NT_KEY_BYTES; i++) {
		unsigned before = 0;

		while(before < i && bytes[before] != bytes[i])
			before++;
		different += before == i;
	}
	/* of random ones 30; fewer than 16 once in 10^14 */
	return different < 16;
}

static void take_secret(
		struct reader *r, uint8_t bytes[NT_KEY_BYTES], struct nt_span word)
{
	static const char what[] = "64 hex digits, made at random as by: "
							   "openssl rand -hex 32";

	if(word.len != SECRET_TEXT)
		refuse(r, "secret", shown(r, word), what);
	else if(!parse_secret(bytes, word))
		refuse(r, "secret", NT_SPAN("a character that is no hex digit"), what);
	else if(looks_made_up(bytes))
		refuse(r, "secret", NT_SPAN("few different bytes"), what);
	else
		return;
	memset(bytes, 0, NT_KEY_BYTES);
}

static void take_words(struct reader *r, const struct nt_span words[3])
{
	struct nt_secret key = {.id = 0};
	unsigned long id = 0, created = 0;
	unsigned before = r->faults;

	if(nt_span_number(&id, words[0], ID_MAX) != 0)
		refuse(r, "id", shown(r, words[0]), "0 to 15");
	else if(r->ring.count == 1 && r->ring.key[0].id == id)
		refuse(r, "id", words[0], "another one for each key");
	take_secret(r, key.bytes, words[1]);
	if(nt_span_number(&created, words[2], NT_CREATED_MAX) != 0)
		refuse(r, "created", shown(r, words[2]),
				"seconds since 1970, 0 to 253402300799");
	key.id = (uint8_t)id;
	key.created_s = created;
	if(r->faults == before && r->ring.count == 1
			&& memeql_sec(r->ring.key[0].bytes, key.bytes, NT_KEY_BYTES))
		refuse(r, "secret", NT_SPAN("that of the other key"),
				"another one for each key");
	if(r->faults == before)
		r->ring.key[r->ring.count++] = key;
	explicit_bzero(&key, sizeof(key));
}

static void take_line(struct reader *r, struct nt_span line)
{
	struct nt_span words[4], word;
	size_t count = 0;

	line = nt_span_trim(line);
	if(line.len == 0 || line.p[0] == '#' || ++r->keys > NT_KEYS + 1)
		return;
	while(count < 4 && nt_span_word(&line, &word))
		words[count++] = word;
	if(r->keys > NT_KEYS)
		refuse(r, "", NT_SPAN("another key"), "two keys at most");
	else if(count != 3)
		refuse(r, "",
				count < 3 ? NT_SPAN("too few words")
						  : NT_SPAN("too many words"),
				"id, secret and time of creation: ID HEX64 SECONDS");
	else
		take_words(r, words);
}

int nt_keyring_parse(struct nt_keyring *ring, struct nt_span text,
		nt_fault_fn *fault, void *ctx)
{
	struct reader r = {.fault = fault, .ctx = ctx};
	struct nt_span line;
	int err;

	while(nt_span_line(&text, &line)) {
		r.line++;
		take_line(&r, line);
	}
	r.line = 0;
	if(r.keys == 0)
		refuse(&r, "", NT_SPAN("no key"),
				"one or two, each in a line: ID HEX64 SECONDS");
	err = r.faults == 0 ? 0 : EINVAL;
	if(err == 0)
		*ring = r.ring;
	nt_keyring_wipe(&r.ring);
	return err;
}
