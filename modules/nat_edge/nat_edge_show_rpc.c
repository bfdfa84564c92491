/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that look at the policy in force: policy_show, site_list. */
#include "core/dprint.h"
#include "nat_edge/nat_edge_api.h"
#include "nat_edge/nat_edge_gate.h"
#include "nat_edge/nat_edge_policy.h"
#include "nat_edge/nat_edge_policy_rpc.h"
#include "nat_edge/nat_edge_uri.h"

static const char *const place_kinds[] = {[NT_PLACE_LAN] = "lan",
		[NT_PLACE_SITE] = "site",
		[NT_PLACE_GATEWAY] = "gateway"};

static void add_settings(
		rpc_t *rpc, void *answer, const struct nt_profile *profile)
{
	for(int i = 0; i < NT_SETTING_COUNT; i++) {
		const struct nt_setting_def *def = &nt_settings[i];
		char name[64], text[NT_SETTING_TEXT];

		snprintf(name, sizeof(name), "%.*s_%.*s", NT_SPAN_FMT(def->element),
				NT_SPAN_FMT(def->attribute));
		for(char *c = name; *c != '\0'; c++)
			*c = *c == '-' ? '_' : *c;
		nt_setting_print(
				text, sizeof(text), (enum nt_setting)i, profile->value[i]);
		rpc->struct_add(answer, "s", name, text);
	}
}

static const char *force_name(enum nt_force force)
{
	switch(force) {
		case NT_FORCE_NAT:
			return "force";
		case NT_FORCE_NEVER:
			return "never";
		case NT_FORCE_NONE:
			break;
	}
	return "-";
}

static void add_rule(rpc_t *rpc, void *answer, const struct ne_policy *p,
		const struct nt_policy_rule *r)
{
	char name[NT_RULE_TEXT], asks[512];

	nt_rule_print(name, sizeof(name), r);
	rpc->struct_add(answer, "s", "policy_rule", name);
	if(r == NULL)
		return;
	nt_rule_conditions_print(asks, sizeof(asks), p->nt, r);
	ne_make_printable(asks);
	rpc->struct_add(answer, "ssu", "asks", asks, "nat", force_name(r->force),
			"hits", p->rule_hits[r - nt_policy_rules(p->nt)]);
}

/* What the rule itself names */
static const char *profile_name(
		const struct nt_policy *nt, const struct nt_policy_rule *r)
{
	return r->profile != NT_NO_PROFILE ? nt_policy_profiles(nt)[r->profile].name
									   : "-";
}

static void add_place(rpc_t *rpc, void *ctx, const struct ne_policy *p,
		const struct nt_place *place)
{
	char at[NT_ENDPOINT_TEXT] = "-", same_nat[NT_SETTING_TEXT] = "as profile";
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	if(place->kind == NT_PLACE_GATEWAY)
		nt_endpoint_print(at, sizeof(at), &place->gateway);
	if(place->same_nat != UINT32_MAX)
		nt_setting_print(same_nat, sizeof(same_nat), NT_SET_MEDIA_SAME_NAT,
				place->same_nat);
	rpc->struct_add(s, "sssu", "name", place->name, "kind",
			place_kinds[place->kind], "address", at, "line", place->line);
	if(place->kind == NT_PLACE_SITE)
		rpc->struct_add(s, "ssu", "alg", place->alg_broken ? "broken" : "none",
				"same_nat_media", same_nat, "max_contacts",
				place->contacts_max);
	if(place->kind != NT_PLACE_LAN)
		rpc->struct_add(s, "uu", "learned_udp",
				ne_learned_place(p->nt, place, false), "learned_tcp",
				ne_learned_place(p->nt, place, true));
	rpc->struct_add(
			s, "u", "hits", p->place_hits[place - nt_policy_places(p->nt)]);
}

/* Read as text: asked for a number, some transports take any text as 0.
 * @return the page's first number; -1 when it was no number */
static int take_from(rpc_t *rpc, void *ctx)
{
	char text[NE_SAID_TEXT];
	unsigned long from;
	str word;

	if(rpc->scan(ctx, "*.S", &word) < 1 || word.len == 0)
		return 0;
	if(nt_span_number(&from, ne_span(&word), INT_MAX) != 0) {
		ne_said(text, &word);
		rpc->fault(ctx, 400,
				"A page begins at a number, 0 or above, not at '%s'", text);
		return -1;
	}
	return (int)from;
}

