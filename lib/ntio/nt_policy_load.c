/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntio/nt_policy_load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ntio/nt_policy_xml.h"

struct told
{
	nt_fault_fn *fault;
	void *ctx;
	unsigned count;
};

static void *get(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
}

static void put(void *ctx, void *p)
{
	(void)ctx;
	free(p);
}

static const struct nt_mem heap = {get, put, NULL};

/* A file that is no policy at all must not fill a log */
static void tell(void *ctx, const struct nt_fault *fault)
{
	struct told *t = ctx;
	struct nt_fault more = {.line = fault->line,
			.element = NT_SPAN("file"),
			.value = NT_SPAN("more than 100 faults"),
			.allowed = "none at all; those behind this line are not told"};

	if(t->count <= NT_FAULTS_TOLD)
		t->fault(t->ctx, t->count < NT_FAULTS_TOLD ? fault : &more);
	t->count++;
}

int nt_policy_load_text(struct nt_policy **policy, struct nt_span text,
		const struct nt_interfaces *interfaces, nt_fault_fn *fault, void *ctx)
{
	struct told t = {.fault = fault, .ctx = ctx};
	struct nt_draft *draft =
			nt_draft_new(&heap, tell, &t, interfaces->nets, interfaces->count);
	int err;

	if(draft == NULL)
		return ENOMEM;
	err = nt_policy_xml_read(draft, text);
	if(err == 0)
		err = nt_draft_compile(policy, draft);
	nt_draft_free(draft);
	return err;
}

static bool says(struct nt_span text, struct nt_span word)
{
	for(size_t at = 0; text.len - at >= word.len; at++) {
		const char *next = memchr(text.p + at, word.p[0], text.len - at);

		if(next == NULL)
			return false;
		at = (size_t)(next - text.p);
		if(text.len - at >= word.len && memcmp(next, word.p, word.len) == 0)
			return true;
	}
	return false;
}

/* Half of the networks in the place of all would be a trap, but only for those
 * who ask for them */
static int check_interfaces(
		struct nt_span text, int err, nt_fault_fn *fault, void *ctx)
{
	char number[32];
	struct nt_fault f = {.element = NT_SPAN("interfaces"),
			.value = nt_span_of(number, 0),
			.allowed = "64 private networks of interfaces at most, or prefixes "
					   "in the place of the word interfaces"};

	if(err == 0 || !says(text, NT_SPAN("interfaces")))
		return 0;
	snprintf(number, sizeof(number), err == E2BIG ? "more than 64" : "error %d",
			err);
	f.value.len = strlen(number);
	fault(ctx, &f);
	return EINVAL;
}

int nt_policy_load(struct nt_policy **policy, const char *path,
		nt_fault_fn *fault, void *ctx)
{
	struct nt_interfaces interfaces;
	int unknown = nt_interfaces_read(&interfaces), err;
	struct nt_span text;

	if((err = nt_policy_file_read(&text, path, fault, ctx)) != 0)
		return err;
	err = check_interfaces(text, unknown, fault, ctx);
	if(err == 0)
		err = nt_policy_load_text(policy, text, &interfaces, fault, ctx);
	nt_policy_file_drop(text);
	return err;
}

void nt_policy_unload(struct nt_policy *policy)
{
	free(policy);
}
