/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Kamailio's core without a server: parser, lumps, AVPs and message builder for
 * golden, unit and fuzz tests.
 *
 * pkg and shm are the C library's malloc, so sanitizers see every block; the
 * number of live blocks is known, and the n-th allocation can be made to fail.
 */
#ifndef CORE_ENV_H
#define CORE_ENV_H

#include <stdbool.h>
#include <stddef.h>

#include "core/parser/msg_parser.h"
#include "nt/nt_detect.h"

/** Once a process. Aborts if the core cannot be set up. */
void core_env_init(void);

/** pkg and shm blocks that are allocated now */
long core_live_blocks(void);

/** Let the n-th allocation from now on fail, once or from then on; 0 lets all
 * succeed.
 * @return the number of allocations since the last call */
long core_fail_allocation(long nth, bool from_then_on);

/** Where a message came from and arrived */
struct core_path
{
	enum nt_transport transport;
	struct nt_endpoint source, local;
};

/** Parse as receive_msg() would: a message without a readable topmost Via does
 * not pass.
 * @p buf is borrowed until core_msg_free(); it holds @p len bytes and a NUL.
 * @return 0, or -1 (then core_msg_free() is not needed) */
int core_msg_parse(
		sip_msg_t *msg, char *buf, size_t len, const struct core_path *path);

/** The message as it would leave: lumps applied, the topmost Via of a request
 * completed with received and rport, that of a reply removed.
 * @return text to be freed with core_text_free(), or NULL */
char *core_msg_build(sip_msg_t *msg, size_t *len);
void core_text_free(char *text);

/** Free the message, its AVPs and all that was parsed */
void core_msg_free(sip_msg_t *msg);

/** Text of the received AVP, the newest if there are several, or an empty span
 */
struct nt_span core_received_avp(void);

/** Texts of all received AVPs, newest first.
 * @return how many there are, which may be more than @p max */
size_t core_received_avps(struct nt_span *texts, size_t max);

#endif /* CORE_ENV_H */
