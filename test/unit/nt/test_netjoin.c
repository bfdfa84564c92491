/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_policies.h"

#include "nt_naive.h"

#define MAX_MEMBERS 300
#define LAST "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"

/* members are "net", "net@tags" or "net@tags@list", numbers hexadecimal; probes
 * "address=tags" or "address=tags:list,list" */
/* clang-format off */
static const struct {
	const char *name, *members;
	uint32_t range_count;
	const char *probes;
} rows[] = {
	{"no lists give an empty table", "", 0, "0.0.0.0=0 ::=0 " LAST "=0"},
	{"one network with a tag", "10.0.0.0/8@2", 1, "9.255.255.255=0 10.0.0.0=2 10.255.255.255=2 11.0.0.0=0"},
	{"one network of a list", "10.0.0.0/8@0@1", 1, "9.255.255.255=0 10.0.0.0=0:1 10.255.255.255=0:1 11.0.0.0=0"},
	{"a network without tags and list says nothing", "10.0.0.0/8@0", 0, "10.0.0.0=0"},
	{"a network without tags and list cuts nothing", "10.0.0.0/8@1 10.9.0.0/16@0", 1, "10.8.0.0=1 10.9.0.0=1 10.10.0.0=1"},
	{"tags add up", "10.0.0.0/8@1 10.9.0.0/16@2", 3, "10.8.255.255=1 10.9.0.0=3 10.9.255.255=3 10.10.0.0=1"},
	{"the same tag twice ends with the second", "10.0.0.0/8@1 10.9.0.0-11.0.0.255@1", 1, "10.0.0.0=1 11.0.0.0=1 11.0.0.255=1 11.0.1.0=0"},
	{"the same tag within itself stays", "10.0.0.0/8@1 10.9.0.0/16@1", 1, "10.9.0.0=1 10.10.0.0=1"},
	{"the highest tag", "10.0.0.0/8@80000000", 1, "10.0.0.0=80000000 11.0.0.0=0"},
	{"lists of one address are in ascending order", "10.0.0.0/8@0@3 10.0.0.0/8@0@1 10.0.0.0/8@0@2", 1, "10.1.1.1=0:1,2,3"},
	{"a list ends where another goes on", "10.0.0.0/8@0@1 10.9.0.0/16@0@2", 3, "10.8.0.0=0:1 10.9.0.0=0:1,2 10.10.0.0=0:1"},
	{"lists that cross", "192.0.2.0-192.0.2.20@0@1 192.0.2.10-192.0.2.30@0@2", 3, "192.0.2.9=0:1 192.0.2.10=0:1,2 192.0.2.20=0:1,2 192.0.2.21=0:2 192.0.2.31=0"},
	{"a list ends and begins at neighbours", "192.0.2.0-192.0.2.9@0@1 192.0.2.10-192.0.2.20@0@1", 1, "192.0.2.9=0:1 192.0.2.10=0:1 192.0.2.21=0"},
	{"neighbours begin in any order", "192.0.2.10-192.0.2.20@0@1 192.0.2.0-192.0.2.9@0@1", 1, "192.0.2.0=0:1 192.0.2.20=0:1"},
	{"neighbours of two lists", "192.0.2.0-192.0.2.9@0@1 192.0.2.10-192.0.2.20@0@2", 2, "192.0.2.9=0:1 192.0.2.10=0:2"},
	{"neighbours of the same list, of other tags", "192.0.2.0-192.0.2.9@1@1 192.0.2.10-192.0.2.20@2@1", 2, "192.0.2.9=1:1 192.0.2.10=2:1"},
	{"a gap of one address", "192.0.2.0-192.0.2.9@1@1 192.0.2.11-192.0.2.20@1@1", 2, "192.0.2.9=1:1 192.0.2.10=0 192.0.2.11=1:1"},
	{"a range of one address", "192.0.2.1@1@1", 1, "192.0.2.0=0 192.0.2.1=1:1 192.0.2.2=0"},
	{"a list goes on as it was before", "10.0.0.0/8@0@1 10.1.0.0/16@0@2 10.2.0.0/16@0@3 10.3.0.0/16@0@2", 5, "10.0.0.0=0:1 10.1.0.0=0:1,2 10.2.0.0=0:1,3 10.3.0.0=0:1,2 10.4.0.0=0:1"},
	{"the first address of IPv4", "0.0.0.0@1@1", 1, "0.0.0.0=1:1 0.0.0.1=0 ::fffe:ffff:ffff=0"},
	{"the last address of IPv4", "255.255.255.255@1@1", 1, "255.255.255.254=0 255.255.255.255=1:1 ::1:0:0:0=0"},
	{"all of IPv4 is no IPv6", "0.0.0.0/0@1@1", 1, "0.0.0.0=1:1 255.255.255.255=1:1 ::fffe:ffff:ffff=0 ::1:0:0:0=0"},
	{"all of IPv6 is no IPv4", "::/0@1@1", 2, "::=1:1 ::fffe:ffff:ffff=1:1 0.0.0.0=0 255.255.255.255=0 ::1:0:0:0=1:1 " LAST "=1:1"},
	{"both families are one where they say the same", "::/0@1@1 0.0.0.0/0@1@1", 1, "::=1:1 0.0.0.0=1:1 255.255.255.255=1:1 " LAST "=1:1"},
	{"IPv6 below IPv4", "::/81@1", 1, "::=1 ::7fff:ffff:ffff=1 ::8000:0:0=0"},
	{"IPv6 that ends with IPv4 ends before it", "::/80@1", 1, "::fffe:ffff:ffff=1 0.0.0.0=0 255.255.255.255=0 ::1:0:0:0=0"},
	{"IPv6 right below IPv4", "::fffe:ffff:0/112@1", 1, "::fffe:ffff:ffff=1 0.0.0.0=0"},
	{"IPv6 right above IPv4", "::1:0:0:0/80@1", 1, "255.255.255.255=0 ::1:0:0:0=1 ::2:0:0:0=0"},
	{"a list up to the last address of all", "ff00::/8@1@1", 1, "feff::=0 ff00::=1:1 " LAST "=1:1 ::=0"},
	{"two lists up to the last address of all", "ff00::/8@1@1 fe00::/7@2@2", 2, "fe00::=2:2 ff00::=3:1,2 " LAST "=3:1,2"},
	{"the last address of all", LAST "@1@1", 1, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe=0 " LAST "=1:1"},
	{"the first address of all", "::@1@1", 1, "::=1:1 ::1=0"},
	{"the 64th bit", "2001:db8::/64@1@1 2001:db8:0:1::/64@1@1", 1, "2001:db8::ffff:ffff:ffff:ffff=1:1 2001:db8:0:1::=1:1 2001:db8:0:2::=0"},
	{"N188 a mapped address is looked up as IPv4", "10.0.0.0/8@1@1", 1, "::ffff:10.1.2.3=1:1 ::10.1.2.3=0"},
};
/* clang-format on */

static size_t members_must(struct nt_member *members, const char *list)
{
	struct nt_span rest = nt_span_cstr(list), word;
	size_t n = 0;

	while(nt_span_word(&rest, &word)) {
		size_t len = strcspn(word.p, "@ ");
		char *end;
		bool without;

		NT_MUST(n < MAX_MEMBERS);
		members[n] = (struct nt_member){.tags = 0};
		NT_MUST(nt_net_parse(
						&members[n].range, &without, nt_span_of(word.p, len))
				== 0);
		if(word.p[len] == '@') {
			members[n].tags = (uint32_t)strtoul(word.p + len + 1, &end, 16);
			if(*end == '@')
				members[n].list = (uint32_t)strtoul(end + 1, NULL, 16);
		}
		n++;
	}
	return n;
}

/* "tags" or "tags:list,list" */
static void lists_text(char *buf, size_t size, const struct nt_joined *j,
		const struct nt_addr *a)
{
	const struct nt_tagged_range *r = nt_netset_range(j->set, a);
	const uint32_t *words = j->words;
	int n = snprintf(buf, size, "%x", r != NULL ? r->tags : 0);

	NT_MUST(nt_netset_find(j->set, a) == (r != NULL ? r->tags : 0));
	if(r == NULL || r->members == 0)
		return;
	NT_MUST(r->members + words[r->members] < j->word_count);
	NT_MUST(words[r->members] > 0 && words[r->members] <= NT_LISTS_HERE);
	for(uint32_t i = 1; i <= words[r->members]; i++)
		n += snprintf(buf + n, size - (size_t)n, "%c%x", i == 1 ? ':' : ',',
				words[r->members + i]);
}

START_TEST(row)
{
	struct nt_member members[MAX_MEMBERS], *exact;
	struct nt_span rest = nt_span_cstr(rows[_i].probes), word;
	size_t n = members_must(members, rows[_i].members);
	struct nt_purse purse;
	struct nt_joined j = {.set = NULL};
	struct nt_addr where;

	nt_purse_init(&purse);
	exact = nt_heap(members, n * sizeof(*members));
	ck_assert_int_eq(nt_netset_join(&j, exact, n, &purse.mem, &where), 0);
	free(exact);
	ck_assert_msg(j.set->count == rows[_i].range_count, "%s: %u ranges",
			rows[_i].name, j.set->count);
	while(nt_span_word(&rest, &word)) {
		size_t len = strcspn(word.p, "=");
		char got[64];
		struct nt_addr a;

		/* "," ends a word, but not here */
		word.len = strcspn(word.p, " ");
		rest = nt_span_cstr(word.p + word.len);
		NT_MUST(nt_addr_parse(&a, nt_span_of(word.p, len)) == 0);
		lists_text(got, sizeof(got), &j, &a);
		ck_assert_msg(nt_span_eq(nt_span_cstr(got),
							  nt_span_of(word.p + len + 1, word.len - len - 1)),
				"%s: %.*s, got %s", rows[_i].name, NT_SPAN_FMT(word), got);
	}
	ck_assert_uint_eq(purse.live, 2);
	nt_joined_fini(&j, &purse.mem);
	ck_assert_uint_eq(purse.live, 0);
}
END_TEST

/* --- against the definition --------------------------------------------- */

static bool holds(const struct nt_member *m, wide at)
{
	if(at >> 32 == 0xffff && m->range.lo.family != NT_FAMILY_IPV4)
		return false;
	return at >= number(&m->range.lo) && at <= number(&m->range.hi);
}

/* Ends come from a few places, so that ranges touch, cross and coincide */
static wide random_end(uint64_t *state)
{
	static const wide places[] = {0, (wide)0xffff << 32, (wide)1 << 48,
			((wide)0xffff << 32) + 0x0a000000, (wide)1 << 64,
			(wide)0x20010db8 << 96, ~(wide)0 - 4};

	return places[nt_random(state) % NT_COUNT(places)] + nt_random(state) % 5;
}

/* A list says nothing twice */
static bool is_free(const struct nt_member *members, size_t count,
		const struct nt_member *one)
{
	for(size_t i = 0; i < count; i++) {
		if(one->list != 0 && members[i].list == one->list
				&& number(&members[i].range.lo) <= number(&one->range.hi)
				&& number(&one->range.lo) <= number(&members[i].range.hi))
			return false;
	}
	return true;
}

static size_t random_members(struct nt_member *members, uint64_t *state)
{
	size_t wanted = nt_random(state) % 24, n = 0;

	for(size_t i = 0; i < wanted; i++) {
		wide a = random_end(state), b = random_end(state);
		struct nt_member *m = &members[n];

		*m = (struct nt_member){
				.tags = nt_random(state) % 8, .list = nt_random(state) % 5};
		m->range.lo = address(a < b ? a : b);
		m->range.hi = address(a < b ? b : a);
		/* as nt_net_parse() gives them */
		if(m->range.lo.family == NT_FAMILY_IPV4
				&& m->range.hi.family != NT_FAMILY_IPV4)
			continue;
		if(m->range.lo.family != NT_FAMILY_IPV4
				&& m->range.hi.family == NT_FAMILY_IPV4)
			m->range.hi = address((wide)1 << 48);
		n += is_free(members, n, m);
	}
	return n;
}

static void check_at(int round, const struct nt_joined *j,
		const struct nt_member *members, size_t count, wide at)
{
	char got[64], want[64];
	struct nt_addr a = address(at);
	uint32_t tags = 0;
	bool lists[8] = {false};
	int n;

	for(size_t i = 0; i < count; i++) {
		if(!holds(&members[i], at))
			continue;
		tags |= members[i].tags;
		lists[members[i].list] = true;
	}
	n = snprintf(want, sizeof(want), "%x", tags);
	for(uint32_t i = 1, first = 1; i < 8; i++) {
		if(lists[i])
			n += snprintf(want + n, sizeof(want) - (size_t)n, "%c%x",
					first ? ':' : ',', i);
		first = first && !lists[i];
	}
	lists_text(got, sizeof(got), j, &a);
	ck_assert_msg(strcmp(got, want) == 0,
			"round %d: %s instead of %s at %016" PRIx64 " %016" PRIx64, round,
			got, want, a.hi, a.lo);
}

static void check_table(int round, const struct nt_joined *j)
{
	for(uint32_t i = 0; i < j->set->count; i++) {
		const struct nt_tagged_range *r = &j->set->ranges[i];

		ck_assert_msg(number(&r->range.lo) <= number(&r->range.hi)
							  && (r->tags != 0 || r->members != 0),
				"round %d: an empty range", round);
		ck_assert_msg(
				r->range.lo.family == address(number(&r->range.lo)).family
						&& r->range.hi.family
								   == address(number(&r->range.hi)).family,
				"round %d: a family", round);
		ck_assert_msg(i == 0 || number(&r[-1].range.hi) < number(&r->range.lo),
				"round %d: ranges overlap", round);
	}
}

START_TEST(agrees_with_the_definition)
{
	uint64_t state = 4242;

	for(int round = 0; round < 20000; round++) {
		struct nt_member members[24];
		size_t n = random_members(members, &state);
		struct nt_purse purse;
		struct nt_joined j;
		struct nt_addr where;

		nt_purse_init(&purse);
		ck_assert_int_eq(nt_netset_join(&j, members, n, &purse.mem, &where), 0);
		check_table(round, &j);
		for(int i = 0; i < 40; i++)
			check_at(round, &j, members, n, random_end(&state) - 1);
		nt_joined_fini(&j, &purse.mem);
		ck_assert_uint_eq(purse.live, 0);
	}
}
END_TEST

/* --- limits ------------------------------------------------------------------
 */

static size_t lists_at_one_address(struct nt_member *members, size_t lists)
{
	for(size_t i = 0; i < lists; i++)
		members[i] = (struct nt_member){.tags = 1,
				.list = (uint32_t)i + 1,
				.range = {nt_addr_must("10.0.0.0"), nt_addr_must("10.0.0.9")}};
	/* all others end right before the last one begins */
	members[lists - 1].range.lo = nt_addr_must("10.0.0.5");
	return lists;
}

START_TEST(so_many_lists_at_one_address)
{
	struct nt_member members[NT_LISTS_HERE + 1];
	struct nt_purse purse;
	struct nt_joined j;
	struct nt_addr where, at = nt_addr_must("10.0.0.5");
	const struct nt_tagged_range *r;
	size_t n = lists_at_one_address(members, NT_LISTS_HERE);

	nt_purse_init(&purse);
	ck_assert_int_eq(nt_netset_join(&j, members, n, &purse.mem, &where), 0);
	r = nt_netset_range(j.set, &at);
	ck_assert_uint_eq(j.words[r->members], NT_LISTS_HERE);
	for(uint32_t i = 1; i <= NT_LISTS_HERE; i++)
		ck_assert_uint_eq(j.words[r->members + i], i);
	nt_joined_fini(&j, &purse.mem);

	n = lists_at_one_address(members, NT_LISTS_HERE + 1);
	ck_assert_int_eq(nt_netset_join(&j, members, n, &purse.mem, &where), E2BIG);
	ck_assert_msg(nt_addr_eq(&where, &at), "the address is told");
	ck_assert_uint_eq(purse.live, 0);

	/* one ends where the other begins: never more than 64 */
	members[0].range.hi = nt_addr_must("10.0.0.4");
	ck_assert_int_eq(nt_netset_join(&j, members, n, &purse.mem, &where), 0);
	nt_joined_fini(&j, &purse.mem);
	ck_assert_uint_eq(purse.live, 0);
}
END_TEST

START_TEST(no_memory)
{
	struct nt_member members[MAX_MEMBERS];
	struct nt_purse purse;
	struct nt_joined j;
	struct nt_addr where;
	size_t fail_at = 0;
	int err;

	for(uint32_t i = 0; i < MAX_MEMBERS; i++) {
		wide lo = ((wide)0xffff << 32) + 3 * i;

		members[i] =
				(struct nt_member){{address(lo), address(lo + 1)}, 1, i + 1};
	}
	do {
		nt_purse_init(&purse);
		purse.fail_at = ++fail_at;
		err = nt_netset_join(&j, members, MAX_MEMBERS, &purse.mem, &where);
		if(err == 0)
			nt_joined_fini(&j, &purse.mem);
		ck_assert_msg(err == 0 || err == ENOMEM, "call %zu: %d", fail_at, err);
		ck_assert_msg(purse.live == 0, "call %zu: a leak", fail_at);
	} while(err != 0);
	ck_assert_msg(fail_at > 15, "%zu calls only", fail_at);
}
END_TEST

#define MANY 100000

START_TEST(many_networks_take_memory_as_they_are_many)
{
	struct nt_member *members = nt_heap(NULL, MANY * sizeof(*members));
	struct nt_purse purse;
	struct nt_joined j;
	struct nt_addr where, a;
	size_t words;

	/* /24s of ten lists in turn, with a gap behind each */
	for(uint32_t i = 0; i < MANY; i++) {
		wide lo = ((wide)0xffff << 32) + ((wide)i << 9);

		members[i] = (struct nt_member){
				{address(lo), address(lo + 255)}, 1, i % 10 + 1};
	}
	nt_purse_init(&purse);
	ck_assert_int_eq(nt_netset_join(&j, members, MANY, &purse.mem, &where), 0);
	ck_assert_uint_eq(j.set->count, MANY);
	ck_assert_msg(purse.calls < 60, "%zu blocks", purse.calls);
	ck_assert_msg(purse.bytes < (size_t)MANY * 500, "%zu bytes", purse.bytes);
	for(uint32_t i = 0; i < MANY; i++) {
		const struct nt_tagged_range *r;

		a = members[i].range.lo;
		r = nt_netset_range(j.set, &a);
		ck_assert(r == &j.set->ranges[i]);
		ck_assert(j.words[r->members] == 1
				  && j.words[r->members + 1] == i % 10 + 1);
	}
	nt_joined_fini(&j, &purse.mem);

	/* two in turn: what a neighbour said is not said again */
	for(uint32_t i = 0; i < MANY; i++)
		members[i].list = i % 2 + 1;
	ck_assert_int_eq(nt_netset_join(&j, members, MANY, &purse.mem, &where), 0);
	words = j.word_count;
	nt_joined_fini(&j, &purse.mem);
	ck_assert_msg(words == 5, "%zu words", words);
	ck_assert_uint_eq(purse.live, 0);
	free(members);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_netjoin");

	nt_add_rows(s, "rows", row, NT_COUNT(rows));
	nt_add_rows(s, "definition", agrees_with_the_definition, 1);
	nt_add_rows(s, "limit", so_many_lists_at_one_address, 1);
	nt_add_rows(s, "no memory", no_memory, 1);
	nt_add_rows(s, "many", many_networks_take_memory_as_they_are_many, 1);
	return nt_run(s);
}
