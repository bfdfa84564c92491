/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * STUN (RFC 8489) as far as SIP needs it to keep flows open (RFC 5626 §8): a
 * binding request out, its answer in. No credentials, no other servers.
 *
 * Pure; no allocation; what comes in is read only within its length.
 */
#ifndef NT_STUN_H
#define NT_STUN_H

#include "nt/nt_addr.h"

#define NT_STUN_ID 12
/** Bytes of a header, and of a request, which is nothing else */
#define NT_STUN_HEADER 20

struct nt_stun_answer
{
	uint8_t id[NT_STUN_ID];
	bool error;	   /**< an error response; it is an answer nevertheless */
	unsigned code; /**< 300 to 699 of an error response, or 0 */
	struct nt_endpoint mapped; /**< XOR-MAPPED-ADDRESS; not set if there is none
								*/
};

/** @return NT_STUN_HEADER, or 0 if @p size is too small */
size_t nt_stun_request(uint8_t *buf, size_t size, const uint8_t id[NT_STUN_ID]);

/** Read a binding response, success or error. Attributes that are not known are
 * passed over, those that must be understood as well: that it came is all that
 * counts. A fingerprint, if there is one, has to be right.
 * @return false: no STUN message, another kind of one, or broken; @p answer is
 * written only on success */
bool nt_stun_answer_parse(
		struct nt_stun_answer *answer, const uint8_t *data, size_t len);

#endif /* NT_STUN_H */
