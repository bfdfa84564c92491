/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Contacts that are changed so that their owner is found, and changed back. */
#include "unit/nt/nt_check.h"

#include "nt/nt_mend.h"

#define UDP NT_TRANSPORT_UDP
#define TCP NT_TRANSPORT_TCP
#define TLS NT_TRANSPORT_TLS
#define WS NT_TRANSPORT_WS
#define WSS NT_TRANSPORT_WSS

#define HOME "sip:a@192.168.1.10:5060"
#define SOURCE "203.0.113.9:40001"

/* clang-format off */
/* Which Contacts are to be changed: all came from SOURCE */
static const struct
{
	const char *name, *uri;
	enum nt_transport transport;
	bool dialog, registering; /* wanted in a dialog, in a REGISTER */
} wants[] = {
	{"a private address", HOME, UDP, true, true},
	{"the source itself", "sip:a@203.0.113.9:40001", UDP, false, false},
	{"the source, another port", "sip:a@203.0.113.9:5060", UDP, true, true},
	{"the source, no port", "sip:a@203.0.113.9", UDP, true, true},
	{"N067: a GRUU", HOME ";gr=1", UDP, false, false},
	{"N067: a GRUU by flag", HOME ";gr", UDP, false, false},
	{"grid is no gr", HOME ";grid=1", UDP, true, true},
	{"N002: sips: over UDP", "sips:a@192.168.1.10", UDP, false, false},
	{"N002: sips: over TCP", "sips:a@192.168.1.10", TCP, false, false},
	{"N002: sips: over WS", "sips:a@192.168.1.10", WS, false, false},
	{"N002: sips: over TLS", "sips:a@192.168.1.10", TLS, true, true},
	{"N002: sips: over WSS", "sips:a@192.168.1.10", WSS, true, true},
	{"a third party's place", "sip:a@198.51.100.77", UDP, true, false},
	{"a third party's name", "sip:a@pbx.example.org", UDP, true, false},
	{"a name of nowhere is the client's own", "sip:a@x1.invalid", WS, true, true},
	{"maddr leads elsewhere than the source", "sip:a@203.0.113.9:40001;maddr=10.0.0.1", UDP, true, true},
	{"maddr of a third party", "sip:a@192.168.1.10;maddr=198.51.100.77", UDP, true, false},
	{"F12: the source over TCP, not said", "sip:a@203.0.113.9:40001", TCP, true, true},
	{"F12: the source over TCP, said", "sip:a@203.0.113.9:40001;transport=TCP", TCP, false, false},
	{"F12: sips: needs no word over TLS", "sips:a@203.0.113.9:40001", TLS, false, false},
	{"F12: sip: needs one over TLS", "sip:a@203.0.113.9:40001", TLS, true, true},
	{"F12: ws is the word over WSS", "sip:a@203.0.113.9:40001;transport=ws", WSS, false, false},
	{"F12: wss is not", "sip:a@203.0.113.9:40001;transport=wss", WSS, true, true},
	{"another transport than it came by", "sip:a@203.0.113.9:40001;transport=tcp", UDP, true, true},
};

