/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The secrets behind flow tokens: what a key file says, and how they follow one
 * another.
 *
 * There are two at most, and the first one seals. A server on its own rotates:
 * a new key comes first, the one before it still opens. Servers that share
 * their keys must all know a key before one of them seals with it, so there it
 * takes two steps: a key is prepared (it comes second, and opens), the file is
 * copied, then it is activated (the two change places). Which of the two a
 * second key is, is told by its age: a prepared one is younger than the first.
 *
 * A file is text, one key a line, first the one that seals:
 *
 *	# comment
 *	ID SECRET CREATED
 *
 * ID 0 to 15, SECRET 64 hex digits, CREATED in seconds of Unix time.
 *
 * Pure; no allocation. Copies of secrets belong to the caller, who wipes them.
 */
#ifndef NT_KEYRING_H
#define NT_KEYRING_H

#include "nt/nt_draft.h"
#include "nt/nt_token.h"

struct nt_secret
{
	uint8_t id; /**< 0 to 15 */
	uint8_t bytes[NT_KEY_BYTES];
	uint64_t created_s; /**< Unix time */
};

struct nt_keyring
{
	unsigned count; /**< 1 or 2; 0: nothing yet */
	struct nt_secret key[NT_KEYS];
};

/** Enough for any ring as text, with NUL */
#define NT_KEYRING_TEXT 512
/** "0123456789abcdef" and NUL */
#define NT_FINGERPRINT_TEXT 17
/** Seconds that a file may say: to the end of the year 9999 */
#define NT_CREATED_MAX 253402300799u

/** What rotation needs of the random generator: a secret, and where ids begin
 */
#define NT_KEY_RANDOM (NT_KEY_BYTES + 1)

/** Read. All faults are told, each with its line; none holds a secret, nor what
 * could be one.
 * @return 0, or EINVAL; @p ring is written only on success */
int nt_keyring_parse(struct nt_keyring *ring, struct nt_span text,
		nt_fault_fn *fault, void *ctx);

/** Write, with comments for whoever opens the file.
 * @return the length, or 0 if @p size is too small or there is no key */
size_t nt_keyring_print(char *buf, size_t size, const struct nt_keyring *ring);

/** The first key of all. Its id is random, so that servers that should share a
 * file and do not are told from forgers. */
void nt_keyring_begin(struct nt_keyring *ring,
		const uint8_t random[NT_KEY_RANDOM], uint64_t now_s);

/** Is the second key one that will seal later? */
bool nt_keyring_is_prepared(const struct nt_keyring *ring);

/** A new key that seals at once; the first becomes the second.
 * @return 0; EEXIST if one is prepared, which others may know already */
int nt_keyring_rotate(struct nt_keyring *ring,
		const uint8_t random[NT_KEY_RANDOM], uint64_t now_s);

/** A new key that only opens for now, in place of the second one.
 * @return 0; EEXIST if one is prepared */
int nt_keyring_prepare(struct nt_keyring *ring,
		const uint8_t random[NT_KEY_RANDOM], uint64_t now_s);

/** The prepared key seals. @return 0; ENOENT if none is prepared */
int nt_keyring_activate(struct nt_keyring *ring);

bool nt_keyring_eq(const struct nt_keyring *a, const struct nt_keyring *b);

/** Does @p ring have this secret under this id? */
bool nt_keyring_has(
		const struct nt_keyring *ring, const struct nt_secret *secret);

/** Make it ready for sealing and opening */
void nt_keyring_ready(struct nt_keys *keys, const struct nt_keyring *ring);

void nt_keyring_wipe(struct nt_keyring *ring);

/** Tells secrets apart without telling them: 64 bits of a hash that is used for
 * nothing else */
void nt_key_fingerprint(
		char text[NT_FINGERPRINT_TEXT], const struct nt_secret *secret);

#endif /* NT_KEYRING_H */
