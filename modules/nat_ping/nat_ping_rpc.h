/* SPDX-License-Identifier: GPL-2.0-or-later */
/** RPC commands nat_ping.* */
#ifndef NAT_PING_RPC_H
#define NAT_PING_RPC_H

#include "core/rpc.h"

extern rpc_export_t ping_rpc[];

#endif /* NAT_PING_RPC_H */
