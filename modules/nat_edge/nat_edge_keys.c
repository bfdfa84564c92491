/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_keys.h"

#include <errno.h>
#include <sys/random.h>

#include "core/dprint.h"

static struct nt_keys keys; /* made before fork; each process has its copy */

int ne_keys_init(void)
{
	uint8_t secret[NT_KEY_BYTES];

	if(getrandom(secret, sizeof(secret), 0) != (ssize_t)sizeof(secret)) {
		LM_ERR("no random bytes for a key: %s; Kamailio does not start\n",
				strerror(errno));
		return -1;
	}
	nt_key_set(&keys.key[0], 0, secret);
	keys.count = 1;
	explicit_bzero(secret, sizeof(secret));
	return 0;
}

void ne_keys_fini(void)
{
	nt_keys_wipe(&keys);
}

struct nt_keys *ne_keys(void)
{
	return &keys;
}
