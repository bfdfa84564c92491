/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_conf.h"

#include "core/flags.h"
#include "core/pvar.h"
#include "core/sr_module.h"
#include "nat_edge/nat_edge_policy.h"
#include "nat_edge/nat_edge_source.h"

#define HISTORY_MAX 1000000
#define REGISTRATIONS_MAX 1000000

struct ne_params ne_params = {
		.policy_file = "",
		.private_nets = "builtin:private builtin:cgn builtin:ula "
						"builtin:linklocal builtin:loopback builtin:ietf",
		.lan_nets = "",
		.nat_sites = "",
		.trusted_nets = "",
		.gate_allow = "",
		.gate_deny = "",
		.gate_ports = "",
		.gate_own_sockets = "deny",
		.verdict = "claimed-private-source-public",
		.rport = "nat",
		.contact_requests = "keep",
		.contact_replies = "keep",
		.contact_register = "received",
		.received_avp = "$avp(RECEIVED)",
		.key_file = "",
		.nat_flag = -1,
		.history_size = 1024,
		.gate = 1,
		.registrations_max = 65536,
		.registrations_per_source = 4096,
		.token_cache = 4096,
		.hygiene = 1,
};

struct ne_conf ne_conf;

/* One line per fault, always of this form */
int ne_refuse(const char *param, struct nt_span value, const char *allowed)
{
	LM_ERR("modparam %s: '%.*s' is not allowed, use %s; Kamailio does not "
		   "start\n",
			param, NT_SPAN_FMT(value), allowed);
	return 1;
}

static int read_received_avp(void)
{
	str name;
	pv_spec_t spec;

	ne_conf.received_set = false;
	if(ne_params.received_avp == NULL || ne_params.received_avp[0] == '\0')
		return 0;
	name.s = ne_params.received_avp;
	name.len = (int)strlen(name.s);
	if(pv_parse_spec(&name, &spec) == NULL || spec.type != PVT_AVP
			|| pv_get_avp_name(0, &spec.pvp, &ne_conf.received_name,
					   &ne_conf.received_type)
					   != 0)
		return ne_refuse("received_avp", nt_span_of(name.s, (size_t)name.len),
				"an AVP, $avp(NAME), the same as the registrar's parameter "
				"of this name");
	ne_conf.received_set = true;
	return 0;
}

static int read_history_size(void)
{
	if(ne_params.history_size < 0 || ne_params.history_size > HISTORY_MAX) {
		LM_ERR("modparam history_size: '%d' is not allowed, use 0 (off) to %d "
			   "verdicts; Kamailio does not start\n",
				ne_params.history_size, HISTORY_MAX);
		return 1;
	}
	ne_conf.history_size = (unsigned)ne_params.history_size;
	return 0;
}

static int read_nat_flag(void)
{
	ne_conf.nat_flag = ne_params.nat_flag;
	if(ne_conf.nat_flag == -1 || flag_in_range((flag_t)ne_conf.nat_flag) == 1)
		return 0;
	LM_ERR("modparam nat_flag: '%d' is not allowed, use -1 (none) or a "
		   "message flag, 0 to %d; Kamailio does not start\n",
			ne_params.nat_flag, MAX_FLAG);
	return 1;
}

static int check_gate(void)
{
	if(ne_params.gate == 0 || ne_params.gate == 1)
		return 0;
	LM_ERR("modparam gate: '%d' is not allowed, use 1 (on) or 0 (off); "
		   "Kamailio does not start\n",
			ne_params.gate);
	return 1;
}

static int read_number(
		unsigned *number, const char *name, int value, const char *what)
{
	if(value < 0 || value > REGISTRATIONS_MAX) {
		LM_ERR("modparam %s: '%d' is not allowed, use 0 (%s) to %d; Kamailio "
			   "does not start\n",
				name, value, what, REGISTRATIONS_MAX);
		return 1;
	}
	*number = (unsigned)value;
	return 0;
}

static int read_hygiene(void)
{
	if(ne_params.hygiene != 0 && ne_params.hygiene != 1) {
		LM_ERR("modparam hygiene: '%d' is not allowed, use 1 (take out what "
			   "senders that are not trusted say of ways) or 0 (off); Kamailio "
			   "does not start\n",
				ne_params.hygiene);
		return 1;
	}
	ne_conf.hygiene = ne_params.hygiene != 0;
	return 0;
}

/* Does any sender's REGISTER go on with the source for the registrar? */
static bool hands_over(const struct nt_policy *nt)
{
	const struct nt_profile *profiles = nt_policy_profiles(nt);
	const struct nt_policy_rule *rules = nt_policy_rules(nt);

	if(profiles[0].value[NT_SET_CONTACT_REGISTER] == NT_CONTACT_RECEIVED)
		return true;
	for(uint32_t i = 0; i < nt->rule.count; i++) {
		const uint32_t *value;

		if(rules[i].profile == NT_NO_PROFILE)
			continue;
		value = profiles[rules[i].profile].value;
		if(value[NT_SET_CONTACT_REGISTER] == NT_CONTACT_RECEIVED)
			return true;
	}
	return false;
}

/* A registrar that reads another AVP, or none, would never learn a source */
static void compare_registrar(void)
{
	struct sr_module *registrar = find_module_by_name("registrar");
	modparam_t type = 0;
	char **theirs;

	if(registrar == NULL)
		return;
	theirs = find_param_export(registrar, "received_avp", PARAM_STRING, &type);
	if(theirs == NULL)
		return;
	if(*theirs == NULL || strcmp(*theirs, ne_params.received_avp) != 0)
		LM_WARN("modparam received_avp is '%s' here, but '%s' for registrar: "
				"phones behind a NAT will register and not be reachable; use "
				"modparam(\"nat_edge|registrar\", \"received_avp\", \"%s\")\n",
				ne_params.received_avp, *theirs != NULL ? *theirs : "",
				ne_params.received_avp);
}

bool ne_conf_can(const struct nt_policy *nt)
{
	return ne_conf.received_set || !hands_over(nt);
}

static int check_received(void)
{
	const struct nt_policy *nt = ne_policy_held()->nt;

	if(!ne_conf_can(nt))
		return ne_refuse("received_avp", NT_SPAN(""),
				"an AVP, $avp(NAME), while the Contact of a REGISTER is "
				"'received'");
	if(hands_over(nt))
		compare_registrar();
	return 0;
}

static int read_token_cache(void)
{
	int faults = read_number(
			&ne_conf.token_cache, "token_cache", ne_params.token_cache, "off");

	/* a power of two, by taking away the lowest bit */
	while(ne_conf.token_cache & (ne_conf.token_cache - 1))
		ne_conf.token_cache &= ne_conf.token_cache - 1;
	return faults;
}

int ne_conf_init(void)
{
	int faults = 0;

	if(ne_policy_init() < 0)
		return 1;
	faults += ne_source_first();
	faults += read_received_avp();
	faults += read_history_size();
	faults += read_nat_flag();
	faults += check_gate();
	faults += read_number(&ne_conf.registrations_max, "registrations_max",
			ne_params.registrations_max, "off");
	faults += read_number(&ne_conf.registrations_per_source,
			"registrations_per_source", ne_params.registrations_per_source,
			"no limit");
	faults += read_token_cache();
	faults += read_hygiene();
	if(faults == 0)
		faults += check_received();
	return faults;
}

void ne_conf_fini(void)
{
	ne_policy_fini();
}
