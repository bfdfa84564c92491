/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * How long a registration lasts: the numbers of Expires and ;expires=, and what
 * a client behind a NAT is told instead of what the registrar granted.
 *
 * Pure; no allocation; no clock: what time it is, in seconds that need not be
 * those of a calendar, comes as an argument.
 */
#ifndef NT_EXPIRY_H
#define NT_EXPIRY_H

#include <stdint.h>

#include "nt/nt_span.h"

/** No limit, and "nothing was said of it" */
#define NT_EXPIRY_NONE UINT32_MAX

/** What a number that cannot be read stands for (RFC 3261 §20.10) */
#define NT_EXPIRY_MALFORMED 3600

/** Upstream must be good for longer than the client is told by this much, so
 * that the refresh which then goes through has time for all its retransmissions
 * and a challenge: 64 * T1 (RFC 3261 §17.1.2.2) */
#define NT_EXPIRY_MARGIN 32

/** Digits only; more than 2^32 - 2 is that.
 * @return 0, or EINVAL */
int nt_expiry_parse(uint32_t *seconds, struct nt_span value);

/** The same, for who has to make something of anything */
uint32_t nt_expiry_read(struct nt_span value);

/** The limit of one client: up to @p jitter percent (0 to 50) below @p max, by
 * @p chance, any 64 bits; so that clients do not come back together. Never 0.
 * @p max 0: NT_EXPIRY_NONE. */
uint32_t nt_expiry_limit(uint32_t max, unsigned jitter, uint64_t chance);

/** What a client is told: the least of what upstream granted, what the client
 * asked for (NT_EXPIRY_NONE: nothing), and its limit. 0 stays 0. */
static inline uint32_t nt_expiry_told(
		uint32_t granted, uint32_t asked, uint32_t limit)
{
	uint32_t told = granted < limit ? granted : limit;

	return asked != 0 && asked < told ? asked : told;
}

/** What is left at @p now of @p seconds that began at @p since. A clock that
 * went back says that nothing is left: better one refresh too many. */
static inline uint32_t nt_expiry_left(
		uint32_t seconds, uint64_t since, uint64_t now)
{
	return now >= since && now - since < seconds
				   ? seconds - (uint32_t)(now - since)
				   : 0;
}

#endif /* NT_EXPIRY_H */
