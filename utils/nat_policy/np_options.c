/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_policy/np_options.h"

#include <stdlib.h>

#include "nat_policy/np_mem.h"

enum command
{
	CHECK = 0x1,
	DIFF = 0x2,
	PROFILES = 0x4,
	NONE = 0x8,
	ANY = CHECK | DIFF | PROFILES | NONE
};

struct command_def
{
	const char *name;
	enum command bit;
	size_t least, most;
	const char *words;
};

/* clang-format off */
static const struct command_def commands[] = {
	{"check", CHECK, 1, 1, "FILE"},
	{"diff", DIFF, 2, 2, "OLD NEW"},
	{"profiles", PROFILES, 0, 1, "[NAME]"},
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool read_json(struct np_options *o, const char *value)
{
	(void)value;
	o->out.json = true;
	return true;
}

static bool read_help(struct np_options *o, const char *value)
{
	(void)value;
	o->help = true;
	return true;
}

static bool read_version(struct np_options *o, const char *value)
{
	(void)value;
	o->version = true;
	return true;
}

static bool read_any_owner(struct np_options *o, const char *value)
{
	(void)value;
	o->any_owner = true;
	return true;
}

static bool read_interfaces(struct np_options *o, const char *value)
{
	struct nt_span rest = nt_span_cstr(value), word;

	o->own_interfaces = true;
	while(nt_span_word(&rest, &word)) {
		struct nt_range *net = &o->interfaces.nets[o->interfaces.count];
		bool without;

		if(o->interfaces.count == NT_INTERFACES_MAX
				|| nt_net_parse(net, &without, word) != 0 || without)
			return false;
		o->interfaces.count++;
	}
	return true;
}

/* clang-format off */
static const struct option_def {
	const char *name;
	unsigned commands;
	bool (*read)(struct np_options *o, const char *value);
	const char *value; /* NULL: has none; else what is allowed */
} options[] = {
	{"--json", ANY, read_json, NULL},
	{"--help", ANY, read_help, NULL},
	{"--version", ANY, read_version, NULL},
	{"--any-owner", CHECK | DIFF, read_any_owner, NULL},
	{"--interfaces", CHECK | DIFF, read_interfaces, "a list of up to 64 networks: 10.0.0.0/8 192.168.1.0/24; an empty one is fine"},
};
/* clang-format on */

static const struct option_def *find_option(struct nt_span name)
{
	for(size_t i = 0; i < COUNT(options); i++) {
		if(nt_span_eq(name, nt_span_cstr(options[i].name)))
			return &options[i];
	}
	return NULL;
}

static int refuse_value(
		struct np_options *o, const struct option_def *def, const char *value)
{
	return np_fail(&o->out, "%s: '%s' is not allowed: %s", def->name, value,
			def->value != NULL ? def->value : "no value");
}

struct line
{
	int argc, at;
	char *const *argv;
	unsigned given; /* a bit for each of the options */
};

/* "--name value" or "--name=value" */
static int read_option(struct np_options *o, struct line *l)
{
	const char *word = l->argv[l->at], *value = strchr(word, '=');
	size_t len = value != NULL ? (size_t)(value - word) : strlen(word);
	const struct option_def *def = find_option(nt_span_of(word, len));

	if(def == NULL)
		return np_fail(&o->out,
				"no option is named '%s'; see nat_policy --help", word);
	if(value != NULL)
		value++;
	if(value != NULL && def->value == NULL)
		return refuse_value(o, def, value);
	if(value == NULL && def->value != NULL) {
		if(l->at + 1 == l->argc)
			return np_fail(
					&o->out, "%s needs a value: %s", def->name, def->value);
		value = l->argv[++l->at];
	}
	if(!def->read(o, value))
		return refuse_value(o, def, value);
	l->given |= 1u << (def - options);
	return NP_FINE;
}

static int read_words(struct np_options *o, struct line *l)
{
	bool only_words = false;
	int err = NP_FINE;

	for(l->at = 1; l->at < l->argc && err == NP_FINE; l->at++) {
		const char *word = l->argv[l->at];

		if(!only_words && strcmp(word, "--") == 0)
			only_words = true;
		else if(!only_words && word[0] == '-' && word[1] != '\0')
			err = read_option(o, l);
		else if(o->command == NULL)
			o->command = word;
		else
			*(const char **)np_add(&o->words) = word;
	}
	return err;
}

static int check_command(struct np_options *o, const struct line *l)
{
	const struct command_def *def = NULL;

	if(o->help || o->version)
		return NP_FINE;
	if(o->command == NULL)
		return np_fail(&o->out, "say what to do: check, diff or profiles; see "
								"nat_policy --help");
	for(size_t i = 0; i < COUNT(commands); i++) {
		if(strcmp(o->command, commands[i].name) == 0)
			def = &commands[i];
	}
	if(def == NULL)
		return np_fail(&o->out,
				"no command is named '%s': check, diff and profiles are; see "
				"nat_policy --help",
				o->command);
	for(size_t i = 0; i < COUNT(options); i++) {
		if(l->given & 1u << i && !(options[i].commands & def->bit))
			return np_fail(&o->out, "%s is no option of %s", options[i].name,
					def->name);
	}
	if(o->words.count < def->least || o->words.count > def->most)
		return np_fail(&o->out, "%s takes other words: nat_policy %s %s",
				def->name, def->name, def->words);
	return NP_FINE;
}

int np_options_read(struct np_options *o, int argc, char *const *argv)
{
	struct line l = {.argc = argc, .argv = argv};
	int err;

	*o = (struct np_options){.command = NULL};
	o->out.j.file = stdout;
	nt_vec_init(&o->words, &np_heap, sizeof(const char *));
	/* known before the first thing can be wrong */
	for(int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		o->out.json |= strcmp(argv[i], "--json") == 0;
	err = read_words(o, &l);
	return err != NP_FINE ? err : check_command(o, &l);
}

void np_options_fini(struct np_options *o)
{
	nt_vec_fini(&o->words);
}

const char np_usage[] =
		"usage: nat_policy check FILE\n"
		"       nat_policy diff OLD NEW\n"
		"       nat_policy profiles [NAME]\n"
		"\n"
		"Looks at policy files of Kamailio's module nat_edge without a "
		"server.\n"
		"\n"
		"  check     all faults with their lines; without faults: what is in "
		"it,\n"
		"            and what in it has no effect\n"
		"  diff      what differs between two policies in effect\n"
		"  profiles  the ready-made profiles\n"
		"\n"
		"  --interfaces NETWORKS   what the word interfaces stands for; "
		"without, the\n"
		"                          private networks of this machine\n"
		"  --any-owner             read the policy file whoever may write "
		"it\n"
		"  --json                  one JSON document\n"
		"  --help, --version\n"
		"\n"
		"Exit status: 0 no fault, no difference; 1 faults or differences; 2 "
		"wrong\n"
		"usage, or a file that cannot be read.\n";
