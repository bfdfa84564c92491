/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_check.h"

#include <errno.h>

#include "nt/nt_uri.h"

#define NAMES 3
static const struct nt_span names[NAMES] = {
		NT_SPAN_INIT("alias"), NT_SPAN_INIT("received"), NT_SPAN_INIT("maddr")};

/* clang-format off */
static const struct {
	const char *name, *text;
	const char *userinfo, *hostport, *params, *headers;
} read_rows[] = {
	{"a host", "sip:example.org", "", "example.org", "", ""},
	{"a user and a port", "sip:alice@192.0.2.1:5060", "alice", "192.0.2.1:5060", "", ""},
	{"N002: sips", "sips:alice@example.org;alias=x", "alice", "example.org", ";alias=x", ""},
	{"the scheme has no case", "SiPs:alice@example.org", "alice", "example.org", "", ""},
	{"commas", "sip:a,b@h;x=1,2?y=3,4", "a,b", "h", ";x=1,2", "?y=3,4"},
	{"a password", "sip:alice:secret&=+$,@example.org", "alice:secret&=+$,", "example.org", "", ""},
	{"parameters and headers", "sip:a@h;x=1;lr?to=b%40c&d=", "a", "h", ";x=1;lr", "?to=b%40c&d="},
	{"headers without parameters", "sip:a@h?x=y", "a", "h", "", "?x=y"},
	{"IPv6 in brackets", "sip:a@[2001:db8::1]:5060;alias=x", "a", "[2001:db8::1]:5060", ";alias=x", ""},
	{"IPv6 without a user", "sip:[::ffff:192.0.2.1]", "", "[::ffff:192.0.2.1]", "", ""},
	{"N184: a semicolon in the user is no parameter", "sip:alice;alias=x@h", "alice;alias=x", "h", "", ""},
	{"N184: as RFC 4475 has it", "sip:user;par=u%40example.net@example.com", "user;par=u%40example.net", "example.com", "", ""},
	{"a question mark in the user is no header", "sip:a?b;maddr=x@h;y", "a?b;maddr=x", "h", ";y", ""},
	{"an escaped at sign does not end the user", "sip:a%40b@h", "a%40b", "h", "", ""},
	{"a late at sign makes all before it a user", "sip:h;x=y@z", "h;x=y", "z", "", ""},
	{"marks, and what phones write unescaped", "sip:*31#+1-(2)~'_!@h", "*31#+1-(2)~'_!", "h", "", ""},
	{"UTF-8", "sip:\xc3\xa4@h;n=\xc3\xb6", "\xc3\xa4", "h", ";n=\xc3\xb6", ""},
	{"empty parameters", "sip:h;;x;", "", "h", ";;x;", ""},
	{"brackets and colons in a value", "sip:h;maddr=[::1]:5;x=a/b&c", "", "h", ";maddr=[::1]:5;x=a/b&c", ""},
	{"a question mark in the headers", "sip:h?a=b?c", "", "h", "", "?a=b?c"},
	{"an underscore in the host", "sip:my_host", "", "my_host", "", ""},
	{"the highest port", "sip:h:65535", "", "h:65535", "", ""},
};

