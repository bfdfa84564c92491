/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_rpc.h"

#include "core/mem/mem.h"
#include "core/socket_info.h"
#include "nat_ping/nat_ping_addr.h"
#include "nat_ping/nat_ping_edge.h"
#include "nat_ping/nat_ping_filter.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"
#include "nt_compat.h"

#define PAGE 100
/* A command that asks for everybody looks at so many places of the table at
 * most, and takes the lock for so many at a time */
#define LOOKS 65536
#define LOOKS_AT_ONCE 32

/* Bytes that could forge a line in somebody's terminal become "?" (T18) */
static void make_printable(char *text)
{
	for(; *text != '\0'; text++) {
		if(*text < ' ' || *text > '~' || strchr("<>&\"'", *text) != NULL)
			*text = '?';
	}
}

/* What somebody said, for a complaint */
#define SAID_TEXT 64
static void keep_said(char said[SAID_TEXT], const str *text)
{
	size_t len = text->len > 0 ? (size_t)text->len : 0;

	if(len >= SAID_TEXT)
		len = SAID_TEXT - 1;
	memcpy(said, text->s, len);
	said[len] = '\0';
	make_printable(said);
}

/* --- flows ---------------------------------------------------------------- */

static void add_row(rpc_t *rpc, void *ctx, struct nt_flow_seen *f)
{
	const struct socket_info *si = ping_socket_at(f->at.socket);
	char address[NT_ENDPOINT_TEXT], reasons[PING_REASONS_TEXT];
	str none = str_init("-");
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	make_printable(f->name);
	nt_endpoint_print(address, sizeof(address), &f->at.remote);
	ping_reasons_print(reasons, sizeof(reasons), f->reasons);
	rpc->struct_add(s, "ussSuss", "flow", f->number, "address", address,
			"transport", nt_transport_name(f->at.transport), "socket",
			si != NULL ? &si->sock_str : &none, "connection", f->at.connection,
			"name", f->name, "reasons", reasons);
	rpc->struct_add(s, "suuuus", "state",
			nt_pulse_name((enum nt_pulse_state)f->pulse.state), "rtt_ms",
			f->pulse.rtt_ms, "rtt_var_ms", f->pulse.var_ms, "misses",
			f->pulse.misses, "holders", f->holders, "method",
			nt_ping_method_name((enum nt_ping_method)f->terms.method));
	rpc->struct_add(s, "uuus", "interval_ms", f->interval_ms, "next_ms",
			f->due_in_ms, "pings", f->sequence, "volunteer",
			f->volunteer ? "yes" : "no");
}

/* @return flows that fit, from place @p from on, of so many places; @p next as
 * the table has it */
static unsigned gather(struct nt_flow_seen *rows, uint32_t from, uint32_t looks,
		const struct ping_filter *f, uint32_t *next)
{
	uint32_t begin = from;
	unsigned count = 0;

	while(from != UINT32_MAX && count < PAGE && from - begin < looks) {
		struct nt_flows *table = ping_table_get();
		struct nt_flow_seen *row = &rows[count];

		if(table == NULL)
			break;
		from = nt_flows_next(table, from, LOOKS_AT_ONCE, row, ping_now_ms());
		ping_table_put();
		if(from == UINT32_MAX || row->number == UINT32_MAX)
			continue;
		from++;
		if(ping_filter_fits(f, row))
			count++;
	}
	*next = from;
	return count;
}

static void show(rpc_t *rpc, void *ctx, uint32_t from, uint32_t looks,
		const struct ping_filter *f)
{
	struct nt_flow_seen *rows = pkg_malloc(PAGE * sizeof(*rows));
	struct nt_flows_stats stats;
	unsigned count;
	uint32_t next;
	void *s;

	if(rows == NULL) {
		PKG_MEM_ERROR_FMT("for %d flows\n", PAGE);
		rpc->fault(ctx, 500, "No memory for %d flows", PAGE);
		return;
	}
	count = gather(rows, from, looks, f, &next);
	for(unsigned i = 0; i < count; i++)
		add_row(rpc, ctx, &rows[i]);
	pkg_free(rows);
	if(rpc->add(ctx, "{", &s) < 0)
		return;
	ping_table_stats(&stats);
	rpc->struct_add(s, "uu", "shown", count, "flows", stats.flows);
	if(next != UINT32_MAX)
		rpc->struct_add(s, "u", "next", next);
}

