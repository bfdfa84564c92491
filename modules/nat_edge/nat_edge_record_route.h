/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What is written into a request on its way out so that later ones find back:
 * sealed flows of both legs in Record-Route, of the client in Path.
 *
 * The legs are parameters of the Record-Route that rr writes, not its user
 * part: so a script's own record_route() carries them as well, with one value
 * or two (RFC 5658 §5), and so do strict neighbours that rr copes with.
 *
 * nat-a is the leg of who began the dialog, nat-b the other one, nat-l both in
 * one, where both are known at once. A leg is sealed only where its party is a
 * client behind a NAT or on a connection: nobody else needs it. nat-d, which
 * nat_record_route() writes where the caller needs no leg, only proves that the
 * dialog is ours.
 */
#ifndef NAT_EDGE_RECORD_ROUTE_H
#define NAT_EDGE_RECORD_ROUTE_H

#include <stdbool.h>

#include "core/parser/msg_parser.h"

#define NE_PARAM_CALLER "nat-a"
#define NE_PARAM_CALLEE "nat-b"
#define NE_PARAM_LEGS "nat-l"
#define NE_PARAM_DIALOG "nat-d"
#define NE_PARAM_PATH "nat-p"
#define NE_PARAM_CONTACT "nat-c"

/** A Path token is good for the longest registration and a tenth (seconds) */
#define NE_PATH_LIFE 95040

/** Bind rr, if it is loaded. @return 0 or -1 */
int ne_record_route_init(void);

/** loose_route() of rr: its result. Only if rr is there. */
int ne_loose_route(sip_msg_t *msg);

/** Is rr there? */
bool ne_has_rr(void);

/** Would ne_branch_out() ever do anything for such a request? */
bool ne_is_branch_wanted(sip_msg_t *msg);

/** A branch of a managed request is about to be built: seal what it takes */
void ne_branch_out(sip_msg_t *msg, bool again);

/** A label of a script, sealed into the route of a dialog */
#define NE_LABEL_MAX 32

/** nat_record_route([label]): be on the way of the dialog that begins, whoever
 * its parties are, and find the label again in its later requests. A NOTIFY of
 * a dialog carries on what its own route says. Twice is once. */
int ki_nat_record_route(sip_msg_t *msg);
int ki_nat_record_route_label(sip_msg_t *msg, str *label);

/** nat_add_path(): be on the way to the client of this REGISTER */
int ki_nat_add_path(sip_msg_t *msg);

#endif /* NAT_EDGE_RECORD_ROUTE_H */
