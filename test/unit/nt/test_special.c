/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The special-purpose table, and any table against an evaluation that is too
 * simple to be wrong */
#include "unit/nt/nt_check.h"
#include "nt_naive.h"

#define LAST6(head) head ":ffff:ffff:ffff:ffff"

/* clang-format off */
static const struct {
	const char *name, *first, *last, *tag;
	const char *below, *above; /* neighbours that do not carry the tag; NULL: there is none */
} rows[] = {
	{"N170 0/8", "0.0.0.0", "0.255.255.255", "unspecified", "::fffe:ffff:ffff", "1.0.0.0"},
	{"N170 10/8", "10.0.0.0", "10.255.255.255", "private", "9.255.255.255", "11.0.0.0"},
	{"N170 100.64/10", "100.64.0.0", "100.127.255.255", "cgn", "100.63.255.255", "100.128.0.0"},
	{"N170 127/8", "127.0.0.0", "127.255.255.255", "loopback", "126.255.255.255", "128.0.0.0"},
	{"N170 169.254/16", "169.254.0.0", "169.254.255.255", "linklocal", "169.253.255.255", "169.255.0.0"},
	{"N170 172.16/12", "172.16.0.0", "172.31.255.255", "private", "172.15.255.255", "172.32.0.0"},
	{"N170 192.0.0/24", "192.0.0.0", "192.0.0.255", "ietf", "191.255.255.255", "192.0.1.0"},
	{"N170 192.0.2/24", "192.0.2.0", "192.0.2.255", "documentation", "192.0.1.255", "192.0.3.0"},
	{"N170 192.168/16", "192.168.0.0", "192.168.255.255", "private", "192.167.255.255", "192.169.0.0"},
	{"N170 198.18/15", "198.18.0.0", "198.19.255.255", "benchmark", "198.17.255.255", "198.20.0.0"},
	{"N170 198.51.100/24", "198.51.100.0", "198.51.100.255", "documentation", "198.51.99.255", "198.51.101.0"},
	{"N170 203.0.113/24", "203.0.113.0", "203.0.113.255", "documentation", "203.0.112.255", "203.0.114.0"},
	{"N170 224/4", "224.0.0.0", "239.255.255.255", "multicast", "223.255.255.255", "240.0.0.0"},
	{"N170 240/4", "240.0.0.0", "255.255.255.254", "reserved", "239.255.255.255", "255.255.255.255"},
	{"N170 255.255.255.255", "255.255.255.255", "255.255.255.255", "broadcast", "255.255.255.254", "::1:0:0:0"},
	{"N170 192.88.99/24, once 6to4's anycast", "192.88.99.0", "192.88.99.255", "tunnel", "192.88.98.255", "192.88.100.0"},
	{"N170 ::", "::", "::", "unspecified", NULL, "::1"},
	{"N170 ::1", "::1", "::1", "loopback", "::", "::2"},
	{"N170 ::ffff:0:0/96 is IPv4", "::ffff:10.0.0.0", "::ffff:10.255.255.255", "private", "::ffff:9.255.255.255", "::ffff:11.0.0.0"},
	{"N170 64:ff9b::/96", "64:ff9b::", "64:ff9b::ffff:ffff", "nat64", LAST6("64:ff9a:ffff:ffff"), "64:ff9b::1:0:0"},
	{"N170 64:ff9b:1::/48", "64:ff9b:1::", LAST6("64:ff9b:1:ffff"), "nat64", LAST6("64:ff9b:0:ffff"), "64:ff9b:2::"},
	{"N170 100::/64", "100::", "100::ffff:ffff:ffff:ffff", "reserved", LAST6("ff:ffff:ffff:ffff"), "100:0:0:1::"},
	{"N170 2001::/32", "2001::", LAST6("2001:0:ffff:ffff"), "tunnel", LAST6("2000:ffff:ffff:ffff"), "2001:1::"},
	{"N170 2001:2::/48", "2001:2::", LAST6("2001:2:0:ffff"), "benchmark", LAST6("2001:1:ffff:ffff"), "2001:2:1::"},
	{"N170 2001:10::/28", "2001:10::", LAST6("2001:1f:ffff:ffff"), "ietf", LAST6("2001:f:ffff:ffff"), NULL},
	{"N170 2001:20::/28", "2001:20::", LAST6("2001:2f:ffff:ffff"), "ietf", NULL, "2001:30::"},
	{"N170 2001:db8::/32", "2001:db8::", LAST6("2001:db8:ffff:ffff"), "documentation", LAST6("2001:db7:ffff:ffff"), "2001:db9::"},
	{"N170 2002::/16", "2002::", LAST6("2002:ffff:ffff:ffff"), "tunnel", LAST6("2001:ffff:ffff:ffff"), "2003::"},
	{"N170 3fff::/20, a later registration", "3fff::", LAST6("3fff:fff:ffff:ffff"), "documentation", LAST6("3ffe:ffff:ffff:ffff"), "3fff:1000::"},
	{"N170 fc00::/7", "fc00::", LAST6("fdff:ffff:ffff:ffff"), "ula", LAST6("fbff:ffff:ffff:ffff"), "fe00::"},
	{"N170 fe80::/10", "fe80::", LAST6("febf:ffff:ffff:ffff"), "linklocal", LAST6("fe7f:ffff:ffff:ffff"), "fec0::"},
	{"N170 ff00::/8", "ff00::", LAST6("ffff:ffff:ffff:ffff"), "multicast", LAST6("feff:ffff:ffff:ffff"), NULL},
};

