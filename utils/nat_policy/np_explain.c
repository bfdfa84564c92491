/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nat_policy explain: what the module would make of one message, and why. */
#include "nat_policy/np_commands.h"

#include <stdlib.h>

#include "nat_policy/np_load.h"
#include "nat_policy/np_message.h"
#include "nat_policy/np_words.h"

/* Everything that is told, in words */
struct words
{
	char source[NT_ENDPOINT_TEXT], signs[NT_SIGNS_TEXT];
	char reason[NT_REASON_TEXT], rule[NT_RULE_TEXT];
	char method[64], user[320], domain[320];
	char *asks; /* own; NULL: no rule */
	const char *place;
};

static void put_into_words(struct words *w, const struct np_judgement *j,
		const struct np_message *m, const struct np_path *path,
		const struct nt_policy *policy)
{
	const struct nt_answer *a = &j->answer;

	w->place = a->place != NULL ? a->place->name : "";
	nt_endpoint_print(w->source, sizeof(w->source), &path->source);
	nt_signs_print(w->signs, sizeof(w->signs), j->verdict.signs);
	nt_reason_print(
			w->reason, sizeof(w->reason), &j->verdict, &path->source, w->place);
	nt_rule_print(w->rule, sizeof(w->rule), a->rule);
	np_shown(w->method, sizeof(w->method), m->sip.method);
	np_shown(w->user, sizeof(w->user), m->sip.owner_user);
	np_shown(w->domain, sizeof(w->domain), m->sip.owner_host);
	w->asks = a->rule != NULL ? np_rule_asks(policy, a->rule) : NULL;
}

static void print_settings(const struct nt_profile *p)
{
	char name[NP_SETTING_NAME], text[NT_SETTING_TEXT];

	for(int i = 0; i < NT_SETTING_COUNT; i++) {
		np_setting_name(name, i, ' ');
		np_setting_text(text, p, i);
		np_line("  %-24s %s", name, text);
	}
}

static void print_origin(const struct words *w, const struct np_message *m,
		const struct np_path *path)
{
	const char *by = nt_transport_name(path->transport);

	if(m->sip.request)
		np_line("message:     %s from %s by %s", w->method, w->source, by);
	else
		np_line("message:     reply %d to %s from %s by %s", m->sip.status,
				w->method, w->source, by);
	np_line("sender:      %s%s%s", w->user, w->user[0] != '\0' ? "@" : "",
			w->domain[0] != '\0' || w->user[0] != '\0' ? w->domain : "-");
}

static void print(const struct words *w, const struct np_judgement *j,
		const struct np_message *m, const struct np_path *path)
{
	const struct nt_place *place = j->answer.place;
	const struct nt_profile *profile = j->answer.profile;
	char repairs[NT_REPAIRS_TEXT];

	print_origin(w, m, path);
	np_line("class:       %s", nt_class_name(j->verdict.class));
	np_line("signs:       %s", w->signs);
	np_line("rule:        %s", nt_rule_name(j->verdict.rule));
	np_line("reason:      %s", w->reason);
	np_line("confidence:  %s", nt_confidence_name(&j->verdict));
	if(place != NULL)
		np_line("place:       %s (%s, line %u)", place->name,
				np_place_kind(place), place->line);
	else
		np_line("place:       -");
	if(w->asks != NULL)
		np_line("policy rule: %s: %s; nat %s", w->rule, w->asks,
				np_rule_nat(j->answer.rule));
	else
		np_line("policy rule: none");
	if(profile->line > 0)
		np_line("profile:     %s (line %u)", profile->name, profile->line);
	else
		np_line("profile:     %s (ready-made)", profile->name);
	np_line("would do:    %s", nt_repairs_print(repairs, j->wanted));
}

static void print_place_json(struct np_json *j, const struct nt_place *place)
{
	if(place == NULL)
		return;
	np_json_word(j, "place_kind", np_place_kind(place));
	np_json_number(j, "place_line", place->line);
}

static void print_message_json(struct np_json *out, const struct nt_sip *m)
{
	np_json_text(out, "method", m->method);
	np_json_number(out, "reply_status", (uint64_t)m->status);
	np_json_text(out, "user", m->owner_user);
	np_json_text(out, "domain", m->owner_host);
	np_json_text(out, "call_id", m->call_id);
}

/* Names and values as nat_edge.test gives them, where it does */
static void print_json(struct np_json *out, const struct words *w,
		const struct np_judgement *j, const struct np_message *m,
		const struct np_path *path)
{
	char repairs[NT_REPAIRS_TEXT];

	print_message_json(out, &m->sip);
	np_json_word(out, "source", w->source);
	np_json_word(out, "transport", nt_transport_name(path->transport));
	np_json_word(out, "class", nt_class_name(j->verdict.class));
	np_json_word(out, "signs", w->signs);
	np_json_word(out, "rule", nt_rule_name(j->verdict.rule));
	np_json_word(out, "reason", w->reason);
	np_json_word(out, "confidence", nt_confidence_name(&j->verdict));
	np_json_word(out, "place", w->place);
	print_place_json(out, j->answer.place);
	np_json_word(out, "policy_rule", w->rule);
	if(w->asks != NULL) {
		np_json_word(out, "policy_rule_asks", w->asks);
		np_json_word(out, "policy_rule_nat", np_rule_nat(j->answer.rule));
	}
	np_json_word(out, "profile", j->answer.profile->name);
	np_json_number(out, "profile_line", j->answer.profile->line);
	np_json_word(out, "would_do", nt_repairs_print(repairs, j->wanted));
}

static int tell(struct np_options *o, const struct nt_policy *policy,
		const struct np_message *m)
{
	struct np_path path = np_path_of(o);
	struct np_judgement j;
	struct words w;

	np_begin(&o->out, "explain");
	if(!m->readable || !np_judge(&j, policy, m, &path)) {
		if(o->out.json)
			np_json_flag(&o->out.j, "judged", false);
		else
			np_line("The message is not judged: it is no SIP message, or it "
					"has no Via that can be read, or header fields that do "
					"not parse. nat_edge would do nothing to it.");
		return np_end(&o->out, NP_FOUND);
	}
	put_into_words(&w, &j, m, &path, policy);
	if(o->out.json) {
		np_json_flag(&o->out.j, "judged", true);
		print_json(&o->out.j, &w, &j, m, &path);
		if(o->settings)
			np_settings_json(&o->out.j, "settings", j.answer.profile);
	} else {
		print(&w, &j, m, &path);
		if(o->settings)
			print_settings(j.answer.profile);
	}
	free(w.asks);
	return np_end(&o->out, NP_FINE);
}

int np_explain(struct np_options *o)
{
	struct np_policy p;
	struct np_message m = {.readable = false};
	int status = np_policy_need(&p, np_word(o, 0), o);

	if(status == NP_FINE)
		status = np_message_read(&m, np_word(o, 1), o);
	if(status == NP_FINE)
		status = tell(o, p.nt, &m);
	np_message_free(&m);
	np_policy_unload(&p);
	return status;
}
