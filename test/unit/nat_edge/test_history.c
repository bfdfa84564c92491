/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit.h"

#include <stdio.h>

#include "core/core_env.h"
#include "nat_edge/nat_edge_judge.h"
#include "nat_edge/nat_edge_history.h"

/* more than are looked at under one lock */
#define SIZE 200

static void start(void)
{
	ck_assert_int_eq(ne_history_init(SIZE), 0);
}

static void stop(void)
{
	ne_history_fini();
}

static uint64_t history_add(const struct ne_record *record)
{
	struct ne_record *place = ne_history_open();
	uint64_t number;

	if(place == NULL)
		return 0;
	number = place->number;
	*place = *record;
	place->number = number;
	return ne_history_close(place);
}

static uint64_t add(const char *source, const char *aor, const char *call_id)
{
	struct ne_record r;

	memset(&r, 0, sizeof(r));
	ck_assert_int_eq(nt_endpoint_parse(&r.source, nt_span_cstr(source)), 0);
	snprintf(r.aor, sizeof(r.aor), "%s", aor);
	snprintf(r.call_id, sizeof(r.call_id), "%s", call_id);
	return history_add(&r);
}

/* How many records fit, and the newest of them */
static int ask(struct ne_record *newest, const char *text)
{
	struct ne_query query = ne_query_of(nt_span_cstr(text));
	struct ne_record r;
	uint64_t before = 0;
	int count = 0;

	while(ne_history_find(&r, &query, before)) {
		if(count++ == 0)
			*newest = r;
		ck_assert(before == 0 || r.number < before);
		before = r.number;
	}
	return count;
}

START_TEST(found_by_address_port_aor_and_call_id)
{
	struct ne_record r;

	add("203.0.113.9:40001", "alice@example.org", "id-1@192.168.1.10");
	add("203.0.113.9:40002", "bob@example.org", "id-2");
	add("[2001:db8::7]:5060", "carol@example.org", "id-3");
	ck_assert_int_eq(ask(&r, "203.0.113.9"), 2);
	ck_assert_str_eq(r.aor, "bob@example.org");
	ck_assert_int_eq(ask(&r, "203.0.113.9:40001"), 1);
	ck_assert_str_eq(r.aor, "alice@example.org");
	ck_assert_int_eq(ask(&r, "2001:DB8:0::7"), 1);
	ck_assert_int_eq(ask(&r, " sip:ALICE@example.org "), 1);
	ck_assert_int_eq(ask(&r, "alice@example.org"), 1);
	ck_assert_int_eq(ask(&r, "id-1@192.168.1.10"), 1);
	ck_assert_int_eq(ask(&r, "id-9"), 0);
	ck_assert_int_eq(ask(&r, ""), 0);
	ck_assert_int_eq(ask(&r, "192.0.2.1"), 0);
}
END_TEST

START_TEST(found_by_the_address_that_was_claimed)
{
	struct ne_record r, found;

	memset(&r, 0, sizeof(r));
	ck_assert_int_eq(
			nt_endpoint_parse(&r.source, NT_SPAN("203.0.113.9:40001")), 0);
	r.verdict.where = NT_WHERE_CONTACT;
	ck_assert_int_eq(nt_endpoint_parse(
							 &r.verdict.claim.at, NT_SPAN("192.168.1.10:5060")),
			0);
	history_add(&r);
	ck_assert_int_eq(ask(&found, "192.168.1.10"), 1);
}
END_TEST

/* A URI is kept as it came, and read when the record is looked at */
START_TEST(owners_are_read_when_somebody_asks)
{
	static const struct
	{
		const char *uri, *aor;
	} owners[] = {{"sip:alice@example.org", "alice@example.org"},
			{"sips:bob:secret@example.org:5061;user=phone", "bob@example.org"},
			{"sip:example.net", "example.net"}, {"tel:+1234", "+1234@"},
			{"gopher://x", ""}, {"", ""}};
	struct ne_record r;

	for(size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		memset(&r, 0, sizeof(r));
		nt_endpoint_parse(&r.source, NT_SPAN("203.0.113.9:40001"));
		snprintf(r.aor, sizeof(r.aor), "%s", owners[i].uri);
		r.unread = true;
		history_add(&r);
		ck_assert_int_eq(ask(&r, "203.0.113.9"), (int)i + 1);
		ck_assert_str_eq(r.aor, owners[i].aor);
		ck_assert(!r.unread);
	}
	ck_assert_int_eq(ask(&r, "bob@example.org"), 1);
	ck_assert_int_eq(ask(&r, "sip:example.net"), 1);
}
END_TEST

