/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rule decides, and which place a source is in */
#include "unit/nt/nt_policies.h"

/* "source=192.0.2.1:5060 local=... transport=udp method=INVITE socket=...
 * user=bob domain=acme.example agent='...'"; what is left out is not known.
 * Texts are owned by the question. */
static void question_must(struct nt_question *q, const char *text)
{
	struct nt_span rest = nt_span_cstr(text);
	struct nt_attr attr;

	*q = (struct nt_question){.transport = NT_TRANSPORT_OTHER};
	while(nt_attr_take(&rest, &attr)) {
		struct nt_span name = attr.name;
		uint32_t bits;

		if(nt_span_eq(name, NT_SPAN("source")))
			NT_MUST(nt_endpoint_parse(&q->source, attr.value) == 0);
		else if(nt_span_eq(name, NT_SPAN("local")))
			NT_MUST(nt_endpoint_parse(&q->local, attr.value) == 0);
		else if(nt_span_eq(name, NT_SPAN("method")))
			q->method = nt_method_bit(attr.value);
		else if(nt_span_eq(name, NT_SPAN("socket")))
			q->socket = attr.value;
		else if(nt_span_eq(name, NT_SPAN("user")))
			q->user = attr.value;
		else if(nt_span_eq(name, NT_SPAN("domain")))
			q->domain = attr.value;
		else if(nt_span_eq(name, NT_SPAN("agent")))
			q->agent = attr.value;
		else {
			NT_MUST(nt_span_eq(name, NT_SPAN("transport")));
			NT_MUST(nt_transports_parse(&bits, attr.value) == 0);
			q->transport = (enum nt_transport)__builtin_ctz(bits);
		}
		if(attr.value.p != q->socket.p && attr.value.p != q->user.p
				&& attr.value.p != q->domain.p && attr.value.p != q->agent.p)
			nt_heap_drop(attr.value);
	}
}

static void question_drop(struct nt_question *q)
{
	nt_heap_drop(q->socket);
	nt_heap_drop(q->user);
	nt_heap_drop(q->domain);
	nt_heap_drop(q->agent);
}

static struct nt_answer ask(const struct nt_policy *p, const char *text)
{
	struct nt_question q;
	struct nt_answer a;

	question_must(&q, text);
	a = nt_policy_find(p, &q);
	NT_MUST(a.profile != NULL);
	NT_MUST(a.tags == nt_tags_of(nt_policy_nets(p), &q.source.addr));
	question_drop(&q);
	return a;
}

static const char *rule_name(const struct nt_answer *a)
{
	return a->rule != NULL ? a->rule->name : "";
}

#define DOMAIN "user=bob domain=sip.acme.example "
#define SOURCE "source=10.1.2.3:5060 "
#define LOCAL "local=192.0.2.1:5060 socket=outside "
#define REST "transport=udp method=INVITE agent=Phone/1.0 "
#define ALL DOMAIN SOURCE LOCAL REST

