/* SPDX-License-Identifier: GPL-2.0-or-later */
/* XML as elements of a draft. The draft here only writes down what it is told:
 * "LINE:NAME(ATTR=VALUE;...) / " for an element and its end, and
 * "[LINE ELEMENT ATTRIBUTE 'VALUE']" for a fault. */
#include "unit/nt/nt_check.h"

#include <errno.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <stdarg.h>
#include <unistd.h>

#include "ntio/nt_policy_scan.h"
#include "ntio/nt_policy_xml.h"

#define TEXT 4096
#define NS "urn:kamailio:nat-policy:1"
#define ROOT "<r xmlns=\"" NS "\">"
#define XML(text) NT_SPAN_INIT(text)
#define NOT_WELL "[1 xml  '"

struct nt_draft
{
	char text[TEXT];
	size_t len;
	unsigned opened, closed, faults;
	size_t longest;
	int open_err;
};

/* Cut at the end: such a text fails its comparison */
static void put(struct nt_draft *d, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(d->text + d->len, sizeof(d->text) - d->len, format, args);
	va_end(args);
	NT_MUST(n >= 0);
	d->len += (size_t)n;
	if(d->len >= sizeof(d->text))
		d->len = sizeof(d->text) - 1;
}

int nt_draft_open(struct nt_draft *d, unsigned line, struct nt_span element,
		const struct nt_attr *attrs, size_t attr_count)
{
	d->opened++;
	put(d, "%u:%.*s(", line, NT_SPAN_FMT(element));
	for(size_t i = 0; i < attr_count; i++) {
		d->longest = attrs[i].value.len > d->longest ? attrs[i].value.len
													 : d->longest;
		put(d, "%s%.*s=%.*s", i > 0 ? ";" : "", NT_SPAN_FMT(attrs[i].name),
				NT_SPAN_FMT(attrs[i].value));
	}
	put(d, ")");
	return d->open_err;
}

void nt_draft_close(struct nt_draft *d)
{
	d->closed++;
	put(d, "/");
}

void nt_draft_fault(struct nt_draft *d, const struct nt_fault *f)
{
	d->faults++;
	NT_MUST(f->allowed != NULL && f->allowed[0] != '\0');
	put(d, "[%u %.*s %.*s '%.*s']", f->line, NT_SPAN_FMT(f->element),
			NT_SPAN_FMT(f->attribute), NT_SPAN_FMT(f->value));
}

