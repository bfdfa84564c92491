/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy file may say, and what is told of what it may not say */
#include "unit/nt/nt_policies.h"

#include <stdarg.h>

#define NAME31 "abcdefghijklmnopqrstuvwxyz.-_09"
#define TEXT50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define LABEL50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
#define DOMAIN255 LABEL50 LABEL50 LABEL50 LABEL50 LABEL50 "aaaaa"
#define USER255 TEXT50 TEXT50 TEXT50 TEXT50 TEXT50 "aaaaa"
#define PATTERN128 TEXT50 TEXT50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NET "networks|."
#define PROFILE "profiles|.profile name=p|.."
#define RULE "rules|.rule nat=force "

#define NAME_ALLOWED "a name of 1 to 31 letters, digits, \".\", \"-\" and \"_\""
#define OTHER_NAME \
	"a name that no other network, lan, nated, site or gateway has"
#define LIST_ALLOWED "networks like 10.0.0.0/8, "
#define NOTHING_LEFT "at least one network"
#define ORDER "networks, profiles and rules stand once each, in this order"
#define HOST_ALLOWED "a domain like acme.example, *.acme.example"
#define AOR_ALLOWED "user@domain, without sip:"
#define SOCKET_ALLOWED "an address of ours with or without a port, or the name"
#define METHODS "SIP methods: INVITE ACK BYE"
#define TRANSPORTS "names of transports: udp tcp tls ws wss"

/* One run each; faults as "LINE element@attribute=value: beginning of what is
 * allowed", separated by "|"; "" for none */
