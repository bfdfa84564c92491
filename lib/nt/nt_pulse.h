/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Does the other end still answer? The verdict on one flow.
 *
 * A ping goes out, told; the next one is due, and nothing came back: a miss.
 * One miss makes the flow shaky, and the next pings follow quickly, so that a
 * lost packet is no outage and a dead flow is known soon. After so many misses
 * as the policy says it is down. Answers make it up again, not the first one if
 * it was down: a link that comes and goes is not up (hysteresis). The time of
 * answers is averaged as RFC 6298 has it.
 *
 * What the client sends by itself can be forged on UDP (T08). So it makes up
 * only what is new; what is shaky or down has to answer.
 *
 * Pure; 16 bytes a flow; no clock: milliseconds of one that does not run
 * backwards, 32 bits, wrapping.
 */
#ifndef NT_PULSE_H
#define NT_PULSE_H

#include <stdbool.h>
#include <stdint.h>

enum nt_pulse_state
{
	NT_PULSE_NEW = 0, /**< nothing was ever answered */
	NT_PULSE_UP = 1,
	NT_PULSE_SHAKY = 2, /**< the last one or more were not answered */
	NT_PULSE_DOWN = 3
};
#define NT_PULSE_STATE_COUNT 4

/** Answers in a row that make a flow that was down up again */
#define NT_PULSE_UP_AFTER 2

/** After a miss the next ping follows so soon (milliseconds; doubled for each
 * further miss, never later than the flow's own interval) */
#define NT_PULSE_RETRY_MS 2000

struct nt_pulse
{
	uint32_t sent_ms; /**< of the last ping */
	uint16_t rtt_ms;  /**< smoothed; 0: never measured, 1: that or less */
	uint16_t var_ms;
	uint8_t state;	   /**< enum nt_pulse_state */
	uint8_t misses;	   /**< in a row */
	uint8_t answers;   /**< in a row, to NT_PULSE_UP_AFTER */
	bool waiting;	   /**< for the answer of the last ping */
	uint32_t heard_ms; /**< when something last came from there */
};

/** What changed with an event. Shaky to up is no change: it was not down. */
enum nt_pulse_change
{
	NT_PULSE_SAME = 0,
	NT_PULSE_CAME_UP = 1,	   /**< from new or down */
	NT_PULSE_BECAME_SHAKY = 2, /**< from up */
	NT_PULSE_WENT_DOWN = 3
};

void nt_pulse_begin(struct nt_pulse *p, uint32_t now_ms);

/** The next ping is due. If the one before has no answer that is a miss,
 * counted once: @p misses in a row are down. For who has to know before it
 * decides whether to send at all. */
enum nt_pulse_change nt_pulse_due(struct nt_pulse *p, unsigned misses);

/** A ping that demands an answer leaves now; nt_pulse_due() included */
enum nt_pulse_change nt_pulse_sent(
		struct nt_pulse *p, unsigned misses, uint32_t now_ms);

/** It did not leave: there is no answer to wait for */
void nt_pulse_unsent(struct nt_pulse *p);

/** The answer to the last ping. The same answer once more is nothing. */
enum nt_pulse_change nt_pulse_answered(struct nt_pulse *p, uint32_t now_ms);

/** Something else came from there: a request of the client's own. It lives, but
 * proves nothing of the time an answer takes. When it is down this is worth one
 * answer, the first one only. */
enum nt_pulse_change nt_pulse_heard(struct nt_pulse *p, uint32_t now_ms);

/** Something came that nobody can have forged: as good as an answer, but for
 * its time */
enum nt_pulse_change nt_pulse_lives(struct nt_pulse *p, uint32_t now_ms);

/** Its connection was closed */
enum nt_pulse_change nt_pulse_closed(struct nt_pulse *p);

/** When the next ping is due, from now, for a flow of that interval */
uint32_t nt_pulse_next_ms(const struct nt_pulse *p, uint32_t interval_ms);

/** "new", "up", "shaky", "down" */
const char *nt_pulse_name(enum nt_pulse_state state);

#endif /* NT_PULSE_H */
