/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that hand a job to the policy process. */
#include "nat_edge/nat_edge_policy_rpc.h"

#include <errno.h>

#include "core/mem/mem.h"
#include "nat_edge/nat_edge_loader.h"
#include "nat_edge/nat_edge_shadow.h"
#include "nat_edge/nat_edge_source.h"

/* A list of ctl's holds 8 KB: what does not fit into one goes into another of
 * the same name */
static bool add_line(rpc_t *rpc, void *answer, void **list, str *line)
{
	if(*list != NULL && rpc->array_add(*list, "S", line) == 0)
		return true;
	return rpc->struct_add(answer, "[", "report", list) == 0
		   && rpc->array_add(*list, "S", line) == 0;
}

void ne_rpc_add_report(rpc_t *rpc, void *answer, const struct ne_outcome *o)
{
	const char *line = o->report, *end;
	unsigned left_out = o->left_out;
	void *list = NULL;

	rpc->struct_add(answer, "d", "faults", (int)o->faults);
	while((end = strchr(line, '\n')) != NULL) {
		str s = {(char *)line, (int)(end - line)};

		if(!add_line(rpc, answer, &list, &s))
			left_out++;
		line = end + 1;
	}
	if(left_out > 0)
		rpc->struct_add(answer, "d", "left_out", (int)left_out);
}

static void add_numbers(rpc_t *rpc, void *answer, const struct ne_outcome *o)
{
	rpc->struct_add(answer, "uuuuu", "networks", o->networks, "places",
			o->places, "profiles", o->profiles, "rules", o->rules, "bytes",
			o->bytes);
}

/* What stopped a job, but faults of the file
 * @return whether there was such a thing */
static bool refuse(rpc_t *rpc, void *ctx, int error)
{
	switch(error) {
		case 0:
		case EINVAL:
			return false;
		case EBUSY:
			rpc->fault(ctx, 503,
					"Another policy command is being done, or old policies are "
					"still in use; nothing was changed, try again");
			return true;
		case EAGAIN:
			rpc->fault(ctx, 202,
					"Not done yet; it goes on, nat_edge.policy_show will tell");
			return true;
		case ENOENT:
			rpc->fault(ctx, 404,
					"No policy is on trial; nat_edge.policy_shadow load begins "
					"one");
			return true;
		case ENOTSUP:
			rpc->fault(ctx, 503,
					"There is no policy process; nothing was changed");
			return true;
		default:
			rpc->fault(ctx, 500,
					"No memory for the policy; the old one stays (give more "
					"with -m)");
			return true;
	}
}

/* @p verb: what was done if there are no faults */
static void run_file_job(rpc_t *rpc, void *ctx, enum ne_job job,
		const char *path, const char *verb)
{
	struct ne_outcome *o = pkg_malloc(sizeof(*o));
	void *s;

	if(o == NULL) {
		PKG_MEM_ERROR_FMT("for the report on %s\n", path);
		rpc->fault(ctx, 500, "No memory for the report; nothing was changed");
		return;
	}
	ne_loader_run(o, job, path);
	if(!refuse(rpc, ctx, o->error) && rpc->add(ctx, "{", &s) == 0) {
		rpc->struct_add(s, "ss", "file", path, "result",
				o->error == 0 ? verb : "refused, the old one stays");
		if(o->error == 0)
			add_numbers(rpc, s, o);
		if(o->generation != 0)
			rpc->struct_add(s, "u", "generation", o->generation);
		ne_rpc_add_report(rpc, s, o);
	}
	pkg_free(o);
}

/* The path that is given, else the server's own
 * @return false: there is none, and that was said */
static bool take_path(rpc_t *rpc, void *ctx, char path[NE_PATH_TEXT])
{
	str given = {NULL, 0};
	int n;

	if(rpc->scan(ctx, "*.S", &given) > 0 && given.len > 0) {
		if(given.len >= NE_PATH_TEXT) {
			rpc->fault(ctx, 400, "A path has up to %d bytes, not %d",
					NE_PATH_TEXT - 1, given.len);
			return false;
		}
		memcpy(path, given.s, (size_t)given.len);
		path[given.len] = '\0';
		return true;
	}
	n = snprintf(path, NE_PATH_TEXT, "%s", ne_source_path());
	if(n <= 0 || n >= NE_PATH_TEXT) {
		rpc->fault(ctx, 400,
				"Give the path of a policy file: modparam policy_file is not "
				"set");
		return false;
	}
	return true;
}

const char *ne_rpc_reload_doc[] = {
		"Reads the file of modparam policy_file again and puts it in force; "
		"with any fault the old policy stays. No argument",
		NULL};

void ne_rpc_reload(rpc_t *rpc, void *ctx)
{
	str word;

	if(rpc->scan(ctx, "*.S", &word) > 0) {
		rpc->fault(ctx, 400,
				"No argument: the file is that of modparam policy_file; "
				"another "
				"one can be put on trial");
		return;
	}
	if(ne_source_path()[0] == '\0') {
		rpc->fault(ctx, 400,
				"Modparam policy_file is not set: there is nothing to reload");
		return;
	}
	run_file_job(rpc, ctx, NE_JOB_RELOAD, ne_source_path(), "in force");
}