unsigned nt_draft_faults(const struct nt_draft *d)
{
	return d->faults;
}

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span xml;
	int rc;
	const char *want; /* of what comes out, the beginning */
} documents[] = {
	/* what is fine */
	{"the least document", XML("<r xmlns='" NS "'/>"), 0, "1:r()/"},
	{"elements within each other", XML(ROOT "<a><b/></a><c/></r>"), 0, "1:r()1:a()1:b()//1:c()//"},
	{"a declaration", XML("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" ROOT "</r>"), 0, "2:r()/"},
	{"an encoding in small letters", XML("<?xml version='1.0' encoding = 'utf-8' standalone='yes'?>" ROOT "</r>"), 0, "1:r()/"},
	{"US-ASCII", XML("<?xml version='1.0' encoding='US-ASCII'?>" ROOT "</r>"), 0, "1:r()/"},
	{"a byte order mark of UTF-8", XML("\xef\xbb\xbf" ROOT "</r>"), 0, "1:r()/"},
	{"a mark and a declaration", XML("\xef\xbb\xbf<?xml version='1.0'?>\n" ROOT "</r>"), 0, "2:r()/"},
	{"comments everywhere", XML("<!-- <x> -->\n" ROOT "<!-- a='1' & --><a/><!----></r><!-- ' -->\n"), 0, "2:r()2:a()//"},
	{"a prefix", XML("<p:r xmlns:p='" NS "'><p:a b='1'/></p:r>"), 0, "1:r()1:a(b=1)//"},
	{"other prefixes that nothing uses", XML("<r xmlns='" NS "' xmlns:x='http://www.w3.org/2001/XMLSchema-instance'/>"), 0, "1:r()/"},
	{"attributes in their order", XML("<r xmlns='" NS "' c='3' a=\"1\"\tb='2'/>"), 0, "1:r(c=3;a=1;b=2)/"},
	{"an empty value", XML(ROOT "<a b=''/></r>"), 0, "1:r()1:a(b=)//"},
	{"UTF-8 in a value", XML(ROOT "<a b='\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\x9e'/></r>"), 0, "1:r()1:a(b=\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\x9e)//"},
	{"line ends in a value are blanks", XML(ROOT "<a b='1\n2\r\n3\t4'/></r>"), 0, "1:r()1:a(b=1 2 3 4)//"},
	{"the five entities of XML", XML(ROOT "<a b='&lt;&gt;&quot;&apos;'/></r>"), 0, "1:r()1:a(b=<>\"')//"},
	{"an ampersand", XML(ROOT "<a b='A&amp;B'/></r>"), 0, "1:r()1:a(b=A&B)//"},
	{"an ampersand by number", XML(ROOT "<a b='A&#38;B&#x26;C'/></r>"), 0, "1:r()1:a(b=A&B&C)//"},
	{"what looks like an ampersand by number", XML(ROOT "<a b='&amp;#38;&amp;amp;'/></r>"), 0, "1:r()1:a(b=&#38;&amp;)//"},
	{"many ampersands", XML(ROOT "<a b='&amp;&amp;&amp;' c='x' d='&amp;'/></r>"), 0, "1:r()1:a(b=&&&;c=x;d=&)//"},
	{"characters by number", XML(ROOT "<a b='&#65;&#x42;&#10;&#xe4;'/></r>"), 0, "1:r()1:a(b=AB\n\xc3\xa4)//"},
	{"white space that is a CDATA section", XML(ROOT "<![CDATA[ \n]]></r>"), 0, "1:r()/"},
	{"a > in a value and a quote in the other", XML(ROOT "<a b='>\"=' c=\"'>\"/></r>"), 0, "1:r()1:a(b=>\"=;c='>)//"},

	/* lines */
	{"the line of an element is that of its <", XML("<r\nxmlns='" NS "'\n>\n<a\n\nb='1'\n/>\n\n<b c='\n\n'></b\n></r>"), 0, "1:r()4:a(b=1)/9:b(c=  )//"},
	{"lines that end in CRLF", XML(ROOT "\r\n<a/>\r\n<b\r\n/></r>"), 0, "1:r()2:a()/3:b()//"},
	{"lines of comments count", XML("<!--\n\n-->\n" ROOT "<!--\n--><a/></r>"), 0, "4:r()5:a()//"},
	{"the line of text is where it begins", XML(ROOT "\n <a>\n\n  x\n\ny</a></r>"), EINVAL, "1:r()2:a()[4 a  'x"},
	{"the line of a document type", XML("\n\n<!DOCTYPE\nr>\n" ROOT "</r>"), EINVAL, "[3 document type  'r']"},
	{"the line of an instruction", XML("\n<?a\nb?>" ROOT "</r>"), EINVAL, "[2 processing instruction  'a']"},
	{"the line of a broken tag", XML(ROOT "\n<a/>\n<b</r>"), EINVAL, "1:r()2:a()/[3 xml "},

	/* several faults */
	{"faults of the content do not end it", XML(ROOT "\n<x:a xmlns:x='u'/>\n<a x:b='1' xmlns:x='v' c='2'/>\nt<a/>u</r>"), EINVAL,
		"1:r()[2 a xmlns 'u'][3 a x:b '1']3:a(c=2)/[4 r  't']4:a()//"},
	{"the content of a foreign element is passed over", XML(ROOT "<a xmlns='u'>t<b xmlns='" NS "'>t</b><c/></a><d/></r>"), EINVAL, "1:r()[1 a xmlns 'u']1:d()//"},
	{"text is a fault once an element", XML(ROOT "t<a>t<!-- -->t</a>t</r>"), EINVAL, "1:r()[1 r  't']1:a()[1 a  't']//"},

	/* namespaces */
	{"no namespace", XML("<r/>"), EINVAL, "[1 r xmlns '']"},
	{"another namespace", XML("<r xmlns='urn:kamailio:nat-policy:2'/>"), EINVAL, "[1 r xmlns 'urn:kamailio:nat-policy:2']"},
	{"a namespace that only begins like it", XML("<r xmlns='" NS "0'/>"), EINVAL, "[1 r xmlns '" NS "0']"},
	{"a namespace in other letters", XML("<r xmlns='URN:kamailio:nat-policy:1'/>"), EINVAL, "[1 r xmlns 'URN:kamailio:nat-policy:1']"},
	{"a namespace taken away", XML(ROOT "<a xmlns=''/></r>"), EINVAL, "1:r()[1 a xmlns '']/"},
	{"a prefix of nothing", XML(ROOT "<x:a/></r>"), EINVAL, "1:r()[1 xml  'Namespace prefix x on a is not defined']"},
	{"an attribute's prefix of nothing", XML(ROOT "<a x:b='1'/></r>"), EINVAL, "1:r()[1 xml  'Namespace prefix x for b on a is not defined']"},
	{"our own prefix at an attribute", XML("<p:r xmlns:p='" NS "' p:a='1'/>"), EINVAL, "[1 r p:a '1']1:r()/"},
	{"xml:base", XML(ROOT "<a xml:base='file:///etc/'/></r>"), EINVAL, "1:r()[1 a xml:base 'file:///etc/']1:a()//"},
	{"xml:lang", XML(ROOT "<a xml:lang='en'/></r>"), EINVAL, "1:r()[1 a xml:lang 'en']1:a()//"},
	{"xml:space", XML(ROOT "<a xml:space='preserve'/></r>"), EINVAL, "1:r()[1 a xml:space 'preserve']1:a()//"},
	{"schemaLocation", XML("<r xmlns='" NS "' xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:schemaLocation='u file:///x.xsd'/>"), EINVAL, "[1 r x:schemaLocation 'u file:///x.xsd']1:r()/"},
	{"T20 XInclude", XML(ROOT "<x:include xmlns:x='http://www.w3.org/2001/XInclude' href='/etc/passwd' parse='text'/></r>"), EINVAL, "1:r()[1 include xmlns 'http://www.w3.org/2001/XInclude']/"},

	/* text */
	{"text", XML(ROOT "hello</r>"), EINVAL, "1:r()[1 r  'hello']/"},
	{"text in CDATA", XML(ROOT "<![CDATA[<a/>]]></r>"), EINVAL, "1:r()[1 r  '<a/>']/"},
	{"a character by number is text", XML(ROOT "&#65;</r>"), EINVAL, "1:r()[1 r  'A']/"},
	{"an entity of XML is text", XML(ROOT "&lt;</r>"), EINVAL, "1:r()[1 r  '<']/"},
	{"a blank that is none of XML's is text", XML(ROOT "\xc2\xa0</r>"), EINVAL, "1:r()[1 r  '\xc2\xa0']/"},
	{"text behind the end", XML(ROOT "</r>x"), EINVAL, "1:r()/[1 xml  'Extra content"},
	{"text before the beginning", XML("x" ROOT "</r>"), EINVAL, NOT_WELL},

	/* T20 */
	{"T20 a document type", XML("<!DOCTYPE r>" ROOT "</r>"), EINVAL, "[1 document type  'r']"},
	{"T20 an external one", XML("<!DOCTYPE r SYSTEM 'http://127.0.0.1:9/x.dtd'>" ROOT "</r>"), EINVAL, "[1 document type  'r']"},
	{"T20 a public one", XML("<!DOCTYPE r PUBLIC 'x' 'file:///etc/passwd'>" ROOT "</r>"), EINVAL, "[1 document type  'r']"},
	{"T20 an entity", XML("<!DOCTYPE r [<!ENTITY a 'b'>]>" ROOT "</r>"), EINVAL, "[1 document type  'r']"},
	{"T20 an external entity", XML("<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" ROOT "&a;</r>"), EINVAL, "[1 document type  'r']"},
	{"T20 a parameter entity", XML("<!DOCTYPE r [<!ENTITY % a SYSTEM 'file:///etc/passwd'>%a;]>" ROOT "</r>"), EINVAL, "[1 document type  'r']"},
	{"T20 default attributes", XML("<!DOCTYPE r [<!ATTLIST r a CDATA 'x'>]>" ROOT "</r>"), EINVAL, "[1 document type  'r']"},
	{"T20 a document type that is not closed", XML("<!DOCTYPE r ["), EINVAL, "[1 document type  'r']"},
	{"T20 a document type within", XML(ROOT "<!DOCTYPE r></r>"), EINVAL, "1:r()[1 xml "},
	{"T20 an entity that nobody declared", XML(ROOT "&a;</r>"), EINVAL, "1:r()[1 xml  'Entity 'a' not defined']"},
	{"T20 the same in a value", XML(ROOT "<b c='&a;'/></r>"), EINVAL, "1:r()[1 xml  'Entity 'a' not defined']"},
	{"T20 an entity of HTML", XML(ROOT "<b c='&nbsp;'/></r>"), EINVAL, "1:r()[1 xml  'Entity 'nbsp' not defined']"},
	{"T20 a style sheet", XML("<?xml-stylesheet href='http://127.0.0.1:9/'?>" ROOT "</r>"), EINVAL, "[1 processing instruction  'xml-stylesheet']"},
	{"T20 an instruction within", XML(ROOT "<a/><?php echo 1?><b/></r>"), EINVAL, "1:r()1:a()/[1 processing instruction  'php']"},
	{"T20 an instruction at the end", XML(ROOT "</r><?a?>"), EINVAL, "1:r()/[1 processing instruction  'a']"},
	{"a declaration that is not at the beginning", XML("\n<?xml version='1.0'?>" ROOT "</r>"), EINVAL, "[2 xml "},

	/* encodings */
	{"latin1", XML("<?xml version='1.0' encoding='ISO-8859-1'?>" ROOT "</r>"), EINVAL, "[1 xml encoding 'ISO-8859-1']"},
	{"UTF-7", XML("<?xml version='1.0' encoding='UTF-7'?>+ADw-r/+AD4-"), EINVAL, "[1 xml encoding 'UTF-7']"},
	{"UTF-16 that is none", XML("<?xml version='1.0' encoding='UTF-16'?>" ROOT "</r>"), EINVAL, "[1 xml encoding 'UTF-16']"},
	{"EBCDIC that is none", XML("<?xml version='1.0'\nencoding=\"IBM037\"?>" ROOT "</r>"), EINVAL, "[2 xml encoding 'IBM037']"},
	{"an encoding that is only named like UTF-8", XML("<?xml version='1.0' encoding='UTF-8//TRANSLIT'?>" ROOT "</r>"), EINVAL, "[1 xml encoding 'UTF-8//TRANSLIT']"},
	{"an empty encoding", XML("<?xml version='1.0' encoding=''?>" ROOT "</r>"), EINVAL, "[1 xml encoding '']"},
	{"UTF-16, big end first", XML("\xfe\xff\0<\0r\0/\0>"), EINVAL, "[1 xml encoding 'UTF-16']"},
	{"UTF-16, little end first", XML("\xff\xfe<\0r\0/\0>\0"), EINVAL, "[1 xml encoding 'UTF-16']"},
	{"UTF-16 without a mark", XML("<\0r\0/\0>\0"), EINVAL, "[1 xml encoding 'UTF-16']"},
	{"UTF-32", XML("\xff\xfe\0\0<\0\0\0"), EINVAL, "[1 xml encoding 'UTF-32']"},
	{"UTF-32 without a mark", XML("\0\0\0<\0\0\0r"), EINVAL, "[1 xml encoding 'UTF-32']"},
	{"EBCDIC", XML("\x4c\x6f\xa7\x94\x93"), EINVAL, "[1 xml encoding 'EBCDIC']"},
	{"a mark of UTF-8 and then UTF-16", XML("\xef\xbb\xbf\xff\xfe<\0"), EINVAL, "[1 xml encoding 'byte 0xff']"},
	{"two marks", XML("\xef\xbb\xbf\xef\xbb\xbf" ROOT "</r>"), EINVAL, "[1 xml encoding 'two byte order marks']"},
	{"a NUL in a value", XML(ROOT "\n<a b='x\0y'/></r>"), EINVAL, "[2 xml encoding 'byte 0x00']"},
	{"a NUL at the end", XML(ROOT "</r>\0"), EINVAL, "[1 xml encoding 'byte 0x00']"},
	{"a NUL in a comment", XML("<!--\0-->" ROOT "</r>"), EINVAL, "[1 xml encoding 'byte 0x00']"},
	{"latin1 that nobody declared", XML(ROOT "\n\n<a b='\xe4'/></r>"), EINVAL, "[3 xml encoding 'byte 0xe4']"},
	{"UTF-8 longer than it need be", XML(ROOT "<a b='\xc0\xbc'/></r>"), EINVAL, "[1 xml encoding 'byte 0xc0']"},
	{"the same of three bytes", XML(ROOT "<a b='\xe0\x80\xbc'/></r>"), EINVAL, "[1 xml encoding 'byte 0xe0']"},
	{"half a pair of UTF-16 in UTF-8", XML(ROOT "<a b='\xed\xa0\x80'/></r>"), EINVAL, "[1 xml encoding 'byte 0xed']"},
	{"beyond the last character", XML(ROOT "<a b='\xf4\x90\x80\x80'/></r>"), EINVAL, "[1 xml encoding 'byte 0xf4']"},
	{"UTF-8 that is cut off", XML(ROOT "<!--\xe2\x82"), EINVAL, "[1 xml encoding 'byte 0xe2']"},
	{"UTF-8 in what declares itself US-ASCII", XML("<?xml version='1.0' encoding='US-ASCII'?>" ROOT "<a b='\xc3\xa4'/></r>"), EINVAL, "[1 xml encoding 'byte 0xc3']"},
	{"a control byte", XML(ROOT "<a b='\x01'/></r>"), EINVAL, "1:r()[1 xml  '"},
	{"a control byte by number", XML(ROOT "<a b='&#1;'/></r>"), EINVAL, "1:r()[1 xml  'xmlParseCharRef"},
	{"a NUL by number", XML(ROOT "<a b='&#0;'/></r>"), EINVAL, "1:r()[1 xml  'xmlParseCharRef"},
	{"XML 2.0", XML("<?xml version='2.0'?>" ROOT "</r>"), EINVAL, "[1 xml  'Unsupported version '2.0'']"},

	/* not well-formed */
	{"no bytes", XML(""), EINVAL, "[0 xml size 'empty']"},
	{"only white space", XML(" \n"), EINVAL, "[2 xml "},
	{"only a mark", XML("\xef\xbb\xbf"), EINVAL, NOT_WELL},
	{"only a declaration", XML("<?xml version='1.0'?>"), EINVAL, NOT_WELL},
	{"only a comment", XML("<!-- -->"), EINVAL, NOT_WELL},
	{"cut off", XML(ROOT "\n<a>\n"), EINVAL, "1:r()2:a()[3 xml  'Premature end of data in tag a line 2']"},
	{"cut off in a tag", XML(ROOT "\n<a b="), EINVAL, "1:r()[2 xml "},
	{"cut off in a value", XML(ROOT "\n<a b='"), EINVAL, "1:r()[2 xml "},
	{"cut off in a comment", XML(ROOT "\n<!-- x"), EINVAL, "1:r()[2 xml "},
	{"another end", XML(ROOT "<a>\n</b></r>"), EINVAL, "1:r()1:a()[2 xml  'Opening and ending tag mismatch: a line 1 and b']"},
	{"an attribute twice", XML(ROOT "<a b='1' b='2'/></r>"), EINVAL, "1:r()[1 xml  'Attribute b redefined']"},
	{"an attribute twice, by two prefixes", XML(ROOT "<a xmlns:x='u' xmlns:y='u' x:b='1' y:b='2'/></r>"), EINVAL, "1:r()[1 xml  'Namespaced Attribute b in 'u' redefined']"},
	{"a value without quotes", XML(ROOT "<a b=1/></r>"), EINVAL, "1:r()[1 xml  'AttValue: "},
	{"an attribute without a value", XML(ROOT "<a b/></r>"), EINVAL, "1:r()[1 xml  'Specification mandates value for attribute b']"},
	{"a < in a value", XML(ROOT "<a b='<'/></r>"), EINVAL, "1:r()[1 xml  'Unescaped '<' not allowed in attributes values']"},
	{"a bare ampersand", XML(ROOT "<a b='A & B'/></r>"), EINVAL, "1:r()[1 xml  'xmlParseEntityRef: no name']"},
	{"two hyphens in a comment", XML(ROOT "<!-- -- --></r>"), EINVAL, "1:r()[1 xml  'Double hyphen within comment"},
	{"]]> in text", XML(ROOT "]]></r>"), EINVAL, "1:r()["},
	{"two outermost elements", XML(ROOT "</r>" ROOT "</r>"), EINVAL, "1:r()/[1 xml  'Extra content at the end of the document']"},
	{"not XML", XML("profile default { nat force }\n"), EINVAL, "[1 xml  'Start tag expected, '<' not found']"},
};
/* clang-format on */

