/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_policy/np_options.h"

#include <stdlib.h>

#include "nat_policy/np_mem.h"

enum command
{
	CHECK = 0x1,
	EXPLAIN = 0x2,
	DIFF = 0x4,
	PROFILES = 0x8,
	NONE = 0x10,
	ANY = CHECK | EXPLAIN | DIFF | PROFILES | NONE
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
	{"explain", EXPLAIN, 2, 2, "FILE MESSAGE-FILE"},
	{"diff", DIFF, 2, SIZE_MAX, "OLD NEW [MESSAGE-FILE@SOURCE[@TRANSPORT]...]"},
	{"profiles", PROFILES, 0, 1, "[NAME]"},
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

bool np_transport_read(enum nt_transport *transport, struct nt_span word)
{
	for(int t = NT_TRANSPORT_UDP; t <= NT_TRANSPORT_WSS; t++) {
		*transport = (enum nt_transport)t;
		if(nt_span_eq(word, nt_span_cstr(nt_transport_name(*transport))))
			return true;
	}
	return false;
}

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

static bool read_settings(struct np_options *o, const char *value)
{
	(void)value;
	o->settings = true;
	return true;
}

static bool read_raw(struct np_options *o, const char *value)
{
	(void)value;
	o->raw = true;
	return true;
}

static bool read_any_owner(struct np_options *o, const char *value)
{
	(void)value;
	o->any_owner = true;
	return true;
}

static bool read_source(struct np_options *o, const char *value)
{
	return nt_endpoint_parse(&o->source, nt_span_cstr(value)) == 0
		   && o->source.port != 0;
}

static bool read_local(struct np_options *o, const char *value)
{
	struct nt_endpoint e;

	if(nt_endpoint_parse(&e, nt_span_cstr(value)) != 0)
		return false;
	*(struct nt_endpoint *)np_add(&o->locals) = e;
	return true;
}

static bool read_transport(struct np_options *o, const char *value)
{
	return np_transport_read(&o->transport, nt_span_cstr(value));
}

static bool read_socket(struct np_options *o, const char *value)
{
	o->socket = value;
	return value[0] != '\0';
}

static bool read_messages(struct np_options *o, const char *value)
{
	o->messages = value;
	return value[0] != '\0';
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
	{"--settings", EXPLAIN, read_settings, NULL},
	{"--raw", EXPLAIN | DIFF, read_raw, NULL},
	{"--any-owner", CHECK | EXPLAIN | DIFF, read_any_owner, NULL},
	{"--source", EXPLAIN, read_source, "address and port: 192.0.2.1:5060, [2001:db8::1]:5060"},
	{"--local", EXPLAIN | DIFF, read_local, "an address with or without a port: 192.0.2.1:5060, [2001:db8::1]:5060"},
	{"--transport", EXPLAIN, read_transport, "udp, tcp, tls, ws or wss"},
	{"--socket", EXPLAIN | DIFF, read_socket, "the name of a listen socket"},
	{"--interfaces", CHECK | EXPLAIN | DIFF, read_interfaces, "a list of up to 64 networks: 10.0.0.0/8 192.168.1.0/24; an empty one is fine"},
	{"--messages", DIFF, read_messages, "a file with lines MESSAGE-FILE SOURCE [TRANSPORT]"},
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
		return np_fail(&o->out, "say what to do: check, explain, diff or "
								"profiles; see nat_policy --help");
	for(size_t i = 0; i < COUNT(commands); i++) {
		if(strcmp(o->command, commands[i].name) == 0)
			def = &commands[i];
	}
	if(def == NULL)
		return np_fail(&o->out,
				"no command is named '%s': check, explain, diff and profiles "
				"are; see nat_policy --help",
				o->command);
	for(size_t i = 0; i < COUNT(options); i++) {
		if(l->given & 1u << i && !(options[i].commands & def->bit))
			return np_fail(&o->out, "%s is no option of %s", options[i].name,
					def->name);
	}
	if(o->words.count < def->least || o->words.count > def->most)
		return np_fail(&o->out, "%s takes other words: nat_policy %s %s",
				def->name, def->name, def->words);
	if(def->bit == EXPLAIN && !nt_addr_is_set(&o->source.addr))
		return np_fail(&o->out,
				"explain needs to know where the message came from: --source "
				"ADDRESS:PORT");
	return NP_FINE;
}

int np_options_read(struct np_options *o, int argc, char *const *argv)
{
	struct line l = {.argc = argc, .argv = argv};
	int err;

	*o = (struct np_options){.transport = NT_TRANSPORT_UDP};
	o->out.j.file = stdout;
	nt_vec_init(&o->words, &np_heap, sizeof(const char *));
	nt_vec_init(&o->locals, &np_heap, sizeof(struct nt_endpoint));
	/* known before the first thing can be wrong */
	for(int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		o->out.json |= strcmp(argv[i], "--json") == 0;
	err = read_words(o, &l);
	return err != NP_FINE ? err : check_command(o, &l);
}

void np_options_fini(struct np_options *o)
{
	nt_vec_fini(&o->words);
	nt_vec_fini(&o->locals);
}

const char np_usage[] =
		"usage: nat_policy check FILE\n"
		"       nat_policy explain FILE MESSAGE-FILE --source ADDRESS:PORT\n"
		"       nat_policy diff OLD NEW "
		"[MESSAGE-FILE@SOURCE[@TRANSPORT]...]\n"
		"       nat_policy profiles [NAME]\n"
		"\n"
		"Looks at policy files of Kamailio's module nat_edge without a "
		"server.\n"
		"\n"
		"  check     all faults with their lines; without faults: what is in "
		"it,\n"
		"            and what in it has no effect\n"
		"  explain   what the module would make of a SIP message, and why;\n"
		"            - for the message is standard input\n"
		"  diff      what differs between two policies in effect, also for\n"
		"            messages\n"
		"  profiles  the ready-made profiles\n"
		"\n"
		"  --source ADDRESS:PORT   where the message came from\n"
		"  --transport NAME        udp (default), tcp, tls, ws or wss\n"
		"  --local ADDRESS[:PORT]  an address of the server, the first one "
		"the one\n"
		"                          that it arrived at; may be given again\n"
		"  --socket NAME           name of the listen socket that it arrived "
		"at\n"
		"  --settings              all settings of its profile\n"
		"  --raw                   the message's bytes as they are; without, "
		"lines of\n"
		"                          its header may end in LF alone\n"
		"  --messages LIST         messages of a file: lines MESSAGE-FILE "
		"SOURCE\n"
		"                          [TRANSPORT]\n"
		"  --interfaces NETWORKS   what the word interfaces stands for; "
		"without, the\n"
		"                          private networks of this machine\n"
		"  --any-owner             read the policy file whoever may write "
		"it\n"
		"  --json                  one JSON document\n"
		"  --help, --version\n"
		"\n"
		"Exit status: 0 no fault, no difference; 1 faults, differences, or a\n"
		"message that nat_edge would not judge; 2 wrong usage, or a file that\n"
		"cannot be read.\n";