/* clang-format off */
static const struct {
	const char *name, *text, *faults;
} rows[] = {
	/* the outermost element and sections */
	{"an empty policy", "", ""},
	{"empty sections", "networks|profiles|rules", ""},
	{"sections may be left out", "networks|rules", ""},
	{"another outermost element", "^policy", "1 policy@=policy: nat-policy is the outermost element"},
	{"the outermost element has no attributes", "^nat-policy version=1", "1 nat-policy@version=1: nat-policy has no attributes but xmlns"},
	{"what is in another outermost element is passed over",
		"^policy|.networks|..site|.rules|..rule|...x|.nonsense", "1 policy@=policy: nat-policy"},
	{"a section has no attributes", "rules default=p", "1 rules@default=p: no attributes here"},
	{"an unknown section", "users", "1 users@=users: networks, profiles or rules"},
	{"what is in an unknown section is passed over, what follows is not",
		"users|.user|..x|...y|rules|.rule", "1 users@=users: networks|6 rule@profile=: a profile"},
	{"rules before profiles", "rules|profiles", "2 profiles@=profiles: " ORDER},
	{"profiles before networks", "profiles|networks", "2 networks@=networks: " ORDER},
	{"rules before networks", "rules|networks", "2 networks@=networks: " ORDER},
	{"networks twice", "networks|networks", "2 networks@=networks: " ORDER},
	{"profiles twice", "profiles|profiles", "2 profiles@=profiles: " ORDER},
	{"rules twice", "rules|rules", "2 rules@=rules: " ORDER},
	{"rules twice, profiles between", "rules|profiles|rules", "2 profiles@=profiles: " ORDER "|3 rules@=rules: " ORDER},
	{"what is in a section of the wrong place is looked at", "rules|networks|.lan",
		"2 networks@=networks: " ORDER "|3 lan@name=: " NAME_ALLOWED "|3 lan@prefixes=: " NOTHING_LEFT},
	{"names of elements have a case", "Networks", "1 Networks@=Networks: networks, profiles or rules"},

	/* elements where there are none */
	{"an unknown network element", NET "router name=a", "2 router@=router: network, nated, lan, site or gateway"},
	{"what is in an unknown network element is passed over", NET "router|..lan|...x|.lan",
		"2 router@=router: network|5 lan@name=: " NAME_ALLOWED "|5 lan@prefixes=: " NOTHING_LEFT},
	{"an element in a network element", NET "lan name=a prefixes=10.0.0.0/8|..x", "3 x@=x: no elements here"},
	{"an element in an element that may not be there is one fault", NET "lan name=a prefixes=10.0.0.0/8|..x|...y|....z|..v", "3 x@=x: no elements here|6 v@=v: no elements here"},
	{"an unknown profile element", "profiles|.rule name=a", "2 rule@=rule: profile"},
	{"what is in an unknown profile element is passed over", "profiles|.rule|..detect signs=x|..y", "2 rule@=rule: profile"},
	{"an unknown element of a profile", PROFILE "nat", "3 nat@=nat: detect, contact, rport, path, expires, keepalive or media"},
	{"an element in an element of a profile", PROFILE "detect|...signs", "4 signs@=signs: no elements here"},
	{"an unknown rules element", "rules|.profile name=a", "2 profile@=profile: rule"},
	{"what is in an unknown rules element is passed over", "rules|.profile|..x|.rule nat=force", "2 profile@=profile: rule"},
	{"an element in a rule", RULE "|..x", "3 x@=x: no elements here"},

	/* names of networks */
	{"a name", NET "network name=a prefixes=10.0.0.0/8", ""},
	{"the longest name", NET "network name=" NAME31 " prefixes=10.0.0.0/8", ""},
	{"a name that is too long", NET "network name=" NAME31 "x prefixes=10.0.0.0/8", "2 network@name=" NAME31 "x: " NAME_ALLOWED},
	{"an empty name", NET "network name='' prefixes=10.0.0.0/8", "2 network@name=: " NAME_ALLOWED},
	{"no name", NET "network prefixes=10.0.0.0/8", "2 network@name=: " NAME_ALLOWED},
	{"a name with a blank", NET "network name='a b' prefixes=10.0.0.0/8", "2 network@name=a b: " NAME_ALLOWED},
	{"a name with a colon", NET "network name=a:b prefixes=10.0.0.0/8", "2 network@name=a:b: " NAME_ALLOWED},
	{"a name with a mark", NET "network name=!a prefixes=10.0.0.0/8", "2 network@name=!a: " NAME_ALLOWED},
	{"a name beyond ASCII", NET "network name=b\xc3\xbcro prefixes=10.0.0.0/8", "2 network@name=b\xc3\xbcro: " NAME_ALLOWED},
	{"the word interfaces", NET "network name=interfaces prefixes=10.0.0.0/8", "2 network@name=interfaces: " NAME_ALLOWED},
	{"a name that is an address", NET "network name=192.0.2.1 prefixes=10.0.0.0/8", "2 network@name=192.0.2.1: " NAME_ALLOWED},
	{"a name that is a range", NET "network name=192.0.2.1-192.0.2.2 prefixes=10.0.0.0/8", "2 network@name=192.0.2.1-192.0.2.2: " NAME_ALLOWED},
	{"a name that is nearly an address", NET "network name=192.0.2 prefixes=10.0.0.0/8", ""},
	{"the same name twice", NET "lan name=a prefixes=10.0.0.0/8|.network name=a prefixes=10.0.0.0/8", "3 network@name=a: " OTHER_NAME},
	{"all of networks share their names", NET "network name=a prefixes=10.0.0.0/8|.nated name=a prefixes=10.0.0.0/8|.lan name=a prefixes=10.0.0.0/8"
		"|.site name=a prefixes=10.0.0.0/8|.gateway name=a address=192.0.2.1",
		"3 nated@name=a: " OTHER_NAME "|4 lan@name=a: " OTHER_NAME "|5 site@name=a: " OTHER_NAME "|6 gateway@name=a: " OTHER_NAME},
	{"names have a case", NET "lan name=a prefixes=10.0.0.0/8|.lan name=A prefixes=10.0.0.0/8", ""},
	{"a name may be that of a profile and a rule", NET "lan name=a prefixes=10.0.0.0/8|profiles|.profile name=a|rules|.rule name=a source=a profile=a", ""},

	/* lists of networks */
	{"all that a list may hold", NET "network name=n prefixes='10.0.0.0/8,192.0.2.1;192.0.2.5-192.0.2.9 2001:db8::/32 2001:db8::1-2001:db8::2 [2001:db8::5]'"
		"|.lan name=l use='n !builtin:private interfaces' prefixes='!10.1.0.0/16 builtin:cgn !interfaces'", ""},
	{"each built-in list", NET "network name=n prefixes='builtin:unspecified builtin:loopback builtin:private builtin:cgn builtin:linklocal builtin:ula"
		" builtin:documentation builtin:benchmark builtin:multicast builtin:broadcast builtin:reserved builtin:tunnel builtin:nat64 builtin:ietf'", ""},
	{"neither use nor prefixes", NET "lan name=a", "2 lan@prefixes=: " NOTHING_LEFT},
	{"both are empty", NET "lan name=a use='' prefixes=''", "2 lan@prefixes=: " NOTHING_LEFT},
	{"nothing but gaps", NET "lan name=a prefixes=', ;'", "2 lan@prefixes=, ;: " NOTHING_LEFT},
	{"use alone", NET "network name=a prefixes=10.0.0.0/8|.lan name=b use=a", ""},
	{"use alone, prefixes empty", NET "network name=a prefixes=10.0.0.0/8|.lan name=b use=a prefixes=' '", ""},
	{"nothing is left", NET "lan name=a prefixes='10.0.0.0/8 !10.0.0.0/8'", "2 lan@prefixes=10.0.0.0/8 !10.0.0.0/8: " NOTHING_LEFT},
	{"leaving out alone gives nothing", NET "lan name=a prefixes='!10.0.0.0/8'", "2 lan@prefixes=!10.0.0.0/8: " NOTHING_LEFT},
	{"use is read first, so prefixes can leave it out", NET "network name=a prefixes=10.0.0.0/8|.lan name=b use=a prefixes='!10.0.0.0/8'", "3 lan@prefixes=!10.0.0.0/8: " NOTHING_LEFT},
	{"what this machine has none of is no fault", NET "lan name=a use=interfaces|.network name=n prefixes=interfaces|.lan name=b use=n|rules|.rule source=a nat=force|.rule source='interfaces !10.0.0.0/8' nat=force", ""},
	{"host bits", NET "lan name=a prefixes='10.0.0.1/8'", "2 lan@prefixes=10.0.0.1/8: " LIST_ALLOWED},
	{"a range that runs backwards", NET "lan name=a prefixes='192.0.2.9-192.0.2.1'", "2 lan@prefixes=192.0.2.9-192.0.2.1: " LIST_ALLOWED},
	{"a name that is none", NET "lan name=a use=b", "2 lan@use=b: " LIST_ALLOWED},
	{"a name that comes later", NET "lan name=a use=b|.network name=b prefixes=10.0.0.0/8", "2 lan@use=b: " LIST_ALLOWED},
	{"its own name", NET "network name=a use=a", "2 network@use=a: " LIST_ALLOWED},
	{"the name of a refused network", NET "network name=a prefixes=x|.lan name=b use=a", "2 network@prefixes=x: " LIST_ALLOWED "|3 lan@use=a: " LIST_ALLOWED},
	{"a name of a lan is for rules only", NET "lan name=a prefixes=10.0.0.0/8|.lan name=b use=a", "3 lan@use=a: " LIST_ALLOWED},
	{"a name of a site is for rules only", NET "site name=a prefixes=10.0.0.0/8|.lan name=b prefixes='10.0.0.0/8 !a'", "3 lan@prefixes=!a: " LIST_ALLOWED},
	{"an unknown built-in list", NET "lan name=a prefixes=builtin:home", "2 lan@prefixes=builtin:home: " LIST_ALLOWED},
	{"a built-in list without a name", NET "lan name=a prefixes=builtin:", "2 lan@prefixes=builtin:: " LIST_ALLOWED},
	{"a built-in list is not a name alone", NET "lan name=a prefixes=private", "2 lan@prefixes=private: " LIST_ALLOWED},
	{"a mark alone", NET "lan name=a prefixes='10.0.0.0/8 !'", "2 lan@prefixes=!: " LIST_ALLOWED},
	{"two marks", NET "lan name=a prefixes='10.0.0.0/8 !!10.0.0.0/9'", "2 lan@prefixes=!!10.0.0.0/9: " LIST_ALLOWED},
	{"two marks before a name", NET "lan name=a prefixes='10.0.0.0/8 !!interfaces'", "2 lan@prefixes=!!interfaces: " LIST_ALLOWED},
	{"each bad word is told", NET "lan name=a use='b c' prefixes='10.0.0.0/8 d 10/8'",
		"2 lan@use=b: " LIST_ALLOWED "|2 lan@use=c: " LIST_ALLOWED "|2 lan@prefixes=d: " LIST_ALLOWED "|2 lan@prefixes=10/8: " LIST_ALLOWED},
	{"name and list are told in one run", NET "lan name='' prefixes=x", "2 lan@name=: " NAME_ALLOWED "|2 lan@prefixes=x: " LIST_ALLOWED},

	/* attributes of networks */
	{"an unknown attribute of a network", NET "network name=a prefixes=10.0.0.0/8 alg=none", "2 network@alg=none: name, use and prefixes"},
	{"an unknown attribute of a nated", NET "nated name=a prefixes=10.0.0.0/8 sockets=x", "2 nated@sockets=x: name, use and prefixes"},
	{"an unknown attribute of a lan", NET "lan name=a prefixes=10.0.0.0/8 Name=x", "2 lan@Name=x: name, use, prefixes and sockets"},
	{"a lan has sockets", NET "lan name=a prefixes=10.0.0.0/8 sockets='inside udp'", ""},
	{"an unknown attribute of a site", NET "site name=a prefixes=192.0.2.1 address=x", "2 site@address=x: name, use, prefixes, alg, same-nat-media and max-contacts"},
	{"all attributes of a site", NET "site name=a prefixes=192.0.2.1 alg=none same-nat-media=direct max-contacts=1000000", ""},
	{"a site with a broken ALG", NET "site name=a prefixes=192.0.2.1 alg=' broken '", ""},
	{"another kind of ALG", NET "site name=a prefixes=192.0.2.1 alg=good", "2 site@alg=good: broken or none"},
	{"an empty kind of ALG", NET "site name=a prefixes=192.0.2.1 alg=", "2 site@alg=: broken or none"},
	{"another kind of media", NET "site name=a prefixes=192.0.2.1 same-nat-media=always", "2 site@same-nat-media=always: relay, sites or direct"},
	{"no limit", NET "site name=a prefixes=192.0.2.1 max-contacts=0", ""},
	{"one contact too many", NET "site name=a prefixes=192.0.2.1 max-contacts=1000001", "2 site@max-contacts=1000001: 0 (no limit) to 1000000"},
	{"a negative number of contacts", NET "site name=a prefixes=192.0.2.1 max-contacts=-1", "2 site@max-contacts=-1: 0 (no limit) to 1000000"},
	{"a number of contacts that wraps", NET "site name=a prefixes=192.0.2.1 max-contacts=18446744073709551617", "2 site@max-contacts=18446744073709551617: 0 (no limit)"},
	{"all faults of a site", NET "site name=! prefixes=! alg=! same-nat-media=! max-contacts=! x=!",
		"2 site@x=!: name|2 site@name=!: " NAME_ALLOWED "|2 site@prefixes=!: " LIST_ALLOWED "|2 site@alg=!: broken|2 site@same-nat-media=!: relay|2 site@max-contacts=!: 0"},
	{"a gateway", NET "gateway name=a address=192.0.2.1", ""},
	{"all attributes of a gateway", NET "gateway name=a address=[2001:db8::1]:5061 transport=tls keepalive=yes", ""},
	{"no address", NET "gateway name=a", "2 gateway@address=: an address with or without a port"},
	{"a gateway has no list", NET "gateway name=a address=192.0.2.1 prefixes=192.0.2.1", "2 gateway@prefixes=192.0.2.1: name, address, transport and keepalive"},
	{"the name of a host", NET "gateway name=a address=pbx.example", "2 gateway@address=pbx.example: an address"},
	{"port 0", NET "gateway name=a address=192.0.2.1:0", "2 gateway@address=192.0.2.1:0: an address"},
	{"port 65536", NET "gateway name=a address=192.0.2.1:65536", "2 gateway@address=192.0.2.1:65536: an address"},
	{"port 65535", NET "gateway name=a address=192.0.2.1:65535", ""},
	{"another transport", NET "gateway name=a address=192.0.2.1 transport=sctp", "2 gateway@transport=sctp: one of udp, tcp, tls, ws and wss"},
	{"a list of transports", NET "gateway name=a address=192.0.2.1 transport='udp tcp'", "2 gateway@transport=udp tcp: one of udp, tcp, tls, ws and wss"},
	{"the transport that has no name", NET "gateway name=a address=192.0.2.1 transport=other", "2 gateway@transport=other: one of udp"},
	{"another answer than yes or no", NET "gateway name=a address=192.0.2.1 keepalive=true", "2 gateway@keepalive=true: yes or no"},
	{"all faults of a gateway", NET "gateway name=! address=! transport=! keepalive=!",
		"2 gateway@name=!: " NAME_ALLOWED "|2 gateway@address=!: an address|2 gateway@transport=!: one of|2 gateway@keepalive=!: yes or no"},

	/* what is seen of the whole only */
	{"sites beside each other", NET "site name=a prefixes=10.0.0.0/9|.site name=b prefixes=10.128.0.0/9", ""},
	{"a site in a lan", NET "lan name=a prefixes=10.0.0.0/8|.site name=b prefixes=10.0.0.0/9", ""},
	{"gateways in a site", NET "site name=a prefixes=10.0.0.0/9|.gateway name=b address=10.0.0.1|.gateway name=c address=10.0.0.1:5060", ""},
	{"sites that overlap", NET "site name=a prefixes=10.0.0.0/9|.site name=b prefixes=10.1.0.0/16", "3 site@prefixes=b: addresses that are in no other site"},
	{"sites that share one address", NET "site name=a prefixes=10.0.0.0-10.0.0.9|.site name=b prefixes=10.0.0.9-10.0.0.20 alg=none", "3 site@prefixes=b: addresses that are in no other site"},
	{"a site is told once", NET "site name=a prefixes=10.0.0.0/8|.site name=b prefixes='10.1.0.0/16 10.3.0.0/16'|.site name=c prefixes='10.2.0.0/16 10.4.0.0/16'",
		"3 site@prefixes=b: addresses|4 site@prefixes=c: addresses"},
	{"three sites at one address", NET "site name=a prefixes=10.0.0.0/8|.site name=b prefixes=10.0.0.0/8|.site name=c prefixes=10.0.0.0/8",
		"3 site@prefixes=b: addresses|4 site@prefixes=c: addresses"},
	{"overlapping sites and unknown profiles are told in one run", NET "site name=a prefixes=10.0.0.0/8|.site name=b prefixes=10.0.0.0/8|rules|.rule profile=x|.rule profile=y",
		"3 site@prefixes=b: addresses|5 rule@profile=x: the name of a profile in this file|6 rule@profile=y: the name of a profile"},
	{"a fault that was found before hides what is seen of the whole", NET "lan name=a|rules|.rule profile=x", "2 lan@prefixes=: " NOTHING_LEFT},

	/* profiles */
	{"a profile", "profiles|.profile name=a", ""},
	{"a profile of the longest name", "profiles|.profile name=" NAME31, ""},
	{"a profile of a name that is too long", "profiles|.profile name=" NAME31 "x", "2 profile@name=" NAME31 "x: " NAME_ALLOWED},
	{"a profile without a name", "profiles|.profile extends=default", "2 profile@name=: " NAME_ALLOWED},
	{"an unknown attribute of a profile", "profiles|.profile name=a verdict=always", "2 profile@verdict=always: name and extends"},
	{"the default may be another", "profiles|.profile name=default extends=asterisk", ""},
	{"the default once", "profiles|.profile name=default|.profile name=default", "3 profile@name=default: a name that no other profile has"},
	{"a ready-made name", "profiles|.profile name=connexcs|.profile name=aggressive", "2 profile@name=connexcs: another name: this profile is ready-made|3 profile@name=aggressive: another name"},
	{"the same profile twice", "profiles|.profile name=a|.profile name=a", "3 profile@name=a: a name that no other profile has"},
	{"extends what stands above", "profiles|.profile name=a|.profile name=b extends=a|.profile name=c extends=b", ""},
	{"extends what stands below", "profiles|.profile name=b extends=a|.profile name=a", "2 profile@extends=a: a ready-made profile (default, connexcs,"},
	{"extends itself", "profiles|.profile name=a extends=a", "2 profile@extends=a: a ready-made profile"},
	{"extends nothing", "profiles|.profile name=a extends=", "2 profile@extends=: a ready-made profile"},
	{"extends a refused one", "profiles|.profile name=a extends=x|.profile name=b extends=a", "2 profile@extends=x: a ready-made|3 profile@extends=a: a ready-made"},
	{"name and extends are told in one run", "profiles|.profile name=! extends=!", "2 profile@name=!: " NAME_ALLOWED "|2 profile@extends=!: a ready-made"},
	{"what is in a refused profile is looked at", "profiles|.profile name=asterisk|..detect signs=x verdict=always|..rport mode=y|..z",
		"2 profile@name=asterisk: another name|3 detect@signs=x: all, or names of signs|4 rport@mode=y: never, nat or always|5 z@=z: detect"},
	{"what is in a refused first profile goes into no other", "profiles|.profile name=default extends=x|..detect verdict=always", "2 profile@extends=x: a ready-made"},
	{"each element of a profile once", PROFILE "detect|..contact|..rport|..path|..expires|..keepalive|..media", ""},
	{"an element of a profile twice", PROFILE "detect|..media|..detect signs=x", "5 detect@=detect: one such element in a profile"},
	{"the same element in two profiles", PROFILE "detect|.profile name=q|..detect", ""},
	{"an unknown attribute of an element", PROFILE "detect sign=all", "3 detect@sign=all: attributes of this element"},
	{"an attribute of another element", PROFILE "detect mode=nat", "3 detect@mode=nat: attributes of this element"},
	{"each bad value is told", PROFILE "detect signs=x verdict=y register-signs=z register-verdict=v",
		"3 detect@signs=x: all, or|3 detect@verdict=y: claimed-private|3 detect@register-signs=z: all, or|3 detect@register-verdict=v: claimed-private"},
	{"an empty value", PROFILE "keepalive udp=", "3 keepalive@udp=: 0 (off) to 3600 seconds"},

	/* rules */
	{"a rule of everything", "profiles|.profile name=p|rules|.rule name=r profile=p nat=never domain=acme.example source=10.0.0.0/8 socket=192.0.2.1:5060"
		" transport='udp tcp' method='INVITE, BYE' user-agent='Old*' aor=bob@acme.example", ""},
	{"a rule without conditions", "rules|.rule profile=default", ""},
	{"a rule that says nothing", "rules|.rule domain=acme.example", "2 rule@profile=: a profile, or nat=\"force\" or nat=\"never\", or both"},
	{"an unknown attribute of a rule", RULE "agent=x", "2 rule@agent=x: name, profile, nat, domain, source, socket, transport, method, user-agent and aor"},
	{"another kind of nat", "rules|.rule nat=always", "2 rule@nat=always: force or never"},
	{"a kind of nat in capitals", "rules|.rule nat=Force", "2 rule@nat=Force: force or never"},
	{"an empty kind of nat", "rules|.rule nat=", "2 rule@nat=: force or never"},
	{"a profile that is none", "rules|.rule profile=x", "2 rule@profile=x: the name of a profile in this file or of a ready-made one: default, connexcs"},
	{"names of profiles have a case", "rules|.rule profile=Default", "2 rule@profile=Default: the name of a profile"},
	{"an empty profile", "rules|.rule profile=", "2 rule@profile=: name of a profile"},
	{"a profile of a bad name", "rules|.rule profile='a b'", "2 rule@profile=a b: name of a profile"},
	{"all ready-made profiles", "rules|.rule profile=default|.rule profile=connexcs|.rule profile=communigate|.rule profile=freeswitch-nat-acl|.rule profile=asterisk"
		"|.rule profile=opensips|.rule profile=aggressive", ""},
	{"names of rules may be the same", RULE "name=a|.rule nat=never name=a", ""},
	{"a rule of a bad name", RULE "name='a b'", "2 rule@name=a b: " NAME_ALLOWED},
	{"a rule of an empty name", RULE "name=", "2 rule@name=: " NAME_ALLOWED},

	{"a domain", RULE "domain=acme.example", ""},
	{"a domain of one label", RULE "domain=acme", ""},
	{"a domain in capitals, with all that names are made of", RULE "domain=_SIP-1.Acme.example", ""},
	{"all below a domain", RULE "domain=*.acme.example", ""},
	{"an address as a domain", RULE "domain=192.0.2.1", ""},
	{"an IPv6 address as a domain", RULE "domain=[2001:db8::1]", ""},
	{"an IPv6 address without brackets is in no message", RULE "domain=2001:db8::1", "2 rule@domain=2001:db8::1: " HOST_ALLOWED},
	{"a bad address in brackets", RULE "domain=[2001:db8]", "2 rule@domain=[2001:db8]: " HOST_ALLOWED},
	{"a domain with a port is in no message", RULE "domain=acme.example:5060", "2 rule@domain=acme.example:5060: " HOST_ALLOWED},
	{"blanks around a domain", RULE "domain=' acme.example '", ""},
	{"the longest domain", RULE "domain=" DOMAIN255, ""},
	{"the longest domain, all below it", RULE "domain=*." DOMAIN255, ""},
	{"a domain that is too long", RULE "domain=" DOMAIN255 "a", "2 rule@domain=" DOMAIN255 "a: " HOST_ALLOWED},
	{"an empty domain", RULE "domain=", "2 rule@domain=: " HOST_ALLOWED},
	{"a mark alone as a domain", RULE "domain=*", "2 rule@domain=*: " HOST_ALLOWED},
	{"all below nothing", RULE "domain=*.", "2 rule@domain=*.: " HOST_ALLOWED},
	{"a mark within a domain", RULE "domain=sip.*.example", "2 rule@domain=sip.*.example: " HOST_ALLOWED},
	{"two marks", RULE "domain=*.*.example", "2 rule@domain=*.*.example: " HOST_ALLOWED},
	{"a domain that begins with a dot", RULE "domain=.example", "2 rule@domain=.example: " HOST_ALLOWED},
	{"a domain that ends with a dot", RULE "domain=acme.example.", "2 rule@domain=acme.example.: " HOST_ALLOWED},
	{"a domain with an empty label", RULE "domain=acme..example", "2 rule@domain=acme..example: " HOST_ALLOWED},
	{"a user in a domain", RULE "domain=bob@acme.example", "2 rule@domain=bob@acme.example: " HOST_ALLOWED},
	{"two domains", RULE "domain='a.example b.example'", "2 rule@domain=a.example b.example: " HOST_ALLOWED},

	{"an AoR", RULE "aor=bob@acme.example", ""},
	{"an AoR at an address", RULE "aor=bob@[2001:db8::1]", ""},
	{"an AoR with all that users are made of", RULE "aor=+49-30;x=1/(%23)!~$&,?._bob\xc3\xbc@acme.example", ""},
	{"the longest user", RULE "aor=" USER255 "@acme.example", ""},
	{"a user that is too long", RULE "aor=" USER255 "a@acme.example", "2 rule@aor=" USER255 "a@acme.example: " AOR_ALLOWED},
	{"an AoR of the longest domain", RULE "aor=a@" DOMAIN255, ""},
	{"an AoR of a domain that is too long", RULE "aor=a@" DOMAIN255 "a", "2 rule@aor=a@" DOMAIN255 "a: " AOR_ALLOWED},
	{"an empty AoR", RULE "aor=", "2 rule@aor=: " AOR_ALLOWED},
	{"an AoR without a domain", RULE "aor=bob", "2 rule@aor=bob: " AOR_ALLOWED},
	{"an AoR with an empty domain", RULE "aor=bob@", "2 rule@aor=bob@: " AOR_ALLOWED},
	{"an AoR without a user", RULE "aor=@acme.example", "2 rule@aor=@acme.example: " AOR_ALLOWED},
	{"an AoR with two domains", RULE "aor=bob@a.example@b.example", "2 rule@aor=bob@a.example@b.example: " AOR_ALLOWED},
	{"an AoR with a scheme", RULE "aor=sip:bob@acme.example", "2 rule@aor=sip:bob@acme.example: " AOR_ALLOWED},
	{"an AoR with a password", RULE "aor=bob:x@acme.example", "2 rule@aor=bob:x@acme.example: " AOR_ALLOWED},
	{"an AoR with a port", RULE "aor=bob@acme.example:5060", "2 rule@aor=bob@acme.example:5060: " AOR_ALLOWED},
	{"an AoR with a parameter", RULE "aor=bob@acme.example;transport=tcp", "2 rule@aor=bob@acme.example;transport=tcp: " AOR_ALLOWED},
	{"an AoR in angle brackets", RULE "aor=<bob@acme.example>", "2 rule@aor=<bob@acme.example>: " AOR_ALLOWED},
	{"an AoR with a blank", RULE "aor='bo b@acme.example'", "2 rule@aor=bo b@acme.example: " AOR_ALLOWED},
	{"an AoR of all users", RULE "aor=*@*.example", "2 rule@aor=*@*.example: " AOR_ALLOWED},

	{"a source", RULE "source='10.0.0.0/8 !10.1.0.0/16'", ""},
	{"a source may name all of networks", NET "network name=n prefixes=10.0.0.0/8|.nated name=d prefixes=10.0.0.0/8|.lan name=l prefixes=10.0.0.0/8"
		"|.site name=s prefixes=192.0.2.1|.gateway name=g address=192.0.2.2|" RULE "source='n d l s g !n'", ""},
	{"an empty source", RULE "source=", "2 rule@source=: " NOTHING_LEFT},
	{"a source of nothing", RULE "source='10.0.0.0/8 !10.0.0.0/8'", "2 rule@source=10.0.0.0/8 !10.0.0.0/8: " NOTHING_LEFT},
	{"an unknown source", RULE "source='10.0.0.0/8 a'", "2 rule@source=a: " LIST_ALLOWED},
	{"a name of the host as source", RULE "source=pbx.example", "2 rule@source=pbx.example: " LIST_ALLOWED},

	{"a socket by address", RULE "socket=192.0.2.1|.rule nat=force socket=192.0.2.1:5060|.rule nat=force socket=2001:db8::1|.rule nat=force socket=[2001:db8::1]:5061", ""},
	{"a socket by name", RULE "socket=outside", ""},
	{"an empty socket", RULE "socket=", "2 rule@socket=: " SOCKET_ALLOWED},
	{"a socket with a transport", RULE "socket=udp:192.0.2.1:5060", "2 rule@socket=udp:192.0.2.1:5060: " SOCKET_ALLOWED},
	{"a socket of port 0", RULE "socket=192.0.2.1:0", "2 rule@socket=192.0.2.1:0: " SOCKET_ALLOWED},
	{"a socket of a name that is too long", RULE "socket=" NAME31 "x", "2 rule@socket=" NAME31 "x: " SOCKET_ALLOWED},
	{"all transports", RULE "transport='udp,tcp;tls ws wss'", ""},
	{"an unknown transport", RULE "transport='udp sctp'", "2 rule@transport=udp sctp: " TRANSPORTS},
	{"a transport in capitals", RULE "transport=UDP", "2 rule@transport=UDP: " TRANSPORTS},
	{"the transport that has no name, in a rule", RULE "transport=other", "2 rule@transport=other: " TRANSPORTS},
	{"no transport", RULE "transport=", "2 rule@transport=: " TRANSPORTS},
	{"all methods", RULE "method='INVITE ACK BYE CANCEL REGISTER OPTIONS SUBSCRIBE NOTIFY PUBLISH MESSAGE REFER UPDATE INFO PRACK'", ""},
	{"an unknown method", RULE "method='INVITE PING'", "2 rule@method=INVITE PING: " METHODS},
	{"an unknown method before a known one", RULE "method='PING INVITE'", "2 rule@method=PING INVITE: " METHODS},
	{"methods have a case", RULE "method=Invite", "2 rule@method=Invite: " METHODS},
	{"no method", RULE "method=' '", "2 rule@method= : " METHODS},
	{"a pattern of one byte", RULE "user-agent=*", ""},
	{"the longest pattern", RULE "user-agent=" PATTERN128, ""},
	{"a pattern that is too long", RULE "user-agent=" PATTERN128 "a", "2 rule@user-agent=" PATTERN128 "a: a pattern of 1 to 128 bytes"},
	{"an empty pattern", RULE "user-agent=", "2 rule@user-agent=: a pattern of 1 to 128 bytes"},
	{"all faults of a rule", "rules|.rule name=! profile=! nat=! domain=! source=! socket=! transport=! method=! user-agent='' aor=! x=!",
		"2 rule@x=!: name|2 rule@profile=!: name|2 rule@nat=!: force|2 rule@name=!: " NAME_ALLOWED "|2 rule@domain=!: " HOST_ALLOWED "|2 rule@source=!: " LIST_ALLOWED
		"|2 rule@socket=!: " SOCKET_ALLOWED "|2 rule@transport=!: " TRANSPORTS "|2 rule@method=!: " METHODS "|2 rule@user-agent=: a pattern|2 rule@aor=!: " AOR_ALLOWED},
	{"faults of all sections in one run", NET "lan name=a prefixes=x|.site|profiles|.profile name=!|..detect verdict=x|rules|.rule|.rule nat=x",
		"2 lan@prefixes=x: " LIST_ALLOWED "|3 site@name=: " NAME_ALLOWED "|3 site@prefixes=: " NOTHING_LEFT "|5 profile@name=!: " NAME_ALLOWED
		"|6 detect@verdict=x: claimed-private|8 rule@profile=: a profile|9 rule@nat=x: force or never"},
};
/* clang-format on */