START_TEST(memory_is_bounded_and_the_oldest_goes_first)
{
	struct ne_record r;
	long before = core_live_blocks();

	for(int i = 1; i <= 3 * SIZE; i++)
		add("203.0.113.9:40001", i <= 2 * SIZE ? "old@x" : "new@x", "id");
	ck_assert_int_eq(core_live_blocks(), before);
	ck_assert_int_eq(ask(&r, "203.0.113.9"), SIZE);
	ck_assert_uint_eq(r.number, 3 * SIZE);
	ck_assert_int_eq(ask(&r, "old@x"), 0);
	ck_assert_int_eq(ask(&r, "new@x"), SIZE);
}
END_TEST

/* What is noted at any record that fits */
static uint32_t done_of_all(const char *text)
{
	struct ne_query query = ne_query_of(nt_span_cstr(text));
	struct ne_record r;
	uint64_t before = 0;
	uint32_t done = 0;

	while(ne_history_find(&r, &query, before)) {
		done |= r.done;
		before = r.number;
	}
	return done;
}

START_TEST(a_note_reaches_its_record_only)
{
	struct ne_record r;
	uint64_t first = add("203.0.113.9:1", "a@x", "1");

	add("203.0.113.9:2", "b@x", "2");
	ne_history_note(first, NT_REPAIR_RPORT);
	ck_assert_int_eq(ask(&r, "a@x"), 1);
	ck_assert_uint_eq(r.done, NT_REPAIR_RPORT);
	ck_assert_int_eq(ask(&r, "b@x"), 1);
	ck_assert_uint_eq(r.done, 0);
	/* the place of the first is another's now, which must not be noted */
	for(int i = 0; i < SIZE; i++)
		add("203.0.113.9:3", "c@x", "3");
	ne_history_note(first, NT_REPAIR_REWRITTEN);
	ck_assert_int_eq(ask(&r, "c@x"), SIZE);
	ck_assert_uint_eq(done_of_all("c@x"), 0);
}
END_TEST

START_TEST(longer_texts_are_found_by_their_whole_length)
{
	struct ne_record r;
	char text[200];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	add("203.0.113.9:1", text, text);
	ck_assert_int_eq(ask(&r, text), 1);
	text[NE_CALLID_TEXT - 5] = '\0';
	ck_assert_int_eq(ask(&r, text), 0);
}
END_TEST

START_TEST(size_0_keeps_nothing)
{
	struct ne_record r;

	ne_history_fini();
	ck_assert_int_eq(ne_history_init(0), 0);
	ck_assert_uint_eq(add("203.0.113.9:1", "a@x", "1"), 0);
	ne_history_note(1, NT_REPAIR_RPORT);
	ck_assert_int_eq(ask(&r, "a@x"), 0);
}
END_TEST

START_TEST(no_shared_memory_is_an_error_without_a_leak)
{
	long before;

	ne_history_fini();
	before = core_live_blocks();
	core_fail_allocation(1, false);
	ck_assert_int_eq(ne_history_init(SIZE), -1);
	core_fail_allocation(0, false);
	ck_assert_int_eq(core_live_blocks(), before);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nat_edge_history");
	TCase *c = tcase_create("ring");

	core_env_init();
	tcase_add_checked_fixture(c, start, stop);
	tcase_add_test(c, found_by_address_port_aor_and_call_id);
	tcase_add_test(c, found_by_the_address_that_was_claimed);
	tcase_add_test(c, owners_are_read_when_somebody_asks);
	tcase_add_test(c, memory_is_bounded_and_the_oldest_goes_first);
	tcase_add_test(c, a_note_reaches_its_record_only);
	tcase_add_test(c, longer_texts_are_found_by_their_whole_length);
	tcase_add_test(c, size_0_keeps_nothing);
	tcase_add_test(c, no_shared_memory_is_an_error_without_a_leak);
	suite_add_tcase(suite, c);
	return unit_run(suite);
}
