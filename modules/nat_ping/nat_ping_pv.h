/* SPDX-License-Identifier: GPL-2.0-or-later */
/** $nat_ping(key): what an event route is told of */
#ifndef NAT_PING_PV_H
#define NAT_PING_PV_H

#include "core/pvar.h"

int ping_pv_parse(pv_spec_t *spec, str *key);
int ping_pv_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *value);

#endif /* NAT_PING_PV_H */