const char *ne_rpc_check_doc[] = {
		"Reads a policy file and reports its faults; changes nothing. "
		"Argument: path; without, the file of modparam policy_file",
		NULL};

void ne_rpc_check(rpc_t *rpc, void *ctx)
{
	char path[NE_PATH_TEXT];

	if(take_path(rpc, ctx, path))
		run_file_job(rpc, ctx, NE_JOB_CHECK, path, "no faults");
}

static void add_opinion(
		rpc_t *rpc, void *parent, const char *name, const struct ne_opinion *o)
{
	char repairs[NT_REPAIRS_TEXT];
	void *s;

	if(rpc->struct_add(parent, "{", name, &s) < 0)
		return;
	rpc->struct_add(s, "sssus", "class", nt_class_name(o->class), "rule",
			nt_rule_name(o->rule), "repairs",
			nt_repairs_print(repairs, o->wanted), "policy_line", o->line,
			"profile", o->profile);
}

static void add_case(rpc_t *rpc, void *ctx, struct ne_difference *d)
{
	char source[NT_ENDPOINT_TEXT];
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	ne_make_printable(d->method);
	ne_make_printable(d->aor);
	nt_endpoint_print(source, sizeof(source), &d->source);
	rpc->struct_add(s, "ssss", "method", d->method, "aor", d->aor, "source",
			source, "transport", nt_transport_name(d->transport));
	add_opinion(rpc, s, "in_force", &d->in_force);
	add_opinion(rpc, s, "shadow", &d->shadow);
}

static void add_classes(
		rpc_t *rpc, void *answer, const struct ne_shadow_counts *c)
{
	for(int a = 1; a < NT_CLASS_COUNT; a++) {
		for(int b = 1; b < NT_CLASS_COUNT; b++) {
			char name[48];

			if(c->class[a][b] == 0 || a == b)
				continue;
			snprintf(name, sizeof(name), "%s_to_%s",
					nt_class_name((enum nt_class)a),
					nt_class_name((enum nt_class)b));
			rpc->struct_add(answer, "u", name, (unsigned)c->class[a][b]);
		}
	}
}

static void report(rpc_t *rpc, void *ctx)
{
	const struct ne_policy *p = ne_policy_peek(NE_SHADOW);
	struct ne_shadow_counts counts;
	struct ne_difference d;
	void *s;

	if(p == NULL) {
		refuse(rpc, ctx, ENOENT);
		return;
	}
	ne_shadow_counts(&counts, p);
	if(rpc->add(ctx, "{", &s) == 0) {
		rpc->struct_add(s, "suuuu", "file", p->path, "generation",
				p->generation, "judged", (unsigned)counts.judged, "different",
				(unsigned)counts.different, "repairs_only",
				(unsigned)counts.wanted);
		add_classes(rpc, s, &counts);
	}
	for(unsigned n = 0; n < NE_PAGE && ne_shadow_case(&d, n, p); n++)
		add_case(rpc, ctx, &d);
	ne_policy_peek_end();
}

static void end_trial(
		rpc_t *rpc, void *ctx, enum ne_job job, const char *result)
{
	struct ne_outcome *o = pkg_malloc(sizeof(*o));
	void *s;

	if(o == NULL) {
		PKG_MEM_ERROR_FMT("for the end of a trial\n");
		rpc->fault(ctx, 500, "No memory; nothing was changed");
		return;
	}
	ne_loader_run(o, job, "");
	if(!refuse(rpc, ctx, o->error) && rpc->add(ctx, "{", &s) == 0)
		rpc->struct_add(s, "s", "result", result);
	pkg_free(o);
}

const char *ne_rpc_shadow_doc[] = {
		"A policy on trial beside the one in force. Arguments: load and "
		"optionally a path; report; commit (it comes into force); drop",
		NULL};

void ne_rpc_shadow(rpc_t *rpc, void *ctx)
{
	char path[NE_PATH_TEXT];
	str verb;

	if(rpc->scan(ctx, ".S", &verb) < 1)
		verb.len = 0;
	if(verb.len == 4 && memcmp(verb.s, "load", 4) == 0) {
		if(take_path(rpc, ctx, path))
			run_file_job(rpc, ctx, NE_JOB_SHADOW, path, "on trial");
	} else if(verb.len == 6 && memcmp(verb.s, "report", 6) == 0) {
		report(rpc, ctx);
	} else if(verb.len == 6 && memcmp(verb.s, "commit", 6) == 0) {
		end_trial(rpc, ctx, NE_JOB_COMMIT, "in force");
	} else if(verb.len == 4 && memcmp(verb.s, "drop", 4) == 0) {
		end_trial(rpc, ctx, NE_JOB_DROP, "dropped");
	} else {
		rpc->fault(ctx, 400, "Say load, report, commit or drop");
	}
}
