/* SPDX-License-Identifier: GPL-2.0-or-later */
/** A policy for a test, by the text of its elements. */
#ifndef UNIT_POLICY_H
#define UNIT_POLICY_H

#include <stdio.h>
#include <unistd.h>

#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_source.h"
#include "nt_must.h"

/** Have the module started with a file of these elements; ne_conf_fini() ends
 * it */
static inline void policy_in_force(const char *elements)
{
	char path[] = "/tmp/test_policy.XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");

	NT_MUST(file != NULL);
	fprintf(file,
			"<nat-policy xmlns=\"urn:kamailio:nat-policy:1\">%s</nat-policy>",
			elements);
	NT_MUST(fclose(file) == 0);
	/* no other parameter is said */
	ne_source_remember();
	ne_params.policy_file = path;
	NT_MUST(ne_conf_init() == 0);
	ne_params.policy_file = (char *)"";
	unlink(path);
}

#endif /* UNIT_POLICY_H */
