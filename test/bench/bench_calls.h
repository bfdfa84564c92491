/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The things that are measured: each one call on one message. */
#ifndef BENCH_CALLS_H
#define BENCH_CALLS_H

#include "bench/bench_messages.h"
#include "bench/bench_policy.h"

struct bench_call
{
	const char *id;
	/** What is done to the message before, not measured; may be NULL */
	int (*before)(sip_msg_t *, const struct bench_kind *);
	int (*measured)(sip_msg_t *, const struct bench_kind *);
	bool raw;		 /**< the message is not parsed before */
	bool no_history; /**< with history_size 0 */
	bool repairs;	 /**< for kinds with a Contact to repair only */
	struct bench_size policy;
};

/** Ends with an entry whose id is NULL */
extern const struct bench_call bench_calls[];

/** Once a process, after core_env_init(). Aborts on failure. */
void bench_calls_init(void);

/** Make @p msg ready for a call. Aborts if the message cannot be parsed.
 * @p buf holds the text, and is borrowed until bench_finish() */
void bench_prepare(sip_msg_t *msg, char *buf, const struct bench_kind *kind,
		const struct bench_call *call);
void bench_finish(sip_msg_t *msg);

/** Do the calls do what the kind is about? Says on stderr what is wrong.
 * @return the number of faults */
int bench_verify(const struct bench_kind *kind, char *buf);

#endif /* BENCH_CALLS_H */
