/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_field.h"

#include "unit/nt/nt_check.h"

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span body;
	const char *want; /* each element as {uri|params|whole}; "!" where reading ends */
} lists[] = {
	{"a URI in brackets", NT_SPAN_INIT("<sip:a@b>"), "{sip:a@b||<sip:a@b>}"},
	{"parameters of the header stand behind the bracket", NT_SPAN_INIT("<sip:a@b;x=y> ; q=0.5 ;expires=60 "),
		"{sip:a@b;x=y|; q=0.5 ;expires=60|<sip:a@b;x=y> ; q=0.5 ;expires=60}"},
	{"N003 a URI without brackets has no parameters of its own", NT_SPAN_INIT("sip:a@b;expires=60"),
		"{sip:a@b|;expires=60|sip:a@b;expires=60}"},
	{"several elements", NT_SPAN_INIT("<sip:a@b>;q=1 , sip:c@d,\r\n <sip:e@f>"),
		"{sip:a@b|;q=1|<sip:a@b>;q=1}{sip:c@d||sip:c@d}{sip:e@f||<sip:e@f>}"},
	{"names in front of the bracket", NT_SPAN_INIT("A B <sip:a@b>, \"C, <D>\" <sip:c@d>"),
		"{sip:a@b||A B <sip:a@b>}{sip:c@d||\"C, <D>\" <sip:c@d>}"},
	{"an apostrophe is part of a name", NT_SPAN_INIT("O'Brien <sip:a@b>, D' <sip:c@d>"), "{sip:a@b||O'Brien <sip:a@b>}{sip:c@d||D' <sip:c@d>}"},
	{"a quote behind a backslash ends nothing", NT_SPAN_INIT("\"a\\\"<b\" <sip:a@b>"), "{sip:a@b||\"a\\\"<b\" <sip:a@b>}"},
	{"commas and semicolons in brackets are the URI's", NT_SPAN_INIT("<sip:a,b;c@d;e>"), "{sip:a,b;c@d;e||<sip:a,b;c@d;e>}"},
	{"a comma in quotes is a parameter's", NT_SPAN_INIT("<sip:a@b>;x=\"1,2;3\";y"), "{sip:a@b|;x=\"1,2;3\";y|<sip:a@b>;x=\"1,2;3\";y}"},
	{"base64 has equals signs", NT_SPAN_INIT("<sip:a@b>;x=YQ==;y"), "{sip:a@b|;x=YQ==;y|<sip:a@b>;x=YQ==;y}"},
	{"other schemes are URIs as well", NT_SPAN_INIT("<tel:+1>, <urn:x:y>"), "{tel:+1||<tel:+1>}{urn:x:y||<urn:x:y>}"},
	{"nothing", NT_SPAN_INIT(""), ""},
	{"blanks", NT_SPAN_INIT(" \r\n\t"), ""},
	{"a star is no element", NT_SPAN_INIT("*"), "!"},
	{"a comma at the end", NT_SPAN_INIT("<sip:a@b>,"), "!"},
	{"a comma at the start", NT_SPAN_INIT(",<sip:a@b>"), "!"},
	{"an open bracket", NT_SPAN_INIT("<sip:a@b"), "!"},
	{"an empty bracket", NT_SPAN_INIT("<>"), "!"},
	{"a blank within the bracket", NT_SPAN_INIT("<sip:a @b>"), "!"},
	{"a quote within the bracket", NT_SPAN_INIT("<sip:\"a\"@b>"), "!"},
	{"a second bracket", NT_SPAN_INIT("<sip:a@b><sip:c@d>"), "!"},
	{"an open quote", NT_SPAN_INIT("\"a <sip:a@b>"), "!"},
	{"a quote with a backslash at its end", NT_SPAN_INIT("\"a\\\\\" <sip:a@b>"), "!"},
	{"a quote without a bracket", NT_SPAN_INIT("\"a\" sip:a@b"), "!"},
	{"a word without a colon", NT_SPAN_INIT("alice"), "!"},
	{"headers need brackets", NT_SPAN_INIT("sip:a@b?x=y"), "!"},
	{"a parameter without a name", NT_SPAN_INIT("<sip:a@b>;;q=1"), "!"},
	{"a parameter without the value that it announces", NT_SPAN_INIT("<sip:a@b>;q="), "!"},
	{"two words as a value", NT_SPAN_INIT("<sip:a@b>;q=1 2"), "!"},
	{"a single quote", NT_SPAN_INIT("<sip:a@b>;q='1'"), "!"},
	{"a NUL", NT_SPAN_INIT("<sip:a\0@b>"), "!"},
	{"a NUL in quotes", NT_SPAN_INIT("<sip:a@b>;x=\"\0\""), "!"},
	{"an escaped control byte", NT_SPAN_INIT("<sip:a@b>;x=\"\\\x01\""), "!"},
	{"what was read before counts for itself", NT_SPAN_INIT("<sip:a@b>, <sip"), "{sip:a@b||<sip:a@b>}!"},
};

