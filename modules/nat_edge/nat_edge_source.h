/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Where policies come from: the file that the parameter policy_file names, or
 * the other parameters, said as a policy. */
#ifndef NAT_EDGE_SOURCE_H
#define NAT_EDGE_SOURCE_H

#include "nt/nt_draft.h"

/** To be called before any parameter is set: what is changed later was said */
void ne_source_remember(void);

/** The policy that the server starts with. Logs every fault.
 * @return the number of faults; with none it is published */
int ne_source_first(void);

/** Text that faults are written into, a line each; what does not fit is counted
 */
struct ne_report
{
	char *text;
	size_t size, len;
	const char *path;
	unsigned faults, left_out;
};

/** A fault as a line of @p report, a struct ne_report */
void ne_report_fault(void *report, const struct nt_fault *fault);

/** Read and compile a file. Not in a SIP worker: this takes as long as it
 * takes.
 * @return the policy, to be given to ne_source_free(), or NULL with its faults
 * in @p report */
struct nt_policy *ne_source_read(struct ne_report *report);
void ne_source_free(struct nt_policy *nt);

/** The path of the parameter policy_file as it is opened: relative to the
 * folder of Kamailio's configuration file. "" if there is none. */
const char *ne_source_path(void);

#endif /* NAT_EDGE_SOURCE_H */
