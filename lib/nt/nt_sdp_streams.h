/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * All that the question "must this media be relayed?" needs to know of an SDP
 * body: each stream with its transport, addresses, direction, ICE and TCP
 * words. nt_sdp.h reads less, for each message; this one is for offers and
 * answers. nt_sdp_find() gives the body, of multipart ones too.
 *
 * Only reads. What is not understood is passed over; a candidate that is not
 * well formed is counted and not used (N125). A body beyond a limit gives no
 * streams at all, and which limit it was (T13). What is read but must not be
 * relayed as it is (no c= line, several of them) is a fault of the stream
 * (N092, N093). Host names stay names (N096).
 *
 * Pure: no allocation, no I/O; time is linear in the length of the body. All
 * spans borrow from the body.
 */
#ifndef NT_SDP_STREAMS_H
#define NT_SDP_STREAMS_H

#include "nt/nt_sdp.h"

#define NT_STREAMS_BODY_MAX 16384 /**< bytes of a body */
#define NT_STREAMS_LINE_MAX 2048  /**< bytes of a line */
#define NT_STREAMS_ATTRIBUTES_MAX 512
#define NT_STREAMS_CANDIDATES_MAX 64 /**< of the whole body */

/** Which limit a body is beyond */
enum nt_streams_limit
{
	NT_LIMIT_NONE = 0,
	NT_LIMIT_BODY = 1,
	NT_LIMIT_LINE = 2,
	NT_LIMIT_ATTRIBUTES = 3,
	NT_LIMIT_CANDIDATES = 4,
	NT_LIMIT_STREAMS = 5 /**< NT_SDP_STREAMS */
};
#define NT_LIMIT_COUNT 6

/** How a stream travels, by the m-line's proto */
enum nt_carrier
{
	NT_CARRIER_OTHER = 0, /**< not known: cannot be relayed */
	NT_CARRIER_RTP = 1,	  /**< RTP/AVP, RTP/SAVPF, ... over UDP */
	NT_CARRIER_DTLS = 2,  /**< UDP/TLS/RTP/SAVPF and the like */
	NT_CARRIER_UDP = 3,	  /**< udptl, UDP/BFCP, UDP/DTLS/SCTP, udp */
	NT_CARRIER_TCP = 4,	  /**< TCP/RTP/AVP, TCP/BFCP, tcp */
	NT_CARRIER_MSRP = 5,  /**< TCP/MSRP */
	NT_CARRIER_MSRPS = 6, /**< TCP/TLS/MSRP */
	NT_CARRIER_T120 = 7	  /**< T.120 data conference over TCP */
};
#define NT_CARRIER_COUNT 8

enum nt_direction
{
	NT_SENDRECV = 0, /**< also if nothing is said (RFC 8866 §6.7) */
	NT_SENDONLY = 1,
	NT_RECVONLY = 2,
	NT_INACTIVE = 3
};

/** How a stream is held */
enum nt_hold
{
	NT_HOLD_NONE = 0,
	NT_HOLD_ADDRESS = 1, /**< 0.0.0.0 or ::, the old way; not with ICE, where it
							is a restart or has no address yet (N102, N122) */
	NT_HOLD_SENDONLY = 2,
	NT_HOLD_INACTIVE = 3
};

/** Who connects (RFC 4145 §4); also who begins DTLS (RFC 5763 §5) */
enum nt_setup
{
	NT_SETUP_NONE = 0,
	NT_SETUP_ACTIVE = 1,
	NT_SETUP_PASSIVE = 2,
	NT_SETUP_ACTPASS = 3,
	NT_SETUP_HOLDCONN = 4
};

enum nt_connection
{
	NT_CONNECTION_UNSAID = 0, /**< means new (RFC 4145 §5) */
	NT_CONNECTION_NEW = 1,
	NT_CONNECTION_EXISTING = 2
};

enum nt_candidate_type
{
	NT_CANDIDATE_OTHER = 0, /**< of a later RFC */
	NT_CANDIDATE_HOST = 1,
	NT_CANDIDATE_SRFLX = 2,
	NT_CANDIDATE_PRFLX = 3,
	NT_CANDIDATE_RELAY = 4
};
#define NT_CANDIDATE_COUNT 5

struct nt_candidate
{
	enum nt_candidate_type type;
	uint16_t component; /**< 1 to 256; 1: RTP */
	uint16_t port;
	bool tcp;
	bool mdns;					 /**< a name in .local */
	struct nt_sdp_target target; /**< an address, or a name */
};

