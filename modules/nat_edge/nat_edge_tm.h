/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The transaction side: replies of managed requests are repaired when tm
 * relays them. */
#ifndef NAT_EDGE_TM_H
#define NAT_EDGE_TM_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"

/** Hook into tm if it is loaded; without it replies are repaired where a script
 * calls nat_manage().
 * @return 0, or -1 */
int ne_tm_init(void);

/** Did a reply pass another proxy between its sender and us? Then its source is
 * that proxy. Tells by the topmost Record-Route, and where there is none by the
 * Route of the transaction's request. */
bool ne_reply_is_proxied(sip_msg_t *reply);

/** Do the Routes among these headers visit a hop that is not us? */
bool ne_visits_another(struct hdr_field *headers);

#endif /* NAT_EDGE_TM_H */
