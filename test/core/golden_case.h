/* SPDX-License-Identifier: GPL-2.0-or-later */
/** One golden file: a message with its source, what is called on it, and what
 * must come out. Format: test/golden/README.md */
#ifndef GOLDEN_CASE_H
#define GOLDEN_CASE_H

#include "core/core_env.h"

#define GOLDEN_CALLS 8
#define GOLDEN_SETS 4

struct golden_case
{
	char *file;			   /* own: the whole text, cut into pieces */
	const char *path;	   /* borrowed from the caller */
	const char *title;	   /* the first line */
	struct core_path from; /* of the packet */
	const char *call[GOLDEN_CALLS];
	size_t call_count;
	const char *set[GOLDEN_SETS]; /* "parameter=value" */
	size_t set_count;
	const char *wants; /* "key value" lines, as they are to be found */
	char *in;		   /* own: bytes of the packet */
	size_t in_len;
	char *out; /* own: bytes that must leave; NULL: the same as in */
	size_t out_len;
	bool want_drop; /* the server must not get as far as the module */
};

/** What a run of a case gave; own */
struct golden_result
{
	bool dropped; /* the parser refused it */
	char wants[1024];
	char *out; /* as it leaves */
	size_t out_len;
	char *shown; /* the same with our tokens opened */
	size_t shown_len;
	bool buffer_touched; /* received bytes changed */
};

/** Read @p path. Aborts with a message on a malformed file. */
void golden_read(struct golden_case *c, const char *path);
void golden_free(struct golden_case *c);

/** Set the module's parameters as the case says, or back to the defaults with
 * NULL. Aborts on faults. */
void golden_configure(const struct golden_case *c);

/** Run all calls @p times times. The caller frees with golden_result_free(). */
void golden_run(
		struct golden_result *r, const struct golden_case *c, int times);
void golden_result_free(struct golden_result *r);

/** Write the case with this result as its expectation */
void golden_bless(const struct golden_case *c, const struct golden_result *r);

/** Call a script function by its text, "nat_fix_contact rewrite".
 * @return its result; aborts if there is none of that name */
int golden_call(sip_msg_t *msg, const char *text);

/** All files *.txt of a directory, sorted; own. */
char **golden_list(const char *directory, size_t *count);

#endif /* GOLDEN_CASE_H */
