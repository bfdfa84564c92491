/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls and their legs: which leg a message belongs to, how legs begin and end.
 * What happens within a leg is in nt_offers_leg.c. */
#include "nt/nt_offers.h"

#include <string.h>

#include "nt/nt_offers_parts.h"

static bool is_alive(const struct nt_offers_leg *leg)
{
	return leg->stage != NT_STAGE_FREE && leg->stage != NT_STAGE_GONE;
}

size_t nt_offers_alive(const struct nt_offers *call)
{
	size_t count = 0;

	for(size_t i = 0; i < NT_OFFERS_LEGS; i++)
		count += is_alive(&call->legs[i]);
	return count;
}

struct nt_offers_act nt_offers_none(enum nt_offers_why why)
{
	return (struct nt_offers_act){.what = NT_OFFERS_NOTHING, .why = why};
}

/* A free place, or that of the oldest tombstone */
static struct nt_offers_leg *place_of(struct nt_offers *call)
{
	struct nt_offers_leg *oldest = NULL;

	for(size_t i = 0; i < NT_OFFERS_LEGS; i++) {
		struct nt_offers_leg *leg = &call->legs[i];

		if(leg->stage == NT_STAGE_FREE)
			return leg;
		if(leg->stage == NT_STAGE_GONE
				&& (oldest == NULL || leg->age < oldest->age))
			oldest = leg;
	}
	return oldest;
}

/* Within a dialog the tag says which leg */
static struct nt_offers_leg *leg_of(struct nt_offers *call, uint32_t tag)
{
	for(size_t i = 0; i < NT_OFFERS_LEGS; i++) {
		if(call->legs[i].stage != NT_STAGE_FREE && call->legs[i].tag == tag)
			return &call->legs[i];
	}
	return NULL;
}

static struct nt_offers_leg *leg_of_branch(
		struct nt_offers *call, uint16_t branch, uint32_t tag)
{
	for(size_t i = 0; i < NT_OFFERS_LEGS; i++) {
		struct nt_offers_leg *leg = &call->legs[i];

		if(leg->stage != NT_STAGE_FREE && leg->branch == branch
				&& leg->tag == tag)
			return leg;
	}
	return NULL;
}

/* End early legs, all or those of a branch.
 * @return whether there were any */
static bool end_early(struct nt_offers *call, bool all, uint16_t branch)
{
	bool any = false;

	for(size_t i = 0; i < NT_OFFERS_LEGS; i++) {
		struct nt_offers_leg *leg = &call->legs[i];

		if(leg->stage != NT_STAGE_EARLY || (!all && leg->branch != branch))
			continue;
		leg->stage = NT_STAGE_FREE;
		any = true;
	}
	return any;
}

static struct nt_offers_act delete_of(const struct nt_offers *call,
		enum nt_offers_scope scope, uint16_t branch, uint32_t tag)
{
	return (struct nt_offers_act){.what = NT_OFFERS_DELETE,
			.scope = nt_offers_alive(call) > 0 ? scope : NT_OFFERS_CALL,
			.branch = branch,
			.tag = tag};
}

/* The INVITE that begins the call, on its way in one of its branches */
static struct nt_offers_act first_invite(
		struct nt_offers *call, const struct nt_offers_event *e)
{
	struct nt_offers_leg *leg;

	if(call->begun && e->cseq < call->cseq)
		return nt_offers_none(NT_WHY_ENDED);
	if(!call->begun || e->cseq != call->cseq) {
		/* the first one, or once more, with a password */
		end_early(call, true, 0);
		call->begun = true;
		call->ended = false;
		call->cseq = e->cseq;
	}
	if(call->ended)
		return nt_offers_none(NT_WHY_ENDED);
	leg = leg_of_branch(call, e->branch, 0);
	if(leg != NULL)
		return leg->stage == NT_STAGE_EARLY ? nt_offers_request(leg, e)
											: nt_offers_none(NT_WHY_ENDED);
	leg = place_of(call);
	if(leg == NULL)
		return nt_offers_none(NT_WHY_FULL);
	nt_offers_begin(leg, e->branch, call->cseq, e->sdp);
	if(!e->sdp)
		return nt_offers_none(NT_WHY_NONE);
	return (struct nt_offers_act){.what = NT_OFFERS_OFFER,
			.by = NT_BY_INVITE,
			.offerer = NT_SIDE_A,
			.branch = e->branch};
}

/* A reply to it. Each new tag is a leg of its own, beginning with the offer
 * that the branch began with. */
static struct nt_offers_act first_reply(
		struct nt_offers *call, const struct nt_offers_event *e)
{
	struct nt_offers_leg *leg = leg_of_branch(call, e->branch, e->tag);

	if(e->code >= 300) {
		/* a leg that was confirmed cannot fail any more */
		if(!end_early(call, false, e->branch))
			return nt_offers_none(NT_WHY_UNKNOWN);
		return delete_of(call, NT_OFFERS_BRANCH, e->branch, 0);
	}
	if(leg == NULL) {
		const struct nt_offers_leg *first = leg_of_branch(call, e->branch, 0);

		if(first == NULL || first->stage != NT_STAGE_EARLY
				|| leg_of(call, e->tag) != NULL)
			return nt_offers_none(NT_WHY_UNKNOWN);
		leg = place_of(call);
		if(leg == NULL)
			return nt_offers_none(NT_WHY_FULL);
		nt_offers_begin(leg, e->branch, call->cseq,
				first->open.by == NT_BY_INVITE
						|| first->last.by == NT_BY_INVITE);
		leg->tag = e->tag;
	}
	if(leg->stage == NT_STAGE_GONE)
		return nt_offers_none(NT_WHY_ENDED);
	return nt_offers_reply(leg, e);
}

