/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random policies are asked random questions; a walk over all rules knows the
 * answer. */
#include "unit/nt/nt_policies.h"

/* What a condition of a random rule says, and how specific it is */
struct choice
{
	const char *text;
	unsigned weight;
};

/* clang-format off */
static const struct choice aors[] = {{"bob@acme.example", 1}, {"Bob@acme.example", 1}, {"bob@SIP.acme.example", 1}, {"alice@acme.example", 1}};
static const struct choice sources[] = {{"10.0.0.0/8", 8 * 4}, {"10.1.0.0/16", 16 * 4}, {"10.1.2.3", 128}, {"0.0.0.0/0", 0}, {"::/0", 0}, {"2001:db8::/32", 32},
	{"10.0.0.0/9 10.128.0.0/9", 8 * 4}, {"10.0.0.0/8 !10.1.0.0/16", 8 * 4}, {"10.1.2.0-10.1.2.4", 29 * 4}, {"10.0.0.0/8 2001:db8::/32", 32}, {"10.1.2.3 192.0.2.0/24", 24 * 4}};
static const struct choice domains[] = {{"acme.example", 5}, {"ACME.example", 5}, {"*.acme.example", 4}, {"*.example", 2}, {"example", 3}, {"sip.acme.example", 7}, {"*.sip.acme.example", 6}};
static const struct choice sockets[] = {{"192.0.2.1", 1}, {"outside", 2}, {"192.0.2.1:5060", 3}, {"192.0.2.2", 1}};
static const struct choice agents[] = {{"*", 1}, {"Phone*", 6}, {"*1.0", 4}, {"phone/?.0", 9}, {"?*", 1}};
static const struct choice methods[] = {{"INVITE", 1}, {"INVITE BYE", 1}, {"REGISTER", 1}};
static const struct choice transports[] = {{"udp", 1}, {"udp tcp", 1}, {"wss", 1}};

static const char *const profiles[] = {"default", "connexcs", "communigate", "asterisk", "opensips", "aggressive"};

static const char *const q_users[] = {"bob", "Bob", "alice", ""};
static const char *const q_domains[] = {"acme.example", "Acme.Example", "sip.acme.example", "a.sip.acme.example", "example", "other.example", "xacme.example", ""};
static const char *const q_sources[] = {"10.1.2.3", "10.1.2.4:5060", "10.1.9.9", "10.200.0.1", "192.0.2.7", "198.51.100.7", "2001:db8::1", "2001:db9::1", "::ffff:10.1.2.3"};
static const char *const q_locals[] = {"192.0.2.1:5060", "192.0.2.1:5061", "192.0.2.2:5060", "198.51.100.1:5060"};
static const char *const q_agents[] = {"Phone/1.0", "phone/2.0", "Other 1.0", ""};
static const char *const q_methods[] = {"INVITE", "BYE", "REGISTER", "PING"};
/* clang-format on */

enum condition
{
	AOR,
	SOURCES,
	DOMAINS,
	SOCKETS,
	AGENTS,
	METHODS,
	TRANSPORTS,
	CONDITIONS
};

static const struct
{
	const char *attribute;
	const struct choice *choices;
	size_t count;
} conditions[CONDITIONS] = {
		{"aor", aors, NT_COUNT(aors)},
		{"source", sources, NT_COUNT(sources)},
		{"domain", domains, NT_COUNT(domains)},
		{"socket", sockets, NT_COUNT(sockets)},
		{"user-agent", agents, NT_COUNT(agents)},
		{"method", methods, NT_COUNT(methods)},
		{"transport", transports, NT_COUNT(transports)},
};

struct random_rule
{
	const struct choice *asks[CONDITIONS]; /* NULL: nothing */
	const char *profile;				   /* NULL: nat="force" alone */
};

static const char *one_of(const char *const *texts, int count, uint64_t *state)
{
	return texts[nt_random(state) % (unsigned)count];
}

static void random_rule(struct random_rule *rule, uint64_t *state)
{
	for(int i = 0; i < CONDITIONS; i++)
		rule->asks[i] = nt_random(state) % 3 == 0
								? &conditions[i].choices[nt_random(state)
														 % conditions[i].count]
								: NULL;
	rule->profile = nt_random(state) % 2
							? one_of(profiles, NT_COUNT(profiles), state)
							: NULL;
}