static const struct {
	const char *name;
	struct nt_span text;
} refused[] = {
	{"nothing", NT_SPAN_INIT("")},
	{"no text at all", {NULL, 0}},
	{"no scheme", NT_SPAN_INIT("alice@example.org")},
	{"N035: tel", NT_SPAN_INIT("tel:+1234;alias=x")},
	{"another scheme", NT_SPAN_INIT("mailto:a@b")},
	{"half a scheme", NT_SPAN_INIT("sip")},
	{"a scheme alone", NT_SPAN_INIT("sip:")},
	{"a blank before the scheme", NT_SPAN_INIT(" sip:h")},
	{"a blank in the user", NT_SPAN_INIT("sip:a b@h")},
	{"a tab in a parameter", NT_SPAN_INIT("sip:h;a\t=b")},
	{"a line end", NT_SPAN_INIT("sip:h;a=b\r\n c")},
	{"a NUL", NT_SPAN_INIT("sip:h;a\0lias=b")},
	{"a NUL in the host", NT_SPAN_INIT("sip:h\0")},
	{"DEL", NT_SPAN_INIT("sip:h;a\x7f")},
	{"a quote", NT_SPAN_INIT("sip:\"a;b\"@h")},
	{"a quote in a parameter", NT_SPAN_INIT("sip:h;a=\"b;c\"")},
	{"an opening bracket", NT_SPAN_INIT("sip:h;a=<b")},
	{"a closing bracket", NT_SPAN_INIT("sip:h;a=b>")},
	{"a bracket in the headers", NT_SPAN_INIT("sip:h?a>b")},
	{"two at signs", NT_SPAN_INIT("sip:a@b@c")},
	{"an at sign in a parameter behind a user", NT_SPAN_INIT("sip:a@b;x=y@z")},
	{"an at sign in the headers behind a user", NT_SPAN_INIT("sip:a@b?x=y@z")},
	{"an empty user", NT_SPAN_INIT("sip:@h")},
	{"a password alone", NT_SPAN_INIT("sip::p@h")},
	{"a password with a semicolon", NT_SPAN_INIT("sip:a:b;c@h")},
	{"two colons before the at sign", NT_SPAN_INIT("sip:a:b:c@h")},
	{"IPv6 and then an at sign", NT_SPAN_INIT("sip:[::1];x@h")},
	{"an empty host", NT_SPAN_INIT("sip:a@")},
	{"an empty host before parameters", NT_SPAN_INIT("sip:a@;x")},
	{"a colon without a port", NT_SPAN_INIT("sip:h:;x")},
	{"a port of letters", NT_SPAN_INIT("sip:h:sip")},
	{"T15: a port too high", NT_SPAN_INIT("sip:h:65536")},
	{"T15: a port of many digits", NT_SPAN_INIT("sip:h:4294972356")},
	{"IPv6 without brackets", NT_SPAN_INIT("sip:2001:db8::1")},
	{"a bracket that stays open", NT_SPAN_INIT("sip:[::1")},
	{"empty brackets", NT_SPAN_INIT("sip:[]")},
	{"a name in brackets", NT_SPAN_INIT("sip:[host]")},
	{"text behind the brackets", NT_SPAN_INIT("sip:[::1]x")},
	{"an escape in the host", NT_SPAN_INIT("sip:%68ost")},
	{"a slash behind the host", NT_SPAN_INIT("sip:h/x")},
	{"a semicolon in the headers: a parameter to some", NT_SPAN_INIT("sip:h?a=b;maddr=c")},
};

static const struct {
	const char *name;
	struct nt_span written, wanted;
	bool same;
} compared[] = {
	{"the same", NT_SPAN_INIT("alias"), NT_SPAN_INIT("alias"), true},
	{"another case", NT_SPAN_INIT("aLIAS"), NT_SPAN_INIT("Alias"), true},
	{"N006: a letter as %HH", NT_SPAN_INIT("%61lias"), NT_SPAN_INIT("alias"), true},
	{"all letters, and another case of hex", NT_SPAN_INIT("%61%6c%69%61%73"), NT_SPAN_INIT("alias"), true},
	{"hex in capitals gives a capital", NT_SPAN_INIT("%41%4C%49%41%53"), NT_SPAN_INIT("alias"), true},
	{"a dash as %HH", NT_SPAN_INIT("nat%2da"), NT_SPAN_INIT("nat-a"), true},
	{"shorter", NT_SPAN_INIT("alia"), NT_SPAN_INIT("alias"), false},
	{"longer", NT_SPAN_INIT("aliass"), NT_SPAN_INIT("alias"), false},
	{"longer by an escape", NT_SPAN_INIT("alias%00"), NT_SPAN_INIT("alias"), false},
	{"an escape of one digit is none", NT_SPAN_INIT("alia%7"), NT_SPAN_INIT("alias"), false},
	{"an escape of no digits is none", NT_SPAN_INIT("%6xlias"), NT_SPAN_INIT("alias"), false},
	{"a percent sign alone", NT_SPAN_INIT("%"), NT_SPAN_INIT("a"), false},
	{"not decoded twice", NT_SPAN_INIT("%2561lias"), NT_SPAN_INIT("alias"), false},
	{"nothing", NT_SPAN_INIT(""), NT_SPAN_INIT("alias"), false},
	{"nothing and nothing", NT_SPAN_INIT(""), NT_SPAN_INIT(""), true},
};

