/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Relay decisions: all pairs of places, each rule by itself, and laws. */
#include "unit/nt/nt_relay_scene.h"

/* clang-format off */
/* Small letters: direct. lw lan-wan, sl same-lan, tl two-lans, ss same-site, sr
 * same-nat-relay, wr browser-and-phone, fa ipv4-ipv6, fe far-end-nat, sp
 * sdp-private, re both-reachable. Rows and columns as in spots[], up to the
 * diagonal, which is another one at the same place. */
static const char *const pairs[] = {
	"re",
	"re re",
	"FA FA re",
	"LW LW FA sl",
	"LW LW FA sl sl",
	"LW LW FA TL TL sl",
	"LW LW FA TL TL TL sl",
	"FE FE FA LW LW LW LW SR",
	"FE FE FA LW LW LW LW SR SR",
	"FE FE FA LW LW LW LW FE FE SR",
	"FE FE FA LW LW LW LW FE FE FE ss",
	"FE FE FA LW LW LW LW FE FE FE ss ss",
	"FE FE FA LW LW LW LW FE FE FE FE FE SR",
	"FE FE FA LW LW LW LW FE FE FE FE FE SR SR",
	"FE FE FA LW LW LW LW FE FE FE FE FE FE FE SR",
	"WR WR WR WR WR WR WR WR WR WR WR WR WR WR WR SR",
	"FE FE FA LW LW LW LW FE FE FE FE FE FE FE FE WR SR",
	"FE FE FA LW LW LW LW FE FE FE FE FE FE FE FE WR FE SR",
	"re re FA LW LW LW LW FE FE FE FE FE FE FE FE WR FE FE re",
	"SP SP FA LW LW LW LW FE FE FE FE FE FE FE FE WR FE FE SP SP",
	"LW LW FA sl sl TL TL LW LW LW LW LW LW LW LW WR LW LW LW LW sl",
	"LW LW FA TL TL TL TL LW LW LW LW LW LW LW LW WR LW LW LW LW TL sl",
};
static const char codes[][3] = {"rj", "mc", "un", "ft", "al", "nv", "lp", "wr", "fa", "lw", "sl", "tl", "ss", "sn", "sr", "ic", "fe", "sp", "re"};
/* clang-format on */

START_TEST(all_pairs_of_places)
{
	struct nt_relay_end ends[2];
	struct nt_stream streams[2];

	for(size_t j = 0; j <= (size_t)_i; j++) {
		struct nt_relay d;
		char got[3];

		stand(&ends[0], &streams[0], (size_t)_i);
		stand(&ends[1], &streams[1], j);
		d = law_decide(ends, &all);
		memcpy(got, codes[d.rule], sizeof(got));
		if(d.what != NT_RELAY_DIRECT) {
			got[0] = (char)(got[0] - 32);
			got[1] = (char)(got[1] - 32);
		}
		ck_assert_msg(memcmp(pairs[_i] + 3 * j, got, 2) == 0,
				"%s and %s: %s instead of %.2s", spots[_i].name, spots[j].name,
				got, pairs[_i] + 3 * j);
		/* before the answer is there, the offer alone decides the same, but
		 * for what the answer says itself */
		ends[1].stream = NULL;
		if(d.rule != NT_MEDIA_RULE_SDP_PRIVATE)
			ck_assert_int_eq(law_decide(ends, &all).what, d.what);
	}
}
END_TEST

