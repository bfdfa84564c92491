/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The command line. */
#ifndef NP_OPTIONS_H
#define NP_OPTIONS_H

#include "nat_policy/np_out.h"
#include "nt/nt_mem.h"
#include "ntio/nt_interfaces.h"

struct np_options
{
	const char *command;
	struct nt_vec words; /**< const char *: what is no option */
	struct np_out out;
	bool help, version;
	bool any_owner;
	bool own_interfaces; /**< not this machine's, but: */
	struct nt_interfaces interfaces;
};

/** Read the command line; texts stay borrowed from it.
 * @return NP_FINE, or NP_UNUSABLE: that was said */
int np_options_read(struct np_options *o, int argc, char *const *argv);
void np_options_fini(struct np_options *o);

/** What "--help" says */
extern const char np_usage[];

static inline const char *np_word(const struct np_options *o, size_t i)
{
	return *(const char *const *)nt_vec_at(&o->words, i);
}

#endif /* NP_OPTIONS_H */
