/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_keep.h"

#include "unit/nt/nt_check.h"

#define BEGIN "SIP/2.0 200 OK\r\n"
#define END "Content-Length: 0\r\n\r\n"
#define VIA "Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;keep"
#define OURS "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK0\r\n"

/* clang-format off */
static const struct {
	const char *name, *in, *out;
	unsigned ahead; /* 0: a reply of our own */
	uint32_t seconds;
	bool answered, stripped;
} vias[] = {
	{"N062 our neighbour is answered", BEGIN OURS VIA ";rport=1\r\n" END, BEGIN OURS VIA "=25;rport=1\r\n" END, 1, 25, true, false},
	{"N062 several Vias in one field", BEGIN "v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK0 , SIP/2.0/UDP [2001:db8::1]:5060;keep ;branch=z9hG4bK1\r\n" END,
		BEGIN "v: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK0 , SIP/2.0/UDP [2001:db8::1]:5060;keep=25 ;branch=z9hG4bK1\r\n" END, 1, 25, true, false},
	{"N062 a reply of our own", BEGIN VIA "\r\n" END, BEGIN VIA "=25\r\n" END, 0, 25, true, false},
	{"N062 it is not asked", BEGIN OURS "Via: SIP/2.0/UDP 10.0.0.1;xkeep;keepx=1\r\n" END, BEGIN OURS "Via: SIP/2.0/UDP 10.0.0.1;xkeep;keepx=1\r\n" END, 1, 25, false, false},
	{"N062 we do not want it", BEGIN OURS VIA "\r\n" END, BEGIN OURS VIA "\r\n" END, 1, 0, false, false},
	{"N062 it is answered so already", BEGIN OURS VIA "=25\r\n" END, BEGIN OURS VIA "=25\r\n" END, 1, 25, true, false},
	{"N063 what somebody else wrote there is ours to write", BEGIN OURS VIA " = 9999 ;x\r\n" END, BEGIN OURS VIA "=25 ;x\r\n" END, 1, 25, true, true},
	{"N063 and goes where we do not want it", BEGIN OURS VIA "=9999;x\r\n" END, BEGIN OURS VIA ";x\r\n" END, 1, 0, false, true},
	{"N063 those further down lose their values", BEGIN OURS VIA "\r\n" VIA "=30\r\n" VIA "=\"40\"\r\n" END, BEGIN OURS VIA "=25\r\n" VIA "\r\n" VIA "\r\n" END, 1, 25, true, true},
	{"N063 and keep their wish", BEGIN OURS "Via: SIP/2.0/UDP 10.0.0.1\r\n" VIA "\r\n" END, BEGIN OURS "Via: SIP/2.0/UDP 10.0.0.1\r\n" VIA "\r\n" END, 1, 25, false, false},
	{"N063 our own Via is nobody's business", BEGIN "Via: SIP/2.0/UDP 192.0.2.1;keep=5\r\n" VIA "\r\n" END, BEGIN "Via: SIP/2.0/UDP 192.0.2.1;keep=5\r\n" VIA "=25\r\n" END, 1, 25, true, false},
	{"a comma in quotes begins no Via", BEGIN "Via: SIP/2.0/UDP 192.0.2.1;x=\",SIP/2.0/UDP a;keep\" , SIP/2.0/UDP b;keep\r\n" END,
		BEGIN "Via: SIP/2.0/UDP 192.0.2.1;x=\",SIP/2.0/UDP a;keep\" , SIP/2.0/UDP b;keep=25\r\n" END, 1, 25, true, false},
	{"what cannot be read stays", BEGIN OURS VIA ";;\r\n" END, BEGIN OURS VIA ";;\r\n" END, 1, 25, false, false},
	{"twice stays", BEGIN OURS VIA ";keep\r\n" END, BEGIN OURS VIA ";keep\r\n" END, 1, 25, false, false},
	{"no parameters", BEGIN OURS "Via: SIP/2.0/UDP 10.0.0.1\r\n" END, BEGIN OURS "Via: SIP/2.0/UDP 10.0.0.1\r\n" END, 1, 25, false, false},
};

static const struct {
	const char *name, *in, *out;
	uint32_t seconds;
	bool asked, registered, timer;
} replies[] = {
	{"P22 N060 Require: outbound gets a Flow-Timer", BEGIN VIA "\r\nRequire: path, outbound\r\n" END, BEGIN VIA "=25\r\nRequire: path, outbound\r\nFlow-Timer: 25\r\n" END, 25, true, true, true},
	{"P22 without keep", BEGIN "Require: outbound\r\n" END, BEGIN "Require: outbound\r\nFlow-Timer: 25\r\n" END, 25, false, true, true},
	{"N060 only with Require: outbound", BEGIN VIA "\r\nRequire: path\r\nSupported: outbound\r\n" END, BEGIN VIA "=25\r\nRequire: path\r\nSupported: outbound\r\n" END, 25, true, true, false},
	{"N060 one is enough; N062 keep says the same", BEGIN VIA "\r\nRequire: outbound\r\nflow-timer: 90\r\n" END, BEGIN VIA "=90\r\nRequire: outbound\r\nflow-timer: 90\r\n" END, 25, true, true, false},
	{"T15 a Flow-Timer that is no number is one all the same", BEGIN VIA "\r\nRequire: outbound\r\nFlow-Timer: 4294967321\r\n" END, BEGIN VIA "=25\r\nRequire: outbound\r\nFlow-Timer: 4294967321\r\n" END, 25, true, true, false},
	{"N060 only to a REGISTER", BEGIN "Require: outbound\r\n" END, BEGIN "Require: outbound\r\n" END, 25, false, false, false},
	{"P22 keep-alives are off", BEGIN VIA "\r\nRequire: outbound\r\n" END, BEGIN VIA "\r\nRequire: outbound\r\n" END, 0, true, true, false},
	{"N062 the request had a value of its own", BEGIN VIA "=30\r\n" END, BEGIN VIA "\r\n" END, 25, false, false, false},
	{"a body is no header", BEGIN VIA "\r\nContent-Length: 19\r\n\r\nRequire: outbound\r\n", BEGIN VIA "=25\r\nContent-Length: 19\r\n\r\nRequire: outbound\r\n", 25, true, true, false},
};

