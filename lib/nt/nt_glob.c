/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_glob.h"

/* Goes back to the last "*" only: each step takes one more byte for it, so
 * steps are at most pattern times text */
bool nt_glob_match(struct nt_span pattern, struct nt_span text)
{
	size_t p = 0, t = 0, star = 0, star_text = 0;
	bool starred = false;

	if(pattern.len > NT_GLOB_PATTERN)
		return false;
	if(text.len > NT_GLOB_TEXT)
		text.len = NT_GLOB_TEXT;
	while(t < text.len) {
		if(p < pattern.len && pattern.p[p] == '*') {
			starred = true;
			star = ++p;
			star_text = t;
		} else if(p < pattern.len
				  && (pattern.p[p] == '?'
						  || nt_lower(pattern.p[p]) == nt_lower(text.p[t]))) {
			p++;
			t++;
		} else if(starred) {
			p = star;
			t = ++star_text;
		} else {
			return false;
		}
	}
	while(p < pattern.len && pattern.p[p] == '*')
		p++;
	return p == pattern.len;
}

size_t nt_glob_literals(struct nt_span pattern)
{
	size_t n = 0;

	for(size_t i = 0; i < pattern.len; i++)
		n += pattern.p[i] != '*' && pattern.p[i] != '?';
	return n;
}
