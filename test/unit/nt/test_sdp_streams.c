/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a relay decision reads in a body. Streams are compared as text, only
 * what is not as usual is said: see put_stream(). */
#include "unit/nt/nt_line.h"

#include <errno.h>

#include "nt/nt_sdp_streams.h"

#include <stdio.h>

#define HEAD "v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=-\r\n"
#define C4(addr) "c=IN IP4 " addr "\r\n"
#define AUDIO "m=audio 4000 RTP/AVP 0\r\n"
#define VIDEO "m=video 4002 RTP/AVP 31\r\n"
#define M(value, want) NT_SPAN_INIT(HEAD C4("10.0.0.1") "m=" value "\r\n"), want
/* an attribute of the only stream */
#define A(value, want)                                         \
	NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO "a=" value "\r\n"), \
			"audio:4000/rtp@10.0.0.1" want
#define TCP(lines, want)                                                      \
	NT_SPAN_INIT(HEAD C4("10.0.0.1") "m=application 9 TCP/BFCP *\r\n" lines), \
			"application:9/tcp@10.0.0.1" want
#define MSRP(proto, lines, want)                                              \
	NT_SPAN_INIT(HEAD C4("10.0.0.1") "m=message 2855 " proto " *\r\n" lines), \
			"message:2855/" want

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span body;
	const char *want;
} bodies[] = {
	{"a stream", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO), "audio:4000/rtp@10.0.0.1"},
	{"N092 own c= and the session's", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO VIDEO C4("10.0.0.3")), "audio:4000/rtp@10.0.0.1 video:4002/rtp@10.0.0.3"},
	{"N092 no c= for one of them", NT_SPAN_INIT(HEAD AUDIO C4("10.0.0.1") VIDEO), "audio:4000/rtp@10.0.0.1 video:4002/rtp@-,fault=1"},
	{"N092 a network that is none of ours", NT_SPAN_INIT(HEAD "c=ATM NSAP 47.0.1\r\n" AUDIO), "audio:4000/rtp@-,fault=1"},
	{"N093 several c= of a stream", NT_SPAN_INIT(HEAD AUDIO C4("10.0.0.2") C4("10.0.0.3")), "audio:4000/rtp@10.0.0.3,fault=2"},
	{"N093 several c= of the session", NT_SPAN_INIT(HEAD C4("10.0.0.2") C4("10.0.0.3") AUDIO VIDEO C4("10.0.0.4")), "audio:4000/rtp@10.0.0.3,fault=2 video:4002/rtp@10.0.0.4"},
	{"N093 a ttl behind a unicast address", NT_SPAN_INIT(HEAD C4("10.0.0.2/127") AUDIO VIDEO C4("10.0.0.4")), "audio:4000/rtp@10.0.0.2,fault=4 video:4002/rtp@10.0.0.4"},
	{"N093 a ttl behind a multicast address", NT_SPAN_INIT(HEAD C4("224.2.36.42/127") AUDIO), "audio:4000/rtp@224.2.36.42,multicast"},
	{"multicast without a ttl", NT_SPAN_INIT(HEAD C4("239.255.255.255") AUDIO), "audio:4000/rtp@239.255.255.255,multicast"},
	{"240.0.0.0 and 223.255.255.255 are none", NT_SPAN_INIT(HEAD C4("240.0.0.0") AUDIO VIDEO C4("223.255.255.255")), "audio:4000/rtp@240.0.0.0 video:4002/rtp@223.255.255.255"},
	{"N187 multicast of IPv6", NT_SPAN_INIT(HEAD "c=IN IP6 ff15::101/3\r\n" AUDIO), "audio:4000/rtp@ff15::101,multicast"},
	{"N187 fe80:: is none", NT_SPAN_INIT(HEAD "c=IN IP6 fe80::101\r\n" AUDIO), "audio:4000/rtp@fe80::101"},
	{"N096 a name is a name", NT_SPAN_INIT(HEAD C4("media.example.org") AUDIO), "audio:4000/rtp@name"},
	{"N096 an mDNS name", NT_SPAN_INIT(HEAD C4("3c6f-11.LOCAL") AUDIO VIDEO C4("10.0.0.2")), "audio:4000/rtp@name,mdns video:4002/rtp@10.0.0.2"},
	{"N096 a name that only ends alike", NT_SPAN_INIT(HEAD C4("mylocal") AUDIO), "audio:4000/rtp@name"},
	{"N098 port 0", M("audio 0 RTP/AVP 0", "audio:0/rtp@10.0.0.1,unwanted")},
	{"N098 port 0 of a bundle is no rejection", NT_SPAN_INIT(HEAD C4("10.0.0.1") "a=group:BUNDLE a v\r\n" AUDIO "m=video 0 RTP/AVP 31\r\na=bundle-only\r\n"), "bundle audio:4000/rtp@10.0.0.1 video:0/rtp@10.0.0.1,bundle-only"},
	{"bundle-only with a port says nothing", A("bundle-only", "")},
	{"a bundle of one shares nothing", NT_SPAN_INIT(HEAD C4("10.0.0.1") "a=group:BUNDLE a\r\n" AUDIO), "audio:4000/rtp@10.0.0.1"},
	{"another group is no bundle", NT_SPAN_INIT(HEAD C4("10.0.0.1") "a=group:LS a v\r\n" AUDIO), "audio:4000/rtp@10.0.0.1"},
	{"two bundles, the later one of one", NT_SPAN_INIT(HEAD C4("10.0.0.1") "a=group:BUNDLE a v\r\na=group:BUNDLE d\r\n" AUDIO), "bundle audio:4000/rtp@10.0.0.1"},
	{"a count of ports", M("audio 49170/2 RTP/AVP 0", "audio:49170x2/rtp@10.0.0.1")},
	{"as many ports as there are", M("audio 65533/2 RTP/AVP 0", "audio:65533x2/rtp@10.0.0.1")},
	{"T15 more ports than there are", M("audio 65534/2 RTP/AVP 0", "audio:65534/rtp@10.0.0.1,fault=8")},
	{"T15 no ports", M("audio 49170/0 RTP/AVP 0", "audio:49170/rtp@10.0.0.1,fault=8")},
	{"T15 a count that is none", M("audio 49170/ RTP/AVP 0", "audio:49170/rtp@10.0.0.1,fault=8")},
	{"T15 a count above all", M("audio 1/4294967298 RTP/AVP 0", "audio:1/rtp@10.0.0.1,fault=8")},
	{"T15 port 65536", M("audio 65536 RTP/AVP 0", "audio:0/rtp@10.0.0.1,unwanted,fault=8")},
	{"T15 port 4294967296 (CVE-2018-1000098)", M("audio 4294967296 RTP/AVP 0", "audio:0/rtp@10.0.0.1,unwanted,fault=8")},
	{"T15 port -1", M("audio -1 RTP/AVP 0", "audio:0/rtp@10.0.0.1,unwanted,fault=8")},
	{"T15 port +5", M("audio +5 RTP/AVP 0", "audio:0/rtp@10.0.0.1,unwanted,fault=8")},
	{"leading zeros of a port are no harm", M("audio 004000 RTP/AVP 0", "audio:4000/rtp@10.0.0.1")},
	{"N097 no format", M("audio 4000 RTP/AVP", "audio:4000/rtp@10.0.0.1,fault=10")},
	{"an empty m-line keeps its place", NT_SPAN_INIT(HEAD C4("10.0.0.1") "m=\r\n" AUDIO), ":0/unknown@10.0.0.1,unwanted,fault=18 audio:4000/rtp@10.0.0.1"},
	{"RTP/SAVPF", M("audio 4000 RTP/SAVPF 0", "audio:4000/rtp@10.0.0.1")},
	{"the proto in small letters", M("audio 4000 rtp/avp 0", "audio:4000/rtp@10.0.0.1")},
	{"DTLS-SRTP", M("audio 4000 UDP/TLS/RTP/SAVPF 0", "audio:4000/dtls-rtp@10.0.0.1")},
	{"fax", M("image 4000 udptl t38", "image:4000/udp@10.0.0.1")},
	{"a data channel", M("application 9 UDP/DTLS/SCTP webrtc-datachannel", "application:9/udp@10.0.0.1")},
	{"an unknown proto", M("audio 4000 RTP/AVPX 0", "audio:4000/unknown@10.0.0.1")},
	{"N140 TCP without setup", TCP("", "")},
	{"N140 TCP, active", TCP("a=setup:active\r\na=connection:new\r\n", ",setup=1,connection=1")},
	{"N141 TCP, passive", TCP("a=setup:passive\r\n", ",setup=2")},
	{"N141 TCP, both", TCP("a=setup:ActPass\r\n", ",setup=3")},
	{"N143 the connection that is there", TCP("a=setup:active\r\na=connection:existing\r\n", ",setup=1,connection=2")},
	{"N144 holdconn", TCP("a=setup:holdconn\r\n", ",setup=4")},
	{"N144 setup of the session, another one of a stream", NT_SPAN_INIT(HEAD C4("10.0.0.1") "a=setup:actpass\r\n" AUDIO VIDEO "a=setup:holdconn\r\n"), "audio:4000/rtp@10.0.0.1,setup=3 video:4002/rtp@10.0.0.1,setup=4"},
	{"a setup that is none", TCP("a=setup:maybe\r\n", "")},
	{"N145 RTP over TCP", M("audio 9 TCP/RTP/AVP 0", "audio:9/tcp@10.0.0.1")},
	{"N146 MSRP", MSRP("TCP/MSRP", "a=path:msrp://10.0.0.1:2855/x;tcp\r\n", "msrp@10.0.0.1")},
	{"N146 MSRP whose address may be changed", MSRP("TCP/MSRP", "a=msrp-cema\r\n", "msrp@10.0.0.1,cema")},
	{"N147 MSRP over TLS", MSRP("TCP/TLS/MSRP", "a=fingerprint:SHA-1 00\r\n", "msrps@10.0.0.1,fingerprint")},
	{"T.120 by its format", M("application 4711 TCP t120", "application:4711/t120@10.0.0.1")},
	{"T.120 by its port", M("application 1503 tcp msdata", "application:1503/t120@10.0.0.1")},
	{"port 1503 of another medium is no T.120", M("image 1503 TCP t38", "image:1503/tcp@10.0.0.1")},
	{"port 1503 over UDP is no T.120", M("application 1503 udp x", "application:1503/udp@10.0.0.1")},
	{"N103 sendonly", A("sendonly", ",direction=1,hold=2")},
	{"N103 recvonly", A("recvonly", ",direction=2")},
	{"N103 inactive", A("inactive", ",direction=3,hold=3")},
	{"sendrecv after all", A("sendonly\r\na=sendrecv", "")},
	{"N103 direction of the session, another one of a stream", NT_SPAN_INIT(HEAD C4("10.0.0.1") "a=inactive\r\n" AUDIO VIDEO "a=sendrecv\r\n"), "audio:4000/rtp@10.0.0.1,direction=3,hold=3 video:4002/rtp@10.0.0.1"},
	{"a direction with a value is none", A("sendonly:1", "")},
	{"case counts in attributes", A("SendOnly", "")},
	{"a blank behind an attribute is no harm", A("sendonly ", ",direction=1,hold=2")},
	{"N102 hold of old", NT_SPAN_INIT(HEAD C4("0.0.0.0") AUDIO), "audio:4000/rtp@hold,hold=1"},
	{"N102 hold of old, IPv6", NT_SPAN_INIT(HEAD "c=IN IP6 ::\r\n" AUDIO), "audio:4000/rtp@hold,hold=1"},
	{"N102 hold in both ways", NT_SPAN_INIT(HEAD C4("0.0.0.0") AUDIO "a=sendonly\r\n"), "audio:4000/rtp@hold,direction=1,hold=1"},
	{"N102 hold of one stream", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO C4("0.0.0.0") VIDEO), "audio:4000/rtp@hold,hold=1 video:4002/rtp@10.0.0.1"},
	{"N102 with ICE it is a restart", NT_SPAN_INIT(HEAD C4("0.0.0.0") AUDIO "a=ice-ufrag:x\r\n"), "audio:4000/rtp@hold,ice"},
	{"N122 with candidates it is no hold", NT_SPAN_INIT(HEAD C4("0.0.0.0") "m=audio 9 RTP/AVP 0\r\na=candidate:1 1 udp 5 10.0.0.1 4000 typ host\r\n"), "audio:9/rtp@hold,listed=0,host:10.0.0.1:4000/1"},
	{"N122 the default of a browser", NT_SPAN_INIT(HEAD "a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:8hhY\r\na=ice-options:trickle\r\na=fingerprint:sha-256 00\r\n"
		"a=setup:actpass\r\na=rtcp-mux\r\na=rtcp-mux-only\r\na=candidate:1 1 udp 2122260223 3c-1.local 54321 typ host generation 0\r\n"),
		"bundle audio:9/dtls-rtp@hold,rtcp=9:hold,mux,mux-only,ice,trickle,setup=3,fingerprint,listed=0,host:mdns:54321/1"},
	{"N094 a=rtcp with an address", A("rtcp:53020 IN IP4 10.0.0.9", ",rtcp=53020:10.0.0.9")},
	{"N094 a=rtcp with its port alone", A("rtcp:53020", ",rtcp=53020:-")},
	{"N094 a=rtcp with a name", A("rtcp:53020 IN IP4 x.local", ",rtcp=53020:name")},
	{"N094 a=rtcp that is none", A("rtcp:65536", "")},
	{"N094 a=rtcp with a blank before its port", A("rtcp: 53020 IN IP4 10.0.0.9", "")},
	{"N094 a=rtcp of the session is nobody's", NT_SPAN_INIT(HEAD C4("10.0.0.1") "a=rtcp:1\r\n" AUDIO), "audio:4000/rtp@10.0.0.1"},
	{"N108 rtcp-mux", A("rtcp-mux", ",mux")},
	{"N108 rtcp-mux of one stream alone", NT_SPAN_INIT(HEAD C4("10.0.0.1") "a=rtcp-mux\r\n" AUDIO "a=rtcp-mux\r\n" VIDEO), "audio:4000/rtp@10.0.0.1,mux video:4002/rtp@10.0.0.1"},
	{"N110 rtcp-mux-only", A("rtcp-mux-only\r\na=rtcp-mux", ",mux,mux-only")},
	{"N110 rtcp-mux-only alone", A("rtcp-mux-only", ",mux-only,fault=20")},
	{"N120 ICE of the session is every stream's", NT_SPAN_INIT(HEAD C4("10.0.0.1") "a=ice-ufrag:x\r\na=ice-lite\r\na=ice-options:ice2 trickle\r\na=fingerprint:x\r\n" AUDIO VIDEO),
		"lite audio:4000/rtp@10.0.0.1,ice,trickle,fingerprint video:4002/rtp@10.0.0.1,ice,trickle,fingerprint"},
	{"N120 ICE of one stream is its alone", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO "a=ice-ufrag:x\r\n" VIDEO), "audio:4000/rtp@10.0.0.1,ice video:4002/rtp@10.0.0.1"},
	{"N124 other options are no trickle", A("ice-options:rtp+ecn trickles", "")},
	{"N120 an ufrag without a colon is none", A("ice-ufrag", "")},
	{"SDES", A("crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x", ",crypto")},
	{"N120 all kinds of candidates", A("candidate:1 1 UDP 1 10.0.0.1 4000 typ host\r\na=candidate:2 2 UDP 1 198.51.100.1 4001 typ srflx raddr 10.0.0.1 rport 4001\r\n"
		"a=candidate:3 1 tcp 1 10.0.0.1 9 typ host tcptype active\r\na=candidate:4 256 UDP 1 2001:db8::1 65535 typ relay\r\na=candidate:5 1 UDP 1 10.0.0.1 1 typ prflx\r\na=candidate:6 1 UDP 1 10.0.0.1 1 typ quantum",
		",listed=1,host:10.0.0.1:4000/1,srflx:198.51.100.1:4001/2,host/tcp:10.0.0.1:9/1,relay:2001:db8::1:65535/256,prflx:10.0.0.1:1/1,other:10.0.0.1:1/1")},
	{"N120 c= is none of the candidates", A("candidate:1 1 UDP 1 10.0.0.1 4001 typ host", ",listed=2,host:10.0.0.1:4001/1")},
	{"N120 c= is one for RTCP alone", A("candidate:1 2 UDP 1 10.0.0.1 4000 typ host", ",listed=2,host:10.0.0.1:4000/2")},
	{"N120 one that is a name may be any", A("candidate:1 1 UDP 1 x.example.org 4000 typ host\r\na=candidate:1 1 UDP 1 10.0.0.2 4000 typ host", ",listed=0,host:name:4000/1,host:10.0.0.2:4000/1")},
	{"N125 component 0 (CVE-2023-40018)", A("candidate:1 0 UDP 1 10.0.0.1 4000 typ host", ",bad=1")},
	{"N125 component 257 (CVE-2023-40018)", A("candidate:1 257 UDP 1 10.0.0.1 4000 typ host", ",bad=1")},
	{"N125 component 18446744073709551617", A("candidate:1 18446744073709551617 UDP 1 10.0.0.1 4000 typ host", ",bad=1")},
	{"N125 port 65536", A("candidate:1 1 UDP 1 10.0.0.1 65536 typ host", ",bad=1")},
	{"N125 priority above 32 bits", A("candidate:1 1 UDP 4294967296 10.0.0.1 4000 typ host", ",bad=1")},
	{"N125 a transport that is none", A("candidate:1 1 SCTP 1 10.0.0.1 4000 typ host", ",bad=1")},
	{"N125 no type", A("candidate:1 1 UDP 1 10.0.0.1 4000 typ\r\na=candidate:1 1 UDP 1 10.0.0.1 4000\r\na=candidate:", ",bad=3")},
	{"N125 a word that is not typ", A("candidate:1 1 UDP 1 10.0.0.1 4000 type host", ",bad=1")},
	{"N125 an address with a ttl", A("candidate:1 1 UDP 1 10.0.0.1/1 4000 typ host", ",bad=1")},
	{"N125 an address of nothing", A("candidate:1 1 UDP 1 0.0.0.0 4000 typ host", ",bad=1")},
	{"N125 a bad one between good ones", A("candidate:1 1 UDP 1 10.0.0.1 4000 typ host\r\na=candidate:x\r\na=candidate:1 2 UDP 1 10.0.0.1 4001 typ host", ",listed=1,host:10.0.0.1:4000/1,host:10.0.0.1:4001/2,bad=1")},
	{"N188 a mapped address is its IPv4 address", A("candidate:1 1 UDP 1 ::ffff:10.0.0.1 4000 typ host", ",listed=1,host:10.0.0.1:4000/1")},
	{"a candidate of the session is nobody's", NT_SPAN_INIT(HEAD C4("10.0.0.1") "a=candidate:1 1 udp 1 10.0.0.1 4000 typ host\r\n" AUDIO), "audio:4000/rtp@10.0.0.1"},
	{"candidates of two streams", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO "a=candidate:1 1 udp 1 10.0.0.1 4000 typ host\r\n" VIDEO "a=candidate:1 1 udp 1 10.0.0.1 4003 typ host\r\n"),
		"audio:4000/rtp@10.0.0.1,listed=1,host:10.0.0.1:4000/1 video:4002/rtp@10.0.0.1,listed=2,host:10.0.0.1:4003/1"},
	{"N090 an unknown letter", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO "y=0100000001\r\nf=\r\n"), "unknown=y audio:4000/rtp@10.0.0.1"},
	{"N090 all letters that there are", NT_SPAN_INIT(HEAD "i=x\r\nu=x\r\ne=x\r\np=x\r\nb=AS:1\r\nt=0 0\r\nr=x\r\nz=x\r\nk=x\r\n" C4("10.0.0.1") AUDIO), "audio:4000/rtp@10.0.0.1"},
	{"N091 lines that end in LF alone", NT_SPAN_INIT("v=0\no=a 1 1 IN IP4 192.0.2.1\nc=IN IP4 10.0.0.1\nm=audio 4000 RTP/AVP 0\na=sendonly\n"), "audio:4000/rtp@10.0.0.1,direction=1,hold=2"},
	{"N091 no line end at the end", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO "a=inactive"), "audio:4000/rtp@10.0.0.1,direction=3,hold=3"},
	{"N095 k= and unknown attributes say nothing", NT_SPAN_INIT(HEAD C4("10.0.0.1") AUDIO "k=prompt\r\nb=AS:64\r\na=x-sendonly\r\na=\r\na=:\r\n"), "audio:4000/rtp@10.0.0.1"},
	{"no stream", NT_SPAN_INIT(HEAD C4("10.0.0.1")), ""},
	{"only v=", NT_SPAN_INIT("v="), ""},
};
/* clang-format on */

