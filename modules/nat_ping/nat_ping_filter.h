/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Which flows somebody wants to see: words such as "state=down" */
#ifndef NAT_PING_FILTER_H
#define NAT_PING_FILTER_H

#include "nt/nt_flows.h"

/** What is not asked for fits all */
struct ping_filter
{
	int state, method, reason, transport; /**< -1: any */
	struct nt_endpoint at;				  /**< port 0: any; unset: any */
	struct nt_span name;				  /**< as the table keeps it; "": any */
};

#define PING_FILTER_ALL    \
	((struct ping_filter){ \
			.state = -1, .method = -1, .reason = -1, .transport = -1})

#define PING_FILTER_WORDS                                     \
	"state=new|up|shaky|down, transport=udp|tcp|tls|ws|wss, " \
	"method=options|notify|crlf|stun|zero|websocket, "        \
	"reason=registration|subscription|dialog|static|script, " \
	"address=ADDRESS or ADDRESS:PORT, name=AOR"

/** One word; @p f borrows from it. @return false: there is no such */
bool ping_filter_read(struct ping_filter *f, struct nt_span word);

/** Twins, which nobody needs, never do */
bool ping_filter_fits(
		const struct ping_filter *f, const struct nt_flow_seen *seen);

const char *ping_reason_name(enum nt_reason reason);

/** "registration,dialog". @return its length, 0 if @p size is too small */
#define PING_REASONS_TEXT 64
size_t ping_reasons_print(char *buf, size_t size, uint8_t reasons);

#endif /* NAT_PING_FILTER_H */
