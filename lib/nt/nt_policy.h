/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A policy: which profile applies to which sender.
 *
 * One block of memory without pointers, compiled from a policy file
 * (nt_draft.h), then only read: it may live in shared memory, be copied, and be
 * read by any number of processes at once. Whoever makes a block vouches for
 * it; it is no input from outside.
 *
 * The story of a question: the source is looked up in one table of disjoint
 * ranges, which gives what kind of network it is, its place (site, LAN,
 * gateway) and the source lists of rules that hold it. Rules are found by AoR,
 * by domain and parent domains, and by those lists; of all that fit, the one
 * with the highest rank decides. Ranks differ for all rules: most specific
 * first, and among equals the one that stands later in the file.
 *
 * Pure; no allocation; time grows with the logarithm of networks and with
 * NT_RULES_PER_KEY at most, not with the number of rules.
 */
#ifndef NT_POLICY_H
#define NT_POLICY_H

#include "nt/nt_profile.h"

/** Domains of rules are no longer, so what is longer in a message is looked up
 * from where it is that short */
#define NT_DOMAIN_MAX 255

/** So many rules at most share an AoR, a domain, a source list, or none */
#define NT_RULES_PER_KEY 256

enum nt_place_kind
{
	NT_PLACE_LAN = 1,
	NT_PLACE_SITE = 2,
	NT_PLACE_GATEWAY = 3
};

/** A network that an operator gave a name */
struct nt_place
{
	char name[NT_NAME_TEXT];
	uint32_t line;
	enum nt_place_kind kind;
	bool alg_broken;			 /**< sites: all behind it is NATed */
	uint32_t same_nat;			 /**< as NT_SET_MEDIA_SAME_NAT; UINT32_MAX: as
									the profile says */
	uint32_t contacts_max;		 /**< 0: no limit; read by nat_ping */
	bool keepalive;				 /**< gateways; read by nat_ping */
	struct nt_endpoint gateway;	 /**< port 0: any */
	enum nt_transport transport; /**< of the gateway; OTHER: any */
};

/** Text inside the block */
struct nt_text
{
	uint32_t at, len; /**< len 0: not asked for */
};

/** A rule that only says nat="force" or nat="never" leaves the profile to the
 * most specific rule that names one */
#define NT_NO_PROFILE UINT32_MAX

/** A rule: what it asks of a sender, and what it says of it */
struct nt_policy_rule
{
	char name[NT_NAME_TEXT]; /**< "" if it has none */
	uint64_t rank;
	uint32_t line;
	uint32_t profile; /**< index, or NT_NO_PROFILE */
	enum nt_force force;
	struct nt_text aor;	   /**< user@domain */
	struct nt_text domain; /**< without the "*." of below */
	bool below;			   /**< all names below the domain, not itself */
	uint32_t list;		   /**< of sources; 0: any */
	struct nt_text source; /**< that list as written, or its beginning */
	struct nt_text socket; /**< name of a listen socket */
	struct nt_endpoint local;
	struct nt_text agent; /**< pattern of nt_glob.h */
	uint32_t methods;	  /**< of nt_method_bit(); 0: any */
	uint32_t transports;  /**< 1 << enum nt_transport; 0: any */
	uint32_t next;		  /**< 1 + index of the next of its key; 0: last */
};

struct nt_part
{
	uint32_t at, count;
};

/** So many ports below 1024 may be named */
#define NT_GATE_PORTS_MAX 32

/** What a policy's <gate> says besides its networks, which are tags */
struct nt_gate_words
{
	uint32_t line; /**< of the element; 0 without one, or without a file */
	uint32_t port_count;
	uint16_t ports[NT_GATE_PORTS_MAX]; /**< below 1024, ascending */
	bool own_sockets; /**< requests may be sent to sockets of this server */
	bool denies;	  /**< there are NT_NET_GATE_DENY */
};

struct nt_policy
{
	uint32_t bytes;	 /**< of the whole block */
	uint32_t needs;	 /**< of enum nt_policy_need */
	uint32_t places; /**< lists 1 to this are places; above: of rules */
	struct nt_part set, words, place, profile, rule, text;
	struct nt_part aors, domains; /**< heads of chains; count: power of two */
	struct nt_part lists;		  /**< heads, by list - places - 1 */
	uint32_t others;			  /**< head: rules without any key */
	struct nt_gate_words gate;
};

