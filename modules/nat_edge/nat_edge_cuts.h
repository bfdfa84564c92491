/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What its sender may not say of the way to somebody, found in one message: the
 * pieces that have to go.
 *
 * Only what this server would obey, and nothing that is another proxy's: that
 * comes back to it.
 */
#ifndef NAT_EDGE_CUTS_H
#define NAT_EDGE_CUTS_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"
#include "nt/nt_cuts.h"

enum ne_spot
{
	NE_SPOT_RURI = 0,
	NE_SPOT_CONTACT = 1,
	NE_SPOT_ROUTE = 2,
	NE_SPOT_PATH = 3
};
#define NE_SPOT_COUNT 4

struct ne_cuts
{
	struct nt_cuts pieces;		   /**< of the message's text */
	unsigned count[NE_SPOT_COUNT]; /**< pieces of each spot */
};

/** Find them in a message whose headers are parsed. @p client: no other proxy
 * stands between its sender and us.
 * @return 0; EINVAL: there is something in a form that cannot be taken out
 * without doubt; ENOSPC: too much of it */
int ne_cuts_gather(struct ne_cuts *cuts, const sip_msg_t *msg, bool client);

#endif /* NAT_EDGE_CUTS_H */