static void check_faults(
		const char *name, const struct nt_reading *r, const char *want)
{
	unsigned n = 0;

	for(; *want != '\0'; n++) {
		size_t len = strcspn(want, "|");

		ck_assert_msg(
				n < r->fault_count && strncmp(r->faults[n], want, len) == 0,
				"%s: '%s' instead of '%.*s'", name,
				n < r->fault_count ? r->faults[n] : "", (int)len, want);
		want += len + (want[len] == '|');
	}
	ck_assert_msg(n == r->fault_count, "%s: one more, '%s'", name,
			n < NT_FAULTS_MAX ? r->faults[n] : "");
}

START_TEST(row)
{
	struct nt_reading r;
	struct nt_policy *p = NULL;
	int err;

	NT_MUST(nt_reading_begin(&r, 0, NULL, 0) != NULL);
	nt_reading_text(&r, rows[_i].text);
	err = nt_reading_end(&r, &p);
	check_faults(rows[_i].name, &r, rows[_i].faults);
	ck_assert_msg(err == (rows[_i].faults[0] != '\0' ? EINVAL : 0), "%s: %d",
			rows[_i].name, err);
	free(p);
}
END_TEST

/* --- what open() answers
 * ------------------------------------------------------ */

START_TEST(open_says_whether_it_was_refused)
{
	static const struct nt_attr attr = {
			NT_SPAN_INIT("name"), NT_SPAN_INIT("a")};
	struct nt_reading r;
	struct nt_policy *p;

	NT_MUST(nt_reading_begin(&r, 0, NULL, 0) != NULL);
	ck_assert_int_eq(nt_reading_open(&r, 1, "nat-policy", NULL, 0), 0);
	ck_assert_int_eq(nt_reading_open(&r, 2, "profiles", NULL, 0), 0);
	ck_assert_int_eq(nt_reading_open(&r, 3, "profile", &attr, 1), 0);
	ck_assert_int_eq(nt_reading_open(&r, 4, "detect", &attr, 1), EINVAL);
	ck_assert_int_eq(nt_reading_open(&r, 3, "profile", &attr, 1), EINVAL);
	ck_assert_int_eq(nt_reading_open(&r, 4, "detect", NULL, 0), EINVAL);
	ck_assert_int_eq(nt_reading_open(&r, 2, "x", NULL, 0), EINVAL);
	ck_assert_int_eq(nt_reading_open(&r, 3, "y", NULL, 0), EINVAL);
	ck_assert_int_eq(nt_reading_open(&r, 2, "rules", NULL, 0), 0);
	ck_assert_uint_eq(r.fault_count, 3);
	ck_assert_int_eq(nt_reading_end(&r, &p), EINVAL);
}
END_TEST

