/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Who sits behind what: evidence of one SIP message in, a verdict with its
 * signs and its reason out.
 *
 * One message, told: its source address and transport come from the socket, the
 * topmost sent-by and all Contacts from the message. Each comparison that fails
 * is a sign. Signs alone prove little (a phone may listen on another port than
 * it sends from), so a rule decides, and the first rule that fits is kept with
 * the value it fitted on.
 *
 * Pure: no clock, no I/O, no allocation; cannot fail. A host name is no
 * evidence and is never resolved. Ports are compared on UDP only: on a stream
 * the source port is ephemeral by design.
 */
#ifndef NT_DETECT_H
#define NT_DETECT_H

#include "nt/nt_netset.h"
#include "nt/nt_sdp.h"

enum nt_transport
{
	NT_TRANSPORT_OTHER = 0,
	NT_TRANSPORT_UDP = 1,
	NT_TRANSPORT_TCP = 2,
	NT_TRANSPORT_TLS = 3,
	NT_TRANSPORT_WS = 4,
	NT_TRANSPORT_WSS = 5
};

/** What gives a NAT away, or speaks against one. The names are what operators
 * read and write. */
enum nt_sign
{
	NT_SIGN_CONTACT_PRIVATE = 0x1, /**< "contact-private" */
	NT_SIGN_CONTACT_ADDR = 0x2,	   /**< "contact-addr": not the source's */
	NT_SIGN_CONTACT_PORT = 0x4,	   /**< "contact-port": UDP only */
	NT_SIGN_CONTACT_INVALID = 0x8, /**< "contact-invalid": host in .invalid */
	NT_SIGN_VIA_PRIVATE = 0x10,	   /**< "via-private" */
	NT_SIGN_VIA_ADDR = 0x20,	   /**< "via-addr": not the source's */
	NT_SIGN_VIA_PORT = 0x40,	   /**< "via-port": UDP only */
	NT_SIGN_SOURCE_PRIVATE = 0x80, /**< "source-private" */
	NT_SIGN_WEBSOCKET = 0x100,	   /**< "websocket" */
	NT_SIGN_TAMPERED = 0x200,	   /**< "received-tampered": sent by client */
	NT_SIGN_SITE = 0x400,		   /**< "site": source is a known NAT */
	NT_SIGN_LAN = 0x800,		   /**< "lan": source is our own network */
	NT_SIGN_PROXIED = 0x1000,	   /**< "proxied": another proxy between */
	NT_SIGN_SDP_PRIVATE =
			0x2000,			   /**< "sdp-private": says nothing of signalling */
	NT_SIGN_SDP_ADDR = 0x4000, /**< "sdp-addr": media not at the source */
	NT_SIGN_ALG_CALLID = 0x8000,  /**< "alg-callid" */
	NT_SIGN_ALG_MIXED = 0x10000,  /**< "alg-mixed" */
	NT_SIGN_ALG_SDP = 0x20000,	  /**< "alg-sdp" */
	NT_SIGN_ALG_LENGTH = 0x40000, /**< "alg-length" */
	NT_SIGN_GATEWAY = 0x80000,	  /**< "gateway": source is a listed gateway */
	NT_SIGN_TARGET = 0x100000,	  /**< "target": goes elsewhere than it says;
									 only known on its way, not to nt_detect() */
	NT_SIGN_ALG_FROM = 0x200000,  /**< "alg-from" */
	NT_SIGN_ALG_ICE = 0x400000,	  /**< "alg-ice": c= is no candidate */
	NT_SIGN_V4V6 = 0x800000,	  /**< "v4v6": a translator of families */
	NT_SIGN_ALL = 0xffffff
};
#define NT_SIGN_COUNT 24

/** Traces of a SIP ALG that rewrote some of the client's addresses and forgot
 * others. Two of them make the class alg; one is a coincidence. */
#define NT_SIGNS_ALG                                          \
	(NT_SIGN_ALG_CALLID | NT_SIGN_ALG_MIXED | NT_SIGN_ALG_SDP \
			| NT_SIGN_ALG_LENGTH | NT_SIGN_ALG_FROM | NT_SIGN_ALG_ICE)

/** Facts about the source, not claims of the client: a profile cannot leave
 * them out */
#define NT_SIGNS_SOURCE                                             \
	(NT_SIGN_SITE | NT_SIGN_LAN | NT_SIGN_PROXIED | NT_SIGN_GATEWAY \
			| NT_SIGN_WEBSOCKET | NT_SIGN_CONTACT_INVALID | NT_SIGN_TARGET)

enum nt_class
{
	NT_CLASS_DIRECT = 1, /**< reachable where it says it is */
	NT_CLASS_LAN = 2,	 /**< near-end client */
	NT_CLASS_NAT = 3,	 /**< reachable at its source while the binding lives */
	NT_CLASS_FLOW = 4,	 /**< reachable on its connection only */
	NT_CLASS_PROXIED = 5, /**< not our neighbour: nothing is known of it */
	NT_CLASS_ALG = 6	  /**< a NAT whose ALG makes it look direct */
};
#define NT_CLASS_COUNT 7

/** What decided the class */
enum nt_rule
{
	NT_RULE_NONE = 0,
	NT_RULE_PROXIED = 1,
	NT_RULE_CONNECTION = 2,
	NT_RULE_SITE = 3,
	NT_RULE_LAN = 4,
	NT_RULE_CLAIM = 5,	  /**< claims a private address from a public source */
	NT_RULE_MISMATCH = 6, /**< claims any address but its source's */
	NT_RULE_ALG = 7,	  /**< two traces of an ALG */
	NT_RULE_SIGN = 8,	  /**< one of the signs that the profile names */
	NT_RULE_ALWAYS = 9,	  /**< the profile's verdict is "always" */
	NT_RULE_NEVER = 10,	  /**< the profile's verdict is "never" */
	NT_RULE_FORCED = 11,  /**< a rule of the policy says nat="force" */
	NT_RULE_EXEMPT = 12,  /**< a rule of the policy says nat="never" */
	NT_RULE_GATEWAY = 13  /**< source is a listed gateway */
};
#define NT_RULE_COUNT 14

