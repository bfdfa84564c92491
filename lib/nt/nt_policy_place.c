/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_policy.h"

static bool is_member(const struct nt_policy *p,
		const struct nt_tagged_range *r, uint32_t list)
{
	const uint32_t *words = nt_policy_at(p, p->words);

	for(uint32_t i = 0; r->members != 0 && i < words[r->members]; i++) {
		if(words[r->members + 1 + i] == list)
			return true;
	}
	return false;
}

bool nt_policy_place_next(struct nt_range *range,
		const struct nt_policy *policy, const struct nt_place *place,
		uint32_t *at)
{
	const struct nt_netset *nets = nt_policy_nets(policy);
	uint32_t list = (uint32_t)(place - nt_policy_places(policy)) + 1;

	while(*at < nets->count) {
		const struct nt_tagged_range *r = &nets->ranges[(*at)++];

		if(is_member(policy, r, list)) {
			*range = r->range;
			return true;
		}
	}
	return false;
}
