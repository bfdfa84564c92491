/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_expiry.h"

#include <errno.h>

#define JITTER_MAX 50
#define LONGEST (NT_EXPIRY_NONE - 1)

static bool is_digits(struct nt_span s)
{
	for(size_t i = 0; i < s.len; i++) {
		if(s.p[i] < '0' || s.p[i] > '9')
			return false;
	}
	return s.len > 0;
}

int nt_expiry_parse(uint32_t *seconds, struct nt_span value)
{
	unsigned long n;

	if(!is_digits(value))
		return EINVAL;
	/* a valid number is refused for its size only */
	*seconds = nt_span_number(&n, value, LONGEST) == 0 ? (uint32_t)n : LONGEST;
	return 0;
}

uint32_t nt_expiry_read(struct nt_span value)
{
	uint32_t seconds;

	return nt_expiry_parse(&seconds, value) == 0 ? seconds
												 : NT_EXPIRY_MALFORMED;
}

uint32_t nt_expiry_limit(uint32_t max, unsigned jitter, uint64_t chance)
{
	uint64_t range;

	if(max == 0)
		return NT_EXPIRY_NONE;
	if(jitter > JITTER_MAX)
		jitter = JITTER_MAX;
	range = (uint64_t)max * jitter / 100;
	return max - (uint32_t)(chance % (range + 1));
}
