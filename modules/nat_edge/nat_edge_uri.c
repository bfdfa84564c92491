/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_uri.h"

#include <errno.h>

/* Of bytes that neither end a part of a URI nor need a second look */
enum
{
	WORD = 1, /* user, parameter */
	HOST = 2,
	HOST_START = 4,
	HOST6 = 8, /* between brackets */
	DIGIT = 16
};

/* clang-format off */
static const uint8_t classes[256] = {
	['0' ... '9'] = WORD | HOST | HOST_START | HOST6 | DIGIT,
	['A' ... 'F'] = WORD | HOST | HOST_START | HOST6,
	['G' ... 'Z'] = WORD | HOST | HOST_START,
	['a' ... 'f'] = WORD | HOST | HOST_START | HOST6,
	['g' ... 'z'] = WORD | HOST | HOST_START,
	['-'] = WORD | HOST, ['.'] = WORD | HOST | HOST6, [':'] = HOST6,
	['_'] = WORD, ['!'] = WORD, ['~'] = WORD, ['*'] = WORD, ['\''] = WORD,
	['('] = WORD, [')'] = WORD, ['%'] = WORD, ['&'] = WORD, ['='] = WORD,
	['+'] = WORD, ['$'] = WORD, [','] = WORD, ['/'] = WORD,
};
/* clang-format on */

static bool is_a(const char *p, const char *end, uint8_t class)
{
	return p < end && (classes[(unsigned char)*p] & class);
}

static const char *skip(const char *p, const char *end, uint8_t class)
{
	while(is_a(p, end, class))
		p++;
	return p;
}

static struct nt_span between(const char *from, const char *to)
{
	return nt_span_of(from, (size_t)(to - from));
}

/* @return behind "sip:" or "sips:", or NULL */
static const char *scan_scheme(struct ne_uri *uri, struct nt_span text)
{
	const char *p = text.p;

	if(text.len < 5 || (p[0] | 0x20) != 's' || (p[1] | 0x20) != 'i'
			|| (p[2] | 0x20) != 'p')
		return NULL;
	if(p[3] == ':')
		return p + 4;
	uri->secure = nt_lower(p[3]) == 's';
	return uri->secure && p[4] == ':' ? p + 5 : NULL;
}

/* @return behind it, or NULL */
static const char *scan_host(
		struct ne_uri *uri, const char *from, const char *end)
{
	const char *p;

	if(is_a(from, end, HOST_START)) {
		p = skip(from, end, HOST);
	} else {
		if(from == end || *from != '[')
			return NULL;
		p = skip(from + 1, end, HOST6);
		if(p == end || *p++ != ']')
			return NULL;
	}
	uri->host = between(from, p);
	return p;
}

/* @return behind it, or NULL */
static const char *scan_port(
		struct ne_uri *uri, const char *from, const char *end)
{
	unsigned port = 0;
	const char *p = from;

	for(; is_a(p, end, DIGIT) && p < from + 6; p++)
		port = port * 10 + (unsigned)(*p - '0');
	if(p == from || p == from + 6 || port > UINT16_MAX)
		return NULL;
	uri->port = between(from, p);
	uri->port_no = (uint16_t)port;
	return p;
}

/* Those that decide where a URI leads: only a transport is read here */
static bool scan_params(struct ne_uri *uri, const char *p, const char *end)
{
	static const struct nt_span transport = NT_SPAN_INIT("transport=");

	while(p < end) {
		struct nt_span param;

		if(*p++ != ';')
			return false;
		param = between(p, skip(p, end, WORD));
		p += param.len;
		if(param.len == 0)
			continue;
		switch(nt_lower(param.p[0])) {
			case 'g': /* gr */
			case 'm': /* maddr */
				return false;
			case 't':
				if(param.len > transport.len
						&& nt_span_ieq(
								nt_span_of(param.p, transport.len), transport))
					uri->transport = nt_span_of(
							param.p + transport.len, param.len - transport.len);
				break;
			default:
				break;
		}
	}
	return true;
}

bool ne_uri_scan(struct ne_uri *uri, struct nt_span text)
{
	const char *p, *end, *word;

	memset(uri, 0, sizeof(*uri));
	if((p = scan_scheme(uri, text)) == NULL)
		return false;
	end = text.p + text.len;
	word = skip(p, end, WORD);
	if(word > p && word < end && *word == '@') {
		uri->user = between(p, word);
		p = word + 1;
	}
	if((p = scan_host(uri, p, end)) == NULL)
		return false;
	if(p < end && *p == ':' && (p = scan_port(uri, p + 1, end)) == NULL)
		return false;
	return scan_params(uri, p, end);
}

