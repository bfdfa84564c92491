/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A small set of final SIP reply codes in one number: any of the classes 3xx to
 * 6xx, and up to three codes of 300 to 699.
 *
 * Pure; no allocation.
 */
#ifndef NT_CODES_H
#define NT_CODES_H

#include <stdbool.h>
#include <stdint.h>

#include "nt/nt_span.h"

/** Codes that are not said by their class */
#define NT_CODES_MAX 3

/** Enough for any set */
#define NT_CODES_TEXT 32

/** Read "none", or a list such as "408 480" or "4xx 503".
 * @return 0, or EINVAL */
int nt_codes_parse(uint32_t *codes, struct nt_span list);

/** Print it as it is read: classes first, ascending; "none".
 * @return the length, or 0 if @p size is too small */
size_t nt_codes_print(char *buf, size_t size, uint32_t codes);

bool nt_codes_have(uint32_t codes, unsigned code);

#endif /* NT_CODES_H */