/* What libxml2 would say there goes to a file */
static off_t read_quietly(struct nt_draft *d, struct nt_span xml, int *rc)
{
	char name[] = "/tmp/test_policy_xml.XXXXXX";
	int file = mkstemp(name), saved = dup(STDERR_FILENO);
	off_t said;

	NT_MUST(file >= 0 && saved >= 0 && dup2(file, STDERR_FILENO) >= 0);
	*rc = nt_policy_xml_read(d, xml);
	fflush(stderr);
	said = lseek(file, 0, SEEK_END);
	NT_MUST(dup2(saved, STDERR_FILENO) >= 0);
	close(saved);
	close(file);
	unlink(name);
	return said;
}

static void check_document(int i)
{
	struct nt_span xml = nt_heap_span(documents[i].xml);
	struct nt_draft *d = nt_heap(NULL, sizeof(*d));
	const char *want = documents[i].want;
	off_t said;
	int rc;

	memset(d, 0, sizeof(*d));
	said = read_quietly(d, xml, &rc);
	ck_assert_msg(rc == documents[i].rc
						  && (rc == 0 ? strcmp(d->text, want)
									  : strncmp(d->text, want, strlen(want)))
									 == 0,
			"%s: %d, '%s' instead of '%s'", documents[i].name, rc, d->text,
			want);
	ck_assert_msg((rc == 0) == (d->faults == 0), "%s: %d with %u faults",
			documents[i].name, rc, d->faults);
	ck_assert_msg(said == 0, "%s: %ld bytes on stderr", documents[i].name,
			(long)said);
	ck_assert_msg(xmlGetLastError() == NULL, "%s: an error is left behind",
			documents[i].name);
	free(d);
	nt_heap_drop(xml);
}

