/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The other end of api.h: what modules of the family ask, and what they want
 * to be told. */
#ifndef NAT_EDGE_API_OWN_H
#define NAT_EDGE_API_OWN_H

#include "nat_edge/api.h"

/** The exported command "bind_nat_edge". @return 0 */
int ne_api_bind(struct nat_edge_api *api);

/** Does anybody want to be told of registrations? */
bool ne_registered_is_heard(void);
void ne_registered_tell(const struct nat_edge_registered *r);

/** How long a place may be silent, seconds; 0: nobody knows */
uint32_t ne_learned(const struct nt_addr *a, bool stream);

/** Forget who asked to be told (tests) */
void ne_api_forget(void);

#endif /* NAT_EDGE_API_OWN_H */
