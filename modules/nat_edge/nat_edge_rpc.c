/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_rpc.h"

#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_contact.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_history.h"
#include "nat_edge/nat_edge_hygiene.h"
#include "nat_edge/nat_edge_judge.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_owner.h"
#include "nat_edge/nat_edge_policy_rpc.h"
#include "nat_edge/nat_edge_stats.h"
#include "nt_compat.h"

#define EXPLAIN_DEFAULT 10
#define EXPLAIN_MAX 100

static const char *stats_doc[] = {
		"What nat_edge saw and did since the start; no argument", NULL};

static void prefixed(rpc_t *rpc, void *answer, const char *prefix,
		const char *name, long value)
{
	char text[64];
	size_t i;

	snprintf(text, sizeof(text), "%s%s", prefix, name);
	for(i = 0; text[i] != '\0'; i++)
		text[i] = text[i] == '-' || text[i] == ' ' ? '_' : text[i];
	rpc->struct_add(answer, "u", text, (unsigned)value);
}

static void rpc_stats(rpc_t *rpc, void *ctx)
{
	void *answer;

	if(rpc->add(ctx, "{", &answer) < 0)
		return;
	for(int i = 0; i < NE_STAT_COUNT; i++)
		rpc->struct_add(answer, "u", ne_stat_name((enum ne_stat)i),
				(unsigned)ne_stat_value((enum ne_stat)i));
	for(unsigned i = 0; i < NT_SIGN_COUNT; i++)
		prefixed(rpc, answer, "sign_", nt_sign_name(i), ne_stat_sign(i));
	for(unsigned i = 0; i < NT_RULE_COUNT; i++)
		prefixed(rpc, answer, "verdict_", nt_rule_name((enum nt_rule)i),
				ne_stat_rule((enum nt_rule)i));
	for(unsigned i = NT_GATE_NO_ADDRESS; i < NT_GATE_REASON_COUNT; i++)
		prefixed(rpc, answer, "gate_",
				nt_gate_reason_name((enum nt_gate_reason)i),
				ne_stat_gate_value((enum nt_gate_reason)i));
}

/* Bytes that could forge a line in somebody's terminal become "?" (T18) */
void ne_make_printable(char *text)
{
	for(; *text != '\0'; text++) {
		if(*text < ' ' || *text > '~')
			*text = '?';
	}
}

void ne_said(char text[NE_SAID_TEXT], const str *argument)
{
	ne_text_keep(text, NE_SAID_TEXT, ne_span(argument));
	ne_make_printable(text);
	for(; *text != '\0'; text++)
		*text = strchr("<>&\"'", *text) != NULL ? '?' : *text;
}

/* A literal address, or which kind of none */
static void print_claim(char *buf, size_t size, const struct nt_claim *c)
{
	static const char *const kinds[] = {[NT_HOST_NONE] = "-",
			[NT_HOST_NAME] = "a host name",
			[NT_HOST_INVALID] = "a name in .invalid"};

	if(c->host == NT_HOST_ADDR)
		nt_endpoint_print(buf, size, &c->at);
	else
		snprintf(buf, size, "%s", kinds[c->host]);
}

static void rule_text(char *buf, size_t size, const struct ne_record *r)
{
	struct nt_policy_rule rule = {.line = r->policy_line};

	memcpy(rule.name, r->policy_rule, sizeof(rule.name));
	nt_rule_print(buf, size, r->policy_line != 0 ? &rule : NULL);
}

