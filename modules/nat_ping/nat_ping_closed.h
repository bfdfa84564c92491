/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Connections that are closed: their flows are down at once. Before
 * Kamailio 6.1 one module of the server can be told; where tcpops wants to be
 * that one, it is, and we find out when the next ping is due.
 */
#ifndef NAT_PING_CLOSED_H
#define NAT_PING_CLOSED_H

/** Before fork. @return 0 or -1 */
int ping_closed_init(void);

#endif /* NAT_PING_CLOSED_H */
