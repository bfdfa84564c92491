/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_conf.h"

#include <errno.h>

#include "core/mem/mem.h"
#include "core/pvar.h"
#include "core/sr_module.h"
#include "nat_edge/nat_edge_nets.h"

#define HISTORY_MAX 1000000

struct ne_params ne_params = {
		.private_nets = "builtin:private builtin:cgn builtin:ula "
						"builtin:linklocal builtin:loopback builtin:ietf",
		.lan_nets = "",
		.nat_sites = "",
		.verdict = "claimed-private-source-public",
		.rport = "nat",
		.contact_requests = "rewrite",
		.contact_replies = "rewrite",
		.contact_register = "received",
		.received_avp = "$avp(RECEIVED)",
		.history_size = 1024,
};

struct ne_conf ne_conf;

struct choice
{
	struct nt_span name;
	int value;
};

/* clang-format off */
static const struct choice verdicts[] = {
	{NT_SPAN_INIT("claimed-private-source-public"), NT_STRICT_PRIVATE},
	{NT_SPAN_INIT("claimed-not-source"), NT_STRICT_ADDR},
	{{NULL, 0}, 0}
};
static const struct choice rports[] = {
	{NT_SPAN_INIT("never"), NE_RPORT_NEVER},
	{NT_SPAN_INIT("nat"), NE_RPORT_NAT},
	{NT_SPAN_INIT("always"), NE_RPORT_ALWAYS},
	{{NULL, 0}, 0}
};
static const struct choice contact_modes[] = {
	{NT_SPAN_INIT("keep"), NE_CONTACT_KEEP},
	{NT_SPAN_INIT("rewrite"), NE_CONTACT_REWRITE},
	{NT_SPAN_INIT("received"), NE_CONTACT_RECEIVED},
	{{NULL, 0}, 0}
};
/* clang-format on */

static const struct choice *choice_find(
		const struct choice *choices, struct nt_span name)
{
	for(; choices->name.p != NULL; choices++) {
		if(nt_span_eq(choices->name, name))
			return choices;
	}
	return NULL;
}

int ne_contact_mode_parse(enum ne_contact_mode *mode, struct nt_span name)
{
	const struct choice *c = choice_find(contact_modes, name);

	if(c == NULL)
		return EINVAL;
	*mode = (enum ne_contact_mode)c->value;
	return 0;
}

/* One line per fault, always of this form */
int ne_refuse(const char *param, struct nt_span value, const char *allowed)
{
	LM_ERR("modparam %s: '%.*s' is not allowed, use %s; Kamailio does not "
		   "start\n",
			param, NT_SPAN_FMT(value), allowed);
	return 1;
}

static int choose(int *value, const char *param, const char *text,
		const struct choice *choices, const char *allowed)
{
	struct nt_span word = nt_span_trim(nt_span_cstr(text));
	const struct choice *c = choice_find(choices, word);

	if(c == NULL)
		return ne_refuse(param, word, allowed);
	*value = c->value;
	return 0;
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

static int read_contact_mode(enum ne_contact_mode *mode, const char *param,
		const char *text, bool registering)
{
	const char *allowed =
			registering ? "keep, received or rewrite" : "keep or rewrite";
	int value = NE_CONTACT_KEEP;

	if(choose(&value, param, text, contact_modes, allowed) != 0)
		return 1;
	if(value == NE_CONTACT_RECEIVED && !registering)
		return ne_refuse(param, nt_span_cstr(text), allowed);
	*mode = (enum ne_contact_mode)value;
	return 0;
}

/* A registrar that reads another AVP, or none, would never learn a source */
static void compare_registrar(void)
{
	struct sr_module *registrar = find_module_by_name("registrar");
	modparam_t type = 0;
	char **theirs;

	if(registrar == NULL || ne_conf.contact_register != NE_CONTACT_RECEIVED)
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

int ne_conf_init(void)
{
	int strictness = NT_STRICT_PRIVATE, rport = NE_RPORT_NAT, faults = 0;

	faults += ne_nets_read(&ne_conf.nets);
	faults += choose(&strictness, "verdict", ne_params.verdict, verdicts,
			"claimed-private-source-public or claimed-not-source");
	faults += choose(
			&rport, "rport", ne_params.rport, rports, "never, nat or always");
	faults += read_contact_mode(&ne_conf.contact_requests, "contact_requests",
			ne_params.contact_requests, false);
	faults += read_contact_mode(&ne_conf.contact_replies, "contact_replies",
			ne_params.contact_replies, false);
	faults += read_contact_mode(&ne_conf.contact_register, "contact_register",
			ne_params.contact_register, true);
	faults += read_received_avp();
	faults += read_history_size();
	if(faults == 0 && ne_conf.contact_register == NE_CONTACT_RECEIVED
			&& !ne_conf.received_set)
		faults += ne_refuse("received_avp", NT_SPAN(""),
				"an AVP, $avp(NAME), while contact_register is 'received'");
	ne_conf.strictness = (enum nt_strictness)strictness;
	ne_conf.rport = (enum ne_rport_mode)rport;
	if(faults == 0)
		compare_registrar();
	return faults;
}

void ne_conf_fini(void)
{
	if(ne_conf.nets != NULL)
		pkg_free(ne_conf.nets);
	ne_conf.nets = NULL;
}
