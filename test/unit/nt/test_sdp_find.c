/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The SDP in a body, by its Content-Type */
#include "unit/nt/nt_check.h"

#include "nt/nt_sdp.h"

#define SDP "v=0\r\nc=IN IP4 10.0.0.1\r\n"
#define OTHER "v=0\r\nc=IN IP4 10.0.0.9\r\n"
#define PART "--b\r\nContent-Type: application/sdp\r\n\r\n"
#define TEXT "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
#define MIXED NT_SPAN_INIT("multipart/mixed;boundary=b")

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span type, body;
	const char *want; /* NULL: none */
} finds[] = {
	{"the body itself", NT_SPAN_INIT("application/sdp"), NT_SPAN_INIT(SDP), SDP},
	{"an empty body", NT_SPAN_INIT("application/sdp"), NT_SPAN_INIT(""), NULL},
	{"the type in upper case", NT_SPAN_INIT("APPLICATION/SDP"), NT_SPAN_INIT(SDP), SDP},
	{"the type with parameters", NT_SPAN_INIT("application/sdp;charset=utf-8;level=1"), NT_SPAN_INIT(SDP), SDP},
	{"the type with blanks", NT_SPAN_INIT(" application/sdp ; charset=utf-8"), NT_SPAN_INIT(SDP), SDP},
	{"a type that begins alike", NT_SPAN_INIT("application/sdpx"), NT_SPAN_INIT(SDP), NULL},
	{"another type", NT_SPAN_INIT("application/isup"), NT_SPAN_INIT(SDP), NULL},
	{"a boundary does not make a multipart", NT_SPAN_INIT("text/plain;boundary=b"), NT_SPAN_INIT(PART SDP "--b--"), NULL},
	{"no type", NT_SPAN_INIT(""), NT_SPAN_INIT(SDP), NULL},
	{"multipart/mixed", MIXED, NT_SPAN_INIT(PART SDP "--b--\r\n"), SDP},
	{"multipart/related", NT_SPAN_INIT("multipart/related;boundary=b;type=\"application/sdp\""), NT_SPAN_INIT(PART SDP "--b--\r\n"), SDP},
	{"multipart/alternative", NT_SPAN_INIT("multipart/alternative;boundary=b"), NT_SPAN_INIT(TEXT PART SDP "--b--\r\n"), SDP},
	{"multipart in upper case", NT_SPAN_INIT("MULTIPART/MIXED;BOUNDARY=b"), NT_SPAN_INIT(PART SDP "--b--\r\n"), SDP},
	{"a boundary compares with case", MIXED, NT_SPAN_INIT("--B\r\nContent-Type: application/sdp\r\n\r\n" SDP "--B--\r\n"), NULL},
	{"a quoted boundary", NT_SPAN_INIT("multipart/mixed;boundary=\"a b;c\""), NT_SPAN_INIT("--a b;c\r\nContent-Type: application/sdp\r\n\r\n" SDP "--a b;c--\r\n"), SDP},
	{"a quoted boundary and a parameter", NT_SPAN_INIT("multipart/mixed; boundary=\"b\"; x=y"), NT_SPAN_INIT(PART SDP "--b--\r\n"), SDP},
	{"a quote that does not end", NT_SPAN_INIT("multipart/mixed;boundary=\"b"), NT_SPAN_INIT(PART SDP "--b--\r\n"), SDP},
	{"a boundary with blanks behind it", NT_SPAN_INIT("multipart/mixed; boundary=b ; x=y"), NT_SPAN_INIT(PART SDP "--b--\r\n"), SDP},
	{"blanks behind the boundary in the body", MIXED, NT_SPAN_INIT("--b \t \r\nContent-Type: application/sdp\r\n\r\n" SDP "--b--  \r\n"), SDP},
	{"no boundary", NT_SPAN_INIT("multipart/mixed"), NT_SPAN_INIT(PART SDP "--b--\r\n"), NULL},
	{"an empty boundary", NT_SPAN_INIT("multipart/mixed;boundary="), NT_SPAN_INIT("--\r\nContent-Type: application/sdp\r\n\r\n" SDP), NULL},
	{"an empty quoted boundary", NT_SPAN_INIT("multipart/mixed;boundary=\"\""), NT_SPAN_INIT("--\r\nContent-Type: application/sdp\r\n\r\n" SDP), NULL},
	{"half a quote", NT_SPAN_INIT("multipart/mixed;boundary=\""), NT_SPAN_INIT("--\r\nContent-Type: application/sdp\r\n\r\n" SDP), NULL},
	{"a parameter whose name ends like boundary", NT_SPAN_INIT("multipart/mixed;x-boundary=z;boundary=b"), NT_SPAN_INIT(PART SDP "--b--\r\n"), SDP},
	{"a value that looks like a boundary", NT_SPAN_INIT("multipart/related;start=\"boundary=z\";boundary=b"), NT_SPAN_INIT(PART SDP "--b--\r\n"), SDP},
	{"RFC 3261 blanks around the equals sign", NT_SPAN_INIT("multipart/mixed; boundary = b"), NT_SPAN_INIT(PART SDP "--b--\r\n"), SDP},
	{"SDP as second part", MIXED, NT_SPAN_INIT(TEXT PART SDP "--b--\r\n"), SDP},
	{"of two SDP parts the first", MIXED, NT_SPAN_INIT(PART SDP PART OTHER "--b--\r\n"), SDP},
	{"an empty part is passed over as it is SDP", MIXED, NT_SPAN_INIT(PART "--b--\r\n"), NULL},
	{"no SDP part", MIXED, NT_SPAN_INIT(TEXT "--b--\r\n"), NULL},
	{"a part without Content-Type is text", MIXED, NT_SPAN_INIT("--b\r\n\r\n" SDP "--b--\r\n"), NULL},
	{"a part without Content-Type, then SDP", MIXED, NT_SPAN_INIT("--b\r\n\r\n" OTHER PART SDP "--b--\r\n"), SDP},
	{"Content-Type of a part in upper case, with parameters", MIXED, NT_SPAN_INIT("--b\r\nCONTENT-TYPE:APPLICATION/SDP;charset=utf-8\r\n\r\n" SDP "--b--\r\n"), SDP},
	{"the compact name is SIP's, not MIME's", MIXED, NT_SPAN_INIT("--b\r\nc: application/sdp\r\n\r\n" SDP "--b--\r\n"), NULL},
	{"Content-Type between other headers", MIXED, NT_SPAN_INIT("--b\r\nContent-ID: <1@x>\r\nContent-Type: application/sdp\r\nContent-Disposition: session\r\n\r\n" SDP "--b--\r\n"), SDP},
	{"an empty Content-Type of a part", MIXED, NT_SPAN_INIT("--b\r\nContent-Type:\r\n\r\n" SDP "--b--\r\n"), NULL},
	{"no closing boundary", MIXED, NT_SPAN_INIT(PART SDP), SDP},
	{"no closing boundary, no line end", MIXED, NT_SPAN_INIT(PART "v=0\r\nc=IN IP4 10.0.0.1"), "v=0\r\nc=IN IP4 10.0.0.1"},
	{"no line end behind the closing boundary", MIXED, NT_SPAN_INIT(PART SDP "--b--"), SDP},
	{"the end within the header of the part", MIXED, NT_SPAN_INIT("--b\r\nContent-Type: application/sdp"), NULL},
	{"the end behind the boundary", MIXED, NT_SPAN_INIT("--b"), NULL},
	{"the end within the boundary", MIXED, NT_SPAN_INIT("--"), NULL},
	{"a boundary within a line is text", MIXED, NT_SPAN_INIT(PART "v=0\r\ns=x --b\r\nc=IN IP4 10.0.0.1\r\n--b--\r\n"), "v=0\r\ns=x --b\r\nc=IN IP4 10.0.0.1\r\n"},
	{"a boundary behind one hyphen is text", MIXED, NT_SPAN_INIT(PART "v=0\r\n-b\r\n--b--\r\n"), "v=0\r\n-b\r\n"},
	{"RFC 2046 a line that only begins with the boundary is one", MIXED, NT_SPAN_INIT(PART SDP "--bc\r\n" "x\r\n"), SDP},
	{"text before the first part", MIXED, NT_SPAN_INIT("This is MIME\r\nContent-Type: application/sdp\r\n\r\n" OTHER PART SDP "--b--\r\n"), SDP},
	{"RFC 2046 what follows the closing boundary is no part", MIXED, NT_SPAN_INIT(TEXT "--b--\r\nContent-Type: application/sdp\r\n\r\n" OTHER), NULL},
	{"N091 lines that end in LF alone", MIXED, NT_SPAN_INIT("--b\nContent-Type: application/sdp\n\nv=0\nc=IN IP4 10.0.0.1\n--b--\n"), "v=0\nc=IN IP4 10.0.0.1\n"},
	{"T13 a multipart within a multipart is not gone into", MIXED, NT_SPAN_INIT("--b\r\nContent-Type: multipart/mixed;boundary=i\r\n\r\n--i\r\nContent-Type: application/sdp\r\n\r\n" SDP "--i--\r\n--b--\r\n"), NULL},
	{"SDP behind a multipart within a multipart", MIXED, NT_SPAN_INIT("--b\r\nContent-Type: multipart/mixed;boundary=i\r\n\r\n--i\r\nContent-Type: application/sdp\r\n\r\n" OTHER "--i--\r\n" PART SDP "--b--\r\n"), SDP},
	{"no type at all", {NULL, 0}, NT_SPAN_INIT(SDP), NULL},
};
/* clang-format on */

START_TEST(find)
{
	struct nt_span type = finds[_i].type, body = nt_heap_span(finds[_i].body);
	struct nt_span got;

	if(type.p != NULL)
		type = nt_heap_span(type);
	got = nt_sdp_find(type, body);
	ck_assert_msg(nt_span_eq(got, nt_span_cstr(finds[_i].want)),
			"%s: '%.*s' instead of '%s'", finds[_i].name, NT_SPAN_FMT(got),
			finds[_i].want != NULL ? finds[_i].want : "");
	ck_assert_msg(got.len == 0
						  || (got.p >= body.p
								  && got.p + got.len <= body.p + body.len),
			"%s: not in the body", finds[_i].name);
	nt_heap_drop(type);
	nt_heap_drop(body);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_sdp_find");

	nt_add_rows(s, "find", find, NT_COUNT(finds));
	return nt_run(s);
}
