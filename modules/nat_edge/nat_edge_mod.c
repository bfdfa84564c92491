/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Kamailio sees of nat_edge: tables and lifecycle, nothing else. */
#include "core/kemi.h"
#include "core/mod_fix.h"
#include "core/sr_module.h"
#include "nat_edge/nat_edge_absorb.h"
#include "nat_edge/nat_edge_api.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_expires.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_gate.h"
#include "nat_edge/nat_edge_history.h"
#include "nat_edge/nat_edge_hygiene.h"
#include "nat_edge/nat_edge_keep.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_loader.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_pv.h"
#include "nat_edge/nat_edge_record_route.h"
#include "nat_edge/nat_edge_registration.h"
#include "nat_edge/nat_edge_route.h"
#include "nat_edge/nat_edge_rpc.h"
#include "nat_edge/nat_edge_shadow.h"
#include "nat_edge/nat_edge_sl.h"
#include "nat_edge/nat_edge_source.h"
#include "nat_edge/nat_edge_stats.h"
#include "nat_edge/nat_edge_terms.h"
#include "nat_edge/nat_edge_tm.h"

MODULE_VERSION

static int mod_init(void)
{
	int faults = ne_conf_init();

	if(faults != 0) {
		LM_ERR("%d fault(s) in the parameters, see above\n", faults);
		return -1;
	}
	if(ne_stats_init() < 0 || ne_stats_names(ne_policy_held()->nt) < 0) {
		LM_ERR("cannot register the counters\n");
		return -1;
	}
	if(ne_history_init(ne_conf.history_size) < 0 || ne_shadow_init() < 0
			|| ne_loader_init() < 0 || ne_gate_init() < 0)
		return -1;
	if(ne_keys_init() < 0 || ne_flow_init() < 0 || ne_record_route_init() < 0)
		return -1;
	if(ne_registration_init(
			   ne_conf.registrations_max, ne_conf.registrations_per_source)
					< 0
			|| ne_expires_init() < 0 || ne_sl_init() < 0 || ne_keep_init() < 0)
		return -1;
	ne_terms_init();
	return ne_tm_init();
}

static int child_init(int rank)
{
	ne_loader_rank(rank);
	if(rank == PROC_INIT)
		return ne_policy_slots() < 0 ? -1 : ne_hygiene_init();
	return rank == PROC_MAIN ? ne_loader_start() : 0;
}

static void mod_destroy(void)
{
	ne_hygiene_fini();
	ne_gate_fini();
	ne_loader_fini();
	ne_registration_fini();
	ne_keys_fini();
	ne_shadow_fini();
	ne_history_fini();
	ne_conf_fini();
}

/* --- script functions: resolve the parameter, nothing else
 * ------------------------------------------- */

static int w_detect(sip_msg_t *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_nat_detect(msg);
}

static int w_force_rport(sip_msg_t *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_nat_force_rport(msg);
}

static int w_fix_contact(sip_msg_t *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_nat_fix_contact(msg);
}

static int w_manage(sip_msg_t *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_nat_manage(msg);
}

static int with_text(sip_msg_t *msg, char *param, const char *function,
		int (*call)(sip_msg_t *, str *))
{
	str text;

	if(fixup_get_svalue(msg, (gparam_t *)param, &text) != 0) {
		LM_ERR("%s(): the parameter has no value; nothing was done\n",
				function);
		return NE_RC_ERROR;
	}
	return call(msg, &text);
}

static int w_record_route(sip_msg_t *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_nat_record_route(msg);
}

static int w_record_route_label(sip_msg_t *msg, char *label, char *p2)
{
	(void)p2;
	return with_text(msg, label, "nat_record_route", ki_nat_record_route_label);
}

static int w_add_path(sip_msg_t *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_nat_add_path(msg);
}

static int w_route(sip_msg_t *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_nat_route(msg);
}

