/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Module sl, if it is there: replies of our own. */
#ifndef NAT_EDGE_SL_H
#define NAT_EDGE_SL_H

#include <stdbool.h>

#include "modules/sl/sl.h"

/** Bind it, if it is loaded. Before fork. @return 0 or -1 */
int ne_sl_init(void);

/** Is it there? */
bool ne_has_sl(void);

/** Have @p hook called; it lives as long as the server.
 * @return 0, also without sl, or -1 */
int ne_sl_register(sl_cbelem_t *hook);

/** Answer @p req, within its transaction if it has one.
 * @return as sl's send_reply(); -1 without sl */
int ne_sl_reply(sip_msg_t *req, int code, const char *reason);

#endif /* NAT_EDGE_SL_H */
