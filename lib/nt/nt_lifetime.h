/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * How long does the NAT in front of a site keep a binding that is silent? One
 * volunteer finds out for all (idea 3, P19).
 *
 * The story: a site begins with the policy's interval. A volunteer is left
 * alone for a longer time and then sent a request. If that is answered, the
 * binding has lived through the silence: an answer is only possible if the
 * request passed the NAT. So the next test is a third longer. If there is no
 * answer, though it was well before, the binding was gone: from what is proven
 * small steps lead up to what killed, and the first one that kills as well is
 * the last test. One or two deaths are all that it takes. All flows of the site
 * are pinged at the longest silence that is proven, less a margin.
 *
 * Who volunteers dies, so it shall be nobody who is needed: a twin, a second
 * binding of one of the phones to a socket that is there for nothing else.
 * There are NATs that have one binding of a phone for all that it talks to.
 * There the phone's own pings keep its twin alive, and it proves too much. So
 * one of the flows that are needed, the pioneer, goes ahead of the others by a
 * quarter at a time, and all follow to where it lived. Where it dies though
 * twins live, twins are not believed any more, and it goes no further: one
 * phone has to pay.
 *
 * What is known fades: after a while it is tested again whether it has grown.
 * One flow of the site that dies at the learned interval takes it back at once:
 * all are pinged as the policy says. Mostly it was only a phone that was
 * switched off, and who lives through as much puts it back; if another one dies
 * first, or such deaths are too many beside those who live, it is unlearned.
 *
 * Who calls has to know some things that are not said here: silence is counted
 * from the last packet in either direction, whoever sent it. What is found
 * holds for bindings in use: NATs keep what was used once for shorter, so the
 * first silence of a flow is the policy's, and a twin is pinged for some
 * seconds before it is left alone. Who dies at the learned interval while the
 * others live through it sits behind a weaker NAT of its own, and would die
 * again each time it comes back: see nt_lifetime_died().
 *
 * Pure; no allocation; no clock: seconds of one that does not run backwards,
 * 32 bits, wrapping.
 */
#ifndef NT_LIFETIME_H
#define NT_LIFETIME_H

#include <stdbool.h>
#include <stdint.h>

/** No binding is believed to live longer, seconds: by then a client has
 * registered again */
#define NT_LIFETIME_MAX_S 1800
/** What is proven is used less this share, percent */
#define NT_LIFETIME_MARGIN 10
/** Found out when known to so many percent of itself, or to a second */
#define NT_LIFETIME_FINE 11
/** What was found is tested again after so long, seconds; twice, four and eight
 * times that if it had to be unlearned */
#define NT_LIFETIME_AGAIN_S 43200

#define NT_NO_VOLUNTEER UINT32_MAX

struct nt_lifetime
{
	uint16_t lived_s;	/**< longest silence that a binding was seen to live
						   through; 0: nothing is known */
	uint16_t died_s;	/**< shortest one that it did not; 0: none is known */
	uint16_t test_s;	/**< silence that is tested now; 0: none is */
	uint16_t deaths;	/**< at the learned interval, since it was learned */
	uint32_t volunteer; /**< who tests, or NT_NO_VOLUNTEER */
	uint32_t at_s;		/**< when the last test ended */
	uint8_t generation; /**< another one when it is unlearned */
	bool shared;		/**< twins prove too much here */
	/* --- for nt_lifetime alone */
	bool hearsay;	   /* died_s is from others than a volunteer */
	bool spoiled;	   /* what the volunteer finds is of no use */
	uint8_t suspicion; /* grows with deaths, shrinks with who lives */
	uint16_t real_s;   /* longest that others than volunteers lived through */
	uint16_t was_lived_s; /* in doubt: what was believed; 0: no doubt */
	uint16_t was_died_s;
	uint16_t was_real_s;
	uint16_t doubted_s; /* what killed when doubt began last */
	uint32_t began_s;	/* the test */
	uint32_t passed;	/* who gave up last */
	uint32_t pioneer;	/* or NT_NO_VOLUNTEER */
	uint32_t went_s;	/* when the pioneer was heard last */
};

void nt_lifetime_begin(struct nt_lifetime *l, uint32_t now_s);

/** Put back what was known before a restart, @p age_s ago. Only the tests are
 * spared: the flows go there by steps again.
 * @return false: that cannot be (then it is as begun): died not above lived,
 * lived 0 or above NT_LIFETIME_MAX_S */
bool nt_lifetime_restore(struct nt_lifetime *l, uint32_t lived_s,
		uint32_t died_s, bool shared, uint32_t age_s, uint32_t now_s);

/** The interval of the flows of a site, seconds.
 * @param policy_s what the policy says: used until something is known
 * @param floor_s never below (1 to 15; N161, P24) */
uint32_t nt_lifetime_interval(
		const struct nt_lifetime *l, uint32_t policy_s, uint32_t floor_s);

/** That of one of them, which may be the pioneer; not of a volunteer, whose
 * silence nt_lifetime_ask() says */
uint32_t nt_lifetime_interval_of(const struct nt_lifetime *l, uint32_t flow,
		uint32_t policy_s, uint32_t floor_s);

/** What is learned, for clients that keep their flows open themselves: known,
 * and lived through by flows that are needed.
 * @return seconds, not below @p floor_s; 0: nothing yet */
uint32_t nt_lifetime_learned(const struct nt_lifetime *l, uint32_t floor_s);

/** Is there something to be tested, and nobody who does? Then it is time to
 * make a twin, and to ask for it. */
bool nt_lifetime_wants(
		const struct nt_lifetime *l, uint32_t policy_s, uint32_t now_s);

/** Shall @p flow test, which has just answered? If so it becomes the volunteer,
 * or goes on.
 * @return the silence that it shall keep from now, seconds, or 0: no */
uint32_t nt_lifetime_ask(struct nt_lifetime *l, uint32_t flow,
		uint32_t policy_s, uint32_t now_s);

/** The volunteer answered after a silence of so long, which may be less than
 * was asked for: then it proves less, and it goes on as volunteer. Also for
 * others who were silent and answered: their word counts as well. If it took
 * several pings, the silence before the first one. */
void nt_lifetime_lived(struct nt_lifetime *l, uint32_t flow, uint32_t silence_s,
		uint32_t now_s);

/** It did not, several times, though it was up before; the silence before the
 * first of them.
 * @return true: that flow is perhaps weaker than its site. It is to have the
 * policy's interval, as long as "generation" is what it is now. */
bool nt_lifetime_died(struct nt_lifetime *l, uint32_t flow, uint32_t silence_s,
		uint32_t now_s);

/** The volunteer is gone, or cannot test: another one may, it itself not the
 * next time it asks */
void nt_lifetime_give_up(struct nt_lifetime *l, uint32_t flow);

/** Is the life of a binding known as finely as it will be? */
bool nt_lifetime_is_known(const struct nt_lifetime *l);

/** What is worth to be kept over a restart: in doubt what was believed before,
 * for mostly who died was only a phone that was switched off.
 * @return false: nothing is known */
bool nt_lifetime_kept(
		const struct nt_lifetime *l, uint32_t *lived_s, uint32_t *died_s);

#endif /* NT_LIFETIME_H */
