/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pings as bytes and what printing them costs. Beneath callgrind each call is a
 * dump of its own, named after it; outside of it the bytes of each ping are
 * printed: "METHOD TRANSPORT HEX". */
#include <stdio.h>
#include <string.h>

#include <valgrind/callgrind.h>

#include "nt/nt_ping.h"

static const struct nt_hash_key key = {{1, 2}};
/* the 1234th ping of a flow: after 9 hours at 25 s */
static const struct nt_ping_tag tag = {70000, 3, 1234};

struct ping
{
	struct nt_ping_face face;
	struct nt_endpoint to;
	char text[NT_PING_TAG_TEXT], bytes[NT_PING_TEXT];
	uint8_t id[12];
	struct nt_ping_tag got;
	size_t len;
};

static void make(struct ping *p, bool ipv6, enum nt_transport transport)
{
	memset(p, 0, sizeof(*p));
	p->face.transport = transport;
	p->face.via_host =
			ipv6 ? NT_SPAN("[2001:db8::1]:5060") : NT_SPAN("198.51.100.1:5060");
	p->face.from = ipv6 ? NT_SPAN("sip:ping@[2001:db8::1]")
						: NT_SPAN("sip:ping@198.51.100.1");
	nt_endpoint_parse(&p->to, ipv6 ? NT_SPAN("[2001:db8:1:2::9]:40001")
								   : NT_SPAN("203.0.113.9:40001"));
	nt_ping_tag_print(p->text, sizeof(p->text), &key, &tag);
	nt_ping_stun_id(p->id, &key, &tag);
}

static void print(struct ping *p, enum nt_ping_method method)
{
	struct nt_span t = method == NT_PING_STUN
							   ? nt_span_of((const char *)p->id, sizeof(p->id))
							   : nt_span_of(p->text, NT_PING_TAG_CHARS);

	p->len = nt_ping_print(p->bytes, sizeof(p->bytes), method, &p->face, &p->to,
			t, tag.sequence);
}

static void print_tag(struct ping *p, enum nt_ping_method method)
{
	(void)method;
	nt_ping_tag_print(p->text, sizeof(p->text), &key, &tag);
}

static void open_tag(struct ping *p, enum nt_ping_method method)
{
	(void)method;
	nt_ping_tag_parse(&p->got, &key, nt_span_of(p->text, NT_PING_TAG_CHARS));
}

static void make_id(struct ping *p, enum nt_ping_method method)
{
	(void)method;
	nt_ping_stun_id(p->id, &key, &tag);
}

static void open_id(struct ping *p, enum nt_ping_method method)
{
	(void)method;
	nt_ping_stun_id_parse(&p->got, &key, p->id);
}

static void nothing(struct ping *p, enum nt_ping_method method)
{
	(void)p, (void)method;
}

static const struct
{
	const char *name;
	void (*call)(struct ping *p, enum nt_ping_method method);
	enum nt_ping_method method;
	bool ipv6;
} calls[] = {
		{"nothing", nothing, 0, false},
		{"tag", print_tag, 0, false},
		{"options", print, NT_PING_OPTIONS, false},
		{"options-ipv6", print, NT_PING_OPTIONS, true},
		{"notify", print, NT_PING_NOTIFY, false},
		{"zero", print, NT_PING_ZERO, false},
		{"stun-id", make_id, 0, false},
		{"stun", print, NT_PING_STUN, false},
		{"open-tag", open_tag, 0, false},
		{"open-stun-id", open_id, 0, false},
};

static void count_instructions(void)
{
	for(size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		struct ping p;

		make(&p, calls[i].ipv6, NT_TRANSPORT_UDP);
		/* the first one pays for what is set up on first use */
		calls[i].call(&p, calls[i].method);
		CALLGRIND_TOGGLE_COLLECT;
		calls[i].call(&p, calls[i].method);
		CALLGRIND_TOGGLE_COLLECT;
		CALLGRIND_DUMP_STATS_AT(calls[i].name);
	}
}

static void print_bytes(void)
{
	for(unsigned method = 0; method < NT_PING_METHOD_COUNT; method++) {
		for(int t = NT_TRANSPORT_UDP; t <= NT_TRANSPORT_WSS; t++) {
			struct ping p;

			make(&p, false, (enum nt_transport)t);
			print(&p, method);
			if(p.len == 0)
				continue;
			printf("%s %s ", nt_ping_method_name(method),
					nt_transport_name((enum nt_transport)t));
			for(size_t i = 0; i < p.len; i++)
				printf("%02x", (uint8_t)p.bytes[i]);
			printf("\n");
		}
	}
}

int main(void)
{
	if(RUNNING_ON_VALGRIND)
		count_instructions();
	else
		print_bytes();
	return 0;
}
