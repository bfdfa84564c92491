/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pings as bytes: complete, small, whole or not at all. */
#include "unit/nt/nt_check.h"

#include "nt/nt_ping.h"

#define TAG "AAAAAQAAAAIAAAADabcdefghijk"
#define MOST 2048

static const struct nt_ping_face face4 = {
		.via_host = NT_SPAN_INIT("198.51.100.1:5060"),
		.from = NT_SPAN_INIT("sip:ping@198.51.100.1"),
		.transport = NT_TRANSPORT_UDP};
static const struct nt_ping_face face6 = {
		.via_host = NT_SPAN_INIT("[2001:db8::1]:5060"),
		.from = NT_SPAN_INIT("sip:ping@[2001:db8::1]"),
		.transport = NT_TRANSPORT_UDP};

static struct nt_ping_face by(
		struct nt_ping_face face, enum nt_transport transport)
{
	face.transport = transport;
	return face;
}

/* @return what was printed, on the heap of its exact size, NUL behind it */
static char *print(enum nt_ping_method method, const struct nt_ping_face *face,
		const char *to, struct nt_span tag, uint32_t sequence, size_t *len)
{
	struct nt_endpoint e = nt_endpoint_must(to);
	char *room = nt_heap(NULL, MOST), *text;
	size_t n = nt_ping_print(room, MOST, method, face, &e, tag, sequence);

	free(room);
	if(n > 0) {
		/* what fits exactly fits, what does not leaves no trace */
		room = nt_heap(NULL, n);
		ck_assert_uint_eq(
				nt_ping_print(room, n, method, face, &e, tag, sequence), n);
		for(size_t size = 0; size < n; size++) {
			char *less = nt_heap(NULL, size);

			ck_assert_uint_eq(
					nt_ping_print(less, size, method, face, &e, tag, sequence),
					0);
			free(less);
		}
	} else {
		room = nt_heap(NULL, 0);
	}
	text = nt_heap(NULL, n + 1);
	if(n > 0)
		memcpy(text, room, n);
	text[n] = '\0';
	free(room);
	*len = n;
	return text;
}

static void check(enum nt_ping_method method, const struct nt_ping_face *face,
		const char *to, uint32_t sequence, const char *want)
{
	size_t n;
	char *text = print(method, face, to, NT_SPAN(TAG), sequence, &n);

	ck_assert_str_eq(text, want);
	ck_assert_uint_eq(n, strlen(want));
	free(text);
}

/* RFC 3261 §8.1.1: Via, Max-Forwards, From with tag, To, Call-ID, CSeq; and
 * §18.3: Content-Length */
START_TEST(options_are_complete)
{
	check(NT_PING_OPTIONS, &face4, "203.0.113.9:40001", 3,
			"OPTIONS sip:203.0.113.9:40001 SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 198.51.100.1:5060;rport;"
			"branch=z9hG4bKabcdefghijk\r\n"
			"Max-Forwards: 70\r\n"
			"From: <sip:ping@198.51.100.1>;tag=abcdef\r\n"
			"To: <sip:203.0.113.9>\r\n"
			"Call-ID: " TAG "\r\n"
			"CSeq: 3 OPTIONS\r\n"
			"Content-Length: 0\r\n"
			"\r\n");
}
END_TEST

START_TEST(notify_says_why)
{
	check(NT_PING_NOTIFY, &face4, "203.0.113.9:40001", 0,
			"NOTIFY sip:203.0.113.9:40001 SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 198.51.100.1:5060;rport;"
			"branch=z9hG4bKabcdefghijk\r\n"
			"Max-Forwards: 70\r\n"
			"From: <sip:ping@198.51.100.1>;tag=abcdef\r\n"
			"To: <sip:203.0.113.9>\r\n"
			"Call-ID: " TAG "\r\n"
			"CSeq: 0 NOTIFY\r\n"
			"Event: keep-alive\r\n"
			"Subscription-State: terminated\r\n"
			"Content-Length: 0\r\n"
			"\r\n");
}
END_TEST

