/* SPDX-License-Identifier: GPL-2.0-or-later */
/** $nat(class), $nat(signs), $nat(rule), $nat(reason), $nat(source): the
 * verdict on the message in hand. */
#ifndef NAT_EDGE_PV_H
#define NAT_EDGE_PV_H

#include "core/pvar.h"

int ne_pv_parse(pv_spec_t *spec, str *key);
int ne_pv_get(sip_msg_t *msg, pv_param_t *param, pv_value_t *value);

#endif /* NAT_EDGE_PV_H */
