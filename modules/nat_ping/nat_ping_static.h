/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Gateways of the policy with keepalive="yes". In the keeper. */
#ifndef NAT_PING_STATIC_H
#define NAT_PING_STATIC_H

/** Take those of the policy in force; let go of those that are not in it */
void ping_static_follow(void);

/** Connections to gateways come and go: keep those that are there now */
void ping_static_refresh(void);

#endif /* NAT_PING_STATIC_H */