/* Both fit; the first one decides, wherever it stands */
/* clang-format off */
static const struct {
	const char *name, *more, *less;
} ranks[] = {
	{"an AoR before all else", "aor=bob@sip.acme.example", "source=10.1.2.3 domain=sip.acme.example socket=192.0.2.1:5060 user-agent=Phone/1.0 method=INVITE transport=udp"},
	{"an AoR before a source", "aor=bob@sip.acme.example", "source=10.1.2.3"},
	{"a source before a domain", "source=0.0.0.0/0", "domain=sip.acme.example"},
	{"a source before all that follows", "source=0.0.0.0/0", "domain=sip.acme.example socket=192.0.2.1:5060 user-agent=Phone/1.0 method=INVITE transport=udp"},
	{"a longer prefix before a shorter one", "source=10.1.2.0/24", "source=10.1.0.0/16"},
	{"one bit longer", "source=10.1.2.2/31", "source=10.1.2.0/30"},
	{"an address before its neighbours", "source=10.1.2.3", "source=10.1.2.2/31"},
	{"a range by its size", "source=10.1.2.0-10.1.2.9", "source=10.1.2.0/24"},
	{"a range by its size, wherever it lies", "source='10.1.2.3 127.255.255.255-128.0.0.0'", "source=10.1.0.0/16"},
	{"a range by its size, across the 64th bit", "source='10.1.2.3 2001:db8::ffff:ffff:ffff:fff0-2001:db8:0:1::f'", "source=10.1.2.0/28"},
	{"the widest of several counts", "source='10.1.2.0/24 10.9.0.0/16'", "source='10.1.2.3 11.0.0.0/8'"},
	{"a list of both families before all of IPv4", "source='10.0.0.0/8 2001:db8::/32'", "source=0.0.0.0/0"},
	{"a shorter prefix with more else", "source=10.1.2.0/24", "source=10.1.0.0/16 domain=sip.acme.example method=INVITE"},
	{"a domain before a socket", "domain=*.example", "socket=192.0.2.1:5060"},
	{"a domain before all that follows", "domain=*.example", "socket=192.0.2.1:5060 user-agent=Phone/1.0 method=INVITE transport=udp"},
	{"a domain before all below one", "domain=sip.acme.example", "domain=*.acme.example"},
	{"more labels before fewer", "domain=*.acme.example", "domain=*.example"},
	{"an address and a port before a name of a socket", "socket=192.0.2.1:5060", "socket=outside"},
	{"a name of a socket before an address", "socket=outside", "socket=192.0.2.1"},
	{"a socket before a user agent", "socket=192.0.2.1", "user-agent=Phone/1.0"},
	{"a socket before all that follows", "socket=192.0.2.1", "user-agent=Phone/1.0 method=INVITE transport=udp"},
	{"more bytes of a user agent before fewer", "user-agent=Phone/1.?", "user-agent=Phone/*"},
	{"one byte before none", "user-agent=P*", "user-agent=*"},
	{"marks are no bytes", "user-agent=Ph*", "user-agent=P?????*"},
	{"a user agent before a method", "user-agent=*", "method=INVITE"},
	{"a user agent before all that follows", "user-agent=*", "method=INVITE transport=udp"},
	{"a method before a transport", "method='INVITE BYE'", "transport=udp"},
	{"a transport before nothing", "transport='udp tcp'", ""},
	{"D20 more conditions before fewer", "source=10.1.2.3 transport=udp", "source=10.1.2.3"},
	{"more conditions of an AoR", "aor=bob@sip.acme.example method=INVITE", "aor=bob@sip.acme.example"},
	{"more conditions of a domain", "domain=*.acme.example method=INVITE", "domain=*.acme.example"},
	{"more conditions without a key", "method=INVITE transport=udp", "method=INVITE"},
	{"a source with an AoR before a longer prefix without", "aor=bob@sip.acme.example source=10.0.0.0/8", "source=10.1.2.3"},
};
/* clang-format on */

START_TEST(the_more_specific_rule_decides)
{
	char more[300], less[300];

	snprintf(
			more, sizeof(more), ".rule name=more nat=force %s", ranks[_i].more);
	snprintf(
			less, sizeof(less), ".rule name=less nat=force %s", ranks[_i].less);
	for(int turn = 0; turn < 2; turn++) {
		struct nt_policy *p =
				nt_rules_must(turn ? more : less, turn ? less : more);
		struct nt_answer a = ask(p, ALL);

		ck_assert_msg(strcmp(rule_name(&a), "more") == 0,
				"%s: '%s' decides, %s", ranks[_i].name, rule_name(&a),
				turn ? "it stands last" : "it stands first");
		free(p);
	}
}
END_TEST

/* clang-format off */
static const char *const equals[][2] = {
	{"aor=bob@sip.acme.example", "aor=bob@SIP.acme.example"}, {"source=10.1.2.0/24", "source=10.1.2.0/24"},
	{"source=10.1.2.0-10.1.2.7", "source=10.1.2.0/29"}, {"source='10.1.2.0/24 192.0.2.0/25'", "source='10.1.2.0/24 198.51.100.7'"},
	{"domain=sip.acme.example", "domain=SIP.ACME.EXAMPLE"}, {"domain=*.acme.example", "domain=*.acme.example"},
	{"socket=192.0.2.1:5060", "socket=192.0.2.1:5060"}, {"socket=outside", "socket=outside"}, {"user-agent=Phone*", "user-agent=*e/1.0"},
	{"method=INVITE", "method='INVITE BYE'"}, {"transport=udp", "transport='udp tcp'"}, {"", ""},
};
/* clang-format on */