static struct nt_policy *build(const struct random_rule *rules, size_t count)
{
	struct nt_reading r;
	struct nt_policy *p;

	NT_MUST(nt_reading_begin(&r, 0, NULL, 0) != NULL);
	nt_reading_open(&r, 1, "nat-policy", NULL, 0);
	nt_reading_open(&r, 2, "rules", NULL, 0);
	for(size_t i = 0; i < count; i++) {
		const char *profile = rules[i].profile;
		struct nt_attr attrs[CONDITIONS + 1] = {
				{NT_SPAN("nat"), NT_SPAN("force")}};
		size_t n = 1;

		if(profile != NULL)
			attrs[0] =
					(struct nt_attr){NT_SPAN("profile"), nt_span_cstr(profile)};

		for(int c = 0; c < CONDITIONS; c++) {
			if(rules[i].asks[c] != NULL)
				attrs[n++] =
						(struct nt_attr){nt_span_cstr(conditions[c].attribute),
								nt_span_cstr(rules[i].asks[c]->text)};
		}
		nt_reading_open(&r, 3, "rule", attrs, n);
	}
	NT_MUST(nt_reading_end(&r, &p) == 0);
	return p;
}

static void random_question(struct nt_question *q, uint64_t *state)
{
	*q = (struct nt_question){.source = nt_endpoint_must(one_of(
									  q_sources, NT_COUNT(q_sources), state)),
			.local = nt_endpoint_must(
					one_of(q_locals, NT_COUNT(q_locals), state)),
			.transport = (enum nt_transport)(nt_random(state) % 6),
			.method = nt_method_bit(nt_span_cstr(
					one_of(q_methods, NT_COUNT(q_methods), state))),
			.socket = nt_span_cstr(nt_random(state) % 2 ? "outside" : ""),
			.user = nt_span_cstr(one_of(q_users, NT_COUNT(q_users), state)),
			.domain =
					nt_span_cstr(one_of(q_domains, NT_COUNT(q_domains), state)),
			.agent = nt_span_cstr(one_of(q_agents, NT_COUNT(q_agents), state))};
}

static bool in_list(const char *list, const struct nt_addr *a)
{
	struct nt_net_entry entries[4];
	size_t n = nt_entries_must(entries, 4, list);
	struct nt_netset *set = nt_netset_must(entries, n);
	bool found = nt_netset_find(set, a) != 0;

	free(set);
	return found;
}

static bool has_word(const char *list, struct nt_span wanted)
{
	struct nt_span rest = nt_span_cstr(list), word;

	while(nt_span_word(&rest, &word)) {
		if(nt_span_eq(word, wanted))
			return true;
	}
	return false;
}

static bool same_text(const char *a, const char *b, size_t len)
{
	for(size_t i = 0; i < len; i++) {
		if(nt_lower(a[i]) != nt_lower(b[i]))
			return false;
	}
	return true;
}

static bool domain_fits(const char *asks, struct nt_span d)
{
	size_t len = strlen(asks);

	if(asks[0] != '*')
		return d.len == len && same_text(asks, d.p, len);
	return d.len >= len && d.p[0] != '.'
		   && same_text(asks + 1, d.p + d.len - (len - 1), len - 1);
}

static bool socket_fits(const char *asks, const struct nt_question *q)
{
	struct nt_endpoint e;

	if(nt_endpoint_parse(&e, nt_span_cstr(asks)) != 0)
		return nt_span_eq(nt_span_cstr(asks), q->socket);
	return nt_addr_eq(&e.addr, &q->local.addr)
		   && (e.port == 0 || e.port == q->local.port);
}

static bool agent_fits(const char *p, const char *t)
{
	if(*p == '\0')
		return *t == '\0';
	if(*p == '*')
		return agent_fits(p + 1, t) || (*t != '\0' && agent_fits(p, t + 1));
	return *t != '\0' && (*p == '?' || nt_lower(*p) == nt_lower(*t))
		   && agent_fits(p + 1, t + 1);
}