static const char *list_doc[] = {
		"Flows that are kept open, 100 at a time; then how many there are and "
		"where the next ones begin. Arguments, all optional: where to begin, "
		"from the answer before, 0 at first; then words that all must fit: "
		"state=, transport=, method=, reason=, address=, name=",
		NULL};

static void rpc_list(rpc_t *rpc, void *ctx)
{
	struct ping_filter f = PING_FILTER_ALL;
	unsigned long from = 0;
	char said[SAID_TEXT];
	str word;

	if(rpc->scan(ctx, "*.S", &word) > 0
			&& nt_span_number(&from, ping_span(&word), UINT32_MAX - 1) != 0) {
		keep_said(said, &word);
		rpc->fault(ctx, 400,
				"Where to begin is a number of the answer before, 0 at first, "
				"not '%s'",
				said);
		return;
	}
	while(rpc->scan(ctx, "*.S", &word) > 0) {
		if(ping_filter_read(&f, ping_span(&word)))
			continue;
		keep_said(said, &word);
		rpc->fault(
				ctx, 400, "Cannot ask for '%s'; use " PING_FILTER_WORDS, said);
		return;
	}
	show(rpc, ctx, (uint32_t)from, LOOKS, &f);
}

static const char *show_doc[] = {
		"Flows of one client: by the AoR that needs it, or by ADDRESS or "
		"ADDRESS:PORT",
		NULL};

static void rpc_show(rpc_t *rpc, void *ctx)
{
	struct ping_filter f = PING_FILTER_ALL;
	unsigned long from = 0;
	str word, begin;

	if(rpc->scan(ctx, ".S", &word) < 1) {
		rpc->fault(ctx, 400,
				"Whose flows? Give an AoR, ADDRESS or "
				"ADDRESS:PORT");
		return;
	}
	if(rpc->scan(ctx, "*.S", &begin) > 0
			&& nt_span_number(&from, ping_span(&begin), UINT32_MAX - 1) != 0)
		from = 0;
	if(nt_endpoint_parse(&f.at, ping_span(&word)) != 0)
		f.name = ping_span(&word);
	/* one client: through to the end, or who asks finds nobody */
	show(rpc, ctx, (uint32_t)from, UINT32_MAX, &f);
}

/* --- sites ---------------------------------------------------------------- */

static void add_site(rpc_t *rpc, void *ctx, const struct nt_site_seen *site)
{
	char address[NT_ADDR_TEXT], name[NT_NAME_TEXT];
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	nt_addr_print(address, sizeof(address), &site->addr, false);
	api.site_name(name, sizeof(name), &site->addr);
	rpc->struct_add(s, "sssuuu", "address", address, "name", name, "kind",
			site->stream ? "stream" : "datagram", "flows", site->flows, "down",
			site->down, "restarts", site->restarts);
	rpc->struct_add(s, "suuuu", "learned",
			nt_lifetime_is_known(&site->life) ? "yes" : "no", "lived_s",
			site->life.lived_s, "died_s", site->life.died_s, "test_s",
			site->life.test_s, "deaths", site->life.deaths);
}

static const char *sites_doc[] = {
		"Outside addresses with what was learned of their NATs, 100 at a time; "
		"then where the next ones begin. Argument, optional: where to begin",
		NULL};

