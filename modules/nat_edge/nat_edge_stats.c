/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_stats.h"

#include "core/counters.h"
#include "core/mem/mem.h"
#include "nat_edge/nat_edge_policy.h"

/* So many names of a policy get a counter of Kamailio's */
#define NAMES_MAX 512

static counter_handle_t handles[NE_STAT_COUNT];
static counter_handle_t signs[NT_SIGN_COUNT], verdicts[NT_RULE_COUNT];
static counter_handle_t tokens[NT_TOKEN_FAULT_COUNT];
static counter_handle_t gates[NT_GATE_REASON_COUNT];

static const enum ne_stat stat_of[NT_CLASS_COUNT] = {
		[NT_CLASS_DIRECT] = NE_STAT_DIRECT,
		[NT_CLASS_LAN] = NE_STAT_LAN,
		[NT_CLASS_NAT] = NE_STAT_NAT,
		[NT_CLASS_FLOW] = NE_STAT_FLOW,
		[NT_CLASS_PROXIED] = NE_STAT_PROXIED,
		[NT_CLASS_ALG] = NE_STAT_ALG,
};

/* clang-format off */
#define STAT(stat, name, descr) [stat] = {&handles[stat], name, 0, 0, 0, descr}
static counter_def_t counters[NE_STAT_COUNT + 1] = {
	STAT(NE_STAT_DIRECT, "direct", "messages from senders without a NAT"),
	STAT(NE_STAT_LAN, "lan", "messages from lan_nets"),
	STAT(NE_STAT_NAT, "nat", "messages from senders behind a NAT"),
	STAT(NE_STAT_FLOW, "flow", "messages from senders that can be reached on their connection only"),
	STAT(NE_STAT_PROXIED, "proxied", "messages that came through another proxy"),
	STAT(NE_STAT_ALG, "alg", "messages from senders whose NAT has an ALG that hides it"),
	STAT(NE_STAT_RPORT_FORCED, "rport_forced", "requests that are answered to their source"),
	STAT(NE_STAT_CONTACTS_REWRITTEN, "contacts_rewritten", "Contact URIs set to the source"),
	STAT(NE_STAT_CONTACTS_SEALED, "contacts_sealed", "Contact URIs kept, with the sealed way to their client"),
	STAT(NE_STAT_CONTACTS_FS_PATH, "contacts_fs_path", "Contact URIs kept, with the source in fs_path"),
	STAT(NE_STAT_CONTACTS_TOO_LONG, "contacts_too_long", "Contact URIs too long for what was to be done; sealed instead, or for fs-path left alone"),
	STAT(NE_STAT_CONTACTS_REPLACED, "contacts_replaced", "registered Contacts that a client's REGISTER from another place took away"),
	STAT(NE_STAT_CONTACTS_RESTORED, "contacts_restored", "Contact URIs shown to their client as it wrote them"),
	STAT(NE_STAT_TARGETS_RESTORED, "targets_restored", "R-URIs that became again what their client wrote"),
	STAT(NE_STAT_TARGETS_REFUSED, "targets_refused", "R-URIs with a way that was not followed; to be answered 403"),
	STAT(NE_STAT_TARGETS_GONE, "targets_gone", "R-URIs of clients whose connection is closed; to be answered 430"),
	STAT(NE_STAT_RECEIVED_SET, "received_set", "REGISTERs whose source was handed to the registrar"),
	STAT(NE_STAT_CONTACTS_MALFORMED, "contacts_malformed", "Contact header fields that could not be read; left as they were"),
	STAT(NE_STAT_CONTACTS_UNJUDGED, "contacts_unjudged", "Contacts beyond the 64 that are judged and repaired in one message"),
	STAT(NE_STAT_REPAIRS_FAILED, "repairs_failed", "repairs that failed for lack of memory; message left as it was"),
	STAT(NE_STAT_UNREADABLE, "unreadable", "messages too broken to be judged; nothing was done to them"),
	STAT(NE_STAT_POLICY_LOADED, "policy_loaded", "policies that were loaded while the server ran"),
	STAT(NE_STAT_POLICY_REFUSED, "policy_refused", "policies that had faults; the old one stayed"),
	STAT(NE_STAT_SHADOW_DIFFERS, "shadow_differs", "messages that the policy on trial judges otherwise"),
	STAT(NE_STAT_LEGS_SEALED, "legs_sealed", "flows of callers and callees sealed into a Record-Route"),
	STAT(NE_STAT_PATHS_ADDED, "paths_added", "REGISTERs that got a Path with the client's flow"),
	STAT(NE_STAT_ROUTES_FOLLOWED, "routes_followed", "requests sent by the flow that their route tells"),
	STAT(NE_STAT_ROUTES_REFUSED, "routes_refused", "requests whose token was not good; to be answered 403"),
	STAT(NE_STAT_FLOWS_GONE, "flows_gone", "requests to a client whose connection is closed; to be answered 430"),
	STAT(NE_STAT_REQUESTS_LARGE, "requests_large", "requests that begin a dialog or a registration and went out by UDP with more than 1300 bytes"),
	STAT(NE_STAT_KEYS_CHANGED, "keys_changed", "changes of the keys of flow tokens while the server ran"),
	STAT(NE_STAT_KEYS_REFUSED, "keys_refused", "commands to change keys that were refused; the old keys stayed"),
	STAT(NE_STAT_GATE_DENIED, "gate_denied", "packets that were not sent because of where they would go"),
	STAT(NE_STAT_EXPIRES_LOWERED, "expires_lowered", "Contacts of REGISTERs whose expiry was lowered for the registrar of this server"),
	STAT(NE_STAT_EXPIRES_SHORTENED, "expires_shortened", "bindings in relayed 2xx of which the client was told a shorter time"),
	STAT(NE_STAT_EXPIRES_UNREADABLE, "expires_unreadable", "relayed 2xx to REGISTERs whose Contacts could not be read; relayed as they came"),
	STAT(NE_STAT_REGISTRATIONS_ABSORBED, "registrations_absorbed", "REGISTERs answered here by nat_absorb()"),
	STAT(NE_STAT_REGISTRATIONS_PASSED, "registrations_passed", "REGISTERs for upstream: unknown, changed, ending, or the last one failed there"),
	STAT(NE_STAT_REGISTRATIONS_DUE, "registrations_due", "REGISTERs for upstream because its time was running out"),
	STAT(NE_STAT_REGISTRATIONS_STRANGER, "registrations_stranger", "REGISTERs for upstream because they came by another way than the binding"),
	STAT(NE_STAT_REGISTRATIONS_EVICTED, "registrations_evicted", "registrations forgotten for lack of room"),
	STAT(NE_STAT_REGISTRATIONS_UNKEPT, "registrations_unkept", "registrations not remembered: texts too long, or no memory"),
	STAT(NE_STAT_KEEP_ANSWERED, "keep_answered", "replies that tell a client how often to send keep-alives (RFC 6223)"),
	STAT(NE_STAT_KEEP_STRIPPED, "keep_stripped", "replies with keep values of others, which were taken out"),
	STAT(NE_STAT_FLOW_TIMERS_ADDED, "flow_timers_added", "2xx to REGISTERs that got a Flow-Timer (RFC 5626)"),
	STAT(NE_STAT_HYGIENE_RURI, "hygiene_ruri", "pieces taken out of Request-URIs: alias, received, maddr"),
	STAT(NE_STAT_HYGIENE_CONTACT, "hygiene_contact", "parameters taken out of Contacts: alias, received, maddr, tokens"),
	STAT(NE_STAT_HYGIENE_ROUTE, "hygiene_route", "parameters taken out of Routes: alias, received, maddr"),
	STAT(NE_STAT_HYGIENE_PATH, "hygiene_path", "Paths of phones taken out, and parameters of other Paths"),
	STAT(NE_STAT_HYGIENE_REFUSED, "hygiene_refused", "messages answered 400 or dropped: what had to be taken out could not be"),
	STAT(NE_STAT_HYGIENE_LIMIT, "hygiene_limit", "messages answered 400 or dropped: more than 64 Vias, Routes, Record-Routes, Contacts or pieces"),
	{0, 0, 0, 0, 0, 0}
};
/* clang-format on */

