/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_bindings.h"

#include "unit/nt/nt_check.h"

/* Memory that is counted, and can fail */
static struct
{
	long blocks, fail_at, since;
	size_t bytes, most;
} heap;

static void *heap_get(void *ctx, size_t size)
{
	size_t *p;

	(void)ctx;
	if(++heap.since == heap.fail_at)
		return NULL;
	p = malloc(sizeof(size_t) + size);
	*p = size;
	heap.blocks++;
	heap.bytes += size;
	heap.most = heap.bytes > heap.most ? heap.bytes : heap.most;
	return p + 1;
}

static void heap_put(void *ctx, void *block)
{
	size_t *p = block;

	(void)ctx;
	if(p == NULL)
		return;
	heap.blocks--;
	heap.bytes -= p[-1];
	free(p - 1);
}

static const struct nt_mem mem = {heap_get, heap_put, NULL};
static struct nt_bindings *table;

static struct nt_bindings *make(uint32_t max, uint32_t per_source)
{
	const struct nt_bindings_conf conf = {
			.max = max, .per_source = per_source, .key = {{1, 2}}};

	return nt_bindings_new(&mem, &conf);
}

static void setup(void)
{
	memset(&heap, 0, sizeof(heap));
	table = make(100, 0);
	ck_assert(table != NULL);
}

static void teardown(void)
{
	nt_bindings_free(table);
	ck_assert_int_eq(heap.blocks, 0);
}

static struct nt_flow flow_of(const char *source)
{
	return (struct nt_flow){.transport = NT_TRANSPORT_UDP,
			.local = nt_endpoint_must("198.51.100.1:5060"),
			.remote = nt_endpoint_must(source)};
}

static struct nt_binding binding(const char *aor, const char *contact)
{
	return (struct nt_binding){.aor = nt_span_cstr(aor),
			.contact = nt_span_cstr(contact),
			.sent = NT_SPAN("sip:sent"),
			.call_id = NT_SPAN("call"),
			.params = NT_SPAN(";q=1"),
			.lines = NT_SPAN("Path: <sip:p;lr>\r\n"),
			.flow = flow_of("203.0.113.9:40001"),
			.cseq = 10,
			.said = 77,
			.granted = 3600,
			.told = 60,
			.alone = true,
			.absorbable = true};
}

static enum nt_put put(const struct nt_binding *b, uint64_t now)
{
	uint32_t evicted;

	return nt_bindings_put(table, b, now, &evicted);
}

static void put_at(
		const char *aor, const char *contact, const char *source, uint64_t now)
{
	struct nt_binding b = binding(aor, contact);

	b.flow = flow_of(source);
	ck_assert_int_eq(put(&b, now), NT_PUT_NEW);
}

static bool is_there(const char *aor, const char *contact)
{
	return nt_bindings_find(table, nt_span_cstr(aor), nt_span_cstr(contact))
		   != NULL;
}

static struct nt_refresh refresh_of(const struct nt_binding *b)
{
	return (struct nt_refresh){.aor = b->aor,
			.contact = b->contact,
			.call_id = b->call_id,
			.flow = b->flow,
			.cseq = b->cseq + 1,
			.said = b->said,
			.asked = 3600,
			.limit = 60};
}

static enum nt_absorb judge(const struct nt_refresh *r, uint64_t now)
{
	const struct nt_bound *bound;

	return nt_bindings_judge(table, &bound, r, now);
}

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
	ck_assert_uint_eq(
			nt_bindings_drop(table, NT_SPAN("b@x"), NT_SPAN("sip:d")), 0);
	ck_assert_uint_eq(
			nt_bindings_drop(table, NT_SPAN("b@x"), NT_SPAN("sip:c")), 1);
	ck_assert_uint_eq(nt_bindings_count(table), 0);
}
END_TEST

/* --- absorption ---------------------------------------------------------- */

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
			nt_bindings_drop(table, b.aor, b.contact);
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
	TCase *rows = tcase_create("refreshes");

	tcase_add_checked_fixture(rows, setup, teardown);
	tcase_add_loop_test(rows, refresh_is_judged, 0, NT_COUNT(refreshes));
	suite_add_tcase(suite, rows);
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, what_is_put_is_found);
	tcase_add_test(c, an_old_answer_does_not_replace_a_newer_one);
	tcase_add_test(c, all_of_an_aor_go_and_no_other);
	tcase_add_test(c, unknown_is_not_answered);
	tcase_add_test(c, R9_a_copy_gets_the_same_answer);
	tcase_add_test(c, R9_a_copy_while_the_clock_goes_back);
	tcase_add_test(c, R9_upstream_is_asked_once_in_its_time);
	tcase_add_test(
			c, R9_after_a_failure_nothing_is_answered_until_upstream_has);
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
