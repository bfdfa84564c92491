/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What holds for every verdict, whatever the message */
#include "unit/nt/nt_scene.h"

#define MAX_CONTACTS 5

static const char *const hosts[] = {"198.51.100.7", "198.51.100.8", "10.1.2.3",
		"192.168.1.20", "100.64.9.9", "192.0.2.9", "203.0.113.65", "10.200.0.1",
		"10.201.0.1", "[2001:db8::1]", "[fd00::1]", "[2002:a01:203::1]",
		"[::ffff:10.1.2.3]", "pbx.example.com", "x.invalid", "*", ""};
#define ADDRESS_COUNT 13 /* the first ones */

struct scene
{
	struct nt_evidence ev;
	struct nt_claim contacts[MAX_CONTACTS];
	struct nt_sdp sdp;
	enum nt_strictness strictness;
};

static uint64_t pick(uint64_t *state, uint64_t below)
{
	return (nt_random(state) >> 16) % below;
}

static struct nt_claim random_claim(uint64_t *state)
{
	static const uint16_t ports[] = {0, 5060, 5070, 40000};
	const char *host = hosts[pick(state, NT_COUNT(hosts))];
	struct nt_claim c = nt_claim_of(
			nt_span_cstr(host), ports[pick(state, NT_COUNT(ports))]);

	if(strcmp(host, "*") == 0)
		c.host = NT_HOST_NONE;
	c.other_transport = pick(state, 5) == 0;
	return c;
}

static struct nt_sdp_target random_target(uint64_t *state)
{
	struct nt_sdp_target t = {.place = (enum nt_sdp_place)pick(state, 4)};

	if(t.place == NT_SDP_ADDR)
		t.addr = nt_addr_must(hosts[pick(state, ADDRESS_COUNT)]);
	return t;
}

static void random_sdp(struct nt_sdp *sdp, uint64_t *state)
{
	sdp->origin = random_target(state);
	sdp->stream_count = pick(state, 4);
	for(size_t i = 0; i < sdp->stream_count; i++) {
		sdp->streams[i].port = pick(state, 4) ? 4000 : 0;
		sdp->streams[i].target = random_target(state);
		sdp->streams[i].rtcp = random_target(state);
	}
}

static void random_scene(struct scene *s, uint64_t *state)
{
	memset(s, 0, sizeof(*s));
	s->ev.call_id = random_claim(state);
	s->ev.length_wrong = pick(state, 2);
	random_sdp(&s->sdp, state);
	s->ev.sdp = pick(state, 4) ? &s->sdp : NULL;
	s->ev.source.addr = nt_addr_must(hosts[pick(state, ADDRESS_COUNT)]);
	s->ev.source.port = pick(state, 2) ? 5060 : 40000;
	s->ev.transport = (enum nt_transport)pick(state, 6);
	s->ev.proxied = pick(state, 6) == 0;
	s->ev.tampered = pick(state, 6) == 0;
	s->ev.via = random_claim(state);
	s->ev.contacts = s->contacts;
	s->ev.contact_count = pick(state, MAX_CONTACTS + 1);
	for(size_t i = 0; i < s->ev.contact_count; i++)
		s->contacts[i] = random_claim(state);
	s->strictness = (enum nt_strictness)pick(state, 2);
}

static void shuffle(struct scene *s, uint64_t *state)
{
	for(size_t i = s->ev.contact_count; i > 1; i--) {
		size_t j = pick(state, i);
		struct nt_claim c = s->contacts[i - 1];

		s->contacts[i - 1] = s->contacts[j];
		s->contacts[j] = c;
	}
}

static int sign_count(uint32_t signs)
{
	return __builtin_popcount(signs);
}

