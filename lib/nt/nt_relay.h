/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Must the media of a stream be relayed, and how? One decision for each stream
 * (m-line) of an offer, when both ends are known: who sits where, what the SDP
 * says, what the policy wants. The first rule that fits decides, and is kept
 * with its name and its reason.
 *
 * The rules, in order:
 *  1. rejected, or a connection on hold: not touched; multicast, an unknown
 *     transport, a fault: the same, but "always" does not let them pass (T29)
 *  2. the policy says always, or never; always is the stronger word
 *  3. the SDP names a port of our own relay: decided between the ends behind it
 *  4. a browser and a plain phone; IPv4 and IPv6
 *  5. one end in a LAN, the other outside
 *  6. both in LANs: direct in the same one, or in LANs with routes to each
 * other
 *  7. both behind the same NAT: as <media same-nat>, or the site, says. Never
 *     direct by outside address alone where that is a carrier's (N166)
 *  8. one or both behind a NAT: relayed, but for two that do ICE, if trusted
 *  9. an SDP that says a private address which its sender does not have
 * 10. both reachable where they are: direct
 * What has to be relayed and cannot be (transport, MSRP that would notice, no
 * engine) is refused or left alone, as the policy says, never changed by half.
 *
 * What a client says decides only what helps or hurts itself; class, place and
 * outside address are the server's own knowledge.
 *
 * Pure: no allocation, no clock. Cannot fail. Symmetrical: both ends exchanged
 * give the same, exchanged.
 */
#ifndef NT_RELAY_H
#define NT_RELAY_H

#include "nt/nt_offers.h"
#include "nt/nt_policy.h"
#include "nt/nt_sdp_streams.h"

/** Values of NT_SET_MEDIA_RELAY */
enum nt_media_relay
{
	NT_MEDIA_NEVER = 0,
	NT_MEDIA_AUTO = 1,
	NT_MEDIA_ALWAYS = 2
};

/** Of NT_SET_MEDIA_SAME_NAT, and of sites, whose word counts more. Both ends
 * have to allow it. */
enum nt_same_nat
{
	NT_SAME_NAT_RELAY = 0,
	NT_SAME_NAT_SITES = 1,	/**< direct within a listed site */
	NT_SAME_NAT_DIRECT = 2, /**< direct for one outside address */
	NT_SAME_NAT_AUTO = 3	/**< one outside address, and inside addresses of
							   one listed network; not a value of profiles yet */
};

/** Of NT_SET_MEDIA_STRICT_SOURCE: whose packets are relayed once the source of
 * a stream is known */
enum nt_strict_source
{
	NT_SOURCE_ANY = 0,
	NT_SOURCE_ADDRESS = 1,
	NT_SOURCE_PORT = 2 /**< address and port */
};

/** Of NT_SET_MEDIA_RELAY_FAIL; reject is the stronger word */
enum nt_relay_fail
{
	NT_FAIL_REJECT = 0,
	NT_FAIL_DIRECT = 1
};

/** How a gateway sends media, if the policy says it */
enum nt_gateway_media
{
	NT_GATEWAY_UNKNOWN = 0,
	NT_GATEWAY_SYMMETRIC = 1, /**< from where its SDP says */
	NT_GATEWAY_ASYMMETRIC = 2 /**< from elsewhere */
};

/** What the profile of an end says; a script may say otherwise */
struct nt_relay_policy
{
	enum nt_media_relay relay;
	enum nt_same_nat same_nat;
	enum nt_strict_source strict;
	enum nt_relay_fail fail;
	uint8_t tos;	/**< of packets to this end */
	bool trust_ice; /**< two ends that do ICE find their way themselves */
};

/** One end. All pointers are borrowed for the call. */
struct nt_relay_end
{
	enum nt_class class;
	const struct nt_place *place; /**< of its outside address; NULL: none */
	struct nt_addr outside;		  /**< where its packets come from, or go to */
	uint32_t outside_tags;		  /**< of nt_tags_of() */
	struct nt_addr inside;		  /**< where it says that it is, in SDP or
									 Contact; unset: not known */
	uint32_t inside_network;	  /**< number of the listed network of remote
									 LANs that holds it; 0: none */
	const struct nt_stream *stream; /**< NULL: not known yet */
	uint32_t sdp_tags;				/**< of the stream's address */
	uint32_t lan_group; /**< LANs with routes to each other; 0: alone */
	enum nt_gateway_media gateway;
	bool webrtc;	 /**< a browser: DTLS and ICE, nothing else */
	bool ice;		 /**< it does full ICE, as far as known */
	bool ice_needed; /**< it does nothing without (Require: ice) */
	struct nt_relay_policy policy;
	const struct nt_relay_end *behind; /**< its SDP names a port of our relay:
										  who is at the other side of that */
};

/** What the engine is able to do */
struct nt_relay_engine
{
	bool there;
	uint32_t carriers; /**< 1 << enum nt_carrier */
};

