/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is told, remembered and found, on messages as the core has them; each
 * allocation failing. */
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_stats.h"
#include "registering.h"

static bool known(struct ne_registered *r, const char *contact)
{
	struct message m;
	bool found;

	parse(&m, "REGISTER sip:h SIP/2.0\r\n" HEAD ASKED END);
	found = ne_registration_find(r, &m.msg, nt_span_cstr(contact));
	core_msg_free(&m.msg);
	return found;
}

START_TEST(P20_R9_told_and_remembered)
{
	struct ne_registered r;
	char out[1500];

	ck_assert(!known(&r, "sip:alice@192.168.1.10"));
	relay(out, sizeof(out), ASKED,
			"REGISTER sip:h SIP/2.0\r\nm: "
			"<sip:alice@203.0.113.9:40001>\r\n\r\n",
			"Contact: <sip:alice@203.0.113.9:40001>;expires=1800\r\n", &terms);
	ck_assert_ptr_nonnull(
			strstr(out, "<sip:alice@203.0.113.9:40001>;expires=60\r\n"));
	ck_assert_ptr_nonnull(strstr(out, ";branch=z9hG4bK1;keep=25\r\n"));
	ck_assert(known(&r, "sip:alice@192.168.1.10"));
	ck_assert(nt_span_eq(nt_span_of(r.sent, r.sent_len),
			NT_SPAN("sip:alice@203.0.113.9:40001")));
	ck_assert(r.sent[r.sent_len] == '\0');
	ck_assert_uint_eq(r.left_s, 1800);
	ck_assert(r.same_call_id);
	ck_assert_uint_eq(r.flow.remote.port, 40001);
	ck_assert(!known(&r, "sip:alice@192.168.1.11"));
	now += 1799;
	ck_assert(known(&r, "sip:alice@192.168.1.10") && r.left_s == 1);
	now++;
	ck_assert(!known(&r, "sip:alice@192.168.1.10"));
}
END_TEST

START_TEST(F17_a_removal_on_the_way_is_none_of_the_clients)
{
	struct ne_registered r;
	char out[1500];

	relay(out, sizeof(out),
			"Contact: <sip:a@192.168.1.10>, <sip:b@192.168.1.10>\r\n"
			"Expires: 3600\r\n",
			"REGISTER sip:h SIP/2.0\r\nContact: <sip:a@1>, "
			"<sip:a@0>;expires=0, <sip:b@1>, <sip:b@0>;expires=0\r\n\r\n",
			"Contact: <sip:b@1>;expires=900, <sip:a@1>;expires=800\r\n",
			&terms);
	ck_assert_ptr_nonnull(
			strstr(out, "<sip:b@1>;expires=60, <sip:a@1>;expires=60\r\n"));
	ck_assert(known(&r, "sip:a@192.168.1.10"));
	ck_assert_str_eq(r.sent, "sip:a@1");
	ck_assert_uint_eq(r.left_s, 800);
	ck_assert(known(&r, "sip:b@192.168.1.10"));
	ck_assert_str_eq(r.sent, "sip:b@1");
}
END_TEST

START_TEST(F17_an_end_of_the_clients_own_is_no_removal)
{
	struct ne_registered r;
	char out[1500];

	relay(out, sizeof(out),
			"Contact: <sip:a@192.168.1.10>;expires=0, <sip:b@192.168.1.10>\r\n",
			"REGISTER sip:h SIP/2.0\r\nContact: <sip:a@1>;expires=0, "
			"<sip:b@1>, <sip:b@0>;expires=0\r\n\r\n",
			"Contact: <sip:b@1>;expires=900, <sip:c@1>;expires=800\r\n",
			&terms);
	ck_assert(!known(&r, "sip:a@192.168.1.10"));
	ck_assert(known(&r, "sip:b@192.168.1.10"));
	ck_assert_str_eq(r.sent, "sip:b@1");
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *asked, *answered;
} forgotten[] = {
	{"it ends", "Contact: <sip:alice@192.168.1.10>;expires=0\r\n", ""},
	{"it ends and is still listed", "Contact: <sip:alice@192.168.1.10>\r\nExpires: 0\r\n", "Contact: <sip:alice@192.168.1.10>;expires=1800\r\n"},
	{"N057 all end", "Contact: *\r\nExpires: 0\r\n", ""},
	{"upstream lists others only", ASKED, "Contact: <sip:x@1>;expires=9, <sip:y@1>;expires=9\r\n"},
};
/* clang-format on */