enum nt_host
{
	NT_HOST_NONE = 0, /**< not there, or no host at all ("*", tel:) */
	NT_HOST_ADDR = 1,
	NT_HOST_NAME = 2,	/**< may resolve to anything: no evidence */
	NT_HOST_INVALID = 3 /**< in .invalid (RFC 7118 §5): resolves to nothing */
};

/** Where a message says that its sender is */
struct nt_claim
{
	enum nt_host host;
	struct nt_endpoint at; /**< set when host is NT_HOST_ADDR; port 0: 5060 */
	bool other_transport;  /**< names another transport: its port proves nothing
							*/
};

struct nt_evidence
{
	struct nt_endpoint source; /**< of the packet; always set */
	enum nt_transport transport;
	bool proxied;  /**< another hop stands between the client and us */
	bool tampered; /**< the client itself sent received or a filled rport */
	bool gateway;  /**< the policy lists the source as a gateway */
	struct nt_claim via; /**< topmost sent-by; none for replies (it is ours) */
	bool length_wrong;	 /**< Content-Length is not the body's */
	struct nt_claim call_id;  /**< the host part of the Call-ID */
	struct nt_claim from;	  /**< the host of a request's From, if literal */
	const struct nt_sdp *sdp; /**< borrowed for the call; NULL for none */
	const struct nt_claim *contacts; /**< borrowed for the call */
	size_t contact_count;
};

/** What a verdict of NAT takes */
enum nt_strictness
{
	NT_STRICT_PRIVATE = 0, /**< a private claim from a source that is public */
	NT_STRICT_ADDR = 1,	   /**< any literal address that is not the source's */
	NT_STRICT_SIGN = 2,	   /**< any of the signs that count */
	NT_STRICT_ALWAYS = 3,  /**< nothing */
	NT_STRICT_NEVER = 4	   /**< no evidence is enough */
};

/** What the operator said of this sender, whatever it shows */
enum nt_force
{
	NT_FORCE_NONE = 0,
	NT_FORCE_NAT = 1,
	NT_FORCE_NEVER = 2
};

/** How to judge */
struct nt_stance
{
	uint32_t signs; /**< those that may decide; all are reported */
	enum nt_strictness strictness;
	enum nt_force force;
};

enum nt_where
{
	NT_WHERE_NONE = 0,
	NT_WHERE_VIA = 1,
	NT_WHERE_CONTACT = 2
};

struct nt_verdict
{
	uint32_t signs;	  /**< of enum nt_sign */
	uint32_t grounds; /**< those that decided, of rule NT_RULE_SIGN */
	enum nt_class class;
	enum nt_rule rule;
	enum nt_where where;   /**< which claim the rule fitted on, if any */
	struct nt_claim claim; /**< that claim */
};

/** Judge @p ev. @p source_tags are those of its source, of nt_tags_of(); @p
 * nets holds NT_NET_BEHIND_NAT, _LAN, _SITE and the special-purpose tags. */
struct nt_verdict nt_detect(const struct nt_evidence *ev,
		const struct nt_netset *nets, uint32_t source_tags,
		const struct nt_stance *stance);

/** How much a verdict is worth: "certain" where the operator or the transport
 * says it, "strong" where two independent facts agree, "weak" else */
const char *nt_confidence_name(const struct nt_verdict *verdict);

/** The tags of an address and of the IPv4 address that it may carry inside, but
 * for that one's NT_NET_TRUSTED */
uint32_t nt_tags_of(const struct nt_netset *nets, const struct nt_addr *a);

/** Is the sender to be reached at its source instead of where it says it is? */
static inline bool nt_class_is_nat(enum nt_class class)
{
	return class == NT_CLASS_NAT || class == NT_CLASS_FLOW
		   || class == NT_CLASS_ALG;
}

/** Tell a literal address, an ordinary name and a name in .invalid apart */
struct nt_claim nt_claim_of(struct nt_span host, uint16_t port);

const char *nt_class_name(enum nt_class class);
const char *nt_rule_name(enum nt_rule rule);
const char *nt_transport_name(enum nt_transport transport);

/** The value of a URI's transport parameter: "ws" stands for both WebSocket
 * transports (RFC 7118 §5.2.1) */
const char *nt_transport_param(enum nt_transport transport);

/** Read "via-addr,contact-private" or "all".
 * @return 0, or EINVAL with @p bad on the first name that is none */
int nt_signs_parse(uint32_t *signs, struct nt_span list, struct nt_span *bad);

/** The name of one sign, by the number of its bit below NT_SIGN_COUNT */
const char *nt_sign_name(unsigned number);

/** Enough for all signs, and for any reason */
#define NT_SIGNS_TEXT 320
#define NT_REASON_TEXT 512

/** Names separated by commas; "none" for no sign.
 * @return the length, or 0 if @p size is too small */
size_t nt_signs_print(char *buf, size_t size, uint32_t signs);

/** One sentence with the values that decided. @p place is the name of the list
 * that holds the source, or "".
 * @return the length, or 0 if @p size is too small */
size_t nt_reason_print(char *buf, size_t size, const struct nt_verdict *verdict,
		const struct nt_endpoint *source, const char *place);

#endif /* NT_DETECT_H */
