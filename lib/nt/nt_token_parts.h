/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside of a token: its content in clear. For nt_token*.c only. */
#ifndef NT_TOKEN_PARTS_H
#define NT_TOKEN_PARTS_H

#include "nt/nt_token.h"

/*	+--------+---------+---------------+---------------------+
 *	| flags  | binding | local, remote | [connection, epoch] |  a flow
 *	+--------+---------+---------------+---------------------+
 *	| flags  |         | local, remote | [connection, epoch] |  LEGS: the other
 *	+--------+---------+---------------+---------------------+
 *	| text                                                   |  all others
 *	+--------------------------------------------------------+
 *
 * flags: bits 0-2 purpose (0 in the second), 3-5 transport, 6 IPv6, 7 spare.
 * Numbers in network order; an address is 4 or 16 bytes, its port 2; connection
 * and epoch are there on streams. */
#define NT_CONTENT_WAY_MAX (1 + 2 * (16 + 2) + 8)
#define NT_CONTENT_MIN (1 + 4 + 2 * (4 + 2))
#define NT_CONTENT_FLOW_MAX (NT_CONTENT_WAY_MAX + 4)
#define NT_CONTENT_LEGS_MAX (NT_CONTENT_FLOW_MAX + NT_CONTENT_WAY_MAX)
#define NT_CONTENT_MAX (NT_CONTENT_FLOW_MAX + NT_TOKEN_TEXT_MAX)

/** @return is it a token that may be written and believed? The same rules on
 * both sides. */
bool nt_token_is_sound(const struct nt_token *token);

/** Of a sound token. @return its length */
size_t nt_token_write(
		uint8_t content[NT_CONTENT_MAX], const struct nt_token *token);

/** The purpose of content that is there */
static inline enum nt_purpose nt_token_purpose(const uint8_t *content)
{
	return content[0] & 7;
}

/** Only of content that is authentic: what does not fit here was written by
 * another program with our keys.
 * @return false: neither @p token nor @p text is changed */
bool nt_token_read(
		struct nt_token *token, char *text, const uint8_t *content, size_t n);

#endif /* NT_TOKEN_PARTS_H */
