/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Which SDP is an offer, which its answer, and what a failure takes back: the
 * offers and answers of one call as a proxy sees them pass (RFC 3264, 6337).
 *
 * A call is what one INVITE began, with a leg for each branch and each tag of a
 * callee. Side A began the dialog. Each message that passes is shown once, in
 * the order in which it is sent on; what comes back is what is to be done with
 * its SDP, and who made the offer.
 *
 * The six patterns (RFC 6337 §2.2): offer in INVITE, answer in 2xx or in a
 * reliable 1xx; offer in 2xx, answer in ACK; offer in a reliable 1xx, answer in
 * PRACK; offer in PRACK or UPDATE, answer in its 2xx. All other SDP is none of
 * this and is left alone (N104). SDP in an unreliable 1xx is a preview of the
 * answer (N105). What comes again is known as such: nothing is opened twice.
 *
 * A failed INVITE within the dialog takes back what was agreed in it, a failed
 * UPDATE or PRACK its own offer (N031, N106; RFC 6141 §3: who has used what
 * was agreed in it does not refuse). An offer while another one is open is
 * refused by whom it reaches (491, 500), so nothing is done with it.
 *
 * After BYE a leg is a tombstone: nothing that comes late makes anything new
 * (T11). BYE counts when it is answered, with anything but a challenge: who
 * was asked for a password is still in the call.
 *
 * A value without pointers: it may be copied, shared or stored. Bounded: legs
 * beyond NT_OFFERS_LEGS are refused (T12). Pure: no allocation, no clock, no
 * lock. Cannot fail: any order of any events is met with something.
 */
#ifndef NT_OFFERS_H
#define NT_OFFERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NT_OFFERS_LEGS 16

enum nt_side
{
	NT_SIDE_A = 0, /**< who began the dialog */
	NT_SIDE_B = 1
};

enum nt_offers_kind
{
	NT_OFFERS_REQUEST = 0,
	NT_OFFERS_REPLY = 1,
	NT_OFFERS_DONE = 2 /**< the first INVITE's transaction is over and no more
						  2xx come: early legs end */
};

enum nt_offers_method
{
	NT_OFFERS_OTHER = 0, /**< CANCEL, INFO, ...: nothing is done */
	NT_OFFERS_INVITE = 1,
	NT_OFFERS_ACK = 2,
	NT_OFFERS_PRACK = 3,
	NT_OFFERS_UPDATE = 4,
	NT_OFFERS_BYE = 5
};

/** A message that passes */
struct nt_offers_event
{
	enum nt_offers_kind kind;
	enum nt_offers_method method; /**< of replies that of their request */
	enum nt_side from;			  /**< who sent this very message */
	unsigned code;				  /**< of replies, 100 to 699; local ones (408)
									 as well */
	uint32_t cseq;
	bool sdp;		 /**< it has an SDP body */
	bool reliable;	 /**< a 1xx with Require: 100rel and RSeq (RFC 3262) */
	uint16_t branch; /**< of the first INVITE and its replies */
	uint32_t tag; /**< a number for B's tag, a keyed hash of it; 0: none yet */
};

/** What is to be done with a message, or with the media of a leg */
enum nt_offers_do
{
	NT_OFFERS_NOTHING = 0, /**< SDP, if any, is left as it is */
	NT_OFFERS_OFFER = 1,
	NT_OFFERS_ANSWER = 2,
	NT_OFFERS_ROLLBACK = 3, /**< what was agreed as number `agreed` is in force
							   again; 0: nothing is */
	NT_OFFERS_DELETE = 4
};

/** What NT_OFFERS_DELETE ends */
enum nt_offers_scope
{
	NT_OFFERS_LEG = 0,
	NT_OFFERS_BRANCH = 1, /**< all early legs of that branch */
	NT_OFFERS_EARLY = 2,  /**< all early legs */
	NT_OFFERS_CALL = 3	  /**< all; none is left */
};