enum nt_relay_do
{
	NT_RELAY_DIRECT = 0, /**< the SDP stays as it is, byte by byte */
	NT_RELAY_RELAY = 1,
	NT_RELAY_COLLAPSE = 2, /**< direct to the end behind our own relay: its
							  address for ours, and one session less */
	NT_RELAY_REFUSE = 3 /**< it has to be relayed, cannot be, and may not pass
						   as it is: 488, or 503 without an engine */
};

enum nt_media_rule
{
	NT_MEDIA_RULE_REJECTED = 0,
	NT_MEDIA_RULE_MULTICAST = 1,
	NT_MEDIA_RULE_TRANSPORT = 2,
	NT_MEDIA_RULE_FAULT = 3,
	NT_MEDIA_RULE_ALWAYS = 4,
	NT_MEDIA_RULE_NEVER = 5,
	NT_MEDIA_RULE_LOOP = 6, /**< through our own relay, and on */
	NT_MEDIA_RULE_WEBRTC = 7,
	NT_MEDIA_RULE_FAMILY = 8,
	NT_MEDIA_RULE_LAN_WAN = 9,
	NT_MEDIA_RULE_SAME_LAN = 10,
	NT_MEDIA_RULE_TWO_LANS = 11,
	NT_MEDIA_RULE_SAME_SITE = 12,
	NT_MEDIA_RULE_SAME_NAT = 13,	   /**< direct */
	NT_MEDIA_RULE_SAME_NAT_RELAY = 14, /**< relayed all the same */
	NT_MEDIA_RULE_ICE = 15,
	NT_MEDIA_RULE_FAR_END = 16,
	NT_MEDIA_RULE_SDP_PRIVATE = 17,
	NT_MEDIA_RULE_REACHABLE = 18
};
#define NT_MEDIA_RULE_COUNT 19

/** Why what has to be relayed cannot be */
enum nt_relay_unable
{
	NT_UNABLE_NOT = 0,
	NT_UNABLE_ENGINE = 1,	 /**< there is none */
	NT_UNABLE_TRANSPORT = 2, /**< it does not relay that one, or nobody does */
	NT_UNABLE_MSRP = 3,		 /**< the other end would see it (N146) */
	NT_UNABLE_SDP = 4		 /**< multicast, or a fault */
};
#define NT_UNABLE_COUNT 5

/** How the engine finds out where an end's packets come from */
enum nt_learn
{
	NT_LEARN_OFF = 0, /**< from the SDP alone */
	NT_LEARN_BEST = 1 /**< the source that fits the SDP or the signalling best,
						 within a short time after an offer or answer (N176) */
};

/** What an end is shown of ICE */
enum nt_relay_ice
{
	NT_RELAY_ICE_KEEP = 0,	/**< what the other one said (N121) */
	NT_RELAY_ICE_STRIP = 1, /**< nothing at all (N120) */
	NT_RELAY_ICE_LITE = 2	/**< the engine's own (N126) */
};

/** How the relay behaves towards an end */
struct nt_relay_face
{
	const struct nt_place *lan; /**< by the interface in that LAN; NULL: by that
								   to the world, or the only one */
	bool inner;					/**< a LAN's, listed or not */
	enum nt_family family; /**< of the relay's address; NONE: not known yet */
	enum nt_strict_source strict;
	enum nt_learn learn;
	enum nt_relay_ice ice;
	bool outside; /**< packets go to the outside address, not to the SDP's */
	uint8_t tos;
};

struct nt_relay
{
	enum nt_relay_do what;
	enum nt_media_rule rule;
	enum nt_relay_unable unable;   /**< then what is REFUSE or DIRECT */
	struct nt_relay_face faces[2]; /**< by enum nt_side; for RELAY */
};

/** What @p profile says of media. trust_ice is no value of profiles yet: false.
 */
struct nt_relay_policy nt_relay_policy_of(const struct nt_profile *profile);

/** Decide for one stream. @p ends by enum nt_side. At least one of them has a
 * stream. */
struct nt_relay nt_relay_decide(const struct nt_relay_end ends[2],
		const struct nt_relay_engine *engine);

/** Is an end in one of the operator's LANs, or reachable at a private address
 * without one? */
bool nt_relay_in_lan(const struct nt_relay_end *end);

/** What is to be done with a whole body, whose streams were decided one by one:
 * an engine changes all of it or nothing. Refused if one is, relayed if one is.
 * @return the decision that counts; NULL if @p count is 0 */
const struct nt_relay *nt_relay_strongest(
		const struct nt_relay *decisions, size_t count);

/** "far-end-nat"; for $nat(relay) and explain */
const char *nt_relay_rule_name(enum nt_media_rule rule);
const char *nt_relay_unable_name(enum nt_relay_unable unable);

#define NT_RELAY_REASON_TEXT 256

/** One sentence: "relayed: 203.0.113.9 is behind a NAT, 198.51.100.7 is not".
 * @return the length, or 0 if @p size is too small */
size_t nt_relay_reason_print(char *buf, size_t size,
		const struct nt_relay *decision, const struct nt_relay_end ends[2]);

#endif /* NT_RELAY_H */
