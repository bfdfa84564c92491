/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a body wants its media. What was read is compared as text:
 * "ORIGIN media:port/proto@TARGET,rtcp=TARGET,candidates=N,ice ...", a target
 * being an address, "hold", "name", or "-" for none. */
#include "unit/nt/nt_line.h"

#include <errno.h>

#include "nt/nt_sdp.h"

#include <stdio.h>

#define HEAD "v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=-\r\n"
#define C4(addr) "c=IN IP4 " addr "\r\n"
#define AUDIO "m=audio 4000 RTP/AVP 0\r\n"
#define VIDEO "m=video 4002 RTP/AVP 31\r\n"
#define READS_C(value, want)                       \
	NT_SPAN_INIT(HEAD "c=" value "\r\n" AUDIO), 0, \
			"192.0.2.1 audio:4000/"                \
			"RTP/AVP@" want
#define READS_M(value, want)                                    \
	NT_SPAN_INIT(HEAD C4("198.51.100.7") "m=" value "\r\n"), 0, \
			"192.0.2.1 " want
#define READS_A(value, want)                                          \
	NT_SPAN_INIT(HEAD C4("198.51.100.7") AUDIO "a=" value "\r\n"), 0, \
			"192.0.2.1 audio:4000/RTP/AVP@198.51.100.7" want

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span body;
	int rc;
	const char *want;
} bodies[] = {
	{"N092 the session's c= is every stream's", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO VIDEO), 0, "192.0.2.1 audio:4000/RTP/AVP@10.0.0.1 video:4002/RTP/AVP@10.0.0.1"},
	{"N092 a stream's own c= is its alone", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO C4("10.0.0.2") VIDEO), 0, "192.0.2.1 audio:4000/RTP/AVP@10.0.0.2 video:4002/RTP/AVP@10.0.0.1"},
	{"N092 a c= of the last stream", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO VIDEO C4("10.0.0.3")), 0, "192.0.2.1 audio:4000/RTP/AVP@10.0.0.1 video:4002/RTP/AVP@10.0.0.3"},
	{"N092 streams' own c= and none of the session", NT_SPAN_INIT(HEAD AUDIO C4("10.0.0.2") VIDEO), 0, "192.0.2.1 audio:4000/RTP/AVP@10.0.0.2 video:4002/RTP/AVP@-"},
	{"N093 of several c= the last counts", NT_SPAN_INIT(HEAD AUDIO C4("10.0.0.2") C4("10.0.0.3")), 0, "192.0.2.1 audio:4000/RTP/AVP@10.0.0.3"},
	{"no c= at all", NT_SPAN_INIT(HEAD AUDIO), 0, "192.0.2.1 audio:4000/RTP/AVP@-"},
	{"no stream", NT_SPAN_INIT(HEAD C4("10.0.0.1")), 0, "192.0.2.1"},
	{"no o=", NT_SPAN_INIT("v=0\r\n" C4("10.0.0.1") AUDIO), 0, "- audio:4000/RTP/AVP@10.0.0.1"},
	{"N102 hold of old", READS_C("IN IP4 0.0.0.0", "hold")},
	{"N102 hold of IPv6", READS_C("IN IP6 ::", "hold")},
	{"N102 hold of IPv6, written out", READS_C("IN IP6 0:0:0:0:0:0:0:0", "hold")},
	{"N102 hold of IPv6, mapped", READS_C("IN IP6 ::ffff:0.0.0.0", "hold")},
	{"N102 hold of one stream", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO C4("0.0.0.0") VIDEO), 0, "192.0.2.1 audio:4000/RTP/AVP@hold video:4002/RTP/AVP@10.0.0.1"},
	{"all but 0.0.0.0 is no hold", READS_C("IN IP4 0.0.0.1", "0.0.0.1")},
	{"::1 is no hold", READS_C("IN IP6 ::1", "::1")},
	{"N122 the default of ICE that has no address yet", NT_SPAN_INIT(HEAD "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:8hhY\r\n"
		"a=candidate:1 1 udp 2122260223 192.168.1.10 54321 typ host\r\na=candidate:2 1 udp 1685987071 x.local 54322 typ host\r\n"), 0, "192.0.2.1 audio:9/UDP/TLS/RTP/SAVPF@hold,rtcp=hold,candidates=2,ice"},
	{"N122 the same of IPv6", NT_SPAN_INIT(HEAD "m=audio 9 RTP/AVP 0\r\nc=IN IP6 ::\r\na=ice-ufrag:8hhY\r\n"), 0, "192.0.2.1 audio:9/RTP/AVP@hold,ice"},
	{"ICE of the session is every stream's", NT_SPAN_INIT(HEAD C4("10.0.0.1") "a=ice-ufrag:x\r\n" AUDIO VIDEO), 0, "192.0.2.1 audio:4000/RTP/AVP@10.0.0.1,ice video:4002/RTP/AVP@10.0.0.1,ice"},
	{"ICE of one stream is its alone", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO "a=ice-ufrag:x\r\n" VIDEO), 0, "192.0.2.1 audio:4000/RTP/AVP@10.0.0.1,ice video:4002/RTP/AVP@10.0.0.1"},
	{"N125 broken candidates are counted and not read", READS_A("candidate:1 999 udp\r\na=candidate:", ",candidates=2")},
	{"a candidate of the session is nobody's", NT_SPAN_INIT(HEAD "a=candidate:1 1 udp 1 10.0.0.1 4000 typ host\r\n" AUDIO), 0, "192.0.2.1 audio:4000/RTP/AVP@-"},
	{"N096 a host name is a name", READS_C("IN IP4 media.example.org", "name")},
	{"N096 an mDNS name is a name", READS_C("IN IP4 3c6f-11.local", "name")},
	{"N096 a host name in o=", NT_SPAN_INIT("v=0\r\no=a 1 1 IN IP4 pc.example.org\r\n"), 0, "name"},
	{"what is nearly an address is a name", READS_C("IN IP4 10.0.0.256", "name")},
	{"an address with leading zeros is a name", READS_C("IN IP4 010.0.0.1", "name")},
	{"N091 lines that end in LF alone", NT_SPAN_INIT("v=0\no=a 1 1 IN IP4 192.0.2.1\nc=IN IP4 10.0.0.1\nm=audio 4000 RTP/AVP 0\nc=IN IP4 10.0.0.2\n"), 0, "192.0.2.1 audio:4000/RTP/AVP@10.0.0.2"},
	{"N091 lines that end in LF, and CRLF", NT_SPAN_INIT("v=0\nc=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/AVP 0\n"), 0, "- audio:4000/RTP/AVP@10.0.0.1"},
	{"N091 a bare CR ends no line", NT_SPAN_INIT("v=0\rc=IN IP4 10.0.0.1\r\n" AUDIO), 0, "- audio:4000/RTP/AVP@-"},
	{"no line end at the end, in c=", NT_SPAN_INIT(HEAD AUDIO "c=IN IP4 10.0.0.1"), 0, "192.0.2.1 audio:4000/RTP/AVP@10.0.0.1"},
	{"no line end at the end, in m=", NT_SPAN_INIT(HEAD C4("10.0.0.1") "m=audio 4000 RTP/AVP"), 0, "192.0.2.1 audio:4000/RTP/AVP@10.0.0.1"},
	{"half a line end at the end", NT_SPAN_INIT(HEAD C4("10.0.0.1") "m=audio 4000 RTP/AVP\r"), 0, "192.0.2.1 audio:4000/RTP/AVP@10.0.0.1"},
	{"empty lines between", NT_SPAN_INIT(HEAD "\r\n\n" C4("10.0.0.1") "\r\n" AUDIO), 0, "192.0.2.1 audio:4000/RTP/AVP@10.0.0.1"},
	{"N098 port 0 is read as such", READS_M("audio 0 RTP/AVP 0", "audio:0/RTP/AVP@198.51.100.7")},
	{"a count of ports is passed over", READS_M("audio 49170/2 RTP/AVP 0", "audio:49170/RTP/AVP@198.51.100.7")},
	{"the highest port", READS_M("audio 65535 RTP/AVP 0", "audio:65535/RTP/AVP@198.51.100.7")},
	{"a port too high is none", READS_M("audio 65536 RTP/AVP 0", "audio:0/RTP/AVP@198.51.100.7")},
	{"a port of many digits is none", READS_M("audio 18446744073709551617 RTP/AVP 0", "audio:0/RTP/AVP@198.51.100.7")},
	{"a negative port is none", READS_M("audio -1 RTP/AVP 0", "audio:0/RTP/AVP@198.51.100.7")},
	{"a port that is a word is none", READS_M("audio any RTP/AVP 0", "audio:0/RTP/AVP@198.51.100.7")},
	{"a port that is only a slash is none", READS_M("audio /2 RTP/AVP 0", "audio:0/RTP/AVP@198.51.100.7")},
	{"several blanks between words", READS_M("audio   4000  RTP/AVP   0", "audio:4000/RTP/AVP@198.51.100.7")},
	{"an m= without proto", READS_M("audio 4000", "audio:4000/@198.51.100.7")},
	{"an m= of one word", READS_M("audio", "audio:0/@198.51.100.7")},
	{"an empty m= takes its place all the same", READS_M("", ":0/@198.51.100.7")},
	{"N093 a ttl in c=", READS_C("IN IP4 224.2.36.42/127", "224.2.36.42")},
	{"N093 a ttl and a count", READS_C("IN IP4 224.2.1.1/127/3", "224.2.1.1")},
	{"a count of IPv6", READS_C("IN IP6 ff15::101/3", "ff15::101")},
	{"only a ttl", READS_C("IN IP4 /127", "-")},
	{"N094 a=rtcp with an address", READS_A("rtcp:53020 IN IP4 10.0.0.9", ",rtcp=10.0.0.9")},
	{"N094 a=rtcp with an IPv6 address", READS_A("rtcp:53020 IN IP6 2001:db8::9", ",rtcp=2001:db8::9")},
	{"N094 a=rtcp without an address", READS_A("rtcp:53020", "")},
	{"N094 a=rtcp with a name", READS_A("rtcp:53020 IN IP4 x.local", ",rtcp=name")},
	{"N094 a=rtcp of the session is nobody's", NT_SPAN_INIT(HEAD "a=rtcp:1 IN IP4 10.0.0.9\r\n" AUDIO), 0, "192.0.2.1 audio:4000/RTP/AVP@-"},
	{"a=rtcp-mux and a=rtcp-fb are no a=rtcp", READS_A("rtcp-mux\r\na=rtcp-fb:0 IN IP4 10.0.0.9", "")},
	{"N188 a mapped address is its IPv4 address", READS_C("IN IP6 ::ffff:10.1.2.3", "10.1.2.3")},
	{"an IPv6 address in brackets", READS_C("IN IP6 [2001:db8::1]", "2001:db8::1")},
	{"the family is the address's, not the word's", READS_C("IN IP6 10.1.2.3", "10.1.2.3")},
	{"a family that is none", READS_C("IN ATM 10.1.2.3", "10.1.2.3")},
	{"a family left out: the address is not where it is", READS_C("IN 10.1.2.3", "-")},
	{"a network that is not the Internet", READS_C("ATM NSAP 10.1.2.3", "-")},
	{"the network type is IN and nothing else", READS_C("in ip4 10.1.2.3", "-")},
	{"blanks and tabs behind the address", READS_C("IN IP4 10.1.2.3 \t", "10.1.2.3")},
	{"an empty c= takes the session's away", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO "c=\r\n"), 0, "192.0.2.1 audio:4000/RTP/AVP@-"},
	{"N090 unknown letters are passed over", NT_SPAN_INIT(HEAD "q=IN IP4 10.9.9.9\r\n" C4("10.0.0.1") "zz\r\n=c\r\n" AUDIO "C=IN IP4 10.9.9.9\r\nM=audio 1 x\r\n"), 0, "192.0.2.1 audio:4000/RTP/AVP@10.0.0.1"},
	{"a blank before the letter is another line", NT_SPAN_INIT(HEAD AUDIO " c=IN IP4 10.0.0.1\r\n"), 0, "192.0.2.1 audio:4000/RTP/AVP@-"},
	{"a blank behind the letter is another line", NT_SPAN_INIT(HEAD AUDIO "c =IN IP4 10.0.0.1\r\n"), 0, "192.0.2.1 audio:4000/RTP/AVP@-"},
	{"a NUL within an address makes it a name", READS_C("IN IP4 10.0.0.1\0", "name")},
	{"T18 control bytes are part of a word", READS_M("au\x1b[2Jdio 4000 RTP/AVP", "au\x1b[2Jdio:4000/RTP/AVP@198.51.100.7")},
	{"the address of o= is its last word", NT_SPAN_INIT("v=0\r\no=a b 1 1 IN IP4 10.0.0.1 \r\n"), 0, "10.0.0.1"},
	{"an o= of blanks", NT_SPAN_INIT("v=0\r\no=   \r\n"), 0, "-"},
	{"only v=", NT_SPAN_INIT("v="), 0, "-"},
	{"an empty body", NT_SPAN_INIT(""), EINVAL, "-"},
	{"no body at all", {NULL, 0}, EINVAL, "-"},
	{"one byte", NT_SPAN_INIT("v"), EINVAL, "-"},
	{"not SDP", NT_SPAN_INIT("<xml c=IN IP4 10.0.0.1/>\r\nm=audio 1 x\r\n"), EINVAL, "-"},
	{"SDP that does not begin with v=", NT_SPAN_INIT("o=a 1 1 IN IP4 10.0.0.1\r\nv=0\r\n"), EINVAL, "-"},
	{"a line end before v=", NT_SPAN_INIT("\r\n" HEAD AUDIO), EINVAL, "-"},
	{"V= is not v=", NT_SPAN_INIT("V=0\r\n" AUDIO), EINVAL, "-"},
};
/* clang-format on */

