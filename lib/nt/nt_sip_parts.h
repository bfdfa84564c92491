/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The parts that nt_sip.c reads a message with; of no use to others. Each does
 * what the function of Kamailio 5.6 named beside it does, the byte where it
 * stops included: what one field leaves is what the next one begins with.
 */
#ifndef NT_SIP_PARTS_H
#define NT_SIP_PARTS_H

#include "nt/nt_sip.h"

/** Where reading is, and where the text ends */
struct nt_sip_cursor
{
	const char *p, *end;
};

/** What a cursor stands at is a byte (NUL is 0), or one of these */
enum
{
	NT_SIP_END = -1,	   /**< the end of the text */
	NT_SIP_FIELD_END = -2, /**< a line end that is not folded was passed */
	NT_SIP_BAD = -3
};

static inline int nt_sip_peek(const struct nt_sip_cursor *c)
{
	return c->p < c->end ? (unsigned char)*c->p : NT_SIP_END;
}

static inline bool nt_sip_is_blank(int b)
{
	return b == ' ' || b == '\t';
}

static inline bool nt_sip_is_eol(int b)
{
	return b == '\r' || b == '\n';
}

/** Is it one of the bytes of @p set? NUL and ends are in no set. */
static inline bool nt_sip_is_in(int b, const char *set)
{
	return b > 0 && strchr(set, b) != NULL;
}

static inline bool nt_sip_is_alnum(char c)
{
	return (nt_lower(c) >= 'a' && nt_lower(c) <= 'z') || (c >= '0' && c <= '9');
}

static inline struct nt_span nt_sip_since(
		const struct nt_sip_cursor *c, const char *from)
{
	return nt_span_of(from, (size_t)(c->p - from));
}

/** Over blanks */
void nt_sip_skip_blanks(struct nt_sip_cursor *c);

/** Over one line end: CRLF, LF, CR */
void nt_sip_skip_eol(struct nt_sip_cursor *c);

/** Over blanks and folded line ends: those with a blank behind */
void nt_sip_skip_gap(struct nt_sip_cursor *c);

/** parse_via(): all Vias of one field; @p v is the first.
 * @return false if one cannot be read */
bool nt_sip_via_read(struct nt_sip_via *v, struct nt_sip_cursor *c);

/** The body of a From or To */
struct nt_sip_addr
{
	struct nt_span uri, tag;
};

/** parse_to(), from the first byte that is no blank.
 * @return false if it cannot be read */
bool nt_sip_addr_read(struct nt_sip_addr *a, struct nt_sip_cursor *c);

/** parse_nameaddr(): the first URI in angle brackets; empty if there is none */
struct nt_span nt_sip_bracketed(struct nt_span body);

/** Take one element of a Contact field, parse_contacts(); @p rest is empty
 * behind the last one. @p malformed: a display name without brackets around the
 * URI, which the module leaves alone.
 * @return 0, or EINVAL: then the whole field is of no use */
int nt_sip_contact_take(
		struct nt_span *rest, struct nt_span *uri, bool *malformed);

enum nt_sip_scheme
{
	NT_SIP_SCHEME_SIP,
	NT_SIP_SCHEME_SIPS,
	NT_SIP_SCHEME_TEL,
	NT_SIP_SCHEME_URN
};

struct nt_sip_uri
{
	enum nt_sip_scheme scheme;
	struct nt_span user, host; /**< tel: has a user alone */
	uint16_t port;			   /**< 0: none given */
	struct nt_span transport, maddr;
	bool gruu; /**< has "gr" */
};

/** parse_uri().
 * @return 0, or EINVAL */
int nt_sip_uri_read(struct nt_sip_uri *u, struct nt_span text);

enum nt_sip_name
{
	NT_SIP_OTHER = 0,
	NT_SIP_VIA,
	NT_SIP_TO,
	NT_SIP_FROM,
	NT_SIP_CSEQ,
	NT_SIP_CALL_ID,
	NT_SIP_CONTACT,
	NT_SIP_MAX_FORWARDS,
	NT_SIP_CONTENT_TYPE,
	NT_SIP_CONTENT_LENGTH,
	NT_SIP_RECORD_ROUTE,
	NT_SIP_ROUTE,
	NT_SIP_USER_AGENT,
	NT_SIP_SERVER,
	NT_SIP_RETRY_AFTER,
	NT_SIP_NAMES
};

/** One header field; of via, to, method and length the one that it is is set */
struct nt_sip_field
{
	enum nt_sip_name name;
	struct nt_span body; /**< of those that are not read at once */
	struct nt_sip_via via;
	struct nt_sip_addr to;
	struct nt_span method;
	size_t length;
};

/** Take the next field, get_hdr_field(). Not to be called at the end of the
 * text.
 * @return 0, NT_SIP_FIELD_END at the empty line, or NT_SIP_BAD */
int nt_sip_field_take(struct nt_sip_field *f, struct nt_sip_cursor *c);

#endif /* NT_SIP_PARTS_H */
