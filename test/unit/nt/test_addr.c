/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_check.h"

#include <arpa/inet.h>
#include <errno.h>

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span text;
	const char *want; /* as it is printed; NULL: refused */
} literals[] = {
	{"a dotted quad", NT_SPAN_INIT("192.0.2.33"), "192.0.2.33"},
	{"the first IPv4 address", NT_SPAN_INIT("0.0.0.0"), "0.0.0.0"},
	{"the last IPv4 address", NT_SPAN_INIT("255.255.255.255"), "255.255.255.255"},
	{"two octets are no address", NT_SPAN_INIT("10.1"), NULL},
	{"three octets are no address", NT_SPAN_INIT("192.0.2"), NULL},
	{"five octets are no address", NT_SPAN_INIT("192.0.2.33.1"), NULL},
	{"an octet with a leading zero could be octal", NT_SPAN_INIT("010.0.0.1"), NULL},
	{"a last octet of two zeros", NT_SPAN_INIT("10.0.0.00"), NULL},
	{"one hexadecimal number", NT_SPAN_INIT("0x0a000001"), NULL},
	{"a hexadecimal octet", NT_SPAN_INIT("0xa.0.0.1"), NULL},
	{"one decimal number", NT_SPAN_INIT("167772161"), NULL},
	{"an octet of 300", NT_SPAN_INIT("300.1.1.1"), NULL},
	{"an octet of 256", NT_SPAN_INIT("192.0.2.256"), NULL},
	{"an octet that wraps to a small one", NT_SPAN_INIT("4294967297.0.2.1"), NULL},
	{"an octet of four digits", NT_SPAN_INIT("192.0.2.1000"), NULL},
	{"an empty octet", NT_SPAN_INIT("192..2.33"), NULL},
	{"a dot behind", NT_SPAN_INIT("192.0.2.33."), NULL},
	{"a dot before", NT_SPAN_INIT(".192.0.2.33"), NULL},
	{"a blank behind", NT_SPAN_INIT("1.2.3.4 "), NULL},
	{"a blank before", NT_SPAN_INIT(" 1.2.3.4"), NULL},
	{"a NUL behind", NT_SPAN_INIT("192.0.2.33\0"), NULL},
	{"a sign in an octet", NT_SPAN_INIT("192.0.2.+3"), NULL},
	{"brackets around IPv4", NT_SPAN_INIT("[192.0.2.33]"), NULL},
	{"a host name", NT_SPAN_INIT("sip.example.com"), NULL},
	{"a name of digits and letters", NT_SPAN_INIT("192.0.2.a"), NULL},
	{"nothing", NT_SPAN_INIT(""), NULL},
	{"no text at all", {NULL, 0}, NULL},
	{"one digit", NT_SPAN_INIT("1"), NULL},
	{"fifty zeros", NT_SPAN_INIT("00000000000000000000000000000000000000000000000000"), NULL},

	{"the unspecified IPv6 address", NT_SPAN_INIT("::"), "::"},
	{"the IPv6 loopback", NT_SPAN_INIT("::1"), "::1"},
	{"eight groups", NT_SPAN_INIT("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2:3:4:5:6"},
	{"the last IPv6 address", NT_SPAN_INIT("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	{"N185 brackets are taken off", NT_SPAN_INIT("[2001:db8::1]"), "2001:db8::1"},
	{"nothing between brackets", NT_SPAN_INIT("[]"), NULL},
	{"a bracket that does not close", NT_SPAN_INIT("[::1"), NULL},
	{"a bracket that does not open", NT_SPAN_INIT("::1]"), NULL},
	{"two pairs of brackets", NT_SPAN_INIT("[[::1]]"), NULL},
	{"a byte behind the bracket", NT_SPAN_INIT("[::1] "), NULL},
	{"one bracket", NT_SPAN_INIT("["), NULL},
	{"a zone id", NT_SPAN_INIT("fe80::1%eth0"), NULL},
	{"a zone id in brackets", NT_SPAN_INIT("[fe80::1%25eth0]"), NULL},
	{"N189 three colons alone", NT_SPAN_INIT(":::"), NULL},
	{"N189 three colons within", NT_SPAN_INIT("1:::2"), NULL},
	{"N189 three colons before IPv4", NT_SPAN_INIT("2001:db8:::192.0.2.1"), NULL},
	{"N189 three colons behind", NT_SPAN_INIT("2001:db8:::"), NULL},
	{"two gaps", NT_SPAN_INIT("1::2::3"), NULL},
	{"two gaps at the ends", NT_SPAN_INIT("::1::"), NULL},
	{"nine groups", NT_SPAN_INIT("2001:db8:1:2:3:4:5:6:7"), NULL},
	{"seven groups without a gap", NT_SPAN_INIT("2001:db8:1:2:3:4:5"), NULL},
	{"a gap that stands for no group", NT_SPAN_INIT("1:2:3:4::5:6:7:8"), NULL},
	{"a gap behind eight groups", NT_SPAN_INIT("1:2:3:4:5:6:7:8::"), NULL},
	{"a gap before eight groups", NT_SPAN_INIT("::1:2:3:4:5:6:7:8"), NULL},
	{"a gap that stands for the last group", NT_SPAN_INIT("1:2:3:4:5:6:7::"), "1:2:3:4:5:6:7:0"},
	{"a gap that stands for the first group", NT_SPAN_INIT("::2:3:4:5:6:7:8"), "0:2:3:4:5:6:7:8"},
	{"a group of five digits", NT_SPAN_INIT("2001:0db80::1"), NULL},
	{"a group of five zeros", NT_SPAN_INIT("2001:db8::00000"), NULL},
	{"a colon behind", NT_SPAN_INIT("1:2:3:4:5:6:7:"), NULL},
	{"a colon behind eight groups", NT_SPAN_INIT("1:2:3:4:5:6:7:8:"), NULL},
	{"a colon before", NT_SPAN_INIT(":1:2:3:4:5:6:7"), NULL},
	{"a digit that is none", NT_SPAN_INIT("2001:db8::g"), NULL},
	{"a blank behind IPv6", NT_SPAN_INIT("2001:db8::1 "), NULL},
	{"a NUL within IPv6", NT_SPAN_INIT("2001:db8::1\0:2"), NULL},
	{"two colons and a bracket", NT_SPAN_INIT("[::"), NULL},

	{"N188 an IPv4-mapped address is IPv4", NT_SPAN_INIT("::ffff:1.2.3.4"), "1.2.3.4"},
	{"N188 an IPv4-mapped address in brackets is IPv4", NT_SPAN_INIT("[::FFFF:192.0.2.1]"), "192.0.2.1"},
	{"N188 an IPv4-mapped address in groups is IPv4", NT_SPAN_INIT("::ffff:c000:201"), "192.0.2.1"},
	{"N188 an IPv4-mapped address in full is IPv4", NT_SPAN_INIT("0:0:0:0:0:ffff:192.0.2.1"), "192.0.2.1"},
	{"an IPv4-compatible address stays IPv6", NT_SPAN_INIT("::1.2.3.4"), "::102:304"},
	{"an IPv4-translated address stays IPv6", NT_SPAN_INIT("::ffff:0:192.0.2.1"), "::ffff:0:c000:201"},
	{"six groups and IPv4", NT_SPAN_INIT("2001:db8:1:2:3:4:192.0.2.33"), "2001:db8:1:2:3:4:c000:221"},
	{"seven groups and IPv4", NT_SPAN_INIT("2001:db8:1:2:3:4:5:192.0.2.33"), NULL},
	{"IPv4 in the middle", NT_SPAN_INIT("::192.0.2.33:1"), NULL},
	{"IPv4 at the beginning", NT_SPAN_INIT("192.0.2.33::"), NULL},
	{"IPv4 inside that is not strict", NT_SPAN_INIT("::ffff:192.0.02.1"), NULL},
	{"IPv4 inside that is too short", NT_SPAN_INIT("::ffff:192.0.2"), NULL},

	{"RFC 5952 §4.1: no leading zeros", NT_SPAN_INIT("2001:0db8:0000:0000:0000:0000:0000:0001"), "2001:db8::1"},
	{"RFC 5952 §4.2.1: as short as can be", NT_SPAN_INIT("2001:db8:0:0:0::1"), "2001:db8::1"},
	{"RFC 5952 §4.2.2: one zero group is no gap", NT_SPAN_INIT("2001:db8::1:1:1:1:1"), "2001:db8:0:1:1:1:1:1"},
	{"RFC 5952 §4.2.3: the longer run is the gap", NT_SPAN_INIT("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1"},
	{"RFC 5952 §4.2.3: of equal runs the first", NT_SPAN_INIT("2001:db8:0:0:1::1"), "2001:db8::1:0:0:1"},
	{"RFC 5952 §4.3: lower case", NT_SPAN_INIT("2001:DB8::ABCD:EF"), "2001:db8::abcd:ef"},
	{"a gap at the end", NT_SPAN_INIT("2001:db8:0:0:0:0:0:0"), "2001:db8::"},
	{"a gap at the beginning", NT_SPAN_INIT("0:0:0:0:0:1:2:3"), "::1:2:3"},
	{"a long run at the end wins over a short one", NT_SPAN_INIT("0:0:1:0:0:0:0:0"), "0:0:1::"},
};

static const struct {
	const char *name, *addr;
	bool brackets;
	const char *want;
} printed[] = {
	{"IPv4", "192.0.2.33", false, "192.0.2.33"},
	{"IPv4 takes no brackets", "192.0.2.33", true, "192.0.2.33"},
	{"the longest IPv4", "203.0.113.255", false, "203.0.113.255"},
	{"IPv6", "2001:db8::1", false, "2001:db8::1"},
	{"IPv6 in brackets", "2001:db8::1", true, "[2001:db8::1]"},
	{"the longest IPv6 in brackets", "2001:db8:1111:2222:3333:4444:5555:6666", true, "[2001:db8:1111:2222:3333:4444:5555:6666]"},
	{"the shortest IPv6", "::", true, "[::]"},
	{"N188 IPv4-mapped prints as IPv4, without brackets", "::ffff:192.0.2.1", true, "192.0.2.1"},
	{"an unset address is a dash", NULL, true, "-"},
};

static const struct {
	const char *name, *a, *b;
	int order;
} ordered[] = {
	{"an address equals itself", "192.0.2.1", "192.0.2.1", 0},
	{"the last octet orders", "192.0.2.1", "192.0.2.2", -1},
	{"the first octet outweighs the last", "192.0.2.255", "193.0.2.0", -1},
	{"spelling does not matter", "2001:db8::1", "2001:DB8:0:0::0001", 0},
	{"N188 mapped and plain IPv4 are equal", "::ffff:192.0.2.1", "192.0.2.1", 0},
	{"compatible and plain IPv4 differ", "::192.0.2.1", "192.0.2.1", -1},
	{"the upper half outweighs the lower", "2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:1::", -1},
	{"a lower half with its top bit set is large", "2001:db8::7fff:0:0:0", "2001:db8::8000:0:0:0", -1},
	{"IPv4 comes before most of IPv6", "255.255.255.255", "2001:db8::", -1},
};
/* clang-format on */

START_TEST(parse)
{
	const struct nt_addr before = {7, 9, NT_FAMILY_NONE};
	struct nt_span text = nt_heap_span(literals[_i].text);
	struct nt_addr a = before, again;
	char got[NT_ADDR_TEXT] = "refused";
	const char *want = literals[_i].want;
	int rc = nt_addr_parse(&a, text);

	if(rc == 0)
		nt_addr_print(got, sizeof(got), &a, false);
	nt_heap_drop(text);
	ck_assert_msg(strcmp(got, want != NULL ? want : "refused") == 0,
			"%s: '%.*s' is %s", literals[_i].name,
			NT_SPAN_FMT(literals[_i].text), got);
	if(want == NULL) {
		ck_assert_msg(rc == EINVAL, "%s: error %d", literals[_i].name, rc);
		ck_assert_msg(a.hi == before.hi && a.lo == before.lo
							  && a.family == before.family,
				"%s: written to on error", literals[_i].name);
		return;
	}
	ck_assert_msg(
			a.family == (strchr(want, ':') ? NT_FAMILY_IPV6 : NT_FAMILY_IPV4),
			"%s: family %d", literals[_i].name, a.family);
	again = nt_addr_must(got);
	ck_assert_msg(nt_addr_eq(&a, &again), "%s: %s reads back as another",
			literals[_i].name, got);
}
END_TEST

START_TEST(print)
{
	struct nt_addr a = {0, 0, NT_FAMILY_NONE};
	const char *want = printed[_i].want, *name = printed[_i].name;

	if(printed[_i].addr != NULL)
		a = nt_addr_must(printed[_i].addr);
	for(size_t size = 0; size <= strlen(want) + 2; size++) {
		char *buf = nt_heap(NULL, size);
		size_t n;

		memset(buf, 'x', size);
		n = nt_addr_print(buf, size, &a, printed[_i].brackets);
		if(size > strlen(want))
			ck_assert_msg(n == strlen(want) && strcmp(buf, want) == 0,
					"%s: %zu bytes give %zu, %s", name, size, n, buf);
		else
			ck_assert_msg(n == 0 && (size == 0 || buf[0] == '\0'),
					"%s: %zu bytes are too few but give %zu", name, size, n);
		free(buf);
	}
}
END_TEST

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

START_TEST(order)
{
	struct nt_addr a = nt_addr_must(ordered[_i].a);
	struct nt_addr b = nt_addr_must(ordered[_i].b);
	int want = ordered[_i].order;

	ck_assert_msg(
			sign(nt_addr_cmp(&a, &b)) == want, "%s: there", ordered[_i].name);
	ck_assert_msg(sign(nt_addr_cmp(&b, &a)) == -want, "%s: and back",
			ordered[_i].name);
	ck_assert_msg(
			nt_addr_eq(&a, &b) == (want == 0), "%s: equal", ordered[_i].name);
}
END_TEST

START_TEST(unset_equals_nothing)
{
	struct nt_addr none = {0, 0, NT_FAMILY_NONE}, any = nt_addr_must("::");

	ck_assert_msg(!nt_addr_eq(&none, &none), "unset equals itself");
	ck_assert_msg(!nt_addr_eq(&none, &any), "unset equals ::");
	ck_assert_msg(!nt_addr_eq(&any, &none), ":: equals unset");
	ck_assert_msg(!nt_addr_is_set(&none) && nt_addr_is_set(&any), "is_set");
}
END_TEST

/* Half of the groups are 0, so that gaps of all kinds turn up */
static void random_bytes(uint8_t bytes[16], uint64_t *state)
{
	for(int i = 0; i < 16; i += 2) {
		uint64_t r = nt_random(state);

		bytes[i] = r & 1 ? (uint8_t)(r >> 8) : 0;
		bytes[i + 1] = r & 1 ? (uint8_t)(r >> 16) : 0;
	}
}

START_TEST(agrees_with_libc)
{
	uint64_t state = 20260101;
	uint8_t bytes[16], back[16];
	char libc[INET6_ADDRSTRLEN], ours[NT_ADDR_TEXT];

	for(int i = 0; i < 20000; i++) {
		struct nt_addr a, again;

		random_bytes(bytes, &state);
		a = nt_addr_ipv6(bytes);
		nt_addr_print(ours, sizeof(ours), &a, false);
		again = nt_addr_must(ours);
		ck_assert_msg(nt_addr_eq(&a, &again), "%s reads back as another", ours);
		if(a.family != NT_FAMILY_IPV6)
			continue;
		ck_assert_msg(inet_pton(AF_INET6, ours, back) == 1
							  && memcmp(back, bytes, 16) == 0,
				"inet_pton() disagrees on %s", ours);
		/* libc writes what looks compatible with dots */
		inet_ntop(AF_INET6, bytes, libc, sizeof(libc));
		ck_assert_msg(strchr(libc, '.') || strcmp(libc, ours) == 0,
				"%s, but inet_ntop() says %s", ours, libc);
	}
}
END_TEST

START_TEST(bytes_of_mapped_are_ipv4)
{
	static const uint8_t mapped[16] = {[10] = 0xff, 0xff, 192, 0, 2, 33};
	struct nt_addr a = nt_addr_ipv6(mapped), b = nt_addr_ipv4(mapped + 12);
	struct nt_addr c = nt_addr_must("192.0.2.33");

	ck_assert_msg(nt_addr_eq(&a, &b) && nt_addr_eq(&b, &c), "N188");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_addr");

	nt_add_rows(s, "parse", parse, NT_COUNT(literals));
	nt_add_rows(s, "print", print, NT_COUNT(printed));
	nt_add_rows(s, "order", order, NT_COUNT(ordered));
	nt_add_rows(s, "unset", unset_equals_nothing, 1);
	nt_add_rows(s, "libc", agrees_with_libc, 1);
	nt_add_rows(s, "mapped", bytes_of_mapped_are_ipv4, 1);
	return nt_run(s);
}
