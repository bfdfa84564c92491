/* SPDX-License-Identifier: GPL-2.0-or-later */
/** A SIP message at hand, and what a policy makes of it: the same that the
 * module would make of these bytes in a server. */
#ifndef NP_MESSAGE_H
#define NP_MESSAGE_H

#include "nat_policy/np_options.h"
#include "nt/nt_policy.h"
#include "nt/nt_repair.h"
#include "nt/nt_sip.h"

struct np_message
{
	struct nt_span bytes; /**< own */
	bool readable;		  /**< the module would judge it */
	struct nt_sip sip;
};

/** Where a message came from and arrived */
struct np_path
{
	struct nt_endpoint source;
	enum nt_transport transport;
	const struct nt_endpoint
			*locals; /**< borrow; the first: where it arrived */
	size_t local_count;
	const char *socket; /**< or NULL */
};

struct np_judgement
{
	struct nt_answer answer; /**< into the policy */
	struct nt_verdict verdict;
	uint32_t wanted; /**< of enum nt_repair */
};

/** Read a file. Without @p raw, lines of the header may end in LF alone, and
 * the empty line behind it may be missing, as in what somebody pasted.
 * @return NP_FINE, or NP_UNUSABLE: that was said */
int np_message_read(
		struct np_message *m, const char *path, struct np_options *o);
void np_message_free(struct np_message *m);

/** The path of the command line */
struct np_path np_path_of(const struct np_options *o);

/** Judge a message that is readable.
 * @return false: it is not judged */
bool np_judge(struct np_judgement *j, const struct nt_policy *policy,
		const struct np_message *m, const struct np_path *path);

#endif /* NP_MESSAGE_H */
