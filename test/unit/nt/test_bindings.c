/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_bindings_scene.h"

START_TEST(what_is_put_is_found)
{
	struct nt_binding b = binding("a@x", "sip:c");
	const struct nt_bound *got;

	ck_assert_int_eq(put(&b, 1000), NT_PUT_NEW);
	got = nt_bindings_find(table, NT_SPAN("a@x"), NT_SPAN("sip:c"));
	ck_assert(got != NULL);
	ck_assert(nt_span_eq(got->is.sent, b.sent)
			  && nt_span_eq(got->is.call_id, b.call_id)
			  && nt_span_eq(got->is.params, b.params)
			  && nt_span_eq(got->is.lines, b.lines));
	/* a copy */
	ck_assert(got->is.sent.p != b.sent.p && got->is.aor.p != b.aor.p);
	ck_assert_uint_eq(got->granted_at, 1000);
	ck_assert(!is_there("a@x", "sip:d") && !is_there("b@x", "sip:c"));
	ck_assert_uint_eq(nt_bindings_count(table), 1);
	b.sent = NT_SPAN("sip:elsewhere");
	b.cseq++;
	ck_assert_int_eq(put(&b, 1001), NT_PUT_AGAIN);
	got = nt_bindings_find(table, NT_SPAN("a@x"), NT_SPAN("sip:c"));
	ck_assert(nt_span_eq(got->is.sent, b.sent));
	ck_assert_uint_eq(nt_bindings_count(table), 1);
	b.granted = 0;
	ck_assert_int_eq(put(&b, 1002), NT_PUT_AGAIN);
	ck_assert(!is_there("a@x", "sip:c"));
	ck_assert_uint_eq(nt_bindings_bytes(table), 0);
}
END_TEST

START_TEST(an_old_answer_does_not_replace_a_newer_one)
{
	struct nt_binding b = binding("a@x", "sip:c");

	put(&b, 1000);
	b.cseq = 9;
	b.sent = NT_SPAN("sip:old");
	ck_assert_int_eq(put(&b, 1001), NT_PUT_OLD);
	b.call_id = NT_SPAN("another");
	ck_assert_int_eq(put(&b, 1001), NT_PUT_AGAIN);
}
END_TEST

START_TEST(all_of_an_aor_go_and_no_other)
{
	put_at("a@x", "sip:c", "203.0.113.9:1", 1);
	put_at("a@x", "sip:d", "203.0.113.9:1", 1);
	put_at("b@x", "sip:c", "203.0.113.9:1", 1);
	ck_assert_uint_eq(nt_bindings_drop_all(table, NT_SPAN("a@x")), 2);
	ck_assert_uint_eq(nt_bindings_drop_all(table, NT_SPAN("a@x")), 0);
	ck_assert(is_there("b@x", "sip:c"));
	ck_assert_uint_eq(nt_bindings_drop_all(table, NT_SPAN("b@x")), 1);
	ck_assert_uint_eq(nt_bindings_count(table), 0);
}
END_TEST

/* --- limits -------------------------------------------------------------- */

/* Each from an address of its own, one a second */
static void flood(unsigned from, unsigned count)
{
	for(unsigned i = from; i < from + count; i++) {
		char aor[32], source[32];

		snprintf(aor, sizeof(aor), "a%u@x", i);
		snprintf(source, sizeof(source), "10.0.%u.%u:5060", i >> 8, i & 255);
		put_at(aor, "sip:c", source, i);
	}
}

START_TEST(T10_a_flood_keeps_memory_flat)
{
	size_t most;

	flood(0, 100);
	ck_assert_uint_eq(nt_bindings_count(table), 100);
	most = heap.most;
	flood(100, 1000);
	ck_assert_uint_eq(nt_bindings_count(table), 100);
	/* one more for a moment, and longer names */
	ck_assert_uint_le(heap.most, most + 1000);
	/* who came last is there */
	ck_assert(is_there("a1099@x", "sip:c") && !is_there("a999@x", "sip:c"));
}
END_TEST

START_TEST(T10_who_was_not_heard_of_for_longest_goes_first)
{
	struct nt_binding b = binding("a0@x", "sip:c");
	struct nt_refresh r;

	flood(0, 100);
	b.flow = flow_of("10.0.0.0:5060");
	r = refresh_of(&b);
	ck_assert_int_eq(judge(&r, 101), NT_ABSORB_YES);
	put_at("new@x", "sip:c", "203.0.113.9:1", 102);
	ck_assert(is_there("a0@x", "sip:c") && !is_there("a1@x", "sip:c"));
}
END_TEST

