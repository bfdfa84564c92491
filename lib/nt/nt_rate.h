/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * So many of something a second, for all processes together, and a count of
 * what was held back (T30).
 *
 * Lives in memory that all share, all zero at first. Lock-free; no clock: the
 * caller says which second it is.
 */
#ifndef NT_RATE_H
#define NT_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct nt_rate
{
	uint64_t window;	/**< ATOMIC; its second << 32 | how many passed in it */
	uint32_t held_back; /**< ATOMIC; since the last one that passed */
};

/** May one more pass in second @p now?
 * @return true and @p held_back, how many were held back before it and are
 * forgotten now; or false: it is held back */
bool nt_rate_pass(
		struct nt_rate *rate, uint32_t now, uint32_t most, uint32_t *held_back);

/** How many were held back in seconds that are over; forgets them */
uint32_t nt_rate_rest(struct nt_rate *rate, uint32_t now);

#endif /* NT_RATE_H */
