/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Kamailio sees of nat_ping: tables and lifecycle, nothing else. */
#include "core/kemi.h"
#include "core/mod_fix.h"
#include "core/sr_module.h"
#include "nat_ping/nat_ping_answer.h"
#include "nat_ping/nat_ping_change.h"
#include "nat_ping/nat_ping_closed.h"
#include "nat_ping/nat_ping_conf.h"
#include "nat_ping/nat_ping_edge.h"
#include "nat_ping/nat_ping_engine.h"
#include "nat_ping/nat_ping_keeper.h"
#include "nat_ping/nat_ping_message.h"
#include "nat_ping/nat_ping_probe.h"
#include "nat_ping/nat_ping_pv.h"
#include "nat_ping/nat_ping_registered.h"
#include "nat_ping/nat_ping_rpc.h"
#include "nat_ping/nat_ping_script.h"
#include "nat_ping/nat_ping_send.h"
#include "nat_ping/nat_ping_sites.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"
#include "nat_ping/nat_ping_usrloc.h"
#include "nat_ping/nat_ping_watch.h"

MODULE_VERSION

static int mod_init(void)
{
	int faults = ping_conf_init();

	if(faults != 0) {
		LM_ERR("%d fault(s) in the parameters, see above\n", faults);
		return -1;
	}
	if(ping_stats_init() < 0) {
		LM_ERR("cannot register the counters\n");
		return -1;
	}
	if(ping_edge_init() < 0 || ping_sites_init() < 0 || ping_sockets_init() < 0
			|| ping_table_init(ping_probe_init()) < 0 || ping_send_init() < 0
			|| ping_answer_init() < 0 || ping_message_init() < 0
			|| ping_change_init() < 0 || ping_closed_init() < 0
			|| ping_usrloc_init() < 0 || ping_watch_init() < 0)
		return -1;
	ping_registered_init();
	ping_engine_register();
	ping_keeper_register();
	return 0;
}

static int child_init(int rank)
{
	if(rank != PROC_MAIN)
		return 0;
	return ping_engine_start() < 0 ? -1 : ping_keeper_start();
}

static void mod_destroy(void)
{
	ping_table_end();
	ping_sites_save();
	ping_sites_fini();
	ping_probe_fini();
	ping_send_fini();
	ping_table_fini();
}

static int w_keepalive(sip_msg_t *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_nat_keepalive(msg);
}

static int w_keepalive_for(sip_msg_t *msg, char *seconds, char *p2)
{
	int value;

	(void)p2;
	if(fixup_get_ivalue(msg, (gparam_t *)seconds, &value) != 0) {
		LM_ERR("%s(): the parameter has no value; nothing was done\n",
				"nat_keepalive");
		return PING_RC_ERROR;
	}
	return ki_nat_keepalive_for(msg, value);
}

/* clang-format off */
static cmd_export_t cmds[] = {
	{"nat_keepalive", (cmd_function)w_keepalive, 0, 0, 0, REQUEST_ROUTE},
	{"nat_keepalive", (cmd_function)w_keepalive_for, 1, fixup_igp_null, fixup_free_igp_null, REQUEST_ROUTE},
	{0, 0, 0, 0, 0, 0}
};

static param_export_t params[] = {
	{"senders", PARAM_INT, &ping_params.senders},                   /* processes that send, 1 to 16, 1 */
	{"flows_max", PARAM_INT, &ping_params.flows_max},               /* 1 to 2^24, 100000 */
	{"flows_per_site", PARAM_INT, &ping_params.flows_per_site},     /* of one outside address; 0: no limit */
	{"sites_max", PARAM_INT, &ping_params.sites_max},               /* 1 to 2^24, 65536 */
	{"interval_floor", PARAM_INT, &ping_params.interval_floor},     /* seconds, of learned intervals, 1 to 15, 15 */
	{"learn_flows_max", PARAM_INT, &ping_params.learn_flows_max},   /* flows of a site, 0 (no limit) to 2^24, 8 */
	{"learn_port", PARAM_INT, &ping_params.learn_port}, /* UDP, 0 (any) to 65535; -1: nothing is learned */
	{"usrloc", PARAM_INT, &ping_params.usrloc},                     /* 1, or 0: its contacts are not pinged */
	{"location", PARAM_STRING, &ping_params.location},              /* usrloc's tables, "location" */
	{"domain", PARAM_STRING, &ping_params.domain}, /* of AoRs without one; default none */
	{"own_server_ids", PARAM_STRING, &ping_params.own_server_ids},  /* besides this server's; default none */
	{"from", PARAM_STRING, &ping_params.from},                      /* SIP URI */
	{"sites_file", PARAM_STRING, &ping_params.sites_file},          /* path; default none: what is learned is forgotten */
	{"dialog_max", PARAM_INT, &ping_params.dialog_max},             /* seconds, 1 to 604800, 43200; 0: dialogs and subscriptions do not count */
	{"log_facility", PARAM_STRING, &ping_params.log_facility},      /* of syslog; default the server's */
	{"event_callback", PARAM_STRING, &ping_params.event_callback},  /* of a KEMI script; default none */
	{"pings_per_second", PARAM_INT, &ping_params.pings_per_second},   /* 0: no limit */
	{"pings_per_network", PARAM_INT, &ping_params.pings_per_network}, /* to a /24 or /48 a second, 50; 0: no limit */
	{"log_level", PARAM_INT, &ping_params.log_level},          /* -5 to 3, 3 */
	{0, 0, 0}
};

static pv_export_t pvs[] = {
	{{"nat_ping", sizeof("nat_ping") - 1}, PVT_OTHER, ping_pv_get, 0, ping_pv_parse, 0, 0, 0},
	{{0, 0}, 0, 0, 0, 0, 0, 0, 0}
};

#define KEMI(name, fn, type) \
	{str_init("nat_ping"), str_init(name), SR_KEMIP_INT, fn, \
		{type, SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE}}
static sr_kemi_t kemi[] = {
	KEMI("nat_keepalive", ki_nat_keepalive, SR_KEMIP_NONE),
	KEMI("nat_keepalive_for", ki_nat_keepalive_for, SR_KEMIP_INT),
	{{0, 0}, {0, 0}, 0, NULL, {0, 0, 0, 0, 0, 0}}
};

struct module_exports exports = {
	.name = "nat_ping",
	.dlflags = DEFAULT_DLFLAGS,
	.cmds = cmds,
	.params = params,
	.rpc_methods = ping_rpc,
	.pv_items = pvs,
	.init_mod_f = mod_init,
	.init_child_f = child_init,
	.destroy_mod_f = mod_destroy,
};
/* clang-format on */

int mod_register(char *path, int *dlflags, void *p1, void *p2);
int mod_register(char *path, int *dlflags, void *p1, void *p2)
{
	(void)path, (void)dlflags, (void)p1, (void)p2;
	sr_kemi_modules_add(kemi);
	return 0;
}
