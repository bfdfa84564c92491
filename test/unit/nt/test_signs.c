/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signs of media and of ALGs. The sender is at 198.51.100.7:5060 (public),
 * which Via and Contact name as well, unless a row says otherwise. Only these
 * signs are compared; the class is what it is without them but for class alg.
 */
#include "unit/nt/nt_scene.h"

#define PUBLIC "198.51.100.7"
#define HEAD "v=0\r\no=a 1 1 IN IP4 " PUBLIC "\r\ns=-\r\n"
#define C(addr) "c=IN IP4 " addr "\r\n"
#define AUDIO "m=audio 4000 RTP/AVP 0\r\n"
#define VIDEO "m=video 4002 RTP/AVP 31\r\n"
#define REJECTED "m=video 0 RTP/AVP 31\r\n"
#define O_PRIVATE "v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\ns=-\r\n"
#define NO_SDP NULL

#define S_PRIV NT_SIGN_SDP_PRIVATE
#define S_ADDR NT_SIGN_SDP_ADDR
#define A_ID NT_SIGN_ALG_CALLID
#define A_MIX NT_SIGN_ALG_MIXED
#define A_SDP NT_SIGN_ALG_SDP
#define A_LEN NT_SIGN_ALG_LENGTH
#define THESE (S_PRIV | S_ADDR | NT_SIGNS_ALG)

enum
{
	PROXIED = 1,
	WRONG_LENGTH = 2,
	STRICT = 4,
	WS = 8
};

