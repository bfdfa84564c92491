/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Tokens that were sealed or opened lately, by whatever process: what they
 * hold, so that the next one who meets them need not open them again.
 *
 * Only what is authentic is put in, and only the same text, byte by byte, finds
 * it again, under the same keys: to believe an entry is to believe the one who
 * opened it. A token that is sealed is mostly met again within seconds.
 *
 * A table in memory that processes share. No locks: who writes to a place marks
 * it, who reads looks whether it was marked meanwhile, and either gives up
 * without waiting. The newest takes its place from whoever has it. The time of
 * a look-up tells nothing of what is in the table but whether the text is.
 *
 * Pure; no allocation; no clock.
 */
#ifndef NT_OPENED_H
#define NT_OPENED_H

#include <stdbool.h>
#include <stdint.h>

#include "nt/nt_span.h"

/** What is longer is not kept */
#define NT_OPENED_TEXT 152
#define NT_OPENED_CONTENT 96

struct nt_opened;

/** Bytes for a table of @p count places, which must be a power of two */
size_t nt_opened_bytes(uint32_t count);

/** Make a table of that memory, which must be aligned for any type */
struct nt_opened *nt_opened_init(void *memory, uint32_t count);

/** @param keys which keys: another number, and nothing is found
 * @param content room for NT_OPENED_CONTENT bytes
 * @return the number of bytes in @p content, or 0: not there */
size_t nt_opened_get(const struct nt_opened *t, uint32_t keys,
		struct nt_span sealed, uint8_t content[NT_OPENED_CONTENT]);

void nt_opened_put(struct nt_opened *t, uint32_t keys, struct nt_span sealed,
		const uint8_t *content, size_t n);

#endif /* NT_OPENED_H */