/* clang-format off */
static const struct {
	enum nt_transport transport;
	const char *via;
} transports[] = {
	{NT_TRANSPORT_UDP, "Via: SIP/2.0/UDP [2001:db8::1]:5060;rport;"},
	{NT_TRANSPORT_TCP, "Via: SIP/2.0/TCP [2001:db8::1]:5060;rport;"},
	{NT_TRANSPORT_TLS, "Via: SIP/2.0/TLS [2001:db8::1]:5060;rport;"},
	{NT_TRANSPORT_WS, "Via: SIP/2.0/WS [2001:db8::1]:5060;rport;"},
	{NT_TRANSPORT_WSS, "Via: SIP/2.0/WSS [2001:db8::1]:5060;rport;"},
};
/* clang-format on */

START_TEST(ipv6_and_each_transport)
{
	struct nt_ping_face face = by(face6, transports[_i].transport);
	char want[1024];

	snprintf(want, sizeof(want),
			"OPTIONS sip:[2001:db8:0:1::9]:5061 SIP/2.0\r\n"
			"%sbranch=z9hG4bKabcdefghijk\r\n"
			"Max-Forwards: 70\r\n"
			"From: <sip:ping@[2001:db8::1]>;tag=abcdef\r\n"
			"To: <sip:[2001:db8:0:1::9]>\r\n"
			"Call-ID: " TAG "\r\n"
			"CSeq: 2147483647 OPTIONS\r\n"
			"Content-Length: 0\r\n"
			"\r\n",
			transports[_i].via);
	check(NT_PING_OPTIONS, &face, "[2001:db8:0:1::9]:5061", UINT32_MAX, want);
}
END_TEST

/* RFC 3261 §18.2.2: without rport the answer goes where Via says */
START_TEST(an_answer_can_be_wanted_elsewhere)
{
	struct nt_ping_face face = face4;

	face.via_host = NT_SPAN("198.51.100.1:40000");
	face.no_rport = true;
	check(NT_PING_OPTIONS, &face, "203.0.113.9:40001", 3,
			"OPTIONS sip:203.0.113.9:40001 SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 198.51.100.1:40000;branch=z9hG4bKabcdefghijk\r\n"
			"Max-Forwards: 70\r\n"
			"From: <sip:ping@198.51.100.1>;tag=abcdef\r\n"
			"To: <sip:203.0.113.9>\r\n"
			"Call-ID: " TAG "\r\n"
			"CSeq: 3 OPTIONS\r\n"
			"Content-Length: 0\r\n"
			"\r\n");
}
END_TEST

START_TEST(every_number_is_printed)
{
	static const uint32_t more[] = {999, 1000, 9999, 10000, 99999, 100000,
			12345678, 123456789, 1000000000, INT32_MAX};
	size_t n;

	for(uint32_t i = 0; i < 1001 + NT_COUNT(more); i++) {
		uint32_t number = i < 1001 ? i : more[i - 1001];
		struct nt_endpoint to = nt_endpoint_must("192.0.2.1:1");
		char buf[NT_PING_TEXT], want[32];

		n = nt_ping_print(buf, sizeof(buf) - 1, NT_PING_OPTIONS, &face4, &to,
				NT_SPAN(TAG), number);
		buf[n] = '\0';
		snprintf(want, sizeof(want), "\r\nCSeq: %u OPTIONS\r\n", number);
		ck_assert_ptr_nonnull(strstr(buf, want));
	}
}
END_TEST

/* The port is left out of To whatever its length */
START_TEST(to_is_an_address)
{
	static const char *const ports[] = {"1", "9", "10", "99", "100", "999",
			"1000", "9999", "10000", "65535"};

	for(int i = 0; i < 2 * NT_COUNT(ports); i++) {
		const char *host = i % 2 ? "[2001:db8::1]" : "192.0.2.1";
		struct nt_endpoint to;
		char buf[NT_PING_TEXT], text[64], want[128];
		size_t n;

		snprintf(text, sizeof(text), "%s:%s", host, ports[i / 2]);
		to = nt_endpoint_must(text);
		n = nt_ping_print(buf, sizeof(buf) - 1, NT_PING_OPTIONS, &face4, &to,
				NT_SPAN(TAG), 1);
		buf[n] = '\0';
		snprintf(want, sizeof(want), "\r\nTo: <sip:%s>\r\n", host);
		ck_assert_ptr_nonnull(strstr(buf, want));
	}
}
END_TEST