static const struct {
	const char *name, *text, *added, *want;
	int count;
} edited[] = {
	{"nothing to remove", "sip:a@h;x=1;lr?h=v", "", "sip:a@h;x=1;lr?h=v", 0},
	{"first", "sip:h;alias=x;lr", "", "sip:h;lr", 1},
	{"last", "sip:h;lr;alias=x", "", "sip:h;lr", 1},
	{"in the middle", "sip:h;a;maddr=x;b", "", "sip:h;a;b", 1},
	{"the only one", "sip:h;received=x", "", "sip:h", 1},
	{"each of the names, and twice", "sip:h;alias=1;a;ALIAS=2;received;maddr=3;b", "", "sip:h;a;b", 4},
	{"without a value", "sip:h;alias;x", "", "sip:h;x", 1},
	{"with an empty value", "sip:h;alias=;x", "", "sip:h;x", 1},
	{"with an equals sign in the value", "sip:h;alias=a=b;x", "", "sip:h;x", 1},
	{"a name as %HH", "sip:h;%6Daddr=1.2.3.4;x", "", "sip:h;x", 1},
	{"a longer name stays", "sip:h;alias2=1;xalias=2;aliases", "", "sip:h;alias2=1;xalias=2;aliases", 0},
	{"a value stays", "sip:h;x=alias;y=;alias2", "", "sip:h;x=alias;y=;alias2", 0},
	{"N184: the user stays", "sip:a;alias=x@h;alias=y", "", "sip:a;alias=x@h", 1},
	{"N006: the headers stay", "sip:h;alias=x?alias=y&%61=b%20c", "", "sip:h?alias=y&%61=b%20c", 1},
	{"N005: unknown ones stay as they were", "sip:h;%78=%41;maddr=m;X-y=[z]", "", "sip:h;%78=%41;X-y=[z]", 1},
	{"empty ones stay", "sip:h;;alias=x;;", "", "sip:h;;;", 1},
	{"a trailing semicolon stays", "sip:h;alias=x;", "", "sip:h;", 1},
	{"N002: sips stays", "SIPS:a@h;alias=x", ";nat-c=t", "SIPS:a@h;nat-c=t", 1},
	{"added to nothing", "sip:a@h", ";nat-c=t", "sip:a@h;nat-c=t", 0},
	{"added before the headers", "sip:a@h?x=y", ";nat-c=t", "sip:a@h;nat-c=t?x=y", 0},
	{"added behind a trailing semicolon", "sip:h;x;", ";nat-c=t", "sip:h;x;;nat-c=t", 0},
	{"N004: one is put in place of the other", "sip:h;alias=old;lr", ";alias=new", "sip:h;lr;alias=new", 1},
	{"added behind IPv6", "sip:[2001:db8::1]:5060", ";nat-c=t", "sip:[2001:db8::1]:5060;nat-c=t", 0},
};
/* clang-format on */

static bool is(struct nt_span s, const char *want)
{
	return nt_span_eq(s, nt_span_cstr(want));
}

static struct nt_uri uri_must(struct nt_span text)
{
	struct nt_uri uri;

	NT_MUST(nt_uri_read(&uri, text) == 0);
	return uri;
}

START_TEST(parts)
{
	struct nt_span text = nt_heap_span(nt_span_cstr(read_rows[_i].text));
	const char *name = read_rows[_i].name;
	struct nt_uri u;

	ck_assert_msg(nt_uri_read(&u, text) == 0, "%s: refused", name);
	ck_assert_msg(is(u.userinfo, read_rows[_i].userinfo), "%s: user '%.*s'",
			name, NT_SPAN_FMT(u.userinfo));
	ck_assert_msg(is(u.hostport, read_rows[_i].hostport), "%s: host '%.*s'",
			name, NT_SPAN_FMT(u.hostport));
	ck_assert_msg(is(u.params, read_rows[_i].params), "%s: params '%.*s'", name,
			NT_SPAN_FMT(u.params));
	ck_assert_msg(is(u.headers, read_rows[_i].headers), "%s: headers '%.*s'",
			name, NT_SPAN_FMT(u.headers));
	nt_heap_drop(text);
}
END_TEST

START_TEST(refuse)
{
	struct nt_span text = nt_heap_span(refused[_i].text);
	struct nt_uri u;

	ck_assert_msg(
			nt_uri_read(&u, text) == EINVAL, "%s: accepted", refused[_i].name);
	nt_heap_drop(text);
}
END_TEST

START_TEST(name_is)
{
	struct nt_span written = nt_heap_span(compared[_i].written);

	ck_assert_msg(
			nt_uri_name_is(written, compared[_i].wanted) == compared[_i].same,
			"%s", compared[_i].name);
	nt_heap_drop(written);
}
END_TEST

