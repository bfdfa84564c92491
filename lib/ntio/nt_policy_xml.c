/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntio/nt_policy_xml.h"

#include <errno.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>
#include <stdlib.h>

#include "ntio/nt_policy_scan.h"

#define NO_MARKUP "elements and comments only"
#define NO_TEXT "white space and comments between elements"

#if LIBXML_VERSION >= 21200
typedef const xmlError *parser_error;
#else
typedef xmlErrorPtr parser_error;
#endif

struct open_element
{
	struct nt_span name; /* borrow: of the parser's dictionary */
	bool text;			 /* a fault about its text was reported */
};

struct reader
{
	struct nt_draft *draft;
	xmlParserCtxt *parser;
	struct nt_span bytes;
	size_t fed;
	int err; /* not 0: nothing is looked at any more */
	unsigned elements, depth;
	unsigned foreign; /* depth of the element whose content is passed over */
	struct open_element open[NT_POLICY_DEPTH];
};

static struct nt_span span_of(const xmlChar *z)
{
	return nt_span_cstr((const char *)z);
}

static struct nt_span span_to(const xmlChar *from, const xmlChar *to)
{
	return nt_span_of((const char *)from, (size_t)(to - from));
}

static void refuse(struct reader *r, unsigned line, struct nt_span element,
		struct nt_span attribute, struct nt_span value, const char *allowed)
{
	struct nt_fault f = {line, element, attribute, value, allowed};

	nt_draft_fault(r->draft, &f);
}

/* Only called by what libxml2 calls for content: there it is prepared for an
 * end, but not where it reports an error */
static void stop(struct reader *r, int err)
{
	r->err = err;
	xmlStopParser(r->parser);
}

static unsigned count_lines(struct nt_span text)
{
	unsigned lines = 0;

	for(size_t i = 0; i < text.len; i++)
		lines += text.p[i] == '\n';
	return lines;
}

/* The parser is at the end of what it tells of; an operator looks for the
 * beginning. No "<" stands within a tag. */
static unsigned line_of_tag(const struct reader *r)
{
	int line = xmlSAX2GetLineNumber(r->parser);
	long consumed = xmlByteConsumed(r->parser);
	size_t end, at;

	if(line < 0 || consumed < 0)
		return 0;
	end = (size_t)consumed < r->fed ? (size_t)consumed : r->fed;
	for(at = end; at > 0 && r->bytes.p[at - 1] != '<'; at--)
		;
	return (unsigned)line - count_lines(nt_span_of(r->bytes.p + at, end - at));
}

/* Without replacement of entities "&" comes out as "&#38;", whatever it was
 * written as, and in no other way */
static size_t plain_ampersands(char *to, struct nt_span value)
{
	static const struct nt_span amp = NT_SPAN_INIT("&#38;");
	size_t len = 0;

	for(size_t i = 0; i < value.len; i++) {
		to[len++] = value.p[i];
		if(value.len - i >= amp.len && memcmp(value.p + i, amp.p, amp.len) == 0)
			i += amp.len - 1;
	}
	return len;
}

/* @return the same, or a copy that goes to *copy */
static int plain_value(struct nt_span *value, char **copy)
{
	if(nt_span_find(*value, '&') == NULL)
		return 0;
	if((*copy = malloc(value->len)) == NULL)
		return ENOMEM;
	*value = nt_span_of(*copy, plain_ampersands(*copy, *value));
	return 0;
}

/* SAX2 gives five pointers an attribute: name, prefix, namespace, and the ends
 * of its value */