START_TEST(reads)
{
	xmlExternalEntityLoader loader = xmlGetExternalEntityLoader();
	xmlGenericErrorFunc generic = xmlGenericError;
	xmlStructuredErrorFunc structured = xmlStructuredError;

	check_document(_i);
	ck_assert(xmlGetExternalEntityLoader() == loader);
	ck_assert(xmlGenericError == generic && xmlStructuredError == structured);
}
END_TEST

static xmlParserInputPtr no_loader(
		const char *url, const char *id, xmlParserCtxtPtr ctxt)
{
	(void)id, (void)ctxt;
	ck_abort_msg("something was to be loaded: %s", url);
	return NULL;
}

/* Somebody else in the process may have set what is read as a default */
START_TEST(reads_the_same_whatever_the_defaults_are)
{
	xmlExternalEntityLoader loader = xmlGetExternalEntityLoader();
	int entities = xmlSubstituteEntitiesDefault(1);
	int blanks = xmlKeepBlanksDefault(0), warnings = xmlGetWarningsDefaultValue;
	int dtd = xmlLoadExtDtdDefaultValue;
	int valid = xmlDoValidityCheckingDefaultValue;

	xmlSetExternalEntityLoader(no_loader);
	xmlGetWarningsDefaultValue = 0;
	xmlLoadExtDtdDefaultValue = 6;
	xmlDoValidityCheckingDefaultValue = 1;
	check_document(_i);
	xmlSetExternalEntityLoader(loader);
	xmlSubstituteEntitiesDefault(entities);
	xmlKeepBlanksDefault(blanks);
	xmlGetWarningsDefaultValue = warnings;
	xmlLoadExtDtdDefaultValue = dtd;
	xmlDoValidityCheckingDefaultValue = valid;
}
END_TEST