START_TEST(among_equals_the_last_decides)
{
	for(int turn = 0; turn < 2; turn++) {
		char first[200], last[200];
		struct nt_policy *p;
		struct nt_answer a;

		snprintf(first, sizeof(first), ".rule name=first nat=force %s",
				equals[_i][turn]);
		snprintf(last, sizeof(last), ".rule name=last nat=force %s",
				equals[_i][1 - turn]);
		p = nt_rules_must(first, last);
		a = ask(p, ALL);
		ck_assert_msg(strcmp(rule_name(&a), "last") == 0,
				"'%s' before '%s': '%s' decides", equals[_i][turn],
				equals[_i][1 - turn], rule_name(&a));
		free(p);
	}
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *rule, *question;
	bool fits;
} fits[] = {
	{"a rule without conditions fits nothing known", "", "", true},
	{"a rule without conditions fits everybody", "", ALL, true},

	{"an AoR", "aor=bob@acme.example", "user=bob domain=acme.example", true},
	{"the user of an AoR has a case", "aor=bob@acme.example", "user=Bob domain=acme.example", false},
	{"the domain of an AoR has none", "aor=bob@acme.example", "user=bob domain=ACME.Example", true},
	{"the domain of an AoR in the rule has none", "aor=bob@ACME.example", "user=bob domain=acme.example", true},
	{"another user", "aor=bob@acme.example", "user=alice domain=acme.example", false},
	{"another domain", "aor=bob@acme.example", "user=bob domain=sip.acme.example", false},
	{"an AoR cut at another place", "aor=bob@acme.example", "user=bo domain=b@acme.example", false},
	{"an AoR without a user", "aor=bob@acme.example", "domain=acme.example", false},
	{"an AoR without a domain", "aor=bob@acme.example", "user=bob", false},
	{"an AoR of nobody", "aor=bob@acme.example", "", false},
	{"a user with an escape is compared as it is written", "aor=b%6fb@acme.example", "user=bob domain=acme.example", false},

	{"a domain", "domain=acme.example", "domain=acme.example", true},
	{"a domain has no case", "domain=ACME.example", "domain=acme.EXAMPLE", true},
	{"a domain is not what is below it", "domain=acme.example", "domain=sip.acme.example", false},
	{"a domain is not what is above it", "domain=acme.example", "domain=example", false},
	{"a domain is not its end", "domain=acme.example", "domain=notacme.example", false},
	{"a domain with the dot of the root is another", "domain=acme.example", "domain=acme.example.", false},
	{"all below a domain", "domain=*.acme.example", "domain=sip.acme.example", true},
	{"all below a domain has no case", "domain=*.Acme.example", "domain=sip.aCME.example", true},
	{"far below a domain", "domain=*.acme.example", "domain=a.b.c.d.e.acme.example", true},
	{"below a domain is not itself", "domain=*.acme.example", "domain=acme.example", false},
	{"below a domain is not a name that ends so", "domain=*.acme.example", "domain=notacme.example", false},
	{"below a domain is not an empty name", "domain=*.acme.example", "domain=.acme.example", false},
	{"below a top-level domain", "domain=*.example", "domain=acme.example", true},
	{"no domain", "domain=acme.example", "user=bob", false},
	{"no domain is not below one", "domain=*.acme.example", "user=bob", false},
	{"an address as a domain", "domain=192.0.2.1", "domain=192.0.2.1", true},
	{"an IPv6 address as a domain", "domain=[2001:DB8::1]", "domain=[2001:db8::1]", true},

	{"a source", "source=10.0.0.0/8", "source=10.255.255.255", true},
	{"a source beside it", "source=10.0.0.0/8", "source=11.0.0.0", false},
	{"the port of a source does not count", "source=10.1.2.3", "source=10.1.2.3:61000", true},
	{"an IPv6 source", "source=2001:db8::/32", "source=[2001:db8:ffff::1]:5060", true},
	{"another IPv6 source", "source=2001:db8::/32", "source=[2001:db9::1]:5060", false},
	{"N188 a mapped source is IPv4", "source=10.0.0.0/8", "source=[::ffff:10.1.2.3]:5060", true},
	{"N188 a source may be written as mapped", "source=::ffff:10.1.2.3", "source=10.1.2.3", true},
	{"all of IPv6 is no IPv4", "source=::/0", "source=10.1.2.3", false},
	{"all of IPv4 is no IPv6", "source=0.0.0.0/0", "source=2001:db8::1", false},
	{"the first of several", "source='10.0.0.0/8 192.0.2.1'", "source=10.1.2.3", true},
	{"the last of several", "source='10.0.0.0/8 192.0.2.1'", "source=192.0.2.1", true},
	{"what is left out", "source='10.0.0.0/8 !10.1.0.0/16'", "source=10.1.2.3", false},
	{"a source that is not known", "source=0.0.0.0/0", "", false},
	{"the unspecified address is one", "source=0.0.0.0/8", "source=0.0.0.0", true},

	{"a socket by address", "socket=192.0.2.1", "local=192.0.2.1:5060", true},
	{"a socket by address, any port", "socket=192.0.2.1", "local=192.0.2.1:5061", true},
	{"a socket by another address", "socket=192.0.2.1", "local=192.0.2.2:5060", false},
	{"a socket by address and port", "socket=192.0.2.1:5060", "local=192.0.2.1:5060", true},
	{"a socket by another port", "socket=192.0.2.1:5060", "local=192.0.2.1:5061", false},
	{"a socket by IPv6 address", "socket=[2001:db8::1]:5060", "local=[2001:db8::1]:5060", true},
	{"a socket that is not known", "socket=192.0.2.1", "", false},
	{"a socket by name", "socket=outside", "socket=outside", true},
	{"a socket by another name", "socket=outside", "socket=inside", false},
	{"names of sockets have a case", "socket=outside", "socket=Outside", false},
	{"a socket without a name", "socket=outside", "local=192.0.2.1:5060", false},

	{"a transport", "transport=tls", "transport=tls", true},
	{"another transport", "transport=tls", "transport=tcp", false},
	{"one of several transports", "transport='udp wss'", "transport=wss", true},
	{"none of several transports", "transport='udp wss'", "transport=ws", false},
	{"all transports are not one that has no name", "transport='udp tcp tls ws wss'", "", false},
	{"a method", "method=REGISTER", "method=REGISTER", true},
	{"another method", "method=REGISTER", "method=INVITE", false},
	{"one of several methods", "method='INVITE REGISTER'", "method=INVITE", true},
	{"all methods are not one that is not known", "method='INVITE ACK BYE CANCEL REGISTER OPTIONS SUBSCRIBE NOTIFY PUBLISH MESSAGE REFER UPDATE INFO PRACK'", "method=PING", false},
	{"D18 a user agent", "user-agent=Poly*", "agent=PolycomVVX-VVX_300", true},
	{"a user agent has no case", "user-agent=poly*", "agent=POLYCOM", true},
	{"another user agent", "user-agent=Poly*", "agent='KIRK Poly'", false},
	{"any user agent may be none", "user-agent=*", "", true},
	{"a user agent of one byte at least", "user-agent=?*", "", false},

	{"all conditions", "aor=bob@sip.acme.example source=10.0.0.0/8 domain=*.example socket=192.0.2.1:5060 user-agent=Ph* method=INVITE transport=udp", ALL, true},
	{"all but the AoR", "aor=alice@sip.acme.example source=10.0.0.0/8 domain=*.example socket=192.0.2.1:5060 user-agent=Ph* method=INVITE transport=udp", ALL, false},
	{"all but the source", "aor=bob@sip.acme.example source=11.0.0.0/8 domain=*.example socket=192.0.2.1:5060 user-agent=Ph* method=INVITE transport=udp", ALL, false},
	{"all but the domain", "aor=bob@sip.acme.example source=10.0.0.0/8 domain=*.org socket=192.0.2.1:5060 user-agent=Ph* method=INVITE transport=udp", ALL, false},
	{"all but the socket", "aor=bob@sip.acme.example source=10.0.0.0/8 domain=*.example socket=inside user-agent=Ph* method=INVITE transport=udp", ALL, false},
	{"all but the user agent", "aor=bob@sip.acme.example source=10.0.0.0/8 domain=*.example socket=outside user-agent=PX* method=INVITE transport=udp", ALL, false},
	{"all but the method", "aor=bob@sip.acme.example source=10.0.0.0/8 domain=*.example socket=outside user-agent=Ph* method=BYE transport=udp", ALL, false},
	{"all but the transport", "aor=bob@sip.acme.example source=10.0.0.0/8 domain=*.example socket=outside user-agent=Ph* method=INVITE transport=tcp", ALL, false},
	{"a domain and a source, both", "domain=sip.acme.example source=10.0.0.0/8", DOMAIN SOURCE, true},
	{"a domain and a source, one", "domain=sip.acme.example source=10.0.0.0/8", DOMAIN "source=192.0.2.1", false},
	{"a source and a method, one", "source=10.0.0.0/8 method=BYE", SOURCE REST, false},
};
/* clang-format on */

