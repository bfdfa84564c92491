/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps are counted, not time: the look-ups are compiled in here, with counters
 * in their loops and behind their comparisons of letters. */
#include "unit/nt/nt_policies.h"

#include "nt/nt_glob.h"

static unsigned long rounds;  /* of loops over ranges and rules */
static unsigned long letters; /* of names */

#define while(condition) while(rounds++, (condition))
#define nt_lower(c) (letters++, (nt_lower)(c))

#include "nt/nt_netset.c"
#include "nt/nt_policy.c"

#undef while
#undef nt_lower

#define PREFIXES 100000
#define DOMAINS 10000

/* Prefixes of ten sites, and a rule for each of many domains */
static void read_sites(struct nt_reading *r)
{
	size_t room = (size_t)PREFIXES / 10 * 20, len;
	char *text = nt_heap(NULL, room), name[32];

	for(uint32_t site = 0; site < 10; site++) {
		struct nt_attr attrs[2] = {
				{NT_SPAN("name"), {name, 0}}, {NT_SPAN("prefixes"), {text, 0}}};

		len = 0;
		for(uint32_t i = site; i < PREFIXES; i += 10)
			len += (size_t)snprintf(text + len, room - len, "%u.%u.%u.0/25 ",
					16 + (i >> 16), i >> 8 & 255, i & 255);
		attrs[0].value.len =
				(size_t)snprintf(name, sizeof(name), "site%u", site);
		attrs[1].value.len = len;
		NT_MUST(nt_reading_open(r, 3, "site", attrs, 2) == 0);
	}
	free(text);
}

static void read_rules(struct nt_reading *r)
{
	for(uint32_t i = 0; i < DOMAINS; i++) {
		char domain[64];
		struct nt_attr attrs[2] = {{NT_SPAN("nat"), NT_SPAN("force")},
				{NT_SPAN("domain"), {domain, 0}}};

		attrs[1].value.len = (size_t)snprintf(domain, sizeof(domain),
				"%scustomer%u.example", i % 2 ? "*." : "", i);
		NT_MUST(nt_reading_open(r, 3, "rule", attrs, 2) == 0);
	}
}

static struct nt_policy *large_policy(struct nt_purse *purse)
{
	struct nt_reading r;
	struct nt_policy *p;

	NT_MUST(nt_reading_begin(&r, 0, NULL, 0) != NULL);
	nt_reading_open(&r, 1, "nat-policy", NULL, 0);
	nt_reading_open(&r, 2, "networks", NULL, 0);
	read_sites(&r);
	nt_reading_open(&r, 2, "rules", NULL, 0);
	read_rules(&r);
	NT_MUST(nt_reading_end(&r, &p) == 0);
	*purse = r.purse;
	return p;
}

static unsigned longest_chain(const struct nt_policy *p, struct nt_part heads)
{
	const uint32_t *head = nt_policy_at(p, heads);
	unsigned longest = 0;

	for(uint32_t i = 0; i < heads.count; i++) {
		unsigned n = 0;

		for(uint32_t at = head[i]; at != 0;
				at = nt_policy_rules(p)[at - 1].next)
			n++;
		longest = n > longest ? n : longest;
	}
	return longest;
}

START_TEST(a_large_policy_is_looked_up_in_few_steps)
{
	struct nt_purse purse;
	struct nt_policy *p = large_policy(&purse);
	unsigned long most = 0;

	ck_assert_msg(purse.calls < 300, "%zu blocks", purse.calls);
	ck_assert_msg(purse.bytes < 200u << 20, "%zu bytes", purse.bytes);
	ck_assert_uint_eq(p->rule.count, DOMAINS);
	ck_assert_msg(p->bytes < 12u << 20, "%u bytes", p->bytes);
	ck_assert_msg(longest_chain(p, p->domains) <= 8, "%u rules share a head",
			longest_chain(p, p->domains));
	for(uint32_t i = 0; i < PREFIXES; i += 7) {
		uint8_t bytes[4] = {
				(uint8_t)(16 + (i >> 16)), (uint8_t)(i >> 8), (uint8_t)i, 77};
		char domain[64], want[32];
		struct nt_question q = {.source = {nt_addr_ipv4(bytes), 5060},
				.user = NT_SPAN("bob"),
				.domain = {domain, 0}};
		struct nt_answer a;

		q.domain.len = (size_t)snprintf(
				domain, sizeof(domain), "a.customer%u.example", i % DOMAINS);
		rounds = letters = 0;
		a = nt_policy_find(p, &q);
		most = rounds > most ? rounds : most;
		ck_assert_msg(letters < 100, "%lu bytes", letters);
		snprintf(want, sizeof(want), "site%u", i % 10);
		ck_assert(a.place != NULL && strcmp(a.place->name, want) == 0);
		ck_assert((a.rule != NULL) == (i % DOMAINS % 2 == 1));
	}
	/* 2 to the 17th are more than there are ranges; a name of three labels */
	ck_assert_msg(most >= 10 && most <= 18 + 3 * 8, "%lu rounds", most);
	free(p);
}
END_TEST

/* Each byte once for the AoR; then only what a rule could name, from each of
 * its dots on */
START_TEST(an_endless_domain_costs_no_more_than_its_length)
{
	static const char *const fills[] = {".", "a.", "aaaaaaaa."};
	struct nt_policy *p =
			nt_policy_must("rules|.rule aor=bob@acme.example nat=force|.rule "
						   "domain=*.acme.example nat=force");
	char *text = nt_heap(NULL, 65000);
	struct nt_question q = {.domain = {text, 65000}};

	for(size_t i = 0; i < q.domain.len; i++)
		text[i] = fills[_i][i % strlen(fills[_i])];
	letters = 0;
	nt_policy_find(p, &q);
	ck_assert_msg(letters >= q.domain.len, "it is not hashed");
	ck_assert_msg(
			letters <= q.domain.len + 256 * 256 / 2, "%lu bytes", letters);
	free(text);
	free(p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_steps");

	nt_add_rows(s, "large", a_large_policy_is_looked_up_in_few_steps, 1);
	nt_add_rows(
			s, "endless", an_endless_domain_costs_no_more_than_its_length, 3);
	return nt_run(s);
}