/* A document that is put together, and what came of it */
struct made
{
	char *text;
	size_t len, room;
	struct nt_draft draft;
	int rc;
};

static void add(struct made *m, const char *text, size_t times)
{
	size_t len = strlen(text);

	NT_MUST(m->len + times * len <= m->room);
	for(; times > 0; times--) {
		memcpy(m->text + m->len, text, len);
		m->len += len;
	}
}

static struct made *make(void)
{
	struct made *m = nt_heap(NULL, sizeof(*m));

	memset(m, 0, sizeof(*m));
	m->room = (size_t)18 << 20;
	m->text = nt_heap(NULL, m->room);
	return m;
}

static void finish(struct made *m)
{
	struct nt_span exact = nt_heap_span(nt_span_of(m->text, m->len));

	free(m->text);
	ck_assert_int_eq(read_quietly(&m->draft, exact, &m->rc), 0);
	nt_heap_drop(exact);
}

static void check_limit(const struct made *m, bool over, const char *words)
{
	ck_assert_msg(
			m->rc == (over ? EINVAL : 0) && m->draft.faults == (over ? 1u : 0u),
			"%d with %u faults: %s", m->rc, m->draft.faults,
			m->draft.text + (m->draft.len > 200 ? m->draft.len - 200 : 0));
	ck_assert_msg(!over || m->draft.len == TEXT - 1
						  || strstr(m->draft.text, words) != NULL,
			"'%s' without '%s'", m->draft.text, words);
}

