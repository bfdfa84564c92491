/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_check.h"

#include <errno.h>

#include "nt/nt_hygiene.h"

#define ALL NT_HYGIENE_ALL
#define WAYS NT_HYGIENE_WAYS

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span text;
	uint32_t names;
	bool want;
} looked_at[] = {
	{"a phone's Contact", NT_SPAN_INIT("<sip:a@192.168.1.10:5060;transport=tcp;ob>;q=1;+sip.instance=\"<urn:uuid:1>\";reg-id=1"), ALL, false},
	{"names that begin alike", NT_SPAN_INIT("<sip:a@h;ali=1;aliases=1;alias-x=1;receive;maddress=2;methods=3;nat-e=4;nat=yes;native>"), ALL, false},
	{"the name alone is no parameter", NT_SPAN_INIT("<sip:alias@received>"), ALL, false},
	{"alias", NT_SPAN_INIT("<sip:a@h;alias=1.2.3.4~5~1>"), ALL, true},
	{"each name: received", NT_SPAN_INIT("<sip:a@h>;received=\"sip:1.2.3.4\""), ALL, true},
	{"each name: maddr", NT_SPAN_INIT("sip:a@h;maddr=1.2.3.4"), ALL, true},
	{"each name: nat-a", NT_SPAN_INIT(";nat-a=x"), ALL, true},
	{"each name: nat-b", NT_SPAN_INIT(";nat-b=x"), ALL, true},
	{"each name: nat-d", NT_SPAN_INIT(";nat-d=x"), ALL, true},
	{"each name: nat-l", NT_SPAN_INIT(";nat-l=x"), ALL, true},
	{"each name: nat-p", NT_SPAN_INIT(";nat-p=x"), ALL, true},
	{"each name: nat-c", NT_SPAN_INIT(";nat-c=x"), ALL, true},
	{"only the names that are asked for", NT_SPAN_INIT(";nat-c=x;maddr=y"), NT_HYGIENE_ALIAS | NT_HYGIENE_RECEIVED, false},
	{"T19: mixed case", NT_SPAN_INIT(";x;ReCeIvEd=1"), ALL, true},
	{"T19: letters as %HH", NT_SPAN_INIT(";%61%6C%69%61%73=1"), ALL, true},
	{"T19: blanks and folds before the name", NT_SPAN_INIT(";\r\n \t received=1"), ALL, true},
	{"T19: blanks behind the name", NT_SPAN_INIT(";received \t=1"), ALL, true},
	{"without a value, at the end", NT_SPAN_INIT("x;maddr"), ALL, true},
	{"before another parameter", NT_SPAN_INIT(";alias;x"), ALL, true},
	{"before a bracket", NT_SPAN_INIT("<sip:a@h;alias>"), ALL, true},
	{"before headers", NT_SPAN_INIT("sip:a@h;alias?x"), ALL, true},
	{"in quotes: it errs to that side", NT_SPAN_INIT("\"a;alias\" <sip:a@h>"), ALL, true},
	{"in a user: likewise", NT_SPAN_INIT("sip:a;alias=b@h"), ALL, true},
	{"a semicolon at the end", NT_SPAN_INIT("a;"), ALL, false},
	{"a semicolon and blanks at the end", NT_SPAN_INIT("a;  \r\n"), ALL, false},
	{"half a name at the end", NT_SPAN_INIT("a;alia"), ALL, false},
	{"half an escape at the end", NT_SPAN_INIT("a;alia%7"), ALL, false},
	{"nothing", NT_SPAN_INIT(""), ALL, false},
	{"no text at all", {NULL, 0}, ALL, false},
	{"a colon is no semicolon", NT_SPAN_INIT("a:alias=x,received=y"), ALL, false},
};