START_TEST(what_ended_is_forgotten)
{
	struct ne_registered r;
	char out[1500];

	relay(out, sizeof(out), ASKED, "",
			"Contact: <sip:alice@192.168.1.10>;expires=1800\r\n", &terms);
	ck_assert(known(&r, "sip:alice@192.168.1.10"));
	relay(out, sizeof(out), forgotten[_i].asked, "", forgotten[_i].answered,
			&terms);
	ck_assert_msg(
			!known(&r, "sip:alice@192.168.1.10"), "%s", forgotten[_i].name);
}
END_TEST

START_TEST(who_is_not_behind_a_nat_is_told_all_and_forgotten)
{
	struct ne_terms direct = {.remember = true, .limit = NT_EXPIRY_NONE};
	struct ne_registered r;
	char out[1500];

	relay(out, sizeof(out), ASKED, "",
			"Contact: <sip:alice@192.168.1.10>;expires=1800\r\n", &terms);
	/* more than it asked for, for whatever reason */
	relay(out, sizeof(out), ASKED, "",
			"Contact: <sip:alice@192.168.1.10>;expires=7200\r\n", &direct);
	ck_assert_ptr_nonnull(strstr(out, ";expires=7200\r\n"));
	ck_assert_ptr_nonnull(strstr(out, ";keep\r\n"));
	ck_assert(!known(&r, "sip:alice@192.168.1.10"));
}
END_TEST

START_TEST(R9_where_nothing_comes_of_it_nothing_is_remembered)
{
	struct ne_terms forgetful = terms;
	struct ne_registered r;
	char out[1500];

	forgetful.remember = false;
	relay(out, sizeof(out), ASKED, "",
			"Contact: <sip:alice@192.168.1.10>;expires=1800\r\n", &forgetful);
	ck_assert_ptr_nonnull(strstr(out, ";expires=60\r\n"));
	ck_assert(!known(&r, "sip:alice@192.168.1.10"));
}
END_TEST

START_TEST(F02_each_allocation_may_fail)
{
	char whole[1500], out[1500];
	long live, n;

	relay(whole, sizeof(whole), ASKED, "",
			"Require: outbound\r\nContact: <sip:alice@192.168.1.10>\r\n"
			"Expires: 3600\r\n",
			&terms);
	for(n = 1; n < 200; n++) {
		ne_registration_fini();
		NT_MUST(ne_registration_init(100, 0) == 0);
		live = core_live_blocks();
		/* as much as is needed to build it is there */
		{
			char text[1500];
			struct message req, reply;
			size_t len;
			char *built;
			long used;

			snprintf(text, sizeof(text),
					"REGISTER sip:h SIP/2.0\r\n" HEAD ASKED END);
			parse(&req, text);
			snprintf(text, sizeof(text),
					"SIP/2.0 200 OK\r\n" OURS HEAD
					"Require: outbound\r\nContact: "
					"<sip:alice@192.168.1.10>\r\nExpires: 3600\r\n" END);
			parse(&reply, text);
			core_fail_allocation(n, false);
			ne_answer_relayed(&reply.msg, &req.msg, NT_SPAN(""), &terms);
			ne_keep_relayed(&reply.msg, &req.msg, &terms);
			used = core_fail_allocation(0, false);
			built = core_msg_build(&reply.msg, &len);
			NT_MUST(built != NULL && len < sizeof(out));
			memcpy(out, built, len);
			out[len] = '\0';
			core_text_free(built);
			core_msg_free(&reply.msg);
			core_msg_free(&req.msg);
			if(used < n)
				break;
		}
		ne_registration_fini();
		ck_assert_int_le(core_live_blocks(), live);
		NT_MUST(ne_registration_init(100, 0) == 0);
		/* each of the repairs is there whole, or not at all */
		ck_assert(strstr(out, ";expires=60\r\n") != NULL
				  || strstr(out, "Contact: <sip:alice@192.168.1.10>\r\n")
							 != NULL);
		ck_assert(strstr(out, "Expires: 60\r\n") != NULL
				  || strstr(out, "Expires: 3600\r\n") != NULL);
		ck_assert(strstr(out, ";keep=25\r\n") != NULL
				  || strstr(out, ";keep\r\n") != NULL);
		ck_assert(strstr(out, "Flow-Timer: 25\r\n") != NULL
				  || strstr(out, "Flow-Timer") == NULL);
	}
	ck_assert_int_gt(n, 8);
	ck_assert_str_eq(out, whole);
}
END_TEST