static int w_absorb(sip_msg_t *msg, char *p1, char *p2)
{
	(void)p1, (void)p2;
	return ki_nat_absorb(msg);
}

static int w_same_site(sip_msg_t *msg, char *a, char *b)
{
	str x, y;

	if(fixup_get_svalue(msg, (gparam_t *)a, &x) != 0
			|| fixup_get_svalue(msg, (gparam_t *)b, &y) != 0) {
		LM_ERR("%s(): a parameter has no value; nothing was compared\n",
				"nat_same_site");
		return NE_RC_ERROR;
	}
	return ki_nat_same_site(msg, &x, &y);
}

static int w_detect_signs(sip_msg_t *msg, char *signs, char *p2)
{
	(void)p2;
	return with_text(msg, signs, "nat_detect", ki_nat_detect_signs);
}

static int w_fix_contact_mode(sip_msg_t *msg, char *mode, char *p2)
{
	(void)p2;
	return with_text(msg, mode, "nat_fix_contact", ki_nat_fix_contact_mode);
}

/* clang-format off */
#define ROUTES (REQUEST_ROUTE | BRANCH_ROUTE | ONREPLY_ROUTE | FAILURE_ROUTE)

static cmd_export_t cmds[] = {
	{"nat_manage", (cmd_function)w_manage, 0, 0, 0, ROUTES},
	{"nat_detect", (cmd_function)w_detect, 0, 0, 0, ROUTES},
	{"nat_detect", (cmd_function)w_detect_signs, 1, fixup_spve_null, fixup_free_spve_null, ROUTES},
	{"nat_force_rport", (cmd_function)w_force_rport, 0, 0, 0, ROUTES},
	{"nat_fix_contact", (cmd_function)w_fix_contact, 0, 0, 0, ROUTES},
	{"nat_fix_contact", (cmd_function)w_fix_contact_mode, 1, fixup_spve_null, fixup_free_spve_null, ROUTES},
	{"nat_record_route", (cmd_function)w_record_route, 0, 0, 0, REQUEST_ROUTE | BRANCH_ROUTE | FAILURE_ROUTE},
	{"nat_record_route", (cmd_function)w_record_route_label, 1, fixup_spve_null, fixup_free_spve_null, REQUEST_ROUTE | BRANCH_ROUTE | FAILURE_ROUTE},
	{"nat_add_path", (cmd_function)w_add_path, 0, 0, 0, REQUEST_ROUTE | BRANCH_ROUTE},
	{"nat_route", (cmd_function)w_route, 0, 0, 0, REQUEST_ROUTE},
	{"nat_absorb", (cmd_function)w_absorb, 0, 0, 0, REQUEST_ROUTE},
	{"nat_same_site", (cmd_function)w_same_site, 2, fixup_spve_spve, fixup_free_spve_spve, ROUTES},
	/* for modules, not for scripts: api.h */
	{"bind_nat_edge", (cmd_function)ne_api_bind, 0, 0, 0, 0},
	{0, 0, 0, 0, 0, 0}
};