static bool method_fits(const char *asks, uint32_t method)
{
	struct nt_span rest = nt_span_cstr(asks), word;

	while(nt_span_word(&rest, &word)) {
		if(nt_method_bit(word) == method)
			return true;
	}
	return false;
}

static bool condition_fits(
		enum condition c, const char *asks, const struct nt_question *q)
{
	const char *at;

	switch(c) {
		case AOR:
			at = strchr(asks, '@');
			return nt_span_eq(nt_span_of(asks, (size_t)(at - asks)), q->user)
				   && strlen(at + 1) == q->domain.len
				   && same_text(at + 1, q->domain.p, q->domain.len);
		case SOURCES:
			return in_list(asks, &q->source.addr);
		case DOMAINS:
			return domain_fits(asks, q->domain);
		case SOCKETS:
			return socket_fits(asks, q);
		case AGENTS:
			return agent_fits(asks, q->agent.p);
		case METHODS:
			return method_fits(asks, q->method);
		case TRANSPORTS:
			return has_word(
					asks, nt_span_cstr(nt_transport_name(q->transport)));
		case CONDITIONS:
			break;
	}
	return false;
}

static bool rule_fits(const struct random_rule *r, const struct nt_question *q)
{
	for(int c = 0; c < CONDITIONS; c++) {
		if(r->asks[c] != NULL
				&& !condition_fits((enum condition)c, r->asks[c]->text, q))
			return false;
	}
	return true;
}

/* Is @p a at least as specific as @p b? */
static bool is_above(const struct random_rule *a, const struct random_rule *b)
{
	for(int c = 0; c < CONDITIONS; c++) {
		int x = a->asks[c] != NULL ? (int)a->asks[c]->weight : -1;
		int y = b->asks[c] != NULL ? (int)b->asks[c]->weight : -1;

		if(x != y)
			return x > y;
	}
	return true;
}

#define RULES 24

/* The most specific rule that fits; if so wanted, of those with a profile */
static const struct random_rule *walk(const struct random_rule *rules,
		size_t count, const struct nt_question *q, bool profiled)
{
	const struct random_rule *best = NULL;

	for(size_t i = 0; i < count; i++) {
		if((rules[i].profile != NULL || !profiled) && rule_fits(&rules[i], q)
				&& (best == NULL || is_above(&rules[i], best)))
			best = &rules[i];
	}
	return best;
}

/* @return does any rule fit? */
static bool check_question(int round, const struct nt_policy *p,
		const struct random_rule *rules, size_t count,
		const struct nt_question *q)
{
	const struct random_rule *best = walk(rules, count, q, false);
	const struct random_rule *profiled = walk(rules, count, q, true);
	struct nt_answer a = nt_policy_find(p, q);
	int got = a.rule != NULL ? (int)(a.rule - nt_policy_rules(p)) : -1;
	int want = best != NULL ? (int)(best - rules) : -1;

	ck_assert_msg(
			got == want, "round %d: rule %d instead of %d", round, got, want);
	ck_assert_msg(strcmp(a.profile->name,
						  profiled != NULL ? profiled->profile : "default")
						  == 0,
			"round %d: profile %s instead of that of rule %d", round,
			a.profile->name, profiled != NULL ? (int)(profiled - rules) : -1);
	return best != NULL;
}

START_TEST(agrees_with_a_walk_over_all_rules)
{
	uint64_t state = 77;
	int decided = 0, asked = 0;

	for(int round = 0; round < 3000; round++) {
		struct random_rule rules[RULES];
		size_t count = nt_random(&state) % (RULES + 1);
		struct nt_policy *p;

		for(size_t i = 0; i < count; i++)
			random_rule(&rules[i], &state);
		p = build(rules, count);
		for(int i = 0; i < 20; i++) {
			struct nt_question q;

			random_question(&q, &state);
			asked++;
			decided += check_question(round, p, rules, count, &q);
		}
		free(p);
	}
	ck_assert_msg(
			decided > asked / 4 && decided < asked, "%d of %d", decided, asked);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_policy_walk");

	nt_add_rows(s, "walk", agrees_with_a_walk_over_all_rules, 1);
	return nt_run(s);
}
