/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_ping.h"

#include <endian.h>
#include <nettle/memops.h>

#include "nt/nt_base64.h"

/* The bytes of a tag, before base64url; numbers in network order. Twelve bytes
 * are sixteen characters, so that the hash has characters of its own:
 *
 *	0      4      8          12         20
 *	+------+------+----------+----------+
 *	| flow | life | sequence | hash     |
 *	+------+------+----------+----------+
 *
 * and those of a STUN transaction id (RFC 8489 §5: to be as good as random),
 * where all before the hash is hidden by what the hash makes of a key:
 *
 *	0      4      6          7          12
 *	+------+------+----------+----------+
 *	| flow | life | sequence | hash     |
 *	+------+------+----------+----------+
 */
#define HASH_AT 12
#define TAG_BYTES 20
#define ID_HASH_AT 7
#define ID_BYTES 12

_Static_assert(NT_BASE64_TEXT(TAG_BYTES) == NT_PING_TAG_CHARS, "as promised");
_Static_assert(NT_PING_TAG_CHARS < NT_PING_TAG_TEXT, "with NUL");

/* What is hashed, so that a hash for one use is none for another */
enum use
{
	USE_TEXT = 1,
	USE_ID = 2,
	USE_HIDE = 3
};

static uint64_t hash_of(const struct nt_hash_key *key, enum use use,
		uint64_t number, uint32_t rest)
{
	struct nt_hash h;

	nt_hash_begin(&h, key);
	nt_hash_add_number(&h, number);
	nt_hash_add_number(&h, (uint64_t)use << 32 | rest);
	return nt_hash_end(&h);
}

static uint64_t hash_of_tag(const struct nt_hash_key *key, enum use use,
		const struct nt_ping_tag *tag)
{
	return hash_of(
			key, use, (uint64_t)tag->life << 32 | tag->flow, tag->sequence);
}

static void put32(uint8_t *p, uint32_t v)
{
	v = htobe32(v);
	memcpy(p, &v, sizeof(v));
}

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return be32toh(v);
}

size_t nt_ping_tag_print(char *buf, size_t size, const struct nt_hash_key *key,
		const struct nt_ping_tag *tag)
{
	uint8_t bytes[TAG_BYTES];
	uint64_t hash = htobe64(hash_of_tag(key, USE_TEXT, tag));

	put32(bytes, tag->flow);
	put32(bytes + 4, tag->life);
	put32(bytes + 8, tag->sequence);
	memcpy(bytes + HASH_AT, &hash, sizeof(hash));
	return nt_base64_print(buf, size, bytes, sizeof(bytes));
}

bool nt_ping_tag_parse(struct nt_ping_tag *tag, const struct nt_hash_key *key,
		struct nt_span text)
{
	uint8_t bytes[TAG_BYTES];
	struct nt_ping_tag got;
	uint64_t hash;
	size_t n;

	if(!nt_ping_may_be_tag(text)
			|| nt_base64_parse(bytes, sizeof(bytes), &n, text) != 0)
		return false;
	got.flow = get32(bytes);
	got.life = get32(bytes + 4);
	got.sequence = get32(bytes + 8);
	hash = htobe64(hash_of_tag(key, USE_TEXT, &got));
	if(!memeql_sec(bytes + HASH_AT, &hash, sizeof(hash)))
		return false;
	*tag = got;
	return true;
}

static void hide(uint8_t id[ID_BYTES], const struct nt_hash_key *key)
{
	uint64_t seen = 0, mask;

	memcpy(&seen, id + ID_HASH_AT, ID_BYTES - ID_HASH_AT);
	mask = htole64(hash_of(key, USE_HIDE, le64toh(seen), 0));
	memxor(id, (const uint8_t *)&mask, ID_HASH_AT);
}

/* Its hash alone, in five bytes */
static void sign(uint8_t *p, const struct nt_hash_key *key,
		const struct nt_ping_tag *tag)
{
	uint64_t hash = htobe64(hash_of_tag(key, USE_ID, tag));

	memcpy(p, &hash, ID_BYTES - ID_HASH_AT);
}

void nt_ping_stun_id(uint8_t id[12], const struct nt_hash_key *key,
		const struct nt_ping_tag *tag)
{
	struct nt_ping_tag cut = {
			tag->flow, (uint16_t)tag->life, (uint8_t)tag->sequence};

	put32(id, cut.flow);
	id[4] = (uint8_t)(cut.life >> 8);
	id[5] = (uint8_t)cut.life;
	id[6] = (uint8_t)cut.sequence;
	sign(id + ID_HASH_AT, key, &cut);
	hide(id, key);
}

bool nt_ping_stun_id_parse(struct nt_ping_tag *tag,
		const struct nt_hash_key *key, const uint8_t id[12])
{
	uint8_t clear[ID_BYTES], hash[ID_BYTES - ID_HASH_AT];
	struct nt_ping_tag got;

	memcpy(clear, id, sizeof(clear));
	hide(clear, key);
	got.flow = get32(clear);
	got.life = (uint32_t)clear[4] << 8 | clear[5];
	got.sequence = clear[6];
	sign(hash, key, &got);
	if(!memeql_sec(hash, id + ID_HASH_AT, sizeof(hash)))
		return false;
	*tag = got;
	return true;
}
