/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_rpc.h"

#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_contact.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_history.h"
#include "nat_edge/nat_edge_stats.h"
#include "nt_compat.h"

#define EXPLAIN_DEFAULT 10
#define EXPLAIN_MAX 100

static const char *stats_doc[] = {
		"What nat_edge saw and did since the start; no argument", NULL};

static void rpc_stats(rpc_t *rpc, void *ctx)
{
	void *answer;

	if(rpc->add(ctx, "{", &answer) < 0)
		return;
	for(int i = 0; i < NE_STAT_COUNT; i++)
		rpc->struct_add(answer, "u", ne_stat_name((enum ne_stat)i),
				(unsigned)ne_stat_value((enum ne_stat)i));
}

static const char *done_text(uint32_t done)
{
	static const char *const texts[8] = {"nothing", "rport", "contact",
			"rport contact", "received", "rport received", "contact received",
			"rport contact received"};

	return texts[done & 7];
}

/* Bytes that could forge a line in somebody's terminal become "?" (T18) */
static void make_printable(char *text)
{
	for(; *text != '\0'; text++) {
		if(*text < ' ' || *text > '~')
			*text = '?';
	}
}

static void explain_record(rpc_t *rpc, void *ctx, struct ne_record *r)
{
	char source[NT_ENDPOINT_TEXT], claim[NT_ENDPOINT_TEXT] = "-";
	char signs[NT_SIGNS_TEXT], reason[NT_REASON_TEXT], at[32] = "";
	struct tm when;
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	make_printable(r->method);
	make_printable(r->aor);
	make_printable(r->call_id);
	if(gmtime_r(&r->at, &when) != NULL)
		strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%SZ", &when);
	nt_endpoint_print(source, sizeof(source), &r->source);
	if(r->verdict.where != NT_WHERE_NONE)
		nt_endpoint_print(claim, sizeof(claim), &r->verdict.claim.at);
	nt_signs_print(signs, sizeof(signs), r->verdict.signs);
	nt_reason_print(reason, sizeof(reason), &r->verdict, &r->source);
	rpc->struct_add(s, "ssdssssssssss", "time", at, "method", r->method,
			"status", r->status, "aor", r->aor, "call_id", r->call_id, "source",
			source, "transport", nt_transport_name(r->transport), "class",
			nt_class_name(r->verdict.class), "signs", signs, "rule",
			nt_rule_name(r->verdict.rule), "claim", claim, "reason", reason,
			"done", done_text(r->done));
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
	int most = EXPLAIN_DEFAULT, count = 0;
	str what;

	if(rpc->scan(ctx, ".S", &what) < 1 || what.len == 0) {
		rpc->fault(ctx, 400, "Give an address, address:port, Call-ID or AoR");
		return;
	}
	if(rpc->scan(ctx, "*d", &most) > 0 && (most < 1 || most > EXPLAIN_MAX)) {
		rpc->fault(ctx, 400, "The number of verdicts is 1 to %d, not %d",
				EXPLAIN_MAX, most);
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
		{0, 0, 0, 0},
};
