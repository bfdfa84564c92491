/* SPDX-License-Identifier: GPL-2.0-or-later */
/** RPC commands that look at policies, try them and change them. Lists come in
 * pages of NE_PAGE. */
#ifndef NAT_EDGE_POLICY_RPC_H
#define NAT_EDGE_POLICY_RPC_H

#include <stdint.h>

#include "core/rpc.h"
#include "core/str.h"
#include "nat_edge/nat_edge_loader.h"

#define NE_PAGE 100

void ne_rpc_reload(rpc_t *rpc, void *ctx);
void ne_rpc_check(rpc_t *rpc, void *ctx);
void ne_rpc_show(rpc_t *rpc, void *ctx);
void ne_rpc_shadow(rpc_t *rpc, void *ctx);
void ne_rpc_sites(rpc_t *rpc, void *ctx);
void ne_rpc_test(rpc_t *rpc, void *ctx);

/** Elsewhere, but of the same form */
void ne_rpc_registrations(rpc_t *rpc, void *ctx);
extern const char *ne_rpc_registrations_doc[];

extern const char *ne_rpc_reload_doc[], *ne_rpc_check_doc[], *ne_rpc_show_doc[],
		*ne_rpc_shadow_doc[], *ne_rpc_sites_doc[], *ne_rpc_test_doc[];

/** The faults of a job, a line each */
void ne_rpc_add_report(rpc_t *rpc, void *answer, const struct ne_outcome *o);

/** What somebody gave as an argument, so that it can be shown to him: cut, no
 * control bytes, nothing that a browser would run (T18) */
#define NE_SAID_TEXT 81
void ne_said(char text[NE_SAID_TEXT], const str *argument);

/** Bytes that could forge a line in somebody's terminal become "?" (T18) */
void ne_make_printable(char *text);

#endif /* NAT_EDGE_POLICY_RPC_H */
