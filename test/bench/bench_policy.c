/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/bench_policy.h"

#include <stdio.h>
#include <stdlib.h>

#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_policy.h"
#include "ntio/nt_policy_load.h"

static struct bench_size now;

static void must(int ok, const char *what)
{
	if(ok)
		return;
	fprintf(stderr, "bench: %s failed\n", what);
	abort();
}

static void fault(void *ctx, const struct nt_fault *f)
{
	char text[NT_FAULT_TEXT];

	(void)ctx;
	nt_fault_print(text, sizeof(text), "bench", f);
	fprintf(stderr, "%s\n", text);
}

/* Half of a /24 each, so that none joins its neighbour; the messages' domain is
 * the last of the rules */
static void write_policy(FILE *to, struct bench_size size)
{
	fprintf(to, "<nat-policy xmlns=\"%s\"><networks>", NT_POLICY_NAMESPACE);
	fprintf(to, "<site name=\"many\" alg=\"none\" prefixes=\"");
	for(size_t i = 0; i < size.prefixes; i++)
		fprintf(to, "%zu.%zu.%zu.0/25 ", 20 + (i >> 16), i >> 8 & 255, i & 255);
	fprintf(to, "\"/></networks><rules>");
	for(size_t i = 0; i + 1 < size.domains; i++)
		fprintf(to, "<rule domain=\"d%zu.example.net\" profile=\"opensips\"/>",
				i);
	fprintf(to, "<rule domain=\"example.org\" profile=\"default\"/>");
	fprintf(to, "</rules></nat-policy>");
}

static void load(struct bench_size size)
{
	static const struct nt_interfaces none = {.count = 0};
	struct nt_policy *nt = NULL;
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);

	must(to != NULL, "open_memstream()");
	write_policy(to, size);
	must(fclose(to) == 0, "writing a policy");
	must(nt_policy_load_text(&nt, nt_span_of(text, len), &none, fault, NULL)
					== 0,
			"nt_policy_load_text()");
	must(ne_policy_publish(NE_IN_FORCE, nt, "bench") == 0,
			"ne_policy_publish()");
	nt_policy_unload(nt);
	free(text);
}

void bench_policy_use(struct bench_size size)
{
	if(size.prefixes == now.prefixes && size.domains == now.domains)
		return;
	now = size;
	if(size.prefixes != 0) {
		load(size);
		return;
	}
	ne_conf_fini();
	must(ne_conf_init() == 0, "ne_conf_init()");
}