static param_export_t params[] = {
	{"policy_file", PARAM_STRING, &ne_params.policy_file},           /* path; default none: the next 13 are the policy */
	{"private_nets", PARAM_STRING, &ne_params.private_nets},         /* networks used behind NATs */
	{"lan_nets", PARAM_STRING, &ne_params.lan_nets},                 /* networks; default none */
	{"nat_sites", PARAM_STRING, &ne_params.nat_sites},               /* networks; default none */
	{"trusted_nets", PARAM_STRING, &ne_params.trusted_nets},         /* networks; default none */
	{"gate_allow", PARAM_STRING, &ne_params.gate_allow},             /* networks; default none */
	{"gate_deny", PARAM_STRING, &ne_params.gate_deny},               /* networks; default none */
	{"gate_ports", PARAM_STRING, &ne_params.gate_ports},             /* ports below 1024; default none */
	{"gate_own_sockets", PARAM_STRING, &ne_params.gate_own_sockets}, /* deny, allow */
	{"verdict", PARAM_STRING, &ne_params.verdict},                   /* claimed-private-source-public, claimed-not-source, any-sign, always, never */
	{"rport", PARAM_STRING, &ne_params.rport},                       /* never, nat, always */
	{"contact_requests", PARAM_STRING, &ne_params.contact_requests}, /* keep, alias, rewrite */
	{"contact_replies", PARAM_STRING, &ne_params.contact_replies},   /* keep, alias, rewrite */
	{"contact_register", PARAM_STRING, &ne_params.contact_register}, /* keep, received, alias, rewrite, fs-path */
	{"received_avp", PARAM_STRING, &ne_params.received_avp},         /* $avp(RECEIVED) */
	{"key_file", PARAM_STRING, &ne_params.key_file},                 /* path; default none: keys of this run only */
	{"nat_flag", PARAM_INT, &ne_params.nat_flag},                    /* message flag; default -1, none */
	{"history_size", PARAM_INT, &ne_params.history_size},            /* verdicts, 0 to 1000000, 1024 */
	{"gate", PARAM_INT, &ne_params.gate},                            /* 1, or 0: off */
	{"registrations_max", PARAM_INT, &ne_params.registrations_max},  /* registrations at another server, 0 to 1000000, 65536 */
	{"registrations_per_source", PARAM_INT, &ne_params.registrations_per_source}, /* of one address, 0 to 1000000, 4096 */
	{"token_cache", PARAM_INT, &ne_params.token_cache},              /* tokens, 0 to 1000000, 4096 */
	{"hygiene", PARAM_INT, &ne_params.hygiene},                      /* 1, or 0: off */
	{0, 0, 0}
};

static pv_export_t pvs[] = {
	{{"nat", sizeof("nat") - 1}, PVT_OTHER, ne_pv_get, 0, ne_pv_parse, 0, 0, 0},
	{{0, 0}, 0, 0, 0, 0, 0, 0, 0}
};

#define KEMI(name, fn, type) \
	{str_init("nat_edge"), str_init(name), SR_KEMIP_INT, fn, \
		{type, SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE}}
static sr_kemi_t kemi[] = {
	KEMI("nat_manage", ki_nat_manage, SR_KEMIP_NONE),
	KEMI("nat_detect", ki_nat_detect, SR_KEMIP_NONE),
	KEMI("nat_detect_signs", ki_nat_detect_signs, SR_KEMIP_STR),
	KEMI("nat_force_rport", ki_nat_force_rport, SR_KEMIP_NONE),
	KEMI("nat_fix_contact", ki_nat_fix_contact, SR_KEMIP_NONE),
	KEMI("nat_fix_contact_mode", ki_nat_fix_contact_mode, SR_KEMIP_STR),
	KEMI("nat_record_route", ki_nat_record_route, SR_KEMIP_NONE),
	KEMI("nat_record_route_label", ki_nat_record_route_label, SR_KEMIP_STR),
	KEMI("nat_add_path", ki_nat_add_path, SR_KEMIP_NONE),
	KEMI("nat_route", ki_nat_route, SR_KEMIP_NONE),
	KEMI("nat_absorb", ki_nat_absorb, SR_KEMIP_NONE),
	{str_init("nat_edge"), str_init("nat_same_site"), SR_KEMIP_INT, ki_nat_same_site,
		{SR_KEMIP_STR, SR_KEMIP_STR, SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE, SR_KEMIP_NONE}},
	{{0, 0}, {0, 0}, 0, NULL, {0, 0, 0, 0, 0, 0}}
};

struct module_exports exports = {
	.name = "nat_edge",
	.dlflags = DEFAULT_DLFLAGS,
	.cmds = cmds,
	.params = params,
	.rpc_methods = ne_rpc,
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
	ne_source_remember();
	sr_kemi_modules_add(kemi);
	return ne_gate_hook();
}
