/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntio/nt_policy_scan.h"

#include <errno.h>
#include <stdio.h>

#include "ntio/nt_policy_file.h"

#define UTF8_ONLY "UTF-8, without NUL bytes"
#define DECLARED "UTF-8 or US-ASCII, or no encoding declaration at all"

static unsigned line_of(struct nt_span bytes, size_t at)
{
	unsigned line = 1;

	for(size_t i = 0; i < at; i++)
		line += bytes.p[i] == '\n';
	return line;
}

static int refuse(struct nt_draft *draft, unsigned line, const char *element,
		const char *attribute, struct nt_span value, const char *allowed)
{
	struct nt_fault f = {line, nt_span_cstr(element), nt_span_cstr(attribute),
			value, allowed};

	nt_draft_fault(draft, &f);
	return EINVAL;
}

static bool begins(struct nt_span s, struct nt_span with)
{
	return s.len >= with.len && memcmp(s.p, with.p, with.len) == 0;
}

static struct nt_span from(struct nt_span s, size_t at)
{
	return nt_span_of(s.p + at, s.len - at);
}

/* Length of the well-formed UTF-8 sequence at the start of @p s, or 0 */
static size_t utf8_length(struct nt_span s)
{
	static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned c = (unsigned char)s.p[0];
	size_t len = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	unsigned code = c & (0xffu >> (len + 1));

	if(len < 2)
		return c == 0 ? 0 : len;
	if(s.len < len || c > 0xf4)
		return 0;
	for(size_t i = 1; i < len; i++) {
		unsigned next = (unsigned char)s.p[i];

		if((next & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (next & 0x3f);
	}
	if(code < least[len] || code > 0x10ffff
			|| (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return len;
}

static int check_bytes(struct nt_draft *draft, struct nt_span bytes, bool ascii)
{
	size_t i = 0;

	while(i < bytes.len) {
		size_t len = utf8_length(from(bytes, i));
		char text[32];

		if(len == 1 || (len > 1 && !ascii)) {
			i += len;
			continue;
		}
		snprintf(text, sizeof(text), "byte 0x%02x",
				(unsigned)(unsigned char)bytes.p[i]);
		return refuse(draft, line_of(bytes, i), "xml", "encoding",
				nt_span_cstr(text),
				len > 1 ? "US-ASCII, as the file itself declares" : UTF8_ONLY);
	}
	return 0;
}

/* A file that begins like one of these is named, not called broken UTF-8 */
static int check_mark(struct nt_draft *draft, struct nt_span bytes)
{
	static const struct
	{
		struct nt_span mark;
		const char *name;
	} marks[] = {
			{NT_SPAN_INIT("\xff\xfe\0\0"), "UTF-32"},
			{NT_SPAN_INIT("\0\0\xfe\xff"), "UTF-32"},
			{NT_SPAN_INIT("\0\0\0<"), "UTF-32"},
			{NT_SPAN_INIT("<\0\0\0"), "UTF-32"},
			{NT_SPAN_INIT("\xff\xfe"), "UTF-16"},
			{NT_SPAN_INIT("\xfe\xff"), "UTF-16"},
			{NT_SPAN_INIT("\0<"), "UTF-16"},
			{NT_SPAN_INIT("<\0"), "UTF-16"},
			{NT_SPAN_INIT("\x4c\x6f\xa7\x94"), "EBCDIC"},
	};

	for(size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if(begins(bytes, marks[i].mark))
			return refuse(draft, 1, "xml", "encoding",
					nt_span_cstr(marks[i].name), UTF8_ONLY);
	}
	return 0;
}

/* Behind the next @p what; at the end if there is none */
static size_t behind(struct nt_span s, size_t at, struct nt_span what)
{
	while(at < s.len) {
		const char *next = nt_span_find(from(s, at), what.p[0]);

		if(next == NULL)
			break;
		at = (size_t)(next - s.p);
		if(begins(from(s, at), what))
			return at + what.len;
		at++;
	}
	return s.len;
}

/* The value of encoding="..." in an XML declaration. What is not written as it
 * should be is left to the parser, which refuses it. */
static struct nt_span declared(struct nt_span declaration)
{
	size_t at = behind(declaration, 0, NT_SPAN("encoding"));
	struct nt_span rest = nt_span_trim(from(declaration, at));
	const char *end;

	if(rest.len == 0 || rest.p[0] != '=')
		return nt_span_of(NULL, 0);
	rest = nt_span_trim(from(rest, 1));
	if(rest.len == 0 || (rest.p[0] != '"' && rest.p[0] != '\''))
		return nt_span_of(NULL, 0);
	end = nt_span_find(from(rest, 1), rest.p[0]);
	if(end == NULL)
		return nt_span_of(NULL, 0);
	return nt_span_of(rest.p + 1, (size_t)(end - rest.p) - 1);
}

static int check_declaration(
		struct nt_draft *draft, struct nt_span bytes, bool *ascii)
{
	struct nt_span encoding;

	*ascii = false;
	if(!begins(bytes, NT_SPAN("<?xml")))
		return 0;
	encoding = declared(nt_span_of(bytes.p, behind(bytes, 0, NT_SPAN("?>"))));
	if(encoding.p == NULL || nt_span_ieq(encoding, NT_SPAN("UTF-8")))
		return 0;
	*ascii = nt_span_ieq(encoding, NT_SPAN("US-ASCII"));
	if(*ascii)
		return 0;
	return refuse(draft, line_of(bytes, (size_t)(encoding.p - bytes.p)), "xml",
			"encoding", encoding, DECLARED);
}

/* From "<" to behind ">"; an attribute has one "=" outside of its value */
static size_t scan_tag(struct nt_span s, size_t at, unsigned *attributes)
{
	char quote = '\0';

	*attributes = 0;
	for(; at < s.len; at++) {
		char c = s.p[at];

		if(quote != '\0')
			quote = c == quote ? '\0' : quote;
		else if(c == '"' || c == '\'')
			quote = c;
		else if(c == '>')
			return at + 1;
		else
			*attributes += c == '=';
	}
	return at;
}

static struct nt_span tag_name(struct nt_span s, size_t at)
{
	size_t end = ++at;

	while(end < s.len && strchr(" \t\r\n/>=", s.p[end]) == NULL)
		end++;
	return nt_span_of(s.p + at, end - at);
}

/* Tags are told apart as the parser does up to the first error, where it stops;
 * a document type is such an error */
static int check_tags(struct nt_draft *draft, struct nt_span s)
{
	size_t at = behind(s, 0, NT_SPAN("<"));

	/* "at" stands behind each "<" */
	while(at < s.len) {
		struct nt_span rest = from(s, at);
		unsigned attributes = 0;
		size_t start = at - 1;

		if(rest.p[0] == '?')
			at = behind(s, at, NT_SPAN("?>"));
		else if(begins(rest, NT_SPAN("!--")))
			at = behind(s, at + 3, NT_SPAN("-->"));
		else if(begins(rest, NT_SPAN("![CDATA[")))
			at = behind(s, at, NT_SPAN("]]>"));
		else if(rest.p[0] == '!')
			return 0;
		else
			at = scan_tag(s, at, &attributes);
		if(attributes > NT_POLICY_ATTRS) {
			struct nt_fault f = {line_of(s, start), tag_name(s, start),
					NT_SPAN(""), NT_SPAN("more than 32 attributes"),
					"32 attributes at most, xmlns included"};

			nt_draft_fault(draft, &f);
			return EINVAL;
		}
		at = behind(s, at, NT_SPAN("<"));
	}
	return 0;
}

int nt_policy_scan(
		struct nt_span *text, struct nt_draft *draft, struct nt_span bytes)
{
	static const struct nt_span mark = NT_SPAN_INIT("\xef\xbb\xbf");
	bool ascii;
	int err;

	if(bytes.len == 0 || bytes.len > NT_POLICY_FILE_MAX)
		return refuse(draft, 0, "xml", "size",
				bytes.len == 0 ? NT_SPAN("empty") : NT_SPAN("too long"),
				"1 to 16777216 bytes");
	if((err = check_mark(draft, bytes)) != 0)
		return err;
	if(begins(bytes, mark))
		bytes = from(bytes, mark.len);
	/* which the parser would take away in its turn */
	if(begins(bytes, mark))
		return refuse(draft, 1, "xml", "encoding",
				NT_SPAN("two byte order marks"), "one at most");
	if((err = check_declaration(draft, bytes, &ascii)) != 0
			|| (err = check_bytes(draft, bytes, ascii)) != 0
			|| (err = check_tags(draft, bytes)) != 0)
		return err;
	*text = bytes;
	return 0;
}
