/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_keys.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "core/dprint.h"
#include "core/locking.h"
#include "core/mem/shm_mem.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_file.h"
#include "nat_edge/nat_edge_source.h"
#include "nt/nt_opened.h"
#include "ntio/nt_fault_print.h"
#include "ntio/nt_key_file.h"

/* Written before fork, then by the policy process alone */
struct shared
{
	gen_lock_t lock;
	uint32_t generation;	/* ATOMIC; 0: no keys yet */
	struct nt_keyring ring; /* LOCK: lock */
};

static struct shared *shared; /* own; shm */

/* RO: of modparam token_cache, or NULL */
static struct nt_opened *opened; /* own; shm */

/* What this process made ready, and of which generation */
static struct nt_keys ready;
static uint32_t ready_generation;

const char *ne_keys_path(void)
{
	static char path[NE_PATH_TEXT];

	return ne_file_path(path, sizeof(path), ne_params.key_file);
}

/* @return its generation */
static uint32_t copy_ring(struct nt_keyring *ring)
{
	uint32_t generation;

	lock_get(&shared->lock);
	*ring = shared->ring;
	generation = shared->generation;
	lock_release(&shared->lock);
	return generation;
}

void ne_keys_copy(struct nt_keyring *ring)
{
	ring->count = 0;
	if(shared != NULL)
		copy_ring(ring);
}

struct nt_keys *ne_keys(void)
{
	struct nt_keyring ring;

	if(shared != NULL
			&& __atomic_load_n(&shared->generation, __ATOMIC_ACQUIRE)
					   != ready_generation) {
		ready_generation = copy_ring(&ring);
		nt_keyring_ready(&ready, &ring);
		ready.opened = opened;
		ready.generation = ready_generation;
		nt_keyring_wipe(&ring);
	}
	return &ready;
}

static void publish(const struct nt_keyring *ring)
{
	lock_get(&shared->lock);
	shared->ring = *ring;
	__atomic_store_n(
			&shared->generation, shared->generation + 1, __ATOMIC_RELEASE);
	lock_release(&shared->lock);
}

/* --- at start
 * -------------------------------------------------------------------------------
 */

/* What is read with the rights of later */
struct first
{
	struct nt_keyring ring;
	const char *path;
	bool absent;
	unsigned faults;
};

static void log_fault(void *first, const struct nt_fault *fault)
{
	struct first *f = first;
	char line[NT_FAULT_TEXT];

	f->faults++;
	if(nt_fault_print(line, sizeof(line), f->path, fault) > 0)
		LM_ERR("%s; Kamailio does not start\n", line);
}

static int read_first(void *first)
{
	struct first *f = first;

	f->absent = !nt_key_file_exists(f->path);
	return f->absent ? 0 : nt_key_file_read(&f->ring, f->path, log_fault, f);
}

static int begin(struct nt_keyring *ring)
{
	uint8_t random[NT_KEY_RANDOM];
	int err = nt_key_random(random);

	if(err != 0)
		LM_ERR("no random bytes for a key: %s; Kamailio does not start\n",
				strerror(err));
	else
		nt_keyring_begin(ring, random, (uint64_t)time(NULL));
	explicit_bzero(random, sizeof(random));
	return err;
}

/* @return 0, also if another server was faster; then it has to be read */
static int create(struct first *f)
{
	struct nt_file_owner owner;
	int err = begin(&f->ring);

	if(err != 0)
		return err;
	ne_file_owner(&owner.uid, &owner.gid);
	err = nt_key_file_write(
			f->path, &f->ring, NT_FILE_CREATE, owner, log_fault, f);
	if(err == 0)
		LM_NOTICE("%s: made, with a new key, as there was none; servers that "
				  "shall read each other's tokens need the same file\n",
				f->path);
	return err == EEXIST ? 0 : err;
}

static int from_file(struct first *f)
{
	int err = ne_file_as_server(read_first, f);

	if(err == 0 && f->absent) {
		err = create(f);
		/* not what was made counts, but what can be read */
		if(err == 0)
			err = ne_file_as_server(read_first, f);
		if(err == 0 && f->absent)
			err = ENOENT;
	}
	if(err != 0 && f->faults == 0)
		LM_ERR("%s: %s; Kamailio does not start\n", f->path, strerror(err));
	return err;
}

static int for_this_run(struct first *f)
{
	LM_WARN("modparam key_file is '%s': keys of this run only; calls and "
			"registrations whose routes this server sealed do not survive its "
			"restart, and other servers of a cluster cannot read them; use "
			"modparam(\"nat_edge\", \"key_file\", \"FILE\"), which is made if "
			"it is not there\n",
			f->path);
	return begin(&f->ring);
}