static bool rule_fits_class(const struct nt_verdict *v)
{
	switch(v->rule) {
		case NT_RULE_NONE:
			return v->class == NT_CLASS_DIRECT;
		case NT_RULE_PROXIED:
			return v->class == NT_CLASS_PROXIED && v->signs & NT_SIGN_PROXIED;
		case NT_RULE_CONNECTION:
			return v->class == NT_CLASS_FLOW
				   && v->signs & (NT_SIGN_WEBSOCKET | NT_SIGN_CONTACT_INVALID);
		case NT_RULE_SITE:
			return v->class == NT_CLASS_NAT && v->signs & NT_SIGN_SITE;
		case NT_RULE_LAN:
			return v->class == NT_CLASS_LAN && v->signs & NT_SIGN_LAN;
		case NT_RULE_ALG:
			return v->class == NT_CLASS_ALG
				   && sign_count(v->signs & NT_SIGNS_ALG) >= 2;
		case NT_RULE_CLAIM:
		case NT_RULE_MISMATCH:
			return v->class == NT_CLASS_NAT && v->where != NT_WHERE_NONE
				   && v->claim.host == NT_HOST_ADDR;
		case NT_RULE_SIGN:
		case NT_RULE_ALWAYS:
		case NT_RULE_NEVER:
		case NT_RULE_FORCED:
		case NT_RULE_EXEMPT:
		case NT_RULE_GATEWAY:
			break; /* nobody asked for these here */
	}
	return false;
}

/* clang-format off */
#define CLAIM_SIGNS (NT_SIGN_CONTACT_PRIVATE | NT_SIGN_CONTACT_ADDR | NT_SIGN_CONTACT_PORT | NT_SIGN_CONTACT_INVALID \
	| NT_SIGN_VIA_PRIVATE | NT_SIGN_VIA_ADDR | NT_SIGN_VIA_PORT | MEDIA_SIGNS | NT_SIGNS_ALG)
#define MEDIA_SIGNS (NT_SIGN_SDP_PRIVATE | NT_SIGN_SDP_ADDR)
/* clang-format on */

static void check_alone(
		const struct scene *s, const struct nt_verdict *v, int round)
{
	ck_assert_msg(!(v->signs & ~(uint32_t)NT_SIGN_ALL),
			"round %d: signs without a name, %x", round, v->signs);
	ck_assert_msg(rule_fits_class(v), "round %d: %s by rule %s", round,
			nt_class_name(v->class), nt_rule_name(v->rule));
	ck_assert_msg((v->where != NT_WHERE_NONE)
						  == (v->rule == NT_RULE_CLAIM
								  || v->rule == NT_RULE_MISMATCH),
			"round %d: a claim is kept for rule %s", round,
			nt_rule_name(v->rule));
	ck_assert_msg(!s->ev.proxied || !(v->signs & CLAIM_SIGNS),
			"round %d: claims are compared with a proxy, %x", round, v->signs);
	ck_assert_msg(
			s->ev.transport == NT_TRANSPORT_UDP
					|| !(v->signs & (NT_SIGN_CONTACT_PORT | NT_SIGN_VIA_PORT)),
			"round %d: ports are compared on %s", round,
			nt_transport_name(s->ev.transport));
	ck_assert_msg(
			v->rule != NT_RULE_MISMATCH || s->strictness == NT_STRICT_ADDR,
			"round %d: a mismatch decides though it should not", round);
	ck_assert_msg(
			nt_class_is_nat(v->class)
					== (v->class == NT_CLASS_NAT || v->class == NT_CLASS_FLOW
							|| v->class == NT_CLASS_ALG),
			"round %d: is_nat", round);
	ck_assert_msg(!(v->signs & NT_SIGN_SOURCE_PRIVATE)
						  || !(v->signs & NT_SIGNS_ALG & ~NT_SIGN_ALG_LENGTH),
			"round %d: an ALG before a private source, %x", round, v->signs);
}

/* The same message without SDP: but for traces of an ALG nothing else changes
 */
static void check_media_is_no_evidence(const struct scene *s,
		const struct nt_netset *nets, const struct nt_verdict *v, int round)
{
	struct nt_evidence ev = s->ev;
	struct nt_verdict w;

	ev.sdp = NULL;
	w = nt_detect_by(&ev, nets, s->strictness);
	ck_assert_msg(
			w.signs == (v->signs & ~(uint32_t)(MEDIA_SIGNS | NT_SIGN_ALG_SDP)),
			"round %d: SDP adds other signs, %x to %x", round, v->signs,
			w.signs);
	ck_assert_msg(w.class == v->class || v->signs & NT_SIGN_ALG_SDP,
			"round %d: media makes %s out of %s", round,
			nt_class_name(v->class), nt_class_name(w.class));
}

