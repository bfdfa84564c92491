/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two user agents that obey RFC 6337 talk at random. What they mean by a
 * message is known because they sent it, not because somebody read it; the
 * tracker has to find the same. Copies of messages come in between. */
#include "unit/nt/nt_offers_words.h"

#include <stdarg.h>

#define STEPS 4000
#define WALKS 40

/* How far the INVITE under way is with its offer */
enum phase
{
	WAITS,	   /* offer in INVITE */
	PREVIEWED, /* and an unreliable answer */
	LATE,	   /* INVITE without SDP */
	LATE_1XX,  /* offer in a reliable 1xx */
	SETTLED
};

struct talk
{
	uint64_t random;
	struct nt_offers *call;
	unsigned cseq[2]; /* last ones of A and B */
	unsigned agreed, numbers, before;
	bool confirmed, invite;
	int invite_side;
	unsigned invite_cseq;
	enum phase phase;
	bool own; /* a PRACK or UPDATE with an offer is under way */
	bool own_prack;
	int own_side;
	unsigned own_cseq;
	bool ack, ack_late; /* is due; with the answer */
	char last[NT_ACT_TEXT];
};

static unsigned draw(struct talk *t, unsigned below)
{
	return (unsigned)(nt_random(&t->random) % below);
}

static char from(int side)
{
	return side == 0 ? '>' : '<';
}

/* One message, "message = what is to be done" */
static void say(struct talk *t, const char *format, ...)
{
	char line[NT_ACT_TEXT], got[NT_ACT_TEXT], *want;
	struct nt_offers_event e;
	struct nt_offers_act act;
	struct nt_offers *moved = nt_heap(t->call, sizeof(*moved));
	va_list args;

	/* a value: whoever keeps it may move it */
	free(t->call);
	t->call = moved;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	want = strstr(line, " = ");
	NT_MUST(want != NULL);
	*want = '\0';
	want += 3;
	e = event_must(nt_span_cstr(line));
	e.tag = e.tag == 0 && t->agreed + t->cseq[1] > 0 ? 1 : e.tag;
	act = nt_offers_seen(t->call, &e);
	act_text(got, &act);
	ck_assert_msg(strcmp(got, want) == 0, "'%s' after '%s': '%s', not '%s'",
			line, t->last, got, want);
	snprintf(t->last, sizeof(t->last), "%s", line);
	if(strncmp(want, "offer", 5) == 0 || strncmp(want, "answer", 6) == 0) {
		/* a copy of it */
		if(draw(t, 4) != 0)
			return;
		act = nt_offers_seen(t->call, &e);
		ck_assert_msg(act.repeat, "a copy of '%s'", line);
		act.repeat = false;
		ck_assert_str_eq(act_text(got, &act), want);
	}
}

static void agree(struct talk *t)
{
	t->agreed = ++t->numbers;
}

/* Is there an offer that waits for its answer? */
static bool is_open(const struct talk *t)
{
	return t->own || (t->ack && t->ack_late)
		   || (t->invite
				   && (t->phase == WAITS || t->phase == PREVIEWED
						   || t->phase == LATE_1XX));
}

static const char *offerer(int side)
{
	return side == 0 ? "A" : "B";
}

static void begin(struct talk *t)
{
	bool late = draw(t, 3) == 0;

	memset(t->call, 0, sizeof(*t->call));
	t->cseq[0] = 1 + draw(t, 1000);
	t->cseq[1] = t->cseq[0]; /* the same numbers on both sides */
	t->agreed = t->numbers = t->before = 0;
	t->confirmed = t->own = t->ack = false;
	t->invite = true;
	t->invite_side = 0;
	t->invite_cseq = t->cseq[0];
	t->phase = late ? LATE : WAITS;
	{
		struct nt_offers_event e = {.method = NT_OFFERS_INVITE,
				.cseq = t->invite_cseq,
				.sdp = !late};
		struct nt_offers_act act = nt_offers_seen(t->call, &e);

		ck_assert_int_eq(act.what, late ? NT_OFFERS_NOTHING : NT_OFFERS_OFFER);
	}
}

