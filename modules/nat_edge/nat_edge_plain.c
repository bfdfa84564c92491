/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_plain.h"

/* Bytes of an unquoted display name, of parameters */
enum
{
	IN_NAME = 1,
	IN_PARAM = 2
};

/* clang-format off */
static const uint8_t classes[256] = {
	['0' ... '9'] = IN_NAME | IN_PARAM, ['A' ... 'Z'] = IN_NAME | IN_PARAM, ['a' ... 'z'] = IN_NAME | IN_PARAM,
	['-'] = IN_NAME | IN_PARAM, ['.'] = IN_NAME | IN_PARAM, ['_'] = IN_NAME | IN_PARAM, ['+'] = IN_NAME | IN_PARAM,
	[' '] = IN_NAME, ['!'] = IN_PARAM, ['*'] = IN_PARAM, ['~'] = IN_PARAM,
};
/* clang-format on */

static const char *skip(const char *p, const char *end, uint8_t class)
{
	while(p < end && (classes[(unsigned char)*p] & class))
		p++;
	return p;
}

/* Over a quoted text without escapes. @return behind it, or NULL */
static const char *skip_quoted(const char *p, const char *end)
{
	const char *close = memchr(p + 1, '"', (size_t)(end - p - 1));

	if(close == NULL || memchr(p, '\\', (size_t)(close - p)) != NULL)
		return NULL;
	return close + 1;
}

/* Over a display name. @return at the bracket, or NULL */
static const char *skip_name(const char *p, const char *end)
{
	if(p < end && *p == ' ')
		return NULL;
	if(p < end && *p == '"') {
		p = skip_quoted(p, end);
		while(p != NULL && p < end && *p == ' ')
			p++;
	} else {
		p = skip(p, end, IN_NAME);
	}
	return p != NULL && p < end && *p == '<' ? p : NULL;
}

/* ";name", ";name=value", ";name="text"" up to the end */
static bool are_params(const char *p, const char *end)
{
	while(p < end) {
		const char *from = p + 1;

		if(*p != ';' || (p = skip(from, end, IN_PARAM)) == from)
			return false;
		if(p == end || *p != '=')
			continue;
		from = p + 1;
		if(from < end && *from == '"')
			p = skip_quoted(from, end);
		else
			p = skip(from, end, IN_PARAM);
		if(p == NULL || p == from)
			return false;
	}
	return true;
}

bool ne_plain_contact(
		contact_t *contact, struct ne_uri *uri, const struct hdr_field *header)
{
	const char *from = header->body.s, *end = from + header->body.len;
	const char *open = skip_name(from, end), *close;

	if(open == NULL || (close = memchr(open, '>', (size_t)(end - open))) == NULL
			|| !ne_uri_scan(
					uri, nt_span_of(open + 1, (size_t)(close - open - 1)))
			|| !are_params(close + 1, end))
		return false;
	memset(contact, 0, sizeof(*contact));
	contact->uri = (str){(char *)open + 1, (int)(close - open - 1)};
	contact->name.s = (char *)from;
	contact->name.len =
			(int)nt_span_trim(nt_span_of(from, (size_t)(open - from))).len;
	return true;
}

/* Between a semicolon and a name, also on the next line */
static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool ne_may_have_param(struct nt_span text, struct nt_span begin)
{
	const char *end = text.p + text.len, *p = text.p;

	if(nt_span_find(text, '%') != NULL)
		return true;
	while(p < end && (p = memchr(p, ';', (size_t)(end - p))) != NULL) {
		for(p++; p < end && is_blank(*p); p++)
			;
		if((size_t)(end - p) >= begin.len
				&& nt_span_ieq(nt_span_of(p, begin.len), begin))
			return true;
	}
	return false;
}

bool ne_contacts_may_have(const sip_msg_t *msg, struct nt_span begin)
{
	for(const struct hdr_field *h = msg->contact; h != NULL; h = h->next) {
		if(h->type == HDR_CONTACT_T
				&& ne_may_have_param(ne_span(&h->body), begin))
			return true;
	}
	return false;
}