/* clang-format off */
/* The words are those of nt_relay_scene.h; a number is enum nt_relay_unable. */
static const struct {
	const char *name, *ends, *want;
} rows[] = {
	{"1 N098 rejected", "nat-a nat-b rejected", "direct rejected"},
	{"1 N098 rejected, though always", "nat-a always nat-b rejected", "direct rejected"},
	{"1 port 0 of a bundle is not", "nat-a nat-b bundle", "relayed far-end-nat"},
	{"1 N144 a connection on hold", "nat-a nat-b tcp holdconn", "direct rejected"},
	{"1 N144 MSRP takes no notice of holdconn", "nat-a nat-b msrp cema holdconn", "relayed far-end-nat"},
	{"1 multicast", "nat-a nat-b multicast", "direct multicast"},
	{"1 a transport that nobody knows", "nat-a nat-b unknown", "direct transport-unknown"},
	{"1 N092 N093 a faulty stream", "office world fault", "direct sdp-fault"},
	{"2 T29 a faulty stream does not get past always", "nat-a always nat-b fault", "refused policy-always 4"},
	{"2 T29 nor multicast", "world always world-2 multicast", "refused policy-always 4"},
	{"2 T29 nor a transport that nobody knows", "world always world-2 unknown", "refused policy-always 2"},
	{"2 T29 but where the policy lets it", "world always fail-direct world-2 fail-direct unknown", "direct policy-always 2"},
	{"2 M4 always", "world world-2 always", "relayed policy-always"},
	{"2 always, in one LAN", "office always office-2", "relayed policy-always"},
	{"2 never", "nat-a never nat-b", "direct policy-never"},
	{"2 never, between LAN and world", "office world never", "direct policy-never"},
	{"2 always is stronger than never", "nat-a never nat-b always", "relayed policy-always"},
	{"3 M14 out and back to the same LAN", "office proxied behind-office-2", "direct-without own-relay"},
	{"3 M14 out and back to the world", "world proxied behind-world-2", "direct-without own-relay"},
	{"3 M15 out and back to another LAN", "office proxied behind-lab", "relayed own-relay"},
	{"3 M14 out and back behind the same NAT", "nat-a direct proxied behind-nat-a-2 direct", "relayed own-relay"},
	{"3 M14 out and back to the same site", "acme proxied behind-acme-2", "direct-without own-relay"},
	{"3 always, behind our relay", "office proxied behind-office-2 always", "relayed policy-always"},
	{"3 always, of who is behind our relay", "office proxied behind-office-2 behind-always", "relayed policy-always"},
	{"3 the same of the other end", "proxied behind-office behind-always office-2", "relayed policy-always"},
	{"3 never", "office proxied behind-office-2 never", "direct policy-never"},
	{"4 M3 IPv4 and IPv6", "world world-6", "relayed ipv4-ipv6"},
	{"4 M3 the answer's family is that of its sender, until it is there", "world world-6 gone", "relayed ipv4-ipv6"},
	{"4 N102 on hold with 0.0.0.0, the sender's counts", "world-6 world hold", "relayed ipv4-ipv6"},
	{"4 M26 a browser and a phone, though in one LAN", "office browser", "relayed browser-and-phone"},
	{"5 M1 LAN and world", "office world", "relayed lan-wan"},
	{"5 M1 a LAN that nobody listed, and the world", "flat world", "relayed lan-wan"},
	{"6 M31 one LAN", "office office-2", "direct same-lan"},
	{"6 two LANs", "office lab", "relayed two-lans"},
	{"6 two LANs with routes to each other", "office group-1 lab group-1", "direct same-lan"},
	{"6 two LANs with routes to others", "office group-1 lab group-2", "relayed two-lans"},
	{"7 M6 N164 one NAT, same-nat=relay", "nat-a relay nat-a-2 relay", "relayed same-nat-relay"},
	{"7 M6 one NAT, same-nat=sites", "nat-a sites nat-a-2 sites", "relayed same-nat-relay"},
	{"7 M6 one NAT, same-nat=direct", "nat-a direct nat-a-2 direct", "direct same-nat"},
	{"7 one NAT, same-nat=direct for one alone", "nat-a direct nat-a-2 sites", "relayed same-nat-relay"},
	{"7 M6 N165 one site, same-nat=sites", "acme sites acme-2 sites", "direct same-site"},
	{"7 N165 one site, same-nat=relay", "acme relay acme-2 relay", "relayed same-nat-relay"},
	{"7 the site says relay", "acme direct acme-2 direct site-relay", "relayed same-nat-relay"},
	{"7 the site says direct", "acme relay acme-2 relay site-direct", "direct same-site"},
	{"7 N166 a carrier's NAT, same-nat=direct", "cgn direct cgn-2 direct", "relayed same-nat-relay"},
	{"7 N166 auto: a carrier's NAT, though the networks agree", "cgn auto network-1 cgn-2 auto network-1", "relayed same-nat-relay"},
	{"7 auto: address and network agree", "nat-a auto network-1 nat-a-2 auto network-1", "direct same-nat"},
	{"7 auto: networks differ", "nat-a auto network-1 nat-a-2 auto network-2", "relayed same-nat-relay"},
	{"7 auto: networks are not listed", "nat-a auto nat-a-2 auto", "relayed same-nat-relay"},
	{"7 auto: two that say the same address", "nat-a auto network-1 nat-a auto network-1", "relayed same-nat-relay"},
	{"7 auto and direct: both have to allow it", "nat-a auto nat-a-2 direct", "relayed same-nat-relay"},
	{"7 auto and sites: both have to allow it", "acme auto network-1 acme-2 sites network-1", "direct same-site"},
	{"7 auto within a site: networks differ", "acme auto network-1 acme-2 sites network-2", "relayed same-nat-relay"},
	{"7 two NATs, same-nat=direct", "nat-a direct nat-b direct", "relayed far-end-nat"},
	{"7 one proxy in front of two is no NAT", "prx-priv direct prx-priv direct", "relayed sdp-private"},
	{"8 M2 behind a NAT, and not", "nat-a world", "relayed far-end-nat"},
	{"8 an ALG", "alg world", "relayed far-end-nat"},
	{"8 N121 M25 both do ICE, and it is trusted", "nat-a ice nat-b ice", "direct ice"},
	{"8 both do ICE, one is not trusted", "nat-a ice nat-b ice-untrusted", "relayed far-end-nat"},
	{"8 one does ICE", "nat-a ice nat-b", "relayed far-end-nat"},
	{"8 one does half of it", "nat-a ice nat-b ice-lite", "relayed far-end-nat"},
	{"8 both will do ICE, as far as known", "nat-a ice nat-b ice gone", "direct ice"},
	{"8 ICE does not get out of a LAN", "office ice world ice", "relayed lan-wan"},
	{"8 T29 ICE does not get past always", "nat-a ice always nat-b ice", "relayed policy-always"},
	{"8 two browsers", "browser browser ice", "relayed same-nat-relay"},
	{"9 D9 a private SDP through another proxy", "prx-priv world", "relayed sdp-private"},
	{"9 N096 an mDNS name is of somebody's LAN", "world world-2 mdns", "relayed sdp-private"},
	{"10 both reachable", "world world-2", "direct both-reachable"},
	{"10 both reachable, the answer is not there yet", "world world-2 gone", "direct both-reachable"},
	{"F07 no engine", "nat-a nat-b no-engine", "refused far-end-nat 1"},
	{"F07 no engine, and none needed", "world world-2 no-engine", "direct both-reachable"},
	{"F07 no engine, may be direct", "nat-a fail-direct nat-b fail-direct no-engine", "direct far-end-nat 1"},
	{"F07 no engine, may be direct for one alone", "nat-a fail-direct nat-b no-engine", "refused far-end-nat 1"},
	{"F07 no engine, and none needed to get rid of a relay", "office proxied behind-office-2 no-engine", "direct-without own-relay"},
	{"M10 T.120, and an engine for it", "nat-a nat-b t120", "relayed far-end-nat"},
	{"M10 T.120, and none for it", "nat-a nat-b t120 udp-only", "refused far-end-nat 2"},
	{"M10 T.120 in one LAN needs none", "office office-2 t120 udp-only", "direct same-lan"},
	{"N146 MSRP that may be changed", "nat-a nat-b msrp cema", "relayed far-end-nat"},
	{"N146 MSRP that may not", "nat-a nat-b msrp", "refused far-end-nat 3"},
	{"N146 MSRP that may not, between those who reach each other", "world world-2 msrp", "direct both-reachable"},
};
/* clang-format on */