START_TEST(a_rule_fits)
{
	char rule[400];
	struct nt_policy *p;
	struct nt_answer a;

	snprintf(rule, sizeof(rule), ".rule name=r profile=asterisk nat=never %s",
			fits[_i].rule);
	p = nt_rules_must(rule, "");
	a = ask(p, fits[_i].question);
	ck_assert_msg((a.rule != NULL) == fits[_i].fits, "%s", fits[_i].name);
	ck_assert_msg(
			strcmp(a.profile->name, fits[_i].fits ? "asterisk" : "default")
					== 0,
			"%s: %s", fits[_i].name, a.profile->name);
	ck_assert_msg(
			a.rule == NULL
					|| (a.rule->line == 2 && a.rule->force == NT_FORCE_NEVER),
			"%s: line %u", fits[_i].name, a.rule != NULL ? a.rule->line : 0);
	free(p);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *text, *question, *rule, *profile;
} outcomes[] = {
	{"D20 no rule fits: the default", "", ALL, "", "default"},
	{"no rule fits: the default of the file", "profiles|.profile name=default extends=asterisk|rules|.rule domain=b.example profile=connexcs", ALL, "", "default"},
	{"D21 a rule without a profile: the default", "rules|.rule name=r domain=sip.acme.example nat=force", ALL, "r", "default"},
	{"D21 a rule that only forces leaves the profile to a less specific one", "rules|.rule name=a domain=sip.acme.example profile=asterisk|.rule name=b source=10.0.0.0/8 nat=force"
		"|.rule name=c profile=connexcs", ALL, "b", "asterisk"},
	{"D21 a rule that only forces is below one with a profile", "rules|.rule name=a domain=sip.acme.example nat=force|.rule name=b source=10.0.0.0/8 profile=asterisk", ALL, "b", "asterisk"},
	{"D21 rules that only force, one after the other", "rules|.rule name=a domain=sip.acme.example nat=never|.rule name=b domain=sip.acme.example nat=force method=INVITE"
		"|.rule name=c domain=*.acme.example nat=force", ALL, "b", "default"},
	{"a profile of the file", "profiles|.profile name=p|rules|.rule name=r domain=sip.acme.example profile=p", ALL, "r", "p"},
	{"what does not fit leaves the next one", "rules|.rule name=a domain=sip.acme.example method=BYE profile=asterisk|.rule name=b domain=sip.acme.example profile=connexcs", ALL, "b", "connexcs"},
	{"a chain goes on behind what does not fit", "rules|.rule name=a method=INVITE profile=asterisk|.rule name=b user-agent=Other* profile=connexcs|.rule name=c transport=udp profile=opensips",
		ALL, "a", "asterisk"},
	{"rules share a source", "rules|.rule name=a source=10.0.0.0/8 method=INVITE profile=asterisk|.rule name=b source=10.0.0.0/8 method=BYE profile=connexcs", ALL, "a", "asterisk"},
	{"rules share a source, in other words", "networks|.lan name=l prefixes=10.0.0.0/8|rules|.rule name=a source='10.128.0.0/9 10.0.0.0/9' method=INVITE profile=asterisk"
		"|.rule name=b source=l method=BYE profile=connexcs", ALL, "a", "asterisk"},
	{"the last of equals decides in whatever list", "rules|.rule name=a source='10.0.0.0/8 192.0.2.0/24' nat=force|.rule name=b source='10.0.0.0/8 198.51.100.0/24' nat=force"
		"|.rule name=c source='10.0.0.0/8 192.0.2.0/24' nat=force", ALL, "c", "default"},
	{"a source by the name of a lan", "networks|.lan name=l prefixes=10.0.0.0/8|rules|.rule name=r source=l profile=asterisk", ALL, "r", "asterisk"},
	{"a source by the name of a site", "networks|.site name=s prefixes=10.1.2.3|rules|.rule name=r source=s profile=asterisk", ALL, "r", "asterisk"},
	{"a source by the name of a gateway, whatever its port", "networks|.gateway name=g address=10.1.2.3:1|rules|.rule name=r source=g profile=asterisk", ALL, "r", "asterisk"},
	{"a source by the name of a nated", "networks|.nated name=d prefixes=10.0.0.0/8|rules|.rule name=r source=d profile=asterisk", ALL, "r", "asterisk"},
	{"all but a site", "networks|.site name=s prefixes=10.1.2.3|rules|.rule name=r source='10.0.0.0/8 !s' profile=asterisk", ALL, "", "default"},
};
/* clang-format on */