/* --- for the registrar here ---------------------------------------------- */

/* clang-format off */
static const struct {
	const char *name, *asked;
	uint32_t limit, min;
	int count;
	int expires[3]; /* behind each Contact; -1: as it came */
} lowered[] = {
	{"P20 the header field says it", "Contact: <sip:a@1>\r\nExpires: 3600\r\n", 60, 0, 1, {60}},
	{"P20 the parameter says it", "Contact: <sip:a@1>;expires=600\r\nExpires: 30\r\n", 60, 0, 1, {60}},
	{"P20 nobody says it", "Contact: <sip:a@1>\r\n", 60, 0, 1, {60}},
	{"P20 it is less", "Contact: <sip:a@1>;expires=59\r\n", 60, 0, 0, {-1}},
	{"P20 it ends", "Contact: <sip:a@1>;expires=0\r\n", 60, 0, 0, {-1}},
	{"P20 each by itself", "Contact: <sip:a@1>;expires=0, <sip:b@1>;expires=61\r\nm: <sip:c@1>;expires=7\r\n", 60, 0, 1, {-1, 60, -1}},
	{"P20 the registrar has a minimum", "Contact: <sip:a@1>;expires=3600\r\n", 60, 90, 1, {90}},
	{"P20 no limit", "Contact: <sip:a@1>;expires=3600\r\n", NT_EXPIRY_NONE, 0, 0, {-1}},
	{"N057 star", "Contact: *\r\nExpires: 0\r\n", 60, 0, 0, {-1}},
	{"N057 an Expires that is no number is the default", "Contact: <sip:a@1>\r\nExpires: soon\r\n", 60, 0, 1, {60}},
	{"N057 an Expires without a body is refused", "Contact: <sip:a@1>\r\nExpires: \r\n", 60, 0, 0, {-1}},
	{"T15 20 digits", "Contact: <sip:a@1>;expires=99999999999999999999\r\n", 60, 0, 1, {60}},
	{"T15 2^31", "Contact: <sip:a@1>;expires=2147483648\r\n", 60, 0, 1, {60}},
	{"T15 minus one", "Contact: <sip:a@1>;expires=-1\r\n", 60, 0, 1, {60}},
};
/* clang-format on */

START_TEST(lowered_for_the_registrar)
{
	char text[600];
	struct message m;
	struct hdr_field *header = NULL;
	contact_t *c = NULL;
	int seen = 0;

	ne_registrar = (struct ne_registrar){
			.there = true, .min_s = lowered[_i].min, .default_s = 3600};
	snprintf(text, sizeof(text), "REGISTER sip:h SIP/2.0\r\n" HEAD "%s" END,
			lowered[_i].asked);
	parse(&m, text);
	ck_assert_msg(
			ne_expires_lower(&m.msg, lowered[_i].limit) == lowered[_i].count,
			"%s", lowered[_i].name);
	/* again does nothing */
	ck_assert_int_eq(ne_expires_lower(&m.msg, lowered[_i].limit), 0);
	while((c = ne_contact_next(&m.msg, &header, c)) != NULL) {
		/* the core has those of one field last one first */
		int want = lowered[_i].expires[c->uri.s[4] - 'a'];
		uint32_t got = 0;

		seen++;
		if(want < 0)
			continue;
		NT_MUST(c->expires != NULL
				&& nt_expiry_parse(&got, ne_span(&c->expires->body)) == 0);
		ck_assert_msg(got == (uint32_t)want, "%s: %u", lowered[_i].name, got);
	}
	ck_assert(seen > 0 || strchr(lowered[_i].asked, '*') != NULL);
	/* nothing of what would be relayed */
	ck_assert(m.msg.add_rm == NULL);
	ck_assert_str_eq(m.text, text);
	core_msg_free(&m.msg);
}
END_TEST

