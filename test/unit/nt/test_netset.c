/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_check.h"

#include <errno.h>

#define MAX_ENTRIES 16

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span text;
	const char *lo, *hi; /* NULL: refused */
	bool without;
} elements[] = {
	{"one IPv4 address", NT_SPAN_INIT("192.0.2.1"), "192.0.2.1", "192.0.2.1", false},
	{"one IPv6 address", NT_SPAN_INIT("2001:db8::1"), "2001:db8::1", "2001:db8::1", false},
	{"an IPv4 network", NT_SPAN_INIT("192.0.2.0/24"), "192.0.2.0", "192.0.2.255", false},
	{"a network of one address", NT_SPAN_INIT("192.0.2.1/32"), "192.0.2.1", "192.0.2.1", false},
	{"all of IPv4", NT_SPAN_INIT("0.0.0.0/0"), "0.0.0.0", "255.255.255.255", false},
	{"the upper half of IPv4", NT_SPAN_INIT("128.0.0.0/1"), "128.0.0.0", "255.255.255.255", false},
	{"an IPv6 network", NT_SPAN_INIT("2001:db8::/32"), "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", false},
	{"63 bits", NT_SPAN_INIT("2001:db8:0:2::/63"), "2001:db8:0:2::", "2001:db8:0:3:ffff:ffff:ffff:ffff", false},
	{"64 bits", NT_SPAN_INIT("2001:db8:0:1::/64"), "2001:db8:0:1::", "2001:db8:0:1:ffff:ffff:ffff:ffff", false},
	{"65 bits", NT_SPAN_INIT("2001:db8:0:1:8000::/65"), "2001:db8:0:1:8000::", "2001:db8:0:1:ffff:ffff:ffff:ffff", false},
	{"128 bits", NT_SPAN_INIT("2001:db8::1/128"), "2001:db8::1", "2001:db8::1", false},
	{"all of the space", NT_SPAN_INIT("::/0"), "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false},
	{"from one address to another", NT_SPAN_INIT("192.0.2.5-192.0.3.9"), "192.0.2.5", "192.0.3.9", false},
	{"from an address to itself", NT_SPAN_INIT("192.0.2.5-192.0.2.5"), "192.0.2.5", "192.0.2.5", false},
	{"a range of IPv6", NT_SPAN_INIT("2001:db8::5-2001:db8:1::"), "2001:db8::5", "2001:db8:1::", false},
	{"a network taken away", NT_SPAN_INIT("!10.0.0.0/8"), "10.0.0.0", "10.255.255.255", true},
	{"an address taken away", NT_SPAN_INIT("!2001:db8::1"), "2001:db8::1", "2001:db8::1", true},
	{"a range taken away", NT_SPAN_INIT("!192.0.2.5-192.0.2.9"), "192.0.2.5", "192.0.2.9", true},
	{"IPv4 host bits", NT_SPAN_INIT("10.0.0.1/8"), NULL, NULL, false},
	{"the highest host bit", NT_SPAN_INIT("10.128.0.0/8"), NULL, NULL, false},
	{"all of IPv4 with host bits", NT_SPAN_INIT("128.0.0.0/0"), NULL, NULL, false},
	{"IPv6 host bits in the lower half", NT_SPAN_INIT("2001:db8::1/32"), NULL, NULL, false},
	{"IPv6 host bits in the upper half", NT_SPAN_INIT("2001:db8:1::/32"), NULL, NULL, false},
	{"the highest host bit of 64", NT_SPAN_INIT("2001:db8:0:0:8000::/64"), NULL, NULL, false},
	{"33 bits of IPv4", NT_SPAN_INIT("192.0.2.0/33"), NULL, NULL, false},
	{"129 bits of IPv6", NT_SPAN_INIT("2001:db8::/129"), NULL, NULL, false},
	{"bits that wrap", NT_SPAN_INIT("192.0.2.0/4294967320"), NULL, NULL, false},
	{"negative bits", NT_SPAN_INIT("192.0.2.0/-1"), NULL, NULL, false},
	{"no bits", NT_SPAN_INIT("192.0.2.0/"), NULL, NULL, false},
	{"no network", NT_SPAN_INIT("/24"), NULL, NULL, false},
	{"two lengths", NT_SPAN_INIT("192.0.2.0/24/24"), NULL, NULL, false},
	{"a netmask", NT_SPAN_INIT("192.0.2.0/255.255.255.0"), NULL, NULL, false},
	{"a short network", NT_SPAN_INIT("10/8"), NULL, NULL, false},
	{"a blank before the slash", NT_SPAN_INIT("192.0.2.0 /24"), NULL, NULL, false},
	{"a blank behind the mark", NT_SPAN_INIT("! 10.0.0.0/8"), NULL, NULL, false},
	{"two marks", NT_SPAN_INIT("!!10.0.0.0/8"), NULL, NULL, false},
	{"a mark alone", NT_SPAN_INIT("!"), NULL, NULL, false},
	{"a mark in the range", NT_SPAN_INIT("192.0.2.1-!192.0.2.5"), NULL, NULL, false},
	{"a range that runs backwards", NT_SPAN_INIT("192.0.2.9-192.0.2.5"), NULL, NULL, false},
	{"a range of two families", NT_SPAN_INIT("192.0.2.1-2001:db8::1"), NULL, NULL, false},
	{"a range of two families, IPv6 first", NT_SPAN_INIT("::1-192.0.2.1"), NULL, NULL, false},
	{"a range without an end", NT_SPAN_INIT("192.0.2.1-"), NULL, NULL, false},
	{"a range without a beginning", NT_SPAN_INIT("-192.0.2.1"), NULL, NULL, false},
	{"a range of three", NT_SPAN_INIT("192.0.2.1-192.0.2.2-192.0.2.3"), NULL, NULL, false},
	{"a range of networks", NT_SPAN_INIT("192.0.2.0/25-192.0.2.128/25"), NULL, NULL, false},
	{"a name", NT_SPAN_INIT("example.com"), NULL, NULL, false},
	{"nothing", NT_SPAN_INIT(""), NULL, NULL, false},
	{"no text at all", {NULL, 0}, NULL, NULL, false},
};

/* entries are "net@tags", probes "address=tags"; tags are hexadecimal */
static const struct {
	const char *name, *entries;
	uint32_t range_count;
	const char *probes;
} sets[] = {
	{"an empty set holds nothing", "", 0, "0.0.0.0=0 192.0.2.1=0 ::=0 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff=0"},
	{"one address", "192.0.2.1", 1, "192.0.2.0=0 192.0.2.1=1 192.0.2.2=0"},
	{"a range includes both its ends", "192.0.2.5-192.0.2.9", 1, "192.0.2.4=0 192.0.2.5=1 192.0.2.7=1 192.0.2.9=1 192.0.2.10=0"},
	{"overlapping networks add their tags", "10.0.0.0/8@1 10.9.0.0/16@2", 3, "10.8.255.255=1 10.9.0.0=3 10.9.255.255=3 10.10.0.0=1 11.0.0.0=0"},
	{"ranges that cross add their tags where they cross", "192.0.2.0-192.0.2.20@1 192.0.2.10-192.0.2.30@2", 3, "192.0.2.9=1 192.0.2.10=3 192.0.2.20=3 192.0.2.21=2 192.0.2.30=2 192.0.2.31=0"},
	{"exclusion works in order", "10.0.0.0/8 !10.9.0.0/16 10.9.1.0/24", 3, "10.8.255.255=1 10.9.0.0=0 10.9.0.255=0 10.9.1.0=1 10.9.1.255=1 10.9.2.0=0 10.9.255.255=0 10.10.0.0=1"},
	{"an exclusion does not reach what is added later", "!10.9.0.0/16 10.0.0.0/8", 1, "10.9.0.1=1 10.8.0.1=1"},
	{"an exclusion takes its own tags only", "10.0.0.0/8@3 !10.9.0.0/16@2", 3, "10.8.0.1=3 10.9.0.1=1"},
	{"excluding what is not there changes nothing", "10.0.0.0/8 !192.0.2.0/24 !10.9.0.0/16@4", 1, "10.9.0.1=1 192.0.2.1=0"},
	{"excluding all leaves nothing", "10.0.0.0/8 192.0.2.0/24 !0.0.0.0/0", 0, "10.0.0.1=0 192.0.2.1=0"},
	{"excluding the edges leaves the middle", "192.0.2.0/24 !192.0.2.0 !192.0.2.255", 1, "192.0.2.0=0 192.0.2.1=1 192.0.2.254=1 192.0.2.255=0"},
	{"adjacent networks are one", "10.0.0.0/9 10.128.0.0/9", 1, "9.255.255.255=0 10.127.255.255=1 10.128.0.0=1 11.0.0.0=0"},
	{"adjacent networks are one in any order", "10.128.0.0/9 11.0.0.0/8 10.0.0.0/9", 1, "10.0.0.0=1 10.200.0.0=1 11.255.255.255=1 12.0.0.0=0"},
	{"adjacent networks of different tags stay two", "10.0.0.0/9@1 10.128.0.0/9@2", 2, "10.127.255.255=1 10.128.0.0=2"},
	{"a gap of one address keeps networks apart", "192.0.2.0-192.0.2.9 192.0.2.11-192.0.2.20", 2, "192.0.2.9=1 192.0.2.10=0 192.0.2.11=1"},
	{"the same network twice is one", "192.0.2.0/24 192.0.2.0/24", 1, "192.0.2.1=1 192.0.3.0=0"},
	{"networks that touch at the 64th bit are one", "2001:db8::/64 2001:db8:0:1::/64", 1, "2001:db8::ffff:ffff:ffff:ffff=1 2001:db8:0:1::=1 2001:db8:0:2::=0"},
	{"the first address of IPv4", "0.0.0.0", 1, "0.0.0.0=1 0.0.0.1=0 ::fffe:ffff:ffff=0 ::=0"},
	{"the last address of IPv4", "255.255.255.255", 1, "255.255.255.254=0 255.255.255.255=1 ::1:0:0:0=0"},
	{"a range up to the last address of IPv4", "240.0.0.0/4", 1, "239.255.255.255=0 240.0.0.0=1 255.255.255.255=1 ::1:0:0:0=0"},
	{"an exclusion up to the last address of IPv4", "0.0.0.0/0 !255.255.255.0/24", 1, "255.255.254.255=1 255.255.255.0=0 255.255.255.255=0"},
	{"all of IPv4 is no IPv6", "0.0.0.0/0", 1, "0.0.0.0=1 192.0.2.1=1 255.255.255.255=1 ::=0 ::1=0 2001:db8::1=0"},
	{"the first address of IPv6", "::", 1, "::=1 ::1=0"},
	{"the last address of IPv6", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe=0 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff=1 ::=0"},
	{"two ranges up to the last address of IPv6", "ff00::/8@1 fe00::/7@2", 2, "fdff::=0 fe00::=2 fe80::1=2 ff00::=3 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff=3"},
	{"an exclusion of the last address of IPv6", "ff00::/8 !ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe=1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff=0"},
	{"an exclusion up to the last address of IPv6", "fe00::/7 !ff00::/8", 1, "fe80::1=1 feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff=1 ff00::=0 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff=0"},
	{"N188 a mapped address is looked up as IPv4", "10.0.0.0/8", 1, "::ffff:10.1.2.3=1 ::ffff:11.1.2.3=0 ::10.1.2.3=0"},
	{"both families in one set", "10.0.0.0/8@1 2001:db8::/32@2", 2, "10.1.2.3=1 2001:db8::1=2 ::1=0 2001:db9::=0"},
	{"ten networks out of order", "192.0.2.90 192.0.2.10 192.0.2.50 192.0.2.30 192.0.2.70 192.0.2.20 192.0.2.80 192.0.2.40 192.0.2.60 192.0.2.100", 10, "192.0.2.10=1 192.0.2.20=1 192.0.2.30=1 192.0.2.40=1 192.0.2.50=1 192.0.2.60=1 192.0.2.70=1 192.0.2.80=1 192.0.2.90=1 192.0.2.100=1 192.0.2.9=0 192.0.2.45=0 192.0.2.101=0"},
};
/* clang-format on */

START_TEST(parse)
{
	struct nt_span text = nt_heap_span(elements[_i].text);
	const char *name = elements[_i].name;
	struct nt_range got = {{1, 2, NT_FAMILY_NONE}, {3, 4, NT_FAMILY_NONE}};
	bool without = true;
	int rc = nt_net_parse(&got, &without, text);

	nt_heap_drop(text);
	if(elements[_i].lo == NULL) {
		ck_assert_msg(rc == EINVAL, "%s: '%.*s' gives %d", name,
				NT_SPAN_FMT(elements[_i].text), rc);
		ck_assert_msg(got.lo.lo == 2 && got.hi.lo == 4 && without,
				"%s: written to on error", name);
		return;
	}
	ck_assert_msg(rc == 0, "%s: refused", name);
	struct nt_addr lo = nt_addr_must(elements[_i].lo);
	struct nt_addr hi = nt_addr_must(elements[_i].hi);

	ck_assert_msg(nt_addr_eq(&got.lo, &lo), "%s: another beginning", name);
	ck_assert_msg(nt_addr_eq(&got.hi, &hi), "%s: another end", name);
	ck_assert_msg(without == elements[_i].without, "%s: the mark", name);
}
END_TEST

static void probe(const char *name, const struct nt_netset *set,
		const char *probes, const char *where)
{
	struct nt_span rest = nt_span_cstr(probes), word;

	while(nt_span_word(&rest, &word)) {
		const char *eq = memchr(word.p, '=', word.len);
		struct nt_addr a;
		uint32_t got;

		NT_MUST(eq != NULL);
		NT_MUST(nt_addr_parse(&a, nt_span_of(word.p, (size_t)(eq - word.p)))
				== 0);
		got = nt_netset_find(set, &a);
		ck_assert_msg(got == strtoul(eq + 1, NULL, 16), "%s, %s: %.*s, got %x",
				name, where, NT_SPAN_FMT(word), got);
	}
}

START_TEST(compile)
{
	struct nt_net_entry entries[MAX_ENTRIES];
	size_t n = nt_entries_must(entries, MAX_ENTRIES, sets[_i].entries);
	struct nt_net_entry *exact = nt_heap(entries, n * sizeof(*entries));
	struct nt_netset *set = nt_netset_must(exact, n), *moved;
	size_t size = sizeof(*set) + set->count * sizeof(set->ranges[0]);

	free(exact);
	ck_assert_msg(set->count == sets[_i].range_count, "%s: %u ranges",
			sets[_i].name, set->count);
	probe(sets[_i].name, set, sets[_i].probes, "in place");
	/* what was the image may be gone when its copy is read */
	moved = nt_heap(set, size);
	memset(set, 0xff, size);
	free(set);
	probe(sets[_i].name, moved, sets[_i].probes, "moved");
	free(moved);
}
END_TEST

START_TEST(unset_is_nowhere)
{
	struct nt_net_entry all[2];
	struct nt_addr none = {0, 0, NT_FAMILY_NONE};
	size_t n = nt_entries_must(all, 2, "::/0 0.0.0.0/0");
	struct nt_netset *set = nt_netset_must(all, n);

	ck_assert_msg(nt_netset_find(set, &none) == 0, "no address has no tags");
	free(set);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_netset");

	nt_add_rows(s, "parse", parse, NT_COUNT(elements));
	nt_add_rows(s, "compile", compile, NT_COUNT(sets));
	nt_add_rows(s, "unset", unset_is_nowhere, 1);
	return nt_run(s);
}