/* Prometheus knows no "-" in a name, and no blank */
static void counter_name(char to[NT_NAME_TEXT], const char *name)
{
	size_t i = 0;

	for(; i < NT_NAME_TEXT - 1 && name[i] != '\0'; i++)
		to[i] = strchr("-. ", name[i]) != NULL ? '_' : name[i];
	to[i] = '\0';
}

static int add(counter_handle_t *handle, const char *in, const char *name,
		const char *help)
{
	char text[NT_NAME_TEXT];

	counter_name(text, name);
	return counter_register(handle, in, text, 0, 0, 0, help, 0);
}

int ne_stats_init(void)
{
	if(counter_register_array("nat_edge", counters) < 0)
		return -1;
	for(unsigned i = 0; i < NT_SIGN_COUNT; i++) {
		if(add(&signs[i], "nat_edge_sign", nt_sign_name(i),
				   "messages that show this sign")
				< 0)
			return -1;
	}
	for(unsigned i = NT_TOKEN_OK + 1; i < NT_TOKEN_FAULT_COUNT; i++) {
		if(add(&tokens[i], "nat_edge_token",
				   nt_token_fault_name((enum nt_token_fault)i),
				   "sealed tokens that were refused for this")
				< 0)
			return -1;
	}
	for(unsigned i = 0; i < NT_RULE_COUNT; i++) {
		if(add(&verdicts[i], "nat_edge_verdict", nt_rule_name((enum nt_rule)i),
				   "messages whose class this decided")
				< 0)
			return -1;
	}
	for(unsigned i = NT_GATE_NO_ADDRESS; i < NT_GATE_REASON_COUNT; i++) {
		if(add(&gates[i], "nat_edge_gate",
				   nt_gate_reason_name((enum nt_gate_reason)i),
				   "packets that were not sent for this reason")
				< 0)
			return -1;
	}
	return 0;
}

