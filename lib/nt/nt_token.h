/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Sealed flow tokens: a flow that this cluster saw, written into messages so
 * that nobody else can read, make or change it (RFC 5626 §5.2).
 *
 * A token is made when a message passes, travels in a URI parameter of a
 * Record-Route, Path or Contact, and comes back in later requests. Only what
 * opens is believed. What it may be used for is part of it: a token for one
 * leg of one dialog opens as nothing else.
 *
 * Form: one byte (version, key), 16 bytes of HMAC-SHA-256 over purpose and
 * content, the content under AES-128-CTR with those 16 bytes as its start; all
 * in base64url without padding. So the same content gives the same token (RFC
 * 3261 §16.11), and two that differ have nothing in common.
 *
 * Pure; no allocation. The hashing itself is libnettle's.
 */
#ifndef NT_TOKEN_H
#define NT_TOKEN_H

#include <nettle/aes.h>
#include <nettle/hmac.h>

#include "nt/nt_detect.h"

/** Secret of a key; nothing else goes into it */
#define NT_KEY_BYTES 32

/** Keys at once: one that seals, and the one before it, which only opens */
#define NT_KEYS 2

/** A secret made ready. Private: each process has its own copy, because hashing
 * writes into it. */
struct nt_key
{
	uint8_t id; /**< 0 to 15; told apart by it alone */
	struct hmac_sha256_ctx mac;
	struct aes128_ctx cipher;
};

struct nt_opened;

struct nt_keys
{
	unsigned count; /**< 1 or 2; 0: nothing can be sealed or opened */
	struct nt_key key[NT_KEYS];
	struct nt_opened *opened; /**< borrowed; what was opened lately, or NULL */
	uint32_t generation;	  /**< other keys, another number: for opened */
};

/** What a token is good for */
enum nt_purpose
{
	NT_PURPOSE_PATH = 1,	/**< to the client that registered */
	NT_PURPOSE_CALLER = 2,	/**< to who began the dialog */
	NT_PURPOSE_CALLEE = 3,	/**< to the other one */
	NT_PURPOSE_ALIAS = 4,	/**< to a Contact of a dialog */
	NT_PURPOSE_CONTACT = 5, /**< to a registered Contact */
	NT_PURPOSE_DIALOG = 6,	/**< nowhere: a proof that a dialog is ours */
	NT_PURPOSE_LEGS = 7		/**< CALLER and CALLEE in one */
};
#define NT_PURPOSE_COUNT 8

/** The way between us and a neighbour */
struct nt_flow
{
	enum nt_transport transport;
	struct nt_endpoint local;  /**< our socket; its family is that of remote */
	struct nt_endpoint remote; /**< where its packets came from */
	/** Streams: a client that may also be called at its Contact; when the
	 * connection is gone, that is its way. UDP: not kept */
	bool spare;
	uint32_t connection; /**< streams: the core's id of it; UDP: not kept */
	uint32_t epoch;		 /**< streams: this life of the server; likewise */
};

struct nt_token
{
	enum nt_purpose purpose;
	struct nt_flow flow;  /**< LEGS: of the caller */
	struct nt_flow other; /**< LEGS: of the callee; others do not have it */
	/** CALLER, CALLEE, LEGS, ALIAS, DIALOG: of nt_binding(). PATH, CONTACT: the
	 * last second (Unix time, 32 bits) in which it is good */
	uint32_t binding;
	struct nt_span text; /**< ALIAS, CONTACT: what was replaced; CALLER,
							DIALOG: a script's label; or empty */
};

#define NT_TOKEN_TEXT_MAX 255
/** Enough for any token, with NUL; and for one without text of one flow */
#define NT_TOKEN_SIZE 480
#define NT_TOKEN_FLOW_SIZE 112

enum nt_token_fault
{
	NT_TOKEN_OK = 0,
	NT_TOKEN_MALFORMED = 1, /**< not what any version of us would write */
	NT_TOKEN_KEY = 2,		/**< of a key that is not here (any more) */
	NT_TOKEN_FORGED = 3,	/**< changed, made up, or for another purpose */
	NT_TOKEN_EXPIRED = 4,	/**< by who knows the time: not nt_token_open() */
	NT_TOKEN_ALIEN = 5		/**< of another dialog, likewise */
};
#define NT_TOKEN_FAULT_COUNT 6

/** Make a secret ready for use */
void nt_key_set(
		struct nt_key *key, uint8_t id, const uint8_t secret[NT_KEY_BYTES]);

/** Forget it so that it is not found in memory */
void nt_keys_wipe(struct nt_keys *keys);

/** Seal with the first key, and remember it in keys->opened.
 * @return the length of the token in @p buf, without the NUL behind it; 0 if
 * there is no key, @p size is too small, the text is longer than
 * NT_TOKEN_TEXT_MAX or of a purpose that has none, or the flow has no addresses
 * and ports, two families, or a transport that is not one of ours. Then buf
 * holds "" when size > 0. */
size_t nt_token_seal(char *buf, size_t size, struct nt_keys *keys,
		const struct nt_token *token);

/** Open with whatever key it names, for one purpose. Constant time in what
 * compares secrets; nothing of @p token or @p text is set unless it verifies.
 * @param text room for NT_TOKEN_TEXT_MAX bytes, which token->text will point
 * to; PATH, CALLEE and LEGS need none
 * @return a fault, or NT_TOKEN_OK and @p token */
enum nt_token_fault nt_token_open(struct nt_token *token, char *text,
		struct nt_keys *keys, struct nt_span sealed, enum nt_purpose purpose);

/** Which dialog, and which of its parties: 32 bits of a hash of the Call-ID and
 * a tag. No secret: it stands inside of what is sealed. */
uint32_t nt_binding(struct nt_span call_id, struct nt_span tag);

/** "path", "caller", "callee", "alias", "contact", "dialog", "legs";
 * "malformed", ... */
const char *nt_purpose_name(enum nt_purpose purpose);
const char *nt_token_fault_name(enum nt_token_fault fault);

#endif /* NT_TOKEN_H */