START_TEST(outcome)
{
	struct nt_policy *p = nt_policy_must(outcomes[_i].text);
	struct nt_answer a = ask(p, outcomes[_i].question);

	ck_assert_msg(strcmp(rule_name(&a), outcomes[_i].rule) == 0, "%s: '%s'",
			outcomes[_i].name, rule_name(&a));
	ck_assert_msg(strcmp(a.profile->name, outcomes[_i].profile) == 0,
			"%s: '%s'", outcomes[_i].name, a.profile->name);
	free(p);
}
END_TEST

#define L ".lan name=lan prefixes=10.0.0.0/8"
#define S ".site name=site prefixes=10.1.0.0/16"
#define G ".gateway name=gateway address=10.1.2.3"

/* clang-format off */
static const struct {
	const char *name, *text, *question, *place;
} places[] = {
	{"no place", "", SOURCE, ""},
	{"a lan", L, SOURCE, "lan"},
	{"beside a lan", L, "source=11.1.2.3", ""},
	{"a site", S, SOURCE, "site"},
	{"a gateway", G, SOURCE, "gateway"},
	{"a site before a lan", L "|" S, SOURCE, "site"},
	{"a site before a lan, whatever stands first", S "|" L, SOURCE, "site"},
	{"beside a site", L "|" S, "source=10.2.2.3", "lan"},
	{"a gateway before a site", G "|" S "|" L, SOURCE, "gateway"},
	{"a gateway before a site, whatever stands first", L "|" S "|" G, SOURCE, "gateway"},
	{"beside a gateway", L "|" S "|" G, "source=10.1.2.4", "site"},
	{"of two lans the first", ".lan name=a prefixes=10.0.0.0/8|.lan name=b prefixes=10.0.0.0/16", "source=10.0.0.1", "a"},
	{"D13 a site without an ALG is a place", ".site name=s prefixes=10.0.0.0/8 alg=none", SOURCE, "s"},
	{"a network and a nated are none", ".network name=n prefixes=10.0.0.0/8|.nated name=d prefixes=10.0.0.0/8", SOURCE, ""},
	{"a gateway by its port", G ":5060", "source=10.1.2.3:5060", "gateway"},
	{"a gateway by another port is none", S "|" G ":5060", "source=10.1.2.3:5061", "site"},
	{"a gateway of any port", G, "source=10.1.2.3:61000", "gateway"},
	{"a gateway by its transport", G " transport=tcp", "source=10.1.2.3:5060 transport=tcp", "gateway"},
	{"a gateway by another transport is none", G " transport=tcp", "source=10.1.2.3:5060 transport=udp", ""},
	{"a gateway where the transport is not known", G " transport=tcp", "source=10.1.2.3:5060", "gateway"},
	{"a gateway of any transport", G, "source=10.1.2.3:5060 transport=wss", "gateway"},
	{"two gateways at one address", ".gateway name=a address=10.1.2.3:5060|.gateway name=b address=10.1.2.3:5061", "source=10.1.2.3:5061", "b"},
	{"two gateways at one port", ".gateway name=a address=10.1.2.3:5060 transport=udp|.gateway name=b address=10.1.2.3:5060 transport=tls", "source=10.1.2.3:5060 transport=tls", "b"},
	{"an IPv6 gateway", ".gateway name=g address=[2001:db8::1]:5060", "source=[2001:db8::1]:5060", "g"},
	{"N188 a mapped source", G, "source=[::ffff:10.1.2.3]:5060", "gateway"},
	{"a source that is not known", L, "", ""},
};
/* clang-format on */

