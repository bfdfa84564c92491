/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words that operators read and write: names of signs, and the sentence
 * that explains a verdict */
#include "unit/nt/nt_scene.h"

#include <errno.h>

#define UNTOUCHED 0xdeadbeefu
#define PRIV NT_SIGN_CONTACT_PRIVATE
#define VIA NT_SIGN_VIA_ADDR

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span list;
	uint32_t want;   /* 0: refused */
	const char *bad; /* then: this word */
} lists[] = {
	{"one name", NT_SPAN_INIT("via-addr"), VIA, NULL},
	{"two names", NT_SPAN_INIT("via-addr,contact-private"), VIA | PRIV, NULL},
	{"blanks around names", NT_SPAN_INIT(" via-addr , contact-private "), VIA | PRIV, NULL},
	{"a name twice", NT_SPAN_INIT("via-addr via-addr"), VIA, NULL},
	{"all", NT_SPAN_INIT("all"), NT_SIGN_ALL, NULL},
	{"all and one more", NT_SPAN_INIT("site,all"), NT_SIGN_ALL, NULL},
	{"a name that is none", NT_SPAN_INIT("via-adr"), 0, "via-adr"},
	{"the first bad name of two is told", NT_SPAN_INIT("via-addr,foo,bar"), 0, "foo"},
	{"a bad name behind good ones", NT_SPAN_INIT("via-addr,site,lan2"), 0, "lan2"},
	{"a bad name beside all", NT_SPAN_INIT("all,none"), 0, "none"},
	{"names are written in lower case", NT_SPAN_INIT("Via-Addr"), 0, "Via-Addr"},
	{"half a name", NT_SPAN_INIT("via"), 0, "via"},
	{"a number is no name", NT_SPAN_INIT("19"), 0, "19"},
	{"an empty list", NT_SPAN_INIT(""), 0, ""},
	{"a list of separators", NT_SPAN_INIT(" , ;"), 0, ""},
	{"no list at all", {NULL, 0}, 0, ""},
};

static const struct {
	const char *name;
	uint32_t signs;
	const char *want;
} printed[] = {
	{"no sign", 0, "none"},
	{"contact-private", NT_SIGN_CONTACT_PRIVATE, "contact-private"},
	{"contact-addr", NT_SIGN_CONTACT_ADDR, "contact-addr"},
	{"contact-port", NT_SIGN_CONTACT_PORT, "contact-port"},
	{"contact-invalid", NT_SIGN_CONTACT_INVALID, "contact-invalid"},
	{"via-private", NT_SIGN_VIA_PRIVATE, "via-private"},
	{"via-addr", NT_SIGN_VIA_ADDR, "via-addr"},
	{"via-port", NT_SIGN_VIA_PORT, "via-port"},
	{"source-private", NT_SIGN_SOURCE_PRIVATE, "source-private"},
	{"websocket", NT_SIGN_WEBSOCKET, "websocket"},
	{"received-tampered", NT_SIGN_TAMPERED, "received-tampered"},
	{"site", NT_SIGN_SITE, "site"},
	{"lan", NT_SIGN_LAN, "lan"},
	{"proxied", NT_SIGN_PROXIED, "proxied"},
	{"sdp-private", NT_SIGN_SDP_PRIVATE, "sdp-private"},
	{"sdp-addr", NT_SIGN_SDP_ADDR, "sdp-addr"},
	{"alg-callid", NT_SIGN_ALG_CALLID, "alg-callid"},
	{"alg-mixed", NT_SIGN_ALG_MIXED, "alg-mixed"},
	{"alg-sdp", NT_SIGN_ALG_SDP, "alg-sdp"},
	{"alg-length", NT_SIGN_ALG_LENGTH, "alg-length"},
	{"all traces of an ALG", NT_SIGNS_ALG, "alg-callid,alg-mixed,alg-sdp,alg-length,alg-from,alg-ice"},
	{"two signs", NT_SIGN_SITE | NT_SIGN_LAN, "site,lan"},
	{"all signs", NT_SIGN_ALL, "contact-private,contact-addr,contact-port,contact-invalid,via-private,via-addr,via-port,"
		"source-private,websocket,received-tampered,site,lan,proxied,sdp-private,sdp-addr,alg-callid,alg-mixed,alg-sdp,alg-length,"
		"gateway,target,alg-from,alg-ice,v4v6"},
};