/* What it becomes with the token T */
static const struct
{
	const char *name, *uri;
	enum nt_transport transport;
	const char *sealed, *moved;
} rows[] = {
	{"plain", HOME, UDP, HOME ";nat-c=T", "sip:a@" SOURCE ";nat-c=T"},
	{"N005: unknown parameters stay", HOME ";x=y;z", UDP, HOME ";x=y;z;nat-c=T", "sip:a@" SOURCE ";x=y;z;nat-c=T"},
	{"N006: headers stay behind", HOME "?x=y", UDP, HOME ";nat-c=T?x=y", "sip:a@" SOURCE ";nat-c=T?x=y"},
	{"N070: pn- parameters stay", HOME ";pn-provider=apns;pn-prid=1", UDP,
		HOME ";pn-provider=apns;pn-prid=1;nat-c=T", "sip:a@" SOURCE ";pn-provider=apns;pn-prid=1;nat-c=T"},
	{"N004: a nat-c of before goes", HOME ";nat-c=X;y", UDP, HOME ";y;nat-c=T", "sip:a@" SOURCE ";y;nat-c=T"},
	{"N004: written otherwise as well", HOME ";NAT-%63=X", UDP, HOME ";nat-c=T", "sip:a@" SOURCE ";nat-c=T"},
	{"a semicolon with nothing", HOME ";", UDP, HOME ";;nat-c=T", "sip:a@" SOURCE ";;nat-c=T"},
	{"no user", "sip:192.168.1.10", UDP, "sip:192.168.1.10;nat-c=T", "sip:" SOURCE ";nat-c=T"},
	{"user and password", "sip:a:b@10.0.0.1", UDP, "sip:a:b@10.0.0.1;nat-c=T", "sip:a:b@" SOURCE ";nat-c=T"},
	{"odd bytes of a user", "sip:a;b?c%40d@10.0.0.1", UDP, "sip:a;b?c%40d@10.0.0.1;nat-c=T", "sip:a;b?c%40d@" SOURCE ";nat-c=T"},
	{"IPv6", "sip:a@[fd00::1]:5060", UDP, "sip:a@[fd00::1]:5060;nat-c=T", "sip:a@" SOURCE ";nat-c=T"},
	{"maddr leads elsewhere", HOME ";maddr=10.0.0.1;x", UDP, HOME ";maddr=10.0.0.1;x;nat-c=T", "sip:a@" SOURCE ";x;nat-c=T"},
	{"F12: TCP is said", HOME ";x", TCP, HOME ";x;nat-c=T", "sip:a@" SOURCE ";transport=tcp;x;nat-c=T"},
	{"F12: another one is put right, in its place", HOME ";x;transport=udp;y", TCP,
		HOME ";x;transport=udp;y;nat-c=T", "sip:a@" SOURCE ";x;transport=tcp;y;nat-c=T"},
	{"F12: one that is said twice", HOME ";transport=udp;transport=tls", TCP,
		HOME ";transport=udp;transport=tls;nat-c=T", "sip:a@" SOURCE ";transport=tcp;nat-c=T"},
	{"F12: the right one stays as it is", HOME ";transport=TCP", TCP, HOME ";transport=TCP;nat-c=T", "sip:a@" SOURCE ";transport=TCP;nat-c=T"},
	{"F12: UDP need not be said, but may have to be unsaid", HOME ";transport=tcp", UDP,
		HOME ";transport=tcp;nat-c=T", "sip:a@" SOURCE ";transport=udp;nat-c=T"},
	{"N002: sips: stays, and needs no word", "sips:a@10.0.0.1", TLS, "sips:a@10.0.0.1;nat-c=T", "sips:a@" SOURCE ";nat-c=T"},
	{"N002: sips: over WSS", "sips:a@x.invalid", WSS, "sips:a@x.invalid;nat-c=T", "sips:a@" SOURCE ";transport=ws;nat-c=T"},
	{"F12: WS", "sip:a@x.invalid;transport=ws", WS, "sip:a@x.invalid;transport=ws;nat-c=T", "sip:a@" SOURCE ";transport=ws;nat-c=T"},
	{"F12: wss is no word", "sip:a@x.invalid;transport=wss", WSS, "sip:a@x.invalid;transport=wss;nat-c=T", "sip:a@" SOURCE ";transport=ws;nat-c=T"},
};

/* N009: what of a Contact may stand in a request line */
static const struct
{
	const char *uri, *want;
} targets[] = {
	{HOME ";x=y", HOME ";x=y"},
	{HOME ";x=y?a=b", HOME ";x=y"},
	{HOME ";method=INVITE;x", HOME ";x"},
};
/* clang-format on */

/* Whose nets: what a phone behind a NAT would claim */
static struct nt_netset *nets(void)
{
	struct nt_net_entry entries[8];
	size_t count = nt_entries_must(
			entries, 8, "10.0.0.0/8@10000 192.168.0.0/16@10000 fd00::/8@10000");

	return nt_netset_must(entries, count);
}

