/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_rate.h"

bool nt_rate_pass(
		struct nt_rate *rate, uint32_t now, uint32_t most, uint32_t *held_back)
{
	uint64_t was = __atomic_load_n(&rate->window, __ATOMIC_RELAXED), is;

	do {
		uint32_t passed = was >> 32 == now ? (uint32_t)was : 0;

		if(passed >= most) {
			__atomic_fetch_add(&rate->held_back, 1, __ATOMIC_RELAXED);
			return false;
		}
		is = (uint64_t)now << 32 | (passed + 1);
	} while(!__atomic_compare_exchange_n(
			&rate->window, &was, is, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	*held_back = __atomic_exchange_n(&rate->held_back, 0, __ATOMIC_RELAXED);
	return true;
}

uint32_t nt_rate_rest(struct nt_rate *rate, uint32_t now)
{
	if(__atomic_load_n(&rate->window, __ATOMIC_RELAXED) >> 32 == now)
		return 0;
	return __atomic_exchange_n(&rate->held_back, 0, __ATOMIC_RELAXED);
}
