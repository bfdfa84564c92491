/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A policy while it is being read: elements go in one by one, faults come out
 * one by one, and at the end a block of memory (nt_policy.h), or none.
 *
 * Whoever reads a file (XML, or a test that has none) calls nt_draft_open() and
 * nt_draft_close() for each element. A fault is reported and counted, and
 * reading goes on, so that one run shows them all; a draft with faults is never
 * compiled.
 *
 * The elements, their attributes and what is allowed in them are documented in
 * etc/nat-policy.rng and in the manual of nat_edge.
 *
 * Pure; memory from struct nt_mem; texts are borrowed for the call only.
 */
#ifndef NT_DRAFT_H
#define NT_DRAFT_H

#include "nt/nt_policy.h"

#define NT_POLICY_NAMESPACE "urn:kamailio:nat-policy:1"

/** Something that cannot be as it is */
struct nt_fault
{
	unsigned line;
	struct nt_span element, attribute; /**< attribute may be empty */
	struct nt_span value;
	const char *allowed; /**< what would be right */
};

/** Told of each fault when it is found */
typedef void nt_fault_fn(void *ctx, const struct nt_fault *fault);

struct nt_attr
{
	struct nt_span name, value;
};

struct nt_draft; /* opaque */

/** @param interfaces networks that the word "interfaces" stands for, borrowed
 * as long as the draft lives
 * @return a draft, or NULL (no memory) */
struct nt_draft *nt_draft_new(const struct nt_mem *mem, nt_fault_fn *fault,
		void *ctx, const struct nt_range *interfaces, size_t interface_count);
void nt_draft_free(struct nt_draft *draft);

/** An element begins, with all its attributes but xmlns.
 * @return 0; EINVAL if it had faults, which were reported; ENOMEM */
int nt_draft_open(struct nt_draft *draft, unsigned line, struct nt_span element,
		const struct nt_attr *attrs, size_t attr_count);
void nt_draft_close(struct nt_draft *draft);

/** Report a fault that the reader found itself */
void nt_draft_fault(struct nt_draft *draft, const struct nt_fault *fault);

/** So many faults were reported */
unsigned nt_draft_faults(const struct nt_draft *draft);

/** Compile. Reports what can only be seen of the whole.
 * @return 0 and @p policy, owned by the caller, to be given back to the same
 * struct nt_mem; EINVAL (faults, now or before) or ENOMEM */
int nt_draft_compile(struct nt_policy **policy, struct nt_draft *draft);

#endif /* NT_DRAFT_H */
