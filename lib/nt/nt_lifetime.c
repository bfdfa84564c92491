/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_lifetime.h"

/* A death weighs as much as so many who live: phones that are switched off
 * among many are no reason to believe less */
#define DEATH_WEIGHS 32
#define SUSPICION_MOST (2 * DEATH_WEIGHS)

/* A volunteer or pioneer of whom nothing is heard for twice its silence, and so
 * many seconds, is forgotten */
#define OVERDUE_S 60

/* What was unlearned so often, or cannot be tested by twins, waits 2^n times as
 * long for its next test */
#define PATIENCE_MOST 3

void nt_lifetime_begin(struct nt_lifetime *l, uint32_t now_s)
{
	*l = (struct nt_lifetime){.volunteer = NT_NO_VOLUNTEER,
			.passed = NT_NO_VOLUNTEER,
			.pioneer = NT_NO_VOLUNTEER,
			.at_s = now_s};
}

bool nt_lifetime_restore(struct nt_lifetime *l, uint32_t lived_s,
		uint32_t died_s, bool shared, uint32_t age_s, uint32_t now_s)
{
	nt_lifetime_begin(l, now_s - age_s);
	if(lived_s == 0 || lived_s > NT_LIFETIME_MAX_S || died_s > UINT16_MAX
			|| (died_s != 0 && died_s <= lived_s))
		return false;
	l->lived_s = (uint16_t)lived_s;
	l->died_s = (uint16_t)died_s;
	l->shared = shared && died_s != 0;
	return true;
}

