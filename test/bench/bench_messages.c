/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/bench_messages.h"

/* clang-format off */
#define PHONE "Deskphone D7x/9.4.21.3"
#define ALLOW \
	"Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, NOTIFY, REFER, UPDATE, " \
	"PRACK\r\n"

#define REGISTER_OF(top, via, contact, call_id) \
	"REGISTER sip:pbx.example.org SIP/2.0\r\n" \
	"Via: SIP/2.0/" top " " via ";branch=z9hG4bK-5a3f-10c8e1;rport\r\n" \
	"Max-Forwards: 70\r\n" \
	"From: \"Alice Smith\" <sip:1001@pbx.example.org>;tag=4b1fcd07\r\n" \
	"To: \"Alice Smith\" <sip:1001@pbx.example.org>\r\n" \
	"Call-ID: " call_id "\r\n" \
	"CSeq: 412 REGISTER\r\n" \
	"Contact: <" contact ">;reg-id=1;" \
	"+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-0004f2a1b2c3>\"\r\n" \
	"User-Agent: " PHONE "\r\n" ALLOW \
	"Supported: path, gruu, outbound\r\n" \
	"Expires: 600\r\n" \
	"Content-Length: 0\r\n\r\n"

/* 224 bytes and two addresses */
#define SDP(family, address) \
	"v=0\r\n" \
	"o=- 20518 0 IN " family " " address "\r\n" \
	"s=-\r\n" \
	"c=IN " family " " address "\r\n" \
	"t=0 0\r\n" \
	"m=audio 16430 RTP/AVP 9 0 8 101\r\n" \
	"a=rtpmap:9 G722/8000\r\n" \
	"a=rtpmap:0 PCMU/8000\r\n" \
	"a=rtpmap:8 PCMA/8000\r\n" \
	"a=rtpmap:101 telephone-event/8000\r\n" \
	"a=fmtp:101 0-15\r\n" \
	"a=ptime:20\r\n" \
	"a=sendrecv\r\n"

#define INVITE_OF(top, via, contact, call_id, length, sdp) \
	"INVITE sip:1002@pbx.example.org SIP/2.0\r\n" \
	"Via: SIP/2.0/" top " " via ";branch=z9hG4bK-77d1-1d1f09a;rport\r\n" \
	"Max-Forwards: 70\r\n" \
	"From: \"Alice Smith\" <sip:1001@pbx.example.org>;tag=9fe0ab31\r\n" \
	"To: <sip:1002@pbx.example.org>\r\n" \
	"Call-ID: " call_id "\r\n" \
	"CSeq: 102 INVITE\r\n" \
	"Contact: \"Alice Smith\" <" contact ">\r\n" \
	"User-Agent: " PHONE "\r\n" ALLOW \
	"Supported: replaces, timer\r\n" \
	"Session-Expires: 1800\r\n" \
	"Content-Type: application/sdp\r\n" \
	"Content-Length: " length "\r\n\r\n" sdp

static const char bye_direct[] =
		"BYE sip:1002@203.0.113.77:5060 SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 203.0.113.20:5060;branch=z9hG4bK-7e02-1ec3d1f;"
		"rport\r\n"
		"Max-Forwards: 70\r\n"
		"Route: <sip:198.51.100.1;lr;ftag=9fe0ab31>\r\n"
		"From: \"Alice Smith\" <sip:1001@pbx.example.org>;tag=9fe0ab31\r\n"
		"To: <sip:1002@pbx.example.org>;tag=e7c8d510\r\n"
		"Call-ID: 71b6ff0d-4c1e2a90@203.0.113.20\r\n"
		"CSeq: 103 BYE\r\n"
		"Contact: \"Alice Smith\" <sip:1001@203.0.113.20:5060>\r\n"
		"User-Agent: " PHONE "\r\n"
		"Content-Length: 0\r\n\r\n";

static const char ok_nat[] =
		"SIP/2.0 200 OK\r\n"
		"Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKc1d3.6a0e1f58f0d7.0\r\n"
		"Via: SIP/2.0/UDP 203.0.113.20:5060;rport=5060;"
		"branch=z9hG4bK-77d1-1d1f09a\r\n"
		"Record-Route: <sip:198.51.100.1;lr;ftag=9fe0ab31>\r\n"
		"From: \"Alice Smith\" <sip:1001@pbx.example.org>;tag=9fe0ab31\r\n"
		"To: <sip:1002@pbx.example.org>;tag=e7c8d510\r\n"
		"Call-ID: 71b6ff0d-4c1e2a90@203.0.113.20\r\n"
		"CSeq: 102 INVITE\r\n"
		"Contact: <sip:1002@192.168.20.31:5060>\r\n"
		"User-Agent: " PHONE "\r\n" ALLOW
		"Content-Type: application/sdp\r\n"
		"Content-Length: 250\r\n\r\n" SDP("IP4", "192.168.20.31");

