/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of what a policy file says, and of its memory */
#include "unit/nt/nt_policies.h"

#define NET "networks|."

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

START_TEST(the_gate_keeps_what_was_said)
{
	struct nt_policy *p = nt_policy_must("networks|.gate ports='443 80 443 1' "
										 "own-sockets=allow");

	ck_assert_uint_eq(p->gate.line, 2);
	ck_assert_uint_eq(p->gate.port_count, 3);
	ck_assert_uint_eq(p->gate.ports[0], 1);
	ck_assert_uint_eq(p->gate.ports[1], 80);
	ck_assert_uint_eq(p->gate.ports[2], 443);
	ck_assert(p->gate.own_sockets);
	free(p);
	p = nt_policy_must("networks|.gate own-sockets=deny");
	ck_assert(!p->gate.own_sockets && p->gate.port_count == 0);
	free(p);
	p = nt_policy_must("");
	ck_assert(p->gate.line == 0 && !p->gate.own_sockets);
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
	{"none is NATed", NET "nated name=d prefixes=interfaces", "", "10.1.1.1=4 192.168.0.1=4"},
	{"a network alone says nothing", NET "network name=n prefixes=8.8.8.0/24", "", "8.8.8.8=0 10.1.1.1=10004"},
	{"a lan", NET "lan name=l prefixes='10.0.0.0/8 8.8.8.0/24'", "", "10.1.1.1=30004 8.8.8.8=20000"},
	{"a site", NET "site name=s prefixes=8.8.8.0/24", "", "8.8.8.8=40000"},
	{"D13 a site without an ALG is only a name", NET "site name=s prefixes=8.8.8.0/24 alg=none", "", "8.8.8.8=0"},
	{"a gateway is only a name", NET "gateway name=g address=8.8.8.8", "", "8.8.8.8=0"},
	{"T03 peers that are believed", NET "trusted name=t prefixes=8.8.8.0/24|.nated name=d prefixes=8.8.8.8", "", "8.8.8.8=90000 8.8.8.9=80000 8.8.9.1=0"},
	{"T03 what a gate allows and denies", NET "gate allow='127.0.0.0/8 !127.0.0.2' deny='8.8.8.0/24 127.0.0.1'", "",
		"127.0.0.1=310002 127.0.0.2=10002 127.0.0.3=110002 8.8.8.8=200000 ::1=10002"},
	{"a gate with names", NET "network name=n prefixes='10.0.0.0/8 builtin:linklocal'|.gate allow=n deny='n !10.0.0.0/8'", "", "10.0.0.1=110004 169.254.1.1=310010"},
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

/* --- memory
 * ------------------------------------------------------------------- */

static const char whole_file[] =
		"networks|.network name=n prefixes='10.0.0.0/8 builtin:cgn'|.lan "
		"name=l "
		"use=n|.nated name=d prefixes=192.168.0.0/16|.site name=s "
		"prefixes=192.0.2.1|.trusted name=t use=n|.gate allow=n deny=192.0.2.9 "
		"ports=80|.gateway name=g "
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
	Suite *s = suite_create("nt_draft_values");

	nt_add_rows(s, "values", value, NT_COUNT(values));
	nt_add_rows(s, "lines", profiles_know_their_lines, 1);
	nt_add_rows(s, "places", places_keep_what_was_said, 1);
	nt_add_rows(s, "gate", the_gate_keeps_what_was_said, 1);
	nt_add_rows(s, "nets", net, NT_COUNT(nets));
	nt_add_rows(s, "no memory", no_memory, 1);
	return nt_run(s);
}