const char *ne_rpc_sites_doc[] = {
		"Sites, LANs and gateways of the policy in force, with how many "
		"messages came from each since it was loaded, and how many seconds "
		"their NAT may be silent where that was learned, 100 at a time. "
		"Optional argument: number of the first, default 0",
		NULL};

void ne_rpc_sites(rpc_t *rpc, void *ctx)
{
	const struct ne_policy *p = ne_policy_peek(NE_IN_FORCE);
	int from = take_from(rpc, ctx);

	for(uint32_t i = from < 0 ? UINT32_MAX : (uint32_t)from;
			i < p->nt->place.count && i < (uint32_t)from + NE_PAGE; i++)
		add_place(rpc, ctx, p, &nt_policy_places(p->nt)[i]);
	ne_policy_peek_end();
}

/* "80 443", or "-" */
#define PORTS_TEXT (NT_GATE_PORTS_MAX * 5 + 1)
static void put_ports(char buf[PORTS_TEXT], const struct nt_gate_words *gate)
{
	size_t n = 0;

	snprintf(buf, PORTS_TEXT, "-");
	for(uint32_t i = 0; i < gate->port_count; i++)
		n += (size_t)snprintf(buf + n, PORTS_TEXT - n, "%s%u", i > 0 ? " " : "",
				gate->ports[i]);
}

static void show_summary(rpc_t *rpc, void *ctx, const struct ne_policy *p)
{
	char at[32] = "", ports[PORTS_TEXT];
	struct tm when;
	void *s, *profiles;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	if(gmtime_r(&p->loaded, &when) != NULL)
		strftime(at, sizeof(at), "%Y-%m-%dT%H:%M:%SZ", &when);
	rpc->struct_add(s, "susuuuu", "file",
			p->path[0] != '\0' ? p->path : "(the module's parameters)",
			"generation", p->generation, "loaded", at, "networks",
			nt_policy_nets(p->nt)->count, "places", p->nt->place.count, "rules",
			p->nt->rule.count, "bytes", p->nt->bytes);
	put_ports(ports, &p->nt->gate);
	rpc->struct_add(s, "sss", "gate", ne_gate_is_on() ? "on" : "off",
			"gate_ports", ports, "gate_own_sockets",
			p->nt->gate.own_sockets ? "allow" : "deny");
	if(rpc->struct_add(s, "{", "profile_hits", &profiles) < 0)
		return;
	for(uint32_t i = 0; i < p->nt->profile.count && i < NE_PAGE; i++)
		rpc->struct_add(profiles, "u", nt_policy_profiles(p->nt)[i].name,
				p->profile_hits[i]);
}

static void show_rules(rpc_t *rpc, void *ctx, const struct ne_policy *p)
{
	const struct nt_policy_rule *rules = nt_policy_rules(p->nt);
	int from = take_from(rpc, ctx);
	void *s;

	for(uint32_t i = from < 0 ? UINT32_MAX : (uint32_t)from;
			i < p->nt->rule.count && i < (uint32_t)from + NE_PAGE; i++) {
		if(rpc->add(ctx, "{", &s) < 0)
			return;
		add_rule(rpc, s, p, &rules[i]);
		rpc->struct_add(s, "s", "profile", profile_name(p->nt, &rules[i]));
	}
}

static bool show_profile(
		rpc_t *rpc, void *ctx, const struct ne_policy *p, struct nt_span name)
{
	const struct nt_profile *profiles = nt_policy_profiles(p->nt);
	void *s;

	for(uint32_t i = 0; i < p->nt->profile.count; i++) {
		if(!nt_span_eq(nt_span_cstr(profiles[i].name), name))
			continue;
		if(rpc->add(ctx, "{", &s) == 0) {
			rpc->struct_add(s, "suu", "profile", profiles[i].name, "line",
					profiles[i].line, "hits", p->profile_hits[i]);
			add_settings(rpc, s, &profiles[i]);
		}
		return true;
	}
	return false;
}

