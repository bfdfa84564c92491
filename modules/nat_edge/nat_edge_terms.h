/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What the sender of a request gets: how long it is registered at most, and how
 * often it is to send keep-alives. What its profile says, taken when the
 * request comes, for the replies that come later in whatever process.
 */
#ifndef NAT_EDGE_TERMS_H
#define NAT_EDGE_TERMS_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"
#include "nt/nt_detect.h"
#include "nt/nt_expiry.h"

struct ne_terms
{
	enum nt_class class; /**< 0: not judged */
	bool keep;			 /**< keep-alives of the client are understood here */
	uint32_t limit;		 /**< of nt_expiry_limit(); only for a REGISTER */
	uint32_t keep_s;	 /**< between two of them; 0: not wanted */
	uint32_t upstream;	 /**< expiry to be asked for there; 0: as it came */
	bool remember;		 /**< somebody will ask what came of this REGISTER */
};

static inline bool ne_terms_nat(const struct ne_terms *terms)
{
	return nt_class_is_nat(terms->class);
}

/** Before fork, when all modules are loaded */
void ne_terms_init(void);

/** By the profile of @p req. @return false: it cannot be judged */
bool ne_terms_of(struct ne_terms *terms, sip_msg_t *req);

/** As a parameter for tm, without memory; upstream is left out. NULL stands
 * for a request that was not judged. */
void *ne_terms_pack(const struct ne_terms *terms);
void ne_terms_unpack(struct ne_terms *terms, const void *packed);

#endif /* NAT_EDGE_TERMS_H */
