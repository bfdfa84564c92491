/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The parts of nt_offers.h; of no use to others. */
#ifndef NT_OFFERS_PARTS_H
#define NT_OFFERS_PARTS_H

#include "nt/nt_offers.h"

enum
{
	NT_STAGE_FREE = 0,
	NT_STAGE_EARLY = 1,
	NT_STAGE_CONFIRMED = 2,
	NT_STAGE_ENDING = 3, /* BYE is under way */
	NT_STAGE_GONE = 4
};

/** Sender of an INVITE that was not seen */
#define NT_SIDE_NONE 2

/** Nothing is done, and why */
struct nt_offers_act nt_offers_none(enum nt_offers_why why);

/** Begin a leg with what its first INVITE, of A, said */
void nt_offers_begin(
		struct nt_offers_leg *leg, uint16_t branch, uint32_t cseq, bool sdp);

/** Messages of a leg: a request within the dialog but BYE, or a reply to it or
 * to the INVITE that began it */
struct nt_offers_act nt_offers_request(
		struct nt_offers_leg *leg, const struct nt_offers_event *e);
struct nt_offers_act nt_offers_reply(
		struct nt_offers_leg *leg, const struct nt_offers_event *e);

#endif /* NT_OFFERS_PARTS_H */