/* clang-format off */
static const struct {
	const char *name, *source, *via, *contacts, *call_id, *sdp;
	int how;
	uint32_t signs;
	enum nt_class class;
} rows[] = {
#define DIRECT(sdp) PUBLIC, PUBLIC, PUBLIC, "", sdp, 0
	{"D9 media at the source", DIRECT(HEAD C(PUBLIC) AUDIO), 0, NT_CLASS_DIRECT},
	{"D9 private media", DIRECT(HEAD C("10.0.0.1") AUDIO), S_PRIV | S_ADDR, NT_CLASS_DIRECT},
	{"D9 media of the carrier", DIRECT(HEAD C("100.64.1.1") AUDIO), S_PRIV | S_ADDR, NT_CLASS_DIRECT},
	{"D9 private media of IPv6", DIRECT(HEAD "c=IN IP6 fd00::1\r\n" AUDIO), S_PRIV | S_ADDR, NT_CLASS_DIRECT},
	{"N171 private media within an IPv6 address", DIRECT(HEAD "c=IN IP6 64:ff9b::10.0.0.1\r\n" AUDIO), S_PRIV | S_ADDR, NT_CLASS_DIRECT},
	{"N188 mapped media at the source", DIRECT(HEAD "c=IN IP6 ::ffff:" PUBLIC "\r\n" AUDIO), 0, NT_CLASS_DIRECT},
	{"D9 media at another public address", DIRECT(HEAD C("198.51.100.8") AUDIO), S_ADDR, NT_CLASS_DIRECT},
	{"D9 N102 hold is no sign", DIRECT(HEAD C("0.0.0.0") AUDIO), 0, NT_CLASS_DIRECT},
	{"D9 N102 hold of IPv6 is no sign", DIRECT(HEAD "c=IN IP6 ::\r\n" AUDIO), 0, NT_CLASS_DIRECT},
	{"D9 N122 the default of ICE is no sign", DIRECT(HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n" C("0.0.0.0") "a=ice-ufrag:x\r\na=candidate:1 1 udp 1 192.168.1.10 4000 typ host\r\n"), 0, NT_CLASS_DIRECT},
	{"D9 N096 an mDNS name is no sign", DIRECT(HEAD C("3c6f.local") AUDIO), 0, NT_CLASS_DIRECT},
	{"D9 N096 a host name is no sign", DIRECT(HEAD C("media.example.org") AUDIO), 0, NT_CLASS_DIRECT},
	{"D9 N098 a rejected stream is no sign", DIRECT(HEAD C(PUBLIC) AUDIO REJECTED C("10.0.0.1")), 0, NT_CLASS_DIRECT},
	{"D9 no stream is no sign", DIRECT(HEAD C("10.0.0.1")), 0, NT_CLASS_DIRECT},
	{"D9 a stream without c= is no sign", DIRECT(HEAD AUDIO), 0, NT_CLASS_DIRECT},
	{"D9 a private second stream behind a public one is a sign", DIRECT(HEAD AUDIO C(PUBLIC) VIDEO C("10.0.0.1")), S_PRIV | S_ADDR, NT_CLASS_DIRECT},
	{"D9 a private second stream behind a held one is a sign", DIRECT(HEAD AUDIO C("0.0.0.0") VIDEO C("10.0.0.1")), S_PRIV | S_ADDR, NT_CLASS_DIRECT},
	{"D9 a private first stream before a public one is a sign", DIRECT(HEAD C(PUBLIC) AUDIO C("10.0.0.1") VIDEO), S_PRIV | S_ADDR, NT_CLASS_DIRECT},
	{"D9 signs of the streams add up", DIRECT(HEAD AUDIO C("198.51.100.8") VIDEO C(PUBLIC)), S_ADDR, NT_CLASS_DIRECT},
	{"D9 private media from a private source is a sign", "10.0.0.1", "10.0.0.1", "10.0.0.1", "", HEAD C("10.0.0.1") AUDIO, 0, S_PRIV, NT_CLASS_DIRECT},
	{"D9 other private media from a private source", "10.0.0.1", "10.0.0.1", "10.0.0.1", "", HEAD C("10.0.0.2") AUDIO, 0, S_PRIV | S_ADDR, NT_CLASS_DIRECT},
	{"D9 private media changes no verdict, strict or not", PUBLIC, PUBLIC, PUBLIC, "", HEAD C("10.0.0.1") AUDIO, STRICT, S_PRIV | S_ADDR, NT_CLASS_DIRECT},
	{"D9 public media changes no verdict of NAT", PUBLIC, "10.0.0.1", "10.0.0.1", "", HEAD C(PUBLIC) AUDIO, 0, 0, NT_CLASS_NAT},
	{"D9 behind a proxy nothing is compared", PUBLIC, "10.0.0.1", "10.0.0.1", "", HEAD C("10.0.0.1") AUDIO, PROXIED, 0, NT_CLASS_PROXIED},

	{"an ALG forgot o=: one trace is no class", DIRECT(O_PRIVATE C(PUBLIC) AUDIO), A_SDP, NT_CLASS_DIRECT},
	{"an ALG forgot o= of a stream at a third address", DIRECT(O_PRIVATE C("198.51.100.8") AUDIO), A_SDP | S_ADDR, NT_CLASS_DIRECT},
	{"an ALG forgot a=rtcp: one trace is no class", DIRECT(HEAD C(PUBLIC) AUDIO "a=rtcp:4001 IN IP4 10.0.0.1\r\n"), A_SDP, NT_CLASS_DIRECT},
	{"an ALG forgot the second stream's a=rtcp", DIRECT(HEAD C(PUBLIC) AUDIO VIDEO "a=rtcp:4003 IN IP4 10.0.0.1\r\n"), A_SDP, NT_CLASS_DIRECT},
	{"all of SDP private: no ALG", DIRECT(O_PRIVATE C("10.0.0.1") AUDIO "a=rtcp:4001 IN IP4 10.0.0.1\r\n"), S_PRIV | S_ADDR, NT_CLASS_DIRECT},
	{"a private o= with a held stream is no trace", DIRECT(O_PRIVATE C("0.0.0.0") AUDIO), 0, NT_CLASS_DIRECT},
	{"a private o= with a rejected stream is no trace", DIRECT(O_PRIVATE C(PUBLIC) REJECTED), 0, NT_CLASS_DIRECT},
	{"a private o= without streams is no trace", DIRECT(O_PRIVATE C(PUBLIC)), 0, NT_CLASS_DIRECT},
	{"a host name in o= is no trace", DIRECT("v=0\r\no=a 1 1 IN IP4 x.local\r\n" C(PUBLIC) AUDIO), 0, NT_CLASS_DIRECT},
	{"0.0.0.0 in a=rtcp is no trace", DIRECT(HEAD C(PUBLIC) AUDIO "a=rtcp:9 IN IP4 0.0.0.0\r\n"), 0, NT_CLASS_DIRECT},
	{"private candidates beside the one of c= are no trace", DIRECT(HEAD C(PUBLIC) AUDIO "a=candidate:1 1 udp 1 192.168.1.10 4000 typ host\r\n"
		"a=candidate:2 1 udp 1 " PUBLIC " 4000 typ srflx\r\n"), 0, NT_CLASS_DIRECT},
	{"c= is none of the candidates: one trace is no class", DIRECT(HEAD C(PUBLIC) AUDIO "a=candidate:1 1 udp 1 192.168.1.10 4000 typ host\r\n"),
		NT_SIGN_ALG_ICE, NT_CLASS_DIRECT},
	{"a candidate that is a name may be any address", DIRECT(HEAD C(PUBLIC) AUDIO "a=candidate:1 1 udp 1 192.168.1.10 4000 typ host\r\n"
		"a=candidate:2 1 udp 1 x.local 4000 typ host\r\n"), 0, NT_CLASS_DIRECT},
	{"a private c= without its candidate says that it is private", DIRECT(HEAD C("10.0.0.9") AUDIO "a=candidate:1 1 udp 1 192.168.1.10 4000 typ host\r\n"),
		NT_SIGN_SDP_PRIVATE | NT_SIGN_SDP_ADDR, NT_CLASS_DIRECT},
	{"a browser's o= of 127.0.0.1 is no trace", DIRECT("v=0\r\no=- 46117 2 IN IP4 127.0.0.1\r\n" C(PUBLIC) AUDIO "a=ice-ufrag:x\r\n"), 0, NT_CLASS_DIRECT},

	{"an ALG forgot the Call-ID: one trace is no class", PUBLIC, PUBLIC, PUBLIC, "10.0.0.1", NO_SDP, 0, A_ID, NT_CLASS_DIRECT},
	{"an ALG forgot the Call-ID, Via is a name", PUBLIC, "pc.example.org", "", "10.0.0.1", NO_SDP, 0, A_ID, NT_CLASS_DIRECT},
	{"a Call-ID of IPv6", PUBLIC, PUBLIC, PUBLIC, "[fd00::1]", NO_SDP, 0, A_ID, NT_CLASS_DIRECT},
	{"a Call-ID with a public address is no trace", PUBLIC, PUBLIC, PUBLIC, "198.51.100.9", NO_SDP, 0, 0, NT_CLASS_DIRECT},
	{"a Call-ID with a name is no trace", PUBLIC, PUBLIC, PUBLIC, "pc.example.org", NO_SDP, 0, 0, NT_CLASS_DIRECT},
	{"a private Call-ID beside a private Via is no trace", PUBLIC, "10.0.0.1", "pbx.example.org", "10.0.0.1", NO_SDP, 0, 0, NT_CLASS_NAT},
	{"a private Call-ID beside a private Contact is no trace", PUBLIC, "pbx.example.org", "10.0.0.1", "10.0.0.1", NO_SDP, 0, 0, NT_CLASS_NAT},
	{"a private Call-ID beside a private second Contact is no trace", PUBLIC, "pbx.example.org", "pc.example.org 10.0.0.1", "10.0.0.1", NO_SDP, 0, 0, NT_CLASS_NAT},
	{"a STUN'ed phone with a private Via: nat, and mixed", PUBLIC, "10.0.0.1", PUBLIC, "10.0.0.1", NO_SDP, 0, A_MIX, NT_CLASS_NAT},
	{"the reverse: nat, and mixed", PUBLIC, PUBLIC, "10.0.0.1", "", NO_SDP, 0, A_MIX, NT_CLASS_NAT},
	{"mixed, whichever Contact it is", PUBLIC, "10.0.0.1", "pc.example.org " PUBLIC, "", NO_SDP, 0, A_MIX, NT_CLASS_NAT},
	{"both private is not mixed", PUBLIC, "10.0.0.1", "10.0.0.1", "", NO_SDP, 0, 0, NT_CLASS_NAT},
	{"private and another public one is not mixed", PUBLIC, "10.0.0.1", "198.51.100.8", "", NO_SDP, 0, 0, NT_CLASS_NAT},
	{"private and a name is not mixed", PUBLIC, "10.0.0.1", "pc.example.org", "", NO_SDP, 0, 0, NT_CLASS_NAT},
	{"a private Via without Contact is not mixed", PUBLIC, "10.0.0.1", "", "", NO_SDP, 0, 0, NT_CLASS_NAT},
	{"a wrong length: one trace is no class", PUBLIC, PUBLIC, PUBLIC, "", NO_SDP, WRONG_LENGTH, A_LEN, NT_CLASS_DIRECT},

	{"Call-ID and o=: class alg", PUBLIC, PUBLIC, PUBLIC, "10.0.0.1", O_PRIVATE C(PUBLIC) AUDIO, 0, A_ID | A_SDP, NT_CLASS_ALG},
	{"Call-ID and length: class alg", PUBLIC, PUBLIC, PUBLIC, "10.0.0.1", NO_SDP, WRONG_LENGTH, A_ID | A_LEN, NT_CLASS_ALG},
	{"o= and length: class alg", PUBLIC, PUBLIC, PUBLIC, "", O_PRIVATE C(PUBLIC) AUDIO, WRONG_LENGTH, A_SDP | A_LEN, NT_CLASS_ALG},
	{"three traces: class alg", PUBLIC, PUBLIC, PUBLIC, "10.0.0.1", O_PRIVATE C(PUBLIC) AUDIO, WRONG_LENGTH, A_ID | A_SDP | A_LEN, NT_CLASS_ALG},
	{"two traces outweigh a mismatch", PUBLIC, "198.51.100.8", PUBLIC, "10.0.0.1", NO_SDP, WRONG_LENGTH | STRICT, A_ID | A_LEN, NT_CLASS_ALG},
	{"one trace does not", PUBLIC, "198.51.100.8", PUBLIC, "10.0.0.1", NO_SDP, STRICT, A_ID, NT_CLASS_NAT},
	{"a trace in each of two streams is one trace", DIRECT(O_PRIVATE C(PUBLIC) AUDIO VIDEO "a=rtcp:1 IN IP4 10.0.0.1\r\n"), A_SDP, NT_CLASS_DIRECT},
	{"signs of media are no traces", PUBLIC, PUBLIC, PUBLIC, "10.0.0.1", HEAD C("10.0.0.1") AUDIO, 0, A_ID | S_PRIV | S_ADDR, NT_CLASS_DIRECT},
	{"a private claim outweighs two traces", PUBLIC, "10.0.0.1", PUBLIC, "", NO_SDP, WRONG_LENGTH, A_MIX | A_LEN, NT_CLASS_NAT},
	{"the LAN vetoes two traces", "192.0.2.9", "192.0.2.9", "192.0.2.9", "10.0.0.1", O_PRIVATE C("192.0.2.9") AUDIO, WRONG_LENGTH, A_ID | A_SDP | A_LEN, NT_CLASS_LAN},
	{"a site outweighs two traces", "203.0.113.65", "203.0.113.65", "", "10.0.0.1", NO_SDP, WRONG_LENGTH, A_ID | A_LEN, NT_CLASS_NAT},
	{"a WebSocket outweighs two traces", PUBLIC, PUBLIC, PUBLIC, "10.0.0.1", O_PRIVATE C(PUBLIC) AUDIO, WS, A_ID | A_SDP, NT_CLASS_FLOW},
	{"behind a proxy there are no traces", PUBLIC, PUBLIC, PUBLIC, "10.0.0.1", O_PRIVATE C(PUBLIC) AUDIO, PROXIED | WRONG_LENGTH, 0, NT_CLASS_PROXIED},
	{"a private source shows no trace but a wrong length", "10.0.0.9", PUBLIC, "10.0.0.9", "10.0.0.1", O_PRIVATE C(PUBLIC) AUDIO, WRONG_LENGTH, A_LEN | S_ADDR, NT_CLASS_DIRECT},
	{"a source of the carrier shows no trace but a wrong length", "100.64.1.1", PUBLIC, "100.64.1.1", "10.0.0.1", O_PRIVATE C(PUBLIC) AUDIO, WRONG_LENGTH, A_LEN | S_ADDR, NT_CLASS_DIRECT},
	{"no message to speak of: no traces", PUBLIC, "", "", "", NO_SDP, 0, 0, NT_CLASS_DIRECT},
};
/* clang-format on */

/* At the port that a claim without one means */
static struct nt_endpoint source_of(const char *addr)
{
	struct nt_endpoint e = {.addr = nt_addr_must(addr), .port = 5060};

	return e;
}

static enum nt_transport transport_of(int how)
{
	return how & WS ? NT_TRANSPORT_WS : NT_TRANSPORT_UDP;
}

START_TEST(judge)
{
	struct nt_claim buffer[4];
	size_t n = nt_claims_must(buffer, 4, rows[_i].contacts);
	struct nt_claim *contacts = nt_heap(buffer, n * sizeof(*contacts));
	struct nt_span text = nt_heap_span(nt_span_cstr(rows[_i].sdp));
	struct nt_sdp *sdp = nt_heap(NULL, sizeof(*sdp));
	struct nt_netset *nets = nt_scene_nets();
	struct nt_evidence ev = {.source = source_of(rows[_i].source),
			.transport = transport_of(rows[_i].how),
			.proxied = rows[_i].how & PROXIED,
			.length_wrong = rows[_i].how & WRONG_LENGTH,
			.via = nt_claim_must(nt_span_cstr(rows[_i].via)),
			.call_id = nt_claim_of(nt_span_cstr(rows[_i].call_id), 0),
			.contacts = contacts,
			.contact_count = n};
	char got[NT_SIGNS_TEXT], want[NT_SIGNS_TEXT];
	struct nt_verdict v;

	if(rows[_i].sdp != NULL) {
		NT_MUST(nt_sdp_read(sdp, text) == 0);
		ev.sdp = sdp;
	}
	v = nt_detect_by(&ev, nets,
			rows[_i].how & STRICT ? NT_STRICT_ADDR : NT_STRICT_PRIVATE);
	nt_signs_print(got, sizeof(got), v.signs & THESE);
	nt_signs_print(want, sizeof(want), rows[_i].signs);
	ck_assert_msg((v.signs & THESE) == rows[_i].signs,
			"%s: signs %s instead of %s", rows[_i].name, got, want);
	ck_assert_msg(v.class == rows[_i].class, "%s: class %s instead of %s",
			rows[_i].name, nt_class_name(v.class),
			nt_class_name(rows[_i].class));
	ck_assert_msg((v.rule == NT_RULE_ALG) == (v.class == NT_CLASS_ALG),
			"%s: rule %s", rows[_i].name, nt_rule_name(v.rule));
	free(nets);
	free(sdp);
	nt_heap_drop(text);
	free(contacts);
}
END_TEST

START_TEST(alg_is_a_nat_and_says_so)
{
	struct nt_verdict v = {.class = NT_CLASS_ALG, .rule = NT_RULE_ALG};
	struct nt_endpoint source = nt_endpoint_must(PUBLIC ":40001");
	char text[NT_REASON_TEXT];

	ck_assert(nt_class_is_nat(NT_CLASS_ALG));
	ck_assert_str_eq(nt_class_name(NT_CLASS_ALG), "alg");
	ck_assert_str_eq(nt_rule_name(NT_RULE_ALG), "two-traces-of-an-alg");
	ck_assert(nt_reason_print(text, sizeof(text), &v, &source, "") > 0);
	ck_assert(strstr(text, "ALG") != NULL);
	ck_assert(strstr(text, PUBLIC ":40001") != NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_signs");

	nt_add_rows(s, "judge", judge, NT_COUNT(rows));
	nt_add_rows(s, "alg", alg_is_a_nat_and_says_so, 1);
	return nt_run(s);
}
