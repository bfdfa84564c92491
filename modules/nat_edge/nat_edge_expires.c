/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_expires.h"

#include <stdio.h>

#include "core/parser/parse_expires.h"
#include "core/sr_module.h"
#include "core/ut.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_policy.h"
#include "nt/nt_expiry.h"

struct ne_registrar ne_registrar;

static uint32_t number_of(struct sr_module *module, char *name)
{
	modparam_t type = 0;
	int *value = find_param_export(module, name, PARAM_INT, &type);

	return value != NULL && *value > 0 ? (uint32_t)*value : 0;
}

/* A limit below what the registrar grants at least is that, without jitter */
static void compare_limits(const struct nt_policy *nt)
{
	const struct nt_profile *profiles = nt_policy_profiles(nt);

	for(uint32_t i = 0; i < nt->profile.count; i++) {
		const uint32_t *value = profiles[i].value;
		uint32_t max = value[NT_SET_EXPIRES_MAX];
		uint32_t least = max - max * value[NT_SET_EXPIRES_JITTER] / 100;

		if(max > 0 && least < ne_registrar.min_s)
			LM_WARN("profile %s: expires max %u with jitter %u is less than "
					"min_expires %u of registrar, which grants no less: "
					"phones are told %u to %u seconds; lower "
					"modparam(\"registrar\", \"min_expires\", ...) to %u\n",
					profiles[i].name, max, value[NT_SET_EXPIRES_JITTER],
					ne_registrar.min_s, ne_registrar.min_s,
					max > ne_registrar.min_s ? max : ne_registrar.min_s, least);
	}
}

int ne_expires_init(void)
{
	struct sr_module *registrar = find_module_by_name("registrar");

	if(registrar == NULL)
		return 0;
	ne_registrar.there = true;
	ne_registrar.min_s = number_of(registrar, "min_expires");
	ne_registrar.default_s = number_of(registrar, "default_expires");
	compare_limits(ne_policy_held()->nt);
	return 0;
}

/* Parameters that stand in for those of the message. They have to live as long
 * as it does, and other messages may come in between. */
#define STANDINS ((size_t)4 * NE_CONTACTS_MAX)

static struct
{
	param_t param;
	char text[12];
} standins[STANDINS];
static unsigned next_standin;

static bool is_standin(const param_t *p)
{
	return (const char *)p >= (const char *)standins
		   && (const char *)p < (const char *)(standins + STANDINS);
}

static param_t *standin_of(uint32_t seconds)
{
	unsigned n = next_standin++ % STANDINS;
	param_t *p = &standins[n].param;
	int len =
			snprintf(standins[n].text, sizeof(standins[n].text), "%u", seconds);

	memset(p, 0, sizeof(*p));
	p->type = P_EXPIRES;
	p->name.s = "expires";
	p->name.len = 7;
	p->body.s = standins[n].text;
	p->body.len = len;
	return p;
}

/* As the registrar reads it, by the same functions: what it cannot read is its
 * default, and an Expires without a body is refused. Only a number beyond
 * INT32_MAX behind a Contact, which ends the binding there, is a great one. */
static uint32_t asked_of(const contact_t *c, const sip_msg_t *req)
{
	const exp_body_t *e;
	unsigned seconds;

	if(c->expires != NULL && c->expires->body.len > 0)
		return str2int(&c->expires->body, &seconds) == 0
					   ? seconds
					   : ne_registrar.default_s;
	if(req->expires == NULL)
		return ne_registrar.default_s;
	if(parse_expires(req->expires) < 0)
		return 0;
	e = req->expires->parsed;
	return e->valid && e->val <= INT32_MAX ? e->val : ne_registrar.default_s;
}

int ne_expires_lower(sip_msg_t *req, uint32_t limit)
{
	struct hdr_field *header = NULL;
	contact_t *c = NULL;
	int count = 0, seen = 0;

	/* a script may have had the message read anew */
	if(!ne_registrar.there || limit == NT_EXPIRY_NONE
			|| parse_headers(req, HDR_EOH_F, 0) < 0)
		return 0;
	if(limit < ne_registrar.min_s)
		limit = ne_registrar.min_s;
	while((c = ne_contact_next(req, &header, c)) != NULL
			&& seen++ < NE_CONTACTS_MAX) {
		if(is_standin(c->expires) || asked_of(c, req) <= limit)
			continue;
		c->expires = standin_of(limit);
		count++;
	}
	return count;
}
