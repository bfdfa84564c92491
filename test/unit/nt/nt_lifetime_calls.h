/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What tests of nt_lifetime share: one site, its clock, and calls that let the
 * time pass. */
#ifndef NT_LIFETIME_CALLS_H
#define NT_LIFETIME_CALLS_H

#include "unit/nt/nt_check.h"

#include "nt/nt_lifetime.h"

#define TWIN 900
#define POLICY 25
#define FLOOR 5

static struct nt_lifetime life;
static uint32_t now;

static inline void begin(void)
{
	now = 1000;
	nt_lifetime_begin(&life, now);
}

static inline uint32_t interval(void)
{
	return nt_lifetime_interval(&life, POLICY, FLOOR);
}

static inline uint32_t interval_of(uint32_t flow)
{
	return nt_lifetime_interval_of(&life, flow, POLICY, FLOOR);
}

static inline uint32_t ask(uint32_t flow)
{
	return nt_lifetime_ask(&life, flow, POLICY, now);
}

static inline void lived(uint32_t flow, uint32_t s)
{
	now += s;
	nt_lifetime_lived(&life, flow, s, now);
}

static inline bool died(uint32_t flow, uint32_t s)
{
	now += s;
	return nt_lifetime_died(&life, flow, s, now);
}

/* Flows go ahead until they have reached what is allowed */
static inline void go_ahead(void)
{
	for(int i = 0; i < 40; i++)
		lived(1, interval_of(1));
}

/* Twins behind a NAT of that life. @return how many died */
static inline unsigned learn(uint32_t life_s)
{
	unsigned deaths = 0;
	uint32_t test;

	lived(1, POLICY < life_s ? POLICY : FLOOR);
	while((test = ask(TWIN)) != 0) {
		if(test < life_s)
			lived(TWIN, test);
		else
			deaths += 1 + died(TWIN, test);
	}
	go_ahead();
	return deaths;
}

#endif /* NT_LIFETIME_CALLS_H */
