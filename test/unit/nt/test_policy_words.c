/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_policies.h"

START_TEST(methods_have_a_bit_each)
{
	static const char *const names[] = {"INVITE", "ACK", "BYE", "CANCEL",
			"REGISTER", "OPTIONS", "SUBSCRIBE", "NOTIFY", "PUBLISH", "MESSAGE",
			"REFER", "UPDATE", "INFO", "PRACK"};
	uint32_t all = 0;

	for(int i = 0; i < NT_COUNT(names); i++) {
		uint32_t bit = nt_method_bit(nt_span_cstr(names[i]));

		ck_assert_msg(
				__builtin_popcount(bit) == 1 && !(all & bit), "%s", names[i]);
		all |= bit;
	}
	ck_assert_uint_eq(nt_method_bit(NT_SPAN("invite")), 1);
	ck_assert_uint_eq(nt_method_bit(NT_SPAN("PING")), 0);
	ck_assert_uint_eq(nt_method_bit(NT_SPAN("")), 0);
	ck_assert_uint_eq(nt_method_bit(nt_span_of(NULL, 0)), 0);
}
END_TEST

/* clang-format off */
static const struct {
	const char *rule, *conditions;
} printed[] = {
	{"", "everything"},
	{"aor=bob@Acme.example", "aor=\"bob@Acme.example\""},
	{"domain=acme.example", "domain=\"acme.example\""},
	{"domain=*.acme.example", "domain=\"*.acme.example\""},
	{"source=' 10.0.0.0/8 !10.1.0.0/16 '", "source=\"10.0.0.0/8 !10.1.0.0/16\""},
	{"socket=outside", "socket=\"outside\""},
	{"socket=192.0.2.1", "socket=\"192.0.2.1\""},
	{"socket=[2001:db8::1]:5060", "socket=\"[2001:db8::1]:5060\""},
	{"user-agent='Old Phone/*'", "user-agent=\"Old Phone/*\""},
	{"method='BYE,INVITE'", "method=\"INVITE BYE\""},
	{"transport='wss udp'", "transport=\"udp wss\""},
	{"transport=udp method=BYE user-agent=a socket=b source=10.0.0.1 domain=d aor=e@f",
		"aor=\"e@f\" domain=\"d\" source=\"10.0.0.1\" socket=\"b\" user-agent=\"a\" method=\"BYE\" transport=\"udp\""},
};
/* clang-format on */

START_TEST(conditions_are_printed_as_the_file_says_them)
{
	const char *want = printed[_i].conditions;
	char rule[300];
	struct nt_policy *p;

	snprintf(rule, sizeof(rule), ".rule nat=force %s", printed[_i].rule);
	p = nt_rules_must(rule, "");
	for(size_t size = 0; size <= strlen(want) + 2; size++) {
		char *buf = nt_heap(NULL, size);
		size_t fit = size == 0 ? 0 : size - 1;
		size_t n = nt_rule_conditions_print(buf, size, p, nt_policy_rules(p));

		if(fit > strlen(want))
			fit = strlen(want);
		ck_assert_msg(n == fit
							  && (size == 0
									  || (buf[n] == '\0'
											  && strncmp(buf, want, n) == 0)),
				"'%.*s' instead of '%.*s' in %zu bytes", (int)n, buf, (int)fit,
				want, size);
		free(buf);
	}
	free(p);
}
END_TEST

START_TEST(a_long_source_is_printed_to_where_it_is_kept)
{
	char source[400], rule[500], got[400];
	size_t n = 0;
	struct nt_policy *p;

	for(int i = 0; i < 20; i++)
		n += (size_t)snprintf(
				source + n, sizeof(source) - n, "192.0.2.%d ", 100 + i);
	snprintf(rule, sizeof(rule), ".rule nat=force source='%s'", source);
	p = nt_rules_must(rule, "");
	nt_rule_conditions_print(got, sizeof(got), p, nt_policy_rules(p));
	ck_assert(strncmp(got, "source=\"192.0.2.100 ", 20) == 0);
	ck_assert_uint_eq(strlen(got), strlen("source=\"\"") + 80);
	free(p);
}
END_TEST

START_TEST(rules_are_printed_by_line_and_name)
{
	struct nt_policy_rule r = {.line = UINT32_MAX};
	char buf[NT_RULE_TEXT], small[12];

	ck_assert_uint_eq(nt_rule_print(buf, sizeof(buf), NULL), 4);
	ck_assert_str_eq(buf, "none");
	ck_assert_uint_eq(nt_rule_print(buf, sizeof(buf), &r), 15);
	ck_assert_str_eq(buf, "line 4294967295");
	ck_assert_uint_eq(nt_rule_print(small, sizeof(small), &r), 0);
	memset(r.name, 'x', sizeof(r.name) - 1);
	ck_assert_uint_eq(nt_rule_print(buf, sizeof(buf), &r), 15 + 3 + 31);
	ck_assert(strcmp(buf + 15, " (xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx)") == 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_policy_words");

	nt_add_rows(s, "methods", methods_have_a_bit_each, 1);
	nt_add_rows(s, "conditions", conditions_are_printed_as_the_file_says_them,
			NT_COUNT(printed));
	nt_add_rows(s, "long", a_long_source_is_printed_to_where_it_is_kept, 1);
	nt_add_rows(s, "rule", rules_are_printed_by_line_and_name, 1);
	return nt_run(s);
}
