/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What desk phones send to a proxy at 198.51.100.1 and [2001:db8:5::1], one
 * message of each kind. */
#ifndef BENCH_MESSAGES_H
#define BENCH_MESSAGES_H

#include "core/core_env.h"

struct bench_kind
{
	const char *id, *title, *text;
	enum nt_transport transport;
	const char *source, *local; /**< where it came from and arrived */
	bool registers;
	bool nat;	 /**< what both modules must say of its sender */
	bool target; /**< its Contact is worth a repair */
};

/** Ends with an entry whose id is NULL */
extern const struct bench_kind bench_kinds[];

#endif /* BENCH_MESSAGES_H */
