/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that change keys and look at them. The work is done by the policy
 * process. */
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "core/mem/mem.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_policy_rpc.h"

#define UNCHANGED "; nothing was changed"

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
					"Another command is being done by the policy process, try "
					"again" UNCHANGED);
			return true;
		case EAGAIN:
			rpc->fault(ctx, 202,
					"Not done yet; it goes on, nat_edge.key_list will tell");
			return true;
		case EEXIST:
			rpc->fault(ctx, 409,
					"A key is prepared, and other servers may know it already: "
					"say activate" UNCHANGED);
			return true;
		case ENOENT:
			rpc->fault(ctx, 404,
					"No key is prepared: say prepare first, and let all "
					"servers load the file" UNCHANGED);
			return true;
		case ESTALE:
			rpc->fault(ctx, 409,
					"The file is not what this server loaded: say "
					"nat_edge.key_reload first, or put the file "
					"right" UNCHANGED);
			return true;
		case ENOTSUP:
			rpc->fault(ctx, 503, "There is no policy process" UNCHANGED);
			return true;
		default:
			rpc->fault(ctx, 500, "%s" UNCHANGED, strerror(error));
			return true;
	}
}

/* @p verb: what was done if there are no faults */
static void run_job(rpc_t *rpc, void *ctx, enum ne_job job, const char *verb)
{
	struct ne_outcome *o = pkg_malloc(sizeof(*o));
	const char *path = ne_keys_path();
	void *s;

	if(o == NULL) {
		PKG_MEM_ERROR_FMT("for the report on %s\n", path);
		rpc->fault(ctx, 500, "No memory for the report" UNCHANGED);
		return;
	}
	ne_loader_run(o, job, path);
	if(!refuse(rpc, ctx, o->error) && rpc->add(ctx, "{", &s) == 0) {
		rpc->struct_add(s, "ss", "file", path[0] != '\0' ? path : "(none)",
				"result", o->error == 0 ? verb : "refused, the old keys stay");
		ne_rpc_add_report(rpc, s, o);
	}
	pkg_free(o);
}

const char *ne_rpc_key_rotate_doc[] = {
		"A new key for flow tokens: it seals from now on, the one before it "
		"still opens. Servers that share a file: argument prepare (the new key "
		"opens), then copy the file and nat_edge.key_reload everywhere, then "
		"argument activate (it seals)",
		NULL};

void ne_rpc_key_rotate(rpc_t *rpc, void *ctx)
{
	char said[NE_SAID_TEXT];
	str word;

	if(rpc->scan(ctx, "*.S", &word) < 1 || word.len == 0) {
		run_job(rpc, ctx, NE_JOB_KEY_ROTATE, "rotated, the new key seals");
	} else if(word.len == 7 && memcmp(word.s, "prepare", 7) == 0) {
		run_job(rpc, ctx, NE_JOB_KEY_PREPARE,
				"prepared, the new key only opens");
	} else if(word.len == 8 && memcmp(word.s, "activate", 8) == 0) {
		run_job(rpc, ctx, NE_JOB_KEY_ACTIVATE,
				"activated, the prepared key seals");
	} else {
		ne_said(said, &word);
		rpc->fault(
				ctx, 400, "Say prepare, activate, or nothing, not '%s'", said);
	}
}

const char *ne_rpc_key_reload_doc[] = {
		"Reads the file of modparam key_file again; with any fault the old "
		"keys stay. No argument",
		NULL};

void ne_rpc_key_reload(rpc_t *rpc, void *ctx)
{
	str word;

	if(rpc->scan(ctx, "*.S", &word) > 0)
		rpc->fault(
				ctx, 400, "No argument: the file is that of modparam key_file");
	else if(ne_keys_path()[0] == '\0')
		rpc->fault(ctx, 400,
				"Modparam key_file is not set: there is nothing to reload");
	else
		run_job(rpc, ctx, NE_JOB_KEY_RELOAD, "loaded");
}

const char *ne_rpc_key_list_doc[] = {
		"The keys of flow tokens, without their secrets: which one seals, how "
		"old they are, and a fingerprint that is the same where the secret is. "
		"No argument",
		NULL};

static void add_key(
		rpc_t *rpc, void *ctx, const struct nt_secret *key, const char *use)
{
	char fingerprint[NT_FINGERPRINT_TEXT], created[32] = "";
	time_t at = (time_t)key->created_s;
	struct tm when;
	void *s;

	if(rpc->add(ctx, "{", &s) < 0)
		return;
	nt_key_fingerprint(fingerprint, key);
	if(gmtime_r(&at, &when) != NULL)
		strftime(created, sizeof(created), "%Y-%m-%dT%H:%M:%SZ", &when);
	rpc->struct_add(s, "usss", "id", (unsigned)key->id, "use", use, "created",
			created, "fingerprint", fingerprint);
}

void ne_rpc_key_list(rpc_t *rpc, void *ctx)
{
	struct nt_keyring ring;

	ne_keys_copy(&ring);
	for(unsigned i = 0; i < ring.count; i++)
		add_key(rpc, ctx, &ring.key[i],
				i == 0							? "seals"
				: nt_keyring_is_prepared(&ring) ? "prepared"
												: "opens");
	nt_keyring_wipe(&ring);
}
