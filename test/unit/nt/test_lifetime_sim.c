/* SPDX-License-Identifier: GPL-2.0-or-later */
/* N160, N161, P19: whole sites, played: phones behind a NAT, a line that loses
 * packets, a server that pings, asks and tells as whoever uses nt_lifetime
 * would. What the NAT does is known here, so what was found can be compared. */
#include "unit/nt/nt_check.h"

#include "nt/nt_lifetime.h"

#define HOUR_MS 3600000u
#define NEVER UINT64_MAX
#define PHONES_MAX 64
#define TRIES 3

struct scene
{
	const char *name;
	unsigned life_s;  /* of a binding */
	unsigned jitter;  /* percent, both ways */
	unsigned later_s; /* life from later_at_s on; 0: it stays */
	unsigned later_at_s;
	bool outbound_only; /* what comes in refreshes nothing (N160) */
	bool one_binding;	/* of a phone, whoever it talks to */
	unsigned loss;		/* percent, each way */
	unsigned phones;
	unsigned policy_s, floor_s;
	unsigned hours;
	unsigned register_s; /* by themselves, of most phones */
	unsigned others_s;	 /* of every fourth phone; 0: as the others */
	unsigned off_s;		 /* a phone is switched off for good so often; 0 */
	unsigned weak_s;	 /* phone 0 sits behind a NAT of its own as well; 0 */
};

/* What is tried again */
struct request
{
	uint32_t silence_s; /* before the first try */
	unsigned tries;
	uint64_t retry_ms;
};

struct phone
{
	bool on;
	unsigned register_s;
	uint64_t registers_ms; /* next */
	uint64_t bound_ms;	   /* its binding ends */
	/* what the server knows */
	bool up, tried, weak;
	uint8_t generation; /* when it was found weak */
	uint64_t last_ms;	/* packet in either direction */
	uint64_t fresh_ms;	/* first ping of a new one */
	struct request ping;
};

/* A second binding of a phone, to another socket of the server */
struct twin
{
	struct phone *of; /* NULL: there is none */
	uint32_t number;
	uint64_t bound_ms, due_ms, last_ms;
	unsigned warm; /* pings until it is in use */
	struct request ping;
};

struct site
{
	const struct scene *is;
	uint64_t now_ms, random;
	struct phone phone[PHONES_MAX];
	struct twin twin;
	struct nt_lifetime life;
	unsigned pings, deaths_of_twins, deaths; /* of who was not switched off */
	unsigned worst_s; /* longest interval in force since it was known */
	uint64_t known_ms, off_ms;
};

static uint32_t now_s(const struct site *s)
{
	return (uint32_t)(s->now_ms / 1000);
}

static bool chance(struct site *s, unsigned percent)
{
	return nt_random(&s->random) % 100 < percent;
}

static uint32_t interval_of(const struct site *s)
{
	return nt_lifetime_interval(&s->life, s->is->policy_s, s->is->floor_s);
}

/* --- the NAT, and the phones
 * ------------------------------------------------------------------ */

static unsigned life_of(const struct site *s, const struct phone *p)
{
	if(s->is->weak_s != 0 && p == s->phone)
		return s->is->weak_s;
	return s->is->later_s != 0 && s->now_ms >= s->is->later_at_s * 1000ull
				   ? s->is->later_s
				   : s->is->life_s;
}

static void refresh(struct site *s, const struct phone *p, uint64_t *bound_ms)
{
	uint64_t ms = life_of(s, p) * 1000ull, span = ms * s->is->jitter / 100;

	if(span > 0)
		ms = ms - span + nt_random(&s->random) % (2 * span);
	*bound_ms = s->now_ms + ms;
}

static bool answers(struct site *s, const struct phone *p, uint64_t *bound_ms)
{
	s->pings++;
	if(chance(s, s->is->loss) || s->now_ms >= *bound_ms)
		return false;
	if(!s->is->outbound_only)
		refresh(s, p, bound_ms);
	if(!p->on)
		return false;
	refresh(s, p, bound_ms);
	return !chance(s, s->is->loss);
}

static void switch_off(struct site *s)
{
	struct phone *p = &s->phone[nt_random(&s->random) % s->is->phones];

	p->on = false;
	p->registers_ms = NEVER;
	s->off_ms += s->is->off_s * 1000ull;
}

/* --- the server
 * -------------------------------------------------------------------------------
 */

