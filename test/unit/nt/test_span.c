/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_check.h"

#include <errno.h>
#include <limits.h>

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span a, b;
	bool eq, ieq, iends; /* a == b, without case, a ends with b */
} compared[] = {
	{"equal texts are equal", NT_SPAN_INIT("udp"), NT_SPAN_INIT("udp"), true, true, true},
	{"case separates texts unless it is ignored", NT_SPAN_INIT("UdP"), NT_SPAN_INIT("uDp"), false, true, true},
	{"a longer text is another one", NT_SPAN_INIT("udp6"), NT_SPAN_INIT("udp"), false, false, false},
	{"a shorter text is another one", NT_SPAN_INIT("ud"), NT_SPAN_INIT("udp"), false, false, false},
	{"two empty texts are equal", NT_SPAN_INIT(""), NT_SPAN_INIT(""), true, true, true},
	{"every text ends with the empty one", NT_SPAN_INIT("a"), NT_SPAN_INIT(""), false, false, true},
	{"the empty text ends with nothing else", NT_SPAN_INIT(""), NT_SPAN_INIT("a"), false, false, false},
	{"an ending is found without case", NT_SPAN_INIT("host.INVALID"), NT_SPAN_INIT(".invalid"), false, false, true},
	{"the end counts and not the middle", NT_SPAN_INIT("a.invalid.b"), NT_SPAN_INIT(".invalid"), false, false, false},
	{"only letters have a case: '@' is not '`'", NT_SPAN_INIT("@"), NT_SPAN_INIT("`"), false, false, false},
	{"only letters have a case: '[' is not '{'", NT_SPAN_INIT("["), NT_SPAN_INIT("{"), false, false, false},
	{"the last letter has a case", NT_SPAN_INIT("aZ"), NT_SPAN_INIT("Az"), false, true, true},
	{"bytes beyond ASCII have no case", NT_SPAN_INIT("\xc3\x84"), NT_SPAN_INIT("\xc3\xa4"), false, false, false},
	{"a NUL byte is a byte", NT_SPAN_INIT("a\0b"), NT_SPAN_INIT("a\0c"), false, false, false},
	{"null pointers are empty texts", {NULL, 0}, {NULL, 0}, true, true, true},
};

static const struct {
	const char *name;
	struct nt_span text, want;
} trimmed[] = {
	{"blanks, tabs and line ends go on both sides", NT_SPAN_INIT(" \t\r\na b\n\r\t "), NT_SPAN_INIT("a b")},
	{"nothing to trim", NT_SPAN_INIT("a"), NT_SPAN_INIT("a")},
	{"only blanks leave nothing", NT_SPAN_INIT(" \t "), NT_SPAN_INIT("")},
	{"nothing leaves nothing", NT_SPAN_INIT(""), NT_SPAN_INIT("")},
	{"a comma stays", NT_SPAN_INIT(" ,a, "), NT_SPAN_INIT(",a,")},
	{"a form feed and a NUL stay", NT_SPAN_INIT("\fa\0"), NT_SPAN_INIT("\fa\0")},
};

static const struct {
	const char *name;
	struct nt_span list;
	const char *want; /* the words, each in <> */
} split[] = {
	{"commas, semicolons and white space separate", NT_SPAN_INIT("a,b;c d\te\r\nf"), "<a><b><c><d><e><f>"},
	{"empty words do not exist", NT_SPAN_INIT(",, a ,;, b;"), "<a><b>"},
	{"one word", NT_SPAN_INIT("via-addr"), "<via-addr>"},
	{"separators alone hold no word", NT_SPAN_INIT(" ,;\t"), ""},
	{"an empty list holds no word", NT_SPAN_INIT(""), ""},
	{"no list at all holds no word", {NULL, 0}, ""},
	{"colons and slashes belong to words", NT_SPAN_INIT("2001:db8::/32,!10.0.0.0/8"), "<2001:db8::/32><!10.0.0.0/8>"},
};

