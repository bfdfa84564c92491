/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The file of what was learned of sites (nt/nt_sites.h): read at the start,
 * written now and then and at the end. It is of use, and nothing depends on it:
 * a server without it, or with a part of it, learns anew.
 */
#ifndef NT_SITES_FILE_H
#define NT_SITES_FILE_H

#include "nt/nt_sites.h"

/** Sites in a file; the table may have more */
#define NT_SITES_MAX 200000
#define NT_SITES_FILE_MAX (16 << 20) /* bytes */

/** The next site to be written.
 * @return false: that was all */
typedef bool nt_sites_next_fn(void *ctx, struct nt_site_known *site);

/** Replace the file, see nt_file_write.h. What is not fit to be read again is
 * left out; of more than NT_SITES_MAX the rest is, and that is told.
 * @param count how many were written; may be NULL
 * @return 0; EINVAL (a fault was told); ENOMEM */
int nt_sites_file_write(const char *path, size_t *count, nt_sites_next_fn *next,
		void *next_ctx, nt_fault_fn *fault, void *fault_ctx);

/** Read a file that nobody else may have written, see nt_file.h. Faults of
 * single lines are told and those left out.
 * @param count how many were visited; may be NULL
 * @return 0; ENOENT: there is none, nothing was told; EINVAL: it cannot be read
 * at all, a fault was told; ENOMEM */
int nt_sites_file_read(const char *path, size_t *count,
		nt_sites_visit_fn *visit, void *visit_ctx, nt_fault_fn *fault,
		void *fault_ctx);

#endif /* NT_SITES_FILE_H */