/** What a question must bring for rules to be found; the rest may be left out
 */
enum nt_policy_need
{
	NT_NEED_OWNER = 0x1,
	NT_NEED_AGENT = 0x2,
	NT_NEED_SOCKET = 0x4, /**< local address as well */
	NT_NEED_METHOD = 0x8
};

/** What is known of a message. Borrowed for the call. */
struct nt_question
{
	struct nt_endpoint source, local;
	enum nt_transport transport;
	uint32_t method;			 /**< of nt_method_bit() */
	struct nt_span socket;		 /**< name of the listen socket */
	struct nt_span user, domain; /**< whose message it is: the sender's AoR */
	struct nt_span agent;		 /**< User-Agent, or Server */
};

/** Pointers into the policy */
struct nt_answer
{
	const struct nt_profile *profile;  /**< never NULL */
	const struct nt_policy_rule *rule; /**< most specific; NULL: none fits */
	const struct nt_place *place;	   /**< of the source; NULL: none */
	uint32_t tags; /**< of the source, as nt_tags_of() gives them */
};

struct nt_answer nt_policy_find(
		const struct nt_policy *policy, const struct nt_question *question);

/** Is a sender one whose aliases, received, maddr, Path and tokens are
 * believed?
 * @p source_tags are those of nt_answer. An address that carries a trusted IPv4
 * address inside is not trusted for that. */
static inline bool nt_is_trusted(uint32_t source_tags)
{
	return (source_tags & NT_NET_TRUSTED) != 0;
}

/** The gateway that listens at @p e, or NULL */
const struct nt_place *nt_policy_gateway(const struct nt_policy *policy,
		const struct nt_endpoint *e, enum nt_transport transport);

/** The site that holds @p a, or NULL */
const struct nt_place *nt_policy_site(
		const struct nt_policy *policy, const struct nt_addr *a);

/** Go along the ranges of a place, ascending; a range may come in pieces. Begin
 * with *at 0.
 * @return false at the end */
bool nt_policy_place_next(struct nt_range *range,
		const struct nt_policy *policy, const struct nt_place *place,
		uint32_t *at);

/** Do both stand behind one NAT: is there a site that holds both, or are they
 * the same address? */
bool nt_policy_same_site(const struct nt_policy *policy,
		const struct nt_addr *a, const struct nt_addr *b);

/** Number of places, profiles and rules, and one of them */
static inline const void *nt_policy_at(
		const struct nt_policy *p, struct nt_part part)
{
	return (const char *)p + part.at;
}

static inline const struct nt_netset *nt_policy_nets(const struct nt_policy *p)
{
	return nt_policy_at(p, p->set);
}

static inline const struct nt_place *nt_policy_places(const struct nt_policy *p)
{
	return nt_policy_at(p, p->place);
}

static inline const struct nt_profile *nt_policy_profiles(
		const struct nt_policy *p)
{
	return nt_policy_at(p, p->profile);
}

static inline const struct nt_policy_rule *nt_policy_rules(
		const struct nt_policy *p)
{
	return nt_policy_at(p, p->rule);
}

static inline struct nt_span nt_policy_text(
		const struct nt_policy *p, struct nt_text t)
{
	return nt_span_of((const char *)nt_policy_at(p, p->text) + t.at, t.len);
}

/** Bit of a SIP method's name, 0 if it is none that rules can ask for. Kamailio
 * takes "register" for a REGISTER, though RFC 3261 §7.1 does not. */
uint32_t nt_method_bit(struct nt_span name);

/** A rule's number as "line 12", "line 12 (name)"; "none" for NULL.
 * @return the length, or 0 if @p size is too small */
size_t nt_rule_print(char *buf, size_t size, const struct nt_policy_rule *rule);
#define NT_RULE_TEXT 64

/** What a rule asks for, as the file says it: 'domain="acme.example"
 * transport="tcp"'. Cut where @p size ends. */
size_t nt_rule_conditions_print(char *buf, size_t size,
		const struct nt_policy *policy, const struct nt_policy_rule *rule);

/** For the compiler and the look-up: hash of a text, ASCII letters alike */
uint32_t nt_text_hash(uint32_t seed, struct nt_span text);

#endif /* NT_POLICY_H */