/* "user@domain", "domain" or an address with or without a port */
static int understand(struct nt_question *q, struct nt_span word)
{
	const char *at, *eq = nt_span_find(word, '=');
	struct nt_span key = NT_SPAN(""), value = word;

	if(eq != NULL) {
		key = nt_span_of(word.p, (size_t)(eq - word.p));
		value = nt_span_of(eq + 1, word.len - key.len - 1);
	}
	if(nt_span_eq(key, NT_SPAN("transport"))) {
		uint32_t bits;

		if(nt_transports_parse(&bits, value) != 0 || (bits & (bits - 1)) != 0)
			return -1;
		q->transport = (enum nt_transport)__builtin_ctz(bits);
	} else if(nt_span_eq(key, NT_SPAN("method"))) {
		q->method = nt_method_bit(value);
		return q->method != 0 ? 0 : -1;
	} else if(nt_span_eq(key, NT_SPAN("user-agent"))) {
		q->agent = value;
	} else if(nt_span_eq(key, NT_SPAN("socket"))) {
		if(nt_endpoint_parse(&q->local, value) != 0)
			q->socket = value;
	} else if(key.len > 0) {
		return -1;
	} else if(nt_endpoint_parse(&q->source, value) != 0) {
		q->domain = value;
		if((at = nt_span_find(value, '@')) != NULL) {
			q->user = nt_span_of(value.p, (size_t)(at - value.p));
			q->domain = nt_span_of(at + 1, value.len - q->user.len - 1);
		}
	}
	return 0;
}

/* May a request be sent there? Without a port: to that of SIP */
static const char *gate_word(
		const struct nt_policy *nt, const struct nt_question *q)
{
	struct nt_endpoint to = q->source;

	if(!nt_addr_is_set(&to.addr))
		return "-";
	if(to.port == 0)
		to.port = SIP_PORT;
	return nt_gate_reason_name(nt_gate_permits(
			nt, ne_gate_own(), &to, q->transport, NT_GATE_REQUEST));
}

static void show_answer(rpc_t *rpc, void *ctx, const struct ne_policy *p,
		const struct nt_question *q)
{
	struct nt_answer a = nt_policy_find(p->nt, q);
	uint32_t tags = nt_tags_of(nt_policy_nets(p->nt), &q->source.addr);
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	rpc->struct_add(s, "ssssss", "network", nt_special_name(tags), "behind_nat",
			tags & NT_NET_BEHIND_NAT ? "yes" : "no", "trusted",
			nt_is_trusted(tags) ? "yes" : "no", "gate", gate_word(p->nt, q),
			"place", a.place != NULL ? a.place->name : "", "kind",
			a.place != NULL ? place_kinds[a.place->kind] : "");
	add_rule(rpc, s, p, a.rule);
	rpc->struct_add(s, "s", "profile", a.profile->name);
	add_settings(rpc, s, a.profile);
}

const char *ne_rpc_show_doc[] = {
		"What the policy in force says. Without argument: of itself. 'rules' "
		"and optionally the number of the first: its rules, 100 at a time. "
		"'profile' and a name: its settings. Else what applies to a sender, "
		"by one or more of: address, address:port, user@domain, domain, "
		"transport=, method=, user-agent=, socket=",
		NULL};

static void show(rpc_t *rpc, void *ctx, const struct ne_policy *p)
{
	struct nt_question q = {.transport = NT_TRANSPORT_UDP};
	char text[NE_SAID_TEXT];
	str word;

	if(rpc->scan(ctx, "*.S", &word) < 1 || word.len == 0) {
		show_summary(rpc, ctx, p);
		return;
	}
	if(nt_span_eq(ne_span(&word), NT_SPAN("rules"))) {
		show_rules(rpc, ctx, p);
		return;
	}
	if(nt_span_eq(ne_span(&word), NT_SPAN("profile"))) {
		if(rpc->scan(ctx, ".S", &word) < 1
				|| !show_profile(rpc, ctx, p, ne_span(&word)))
			rpc->fault(ctx, 404, "No profile has this name");
		return;
	}
	do {
		if(understand(&q, ne_span(&word)) != 0) {
			ne_said(text, &word);
			rpc->fault(ctx, 400,
					"'%s' is none of: address, address:port, user@domain, "
					"domain, transport=, method=, user-agent=, socket=",
					text);
			return;
		}
	} while(rpc->scan(ctx, "*.S", &word) > 0);
	show_answer(rpc, ctx, p, &q);
}

void ne_rpc_show(rpc_t *rpc, void *ctx)
{
	show(rpc, ctx, ne_policy_peek(NE_IN_FORCE));
	ne_policy_peek_end();
}