const struct bench_kind bench_kinds[] = {
	{.id = "register-nat",
			.title = "REGISTER NATed UDP",
			.text = REGISTER_OF("UDP", "192.168.1.23:5060",
					"sip:1001@192.168.1.23:5060",
					"5f0e77b1-3a11c2@192.168.1.23"),
			.transport = NT_TRANSPORT_UDP,
			.source = "203.0.113.9:40001",
			.local = "198.51.100.1:5060",
			.registers = true,
			.nat = true,
			.target = true},
	{.id = "register-direct",
			.title = "REGISTER direct UDP",
			.text = REGISTER_OF("UDP", "203.0.113.20:5060",
					"sip:1001@203.0.113.20:5060",
					"5f0e77b1-3a11c2@203.0.113.20"),
			.transport = NT_TRANSPORT_UDP,
			.source = "203.0.113.20:5060",
			.local = "198.51.100.1:5060",
			.registers = true},
	{.id = "invite-nat",
			.title = "INVITE NATed, SDP",
			.text = INVITE_OF("UDP", "192.168.1.23:5060",
					"sip:1001@192.168.1.23:5060",
					"71b6ff0d-4c1e2a90@192.168.1.23", "248",
					SDP("IP4", "192.168.1.23")),
			.transport = NT_TRANSPORT_UDP,
			.source = "203.0.113.9:40001",
			.local = "198.51.100.1:5060",
			.nat = true,
			.target = true},
	{.id = "invite-direct",
			.title = "INVITE direct, SDP",
			.text = INVITE_OF("UDP", "203.0.113.20:5060",
					"sip:1001@203.0.113.20:5060",
					"71b6ff0d-4c1e2a90@203.0.113.20", "248",
					SDP("IP4", "203.0.113.20")),
			.transport = NT_TRANSPORT_UDP,
			.source = "203.0.113.20:5060",
			.local = "198.51.100.1:5060"},
	{.id = "invite-v6-direct",
			.title = "INVITE IPv6 direct",
			.text = INVITE_OF("UDP", "[2001:db8:77::20]:5060",
					"sip:1001@[2001:db8:77::20]:5060",
					"71b6ff0d-4c1e2a90@phone20", "254",
					SDP("IP6", "2001:db8:77::20")),
			.transport = NT_TRANSPORT_UDP,
			.source = "[2001:db8:77::20]:5060",
			.local = "[2001:db8:5::1]:5060"},
	{.id = "invite-v6-nat",
			.title = "INVITE IPv6 NATed",
			.text = INVITE_OF("UDP", "[fd12:3456:789a:1::20]:5060",
					"sip:1001@[fd12:3456:789a:1::20]:5060",
					"71b6ff0d-4c1e2a90@phone20", "264",
					SDP("IP6", "fd12:3456:789a:1::20")),
			.transport = NT_TRANSPORT_UDP,
			.source = "[2001:db8:77:3:a9c1:4e2f:9b03:20]:40001",
			.local = "[2001:db8:5::1]:5060",
			.nat = true,
			.target = true},
	{.id = "invite-tcp-nat",
			.title = "INVITE NATed TCP",
			.text = INVITE_OF("TCP", "192.168.1.23:5060",
					"sip:1001@192.168.1.23:5060;transport=tcp",
					"71b6ff0d-4c1e2a90@192.168.1.23", "248",
					SDP("IP4", "192.168.1.23")),
			.transport = NT_TRANSPORT_TCP,
			.source = "203.0.113.9:51344",
			.local = "198.51.100.1:5060",
			.nat = true,
			.target = true},
	{.id = "bye-direct",
			.title = "BYE direct",
			.text = bye_direct,
			.transport = NT_TRANSPORT_UDP,
			.source = "203.0.113.20:5060",
			.local = "198.51.100.1:5060"},
	{.id = "ok-nat",
			.title = "200 OK NATed callee",
			.text = ok_nat,
			.transport = NT_TRANSPORT_UDP,
			.source = "203.0.113.44:33010",
			.local = "198.51.100.1:5060",
			.nat = true,
			.target = true},
	{0},
};
