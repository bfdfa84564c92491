/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Files: policies with their faults, and bytes. */
#ifndef NP_LOAD_H
#define NP_LOAD_H

#include "nat_policy/np_options.h"
#include "nt/nt_policy.h"

/** A fault, with copies of its texts; own */
struct np_fault
{
	unsigned line;
	char *element, *attribute, *value, *allowed;
	char *text; /**< as a line, with the name of the file */
};

struct np_policy
{
	const char *path;	  /**< borrow */
	struct nt_policy *nt; /**< own; NULL with faults */
	struct nt_vec faults; /**< struct np_fault */
	bool unreadable;	  /**< the one fault is the file's, not its content's */
};

/** Read and compile a policy, as the server would; faults are kept.
 * @return NP_FINE, NP_FOUND (faults), NP_UNUSABLE (unreadable) */
int np_policy_load(
		struct np_policy *p, const char *path, const struct np_options *o);
void np_policy_unload(struct np_policy *p);

/** The same for commands that cannot do without: faults go to standard error,
 * or are the document. */
int np_policy_need(struct np_policy *p, const char *path, struct np_options *o);

/** Faults as lines to standard output, and as a list of the open object */
void np_faults_print(const struct np_policy *p);
void np_faults_json(struct np_json *j, const struct np_policy *p);

/** All bytes of a file, or of standard input for "-"; own, to be freed, with a
 * NUL behind them.
 * @return 0; EFBIG: more than @p most; or another errno */
int np_file_read(struct nt_span *bytes, const char *path, size_t most);

#endif /* NP_LOAD_H */