static void put_if(struct line *l, bool condition, const char *word)
{
	if(condition)
		put(l, ",%s", word);
}

static void put_number(struct line *l, const char *word, unsigned number)
{
	if(number != 0)
		put(l, ",%s=%x", word, number);
}

static void put_candidate(struct line *l, const struct nt_candidate *c)
{
	static const char *const types[NT_CANDIDATE_COUNT] = {
			"other", "host", "srflx", "prflx", "relay"};

	put(l, ",%s%s:", types[c->type], c->tcp ? "/tcp" : "");
	if(c->mdns)
		put(l, "mdns");
	else
		put_target(l, &c->target);
	put(l, ":%u/%u", c->port, c->component);
}

static void put_stream(
		struct line *l, const struct nt_streams *all, const struct nt_stream *s)
{
	put(l, "%s%.*s:%u", l->len > 0 ? " " : "", NT_SPAN_FMT(s->media), s->port);
	if(s->port_count != 1)
		put(l, "x%u", s->port_count);
	put(l, "/%s@", nt_carrier_name(s->carrier));
	put_target(l, &s->target);
	put_if(l, s->mdns, "mdns");
	put_if(l, s->multicast, "multicast");
	put_if(l, !nt_stream_wanted(s), "unwanted");
	put_if(l, s->bundle_only, "bundle-only");
	if(s->rtcp_port != 0 || s->rtcp.place != NT_SDP_NONE) {
		put(l, ",rtcp=%u:", s->rtcp_port);
		put_target(l, &s->rtcp);
	}
	put_if(l, s->rtcp_mux, "mux");
	put_if(l, s->rtcp_mux_only, "mux-only");
	put_number(l, "direction", s->direction);
	put_number(l, "hold", s->hold);
	put_if(l, s->ice, "ice");
	put_if(l, s->trickle, "trickle");
	put_number(l, "setup", s->setup);
	put_number(l, "connection", s->connection);
	put_if(l, s->fingerprint, "fingerprint");
	put_if(l, s->crypto, "crypto");
	put_if(l, s->msrp_cema, "cema");
	if(s->candidate_count > 0)
		put(l, ",listed=%d", s->candidates);
	for(size_t i = 0; i < s->candidate_count; i++)
		put_candidate(l, &all->candidates[s->candidate_first + i]);
	put_number(l, "bad", s->candidate_bad);
	put_number(l, "fault", s->faults);
	/* for the session alone */
	ck_assert_int_eq(s->ice_lite, all->ice_lite);
}