/** Why a stream must not be relayed as it stands; one bit each */
enum nt_stream_fault
{
	NT_FAULT_NO_CONNECTION = 0x1, /**< no c= line applies */
	NT_FAULT_CONNECTIONS = 0x2,	  /**< several c= lines apply */
	NT_FAULT_TTL = 0x4,			  /**< a unicast address with "/" */
	NT_FAULT_PORT = 0x8,		  /**< port, or count of ports, is none */
	NT_FAULT_FORMAT = 0x10,		  /**< no format (fmt) */
	NT_FAULT_MUX = 0x20			  /**< rtcp-mux-only without rtcp-mux */
};
#define NT_FAULT_COUNT 6

struct nt_stream
{
	struct nt_span text;				  /**< its lines, the m-line first */
	struct nt_span media, proto, formats; /**< of the m-line */
	struct nt_span host;				  /**< of its c= line, without "/" */
	struct nt_sdp_target target;		  /**< what that is */
	struct nt_sdp_target rtcp;			  /**< of a=rtcp with an address */
	enum nt_carrier carrier;
	enum nt_direction direction;
	enum nt_hold hold;
	enum nt_setup setup;
	enum nt_connection connection;
	enum nt_sdp_candidates candidates; /**< is c= and port one of them? */
	uint32_t faults;				   /**< of enum nt_stream_fault */
	uint16_t port;					   /**< 0: rejected, or bundle_only */
	uint16_t port_count;			   /**< "/2"; mostly 1 */
	uint16_t rtcp_port;				   /**< of a=rtcp; 0: not said */
	uint16_t candidate_first;		   /**< in nt_streams.candidates */
	uint16_t candidate_count;		   /**< well-formed ones */
	uint16_t candidate_bad;			   /**< others */
	bool multicast : 1;
	bool mdns : 1; /**< its host is a name in .local */
	bool rtcp_mux : 1, rtcp_mux_only : 1;
	bool bundle_only : 1; /**< port 0 is no rejection (RFC 8843 §6) */
	bool ice : 1;		  /**< a=ice-ufrag, here or for the session */
	bool ice_lite : 1;
	bool trickle : 1;	  /**< a=ice-options:trickle */
	bool fingerprint : 1; /**< DTLS or TLS (RFC 8122) */
	bool crypto : 1;	  /**< SDES (RFC 4568) */
	bool msrp_cema : 1;	  /**< c= and m= alone may be changed (RFC 6714) */
};

struct nt_streams
{
	struct nt_span session;		 /**< the lines before the first m-line */
	struct nt_sdp_target origin; /**< o= */
	struct nt_stream at[NT_SDP_STREAMS];
	size_t count;
	struct nt_candidate candidates[NT_STREAMS_CANDIDATES_MAX];
	size_t candidate_count;
	bool bundle;   /**< a=group:BUNDLE with more than one stream in it */
	bool ice_lite; /**< a=ice-lite */
	char unknown;  /**< the first type letter that RFC 8866 does not have, or 0:
					  then nothing may be rewritten (N090) */
	enum nt_streams_limit over; /**< set for E2BIG */
};

/** Read an SDP body.
 * @return 0; EINVAL if it is none (does not begin with "v="), or E2BIG if it is
 * beyond nt_streams.over; there are no streams then */
int nt_streams_read(struct nt_streams *streams, struct nt_span body);

/** Is the stream to flow, or was it rejected, or offered as ended (N098)? */
static inline bool nt_stream_wanted(const struct nt_stream *s)
{
	return s->port != 0 || s->bundle_only;
}

/** Where its RTCP goes: its own port, that of a=rtcp, or the next one; nothing
 * is ever subtracted (N094). 0: no RTCP, or no port is left for it */
uint16_t nt_stream_rtcp_port(const struct nt_stream *s);

/** Is it a connection, and not datagrams? */
static inline bool nt_carrier_is_tcp(enum nt_carrier c)
{
	return c == NT_CARRIER_TCP || c == NT_CARRIER_MSRP || c == NT_CARRIER_MSRPS
		   || c == NT_CARRIER_T120;
}

/** Names for people. A fault is one bit, a limit one with its number: "more
 * than 32 streams". */
const char *nt_carrier_name(enum nt_carrier carrier);
const char *nt_stream_fault_name(uint32_t fault);
const char *nt_streams_limit_name(enum nt_streams_limit limit);

#endif /* NT_SDP_STREAMS_H */