static void note_interval(struct site *s)
{
	uint32_t is = interval_of(s);

	if(nt_lifetime_is_known(&s->life) && s->known_ms == 0)
		s->known_ms = s->now_ms;
	if(s->known_ms != 0 && is > s->worst_s)
		s->worst_s = is;
}

/* @return was that the last one? */
static bool missed(struct site *s, struct request *r, uint64_t again_ms)
{
	if(++r->tries < TRIES) {
		r->retry_ms = s->now_ms + again_ms;
		return false;
	}
	r->tries = 0;
	return true;
}

static void begin(struct site *s, struct request *r, uint64_t last_ms)
{
	if(r->tries == 0)
		r->silence_s = (uint32_t)((s->now_ms - last_ms) / 1000);
}

static void begin_twin(struct site *s, struct phone *p)
{
	struct twin *t = &s->twin;

	if(t->of != NULL || !nt_lifetime_wants(&s->life, s->is->policy_s, now_s(s)))
		return;
	*t = (struct twin){.of = p,
			.number = t->number + 1,
			.due_ms = s->now_ms + 3000,
			.last_ms = s->now_ms,
			.warm = 2};
	refresh(s, p, &t->bound_ms);
}

static void ask_twin(struct site *s, struct twin *t)
{
	uint32_t silence_s =
			nt_lifetime_ask(&s->life, t->number, s->is->policy_s, now_s(s));

	if(silence_s == 0)
		t->of = NULL;
	t->due_ms = s->now_ms + silence_s * 1000ull;
}

static void ping_twin(struct site *s)
{
	struct twin *t = &s->twin;

	begin(s, &t->ping, t->last_ms);
	t->last_ms = s->now_ms;
	if(answers(s, t->of,
			   s->is->one_binding ? &t->of->bound_ms : &t->bound_ms)) {
		t->ping.tries = 0;
		t->due_ms = s->now_ms + 3000;
		if(t->warm == 0)
			nt_lifetime_lived(&s->life, t->number, t->ping.silence_s, now_s(s));
		if(t->warm == 0 || --t->warm == 0)
			ask_twin(s, t);
	} else if(missed(s, &t->ping, 1000)) {
		if(t->warm == 0)
			nt_lifetime_died(&s->life, t->number, t->ping.silence_s, now_s(s));
		s->deaths_of_twins++;
		t->of = NULL;
	}
	note_interval(s);
}

/* When the server pings it next */
static uint64_t due_ms(const struct site *s, const struct phone *p)
{
	uint64_t ms = 1000ull
				  * nt_lifetime_interval_of(&s->life, (uint32_t)(p - s->phone),
						  s->is->policy_s, s->is->floor_s),
			 policy_ms = s->is->policy_s * 1000ull;

	if(p->ping.tries > 0)
		return p->ping.retry_ms;
	if(!p->up)
		return p->tried || !p->on ? NEVER : p->fresh_ms;
	/* a first silence, and that of who has a weaker NAT, is the policy's */
	if((p->fresh_ms != NEVER
			   || (p->weak && p->generation == s->life.generation))
			&& ms > policy_ms)
		ms = policy_ms;
	return p->last_ms + ms > s->now_ms ? p->last_ms + ms : s->now_ms;
}

static void registers(struct site *s, struct phone *p)
{
	p->registers_ms = s->now_ms + p->register_s * 1000ull;
	refresh(s, p, &p->bound_ms);
	if(chance(s, s->is->loss)) {
		p->registers_ms = s->now_ms + 500; /* again */
		return;
	}
	if(!p->up) {
		/* new, or back: whether it answers is to be seen soon */
		p->fresh_ms = s->now_ms + 4000;
		p->tried = false;
	}
	p->ping.tries = 0;
	p->last_ms = s->now_ms;
}

static void die(struct site *s, struct phone *p)
{
	p->tried = true;
	if(!p->up)
		return;
	p->up = false;
	p->fresh_ms = NEVER;
	s->deaths += p->on;
	p->weak = nt_lifetime_died(
			&s->life, (uint32_t)(p - s->phone), p->ping.silence_s, now_s(s));
	p->generation = s->life.generation;
}

static void ping(struct site *s, struct phone *p)
{
	begin(s, &p->ping, p->last_ms);
	p->last_ms = s->now_ms;
	if(answers(s, p, &p->bound_ms)) {
		p->ping.tries = 0;
		nt_lifetime_lived(&s->life, (uint32_t)(p - s->phone), p->ping.silence_s,
				now_s(s));
		if(p->up) {
			p->fresh_ms = NEVER;
			begin_twin(s, p);
		}
		p->up = true;
	} else if(missed(s, &p->ping, 2000u << p->ping.tries)) {
		die(s, p);
	}
	note_interval(s);
}

