/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much a policy file may say */
#include "unit/nt/nt_policies.h"

#include <stdarg.h>

struct many
{
	struct nt_reading r;
	struct nt_attr attrs[4];
	char text[4][64];
};

static void many_begin(struct many *m, const char *section)
{
	NT_MUST(nt_reading_begin(&m->r, 0, NULL, 0) != NULL);
	nt_reading_open(&m->r, 1, "nat-policy", NULL, 0);
	nt_reading_open(&m->r, 2, section, NULL, 0);
}

static void __attribute__((format(printf, 4, 5)))
many_attr(struct many *m, int i, const char *name, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(m->text[i], sizeof(m->text[i]), format, args);
	va_end(args);
	m->attrs[i] =
			(struct nt_attr){nt_span_cstr(name), nt_span_cstr(m->text[i])};
}

static const char *const keys[][2] = {{"aor", "bob@acme.example"},
		{"domain", "acme.example"}, {"source", "10.0.0.0/8"},
		{"transport", "udp"}};

/* As many rules as may share a key, and one more */
START_TEST(rules_of_one_key)
{
	const char *key = keys[_i][0];
	struct many m;
	struct nt_policy *p;

	for(int more = 0; more < 2; more++) {
		many_begin(&m, "rules");
		many_attr(&m, 0, "nat", "force");
		many_attr(&m, 1, key, "%s", keys[_i][1]);
		for(int i = 0; i < NT_RULES_PER_KEY + more; i++)
			nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
		if(more == 0) {
			ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s: %s", key,
					m.r.faults[0]);
			free(p);
			continue;
		}
		ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
		nt_faults_check(
				key, &m.r, "259 rule@=: 256 rules at most with the same aor");
	}
}
END_TEST

/* The same key in other words */
START_TEST(rules_of_one_key_in_other_words)
{
	static const char *const alike[][3] = {
			{"aor", "bob@acme.example", "bob@ACME.example"},
			{"domain", "acme.example", "*.Acme.example"},
			{"source", "10.0.0.0/9 10.128.0.0/9", "10.0.0.0-10.255.255.255"},
			{"transport", "udp", "tcp"}};
	struct many m;
	struct nt_policy *p;

	many_begin(&m, "rules");
	many_attr(&m, 0, "nat", "force");
	for(int i = 0; i <= NT_RULES_PER_KEY; i++) {
		many_attr(&m, 1, alike[_i][0], "%s", alike[_i][1 + i % 2]);
		nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
	}
	ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
	ck_assert_uint_eq(m.r.fault_count, 1);
}
END_TEST

START_TEST(rules_of_many_keys)
{
	struct many m;
	struct nt_policy *p;

	many_begin(&m, "rules");
	many_attr(&m, 0, "nat", "force");
	for(int i = 0; i < 3 * NT_RULES_PER_KEY; i++) {
		many_attr(&m, 1, "aor", "x%d@acme.example", i);
		nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
		many_attr(&m, 1, "domain", "d%d.acme.example", i);
		nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
		many_attr(&m, 1, "source", "10.%d.%d.0/24", i / 256, i % 256);
		nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
	}
	ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s", m.r.faults[0]);
	free(p);
}
END_TEST

/* More lists than one address may be in */
START_TEST(sources_of_one_address)
{
	struct many m;
	struct nt_policy *p;

	for(int more = 0; more < 2; more++) {
		many_begin(&m, "rules");
		many_attr(&m, 0, "nat", "force");
		for(int i = 0; i < NT_LISTS_HERE + more; i++) {
			many_attr(&m, 1, "source", "192.0.2.7-192.0.2.%d", i + 7);
			nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
		}
		if(more == 0) {
			ck_assert_int_eq(nt_reading_end(&m.r, &p), 0);
			free(p);
			continue;
		}
		ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
		nt_faults_check("sources", &m.r,
				"0 networks@=192.0.2.7: 64 sites, LANs, gateways and source "
				"lists at most may hold one address");
	}
}
END_TEST

/* However many lists there are, the same one is one: else rules of one source
 * would be as many lists at one address */
START_TEST(the_same_source_is_one_list)
{
	struct many m;
	struct nt_policy *p;

	many_begin(&m, "rules");
	many_attr(&m, 0, "nat", "force");
	for(int i = 0; i < 3000; i++) {
		many_attr(&m, 1, "source", "10.%d.%d.0/24", i / 256, i % 256);
		nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
	}
	for(int i = 0; i < 2 * NT_LISTS_HERE; i++) {
		many_attr(&m, 1, "source", "192.0.2.0/24,203.0.113.0/24");
		nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
	}
	ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s", m.r.faults[0]);
	ck_assert_uint_eq(p->lists.count, 3001);
	free(p);
}
END_TEST

/* A thousand addresses, none beside another; free it */
static struct nt_span thousand(void)
{
	char *text = nt_heap(NULL, 1000 * 16);
	size_t len = 0;