static struct nt_offers_act bye_request(struct nt_offers_leg *leg)
{
	if(leg->stage != NT_STAGE_ENDING) {
		leg->was_early = leg->stage == NT_STAGE_EARLY;
		leg->stage = NT_STAGE_ENDING;
	}
	return nt_offers_none(NT_WHY_NONE);
}

/* A branch waits for more tags. When the leg that was talked on ends, what may
 * still come of others is not waited for: nobody is there to take it. */
static void end_branches(struct nt_offers *call)
{
	for(size_t i = 0; i < NT_OFFERS_LEGS; i++) {
		if(is_alive(&call->legs[i]) && call->legs[i].tag != 0)
			return;
	}
	end_early(call, true, 0);
}

static struct nt_offers_act bye_reply(struct nt_offers *call,
		struct nt_offers_leg *leg, const struct nt_offers_event *e)
{
	bool early;

	if(e->code < 200)
		return nt_offers_none(NT_WHY_NONE);
	if(e->code == 401 || e->code == 407) {
		if(leg->stage == NT_STAGE_ENDING)
			leg->stage = leg->was_early ? NT_STAGE_EARLY : NT_STAGE_CONFIRMED;
		return nt_offers_none(NT_WHY_NONE);
	}
	early = leg->stage == NT_STAGE_EARLY || leg->was_early;
	leg->stage = NT_STAGE_GONE;
	leg->age = call->events;
	if(!early)
		end_branches(call);
	if(nt_offers_alive(call) == 0)
		call->ended = true;
	return delete_of(call, NT_OFFERS_LEG, leg->branch, leg->tag);
}

static struct nt_offers_act within_dialog(
		struct nt_offers *call, const struct nt_offers_event *e)
{
	struct nt_offers_leg *leg = e->tag != 0 ? leg_of(call, e->tag) : NULL;

	if(leg == NULL)
		return nt_offers_none(NT_WHY_UNKNOWN);
	if(leg->stage == NT_STAGE_GONE)
		return nt_offers_none(NT_WHY_ENDED);
	if(e->method == NT_OFFERS_BYE)
		return e->kind == NT_OFFERS_REQUEST ? bye_request(leg)
											: bye_reply(call, leg, e);
	return e->kind == NT_OFFERS_REQUEST ? nt_offers_request(leg, e)
										: nt_offers_reply(leg, e);
}

static struct nt_offers_act done(struct nt_offers *call)
{
	bool any = end_early(call, true, 0);

	if(nt_offers_alive(call) == 0)
		call->ended = true;
	return any ? delete_of(call, NT_OFFERS_EARLY, 0, 0)
			   : nt_offers_none(NT_WHY_NONE);
}

struct nt_offers_act nt_offers_seen(
		struct nt_offers *call, const struct nt_offers_event *e)
{
	call->events++;
	if(e->kind == NT_OFFERS_DONE)
		return done(call);
	if(e->method == NT_OFFERS_OTHER)
		return nt_offers_none(NT_WHY_NONE);
	if(e->method == NT_OFFERS_INVITE) {
		if(e->kind == NT_OFFERS_REQUEST && e->tag == 0 && e->from == NT_SIDE_A)
			return first_invite(call, e);
		if(e->kind == NT_OFFERS_REPLY && e->from == NT_SIDE_B && call->begun
				&& e->cseq == call->cseq)
			return first_reply(call, e);
	}
	return within_dialog(call, e);
}

bool nt_offers_resume(struct nt_offers *call, uint32_t tag, uint16_t agreed)
{
	struct nt_offers_leg *leg;

	if(tag == 0 || leg_of(call, tag) != NULL || (leg = place_of(call)) == NULL)
		return false;
	*leg = (struct nt_offers_leg){.tag = tag,
			.stage = NT_STAGE_CONFIRMED,
			.invite_sender = NT_SIDE_NONE,
			.agreed = agreed,
			.numbers = agreed};
	call->ended = false;
	return true;
}

const char *nt_offers_why_name(enum nt_offers_why why)
{
	static const char *const names[NT_WHY_COUNT] = {[NT_WHY_NONE] = "",
			[NT_WHY_UNKNOWN] = "no such leg",
			[NT_WHY_ENDED] = "ended",
			[NT_WHY_FULL] = "too many legs",
			[NT_WHY_GLARE] = "glare",
			[NT_WHY_UNPAIRED] = "neither offer nor answer",
			[NT_WHY_PREVIEWED] = "answered in an unreliable 1xx",
			[NT_WHY_UNANSWERED] = "no answer where it had to be",
			[NT_WHY_FAILED] = "refused"};

	return (unsigned)why < NT_WHY_COUNT ? names[why] : "unknown";
}

const char *nt_offers_by_name(enum nt_offers_by by)
{
	static const char *const names[NT_BY_COUNT] = {[NT_BY_NONE] = "nothing",
			[NT_BY_INVITE] = "INVITE",
			[NT_BY_1XX] = "reliable 1xx",
			[NT_BY_2XX] = "2xx",
			[NT_BY_PRACK] = "PRACK",
			[NT_BY_UPDATE] = "UPDATE"};

	return (unsigned)by < NT_BY_COUNT ? names[by] : "unknown";
}