static void set_up(struct site *s, const struct scene *scene, uint64_t seed)
{
	memset(s, 0, sizeof(*s));
	s->is = scene;
	s->random = seed;
	NT_MUST(scene->phones <= PHONES_MAX);
	s->off_ms = scene->off_s != 0 ? scene->off_s * 1000ull : NEVER;
	s->twin.number = PHONES_MAX;
	nt_lifetime_begin(&s->life, 0);
	for(unsigned i = 0; i < scene->phones; i++) {
		struct phone *p = &s->phone[i];

		p->on = true;
		p->register_s = scene->others_s != 0 && i % 4 == 3 ? scene->others_s
														   : scene->register_s;
		p->registers_ms = nt_random(&s->random) % 60000;
		p->fresh_ms = NEVER;
	}
}

struct event
{
	uint64_t at_ms;
	struct phone *phone; /* NULL: none of them */
	bool by_itself, twin;
};

static struct event next_event(struct site *s, uint64_t until_ms)
{
	struct event e = {.at_ms = until_ms};

	for(unsigned i = 0; i < s->is->phones; i++) {
		struct phone *p = &s->phone[i];
		uint64_t due = due_ms(s, p);

		if(p->registers_ms < e.at_ms)
			e = (struct event){p->registers_ms, p, true, false};
		if(due < e.at_ms)
			e = (struct event){due, p, false, false};
	}
	if(s->twin.of != NULL) {
		uint64_t due =
				s->twin.ping.tries > 0 ? s->twin.ping.retry_ms : s->twin.due_ms;

		if(due < e.at_ms)
			e = (struct event){.at_ms = due, .twin = true};
	}
	if(s->off_ms < e.at_ms)
		e = (struct event){.at_ms = s->off_ms};
	return e;
}

static void play(struct site *s, uint64_t until_ms)
{
	while(s->now_ms < until_ms) {
		struct event e = next_event(s, until_ms);

		s->now_ms = e.at_ms;
		if(e.phone != NULL && e.by_itself)
			registers(s, e.phone);
		else if(e.phone != NULL)
			ping(s, e.phone);
		else if(e.twin)
			ping_twin(s);
		else if(s->now_ms == s->off_ms)
			switch_off(s);
	}
}

/* How many times fewer pings were sent than at the policy's interval, times
 * ten */
static unsigned saved(const struct scene *is, unsigned hours, unsigned pings)
{
	return is->phones * hours * 36000 / is->policy_s / pings;
}

#define USUAL \
	.phones = 20, .policy_s = 25, .floor_s = 5, .hours = 4, .register_s = 1800
#define SEEDS 20

/* What is said of deaths and times holds in each of SEEDS plays, but for what
 * is a mean */
