/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * How a flow is kept open: what the profile of who is behind it says, for the
 * transport that it has. Known to who says it (nat_edge), to the table of flows
 * and to who sends the pings.
 *
 * Pure; no allocation; cannot fail.
 */
#ifndef NT_TERMS_H
#define NT_TERMS_H

#include "nt/nt_profile.h"

enum nt_ping_method
{
	NT_PING_CRLF = 0, /**< UDP and streams: nothing comes back; double CRLF
						 on streams: RFC 5626 §3.5.1 has a pong */
	NT_PING_OPTIONS = 1,
	NT_PING_NOTIFY = 2,	  /**< Event: keep-alive; answers are smaller */
	NT_PING_STUN = 3,	  /**< binding request (RFC 8489), when negotiated */
	NT_PING_ZERO = 4,	  /**< four zero bytes, UDP: nothing comes back */
	NT_PING_WEBSOCKET = 5 /**< a ping frame: its payload is the tag */
};
#define NT_PING_METHOD_COUNT 6

/** Of keepalive method: the best that the transport has: OPTIONS on UDP, whose
 * answer shows that the binding lives; CRLF on streams; a ping frame on
 * WebSockets */
#define NT_METHOD_AUTO 255

/** What is done about a flow that is down, besides telling it (event route,
 * counters) */
enum nt_down
{
	NT_DOWN_MARK = 0,	/**< pinged slowly; it may come back */
	NT_DOWN_STOP = 1,	/**< not pinged until something comes from there */
	NT_DOWN_EXPIRE = 2, /**< its contacts end; pinged slowly while anything else
						   needs it */
	NT_DOWN_LOWER_Q = 3 /**< its contacts are tried last; pinged slowly */
};
#define NT_DOWN_COUNT 4

struct nt_terms
{
	uint32_t interval_ms; /**< 1000 to 3,600,000 */
	uint32_t ignore;   /**< replies that are no sign of life, of nt_codes.h; 0:
						  all are */
	uint8_t method;	   /**< enum nt_ping_method, one that the transport has */
	uint8_t misses;	   /**< that make it down, 1 to 100 */
	uint8_t down;	   /**< enum nt_down */
	bool adaptive : 1; /**< the site's learned interval */
	bool stop_when_down : 1; /**< down is NT_DOWN_STOP */
};

/** What @p profile says of flows of that transport.
 * @return false: they are not kept open, their interval is 0 */
bool nt_terms_of(struct nt_terms *terms, const struct nt_profile *profile,
		enum nt_transport transport);

/** Does @p profile want a client kept open: by keepalive who, and an interval
 * that is not 0? */
bool nt_terms_wanted(const struct nt_profile *profile,
		enum nt_transport transport, bool nat);

#endif /* NT_TERMS_H */
