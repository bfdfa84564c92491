/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_sites.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <time.h>

#include "core/dprint.h"
#include "core/globals.h"
#include "nat_ping/nat_ping_conf.h"
#include "nat_ping/nat_ping_table.h"
#include "ntio/nt_fault_print.h"
#include "ntio/nt_sites_file.h"

/* So many places of the table are looked at with the lock held */
#define LOOKS 64

/* A path without "/" at its beginning starts from the folder of the
 * configuration. @return "" for no file */
static const char *path_of(char *path, size_t size)
{
	const char *file = ping_params.sites_file;
	const char *slash = cfg_file != NULL ? strrchr(cfg_file, '/') : NULL;
	int n;

	if(file[0] == '\0' || file[0] == '/' || slash == NULL)
		n = snprintf(path, size, "%s", file);
	else
		n = snprintf(
				path, size, "%.*s/%s", (int)(slash - cfg_file), cfg_file, file);
	return n < 0 || (size_t)n >= size ? "" : path;
}

static void tell(void *path, const struct nt_fault *fault)
{
	char text[NT_FAULT_TEXT];

	nt_fault_print(text, sizeof(text), path, fault);
	LM_WARN("sites_file: %s\n", text);
}

/* --- reading -------------------------------------------------------------- */

static uint32_t now_s(void)
{
	return (uint32_t)(ping_now_ms() / 1000);
}

static void put(void *ctx, const struct nt_site_known *site)
{
	struct nt_flows *table;
	struct nt_lifetime life;

	(void)ctx;
	if(!nt_lifetime_restore(&life, site->lived_s, site->died_s, site->shared,
			   nt_site_age(site, (uint64_t)time(NULL)), now_s())
			|| (table = ping_table_get()) == NULL)
		return;
	nt_flows_site_put(table, &site->addr, site->stream, &life);
	ping_table_put();
}

void ping_sites_load(void)
{
	char path[PATH_MAX];
	size_t count = 0;
	int err;

	if(path_of(path, sizeof(path))[0] == '\0')
		return;
	err = nt_sites_file_read(path, &count, put, NULL, tell, path);
	if(err == 0)
		LM_INFO("%zu sites are known from %s\n", count, path);
	else if(err != ENOENT)
		LM_WARN("sites_file %s is not used: %s; the intervals of all sites are "
				"learned anew\n",
				path, strerror(err));
}

/* --- writing -------------------------------------------------------------- */

/* What is in doubt is less than what was believed; it is learned again */
static bool is_worth_it(const struct nt_site_seen *seen)
{
	return nt_addr_is_set(&seen->addr) && seen->life.lived_s > 0
		   && nt_lifetime_is_known(&seen->life);
}

static bool next(void *ctx, struct nt_site_known *site)
{
	uint32_t *at = ctx;
	struct nt_site_seen seen;

	while(*at != UINT32_MAX) {
		struct nt_flows *table = ping_table_get();

		if(table == NULL)
			return false;
		*at = nt_flows_site_next(table, *at, LOOKS, &seen);
		ping_table_put();
		if(*at == UINT32_MAX || !nt_addr_is_set(&seen.addr))
			continue;
		++*at;
		if(!is_worth_it(&seen))
			continue;
		*site = (struct nt_site_known){.addr = seen.addr,
				.stream = seen.stream,
				.shared = seen.life.shared,
				.lived_s = seen.life.lived_s,
				.died_s = seen.life.died_s,
				.tested_at = (uint64_t)time(NULL)
							 - (uint32_t)(now_s() - seen.life.at_s)};
		return true;
	}
	return false;
}

void ping_sites_save(void)
{
	static int failed;
	char path[PATH_MAX];
	uint32_t at = 0;
	int err;

	if(path_of(path, sizeof(path))[0] == '\0')
		return;
	err = nt_sites_file_write(path, NULL, next, &at, tell, path);
	if(err != 0 && failed != err)
		LM_WARN("sites_file %s was not written: %s; what was learned is "
				"forgotten at the end. Tried again each minute\n",
				path, strerror(err));
	failed = err;
}