#define REFUSED ULONG_MAX, EINVAL
static const struct {
	const char *name;
	struct nt_span text;
	unsigned long max, want;
	int rc;
} numbers[] = {
	{"zero", NT_SPAN_INIT("0"), 0, 0, 0},
	{"the maximum", NT_SPAN_INIT("65535"), 65535, 65535, 0},
	{"one above the maximum", NT_SPAN_INIT("65536"), 65535, REFUSED},
	{"a digit above a maximum of one digit", NT_SPAN_INIT("8"), 7, REFUSED},
	{"one above a maximum of nothing", NT_SPAN_INIT("1"), 0, REFUSED},
	{"ten times too much", NT_SPAN_INIT("655350"), 65535, REFUSED},
	{"the largest number there is", NT_SPAN_INIT("18446744073709551614"), ULONG_MAX, ULONG_MAX - 1, 0},
	{"a number that wraps to a small one", NT_SPAN_INIT("18446744073709551617"), ULONG_MAX, REFUSED},
	{"a very long number", NT_SPAN_INIT("99999999999999999999999999999999999999"), ULONG_MAX, REFUSED},
	{"nothing is no number", NT_SPAN_INIT(""), 10, REFUSED},
	{"a plus sign", NT_SPAN_INIT("+1"), 10, REFUSED},
	{"a minus sign", NT_SPAN_INIT("-1"), 10, REFUSED},
	{"a blank before", NT_SPAN_INIT(" 1"), 10, REFUSED},
	{"a blank behind", NT_SPAN_INIT("1 "), 10, REFUSED},
	{"hexadecimal", NT_SPAN_INIT("0x1"), 10, REFUSED},
	{"a byte above 127", NT_SPAN_INIT("1\xb2"), 1000, REFUSED},
	{"a NUL behind the digits", NT_SPAN_INIT("1\0"), 1000, REFUSED},
	{"the characters next to the digits", NT_SPAN_INIT("1/"), 1000, REFUSED},
	{"the characters next to the digits, above", NT_SPAN_INIT("1:"), 1000, REFUSED},
};
/* clang-format on */

START_TEST(compare)
{
	struct nt_span a = nt_heap_span(compared[_i].a);
	struct nt_span b = nt_heap_span(compared[_i].b);
	const char *name = compared[_i].name;

	ck_assert_msg(nt_span_eq(a, b) == compared[_i].eq, "%s: eq", name);
	ck_assert_msg(nt_span_eq(b, a) == compared[_i].eq, "%s: eq turned", name);
	ck_assert_msg(nt_span_ieq(a, b) == compared[_i].ieq, "%s: ieq", name);
	ck_assert_msg(
			nt_span_ieq(b, a) == compared[_i].ieq, "%s: ieq turned", name);
	ck_assert_msg(nt_span_iends(a, b) == compared[_i].iends, "%s: iends", name);
	nt_heap_drop(a);
	nt_heap_drop(b);
}
END_TEST

START_TEST(trim)
{
	struct nt_span text = nt_heap_span(trimmed[_i].text);
	struct nt_span got = nt_span_trim(text);

	ck_assert_msg(nt_span_eq(got, trimmed[_i].want), "%s: got '%.*s'",
			trimmed[_i].name, NT_SPAN_FMT(got));
	nt_heap_drop(text);
}
END_TEST

START_TEST(words)
{
	struct nt_span list = nt_heap_span(split[_i].list), rest = list, word;
	char got[128] = "";
	size_t n = 0;

	while(nt_span_word(&rest, &word)) {
		NT_MUST(n + word.len + 3 < sizeof(got));
		n += (size_t)snprintf(
				got + n, sizeof(got) - n, "<%.*s>", NT_SPAN_FMT(word));
	}
	ck_assert_msg(strcmp(got, split[_i].want) == 0, "%s: got %s",
			split[_i].name, got);
	ck_assert_msg(
			rest.len == 0, "%s: %zu bytes left", split[_i].name, rest.len);
	nt_heap_drop(list);
}
END_TEST

START_TEST(number)
{
	struct nt_span text = nt_heap_span(numbers[_i].text);
	unsigned long got = ULONG_MAX;
	int rc = nt_span_number(&got, text, numbers[_i].max);

	ck_assert_msg(rc == numbers[_i].rc && got == numbers[_i].want,
			"%s: '%.*s' gives %d, %lu", numbers[_i].name, NT_SPAN_FMT(text), rc,
			got);
	nt_heap_drop(text);
}
END_TEST

START_TEST(null_text_is_empty)
{
	ck_assert_uint_eq(nt_span_cstr(NULL).len, 0);
	ck_assert_uint_eq(nt_span_trim(nt_span_cstr(NULL)).len, 0);
	ck_assert_uint_eq(nt_span_cstr("sip").len, 3);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_span");

	nt_add_rows(s, "compare", compare, NT_COUNT(compared));
	nt_add_rows(s, "trim", trim, NT_COUNT(trimmed));
	nt_add_rows(s, "words", words, NT_COUNT(split));
	nt_add_rows(s, "number", number, NT_COUNT(numbers));
	nt_add_rows(s, "null", null_text_is_empty, 1);
	return nt_run(s);
}
