/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * All flows that have to be kept open, why, and when the next ping of each is
 * due.
 *
 * A flow is one way to one place: our socket, remote address and port,
 * transport, and on streams the connection. Whoever needs it holds it: a
 * registered contact, a subscription, a dialog's leg, a gateway, a script. Each
 * holder has a number of its own (a keyed hash of what it is) and an end; a
 * flow with no holder is gone. So a flow is pinged once however many reasons it
 * has (P7, P26), and a holder that comes from another flow than before has
 * moved.
 *
 * When: a wheel of 1 ms slots. The first ping is put where there is most room
 * of two drawn places in the interval, so that after a restart nothing is sent
 * in one go (P8, T09); the following ones keep that distance, each up to 5 %
 * of the interval before or after its time (N161), and all of a few hundred
 * milliseconds change places with each other, so what was even stays even. What
 * was due while nobody looked (the process was stopped, the budget was used up)
 * is not caught up with in a burst: then all wait for so long (F04).
 *
 * An answer that is not there after 2 s is a miss, and the next try leaves
 * then: what is dead is known 8 s after its next ping, however long its
 * interval is.
 *
 * A client that was just heard (fresh) is asked 2.5 to 5 s later for the first
 * time: behind a NAT that forgets after 10 s it would never be known otherwise,
 * and one that was used within 2 s only is forgotten sooner by many.
 *
 * Sites: flows of one outside address (IPv4 address, IPv6 /64) that share a
 * kind of transport (datagram, stream) share an nt_lifetime and what is known
 * of a NAT that was restarted: who misses twice has its neighbours asked, and
 * when several flows of a site die or move within a short time, that is told
 * and the others are asked at once, spread over a few seconds (idea 4).
 *
 * Learning never risks a binding that somebody needs. A volunteer's ping asks
 * for its answer elsewhere: at a probe socket of ours, so that the NAT makes a
 * second binding, a twin, for the same phone. The twin is left alone and then
 * asked; it may die. The flows themselves follow what it proved in steps, each
 * of which has to be answered first: some NATs keep one timer for both.
 *
 * Bounded: flows, holders, sites by configuration; who comes when it is full is
 * refused and counted. Memory is taken in pieces as it is needed and kept: 84
 * bytes a flow, 68 a holder (24 more for names of over 30 bytes), 92 a site,
 * 2 to 5 for the index of each, 1 MB for the wheel and the like. So a quarter
 * as many sites as flows keeps a flow below 200 bytes, however they are spread.
 *
 * Pure: memory by nt_mem, no clock (milliseconds of a monotonic clock, 64
 * bits), no lock: whoever shares the table locks it around each call. No call
 * does more than a bounded number of things, however many there are. Nothing
 * that a call hands out leads into the table.
 */
#ifndef NT_FLOWS_H
#define NT_FLOWS_H

#include "nt/nt_hash.h"
#include "nt/nt_lifetime.h"
#include "nt/nt_mem.h"
#include "nt/nt_ping.h"
#include "nt/nt_pulse.h"
#include "nt/nt_terms.h"

/** The way: what makes two flows the same */
struct nt_flow_at
{
	struct nt_endpoint remote;
	enum nt_transport transport;
	uint16_t socket; /**< number of our listen socket, by who calls; below
						NT_FLOWS_PROBE */
	uint32_t
			connection; /**< streams: the core's id of it; UDP: not looked at */
};

/** The probe socket of listen socket n is NT_FLOWS_PROBE | n */
#define NT_FLOWS_PROBE 0x8000

enum nt_reason
{
	NT_REASON_REGISTRATION = 0,
	NT_REASON_SUBSCRIPTION = 1,
	NT_REASON_DIALOG = 2,
	NT_REASON_STATIC = 3, /**< a gateway or peer of the policy */
	NT_REASON_SCRIPT = 4
};
#define NT_REASON_COUNT 5

/** A flow that is down keeps its interval so long, and is asked only so often
 * after that: it may come back, and costs nothing (T07); with
 * terms.stop_when_down not at all until it is heard. One that never answered,
 * and was no preload and no gateway, gets no more than terms.misses pings, then
 * one more each time it registers (T07); its dialogs, subscriptions and scripts
 * end. Only for methods that are answered. */
#define NT_FLOWS_DOWN_MS 300000

#define NT_FLOWS_NAME 47 /**< of who needs it, for people: cut, no promise */

/* --- who needs what ------------------------------------------------------ */

struct nt_hold
{
	uint64_t holder;
	enum nt_reason reason;
	struct nt_flow_at at;
	struct nt_terms terms; /**< of several holders the last one's count, but a
							  registration's and a gateway's before others */
	uint64_t until_ms;	 /**< to the next second; UINT64_MAX: until released */
	struct nt_span name; /**< AoR, or name of a gateway */
	uint32_t site_max;	 /**< flows of its site (P3), instead of per_site; 0:
							that */
	bool fresh;			 /**< the client was just heard by that flow, and is who
							it says */
	bool known; /**< it was there before: a preload after a restart; then
				   it is not given up for not answering */
};