static const struct {
	const char *name, *source;
	enum nt_transport transport;
	bool proxied;
	const char *via, *contact;
	const char *part[3]; /* all are in the reason; NULL: no more */
} reasons[] = {
	{"a private Via is told with its source", "198.51.100.7:61000", NT_TRANSPORT_UDP, false, "10.1.2.3:5062", "198.51.100.7:61000", {"Via", "10.1.2.3:5062", "198.51.100.7:61000"}},
	{"a private Contact is told with its source", "198.51.100.7:61000", NT_TRANSPORT_UDP, false, "198.51.100.7:61000", "10.1.2.3:5064", {"Contact", "10.1.2.3:5064", "198.51.100.7:61000"}},
	{"a private claim is called private", "198.51.100.7:61000", NT_TRANSPORT_UDP, false, "10.1.2.3", "", {"private", "10.1.2.3", NULL}},
	{"a mismatch is told with both addresses", "198.51.100.7:61000", NT_TRANSPORT_UDP, false, "198.51.100.8:5060", "", {"Via", "198.51.100.8:5060", "198.51.100.7:61000"}},
	{"a mismatch of IPv6 is told in brackets", "[2001:db8::1]:5060", NT_TRANSPORT_TCP, false, "", "[2001:db8::2]:5070", {"Contact", "[2001:db8::2]:5070", "[2001:db8::1]:5060"}},
	{"a site is told with its parameter", "203.0.113.65:5060", NT_TRANSPORT_UDP, false, "", "", {"203.0.113.65:5060", "nat_sites", NULL}},
	{"the LAN is told with its parameter", "192.0.2.9:5060", NT_TRANSPORT_UDP, false, "10.1.2.3", "", {"192.0.2.9:5060", "lan_nets", NULL}},
	{"a connection is told", "198.51.100.7:61000", NT_TRANSPORT_WSS, false, "", "x.invalid", {"198.51.100.7:61000", "flow", NULL}},
	{"a proxy is told", "198.51.100.7:61000", NT_TRANSPORT_UDP, true, "10.1.2.3", "", {"198.51.100.7:61000", "proxy", NULL}},
	{"no evidence is told", "198.51.100.7:5060", NT_TRANSPORT_UDP, false, "198.51.100.7", "", {"198.51.100.7:5060", "speaks for a NAT", NULL}},
	{"ports that prove nothing are told", "198.51.100.7:40000", NT_TRANSPORT_UDP, false, "198.51.100.7:5060", "", {"198.51.100.7:40000", "another port", NULL}},
	{"a private source that says so is told", "10.1.2.3:5060", NT_TRANSPORT_UDP, false, "10.1.2.3:5060", "", {"10.1.2.3:5060", "private", NULL}},
	{"the longest values fit", "[2001:db8:1111:2222:3333:4444:5555:6666]:65535", NT_TRANSPORT_UDP, false,
		"[fd00:1111:2222:3333:4444:5555:6666:7777]:65535", "", {"[2001:db8:1111:2222:3333:4444:5555:6666]:65535", "[fd00:1111:2222:3333:4444:5555:6666:7777]:65535", NULL}},
};
/* clang-format on */

START_TEST(parse)
{
	struct nt_span list = nt_heap_span(lists[_i].list);
	struct nt_span bad = NT_SPAN("untouched");
	uint32_t got = UNTOUCHED;
	int rc = nt_signs_parse(&got, list, &bad);

	if(lists[_i].want != 0) {
		ck_assert_msg(rc == 0 && got == lists[_i].want, "%s: %d, %x",
				lists[_i].name, rc, got);
		ck_assert_msg(nt_span_eq(bad, NT_SPAN("untouched")),
				"%s: '%.*s' is bad", lists[_i].name, NT_SPAN_FMT(bad));
	} else {
		ck_assert_msg(rc == EINVAL && got == UNTOUCHED, "%s: %d, %x",
				lists[_i].name, rc, got);
		ck_assert_msg(nt_span_eq(bad, nt_span_cstr(lists[_i].bad)),
				"%s: '%.*s' is bad instead of '%s'", lists[_i].name,
				NT_SPAN_FMT(bad), lists[_i].bad);
	}
	nt_heap_drop(list);
}
END_TEST

