/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which networks of interfaces count, and what this machine says. */
#include "unit/nt/nt_check.h"

#include <errno.h>

#include "ntio/nt_interfaces.h"

/* clang-format off */
static const struct {
	const char *addr, *mask;
	const char *want; /* FROM-TO, or "" for not counted */
} rows[] = {
	{"192.168.1.10", "255.255.255.0", "192.168.1.0-192.168.1.255"},
	{"10.1.2.3", "255.0.0.0", "10.0.0.0-10.255.255.255"},
	{"172.31.255.255", "255.240.0.0", "172.16.0.0-172.31.255.255"},
	{"100.64.0.1", "255.192.0.0", "100.64.0.0-100.127.255.255"},
	{"10.8.0.2", "255.255.255.255", "10.8.0.2-10.8.0.2"},
	{"fd00:1:2:3::4", "ffff:ffff:ffff:ffff::", "fd00:1:2:3::-fd00:1:2:3:ffff:ffff:ffff:ffff"},
	{"fc00::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fc00::1-fc00::1"},
	{"192.168.1.10", "255.255.255.128", "192.168.1.0-192.168.1.127"},

	{"192.0.2.1", "255.255.255.0", ""},
	{"8.8.8.8", "255.255.255.0", ""},
	{"127.0.0.1", "255.0.0.0", ""},
	{"169.254.1.1", "255.255.0.0", ""},
	{"2001:db8::1", "ffff:ffff::", ""},
	{"fe80::1", "ffff:ffff:ffff:ffff::", ""},
	{"::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
	/* a mask so wide that public addresses would be called ours */
	{"10.0.0.1", "254.0.0.0", ""},
	{"192.168.1.1", "255.0.0.0", ""},
	{"172.16.0.1", "0.0.0.0", ""},
	{"fd00::1", "fc00::", ""},
	{"fd00::1", "255.255.255.0", ""},
};
/* clang-format on */


START_TEST(counts)
{
	struct nt_interfaces *found = nt_heap(NULL, sizeof(*found));
	struct nt_addr addr = nt_addr_must(rows[_i].addr);
	struct nt_addr mask = nt_addr_must(rows[_i].mask);
	char lo[NT_ADDR_TEXT], hi[NT_ADDR_TEXT], got[2 * NT_ADDR_TEXT] = "";

	found->count = 0;
	/* said twice, kept once */
	ck_assert_int_eq(nt_interfaces_add(found, &addr, &mask), 0);
	ck_assert_int_eq(nt_interfaces_add(found, &addr, &mask), 0);
	ck_assert_uint_le(found->count, 1);
	if(found->count > 0) {
		nt_addr_print(lo, sizeof(lo), &found->nets[0].lo, false);
		nt_addr_print(hi, sizeof(hi), &found->nets[0].hi, false);
		snprintf(got, sizeof(got), "%s-%s", lo, hi);
	}
	ck_assert_str_eq(got, rows[_i].want);
	free(found);
}
END_TEST

START_TEST(bounded)
{
	struct nt_interfaces *found = nt_heap(NULL, sizeof(*found));
	struct nt_addr mask = nt_addr_must("255.255.255.0");
	char text[32];

	found->count = 0;
	for(int i = 0; i <= NT_INTERFACES_MAX; i++) {
		struct nt_addr addr;

		snprintf(text, sizeof(text), "10.0.%d.1", i);
		addr = nt_addr_must(text);
		ck_assert_int_eq(nt_interfaces_add(found, &addr, &mask),
				i < NT_INTERFACES_MAX ? 0 : E2BIG);
	}
	ck_assert_uint_eq(found->count, NT_INTERFACES_MAX);
	free(found);
}
END_TEST

/* Whatever this machine has, nothing of it is public or loopback */
START_TEST(this_machine)
{
	struct nt_interfaces *found = nt_heap(NULL, sizeof(*found));

	memset(found, 0xa5, sizeof(*found));
	ck_assert_int_eq(nt_interfaces_read(found), 0);
	ck_assert_uint_le(found->count, NT_INTERFACES_MAX);
	for(size_t i = 0; i < found->count; i++) {
		const struct nt_range *r = &found->nets[i];
		struct nt_interfaces again = {0};
		struct nt_addr whole = {UINT64_MAX, UINT64_MAX, r->lo.family};

		ck_assert_int_le(nt_addr_cmp(&r->lo, &r->hi), 0);
		nt_interfaces_add(&again, &r->lo, &whole);
		nt_interfaces_add(&again, &r->hi, &whole);
		ck_assert_uint_ge(again.count, 1);
	}
	free(found);
}
END_TEST

static void look_for_loopback(void *ctx, const struct nt_addr *addr)
{
	struct nt_addr loopback = nt_addr_must("127.0.0.1");
	bool *found = ctx;

	ck_assert(nt_addr_is_set(addr));
	*found |= nt_addr_eq(addr, &loopback);
}

START_TEST(each_address_is_told)
{
	bool found = false;

	ck_assert_int_eq(nt_interfaces_each(look_for_loopback, &found), 0);
	ck_assert(found);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_interfaces");

	nt_add_rows(s, "counts", counts, NT_COUNT(rows));
	nt_add_rows(s, "bounded", bounded, 1);
	nt_add_rows(s, "machine", this_machine, 1);
	nt_add_rows(s, "each", each_address_is_told, 1);
	return nt_run(s);
}
