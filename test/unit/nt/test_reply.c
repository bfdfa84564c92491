/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_reply.h"

#include "unit/nt/nt_check.h"

/* clang-format off */
static const struct {
	const char *name;
	struct nt_span body;
	const char *tag, *aor;
} bodies[] = {
	{"as usual", NT_SPAN_INIT("\"Bob\" <sip:bob@example.org:5060;x=1>;tag=abc"), "abc", "bob@example.org"},
	{"no name", NT_SPAN_INIT("<sips:bob@example.org>;tag=abc;y"), "abc", "bob@example.org"},
	{"no brackets", NT_SPAN_INIT("sip:bob@example.org;tag=abc"), "abc", "bob@example.org"},
	{"tag is not the first one", NT_SPAN_INIT("<sip:a@h>;x=tag=1 ; TAG=2"), "2", "a@h"},
	{"a tag of the URI is none", NT_SPAN_INIT("<sip:a@h;tag=1>"), "", "a@h"},
	{"brackets in a name", NT_SPAN_INIT("\"<x>;tag=9\" <sip:a@h>;tag=1"), "1", "a@h"},
	{"no user", NT_SPAN_INIT("<sip:example.org>;tag=1"), "1", "example.org"},
	{"IPv6", NT_SPAN_INIT("<sip:a@[2001:db8::1]>"), "", "a@[2001:db8::1]"},
	{"a password stays, a port does not", NT_SPAN_INIT("<sip:a:b@h:1>"), "", "a:b@h"},
	{"headers of a URI", NT_SPAN_INIT("<sip:a@h?x=y>"), "", "a@h"},
	{"no URI", NT_SPAN_INIT("nonsense"), "", ""},
	{"an empty tag", NT_SPAN_INIT("<sip:a@h>;tag="), "", "a@h"},
	{"nothing", NT_SPAN_INIT(""), "", ""},
	{"open brackets", NT_SPAN_INIT("<sip:a@h;tag=1"), "1", "a@h"},
};

#define HEAD "SIP/2.0 200 OK\r\nVia: x\r\n"
static const struct {
	const char *name;
	struct nt_span text;
	unsigned status;
	const char *call_id, *from_tag, *to_tag;
	uint32_t expires;
} replies[] = {
	{"all", NT_SPAN_INIT(HEAD "From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>;tag=2\r\nCall-ID: c\r\nExpires: 60\r\n\r\n"), 200, "c", "1", "2", 60},
	{"compact", NT_SPAN_INIT("SIP/2.0 180 Ringing\r\nf: <sip:a@h>;tag=1\r\nt: <sip:b@h>\r\ni: c\r\n\r\n"), 180, "c", "1", "", UINT32_MAX},
	{"what stands in the body does not count", NT_SPAN_INIT(HEAD "\r\nCall-ID: c\r\n"), 200, "", "", "", UINT32_MAX},
	{"a number that is none is an hour", NT_SPAN_INIT(HEAD "Expires: soon\r\n\r\n"), 200, "", "", "", 3600},
	{"a request", NT_SPAN_INIT("INVITE sip:b@h SIP/2.0\r\nCall-ID: c\r\n\r\n"), 0, "", "", "", UINT32_MAX},
	{"cut off", NT_SPAN_INIT("SIP/2.0 20"), 0, "", "", "", UINT32_MAX},
	{"a status that is no number", NT_SPAN_INIT("SIP/2.0 2x0 OK\r\n\r\n"), 0, "", "", "", UINT32_MAX},
	{"above all", NT_SPAN_INIT("SIP/2.0 700 OK\r\n\r\n"), 0, "", "", "", UINT32_MAX},
	{"nothing", NT_SPAN_INIT(""), 0, "", "", "", UINT32_MAX},
};
/* clang-format on */

static bool is(struct nt_span got, const char *want)
{
	return nt_span_eq(got, nt_span_cstr(want));
}

START_TEST(tags_and_addresses)
{
	struct nt_span body = nt_heap_span(bodies[_i].body);

	ck_assert_msg(is(nt_tag_param(body), bodies[_i].tag), "%s: tag %.*s",
			bodies[_i].name, NT_SPAN_FMT(nt_tag_param(body)));
	ck_assert_msg(is(nt_aor_of(body), bodies[_i].aor), "%s: aor %.*s",
			bodies[_i].name, NT_SPAN_FMT(nt_aor_of(body)));
	nt_heap_drop(body);
}
END_TEST

START_TEST(whole_replies)
{
	struct nt_span text = nt_heap_span(replies[_i].text);
	struct nt_reply r;

	nt_reply_read(&r, text);
	ck_assert_msg(r.status == replies[_i].status, "%s: %u", replies[_i].name,
			r.status);
	ck_assert_msg(is(r.call_id, replies[_i].call_id), "%s", replies[_i].name);
	ck_assert_msg(is(r.from_tag, replies[_i].from_tag), "%s", replies[_i].name);
	ck_assert_msg(is(r.to_tag, replies[_i].to_tag), "%s", replies[_i].name);
	ck_assert_msg(r.expires == replies[_i].expires, "%s: %u", replies[_i].name,
			r.expires);
	nt_heap_drop(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_reply");

	nt_add_rows(suite, "bodies", tags_and_addresses, NT_COUNT(bodies));
	nt_add_rows(suite, "replies", whole_replies, NT_COUNT(replies));
	return nt_run(suite);
}
