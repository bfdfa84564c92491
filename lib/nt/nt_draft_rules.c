/* SPDX-License-Identifier: GPL-2.0-or-later */
/* <rules>: what a rule asks for, and its rank among the others. */
#include "nt/nt_draft_parts.h"

#include <errno.h>

#include "nt/nt_glob.h"

#define RULES_MAX 100000
#define DOMAIN_MAX 255
#define USER_MAX 255
#define SOURCE_SHOWN 80

/* Where the parts of a rank stand: most significant first, as documented */
enum shift
{
	RANK_AOR = 63,
	RANK_SOURCE = 55,
	RANK_DOMAIN = 47,
	RANK_SOCKET = 45,
	RANK_AGENT = 37,
	RANK_METHOD = 36,
	RANK_TRANSPORT = 35
};

static uint64_t part(uint64_t value, uint64_t max, unsigned shift)
{
	return (value < max ? value : max) << shift;
}

/* Bits that all addresses of a range share */
static unsigned common_bits(const struct nt_range *r)
{
	uint64_t hi = r->lo.hi ^ r->hi.hi, lo = r->lo.lo ^ r->hi.lo;

	if(hi != 0)
		return (unsigned)__builtin_clzll(hi);
	return lo != 0 ? 64 + (unsigned)__builtin_clzll(lo) : 128;
}

static int find_source(const struct nt_draft *d, size_t from, size_t count)
{
	for(size_t i = 0; i < d->sources.count; i++) {
		const struct nt_named *s = nt_vec_at(&d->sources, i);

		if(s->count == count
				&& memcmp(nt_vec_at(&d->members, s->from),
						   nt_vec_at(&d->members, from),
						   count * sizeof(struct nt_member))
						   == 0)
			return (int)i;
	}
	return -1;
}

/* Rules with the same sources share a list; only the last few are compared, so
 * that many rules stay linear */
static int keep_source(struct nt_draft *d, size_t from, uint32_t *list)
{
	size_t count = d->members.count - from;
	struct nt_named *s;
	int same = d->sources.count <= 1024 ? find_source(d, from, count) : -1;

	if(same >= 0) {
		d->members.count = from;
		*list = (uint32_t)same + 1;
		return 0;
	}
	if((s = nt_vec_add(&d->sources)) == NULL)
		return ENOMEM;
	s->from = from;
	s->count = count;
	*list = (uint32_t)d->sources.count;
	return 0;
}

static int read_source(const struct nt_element *e, struct nt_policy_rule *r)
{
	static const struct nt_span name = NT_SPAN_INIT("source");
	struct nt_span text = nt_attr_get(e, name), shown = nt_span_trim(text);
	size_t from = e->d->members.count;
	unsigned bits = 128;
	int err;

	if(!nt_attr_is_set(text))
		return 0;
	if((err = nt_list_read(e, &name, 1, true)) != 0)
		return err;
	if(e->d->members.count == from)
		return nt_refuse(e, name, text, "at least one network");
	for(size_t i = from; i < e->d->members.count; i++) {
		const struct nt_member *m = nt_vec_at(&e->d->members, i);
		unsigned b = common_bits(&m->range);

		bits = b < bits ? b : bits;
	}
	r->rank |= part(bits + 1, 255, RANK_SOURCE);
	if(shown.len > SOURCE_SHOWN)
		shown.len = SOURCE_SHOWN;
	if(nt_text_keep(e->d, &r->source, shown) != 0)
		return ENOMEM;
	return keep_source(e->d, from, &r->list);
}

/* A host of a URI: what names and address literals are made of */
static bool is_host(struct nt_span text)
{
	if(text.len == 0 || text.len > DOMAIN_MAX)
		return false;
	for(size_t i = 0; i < text.len; i++) {
		char c = nt_lower(text.p[i]);

		if(!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')
				&& strchr(".-_:[]", c) == NULL)
			return false;
	}
	return text.p[0] != '.' && text.p[text.len - 1] != '.';
}

static int read_domain(const struct nt_element *e, struct nt_policy_rule *r)
{
	struct nt_span text = nt_attr_get(e, NT_SPAN("domain"));
	struct nt_span host = nt_span_trim(text);
	unsigned labels = 1;

	if(!nt_attr_is_set(text))
		return 0;
	r->below = host.len > 2 && host.p[0] == '*' && host.p[1] == '.';
	if(r->below)
		host = nt_span_of(host.p + 2, host.len - 2);
	if(!is_host(host))
		return nt_refuse(e, NT_SPAN("domain"), text,
				"a domain like acme.example, *.acme.example for all names "
				"below it, or an address as in the From of a request");
	for(size_t i = 0; i < host.len; i++)
		labels += host.p[i] == '.';
	r->rank |= part(2 * labels + !r->below, 255, RANK_DOMAIN);
	return nt_text_keep(e->d, &r->domain, host);
}

static int read_aor(const struct nt_element *e, struct nt_policy_rule *r)
{
	struct nt_span text = nt_attr_get(e, NT_SPAN("aor"));
	struct nt_span aor = nt_span_trim(text);
	size_t at = aor.len;

	if(!nt_attr_is_set(text))
		return 0;
	while(at > 0 && aor.p[at - 1] != '@')
		at--;
	if(at < 2 || at > USER_MAX || !is_host(nt_span_of(aor.p + at, aor.len - at))
			|| nt_span_find(aor, ' ') != NULL)
		return nt_refuse(e, NT_SPAN("aor"), text,
				"user@domain, without sip: and without parameters");
	r->rank |= 1ull << RANK_AOR;
	return nt_text_keep(e->d, &r->aor, aor);
}