static int take_first(void)
{
	bool wanted = ne_params.key_file != NULL && ne_params.key_file[0] != '\0';
	struct first f = {.path = ne_keys_path()};
	int err;

	if(wanted && f.path[0] == '\0') {
		ne_refuse("key_file", nt_span_cstr(ne_params.key_file),
				"a path of up to 511 bytes");
		return EINVAL;
	}
	err = wanted ? from_file(&f) : for_this_run(&f);
	if(err == 0)
		publish(&f.ring);
	nt_keyring_wipe(&f.ring);
	return err;
}

/* What is in it is as good as a key to who reads it */
static void forget_opened(void)
{
	if(opened == NULL)
		return;
	explicit_bzero(opened, nt_opened_bytes(ne_conf.token_cache));
	shm_free(opened);
	opened = NULL;
}

static int make_opened(void)
{
	size_t bytes = nt_opened_bytes(ne_conf.token_cache);
	void *memory;

	if(ne_conf.token_cache == 0)
		return 0;
	memory = shm_malloc(bytes);
	if(memory == NULL) {
		SHM_MEM_ERROR_FMT("for token_cache %u, %zu bytes; give a smaller one "
						  "or Kamailio more memory (-m)\n",
				ne_conf.token_cache, bytes);
		return -1;
	}
	opened = nt_opened_init(memory, ne_conf.token_cache);
	return 0;
}

void ne_keys_fini(void)
{
	nt_keys_wipe(&ready);
	ready_generation = 0;
	forget_opened();
	if(shared == NULL)
		return;
	nt_keyring_wipe(&shared->ring);
	lock_destroy(&shared->lock);
	shm_free(shared);
	shared = NULL;
}

int ne_keys_init(void)
{
	shared = shm_malloc(sizeof(*shared));
	if(shared == NULL) {
		SHM_MEM_ERROR_FMT("for the keys, %zu bytes\n", sizeof(*shared));
		return -1;
	}
	memset(shared, 0, sizeof(*shared));
	if(lock_init(&shared->lock) == NULL) {
		LM_ERR("no lock for the keys of %s\n", "nat_edge");
		shm_free(shared);
		shared = NULL;
		return -1;
	}
	ready_generation = 0;
	if(make_opened() == 0 && take_first() == 0)
		return 0;
	ne_keys_fini();
	return -1;
}

/* --- while it runs: in the policy process
 * --------------------------------------------------- */

static int change(struct nt_keyring *ring, enum ne_job job)
{
	uint8_t random[NT_KEY_RANDOM];
	uint64_t now_s = (uint64_t)time(NULL);
	int err;

	if(job == NE_JOB_KEY_ACTIVATE)
		return nt_keyring_activate(ring);
	if((err = nt_key_random(random)) == 0)
		err = job == NE_JOB_KEY_PREPARE
					  ? nt_keyring_prepare(ring, random, now_s)
					  : nt_keyring_rotate(ring, random, now_s);
	explicit_bzero(random, sizeof(random));
	return err;
}

/* A file that somebody else changed is not written over: those keys may be
 * sealing already, on another server */
static int read_same(const struct nt_keyring *ring, struct ne_report *report)
{
	struct nt_keyring there;
	int err = nt_key_file_read(&there, report->path, ne_report_fault, report);

	if(err == 0 && !nt_keyring_eq(&there, ring))
		err = ESTALE;
	nt_keyring_wipe(&there);
	return err;
}

/* The file first: nobody seals with a key that a restart would forget */
static int rotate(
		struct nt_keyring *ring, enum ne_job job, struct ne_report *report)
{
	bool has_file = report->path[0] != '\0';
	int err = has_file ? read_same(ring, report) : 0;

	if(err == 0)
		err = change(ring, job);
	if(err == 0 && has_file)
		err = nt_key_file_write(report->path, ring, NT_FILE_REPLACE,
				NT_FILE_AS_IT_COMES, ne_report_fault, report);
	return err;
}

static int reload(struct nt_keyring *ring, struct ne_report *report)
{
	struct nt_secret sealing = ring->key[0];
	int err = nt_key_file_read(ring, report->path, ne_report_fault, report);

	if(err == 0 && !nt_keyring_has(ring, &sealing))
		LM_WARN("%s: the key %u that sealed until now is not in it any more: "
				"routes of calls and registrations that it sealed are refused "
				"from now on\n",
				report->path, sealing.id);
	explicit_bzero(&sealing, sizeof(sealing));
	return err;
}

int ne_keys_do(enum ne_job job, struct ne_report *report)
{
	struct nt_keyring ring;
	int err;

	ne_keys_copy(&ring);
	if(job == NE_JOB_KEY_RELOAD)
		err = reload(&ring, report);
	else
		err = rotate(&ring, job, report);
	if(err == 0) {
		publish(&ring);
		LM_NOTICE("keys changed: %u seals, %u in all%s\n", ring.key[0].id,
				ring.count,
				nt_keyring_is_prepared(&ring) ? ", one of them prepared" : "");
	}
	nt_keyring_wipe(&ring);
	return err;
}
