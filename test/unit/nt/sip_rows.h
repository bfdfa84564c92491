/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Messages and what is to be read from them. test_sip.c holds lib/nt to the
 * last column; test_sip_same.c holds it to Kamailio on the same messages, so no
 * row can claim what the module would not see.
 */
#ifndef SIP_ROWS_H
#define SIP_ROWS_H

#include "nt/nt_span.h"

/** What of a message a row is about. A message that is refused is "-". */
enum row_what
{
	ROW_LINE,	  /**< "INVITE sip:bob@example.org" or "200 INVITE" */
	ROW_HEAD,	  /**< "Call-ID|User-Agent", then words: to tag route */
	ROW_OWNER,	  /**< "user@host" */
	ROW_TOP,	  /**< the Via: a claim, then words: proxied tampered */
	ROW_CONTACTS, /**< claims: "addr:port", "name", "invalid", "none",
						"~" before it: of another transport */
	ROW_CALLER,	  /**< the claim of the Call-ID */
	ROW_BODY,	  /**< ports of the SDP's streams, then: wrong */
	ROW_RR		  /**< "host:port" of the Record-Route, then: ours */
};

struct sip_row
{
	const char *name;
	enum row_what what;
	struct nt_span text;
	const char *want;
};

#define ASK "INVITE sip:bob@example.org SIP/2.0\r\n"
#define REPLIED "SIP/2.0 200 OK\r\n"
#define TOP_VIA "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1\r\n"
#define EOH "\r\n"
#define SDP "v=0\r\nc=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/AVP 0\r\n" /* 48 */

#define LINE(text, want) ROW_LINE, NT_SPAN_INIT(text), want
#define HEAD(lines, want) ROW_HEAD, NT_SPAN_INIT(ASK TOP_VIA lines EOH), want
#define TOP(value, want)                                 \
	ROW_TOP,                                             \
			NT_SPAN_INIT(ASK "Via: " value "\r\n"        \
							 "Max-Forwards: 7\r\n" EOH), \
			want
#define FROM(value, want)                                            \
	ROW_OWNER,                                                       \
			NT_SPAN_INIT(ASK TOP_VIA "From: " value "\r\n"           \
									 "To: <sip:to@to.org>\r\n" EOH), \
			want
#define TO(value, want)                                                  \
	ROW_OWNER,                                                           \
			NT_SPAN_INIT(REPLIED TOP_VIA                                 \
					"To: " value "\r\n"                                  \
					"From: <sip:from@from.org>\r\nCSeq: 1 BYE\r\n" EOH), \
			want
#define TAG(value, want) \
	ROW_HEAD, NT_SPAN_INIT(ASK TOP_VIA "To: " value "\r\n" EOH), want
#define CONTACT(value, want) \
	ROW_CONTACTS, NT_SPAN_INIT(ASK TOP_VIA "Contact: " value "\r\n" EOH), want
#define URI(uri, want) CONTACT("<" uri ">", want)
#define REPLY(line, cseq, want)                              \
	ROW_CONTACTS,                                            \
			NT_SPAN_INIT("SIP/2.0 " line "\r\n" TOP_VIA cseq \
						 "Contact: <sip:10.0.0.7>\r\n" EOH), \
			want
#define CALLER(lines, want) \
	ROW_CALLER, NT_SPAN_INIT(ASK TOP_VIA lines EOH), want
#define BODY(lines, body, want) \
	ROW_BODY, NT_SPAN_INIT(ASK TOP_VIA lines EOH body), want
#define TYPED(lines, body, want) \
	BODY("Content-Type: application/sdp\r\n" lines, body, want)
#define RR(value, want)                                                      \
	ROW_RR, NT_SPAN_INIT(REPLIED TOP_VIA "Record-Route: " value "\r\n" EOH), \
			want

