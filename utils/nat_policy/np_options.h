/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The command line. */
#ifndef NP_OPTIONS_H
#define NP_OPTIONS_H

#include "nat_policy/np_out.h"
#include "nt/nt_mem.h"
#include "ntio/nt_interfaces.h"
#include "nt/nt_detect.h"

struct np_options
{
	const char *command;
	struct nt_vec words; /**< const char *: what is no option */
	struct np_out out;
	bool help, version;
	bool settings, raw, any_owner;
	bool own_interfaces; /**< not this machine's, but: */
	struct nt_interfaces interfaces;
	struct nt_endpoint source; /**< unset: not given */
	struct nt_vec locals;	   /**< struct nt_endpoint */
	enum nt_transport transport;
	const char *socket;	  /**< or NULL */
	const char *messages; /**< path of a list, or NULL */
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

/** "udp", "tcp", "tls", "ws", "wss".
 * @return false: none of them */
bool np_transport_read(enum nt_transport *transport, struct nt_span word);

#endif /* NP_OPTIONS_H */
