/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Policies of any size, to see what size costs. */
#ifndef BENCH_POLICY_H
#define BENCH_POLICY_H

#include <stddef.h>

struct bench_size
{
	size_t prefixes, domains; /**< both 0: the module's parameters */
};

/** Have a policy of this size in force. Aborts on failure. */
void bench_policy_use(struct bench_size size);

#endif /* BENCH_POLICY_H */
