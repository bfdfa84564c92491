/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses with ports, and IPv4 addresses inside IPv6 ones */
#include "unit/nt/nt_check.h"

#include <errno.h>

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span text;
	const char *want; /* as it is printed; NULL: refused */
} literals[] = {
	{"IPv4 without a port", NT_SPAN_INIT("192.0.2.1"), "192.0.2.1"},
	{"IPv4 with a port", NT_SPAN_INIT("192.0.2.1:5060"), "192.0.2.1:5060"},
	{"the lowest port", NT_SPAN_INIT("192.0.2.1:1"), "192.0.2.1:1"},
	{"the highest port", NT_SPAN_INIT("192.0.2.1:65535"), "192.0.2.1:65535"},
	{"N185 IPv6 with a port", NT_SPAN_INIT("[2001:db8::1]:5060"), "[2001:db8::1]:5060"},
	{"N185 IPv6 in brackets without a port", NT_SPAN_INIT("[2001:db8::1]"), "2001:db8::1"},
	{"IPv6 without brackets has no port", NT_SPAN_INIT("2001:db8::1:5060"), "2001:db8::1:5060"},
	{"N188 the port of a mapped address stands behind the bracket", NT_SPAN_INIT("[::ffff:192.0.2.1]:5060"), "192.0.2.1:5060"},
	{"N185 eight groups and a port without brackets", NT_SPAN_INIT("2001:db8:1:2:3:4:5:6:5060"), NULL},
	{"N185 a mapped address and a port without brackets", NT_SPAN_INIT("::ffff:192.0.2.1:5060"), NULL},
	{"N189 three colons in brackets", NT_SPAN_INIT("[2001:db8:::1]:5060"), NULL},
	{"port 0", NT_SPAN_INIT("192.0.2.1:0"), NULL},
	{"a port one too high", NT_SPAN_INIT("192.0.2.1:65536"), NULL},
	{"a port that wraps", NT_SPAN_INIT("192.0.2.1:18446744073709556676"), NULL},
	{"a port of 16 bits and more", NT_SPAN_INIT("192.0.2.1:70596"), NULL},
	{"an empty port", NT_SPAN_INIT("192.0.2.1:"), NULL},
	{"an empty port behind a bracket", NT_SPAN_INIT("[2001:db8::1]:"), NULL},
	{"a port alone", NT_SPAN_INIT(":5060"), NULL},
	{"a port with a sign", NT_SPAN_INIT("192.0.2.1:+5060"), NULL},
	{"a port with a blank", NT_SPAN_INIT("192.0.2.1: 5060"), NULL},
	{"a blank behind the port", NT_SPAN_INIT("192.0.2.1:5060 "), NULL},
	{"a NUL behind the port", NT_SPAN_INIT("192.0.2.1:5060\0"), NULL},
	{"a named port", NT_SPAN_INIT("192.0.2.1:sip"), NULL},
	{"two ports", NT_SPAN_INIT("192.0.2.1:5060:5061"), NULL},
	{"IPv4 in brackets with a port", NT_SPAN_INIT("[192.0.2.1]:5060"), NULL},
	{"a host name", NT_SPAN_INIT("pbx.example.com"), NULL},
	{"a host name with a port", NT_SPAN_INIT("pbx.example.com:5060"), NULL},
	{"no colon before the port", NT_SPAN_INIT("[2001:db8::1]5060"), NULL},
	{"a bracket that does not close", NT_SPAN_INIT("[2001:db8::1:5060"), NULL},
	{"empty brackets", NT_SPAN_INIT("[]:5060"), NULL},
	{"a colon", NT_SPAN_INIT(":"), NULL},
	{"a bracket", NT_SPAN_INIT("["), NULL},
	{"nothing", NT_SPAN_INIT(""), NULL},
	{"no text at all", {NULL, 0}, NULL},
};

static const char *const printed[] = {
	"192.0.2.1", "192.0.2.1:5060", "203.0.113.255:65535", "2001:db8::1", "[2001:db8::1]:5060",
	"[2001:db8:1111:2222:3333:4444:5555:6666]:65535",
};