static int read_socket(const struct nt_element *e, struct nt_policy_rule *r)
{
	struct nt_span text = nt_attr_get(e, NT_SPAN("socket"));
	struct nt_span socket = nt_span_trim(text);

	if(!nt_attr_is_set(text))
		return 0;
	if(nt_endpoint_parse(&r->local, socket) == 0) {
		r->rank |= part(r->local.port != 0 ? 3 : 1, 3, RANK_SOCKET);
		return 0;
	}
	if(!nt_is_name(socket))
		return nt_refuse(e, NT_SPAN("socket"), text,
				"an address of ours with or without a port, or the name of a "
				"listen socket");
	r->rank |= part(2, 3, RANK_SOCKET);
	return nt_text_keep(e->d, &r->socket, socket);
}

static int read_agent(const struct nt_element *e, struct nt_policy_rule *r)
{
	struct nt_span text = nt_attr_get(e, NT_SPAN("user-agent"));

	if(!nt_attr_is_set(text))
		return 0;
	if(text.len == 0 || text.len > NT_GLOB_PATTERN)
		return nt_refuse(e, NT_SPAN("user-agent"), text,
				"a pattern of 1 to 128 bytes; * is any text, ? any byte");
	r->rank |= part(nt_glob_literals(text) + 1, 255, RANK_AGENT);
	return nt_text_keep(e->d, &r->agent, text);
}

static int read_methods(const struct nt_element *e, struct nt_policy_rule *r)
{
	struct nt_span text = nt_attr_get(e, NT_SPAN("method"));
	struct nt_span rest = text, word;

	if(!nt_attr_is_set(text))
		return 0;
	while(nt_span_word(&rest, &word)) {
		uint32_t bit = nt_method_bit(word);

		if(bit == 0)
			r->methods = 0;
		if(bit == 0)
			break;
		r->methods |= bit;
	}
	if(r->methods == 0)
		return nt_refuse(e, NT_SPAN("method"), text,
				"SIP methods: INVITE ACK BYE CANCEL REGISTER OPTIONS SUBSCRIBE "
				"NOTIFY PUBLISH MESSAGE REFER UPDATE INFO PRACK");
	r->rank |= 1ull << RANK_METHOD;
	return 0;
}

static int read_transports(const struct nt_element *e, struct nt_policy_rule *r)
{
	struct nt_span text = nt_attr_get(e, NT_SPAN("transport"));

	if(!nt_attr_is_set(text))
		return 0;
	if(nt_transports_parse(&r->transports, text) != 0)
		return nt_refuse(e, NT_SPAN("transport"), text,
				"names of transports: udp tcp tls ws wss");
	r->rank |= 1ull << RANK_TRANSPORT;
	return 0;
}

static int read_outcome(const struct nt_element *e, struct nt_rule_draft *rd)
{
	struct nt_span profile = nt_attr_get(e, NT_SPAN("profile"));
	struct nt_span nat = nt_attr_get(e, NT_SPAN("nat"));
	int err = 0;

	if(!nt_attr_is_set(profile) && !nt_attr_is_set(nat))
		err = nt_refuse(e, NT_SPAN("profile"), profile,
				"a profile, or nat=\"force\" or nat=\"never\", or both");
	if(nt_attr_is_set(profile) && !nt_is_name(profile))
		err = nt_refuse(e, NT_SPAN("profile"), profile, "name of a profile");
	else if(nt_attr_is_set(profile))
		nt_name_set(rd->profile, profile);
	if(nt_span_eq(nat, NT_SPAN("force")))
		rd->rule.force = NT_FORCE_NAT;
	else if(nt_span_eq(nat, NT_SPAN("never")))
		rd->rule.force = NT_FORCE_NEVER;
	else if(nt_attr_is_set(nat))
		err = nt_refuse(e, NT_SPAN("nat"), nat, "force or never");
	return err;
}

static int read_name(const struct nt_element *e, struct nt_policy_rule *r)
{
	struct nt_span name = nt_attr_get(e, NT_SPAN("name"));

	if(!nt_attr_is_set(name))
		return 0;
	if(!nt_is_name(name))
		return nt_refuse(e, NT_SPAN("name"), name,
				"a name of 1 to 31 letters, digits, \".\", \"-\" and \"_\"");
	nt_name_set(r->name, name);
	return 0;
}

int nt_draft_rule(const struct nt_element *e)
{
	static const char *const known[] = {"name", "profile", "nat", "domain",
			"source", "socket", "transport", "method", "user-agent", "aor",
			NULL};
	static int (*const parts[])(const struct nt_element *e,
			struct nt_policy_rule *r) = {read_name, read_domain, read_source,
			read_socket, read_transports, read_methods, read_agent, read_aor};
	struct nt_rule_draft rd = {.rule = {.line = e->line}}, *kept;
	int err;

	if(!nt_span_eq(e->name, NT_SPAN("rule")))
		return nt_refuse(e, NT_SPAN(""), e->name, "rule");
	if(e->d->rules.count >= RULES_MAX)
		return nt_refuse(e, NT_SPAN(""), e->name, "100000 rules at most");
	nt_attr_only(e, known,
			"name, profile, nat, domain, source, socket, transport, method, "
			"user-agent and aor");
	err = read_outcome(e, &rd);
	for(size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		int one = parts[i](e, &rd.rule);

		if(one == ENOMEM)
			return ENOMEM;
		err |= one;
	}
	if(err != 0)
		return EINVAL;
	if((kept = nt_vec_add(&e->d->rules)) == NULL)
		return ENOMEM;
	/* later in the file wins among equals */
	rd.rule.rank |= e->d->rules.count;
	*kept = rd;
	return 0;
}