START_TEST(a_fault_of_the_reader_counts)
{
	static const struct nt_fault fault = {7, NT_SPAN_INIT("x"),
			NT_SPAN_INIT(""), NT_SPAN_INIT("text"), "no text"};
	struct nt_reading r;
	struct nt_policy *p;

	NT_MUST(nt_reading_begin(&r, 0, NULL, 0) != NULL);
	nt_reading_text(&r, "rules|.rule nat=force");
	nt_draft_fault(r.draft, &fault);
	check_faults("reader", &r, "7 x@=text: no text");
	ck_assert_int_eq(nt_reading_end(&r, &p), EINVAL);
}
END_TEST

/* --- values
 * ------------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *name, *text, *profile, *settings; /* "element@attribute=value" */
} values[] = {
	{"a profile begins as the default", "profiles|.profile name=p", "p", "detect@verdict=claimed-private-source-public|detect@signs=all|keepalive@udp=25"},
	{"a profile begins as what it extends", "profiles|.profile name=p extends=asterisk", "p", "detect@verdict=always|rport@mode=always|keepalive@udp=25"},
	{"values are changed", "profiles|.profile name=p extends=asterisk|..rport mode=never|..keepalive udp=0 tcp=3600", "p", "detect@verdict=always|rport@mode=never|keepalive@udp=0|keepalive@tcp=3600|keepalive@misses=3"},
	{"blanks around a value", "profiles|.profile name=p|..rport mode=' never '", "p", "rport@mode=never"},
	{"a chain of extends", "profiles|.profile name=a extends=asterisk|..media tos=1|.profile name=b extends=a|..keepalive misses=9|.profile name=c extends=b|..expires max=60", "c",
		"detect@verdict=always|media@tos=1|keepalive@misses=9|expires@max=60"},
	{"what extends does not change what is extended", "profiles|.profile name=a|..media tos=1|.profile name=b extends=a|..media tos=2", "a", "media@tos=1"},
	{"the default of the file", "profiles|.profile name=default|..media tos=7", "default", "media@tos=7"},
	{"the default of the file extends another", "profiles|.profile name=default extends=asterisk|..media tos=7", "default", "media@tos=7|detect@verdict=always"},
	{"what follows extends the default of the file", "profiles|.profile name=default|..media tos=7|.profile name=p", "p", "media@tos=7"},
	{"what stands above extends the ready-made one", "profiles|.profile name=p|.profile name=default|..media tos=7", "p", "media@tos=184"},
	{"ready-made ones do not follow the default of the file", "profiles|.profile name=default|..media tos=7", "asterisk", "media@tos=184"},
	{"REGISTER follows signs and verdict", "profiles|.profile name=p|..detect signs=via-addr verdict=any-sign", "p",
		"detect@signs=via-addr|detect@register-signs=via-addr|detect@verdict=any-sign|detect@register-verdict=any-sign"},
	{"REGISTER follows signs and verdict of who extends", "profiles|.profile name=p extends=freeswitch-nat-acl|..detect signs=via-addr verdict=never", "p",
		"detect@register-signs=via-addr|detect@register-verdict=never"},
	{"REGISTER follows what is said only", "profiles|.profile name=p extends=freeswitch-nat-acl|..detect verdict=never", "p", "detect@register-signs=contact-private|detect@register-verdict=never"},
	{"REGISTER has its own", "profiles|.profile name=p|..detect signs=via-addr register-signs=via-port verdict=always register-verdict=never", "p",
		"detect@signs=via-addr|detect@register-signs=via-port|detect@verdict=always|detect@register-verdict=never"},
	{"REGISTER has its own, said first", "profiles|.profile name=p|..detect register-signs=via-port register-verdict=never signs=via-addr verdict=always", "p",
		"detect@signs=via-addr|detect@register-signs=via-port|detect@verdict=always|detect@register-verdict=never"},
	{"REGISTER alone", "profiles|.profile name=p|..detect register-verdict=never", "p", "detect@verdict=claimed-private-source-public|detect@register-verdict=never|detect@register-signs=all"},
};
/* clang-format on */

