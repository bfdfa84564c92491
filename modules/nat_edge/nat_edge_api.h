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

/** The shortest of what is known of the addresses of a place: of its first
 * NE_PLACE_ASKED; of IPv6 one for each /64. @return seconds; 0: nothing */
#define NE_PLACE_ASKED 256
uint32_t ne_learned_place(
		const struct nt_policy *nt, const struct nt_place *place, bool stream);

/** Forget who asked to be told (tests) */
void ne_api_forget(void);

#endif /* NAT_EDGE_API_OWN_H */
