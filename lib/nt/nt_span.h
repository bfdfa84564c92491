/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * A piece of somebody else's text: pointer and length, never terminated, never
 * written to.
 *
 * Pure; nothing here can fail. A span borrows from its text and is valid as
 * long as that is.
 */
#ifndef NT_SPAN_H
#define NT_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct nt_span
{
	const char *p;
	size_t len;
};

/** A span of a string literal; in table initialisers NT_SPAN_INIT */
#define NT_SPAN(literal) ((struct nt_span){(literal), sizeof(literal) - 1})
#define NT_SPAN_INIT(literal)          \
	{                                  \
		(literal), sizeof(literal) - 1 \
	}

/** For printf's "%.*s" */
#define NT_SPAN_FMT(s) (int)(s).len, (s).p

static inline struct nt_span nt_span_of(const char *p, size_t len)
{
	struct nt_span s = {p, len};
	return s;
}

/** A null pointer gives an empty span */
static inline struct nt_span nt_span_cstr(const char *z)
{
	return nt_span_of(z, z != NULL ? strlen(z) : 0);
}

static inline bool nt_span_eq(struct nt_span a, struct nt_span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

static inline bool nt_span_begins(struct nt_span s, struct nt_span with)
{
	return s.len >= with.len && memcmp(s.p, with.p, with.len) == 0;
}

/** The first @p c, or NULL; an empty span may have no text at all */
static inline const char *nt_span_find(struct nt_span s, char c)
{
	return s.len > 0 ? memchr(s.p, c, s.len) : NULL;
}

/** Take the next line, without its LF or CRLF.
 * @return false at the end of the text */
static inline bool nt_span_line(struct nt_span *rest, struct nt_span *line)
{
	const char *p = rest->p, *end, *next;

	if(rest->len == 0)
		return false;
	end = memchr(p, '\n', rest->len);
	next = end != NULL ? end + 1 : p + rest->len;
	if(end == NULL)
		end = next;
	*rest = nt_span_of(next, rest->len - (size_t)(next - p));
	if(end > p && end[-1] == '\r')
		end--;
	*line = nt_span_of(p, (size_t)(end - p));
	return true;
}

/** ASCII lower case whatever the locale */
static inline char nt_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool nt_span_ieq(struct nt_span a, struct nt_span b);

/** Does @p s end with @p tail? ASCII letters compare without case. */
bool nt_span_iends(struct nt_span s, struct nt_span tail);

/** Without blanks, tabs and line ends on both sides */
struct nt_span nt_span_trim(struct nt_span s);

/** Take the next word of a list separated by commas, semicolons or white space.
 * @return false when there is none left; @p rest is moved behind the word */
bool nt_span_word(struct nt_span *rest, struct nt_span *word);

/** Read a decimal number of digits only.
 * @return 0, or EINVAL when empty, not a number or above @p max */
int nt_span_number(unsigned long *value, struct nt_span s, unsigned long max);

#endif /* NT_SPAN_H */
