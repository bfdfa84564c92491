/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_reply.h"

#include "nt/nt_expiry.h"
#include "nt/nt_head.h"

static struct nt_span behind(struct nt_span s, const char *at)
{
	return nt_span_of(at, s.len - (size_t)(at - s.p));
}

/* To the first of these characters, or the end */
static struct nt_span upto(struct nt_span s, const char *stops)
{
	size_t len = 0;

	while(len < s.len && strchr(stops, s.p[len]) == NULL)
		len++;
	return nt_span_of(s.p, len);
}

/* The last @p c, or NULL */
static const char *find_last(struct nt_span s, char c)
{
	for(size_t i = s.len; i > 0; i--) {
		if(s.p[i - 1] == c)
			return s.p + i - 1;
	}
	return NULL;
}

/* Parameters of the field, not of the URI in brackets. A quoted name may have
 * brackets in it, so the last ones count. */
static struct nt_span params_of(struct nt_span body)
{
	const char *end = find_last(body, '>');

	if(end == NULL)
		end = nt_span_find(body, ';');
	return end != NULL ? behind(body, end) : NT_SPAN("");
}

struct nt_span nt_tag_param(struct nt_span body)
{
	struct nt_span rest = params_of(body);
	const char *at;

	while((at = nt_span_find(rest, ';')) != NULL) {
		struct nt_span param;

		rest = behind(rest, at + 1);
		param = nt_span_trim(upto(rest, ";"));
		if(param.len > 4
				&& nt_span_ieq(nt_span_of(param.p, 4), NT_SPAN("tag=")))
			return nt_span_of(param.p + 4, param.len - 4);
	}
	return NT_SPAN("");
}

struct nt_span nt_aor_of(struct nt_span body)
{
	const char *open = find_last(body, '<');
	struct nt_span uri = open != NULL ? behind(body, open + 1) : body;
	const char *colon = nt_span_find(uri, ':');

	if(colon == NULL)
		return NT_SPAN("");
	uri = upto(behind(uri, colon + 1), ">;? \t\r\n");
	if((colon = nt_span_find(uri, '@')) != NULL) {
		struct nt_span host = upto(behind(uri, colon + 1), ":");

		/* the colons of an IPv6 address are no port */
		if(host.len > 0 && host.p[0] == '[')
			host = behind(uri, colon + 1);
		uri.len = (size_t)(host.p - uri.p) + host.len;
	}
	return uri;
}

/* "SIP/2.0 200 OK" */
static unsigned status_of(struct nt_span text)
{
	unsigned long status;

	if(text.len < 12 || !nt_span_begins(text, NT_SPAN("SIP/2.0 "))
			|| nt_span_number(&status, nt_span_of(text.p + 8, 3), 699) != 0)
		return 0;
	return (unsigned)status;
}

void nt_reply_read(struct nt_reply *said, struct nt_span text)
{
	struct nt_span rest = nt_head_begin(text);
	struct nt_head h;

	memset(said, 0, sizeof(*said));
	said->expires = UINT32_MAX;
	said->status = status_of(text);
	while(said->status != 0 && nt_head_next(&rest, &h)) {
		if(nt_head_is(&h, NT_SPAN("Call-ID"), NT_SPAN("i"))) {
			said->call_id = h.body;
		} else if(nt_head_is(&h, NT_SPAN("From"), NT_SPAN("f"))) {
			said->from_tag = nt_tag_param(h.body);
		} else if(nt_head_is(&h, NT_SPAN("To"), NT_SPAN("t"))) {
			said->to_tag = nt_tag_param(h.body);
			said->to = nt_aor_of(h.body);
		} else if(nt_head_is(&h, NT_SPAN("Expires"), NT_SPAN(""))) {
			said->expires = nt_expiry_read(h.body);
		}
	}
}