/** Why nothing is done, or something is taken back */
enum nt_offers_why
{
	NT_WHY_NONE = 0,
	NT_WHY_UNKNOWN = 1,	   /**< no such leg */
	NT_WHY_ENDED = 2,	   /**< the leg or the call is over, or ends */
	NT_WHY_FULL = 3,	   /**< no room for another leg */
	NT_WHY_GLARE = 4,	   /**< another offer is open */
	NT_WHY_UNPAIRED = 5,   /**< SDP where there is neither offer nor answer */
	NT_WHY_PREVIEWED = 6,  /**< the answer was in an unreliable 1xx alone */
	NT_WHY_UNANSWERED = 7, /**< where the answer had to be there was none */
	NT_WHY_FAILED = 8	   /**< the request with the offer was refused */
};
#define NT_WHY_COUNT 9

/** The message that carries an offer */
enum nt_offers_by
{
	NT_BY_NONE = 0,
	NT_BY_INVITE = 1,
	NT_BY_1XX = 2, /**< reliable, of an INVITE without SDP */
	NT_BY_2XX = 3, /**< of an INVITE without SDP */
	NT_BY_PRACK = 4,
	NT_BY_UPDATE = 5
};
#define NT_BY_COUNT 6

struct nt_offers_act
{
	enum nt_offers_do what;
	enum nt_offers_why why;
	enum nt_offers_by by; /**< of OFFER and ANSWER: where the offer was */
	enum nt_side offerer; /**< of these, too */
	bool repeat;		  /**< the same body came before and is to be made the
							 same as then (N105) */
	bool preview;		  /**< an ANSWER that another one will confirm */
	enum nt_offers_scope scope; /**< of DELETE */
	uint16_t agreed; /**< of ANSWER: the number of what is agreed now, 1 and up;
						of ROLLBACK, see there */
	uint16_t branch; /**< of the leg */
	uint32_t tag;	 /**< of the leg; 0: none yet, or of many */
};

/** An offer, open or answered */
struct nt_exchange
{
	uint32_t cseq;		  /**< of the transaction that carried the offer */
	uint32_t answer_cseq; /**< of the ACK or PRACK with the answer */
	uint8_t by;			  /**< enum nt_offers_by */
	uint8_t offerer;	  /**< enum nt_side */
	uint8_t sender;		  /**< enum nt_side: of that transaction's request */
	bool previewed;
};

struct nt_offers_leg
{
	uint32_t tag;
	uint16_t branch;
	uint8_t stage;			 /**< of nt_offers.c; 0: free */
	bool was_early;			 /**< before BYE */
	struct nt_exchange open; /**< by NT_BY_NONE: none is open */
	struct nt_exchange last; /**< the last one that was answered */
	uint16_t agreed;		 /**< number of what is in force */
	uint16_t numbers;		 /**< that were given */
	bool invite;			 /**< an INVITE is under way */
	bool invite_used;		 /**< its offer was seen */
	uint8_t invite_sender;	 /**< enum nt_side; 2: none was seen */
	uint32_t invite_cseq;
	uint16_t before; /**< number of what was in force before it */
	uint32_t age;	 /**< tombstones: when, as number of an event */
};

/** A call. All zero is one of which nothing was seen. */
struct nt_offers
{
	uint32_t cseq; /**< of the first INVITE */
	uint32_t events;
	bool begun, ended;
	struct nt_offers_leg legs[NT_OFFERS_LEGS];
};

/** A message passes */
struct nt_offers_act nt_offers_seen(
		struct nt_offers *call, const struct nt_offers_event *event);

/** Know a confirmed leg again, of which something else kept (a sealed
 * Record-Route) that @p agreed was in force.
 * @return false if there is no room, or it is known, tombstone or not */
bool nt_offers_resume(struct nt_offers *call, uint32_t tag, uint16_t agreed);

/** Legs that are not over */
size_t nt_offers_alive(const struct nt_offers *call);

/** Words for people: "glare"; "PRACK". "" for NT_WHY_NONE */
const char *nt_offers_why_name(enum nt_offers_why why);
const char *nt_offers_by_name(enum nt_offers_by by);

#endif /* NT_OFFERS_H */
