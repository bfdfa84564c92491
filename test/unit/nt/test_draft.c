/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a policy file may say, and what is told of what it may not say */
#include "unit/nt/nt_policies.h"

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
	"a name that no other network, lan, nated, trusted, site or gateway has"
#define LIST_ALLOWED "networks like 10.0.0.0/8, "
#define NOTHING_LEFT "at least one network"
#define PORTS "1 to 32 ports of 1 to 1023, as in \"80 443\""
#define PORTS32                                                                \
	"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 " \
	"28 29 30 31 32"
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
	{"an unknown network element", NET "router name=a", "2 router@=router: network, nated, trusted, lan, site, gateway or gate"},
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
	{"leaving out in use alone gives nothing", NET "network name=a prefixes=10.0.0.0/8|.lan name=b use=!a", "3 lan@prefixes=: " NOTHING_LEFT},
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

	/* whom we believe, and where packets may go */
	{"peers that are believed", NET "trusted name=a prefixes=192.0.2.0/24|.network name=n prefixes=10.0.0.0/8|.trusted name=b use='n interfaces' prefixes='!10.1.0.0/16 builtin:ula'|rules|.rule source=a nat=never", ""},
	{"believed, but nobody", NET "trusted name=a", "2 trusted@prefixes=: " NOTHING_LEFT},
	{"believed, without a name", NET "trusted prefixes=192.0.2.0/24", "2 trusted@name=: " NAME_ALLOWED},
	{"believed, another name", NET "trusted name=a prefixes=192.0.2.1|.lan name=a prefixes=192.0.2.1", "3 lan@name=a: " OTHER_NAME},
	{"believed, an unknown attribute", NET "trusted name=a prefixes=192.0.2.1 tokens=yes", "2 trusted@tokens=yes: name, use and prefixes"},
	{"a gate that says nothing", NET "gate", ""},
	{"all that a gate may say", NET "network name=n prefixes=10.0.0.0/8|.gate allow='n 127.0.0.1 builtin:linklocal !169.254.169.254' deny='10.9.0.0/16 interfaces' ports='443,80;80 1 1023' own-sockets=allow", ""},
	{"a gate that allows nothing", NET "gate allow=''", "2 gate@allow=: " NOTHING_LEFT},
	{"a gate that denies nothing", NET "gate deny='10.0.0.0/8 !10.0.0.0/8'", "2 gate@deny=10.0.0.0/8 !10.0.0.0/8: " NOTHING_LEFT},
	{"a gate with the name of a lan", NET "lan name=a prefixes=10.0.0.0/8|.gate allow=a", "3 gate@allow=a: " LIST_ALLOWED},
	{"a gate has no name", NET "gate name=a", "2 gate@name=a: allow, deny, ports and own-sockets"},
	{"two gates", NET "gate deny=10.0.0.0/8|.gate deny=10.0.0.0/8", "3 gate@=gate: one gate at most"},
	{"no port", NET "gate ports=' , '", "2 gate@ports= , : " PORTS},
	{"port 0", NET "gate ports='80 0'", "2 gate@ports=0: " PORTS},
	{"a port that needs no permission", NET "gate ports='443 1024 5060'", "2 gate@ports=1024: " PORTS "|2 gate@ports=5060: " PORTS},
	{"what is no port", NET "gate ports='sip -1 80-90'", "2 gate@ports=sip: " PORTS "|2 gate@ports=-1: " PORTS "|2 gate@ports=80-90: " PORTS},
	{"32 ports", NET "gate ports='" PORTS32 " 1 32'", ""},
	{"33 ports", NET "gate ports='" PORTS32 " 33'", "2 gate@ports=33: " PORTS},
	{"own sockets are denied by word", NET "gate own-sockets=' deny '", ""},
	{"another word for own sockets", NET "gate own-sockets=yes", "2 gate@own-sockets=yes: deny or allow"},
	{"no word for own sockets", NET "gate own-sockets=", "2 gate@own-sockets=: deny or allow"},
	{"all faults of a gate", NET "gate x=! allow=! deny=x ports=! own-sockets=!",
		"2 gate@x=!: allow, deny|2 gate@allow=!: " LIST_ALLOWED "|2 gate@deny=x: " LIST_ALLOWED "|2 gate@ports=!: " PORTS "|2 gate@own-sockets=!: deny"},

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

START_TEST(row)
{
	struct nt_reading r;
	struct nt_policy *p = NULL;
	int err;

	NT_MUST(nt_reading_begin(&r, 0, NULL, 0) != NULL);
	nt_reading_text(&r, rows[_i].text);
	err = nt_reading_end(&r, &p);
	nt_faults_check(rows[_i].name, &r, rows[_i].faults);
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
	nt_faults_check("reader", &r, "7 x@=text: no text");
	ck_assert_int_eq(nt_reading_end(&r, &p), EINVAL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_draft");

	nt_add_rows(s, "rows", row, NT_COUNT(rows));
	nt_add_rows(s, "open", open_says_whether_it_was_refused, 1);
	nt_add_rows(s, "fault", a_fault_of_the_reader_counts, 1);
	return nt_run(s);
}
