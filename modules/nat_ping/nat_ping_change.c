/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_change.h"

#include <time.h>

#include "core/action.h"
#include "core/dprint.h"
#include "core/fmsg.h"
#include "core/kemi.h"
#include "core/receive.h"
#include "core/route.h"
#include "core/script_cb.h"
#include "nat_ping/nat_ping_conf.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"
#include "nat_ping/nat_ping_usrloc.h"

/* Contacts of flows that are down are gathered for a second, so that usrloc is
 * gone through once for all of them; at most so many */
#define DOWNS_MAX 16384
#define GATHER_MS 1000
/* So many pieces of usrloc at once; and then a rest, ten times as long as it
 * took
 */
#define PIECES_A_TICK 64
#define REST 10
/* So many changes are told before something else is done */
#define AT_ONCE 1024

static const struct nt_change *in_hand;
static struct downs
{
	struct ping_down list[DOWNS_MAX];
	size_t count;
} downs[2];
static struct downs *gathered = &downs[0], *acted_on = &downs[1];
/* What is told now happened after that */
static time_t empty_at;

/* Kamailio's grammar has no "_" before the colon of such a name */
/* clang-format off */
static const struct kind {
	const char *name, *event;
	enum ping_stat stat;
} kinds[NT_CHANGE_KIND_COUNT] = {
	[NT_CHANGE_UP] = {"up", "nat-ping:up", PING_STAT_UP},
	[NT_CHANGE_DOWN] = {"down", "nat-ping:down", PING_STAT_DOWN},
	[NT_CHANGE_MOVED] = {"moved", "nat-ping:moved", PING_STAT_MOVED},
	[NT_CHANGE_RESTART] = {"restart", "nat-ping:restart", PING_STAT_RESTARTS},
	[NT_CHANGE_LEARNED] = {"learned", "nat-ping:learned", PING_STAT_LEARNED},
};
/* clang-format on */

static int routes[NT_CHANGE_KIND_COUNT]; /* RO: before fork; -1: none */

int ping_change_init(void)
{
	for(int i = 0; i < NT_CHANGE_KIND_COUNT; i++) {
		routes[i] = route_lookup(&event_rt, (char *)kinds[i].event);
		if(routes[i] >= 0 && event_rt.rlist[routes[i]] == NULL)
			routes[i] = -1;
	}
	if(ping_params.event_callback[0] != '\0' && sr_kemi_eng_get() == NULL) {
		LM_ERR("modparam event_callback: '%s' is a function of a script that "
			   "is not loaded; use \"\", or load one (app_lua, ...) first; "
			   "Kamailio does not start\n",
				ping_params.event_callback);
		return -1;
	}
	return faked_msg_init();
}

bool ping_change_is_wanted(void)
{
	bool any = ping_params.event_callback[0] != '\0';

	for(int i = 0; i < NT_CHANGE_KIND_COUNT; i++)
		any = any || routes[i] >= 0;
	return any;
}

const struct nt_change *ping_change_in_hand(void)
{
	return in_hand;
}

/* --- telling -------------------------------------------------------------- */

#define LOG_LINE(...)                                           \
	do {                                                        \
		int level = cfg_get(nat_ping, ping_cfg, log_level);     \
		if(ping_conf.log_facility == -1)                        \
			LOG(level, __VA_ARGS__);                            \
		else                                                    \
			LOG_FC(ping_conf.log_facility, level, __VA_ARGS__); \
	} while(0)

static void log_line(const struct nt_change *c)
{
	char at[NT_ENDPOINT_TEXT], from[NT_ENDPOINT_TEXT];

	nt_endpoint_print(at, sizeof(at), &c->at.remote);
	nt_endpoint_print(from, sizeof(from), &c->from.remote);
	switch(c->kind) {
		case NT_CHANGE_MOVED:
			LOG_LINE("moved: %s (%s) from %s to %s\n", c->name,
					nt_transport_name(c->at.transport), from, at);
			break;
		case NT_CHANGE_RESTART:
			LOG_LINE("restart: the NAT at %s; %u flows behind it are asked "
					 "now\n",
					at, c->flows);
			break;
		case NT_CHANGE_LEARNED:
			LOG_LINE("learned: %s (%s) may be silent for %u s\n", at,
					nt_transport_name(c->at.transport), c->seconds);
			break;
		default:
			LOG_LINE("%s: %s (%s, %s)\n", kinds[c->kind].name, at,
					nt_transport_name(c->at.transport), c->name);
			break;
	}
}