static void put_sdp(struct line *l, const struct nt_sdp *sdp)
{
	l->len = 0;
	put_target(l, &sdp->origin);
	for(size_t i = 0; i < sdp->stream_count; i++) {
		const struct nt_sdp_stream *s = &sdp->streams[i];

		put(l, " %.*s:%u/%.*s@", NT_SPAN_FMT(s->media), s->port,
				NT_SPAN_FMT(s->proto));
		put_target(l, &s->target);
		if(s->rtcp.place != NT_SDP_NONE) {
			put(l, ",rtcp=");
			put_target(l, &s->rtcp);
		}
		if(s->candidate_count > 0)
			put(l, ",candidates=%u", s->candidate_count);
		if(s->ice)
			put(l, ",ice");
	}
}

START_TEST(reads)
{
	struct nt_span text = nt_heap_span(bodies[_i].body);
	struct nt_sdp *sdp = nt_heap(NULL, sizeof(*sdp));
	struct line got;
	int rc;

	/* what is not set must not be looked at, and what is set is set anew */
	memset(sdp, 0xa5, sizeof(*sdp));
	rc = nt_sdp_read(sdp, text);
	put_sdp(&got, sdp);
	ck_assert_msg(rc == bodies[_i].rc && strcmp(got.text, bodies[_i].want) == 0,
			"%s: %d, '%s' instead of '%s'", bodies[_i].name, rc, got.text,
			bodies[_i].want);
	nt_heap_drop(text);
	free(sdp);
}
END_TEST