START_TEST(edit)
{
	struct nt_span text = nt_heap_span(nt_span_cstr(edited[_i].text));
	struct nt_uri u = uri_must(text);
	size_t want = strlen(edited[_i].want);
	char *room = nt_heap(NULL, want);
	struct nt_span added = nt_span_cstr(edited[_i].added);
	size_t n = nt_uri_edit(room, want, &u, names, NAMES, added);

	ck_assert_msg(nt_uri_count(&u, names, NAMES) == (size_t)edited[_i].count,
			"%s: %zu counted", edited[_i].name, nt_uri_count(&u, names, NAMES));
	ck_assert_msg(n == want && memcmp(room, edited[_i].want, n) == 0,
			"%s: %zu, '%.*s'", edited[_i].name, n, (int)want, room);
	/* T16: one byte less is too little, and none is written behind it */
	room = realloc(room, want - 1);
	NT_MUST(room != NULL);
	ck_assert_msg(nt_uri_edit(room, want - 1, &u, names, NAMES, added) == 0,
			"%s: fits what is too small", edited[_i].name);
	ck_assert_msg(nt_uri_edit(room, 0, &u, names, NAMES, added) == 0,
			"%s: fits nothing", edited[_i].name);
	free(room);
	nt_heap_drop(text);
}
END_TEST

/* What was added goes again, and the rest is what it was */
START_TEST(undo)
{
	static const struct nt_span ours[] = {NT_SPAN_INIT("nat-c")};
	struct nt_uri u = uri_must(nt_span_cstr(read_rows[_i].text)), with;
	char long_text[256], text[256];
	size_t n = nt_uri_edit(
			long_text, sizeof(long_text), &u, ours, 1, NT_SPAN(";nat-c=Aa0_-"));
	struct nt_span value;

	with = uri_must(nt_span_of(long_text, n));
	ck_assert_msg(nt_uri_param(&with, ours[0], &value) && is(value, "Aa0_-"),
			"%s: not there", read_rows[_i].name);
	n = nt_uri_edit(text, sizeof(text), &with, ours, 1, NT_SPAN(""));
	ck_assert_msg(is(nt_span_of(text, n), read_rows[_i].text), "%s: '%.*s'",
			read_rows[_i].name, (int)n, text);
}
END_TEST

START_TEST(params_one_by_one)
{
	static const struct
	{
		const char *whole, *name, *value;
	} want[] = {{";a=b=c", "a", "b=c"}, {";", "", ""}, {";lr", "lr", ""},
			{";x=", "x", ""}, {";=y", "", "y"}, {";", "", ""}};
	struct nt_uri u = uri_must(NT_SPAN("sip:u;no=1@h;a=b=c;;lr;x=;=y;?z=1"));
	struct nt_span rest = u.params, whole, name, value;

	for(int i = 0; i < NT_COUNT(want); i++) {
		ck_assert(nt_uri_param_next(&rest, &whole, &name, &value));
		ck_assert_msg(is(whole, want[i].whole) && is(name, want[i].name)
							  && is(value, want[i].value),
				"%d: '%.*s' '%.*s' '%.*s'", i, NT_SPAN_FMT(whole),
				NT_SPAN_FMT(name), NT_SPAN_FMT(value));
	}
	ck_assert(!nt_uri_param_next(&rest, &whole, &name, &value));
}
END_TEST

START_TEST(the_first_of_a_name)
{
	struct nt_uri u = uri_must(NT_SPAN("sip:h;x=1;%41lias=2;alias=3?maddr=4"));
	struct nt_span value = NT_SPAN("untouched");

	ck_assert(nt_uri_param(&u, NT_SPAN("alias"), &value) && is(value, "2"));
	value = NT_SPAN("untouched");
	ck_assert(!nt_uri_param(&u, NT_SPAN("maddr"), &value));
	ck_assert(is(value, "untouched"));
	ck_assert_uint_eq(nt_uri_count(&u, names, 0), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_uri");

	nt_add_rows(s, "parts", parts, NT_COUNT(read_rows));
	nt_add_rows(s, "refuse", refuse, NT_COUNT(refused));
	nt_add_rows(s, "name_is", name_is, NT_COUNT(compared));
	nt_add_rows(s, "edit", edit, NT_COUNT(edited));
	nt_add_rows(s, "undo", undo, NT_COUNT(read_rows));
	nt_add_rows(s, "one by one", params_one_by_one, 1);
	nt_add_rows(s, "first", the_first_of_a_name, 1);
	return nt_run(s);
}
