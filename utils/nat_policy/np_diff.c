/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nat_policy diff: what differs between two policies in effect. */
#include "nat_policy/np_commands.h"

#include <inttypes.h>
#include <stdlib.h>

#include "nat_policy/np_diff.h"

struct np_difference *np_differ(struct np_diff *d, const char *part,
		const char *change, const char *subject, uint32_t old_line,
		uint32_t new_line)
{
	struct np_difference *f = np_add(&d->found);

	*f = (struct np_difference){.part = part,
			.change = change,
			.subject = np_copy(nt_span_cstr(subject)),
			.line = {old_line, new_line}};
	return f;
}

void np_differ_from_to(struct np_difference *f, const char *aspect,
		const char *was, const char *is)
{
	f->aspect = np_copy(nt_span_cstr(aspect));
	f->was = np_copy(nt_span_cstr(was));
	f->is = np_copy(nt_span_cstr(is));
}

static void print_lines(const struct np_difference *f, char *buf, size_t size)
{
	buf[0] = '\0';
	if(f->line[0] > 0 && f->line[1] > 0 && f->line[0] != f->line[1])
		snprintf(buf, size, " (line %u, now %u)", f->line[0], f->line[1]);
	else if(f->line[0] > 0 || f->line[1] > 0)
		snprintf(buf, size, " (line %u)", f->line[0] | f->line[1]);
}

static void print_one(const struct np_difference *f)
{
	char lines[48];

	print_lines(f, lines, sizeof(lines));
	if(strcmp(f->change, "changed") == 0)
		np_line("%s %s%s: %s%s%s -> %s", f->part, f->subject, lines, f->aspect,
				f->aspect[0] != '\0' ? " " : "", f->was, f->is);
	else
		np_line("%s %s%s: %s: %s%s", f->part, f->subject, lines, f->change,
				f->was, f->is);
}

static void print(const struct np_diff *d, uint64_t all)
{
	for(size_t i = 0; i < d->found.count; i++)
		print_one(nt_vec_at(&d->found, i));
	if(d->networks > NP_NETWORKS_TOLD)
		np_line("networks: %" PRIu64 " ranges differ, %d of them are above",
				d->networks, NP_NETWORKS_TOLD);
	if(d->judged + d->unjudged > 0)
		np_line("messages: %" PRIu64 " judged, %" PRIu64
				" of them otherwise; %" PRIu64 " not judged by either",
				d->judged, d->other, d->unjudged);
	if(all == 0)
		np_line("no differences");
	else
		np_line("%" PRIu64 " difference%s", all, all > 1 ? "s" : "");
}

static void print_one_json(struct np_json *j, const struct np_difference *f)
{
	np_json_object(j, NULL);
	np_json_word(j, "part", f->part);
	np_json_word(j, "subject", f->subject);
	np_json_word(j, "change", f->change);
	np_json_word(j, "aspect", f->aspect);
	np_json_word(j, "old", f->was);
	np_json_word(j, "new", f->is);
	np_json_number(j, "old_line", f->line[0]);
	np_json_number(j, "new_line", f->line[1]);
	np_json_object_end(j);
}

static void print_json(struct np_json *j, const struct np_diff *d, uint64_t all)
{
	np_json_number(j, "count", all);
	np_json_object(j, "networks");
	np_json_number(j, "old", nt_policy_nets(d->nt[0])->count);
	np_json_number(j, "new", nt_policy_nets(d->nt[1])->count);
	np_json_number(j, "different", d->networks);
	np_json_object_end(j);
	np_json_object(j, "messages");
	np_json_number(j, "judged", d->judged);
	np_json_number(j, "not_judged", d->unjudged);
	np_json_number(j, "different", d->other);
	np_json_object_end(j);
	np_json_list(j, "differences");
	for(size_t i = 0; i < d->found.count; i++)
		print_one_json(j, nt_vec_at(&d->found, i));
	np_json_list_end(j);
}

static void forget(struct np_diff *d)
{
	for(size_t i = 0; i < d->found.count; i++) {
		struct np_difference *f = nt_vec_at(&d->found, i);

		free(f->subject);
		free(f->aspect);
		free(f->was);
		free(f->is);
	}
	nt_vec_fini(&d->found);
}

static int compare(struct np_options *o, const struct nt_policy *was,
		const struct nt_policy *is)
{
	struct np_diff d = {.o = o, .nt = {was, is}};
	int status;
	uint64_t all;

	nt_vec_init(&d.found, &np_heap, sizeof(struct np_difference));
	np_diff_networks(&d);
	np_diff_places(&d);
	np_diff_gate(&d);
	np_diff_profiles(&d);
	np_diff_rules(&d);
	status = np_diff_messages(&d);
	all = d.found.count;
	if(d.networks > NP_NETWORKS_TOLD)
		all += d.networks - NP_NETWORKS_TOLD;
	if(status == NP_FINE) {
		status = all > 0 ? NP_FOUND : NP_FINE;
		np_begin(&o->out, "diff");
		if(o->out.json)
			print_json(&o->out.j, &d, all);
		else
			print(&d, all);
		np_end(&o->out, status);
	}
	forget(&d);
	return status;
}

int np_diff(struct np_options *o)
{
	struct np_policy was, is;
	int status = np_policy_need(&was, np_word(o, 0), o);

	if(status == NP_FINE) {
		status = np_policy_need(&is, np_word(o, 1), o);
		if(status == NP_FINE)
			status = compare(o, was.nt, is.nt);
		np_policy_unload(&is);
	}
	np_policy_unload(&was);
	return status;
}