/* 0.85 of the 355 bytes that nathelper's take, IP and UDP heads included, also
 * for the longest address: after 11 days at 25 s, and after 3 years */
START_TEST(options_are_small)
{
	size_t n;
	struct nt_ping_face longest = {.via_host = NT_SPAN("198.51.100.100:5060"),
			.from = NT_SPAN("sip:ping@198.51.100.100"),
			.transport = NT_TRANSPORT_UDP};

	free(print(NT_PING_OPTIONS, &face4, "203.0.113.9:40001", NT_SPAN(TAG),
			40000, &n));
	ck_assert_uint_le(n + 28, 300);
	free(print(NT_PING_OPTIONS, &longest, "203.0.113.209:40001", NT_SPAN(TAG),
			4000000, &n));
	ck_assert_uint_le(n + 28, 310);
}
END_TEST

/* If this has to be changed: modules/nat_ping/doc/nat_ping_cost.xml as well */
START_TEST(the_manual_says_how_large_they_are)
{
	size_t n;

	free(print(NT_PING_OPTIONS, &face4, "203.0.113.9:40001", NT_SPAN(TAG), 1234,
			&n));
	ck_assert_uint_eq(n + 28, 297);
	free(print(NT_PING_NOTIFY, &face4, "203.0.113.9:40001", NT_SPAN(TAG), 1234,
			&n));
	ck_assert_uint_eq(n + 28, 346);
}
END_TEST

/* N061: STUN is a binding request and nothing else */
START_TEST(what_is_no_sip)
{
	static const struct nt_span id = NT_SPAN_INIT("0123456789ab");
	struct nt_ping_face ws = by(face4, NT_TRANSPORT_WSS);
	size_t n;
	char *text;

	check(NT_PING_CRLF, &face4, "203.0.113.9:40001", 1, "\r\n\r\n");
	ws.transport = NT_TRANSPORT_TCP;
	check(NT_PING_CRLF, &ws, "203.0.113.9:40001", 1, "\r\n\r\n");
	ws.transport = NT_TRANSPORT_WSS;
	check(NT_PING_WEBSOCKET, &ws, "203.0.113.9:40001", 1, "\x89\x1b" TAG);
	text = print(NT_PING_ZERO, &face4, "203.0.113.9:40001", NT_SPAN(""), 1, &n);
	ck_assert_uint_eq(n, 4);
	ck_assert_mem_eq(text, "\0\0\0\0", 4);
	free(text);
	text = print(NT_PING_STUN, &face4, "203.0.113.9:40001", id, 1, &n);
	ck_assert_uint_eq(n, 20);
	ck_assert_mem_eq(text,
			"\0\1\0\0\x21\x12\xa4\x42"
			"0123456789ab",
			20);
	free(text);
}
END_TEST

/* Methods by transports, other to wss: which are there, and which of them must
 * be answered */
/* clang-format off */
static const struct {
	enum nt_ping_method method;
	const char *name, *there, *answered;
} methods[] = {
	{NT_PING_CRLF, "crlf", "-yyyyy", "------"},
	{NT_PING_OPTIONS, "options", "-yyyyy", "-yyyyy"},
	{NT_PING_NOTIFY, "notify", "-yyyyy", "-yyyyy"},
	{NT_PING_STUN, "stun", "-y----", "-y----"},
	{NT_PING_ZERO, "zero", "-y----", "------"},
	{NT_PING_WEBSOCKET, "websocket", "----yy", "------"},
	{NT_PING_METHOD_COUNT, "unknown", "------", "------"},
	{(enum nt_ping_method)-1, "unknown", "------", "------"},
};
/* clang-format on */

START_TEST(what_there_is_on_which_transport)
{
	char there[] = "??????", answered[] = "??????";

	for(int t = NT_TRANSPORT_OTHER; t <= NT_TRANSPORT_WSS; t++) {
		struct nt_ping_face face = by(face4, (enum nt_transport)t);
		size_t n;

		free(print(methods[_i].method, &face, "192.0.2.1:1",
				methods[_i].method == NT_PING_STUN ? NT_SPAN("0123456789ab")
												   : NT_SPAN(TAG),
				1, &n));
		there[t] = n > 0 ? 'y' : '-';
		answered[t] = nt_ping_is_answered(methods[_i].method, face.transport)
							  ? 'y'
							  : '-';
	}
	ck_assert_str_eq(there, methods[_i].there);
	ck_assert_str_eq(answered, methods[_i].answered);
	ck_assert_str_eq(nt_ping_method_name(methods[_i].method), methods[_i].name);
	ck_assert(!nt_ping_is_answered(methods[_i].method, NT_TRANSPORT_WSS + 1));
}
END_TEST

