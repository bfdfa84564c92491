/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The registrar of this server (module registrar): the time of clients behind a
 * NAT is lowered before it saves, in the Contacts as the core has parsed them,
 * so that the location table and the 200 agree, and nothing of what might be
 * relayed changes. Not by registrar's xavp_cfg: that has one number for all
 * Contacts of a REGISTER, would keep those that are to end, and needs a
 * parameter there.
 */
#ifndef NAT_EDGE_EXPIRES_H
#define NAT_EDGE_EXPIRES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/parser/msg_parser.h"

/** The registrar of this server. RO after start. */
struct ne_registrar
{
	bool there;
	uint32_t min_s;		/**< it refuses or raises what is less */
	uint32_t default_s; /**< what it makes of no Expires */
};
extern struct ne_registrar ne_registrar;

/** Before fork, when the policy is there. Warns of limits that the registrar
 * will not have. @return 0 */
int ne_expires_init(void);

/** Lower what each Contact of this REGISTER asks the registrar of this server
 * for. Nothing is changed in what is relayed. Once is enough, more does
 * nothing.
 * @return how many Contacts */
int ne_expires_lower(sip_msg_t *req, uint32_t limit);

#endif /* NAT_EDGE_EXPIRES_H */
