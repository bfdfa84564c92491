/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The policy process: the one place where files are read and written while the
 * server runs. RPC commands hand it a job and wait for the answer, so that no
 * SIP worker ever parses a file.
 */
#ifndef NAT_EDGE_LOADER_H
#define NAT_EDGE_LOADER_H

#include <stddef.h>

#include "nat_edge/nat_edge_policy.h"

enum ne_job
{
	NE_JOB_RELOAD = 1, /**< read and put in force */
	NE_JOB_CHECK = 2,  /**< read only */
	NE_JOB_SHADOW = 3, /**< read and put on trial */
	NE_JOB_COMMIT = 4, /**< the one on trial comes into force */
	NE_JOB_DROP = 5,   /**< end the trial */
	NE_JOB_KEY_ROTATE = 6,
	NE_JOB_KEY_PREPARE = 7,
	NE_JOB_KEY_ACTIVATE = 8,
	NE_JOB_KEY_RELOAD = 9
};

/* All that is told of one file, unless its path is very long */
#define NE_REPORT_TEXT 65536

/** What came of a job */
struct ne_outcome
{
	int error; /**< 0; EINVAL (faults, see report); ENOMEM; EBUSY; ENOENT;
				  EAGAIN (not done yet, it goes on); ENOTSUP (no policy
				  process); of keys: as ne_keys_do() */
	unsigned faults, left_out; /**< faults; those that are not in the report */
	uint32_t generation;
	uint32_t bytes, networks, rules, profiles, places;
	char report[NE_REPORT_TEXT]; /**< a line each */
};

/** Before fork. @return 0 or -1 */
int ne_loader_init(void);
/** In main, after fork of the others: starts the process. @return 0 or -1 */
int ne_loader_start(void);
void ne_loader_fini(void);

/** Have a job done. @p path of a file, or "" where the job needs none.
 * Waits for it; in a SIP worker for 50 ms at most. One job at a time: EBUSY.
 * Fills all of @p outcome. */
void ne_loader_run(
		struct ne_outcome *outcome, enum ne_job job, const char *path);

/** Do a job here and now: the policy process, and tests, which have none */
void ne_loader_do(
		struct ne_outcome *outcome, enum ne_job job, const char *path);

/** Is this a process that takes SIP messages? */
void ne_loader_rank(int rank);

#endif /* NAT_EDGE_LOADER_H */
