/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The one table of flows in shared memory, its lock, its clock; and numbers for
 * our listen sockets, which flows are known by.
 *
 * The lock is a leaf: whoever holds it calls nothing but nt_flows_...(), which
 * takes and gives back shared memory and does nothing else. It may be taken
 * while a lock of usrloc or tm is held, never the other way round.
 */
#ifndef NAT_PING_TABLE_H
#define NAT_PING_TABLE_H

#include "core/ip_addr.h"
#include "nt/nt_flows.h"
#include "nt/nt_token.h"

#define PING_NO_SOCKET UINT16_MAX

/** Before fork: number the listen sockets. @return 0 or -1 */
int ping_sockets_init(void);

/** Before fork, then. @param probe are there probe sockets? @return 0 or -1 */
int ping_table_init(bool probe);
void ping_table_fini(void);

/** In the main process, when the others were ended, perhaps with the lock */
void ping_table_end(void);

/** Take the lock. @return the table; NULL (and no lock) while there is none */
struct nt_flows *ping_table_get(void);
void ping_table_put(void);

/** Are there any flows? Without the lock: it may be over with the answer. */
bool ping_table_is_empty(void);

/** Brings that up to date, and gives all numbers. Takes the lock. */
void ping_table_stats(struct nt_flows_stats *stats);

/** nt_flows_hold(), with the limit that the policy has for its site (P3); and
 * nt_flows_release() */
enum nt_hold_result ping_hold(const struct nt_hold *hold);
void ping_release(uint64_t holder);

/** The number of a holder: a keyed hash of what it is */
uint64_t ping_holder(enum nt_reason reason, struct nt_span a, struct nt_span b,
		unsigned number);

/** Milliseconds of CLOCK_MONOTONIC */
uint64_t ping_now_ms(void);

/** For tags and the numbers of holders; made at the start. RO. */
const struct nt_hash_key *ping_table_key(void);

/** @return PING_NO_SOCKET: none of ours */
uint16_t ping_socket_number(const struct socket_info *si);

/** @return NULL: no such number */
struct socket_info *ping_socket_at(uint16_t number);
uint16_t ping_socket_count(void);

/** The way that a packet came. @return false: one that we cannot keep open */
bool ping_flow_at(struct nt_flow_at *at, const struct receive_info *rcv);

/** A way as nat_edge has it. @return false: it is not by a socket of ours */
bool ping_flow_of(struct nt_flow_at *at, const struct nt_flow *flow);

#endif /* NAT_PING_TABLE_H */