static void reinvite(struct talk *t)
{
	bool late = draw(t, 3) == 0;
	int side = (int)draw(t, 2);

	if(!t->confirmed || t->invite || t->own || t->ack)
		return;
	t->invite = true;
	t->invite_side = side;
	t->invite_cseq = ++t->cseq[side];
	t->phase = late ? LATE : WAITS;
	t->before = t->agreed;
	if(late)
		say(t, "%c INVITE %u = -", from(side), t->invite_cseq);
	else
		say(t, "%c INVITE %u s = offer %s INVITE", from(side), t->invite_cseq,
				offerer(side));
}

static void provisional(struct talk *t)
{
	char c = from(!t->invite_side);

	if(!t->invite)
		return;
	if(draw(t, 2) == 0) {
		say(t, "%c 180 INVITE %u = -", c, t->invite_cseq);
	} else if(t->phase == WAITS || t->phase == PREVIEWED) {
		say(t, "%c 183 INVITE %u s = preview %s INVITE%s", c, t->invite_cseq,
				offerer(t->invite_side), t->phase == PREVIEWED ? " again" : "");
		t->phase = PREVIEWED;
	} else if(t->phase == LATE) {
		say(t, "%c 183 INVITE %u s = - neither offer nor answer", c,
				t->invite_cseq);
	}
}

static void reliable(struct talk *t)
{
	char c = from(!t->invite_side);

	if(!t->invite)
		return;
	if(t->phase == LATE) {
		say(t, "%c r183 INVITE %u s = offer %s reliable 1xx", c, t->invite_cseq,
				offerer(!t->invite_side));
		t->phase = LATE_1XX;
	} else if(t->phase == WAITS || t->phase == PREVIEWED) {
		agree(t);
		say(t, "%c r183 INVITE %u s = answer %s INVITE #%u", c, t->invite_cseq,
				offerer(t->invite_side), t->agreed);
		t->phase = SETTLED;
	}
}

static void prack(struct talk *t)
{
	char c = from(t->invite_side);
	unsigned cseq;

	if(!t->invite || t->own)
		return;
	if(t->phase == LATE_1XX) {
		cseq = ++t->cseq[t->invite_side];
		agree(t);
		say(t, "%c PRACK %u s = answer %s reliable 1xx #%u", c, cseq,
				offerer(!t->invite_side), t->agreed);
		say(t, "%c 200 PRACK %u = -", from(!t->invite_side), cseq);
		t->phase = SETTLED;
	} else if(t->phase == SETTLED) {
		cseq = ++t->cseq[t->invite_side];
		if(draw(t, 2) == 0) {
			say(t, "%c PRACK %u = -", c, cseq);
			return;
		}
		say(t, "%c PRACK %u s = offer %s PRACK", c, cseq,
				offerer(t->invite_side));
		t->own = t->own_prack = true;
		t->own_side = t->invite_side;
		t->own_cseq = cseq;
	}
}

static void update(struct talk *t)
{
	int side = (int)draw(t, 2);
	unsigned cseq;

	/* nobody knows B before his first reply */
	if(t->invite && !t->confirmed && t->phase != SETTLED)
		return;
	cseq = ++t->cseq[side];
	if(draw(t, 4) == 0) {
		say(t, "%c UPDATE %u = -", from(side), cseq);
		say(t, "%c 200 UPDATE %u = -", from(!side), cseq);
	} else if(is_open(t)) {
		/* nobody offers before the ACK with the answer */
		if(t->ack)
			return;
		say(t, "%c UPDATE %u s = - glare", from(side), cseq);
		say(t, "%c 491 UPDATE %u = -", from(!side), cseq);
	} else if(!t->invite || t->phase == SETTLED) {
		say(t, "%c UPDATE %u s = offer %s UPDATE", from(side), cseq,
				offerer(side));
		t->own = true;
		t->own_prack = false;
		t->own_side = side;
		t->own_cseq = cseq;
	}
}

