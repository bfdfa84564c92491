/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_keyring.h"

#include <errno.h>

#include <nettle/memops.h>

#define ID_MAX 15

static bool has_id(const struct nt_keyring *ring, uint8_t id)
{
	for(unsigned i = 0; i < ring->count; i++) {
		if(ring->key[i].id == id)
			return true;
	}
	return false;
}

/* Younger than all others whatever the clock says, and of the next free id */
static struct nt_secret next_of(const struct nt_keyring *ring,
		const uint8_t random[NT_KEY_RANDOM], uint64_t now_s)
{
	struct nt_secret made = {.created_s = now_s};
	const struct nt_secret *youngest = &ring->key[0];

	memcpy(made.bytes, random, sizeof(made.bytes));
	if(ring->count == 0) {
		made.id = random[NT_KEY_BYTES] & ID_MAX;
		return made;
	}
	if(nt_keyring_is_prepared(ring))
		youngest = &ring->key[1];
	if(made.created_s <= youngest->created_s)
		made.created_s = youngest->created_s + 1;
	made.id = youngest->id;
	do
		made.id = (made.id + 1) & ID_MAX;
	while(has_id(ring, made.id));
	return made;
}

void nt_keyring_begin(struct nt_keyring *ring,
		const uint8_t random[NT_KEY_RANDOM], uint64_t now_s)
{
	ring->count = 0;
	ring->key[0] = next_of(ring, random, now_s);
	ring->count = 1;
}

bool nt_keyring_is_prepared(const struct nt_keyring *ring)
{
	return ring->count == 2 && ring->key[1].created_s > ring->key[0].created_s;
}

int nt_keyring_rotate(struct nt_keyring *ring,
		const uint8_t random[NT_KEY_RANDOM], uint64_t now_s)
{
	struct nt_secret made;

	if(nt_keyring_is_prepared(ring))
		return EEXIST;
	made = next_of(ring, random, now_s);
	if(ring->count > 0)
		ring->key[1] = ring->key[0];
	ring->key[0] = made;
	ring->count = ring->count > 0 ? 2 : 1;
	explicit_bzero(&made, sizeof(made));
	return 0;
}

int nt_keyring_prepare(struct nt_keyring *ring,
		const uint8_t random[NT_KEY_RANDOM], uint64_t now_s)
{
	if(nt_keyring_is_prepared(ring))
		return EEXIST;
	ring->key[1] = next_of(ring, random, now_s);
	ring->count = 2;
	return 0;
}

int nt_keyring_activate(struct nt_keyring *ring)
{
	struct nt_secret first = ring->key[0];

	if(!nt_keyring_is_prepared(ring))
		return ENOENT;
	ring->key[0] = ring->key[1];
	ring->key[1] = first;
	explicit_bzero(&first, sizeof(first));
	return 0;
}

static bool same(const struct nt_secret *a, const struct nt_secret *b)
{
	return a->id == b->id && memeql_sec(a->bytes, b->bytes, NT_KEY_BYTES);
}

bool nt_keyring_has(
		const struct nt_keyring *ring, const struct nt_secret *secret)
{
	for(unsigned i = 0; i < ring->count; i++) {
		if(same(&ring->key[i], secret))
			return true;
	}
	return false;
}

bool nt_keyring_eq(const struct nt_keyring *a, const struct nt_keyring *b)
{
	if(a->count != b->count)
		return false;
	for(unsigned i = 0; i < a->count; i++) {
		if(!same(&a->key[i], &b->key[i])
				|| a->key[i].created_s != b->key[i].created_s)
			return false;
	}
	return true;
}

void nt_keyring_ready(struct nt_keys *keys, const struct nt_keyring *ring)
{
	nt_keys_wipe(keys);
	keys->count = ring->count;
	for(unsigned i = 0; i < ring->count; i++)
		nt_key_set(&keys->key[i], ring->key[i].id, ring->key[i].bytes);
}

void nt_keyring_wipe(struct nt_keyring *ring)
{
	explicit_bzero(ring, sizeof(*ring));
}