enum nt_hold_result
{
	NT_HOLD_NEW = 0,   /**< the flow is new */
	NT_HOLD_KEPT = 1,  /**< the holder was there, or the flow was */
	NT_HOLD_MOVED = 2, /**< the holder came from another flow of that kind of
						  transport (rebinding) */
	NT_HOLD_FULL = 3,  /**< refused: a table is full; the holder is where it was
						*/
	NT_HOLD_NO_MEMORY = 4 /**< likewise */
};

struct nt_flows_conf
{
	uint32_t flows_max;		  /**< 1 to 2^24 */
	uint32_t sites_max;		  /**< 1 to 2^24; one more learns nothing */
	uint32_t per_site;		  /**< flows of one site (P3); 0: flows_max */
	uint32_t floor_s;		  /**< of learned intervals */
	uint32_t holders_max;	  /**< 0: twice flows_max */
	uint32_t learn_flows_max; /**< a site with more flows learns nothing: it may
								 be many NATs behind one; 0: no limit */
	bool probe; /**< there are probe sockets; without them nothing is
				   learned */
	struct nt_hash_key key;
};

struct nt_flows;

/** @return a table, or NULL: no memory */
struct nt_flows *nt_flows_new(const struct nt_mem *mem,
		const struct nt_flows_conf *conf, uint64_t now_ms);
void nt_flows_free(struct nt_flows *t);

enum nt_hold_result nt_flows_hold(
		struct nt_flows *t, const struct nt_hold *hold, uint64_t now_ms);

/** @return was it there? */
bool nt_flows_release(struct nt_flows *t, uint64_t holder, uint64_t now_ms);

/** Something came by that flow that was no answer to a ping. Cheap if it is
 * unknown. */
void nt_flows_heard(
		struct nt_flows *t, const struct nt_flow_at *at, uint64_t now_ms);

/** A connection is closed: its flow is down at once, and not asked again.
 * @return was there such a flow? */
bool nt_flows_closed(struct nt_flows *t, uint32_t connection, uint64_t now_ms);

/* --- pings --------------------------------------------------------------- */

/** May be changed while it runs */
struct nt_flows_rates
{
	uint32_t per_second;	  /**< pings in all; 0: no limit */
	uint32_t per_site_second; /**< to one IPv4 /24 or IPv6 /48 (T07); 0: none */
};

/** Nobody is skipped: who was put off is sent before who comes later. */
void nt_flows_rate(struct nt_flows *t, const struct nt_flows_rates *rates);

/** A ping that is due */
struct nt_due
{
	struct nt_flow_at at; /**< with a probe number in socket: a twin's */
	struct nt_ping_tag tag;
	enum nt_ping_method method;
	bool elsewhere; /**< its answer shall come to the probe socket of at.socket:
					   that in Via, and no rport */
};

/** Take what is due until now, at most @p room, and put it back at its next
 * time. Flows whose last holder ended go on the way.
 *
 * To be called about every millisecond; who comes less often than every 10 ms
 * falls behind when there are many: of what is late so much is handed out in
 * one millisecond as no burst can be made of.
 * @return how many */
size_t nt_flows_due(
		struct nt_flows *t, struct nt_due *due, size_t room, uint64_t now_ms);

enum nt_unsent
{
	NT_UNSENT_REFUSED = 0, /**< by the gate, never again to there: it goes */
	NT_UNSENT_GONE = 1,	   /**< no such connection: as nt_flows_closed() */
	NT_UNSENT_LATER = 2,   /**< there is no way now (route, filter, interface):
							  half an interval later, no miss */
	NT_UNSENT_FULL = 3	   /**< the kernel had no room: a second later, no
							  miss */
};
/** It could not be sent */
void nt_flows_unsent(struct nt_flows *t, const struct nt_ping_tag *tag,
		enum nt_unsent why, uint64_t now_ms);

/** An answer with a true tag.
 * @param at where it came from; connection and socket count as well
 * @return false: not from there, of another life, or long ago: it is nothing */
bool nt_flows_answered(struct nt_flows *t, const struct nt_ping_tag *tag,
		const struct nt_flow_at *at, uint64_t now_ms);

/** The terms of the flow that a true tag names: does an answer with this code
 * count? (nt_codes_have(terms.ignore, code))
 * @return false: it is another life, or gone */
bool nt_flows_terms(const struct nt_flows *t, const struct nt_ping_tag *tag,
		struct nt_terms *terms);

/** Hold everything still, or go on where it was */
void nt_flows_pause(struct nt_flows *t, bool pause, uint64_t now_ms);

/* --- what happened ------------------------------------------------------- */

/** For event routes and actions. Bounded: of more than NT_FLOWS_CHANGES that
 * nobody takes the oldest are lost and counted. */
