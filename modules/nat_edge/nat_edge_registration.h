/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Registrations that passed through us to another registrar (edge mode), in
 * shared memory: who registered what from where, what went upstream, what
 * upstream granted and what the client was told.
 *
 * A registration is known by its AoR (user and host of the To URI) and by the
 * Contact URI as the client wrote it. It is remembered when upstream answered
 * 2xx, never before, and only for clients behind a NAT whose REGISTER
 * nat_manage() saw and tm relayed. Bounded by modparam registrations_max; with
 * 0 everything here does nothing and finds nothing.
 */
#ifndef NAT_EDGE_REGISTRATION_H
#define NAT_EDGE_REGISTRATION_H

#include "core/parser/msg_parser.h"
#include "nt/nt_bindings.h"

/** A Contact URI longer than this is not remembered */
#define NE_CONTACT_TEXT (NT_BINDING_URI + 1)

/** What is known of one binding; a copy */
struct ne_registered
{
	char sent[NE_CONTACT_TEXT]; /**< Contact URI that went upstream */
	size_t sent_len;
	struct nt_flow flow; /**< of the client's last REGISTER with a 2xx */
	uint32_t left_s;	 /**< seconds that upstream's binding has yet */
	bool same_call_id;	 /**< Call-ID is that of the message that asks */
};

/** Before fork: room for @p max registrations, of one source for
 * @p per_source (0: no limit). @return 0 or -1 (logs) */
int ne_registration_init(unsigned max, unsigned per_source);
void ne_registration_fini(void);

/** Are registrations kept at all? */
bool ne_registration_is_on(void);

/** What went upstream for a Contact of this REGISTER when it was accepted
 * last. For a de-REGISTER from a new source (F13) and for a refresh after a
 * rebinding (F17): the binding to be replaced is @p known->sent, not what
 * today's source would make of the Contact. Says nothing about the sender:
 * upstream authenticates.
 * @param contact the URI as the client wrote it, without brackets
 * @return true and @p known; false: nothing is known, or its time is over */
bool ne_registration_find(
		struct ne_registered *known, sip_msg_t *msg, struct nt_span contact);

/** A key for hashes of what strangers wrote; constant after start */
const struct nt_hash_key *ne_registration_key(void);

/** The AoR of a REGISTER: user and host of its To URI, the host in lower case.
 * @return its length in @p buf, 0: there is none, or it is too long */
size_t ne_registration_aor(char *buf, size_t size, const sip_msg_t *msg);

/** A hash of what else a REGISTER says: all that would be another request
 * upstream if it changed. Its one Contact by @p params, without expires. */
uint64_t ne_registration_said(const sip_msg_t *req, struct nt_span params);

/** CSeq of a request. @return false: none that can be read */
bool ne_registration_cseq(uint32_t *cseq, const sip_msg_t *req);

/** Upstream answered 2xx: keep it, or with granted 0 forget it */
void ne_registration_put(const struct nt_binding *b);
void ne_registration_drop_all(struct nt_span aor);

/** What to answer to a refresh that is absorbed */
struct ne_absorbed
{
	uint32_t told;
	char params[NT_BINDING_ANSWER + 1];
	char lines[NT_BINDING_ANSWER + 1];
};

/** nt_bindings_judge(), and a copy of the answer if it is absorbed */
enum nt_absorb ne_registration_judge(
		struct ne_absorbed *answer, const struct nt_refresh *refresh);

/** One registration for a list; a copy. Texts are cut. */
struct ne_registration_row
{
	char aor[80], contact[160], sent[160];
	struct nt_flow flow;
	uint32_t upstream_s; /**< left */
	uint32_t told_s;	 /**< left */
	uint32_t absorbed;
	bool pending;
};

/** Copy up to @p max rows from place @p from on, those of one AoR if @p aor is
 * not empty.
 * @return how many; @p next is where to go on, UINT32_MAX at the end */
unsigned ne_registration_list(struct ne_registration_row *rows, unsigned max,
		uint32_t from, struct nt_span aor, uint32_t *next);

/** The clock, in seconds. Tests have their own. */
extern uint64_t (*ne_registration_now)(void);

/** How many there are, and bytes that they take */
uint32_t ne_registration_count(size_t *bytes);

#endif /* NAT_EDGE_REGISTRATION_H */