static const struct {
	const char *name;
	struct nt_span uri;
	uint32_t names;
	const char *want; /* NULL: refused */
} uris[] = {
	{"nothing to cut", NT_SPAN_INIT("sip:a@h;x=1;lr"), ALL, "sip:a@h;x=1;lr"},
	{"N009: each name, and twice", NT_SPAN_INIT("sip:a@h;alias=1;x;maddr=2;RECEIVED;alias=3;nat-c=4?h=i"), ALL, "sip:a@h;x?h=i"},
	{"only the names that are asked for", NT_SPAN_INIT("sip:a@h;alias=1;nat-c=2"), WAYS, "sip:a@h;nat-c=2"},
	{"a name as %HH", NT_SPAN_INIT("sips:a@h;m%61ddr=1"), ALL, "sips:a@h"},
	{"N035: tel is left alone", NT_SPAN_INIT("tel:+1;alias=x"), ALL, "tel:+1;alias=x"},
	{"other parameters in a user stay", NT_SPAN_INIT("sip:a;maddr=x@h;maddr=y"), ALL, "sip:a;maddr=x@h"},
	{"alias in a user: the core obeys it there", NT_SPAN_INIT("sip:a;alias=1.2.3.4~5~1@h"), ALL, NULL},
	{"what nobody can read is not edited", NT_SPAN_INIT("sip:a@h:;alias=x"), ALL, NULL},
	{"a comma in a name, where it ends for some", NT_SPAN_INIT("sip:h;alias,;x"), ALL, NULL},
	{"a comma in a value", NT_SPAN_INIT("sip:h;alias=1,2;x=3,4"), ALL, "sip:h;x=3,4"},
	{"a parameter among the headers", NT_SPAN_INIT("sip:a@h?x=y;maddr=z"), ALL, NULL},
	{"what nobody can read but holds no such name", NT_SPAN_INIT("sip:a@h:;x"), ALL, "sip:a@h:;x"},
};

static const struct {
	const char *name, *field;
	const char *want; /* NULL: refused */
} contacts[] = {
	{"a URI parameter and the element's", "<sip:a@h;alias=1;x>;received=2;q=1", "<sip:a@h;x>;q=1"},
	{"N183: what else stands behind the bracket is nobody's way", "<sip:a@h>;alias=1;maddr=2;nat-c=3", "<sip:a@h>;alias=1;maddr=2;nat-c=3"},
	{"without brackets all of them are meant", "sip:a@h;alias=1;q=1;nat-c=2;maddr=3;received=4", "sip:a@h;q=1"},
	{"T19: every element", "<sip:a@h;maddr=1>, \"B\" <sip:b@h>;received=2 , sip:c@h;alias=3", "<sip:a@h>, \"B\" <sip:b@h> , sip:c@h"},
	{"T19: folded, with blanks", "<sip:a@h> ;\r\n received\t= \"sip:1.2.3.4\" ;q=1", "<sip:a@h>  ;q=1"},
	{"in quotes it stays", "\"x;received=1\" <sip:a@h>;y=\";received=2\";received=3", "\"x;received=1\" <sip:a@h>;y=\";received=2\""},
	{"N035: tel, but for what the registrar reads", "<tel:+1;alias=1>;received=2;q=1", "<tel:+1;alias=1>;q=1"},
	{"a GRUU is not an excuse", "<sip:a@h;gr=urn:uuid:1;alias=2>", "<sip:a@h;gr=urn:uuid:1>"},
	{"T19: an at sign behind the first semicolon of a bare URI", "sip:a;alias=x@h", NULL},
	{"T19: quotes that two readers end at two places", "\"A\\\\\" <sip:a@h>;received=x", NULL},
	{"an escaped quote is read alike", "\"A\\\" B\" <sip:a@h>;received=x", "\"A\\\" B\" <sip:a@h>"},
	{"T19: single quotes, which the core knows", "<sip:a@h>;x=';y=\"';received=1;z=\"", NULL},
	{"a URI that nobody can read", "<sip:a@h;alias=1>,<sip:a@;alias=1>", NULL},
};
/* clang-format on */

/* The text without the cuts; free .p */
static struct nt_span without(struct nt_span text, const struct nt_cuts *cuts)
{
	size_t want = text.len - nt_cuts_before(cuts, text.p + text.len);
	char *room = nt_heap(NULL, want);
	size_t n = nt_cuts_copy(room, want, text, cuts);

	NT_MUST(n == want);
	NT_MUST(n == 0 || nt_cuts_copy(room, n - 1, text, cuts) == 0);
	return nt_span_of(room, n);
}