START_TEST(depth)
{
	struct made *m = make();
	bool over = _i > 0;

	add(m, ROOT, 1);
	add(m, "<a>\n", over ? 16 : 15);
	add(m, "</a>", over ? 16 : 15);
	add(m, "</r>", 1);
	finish(m);
	check_limit(m, over, "[16 a  '17 elements within each other']");
	ck_assert_uint_eq(m->draft.opened, 16);
	ck_assert_uint_eq(m->draft.closed, over ? 0 : 16);
	free(m);
}
END_TEST

START_TEST(elements)
{
	struct made *m = make();
	bool over = _i > 0;

	add(m, ROOT, 1);
	add(m, "<a/>", over ? 65536 : 65535);
	add(m, "</r>", 1);
	finish(m);
	check_limit(m, over, "");
	ck_assert_uint_eq(m->draft.opened, 65536);
	free(m);
}
END_TEST

/* Those of another namespace as well */
START_TEST(foreign_elements)
{
	struct made *m = make();
	bool over = _i > 0;

	add(m, ROOT "<f xmlns='u'>", 1);
	add(m, "<a/>", over ? 65535 : 65534);
	add(m, "</f></r>", 1);
	finish(m);
	ck_assert_uint_eq(m->draft.faults, over ? 2 : 1);
	ck_assert_uint_eq(m->draft.opened, 1);
	free(m);
}
END_TEST