static const struct nt_profile *profile_must(
		const struct nt_policy *p, const char *name)
{
	for(uint32_t i = 0; i < p->profile.count; i++) {
		const struct nt_profile *one = &nt_policy_profiles(p)[i];

		if(strcmp(one->name, name) == 0)
			return one;
	}
	NT_MUST(!"the profile is there");
	return NULL;
}

START_TEST(value)
{
	struct nt_policy *p = nt_policy_must(values[_i].text);
	const struct nt_profile *profile = profile_must(p, values[_i].profile);

	for(const char *s = values[_i].settings; *s != '\0';) {
		size_t len = strcspn(s, "|"), at = strcspn(s, "@"),
			   eq = strcspn(s, "=");
		int setting = nt_setting_find(
				nt_span_of(s, at), nt_span_of(s + at + 1, eq - at - 1));
		char got[NT_SETTING_TEXT];

		NT_MUST(setting >= 0);
		nt_setting_print(got, sizeof(got), (enum nt_setting)setting,
				profile->value[setting]);
		ck_assert_msg(nt_span_eq(nt_span_cstr(got),
							  nt_span_of(s + eq + 1, len - eq - 1)),
				"%s: %s instead of %.*s", values[_i].name, got, (int)len, s);
		s += len + (s[len] == '|');
	}
	free(p);
}
END_TEST