START_TEST(without_a_registrar_nothing_is_lowered)
{
	struct message m;

	parse(&m, "REGISTER sip:h SIP/2.0\r\n" HEAD ASKED END);
	ck_assert_int_eq(ne_expires_lower(&m.msg, 60), 0);
	core_msg_free(&m.msg);
}
END_TEST

/* --- what is known by what ------------------------------------------------ */

START_TEST(terms_go_through_tm)
{
	static const uint32_t limits[] = {1, 60, 86400, NT_EXPIRY_NONE};
	static const uint32_t keeps[] = {0, 1, 25, 3600};
	struct ne_terms t;

	for(unsigned i = 0; i < NT_CLASS_COUNT * 4 * 4 * 4; i++) {
		struct ne_terms was = {.class = (enum nt_class)(i / 64),
				.limit = limits[i / 16 % 4],
				.keep_s = keeps[i / 4 % 4],
				.keep = i & 1,
				.remember = i >> 1 & 1};

		/* nobody else has one */
		if(!ne_terms_nat(&was))
			was.limit = NT_EXPIRY_NONE;
		/* also where a pointer has 32 bits */
		ck_assert_uint_le((uintptr_t)ne_terms_pack(&was), UINT32_MAX);
		ne_terms_unpack(&t, ne_terms_pack(&was));
		ck_assert(t.class == was.class && t.keep == was.keep
				  && t.remember == was.remember && t.limit == was.limit
				  && t.keep_s == was.keep_s);
	}
	ne_terms_unpack(&t, NULL);
	ck_assert(t.class == 0 && !t.keep && !t.remember && t.keep_s == 0
			  && t.limit == NT_EXPIRY_NONE);
}
END_TEST

/* clang-format off */
static const struct {
	const char *to, *aor; /* "": none */
} aors[] = {
	{"<sip:alice@example.org>;tag=x", "alice@example.org"},
	{"sip:alice@Example.ORG", "alice@example.org"},
	{"\"A, B\" <sips:Alice:pw@h:5061;user=phone?x=y>", "Alice@h"},
	{"<sip:example.org>", "@example.org"},
	{"<sip:a@[2001:DB8::1]:5060>", "a@[2001:db8::1]"},
	{"<sip:a@[2001:db8::1]>", "a@[2001:db8::1]"},
	{"<tel:+1>", ""},
};
/* clang-format on */

START_TEST(aor_is_user_and_host)
{
	char text[600], aor[64];
	struct message m;
	size_t len;

	snprintf(text, sizeof(text),
			"REGISTER sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nTo: %s\r\n" END,
			aors[_i].to);
	parse(&m, text);
	len = ne_registration_aor(aor, sizeof(aor), &m.msg);
	aor[len] = '\0';
	ck_assert_str_eq(aor, aors[_i].aor);
	/* too long for its place */
	if(len > 0)
		ck_assert_uint_eq(ne_registration_aor(aor, len, &m.msg), 0);
	core_msg_free(&m.msg);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *text;
	bool same;
} saids[] = {
	{"itself", "REGISTER sip:h SIP/2.0\r\n" HEAD "X: y\r\n" END, true},
	{"another transaction", "REGISTER sip:h SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=2\r\nFrom: <sip:b@h>;tag=9\r\nTo: <sip:c@h>\r\nCall-ID: two\r\n"
		"CSeq: 8 REGISTER\r\nMax-Forwards: 9\r\nAuthorization: Digest x\r\nExpires: 9\r\nX: y\r\n" END, true},
	{"another registrar", "REGISTER sip:i SIP/2.0\r\n" HEAD "X: y\r\n" END, false},
	{"another value", "REGISTER sip:h SIP/2.0\r\n" HEAD "X: z\r\n" END, false},
	{"another name", "REGISTER sip:h SIP/2.0\r\n" HEAD "Y: y\r\n" END, false},
	{"one more", "REGISTER sip:h SIP/2.0\r\n" HEAD "X: y\r\nPath: <sip:p>\r\n" END, false},
	{"one less", "REGISTER sip:h SIP/2.0\r\n" HEAD END, false},
	{"in another place", "REGISTER sip:h SIP/2.0\r\nX: y\r\n" HEAD END, true},
};
/* clang-format on */