START_TEST(attributes)
{
	struct made *m = make();
	int count = _i > 0 ? NT_POLICY_ATTRS : NT_POLICY_ATTRS - 1;
	char text[32];

	add(m, "\n<r xmlns='" NS "'", 1); /* which is one of them */
	for(int i = 0; i < count; i++) {
		snprintf(text, sizeof(text), " a%d='='", i);
		add(m, text, 1);
	}
	add(m, "/>", 1);
	finish(m);
	check_limit(m, _i > 0, "[2 r  'more than 32 attributes']");
	free(m);
}
END_TEST

/* Even where the parser would have to compare a million names each with each */
START_TEST(attributes_without_end)
{
	struct made *m = make();
	char text[32];

	add(m, ROOT "\n<!-- ' --><a", 1);
	for(int i = 0; i < 1000000; i++) {
		snprintf(text, sizeof(text), " a%d=''", i);
		add(m, text, 1);
	}
	add(m, "/></r>", 1);
	finish(m);
	check_limit(m, true, "[2 a  'more than 32 attributes']");
	free(m);
}
END_TEST

/* The same where quotes are not what they seem after an error */
START_TEST(attributes_behind_an_error)
{
	struct made *m = make();
	char text[32];

	add(m, ROOT "\n<a b=x \"><c", 1);
	for(int i = 0; i < 1000000; i++) {
		snprintf(text, sizeof(text), " a%d=\"\"", i);
		add(m, text, 1);
	}
	add(m, "/></r>", 1);
	finish(m);
	check_limit(m, true, "[2 xml ");
	free(m);
}
END_TEST