static const char *const no_names[] = {"", "Private", "privat", "private ", "none", "builtin:private", "doc"};
/* clang-format on */

static struct nt_netset *special_set(void)
{
	size_t count;
	const struct nt_net_entry *entries = nt_special_nets(&count);

	return nt_netset_must(entries, count);
}

START_TEST(special)
{
	struct nt_netset *set = special_set();
	struct nt_addr first = nt_addr_must(rows[_i].first);
	struct nt_addr last = nt_addr_must(rows[_i].last);
	uint32_t tag = nt_special_tag(nt_span_cstr(rows[_i].tag));
	uint32_t got = nt_netset_find(set, &first);

	ck_assert_msg(tag != 0 && (tag & (tag - 1)) == 0, "%s: tag %x",
			rows[_i].name, tag);
	ck_assert_msg(got == tag, "%s: begins as '%s', %x", rows[_i].name,
			nt_special_name(got), got);
	got = nt_netset_find(set, &last);
	ck_assert_msg(got == tag, "%s: ends as '%s', %x", rows[_i].name,
			nt_special_name(got), got);
	if(rows[_i].below != NULL) {
		first = nt_addr_must(rows[_i].below);
		ck_assert_msg(!(nt_netset_find(set, &first) & tag),
				"%s: begins earlier, at %s", rows[_i].name, rows[_i].below);
	}
	if(rows[_i].above != NULL) {
		last = nt_addr_must(rows[_i].above);
		ck_assert_msg(!(nt_netset_find(set, &last) & tag),
				"%s: ends later, at %s", rows[_i].name, rows[_i].above);
	}
	free(set);
}
END_TEST

START_TEST(names)
{
	uint32_t seen = 0;

	for(uint32_t tag = 1; tag != 0; tag <<= 1) {
		const char *name = nt_special_name(tag);

		if(tag & NT_NET_SPECIAL)
			ck_assert_msg(nt_special_tag(nt_span_cstr(name)) == tag,
					"'%s' does not lead back to %x", name, tag);
		else
			ck_assert_msg(name[0] == '\0', "%x is '%s'", tag, name);
		seen |= nt_special_tag(nt_span_cstr(name));
	}
	ck_assert_uint_eq(seen, NT_NET_SPECIAL);
	ck_assert_str_eq(nt_special_name(NT_NET_CGN | NT_NET_PRIVATE), "private");
	ck_assert_str_eq(nt_special_name(0), "");
	for(int i = 0; i < NT_COUNT(no_names); i++)
		ck_assert_msg(nt_special_tag(nt_span_cstr(no_names[i])) == 0,
				"'%s' is a name", no_names[i]);
}
END_TEST