static void rpc_sites(rpc_t *rpc, void *ctx)
{
	unsigned long begin = 0;
	uint32_t from;
	unsigned count = 0;
	str word;
	void *s;

	if(rpc->scan(ctx, "*.S", &word) > 0
			&& nt_span_number(&begin, ping_span(&word), UINT32_MAX - 1) != 0)
		begin = 0;
	from = (uint32_t)begin;
	while(from != UINT32_MAX && count < PAGE && from - begin < LOOKS) {
		struct nt_flows *table = ping_table_get();
		struct nt_site_seen site;

		if(table == NULL)
			break;
		from = nt_flows_site_next(table, from, LOOKS_AT_ONCE, &site);
		ping_table_put();
		if(from == UINT32_MAX || !nt_addr_is_set(&site.addr))
			continue;
		from++;
		add_site(rpc, ctx, &site);
		count++;
	}
	if(rpc->add(ctx, "{", &s) < 0)
		return;
	rpc->struct_add(s, "u", "shown", count);
	if(from != UINT32_MAX)
		rpc->struct_add(s, "u", "next", from);
}

/* --- all ------------------------------------------------------------------ */

static const char *stats_doc[] = {
		"What nat_ping does and did since the start; no argument", NULL};

void ping_rpc_add_number(rpc_t *rpc, void *s, const char *name, uint64_t value)
{
	/* "u" is 32 bits with a sign in ctl; "j" is a number with a fraction there,
	 * so only what needs it */
	if(value <= INT32_MAX)
		rpc->struct_add(s, "u", name, (unsigned)value);
	else
		rpc->struct_add(s, "j", name, (unsigned long)value);
}

static void add_table(rpc_t *rpc, void *s, const struct nt_flows_stats *t)
{
	const struct
	{
		const char *name;
		uint64_t value;
	} numbers[] = {{"flows", t->flows}, {"holders", t->holders},
			{"sites", t->sites}, {"new", t->state[NT_PULSE_NEW]},
			{"alive", t->state[NT_PULSE_UP]},
			{"shaky", t->state[NT_PULSE_SHAKY]},
			{"dead", t->state[NT_PULSE_DOWN]}, {"paused", t->paused},
			{"sent", t->sent}, {"answered", t->answered}, {"missed", t->missed},
			{"late", t->late}, {"lag_ms", t->lag_ms},
			{"spread_again", t->spread_again}, {"put_off", t->put_off},
			{"no_room", t->refused_full},
			{"no_room_strangers", t->refused_strangers},
			{"changes_lost", t->changes_lost}, {"bytes", t->bytes},
			{"bytes_fixed", t->fixed}};

	for(size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		ping_rpc_add_number(rpc, s, numbers[i].name, numbers[i].value);
}

static void rpc_stats(rpc_t *rpc, void *ctx)
{
	struct nt_flows_stats t;
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	ping_table_stats(&t);
	add_table(rpc, s, &t);
	for(int i = 0; i < PING_STAT_COUNT; i++)
		ping_rpc_add_number(rpc, s, ping_stat_name((enum ping_stat)i),
				(uint64_t)ping_stat_value((enum ping_stat)i));
}

static void set_pause(bool pause)
{
	struct nt_flows *table = ping_table_get();

	if(table == NULL)
		return;
	nt_flows_pause(table, pause, ping_now_ms());
	ping_table_put();
	LM_NOTICE("pings are %s, by RPC\n", pause ? "paused" : "sent again");
}

static const char *pause_doc[] = {
		"No pings are sent until nat_ping.resume; no argument", NULL};

static void rpc_pause(rpc_t *rpc, void *ctx)
{
	(void)rpc, (void)ctx;
	set_pause(true);
}

static const char *resume_doc[] = {
		"Pings are sent again, spread over their intervals; no argument", NULL};

static void rpc_resume(rpc_t *rpc, void *ctx)
{
	(void)rpc, (void)ctx;
	set_pause(false);
}

/* clang-format off */
rpc_export_t ping_rpc[] = {
	{"nat_ping.list", rpc_list, list_doc, NT_RPC_RET_ARRAY},
	{"nat_ping.show", rpc_show, show_doc, NT_RPC_RET_ARRAY},
	{"nat_ping.site_list", rpc_sites, sites_doc, NT_RPC_RET_ARRAY},
	{"nat_ping.stats", rpc_stats, stats_doc, 0},
	{"nat_ping.pause", rpc_pause, pause_doc, 0},
	{"nat_ping.resume", rpc_resume, resume_doc, 0},
	{NULL, NULL, NULL, 0}
};
/* clang-format on */
