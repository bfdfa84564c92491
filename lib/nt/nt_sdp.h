/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Reads where an SDP body (RFC 8866) wants its media: one entry a stream, spans
 * into the body, nothing copied.
 *
 * Only reads. Accepts any bytes: lines may end in LF alone, what is not
 * understood is passed over, and a body beyond the limits says so instead of
 * being half read. A host name is a name and is never resolved.
 *
 * Pure: no allocation, no I/O; time is linear in the length of the body.
 */
#ifndef NT_SDP_H
#define NT_SDP_H

#include "nt/nt_addr.h"

#define NT_SDP_STREAMS 32 /**< m-lines */

enum nt_sdp_place
{
	NT_SDP_NONE = 0, /**< no c= line applies */
	NT_SDP_ADDR = 1,
	NT_SDP_NAME = 2, /**< a host name; mDNS (.local) as well */
	NT_SDP_HOLD = 3 /**< 0.0.0.0 or ::, an address of nothing (RFC 3264 §8.4) */
};

/** Is the default destination one of the candidates, as it should be (RFC 8839
 * §4.2.1.2)? */
enum nt_sdp_candidates
{
	NT_SDP_UNKNOWN = 0, /**< no candidates, or one is a name */
	NT_SDP_LISTED = 1,
	NT_SDP_OTHERS = 2 /**< candidates, all at other addresses */
};

/** Where something is to be sent to */
struct nt_sdp_target
{
	enum nt_sdp_place place;
	struct nt_addr addr; /**< set for NT_SDP_ADDR */
};

struct nt_sdp_stream
{
	struct nt_span media;		 /**< "audio", "video", ... */
	struct nt_span proto;		 /**< "RTP/AVP", "TCP/MSRP", ... */
	unsigned port;				 /**< 0: rejected or not wanted */
	struct nt_sdp_target target; /**< by its own c= line, else the session's */
	struct nt_sdp_target rtcp;	 /**< of a=rtcp with an address; else none */
	unsigned candidate_count;	 /**< a=candidate lines */
	enum nt_sdp_candidates candidates;
	bool ice; /**< a=ice-ufrag, here or for the session */
};

struct nt_sdp
{
	struct nt_sdp_target origin; /**< o= */
	struct nt_sdp_stream streams[NT_SDP_STREAMS];
	size_t stream_count;
	bool ice; /**< a=ice-ufrag before the first m-line */
};

/** Read an SDP body.
 * @return 0; EINVAL if it is none (does not begin with "v="), or E2BIG if it
 * has more streams than are read; the first NT_SDP_STREAMS are then there */
int nt_sdp_read(struct nt_sdp *sdp, struct nt_span body);

/** The SDP in a message body by its Content-Type: the body itself, or the first
 * such part of a multipart (mixed, related, alternative: RFC 2046 §5.1; not
 * nested).
 * @return an empty span if there is none */
struct nt_span nt_sdp_find(struct nt_span content_type, struct nt_span body);

#endif /* NT_SDP_H */