static const struct {
	const char *name, *addr, *prefix;
	unsigned bits;
	const char *want; /* NULL: nothing inside */
} embedded[] = {
	{"N171 6to4 holds IPv4 behind its prefix", "2002:c000:221::1", NULL, 0, "192.0.2.33"},
	{"N171 6to4 with bits all around", "2002:c000:221:ffff:ffff:ffff:ffff:ffff", NULL, 0, "192.0.2.33"},
	{"N171 6to4 of a private address", "2002:a01:203::", NULL, 0, "10.1.2.3"},
	{"N171 the neighbour of 6to4 holds nothing", "2003:c000:221::1", NULL, 0, NULL},
	{"N171 the neighbour below 6to4 holds nothing", "2001:c000:221::1", NULL, 0, NULL},
	{"N171 the well-known prefix", "64:ff9b::192.0.2.33", NULL, 0, "192.0.2.33"},
	{"N171 the well-known prefix beside a configured one", "64:ff9b::192.0.2.33", "2001:db8::", 32, "192.0.2.33"},
	{"N171 96 bits of the well-known prefix count", "64:ff9b::1:192.0.2.33", NULL, 0, NULL},
	{"N171 the local-use prefix is no well-known one", "64:ff9b:1::192.0.2.33", NULL, 0, NULL},
	{"N171 compatible", "::192.0.2.33", NULL, 0, "192.0.2.33"},
	{"N171 the last compatible one", "::255.255.255.255", NULL, 0, "255.255.255.255"},
	{"N171 above the compatible ones", "::1:0:0", NULL, 0, NULL},
	{"N171 the unspecified address is not compatible", "::", NULL, 0, NULL},
	{"N171 the loopback is not compatible", "::1", NULL, 0, NULL},
	{"N171 the first compatible one that is", "::2", NULL, 0, "0.0.0.2"},
	{"N171 mapped is IPv4 already, nothing is inside", "::ffff:192.0.2.33", NULL, 0, NULL},
	{"N171 IPv4 has nothing inside", "192.0.2.33", "2001:db8::", 32, NULL},
	{"N171 an ordinary IPv6 address has nothing inside", "2001:db8::1", NULL, 0, NULL},
	{"N171 RFC 6052 §2.4, 32 bits", "2001:db8:c000:221::", "2001:db8::", 32, "192.0.2.33"},
	{"N171 RFC 6052 §2.4, 40 bits", "2001:db8:1c0:2:21::", "2001:db8:100::", 40, "192.0.2.33"},
	{"N171 RFC 6052 §2.4, 48 bits", "2001:db8:122:c000:2:2100::", "2001:db8:122::", 48, "192.0.2.33"},
	{"N171 RFC 6052 §2.4, 56 bits", "2001:db8:122:3c0:0:221::", "2001:db8:122:300::", 56, "192.0.2.33"},
	{"N171 RFC 6052 §2.4, 64 bits", "2001:db8:122:344:c0:2:2100::", "2001:db8:122:344::", 64, "192.0.2.33"},
	{"N171 RFC 6052 §2.4, 96 bits", "2001:db8:122:344::192.0.2.33", "2001:db8:122:344::", 96, "192.0.2.33"},
	{"N171 40 bits: the reserved octet is no part", "2001:db8:1c0:2:ff21::", "2001:db8:100::", 40, "192.0.2.33"},
	{"N171 48 bits: a suffix is no part", "2001:db8:122:c000:2:21ff:ffff:ffff", "2001:db8:122::", 48, "192.0.2.33"},
	{"N171 64 bits: a suffix is no part", "2001:db8:122:344:c0:2:21ff:ffff", "2001:db8:122:344::", 64, "192.0.2.33"},
	{"N171 the last bit of 32 counts", "2001:db9:c000:221::", "2001:db8::", 32, NULL},
	{"N171 the last bit of 40 counts", "2001:db8:0c0:2:21::", "2001:db8:100::", 40, NULL},
	{"N171 the last bit of 48 counts", "2001:db8:123:c000:2:2100::", "2001:db8:122::", 48, NULL},
	{"N171 the last bit of 56 counts", "2001:db8:122:2c0:0:221::", "2001:db8:122:300::", 56, NULL},
	{"N171 the last bit of 64 counts", "2001:db8:122:345:c0:2:2100::", "2001:db8:122:344::", 64, NULL},
	{"N171 the last bit of 96 counts", "2001:db8:122:344:0:1:192.0.2.33", "2001:db8:122:344::", 96, NULL},
	{"N171 a length that RFC 6052 has not is no prefix", "2001:db8:122:344::192.0.2.33", "2001:db8:122:344::", 72, NULL},
	{"N171 128 bits are no prefix", "2001:db8::1", "2001:db8::1", 128, NULL},
	{"N171 a prefix of no bits is none", "2001:db8::1", "::", 0, NULL},
};
/* clang-format on */