/* clang-format off */
static const struct sip_row sip_rows[] = {
	{"a request", LINE(ASK TOP_VIA EOH, "INVITE sip:bob@example.org")},
	{"a reply, without CSeq", LINE(REPLIED TOP_VIA EOH, "200 ")},
	{"a reply is of its CSeq's method", LINE(REPLIED TOP_VIA "CSeq: 1 INVITE\r\n" EOH, "200 INVITE")},
	{"a request is of its own method, whatever CSeq says", LINE(ASK TOP_VIA "CSeq: 1 BYE\r\n" EOH, "INVITE sip:bob@example.org")},
	{"lines that end in LF", LINE("INVITE sip:b SIP/2.0\nVia: SIP/2.0/UDP h\nTo: <sip:b>\n\n", "INVITE sip:b")},
	{"empty lines, blanks and NULs first", LINE("\r\n\n\0 \t" ASK TOP_VIA EOH, "INVITE sip:bob@example.org")},
	{"an unknown method", LINE("DANCE sip:b SIP/2.0\r\n" TOP_VIA EOH, "DANCE sip:b")},
	{"a method in lower case", LINE("invite sip:b SIP/2.0\r\n" TOP_VIA EOH, "invite sip:b")},
	{"blanks in a request line, the first is one", LINE("INVITE sip:b  \tSIP/2.0 \t\r\n" TOP_VIA EOH, "INVITE sip:b")},
	{"two blanks behind the method", LINE("INVITE  sip:bob SIP/2.0\r\n" TOP_VIA EOH, "-")},
	{"a tab behind the method", LINE("INVITE\tsip:bob SIP/2.0\r\n" TOP_VIA EOH, "-")},
	{"a word too many in a request line", LINE("INVITE sip:b SIP/2.0 x\r\n" TOP_VIA EOH, "-")},
	{"no version", LINE("INVITE sip:bob@example.org\r\n" TOP_VIA EOH, "-")},
	{"no version, but a blank", LINE("INVITE sip:bob@example.org \r\n" TOP_VIA EOH, "-")},
	{"another version is not refused", LINE("INVITE sip:b SIP/3.0\r\n" TOP_VIA EOH, "INVITE sip:b")},
	{"no reason", LINE("SIP/2.0 200 \r\n" TOP_VIA EOH, "200 ")},
	{"no blank behind the code", LINE("SIP/2.0 200\r\n" TOP_VIA EOH, "-")},
	{"a code of two digits", LINE("SIP/2.0 20 Ok\r\n" TOP_VIA EOH, "-")},
	{"a code of letters", LINE("SIP/2.0 2x0 Ok\r\n" TOP_VIA EOH, "-")},
	{"a version in lower case", LINE("sip/2.0 486 Busy\r\n" TOP_VIA EOH, "486 ")},
	{"too short for a message", LINE("INVITE s SIP/2\r\n", "-")},
	{"a first line alone", LINE(ASK, "-")},
	{"a first line and an empty one", LINE(ASK EOH, "-")},
	{"CR LF turned around", LINE("INVITE sip:b SIP/2.0\n\r" TOP_VIA EOH, "INVITE sip:b")},
	{"no empty line at the end", LINE(ASK TOP_VIA "To: <sip:b>\r\n", "INVITE sip:bob@example.org")},
	{"no empty line behind the Via", LINE(ASK TOP_VIA, "-")},
	{"nothing", LINE("", "-")},

	{"no Via", LINE(ASK "To: <sip:bob@example.org>\r\n" EOH, "-")},
	{"the Via last", LINE(ASK "To: <sip:bob@example.org>\r\n" TOP_VIA EOH, "INVITE sip:bob@example.org")},
	{"a header without a colon", LINE(ASK TOP_VIA "Subject\r\n" EOH, "-")},
	{"a header without a name", LINE(ASK TOP_VIA ": x\r\n" EOH, "-")},
	{"a header name that is none", LINE(ASK TOP_VIA "Sub ject: x\r\n" EOH, "-")},
	{"a NUL among headers", LINE(ASK TOP_VIA "\0Subject: x\r\n" EOH, "-")},
	{"a header that the text ends in", LINE(ASK TOP_VIA "Subject: x", "-")},
	{"a header name that the text ends in", LINE(ASK TOP_VIA "Subj", "-")},
	{"an empty header", LINE(ASK TOP_VIA "Subject:\r\n" EOH, "INVITE sip:bob@example.org")},
	{"a second From", LINE(ASK TOP_VIA "From: <sip:a>\r\nf: <sip:b>\r\n" EOH, "-")},
	{"a second To", LINE(ASK TOP_VIA "To: <sip:a>\r\nt: <sip:b>\r\n" EOH, "-")},
	{"a second Call-ID", LINE(ASK TOP_VIA "Call-ID: a\r\ni: b\r\n" EOH, "-")},
	{"a second CSeq", LINE(ASK TOP_VIA "CSeq: 1 BYE\r\ncseq: 2 BYE\r\n" EOH, "-")},
	{"a second Max-Forwards", LINE(ASK TOP_VIA "Max-Forwards: 1\r\nMax-Forwards: 1\r\n" EOH, "-")},
	{"a second Content-Length", LINE(ASK TOP_VIA "Content-Length: 0\r\nl: 0\r\n" EOH, "-")},
	{"second ones of a reply", LINE(REPLIED TOP_VIA "CSeq: 1 BYE\r\nCSeq: 2 INVITE\r\nCall-ID: a\r\nCall-ID: a\r\n" EOH, "200 BYE")},
	{"second ones of what is not SIP/2.0", LINE("INVITE sip:b SIP/9.0\r\n" TOP_VIA "Call-ID: a\r\nCall-ID: a\r\n" EOH, "INVITE sip:b")},
	{"a CSeq without a method", LINE(ASK TOP_VIA "CSeq: 1\r\n" EOH, "-")},
	{"a CSeq with a third word", LINE(ASK TOP_VIA "CSeq: 1 INVITE x\r\n" EOH, "-")},
	{"a CSeq whose number is none", LINE(REPLIED TOP_VIA "CSeq: x BYE \r\n" EOH, "200 BYE")},
	{"a folded CSeq", LINE(REPLIED TOP_VIA "CSeq: 1 BYE\r\n \r\n" EOH, "200 BYE")},
	{"a CSeq that a bare CR ends", LINE(ASK TOP_VIA "CSeq: 1 INVITE\rTo: <sip:b>\r\n" EOH, "-")},
	{"a Retry-After", LINE(REPLIED TOP_VIA "Retry-After: 120 (busy);x\r\n" EOH, "200 ")},
	{"a Retry-After of words", LINE(REPLIED TOP_VIA "Retry-After: later\r\n" EOH, "-")},
	{"a Retry-After of eleven digits", LINE(REPLIED TOP_VIA "Retry-After: 12345678901\r\n" EOH, "-")},
	{"a Retry-After of ten digits", LINE(ASK TOP_VIA "Retry-After: 1234567890\r\n" EOH, "INVITE sip:bob@example.org")},

	{"Call-ID and User-Agent", HEAD("Call-ID: a@b \r\nUser-Agent: Phone 1.0\r\n", "a@b |Phone 1.0")},
	{"compact names", HEAD("i: a\r\nt: <sip:b>;tag=1\r\n", "a| to tag")},
	{"names in any case", HEAD("CALL-id: a\r\nuser-AGENT: P\r\n", "a|P")},
	{"blanks before a colon", HEAD("Call-ID \t : a\r\nUser-Agent\t:P\r\n", "a|P")},
	{"folded", HEAD("Call-ID:\r\n a\r\nUser-Agent: P\r\n\tQ\n R\r\n", "a|P\r\n\tQ\n R")},
	{"a Server says nothing of who asks", HEAD("Server: S\r\n", "|")},
	{"User-Agent before Server", HEAD("Server: S\r\nUser-Agent: P\r\nServer: T\r\n", "|P")},
	{"the first of two", HEAD("User-Agent: P\r\nUser-Agent: Q\r\n", "|P")},
	{"others between", HEAD("Call-ID: a\r\nUser-Agent: P\r\nSubject: x\r\nCSeq: 1 INVITE\r\nTo: <sip:b>\r\nl: 0\r\n", "a|P to")},
	{"lists of hops", HEAD("Route: <sip:a>\r\nRecord-Route: <sip:b>\r\n", "| route record-route")},
	{"a list of hops that were", HEAD("Record-Route: <sip:b>\r\n", "| record-route")},
	{"a Route behind a User-Agent", HEAD("User-Agent: P\r\nRoute: <sip:a>\r\n", "|P route")},
	{"a NUL at the end of a header", HEAD("Call-ID: a\0\r\n", "a|")},

	{"a tag", TAG("<sip:b>;tag=x", "| to tag")},
	{"no tag", TAG("<sip:b>;x=tag", "| to")},
	{"an empty tag", TAG("<sip:b>;tag=", "| to")},
	{"an empty tag, and a header behind it", TAG("<sip:b>;tag=\r\nSubject: x", "| to")},
	{"an empty tag, and a parameter behind it", TAG("<sip:b>;tag=;x=y", "| to")},
	{"a tag without a value", TAG("<sip:b>;tag", "| to")},
	{"a tag of the URI", TAG("<sip:b;tag=x>", "| to")},
	{"a tag of a bare URI is the header's", TAG("sip:b;tag=x", "| to tag")},
	{"a tag in quotes", TAG("<sip:b>;tag=\"x\"", "| to tag")},
	{"a tag with blanks around", TAG("<sip:b> ; TAG = x ", "| to tag")},
	{"a tag of commas and more", TAG("<sip:b>;tag=,x,y", "| to tag")},
	{"of two tags the last", TAG("<sip:b>;tag=x;tag=", "| to")},
	{"a tag folded", TAG("<sip:b>\r\n ;\r\n tag\r\n =\r\n x", "| to tag")},
	{"a comma behind a To", TAG("<sip:b>, <sip:c>", "-")},
	{"a comma in another parameter", TAG("<sip:b>;x=a,b", "-")},
	{"a quoted parameter with an escape", TAG("<sip:b>;x=\"a\\\"b\"", "-")},
	{"two equals signs in a To", TAG("<sip:b>;tag=x=y", "-")},
	{"a To that ends in a semicolon", TAG("<sip:b>;", "-")},
	{"an empty To", TAG("", "-")},
	{"a To with text behind the bracket", TAG("<sip:b> x", "-")},
	{"a To whose bracket is open", TAG("<sip:b", "-")},
	{"a To whose quote is open", TAG("\"x <sip:b>", "-")},

	{"an owner", FROM("<sip:alice@example.org>", "alice@example.org")},
	{"a display name", FROM("Alice B <sip:alice@example.org>;tag=1", "alice@example.org")},
	{"a quoted display name", FROM("\"a\\\"<sip:x@y>\" <sip:alice@example.org>", "alice@example.org")},
	{"an owner without brackets", FROM("sip:alice@example.org;user=phone", "alice@example.org")},
	{"an owner without a user", FROM("<sip:example.org>", "@example.org")},
	{"an owner with a password", FROM("<sip:alice:secret@example.org:5060>", "alice@example.org")},
	{"an owner of tel:", FROM("<tel:+49-30-1>", "+49-30-1@")},
	{"an owner of user=phone", FROM("<sip:+49;ext=1@example.org;user=phone>", "+49@example.org")},
	{"user=phone in capitals is no number", FROM("<sip:+49;ext=1@example.org;user=PHONE>", "+49;ext=1@example.org")},
	{"an owner of urn:", FROM("<urn:service:sos>", "service@sos")},
	{"an owner of another scheme", FROM("<mailto:alice@example.org>", "@")},
	{"an owner that cannot be read", FROM("<sip:alice@>", "@")},
	{"a From that cannot be read is no error", FROM("<sip:alice", "@")},
	{"an empty From", FROM("", "@")},
	{"an owner by IPv6", FROM("<sip:a@[2001:db8::1]>", "a@[2001:db8::1]")},
	{"an owner by nearly IPv6", FROM("<sip:a@[2001&::7]>", "@")},
	{"an owner of one letter", FROM("<sip:x>", "@x")},
	{"blanks around an owner", FROM("< sip:a@b.org >", "a@b.org")},
	{"a NUL in an owner", FROM("<sip:a\0@b.org>", "@")},
	{"quotes among words", FROM("Alice \"B\" <sip:a@b.org>", "@")},
	{"a quote behind an owner", FROM("sip:a@b.org \"x", "@")},
	{"a bracket behind words", FROM("Alice B> <sip:a@b.org>", "@")},
	{"a NUL behind an owner", FROM("<sip:a@b.org>\0x", "a@b.org")},
	{"a NUL behind an owner without brackets", FROM("sip:a@b.org\0x", "a@b.org")},
	{"a NUL in a display name", FROM("\"a\0\" <sip:a@b.org>", "@")},
	{"a backslash behind an owner", FROM("<sip:a@b.org>;x=a\\b", "@")},
	{"a NUL in quotes behind an owner", FROM("<sip:a@b.org>;x=\"\0\"", "@")},
	{"a bare CR ends a From", FROM("<sip:a@b.org>\r;x=", "a@b.org")},
	{"a bare CR and a backslash", FROM("<sip:a@b.org>\r\\x", "@")},
	{"a bare CR and a comma", FROM("<sip:a@b.org>\r,", "a@b.org")},
	{"a bare CR and a comma behind a parameter", FROM("<sip:a@b.org>;x\r,", "@")},
	{"a blank in an owner", FROM("<sip:a b@example.org>", "@")},
	{"a From folded", FROM("Alice\r\n B\r\n <sip:a@b.org>", "a@b.org")},
	{"a reply is its To's", TO("<sip:bob@example.org>", "bob@example.org")},
	{"a REGISTER is its To's", ROW_OWNER, NT_SPAN_INIT("register sip:b SIP/2.0\r\n" TOP_VIA "From: <sip:a@a.org>\r\nTo: <sip:b@b.org>\r\n" EOH), "b@b.org"},
	{"nobody's", ROW_OWNER, NT_SPAN_INIT(ASK TOP_VIA EOH), "@"},

	{"an address and a port", TOP("SIP/2.0/UDP 10.0.0.1:5070;branch=z", "10.0.0.1:5070")},
	{"no port", TOP("SIP/2.0/UDP 10.0.0.1", "10.0.0.1")},
	{"a name", TOP("SIP/2.0/UDP phone.example.org:5070", "name")},
	{"a name in .invalid", TOP("SIP/2.0/WS x.invalid", "invalid")},
	{"IPv6", TOP("SIP/2.0/UDP [2001:db8::1]:5070", "[2001:db8::1]:5070")},
	{"IPv6 without brackets", TOP("SIP/2.0/UDP 2001:db8::1", "-")},
	{"IPv6 that begins with a colon", TOP("SIP/2.0/UDP ::1", "-")},
	{"IPv6, folded", TOP("SIP/2.0/UDP [2001:\r\n db8::1]", "name")},
	{"a bracket that is open", TOP("SIP/2.0/UDP [2001:db8::1", "-")},
	{"a bracket that is open, and a parameter", TOP("SIP/2.0/UDP [2001:db8::1;rport", "-")},
	{"blanks wherever they may be", TOP("SIP / 2.0 /\tUDP\r\n 10.0.0.1 : 5070 ; branch = z ; rport", "10.0.0.1:5070")},
	{"folded by a bare CR", TOP("SIP/2.0/UDP\r 10.0.0.1", "10.0.0.1")},
	{"ended by a bare CR", ROW_TOP, NT_SPAN_INIT(ASK "Via: SIP/2.0/UDP 10.0.0.1\rVia: SIP/2.0/UDP h\r\n" EOH), "10.0.0.1 proxied"},
	{"another version", TOP("SIP/2.1/UDP 10.0.0.1", "-")},
	{"another protocol", TOP("HTTP/2.0/UDP 10.0.0.1", "-")},
	{"an unknown transport", TOP("SIP/2.0/QUIC 10.0.0.1", "10.0.0.1")},
	{"a transport that begins like the core's own letters", TOP("SIP/2.0/DTLS-UDP 10.0.0.1", "-")},
	{"no transport", TOP("SIP/2.0/ 10.0.0.1", "-")},
	{"a slash for a blank", TOP("SIP/2.0/UDP/10.0.0.1", "-")},
	{"no protocol", TOP("10.0.0.1", "-")},
	{"a transport alone", TOP("SIP/2.0/DTLS", "-")},
	{"no host", TOP("SIP/2.0/UDP", "-")},
	{"a host of a semicolon", TOP("SIP/2.0/UDP ;branch=z", "-")},
	{"the highest port", TOP("SIP/2.0/UDP 10.0.0.1:65535", "10.0.0.1:65535")},
	{"a port too high", TOP("SIP/2.0/UDP 10.0.0.1:70596", "10.0.0.1:65535")},
	{"a port of five digits with zeros", TOP("SIP/2.0/UDP 10.0.0.1:05070", "10.0.0.1:5070")},
	{"a port of six digits", TOP("SIP/2.0/UDP 10.0.0.1:005070", "-")},
	{"a port of letters", TOP("SIP/2.0/UDP 10.0.0.1:sip", "-")},
	{"an empty port", TOP("SIP/2.0/UDP 10.0.0.1:;branch=z", "-")},
	{"port 0", TOP("SIP/2.0/UDP 10.0.0.1:0", "10.0.0.1")},
	{"an empty parameter", TOP("SIP/2.0/UDP h;;branch=z", "-")},
	{"a semicolon at the end", TOP("SIP/2.0/UDP h;branch=z;", "-")},
	{"rport, as asked", TOP("SIP/2.0/UDP h;rport;branch=z", "name")},
	{"rport, empty", TOP("SIP/2.0/UDP h;rport=;branch=z", "name")},
	{"rport, filled", TOP("SIP/2.0/UDP h;rport=5070;branch=z", "name tampered")},
	{"rport, filled and in quotes", TOP("SIP/2.0/UDP h;RPORT=\"1\";branch=z", "name tampered")},
	{"rport, the last one counts", TOP("SIP/2.0/UDP h;rport=5070;rport;branch=z", "name")},
	{"received", TOP("SIP/2.0/UDP h;received=10.0.0.1", "name tampered")},
	{"received, empty", TOP("SIP/2.0/UDP h;received=;rport", "name tampered")},
	{"received without a value", TOP("SIP/2.0/UDP h;received;rport", "-")},
	{"received at the end without a value", TOP("SIP/2.0/UDP h;received", "-")},
	{"a branch without a value", TOP("SIP/2.0/UDP h;branch", "-")},
	{"an unknown parameter without a value", TOP("SIP/2.0/UDP h;lr;x", "name")},
	{"alias", TOP("SIP/2.0/TCP h;alias;rport=1", "name tampered")},
	{"alias with a value", TOP("SIP/2.0/TCP h;alias=1", "-")},
	{"alias with a blank behind", TOP("SIP/2.0/TCP h;alias ;rport", "name")},
	{"half of alias is another name to the core", TOP("SIP/2.0/TCP h;al;rport", "-")},
	{"a parameter named a has no value", TOP("SIP/2.0/TCP h;a=1", "-")},
	{"a parameter named b may have one", TOP("SIP/2.0/TCP h;b=1", "name")},
	{"an equals sign in a value", TOP("SIP/2.0/UDP h;branch=z=", "-")},
	{"a comma in a quoted value", TOP("SIP/2.0/UDP h;x=\"a,b\"", "-")},
	{"a semicolon in a quoted value", TOP("SIP/2.0/UDP h;x=\"a;received=1\";rport", "name")},
	{"a NUL in a quoted value", TOP("SIP/2.0/UDP h;x=\"a\0b\"", "-")},
	{"a comment", TOP("SIP/2.0/UDP 10.0.0.1 (a (b, c);\r\n d)", "10.0.0.1")},
	{"a comment that is open", TOP("SIP/2.0/UDP 10.0.0.1 (a (b)", "-")},
	{"a parameter behind a comment", TOP("SIP/2.0/UDP 10.0.0.1 (a);branch=z", "-")},
	{"a NUL", TOP("SIP/2.0/UDP 10.0.0.1;branch=\0z", "-")},
	{"two in a field", TOP("SIP/2.0/UDP 10.0.0.1, SIP/2.0/UDP h", "10.0.0.1 proxied")},
	{"two in a field, empty ones between", TOP("SIP/2.0/UDP 10.0.0.1;branch=z,,\r\n ,SIP/2.0/UDP h;received=1", "10.0.0.1 proxied")},
	{"the second in a field is broken", TOP("SIP/2.0/UDP 10.0.0.1, UDP h", "-")},
	{"the second in a field has no host", TOP("SIP/2.0/UDP h, SIP/2.0/UDP ;branch=z", "-")},
	{"the second in a field has half an IPv6 address", TOP("SIP/2.0/UDP h, SIP/2.0/UDP :]", "name proxied")},
	{"the second in a field has empty brackets", TOP("SIP/2.0/UDP h, SIP/2.0/UDP []", "-")},
	{"a comma at the end", TOP("SIP/2.0/UDP 10.0.0.1,", "-")},
	{"two fields", TOP("SIP/2.0/UDP 10.0.0.1\r\nv:SIP/2.0/UDP h;received=1", "10.0.0.1 proxied")},
	{"the second field is broken", TOP("SIP/2.0/UDP 10.0.0.1\r\nVia: SIP/2.0/UDP h:x", "-")},

	{"a contact", CONTACT("<sip:a@10.0.0.7:5070>", "10.0.0.7:5070")},
	{"no contact", ROW_CONTACTS, NT_SPAN_INIT(ASK TOP_VIA EOH), ""},
	{"an empty contact", CONTACT("", "")},
	{"a star", CONTACT("*", "")},
	{"a star and more", CONTACT("*, <sip:10.0.0.7>", "")},
	{"a star second", CONTACT("<sip:10.0.0.7>, *", "")},
	{"a bare CR first", CONTACT("\r<sip:10.0.0.1>", "10.0.0.1")},
	{"a list, in its order", CONTACT("<sip:10.0.0.1>, \"x, y\" <sip:10.0.0.2>;q=1,<sip:10.0.0.3>", "10.0.0.1 10.0.0.2 10.0.0.3")},
	{"several fields", CONTACT("<sip:10.0.0.1>\r\nm:<sip:10.0.0.2>\r\nContact : <sip:10.0.0.3>", "10.0.0.1 10.0.0.2 10.0.0.3")},
	{"one that is broken takes its field away", CONTACT("<sip:10.0.0.1>, <sip:10.0.0.2\r\nm: <sip:10.0.0.3>", "10.0.0.3")},
	{"a comma at the end takes the field away", CONTACT("<sip:10.0.0.1>,", "")},
	{"a semicolon at the end takes the field away", CONTACT("<sip:10.0.0.1>;", "")},
	{"folded", CONTACT("\r\n <sip:10.0.0.1>\r\n ,\r\n\t<sip:10.0.0.2>\r\n ;q=1", "10.0.0.1 10.0.0.2")},
	{"no brackets", CONTACT("sip:a@10.0.0.7:5070", "10.0.0.7:5070")},
	{"no brackets, and parameters of the header", CONTACT("sip:a@10.0.0.7;transport=tcp;maddr=10.0.0.8", "10.0.0.7")},
	{"no brackets, two of them", CONTACT("sip:a@10.0.0.7 , sip:b@10.0.0.8", "10.0.0.7 10.0.0.8")},
	{"no brackets behind a name: a byte is lost", CONTACT("Bob sip:b@10.0.0.17", "none")},
	{"no brackets behind a name, and a blank", CONTACT("Bob sip:b@10.0.0.17 ", "none")},
	{"no brackets behind a name, the next one is cut", CONTACT("Bob sip:b@10.0.0.17, <sip:10.0.0.18>", "")},
	{"no brackets behind a name, and parameters", CONTACT("Bob sip:b@10.0.0.17;q=1", "none")},
	{"a semicolon in a name", CONTACT("a;b <sip:10.0.0.7>", "")},
	{"brackets in a quoted name", CONTACT("\"<sip:10.0.0.1>\" <sip:10.0.0.7>", "10.0.0.7")},
	{"an escaped quote in a name", CONTACT("\"a\\\"<sip:10.0.0.1>\" <sip:10.0.0.7>", "10.0.0.7")},
	{"quotes within brackets", CONTACT("<sip:a\"\\\",\"@10.0.0.7>", "10.0.0.7")},
	{"a bracket that was not opened", CONTACT("sip:10.0.0.7>x:y", "")},
	{"a quote that is open", CONTACT("\"a <sip:10.0.0.7>", "")},
	{"a bracket that is open", CONTACT("<sip:10.0.0.7", "")},
	{"brackets in brackets", CONTACT("<<sip:10.0.0.7>>", "")},
	{"blanks in brackets", CONTACT("< sip:10.0.0.7 >", "10.0.0.7")},
	{"empty brackets", CONTACT("<>", "")},
	{"parameters with quotes of both kinds", CONTACT("<sip:10.0.0.1>;a=\"x,y;z\";b='<,>', <sip:10.0.0.2>", "10.0.0.1 10.0.0.2")},
	{"a parameter whose quote is open", CONTACT("<sip:10.0.0.1>;a=\"x, <sip:10.0.0.2>", "")},
	{"a parameter of two words", CONTACT("<sip:10.0.0.1>;a=x y", "")},
	{"a parameter without a value", CONTACT("<sip:10.0.0.1>;a;b=, <sip:10.0.0.2>", "")},
	{"a bracket for a comma", CONTACT("<sip:10.0.0.1>;a=1 ><sip:10.0.0.2>", "10.0.0.1 10.0.0.2")},
	{"no contacts of a 100", REPLY("100 Trying", "CSeq: 1 INVITE\r\n", "")},
	{"contacts of a 180", REPLY("180 Ringing", "CSeq: 1 INVITE\r\n", "10.0.0.7")},
	{"contacts of a 200 to lower case", REPLY("200 OK", "CSeq: 1 update\r\n", "10.0.0.7")},
	{"contacts of a 200 to SUBSCRIBE", REPLY("202 OK", "CSeq: 1 SUBSCRIBE\r\n", "10.0.0.7")},
	{"contacts of a 200 to NOTIFY", REPLY("200 OK", "CSeq: 1 NOTIFY\r\n", "10.0.0.7")},
	{"contacts of a 202 to REFER", REPLY("202 OK", "CSeq: 1 REFER\r\n", "10.0.0.7")},
	{"no contacts of a REGISTER's reply", REPLY("200 OK", "CSeq: 1 REGISTER\r\n", "")},
	{"no contacts of a redirection", REPLY("302 Moved", "CSeq: 1 INVITE\r\n", "")},
	{"no contacts of a 300", REPLY("300 Choices", "CSeq: 1 INVITE\r\n", "")},
	{"contacts of the last success", REPLY("299 OK", "CSeq: 1 INVITE\r\n", "10.0.0.7")},
	{"contacts of a 101", REPLY("101 Early", "CSeq: 1 INVITE\r\n", "10.0.0.7")},
	{"no contacts of a reply to nobody knows what", REPLY("200 OK", "", "")},

	{"no user", URI("sip:10.0.0.7", "10.0.0.7")},
	{"a scheme in capitals", URI("SIP:10.0.0.7", "10.0.0.7")},
	{"sips:", URI("sips:a@10.0.0.7:5061", "~10.0.0.7:5061")},
	{"sips", URI("sips.10.0.0.7", "none")},
	{"tel:", URI("tel:+4930", "none")},
	{"user=phone is a place", URI("sip:+4930@10.0.0.7;user=phone", "10.0.0.7")},
	{"urn:", URI("urn:service:sos", "none")},
	{"mailto:", URI("mailto:a@10.0.0.7", "none")},
	{"no scheme", URI("a@10.0.0.7", "none")},
	{"nearly sip:", URI("sop:10.0.0.7", "none")},
	{"nearly sip: again", URI("siq:10.0.0.7", "none")},
	{"not even nearly sip:", URI("xip:10.0.0.7", "none")},
	{"a scheme alone", URI("sip:", "none")},
	{"a name", URI("sip:a@example.org", "name")},
	{"a name in .invalid", URI("sip:a@x.invalid", "invalid")},
	{"IPv6", URI("sip:a@[2001:db8::7]:5070", "[2001:db8::7]:5070")},
	{"IPv6, no user", URI("sip:[2001:db8::7]", "2001:db8::7")},
	{"IPv6 without brackets", URI("sip:a@2001:db8::7", "none")},
	{"a bracket that is open", URI("sip:a@[2001:db8::7", "none")},
	{"text behind the bracket", URI("sip:a@[2001:db8::7]x", "none")},
	{"a transport that is ours", URI("sip:10.0.0.7;transport=UDP", "10.0.0.7")},
	{"a transport that is not", URI("sip:10.0.0.7;transport=tcp", "~10.0.0.7")},
	{"a transport that is none", URI("sip:10.0.0.7;transport=", "10.0.0.7")},
	{"a transport behind a colon is none", URI("sip:10.0.0.7;transport=:tcp", "10.0.0.7")},
	{"of two transports the last", URI("sip:10.0.0.7;transport=tcp;transport=udp", "10.0.0.7")},
	{"nearly a transport", URI("sip:10.0.0.7;transports=tcp;xtransport=tcp", "10.0.0.7")},
	{"maddr", URI("sip:a@10.0.0.7:5070;maddr=10.0.0.8", "10.0.0.8:5070")},
	{"an empty maddr", URI("sip:10.0.0.7;maddr=;lr", "10.0.0.7")},
	{"a maddr cut short", URI("sip:10.0.0.7;maddr=", "none")},
	{"the first two letters of maddr", URI("sip:10.0.0.7;ma", "none")},
	{"the first letter of maddr", URI("sip:10.0.0.7;m", "10.0.0.7")},
	{"gr", URI("sip:10.0.0.7;gr", "none")},
	{"GR with a value", URI("sip:10.0.0.7;GR=urn:x", "none")},
	{"gr, empty, at the end", URI("sip:10.0.0.7;gr=", "none")},
	{"gr, empty, in the middle", URI("sip:10.0.0.7;gr=;lr", "10.0.0.7")},
	{"gr in the middle", URI("sip:10.0.0.7;gr;lr", "none")},
	{"gr with a value in the middle", URI("sip:10.0.0.7;gr=x;lr", "none")},
	{"gr behind a colon", URI("sip:10.0.0.7;gr=:x", "10.0.0.7")},
	{"nearly gr", URI("sip:10.0.0.7;grid=1;g", "10.0.0.7")},
	{"headers", URI("sip:10.0.0.7:5070?Subject=a:b&c=d", "10.0.0.7:5070")},
	{"headers behind parameters", URI("sip:10.0.0.7;transport=tcp?x=y", "~10.0.0.7")},
	{"parameters behind headers", URI("sip:10.0.0.7?x=y;transport=tcp", "none")},
	{"a password", URI("sip:a:b@10.0.0.7", "10.0.0.7")},
	{"a password like a port", URI("sip:a:5060@10.0.0.7", "10.0.0.7")},
	{"a password like no port", URI("sip:a:70000@10.0.0.7", "none")},
	{"a host like a user", URI("sip:10.0.0.9@10.0.0.7", "10.0.0.7")},
	{"parameters of a user", URI("sip:a;maddr=10.0.0.8@10.0.0.7", "10.0.0.7")},
	{"headers of a user", URI("sip:a?b=c;d@10.0.0.7", "10.0.0.7")},
	{"headers of a user, one with a colon", URI("sip:a?b:c@10.0.0.7", "10.0.0.7")},
	{"headers of a user, a colon and a semicolon", URI("sip:a?b:c;d@10.0.0.7", "none")},
	{"headers of a user, and of the URI", URI("sip:a?b;c@10.0.0.7?d", "10.0.0.7")},
	{"headers of a user, a colon and another header", URI("sip:a?b:c?d@10.0.0.7", "none")},
	{"parameters behind headers, with a user", URI("sip:a@10.0.0.7?x;y", "none")},
	{"a password behind a user's parameters", URI("sip:a;b:c@10.0.0.7", "10.0.0.7")},
	{"two colons in a user", URI("sip:a;b:c:d@10.0.0.7", "none")},
	{"a port in front of parameters: no user", URI("sip:10.0.0.9:5060;x@10.0.0.7", "none")},
	{"IPv6 as a user, whose port adds up", URI("sip:[::9]:5;x@10.0.0.7:06", "10.0.0.7:506")},
	{"an empty user", URI("sip:@10.0.0.7", "none")},
	{"two users", URI("sip:a@b@10.0.0.7", "none")},
	{"an escaped @", URI("sip:a%40b@10.0.0.7", "10.0.0.7")},
	{"an empty port", URI("sip:a@10.0.0.7:", "10.0.0.7")},
	{"port 65535", URI("sip:a@10.0.0.7:65535", "10.0.0.7:65535")},
	{"port 65536", URI("sip:a@10.0.0.7:65536", "none")},
	{"a port of zeros", URI("sip:a@10.0.0.7:005070", "none")},
	{"a port of letters", URI("sip:a@10.0.0.7:x", "none")},
	{"a port of letters, no user", URI("sip:10.0.0.7:x", "none")},
	{"a host that is none", URI("sip:a@10_0", "none")},
	{"a host that begins like none", URI("sip:a@-x", "none")},
	{"a bracket with more in it", URI("sip:a@[2001&::7]", "none")},
	{"no host", URI("sip:a@", "none")},
	{"a blank", URI("sip:a b@10.0.0.7", "none")},
	{"a control byte", URI("sip:a\x01@10.0.0.7", "none")},
	{"DEL", URI("sip:a\x7f@10.0.0.7", "none")},
	{"a NUL", URI("sip:a\0@10.0.0.7", "none")},
	{"bytes above 127", URI("sip:\xc3\xa9@10.0.0.7", "10.0.0.7")},

	{"a caller's address", CALLER("To: <sip:b>\r\nCall-ID: 1@10.0.0.7 \r\n", "10.0.0.7")},
	{"a caller's name", CALLER("To: <sip:b>\r\nCall-ID: 1@example.org\r\n", "name")},
	{"behind the first @", CALLER("To: <sip:b>\r\nCall-ID: 1@10.0.0.7@10.0.0.8\r\n", "name")},
	{"no @", CALLER("To: <sip:b>\r\nCall-ID: 10.0.0.7\r\n", "none")},
	{"nothing behind the @", CALLER("To: <sip:b>\r\nCall-ID: 1@\r\n", "none")},
	{"within a dialog it is anybody's", CALLER("To: <sip:b>;tag=1\r\nCall-ID: 1@10.0.0.7\r\n", "none")},
	{"without a To it is anybody's", CALLER("Call-ID: 1@10.0.0.7\r\n", "none")},
	{"behind another proxy", CALLER("To: <sip:b>\r\nCall-ID: 1@10.0.0.7\r\n" TOP_VIA, "none")},

	{"SDP", TYPED("Content-Length: 48\r\n", SDP, "4000")},
	{"SDP without a length", TYPED("", SDP, "4000")},
	{"SDP without a type", BODY("Content-Length: 48\r\n", SDP, "")},
	{"SDP of another type", BODY("c: text/plain\r\n", SDP, "")},
	{"SDP, and a Call-ID behind its type", TYPED("Call-ID: a\r\n", SDP, "4000")},
	{"SDP in lines that end in LF", ROW_BODY, NT_SPAN_INIT("INVITE sip:b SIP/2.0\nVia: SIP/2.0/UDP h\nc: application/sdp\n\n" SDP), "4000"},
	{"SDP behind a lone CR", ROW_BODY, NT_SPAN_INIT(ASK TOP_VIA "c: application/sdp\r\n\r" SDP), "4000"},
	{"SDP in a multipart", BODY("Content-Type: multipart/mixed;boundary=b\r\n", "--b\r\nContent-Type: application/sdp\r\n\r\n" SDP "--b--\r\n", "4000")},
	{"a length too short", TYPED("Content-Length: 5\r\n", SDP, " wrong")},
	{"a length that cuts the m=", TYPED("l: 25\r\n", SDP, " wrong")},
	{"a length too long", TYPED("Content-Length: 49\r\n", SDP, "4000 wrong")},
	{"a length of 0 and no body", BODY("Content-Length: 0\r\n", "", "")},
	{"a length of 0 and a body", TYPED("Content-Length: 0\r\n", SDP, " wrong")},
	{"line ends and NULs behind the body", TYPED("Content-Length: 48\r\n", SDP "\r\n\n\0\0", "4000")},
	{"a blank behind the body", TYPED("Content-Length: 48\r\n", SDP " ", "4000 wrong")},
	{"a length of blanks and folds", TYPED("Content-Length:\r\n 48 \r\n  \r\n", SDP, "4000")},
	{"a length of letters", TYPED("Content-Length: x\r\n", SDP, "-")},
	{"an empty length", TYPED("Content-Length:\r\n", SDP, "-")},
	{"a negative length", TYPED("Content-Length: -1\r\n", SDP, "-")},
	{"a length of two words", TYPED("Content-Length: 48 x\r\n", SDP, "-")},
	{"a length of many digits", TYPED("Content-Length: 99999999999\r\n", SDP, "-")},
	{"a length that just fits", TYPED("Content-Length: 2147483639\r\n", SDP, "4000 wrong")},
	{"a length of zeros", TYPED("Content-Length: 000000000000048\r\n", SDP, "4000")},
	{"the body of another hop's client", TYPED(TOP_VIA, SDP, "")},

	{"our own", RR("<sip:198.51.100.1;lr>", "198.51.100.1 ours")},
	{"our own port", RR("<sip:198.51.100.1:5060;lr>", "198.51.100.1:5060 ours")},
	{"our own with a user and a name", RR("\"a<b\" <sip:x@198.51.100.1>", "198.51.100.1 ours")},
	{"another port", RR("<sip:198.51.100.1:5070;lr>", "198.51.100.1:5070")},
	{"another's", RR("<sip:192.0.2.1;lr>, <sip:198.51.100.1>", "192.0.2.1")},
	{"ours first", RR("<sip:198.51.100.1;lr>, <sip:192.0.2.1>", "198.51.100.1 ours")},
	{"the topmost field", RR("<sip:198.51.100.1;lr>\r\nRecord-Route: <sip:192.0.2.1>", "198.51.100.1 ours")},
	{"a name is not known to be ours", RR("<sip:sip.example.org;lr>", "sip.example.org")},
	{"one that is broken", RR("sip:198.51.100.1", "")},
	{"one whose URI is broken", RR("<sip:198.51.100.1:x>", "")},
};
/* clang-format on */

#endif /* SIP_ROWS_H */
