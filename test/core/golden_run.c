/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/golden_case.h"
#include "core/golden_token.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "nat_edge/nat_edge_absorb.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_contact.h"
#include "nat_edge/nat_edge_hygiene.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_source.h"

static const struct
{
	const char *name;
	int (*plain)(sip_msg_t *);
	int (*with_text)(sip_msg_t *, str *);
} functions[] = {
		{"hygiene", ne_hygiene, NULL},
		{"nat_manage", ki_nat_manage, NULL},
		{"nat_detect", ki_nat_detect, ki_nat_detect_signs},
		{"nat_force_rport", ki_nat_force_rport, NULL},
		{"nat_absorb", ki_nat_absorb, NULL},
		{"nat_fix_contact", ki_nat_fix_contact, ki_nat_fix_contact_mode},
};

int golden_call(sip_msg_t *msg, const char *text)
{
	const char *gap = strchr(text, ' ');
	size_t len = gap != NULL ? (size_t)(gap - text) : strlen(text);

	for(size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		if(strlen(functions[i].name) != len
				|| memcmp(functions[i].name, text, len) != 0)
			continue;
		if(gap == NULL)
			return functions[i].plain(msg);
		str param = {(char *)gap + 1, (int)strlen(gap + 1)};

		return functions[i].with_text(msg, &param);
	}
	fprintf(stderr, "no function '%s'\n", text);
	abort();
}

static void set_param(const char *set)
{
	const struct
	{
		const char *name;
		char **value;
	} params[] = {
			{"policy_file", &ne_params.policy_file},
			{"private_nets", &ne_params.private_nets},
			{"lan_nets", &ne_params.lan_nets},
			{"nat_sites", &ne_params.nat_sites},
			{"verdict", &ne_params.verdict},
			{"rport", &ne_params.rport},
			{"contact_requests", &ne_params.contact_requests},
			{"contact_replies", &ne_params.contact_replies},
			{"contact_register", &ne_params.contact_register},
	};
	const char *eq = strchr(set, '=');

	for(size_t i = 0; eq != NULL && i < sizeof(params) / sizeof(params[0]);
			i++) {
		if(strncmp(params[i].name, set, (size_t)(eq - set)) == 0) {
			*params[i].value = (char *)eq + 1;
			return;
		}
	}
	fprintf(stderr, "set: no parameter in '%s'\n", set);
	abort();
}

void golden_configure(const struct golden_case *c)
{
	static struct ne_params defaults;
	static bool kept;

	if(!kept) {
		/* most cases are about what a repair makes of a Contact */
		ne_params.contact_requests = ne_params.contact_replies = "rewrite";
		defaults = ne_params;
		ne_source_remember();
	}
	kept = true;
	ne_params = defaults;
	for(size_t i = 0; c != NULL && i < c->set_count; i++)
		set_param(c->set[i]);
	ne_conf_fini();
	if(ne_conf_init() != 0)
		abort();
}

#define AVPS_MAX 4

/* A line for each: a second one would be another place to the registrar */
static void describe_received(struct golden_result *r, size_t n)
{
	struct nt_span received[AVPS_MAX];
	size_t count = core_received_avps(received, AVPS_MAX);

	for(size_t i = 0; i < count && i < AVPS_MAX; i++)
		n += (size_t)snprintf(r->wants + n, sizeof(r->wants) - n,
				"received %.*s\n", NT_SPAN_FMT(received[i]));
}

/* Only where a file is the policy: the parameters have one profile and no rule
 */
static int describe_policy(char *buf, size_t size, const struct nt_answer *a)
{
	char rule[NT_RULE_TEXT];

	if(ne_params.policy_file[0] == '\0')
		return 0;
	nt_rule_print(rule, sizeof(rule), a->rule);
	return snprintf(
			buf, size, "profile %s\npolicy %s\n", a->profile->name, rule);
}

static void describe(struct golden_result *r, sip_msg_t *msg, int result)
{
	const struct ne_view *view = result != 0 ? ne_view_of(msg) : NULL;
	const struct nt_verdict *v;
	const struct nt_answer *a;
	char signs[NT_SIGNS_TEXT], reason[NT_REASON_TEXT];
	int n = snprintf(r->wants, sizeof(r->wants), "result %d\n", result);

	if(view == NULL)
		return;
	v = &view->judgement.verdict;
	a = &view->judgement.answer;
	nt_signs_print(signs, sizeof(signs), v->signs);
	nt_reason_print(reason, sizeof(reason), v, &view->source,
			a->place != NULL ? a->place->name : "");
	n += snprintf(r->wants + n, sizeof(r->wants) - (size_t)n,
			"class %s\nsigns %s\nrule %s\nreason %s\n", nt_class_name(v->class),
			signs, nt_rule_name(v->rule), reason);
	n += describe_policy(r->wants + n, sizeof(r->wants) - (size_t)n, a);
	describe_received(r, (size_t)n);
}

void golden_run(struct golden_result *r, const struct golden_case *c, int times)
{
	/* exact size: a sanitizer sees the first byte read behind it; the core
	 * itself needs the NUL */
	char *buf = malloc(c->in_len + 1);
	sip_msg_t msg;
	int result = 1;

	memset(r, 0, sizeof(*r));
	memcpy(buf, c->in, c->in_len);
	buf[c->in_len] = '\0';
	ne_view_forget();
	if(core_msg_parse(&msg, buf, c->in_len, &c->from) != 0) {
		r->dropped = true;
		snprintf(r->wants, sizeof(r->wants), "dropped\n");
		free(buf);
		return;
	}
	/* what returns 0 ends the route */
	for(int i = 0; i < times && result != 0; i++) {
		for(size_t k = 0; k < c->call_count && result != 0; k++)
			result = golden_call(&msg, c->call[k]);
	}
	r->buffer_touched = memcmp(buf, c->in, c->in_len) != 0;
	describe(r, &msg, result);
	r->out = core_msg_build(&msg, &r->out_len);
	if(r->out != NULL)
		r->shown = golden_unseal(
				&r->shown_len, nt_span_of(r->out, r->out_len), &msg);
	core_msg_free(&msg);
	ne_view_forget();
	free(buf);
}

void golden_result_free(struct golden_result *r)
{
	core_text_free(r->out);
	free(r->shown);
	r->out = r->shown = NULL;
}

char **golden_list(const char *directory, size_t *count)
{
	static glob_t found;
	char pattern[512];

	snprintf(pattern, sizeof(pattern), "%s/*.txt", directory);
	if(glob(pattern, 0, NULL, &found) != 0) {
		*count = 0;
		return NULL;
	}
	*count = found.gl_pathc;
	return found.gl_pathv;
}
