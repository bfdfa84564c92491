/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_keep.h"

#include <stdio.h>

#include "nt/nt_expiry.h"
#include "nt/nt_field.h"

/* A day: longer is no keep-alive */
#define LONGEST 86400

/* Up to the comma behind this one. No quote is open there: a Via has none but
 * in parameters that nobody uses. */
static struct nt_span take_via(struct nt_span *rest)
{
	struct nt_span via = *rest;
	bool quoted = false;
	size_t len = 0;

	for(; len < rest->len && (quoted || rest->p[len] != ','); len++) {
		if(rest->p[len] == '"')
			quoted = !quoted;
	}
	via.len = len;
	if(len < rest->len)
		len++;
	*rest = nt_span_of(rest->p + len, rest->len - len);
	return via;
}

static struct nt_edit *add(struct nt_vias *v, const char *at, size_t cut)
{
	struct nt_edit *e;

	if(v->count == NT_KEEP_EDITS)
		return NULL;
	e = &v->edits[v->count++];
	e->at = at;
	e->cut = cut;
	e->put[0] = '\0';
	return e;
}

static bool is_number(struct nt_span value, uint32_t seconds)
{
	uint32_t n;

	return nt_expiry_parse(&n, value) == 0 && n == seconds;
}

static bool find_keep(struct nt_param *keep, struct nt_span via)
{
	const char *params = nt_span_find(via, ';');

	return params != NULL
		   && nt_param_find(keep,
					  nt_span_of(params, via.len - (size_t)(params - via.p)),
					  NT_SPAN("keep"))
					  == 1;
}

bool nt_keep_asked(struct nt_span body)
{
	struct nt_param keep;

	return find_keep(&keep, take_via(&body)) && keep.value.len == 0;
}

/* Behind the name comes "=" and our value, or nothing */
static void look_at(struct nt_vias *v, struct nt_span via, uint32_t seconds)
{
	struct nt_param keep;
	const char *from;
	struct nt_edit *e;

	if(!find_keep(&keep, via))
		return;
	if(keep.value.len > 0 && seconds > 0 && is_number(keep.value, seconds)) {
		v->answered = true;
		return;
	}
	if(keep.value.len == 0 && seconds == 0)
		return;
	from = keep.name.p + keep.name.len;
	e = add(v, from, (size_t)(keep.whole.p + keep.whole.len - from));
	if(e == NULL)
		return;
	v->stripped |= keep.value.len > 0;
	v->answered |= seconds > 0;
	if(seconds > 0)
		snprintf(e->put, sizeof(e->put), "=%u", seconds);
}

void nt_vias_look(struct nt_vias *vias, struct nt_span body)
{
	while(body.len > 0) {
		struct nt_span via = take_via(&body);
		unsigned number = vias->seen++;

		if(number >= vias->ahead)
			look_at(vias, via, number == vias->ahead ? vias->seconds : 0);
	}
}

uint32_t nt_flow_timer(struct nt_span body)
{
	uint32_t seconds;

	return nt_expiry_parse(&seconds, nt_span_trim(body)) == 0
						   && seconds <= LONGEST
				   ? seconds
				   : 0;
}

/* What a 2xx to a REGISTER says already */
struct said
{
	bool required; /* outbound */
	bool timed;	   /* there is a Flow-Timer */
	uint32_t timer;
	const char *place; /* of the last header field */
};

static struct said read_said(struct nt_span rest)
{
	struct said s = {.required = false};
	struct nt_head field;

	while(nt_head_next(&rest, &field)) {
		s.place = field.whole.p;
		if(nt_head_is(&field, NT_SPAN("Require"), NT_SPAN(""))) {
			s.required |= nt_field_lists(field.body, NT_SPAN("outbound"));
		} else if(nt_head_is(&field, NT_SPAN("Flow-Timer"), NT_SPAN(""))) {
			s.timed = true;
			s.timer = nt_flow_timer(field.body);
		}
	}
	return s;
}

bool nt_keep_reply(struct nt_vias *vias, struct nt_span message,
		uint32_t seconds, bool asked, bool registered)
{
	struct nt_span rest = nt_head_begin(message);
	struct said said = {.required = false};
	struct nt_head field;
	struct nt_edit *e;

	*vias = (struct nt_vias){.ahead = 0};
	if(registered)
		said = read_said(rest);
	if(asked && seconds > 0)
		vias->seconds = said.timer > 0 ? said.timer : seconds;
	while(nt_head_next(&rest, &field)) {
		if(nt_head_is(&field, NT_SPAN("Via"), NT_SPAN("v")))
			nt_vias_look(vias, field.body);
	}
	if(!said.required || said.timed || seconds == 0
			|| (e = add(vias, said.place, 0)) == NULL)
		return false;
	snprintf(e->put, sizeof(e->put), "Flow-Timer: %u\r\n", seconds);
	return true;
}
