/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Offers and answers of one leg of nt_offers.h */
#include "nt/nt_offers_parts.h"

static enum nt_side other(enum nt_side side)
{
	return side == NT_SIDE_A ? NT_SIDE_B : NT_SIDE_A;
}

static struct nt_offers_act act_of(const struct nt_offers_leg *leg,
		enum nt_offers_do what, const struct nt_exchange *x, bool repeat)
{
	return (struct nt_offers_act){.what = what,
			.by = (enum nt_offers_by)x->by,
			.offerer = (enum nt_side)x->offerer,
			.repeat = repeat,
			.agreed = leg->agreed,
			.branch = leg->branch,
			.tag = leg->tag};
}

/* Is it the offer of that transaction? */
static bool is_of(const struct nt_exchange *x, enum nt_offers_by by,
		enum nt_side sender, uint32_t cseq)
{
	return x->by == by && x->sender == sender && x->cseq == cseq;
}

static void open_exchange(struct nt_offers_leg *leg, enum nt_offers_by by,
		enum nt_side offerer, enum nt_side sender, uint32_t cseq)
{
	leg->open = (struct nt_exchange){.cseq = cseq,
			.by = (uint8_t)by,
			.offerer = (uint8_t)offerer,
			.sender = (uint8_t)sender};
}

static void close_exchange(struct nt_offers_leg *leg)
{
	leg->open = (struct nt_exchange){.by = NT_BY_NONE};
}

/* Numbers are never used again, but for 0 */
static void agree(struct nt_offers_leg *leg, uint32_t answer_cseq)
{
	leg->last = leg->open;
	leg->last.answer_cseq = answer_cseq;
	leg->numbers++;
	if(leg->numbers == 0)
		leg->numbers = 1;
	leg->agreed = leg->numbers;
	close_exchange(leg);
}

static struct nt_offers_act answer(
		struct nt_offers_leg *leg, uint32_t answer_cseq)
{
	agree(leg, answer_cseq);
	return act_of(leg, NT_OFFERS_ANSWER, &leg->last, false);
}

/* The open offer is no more */
static struct nt_offers_act take_back(
		struct nt_offers_leg *leg, enum nt_offers_why why)
{
	struct nt_offers_act act =
			act_of(leg, NT_OFFERS_ROLLBACK, &leg->open, false);

	act.why = why;
	close_exchange(leg);
	return act;
}

void nt_offers_begin(
		struct nt_offers_leg *leg, uint16_t branch, uint32_t cseq, bool sdp)
{
	*leg = (struct nt_offers_leg){.branch = branch,
			.stage = NT_STAGE_EARLY,
			.invite = true,
			.invite_used = sdp,
			.invite_sender = NT_SIDE_A,
			.invite_cseq = cseq};
	if(sdp)
		open_exchange(leg, NT_BY_INVITE, NT_SIDE_A, NT_SIDE_A, cseq);
}

/* The offer of that transaction again, or NULL */
static const struct nt_exchange *copy_of(const struct nt_offers_leg *leg,
		const struct nt_offers_event *e, enum nt_offers_by by)
{
	if(is_of(&leg->open, by, e->from, e->cseq))
		return &leg->open;
	return is_of(&leg->last, by, e->from, e->cseq) ? &leg->last : NULL;
}

/* Nobody offers anew before the ACK with the answer was sent and came: it took
 * another way */
static void forget_missed_ack(struct nt_offers_leg *leg)
{
	if(leg->open.by == NT_BY_2XX)
		close_exchange(leg);
}

/* SDP in a request that can carry an offer */
static struct nt_offers_act offer_in(struct nt_offers_leg *leg,
		const struct nt_offers_event *e, enum nt_offers_by by)
{
	const struct nt_exchange *copy = copy_of(leg, e, by);

	if(!e->sdp)
		return nt_offers_none(NT_WHY_NONE);
	if(copy != NULL)
		return act_of(leg, NT_OFFERS_OFFER, copy, true);
	if(leg->stage == NT_STAGE_ENDING)
		return nt_offers_none(NT_WHY_ENDED);
	forget_missed_ack(leg);
	if(leg->open.by != NT_BY_NONE)
		return nt_offers_none(NT_WHY_GLARE);
	open_exchange(leg, by, e->from, e->from, e->cseq);
	return act_of(leg, NT_OFFERS_OFFER, &leg->open, false);
}

/* The same INVITE again */
static struct nt_offers_act invite_again(
		const struct nt_offers_leg *leg, const struct nt_offers_event *e)
{
	const struct nt_exchange *copy = copy_of(leg, e, NT_BY_INVITE);

	if(e->sdp && copy != NULL)
		return act_of(leg, NT_OFFERS_OFFER, copy, true);
	return nt_offers_none(e->sdp ? NT_WHY_UNPAIRED : NT_WHY_NONE);
}

