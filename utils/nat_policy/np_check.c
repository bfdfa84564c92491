/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nat_policy check: faults; without faults, what is in it to no effect. */
#include "nat_policy/np_commands.h"

#include <stdarg.h>
#include <stdlib.h>

#include "nat_policy/np_load.h"
#include "nat_policy/np_mem.h"
#include "nat_policy/np_rules.h"
#include "nat_policy/np_words.h"

/* Something that is right, but may not be meant */
struct note
{
	uint32_t line; /* 0: none */
	size_t number; /* in the order of finding */
	const char *kind;
	char *text; /* own */
};

#define NOTE_TEXT 8192

static void __attribute__((format(printf, 4, 5))) note(struct nt_vec *notes,
		uint32_t line, const char *kind, const char *format, ...)
{
	char *text = np_get(NOTE_TEXT);
	struct note *n = np_add(notes);
	va_list args;

	va_start(args, format);
	vsnprintf(text, NOTE_TEXT, format, args);
	va_end(args);
	*n = (struct note){line, notes->count, kind, text};
}

/* Of a module that is not there yet */
static bool is_for_later(int setting)
{
	return strcmp(nt_settings[setting].user, "nat_media") == 0;
}

/* What a profile has of the policy's default is noted there */
static void note_settings(struct nt_vec *notes, const struct nt_profile *p,
		const struct nt_profile *base)
{
	char name[NP_SETTING_NAME], text[NT_SETTING_TEXT];

	for(int i = 0; i < NT_SETTING_COUNT; i++) {
		if(!is_for_later(i) || p->value[i] == nt_settings[i].value
				|| (p != base && p->value[i] == base->value[i]))
			continue;
		np_setting_name(name, i, ' ');
		np_setting_text(text, p, i);
		note(notes, p->line, "later",
				"profile %s: %s=\"%s\" has no effect yet, it is for %s",
				p->name, name, text, nt_settings[i].user);
	}
}

static void note_profiles(struct nt_vec *notes, const struct nt_policy *nt)
{
	const struct nt_profile *profiles = nt_policy_profiles(nt);
	const struct nt_policy_rule *rules = nt_policy_rules(nt);
	bool *used = np_get(nt->profile.count * sizeof(bool));

	for(uint32_t i = 0; i < nt->profile.count; i++)
		used[i] = i == 0; /* who fits no rule */
	for(uint32_t i = 0; i < nt->rule.count; i++) {
		if(rules[i].profile != NT_NO_PROFILE)
			used[rules[i].profile] = true;
	}
	for(uint32_t i = 0; i < nt->profile.count; i++) {
		if(used[i] || profiles[i].line > 0)
			note_settings(notes, &profiles[i], &profiles[0]);
		if(!used[i] && profiles[i].line > 0)
			note(notes, profiles[i].line, "unused",
					"profile %s: no rule names it; that is fine if other "
					"profiles extend it",
					profiles[i].name);
	}
	free(used);
}

/* The first range is enough to show what is meant */
static void note_gate(struct nt_vec *notes, const struct nt_policy *nt)
{
	static const uint32_t both = NT_NET_GATE_ALLOW | NT_NET_GATE_DENY;
	const struct nt_netset *set = nt_policy_nets(nt);
	char name[NP_RANGE_TEXT];

	for(uint32_t i = 0; i < set->count; i++) {
		if((set->ranges[i].tags & both) != both)
			continue;
		np_range_print(name, &set->ranges[i].range);
		note(notes, nt->gate.line, "hidden",
				"gate: %s is allowed and denied; it is denied", name);
		return;
	}
}

static void note_places(struct nt_vec *notes, const struct nt_policy *nt)
{
	const struct nt_place *places = nt_policy_places(nt);

	for(uint32_t i = 0; i < nt->place.count; i++) {
		const struct nt_place *p = &places[i];

		if(p->same_nat != UINT32_MAX)
			note(notes, p->line, "later",
					"site %s: same-nat-media has no effect yet, it is for "
					"nat_media",
					p->name);
	}
}

