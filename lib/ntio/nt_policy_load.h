/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A policy from a file: this machine's interfaces, the file, its XML, and the
 * compiler, in one call.
 *
 * Blocks; opens the file and, for the interfaces, a netlink socket before it;
 * nothing else.
 */
#ifndef NT_POLICY_LOAD_H
#define NT_POLICY_LOAD_H

#include "ntio/nt_fault_print.h"
#include "ntio/nt_interfaces.h"
#include "ntio/nt_policy_file.h"

/** So many faults of one file are told; then one that says that there are more
 */
#define NT_FAULTS_TOLD 100

/** Faults are told when they are found, in the order of the file.
 * @return 0 and @p policy, owned by the caller; EINVAL (faults were told);
 * ENOMEM. Without 0, @p policy is left alone. */
int nt_policy_load(struct nt_policy **policy, const char *path,
		nt_fault_fn *fault, void *ctx);

/** The same of bytes in memory, borrowed for the call; nothing is opened.
 * @param interfaces what the word "interfaces" stands for */
int nt_policy_load_text(struct nt_policy **policy, struct nt_span text,
		const struct nt_interfaces *interfaces, nt_fault_fn *fault, void *ctx);

/** @param policy may be NULL */
void nt_policy_unload(struct nt_policy *policy);

#endif /* NT_POLICY_LOAD_H */