START_TEST(place)
{
	char text[400];
	struct nt_policy *p;
	struct nt_answer a;

	snprintf(text, sizeof(text), "networks%s%s",
			places[_i].text[0] != '\0' ? "|" : "", places[_i].text);
	p = nt_policy_must(text);
	a = ask(p, places[_i].question);
	ck_assert_msg(
			strcmp(a.place != NULL ? a.place->name : "", places[_i].place) == 0,
			"%s: '%s'", places[_i].name, a.place != NULL ? a.place->name : "");
	free(p);
}
END_TEST

#define GATEWAYS                                                            \
	"networks|.site name=s prefixes=192.0.2.0/24|.gateway name=any "        \
	"address=192.0.2.1|.gateway name=port address=192.0.2.2:5060|.gateway " \
	"name=tcp address=192.0.2.3:5060 transport=tcp"

START_TEST(gateway_by_where_it_listens)
{
	/* clang-format off */
	static const struct {
		const char *at;
		enum nt_transport transport;
		const char *name;
	} rows[] = {
		{"192.0.2.1:5060", NT_TRANSPORT_UDP, "any"}, {"192.0.2.1", NT_TRANSPORT_OTHER, "any"},
		{"192.0.2.2:5060", NT_TRANSPORT_TLS, "port"}, {"192.0.2.2:5061", NT_TRANSPORT_TLS, ""}, {"192.0.2.2", NT_TRANSPORT_TLS, ""},
		{"192.0.2.3:5060", NT_TRANSPORT_TCP, "tcp"}, {"192.0.2.3:5060", NT_TRANSPORT_UDP, ""}, {"192.0.2.3:5060", NT_TRANSPORT_OTHER, "tcp"},
		{"192.0.2.4:5060", NT_TRANSPORT_UDP, ""}, {"198.51.100.7:5060", NT_TRANSPORT_UDP, ""},
	};
	/* clang-format on */
	struct nt_policy *p = nt_policy_must(GATEWAYS);
	struct nt_endpoint none = {.port = 5060};

	for(int i = 0; i < NT_COUNT(rows); i++) {
		struct nt_endpoint e = nt_endpoint_must(rows[i].at);
		const struct nt_place *got =
				nt_policy_gateway(p, &e, rows[i].transport);

		ck_assert_msg(strcmp(got != NULL ? got->name : "", rows[i].name) == 0,
				"D14 %s: '%s'", rows[i].at, got != NULL ? got->name : "");
	}
	ck_assert(nt_policy_gateway(p, &none, NT_TRANSPORT_UDP) == NULL);
	free(p);
}
END_TEST