#define EACH_BYTE(b) (~0ull / 255 * (b))
#define HIGH_BITS EACH_BYTE(0x80)

/* White space and control bytes end a URI for others, if not for the core.
 * Looks at eight bytes at once: is one of them below 0x21, or 0x7f? */
static bool is_plain(const str *text)
{
	int i = 0;

	for(; i + 8 <= text->len; i += 8) {
		uint64_t w, del;

		memcpy(&w, text->s + i, 8);
		del = w ^ EACH_BYTE(0x7full);
		if(((w - EACH_BYTE(0x21ull)) & ~w & HIGH_BITS)
				|| ((del - EACH_BYTE(1ull)) & ~del & HIGH_BITS))
			return false;
	}
	for(; i < text->len; i++) {
		if((unsigned char)text->s[i] <= ' ' || text->s[i] == 0x7f)
			return false;
	}
	return true;
}

bool ne_is_bracketed(const contact_t *contact)
{
	const char *from = contact->name.s + contact->name.len;

	return memchr(from, '<', (size_t)(contact->uri.s - from)) != NULL;
}

static int ask_core(struct ne_uri *uri, const str *text)
{
	struct sip_uri sip;

	if(parse_uri(text->s, text->len, &sip) < 0 || sip.host.len <= 0
			|| !is_plain(text))
		return EINVAL;
	/* a number at a host is a place as well, though the core calls it tel: */
	if(sip.type != SIP_URI_T && sip.type != SIPS_URI_T
			&& !(sip.flags & URI_SIP_USER_PHONE))
		return EINVAL;
	*uri = (struct ne_uri){.user = ne_span(&sip.user),
			.host = ne_span(&sip.host),
			.port = ne_span(&sip.port),
			.transport = ne_span(&sip.transport_val),
			.maddr = ne_span(&sip.maddr_val),
			.port_no = sip.port_no,
			.secure = text->len > 4 && nt_lower(text->s[3]) == 's',
			.gruu = sip.gr.len > 0};
	return 0;
}

int ne_uri_parse(struct ne_uri *uri, const contact_t *contact)
{
	const str *text = &contact->uri;

	if(text->len <= 0
			|| (!ne_uri_scan(uri, ne_span(text)) && ask_core(uri, text) != 0)
			/* whoever writes a display name must write brackets (RFC 3261
			 * §20.10); the core reads it all the same, at times a byte short */
			|| (contact->name.len > 0 && !ne_is_bracketed(contact)))
		return EINVAL;
	return 0;
}

struct nt_claim ne_claim_of(
		struct nt_span host, uint16_t port, const struct ne_known_host *known)
{
	struct nt_claim c;

	if(known == NULL || !nt_span_eq(host, known->text))
		return nt_claim_of(host, port);
	c = known->claim;
	c.at.port = port;
	return c;
}

struct nt_claim ne_uri_claim(const struct ne_uri *uri,
		enum nt_transport transport, const struct ne_known_host *known)
{
	static const struct nt_claim none = {.host = NT_HOST_NONE};
	struct nt_claim c;

	if(uri->gruu)
		return none;
	c = ne_uri_place(uri, known);
	c.other_transport =
			uri->secure
			|| (uri->transport.len > 0
					&& !nt_span_ieq(uri->transport,
							nt_span_cstr(nt_transport_param(transport))));
	return c;
}

size_t ne_place_print(char buf[NE_PLACE_TEXT], const struct nt_endpoint *place,
		enum nt_transport transport)
{
	static const struct nt_span scheme = NT_SPAN_INIT("sip:"),
								param = NT_SPAN_INIT(";transport=");
	struct nt_span name = nt_span_cstr(nt_transport_param(transport));
	size_t n;

	if(!nt_addr_is_set(&place->addr) || name.len == 0)
		return 0;
	memcpy(buf, scheme.p, scheme.len);
	n = scheme.len
		+ nt_endpoint_print(buf + scheme.len, NT_ENDPOINT_TEXT, place);
	if(transport == NT_TRANSPORT_UDP)
		return n;
	if(param.len + name.len > NE_PLACE_TEXT - n)
		return 0;
	memcpy(buf + n, param.p, param.len);
	memcpy(buf + n + param.len, name.p, name.len);
	return n + param.len + name.len;
}
