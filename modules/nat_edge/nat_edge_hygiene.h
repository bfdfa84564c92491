/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Before the script sees a message: what its sender may not say of the way to
 * somebody is taken out of it (T03, T04, T19), so that no function of ours or
 * of another module obeys it. Senders that the policy trusts are believed.
 *
 * Taken out of requests: alias, received and maddr of the Request-URI, unless
 * the request goes to another server's Route first; of Route values, those of
 * ours, and alias and maddr of the next hop's; of Contacts these three and our
 * tokens, unless another proxy stands between (there they are its own, and come
 * back to it; in its REGISTER only tokens are); the Path of a phone; alias,
 * received and maddr of a proxy's Path. Of replies: Contacts, likewise.
 *
 * What cannot be taken out without doubt is refused: a request with 400 (by
 * silence if the core cannot answer it, or sl is not loaded), a reply by
 * silence. Elsewhere a message costs one look at the texts concerned.
 */
#ifndef NAT_EDGE_HYGIENE_H
#define NAT_EDGE_HYGIENE_H

#include <stdint.h>

#include "core/parser/msg_parser.h"

/** More elements of Via, Route, Record-Route or Contact than this are refused
 * (T14) */
#define NE_ELEMENTS_MAX 64

/** "contact route", of bits by enum ne_spot; "nothing" for none.
 * @return @p buf */
#define NE_SPOTS_TEXT 40
const char *ne_spots_print(char buf[NE_SPOTS_TEXT], uint32_t spots);

/** Last before fork: to be the first that sees a message.
 * @return 0 or -1 */
int ne_hygiene_init(void);
void ne_hygiene_fini(void);

/** Do it, before the script.
 * @return 1: go on; 0: refused, and answered if that was possible */
int ne_hygiene(sip_msg_t *msg);

/** Where something was taken out of this message: bits by enum ne_spot */
uint32_t ne_hygiene_done(const sip_msg_t *msg);

#endif /* NAT_EDGE_HYGIENE_H */
