/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Ways that other systems write into a Contact, in plain text: nathelper's
 * ";alias=addr~port~protocol" and FreeSWITCH's ";fs_nat=yes;fs_path=URI". Who
 * can write a message can write them, so they are believed from trusted
 * neighbours only.
 *
 * Addresses only: a name is no way. Pure; no allocation; writers are bounded.
 */
#ifndef NT_LEGACY_H
#define NT_LEGACY_H

#include "nt/nt_detect.h"
#include "nt/nt_uri.h"

/** Where a URI's owner is said to be */
struct nt_way
{
	struct nt_endpoint to;
	enum nt_transport transport;
};

enum nt_way_result
{
	NT_WAY_NONE = 0, /**< no such parameter */
	NT_WAY_READ = 1,
	NT_WAY_BAD = 2 /**< it is there, and twice, or not to be understood */
};

/** nathelper's alias. Protocols are Kamailio's numbers: 1 UDP, 2 TCP, 3 TLS, 5
 * WS, 6 WSS. */
enum nt_way_result nt_alias_read(struct nt_way *way, const struct nt_uri *uri);

/** FreeSWITCH's fs_path: a URI, url-encoded */
enum nt_way_result nt_fs_path_read(
		struct nt_way *way, const struct nt_uri *uri);

/** The URI without these parameters.
 * @return the length, or 0 if @p size is too small */
size_t nt_alias_cut(char *buf, size_t size, const struct nt_uri *uri);
size_t nt_fs_path_cut(char *buf, size_t size, const struct nt_uri *uri);

/** The longest user that is taken over into fs_path */
#define NT_FS_USER_MAX 128
/** nt_fs_path_add() needs this much more room than the URI has */
#define NT_FS_PATH_MORE (3 * (NT_FS_USER_MAX + NT_ENDPOINT_TEXT + 32) + 32)

/** The URI with ";fs_nat=yes;fs_path=sip:user@source;transport=..." in place of
 * those that it may have.
 * @return the length, or 0 if @p size is too small or the user too long */
size_t nt_fs_path_add(char *buf, size_t size, const struct nt_uri *uri,
		const struct nt_way *way);

/** Is what @p uri says of fs_nat and fs_path what nt_fs_path_add() wrote there
 * for some way? */
bool nt_fs_path_is_ours(const struct nt_uri *uri);

#endif /* NT_LEGACY_H */