START_TEST(each_rule)
{
	static const char *const words[] = {
			"direct", "relayed", "direct-without", "refused"};
	struct scene s;
	struct nt_relay d;
	char got[64];
	int n;

	scene_of(&s, rows[_i].ends);
	d = law_decide(s.ends, &s.engine);
	n = snprintf(got, sizeof(got), "%s %s", words[d.what],
			nt_relay_rule_name(d.rule));
	if(d.unable != NT_UNABLE_NOT)
		snprintf(got + n, sizeof(got) - (size_t)n, " %d", d.unable);
	ck_assert_msg(strcmp(got, rows[_i].want) == 0, "%s: '%s' instead of '%s'",
			rows[_i].name, got, rows[_i].want);
}
END_TEST

/* Any two places with anything said about them */
START_TEST(laws_hold)
{
	static const char *const words[] = {"never", "always", "behind-always",
			"relay", "sites", "direct", "auto", "fail-direct", "gone",
			"network-1", "network-2", "group-1", "ice", "ice-lite", "rejected",
			"bundle", "holdconn", "multicast", "unknown", "fault", "msrp",
			"cema", "t120", "tcp", "hold", "mdns", "no-engine", "udp-only",
			"site-relay", "site-direct"};
	uint64_t random = 77;
	unsigned seen = 0;

	for(int round = 0; round < 100000; round++) {
		struct scene s;
		char text[256];
		size_t n = 0;

		site.same_nat = UINT32_MAX;
		for(int end = 0; end < 2; end++) {
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s ",
					spots[nt_random(&random) % NT_COUNT(spots)].name);
			if(nt_random(&random) % 6 == 0)
				n += (size_t)snprintf(text + n, sizeof(text) - n, "behind-%s ",
						spots[nt_random(&random) % NT_COUNT(spots)].name);
			for(int i = 0; i < 4; i++) {
				if(nt_random(&random) % 2 == 0)
					n += (size_t)snprintf(text + n, sizeof(text) - n, "%s ",
							words[nt_random(&random) % NT_COUNT(words)]);
			}
		}
		scene_of(&s, text);
		seen |= 1u << law_decide(s.ends, &s.engine).rule;
	}
	ck_assert_uint_eq(seen, (1u << NT_MEDIA_RULE_COUNT) - 1);
}
END_TEST

int main(void)
{
	const struct group groups[] = {
			{"pairs", all_pairs_of_places, NT_COUNT(pairs)},
			{"rules", each_rule, NT_COUNT(rows)}, {"laws", laws_hold, 1}};

	return run_groups("nt_relay", groups, NT_COUNT(groups));
}