static void explain_record(rpc_t *rpc, void *ctx, struct ne_record *r)
{
	char source[NT_ENDPOINT_TEXT], claim[NT_ENDPOINT_TEXT] = "-";
	char via[NT_ENDPOINT_TEXT], contact[NT_ENDPOINT_TEXT], rule[NT_RULE_TEXT];
	char signs[NT_SIGNS_TEXT], reason[NT_REASON_TEXT], at[32] = "";
	char done[NT_REPAIRS_TEXT];
	char removed[NE_SPOTS_TEXT];
	struct tm when;
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	ne_make_printable(r->method);
	ne_make_printable(r->aor);
	ne_make_printable(r->call_id);
	if(gmtime_r(&r->at, &when) != NULL)
		strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%SZ", &when);
	nt_endpoint_print(source, sizeof(source), &r->source);
	if(r->verdict.where != NT_WHERE_NONE)
		nt_endpoint_print(claim, sizeof(claim), &r->verdict.claim.at);
	nt_signs_print(signs, sizeof(signs), r->verdict.signs);
	nt_reason_print(reason, sizeof(reason), &r->verdict, &r->source, r->place);
	print_claim(via, sizeof(via), &r->via);
	print_claim(contact, sizeof(contact), &r->contact);
	rule_text(rule, sizeof(rule), r);
	rpc->struct_add(s, "ssdsssssss", "time", at, "method", r->method, "status",
			r->status, "aor", r->aor, "call_id", r->call_id, "source", source,
			"transport", nt_transport_name(r->transport), "via", via, "contact",
			contact, "signs", signs);
	rpc->struct_add(s, "ssssssssu", "class", nt_class_name(r->verdict.class),
			"rule", nt_rule_name(r->verdict.rule), "claim", claim, "reason",
			reason, "confidence", nt_confidence_name(&r->verdict), "place",
			r->place, "profile", r->profile, "policy_rule", rule,
			"policy_generation", r->generation);
	rpc->struct_add(s, "ss", "done", nt_repairs_print(done, r->done), "removed",
			ne_spots_print(removed, r->removed));
}

static const char *explain_doc[] = {
		"Why a sender was (not) treated as NATed, newest first. Arguments: "
		"address, address:port, Call-ID or AoR; optional number of verdicts, "
		"1 to 100, default 10",
		NULL};

static void rpc_explain(rpc_t *rpc, void *ctx)
{
	struct ne_record record;
	struct ne_query query;
	uint64_t before = 0;
	unsigned long most = EXPLAIN_DEFAULT, count = 0;
	char text[NE_SAID_TEXT];
	str what, word;

	if(rpc->scan(ctx, ".S", &what) < 1 || what.len == 0) {
		rpc->fault(ctx, 400, "Give an address, address:port, Call-ID or AoR");
		return;
	}
	if(rpc->scan(ctx, "*.S", &word) > 0
			&& (nt_span_number(&most, ne_span(&word), EXPLAIN_MAX) != 0
					|| most == 0)) {
		ne_said(text, &word);
		rpc->fault(ctx, 400, "The number of verdicts is 1 to %d, not '%s'",
				EXPLAIN_MAX, text);
		return;
	}
	if(ne_conf.history_size == 0) {
		rpc->fault(ctx, 503, "No verdicts are kept: history_size is 0");
		return;
	}
	query = ne_query_of(ne_span(&what));
	while(count < most && ne_history_find(&record, &query, before)) {
		explain_record(rpc, ctx, &record);
		count++;
		before = record.number;
	}
	if(count == 0)
		rpc->fault(ctx, 404,
				"No verdict among the last %u fits; nothing was heard of it, "
				"or too long ago",
				ne_conf.history_size);
}

rpc_export_t ne_rpc[] = {
		{"nat_edge.stats", rpc_stats, stats_doc, 0},
		{"nat_edge.explain", rpc_explain, explain_doc, NT_RPC_RET_ARRAY},
		{"nat_edge.test", ne_rpc_test, ne_rpc_test_doc, 0},
		{"nat_edge.policy_reload", ne_rpc_reload, ne_rpc_reload_doc, 0},
		{"nat_edge.policy_check", ne_rpc_check, ne_rpc_check_doc, 0},
		{"nat_edge.policy_show", ne_rpc_show, ne_rpc_show_doc,
				NT_RPC_RET_ARRAY},
		{"nat_edge.policy_shadow", ne_rpc_shadow, ne_rpc_shadow_doc,
				NT_RPC_RET_ARRAY},
		{"nat_edge.site_list", ne_rpc_sites, ne_rpc_sites_doc,
				NT_RPC_RET_ARRAY},
		{"nat_edge.key_rotate", ne_rpc_key_rotate, ne_rpc_key_rotate_doc, 0},
		{"nat_edge.key_reload", ne_rpc_key_reload, ne_rpc_key_reload_doc, 0},
		{"nat_edge.key_list", ne_rpc_key_list, ne_rpc_key_list_doc,
				NT_RPC_RET_ARRAY},
		{"nat_edge.registration_list", ne_rpc_registrations,
				ne_rpc_registrations_doc, NT_RPC_RET_ARRAY},
		{0, 0, 0, 0},
};
