/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntio/nt_policy_file.h"

#include "ntio/nt_file.h"

int nt_policy_file_read(
		struct nt_span *bytes, const char *path, nt_fault_fn *fault, void *ctx)
{
	static const struct nt_file_rules rules = {
			.max = NT_POLICY_FILE_MAX, .max_text = "1 to 16777216 bytes"};

	return nt_file_read(bytes, path, &rules, fault, ctx);
}

void nt_policy_file_drop(struct nt_span bytes)
{
	nt_file_drop(bytes);
}