/* Rules that ask for the same side by side, the one that wins last */
static int by_conditions(const void *x, const void *y)
{
	const struct np_rule *a = x, *b = y;
	int order = np_rules_compare(a, b);

	if(order != 0)
		return order;
	return a->rule->rank < b->rule->rank ? -1 : a->rule->rank > b->rule->rank;
}

static void note_hidden(struct nt_vec *notes, const struct nt_policy *nt)
{
	struct np_rules r;
	struct np_rule *rules;

	np_rules_init(&r, nt, NULL);
	rules = r.of[0];
	qsort(rules, r.count[0], sizeof(*rules), by_conditions);
	for(size_t i = r.count[0]; i-- > 1;) {
		char *text;

		/* one that only forces leaves the profile to those below it */
		if(np_rules_compare(&rules[i - 1], &rules[i]) != 0
				|| (rules[i].rule->profile == NT_NO_PROFILE
						&& rules[i - 1].rule->profile != NT_NO_PROFILE))
			continue;
		text = np_rule_text(nt, rules[i - 1].rule);
		note(notes, rules[i - 1].rule->line, "hidden",
				"rule %s: can never win, the rule of line %u asks for the same",
				text, rules[i].rule->line);
		free(text);
	}
	np_rules_fini(&r);
}

static int by_line(const void *x, const void *y)
{
	const struct note *a = x, *b = y;

	if(a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

static void find_notes(struct nt_vec *notes, const struct nt_policy *nt)
{
	note_profiles(notes, nt);
	note_places(notes, nt);
	note_gate(notes, nt);
	note_hidden(notes, nt);
	if(notes->count > 0)
		qsort(notes->items, notes->count, sizeof(struct note), by_line);
}

static void print(const struct np_policy *p, const struct nt_vec *notes)
{
	const struct nt_policy *nt = p->nt;

	for(size_t i = 0; i < notes->count; i++) {
		const struct note *n = nt_vec_at(notes, i);

		if(n->line > 0)
			np_line("%s:%u: note: %s", p->path, n->line, n->text);
		else
			np_line("%s: note: %s", p->path, n->text);
	}
	np_line("%s: no faults; networks %u, places %u, profiles %u, rules %u, "
			"bytes %u",
			p->path, nt_policy_nets(nt)->count, nt->place.count,
			nt->profile.count, nt->rule.count, nt->bytes);
}

static void print_json(struct np_json *j, const struct np_policy *p,
		const struct nt_vec *notes)
{
	const struct nt_policy *nt = p->nt;

	np_json_number(j, "networks", nt_policy_nets(nt)->count);
	np_json_number(j, "places", nt->place.count);
	np_json_number(j, "profiles", nt->profile.count);
	np_json_number(j, "rules", nt->rule.count);
	np_json_number(j, "bytes", nt->bytes);
	np_json_list(j, "notes");
	for(size_t i = 0; i < notes->count; i++) {
		const struct note *n = nt_vec_at(notes, i);

		np_json_object(j, NULL);
		np_json_number(j, "line", n->line);
		np_json_word(j, "kind", n->kind);
		np_json_word(j, "text", n->text);
		np_json_object_end(j);
	}
	np_json_list_end(j);
}

static void tell(struct np_options *o, const struct np_policy *p,
		const struct nt_vec *notes)
{
	if(o->out.json) {
		np_json_word(&o->out.j, "file", p->path);
		np_faults_json(&o->out.j, p);
		if(p->nt != NULL)
			print_json(&o->out.j, p, notes);
		return;
	}
	np_faults_print(p);
	if(p->nt != NULL)
		print(p, notes);
	else if(!p->unreadable)
		np_line("%s: %zu faults", p->path, p->faults.count);
}

int np_check(struct np_options *o)
{
	struct np_policy p;
	struct nt_vec notes;
	int status = np_policy_load(&p, np_word(o, 0), o);

	nt_vec_init(&notes, &np_heap, sizeof(struct note));
	if(p.nt != NULL)
		find_notes(&notes, p.nt);
	np_begin(&o->out, "check");
	tell(o, &p, &notes);
	for(size_t i = 0; i < notes.count; i++)
		free(((struct note *)nt_vec_at(&notes, i))->text);
	nt_vec_fini(&notes);
	np_policy_unload(&p);
	return np_end(&o->out, status);
}
