/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_source.h"

#include <errno.h>
#include <stdio.h>

#include "core/mem/mem.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_file.h"
#include "nat_edge/nat_edge_mem.h"
#include "nat_edge/nat_edge_policy.h"
#include "ntio/nt_policy_load.h"

/* A parameter is an attribute of an element of the policy that it stands for */
struct said
{
	char **param;
	const char *name;
	struct nt_span element, attribute;
};

/* clang-format off */
static const struct said saids[] = {
	{&ne_params.private_nets, "private_nets", NT_SPAN_INIT("nated"), NT_SPAN_INIT("prefixes")},
	{&ne_params.lan_nets, "lan_nets", NT_SPAN_INIT("lan"), NT_SPAN_INIT("prefixes")},
	{&ne_params.nat_sites, "nat_sites", NT_SPAN_INIT("site"), NT_SPAN_INIT("prefixes")},
	{&ne_params.trusted_nets, "trusted_nets", NT_SPAN_INIT("trusted"), NT_SPAN_INIT("prefixes")},
	{&ne_params.gate_allow, "gate_allow", NT_SPAN_INIT("gate"), NT_SPAN_INIT("allow")},
	{&ne_params.gate_deny, "gate_deny", NT_SPAN_INIT("gate"), NT_SPAN_INIT("deny")},
	{&ne_params.gate_ports, "gate_ports", NT_SPAN_INIT("gate"), NT_SPAN_INIT("ports")},
	{&ne_params.gate_own_sockets, "gate_own_sockets", NT_SPAN_INIT("gate"), NT_SPAN_INIT("own-sockets")},
	{&ne_params.verdict, "verdict", NT_SPAN_INIT("detect"), NT_SPAN_INIT("verdict")},
	{&ne_params.rport, "rport", NT_SPAN_INIT("rport"), NT_SPAN_INIT("mode")},
	{&ne_params.contact_requests, "contact_requests", NT_SPAN_INIT("contact"), NT_SPAN_INIT("requests")},
	{&ne_params.contact_replies, "contact_replies", NT_SPAN_INIT("contact"), NT_SPAN_INIT("replies")},
	{&ne_params.contact_register, "contact_register", NT_SPAN_INIT("contact"), NT_SPAN_INIT("register")},
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define LISTS 4

static const char *defaults[COUNT(saids)]; /* RO: as at load of the module */

void ne_source_remember(void)
{
	for(size_t i = 0; i < COUNT(saids); i++)
		defaults[i] = *saids[i].param;
}

static void param_fault(void *ctx, const struct nt_fault *f)
{
	(void)ctx;
	for(size_t i = 0; i < COUNT(saids); i++) {
		if(nt_span_eq(f->element, saids[i].element)
				&& nt_span_eq(f->attribute, saids[i].attribute)) {
			ne_refuse(saids[i].name, f->value, f->allowed);
			return;
		}
	}
	ne_refuse("private_nets, lan_nets, nat_sites, trusted_nets and gate_*",
			f->value, f->allowed);
}

static int say(struct nt_draft *d, const char *element,
		const struct nt_attr *attrs, size_t count)
{
	int err = nt_draft_open(d, 0, nt_span_cstr(element), attrs, count);

	nt_draft_close(d);
	return err == ENOMEM ? ENOMEM : 0;
}

static bool is_empty(const char *text)
{
	return nt_span_trim(nt_span_cstr(text)).len == 0;
}

/* No interfaces are given to this draft */
static int refuse_interfaces(const char *name, const char *text)
{
	struct nt_span rest = nt_span_cstr(text), word;
	int faults = 0;

	while(nt_span_word(&rest, &word)) {
		if(nt_span_iends(word, NT_SPAN("interfaces")))
			faults += ne_refuse(name, word,
					"networks; only a policy file can name the interfaces");
	}
	return faults;
}

/* A list of nothing is a list all the same: nobody is private then */
static int say_list(struct nt_draft *d, const struct said *s, const char *text,
		int *refused)
{
	bool empty = is_empty(text);
	struct nt_attr attrs[] = {
			{NT_SPAN_INIT("name"), nt_span_cstr(s->name)},
			{NT_SPAN_INIT("prefixes"),
					nt_span_cstr(empty ? "interfaces" : text)},
	};

	if(empty && !nt_span_eq(s->element, NT_SPAN("nated")))
		return 0;
	*refused += refuse_interfaces(s->name, text);
	return say(d, s->element.p, attrs, 2);
}

/* What is empty is not said */
static int say_gate(struct nt_draft *d, int *refused)
{
	struct nt_attr attrs[COUNT(saids)];
	size_t n = 0;

	for(size_t i = LISTS; i < COUNT(saids); i++) {
		if(!nt_span_eq(saids[i].element, NT_SPAN("gate"))
				|| is_empty(*saids[i].param))
			continue;
		*refused += refuse_interfaces(saids[i].name, *saids[i].param);
		attrs[n++] = (struct nt_attr){
				saids[i].attribute, nt_span_cstr(*saids[i].param)};
	}
	return say(d, "gate", attrs, n);
}

/* All attributes of one element of the profile */
static int say_settings(struct nt_draft *d, const char *element)
{
	struct nt_attr attrs[COUNT(saids)];
	size_t n = 0;

	for(size_t i = LISTS; i < COUNT(saids); i++) {
		if(nt_span_eq(saids[i].element, nt_span_cstr(element)))
			attrs[n++] = (struct nt_attr){
					saids[i].attribute, nt_span_cstr(*saids[i].param)};
	}
	return say(d, element, attrs, n);
}

static int say_all(struct nt_draft *d, int *refused)
{
	static const char *const settings[] = {"detect", "rport", "contact"};
	static const struct nt_attr name = {
			NT_SPAN_INIT("name"), NT_SPAN_INIT("default")};
	int err = nt_draft_open(d, 0, NT_SPAN("nat-policy"), NULL, 0);

	err |= nt_draft_open(d, 0, NT_SPAN("networks"), NULL, 0);
	for(size_t i = 0; i < LISTS; i++)
		err |= say_list(d, &saids[i], *saids[i].param, refused);
	err |= say_gate(d, refused);
	nt_draft_close(d);
	err |= nt_draft_open(d, 0, NT_SPAN("profiles"), NULL, 0);
	err |= nt_draft_open(d, 0, NT_SPAN("profile"), &name, 1);
	for(size_t i = 0; i < COUNT(settings); i++)
		err |= say_settings(d, settings[i]);
	nt_draft_close(d);
	nt_draft_close(d);
	nt_draft_close(d);
	return err;
}

static int publish_first(const struct nt_policy *nt, const char *path)
{
	if(ne_policy_publish(NE_IN_FORCE, nt, path) == 0)
		return 0;
	LM_ERR("no shared memory for the policy of %u bytes; give more with -m; "
		   "Kamailio does not start\n",
			nt->bytes);
	return 1;
}

static int from_params(void)
{
	struct nt_draft *d = nt_draft_new(&ne_pkg, param_fault, NULL, NULL, 0);
	struct nt_policy *nt = NULL;
	int refused = 0, faults, err = d == NULL ? ENOMEM : say_all(d, &refused);

	if(err == 0)
		err = nt_draft_compile(&nt, d);
	faults = refused + (d != NULL ? (int)nt_draft_faults(d) : 0);
	if(err == ENOMEM && faults == 0) {
		PKG_MEM_ERROR_FMT("for the policy of the parameters\n");
		faults = 1;
	}
	if(err == 0 && faults == 0)
		faults = publish_first(nt, "");
	if(d != NULL)
		nt_draft_free(d);
	ne_pkg.put(ne_pkg.ctx, nt);
	return faults;
}

const char *ne_source_path(void)
{
	static char path[NE_PATH_TEXT];

	return ne_file_path(path, sizeof(path), ne_params.policy_file);
}

void ne_report_fault(void *ctx, const struct nt_fault *f)
{
	struct ne_report *r = ctx;
	size_t room = r->size - r->len, n;

	r->faults++;
	n = room > 1 ? nt_fault_print(r->text + r->len, room - 1, r->path, f) : 0;
	if(n == 0) {
		r->left_out++;
		return;
	}
	r->len += n;
	r->text[r->len++] = '\n';
	r->text[r->len] = '\0';
}

/* Seen of the whole, so without a line */
static const struct nt_fault no_avp = {.element = NT_SPAN_INIT("contact"),
		.attribute = NT_SPAN_INIT("register"),
		.value = NT_SPAN_INIT("received"),
		.allowed = "any other mode while modparam received_avp is empty, "
				   "which is read at start only"};

struct nt_policy *ne_source_read(struct ne_report *report)
{
	struct nt_policy *nt = NULL;

	if(nt_policy_load(&nt, report->path, ne_report_fault, report) != 0)
		return NULL;
	if(ne_conf_can(nt))
		return nt;
	ne_report_fault(report, &no_avp);
	nt_policy_unload(nt);
	return NULL;
}

void ne_source_free(struct nt_policy *nt)
{
	nt_policy_unload(nt);
}

static void log_fault(void *ctx, const struct nt_fault *f)
{
	struct ne_report *r = ctx;
	char line[2048];

	r->faults++;
	if(nt_fault_print(line, sizeof(line), r->path, f) > 0)
		LM_ERR("%s; Kamailio does not start\n", line);
}

/* One way to say it: which of the two would count? */
static int refuse_both(void)
{
	int faults = 0;

	for(size_t i = 0; i < COUNT(saids); i++) {
		if(*saids[i].param != defaults[i])
			faults += ne_refuse(saids[i].name, nt_span_cstr(*saids[i].param),
					"the policy file for this, or leave policy_file out");
	}
	return faults;
}

/* Where the server's first policy goes, and its faults */
struct first
{
	struct ne_report report;
	struct nt_policy *nt;
};

static int load(void *first)
{
	struct first *f = first;

	return nt_policy_load(&f->nt, f->report.path, log_fault, &f->report);
}

static int from_file(void)
{
	struct first f = {.report = {.path = ne_source_path()}};
	struct ne_report *r = &f.report;
	int faults = refuse_both(), err;

	if(r->path[0] == '\0')
		return faults
			   + ne_refuse("policy_file", nt_span_cstr(ne_params.policy_file),
					   "a path of up to 511 bytes");
	err = ne_file_as_server(load, &f);
	if(err != 0 && r->faults == 0)
		LM_ERR("%s: %s; Kamailio does not start\n", r->path, strerror(err));
	if(err != 0)
		return faults + (r->faults > 0 ? (int)r->faults : 1);
	if(faults == 0 && f.nt != NULL)
		faults = publish_first(f.nt, r->path);
	nt_policy_unload(f.nt);
	return faults;
}

int ne_source_first(void)
{
	if(ne_params.policy_file != NULL && ne_params.policy_file[0] != '\0')
		return from_file();
	return from_params();
}