START_TEST(look)
{
	struct nt_span text = nt_heap_span(looked_at[_i].text);

	ck_assert_msg(nt_hygiene_suspects(text, looked_at[_i].names)
						  == looked_at[_i].want,
			"%s", looked_at[_i].name);
	nt_heap_drop(text);
}
END_TEST

START_TEST(clean_uri)
{
	struct nt_span uri = nt_heap_span(uris[_i].uri), got;
	struct nt_cuts cuts = {.count = 0};
	int rc = nt_hygiene_uri(&cuts, uri, uris[_i].names);

	ck_assert_msg(rc == (uris[_i].want != NULL ? 0 : EINVAL), "%s: %d",
			uris[_i].name, rc);
	got = without(uri, &cuts);
	ck_assert_msg(rc != 0 || nt_span_eq(got, nt_span_cstr(uris[_i].want)),
			"%s: '%.*s'", uris[_i].name, NT_SPAN_FMT(got));
	nt_heap_drop(got);
	nt_heap_drop(uri);
}
END_TEST

static int clean(struct nt_cuts *cuts, struct nt_span field)
{
	struct nt_span rest = field;
	struct nt_element e;
	int rc;

	while((rc = nt_element_next(&rest, &e)) == 1) {
		rc = nt_hygiene_contact(cuts, &e, ALL);
		if(rc != 0)
			return rc;
	}
	return rc == 0 ? 0 : EINVAL;
}

START_TEST(clean_contact)
{
	struct nt_span field = nt_heap_span(nt_span_cstr(contacts[_i].field)), got;
	const char *want = contacts[_i].want;
	struct nt_cuts cuts = {.count = 0};
	int rc = clean(&cuts, field);

	ck_assert_msg(
			rc == (want != NULL ? 0 : EINVAL), "%s: %d", contacts[_i].name, rc);
	got = without(field, &cuts);
	ck_assert_msg(rc != 0 || nt_span_eq(got, nt_span_cstr(want)), "%s: '%.*s'",
			contacts[_i].name, NT_SPAN_FMT(got));
	nt_heap_drop(got);
	nt_heap_drop(field);
}
END_TEST

START_TEST(so_many_and_no_more)
{
	char text[16 + 7 * (NT_CUTS_MAX + 1)] = "sip:h";
	struct nt_cuts cuts = {.count = 0};
	size_t n = strlen(text);

	for(int i = 0; i < NT_CUTS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, ";alias");
	ck_assert_int_eq(nt_hygiene_uri(&cuts, nt_span_of(text, n), ALL), 0);
	ck_assert_uint_eq(cuts.count, NT_CUTS_MAX);
	cuts.count = 0;
	n += (size_t)snprintf(text + n, sizeof(text) - n, ";alias");
	ck_assert_int_eq(nt_hygiene_uri(&cuts, nt_span_of(text, n), ALL), ENOSPC);
}
END_TEST

START_TEST(bytes_before_a_place)
{
	struct nt_span text = NT_SPAN("ab-c--d");
	struct nt_cuts cuts = {.count = 0};
	static const size_t want[] = {0, 0, 0, 1, 1, 2, 3, 3};

	NT_MUST(nt_cuts_add(&cuts, nt_span_of(text.p + 2, 1)) == 0);
	NT_MUST(nt_cuts_add(&cuts, nt_span_of(text.p + 4, 2)) == 0);
	for(size_t i = 0; i <= text.len; i++)
		ck_assert_msg(nt_cuts_before(&cuts, text.p + i) == want[i], "%zu: %zu",
				i, nt_cuts_before(&cuts, text.p + i));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_hygiene");

	nt_add_rows(s, "look", look, NT_COUNT(looked_at));
	nt_add_rows(s, "uri", clean_uri, NT_COUNT(uris));
	nt_add_rows(s, "contact", clean_contact, NT_COUNT(contacts));
	nt_add_rows(s, "limit", so_many_and_no_more, 1);
	nt_add_rows(s, "before", bytes_before_a_place, 1);
	return nt_run(s);
}
