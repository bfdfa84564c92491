/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Loads policy files, one after the other, and prints their faults. Ends with 0
 * if all of them could be loaded, else with 1. */
#include <errno.h>
#include <stdio.h>

#include "ntio/nt_policy_load.h"

static void print(void *ctx, const struct nt_fault *fault)
{
	char text[NT_FAULT_TEXT];

	nt_fault_print(text, sizeof(text), ctx, fault);
	puts(text);
}

int main(int argc, char **argv)
{
	int status = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for(int i = 1; i < argc; i++) {
		struct nt_policy *policy = NULL;
		int err = nt_policy_load(&policy, argv[i], print, argv[i]);

		if(err == ENOMEM)
			printf("%s: no memory\n", argv[i]);
		else if(err == 0)
			printf("%s: %u bytes\n", argv[i], policy->bytes);
		nt_policy_unload(policy);
		status |= err != 0;
	}
	return status;
}
