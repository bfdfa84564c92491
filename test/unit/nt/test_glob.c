/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_check.h"

#include "nt/nt_glob.h"

/* clang-format off */
static const struct {
	const char *name, *pattern, *text;
	bool fits;
} rows[] = {
	{"a pattern without marks is the text", "Phone/1.0", "Phone/1.0", true},
	{"ASCII letters compare without case", "pHONE/1.0z", "Phone/1.0Z", true},
	{"other bytes compare as they are", "Phone@", "Phone`", false},
	{"letters beyond ASCII keep their case", "\xc3\x84", "\xc3\xa4", false},
	{"a pattern is the whole text, not its beginning", "Phone", "Phone/1.0", false},
	{"a pattern is the whole text, not its end", "1.0", "Phone/1.0", false},
	{"a text is no pattern", "Phone", "P*", false},
	{"a longer pattern does not fit", "Phone/1.0", "Phone", false},
	{"nothing fits nothing", "", "", true},
	{"nothing fits no text", "", "x", false},
	{"any text may be none", "*", "", true},
	{"any text may be all", "*", "Phone/1.0", true},
	{"any text twice", "**", "", true},
	{"any text at the end", "Phone*", "Phone", true},
	{"any text at the end, some", "Phone*", "Phone/1.0", true},
	{"any text at the end does not change the beginning", "Phone*", "phon", false},
	{"any text at the beginning", "*1.0", "Phone/1.0", true},
	{"any text at the beginning goes on behind the first try", "*1.0", "1.01.0", true},
	{"any text at the beginning is no prefix", "*1.0", "1.0x", false},
	{"any text in the middle", "Ph*0", "Phone/1.0", true},
	{"any text in the middle may be none", "Ph*one", "Phone", true},
	{"both sides do not share a byte", "ab*ba", "aba", false},
	{"goes back as often as it takes", "*aab", "aaaaaaaab", true},
	{"goes back to the last mark", "a*b*c", "axbxbxc", true},
	{"order counts", "a*b*c", "acb", false},
	{"any byte is one", "Phone/?.0", "Phone/7.0", true},
	{"any byte is not none", "Phone/1.0?", "Phone/1.0", false},
	{"any byte is not two", "Phone/?.0", "Phone/10.0", false},
	{"any byte is a byte, not a letter", "?", "\xc3\xa4", false},
	{"any byte behind any text", "*?", "", false},
	{"at least two bytes", "?*?", "a", false},
	{"two bytes", "?*?", "ab", true},
	{"marks stand for themselves too", "a?c*", "a?c*", true},
	{"other marks of file names are ordinary", "[ab]\\*", "[ab]\\x", true},
	{"a set is none", "[ab]", "a", false},
};
/* clang-format on */

START_TEST(row)
{
	struct nt_span pattern = nt_heap_span(nt_span_cstr(rows[_i].pattern));
	struct nt_span text = nt_heap_span(nt_span_cstr(rows[_i].text));

	ck_assert_msg(nt_glob_match(pattern, text) == rows[_i].fits,
			"%s: '%s' on '%s'", rows[_i].name, rows[_i].pattern, rows[_i].text);
	nt_heap_drop(text);
	nt_heap_drop(pattern);
}
END_TEST

/* As simply as it can be said; for short texts */
static bool naive(struct nt_span p, struct nt_span t)
{
	struct nt_span p_rest = nt_span_of(p.p + 1, p.len - 1);
	struct nt_span t_rest = nt_span_of(t.p + 1, t.len - 1);

	if(p.len == 0)
		return t.len == 0;
	if(p.p[0] == '*')
		return naive(p_rest, t) || (t.len > 0 && naive(p, t_rest));
	return t.len > 0 && (p.p[0] == '?' || nt_lower(p.p[0]) == nt_lower(t.p[0]))
		   && naive(p_rest, t_rest);
}

START_TEST(agrees_with_the_definition)
{
	uint64_t state = 11;
	int fits = 0;

	for(int round = 0; round < 100000; round++) {
		char pattern[7], text[9];
		struct nt_span p = {pattern, nt_random(&state) % sizeof(pattern)};
		struct nt_span t = {text, nt_random(&state) % sizeof(text)};

		for(size_t i = 0; i < p.len; i++)
			pattern[i] = "aAb**?"[nt_random(&state) % 6];
		for(size_t i = 0; i < t.len; i++)
			text[i] = "aab*"[nt_random(&state) % 4];
		fits += naive(p, t);
		ck_assert_msg(nt_glob_match(p, t) == naive(p, t), "'%.*s' on '%.*s'",
				NT_SPAN_FMT(p), NT_SPAN_FMT(t));
	}
	ck_assert_msg(fits > 10000, "only %d fitted", fits);
}
END_TEST

START_TEST(lengths_are_bounded)
{
	char pattern[NT_GLOB_PATTERN + 1], text[NT_GLOB_TEXT + 2];
	struct nt_span longest = {pattern, NT_GLOB_PATTERN};
	struct nt_span longer = {pattern, NT_GLOB_PATTERN + 1};
	struct nt_span whole = {text, NT_GLOB_TEXT};

	memset(pattern, '*', sizeof(pattern));
	memset(text, 'a', sizeof(text));
	ck_assert_msg(nt_glob_match(longest, whole), "the longest pattern counts");
	ck_assert_msg(!nt_glob_match(longer, whole), "a longer one fits nothing");
	pattern[1] = 'b';
	text[NT_GLOB_TEXT - 1] = 'b';
	ck_assert_msg(nt_glob_match(nt_span_of(pattern, 2),
						  nt_span_of(text, sizeof(text))),
			"a text is cut where it is too long");
	text[NT_GLOB_TEXT - 1] = 'a';
	text[NT_GLOB_TEXT] = 'b';
	ck_assert_msg(!nt_glob_match(nt_span_of(pattern, 2),
						  nt_span_of(text, NT_GLOB_TEXT + 1)),
			"what is behind the cut does not count");
}
END_TEST

START_TEST(literals)
{
	ck_assert_uint_eq(nt_glob_literals(NT_SPAN("")), 0);
	ck_assert_uint_eq(nt_glob_literals(NT_SPAN("*?*")), 0);
	ck_assert_uint_eq(nt_glob_literals(NT_SPAN("Old*Phone/?.1")), 11);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_glob");

	nt_add_rows(s, "rows", row, NT_COUNT(rows));
	nt_add_rows(s, "definition", agrees_with_the_definition, 1);
	nt_add_rows(s, "lengths", lengths_are_bounded, 1);
	nt_add_rows(s, "literals", literals, 1);
	return nt_run(s);
}
