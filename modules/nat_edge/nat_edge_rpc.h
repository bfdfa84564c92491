/* SPDX-License-Identifier: GPL-2.0-or-later */
/** nat_edge.stats and nat_edge.explain for kamcmd and JSON-RPC. */
#ifndef NAT_EDGE_RPC_H
#define NAT_EDGE_RPC_H

#include "core/rpc.h"

extern rpc_export_t ne_rpc[];

#endif /* NAT_EDGE_RPC_H */