static void put_streams(struct line *l, const struct nt_streams *all)
{
	l->len = 0;
	l->text[0] = '\0';
	if(all->unknown != 0)
		put(l, "unknown=%c", all->unknown);
	if(all->bundle)
		put(l, "%sbundle", l->len > 0 ? " " : "");
	if(all->ice_lite)
		put(l, "%slite", l->len > 0 ? " " : "");
	for(size_t i = 0; i < all->count; i++)
		put_stream(l, all, &all->at[i]);
}

/* The lines of session and streams are all of the body */
static void check_texts(const struct nt_streams *all, struct nt_span body)
{
	const char *at = body.p + all->session.len;

	ck_assert_ptr_eq(all->session.p, body.p);
	for(size_t i = 0; i < all->count; i++) {
		ck_assert_ptr_eq(all->at[i].text.p, at);
		ck_assert_int_eq(at[0], 'm');
		at += all->at[i].text.len;
	}
	ck_assert_ptr_eq(at, body.p + body.len);
}

START_TEST(reads)
{
	struct nt_span text = nt_heap_span(bodies[_i].body);
	struct nt_streams *all = nt_heap(NULL, sizeof(*all));
	struct line got;
	int rc;

	/* what is not set must not be looked at, and what is set is set anew */
	memset(all, 0xa5, sizeof(*all));
	rc = nt_streams_read(all, text);
	put_streams(&got, all);
	ck_assert_msg(rc == 0 && strcmp(got.text, bodies[_i].want) == 0,
			"%s: %d, '%s' instead of '%s'", bodies[_i].name, rc, got.text,
			bodies[_i].want);
	check_texts(all, text);
	nt_heap_drop(text);
	free(all);
}
END_TEST