static uint32_t cut(uint32_t silence_s)
{
	return silence_s < NT_LIFETIME_MAX_S ? silence_s : NT_LIFETIME_MAX_S;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* The step by which the end is found, rounded up */
static uint32_t fine_of(uint32_t lived_s)
{
	return (lived_s * NT_LIFETIME_FINE + 99) / 100;
}

static uint32_t third_more(uint32_t lived_s)
{
	return lived_s + larger(lived_s / 3, 1);
}

/* Of a pioneer. Where it dies what lived is found to 20 percent. */
static uint32_t quarter_more(uint32_t real_s)
{
	return real_s + larger(real_s / 4, 1);
}

/* What is kept where so much is believed, to the nearest second */
static uint32_t less_margin(uint32_t lived_s)
{
	return larger((lived_s * (100 - NT_LIFETIME_MARGIN) + 50) / 100, 1);
}

static bool is_in_doubt(const struct nt_lifetime *l)
{
	return l->was_lived_s != 0;
}

/* The learned interval, now or before doubt began */
static uint32_t believed(const struct nt_lifetime *l)
{
	return is_in_doubt(l) ? smaller(less_margin(l->was_lived_s), l->was_real_s)
						  : smaller(less_margin(l->lived_s), l->real_s);
}

/* Did it live about as long as those who believe? Silences end a little early
 * or late. */
static bool is_as_long(uint32_t silence_s, uint32_t believed_s)
{
	return silence_s * 20 >= believed_s * 19;
}

bool nt_lifetime_is_known(const struct nt_lifetime *l)
{
	if(l->lived_s == 0 || is_in_doubt(l))
		return false;
	return l->lived_s == NT_LIFETIME_MAX_S
		   || (l->died_s != 0
				   && (l->shared
						   || l->died_s - l->lived_s
									  <= (int)fine_of(l->lived_s)));
}

bool nt_lifetime_kept(
		const struct nt_lifetime *l, uint32_t *lived_s, uint32_t *died_s)
{
	struct nt_lifetime kept = *l;

	if(is_in_doubt(l)) {
		kept.lived_s = l->was_lived_s;
		kept.died_s = l->was_died_s > l->was_lived_s ? l->was_died_s : 0;
		kept.was_lived_s = 0;
	}
	*lived_s = kept.lived_s;
	*died_s = kept.died_s;
	return kept.lived_s > 0 && nt_lifetime_is_known(&kept);
}

/* How far the flows may go, one after another */
static uint32_t allowed(const struct nt_lifetime *l, uint32_t policy_s)
{
	uint32_t s = less_margin(l->lived_s);

	if(l->lived_s == 0)
		/* something died, and nothing is known to live: as short as may be */
		return l->died_s != 0 && l->died_s <= policy_s ? 0 : policy_s;
	if(is_in_doubt(l) && l->shared)
		return larger(believed(l), policy_s);
	if(s >= policy_s)
		return s;
	if(l->died_s == 0)
		return policy_s;
	/* a policy's interval that is proven is kept until the end is known */
	return l->lived_s >= policy_s && !nt_lifetime_is_known(l) ? policy_s : s;
}

uint32_t nt_lifetime_interval(
		const struct nt_lifetime *l, uint32_t policy_s, uint32_t floor_s)
{
	uint32_t s = smaller(allowed(l, policy_s), larger(l->real_s, policy_s));

	return larger(s, floor_s);
}

uint32_t nt_lifetime_interval_of(const struct nt_lifetime *l, uint32_t flow,
		uint32_t policy_s, uint32_t floor_s)
{
	uint32_t s;

	if(flow != l->pioneer)
		return nt_lifetime_interval(l, policy_s, floor_s);
	s = smaller(
			allowed(l, policy_s), quarter_more(larger(l->real_s, policy_s)));
	return larger(s, floor_s);
}

uint32_t nt_lifetime_learned(const struct nt_lifetime *l, uint32_t floor_s)
{
	if(!nt_lifetime_is_known(l) || l->real_s == 0)
		return 0;
	return larger(believed(l), floor_s);
}

/* @return the next silence to be tested, or 0: none now */
static uint32_t next_test(
		const struct nt_lifetime *l, uint32_t policy_s, uint32_t now_s)
{
	uint32_t lived = l->lived_s, died = l->died_s, test;

	if(nt_lifetime_is_known(l)) {
		uint32_t times = l->shared ? PATIENCE_MOST
								   : smaller(l->generation, PATIENCE_MOST);

		return now_s - l->at_s >= (uint32_t)NT_LIFETIME_AGAIN_S << times
					   ? cut(died)
					   : 0;
	}
	/* the others' intervals are test enough until the policy's is proven, or
	 * nearly */
	if(lived == 0 || l->shared || (died == 0 && lived * 5 < policy_s * 4))
		return 0;
	test = third_more(lived);
	if(died != 0 && died <= test)
		test = lived + fine_of(lived);
	if(is_in_doubt(l))
		test = smaller(test, believed(l));
	return cut(test);
}

static bool is_overdue(uint32_t since_s, uint32_t silence_s, uint32_t now_s)
{
	return now_s - since_s > 2 * silence_s + OVERDUE_S;
}

static bool is_taken(const struct nt_lifetime *l, uint32_t now_s)
{
	return l->volunteer != NT_NO_VOLUNTEER
		   && !is_overdue(l->began_s, l->test_s, now_s);
}

bool nt_lifetime_wants(
		const struct nt_lifetime *l, uint32_t policy_s, uint32_t now_s)
{
	return !is_taken(l, now_s) && next_test(l, policy_s, now_s) != 0;
}

uint32_t nt_lifetime_ask(
		struct nt_lifetime *l, uint32_t flow, uint32_t policy_s, uint32_t now_s)
{
	uint32_t test;

	if(l->volunteer != flow && is_taken(l, now_s))
		return 0;
	if(l->passed == flow) {
		l->passed = NT_NO_VOLUNTEER;
		return 0;
	}
	test = next_test(l, policy_s, now_s);
	l->volunteer = test != 0 ? flow : NT_NO_VOLUNTEER;
	l->test_s = (uint16_t)test;
	l->began_s = now_s;
	l->spoiled = false;
	return test;
}

static void end_test(struct nt_lifetime *l, uint32_t now_s)
{
	l->volunteer = NT_NO_VOLUNTEER;
	l->test_s = 0;
	l->at_s = now_s;
}

/* All that is under way was begun with what is not believed any more */
static void start_anew(struct nt_lifetime *l)
{
	l->spoiled = true;
	l->pioneer = NT_NO_VOLUNTEER;
}

static void believe_again(struct nt_lifetime *l)
{
	l->lived_s = (uint16_t)larger(l->lived_s, l->was_lived_s);
	l->real_s = (uint16_t)larger(l->real_s, l->was_real_s);
	l->died_s = l->was_died_s > l->lived_s ? l->was_died_s : 0;
	l->was_lived_s = 0;
}

/* One of the flows that are needed lived */
static void follow(
		struct nt_lifetime *l, uint32_t flow, uint32_t s, uint32_t now_s)
{
	bool as_long = is_as_long(s, l->real_s);

	l->real_s = (uint16_t)larger(l->real_s, s);
	if(flow == l->pioneer)
		l->went_s = now_s;
	if(l->real_s >= (is_in_doubt(l) ? believed(l) : less_margin(l->lived_s))) {
		l->pioneer = NT_NO_VOLUNTEER;
	} else if(as_long
			  && (l->pioneer == NT_NO_VOLUNTEER
					  || is_overdue(
							  l->went_s, quarter_more(l->real_s), now_s))) {
		l->pioneer = flow;
		l->went_s = now_s;
	}
}

/* Does its word raise what is proven? */
static bool is_proof(
		const struct nt_lifetime *l, uint32_t silence_s, bool tested)
{
	if(silence_s <= l->lived_s)
		return false;
	if(tested || l->lived_s == 0)
		return true;
	/* what a volunteer died of only a volunteer can live through; and in doubt
	 * the interval shall not follow each of many answers */
	return !is_in_doubt(l)
		   && (l->died_s == 0 || silence_s < l->died_s || l->hearsay);
}

static void prove(struct nt_lifetime *l, uint32_t silence_s)
{
	l->lived_s = (uint16_t)silence_s;
	if(l->died_s != 0 && l->died_s <= silence_s) {
		l->died_s = 0;
		l->shared = false;
	}
}

void nt_lifetime_lived(struct nt_lifetime *l, uint32_t flow, uint32_t silence_s,
		uint32_t now_s)
{
	bool volunteer = flow == l->volunteer, was_known;
	bool tested = volunteer && silence_s >= l->test_s;
	uint32_t s = cut(silence_s);

	if(volunteer && l->spoiled) {
		end_test(l, now_s);
		return;
	}

	/* nearly all, always */
	if(!volunteer && s <= l->real_s && s <= l->lived_s && l->suspicion == 0
			&& l->real_s >= less_margin(l->lived_s))
		return;
	was_known = nt_lifetime_is_known(l);
	if(l->suspicion > 0 && is_as_long(s, believed(l)))
		l->suspicion--;
	if(tested)
		end_test(l, now_s);
	if(is_proof(l, s, tested))
		prove(l, s);
	if(!volunteer)
		follow(l, flow, s, now_s);
	if(is_in_doubt(l) && is_as_long(s, believed(l)))
		believe_again(l);
	if(nt_lifetime_is_known(l) && !was_known)
		l->at_s = now_s;
}

/* What was believed is gone; what has lived since is not */
static void unlearn(struct nt_lifetime *l, uint32_t died_s, bool hearsay)
{
	l->died_s = (uint16_t)died_s;
	l->hearsay = hearsay;
	if(died_s != 0 && l->lived_s >= died_s)
		l->lived_s = 0;
	if(died_s != 0 && l->real_s >= died_s)
		l->real_s = 0;
	l->was_lived_s = 0;
	l->suspicion = 0;
	l->deaths = 0;
	l->shared = false;
	l->generation++;
	start_anew(l);
}

/* One died of what was believed. @return is it still? */
static bool doubt(struct nt_lifetime *l, uint32_t silence_s)
{
	if(l->deaths < UINT16_MAX)
		l->deaths++;
	if(l->suspicion + DEATH_WEIGHS > SUSPICION_MOST) {
		unlearn(l, silence_s, true);
		return false;
	}
	l->suspicion = (uint8_t)(l->suspicion + DEATH_WEIGHS);
	l->was_lived_s = l->lived_s;
	l->was_died_s = l->died_s;
	l->was_real_s = l->real_s;
	l->doubted_s = (uint16_t)silence_s;
	l->lived_s = l->died_s = l->real_s = 0;
	start_anew(l);
	return true;
}

/* Another one. If nobody lived in between, all of the site are off, or what was
 * believed is far from true: then how long they were silent says nothing. */
static void second_death(struct nt_lifetime *l, uint32_t silence_s, bool tested)
{
	if(l->lived_s == 0)
		silence_s = 0;
	else
		silence_s = smaller(silence_s, l->doubted_s);
	unlearn(l, silence_s, !tested);
}

/* A flow that is needed, where none of them had lived yet, but a twin had */
static void end_of_the_way(struct nt_lifetime *l, uint32_t silence_s)
{
	l->shared = true;
	l->lived_s = l->real_s;
	l->died_s = (uint16_t)silence_s;
	l->hearsay = false;
	start_anew(l);
}

/* Where nobody had lived */
static void bound(struct nt_lifetime *l, uint32_t silence_s, bool tested)
{
	if(l->lived_s == 0 && l->doubted_s != 0 && silence_s * 2 > l->doubted_s)
		return; /* one more of those who were off */
	if(l->died_s == 0 || silence_s < l->died_s) {
		l->died_s = (uint16_t)silence_s;
		l->hearsay = !tested;
	} else if(tested) {
		l->hearsay = l->shared = false;
	}
}

bool nt_lifetime_died(struct nt_lifetime *l, uint32_t flow, uint32_t silence_s,
		uint32_t now_s)
{
	bool tested = flow == l->volunteer, weak = false;
	bool was_known = nt_lifetime_is_known(l);
	uint32_t s = silence_s == 0 ? 1 : cut(silence_s);

	if(tested)
		end_test(l, now_s);
	if(tested && l->spoiled)
		return false;
	if(is_in_doubt(l))
		second_death(l, s, tested);
	else if(s > l->lived_s)
		bound(l, s, tested);
	else if(flow == l->pioneer && s > l->real_s)
		end_of_the_way(l, s);
	else
		weak = doubt(l, s);
	if(nt_lifetime_is_known(l) && !was_known)
		l->at_s = now_s;
	return weak;
}

void nt_lifetime_give_up(struct nt_lifetime *l, uint32_t flow)
{
	if(flow != l->volunteer)
		return;
	l->volunteer = NT_NO_VOLUNTEER;
	l->test_s = 0;
	l->passed = flow;
}