START_TEST(parse)
{
	struct nt_span text = nt_heap_span(literals[_i].text);
	struct nt_endpoint e = {.port = 1234};
	char got[NT_ENDPOINT_TEXT] = "refused";
	const char *want = literals[_i].want;
	int rc = nt_endpoint_parse(&e, text);

	if(rc == 0)
		nt_endpoint_print(got, sizeof(got), &e);
	nt_heap_drop(text);
	ck_assert_msg(strcmp(got, want != NULL ? want : "refused") == 0,
			"%s: '%.*s' is %s", literals[_i].name,
			NT_SPAN_FMT(literals[_i].text), got);
	if(want == NULL)
		ck_assert_msg(
				rc == EINVAL && e.port == 1234 && !nt_addr_is_set(&e.addr),
				"%s: error %d, written to", literals[_i].name, rc);
}
END_TEST

START_TEST(print)
{
	const char *want = printed[_i];
	struct nt_endpoint e = nt_endpoint_must(want);

	for(size_t size = 0; size <= strlen(want) + 2; size++) {
		char *buf = nt_heap(NULL, size);
		size_t n;

		memset(buf, 'x', size);
		n = nt_endpoint_print(buf, size, &e);
		if(size > strlen(want))
			ck_assert_msg(n == strlen(want) && strcmp(buf, want) == 0,
					"%s: %zu bytes give %zu, %s", want, size, n, buf);
		else
			ck_assert_msg(n == 0 && (size == 0 || buf[0] == '\0'),
					"%s: %zu bytes are too few but give %zu", want, size, n);
		free(buf);
	}
}
END_TEST

/* Each octet, in each place in turn, and each port */
START_TEST(every_number_is_printed)
{
	for(unsigned v = 1; v <= 65535; v++) {
		uint8_t bytes[4] = {10, 10, 10, 10};
		struct nt_endpoint e = {.port = (uint16_t)v};
		char got[NT_ENDPOINT_TEXT], want[NT_ENDPOINT_TEXT];

		bytes[v / 256 % 4] = (uint8_t)v;
		e.addr = nt_addr_ipv4(bytes);
		snprintf(want, sizeof(want), "%u.%u.%u.%u:%u", bytes[0], bytes[1],
				bytes[2], bytes[3], v);
		nt_endpoint_print(got, sizeof(got), &e);
		ck_assert_str_eq(got, want);
	}
}
END_TEST

START_TEST(embed)
{
	struct nt_addr a = nt_addr_must(embedded[_i].addr);
	struct nt_addr inner = {0, 0, NT_FAMILY_NONE};
	struct nt_prefix prefix = {.bits = embedded[_i].bits};
	char got[NT_ADDR_TEXT] = "nothing";

	if(embedded[_i].prefix != NULL)
		prefix.addr = nt_addr_must(embedded[_i].prefix);
	if(nt_addr_embedded(
			   &inner, &a, embedded[_i].prefix != NULL ? &prefix : NULL))
		nt_addr_print(got, sizeof(got), &inner, false);
	ck_assert_msg(
			strcmp(got, embedded[_i].want ? embedded[_i].want : "nothing") == 0,
			"%s: %s holds %s", embedded[_i].name, embedded[_i].addr, got);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_endpoint");
	TCase *c = tcase_create("numbers");

	tcase_add_test(c, every_number_is_printed);
	suite_add_tcase(s, c);
	nt_add_rows(s, "parse", parse, NT_COUNT(literals));
	nt_add_rows(s, "print", print, NT_COUNT(printed));
	nt_add_rows(s, "embed", embed, NT_COUNT(embedded));
	return nt_run(s);
}
