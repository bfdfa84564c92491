/* SPDX-License-Identifier: GPL-2.0-or-later */
/* R9: which refreshes are answered without upstream */
#include "unit/nt/nt_bindings_scene.h"

/* clang-format off */
#define AT(t) .now = 1000 + (t)
static const struct {
	const char *name;
	enum nt_absorb want;
	uint32_t told;
	uint64_t now;
	const char *call_id, *source; /* NULL: the same */
	int cseq; /* more than before */
	uint32_t asked, limit; /* 0: 3600, 60 */
	uint32_t granted; /* 0: 3600 */
	uint64_t said;
	uint32_t connection;
	bool ends, many, not_absorbable, pending;
} refreshes[] = {
	{.name = "R9 a refresh is answered here", .want = NT_ABSORB_YES, .told = 60, AT(50), .cseq = 1},
	{.name = "R9 also when CSeq jumps", .want = NT_ABSORB_YES, .told = 60, AT(50), .cseq = 1000000},
	{.name = "R9 it is told its limit", .want = NT_ABSORB_YES, .told = 54, AT(50), .cseq = 1, .limit = 54},
	{.name = "R9 it is not told more than it asks for", .want = NT_ABSORB_YES, .told = 20, AT(50), .cseq = 1, .asked = 20},
	{.name = "R9 nothing is asked for", .want = NT_ABSORB_YES, .told = 60, AT(50), .cseq = 1, .asked = NT_EXPIRY_NONE},
	{.name = "R9 the last second in which there is time enough", .want = NT_ABSORB_YES, .told = 60, AT(3600 - 60 - 32 - 1), .cseq = 1},
	{.name = "R9 upstream's time is running out", .want = NT_ABSORB_DUE, AT(3600 - 60 - 32), .cseq = 1},
	{.name = "R9 upstream's time is over", .want = NT_ABSORB_DUE, AT(3600), .cseq = 1},
	{.name = "R9 long ago", .want = NT_ABSORB_DUE, .now = UINT64_MAX, .cseq = 1},
	{.name = "R9 the clock went back", .want = NT_ABSORB_DUE, .now = 999, .cseq = 1},
	{.name = "R9 the clock began anew", .want = NT_ABSORB_DUE, .now = 0, .cseq = 1},
	{.name = "R9 without a limit it is told all, and so it is due", .want = NT_ABSORB_DUE, AT(0), .cseq = 1, .limit = NT_EXPIRY_NONE},
	{.name = "T15 it asks for as much as there is", .want = NT_ABSORB_DUE, AT(0), .cseq = 1, .asked = NT_EXPIRY_NONE - 1, .limit = NT_EXPIRY_NONE,
		.granted = NT_EXPIRY_NONE - 1},
	{.name = "R9 it takes the binding away", .want = NT_ABSORB_ENDS, AT(50), .cseq = 1, .ends = true},
	{.name = "R9 another Call-ID: the client began anew", .want = NT_ABSORB_CHANGED, AT(50), .cseq = 1, .call_id = "another"},
	{.name = "R9 the same CSeq: a copy of what went upstream", .want = NT_ABSORB_CHANGED, AT(50)},
	{.name = "R9 a lower CSeq", .want = NT_ABSORB_CHANGED, AT(50), .cseq = -1},
	{.name = "R9 it says something else", .want = NT_ABSORB_CHANGED, AT(50), .cseq = 1, .said = 78},
	{.name = "T32 another port", .want = NT_ABSORB_STRANGER, AT(50), .cseq = 1, .source = "203.0.113.9:40002"},
	{.name = "T32 another address", .want = NT_ABSORB_STRANGER, AT(50), .cseq = 1, .source = "203.0.113.8:40001"},
	{.name = "T32 another family", .want = NT_ABSORB_STRANGER, AT(50), .cseq = 1, .source = "[2001:db8::9]:40001"},
	{.name = "T32 a stranger that takes the binding away", .want = NT_ABSORB_STRANGER, AT(50), .cseq = 1, .source = "203.0.113.8:1", .ends = true},
	{.name = "T25 the same place by another connection", .want = NT_ABSORB_STRANGER, AT(50), .cseq = 1, .connection = 8},
	{.name = "R9 it was not alone in its REGISTER", .want = NT_ABSORB_CHANGED, AT(50), .cseq = 1, .many = true},
	{.name = "R9 upstream's answer was too long to be repeated", .want = NT_ABSORB_CHANGED, AT(50), .cseq = 1, .not_absorbable = true},
	{.name = "R9 the one before was not answered upstream", .want = NT_ABSORB_PENDING, AT(50), .cseq = 2, .pending = true},
};
/* clang-format on */