static void run_script(sip_msg_t *msg, struct run_act_ctx *ctx, int kind)
{
	sr_kemi_eng_t *engine = sr_kemi_eng_get();
	str callback = {ping_params.event_callback,
			(int)strlen(ping_params.event_callback)};
	str event = {(char *)kinds[kind].event, (int)strlen(kinds[kind].event)};

	if(routes[kind] >= 0) {
		run_top_route(event_rt.rlist[routes[kind]], msg, ctx);
	} else if(engine != NULL && callback.len > 0
			  && sr_kemi_route(engine, msg, EVENT_ROUTE, &callback, &event)
						 < 0) {
		LM_ERR("event_callback '%s' failed for %s\n",
				ping_params.event_callback, event.s);
	}
}

static void run_event(const struct nt_change *c)
{
	struct run_act_ctx ctx;
	sip_msg_t *msg;
	int type;

	if(routes[c->kind] < 0 && ping_params.event_callback[0] == '\0')
		return;
	msg = faked_msg_next();
	type = get_route_type();
	set_route_type(EVENT_ROUTE);
	init_run_actions_ctx(&ctx);
	in_hand = c;
	if(exec_pre_script_cb(msg, EVENT_CB_TYPE) != 0) {
		run_script(msg, &ctx, (int)c->kind);
		exec_post_script_cb(msg, EVENT_CB_TYPE);
	}
	in_hand = NULL;
	ksr_msg_env_reset();
	set_route_type(type);
}

/* --- acting --------------------------------------------------------------- */

void ping_change_act(void)
{
	static uint64_t next_ms, spent_ms;
	static unsigned piece;
	uint64_t began = ping_now_ms();

	if(acted_on->count == 0) {
		struct downs *swap = acted_on;

		if(gathered->count == 0 || began < next_ms)
			return;
		acted_on = gathered;
		gathered = swap;
		ping_usrloc_sort(acted_on->list, acted_on->count);
		piece = 0;
		spent_ms = 0;
	}
	for(int i = 0; i < PIECES_A_TICK; i++) {
		piece = ping_usrloc_act(acted_on->list, acted_on->count, piece);
		if(piece == 0)
			break;
	}
	spent_ms += ping_now_ms() - began;
	if(piece != 0)
		return;
	acted_on->count = 0;
	next_ms = ping_now_ms() + GATHER_MS + spent_ms * REST;
}

static void add(const struct nt_change *c, uint64_t holder)
{
	static uint64_t lost;

	if(gathered->count < DOWNS_MAX) {
		gathered->list[gathered->count++] = (struct ping_down){.holder = holder,
				.flow = c->flow,
				.since = empty_at,
				.how = (enum nt_down)c->terms.down};
		return;
	}
	if((lost++ & 0xfff) == 0)
		LM_WARN("%d contacts of flows that are down wait to be taken out or "
				"put "
				"last; more are left as they are until they end (%llu since "
				"the start)\n",
				DOWNS_MAX, (unsigned long long)lost);
}

/* The contacts among who holds the flow */
static void gather(const struct nt_change *c)
{
	uint32_t at = 0;
	uint64_t holder;

	/* who never answered a ping may live all the same: there are phones that
	 * answer no OPTIONS */
	if(c->kind != NT_CHANGE_DOWN || !c->proven || !ping_usrloc_is_on()
			|| (c->terms.down != NT_DOWN_EXPIRE
					&& c->terms.down != NT_DOWN_LOWER_Q))
		return;
	for(;;) {
		struct nt_flows *table = ping_table_get();

		if(table == NULL)
			return;
		at = nt_flows_holder_next(table, &c->flow, at, &holder);
		ping_table_put();
		if(at == UINT32_MAX)
			return;
		add(c, holder);
	}
}

/* A stranger wrote it, and it comes into log lines (T18). What may stand in an
 * AoR stays: scripts look for it. */
static void make_printable(char *name)
{
	for(; *name != '\0'; name++) {
		if(*name < ' ' || *name > '~')
			*name = '?';
	}
}

static bool next(struct nt_change *c)
{
	struct nt_flows *table = ping_table_get();
	bool any;

	if(table == NULL)
		return false;
	any = nt_flows_change(table, c);
	ping_table_put();
	if(any)
		make_printable(c->name);
	return any;
}

void ping_change_tell(void)
{
	struct nt_change c;

	for(int i = 0; i < AT_ONCE; i++) {
		if(!next(&c)) {
			empty_at = time(NULL);
			break;
		}
		ping_stat(kinds[c.kind].stat);
		log_line(&c);
		run_event(&c);
		gather(&c);
	}
}