START_TEST(profiles_know_their_lines)
{
	struct nt_policy *p =
			nt_policy_must("profiles|.profile name=a|..media|"
						   ".profile name=default|.profile name=b");

	ck_assert_str_eq(nt_policy_profiles(p)[0].name, "default");
	ck_assert_uint_eq(nt_policy_profiles(p)[0].line, 4);
	ck_assert_uint_eq(profile_must(p, "a")->line, 2);
	ck_assert_uint_eq(profile_must(p, "b")->line, 5);
	ck_assert_uint_eq(profile_must(p, "asterisk")->line, 0);
	ck_assert_uint_eq(p->profile.count, 9);
	free(p);
}
END_TEST

START_TEST(places_keep_what_was_said)
{
	struct nt_policy *p = nt_policy_must(
			"networks|.lan name=l prefixes=10.0.0.0/8|.nated name=d "
			"prefixes=builtin:private|.network name=n "
			"prefixes=10.0.0.0/8|.site "
			"name=s prefixes=192.0.2.1|.site name=t prefixes=192.0.2.2 "
			"alg=none "
			"same-nat-media=relay max-contacts=5|.gateway name=g "
			"address=192.0.2.3|.gateway name=h address=[2001:db8::1]:5061 "
			"transport=wss keepalive=yes");
	const struct nt_place *at = nt_policy_places(p);
	struct nt_endpoint g = nt_endpoint_must("192.0.2.3"),
					   h = nt_endpoint_must("[2001:db8::1]:5061");

	ck_assert_uint_eq(p->place.count, 5);
	ck_assert(strcmp(at[0].name, "l") == 0 && at[0].kind == NT_PLACE_LAN
			  && at[0].line == 2);
	ck_assert(strcmp(at[1].name, "s") == 0 && at[1].kind == NT_PLACE_SITE
			  && at[1].line == 5 && at[1].alg_broken
			  && at[1].same_nat == UINT32_MAX && at[1].contacts_max == 0);
	ck_assert(strcmp(at[2].name, "t") == 0 && !at[2].alg_broken
			  && at[2].same_nat == 0 && at[2].contacts_max == 5);
	ck_assert(strcmp(at[3].name, "g") == 0 && at[3].kind == NT_PLACE_GATEWAY
			  && at[3].line == 7 && at[3].gateway.port == 0 && !at[3].keepalive
			  && at[3].transport == NT_TRANSPORT_OTHER
			  && nt_addr_eq(&at[3].gateway.addr, &g.addr));
	ck_assert(strcmp(at[4].name, "h") == 0 && at[4].keepalive
			  && at[4].gateway.port == 5061
			  && at[4].transport == NT_TRANSPORT_WSS
			  && nt_addr_eq(&at[4].gateway.addr, &h.addr));
	free(p);
}
END_TEST

/* --- networks
 * ----------------------------------------------------------------- */

#define HIDDEN "10000"
#define LAN "20000"
#define SITE "40000"

/* probes "address=tags", hexadecimal */
/* clang-format off */
static const struct {
	const char *name, *text, *interfaces, *probes;
} nets[] = {
	{"N170 what is NATed without a word of it", "", "", "10.1.1.1=10004 172.16.0.1=10004 192.168.0.1=10004 100.64.0.1=10008 fd00::1=10020 169.254.0.1=10010 fe80::1=10010"
		" 127.0.0.1=10002 ::1=10002 192.0.0.1=12000 192.0.2.1=40 8.8.8.8=0 2001:db8::1=40 224.0.0.1=100"},
	{"the file says what is NATed", NET "nated name=d prefixes=192.0.2.0/24", "", "192.0.2.1=10040 10.1.1.1=4 100.64.0.1=8"},
	{"several NATed lists add up", NET "nated name=d prefixes=192.0.2.0/24|.nated name=e prefixes=10.0.0.0/8", "", "192.0.2.1=10040 10.1.1.1=10004 192.168.0.1=4"},
	{"! leaves out of its own list only", NET "nated name=d prefixes='10.0.0.0/8 !10.1.0.0/16'|.nated name=e prefixes='10.0.0.0/8 !10.2.0.0/16'", "",
		"10.0.0.1=10004 10.1.0.1=10004 10.2.0.1=10004"},
	{"! leaves out", NET "nated name=d prefixes='builtin:private !10.1.0.0/16 10.1.1.0/24'", "", "10.0.0.1=10004 10.1.0.1=4 10.1.1.1=10004 192.168.0.1=10004"},
	{"use is read before prefixes", NET "network name=n prefixes='10.0.0.0/8 !10.1.0.0/16'|.nated name=d use=n prefixes='10.1.2.0/24 !10.2.0.0/16'", "",
		"10.0.0.1=10004 10.1.0.1=4 10.1.2.1=10004 10.2.0.1=4"},
	{"a named list is used as a whole: its own ! are not", NET "network name=n prefixes='10.0.0.0/8 !10.1.0.0/16'|.nated name=d prefixes='10.1.0.0/24 n'", "",
		"10.0.0.1=10004 10.1.0.1=10004 10.1.1.1=4"},
	{"a named list is left out as a whole", NET "network name=n prefixes='10.0.0.0/8 !10.1.0.0/16'|.nated name=d prefixes='10.0.0.0/8 !n'", "", "10.0.0.1=4 10.1.0.1=10004"},
	{"a network alone says nothing", NET "network name=n prefixes=8.8.8.0/24", "", "8.8.8.8=0 10.1.1.1=10004"},
	{"a lan", NET "lan name=l prefixes='10.0.0.0/8 8.8.8.0/24'", "", "10.1.1.1=30004 8.8.8.8=20000"},
	{"a site", NET "site name=s prefixes=8.8.8.0/24", "", "8.8.8.8=40000"},
	{"D13 a site without an ALG is only a name", NET "site name=s prefixes=8.8.8.0/24 alg=none", "", "8.8.8.8=0"},
	{"a gateway is only a name", NET "gateway name=g address=8.8.8.8", "", "8.8.8.8=0"},
	{"all at one address", NET "lan name=l prefixes=8.8.8.0/24|.site name=s prefixes=8.8.8.8|.nated name=d prefixes=8.8.0.0/16", "", "8.8.8.8=70000 8.8.8.9=30000 8.8.9.9=10000"},
	{"interfaces", NET "lan name=l use=interfaces", "10.9.0.0/16 fd09::/64", "10.9.1.1=30004 10.8.1.1=10004 fd09::1=30020 fd08::1=10020"},
	{"interfaces, but for some", NET "lan name=l use=interfaces prefixes=!10.9.9.0/24", "10.9.0.0/16", "10.9.1.1=30004 10.9.9.1=10004"},
	{"all but interfaces", NET "lan name=l prefixes='10.0.0.0/8 !interfaces'", "10.9.0.0/16", "10.9.1.1=10004 10.8.1.1=30004"},
	{"no interfaces", NET "lan name=l use=interfaces", "", "10.9.1.1=10004"},
	{"a mapped address is IPv4", NET "lan name=l prefixes=::ffff:8.8.8.8", "", "8.8.8.8=20000 ::8.8.8.8=0"},
	{"IPv6 in all does not cover IPv4", NET "lan name=l prefixes=::/0", "", "8.8.8.8=0 2001:4860::1=20000"},
};
/* clang-format on */