/* Copy without the CRs of line ends, or with an attribute that nobody knows
 * behind each line */
static struct nt_span other_form(struct nt_span body, bool strange)
{
	static const struct nt_span line = NT_SPAN_INIT("a=x-unknown:1 2\r\n");
	char *text = malloc(body.len + 1 + 64 * line.len);
	size_t n = 0;

	NT_MUST(text != NULL);
	for(size_t i = 0; i < body.len; i++) {
		if(strange || body.p[i] != '\r')
			text[n++] = body.p[i];
		if(strange && body.p[i] == '\n') {
			memcpy(text + n, line.p, line.len);
			n += line.len;
		}
	}
	return nt_span_of(text, n);
}

START_TEST(N091_N095_line_ends_and_unknown_attributes_change_nothing)
{
	struct nt_streams *all = nt_heap(NULL, sizeof(*all));

	for(int strange = 0; strange <= 1; strange++) {
		struct nt_span text = other_form(bodies[_i].body, strange);
		struct line got;

		ck_assert_int_eq(nt_streams_read(all, text), 0);
		put_streams(&got, all);
		ck_assert_msg(strcmp(got.text, bodies[_i].want) == 0,
				"%s, %d: '%s' instead of '%s'", bodies[_i].name, strange,
				got.text, bodies[_i].want);
		nt_heap_drop(text);
	}
	free(all);
}
END_TEST

