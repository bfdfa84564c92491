/* SPDX-License-Identifier: GPL-2.0-or-later */
/* <rules>: what a rule asks for, and its rank among the others. */
#include "nt/nt_draft_parts.h"

#include <errno.h>

#include "nt/nt_glob.h"

#define RULES_MAX 100000
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

/* How narrow a range is, as the length of a prefix of its size. Both families
 * count 0 to 128, since one list may hold networks of both. */
static unsigned narrowness(const struct nt_range *r)
{
	uint64_t lo = r->hi.lo - r->lo.lo;
	uint64_t hi = r->hi.hi - r->lo.hi - (r->hi.lo < r->lo.lo);
	unsigned bits = 128;

	if(hi != 0)
		bits = (unsigned)__builtin_clzll(hi);
	else if(lo != 0)
		bits = 64 + (unsigned)__builtin_clzll(lo);
	return r->lo.family == NT_FAMILY_IPV4 ? (bits - 96) * 4 : bits;
}

static uint32_t hash_number(uint32_t h, uint64_t n)
{
	n = (n ^ h) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(n >> 32);
}

static uint32_t hash_members(const struct nt_draft *d, size_t from)
{
	uint32_t h = 0;

	for(size_t i = from; i < d->members.count; i++) {
		const struct nt_range *r =
				&((const struct nt_member *)nt_vec_at(&d->members, i))->range;

		h = hash_number(h, r->lo.hi);
		h = hash_number(h, r->lo.lo);
		h = hash_number(h, r->hi.hi);
		h = hash_number(h, r->hi.lo);
	}
	return h;
}

static bool same_members(
		const struct nt_draft *d, size_t a, size_t b, size_t count)
{
	for(size_t i = 0; i < count; i++) {
		const struct nt_member *x = nt_vec_at(&d->members, a + i);
		const struct nt_member *y = nt_vec_at(&d->members, b + i);

		if(!nt_addr_eq(&x->range.lo, &y->range.lo)
				|| !nt_addr_eq(&x->range.hi, &y->range.hi))
			return false;
	}
	return true;
}

/* Rules with the same sources share a list, however they are written */
static int keep_source(struct nt_draft *d, size_t from, uint32_t *list)
{
	size_t count = d->members.count - from;
	uint32_t hash = hash_members(d, from);
	struct nt_named *s;

	*list = nt_index_first(&d->by_source, hash);
	for(; *list != 0; *list = nt_index_next(&d->by_source, *list)) {
		s = nt_vec_at(&d->sources, *list - 1);
		if(s->count == count && same_members(d, s->from, from, count)) {
			d->members.count = from;
			return 0;
		}
	}
	if((s = nt_vec_add(&d->sources)) == NULL)
		return ENOMEM;
	s->from = from;
	s->count = count;
	*list = (uint32_t)d->sources.count;
	return nt_index_add(&d->by_source, hash);
}

static int read_source(const struct nt_element *e, struct nt_policy_rule *r)
{
	static const struct nt_span name = NT_SPAN_INIT("source");
	struct nt_span text = nt_attr_get(e, name), shown = nt_span_trim(text);
	size_t from = e->d->members.count;
	unsigned bits = 128;
	bool of_machine;
	int err;

	if(!nt_attr_is_set(text))
		return 0;
	if((err = nt_list_read(e, &name, 1, true, &of_machine)) != 0)
		return err;
	for(size_t i = from; i < e->d->members.count; i++) {
		const struct nt_member *m = nt_vec_at(&e->d->members, i);
		unsigned b = narrowness(&m->range);

		bits = b < bits ? b : bits;
	}
	r->rank |= part(bits + 1, 255, RANK_SOURCE);
	if(shown.len > SOURCE_SHOWN)
		shown.len = SOURCE_SHOWN;
	if(nt_text_keep(e->d, &r->source, shown) != 0)
		return ENOMEM;
	return keep_source(e->d, from, &r->list);
}

/* The host of a URI: a name, or an address, IPv6 in brackets. With a port, or
 * without the brackets, it would be there in no message. */
static bool is_host(struct nt_span text)
{
	struct nt_addr literal;
	char before = '.';

	if(text.len == 0 || text.len > NT_DOMAIN_MAX)
		return false;
	if(text.p[0] == '[')
		return nt_addr_parse(&literal, text) == 0;
	for(size_t i = 0; i < text.len; i++) {
		char c = nt_lower(text.p[i]);

		if(c == '.' && before == '.')
			return false;
		if(!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '.'
				&& c != '-' && c != '_')
			return false;
		before = c;
	}
	return before != '.';
}

/* The user of a URI: neither scheme nor password nor what stands around an
 * address; escapes are compared as they are written */
static bool is_user(struct nt_span text)
{
	if(text.len == 0 || text.len > USER_MAX)
		return false;
	for(size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if(c <= ' ' || c == 0x7f || c == ':' || c == '@' || c == '<' || c == '>'
				|| c == '"')
			return false;
	}
	return true;
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
				"below it, or an address as in the From of a request: "
				"192.0.2.1, [2001:db8::1]");
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
	if(at < 2 || !is_user(nt_span_of(aor.p, at - 1))
			|| !is_host(nt_span_of(aor.p + at, aor.len - at)))
		return nt_refuse(e, NT_SPAN("aor"), text,
				"user@domain, without sip: and without port or parameters");
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
	struct nt_span pattern = nt_span_trim(text);

	if(!nt_attr_is_set(text))
		return 0;
	if(pattern.len == 0 || pattern.len > NT_GLOB_PATTERN)
		return nt_refuse(e, NT_SPAN("user-agent"), text,
				"a pattern of 1 to 128 bytes; * is any text, ? any byte");
	r->rank |= part(nt_glob_literals(pattern) + 1, 255, RANK_AGENT);
	return nt_text_keep(e->d, &r->agent, pattern);
}

/* As RFC 3261 §7.1 writes them; a message may do as it likes */
static bool is_upper(struct nt_span word)
{
	for(size_t i = 0; i < word.len; i++) {
		if(word.p[i] != (word.p[i] & ~0x20))
			return false;
	}
	return true;
}

static int read_methods(const struct nt_element *e, struct nt_policy_rule *r)
{
	struct nt_span text = nt_attr_get(e, NT_SPAN("method"));
	struct nt_span rest = text, word;

	if(!nt_attr_is_set(text))
		return 0;
	while(nt_span_word(&rest, &word)) {
		uint32_t bit = is_upper(word) ? nt_method_bit(word) : 0;

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
		return nt_refuse_element(e, "rule");
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