/* Close to each other and to the edges of the families and of the halves, so
 * that most ranges meet */
static wide random_number(uint64_t *state)
{
	static const uint64_t edges[][2] = {{0, 0}, {0, 0xffff00000000},
			{0, 0xffff0a000000}, {0, 0x1000000000000}, {1, 0},
			{0x20010db800000000, 0}, {UINT64_MAX, UINT64_MAX}};
	uint64_t r = nt_random(state);
	const uint64_t *edge = edges[r % NT_COUNT(edges)];

	r >>= 8;
	return ((wide)edge[0] << 64 | edge[1]) + (r & 0x3f) - 0x20;
}

static void random_entries(
		struct nt_net_entry *entries, size_t count, uint64_t *state)
{
	for(size_t i = 0; i < count; i++) {
		wide a = random_number(state), b = random_number(state);
		uint64_t r = nt_random(state);

		if(r & 0x70) /* mostly small ranges */
			b = a + (r >> 8 & 0xf) < a ? a : a + (r >> 8 & 0xf);
		entries[i].range.lo = address(a < b ? a : b);
		entries[i].range.hi = address(a < b ? b : a);
		entries[i].tags = 1 + (r >> 16) % 7;
		entries[i].without = (r >> 32) % 3 == 0;
	}
}

static void check_shape(const struct nt_netset *set, size_t count, int round)
{
	ck_assert_msg(set->count <= 2 * count, "round %d: too many", round);
	for(uint32_t i = 0; i < set->count; i++) {
		const struct nt_tagged_range *r = &set->ranges[i], *prev = r - 1;
		struct nt_addr lo = address(number(&r->range.lo));
		struct nt_addr hi = address(number(&r->range.hi));

		ck_assert_msg(
				r->tags != 0, "round %d: range %u without tags", round, i);
		ck_assert_msg(number(&lo) <= number(&hi), "round %d: range %u turned",
				round, i);
		ck_assert_msg(
				nt_addr_eq(&lo, &r->range.lo) && nt_addr_eq(&hi, &r->range.hi),
				"round %d: range %u has a wrong family", round, i);
		if(i == 0)
			continue;
		ck_assert_msg(number(&prev->range.hi) < number(&lo),
				"round %d: range %u overlaps", round, i);
		ck_assert_msg(number(&prev->range.hi) + 1 != number(&lo)
							  || prev->tags != r->tags,
				"round %d: range %u should be part of the one before", round,
				i);
	}
}

START_TEST(agrees_with_naive)
{
	uint64_t state = 6890;

	for(int round = 0; round < 1500; round++) {
		size_t count = nt_random(&state) % 40;
		struct nt_net_entry *entries = nt_heap(NULL, count * sizeof(*entries));
		struct nt_netset *set;

		random_entries(entries, count, &state);
		set = nt_netset_must(entries, count);
		check_shape(set, count, round);
		for(size_t i = 0; i < 4 * count + 20; i++) {
			/* both ends of each entry and their outer neighbours, then anything
			 */
			wide at = i / 4 >= count ? random_number(&state)
					  : i & 2 ? number(&entries[i / 4].range.lo) - (i & 1)
							  : number(&entries[i / 4].range.hi) + (i & 1);
			struct nt_addr a = address(at);
			uint32_t got = nt_netset_find(set, &a);
			char text[NT_ADDR_TEXT];

			nt_addr_print(text, sizeof(text), &a, false);
			ck_assert_msg(got == naive(entries, count, at),
					"round %d: %s has %x, not %x", round, text, got,
					naive(entries, count, at));
		}
		free(entries);
		free(set);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_special");

	nt_add_rows(s, "special", special, NT_COUNT(rows));
	nt_add_rows(s, "names", names, 1);
	nt_add_rows(s, "naive", agrees_with_naive, 1);
	return nt_run(s);
}
