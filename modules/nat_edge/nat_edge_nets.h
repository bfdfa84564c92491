/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The lists of networks among the parameters, compiled into one set. */
#ifndef NAT_EDGE_NETS_H
#define NAT_EDGE_NETS_H

#include "nt/nt_netset.h"

/** Networks in all lists together; a "builtin:" name counts as those it stands
 * for */
#define NE_NETS_MAX 4096

/** Compile the lists of ne_params, and the special-purpose table, into @p set
 * (own; pkg_free()). Logs every fault.
 * @return the number of faults; then *set is not changed */
int ne_nets_read(struct nt_netset **set);

#endif /* NAT_EDGE_NETS_H */