START_TEST(T10_a_source_takes_no_more_than_its_share)
{
	nt_bindings_free(table);
	table = make(100, 10);
	flood(0, 50);
	/* one address, all ports */
	for(int i = 0; i < 100; i++) {
		char aor[32], source[32];

		snprintf(aor, sizeof(aor), "evil%d@x", i);
		snprintf(source, sizeof(source), "203.0.113.66:%d", 1000 + i);
		put_at(aor, "sip:c", source, 1000);
	}
	ck_assert_uint_eq(nt_bindings_count(table), 60);
	ck_assert(is_there("a0@x", "sip:c"));
	ck_assert(is_there("evil99@x", "sip:c") && is_there("evil90@x", "sip:c")
			  && !is_there("evil89@x", "sip:c"));
	/* all of an IPv6 /64 are one */
	for(int i = 0; i < 20; i++) {
		char aor[32], source[48];

		snprintf(aor, sizeof(aor), "six%d@x", i);
		snprintf(source, sizeof(source), "[2001:db8:0:1::%x]:5060", i + 1);
		put_at(aor, "sip:c", source, 1000);
	}
	ck_assert_uint_eq(nt_bindings_count(table), 70);
	put_at("next@x", "sip:c", "[2001:db8:0:2::1]:5060", 1000);
	ck_assert_uint_eq(nt_bindings_count(table), 71);
}
END_TEST

START_TEST(T10_an_aor_takes_no_more_than_its_share)
{
	for(int i = 0; i < NT_BINDINGS_PER_AOR + 5; i++) {
		char contact[32];

		snprintf(contact, sizeof(contact), "sip:%d", i);
		put_at("a@x", contact, "203.0.113.9:1", 1000);
	}
	ck_assert_uint_eq(nt_bindings_count(table), NT_BINDINGS_PER_AOR);
	ck_assert(is_there("a@x", "sip:36") && is_there("a@x", "sip:5")
			  && !is_there("a@x", "sip:4"));
}
END_TEST

START_TEST(T10_long_texts_take_the_places_of_others)
{
	static char text[NT_BINDING_URI];
	uint32_t evicted, sum = 0;

	memset(text, 'x', sizeof(text));
	nt_bindings_free(table);
	table = make(10, 0);
	for(int i = 0; i < 50; i++) {
		struct nt_binding b = binding("a@x", "sip:c");
		char aor[NT_BINDING_AOR];

		memset(aor, 'y', sizeof(aor));
		snprintf(aor, 16, "%d", i);
		b.aor = nt_span_of(aor, sizeof(aor));
		b.contact = b.sent = nt_span_of(text, sizeof(text));
		ck_assert_int_eq(
				nt_bindings_put(table, &b, 1000, &evicted), NT_PUT_NEW);
		sum += evicted;
		ck_assert_uint_le(nt_bindings_bytes(table), 10 * NT_BINDING_BYTES);
	}
	ck_assert_uint_lt(nt_bindings_count(table), 10);
	ck_assert_uint_eq(nt_bindings_count(table) + sum, 50);
}
END_TEST

START_TEST(T10_T15_texts_are_kept_up_to_their_limits)
{
	static char text[NT_BINDING_ANSWER + 2];
	struct nt_binding b = binding("a@x", "sip:c");

	memset(text, 'x', sizeof(text));
#define LIMIT(field, max)                                     \
	do {                                                      \
		b = binding("a@x", "sip:c");                          \
		b.field = nt_span_of(text, (max));                    \
		ck_assert_int_eq(put(&b, 1000), NT_PUT_NEW);          \
		b.field = nt_span_of(text, (max) + 1);                \
		b.cseq++;                                             \
		ck_assert_int_eq(put(&b, 1000), NT_PUT_REFUSED);      \
		nt_bindings_drop_all(table, NT_SPAN("a@x"));          \
		nt_bindings_drop_all(table, nt_span_of(text, (max))); \
		ck_assert_uint_eq(nt_bindings_count(table), 0);       \
	} while(0)
	LIMIT(aor, NT_BINDING_AOR);
	LIMIT(contact, NT_BINDING_URI);
	LIMIT(sent, NT_BINDING_URI);
	LIMIT(call_id, NT_BINDING_CALL_ID);
	LIMIT(lines, NT_BINDING_ANSWER - 4);
	b = binding("a@x", "sip:c");
	b.lines = NT_SPAN("");
	b.params = nt_span_of(text, NT_BINDING_ANSWER);
	ck_assert_int_eq(put(&b, 1000), NT_PUT_NEW);
	b.params = nt_span_of(text, NT_BINDING_ANSWER + 1);
	ck_assert_int_eq(put(&b, 1000), NT_PUT_REFUSED);
	/* what cannot be kept is not there in an older form either */
	ck_assert(!is_there("a@x", "sip:c"));
	b = binding("", "sip:c");
	ck_assert_int_eq(put(&b, 1000), NT_PUT_REFUSED);
	b = binding("a@x", "");
	ck_assert_int_eq(put(&b, 1000), NT_PUT_REFUSED);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
	struct nt_bindings *t;
	long blocks = heap.blocks;

	for(long n = 1;; n++) {
		heap.since = 0;
		heap.fail_at = n;
		t = make(10, 0);
		heap.fail_at = 0;
		if(t != NULL)
			break;
		ck_assert_int_eq(heap.blocks, blocks);
		ck_assert_int_lt(n, 20);
	}
	nt_bindings_free(t);
	/* a place is made by who was there for longest, so one failure is none */
	flood(0, 3);
	for(long n = 1; n <= 2; n++) {
		struct nt_binding b = binding("new@x", "sip:c");

		b.contact = n == 1 ? NT_SPAN("sip:1") : NT_SPAN("sip:2");
		b.flow = n == 1 ? flow_of("203.0.113.9:1") : flow_of("203.0.113.8:1");
		heap.since = 0;
		heap.fail_at = n;
		ck_assert_int_eq(put(&b, 1000), NT_PUT_NEW);
		ck_assert_uint_eq(nt_bindings_count(table), 3);
	}
	heap.fail_at = 0;
	ck_assert(!is_there("a1@x", "sip:c") && is_there("a2@x", "sip:c"));
	nt_bindings_drop_all(table, NT_SPAN("a2@x"));
	nt_bindings_drop_all(table, NT_SPAN("new@x"));
	{
		struct nt_binding b = binding("new@x", "sip:c");

		heap.since = 0;
		heap.fail_at = 1;
		ck_assert_int_eq(put(&b, 1000), NT_PUT_NO_MEMORY);
		heap.fail_at = 0;
		ck_assert_uint_eq(nt_bindings_count(table), 0);
	}
}
END_TEST

