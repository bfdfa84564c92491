/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The bytes of pings, and how their answers are known again.
 *
 * A ping that can be answered carries a tag: which flow, which ping of it, and
 * 64 bits of a keyed hash over both that nobody can guess (T08). Nothing has to
 * be remembered to know an answer again: the tag in it is checked, and says
 * which flow is to be asked whether the source is right.
 *
 * Requests are as small as they may be (RFC 3261 §8.1.1): the R-URI is the
 * address, not the Contact; no Contact, no Supported. Compact names are not
 * used: phones were seen that do not read them.
 *
 * Pure; bounded writers; no allocation.
 */
#ifndef NT_PING_H
#define NT_PING_H

#include "nt/nt_hash.h"
#include "nt/nt_terms.h"

/** Is such a ping answered, and is the answer seen? Not a frame of WebSockets:
 * the pong goes to the core's module of that name, which tells nobody. Not
 * CRLF: on streams who gets it may answer, nobody has to (RFC 5626 §3.5.1).
 * false as well if there is no such ping on that transport */
bool nt_ping_is_answered(
		enum nt_ping_method method, enum nt_transport transport);

struct nt_ping_tag
{
	uint32_t flow;	   /**< its number in the table */
	uint32_t life;	   /**< so that a number used again is another flow */
	uint32_t sequence; /**< which ping of it */
};

/** A tag as text: always so many letters, digits, "-" and "_" */
#define NT_PING_TAG_CHARS 27
/** Room for one, with NUL */
#define NT_PING_TAG_TEXT 48

/** @return NT_PING_TAG_CHARS, or 0 if @p size is too small (then buf holds ""
 * when size > 0) */
size_t nt_ping_tag_print(char *buf, size_t size, const struct nt_hash_key *key,
		const struct nt_ping_tag *tag);

/** @return false: not one of ours, or changed; constant time in the hash.
 * @p tag is written only on success */
bool nt_ping_tag_parse(struct nt_ping_tag *tag, const struct nt_hash_key *key,
		struct nt_span text);

/** The same in the 12 bytes of a STUN transaction id: 32 bits of flow, 16 of
 * life, 8 of sequence, 40 of hash, and nothing of it to be seen from outside.
 * That is enough there: a source address is asked for as well. */
void nt_ping_stun_id(uint8_t id[12], const struct nt_hash_key *key,
		const struct nt_ping_tag *tag);

/** As nt_ping_tag_parse(); life and sequence are cut to their 16 and 8 low bits
 */
bool nt_ping_stun_id_parse(struct nt_ping_tag *tag,
		const struct nt_hash_key *key, const uint8_t id[12]);

/** What of a request is the same for all flows of a socket: written once */
struct nt_ping_face
{
	struct nt_span via_host; /**< host:port that answers shall come to: the
								advertised address if the socket has one */
	struct nt_span from;	 /**< URI of From: "sip:ping@host"; without a port,
								which may not stand there (RFC 3261 §19.1.1) */
	enum nt_transport transport;
	/** The answer is wanted at via_host whatever address the request comes from
	 * (RFC 3261 §18.2.2): Via without rport */
	bool no_rport;
};

/** Enough for a ping whose face has two texts of 128 bytes */
#define NT_PING_TEXT 640

/** Write a ping, not terminated.
 * @param to with a port
 * @param tag text of nt_ping_tag_print(): the Call-ID; branch and From tag are
 * its hash. STUN: the 12 bytes of nt_ping_stun_id(). Not looked at by pings
 * that carry none.
 * @param sequence stands in CSeq, its 31 low bits, for who reads a trace
 * @return its length, or 0: no such method on that transport, no room, no
 * address or no tag */
size_t nt_ping_print(char *buf, size_t size, enum nt_ping_method method,
		const struct nt_ping_face *face, const struct nt_endpoint *to,
		struct nt_span tag, uint32_t sequence);

/** Is a Call-ID (of an answer) perhaps one of ours? Cheap: for all replies. */
static inline bool nt_ping_may_be_tag(struct nt_span call_id)
{
	return call_id.len == NT_PING_TAG_CHARS;
}

/** A STUN message on a SIP port: a binding response (success or error).
 * @param mapped where the other end saw us; not set if it does not say
 * @return false: no STUN message, of another kind, or broken (N059); then
 * nothing is written */
bool nt_ping_stun_answer(uint8_t id[12], struct nt_endpoint *mapped,
		const uint8_t *data, size_t len);

/** "crlf", "options", "notify", "stun", "zero", "websocket" */
const char *nt_ping_method_name(enum nt_ping_method method);

#endif /* NT_PING_H */