static void check_related(struct scene *s, const struct nt_netset *nets,
		const struct nt_verdict *v, uint64_t *state, int round)
{
	struct scene other = *s;
	struct nt_verdict w;

	other.ev.contacts = other.contacts;
	shuffle(&other, state);
	w = nt_detect_by(&other.ev, nets, s->strictness);
	ck_assert_msg(
			w.class == v->class && w.signs == v->signs && w.rule == v->rule,
			"round %d: the order of Contacts makes %s out of %s", round,
			nt_class_name(w.class), nt_class_name(v->class));

	if(other.ev.contact_count > 0) {
		other.ev.contact_count--;
		w = nt_detect_by(&other.ev, nets, s->strictness);
		/* a private Contact hides that a private Call-ID is odd */
		ck_assert_msg(!(w.signs & ~v->signs & ~(uint32_t)NT_SIGN_ALG_CALLID),
				"round %d: less is more", round);
		ck_assert_msg(nt_class_is_nat(v->class) || !nt_class_is_nat(w.class),
				"round %d: one more Contact takes a NAT away", round);
	}
	check_media_is_no_evidence(s, nets, v, round);
	w = nt_detect_by(&s->ev, nets, NT_STRICT_ADDR);
	ck_assert_msg(
			w.signs == v->signs, "round %d: strictness adds signs", round);
	ck_assert_msg(w.class == v->class || w.rule == NT_RULE_MISMATCH,
			"round %d: strictness makes %s out of %s", round,
			nt_class_name(w.class), nt_class_name(v->class));
}

START_TEST(invariants)
{
	struct nt_netset *nets = nt_scene_nets();
	uint64_t state = 3581;
	int seen[NT_CLASS_COUNT] = {0};

	for(int round = 0; round < 40000; round++) {
		struct scene s;
		struct nt_verdict v;

		random_scene(&s, &state);
		v = nt_detect_by(&s.ev, nets, s.strictness);
		seen[v.class]++;
		check_alone(&s, &v, round);
		check_related(&s, nets, &v, &state, round);
	}
	for(int class = NT_CLASS_DIRECT; class < NT_CLASS_COUNT; class ++)
		ck_assert_msg(seen[class] > 100, "%s was met %d times only",
				nt_class_name((enum nt_class) class), seen[class]);
	free(nets);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *via, *contacts;
	enum nt_where where;
	const char *claim;
} kept[] = {
	{"Via is looked at first", "10.1.2.3:5062", "192.168.1.20:5060", NT_WHERE_VIA, "10.1.2.3:5062"},
	{"Contacts are looked at in order", "198.51.100.7", "198.51.100.7 192.168.1.20:5064 10.1.2.3", NT_WHERE_CONTACT, "192.168.1.20:5064"},
	{"a private claim is kept rather than an earlier mismatch", "198.51.100.8", "198.51.100.9 10.1.2.3", NT_WHERE_CONTACT, "10.1.2.3"},
	{"a mismatch is kept where there is no more", "pbx.example.com", "198.51.100.7 198.51.100.8:5060", NT_WHERE_CONTACT, "198.51.100.8:5060"},
};
/* clang-format on */

START_TEST(keeps_what_decided)
{
	struct nt_claim contacts[MAX_CONTACTS];
	struct nt_evidence ev = {.source = nt_endpoint_must("198.51.100.7:5060"),
			.transport = NT_TRANSPORT_UDP,
			.via = nt_claim_must(nt_span_cstr(kept[_i].via)),
			.contacts = contacts};
	struct nt_netset *nets = nt_scene_nets();
	char got[NT_ENDPOINT_TEXT];
	struct nt_verdict v;

	ev.contact_count =
			nt_claims_must(contacts, MAX_CONTACTS, kept[_i].contacts);
	v = nt_detect_by(&ev, nets, NT_STRICT_ADDR);
	nt_endpoint_print(got, sizeof(got), &v.claim.at);
	ck_assert_msg(v.where == kept[_i].where && strcmp(got, kept[_i].claim) == 0,
			"%s: %d, %s", kept[_i].name, v.where, got);
	free(nets);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_verdict");

	nt_add_rows(s, "invariants", invariants, 1);
	nt_add_rows(s, "kept", keeps_what_decided, NT_COUNT(kept));
	return nt_run(s);
}
