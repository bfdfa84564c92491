/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What was learned of sites (nt/nt_lifetime.h), as text, to outlive a restart:
 *
 *	# comment
 *	ADDRESS KIND LIVED DIED TESTED [shared]
 *
 * ADDRESS of the site, IPv6 the first one of its /64; KIND "datagram" or
 * "stream"; LIVED and DIED in seconds, DIED 0 when nothing is known to have
 * died; TESTED in seconds of Unix time, so that what is old can be told also
 * when the machine was off.
 *
 * Pure; no allocation. The clock is the caller's.
 */
#ifndef NT_SITES_H
#define NT_SITES_H

#include "nt/nt_draft.h"

struct nt_site_known
{
	struct nt_addr addr; /**< IPv6: the last 64 bits are 0 */
	bool stream;
	bool shared;		/**< see nt_lifetime */
	uint32_t lived_s;	/**< 1 to NT_LIFETIME_MAX_S */
	uint32_t died_s;	/**< 0, or lived_s + 1 to 65535 */
	uint64_t tested_at; /**< Unix time, to NT_SITES_TIME_MAX */
};

/** To the end of the year 9999 */
#define NT_SITES_TIME_MAX 253402300799u
/** Enough for any site as a line, with NUL. What is longer is no line. */
#define NT_SITES_LINE 128
/** Faults that are told one by one; then only how many more there are */
#define NT_SITES_FAULTS 20

/** For who opens the file */
struct nt_span nt_sites_head(void);

/** One line, with its end.
 * @return the length, or 0 if @p size is too small or that could not be read
 * again (then buf holds "" when size > 0) */
size_t nt_site_print(char *buf, size_t size, const struct nt_site_known *site);

/** Told of each site that is read */
typedef void nt_sites_visit_fn(void *ctx, const struct nt_site_known *site);

/** Read. A line that has a fault is told with its number and left out; it is no
 * reason not to read the others.
 * @return how many were visited */
size_t nt_sites_parse(struct nt_span text, nt_sites_visit_fn *visit,
		void *visit_ctx, nt_fault_fn *fault, void *fault_ctx);

/** Seconds since, for nt_lifetime_restore(); 0 where the clock was set back */
static inline uint32_t nt_site_age(
		const struct nt_site_known *site, uint64_t now_unix_s)
{
	uint64_t age =
			now_unix_s > site->tested_at ? now_unix_s - site->tested_at : 0;

	return age < UINT32_MAX ? (uint32_t)age : UINT32_MAX;
}

#endif /* NT_SITES_H */