static struct nt_uri read_must(struct nt_span text)
{
	struct nt_uri uri;

	NT_MUST(nt_uri_read(&uri, text) == 0);
	return uri;
}

START_TEST(what_is_wanted)
{
	struct nt_spot spot = {.source = nt_endpoint_must(SOURCE),
			.transport = wants[_i].transport};
	struct nt_netset *set = nets();
	struct nt_uri uri = read_must(nt_span_cstr(wants[_i].uri));

	spot.nets = set;
	ck_assert_msg(nt_mend_wanted(&uri, &spot) == wants[_i].dialog,
			"%s, in a dialog", wants[_i].name);
	spot.registering = true;
	ck_assert_msg(nt_mend_wanted(&uri, &spot) == wants[_i].registering,
			"%s, in a REGISTER", wants[_i].name);
	spot.transport = NT_TRANSPORT_OTHER;
	ck_assert(!nt_mend_wanted(&uri, &spot));
	free(set);
}
END_TEST

/* In a block of the exact size, and in no smaller one */
#define CHECK_WRITER(want, write)                                            \
	do {                                                                     \
		struct nt_span w = nt_span_cstr(want);                               \
		for(size_t size = 0; size <= w.len; size++) {                        \
			char *buf = nt_heap(NULL, size);                                 \
			size_t n = write;                                                \
			if(size < w.len)                                                 \
				ck_assert_uint_eq(n, 0);                                     \
			else                                                             \
				ck_assert_msg(nt_span_eq(nt_span_of(buf, n), w), "%s: %.*s", \
						rows[_i].name, (int)n, buf);                         \
			free(buf);                                                       \
		}                                                                    \
	} while(0)

START_TEST(what_it_becomes)
{
	struct nt_spot spot = {.source = nt_endpoint_must(SOURCE),
			.transport = rows[_i].transport};
	struct nt_span text = nt_heap_span(nt_span_cstr(rows[_i].uri));
	struct nt_uri uri = read_must(text);
	struct nt_span token = NT_SPAN("T");

	CHECK_WRITER(rows[_i].sealed, nt_mend_seal(buf, size, &uri, token));
	CHECK_WRITER(rows[_i].moved, nt_mend_move(buf, size, &uri, &spot, token));
	nt_heap_drop(text);
}
END_TEST

START_TEST(what_is_sealed_comes_back_byte_by_byte)
{
	struct nt_uri uri = read_must(nt_span_cstr(rows[_i].uri)), sealed;
	struct nt_span token;
	char a[256], b[256];
	size_t n;

	if(nt_mend_token(&uri, &token) > 0)
		return; /* a client's own nat-c goes for good */
	n = nt_mend_seal(a, sizeof(a), &uri, NT_SPAN("TOKEN"));
	sealed = read_must(nt_span_of(a, n));
	ck_assert_uint_eq(nt_mend_token(&sealed, &token), 1);
	ck_assert(nt_span_eq(token, NT_SPAN("TOKEN")));
	n = nt_mend_plain(b, sizeof(b), &sealed);
	ck_assert(nt_span_eq(nt_span_of(b, n), uri.text));
}
END_TEST

START_TEST(n009_headers_and_method_are_no_part_of_a_target)
{
	struct nt_uri uri = read_must(nt_span_cstr(targets[_i].uri));
	char buf[256];
	size_t n = nt_mend_target(buf, sizeof(buf), &uri);

	ck_assert(nt_span_eq(nt_span_of(buf, n), nt_span_cstr(targets[_i].want)));
	ck_assert_uint_eq(nt_mend_target(buf, n - 1, &uri), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("mend");

	nt_add_rows(suite, "wanted", what_is_wanted, NT_COUNT(wants));
	nt_add_rows(suite, "written", what_it_becomes, NT_COUNT(rows));
	nt_add_rows(suite, "undone", what_is_sealed_comes_back_byte_by_byte,
			NT_COUNT(rows));
	nt_add_rows(suite, "targets",
			n009_headers_and_method_are_no_part_of_a_target, NT_COUNT(targets));
	return nt_run(suite);
}