static size_t interfaces_must(
		struct nt_range *ranges, size_t max, const char *list)
{
	struct nt_net_entry entries[8];
	size_t n = nt_entries_must(entries, 8, list);

	NT_MUST(n <= max);
	for(size_t i = 0; i < n; i++)
		ranges[i] = entries[i].range;
	return n;
}

START_TEST(net)
{
	struct nt_range interfaces[8];
	size_t n = interfaces_must(interfaces, 8, nets[_i].interfaces);
	struct nt_span rest = nt_span_cstr(nets[_i].probes), word;
	struct nt_reading r;
	struct nt_policy *p;

	NT_MUST(nt_reading_begin(&r, 0, interfaces, n) != NULL);
	nt_reading_text(&r, nets[_i].text);
	ck_assert_msg(
			nt_reading_end(&r, &p) == 0, "%s: %s", nets[_i].name, r.faults[0]);
	while(nt_span_word(&rest, &word)) {
		size_t len = (size_t)(nt_span_find(word, '=') - word.p);
		struct nt_addr a;
		uint32_t tags;

		NT_MUST(nt_addr_parse(&a, nt_span_of(word.p, len)) == 0);
		tags = nt_netset_find(nt_policy_nets(p), &a);
		ck_assert_msg(tags == strtoul(word.p + len + 1, NULL, 16),
				"%s: %.*s, got %x", nets[_i].name, NT_SPAN_FMT(word), tags);
	}
	free(p);
}
END_TEST

/* --- limits
 * ------------------------------------------------------------------- */

struct many
{
	struct nt_reading r;
	struct nt_attr attrs[4];
	char text[4][64];
};

static void many_begin(struct many *m, const char *section)
{
	NT_MUST(nt_reading_begin(&m->r, 0, NULL, 0) != NULL);
	nt_reading_open(&m->r, 1, "nat-policy", NULL, 0);
	nt_reading_open(&m->r, 2, section, NULL, 0);
}

static void __attribute__((format(printf, 4, 5)))
many_attr(struct many *m, int i, const char *name, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(m->text[i], sizeof(m->text[i]), format, args);
	va_end(args);
	m->attrs[i] =
			(struct nt_attr){nt_span_cstr(name), nt_span_cstr(m->text[i])};
}

static const char *const keys[][2] = {{"aor", "bob@acme.example"},
		{"domain", "acme.example"}, {"source", "10.0.0.0/8"},
		{"transport", "udp"}};

/* As many rules as may share a key, and one more */
START_TEST(rules_of_one_key)
{
	const char *key = keys[_i][0];
	struct many m;
	struct nt_policy *p;

	for(int more = 0; more < 2; more++) {
		many_begin(&m, "rules");
		many_attr(&m, 0, "nat", "force");
		many_attr(&m, 1, key, "%s", keys[_i][1]);
		for(int i = 0; i < NT_RULES_PER_KEY + more; i++)
			nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
		if(more == 0) {
			ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s: %s", key,
					m.r.faults[0]);
			free(p);
			continue;
		}
		ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
		check_faults(
				key, &m.r, "259 rule@=: 256 rules at most with the same aor");
	}
}
END_TEST

/* The same key in other words */
START_TEST(rules_of_one_key_in_other_words)
{
	static const char *const alike[][3] = {
			{"aor", "bob@acme.example", "bob@ACME.example"},
			{"domain", "acme.example", "*.Acme.example"},
			{"source", "10.0.0.0/9 10.128.0.0/9", "10.0.0.0-10.255.255.255"},
			{"transport", "udp", "tcp"}};
	struct many m;
	struct nt_policy *p;

	many_begin(&m, "rules");
	many_attr(&m, 0, "nat", "force");
	for(int i = 0; i <= NT_RULES_PER_KEY; i++) {
		many_attr(&m, 1, alike[_i][0], "%s", alike[_i][1 + i % 2]);
		nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
	}
	ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
	ck_assert_uint_eq(m.r.fault_count, 1);
}
END_TEST

START_TEST(rules_of_many_keys)
{
	struct many m;
	struct nt_policy *p;

	many_begin(&m, "rules");
	many_attr(&m, 0, "nat", "force");
	for(int i = 0; i < 3 * NT_RULES_PER_KEY; i++) {
		many_attr(&m, 1, "aor", "x%d@acme.example", i);
		nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
		many_attr(&m, 1, "domain", "d%d.acme.example", i);
		nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
		many_attr(&m, 1, "source", "10.%d.%d.0/24", i / 256, i % 256);
		nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
	}
	ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s", m.r.faults[0]);
	free(p);
}
END_TEST

/* More lists than one address may be in */
START_TEST(sources_of_one_address)
{
	struct many m;
	struct nt_policy *p;

	for(int more = 0; more < 2; more++) {
		many_begin(&m, "rules");
		many_attr(&m, 0, "nat", "force");
		for(int i = 0; i < NT_LISTS_HERE + more; i++) {
			many_attr(&m, 1, "source", "192.0.2.7-192.0.2.%d", i + 7);
			nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
		}
		if(more == 0) {
			ck_assert_int_eq(nt_reading_end(&m.r, &p), 0);
			free(p);
			continue;
		}
		ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
		check_faults("sources", &m.r,
				"0 networks@=192.0.2.7: 64 sites, LANs, gateways and source "
				"lists at most may hold one address");
	}
}
END_TEST

/* However many lists there are, the same one is one: else rules of one source
 * would be as many lists at one address */
