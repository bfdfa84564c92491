/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What nt_ping's files share. */
#ifndef NT_PING_PARTS_H
#define NT_PING_PARTS_H

#include "nt/nt_ping.h"

/** nt_ping_print() for OPTIONS and NOTIFY, on a transport that can carry it */
size_t nt_ping_print_sip(char *buf, size_t size, enum nt_ping_method method,
		const struct nt_ping_face *face, const struct nt_endpoint *to,
		struct nt_span tag, uint32_t sequence);

#endif /* NT_PING_PARTS_H */
