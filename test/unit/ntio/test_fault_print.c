/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A fault as one line. */
#include "unit/nt/nt_check.h"

#include "ntio/nt_fault_print.h"

#define S(text) NT_SPAN_INIT(text)
#define X10 "xxxxxxxxxx"
#define X60 X10 X10 X10 X10 X10 X10

/* clang-format off */
static const struct {
	const char *file;
	struct nt_fault fault;
	const char *want;
} faults[] = {
	{"p.xml", {7, S("rule"), S("transport"), S("udpx"), "udp or tcp"}, "p.xml:7: rule: transport: 'udpx' is not allowed: udp or tcp"},
	{"p.xml", {7, S("rule"), S(""), S("x"), "y"}, "p.xml:7: rule: 'x' is not allowed: y"},
	{"p.xml", {0, S("file"), S("mode"), S("0666"), "y"}, "p.xml: file: mode: '0666' is not allowed: y"},
	{"p.xml", {0, S(""), S(""), S(""), "y"}, "p.xml: '' is not allowed: y"},
	{"", {0, S("a"), S("b"), S("c"), "y"}, "a: b: 'c' is not allowed: y"},
	{NULL, {0, S("a"), S("b"), {NULL, 0}, "y"}, "a: b: '' is not allowed: y"},
	{NULL, {4294967295u, S("a"), S("b"), S("c"), "y"}, ":4294967295: a: b: 'c' is not allowed: y"},
	{"p\n.xml", {1, S("\x1b[2J"), S("a\0b"), S("1\r\n2\t3\x7f"), "y"}, "p?.xml:1: ?[2J: a?b: '1??2?3?' is not allowed: y"},
	{"p.xml", {1, S("\xc3\xa4"), S(""), S("\xe2\x82\xac"), "y"}, "p.xml:1: ??: '\?\?\?' is not allowed: y"},
	{"p", {1, S(X60 "1234"), S(X60 "1234"), S(X60 X60), "y"}, "p:1: " X60 "1234: " X60 "1234: '" X60 X60 "' is not allowed: y"},
	{"p", {1, S(X60 "12345"), S(X60 "12345"), S(X60 X60 "1"), "y"}, "p:1: " X60 "1...: " X60 "1...: '" X60 X10 X10 X10 X10 X10 "xxxxxxx...' is not allowed: y"},
};
/* clang-format on */

START_TEST(prints)
{
	size_t size = strlen(faults[_i].want) + 1, n;
	char *buf = nt_heap(NULL, size);

	/* exactly as much room as it takes */
	n = nt_fault_print(buf, size, faults[_i].file, &faults[_i].fault);
	ck_assert_str_eq(buf, faults[_i].want);
	ck_assert_uint_eq(n, size - 1);
	free(buf);
}
END_TEST

/* What is cut says so, in whatever little room */
START_TEST(cut_is_seen)
{
	const struct nt_fault *f = &faults[0].fault;
	const char *whole = faults[0].want;

	for(size_t size = 0; size <= strlen(whole); size++) {
		char *buf = nt_heap(NULL, size);
		size_t n = nt_fault_print(buf, size, "p.xml", f);

		ck_assert_uint_eq(n, size > 0 ? size - 1 : 0);
		if(size > 0)
			ck_assert_uint_eq(strlen(buf), n);
		if(size > 3)
			ck_assert_str_eq(buf + n - 3, "...");
		if(size > 4)
			ck_assert_int_eq(strncmp(buf, whole, n - 3), 0);
		free(buf);
	}
}
END_TEST

/* The longest line there can be has room for any list of what is allowed */
START_TEST(what_is_allowed_is_whole)
{
	char name[600], allowed[1001], buf[NT_FAULT_TEXT];
	struct nt_fault f = {4294967295u, {name, sizeof(name) - 1},
			{name, sizeof(name) - 1}, {name, sizeof(name) - 1}, allowed};
	size_t n;

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	memset(allowed, 'a', sizeof(allowed));
	allowed[sizeof(allowed) - 1] = '\0';
	n = nt_fault_print(buf, sizeof(buf), name, &f);
	ck_assert_uint_lt(n, sizeof(buf) - 1);
	ck_assert_str_eq(buf + n - 1000, allowed);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_fault_print");

	nt_add_rows(s, "prints", prints, NT_COUNT(faults));
	nt_add_rows(s, "cut", cut_is_seen, 1);
	nt_add_rows(s, "allowed", what_is_allowed_is_whole, 1);
	return nt_run(s);
}
