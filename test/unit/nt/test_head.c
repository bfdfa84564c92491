/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_head.h"

#include "unit/nt/nt_check.h"

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span text;
	const char *want; /* {name|body} of each field */
} heads[] = {
	{"fields in order", NT_SPAN_INIT("SIP/2.0 200 OK\r\nVia: a\r\nt :\tb \r\nX:\r\n\r\nbody: no\r\n"), "{Via|a}{t|b}{X|}"},
	{"a fold is part of its field", NT_SPAN_INIT("x\r\nVia: a,\r\n b\r\n\tc\r\nTo: d\r\n\r\n"), "{Via|a,\r\n b\r\n\tc}{To|d}"},
	{"bare line feeds end lines", NT_SPAN_INIT("x\nVia: a\n b\nTo: c\n\nno: no\n"), "{Via|a\n b}{To|c}"},
	{"lines without a colon do not count", NT_SPAN_INIT("x\r\nwhat\r\nTo: c\r\n\r\n"), "{To|c}"},
	{"no end", NT_SPAN_INIT("x\r\nTo: c"), "{To|c}"},
	{"nothing but a first line", NT_SPAN_INIT("x\r\n"), ""},
	{"nothing", NT_SPAN_INIT(""), ""},
	{"only the end", NT_SPAN_INIT("x\r\n\r\nTo: c\r\n"), ""},
};

static const struct {
	const char *name, *text;
	struct { size_t at, cut; const char *put; } edits[3];
	size_t count, size;
	const char *want; /* NULL: refused */
} edited[] = {
	{"nothing", "abc", {{0, 0, ""}}, 0, 3, "abc"},
	{"put in", "abc", {{1, 0, "--"}}, 1, 5, "a--bc"},
	{"cut out", "abc", {{1, 1, ""}}, 1, 3, "ac"},
	{"replaced, in any order", "abcdef", {{4, 1, "5"}, {0, 1, "1"}, {2, 1, "33"}}, 3, 7, "1b33d5f"},
	{"at both ends", "abc", {{3, 0, ">"}, {0, 0, "<"}}, 2, 5, "<abc>"},
	{"too small", "abc", {{1, 0, "--"}}, 1, 4, NULL},
	{"overlapping", "abcdef", {{0, 3, "x"}, {2, 1, "y"}}, 2, 20, NULL},
	{"behind the text", "abc", {{4, 0, "x"}}, 1, 20, NULL},
	{"beyond its end", "abc", {{2, 2, "x"}}, 1, 20, NULL},
};
/* clang-format on */

START_TEST(fields_are_found)
{
	struct nt_span text = nt_heap_span(heads[_i].text);
	struct nt_span rest = nt_head_begin(text);
	struct nt_head field;
	char got[200] = "";
	size_t n = 0;

	while(nt_head_next(&rest, &field))
		n += (size_t)snprintf(got + n, sizeof(got) - n, "{%.*s|%.*s}",
				NT_SPAN_FMT(field.name), NT_SPAN_FMT(field.body));
	ck_assert_msg(
			strcmp(got, heads[_i].want) == 0, "%s: %s", heads[_i].name, got);
	nt_heap_drop(text);
}
END_TEST

START_TEST(a_field_has_two_names)
{
	struct nt_head f = {.name = NT_SPAN_INIT("V")};

	ck_assert(nt_head_is(&f, NT_SPAN("via"), NT_SPAN("v")));
	ck_assert(!nt_head_is(&f, NT_SPAN("via"), NT_SPAN("")));
	f.name = NT_SPAN("VIA");
	ck_assert(nt_head_is(&f, NT_SPAN("via"), NT_SPAN("")));
	f.name = NT_SPAN("");
	ck_assert(!nt_head_is(&f, NT_SPAN("via"), NT_SPAN("")));
}
END_TEST

START_TEST(edits_are_applied)
{
	struct nt_span text = nt_heap_span(nt_span_cstr(edited[_i].text));
	struct nt_edit edits[3];
	char *buf = nt_heap(NULL, edited[_i].size);
	size_t len;

	for(size_t i = 0; i < edited[_i].count; i++) {
		edits[i].at = text.p + edited[_i].edits[i].at;
		edits[i].cut = edited[_i].edits[i].cut;
		snprintf(edits[i].put, sizeof(edits[i].put), "%s",
				edited[_i].edits[i].put);
	}
	len = nt_edits_apply(buf, edited[_i].size, text, edits, edited[_i].count);
	if(edited[_i].want == NULL)
		ck_assert_msg(len == 0, "%s", edited[_i].name);
	else
		ck_assert_msg(
				nt_span_eq(nt_span_of(buf, len), nt_span_cstr(edited[_i].want)),
				"%s: %.*s", edited[_i].name, (int)len, buf);
	free(buf);
	nt_heap_drop(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_head");
	TCase *names = tcase_create("names");

	nt_add_rows(suite, "fields", fields_are_found, NT_COUNT(heads));
	nt_add_rows(suite, "edits", edits_are_applied, NT_COUNT(edited));
	tcase_add_test(names, a_field_has_two_names);
	suite_add_tcase(suite, names);
	return nt_run(suite);
}
