/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What a client offers when it registers: RFC 5626 (outbound: an instance, a
 * number of the flow), RFC 3327 (path). RFC 6223 (keep) is in nt_keep.h.
 *
 * Begin with a zeroed struct nt_offer, then show it the values of the REGISTER
 * in order: each Supported and Require, then one Contact.
 * Contact "*" has neither instance nor flow number: do not show it (N057).
 *
 * Pure; no allocation; what cannot be read was not offered. Spans point into
 * what was shown.
 */
#ifndef NT_OUTBOUND_H
#define NT_OUTBOUND_H

#include <stdint.h>

#include "nt/nt_span.h"

/** The flow number of a Contact (RFC 5626 §6, §10) */
enum nt_reg_id
{
	NT_REG_ID_NONE = 0,
	NT_REG_ID_VALID = 1,   /**< 1 to 2^31 - 1, with an instance */
	NT_REG_ID_IGNORED = 2, /**< there is no instance: as if it was not there */
	NT_REG_ID_INVALID = 3  /**< 0, above 2^31 - 1, no number, or twice: 400 */
};

struct nt_offer
{
	bool outbound; /**< option tag in Supported or Require */
	bool path;	   /**< likewise */
	enum nt_reg_id reg_id_is;
	uint32_t reg_id; /**< of NT_REG_ID_VALID, else 0 */
	/** +sip.instance as it is written, quotes and brackets included; empty if
	 * there is none, or two */
	struct nt_span instance;
};

/** The body of a Supported or Require header field */
void nt_offer_tags(struct nt_offer *offer, struct nt_span body);

/** The header parameters of the Contact (nt_element.params) */
void nt_offer_contact(struct nt_offer *offer, struct nt_span params);

/** Would the client use outbound here: the option tag, an instance and a valid
 * reg-id (N046, N055)? Whether we are its first hop (N047) the caller knows. */
static inline bool nt_offer_is_outbound(const struct nt_offer *offer)
{
	return offer->outbound && offer->reg_id_is == NT_REG_ID_VALID;
}

#endif /* NT_OUTBOUND_H */