START_TEST(a_body_cut_anywhere_is_read_up_to_there)
{
	static const char whole[] = HEAD C4("10.0.0.1") AUDIO
			"a=rtcp:4001 IN IP4 10.0.0.2\r\na=ice-ufrag:x\r\n" VIDEO;
	struct nt_sdp sdp;

	for(size_t len = 0; len < sizeof(whole); len++) {
		struct nt_span text = nt_heap_span(nt_span_of(whole, len));
		int rc = nt_sdp_read(&sdp, text);

		ck_assert_msg(rc == (len < 2 ? EINVAL : 0), "%zu bytes: %d", len, rc);
		ck_assert_msg(sdp.stream_count <= 2, "%zu bytes", len);
		nt_heap_drop(text);
	}
}
END_TEST

/* T13: as many as there is room for, and then a word about it */
START_TEST(many_streams)
{
	static const int counts[] = {1, 31, 32, 33, 5000};
	int count = counts[_i];
	size_t size = 200 + 40 * (size_t)count;
	char *text = malloc(size);
	size_t len = (size_t)snprintf(text, size, HEAD C4("10.0.0.1"));
	int last = count < NT_SDP_STREAMS ? count : NT_SDP_STREAMS;
	struct nt_sdp *sdp = nt_heap(NULL, sizeof(*sdp));
	struct nt_span body;
	int rc;

	for(int i = 1; i <= count; i++)
		len += (size_t)snprintf(
				text + len, size - len, "m=audio %d RTP/AVP 0\r\n", i);
	len += (size_t)snprintf(text + len, size - len, C4("10.0.0.2"));
	body = nt_heap_span(nt_span_of(text, len));
	free(text);
	rc = nt_sdp_read(sdp, body);
	ck_assert_int_eq(rc, count > NT_SDP_STREAMS ? E2BIG : 0);
	ck_assert_uint_eq(sdp->stream_count, last);
	for(int i = 1; i <= last; i++)
		ck_assert_uint_eq(sdp->streams[i - 1].port, i);
	/* the c= behind the last is that of a stream which was not read */
	ck_assert_uint_eq(sdp->streams[last - 1].target.addr.lo & 0xff,
			count > NT_SDP_STREAMS ? 1 : 2);
	nt_heap_drop(body);
	free(sdp);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_sdp");

	nt_add_rows(s, "reads", reads, NT_COUNT(bodies));
	nt_add_rows(s, "cut", a_body_cut_anywhere_is_read_up_to_there, 1);
	nt_add_rows(s, "many", many_streams, 5);
	return nt_run(s);
}