START_TEST(lists_come_in_parts)
{
	const struct nt_bound *bound;
	unsigned seen = 0, rounds = 0;
	uint32_t at = 0;

	flood(0, 20);
	for(int i = 5; i < 15; i++) {
		char aor[16];

		snprintf(aor, sizeof(aor), "a%d@x", i);
		nt_bindings_drop_all(table, nt_span_cstr(aor));
	}
	while((at = nt_bindings_next(table, at, 7, &bound)) != UINT32_MAX) {
		ck_assert_uint_lt(rounds++, 200);
		if(bound == NULL)
			continue;
		seen++;
		at++;
	}
	ck_assert_uint_eq(seen, 10);
	ck_assert_uint_eq(
			nt_bindings_next(table, UINT32_MAX, 7, &bound), UINT32_MAX);
}
END_TEST

/* --- against a model ------------------------------------------------------ */

#define AORS 4
#define CONTACTS 6

/* Every step at random; the same as an array that forgets the oldest */
START_TEST(it_is_what_a_simple_one_would_be)
{
	uint64_t heard[AORS][CONTACTS] = {{0}}, state = 7;
	const unsigned max = 10;

	nt_bindings_free(table);
	table = make(max, 0);
	for(uint64_t step = 1; step < 20000; step++) {
		unsigned a = (unsigned)(nt_random(&state) % AORS);
		unsigned c = (unsigned)(nt_random(&state) % CONTACTS);
		unsigned what = (unsigned)(nt_random(&state) % 8), count = 0;
		char aor[8], contact[8];
		struct nt_binding b;

		snprintf(aor, sizeof(aor), "%u@x", a);
		snprintf(contact, sizeof(contact), "sip:%u", c);
		b = binding(aor, contact);
		b.cseq = (uint32_t)step;
		if(what < 5) {
			b.granted = 100000;
			put(&b, step);
			heard[a][c] = step;
		} else if(what < 7) {
			b.granted = 0;
			put(&b, step);
			heard[a][c] = 0;
		} else {
			nt_bindings_drop_all(table, b.aor);
			memset(heard[a], 0, sizeof(heard[a]));
		}
		for(;;) {
			uint64_t *oldest = NULL;

			count = 0;
			for(unsigned i = 0; i < AORS * CONTACTS; i++) {
				uint64_t *h = &heard[i / CONTACTS][i % CONTACTS];

				count += *h > 0;
				if(*h > 0 && (oldest == NULL || *h < *oldest))
					oldest = h;
			}
			if(count <= max)
				break;
			*oldest = 0;
		}
		ck_assert_uint_eq(nt_bindings_count(table), count);
		for(unsigned i = 0; i < AORS * CONTACTS; i++) {
			snprintf(aor, sizeof(aor), "%u@x", i / CONTACTS);
			snprintf(contact, sizeof(contact), "sip:%u", i % CONTACTS);
			ck_assert_int_eq(is_there(aor, contact),
					heard[i / CONTACTS][i % CONTACTS] > 0);
		}
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_bindings");
	TCase *c = tcase_create("table");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, what_is_put_is_found);
	tcase_add_test(c, an_old_answer_does_not_replace_a_newer_one);
	tcase_add_test(c, all_of_an_aor_go_and_no_other);
	tcase_add_test(c, T10_a_flood_keeps_memory_flat);
	tcase_add_test(c, T10_who_was_not_heard_of_for_longest_goes_first);
	tcase_add_test(c, T10_a_source_takes_no_more_than_its_share);
	tcase_add_test(c, T10_an_aor_takes_no_more_than_its_share);
	tcase_add_test(c, T10_long_texts_take_the_places_of_others);
	tcase_add_test(c, T10_T15_texts_are_kept_up_to_their_limits);
	tcase_add_test(c, every_allocation_may_fail);
	tcase_add_test(c, lists_come_in_parts);
	tcase_add_test(c, it_is_what_a_simple_one_would_be);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