/* clang-format off */
#define FEW_PHONES .policy_s = 25, .floor_s = 5, .hours = 4
static const struct {
	struct scene is;
	unsigned least, most; /* interval at the end, percent of the life; least: mean */
	unsigned twins;       /* deaths, at most */
	unsigned phones;      /* deaths in ten plays, mean, at most */
	unsigned first_hour, all; /* policy's pings / ours, times ten, mean, at least */
	unsigned known_s;     /* known by then */
} rows[] = {
	{{.name = "10 s", .life_s = 10, USUAL}, 80, 100, 2, 100, 4, 3, 120},
	{{.name = "30 s", .life_s = 30, USUAL}, 80, 100, 2, 0, 10, 10, 200},
	{{.name = "60 s", .life_s = 60, USUAL}, 80, 100, 2, 0, 20, 20, 400},
	{{.name = "180 s", .life_s = 180, USUAL}, 80, 100, 2, 0, 43, 55, 1100},
	{{.name = "600 s", .life_s = 600, USUAL}, 80, 100, 2, 0, 60, 130, 5000},
	{{.name = "180 s, refreshed by what goes out alone (N160)", .life_s = 180, .outbound_only = true, USUAL},
		80, 100, 2, 0, 43, 55, 1100},
	{{.name = "30 s, likewise", .life_s = 30, .outbound_only = true, USUAL}, 80, 100, 2, 0, 10, 10, 200},
	{{.name = "171 to 189 s", .life_s = 180, .jitter = 5, USUAL}, 80, 95, 2, 0, 43, 55, 1300},
	{{.name = "155 to 205 s", .life_s = 180, .jitter = 14, USUAL}, 65, 92, 5, 25, 38, 48, 3200},
	{{.name = "180 s, one binding of a phone for all", .life_s = 180, .one_binding = true, USUAL},
		72, 100, 0, 10, 40, 48, 1300},
	{{.name = "60 s, likewise", .life_s = 60, .one_binding = true, USUAL}, 72, 100, 0, 10, 18, 18, 400},
	{{.name = "180 s, many send every 50 s", .life_s = 180, FEW_PHONES, .phones = 20, .register_s = 50,
		.others_s = 1800}, 80, 100, 2, 0, 60, 140, 1300},
	{{.name = "180 s, all send every 50 s", .life_s = 180, FEW_PHONES, .phones = 20, .register_s = 50},
		25, 30, 2, 0, 19, 19, 1200},
	{{.name = "180 s, one phone", .life_s = 180, FEW_PHONES, .phones = 1, .register_s = 600},
		80, 100, 2, 0, 30, 55, 1500},
	{{.name = "300 s, a policy of 110 s", .life_s = 300, .phones = 20, .policy_s = 110, .floor_s = 5, .hours = 4,
		.register_s = 3600}, 80, 100, 2, 0, 17, 21, 2000},
	{{.name = "180 s, and a phone is switched off every 10 minutes", .life_s = 180, FEW_PHONES, .off_s = 600,
		.phones = 60, .register_s = 1800}, 60, 100, 7, 0, 35, 44, 3600},
	/* three tries of 5 % each way: one in a thousand pings is not answered by
	 * who is well */
	{{.name = "180 s, 5 % lost", .life_s = 180, .loss = 5, USUAL}, 60, 100, 3, 30, 33, 38, 1600},
	{{.name = "60 s, 5 % lost", .life_s = 60, .loss = 5, USUAL}, 50, 100, 5, 75, 16, 16, 800},
};
/* clang-format on */

#define AT_LEAST(what, value, bar)                                            \
	ck_assert_msg((value) >= (bar), "%s: %s is %u, not %u or more", is->name, \
			what, value, bar)
#define AT_MOST(what, value, bar)                                             \
	ck_assert_msg((value) <= (bar), "%s: %s is %u, not %u or less", is->name, \
			what, value, bar)

struct sum
{
	unsigned interval, deaths, first_hour, all;
};

static void play_row(int row, uint64_t seed, struct sum *sum)
{
	const struct scene *is = &rows[row].is;
	static struct site s;
	unsigned interval;

	set_up(&s, is, seed);
	play(&s, HOUR_MS);
	sum->first_hour += s.pings;
	play(&s, (uint64_t)is->hours * HOUR_MS);
	sum->all += s.pings;
	interval = interval_of(&s);
	sum->interval += interval;
	sum->deaths += s.deaths;
	AT_MOST("interval", interval, is->life_s * rows[row].most / 100);
	AT_MOST("longest interval", s.worst_s, is->life_s * rows[row].most / 100);
	AT_MOST("deaths of twins", s.deaths_of_twins, rows[row].twins);
	ck_assert(s.known_ms != 0);
	AT_MOST("known after", (unsigned)(s.known_ms / 1000), rows[row].known_s);
}

START_TEST(found)
{
	const struct scene *is = &rows[_i].is;
	struct sum sum = {0};

	for(uint64_t seed = 1; seed <= SEEDS; seed++)
		play_row(_i, seed, &sum);
	AT_LEAST("interval", sum.interval / SEEDS,
			is->life_s * rows[_i].least / 100);
	AT_MOST("deaths of phones", sum.deaths * 10 / SEEDS, rows[_i].phones);
	AT_LEAST("saved in the first hour", saved(is, 1, sum.first_hour / SEEDS),
			rows[_i].first_hour);
	AT_LEAST("saved", saved(is, is->hours, sum.all / SEEDS), rows[_i].all);
}
END_TEST

/* All are dead by then, none could have known. They come back by themselves and
 * never die of what was believed before. */