START_TEST(the_same_source_is_one_list)
{
	struct many m;
	struct nt_policy *p;

	many_begin(&m, "rules");
	many_attr(&m, 0, "nat", "force");
	for(int i = 0; i < 3000; i++) {
		many_attr(&m, 1, "source", "10.%d.%d.0/24", i / 256, i % 256);
		nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
	}
	for(int i = 0; i < 2 * NT_LISTS_HERE; i++) {
		many_attr(&m, 1, "source", "192.0.2.0/24,203.0.113.0/24");
		nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
	}
	ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s", m.r.faults[0]);
	ck_assert_uint_eq(p->lists.count, 3001);
	free(p);
}
END_TEST

/* A thousand addresses, none beside another; free it */
static struct nt_span thousand(void)
{
	char *text = nt_heap(NULL, 1000 * 16);
	size_t len = 0;

	for(int i = 0; i < 1000; i++)
		len += (size_t)snprintf(
				text + len, 16, "10.0.%d.%d ", i / 100, i % 100 * 2);
	return nt_span_of(text, len);
}

/* A list as long as may be, made of long lists; and one network more, which is
 * told, not left out */
START_TEST(networks_of_one_list)
{
	static const char *const more[] = {
			"", " 192.0.2.1", " 192.0.2.1 192.0.2.2"};
	struct nt_span prefixes = thousand();
	char use[2 * 1000 + 32];
	struct many m;
	struct nt_policy *p;

	for(size_t i = 0; i < 1000; i++)
		memcpy(use + 2 * i, "n ", 3);
	memcpy(use + 2 * 1000, more[_i], strlen(more[_i]) + 1);
	many_begin(&m, "networks");
	many_attr(&m, 0, "name", "n");
	m.attrs[1] = (struct nt_attr){NT_SPAN("prefixes"), prefixes};
	nt_reading_open(&m.r, 3, "network", m.attrs, 2);
	many_attr(&m, 0, "name", "l");
	m.attrs[1] = (struct nt_attr){NT_SPAN("use"), nt_span_cstr(use)};
	nt_reading_open(&m.r, 3, "lan", m.attrs, 2);
	nt_heap_drop(prefixes);
	if(_i == 0) {
		ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s", m.r.faults[0]);
		free(p);
		return;
	}
	ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
	check_faults("one more", &m.r,
			"4 lan@use=192.0.2.1: 1000000 networks at most in a list");
}
END_TEST

#define PLACES_MAX 65535

START_TEST(places_of_one_file)
{
	struct many m;
	struct nt_policy *p;

	many_begin(&m, "networks");
	for(int i = 0; i < PLACES_MAX; i++) {
		many_attr(&m, 0, "name", "g%d", i);
		many_attr(&m, 1, "address", "10.%d.%d.%d", i >> 14, i >> 7 & 127,
				i & 127);
		nt_reading_open(&m.r, 3, "gateway", m.attrs, 2);
	}
	many_attr(&m, 0, "name", "n");
	many_attr(&m, 1, "prefixes", "10.0.0.0/8");
	ck_assert_int_eq(nt_reading_open(&m.r, 3, "network", m.attrs, 2), 0);
	if(_i == 0) {
		ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s", m.r.faults[0]);
		ck_assert_uint_eq(p->place.count, PLACES_MAX);
		free(p);
		return;
	}
	many_attr(&m, 0, "name", "one-more");
	nt_reading_open(&m.r, 3, "lan", m.attrs, 2);
	ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
	check_faults("one more", &m.r,
			"65539 lan@=lan: 65535 lans, sites and gateways at most");
}
END_TEST

#define PROFILES_MAX 10000

START_TEST(profiles_of_one_file)
{
	struct many m;
	struct nt_policy *p;

	for(int more = 0; more < 2; more++) {
		many_begin(&m, "profiles");
		for(int i = 7; i < PROFILES_MAX + more; i++) {
			many_attr(&m, 0, "name", "p%d", i);
			nt_reading_open(&m.r, 3, "profile", m.attrs, 1);
		}
		/* the default is there already */
		many_attr(&m, 0, "name", "default");
		if(more == 0) {
			nt_reading_open(&m.r, 3, "profile", m.attrs, 1);
			ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s", m.r.faults[0]);
			ck_assert_uint_eq(p->profile.count, PROFILES_MAX);
			free(p);
			continue;
		}
		ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
		check_faults("one more", &m.r, "9996 profile@=p10000: 10000 profiles");
	}
}
END_TEST

#define RULES_MAX 100000

START_TEST(rules_of_one_file)
{
	struct many m;
	struct nt_policy *p;

	for(int more = 0; more < 2; more++) {
		many_begin(&m, "rules");
		many_attr(&m, 0, "nat", "force");
		for(int i = 0; i < RULES_MAX + more; i++) {
			many_attr(&m, 1, "domain", "d%d.example", i);
			nt_reading_open(&m.r, 3, "rule", m.attrs, 2);
		}
		if(more == 0) {
			ck_assert_msg(nt_reading_end(&m.r, &p) == 0, "%s", m.r.faults[0]);
			ck_assert_uint_eq(p->rule.count, RULES_MAX);
			free(p);
			continue;
		}
		ck_assert_int_eq(nt_reading_end(&m.r, &p), EINVAL);
		check_faults(
				"one more", &m.r, "100003 rule@=rule: 100000 rules at most");
	}
}
END_TEST

/* --- memory
 * ------------------------------------------------------------------- */

static const char whole_file[] =
		"networks|.network name=n prefixes='10.0.0.0/8 builtin:cgn'|.lan "
		"name=l "
		"use=n|.nated name=d prefixes=192.168.0.0/16|.site name=s "
		"prefixes=192.0.2.1|.gateway name=g "
		"address=192.0.2.2|profiles|.profile "
		"name=p|..detect signs=via-addr|..media tos=1|rules|.rule profile=p "
		"domain=acme.example|.rule source='s g' nat=force|.rule source=l "
		"nat=never|.rule aor=bob@acme.example profile=asterisk|.rule "
		"user-agent='Old*' socket=inside nat=force";

START_TEST(no_memory)
{
	struct nt_range interfaces[1];
	size_t n = interfaces_must(interfaces, 1, "10.9.0.0/16");
	struct nt_policy *p;
	size_t fail_at = 0;
	int err;

	do {
		struct nt_reading r;

		p = NULL;
		if(nt_reading_begin(&r, ++fail_at, interfaces, n) != NULL)
			nt_reading_text(&r, whole_file);
		err = nt_reading_end(&r, &p);
		ck_assert_msg(err == 0 || err == ENOMEM, "block %zu: %d", fail_at, err);
		ck_assert_msg(
				r.fault_count == 0, "block %zu: %s", fail_at, r.faults[0]);
		ck_assert_msg(
				err == 0 || r.purse.calls >= fail_at, "block %zu", fail_at);
	} while(err != 0);
	free(p);
	ck_assert_msg(fail_at > 40, "%zu blocks only", fail_at);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_draft");

	nt_add_rows(s, "rows", row, NT_COUNT(rows));
	nt_add_rows(s, "open", open_says_whether_it_was_refused, 1);
	nt_add_rows(s, "fault", a_fault_of_the_reader_counts, 1);
	nt_add_rows(s, "values", value, NT_COUNT(values));
	nt_add_rows(s, "lines", profiles_know_their_lines, 1);
	nt_add_rows(s, "places", places_keep_what_was_said, 1);
	nt_add_rows(s, "nets", net, NT_COUNT(nets));
	nt_add_rows(s, "key", rules_of_one_key, NT_COUNT(keys));
	nt_add_rows(s, "key in other words", rules_of_one_key_in_other_words, 4);
	nt_add_rows(s, "many keys", rules_of_many_keys, 1);
	nt_add_rows(s, "address", sources_of_one_address, 1);
	nt_add_rows(s, "same source", the_same_source_is_one_list, 1);
	nt_add_rows(s, "list", networks_of_one_list, 3);
	nt_add_rows(s, "place limit", places_of_one_file, 2);
	nt_add_rows(s, "profile limit", profiles_of_one_file, 1);
	nt_add_rows(s, "rule limit", rules_of_one_file, 1);
	nt_add_rows(s, "no memory", no_memory, 1);
	return nt_run(s);
}
