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
#include "nt/nt_token.h"

/** A Contact URI longer than this is not remembered */
#define NE_CONTACT_TEXT 512

/** What is known of one binding; a copy */
struct ne_registered
{
	char sent[NE_CONTACT_TEXT]; /**< Contact URI that went upstream */
	size_t sent_len;
	struct nt_flow flow; /**< of the client's last REGISTER with a 2xx */
	uint32_t left_s;	 /**< seconds that upstream's binding has yet */
	bool same_call_id;	 /**< Call-ID is that of the message that asks */
};

/** Before fork. @return 0 or -1 (logs) */
int ne_registration_init(void);
void ne_registration_fini(void);

/** What went upstream for a Contact of this REGISTER when it was accepted
 * last. For a de-REGISTER from a new source (F13) and for a refresh after a
 * rebinding (F17): the binding to be replaced is @p known->sent, not what
 * today's source would make of the Contact. Says nothing about the sender:
 * upstream authenticates.
 * @param contact the URI as the client wrote it, without brackets
 * @return true and @p known; false: nothing is known, or its time is over */
bool ne_registration_find(
		struct ne_registered *known, sip_msg_t *msg, struct nt_span contact);

#endif /* NAT_EDGE_REGISTRATION_H */
