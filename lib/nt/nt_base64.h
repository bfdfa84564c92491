/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Bytes as text that fits into a URI: base64url without padding (RFC 4648 §5).
 *
 * One text for each value: what has padding, white space, bits that belong to
 * no byte or an impossible length is not read. So two texts that differ are two
 * values. Pure; no allocation. Not for secrets: tables are looked up by value.
 */
#ifndef NT_BASE64_H
#define NT_BASE64_H

#include <stdint.h>

#include "nt/nt_span.h"

/** Characters for @p n bytes, without a NUL */
#define NT_BASE64_TEXT(n) (((n)*4 + 2) / 3)

/** @return the length without the NUL behind it, or 0 if @p size is too small
 * (then buf holds "" when size > 0) or there is nothing to write */
size_t nt_base64_print(char *buf, size_t size, const uint8_t *bytes, size_t n);

/** @return 0 and the number of bytes in @p n, or EINVAL (also when they are
 * more than @p size); @p n is written only on success, @p bytes may be */
int nt_base64_parse(
		uint8_t *bytes, size_t size, size_t *n, struct nt_span text);

#endif /* NT_BASE64_H */
