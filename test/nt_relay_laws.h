/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What holds for each decision about media, whatever the ends are. */
#ifndef NT_RELAY_LAWS_H
#define NT_RELAY_LAWS_H

#include <string.h>

#include "nt/nt_relay.h"
#include "nt_must.h"

static inline bool law_always(const struct nt_relay_end *e)
{
	return e->policy.relay == NT_MEDIA_ALWAYS
		   || (e->behind != NULL && e->behind->policy.relay == NT_MEDIA_ALWAYS);
}

static inline bool law_is_fault(enum nt_media_rule rule)
{
	return rule == NT_MEDIA_RULE_MULTICAST || rule == NT_MEDIA_RULE_TRANSPORT
		   || rule == NT_MEDIA_RULE_FAULT;
}

/* An engine is asked for nothing that it cannot do */
static inline void law_able(const struct nt_relay *d,
		const struct nt_relay_end *e, const struct nt_relay_engine *engine)
{
	const struct nt_relay_end *real = e->behind != NULL ? e->behind : e;

	if(d->what != NT_RELAY_RELAY)
		return;
	NT_MUST(engine->there && d->unable == NT_UNABLE_NOT);
	if(real->stream == NULL)
		return;
	NT_MUST((engine->carriers & 1u << real->stream->carrier) != 0);
	NT_MUST(real->stream->carrier != NT_CARRIER_OTHER);
	NT_MUST(real->stream->faults == 0 && !real->stream->multicast);
}

/* N166, T02 */
static inline void law_carrier(
		const struct nt_relay *d, const struct nt_relay_end ends[2])
{
	for(int i = 0; i < 2; i++) {
		const struct nt_relay_end *e =
				ends[i].behind != NULL ? ends[i].behind : &ends[i];

		if(!nt_class_is_nat(e->class) || !(e->outside_tags & NT_NET_CGN))
			continue;
		NT_MUST(d->rule != NT_MEDIA_RULE_SAME_NAT);
		NT_MUST(d->what != NT_RELAY_RELAY
				|| d->faces[i].strict == NT_SOURCE_PORT);
	}
}

static inline bool law_same_face(
		const struct nt_relay_face *a, const struct nt_relay_face *b)
{
	return a->lan == b->lan && a->inner == b->inner && a->family == b->family
		   && a->strict == b->strict && a->learn == b->learn && a->ice == b->ice
		   && a->outside == b->outside && a->tos == b->tos;
}

static inline void law_exchange(const struct nt_relay *d,
		const struct nt_relay_end ends[2], const struct nt_relay_engine *engine)
{
	struct nt_relay_end other[2] = {ends[1], ends[0]};
	struct nt_relay o = nt_relay_decide(other, engine);

	NT_MUST(o.what == d->what);
	/* of two faults the first is told */
	NT_MUST(o.rule == d->rule
			|| (law_is_fault(o.rule) && law_is_fault(d->rule)));
	NT_MUST((o.unable == NT_UNABLE_NOT) == (d->unable == NT_UNABLE_NOT));
	NT_MUST(law_same_face(&o.faces[0], &d->faces[1]));
	NT_MUST(law_same_face(&o.faces[1], &d->faces[0]));
}

static inline struct nt_relay law_decide(
		const struct nt_relay_end ends[2], const struct nt_relay_engine *engine)
{
	struct nt_relay d = nt_relay_decide(ends, engine);
	bool always = law_always(&ends[0]) || law_always(&ends[1]);
	bool never = ends[0].policy.relay == NT_MEDIA_NEVER
				 || ends[1].policy.relay == NT_MEDIA_NEVER;
	bool loop = ends[0].behind != NULL || ends[1].behind != NULL;
	char text[NT_RELAY_REASON_TEXT];

	NT_MUST((unsigned)d.rule < NT_MEDIA_RULE_COUNT);
	/* T29: nothing that a client says gets past "always" but no stream */
	NT_MUST(!always || d.what == NT_RELAY_RELAY || d.unable != NT_UNABLE_NOT
			|| d.rule == NT_MEDIA_RULE_REJECTED);
	NT_MUST(!never || always || d.what == NT_RELAY_DIRECT);
	NT_MUST(d.unable == NT_UNABLE_NOT || d.what == NT_RELAY_DIRECT
			|| d.what == NT_RELAY_REFUSE);
	NT_MUST(d.what != NT_RELAY_REFUSE || d.unable != NT_UNABLE_NOT);
	NT_MUST(d.what != NT_RELAY_COLLAPSE || loop);
	law_able(&d, &ends[0], engine);
	law_able(&d, &ends[1], engine);
	law_carrier(&d, ends);
	law_exchange(&d, ends, engine);
	NT_MUST(nt_relay_reason_print(text, sizeof(text), &d, ends)
			== strlen(text));
	NT_MUST(text[0] != '\0' && strstr(text, "unknown") == NULL);
	return d;
}

#endif /* NT_RELAY_LAWS_H */
