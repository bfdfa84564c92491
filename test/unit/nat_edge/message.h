/* SPDX-License-Identifier: GPL-2.0-or-later */
/** A message in hand, as the tests of Contacts need it: from a phone behind a
 * NAT, with what a test says of it. */
#ifndef UNIT_MESSAGE_H
#define UNIT_MESSAGE_H

#include <stdio.h>
#include <string.h>

#include "core/core_env.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_msg.h"
#include "unit.h"

static char packet[4096];
static sip_msg_t msg;

static inline void setup(void)
{
	ck_assert_int_eq(ne_conf_init(), 0);
}

static inline void teardown(void)
{
	ne_conf_fini();
}

/* Parse "packet", which holds a message with line ends of its own */
static inline void arrive_as_it_is(void)
{
	static struct core_path path = {.transport = NT_TRANSPORT_UDP};

	nt_endpoint_parse(&path.source, NT_SPAN("203.0.113.9:40001"));
	nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060"));
	ne_view_forget();
	ck_assert_int_eq(core_msg_parse(&msg, packet, strlen(packet), &path), 0);
}

/* @p to_tag: "" or ";tag=..."; @p more: header lines, each with its end */
static inline void arrive(const char *method, const char *ruri,
		const char *to_tag, const char *more)
{
	snprintf(packet, sizeof(packet),
			"%s %s SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bK-1\r\n"
			"From: <sip:alice@example.org>;tag=a1\r\n"
			"To: <sip:alice@example.org>%s\r\nCall-ID: 1@example.org\r\n"
			"CSeq: 1 %s\r\n%sContent-Length: 0\r\n\r\n",
			method, ruri, to_tag, method, more);
	arrive_as_it_is();
}

static inline void leave(void)
{
	core_msg_free(&msg);
	ne_view_forget();
}

/* The Contact fields of what leaves, each with "|" behind it */
static inline const char *contacts(void)
{
	static char text[4096];
	size_t len, n = 0;
	char *built = core_msg_build(&msg, &len), *p;

	ck_assert_ptr_nonnull(built);
	text[0] = '\0';
	for(p = strstr(built, "\r\nContact: "); p != NULL;
			p = strstr(p, "\r\nContact: ")) {
		p += 11;
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%.*s|",
				(int)(strstr(p, "\r\n") - p), p);
	}
	core_text_free(built);
	return text;
}

#endif /* UNIT_MESSAGE_H */