START_TEST(both_behind_one_nat)
{
	/* clang-format off */
	static const struct {
		const char *name, *a, *b;
		bool same;
	} rows[] = {
		{"D15 two addresses of one site", "192.0.2.1", "192.0.2.2", true},
		{"D15 two addresses of two networks of one site", "192.0.2.1", "2001:db8::1", true},
		{"two sites", "192.0.2.1", "198.51.100.1", false},
		{"a site and none", "192.0.2.1", "203.0.113.1", false},
		{"the same address in no site", "203.0.113.1", "203.0.113.1", true},
		{"two addresses in no site", "203.0.113.1", "203.0.113.2", false},
		{"two addresses of a lan", "10.0.0.1", "10.0.0.2", false},
		{"a mapped address", "192.0.2.1", "::ffff:192.0.2.2", true},
		{"two addresses of a site without an ALG", "198.51.100.1", "198.51.100.2", true},
	};
	/* clang-format on */
	struct nt_policy *p = nt_policy_must(
			"networks|.lan name=l prefixes=10.0.0.0/8|.site name=a "
			"prefixes='192.0.2.0/24 2001:db8::/32'|.site name=b "
			"prefixes=198.51.100.0/24 alg=none|.lan name=m "
			"prefixes=192.0.2.0/24|.gateway name=g address=192.0.2.1");
	struct nt_addr none = {0, 0, NT_FAMILY_NONE};

	for(int i = 0; i < NT_COUNT(rows); i++) {
		struct nt_addr a = nt_addr_must(rows[i].a), b = nt_addr_must(rows[i].b);

		ck_assert_msg(nt_policy_same_site(p, &a, &b) == rows[i].same, "%s",
				rows[i].name);
		ck_assert_msg(nt_policy_same_site(p, &b, &a) == rows[i].same,
				"%s, the other way round", rows[i].name);
		ck_assert_msg(!nt_policy_same_site(p, &a, &none),
				"%s: nothing is known of the other", rows[i].name);
	}
	ck_assert_msg(!nt_policy_same_site(p, &none, &none), "nothing is known");
	free(p);
}
END_TEST

