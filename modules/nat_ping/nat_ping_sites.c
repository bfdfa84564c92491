/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_sites.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "core/dprint.h"
#include "core/globals.h"
#include "core/mem/shm_mem.h"
#include "nat_ping/nat_ping_conf.h"
#include "nat_ping/nat_ping_table.h"
#include "ntio/nt_fault_print.h"
#include "ntio/nt_sites_file.h"

/* So many places of the table are looked at with the lock held */
#define LOOKS 64

/* Until the file was read nothing that is known can take its place: a server
 * that does not come up forgets nothing. In shared memory: who reads it is not
 * the only one who writes it. ATOMIC */
static int *loaded; /* own */

static bool is_loaded(void)
{
	return loaded != NULL && __atomic_load_n(loaded, __ATOMIC_ACQUIRE) != 0;
}

int ping_sites_init(void)
{
	loaded = shm_malloc(sizeof(*loaded));
	if(loaded == NULL) {
		SHM_MEM_ERROR_FMT("for sites_file, %zu bytes\n", sizeof(*loaded));
		return -1;
	}
	*loaded = 0;
	return 0;
}

void ping_sites_fini(void)
{
	if(loaded != NULL)
		shm_free(loaded);
	loaded = NULL;
}

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
	__atomic_store_n(loaded, 1, __ATOMIC_RELEASE);
	if(err == 0)
		LM_INFO("%zu sites are known from %s\n", count, path);
	else if(err != ENOENT)
		LM_WARN("sites_file %s is not used: %s; the intervals of all sites are "
				"learned anew\n",
				path, strerror(err));
}

/* --- writing -------------------------------------------------------------- */

struct reader
{
	uint32_t at; /* UINT32_MAX: that was all */
	struct nt_hash_key key;
	struct nt_hash sum; /* of all that was given out */
};

static void begin(struct reader *r)
{
	*r = (struct reader){.key = *ping_table_key()};
	nt_hash_begin(&r->sum, &r->key);
}

static bool known_of(
		struct nt_site_known *site, const struct nt_site_seen *seen)
{
	uint32_t lived_s, died_s;

	if(!nt_lifetime_kept(&seen->life, &lived_s, &died_s))
		return false;
	*site = (struct nt_site_known){.addr = seen->addr,
			.stream = seen->stream,
			.shared = seen->life.shared,
			.lived_s = lived_s,
			.died_s = died_s,
			.tested_at = (uint64_t)time(NULL)
						 - (uint32_t)(now_s() - seen->life.at_s)};
	return true;
}

static void add(struct reader *r, const struct nt_site_seen *seen,
		const struct nt_site_known *site)
{
	nt_hash_add_number(&r->sum, site->addr.hi);
	nt_hash_add_number(&r->sum, site->addr.lo);
	nt_hash_add_number(&r->sum, (uint64_t)site->lived_s << 32 | site->died_s);
	nt_hash_add_number(&r->sum,
			(uint64_t)seen->life.at_s << 2 | site->shared << 1 | site->stream);
}

static bool next(void *ctx, struct nt_site_known *site)
{
	struct reader *r = ctx;
	struct nt_site_seen seen;

	while(r->at != UINT32_MAX) {
		struct nt_flows *table = ping_table_get();

		if(table == NULL)
			return false;
		r->at = nt_flows_site_next(table, r->at, LOOKS, &seen);
		ping_table_put();
		if(r->at == UINT32_MAX || !nt_addr_is_set(&seen.addr))
			continue;
		r->at++;
		if(!known_of(site, &seen))
			continue;
		add(r, &seen, site);
		return true;
	}
	return false;
}

/* One that cannot be had now is not an empty one */
static bool is_table_there(void)
{
	if(ping_table_get() == NULL)
		return false;
	ping_table_put();
	return true;
}

/* @return a sum over what would be written */
static uint64_t sum_of_all(void)
{
	struct nt_site_known site;
	struct reader r;

	begin(&r);
	while(next(&r, &site))
		;
	return nt_hash_end(&r.sum);
}

static int write_file(const char *path)
{
	struct reader r;
	sigset_t calm, before;
	int err;

	begin(&r);
	/* who is ended in between would leave a file of another name */
	sigemptyset(&calm);
	sigaddset(&calm, SIGTERM);
	sigaddset(&calm, SIGINT);
	sigprocmask(SIG_BLOCK, &calm, &before);
	err = nt_sites_file_write(path, NULL, next, &r, tell, (void *)path);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return err;
}

void ping_sites_save(void)
{
	static int failed;
	static uint64_t written; /* sum of what is in the file */
	char path[PATH_MAX];
	uint64_t sum;
	int err;

	if(!is_loaded() || path_of(path, sizeof(path))[0] == '\0')
		return;
	if(!is_table_there()) {
		LM_WARN("sites_file %s stays as it was a minute ago: who was killed "
				"had the table of flows\n",
				path);
		return;
	}
	sum = sum_of_all();
	if(sum == written)
		return;
	err = write_file(path);
	if(err == 0)
		written = sum;
	else if(failed != err)
		LM_WARN("sites_file %s was not written: %s; what was learned is "
				"forgotten at the end. Tried again each minute\n",
				path, strerror(err));
	failed = err;
}