static void own_reply(struct talk *t)
{
	const char *what = t->own_prack ? "PRACK" : "UPDATE";
	char c = from(!t->own_side);

	if(!t->own)
		return;
	t->own = false;
	if(draw(t, 3) == 0) {
		say(t, "%c 488 %s %u = rollback #%u refused", c, what, t->own_cseq,
				t->agreed);
		return;
	}
	agree(t);
	say(t, "%c 200 %s %u s = answer %s %s #%u", c, what, t->own_cseq,
			offerer(t->own_side), what, t->agreed);
}

static void final(struct talk *t)
{
	char c = from(!t->invite_side);

	if(!t->invite || t->phase == LATE_1XX || (t->own && t->own_prack))
		return;
	t->ack_late = t->phase == LATE;
	if(t->phase == LATE) {
		if(t->own)
			return;
		say(t, "%c 200 INVITE %u s = offer %s 2xx", c, t->invite_cseq,
				offerer(!t->invite_side));
	} else if(t->phase == SETTLED) {
		say(t, "%c 200 INVITE %u = -", c, t->invite_cseq);
	} else if(t->phase == PREVIEWED && draw(t, 2) == 0) {
		agree(t);
		say(t, "%c 200 INVITE %u = - answered in an unreliable 1xx", c,
				t->invite_cseq);
	} else {
		agree(t);
		say(t, "%c 200 INVITE %u s = answer %s INVITE #%u", c, t->invite_cseq,
				offerer(t->invite_side), t->agreed);
	}
	t->invite = false;
	t->confirmed = t->ack = true;
}

static void fails(struct talk *t)
{
	bool pending = t->phase == WAITS || t->phase == PREVIEWED
				   || t->phase == LATE_1XX || (t->own && t->own_prack);
	bool changed = pending || t->agreed != t->before;
	char c = from(!t->invite_side);

	if(!t->invite || !t->confirmed)
		return;
	t->invite = false;
	t->agreed = t->before;
	if(changed)
		say(t, "%c 488 INVITE %u = rollback #%u refused", c, t->invite_cseq,
				t->agreed);
	else
		say(t, "%c 488 INVITE %u = -", c, t->invite_cseq);
	if(t->own && t->own_prack) {
		t->own = false;
		say(t, "%c 481 PRACK %u = -", c, t->own_cseq);
	}
}

static void ack(struct talk *t)
{
	char c = from(t->invite_side);

	if(!t->ack)
		return;
	if(t->ack_late) {
		agree(t);
		say(t, "%c ACK %u s = answer %s 2xx #%u", c, t->invite_cseq,
				offerer(!t->invite_side), t->agreed);
	} else {
		say(t, "%c ACK %u = -", c, t->invite_cseq);
	}
	t->ack = false;
}

static void hang_up(struct talk *t)
{
	int side = (int)draw(t, 2);
	unsigned cseq;

	if(!t->confirmed || draw(t, 40) != 0)
		return;
	cseq = ++t->cseq[side];
	say(t, "%c BYE %u = -", from(side), cseq);
	say(t, "%c 200 BYE %u = delete call", from(!side), cseq);
	say(t, "%c UPDATE %u s = - ended", from(side), cseq + 1);
	begin(t);
}

START_TEST(what_user_agents_mean_is_understood)
{
	static void (*const moves[])(struct talk *) = {reinvite, provisional,
			reliable, prack, update, own_reply, final, fails, ack, hang_up};
	struct talk t = {.random = 1000 + (unsigned)_i,
			.call = nt_heap(NULL, sizeof(*t.call)),
			.last = ""};

	begin(&t);
	for(int i = 0; i < STEPS; i++) {
		moves[draw(&t, NT_COUNT(moves))](&t);
		ck_assert(t.call->legs[1].stage == 0
				  || t.call->legs[1].agreed == t.agreed);
	}
	free(t.call);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_offers_model");

	nt_add_rows(s, "talks", what_user_agents_mean_is_understood, WALKS);
	return nt_run(s);
}