START_TEST(needs)
{
	/* clang-format off */
	static const struct {
		const char *rule;
		uint32_t needs;
	} rows[] = {
		{"", 0}, {"source=10.0.0.0/8", 0}, {"transport=udp", 0}, {"method=INVITE", NT_NEED_METHOD}, {"aor=a@b", NT_NEED_OWNER}, {"domain=b", NT_NEED_OWNER},
		{"domain=*.b", NT_NEED_OWNER}, {"user-agent=*", NT_NEED_AGENT}, {"socket=outside", NT_NEED_SOCKET}, {"socket=192.0.2.1", NT_NEED_SOCKET},
		{"socket=192.0.2.1:5060", NT_NEED_SOCKET},
		{"aor=a@b user-agent=* socket=outside method=BYE", NT_NEED_OWNER | NT_NEED_AGENT | NT_NEED_SOCKET | NT_NEED_METHOD},
	};
	/* clang-format on */
	for(int i = 0; i < NT_COUNT(rows); i++) {
		char rule[200];
		struct nt_policy *p;

		snprintf(rule, sizeof(rule), ".rule nat=force %s", rows[i].rule);
		p = nt_rules_must(rule, ".rule nat=never");
		ck_assert_msg(
				p->needs == rows[i].needs, "%s: %x", rows[i].rule, p->needs);
		free(p);
	}
}
END_TEST

/* Some rules, and so many others that no two names meet by chance */
static struct nt_policy *among_many_domains(const char *rules)
{
	size_t room = 60000, n;
	char *text = nt_heap(NULL, room);
	struct nt_policy *p;

	n = (size_t)snprintf(text, room, "rules|%s", rules);
	for(int i = 0; i < 1000; i++)
		n += (size_t)snprintf(text + n, room - n,
				"|.rule nat=never domain=other%d.example", i);
	NT_MUST(n < room);
	p = nt_policy_must(text);
	free(text);
	return p;
}

/* Longer than any that a rule can hold, and of more labels than a name may have
 */
START_TEST(endless_names_fit_what_they_end_with)
{
	static const char *const fills[] = {".", "a", "x."};
	struct nt_policy *p =
			among_many_domains(".rule name=a domain=*.acme.example nat=force|"
							   ".rule name=b aor=bob@acme.example nat=force");
	size_t len = 60000, tail = strlen(".acme.example");
	char *domain = nt_heap(NULL, len);
	struct nt_question q = {.user = NT_SPAN("bob"), .domain = {domain, len}};
	struct nt_answer a;

	for(size_t i = 0; i < len; i++)
		domain[i] = fills[_i][i % strlen(fills[_i])];
	a = nt_policy_find(p, &q);
	ck_assert_str_eq(rule_name(&a), "");
	memcpy(domain + len - tail, ".acme.example", tail);
	a = nt_policy_find(p, &q);
	ck_assert_str_eq(rule_name(&a), "a");
	q = (struct nt_question){
			.user = {domain, len}, .domain = NT_SPAN("acme.example")};
	a = nt_policy_find(p, &q);
	ck_assert_str_eq(rule_name(&a), "");
	free(domain);
	free(p);
}
END_TEST

START_TEST(trust_is_not_carried)
{
	struct nt_policy *p = nt_policy_must(
			"networks|.trusted name=t prefixes='192.0.2.1 2001:db8::1'");

	ck_assert(nt_is_trusted(ask(p, "source=192.0.2.1").tags));
	ck_assert(nt_is_trusted(ask(p, "source=[::ffff:192.0.2.1]").tags));
	ck_assert(nt_is_trusted(ask(p, "source=[2001:db8::1]").tags));
	ck_assert(!nt_is_trusted(ask(p, "source=192.0.2.2").tags));
	ck_assert(!nt_is_trusted(ask(p, "source=[2002:c000:201::1]").tags));
	ck_assert(!nt_is_trusted(ask(p, "source=[64:ff9b::c000:201]").tags));
	ck_assert(!nt_is_trusted(ask(p, "source=[::192.0.2.1]").tags));
	ck_assert(!nt_is_trusted(ask(p, "").tags));
	free(p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_policy");

	nt_add_rows(s, "ranks", the_more_specific_rule_decides, NT_COUNT(ranks));
	nt_add_rows(s, "equals", among_equals_the_last_decides, NT_COUNT(equals));
	nt_add_rows(s, "fits", a_rule_fits, NT_COUNT(fits));
	nt_add_rows(s, "outcomes", outcome, NT_COUNT(outcomes));
	nt_add_rows(s, "trust", trust_is_not_carried, 1);
	nt_add_rows(s, "places", place, NT_COUNT(places));
	nt_add_rows(s, "gateway", gateway_by_where_it_listens, 1);
	nt_add_rows(s, "same NAT", both_behind_one_nat, 1);
	nt_add_rows(s, "needs", needs, 1);
	nt_add_rows(s, "endless", endless_names_fit_what_they_end_with, 3);
	return nt_run(s);
}