/* Both readers of a body see the same media */
START_TEST(agrees_with_the_small_reader)
{
	struct nt_span whole = bodies[_i].body;
	struct nt_streams *all = nt_heap(NULL, sizeof(*all));
	struct nt_sdp *sdp = nt_heap(NULL, sizeof(*sdp));

	for(size_t len = 0; len <= whole.len; len++) {
		struct nt_span text = nt_heap_span(nt_span_of(whole.p, len));

		ck_assert_int_eq(nt_streams_read(all, text), nt_sdp_read(sdp, text));
		ck_assert_uint_eq(all->count, sdp->stream_count);
		ck_assert_int_eq(all->origin.place, sdp->origin.place);
		for(size_t i = 0; i < all->count; i++) {
			const struct nt_stream *a = &all->at[i];
			const struct nt_sdp_stream *b = &sdp->streams[i];

			ck_assert_int_eq(a->port, b->port);
			ck_assert_int_eq(a->ice, b->ice);
			ck_assert_int_eq(a->target.place, b->target.place);
			ck_assert_int_eq(a->rtcp.place, b->rtcp.place);
			ck_assert_int_eq(
					a->candidate_count + a->candidate_bad, b->candidate_count);
			ck_assert(nt_span_eq(a->proto, b->proto)
					  && nt_span_eq(a->media, b->media));
		}
		nt_heap_drop(text);
	}
	free(sdp);
	free(all);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *head, *line;
	size_t most;
	enum nt_streams_limit over;
} limits[] = {
	{"T13 streams", HEAD C4("10.0.0.1"), AUDIO, NT_SDP_STREAMS, NT_LIMIT_STREAMS},
	{"T13 attributes of the session", HEAD, "a=x\r\n", NT_STREAMS_ATTRIBUTES_MAX, NT_LIMIT_ATTRIBUTES},
	{"T13 attributes of a stream", HEAD AUDIO, "a=rtpmap:0 PCMU/8000\r\n", NT_STREAMS_ATTRIBUTES_MAX, NT_LIMIT_ATTRIBUTES},
	{"T13 N127 candidates", HEAD AUDIO, "a=candidate:1 1 UDP 1 10.0.0.1 4000 typ host\r\n", NT_STREAMS_CANDIDATES_MAX, NT_LIMIT_CANDIDATES},
	{"T13 N125 bad candidates", HEAD AUDIO, "a=candidate:\r\n", NT_STREAMS_CANDIDATES_MAX, NT_LIMIT_CANDIDATES},
	{"T13 bytes", "v=0\r\n", "s=1234567890123456789012345678901234567890123456789012345678901\r\n", (NT_STREAMS_BODY_MAX - 5) / 65, NT_LIMIT_BODY},
	{"T13 a line", "v=0\r\ns=", "x", NT_STREAMS_LINE_MAX - 2, NT_LIMIT_LINE},
};
/* clang-format on */

