/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * How long a client behind a NAT is registered, and how often it is to send
 * keep-alives: what its profile says, taken when the request comes, for the
 * replies that come later in whatever process.
 *
 * Where the registrar is this server (module registrar), the time is lowered
 * before it saves: in the Contacts as the core has parsed them, so that the
 * location table and the 200 agree, and nothing of what might be relayed
 * changes. Not by registrar's xavp_cfg: that has one number for all Contacts of
 * a REGISTER, would keep those that are to end, and needs a parameter there.
 */
#ifndef NAT_EDGE_EXPIRES_H
#define NAT_EDGE_EXPIRES_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"
#include "nt/nt_detect.h"
#include "nt/nt_expiry.h"

/** What one request's sender gets */
struct ne_terms
{
	enum nt_class class; /**< 0: not judged */
	bool keep;			 /**< keep-alives of the client are understood here */
	uint32_t limit;		 /**< of nt_expiry_limit(); only for a REGISTER */
	uint32_t keep_s;	 /**< between two of them; 0: not wanted */
	uint32_t upstream;	 /**< expiry to be asked for there; 0: as it came */
	bool remember;		 /**< somebody will ask what came of this REGISTER */
};

/** The registrar of this server. RO after start. */
struct ne_registrar
{
	bool there;
	uint32_t min_s;		/**< it refuses or raises what is less */
	uint32_t default_s; /**< what it makes of no Expires */
};
extern struct ne_registrar ne_registrar;

static inline bool ne_terms_nat(const struct ne_terms *terms)
{
	return nt_class_is_nat(terms->class);
}

/** Before fork, when the policy is there. Warns of limits that the registrar
 * will not have. @return 0 */
int ne_expires_init(void);

/** By the profile of @p req. @return false: it cannot be judged */
bool ne_terms_of(struct ne_terms *terms, sip_msg_t *req);

/** As a parameter for tm, without memory; upstream is left out. NULL stands
 * for a request that was not judged. */
void *ne_terms_pack(const struct ne_terms *terms);
void ne_terms_unpack(struct ne_terms *terms, const void *packed);

/** Lower what each Contact of this REGISTER asks the registrar of this server
 * for. Nothing is changed in what is relayed. Once is enough, more does
 * nothing.
 * @return how many Contacts */
int ne_expires_lower(sip_msg_t *req, uint32_t limit);

#endif /* NAT_EDGE_EXPIRES_H */
