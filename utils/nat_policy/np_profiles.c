/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nat_policy profiles: the ready-made ones. */
#include "nat_policy/np_commands.h"

#include "nat_policy/np_words.h"

static void print(const struct nt_profile *p, const char *about)
{
	char name[NP_SETTING_NAME], text[NT_SETTING_TEXT];

	np_line("%s: %s", p->name, about);
	for(int i = 0; i < NT_SETTING_COUNT; i++) {
		np_setting_name(name, i, ' ');
		np_setting_text(text, p, i);
		np_line("  %c %-24s %s",
				p->value[i] != nt_settings[i].value ? '*' : ' ', name, text);
	}
}

static void print_json(
		struct np_json *j, const struct nt_profile *p, const char *about)
{
	char key[NP_SETTING_NAME];

	np_json_object(j, NULL);
	np_json_word(j, "name", p->name);
	np_json_word(j, "about", about);
	np_settings_json(j, "settings", p);
	np_json_list(j, "not_default");
	for(int i = 0; i < NT_SETTING_COUNT; i++) {
		np_setting_name(key, i, '_');
		if(p->value[i] != nt_settings[i].value)
			np_json_word(j, NULL, key);
	}
	np_json_list_end(j);
	np_json_object_end(j);
}

static bool is_wanted(const struct np_options *o, const char *name)
{
	return o->words.count == 0 || strcmp(name, np_word(o, 0)) == 0;
}

static bool is_one(const struct np_options *o)
{
	struct nt_profile p;

	for(size_t i = 0; nt_profile_ready(&p, i); i++) {
		if(is_wanted(o, p.name))
			return true;
	}
	return false;
}

int np_profiles(struct np_options *o)
{
	struct nt_profile p;

	if(!is_one(o))
		return np_fail(&o->out,
				"no ready-made profile is named '%s'; nat_policy profiles "
				"lists them",
				np_word(o, 0));
	np_begin(&o->out, "profiles");
	if(o->out.json)
		np_json_list(&o->out.j, "profiles");
	else
		np_line("Settings with * are not those of default.");
	for(size_t i = 0; nt_profile_ready(&p, i); i++) {
		if(!is_wanted(o, p.name))
			continue;
		if(o->out.json)
			print_json(&o->out.j, &p, nt_profile_ready_about(i));
		else
			print(&p, nt_profile_ready_about(i));
	}
	if(o->out.json)
		np_json_list_end(&o->out.j);
	return np_end(&o->out, NP_FINE);
}
