/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/golden_token.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "nat_edge/nat_edge_dialog.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_keys.h"
#include "nt/nt_mend.h"

#define MARK ";" NT_MEND_PARAM "="
#define DAY 95040

static size_t token_length(struct nt_span rest)
{
	size_t n = 0;

	while(n < rest.len
			&& (strchr("-_", rest.p[n]) != NULL
					|| (rest.p[n] >= '0' && rest.p[n] <= '9')
					|| (nt_lower(rest.p[n]) >= 'a'
							&& nt_lower(rest.p[n]) <= 'z')))
		n++;
	return n;
}

static const char *wrong_dialog(const struct nt_token *t, sip_msg_t *msg)
{
	struct ne_dialog d;
	bool request = msg->first_line.type == SIP_REQUEST;

	if(!ne_dialog_of(&d, msg)
			|| t->binding
					   != nt_binding(
							   d.call_id, request ? d.from_tag : d.to_tag))
		return " dialog";
	return "";
}

static const char *wrong_time(const struct nt_token *t)
{
	uint32_t now = (uint32_t)time(NULL);

	return t->binding < now + DAY - 60 || t->binding > now + 2 * DAY ? " time"
																	 : "";
}

/* @return the length of what was printed, 0: not ours */
static size_t describe(
		char *to, size_t size, struct nt_span sealed, sip_msg_t *msg)
{
	static const enum nt_purpose purposes[] = {
			NT_PURPOSE_ALIAS, NT_PURPOSE_CONTACT};
	char text[NT_TOKEN_TEXT_MAX];
	struct nt_flow flow;
	struct nt_token t;

	for(int i = 0; i < 2; i++) {
		if(nt_token_open(&t, text, ne_keys(), sealed, purposes[i])
				!= NT_TOKEN_OK)
			continue;
		return (size_t)snprintf(to, size, MARK "{%s%s%s%s%.*s}",
				nt_purpose_name(t.purpose),
				ne_flow_of(&flow, msg) && ne_flow_eq(&flow, &t.flow) ? ""
																	 : " flow",
				i == 0 ? wrong_dialog(&t, msg) : wrong_time(&t),
				t.text.len > 0 ? " " : "", NT_SPAN_FMT(t.text));
	}
	return 0;
}

char *golden_unseal(size_t *len, struct nt_span text, sip_msg_t *msg)
{
	/* what is in a token is shorter than the token, but for the words */
	size_t size = 2 * text.len + 1, n = 0;
	char *copy = malloc(size);
	const char *end = text.p + text.len, *p = text.p, *mark;

	while((mark = memmem(p, (size_t)(end - p), MARK, sizeof(MARK) - 1))
			!= NULL) {
		const char *from = mark + sizeof(MARK) - 1;
		size_t sealed = token_length(nt_span_of(from, (size_t)(end - from)));
		size_t shown;

		memcpy(copy + n, p, (size_t)(mark - p));
		n += (size_t)(mark - p);
		p = from + sealed;
		shown = describe(copy + n, size - n, nt_span_of(from, sealed), msg);
		if(shown == 0) {
			shown = (size_t)(p - mark);
			memcpy(copy + n, mark, shown);
		}
		n += shown;
	}
	memcpy(copy + n, p, (size_t)(end - p));
	*len = n + (size_t)(end - p);
	return copy;
}
