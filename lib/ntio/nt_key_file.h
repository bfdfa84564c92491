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

#include "nt/nt_keyring.h"
#include "ntio/nt_file_write.h"

#define NT_KEY_FILE_MAX 4096

/** Is there anything under this name, of whatever kind? Also if that cannot be
 * seen. */
bool nt_key_file_exists(const char *path);

/** A file without any rights of group and others, see nt_file.h.
 * @return 0; EINVAL (faults were told); ENOMEM. @p ring is written only on
 * success */
int nt_key_file_read(struct nt_keyring *ring, const char *path,
		nt_fault_fn *fault, void *ctx);

/** By nt_file_write(): its result. What could not be read again is not written.
 */
int nt_key_file_write(const char *path, const struct nt_keyring *ring,
		enum nt_file_write how, struct nt_file_owner owner, nt_fault_fn *fault,
		void *ctx);

/** Bytes from the system's generator. @return 0 or an errno */
int nt_key_random(uint8_t random[NT_KEY_RANDOM]);

#endif /* NT_KEY_FILE_H */
