/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nat_policy: looks at policy files of nat_edge without a server. */
#include "nat_policy/np_commands.h"

#include "nt/nt_draft.h"

static int version(struct np_options *o)
{
	np_begin(&o->out, "version");
	if(o->out.json) {
		np_json_word(&o->out.j, "kamailio", NP_KAMAILIO);
		np_json_word(&o->out.j, "namespace", NT_POLICY_NAMESPACE);
	} else {
		np_line("nat_policy for Kamailio %s, policies of %s", NP_KAMAILIO,
				NT_POLICY_NAMESPACE);
	}
	return np_end(&o->out, NP_FINE);
}

static int help(struct np_options *o)
{
	np_begin(&o->out, "help");
	if(o->out.json)
		np_json_word(&o->out.j, "usage", np_usage);
	else
		fputs(np_usage, stdout);
	return np_end(&o->out, NP_FINE);
}

static int run(struct np_options *o)
{
	if(o->help)
		return help(o);
	if(o->version)
		return version(o);
	if(strcmp(o->command, "check") == 0)
		return np_check(o);
	if(strcmp(o->command, "explain") == 0)
		return np_explain(o);
	if(strcmp(o->command, "diff") == 0)
		return np_diff(o);
	return np_profiles(o);
}

int main(int argc, char **argv)
{
	struct np_options o;
	int status = np_options_read(&o, argc, argv);

	if(status == NP_FINE)
		status = run(&o);
	np_options_fini(&o);
	if(fflush(stdout) != 0 || ferror(stdout)) {
		fputs("nat_policy: standard output cannot be written\n", stderr);
		return NP_UNUSABLE;
	}
	return status;
}