START_TEST(what_else_it_says)
{
	struct message m;
	uint64_t first, said;

	parse(&m, saids[0].text);
	first = ne_registration_said(&m.msg, NT_SPAN(";q=1;expires=9"));
	ck_assert_uint_eq(
			first, ne_registration_said(&m.msg, NT_SPAN(";EXPIRES=8;q=1")));
	ck_assert_uint_ne(
			first, ne_registration_said(&m.msg, NT_SPAN(";q=2;expires=9")));
	core_msg_free(&m.msg);
	parse(&m, saids[_i].text);
	said = ne_registration_said(&m.msg, NT_SPAN(";q=1;expires=9"));
	ck_assert_msg((said == first) == saids[_i].same, "%s", saids[_i].name);
	core_msg_free(&m.msg);
}
END_TEST

START_TEST(off_keeps_nothing)
{
	struct ne_registered r;
	struct ne_registration_row row;
	char out[1500];
	uint32_t next;
	size_t bytes;

	ne_registration_fini();
	ck_assert_int_eq(ne_registration_init(0, 0), 0);
	ck_assert(!ne_registration_is_on());
	relay(out, sizeof(out), ASKED, "",
			"Contact: <sip:alice@192.168.1.10>;expires=1800\r\n", &terms);
	ck_assert_ptr_nonnull(strstr(out, ";expires=60\r\n"));
	ck_assert(!known(&r, "sip:alice@192.168.1.10"));
	ck_assert_uint_eq(ne_registration_list(&row, 1, 0, NT_SPAN(""), &next), 0);
	ck_assert_uint_eq(next, UINT32_MAX);
	ck_assert_uint_eq(ne_registration_count(&bytes), 0);
}
END_TEST

START_TEST(no_shared_memory_is_an_error_without_a_leak)
{
	long live;

	ne_registration_fini();
	live = core_live_blocks();
	for(long n = 1; n <= 6; n++) {
		core_fail_allocation(n, false);
		ck_assert_int_eq(ne_registration_init(10, 0), -1);
		core_fail_allocation(0, false);
		ck_assert_int_eq(core_live_blocks(), live);
	}
	ck_assert_int_eq(ne_registration_init(10, 0), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nat_edge_registration");
	TCase *c = tcase_create("registration");

	core_env_init();
	tcase_add_checked_fixture(c, start, stop);
	tcase_add_test(c, P20_R9_told_and_remembered);
	tcase_add_test(c, F17_a_removal_on_the_way_is_none_of_the_clients);
	tcase_add_test(c, F17_an_end_of_the_clients_own_is_no_removal);
	tcase_add_loop_test(c, what_ended_is_forgotten, 0,
			sizeof(forgotten) / sizeof(forgotten[0]));
	tcase_add_test(c, who_is_not_behind_a_nat_is_told_all_and_forgotten);
	tcase_add_test(c, R9_where_nothing_comes_of_it_nothing_is_remembered);
	tcase_add_test(c, F02_each_allocation_may_fail);
	tcase_add_loop_test(c, lowered_for_the_registrar, 0,
			sizeof(lowered) / sizeof(lowered[0]));
	tcase_add_test(c, without_a_registrar_nothing_is_lowered);
	tcase_add_test(c, terms_go_through_tm);
	tcase_add_loop_test(
			c, aor_is_user_and_host, 0, sizeof(aors) / sizeof(aors[0]));
	tcase_add_loop_test(
			c, what_else_it_says, 0, sizeof(saids) / sizeof(saids[0]));
	tcase_add_test(c, off_keeps_nothing);
	tcase_add_test(c, no_shared_memory_is_an_error_without_a_leak);
	suite_add_tcase(suite, c);
	return unit_run(suite);
}