static const struct {
	const char *name;
	struct nt_span params, wanted;
	int rc;
	struct nt_span whole, value;
} found[] = {
	{"by its name, without case", NT_SPAN_INIT(";q=1; EXPIRES = 60;x"), NT_SPAN_INIT("expires"), 1,
		NT_SPAN_INIT("; EXPIRES = 60"), NT_SPAN_INIT("60")},
	{"without a value", NT_SPAN_INIT(";rport;keep;branch=z9hG4bKa"), NT_SPAN_INIT("keep"), 1, NT_SPAN_INIT(";keep"), NT_SPAN_INIT("")},
	{"with its quotes", NT_SPAN_INIT(";a=\"b\""), NT_SPAN_INIT("a"), 1, NT_SPAN_INIT(";a=\"b\""), NT_SPAN_INIT("\"b\"")},
	{"none of that name", NT_SPAN_INIT(";xexpires=1;expiresx=2"), NT_SPAN_INIT("expires"), 0, {NULL, 0}, {NULL, 0}},
	{"none at all", NT_SPAN_INIT(""), NT_SPAN_INIT("expires"), 0, {NULL, 0}, {NULL, 0}},
	{"two of that name are not one", NT_SPAN_INIT(";expires=1;Expires=2"), NT_SPAN_INIT("expires"), -1, {NULL, 0}, {NULL, 0}},
	{"nothing before what cannot be read", NT_SPAN_INIT(";expires=1;;"), NT_SPAN_INIT("expires"), -1, {NULL, 0}, {NULL, 0}},
	{"a name in quotes is a value", NT_SPAN_INIT(";a=\";expires=1\""), NT_SPAN_INIT("expires"), 0, {NULL, 0}, {NULL, 0}},
};

static const struct {
	const char *name;
	struct nt_span body, word;
	bool want;
} tags[] = {
	{"the only one", NT_SPAN_INIT("outbound"), NT_SPAN_INIT("outbound"), true},
	{"one of several, without case", NT_SPAN_INIT("path , OutBound,\r\n gruu"), NT_SPAN_INIT("outbound"), true},
	{"the last one", NT_SPAN_INIT("path,outbound"), NT_SPAN_INIT("outbound"), true},
	{"part of a longer one", NT_SPAN_INIT("xoutbound, outbound2"), NT_SPAN_INIT("outbound"), false},
	{"none", NT_SPAN_INIT(""), NT_SPAN_INIT("outbound"), false},
	{"commas only", NT_SPAN_INIT(",,"), NT_SPAN_INIT("outbound"), false},
};
/* clang-format on */

START_TEST(element_is_cut_out_as_it_stands)
{
	struct nt_span body = nt_heap_span(lists[_i].body), rest = body;
	struct nt_element e;
	char got[400] = "";
	size_t n = 0;
	int rc;

	while((rc = nt_element_next(&rest, &e)) == 1)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "{%.*s|%.*s|%.*s}",
				NT_SPAN_FMT(e.uri), NT_SPAN_FMT(e.params),
				NT_SPAN_FMT(e.whole));
	if(rc < 0)
		snprintf(got + n, sizeof(got) - n, "!");
	/* an element of a field that cannot be read to its end may come first */
	if(strcmp(lists[_i].want, "!") == 0)
		ck_assert_msg(rc == -1, "%s: read as %s", lists[_i].name, got);
	else
		ck_assert_msg(strcmp(got, lists[_i].want) == 0, "%s: got %s",
				lists[_i].name, got);
	nt_heap_drop(body);
}
END_TEST

START_TEST(parameter_is_found)
{
	struct nt_span params = nt_heap_span(found[_i].params);
	struct nt_param p = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
	int rc = nt_param_find(&p, params, found[_i].wanted);

	ck_assert_msg(rc == found[_i].rc, "%s: %d", found[_i].name, rc);
	if(rc == 1) {
		ck_assert_msg(nt_span_eq(p.whole, found[_i].whole), "%s: '%.*s'",
				found[_i].name, NT_SPAN_FMT(p.whole));
		ck_assert_msg(nt_span_eq(p.value, found[_i].value), "%s: '%.*s'",
				found[_i].name, NT_SPAN_FMT(p.value));
	}
	nt_heap_drop(params);
}
END_TEST

START_TEST(tag_is_listed)
{
	ck_assert_msg(nt_field_lists(tags[_i].body, tags[_i].word) == tags[_i].want,
			"%s", tags[_i].name);
}
END_TEST

START_TEST(star_stands_alone)
{
	ck_assert(nt_field_is_star(NT_SPAN(" * ")));
	ck_assert(!nt_field_is_star(NT_SPAN("*,<sip:a@b>")));
	ck_assert(!nt_field_is_star(NT_SPAN("<sip:*@b>")));
	ck_assert(!nt_field_is_star(NT_SPAN("")));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_field");
	TCase *star = tcase_create("star");

	nt_add_rows(suite, "elements", element_is_cut_out_as_it_stands,
			NT_COUNT(lists));
	nt_add_rows(suite, "parameters", parameter_is_found, NT_COUNT(found));
	nt_add_rows(suite, "tags", tag_is_listed, NT_COUNT(tags));
	tcase_add_test(star, star_stands_alone);
	suite_add_tcase(suite, star);
	return nt_run(suite);
}