static int check_attr(struct reader *r, unsigned line, struct nt_span element,
		const xmlChar **attr)
{
	struct nt_span value = span_to(attr[3], attr[4]);
	char text[160];

	if(value.len > NT_POLICY_VALUE) {
		snprintf(text, sizeof(text), "%zu bytes", value.len);
		refuse(r, line, element, span_of(attr[0]), nt_span_cstr(text),
				"values of 4194304 bytes at most");
		stop(r, EINVAL);
		return EINVAL;
	}
	if(attr[2] != NULL) {
		snprintf(text, sizeof(text), "%s:%s",
				attr[1] != NULL ? (const char *)attr[1] : "", attr[0]);
		refuse(r, line, element, nt_span_cstr(text), value,
				"attributes without a prefix");
		return EINVAL;
	}
	return 0;
}

static void open_element(struct reader *r, unsigned line, struct nt_span name,
		size_t count, const xmlChar **attributes)
{
	struct nt_attr attrs[NT_POLICY_ATTRS] = {0};
	char *copies[NT_POLICY_ATTRS] = {NULL};
	size_t n = 0;
	int err = 0;

	for(size_t i = 0; i < count && i < NT_POLICY_ATTRS && r->err == 0; i++) {
		const xmlChar **attr = attributes + 5 * i;

		if(check_attr(r, line, name, attr) != 0)
			continue;
		attrs[n].name = span_of(attr[0]);
		attrs[n].value = span_to(attr[3], attr[4]);
		if((err = plain_value(&attrs[n].value, &copies[n])) != 0)
			break;
		n++;
	}
	if(err == 0 && r->err == 0)
		err = nt_draft_open(r->draft, line, name, attrs, n);
	while(n-- > 0)
		free(copies[n]);
	if(err == ENOMEM)
		stop(r, ENOMEM);
}

/* @return may it be opened? If not, that was reported */
static bool enter(struct reader *r, unsigned line, struct nt_span name,
		struct nt_span namespace)
{
	if(++r->elements > NT_POLICY_ELEMENTS || r->depth >= NT_POLICY_DEPTH) {
		bool deep = r->depth >= NT_POLICY_DEPTH;

		refuse(r, line, name, NT_SPAN(""),
				deep ? NT_SPAN("17 elements within each other")
					 : NT_SPAN("65537 elements"),
				deep ? "16 elements within each other at most"
					 : "65536 elements at most");
		stop(r, EINVAL);
		return false;
	}
	r->open[r->depth++] = (struct open_element){name, r->foreign != 0};
	if(r->foreign != 0)
		return false;
	if(nt_span_eq(namespace, NT_SPAN(NT_POLICY_NAMESPACE)))
		return true;
	refuse(r, line, name, NT_SPAN("xmlns"), namespace, NT_POLICY_NAMESPACE);
	r->foreign = r->depth;
	r->open[r->depth - 1].text = true;
	return false;
}

static void on_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
		const xmlChar *uri, int namespace_count, const xmlChar **namespaces,
		int count, int defaulted, const xmlChar **attributes)
{
	struct reader *r = ctx;
	struct nt_span element = span_of(name);
	unsigned line;

	(void)prefix, (void)namespace_count, (void)namespaces, (void)defaulted;
	if(r->err != 0)
		return;
	line = line_of_tag(r);
	if(enter(r, line, element, span_of(uri)))
		open_element(r, line, element, (size_t)count, attributes);
}

static void on_end(void *ctx, const xmlChar *name, const xmlChar *prefix,
		const xmlChar *uri)
{
	struct reader *r = ctx;

	(void)name, (void)prefix, (void)uri;
	if(r->err != 0)
		return;
	if(r->foreign == 0)
		nt_draft_close(r->draft);
	else if(r->foreign == r->depth)
		r->foreign = 0;
	r->depth--;
}

static void on_text(void *ctx, const xmlChar *text, int len)
{
	struct reader *r = ctx;
	struct nt_span whole = nt_span_of((const char *)text, (size_t)len), shown;
	struct open_element *e = r->depth > 0 ? &r->open[r->depth - 1] : NULL;
	int line;

	if(r->err != 0 || e == NULL || e->text)
		return;
	shown = nt_span_trim(whole);
	if(shown.len == 0)
		return;
	e->text = true;
	line = xmlSAX2GetLineNumber(r->parser);
	whole.len -= (size_t)(shown.p - whole.p);
	whole.p = shown.p;
	refuse(r, (unsigned)line - count_lines(whole), e->name, NT_SPAN(""), shown,
			NO_TEXT);
}