START_TEST(up_to_a_limit_and_not_beyond)
{
	struct nt_streams *all = nt_heap(NULL, sizeof(*all));
	size_t head = strlen(limits[_i].head), line = strlen(limits[_i].line);

	for(size_t count = limits[_i].most; count <= limits[_i].most + 1; count++) {
		struct nt_span text =
				nt_span_of(nt_heap(NULL, head + count * line), head);
		bool over = count > limits[_i].most;

		memcpy((char *)text.p, limits[_i].head, head);
		for(size_t i = 0; i < count; i++, text.len += line)
			memcpy((char *)text.p + text.len, limits[_i].line, line);
		memset(all, 0xa5, sizeof(*all));
		ck_assert_msg(nt_streams_read(all, text) == (over ? E2BIG : 0),
				"%s: %zu", limits[_i].name, count);
		ck_assert_int_eq(all->over, over ? limits[_i].over : NT_LIMIT_NONE);
		ck_assert(!over || all->count == 0);
		ck_assert(!over || all->candidate_count == 0);
		nt_heap_drop(text);
	}
	free(all);
}
END_TEST

START_TEST(what_is_no_SDP_has_no_streams)
{
	static const struct nt_span texts[] = {NT_SPAN_INIT(""), {NULL, 0},
			NT_SPAN_INIT("v"), NT_SPAN_INIT("V=0\r\n" AUDIO),
			NT_SPAN_INIT("\r\n" HEAD AUDIO)};
	struct nt_streams *all = nt_heap(NULL, sizeof(*all));

	memset(all, 0xa5, sizeof(*all));
	ck_assert_int_eq(nt_streams_read(all, texts[_i]), EINVAL);
	ck_assert_uint_eq(all->count, 0);
	ck_assert_int_eq(all->over, NT_LIMIT_NONE);
	free(all);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name;
	struct nt_stream s;
	unsigned port;
} rtcps[] = {
	{"the next port", {.carrier = NT_CARRIER_RTP, .port = 4000}, 4001},
	{"N094 nothing is subtracted from an odd port", {.carrier = NT_CARRIER_RTP, .port = 4001}, 4002},
	{"N094 that of a=rtcp", {.carrier = NT_CARRIER_RTP, .port = 4000, .rtcp_port = 53020}, 53020},
	{"N108 its own with mux, whatever a=rtcp says", {.carrier = NT_CARRIER_DTLS, .port = 4000, .rtcp_port = 53020, .rtcp_mux = true}, 4000},
	{"behind the last one is none", {.carrier = NT_CARRIER_RTP, .port = 65535}, 0},
	{"N098 none without a port", {.carrier = NT_CARRIER_RTP, .rtcp_port = 53020}, 0},
	{"none but for RTP", {.carrier = NT_CARRIER_UDP, .port = 4000}, 0},
	{"none over TCP", {.carrier = NT_CARRIER_TCP, .port = 4000}, 0},
};
/* clang-format on */