START_TEST(print)
{
	const char *want = printed[_i].want;
	size_t len = strlen(want);

	ck_assert_msg(len < NT_SIGNS_TEXT, "%s: NT_SIGNS_TEXT is too small",
			printed[_i].name);
	for(size_t size = 0; size <= len + 3; size++) {
		char *buf = nt_heap(NULL, size);
		size_t n;

		memset(buf, 'x', size);
		n = nt_signs_print(buf, size, printed[_i].signs);
		if(size > len)
			ck_assert_msg(n == len && strcmp(buf, want) == 0,
					"%s: %zu bytes are enough but give %zu, '%s'",
					printed[_i].name, size, n, buf);
		else
			ck_assert_msg(n == 0 && (size == 0 || buf[0] == '\0'),
					"%s: %zu bytes are too few but give %zu", printed[_i].name,
					size, n);
		free(buf);
	}
}
END_TEST

START_TEST(round_trip)
{
	uint32_t sign = (uint32_t)1 << _i, got = 0;
	char text[NT_SIGNS_TEXT];
	size_t n = nt_signs_print(text, sizeof(text), sign);
	struct nt_span bad;

	ck_assert_msg(
			nt_signs_parse(&got, nt_span_of(text, n), &bad) == 0 && got == sign,
			"sign %x is '%s', which is %x", sign, text, got);
}
END_TEST

START_TEST(reason)
{
	struct nt_claim contact = nt_claim_must(nt_span_cstr(reasons[_i].contact));
	struct nt_evidence ev = {.source = nt_endpoint_must(reasons[_i].source),
			.transport = reasons[_i].transport,
			.proxied = reasons[_i].proxied,
			.via = nt_claim_must(nt_span_cstr(reasons[_i].via)),
			.contacts = &contact,
			.contact_count = 1};
	struct nt_netset *nets = nt_scene_nets();
	struct nt_verdict v = nt_detect_by(&ev, nets, NT_STRICT_ADDR);
	char text[NT_REASON_TEXT];
	size_t len = nt_reason_print(text, sizeof(text), &v, &ev.source, "");

	ck_assert_msg(len > 0 && len == strlen(text), "%s: length %zu",
			reasons[_i].name, len);
	for(int i = 0; i < 3 && reasons[_i].part[i] != NULL; i++)
		ck_assert_msg(strstr(text, reasons[_i].part[i]) != NULL,
				"%s: no '%s' in '%s'", reasons[_i].name, reasons[_i].part[i],
				text);
	for(size_t size = 0; size <= len + 1; size++) {
		char *buf = nt_heap(NULL, size);
		size_t n;

		memset(buf, 'x', size);
		n = nt_reason_print(buf, size, &v, &ev.source, "");
		if(size > len)
			ck_assert_msg(n == len && strcmp(buf, text) == 0,
					"%s: %zu bytes give %zu", reasons[_i].name, size, n);
		else
			ck_assert_msg(n == 0 && (size == 0 || buf[0] == '\0'),
					"%s: %zu bytes are too few but give %zu", reasons[_i].name,
					size, n);
		free(buf);
	}
	free(nets);
}
END_TEST

START_TEST(names_differ)
{
	for(int a = 0; a <= NT_CLASS_COUNT; a++) {
		for(int b = 0; b < a; b++) {
			const char *x = nt_class_name((enum nt_class)a);
			const char *y = nt_class_name((enum nt_class)b);
			bool known = b > 0 && a < NT_CLASS_COUNT;

			ck_assert_msg(!known || strcmp(x, y) != 0, "classes: %s", x);
			x = nt_rule_name((enum nt_rule)a);
			y = nt_rule_name((enum nt_rule)b);
			ck_assert_msg(strcmp(x, y) != 0, "rules: %s", x);
		}
	}
	ck_assert_str_eq(nt_class_name((enum nt_class)99), "unknown");
	ck_assert_str_eq(nt_rule_name((enum nt_rule)99), "unknown");
	ck_assert_str_eq(nt_transport_name(NT_TRANSPORT_WSS), "wss");
	ck_assert_str_eq(nt_transport_name((enum nt_transport)99), "other");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_words");

	nt_add_rows(s, "parse", parse, NT_COUNT(lists));
	nt_add_rows(s, "print", print, NT_COUNT(printed));
	nt_add_rows(s, "round trip", round_trip, 19);
	nt_add_rows(s, "reason", reason, NT_COUNT(reasons));
	nt_add_rows(s, "names", names_differ, 1);
	return nt_run(s);
}