	for(int i = 0; i < 1000; i++)
		len += (size_t)snprintf(
				text + len, 16, "10.0.%d.%d ", i / 100, i % 100 * 2);
	return nt_span_of(text, len);
}

/* A list as long as may be, made of long lists; and one network more, which is
 * told, not left out */
START_TEST(networks_of_one_list)
{
	static const char *const more[] = {
			"", " 192.0.2.1", " 192.0.2.1 192.0.2.2"};
	struct nt_span prefixes = thousand();
	char use[2 * 1000 + 32];
	struct many m;
	struct nt_policy *p;

	for(size_t i = 0; i < 1000; i++)
		memcpy(use + 2 * i, "n ", 3);
	memcpy(use + 2 * 1000, more[_i], strlen(more[_i]) + 1);
	many_begin(&m, "networks");
	many_attr(&m, 0, "name", "n");
	m.attrs[1] = (struct nt_attr){NT_SPAN("prefixes"), prefixes};
	nt_reading_open(&m.r, 3, "network", m.attrs, 2);
	many_attr(&m, 0, "name", "l");
	m.attrs[1] = (struct nt_attr){NT_SPAN("use"), nt_span_cstr(use)};
	nt_reading_open(&m.r, 3, "lan", m.attrs, 2);
	nt_heap_drop(prefixes);
	if(_i == 0) {
		ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s", m.r.faults[0]);
		free(p);
		return;
	}
	ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
	nt_faults_check("one more", &m.r,
			"4 lan@use=192.0.2.1: 1000000 networks at most in a list");
}
END_TEST

#define PLACES_MAX 65535

START_TEST(places_of_one_file)
{
	struct many m;
	struct nt_policy *p;

	many_begin(&m, "networks");
	for(int i = 0; i < PLACES_MAX; i++) {
		many_attr(&m, 0, "name", "g%d", i);
		many_attr(&m, 1, "address", "10.%d.%d.%d", i >> 14, i >> 7 & 127,
				i & 127);
		nt_reading_open(&m.r, 3, "gateway", m.attrs, 2);
	}
	many_attr(&m, 0, "name", "n");
	many_attr(&m, 1, "prefixes", "10.0.0.0/8");
	ck_assert_int_eq(nt_reading_open(&m.r, 3, "network", m.attrs, 2), 0);
	if(_i == 0) {
		ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s", m.r.faults[0]);
		ck_assert_uint_eq(p->place.count, PLACES_MAX);
		free(p);
		return;
	}
	many_attr(&m, 0, "name", "one-more");
	nt_reading_open(&m.r, 3, "lan", m.attrs, 2);
	ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
	nt_faults_check("one more", &m.r,
			"65539 lan@=lan: 65535 lans, sites and gateways at most");
}
END_TEST

#define PROFILES_MAX 10000

START_TEST(profiles_of_one_file)
{
	struct many m;
	struct nt_policy *p;

	for(int more = 0; more < 2; more++) {
		many_begin(&m, "profiles");
		for(int i = 7; i < PROFILES_MAX + more; i++) {
			many_attr(&m, 0, "name", "p%d", i);
			nt_reading_open(&m.r, 3, "profile", m.attrs, 1);
		}
		/* the default is there already */
		many_attr(&m, 0, "name", "default");
		if(more == 0) {
			nt_reading_open(&m.r, 3, "profile", m.attrs, 1);
			ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s", m.r.faults[0]);
			ck_assert_uint_eq(p->profile.count, PROFILES_MAX);
			free(p);
			continue;
		}
		ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
		nt_faults_check(
				"one more", &m.r, "9996 profile@=p10000: 10000 profiles");
	}
}
END_TEST

#define RULES_MAX 100000

START_TEST(rules_of_one_file)
{
	struct many m;
	struct nt_policy *p;

	for(int more = 0; more < 2; more++) {
		many_begin(&m, "rules");
		many_attr(&m, 0, "nat", "force");
		for(int i = 0; i < RULES_MAX + more; i++) {
			many_attr(&m, 1, "domain", "d%d.example", i);
			nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
		}
		if(more == 0) {
			ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s", m.r.faults[0]);
			ck_assert_uint_eq(p->rule.count, RULES_MAX);
			free(p);
			continue;
		}
		ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
		nt_faults_check(
				"one more", &m.r, "100003 rule@=rule: 100000 rules at most");
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_draft_limits");

	nt_add_rows(s, "key", rules_of_one_key, NT_COUNT(keys));
	nt_add_rows(s, "key in other words", rules_of_one_key_in_other_words, 4);
	nt_add_rows(s, "many keys", rules_of_many_keys, 1);
	nt_add_rows(s, "address", sources_of_one_address, 1);
	nt_add_rows(s, "same source", the_same_source_is_one_list, 1);
	nt_add_rows(s, "list", networks_of_one_list, 3);
	nt_add_rows(s, "places", places_of_one_file, 2);
	nt_add_rows(s, "profiles", profiles_of_one_file, 1);
	nt_add_rows(s, "rules", rules_of_one_file, 1);
	return nt_run(s);
}
