/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Calls in few words. A step is a message, "=" and what has to be done:
 *
 *   > INVITE 1 s = offer A INVITE      request of A, CSeq 1, with SDP
 *   < r183 INVITE 1 s t1 = ...         reliable reply of B, whose tag is 1
 *   < 200 INVITE 1 b2 t1               of branch 2
 *   done = delete early
 *
 * What is done: "-" with the reason, if any; "offer A INVITE"; "answer A INVITE
 * #1" (the number of what is agreed now); both with "again" if it is a repeat;
 * "preview A INVITE"; "rollback #0 refused"; "delete leg".
 */
#ifndef NT_OFFERS_WORDS_H
#define NT_OFFERS_WORDS_H

#include "unit/nt/nt_check.h"

#include "nt/nt_offers.h"

#define NT_ACT_TEXT 96

static inline enum nt_offers_method method_must(struct nt_span name)
{
	static const char *const names[] = {
			"OTHER", "INVITE", "ACK", "PRACK", "UPDATE", "BYE"};

	for(int i = 0; i < NT_COUNT(names); i++) {
		if(nt_span_eq(name, nt_span_cstr(names[i])))
			return (enum nt_offers_method)i;
	}
	NT_MUST(nt_span_eq(name, NT_SPAN("CANCEL")));
	return NT_OFFERS_OTHER;
}

static inline unsigned number_must(const char *p, size_t len)
{
	unsigned long n;

	NT_MUST(nt_span_number(&n, nt_span_of(p, len), 4294967295u) == 0);
	return (unsigned)n;
}

static inline struct nt_offers_event event_must(struct nt_span text)
{
	struct nt_offers_event e = {.kind = NT_OFFERS_REQUEST};
	struct nt_span w;

	NT_MUST(nt_span_word(&text, &w));
	if(nt_span_eq(w, NT_SPAN("done"))) {
		e.kind = NT_OFFERS_DONE;
		return e;
	}
	NT_MUST(nt_span_eq(w, NT_SPAN(">")) || nt_span_eq(w, NT_SPAN("<")));
	e.from = w.p[0] == '>' ? NT_SIDE_A : NT_SIDE_B;
	NT_MUST(nt_span_word(&text, &w));
	e.reliable = w.p[0] == 'r';
	if(e.reliable)
		w = nt_span_of(w.p + 1, w.len - 1);
	if(w.p[0] >= '0' && w.p[0] <= '9') {
		e.kind = NT_OFFERS_REPLY;
		e.code = number_must(w.p, w.len);
		NT_MUST(nt_span_word(&text, &w));
	}
	e.method = method_must(w);
	NT_MUST(nt_span_word(&text, &w));
	e.cseq = number_must(w.p, w.len);
	while(nt_span_word(&text, &w)) {
		if(w.p[0] == 's')
			e.sdp = true;
		else if(w.p[0] == 'b')
			e.branch = (uint16_t)number_must(w.p + 1, w.len - 1);
		else if(w.p[0] == 't')
			e.tag = number_must(w.p + 1, w.len - 1);
		else
			NT_MUST(false);
	}
	return e;
}

static inline const char *act_text(
		char buf[NT_ACT_TEXT], const struct nt_offers_act *a)
{
	static const char *const scopes[] = {"leg", "branch", "early", "call"};
	const char *side = a->offerer == NT_SIDE_A ? "A" : "B";
	const char *by = nt_offers_by_name(a->by);
	const char *why = nt_offers_why_name(a->why);
	const char *tail = a->repeat ? " again" : "";

	switch(a->what) {
		case NT_OFFERS_NOTHING:
			snprintf(buf, NT_ACT_TEXT, "-%s%s", why[0] != '\0' ? " " : "", why);
			break;
		case NT_OFFERS_OFFER:
			snprintf(buf, NT_ACT_TEXT, "offer %s %s%s", side, by, tail);
			break;
		case NT_OFFERS_ANSWER:
			if(a->preview)
				snprintf(buf, NT_ACT_TEXT, "preview %s %s%s", side, by, tail);
			else
				snprintf(buf, NT_ACT_TEXT, "answer %s %s #%u%s", side, by,
						a->agreed, tail);
			break;
		case NT_OFFERS_ROLLBACK:
			snprintf(buf, NT_ACT_TEXT, "rollback #%u %s", a->agreed, why);
			break;
		case NT_OFFERS_DELETE:
			snprintf(buf, NT_ACT_TEXT, "delete %s", scopes[a->scope]);
			break;
	}
	return buf;
}

#endif /* NT_OFFERS_WORDS_H */
