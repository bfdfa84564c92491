/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_span.h"

#include <errno.h>

static bool is_blank(char c)
{
	/* one comparison for most */
	return (unsigned char)c <= ' '
		   && (c == ' ' || c == '\t' || c == '\r' || c == '\n');
}

static bool is_gap(char c)
{
	return is_blank(c) || c == ',' || c == ';';
}

bool nt_span_ieq(struct nt_span a, struct nt_span b)
{
	if(a.len != b.len)
		return false;
	for(size_t i = 0; i < a.len; i++) {
		if(a.p[i] != b.p[i] && nt_lower(a.p[i]) != nt_lower(b.p[i]))
			return false;
	}
	return true;
}

bool nt_span_iends(struct nt_span s, struct nt_span tail)
{
	if(s.len < tail.len)
		return false;
	return nt_span_ieq(nt_span_of(s.p + s.len - tail.len, tail.len), tail);
}

struct nt_span nt_span_trim(struct nt_span s)
{
	while(s.len > 0 && is_blank(s.p[0])) {
		s.p++;
		s.len--;
	}
	while(s.len > 0 && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

bool nt_span_word(struct nt_span *rest, struct nt_span *word)
{
	size_t end;

	while(rest->len > 0 && is_gap(rest->p[0])) {
		rest->p++;
		rest->len--;
	}
	for(end = 0; end < rest->len && !is_gap(rest->p[end]); end++)
		;
	if(end == 0)
		return false;
	*word = nt_span_of(rest->p, end);
	rest->p += end;
	rest->len -= end;
	return true;
}

int nt_span_number(unsigned long *value, struct nt_span s, unsigned long max)
{
	unsigned long n = 0, most = max / 10; /* to which a digit may be added */

	if(s.len == 0)
		return EINVAL;
	for(size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned char)s.p[i] - (unsigned)'0';

		if(digit > 9 || n > most || (n == most && digit > max % 10))
			return EINVAL;
		n = n * 10 + digit;
	}
	*value = n;
	return 0;
}