START_TEST(half_a_ping_is_none)
{
	struct nt_endpoint to = nt_endpoint_must("192.0.2.1:5060"), nobody = to,
					   no_port = to;
	struct nt_ping_face face = face4, ws = by(face4, NT_TRANSPORT_WS);
	struct nt_span tag = NT_SPAN(TAG), short_tag = {tag.p, tag.len - 1},
				   none = {NULL, 0};
	char buf[NT_PING_TEXT];

#define PRINT(method, face, to, tag) \
	nt_ping_print(buf, sizeof(buf), method, face, to, tag, 1)
	nobody.addr.family = NT_FAMILY_NONE;
	no_port.port = 0;
	ck_assert_uint_gt(PRINT(NT_PING_OPTIONS, &face, &to, tag), 0);
	ck_assert_uint_eq(PRINT(NT_PING_OPTIONS, &face, &nobody, tag), 0);
	ck_assert_uint_eq(PRINT(NT_PING_OPTIONS, &face, &no_port, tag), 0);
	ck_assert_uint_eq(PRINT(NT_PING_OPTIONS, &face, &to, short_tag), 0);
	ck_assert_uint_eq(PRINT(NT_PING_OPTIONS, &face, &to, none), 0);
	ck_assert_uint_eq(PRINT(NT_PING_STUN, &face, &to, tag), 0);
	ck_assert_uint_eq(PRINT(NT_PING_STUN, &face, &to, none), 0);
	ck_assert_uint_eq(PRINT(NT_PING_WEBSOCKET, &ws, &to, short_tag), 0);
	ck_assert_uint_eq(PRINT(NT_PING_WEBSOCKET, &ws, &to, none), 0);
	ck_assert_uint_eq(PRINT(NT_PING_CRLF, &face, &to, none), 4);
	face.from = none;
	ck_assert_uint_eq(PRINT(NT_PING_NOTIFY, &face, &to, tag), 0);
	face = face4;
	face.via_host = none;
	ck_assert_uint_eq(PRINT(NT_PING_NOTIFY, &face, &to, tag), 0);
}
END_TEST

/* Two texts of 128 bytes, the longest address and number: NT_PING_TEXT is
 * enough */
START_TEST(the_longest_one_fits)
{
	char host[128];
	struct nt_ping_face face = {.via_host = nt_span_of(host, sizeof(host)),
			.from = nt_span_of(host, sizeof(host)),
			.transport = NT_TRANSPORT_WSS};
	size_t n;

	memset(host, 'h', sizeof(host));
	free(print(NT_PING_NOTIFY, &face,
			"[1111:2222:3333:4444:5555:6666:7777:8888]:65535", NT_SPAN(TAG),
			UINT32_MAX, &n));
	ck_assert_uint_gt(n, 0);
	ck_assert_uint_le(n, NT_PING_TEXT);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_ping");
	TCase *c = tcase_create("bytes");

	tcase_add_test(c, options_are_complete);
	tcase_add_test(c, notify_says_why);
	tcase_add_test(c, an_answer_can_be_wanted_elsewhere);
	tcase_add_test(c, every_number_is_printed);
	tcase_add_test(c, to_is_an_address);
	tcase_add_test(c, options_are_small);
	tcase_add_test(c, the_manual_says_how_large_they_are);
	tcase_add_test(c, what_is_no_sip);
	tcase_add_test(c, half_a_ping_is_none);
	tcase_add_test(c, the_longest_one_fits);
	suite_add_tcase(suite, c);
	nt_add_rows(
			suite, "transports", ipv6_and_each_transport, NT_COUNT(transports));
	nt_add_rows(suite, "methods", what_there_is_on_which_transport,
			NT_COUNT(methods));
	return nt_run(suite);
}