/* A counter's parameter is a name that lives as long as the server: a copy in
 * the policy would go with it */
static counter_val_t rule_hits(counter_handle_t handle, void *name)
{
	const struct ne_policy *p = ne_policy_peek(NE_IN_FORCE);
	counter_val_t sum = 0;

	(void)handle;
	for(uint32_t i = 0; p != NULL && i < p->nt->rule.count; i++) {
		if(strcmp(nt_policy_rules(p->nt)[i].name, name) == 0)
			sum += p->rule_hits[i];
	}
	ne_policy_peek_end();
	return sum;
}

static counter_val_t place_hits(counter_handle_t handle, void *name)
{
	const struct ne_policy *p = ne_policy_peek(NE_IN_FORCE);
	counter_val_t sum = 0;

	(void)handle;
	for(uint32_t i = 0; p != NULL && i < p->nt->place.count; i++) {
		if(strcmp(nt_policy_places(p->nt)[i].name, name) == 0)
			sum += p->place_hits[i];
	}
	ne_policy_peek_end();
	return sum;
}

/* One counter a name; a name that two rules share is one. @return 0, or -1 */
static int add_named(
		const char *in, const char *name, counter_cbk_f read, const char *help)
{
	static unsigned count;
	char *kept, text[NT_NAME_TEXT];
	counter_handle_t handle;

	if(name[0] == '\0' || count == NAMES_MAX)
		return 0;
	counter_name(text, name);
	if(counter_lookup(&handle, in, text) == 0)
		return 0;
	if((kept = pkg_malloc(NT_NAME_TEXT)) == NULL) {
		PKG_MEM_ERROR_FMT("for the counter of '%s'\n", name);
		return -1;
	}
	memcpy(kept, name, NT_NAME_TEXT);
	count++;
	return counter_register(&handle, in, text, 0, read, kept, help, 0) < 0 ? -1
																		   : 0;
}

int ne_stats_names(const struct nt_policy *policy)
{
	for(uint32_t i = 0; i < policy->rule.count; i++) {
		if(add_named("nat_edge_rule", nt_policy_rules(policy)[i].name,
				   rule_hits, "messages that this rule of the policy fits")
				< 0)
			return -1;
	}
	for(uint32_t i = 0; i < policy->place.count; i++) {
		if(add_named("nat_edge_place", nt_policy_places(policy)[i].name,
				   place_hits, "messages from this site, LAN or gateway")
				< 0)
			return -1;
	}
	return 0;
}

void ne_stat_token(enum nt_token_fault fault)
{
	counter_inc(tokens[fault]);
}

void ne_stat_add(enum ne_stat stat, int n)
{
	if(n != 0)
		counter_add(handles[stat], n);
}

void ne_stat_verdict(const struct nt_verdict *v)
{
	counter_inc(handles[stat_of[v->class]]);
	counter_inc(verdicts[v->rule]);
	for(uint32_t left = v->signs; left != 0; left &= left - 1)
		counter_inc(signs[__builtin_ctz(left)]);
}

void ne_stat_gate(enum nt_gate_reason reason)
{
	counter_inc(handles[NE_STAT_GATE_DENIED]);
	counter_inc(gates[reason]);
}

long ne_stat_value(enum ne_stat stat)
{
	return (long)counter_get_val(handles[stat]);
}

const char *ne_stat_name(enum ne_stat stat)
{
	return counters[stat].name;
}

long ne_stat_sign(unsigned number)
{
	return (long)counter_get_val(signs[number]);
}

long ne_stat_rule(enum nt_rule rule)
{
	return (long)counter_get_val(verdicts[rule]);
}

long ne_stat_gate_value(enum nt_gate_reason reason)
{
	return (long)counter_get_val(gates[reason]);
}