static const struct {
	struct nt_span body;
	uint32_t want;
} timers[] = {
	{NT_SPAN_INIT("25"), 25}, {NT_SPAN_INIT(" 120 "), 120}, {NT_SPAN_INIT("86400"), 86400}, {NT_SPAN_INIT("86401"), 0}, {NT_SPAN_INIT("0"), 0},
	{NT_SPAN_INIT("-1"), 0}, {NT_SPAN_INIT("4294967296"), 0}, {NT_SPAN_INIT("18446744073709551641"), 0}, {NT_SPAN_INIT(""), 0}, {NT_SPAN_INIT("25 s"), 0},
};
/* clang-format on */

static void check_text(const char *name, struct nt_span in, struct nt_vias *v,
		const char *want)
{
	char got[1000];
	size_t size = in.len + nt_edits_growth(v->edits, v->count), len;

	ck_assert(size < sizeof(got));
	len = nt_edits_apply(got, size, in, v->edits, v->count);
	ck_assert_msg(nt_span_eq(nt_span_of(got, len), nt_span_cstr(want)),
			"%s: %.*s", name, (int)len, got);
}

START_TEST(vias_are_answered)
{
	struct nt_span in = nt_heap_span(nt_span_cstr(vias[_i].in));
	struct nt_span rest = nt_head_begin(in);
	struct nt_vias v = {.ahead = vias[_i].ahead, .seconds = vias[_i].seconds};
	struct nt_head field;

	while(nt_head_next(&rest, &field)) {
		if(nt_head_is(&field, NT_SPAN("via"), NT_SPAN("v")))
			nt_vias_look(&v, field.body);
	}
	check_text(vias[_i].name, in, &v, vias[_i].out);
	ck_assert_msg(v.answered == vias[_i].answered, "%s", vias[_i].name);
	ck_assert_msg(v.stripped == vias[_i].stripped, "%s", vias[_i].name);
	nt_heap_drop(in);
}
END_TEST

START_TEST(reply_of_our_own)
{
	struct nt_span in = nt_heap_span(nt_span_cstr(replies[_i].in));
	struct nt_vias v;
	bool timer = nt_keep_reply(&v, in, replies[_i].seconds, replies[_i].asked,
			replies[_i].registered);

	if(timer) {
		ck_assert_str_eq(v.edits[v.count - 1].put, "Flow-Timer: 25\r\n");
		ck_assert(memcmp(v.edits[v.count - 1].at, "Content-Length", 14) == 0);
	}
	check_text(replies[_i].name, in, &v, replies[_i].out);
	ck_assert_msg(timer == replies[_i].timer, "%s", replies[_i].name);
	nt_heap_drop(in);
}
END_TEST

START_TEST(T15_flow_timer_is_read)
{
	ck_assert_msg(nt_flow_timer(timers[_i].body) == timers[_i].want, "'%.*s'",
			NT_SPAN_FMT(timers[_i].body));
}
END_TEST

START_TEST(N062_only_the_neighbour_offers)
{
	ck_assert(nt_keep_asked(NT_SPAN("SIP/2.0/UDP a;branch=z9;keep")));
	ck_assert(nt_keep_asked(NT_SPAN("SIP/2.0/UDP a;keep, SIP/2.0/UDP b")));
	ck_assert(!nt_keep_asked(NT_SPAN("SIP/2.0/UDP a, SIP/2.0/UDP b;keep")));
	ck_assert(!nt_keep_asked(NT_SPAN("SIP/2.0/UDP a;keep=30")));
	ck_assert(!nt_keep_asked(NT_SPAN("SIP/2.0/UDP a;keep;keep")));
	ck_assert(!nt_keep_asked(NT_SPAN("SIP/2.0/UDP a")));
	ck_assert(!nt_keep_asked(NT_SPAN("")));
}
END_TEST

START_TEST(T14_so_many_vias_are_changed_and_no_more)
{
	struct nt_vias v = {.ahead = 0, .seconds = 25};

	for(int i = 0; i < 100; i++)
		nt_vias_look(&v, NT_SPAN("SIP/2.0/UDP 10.0.0.1;keep=1"));
	ck_assert_uint_eq(v.count, NT_KEEP_EDITS);
	ck_assert_uint_eq(v.seen, 100);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_keep");
	TCase *many = tcase_create("many");

	nt_add_rows(suite, "vias", vias_are_answered, NT_COUNT(vias));
	nt_add_rows(suite, "replies", reply_of_our_own, NT_COUNT(replies));
	nt_add_rows(suite, "timers", T15_flow_timer_is_read, NT_COUNT(timers));
	tcase_add_test(many, N062_only_the_neighbour_offers);
	tcase_add_test(many, T14_so_many_vias_are_changed_and_no_more);
	suite_add_tcase(suite, many);
	return nt_run(suite);
}