static void refuse_markup(struct reader *r, struct nt_span kind,
		struct nt_span value, const char *allowed)
{
	if(r->err != 0)
		return;
	refuse(r, line_of_tag(r), kind, NT_SPAN(""), value, allowed);
	stop(r, EINVAL);
}

static void on_doctype(void *ctx, const xmlChar *name,
		const xmlChar *external_id, const xmlChar *system_id)
{
	(void)external_id, (void)system_id;
	refuse_markup(ctx, NT_SPAN("document type"), span_of(name),
			NO_MARKUP ", no document types and no entities");
}

static void on_instruction(
		void *ctx, const xmlChar *target, const xmlChar *data)
{
	(void)data;
	refuse_markup(ctx, NT_SPAN("processing instruction"), span_of(target),
			NO_MARKUP ", no processing instructions");
}

/* The parser goes on for a few kilobytes, up to the end of what it was fed.
 * Warnings come or not as somebody else in this process has set. */
static void on_error(void *ctx, parser_error error)
{
	struct reader *r = ctx;
	const char *words = error->message != NULL ? error->message : "";

	if(r->err != 0 || error->level == XML_ERR_WARNING)
		return;
	r->err = error->code == XML_ERR_NO_MEMORY ? ENOMEM : EINVAL;
	if(r->err == EINVAL)
		refuse(r, error->line > 0 ? (unsigned)error->line : 0, NT_SPAN("xml"),
				NT_SPAN(""), nt_span_trim(nt_span_cstr(words)),
				"a well-formed XML document without entities of its own");
}

/* Nothing more comes after a fault that ends it */
static int feed(void *ctx, char *buf, int room)
{
	struct reader *r = ctx;
	size_t n = r->bytes.len - r->fed;

	if(r->err != 0 || room <= 0)
		return 0;
	if(n > (size_t)room)
		n = (size_t)room;
	memcpy(buf, r->bytes.p + r->fed, n);
	r->fed += n;
	return (int)n;
}

static void parse(struct reader *r)
{
	static const xmlSAXHandler handler = {.initialized = XML_SAX2_MAGIC,
			.internalSubset = on_doctype,
			.startElementNs = on_start,
			.endElementNs = on_end,
			.characters = on_text,
			.ignorableWhitespace = on_text,
			.cdataBlock = on_text,
			.processingInstruction = on_instruction,
			.serror = on_error};
	xmlSAXHandler own = handler;
	int options = XML_PARSE_NONET | XML_PARSE_IGNORE_ENC;

#if LIBXML_VERSION >= 21300
	options |= XML_PARSE_NO_XXE;
#endif
	r->parser = xmlCreateIOParserCtxt(
			&own, r, feed, NULL, r, XML_CHAR_ENCODING_UTF8);
	if(r->parser == NULL) {
		r->err = ENOMEM;
		return;
	}
	xmlCtxtUseOptions(r->parser, options);
	xmlParseDocument(r->parser);
	/* libxml2 makes one to remember entities in, if it comes so far */
	if(r->parser->myDoc != NULL)
		xmlFreeDoc(r->parser->myDoc);
	xmlFreeParserCtxt(r->parser);
	/* a warning is one as well */
	xmlResetLastError();
}

int nt_policy_xml_read(struct nt_draft *draft, struct nt_span bytes)
{
	struct reader r = {.draft = draft};
	int err = nt_policy_scan(&r.bytes, draft, bytes);

	if(err != 0)
		return err;
	parse(&r);
	if(r.err != 0)
		return r.err;
	return nt_draft_faults(draft) != 0 ? EINVAL : 0;
}
