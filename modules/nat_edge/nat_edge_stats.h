/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Counters of the module: kamcmd cnt.*, stats.*, nat_edge.stats, Prometheus.
 * Cheap enough for every message.
 *
 * Groups: nat_edge, nat_edge_sign, nat_edge_verdict, nat_edge_token,
 * nat_edge_gate; and by the names in the policy that the server starts with,
 * nat_edge_rule and nat_edge_place (sites, LANs, gateways), since Kamailio
 * takes no new counters later. Those read the policy in force; what a later
 * policy adds is in nat_edge.policy_show.
 */
#ifndef NAT_EDGE_STATS_H
#define NAT_EDGE_STATS_H

#include <stddef.h>

#include "nt/nt_gate.h"
#include "nt/nt_policy.h"
#include "nt/nt_token.h"

enum ne_stat
{
	NE_STAT_DIRECT = 0,
	NE_STAT_LAN,
	NE_STAT_NAT,
	NE_STAT_FLOW,
	NE_STAT_PROXIED,
	NE_STAT_ALG,
	NE_STAT_RPORT_FORCED,
	NE_STAT_CONTACTS_REWRITTEN,
	NE_STAT_CONTACTS_SEALED,
	NE_STAT_CONTACTS_FS_PATH,
	NE_STAT_CONTACTS_TOO_LONG,
	NE_STAT_CONTACTS_REPLACED,
	NE_STAT_CONTACTS_RESTORED,
	NE_STAT_TARGETS_RESTORED,
	NE_STAT_TARGETS_REFUSED,
	NE_STAT_TARGETS_GONE,
	NE_STAT_RECEIVED_SET,
	NE_STAT_CONTACTS_MALFORMED,
	NE_STAT_CONTACTS_UNJUDGED,
	NE_STAT_REPAIRS_FAILED,
	NE_STAT_UNREADABLE,
	NE_STAT_POLICY_LOADED,
	NE_STAT_POLICY_REFUSED,
	NE_STAT_SHADOW_DIFFERS,
	NE_STAT_LEGS_SEALED,
	NE_STAT_PATHS_ADDED,
	NE_STAT_ROUTES_FOLLOWED,
	NE_STAT_ROUTES_REFUSED,
	NE_STAT_FLOWS_GONE,
	NE_STAT_REQUESTS_LARGE,
	NE_STAT_KEYS_CHANGED,
	NE_STAT_KEYS_REFUSED,
	NE_STAT_GATE_DENIED,
	NE_STAT_EXPIRES_LOWERED,
	NE_STAT_EXPIRES_SHORTENED,
	NE_STAT_EXPIRES_UNREADABLE,
	NE_STAT_REGISTRATIONS_ABSORBED,
	NE_STAT_REGISTRATIONS_PASSED,
	NE_STAT_REGISTRATIONS_DUE,
	NE_STAT_REGISTRATIONS_STRANGER,
	NE_STAT_REGISTRATIONS_EVICTED,
	NE_STAT_REGISTRATIONS_UNKEPT,
	NE_STAT_KEEP_ANSWERED,
	NE_STAT_KEEP_STRIPPED,
	NE_STAT_FLOW_TIMERS_ADDED,
	NE_STAT_HYGIENE_RURI,
	NE_STAT_HYGIENE_CONTACT,
	NE_STAT_HYGIENE_ROUTE,
	NE_STAT_HYGIENE_PATH,
	NE_STAT_HYGIENE_REFUSED,
	NE_STAT_HYGIENE_LIMIT,
	NE_STAT_COUNT
};

/** Before fork. @return 0, or -1 */
int ne_stats_init(void);

/** Counters for the names of a policy. Before fork. @return 0, or -1 */
int ne_stats_names(const struct nt_policy *policy);

void ne_stat_add(enum ne_stat stat, int n);

/** Class, rule and every sign of a verdict */
void ne_stat_verdict(const struct nt_verdict *verdict);

/** A token that was refused, by why */
void ne_stat_token(enum nt_token_fault fault);
/** A packet that the gate denied */
void ne_stat_gate(enum nt_gate_reason reason);

/** Sum over all processes, and the counter's name */
long ne_stat_value(enum ne_stat stat);
const char *ne_stat_name(enum ne_stat stat);

/** Of one sign, of one verdict rule */
long ne_stat_sign(unsigned number);
long ne_stat_rule(enum nt_rule rule);

/** Of one reason of the gate */
long ne_stat_gate_value(enum nt_gate_reason reason);

#endif /* NAT_EDGE_STATS_H */
