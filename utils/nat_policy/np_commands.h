/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The commands. Each returns the exit status. */
#ifndef NP_COMMANDS_H
#define NP_COMMANDS_H

#include "nat_policy/np_options.h"

int np_check(struct np_options *o);
int np_explain(struct np_options *o);
int np_diff(struct np_options *o);
int np_profiles(struct np_options *o);

#endif /* NP_COMMANDS_H */
