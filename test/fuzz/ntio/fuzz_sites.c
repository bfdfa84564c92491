/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a file of sites. What is read is written and read again, and can
 * be put back; what is not has said why, in few lines fit for a log. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "nt/nt_lifetime.h"
#include "nt/nt_sites.h"
#include "nt_must.h"
#include "ntio/nt_fault_print.h"

static void no_fault(void *ctx, const struct nt_fault *fault)
{
	(void)ctx, (void)fault;
	NT_MUST(!"what was written can be read");
}

static void check_line(void *ctx, const struct nt_fault *fault)
{
	unsigned *told = ctx;
	char text[NT_FAULT_TEXT];
	size_t n = nt_fault_print(text, sizeof(text), "f", fault);

	NT_MUST(n > 0 && n == strlen(text) && n < sizeof(text) - 1);
	for(size_t i = 0; i < n; i++)
		NT_MUST(text[i] >= ' ' && text[i] <= '~');
	NT_MUST(++*told <= NT_SITES_FAULTS + 1);
}

static void check_same(void *ctx, const struct nt_site_known *again)
{
	const struct nt_site_known *site = ctx;

	NT_MUST(nt_addr_eq(&site->addr, &again->addr));
	NT_MUST(site->stream == again->stream && site->shared == again->shared);
	NT_MUST(site->lived_s == again->lived_s && site->died_s == again->died_s);
	NT_MUST(site->tested_at == again->tested_at);
}

static void check_site(void *ctx, const struct nt_site_known *site)
{
	char line[NT_SITES_LINE];
	size_t n = nt_site_print(line, sizeof(line), site), *count = ctx;
	struct nt_lifetime life;

	++*count;
	NT_MUST(n > 0 && n == strlen(line) && n < 80);
	NT_MUST(nt_sites_parse(nt_span_of(line, n), check_same, (void *)site,
					no_fault, NULL)
			== 1);
	NT_MUST(nt_lifetime_restore(&life, site->lived_s, site->died_s,
			site->shared, nt_site_age(site, 1700000000), 5));
	NT_MUST(life.lived_s == site->lived_s && life.died_s == site->died_s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size);
	size_t count = 0;
	unsigned told = 0;

	NT_MUST(copy != NULL || size == 0);
	if(size > 0)
		memcpy(copy, data, size);
	NT_MUST(nt_sites_parse(nt_span_of(copy, size), check_site, &count,
					check_line, &told)
			== count);
	free(copy);
	return 0;
}
