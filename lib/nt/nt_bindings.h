/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Bindings of clients that are registered at another server, and whether a
 * refresh of one may be answered here (register absorption).
 *
 * One client, told: its REGISTER goes upstream and is answered 2xx. What it
 * asked, what was granted, what it was told instead and by which flow it came
 * are put in here. It comes back soon, because it was told little; as long as
 * nothing has changed and upstream is good for longer than it is told again, it
 * needs no answer from there (nt_bindings_judge()). Then it goes upstream once
 * more, and what comes back replaces what is here.
 *
 * Bounded in number, in number of one source (an IPv4 address, an IPv6 /64) and
 * of one AoR, and in bytes; who comes last takes the place of who was not heard
 * of for longest. All of it in constant time, whatever texts strangers choose.
 *
 * Pure: memory by nt_mem, no clock, no lock: whoever shares a table between
 * processes locks it around each call, and uses no pointer afterwards. Seconds
 * are those of a clock that does not run backwards; where it does, nothing is
 * answered here.
 */
#ifndef NT_BINDINGS_H
#define NT_BINDINGS_H

#include "nt/nt_expiry.h"
#include "nt/nt_hash.h"
#include "nt/nt_mem.h"
#include "nt/nt_token.h"

/** Longest texts that are kept; what is longer is not remembered at all */
#define NT_BINDING_AOR 255
#define NT_BINDING_URI 1023
#define NT_BINDING_CALL_ID 255
#define NT_BINDING_ANSWER 1023

/** Bindings of one AoR */
#define NT_BINDINGS_PER_AOR 32

/** What a binding may take on average; the table never takes more than its
 * number of bindings times this, besides its fixed part */
#define NT_BINDING_BYTES 1024

struct nt_bindings_conf
{
	uint32_t max;		 /**< 1 to 2^24 */
	uint32_t per_source; /**< 0: no limit but max */
	struct nt_hash_key key;
};

/** A binding as it is put in, and as it is found: spans are the caller's, or
 * the table's until it is next changed */
struct nt_binding
{
	struct nt_span aor;		/**< user@host, the host in lower case */
	struct nt_span contact; /**< URI as the client wrote it */
	struct nt_span sent;	/**< URI that went upstream */
	struct nt_span call_id;
	struct nt_span params; /**< of the Contact in upstream's answer, but
							  expires */
	struct nt_span lines;  /**< header lines of that answer to be repeated */
	struct nt_flow flow;
	uint32_t cseq;	  /**< of the last REGISTER that was answered */
	uint64_t said;	  /**< nt_hash of what else the REGISTER said */
	uint32_t granted; /**< by upstream, seconds */
	uint32_t told;	  /**< to the client, seconds */
	bool alone;		  /**< the only Contact of its REGISTER */
	bool absorbable;  /**< the answer can be repeated */
};

/** What the table adds */
struct nt_bound
{
	struct nt_binding is;
	uint64_t granted_at; /**< when upstream answered */
	uint64_t told_at;	 /**< when the client was answered */
	uint32_t absorbed;	 /**< refreshes answered here since */
	bool pending;		 /**< a REGISTER went upstream and no 2xx came back */
};

struct nt_bindings;

/** @return a table, or NULL (no memory) */
struct nt_bindings *nt_bindings_new(
		const struct nt_mem *mem, const struct nt_bindings_conf *conf);
void nt_bindings_free(struct nt_bindings *t);

enum nt_put
{
	NT_PUT_NEW = 0,
	NT_PUT_AGAIN = 1,	  /**< it was there */
	NT_PUT_REFUSED = 2,	  /**< a text is too long; it is not there now */
	NT_PUT_NO_MEMORY = 3, /**< likewise */
	NT_PUT_OLD =
			4 /**< same Call-ID, lower CSeq than what is there: left alone */
};

/** Upstream answered. Granted 0 takes it out (NT_PUT_AGAIN).
 * @param evicted how many others had to go */
enum nt_put nt_bindings_put(struct nt_bindings *t, const struct nt_binding *b,
		uint64_t now, uint32_t *evicted);

/** What is known; upstream's time may be over.
 * @return NULL, or the binding until the table is changed */
const struct nt_bound *nt_bindings_find(
		struct nt_bindings *t, struct nt_span aor, struct nt_span contact);

/** Take out all of an AoR; one goes when it is put with nothing granted.
 * @return how many */
uint32_t nt_bindings_drop_all(struct nt_bindings *t, struct nt_span aor);

/** A REGISTER with one Contact, as it came in */
struct nt_refresh
{
	struct nt_span aor, contact, call_id;
	struct nt_flow flow;
	uint32_t cseq;
	uint64_t said;
	uint32_t asked; /**< NT_EXPIRY_NONE: nothing was said */
	uint32_t limit; /**< of nt_expiry_limit() */
};

/** Why a REGISTER is (not) answered here */
enum nt_absorb
{
	NT_ABSORB_YES = 0,
	NT_ABSORB_REPEAT = 1,	/**< it was, and came again: the same answer */
	NT_ABSORB_UNKNOWN = 2,	/**< nothing is known of it */
	NT_ABSORB_STRANGER = 3, /**< from another source or connection */
	NT_ABSORB_ENDS = 4,		/**< it takes the binding away */
	NT_ABSORB_CHANGED = 5,	/**< another Call-ID, an old CSeq, other headers */
	NT_ABSORB_PENDING = 6,	/**< the last one was not answered 2xx upstream */
	NT_ABSORB_DUE = 7		/**< upstream's time is running out */
};
#define NT_ABSORB_COUNT 8

/** May this one be answered here? If so its answer is noted. If it comes by the
 * flow of the binding and has to go upstream, none is answered here until
 * upstream has answered 2xx; what comes from elsewhere changes nothing (T32).
 * @param bound what was found, also for the answer, or NULL
 * @return NT_ABSORB_YES or _REPEAT: the client is told (*bound)->is.told */
enum nt_absorb nt_bindings_judge(struct nt_bindings *t,
		const struct nt_bound **bound, const struct nt_refresh *r,
		uint64_t now);

uint32_t nt_bindings_count(const struct nt_bindings *t);
/** Bytes in use besides the fixed part */
size_t nt_bindings_bytes(const struct nt_bindings *t);

/** The first binding at place @p from or behind it, for lists in parts.
 * @param looks how many places are looked at
 * @return its place, NULL in @p bound if those looked at are empty; or
 * UINT32_MAX at the end */
uint32_t nt_bindings_next(const struct nt_bindings *t, uint32_t from,
		uint32_t looks, const struct nt_bound **bound);

/** Is that where it comes from the same for limits? Host order, IPv6 cut to 64
 * bits */
struct nt_addr nt_binding_source(const struct nt_addr *a);

#endif /* NT_BINDINGS_H */