START_TEST(value)
{
	struct made *m = make();

	add(m, ROOT "\n<a b='", 1);
	add(m, "xy", NT_POLICY_VALUE / 2);
	add(m, _i > 0 ? "z" : "", 1);
	add(m, "'/></r>", 1);
	finish(m);
	check_limit(m, _i > 0, "[2 a b '4194305 bytes']");
	ck_assert_uint_eq(m->draft.longest, _i > 0 ? 0 : NT_POLICY_VALUE);
	free(m);
}
END_TEST

START_TEST(size)
{
	struct made *m = make();
	size_t rest = ((size_t)16 << 20) - strlen(ROOT "</r>");

	add(m, ROOT "</r>", 1);
	add(m, "<!-- 0123456 -->", rest / 16);
	add(m, " ", rest % 16 + (_i > 0));
	finish(m);
	check_limit(m, _i > 0, "[0 xml size 'too long']");
	free(m);
}
END_TEST

/* Lines are right however much was read before them */
START_TEST(lines_far_down)
{
	struct made *m = make();

	add(m, ROOT, 1);
	add(m, "\n<!-- 0123456789012345678901234567890123456789 -->", 200000);
	add(m, "\n<a\n\n/></r>", 1);
	finish(m);
	check_limit(m, false, "");
	ck_assert_str_eq(m->draft.text, "1:r()200002:a()//");
	free(m);
}
END_TEST

START_TEST(no_memory_ends_it)
{
	static const struct nt_span xml = XML(ROOT "<a/></r>");
	struct nt_draft *d = nt_heap(NULL, sizeof(*d));

	memset(d, 0, sizeof(*d));
	d->open_err = ENOMEM;
	ck_assert_int_eq(nt_policy_xml_read(d, xml), ENOMEM);
	ck_assert_uint_eq(d->opened, 1);
	memset(d, 0, sizeof(*d));
	d->open_err = EINVAL;
	ck_assert_int_eq(nt_policy_xml_read(d, xml), 0);
	ck_assert_uint_eq(d->opened, 2);
	free(d);
}
END_TEST

/* A document cut anywhere is a fault, and never more than what was there */
START_TEST(cut_anywhere)
{
	static const char whole[] =
			"<?xml version='1.0'?><!-- c -->" ROOT
			"<a b='1&amp;' c='\xc3\xa4'><![CDATA[ ]]></a></r>";

	for(size_t len = 0; len + 1 < sizeof(whole); len++) {
		struct nt_span xml = nt_heap_span(nt_span_of(whole, len));
		struct nt_draft *d = nt_heap(NULL, sizeof(*d));
		int rc;

		memset(d, 0, sizeof(*d));
		ck_assert_int_eq(read_quietly(d, xml, &rc), 0);
		ck_assert_msg(rc == EINVAL && d->faults > 0, "%zu bytes: %d, %s", len,
				rc, d->text);
		free(d);
		nt_heap_drop(xml);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_policy_xml");

	nt_add_rows(s, "reads", reads, NT_COUNT(documents));
	nt_add_rows(s, "defaults", reads_the_same_whatever_the_defaults_are,
			NT_COUNT(documents));
	nt_add_rows(s, "depth", depth, 2);
	nt_add_rows(s, "elements", elements, 2);
	nt_add_rows(s, "foreign", foreign_elements, 2);
	nt_add_rows(s, "attributes", attributes, 2);
	nt_add_rows(s, "bomb", attributes_without_end, 1);
	nt_add_rows(s, "hidden", attributes_behind_an_error, 1);
	nt_add_rows(s, "value", value, 2);
	nt_add_rows(s, "size", size, 2);
	nt_add_rows(s, "lines", lines_far_down, 1);
	nt_add_rows(s, "memory", no_memory_ends_it, 1);
	nt_add_rows(s, "cut", cut_anywhere, 1);
	return nt_run(s);
}
