/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The file of a keyring (nt/nt_keyring.h): read by the server's user alone, and
 * written so that at any time there is either the whole old one or the whole
 * new one, also after the power failed.
 *
 * Faults are told with the element "file" or, with their line, "key"; no fault
 * holds a secret.
 */
#ifndef NT_KEY_FILE_H
#define NT_KEY_FILE_H

#include <sys/types.h>

#include "nt/nt_keyring.h"

#define NT_KEY_FILE_MAX 4096

enum nt_key_write
{
	NT_KEY_CREATE = 1, /**< there must be nothing yet */
	NT_KEY_REPLACE = 2 /**< what is there goes */
};

/** Whose it becomes; (uid_t)-1 and (gid_t)-1: as it comes */
struct nt_key_owner
{
	uid_t uid;
	gid_t gid;
};

/** Is there anything under this name, of whatever kind? Also if that cannot be
 * seen. */
bool nt_key_file_exists(const char *path);

/** A file without any rights of group and others, see nt_file.h.
 * @return 0; EINVAL (faults were told); ENOMEM. @p ring is written only on
 * success */
int nt_key_file_read(struct nt_keyring *ring, const char *path,
		nt_fault_fn *fault, void *ctx);

/** Write it beside (mode 0600), have it on the disk, then give it the name.
 * @return 0; EEXIST (to create: somebody else just did; nothing was told);
 * EINVAL (faults were told, and the file is as it was; only if its folder could
 * not be synced it may be the new one) */
int nt_key_file_write(const char *path, const struct nt_keyring *ring,
		enum nt_key_write how, struct nt_key_owner owner, nt_fault_fn *fault,
		void *ctx);

/** Bytes from the system's generator. @return 0 or an errno */
int nt_key_random(uint8_t random[NT_KEY_RANDOM]);

#endif /* NT_KEY_FILE_H */
