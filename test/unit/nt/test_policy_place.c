/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Going along the networks of a place */
#include "unit/nt/nt_policies.h"

#include "nt/nt_policy.h"

#define POLICY                                                  \
	"networks|.lan name=lan prefixes='10.0.0.0/8 !10.9.0.0/16'" \
	"|.site name=two prefixes='192.0.2.10 192.0.2.20'"          \
	"|.site name=wide prefixes='198.51.100.0/24 2001:db8::/32'" \
	"|.gateway name=in address=198.51.100.7:5060"               \
	"|.gateway name=alone address=[2001:db9::1]"                \
	"|.site name=last prefixes=203.0.113.255"                   \
	"|rules|.rule source=198.51.100.128/25 nat=force"

/* clang-format off */
static const struct {
	const char *name, *ranges;
} rows[] = {
	{"lan", "10.0.0.0-10.8.255.255 10.10.0.0-10.255.255.255"},
	{"two", "192.0.2.10-192.0.2.10 192.0.2.20-192.0.2.20"},
	{"wide", "198.51.100.0-198.51.100.6 198.51.100.7-198.51.100.7 198.51.100.8-198.51.100.127 198.51.100.128-198.51.100.255 "
		"2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
	{"in", "198.51.100.7-198.51.100.7"},
	{"alone", "2001:db9::1-2001:db9::1"},
	{"last", "203.0.113.255-203.0.113.255"},
};
/* clang-format on */

START_TEST(ranges)
{
	struct nt_policy *p = nt_policy_must(POLICY);
	const struct nt_place *place = nt_policy_places(p);
	struct nt_range r;
	char text[600] = "";
	uint32_t at = 0;

	while(strcmp(place->name, rows[_i].name) != 0)
		place++;
	while(nt_policy_place_next(&r, p, place, &at)) {
		char lo[NT_ADDR_TEXT], hi[NT_ADDR_TEXT];
		size_t n = strlen(text);

		nt_addr_print(lo, sizeof(lo), &r.lo, false);
		nt_addr_print(hi, sizeof(hi), &r.hi, false);
		snprintf(text + n, sizeof(text) - n, "%s%s-%s", n > 0 ? " " : "", lo,
				hi);
	}
	ck_assert_str_eq(text, rows[_i].ranges);
	/* and stays there */
	ck_assert(!nt_policy_place_next(&r, p, place, &at));
	free(p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_policy_place");

	nt_add_rows(s, "ranges", ranges, NT_COUNT(rows));
	return nt_run(s);
}
