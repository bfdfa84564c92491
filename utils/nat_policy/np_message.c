/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_policy/np_message.h"

#include <errno.h>
#include <stdlib.h>

#include "nat_policy/np_load.h"
#include "nat_policy/np_mem.h"

/* What a server takes */
#define MESSAGE_MAX 65535

static bool is_head_end(const char *bytes, size_t len)
{
	return len >= 4 && memcmp(bytes + len - 4, "\r\n\r\n", 4) == 0;
}

/* Lines of the header that end in LF alone are put right; the body is nobody's
 * to change */
static struct nt_span with_line_ends(struct nt_span text)
{
	char *to = np_get(2 * text.len + 5);
	bool in_head = true;
	size_t n = 0;

	for(size_t i = 0; i < text.len; i++) {
		bool bare = text.p[i] == '\n' && (i == 0 || text.p[i - 1] != '\r');

		if(in_head && bare)
			to[n++] = '\r';
		to[n++] = text.p[i];
		if(is_head_end(to, n))
			in_head = false;
	}
	while(in_head && !is_head_end(to, n)) {
		to[n++] = '\r';
		to[n++] = '\n';
	}
	to[n] = '\0';
	return nt_span_of(to, n);
}

int np_message_read(
		struct np_message *m, const char *path, struct np_options *o)
{
	struct nt_span bytes;
	int err = np_file_read(&bytes, path, MESSAGE_MAX);

	*m = (struct np_message){.readable = false};
	if(err == EFBIG)
		return np_fail(&o->out, "%s: a message has %d bytes at most", path,
				MESSAGE_MAX);
	if(err != 0)
		return np_fail(&o->out, "%s: %s", path, strerror(err));
	m->bytes = bytes;
	if(!o->raw) {
		m->bytes = with_line_ends(bytes);
		free((char *)bytes.p);
	}
	m->readable = nt_sip_read(&m->sip, m->bytes) == 0;
	return NP_FINE;
}

void np_message_free(struct np_message *m)
{
	free((char *)m->bytes.p);
	m->bytes = NT_SPAN("");
	m->bytes.p = NULL;
}

struct np_path np_path_of(const struct np_options *o)
{
	return (struct np_path){.source = o->source,
			.transport = o->transport,
			.locals = o->locals.items,
			.local_count = o->locals.count,
			.socket = o->socket};
}

/* Without case, as the core reads methods */
static bool is_register(const struct nt_sip *m)
{
	return m->request && nt_span_ieq(m->method, NT_SPAN("REGISTER"));
}

static void ask(struct nt_question *q, const struct nt_sip *m,
		const struct np_path *path)
{
	*q = (struct nt_question){.source = path->source,
			.transport = path->transport,
			.method = nt_method_bit(m->method),
			.socket = nt_span_cstr(path->socket),
			.user = m->owner_user,
			.domain = m->owner_host,
			.agent = m->user_agent};
	if(path->local_count > 0)
		q->local = path->locals[0];
}

static struct nt_kind kind_of(const struct nt_sip *m)
{
	return (struct nt_kind){.request = m->request,
			.registering = is_register(m),
			.target = nt_sip_is_target(m)};
}

bool np_judge(struct np_judgement *j, const struct nt_policy *policy,
		const struct np_message *m, const struct np_path *path)
{
	const struct nt_answer *a = &j->answer;
	bool proxied_reply =
			nt_sip_is_proxied_reply(&m->sip, path->locals, path->local_count);
	struct nt_sip_evidence e;
	struct nt_stance stance;
	struct nt_question q;

	if(nt_sip_evidence(
			   &e, &m->sip, &path->source, path->transport, proxied_reply)
			!= 0)
		return false;
	ask(&q, &m->sip, path);
	j->answer = nt_policy_find(policy, &q);
	stance = nt_profile_stance(a->profile, is_register(&m->sip));
	stance.force = a->rule != NULL ? a->rule->force : NT_FORCE_NONE;
	e.ev.gateway = a->place != NULL && a->place->kind == NT_PLACE_GATEWAY;
	j->verdict = nt_detect(&e.ev, nt_policy_nets(policy), a->tags, &stance);
	j->wanted =
			nt_repairs_wanted(a->profile, j->verdict.class, kind_of(&m->sip));
	return true;
}