#define NT_FLOWS_CHANGES 1024
enum nt_change_kind
{
	NT_CHANGE_UP = 0, /**< of new ones as well: with the first answer */
	NT_CHANGE_DOWN = 1,
	NT_CHANGE_MOVED = 2,   /**< from, to */
	NT_CHANGE_RESTART = 3, /**< of the NAT before a site: many at once */
	NT_CHANGE_LEARNED = 4  /**< a site's interval is another one */
};
#define NT_CHANGE_KIND_COUNT 5

/** A restart: so many flows of a site, and this share of all that it has, go or
 * move within so long */
#define NT_FLOWS_RESTART_FLOWS 3
#define NT_FLOWS_RESTART_PERCENT 25
#define NT_FLOWS_RESTART_MS 10000
/** Told once in so long; the others are asked within so long */
#define NT_FLOWS_RESTART_AGAIN_MS 60000
#define NT_FLOWS_RESTART_ASK_MS 5000

struct nt_change
{
	enum nt_change_kind kind;
	struct nt_flow_at at;	/**< of RESTART, LEARNED: address of the site */
	struct nt_flow_at from; /**< of MOVED */
	uint32_t seconds;		/**< of LEARNED: the interval */
	uint32_t flows;			/**< of RESTART: how many others there are */
	uint64_t holder; /**< one of its holders, of MOVED the one that moved */
	/* of UP, DOWN, MOVED: */
	struct nt_ping_tag flow; /**< for nt_flows_holder_next() */
	struct nt_terms terms;	 /**< what is to be done about it */
	bool proven;			 /**< did it ever answer a ping? */
	uint16_t rtt_ms;		 /**< smoothed; 0: not measured */
	uint8_t reasons;		 /**< 1 << enum nt_reason */
	char name[NT_FLOWS_NAME + 1];
};

/** @return false: nothing happened */
bool nt_flows_change(struct nt_flows *t, struct nt_change *change);

/** All holders of a flow, one a call: the one at place @p from (0 at first).
 * @return the next place, or UINT32_MAX: there is none at @p from, or the flow
 * is gone */
uint32_t nt_flows_holder_next(const struct nt_flows *t,
		const struct nt_ping_tag *flow, uint32_t from, uint64_t *holder);

/* --- for people ---------------------------------------------------------- */

/** Of a flow with more holders than that, reasons and number are those of the
 * first so many */
#define NT_FLOWS_LOOK 64

struct nt_flow_seen
{
	uint32_t number; /**< UINT32_MAX: no flow */
	struct nt_flow_at at;
	struct nt_terms terms;
	struct nt_pulse pulse;
	uint32_t interval_ms; /**< in use: the terms' or the learned one */
	uint32_t due_in_ms;	  /**< UINT32_MAX: not until it is heard */
	uint32_t sequence;
	uint32_t holders;
	uint8_t reasons;
	bool volunteer;
	bool twin; /**< of a volunteer: nobody needs it */
	char name[NT_FLOWS_NAME + 1];
};

/** The first flow at place @p from or behind it.
 * @param looks how many places are looked at
 * @return its place, or UINT32_MAX at the end; number == UINT32_MAX in @p seen
 * if those looked at are empty: go on at the place returned */
uint32_t nt_flows_next(const struct nt_flows *t, uint32_t from, uint32_t looks,
		struct nt_flow_seen *seen, uint64_t now_ms);

struct nt_site_seen
{
	struct nt_addr addr; /**< IPv6: the /64; unset: no site */
	bool stream;
	uint32_t flows, down;
	struct nt_lifetime life;
	uint32_t restarts;
};
/** Likewise; addr is not set if those looked at are empty */
uint32_t nt_flows_site_next(const struct nt_flows *t, uint32_t from,
		uint32_t looks, struct nt_site_seen *seen);

/** The learned interval of a place, seconds; 0: nothing is known */
uint32_t nt_flows_learned(
		const struct nt_flows *t, const struct nt_addr *a, bool stream);

/** Put back what was known of a site before a restart, as nt_lifetime_restore()
 * gives it. Nothing happens if it is full, or more is known already. */
void nt_flows_site_put(struct nt_flows *t, const struct nt_addr *a, bool stream,
		const struct nt_lifetime *life);

/** Numbers since the start */
struct nt_flows_stats
{
	uint32_t flows, holders, sites; /**< now */
	uint32_t state[NT_PULSE_STATE_COUNT];
	uint64_t sent, answered, missed;
	uint64_t late;		   /**< sent, or put back, a second after their time */
	uint64_t put_off;	   /**< by per_site_second */
	uint64_t spread_again; /**< waited longer: nobody looked, or per_second */
	uint64_t refused_full, changes_lost;
	uint64_t refused_strangers; /**< dialogs, subscriptions and scripts may be
								   half of flows_max */
	bool paused;				/**< now, by nt_flows_pause() */
	uint32_t lag_ms; /**< how much later than due the last one was taken */
	size_t bytes;	 /**< of memory in use, without the fixed part */
	size_t fixed;
};
void nt_flows_stats(const struct nt_flows *t, struct nt_flows_stats *stats);

#endif /* NT_FLOWS_H */
