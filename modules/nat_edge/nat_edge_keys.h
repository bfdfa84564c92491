/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The keys of this server: read from the file of modparam key_file, or made and
 * written there at the first start (0600), or made for this run only.
 *
 * The secrets live in shared memory; each process makes its own copy ready when
 * it first needs them, and again when they were changed. They are changed by
 * the policy process alone, and in the file before anyone seals with them.
 */
#ifndef NAT_EDGE_KEYS_H
#define NAT_EDGE_KEYS_H

#include "core/rpc.h"
#include "nat_edge/nat_edge_loader.h"
#include "nat_edge/nat_edge_source.h"
#include "nt/nt_keyring.h"

/** Before fork. Logs faults. @return 0 or -1 */
int ne_keys_init(void);
void ne_keys_fini(void);

/** The keys of now; valid until the next call. Never NULL. No lock but when
 * they have changed. */
struct nt_keys *ne_keys(void);

/** The secrets themselves, to be wiped by the caller; none before
 * ne_keys_init() */
void ne_keys_copy(struct nt_keyring *ring);

/** The file, or "" */
const char *ne_keys_path(void);

/** Do one of the jobs NE_JOB_KEY_...: in the policy process, which calls it, or
 * in tests. @p report has the path of the file, or "".
 * @return 0; EINVAL (faults, see report); EEXIST (a key is prepared already);
 * ENOENT (none is prepared); ESTALE (the file was changed by somebody else);
 * ENOMEM or another errno. But for 0 nothing has changed. */
int ne_keys_do(enum ne_job job, struct ne_report *report);

/** nat_edge.key_rotate, key_reload, key_list */
void ne_rpc_key_rotate(rpc_t *rpc, void *ctx);
void ne_rpc_key_reload(rpc_t *rpc, void *ctx);
void ne_rpc_key_list(rpc_t *rpc, void *ctx);
extern const char *ne_rpc_key_rotate_doc[], *ne_rpc_key_reload_doc[],
		*ne_rpc_key_list_doc[];

#endif /* NAT_EDGE_KEYS_H */