static struct nt_offers_act invite_request(
		struct nt_offers_leg *leg, const struct nt_offers_event *e)
{
	struct nt_offers_act act;

	if((leg->invite_sender == e->from && leg->invite_cseq == e->cseq)
			|| copy_of(leg, e, NT_BY_INVITE) != NULL)
		return invite_again(leg, e);
	if(leg->stage == NT_STAGE_ENDING)
		return nt_offers_none(NT_WHY_ENDED);
	if(leg->invite && leg->invite_sender != e->from)
		return nt_offers_none(NT_WHY_GLARE);
	/* one of the same sender is over, whatever became of it: he could not send
	 * another */
	if(leg->invite && leg->open.sender == e->from
			&& leg->open.cseq == leg->invite_cseq)
		close_exchange(leg);
	forget_missed_ack(leg);
	if(leg->open.by != NT_BY_NONE)
		return nt_offers_none(NT_WHY_GLARE);
	act = offer_in(leg, e, NT_BY_INVITE);
	leg->invite = true;
	leg->invite_used = e->sdp;
	leg->invite_sender = (uint8_t)e->from;
	leg->invite_cseq = e->cseq;
	leg->before = leg->agreed;
	return act;
}

static struct nt_offers_act prack_request(
		struct nt_offers_leg *leg, const struct nt_offers_event *e)
{
	if(leg->open.by == NT_BY_1XX && leg->open.sender == e->from)
		return e->sdp ? answer(leg, e->cseq) : nt_offers_none(NT_WHY_NONE);
	if(e->sdp && leg->last.by == NT_BY_1XX && leg->last.sender == e->from
			&& leg->last.answer_cseq == e->cseq)
		return act_of(leg, NT_OFFERS_ANSWER, &leg->last, true);
	/* so it is an offer, whatever else has SDP in a PRACK */
	return offer_in(leg, e, NT_BY_PRACK);
}

static struct nt_offers_act ack_request(
		struct nt_offers_leg *leg, const struct nt_offers_event *e)
{
	if(is_of(&leg->open, NT_BY_2XX, e->from, e->cseq))
		return e->sdp ? answer(leg, e->cseq)
					  : take_back(leg, NT_WHY_UNANSWERED);
	if(!e->sdp)
		return nt_offers_none(NT_WHY_NONE);
	if(is_of(&leg->last, NT_BY_2XX, e->from, e->cseq))
		return act_of(leg, NT_OFFERS_ANSWER, &leg->last, true);
	return nt_offers_none(NT_WHY_UNPAIRED);
}

struct nt_offers_act nt_offers_request(
		struct nt_offers_leg *leg, const struct nt_offers_event *e)
{
	switch(e->method) {
		case NT_OFFERS_INVITE:
			return invite_request(leg, e);
		case NT_OFFERS_PRACK:
			return prack_request(leg, e);
		case NT_OFFERS_ACK:
			return ack_request(leg, e);
		case NT_OFFERS_UPDATE:
			return offer_in(leg, e, NT_BY_UPDATE);
		default:
			return nt_offers_none(NT_WHY_NONE);
	}
}

/* SDP of an INVITE's reply that is no first offer and no first answer: what
 * came before in this transaction comes again, if nothing else was agreed
 * since */
static struct nt_offers_act again(
		const struct nt_offers_leg *leg, const struct nt_offers_event *e)
{
	const struct nt_exchange *x =
			leg->open.by != NT_BY_NONE ? &leg->open : &leg->last;

	if(!e->sdp)
		return nt_offers_none(NT_WHY_NONE);
	if(x->cseq != leg->invite_cseq || x->sender != leg->invite_sender)
		return nt_offers_none(NT_WHY_UNPAIRED);
	if(x->by == NT_BY_1XX || x->by == NT_BY_2XX)
		return act_of(leg, NT_OFFERS_OFFER, x, true);
	if(x->by == NT_BY_INVITE)
		return act_of(leg, NT_OFFERS_ANSWER, x, true);
	return nt_offers_none(NT_WHY_UNPAIRED);
}

/* Is the INVITE's own offer open? */
static bool invite_waits(const struct nt_offers_leg *leg)
{
	return is_of(&leg->open, NT_BY_INVITE, (enum nt_side)leg->invite_sender,
			leg->invite_cseq);
}

static struct nt_offers_act preview(struct nt_offers_leg *leg)
{
	struct nt_offers_act act =
			act_of(leg, NT_OFFERS_ANSWER, &leg->open, leg->open.previewed);

	act.preview = true;
	leg->open.previewed = true;
	return act;
}

