/* SPDX-License-Identifier: GPL-2.0-or-later */
/** RPC commands nat_ping.* */
#ifndef NAT_PING_RPC_H
#define NAT_PING_RPC_H

#include <stdint.h>

#include "core/rpc.h"

extern rpc_export_t ping_rpc[];

/** Add a number to a structure of an answer, whole also above 32 bits */
void ping_rpc_add_number(rpc_t *rpc, void *s, const char *name, uint64_t value);

#endif /* NAT_PING_RPC_H */