START_TEST(refresh_is_judged)
{
	struct nt_binding b = binding("a@x", "sip:c");
	struct nt_refresh r;
	const struct nt_bound *bound;
	enum nt_absorb how;

	if(refreshes[_i].connection != 0) {
		b.flow.transport = NT_TRANSPORT_TCP;
		b.flow.connection = 7;
	}
	if(refreshes[_i].granted != 0)
		b.granted = refreshes[_i].granted;
	b.alone = !refreshes[_i].many;
	b.absorbable = !refreshes[_i].not_absorbable;
	put(&b, 1000);
	r = refresh_of(&b);
	if(refreshes[_i].pending) {
		/* what is to be asked upstream, without an answer so far */
		r.said++;
		ck_assert_int_eq(judge(&r, 1001), NT_ABSORB_CHANGED);
		r.said--;
	}
	r.cseq = b.cseq + (uint32_t)refreshes[_i].cseq;
	if(refreshes[_i].call_id != NULL)
		r.call_id = nt_span_cstr(refreshes[_i].call_id);
	if(refreshes[_i].source != NULL)
		r.flow.remote = nt_endpoint_must(refreshes[_i].source);
	if(refreshes[_i].connection != 0)
		r.flow.connection = refreshes[_i].connection;
	if(refreshes[_i].said != 0)
		r.said = refreshes[_i].said;
	if(refreshes[_i].asked != 0)
		r.asked = refreshes[_i].asked;
	if(refreshes[_i].limit != 0)
		r.limit = refreshes[_i].limit;
	if(refreshes[_i].ends)
		r.asked = 0;
	how = nt_bindings_judge(table, &bound, &r, refreshes[_i].now);
	ck_assert_msg(how == refreshes[_i].want, "%s: %d", refreshes[_i].name, how);
	if(how == NT_ABSORB_YES)
		ck_assert_msg(bound->is.told == refreshes[_i].told, "%s: %u",
				refreshes[_i].name, bound->is.told);
	/* a stranger changes nothing, what is not answered here shuts the door */
	ck_assert_msg(
			bound->pending
					== (how != NT_ABSORB_YES && how != NT_ABSORB_STRANGER),
			"%s", refreshes[_i].name);
}
END_TEST

START_TEST(unknown_is_not_answered)
{
	struct nt_binding b = binding("a@x", "sip:c");
	struct nt_refresh r = refresh_of(&b);

	ck_assert_int_eq(judge(&r, 1000), NT_ABSORB_UNKNOWN);
	put(&b, 1000);
	r.contact = NT_SPAN("sip:d");
	ck_assert_int_eq(judge(&r, 1000), NT_ABSORB_UNKNOWN);
	ck_assert_uint_eq(nt_bindings_count(table), 1);
}
END_TEST

START_TEST(R9_a_copy_gets_the_same_answer)
{
	struct nt_binding b = binding("a@x", "sip:c");
	struct nt_refresh r;
	const struct nt_bound *bound;

	put(&b, 1000);
	r = refresh_of(&b);
	ck_assert_int_eq(judge(&r, 1050), NT_ABSORB_YES);
	r.limit = 55;
	ck_assert_int_eq(
			nt_bindings_judge(table, &bound, &r, 1082), NT_ABSORB_REPEAT);
	ck_assert_uint_eq(bound->is.told, 60);
	ck_assert_uint_eq(bound->absorbed, 1);
	/* no client waits so long for an answer */
	ck_assert_int_eq(judge(&r, 1083), NT_ABSORB_CHANGED);
}
END_TEST

START_TEST(R9_a_copy_while_the_clock_goes_back)
{
	struct nt_binding b = binding("a@x", "sip:c");
	struct nt_refresh r;

	put(&b, 1000);
	r = refresh_of(&b);
	ck_assert_int_eq(judge(&r, 1050), NT_ABSORB_YES);
	ck_assert_int_eq(judge(&r, 1049), NT_ABSORB_CHANGED);
}
END_TEST

START_TEST(R9_upstream_is_asked_once_in_its_time)
{
	struct nt_binding b = binding("a@x", "sip:c");
	struct nt_refresh r = refresh_of(&b);
	unsigned absorbed = 0, asked = 0;

	put(&b, 0);
	/* a client that refreshes every 50 seconds of its 60, for 10 hours */
	for(uint64_t now = 50; now < 36000; now += 50) {
		b.cseq++;
		r = refresh_of(&b);
		r.cseq = b.cseq;
		if(judge(&r, now) == NT_ABSORB_YES) {
			absorbed++;
		} else {
			asked++;
			put(&b, now);
		}
	}
	ck_assert_uint_eq(absorbed + asked, 719);
	ck_assert_uint_eq(asked, 10);
}
END_TEST

START_TEST(R9_after_a_failure_nothing_is_answered_until_upstream_has)
{
	struct nt_binding b = binding("a@x", "sip:c");
	struct nt_refresh r;

	put(&b, 1000);
	r = refresh_of(&b);
	r.asked = 0;
	ck_assert_int_eq(judge(&r, 1010), NT_ABSORB_ENDS);
	/* 401, and the same again with credentials */
	r.cseq++;
	ck_assert_int_eq(judge(&r, 1011), NT_ABSORB_ENDS);
	r.cseq++;
	r.asked = 3600;
	ck_assert_int_eq(judge(&r, 1012), NT_ABSORB_PENDING);
	b.cseq = r.cseq;
	put(&b, 1012);
	r.cseq++;
	ck_assert_int_eq(judge(&r, 1013), NT_ABSORB_YES);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_refresh");
	TCase *c = tcase_create("refreshes");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, refresh_is_judged, 0, NT_COUNT(refreshes));
	tcase_add_test(c, unknown_is_not_answered);
	tcase_add_test(c, R9_a_copy_gets_the_same_answer);
	tcase_add_test(c, R9_a_copy_while_the_clock_goes_back);
	tcase_add_test(c, R9_upstream_is_asked_once_in_its_time);
	tcase_add_test(
			c, R9_after_a_failure_nothing_is_answered_until_upstream_has);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
