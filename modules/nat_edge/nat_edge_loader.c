/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_loader.h"

#include <errno.h>
#include <semaphore.h>
#include <stdio.h>

#include "core/cfg/cfg_struct.h"
#include "core/locking.h"
#include "core/mem/shm_mem.h"
#include "core/pt.h"
#include "core/sr_module.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_gate_log.h"
#include "nat_edge/nat_edge_source.h"
#include "nat_edge/nat_edge_stats.h"

#define PATIENCE_S 30
#define WORKER_PATIENCE_MS 50
/* How often old policies are looked after */
#define TICK_MS 1000L

/* One job at a time: who finds the desk free sits down */
struct desk
{
	gen_lock_t lock;
	bool taken;			 /* LOCK: lock; from the order until it is fetched */
	bool left;			 /* LOCK: lock; nobody waits for it any more */
	sem_t ordered, done; /* shared by processes */
	enum ne_job job;
	char path[NE_PATH_TEXT];
	struct ne_outcome outcome; /* PROC: the policy process until done */
};

static struct desk *desk; /* own; shm, made before fork */
static bool running;	  /* RO: set in main before it forks */
static bool is_worker;

int ne_loader_init(void)
{
	desk = shm_malloc(sizeof(*desk));
	if(desk == NULL) {
		SHM_MEM_ERROR_FMT(
				"for orders to the policy process, %zu bytes\n", sizeof(*desk));
		return -1;
	}
	memset(desk, 0, sizeof(*desk));
	if(lock_init(&desk->lock) == NULL || sem_init(&desk->ordered, 1, 0) != 0
			|| sem_init(&desk->done, 1, 0) != 0) {
		LM_ERR("no lock or semaphore for the policy process: %s\n",
				strerror(errno));
		return -1;
	}
	running = true;
	register_procs(1);
	cfg_register_child(1);
	return 0;
}

void ne_loader_fini(void)
{
	if(desk == NULL)
		return;
	lock_destroy(&desk->lock);
	sem_destroy(&desk->ordered);
	sem_destroy(&desk->done);
	shm_free(desk);
	desk = NULL;
	running = false;
}

void ne_loader_rank(int rank)
{
	is_worker = rank > 0;
}

static void describe(struct ne_outcome *o, const struct nt_policy *nt)
{
	o->bytes = nt->bytes;
	o->networks = nt_policy_nets(nt)->count;
	o->rules = nt->rule.count;
	o->profiles = nt->profile.count;
	o->places = nt->place.count;
}

static int publish(enum ne_role role, const struct nt_policy *nt,
		const char *path, struct ne_outcome *o)
{
	int err = ne_policy_publish(role, nt, path);

	if(err == 0)
		o->generation = ne_policy_peek(role)->generation;
	ne_policy_peek_end();
	return err;
}

static int read_file(struct ne_outcome *o, enum ne_job job, const char *path)
{
	struct ne_report report = {
			.text = o->report, .size = sizeof(o->report), .path = path};
	struct nt_policy *nt = ne_source_read(&report);
	int err = 0;

	o->faults = report.faults;
	o->left_out = report.left_out;
	if(nt == NULL)
		return report.faults > 0 ? EINVAL : ENOMEM;
	describe(o, nt);
	if(job == NE_JOB_RELOAD)
		err = publish(NE_IN_FORCE, nt, path, o);
	else if(job == NE_JOB_SHADOW)
		err = publish(NE_SHADOW, nt, path, o);
	ne_source_free(nt);
	return err;
}

static int drop(void)
{
	bool any = ne_policy_peek(NE_SHADOW) != NULL;

	ne_policy_peek_end();
	return any ? ne_policy_publish(NE_SHADOW, NULL, "") : ENOENT;
}

static int change_keys(struct ne_outcome *o, enum ne_job job, const char *path)
{
	struct ne_report report = {
			.text = o->report, .size = sizeof(o->report), .path = path};
	int err = ne_keys_do(job, &report);

	o->faults = report.faults;
	o->left_out = report.left_out;
	ne_stat_add(err == 0 ? NE_STAT_KEYS_CHANGED : NE_STAT_KEYS_REFUSED, 1);
	return err;
}

static int change_policy(
		struct ne_outcome *o, enum ne_job job, const char *path)
{
	int err;

	if(job == NE_JOB_COMMIT)
		err = ne_policy_commit();
	else if(job == NE_JOB_DROP)
		err = drop();
	else
		err = read_file(o, job, path);
	if(err == EINVAL)
		ne_stat_add(NE_STAT_POLICY_REFUSED, 1);
	else if(err == 0 && (job == NE_JOB_RELOAD || job == NE_JOB_COMMIT))
		ne_stat_add(NE_STAT_POLICY_LOADED, 1);
	return err;
}

void ne_loader_do(struct ne_outcome *o, enum ne_job job, const char *path)
{
	memset(o, 0, offsetof(struct ne_outcome, report));
	o->report[0] = '\0';
	o->error = job >= NE_JOB_KEY_ROTATE ? change_keys(o, job, path)
										: change_policy(o, job, path);
}

static void wait_for(sem_t *sem, long ms, int *err)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000;
	if(until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	*err = 0;
	while(sem_timedwait(sem, &until) != 0) {
		if(errno == EINTR)
			continue;
		*err = errno;
		return;
	}
}

/* The policy process never ends */
static void serve(void)
{
	int err;

	for(;;) {
		cfg_update();
		wait_for(&desk->ordered, TICK_MS, &err);
		if(err == 0) {
			ne_loader_do(&desk->outcome, desk->job, desk->path);
			lock_get(&desk->lock);
			if(desk->left)
				desk->taken = desk->left = false;
			else
				sem_post(&desk->done);
			lock_release(&desk->lock);
		}
		ne_policy_sweep();
		ne_gate_log_tick();
	}
}

int ne_loader_start(void)
{
	int pid = fork_process(PROC_NOCHLDINIT, "nat_edge policy", 0);

	if(pid < 0) {
		LM_ERR("cannot fork the policy process: %s\n", strerror(errno));
		return -1;
	}
	if(pid == 0) {
		if(cfg_child_init() != 0)
			return -1;
		serve();
	}
	return 0;
}

/* @return EAGAIN: not done in time; it goes on, and the desk is cleared then */
static int fetch(struct ne_outcome *o)
{
	int err;

	wait_for(&desk->done, is_worker ? WORKER_PATIENCE_MS : PATIENCE_S * 1000L,
			&err);
	lock_get(&desk->lock);
	if(err != 0 && sem_trywait(&desk->done) != 0) {
		desk->left = true;
		lock_release(&desk->lock);
		return EAGAIN;
	}
	*o = desk->outcome;
	desk->taken = false;
	lock_release(&desk->lock);
	return o->error;
}

void ne_loader_run(struct ne_outcome *o, enum ne_job job, const char *path)
{
	bool taken;

	memset(o, 0, offsetof(struct ne_outcome, report));
	o->report[0] = '\0';
	if(!running) {
		o->error = ENOTSUP;
		return;
	}
	lock_get(&desk->lock);
	taken = desk->taken;
	desk->taken = true;
	lock_release(&desk->lock);
	if(taken) {
		o->error = EBUSY;
		return;
	}
	desk->job = job;
	snprintf(desk->path, sizeof(desk->path), "%s", path);
	sem_post(&desk->ordered);
	o->error = fetch(o);
}
