/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Kamailio's own nathelper, linked in for comparison, called as app_lua and
 * its like call it (KEMI). */
#ifndef BENCH_STOCK_H
#define BENCH_STOCK_H

#include "core/parser/msg_parser.h"

struct bench_stock
{
	int (*nat_uac_test)(sip_msg_t *, int);
	int (*set_contact_alias)(sip_msg_t *);
	int (*fix_nated_register)(sip_msg_t *);
};

extern struct bench_stock bench_stock;

/** Register and initialise it with $avp(RECEIVED). Aborts on failure. */
void bench_stock_init(void);

#endif /* BENCH_STOCK_H */