START_TEST(where_RTCP_goes)
{
	ck_assert_msg(nt_stream_rtcp_port(&rtcps[_i].s) == rtcps[_i].port, "%s: %u",
			rtcps[_i].name, nt_stream_rtcp_port(&rtcps[_i].s));
}
END_TEST

START_TEST(all_have_names)
{
	for(int i = 1; i < NT_CARRIER_COUNT; i++)
		ck_assert_str_ne(nt_carrier_name((enum nt_carrier)i), "unknown");
	for(int i = 0; i < NT_FAULT_COUNT; i++)
		ck_assert_str_ne(nt_stream_fault_name(1u << i), "unknown");
	for(int i = 0; i < NT_LIMIT_COUNT; i++)
		ck_assert_str_ne(
				nt_streams_limit_name((enum nt_streams_limit)i), "unknown");
	ck_assert_str_eq(nt_carrier_name((enum nt_carrier)99), "unknown");
	ck_assert_str_eq(nt_stream_fault_name(3), "unknown");
	ck_assert_str_eq(
			nt_streams_limit_name((enum nt_streams_limit)99), "unknown");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_sdp_streams");

	nt_add_rows(s, "reads", reads, NT_COUNT(bodies));
	nt_add_rows(s, "forms",
			N091_N095_line_ends_and_unknown_attributes_change_nothing,
			NT_COUNT(bodies));
	nt_add_rows(s, "agrees", agrees_with_the_small_reader, NT_COUNT(bodies));
	nt_add_rows(s, "limits", up_to_a_limit_and_not_beyond, NT_COUNT(limits));
	nt_add_rows(s, "none", what_is_no_SDP_has_no_streams, 5);
	nt_add_rows(s, "rtcp", where_RTCP_goes, NT_COUNT(rtcps));
	nt_add_rows(s, "names", all_have_names, 1);
	return nt_run(s);
}
