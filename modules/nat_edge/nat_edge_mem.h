/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Kamailio's private memory, for pieces of lib/nt that want to be told where
 * memory comes from. */
#ifndef NAT_EDGE_MEM_H
#define NAT_EDGE_MEM_H

#include "nt/nt_mem.h"

extern const struct nt_mem ne_pkg;

#endif /* NAT_EDGE_MEM_H */