START_TEST(a_life_that_ends_earlier_is_taken_back_at_once)
{
	static const struct scene is = {.name = "180 s, then 40 s",
			.life_s = 180,
			.later_s = 40,
			.later_at_s = 7200,
			USUAL};
	static struct site s;
	unsigned before;

	for(uint64_t seed = 1; seed <= SEEDS; seed++) {
		set_up(&s, &is, seed);
		play(&s, 2 * HOUR_MS);
		ck_assert_uint_ge(interval_of(&s), 144);
		ck_assert_uint_eq(s.deaths, 0);
		while(s.deaths == 0)
			play(&s, s.now_ms + 1000);
		ck_assert_uint_eq(interval_of(&s), 25);
		play(&s, 3 * HOUR_MS);
		ck_assert_uint_le(s.deaths, is.phones);
		before = s.deaths + s.deaths_of_twins;
		play(&s, 4 * HOUR_MS);
		ck_assert_uint_eq(s.deaths + s.deaths_of_twins, before);
		ck_assert_uint_ge(interval_of(&s), 32);
		ck_assert_uint_le(interval_of(&s), 40);
		/* the first one, and those of the second life */
		ck_assert_uint_le(s.deaths_of_twins, 4);
	}
}
END_TEST

START_TEST(a_life_that_ends_later_is_found_when_it_is_tested_again)
{
	static const struct scene is = {.name = "40 s, then 180 s",
			.life_s = 40,
			.later_s = 180,
			.later_at_s = 3600,
			USUAL};
	static struct site s;

	for(uint64_t seed = 1; seed <= SEEDS; seed++) {
		set_up(&s, &is, seed);
		play(&s, NT_LIFETIME_AGAIN_S * 1000ull);
		ck_assert_uint_ge(interval_of(&s), 32);
		ck_assert_uint_le(interval_of(&s), 40);
		play(&s, NT_LIFETIME_AGAIN_S * 1000ull + HOUR_MS);
		ck_assert_uint_ge(interval_of(&s), 144);
		ck_assert_uint_le(interval_of(&s), 180);
		ck_assert_uint_eq(s.deaths, 0);
		ck_assert_uint_le(s.deaths_of_twins, 4);
	}
}
END_TEST

/* It costs one volunteer each time */
START_TEST(a_life_that_stays_is_tested_again_twice_a_day)
{
	static const struct scene is = {.name = "60 s", .life_s = 60, USUAL};
	static struct site s;
	unsigned learned;

	set_up(&s, &is, 1);
	play(&s, HOUR_MS);
	learned = s.deaths_of_twins;
	play(&s, 7 * 24 * (uint64_t)HOUR_MS);
	ck_assert_uint_eq(s.deaths_of_twins - learned, 13);
	ck_assert_uint_eq(s.deaths, 0);
	ck_assert_uint_eq(interval_of(&s), 52);
}
END_TEST

/* Their phones' pings keep twins alive. One phone has to find out. */
START_TEST(where_twins_prove_too_much_one_phone_dies)
{
	static const struct scene is = {.name = "180 s, one binding",
			.life_s = 180,
			.one_binding = true,
			USUAL};
	static struct site s;

	for(uint64_t seed = 1; seed <= SEEDS; seed++) {
		set_up(&s, &is, seed);
		play(&s, 72 * (uint64_t)HOUR_MS);
		ck_assert_uint_le(s.deaths, 1);
		ck_assert(s.life.shared);
		ck_assert_uint_ge(interval_of(&s), 130);
		ck_assert_uint_le(interval_of(&s), 180);
	}
}
END_TEST

/* A home's router behind the carrier's: its phone dies once, and not again each
 * time it registers; the others keep what they have learned */
START_TEST(one_weaker_nat_is_no_burden_for_all)
{
	static const struct scene is = {.name = "180 s, one phone 60 s",
			.life_s = 180,
			.weak_s = 60,
			USUAL};
	static struct site s;
	unsigned all = 0;

	for(uint64_t seed = 1; seed <= SEEDS; seed++) {
		set_up(&s, &is, seed);
		play(&s, 8 * (uint64_t)HOUR_MS);
		ck_assert_uint_le(s.deaths, 1);
		ck_assert_uint_le(s.deaths_of_twins, 3);
		ck_assert_uint_le(interval_of(&s), 180);
		all += interval_of(&s) >= 144;
	}
	/* but where its own twin told, or it went ahead */
	ck_assert_uint_ge(all, SEEDS * 7 / 10);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_lifetime, played");
	TCase *c = tcase_create("changes");

	tcase_set_timeout(c, 60);
	nt_add_rows(suite, "found", found, NT_COUNT(rows));
	tcase_add_test(c, a_life_that_ends_earlier_is_taken_back_at_once);
	tcase_add_test(c, a_life_that_ends_later_is_found_when_it_is_tested_again);
	tcase_add_test(c, a_life_that_stays_is_tested_again_twice_a_day);
	tcase_add_test(c, where_twins_prove_too_much_one_phone_dies);
	tcase_add_test(c, one_weaker_nat_is_no_burden_for_all);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