/* The first SDP of a reliable reply to an INVITE without any is an offer */
static struct nt_offers_act late_offer(struct nt_offers_leg *leg,
		const struct nt_offers_event *e, enum nt_offers_by by)
{
	open_exchange(leg, by, e->from, (enum nt_side)leg->invite_sender,
			leg->invite_cseq);
	leg->invite_used = true;
	return act_of(leg, NT_OFFERS_OFFER, &leg->open, false);
}

static bool may_offer_late(const struct nt_offers_leg *leg)
{
	return leg->invite && !leg->invite_used && leg->open.by == NT_BY_NONE;
}

static struct nt_offers_act invite_1xx(
		struct nt_offers_leg *leg, const struct nt_offers_event *e)
{
	if(e->sdp && invite_waits(leg))
		return e->reliable ? answer(leg, 0) : preview(leg);
	if(e->sdp && may_offer_late(leg))
		return e->reliable ? late_offer(leg, e, NT_BY_1XX)
						   : nt_offers_none(NT_WHY_UNPAIRED);
	return again(leg, e);
}

static struct nt_offers_act invite_2xx(
		struct nt_offers_leg *leg, const struct nt_offers_event *e)
{
	bool late = may_offer_late(leg);

	if(!leg->invite)
		return again(leg, e);
	leg->invite = false;
	if(leg->stage == NT_STAGE_EARLY)
		leg->stage = NT_STAGE_CONFIRMED;
	leg->was_early = false;
	if(invite_waits(leg)) {
		if(e->sdp)
			return answer(leg, 0);
		if(!leg->open.previewed)
			return take_back(leg, NT_WHY_UNANSWERED);
		/* not by the book, but gateways do so, and both ends talk by it */
		agree(leg, 0);
		return nt_offers_none(NT_WHY_PREVIEWED);
	}
	if(leg->open.by == NT_BY_1XX)
		return take_back(leg, NT_WHY_UNANSWERED);
	return late && e->sdp ? late_offer(leg, e, NT_BY_2XX) : again(leg, e);
}

/* Refused: all that was agreed since it came is no more; an UPDATE that is
 * under way has a reply of its own */
static struct nt_offers_act invite_failed(struct nt_offers_leg *leg)
{
	struct nt_offers_act act;
	bool pending = leg->open.by != NT_BY_NONE && leg->open.by != NT_BY_UPDATE;

	if(!leg->invite)
		return nt_offers_none(NT_WHY_NONE);
	leg->invite = false;
	if(!pending && leg->agreed == leg->before)
		return nt_offers_none(NT_WHY_NONE);
	leg->agreed = leg->before;
	act = act_of(
			leg, NT_OFFERS_ROLLBACK, pending ? &leg->open : &leg->last, false);
	act.why = NT_WHY_FAILED;
	if(pending)
		close_exchange(leg);
	return act;
}

static struct nt_offers_act invite_reply(
		struct nt_offers_leg *leg, const struct nt_offers_event *e)
{
	if(leg->invite_sender != other(e->from) || leg->invite_cseq != e->cseq)
		return nt_offers_none(e->sdp ? NT_WHY_UNPAIRED : NT_WHY_NONE);
	if(e->code >= 300)
		return invite_failed(leg);
	return e->code < 200 ? invite_1xx(leg, e) : invite_2xx(leg, e);
}

/* Of PRACK and UPDATE */
static struct nt_offers_act reply_to(struct nt_offers_leg *leg,
		const struct nt_offers_event *e, enum nt_offers_by by)
{
	enum nt_side sender = other(e->from);

	if(e->code < 200)
		return nt_offers_none(NT_WHY_NONE);
	if(is_of(&leg->open, by, sender, e->cseq)) {
		if(e->code >= 300)
			return take_back(leg, NT_WHY_FAILED);
		return e->sdp ? answer(leg, 0) : take_back(leg, NT_WHY_UNANSWERED);
	}
	if(!e->sdp || e->code >= 300)
		return nt_offers_none(NT_WHY_NONE);
	if(is_of(&leg->last, by, sender, e->cseq))
		return act_of(leg, NT_OFFERS_ANSWER, &leg->last, true);
	return nt_offers_none(NT_WHY_UNPAIRED);
}

struct nt_offers_act nt_offers_reply(
		struct nt_offers_leg *leg, const struct nt_offers_event *e)
{
	switch(e->method) {
		case NT_OFFERS_INVITE:
			return invite_reply(leg, e);
		case NT_OFFERS_PRACK:
			return reply_to(leg, e, NT_BY_PRACK);
		case NT_OFFERS_UPDATE:
			return reply_to(leg, e, NT_BY_UPDATE);
		default:
			return nt_offers_none(NT_WHY_NONE);
	}
}
