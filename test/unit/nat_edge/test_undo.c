/* SPDX-License-Identifier: GPL-2.0-or-later */
/* R-URIs with tokens that a golden file cannot make: too old, of another key,
 * for a party; and those that are on their way to another proxy. */
#include "message.h"

#include <time.h>

#include "core/dset.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_stats.h"
#include "nat_edge/nat_edge_undo.h"

#define HOME "sip:bob@192.168.1.20:5060"
#define TO_BOB ";tag=b1"

static struct nt_token token_for(enum nt_purpose purpose, uint32_t binding)
{
	struct nt_token t = {.purpose = purpose, .binding = binding};

	t.flow.transport = NT_TRANSPORT_UDP;
	nt_endpoint_parse(&t.flow.local, NT_SPAN("198.51.100.1:5060"));
	nt_endpoint_parse(&t.flow.remote, NT_SPAN("203.0.113.20:40020"));
	return t;
}

static const char *sealed(struct nt_token t, struct nt_keys *keys)
{
	static char text[NT_TOKEN_SIZE];

	ck_assert_uint_gt(nt_token_seal(text, sizeof(text), keys, &t), 0);
	return text;
}

/* A request with this R-URI. @return what comes of it; it stays in hand */
static enum ne_undo_result undo(
		const char *uri, const char *token, const char *more)
{
	char ruri[1024];

	snprintf(ruri, sizeof(ruri), "%s;nat-c=%s", uri, token);
	arrive("INFO", ruri, TO_BOB, more);
	return ne_undo_ruri(&msg);
}

static void check_ruri(const char *want)
{
	str *ruri = GET_RURI(&msg);

	ck_assert_msg(nt_span_eq(nt_span_of(ruri->s, (size_t)ruri->len),
						  nt_span_cstr(want)),
			"%.*s", ruri->len, ruri->s);
}

static uint32_t bob(void)
{
	return nt_binding(NT_SPAN("1@example.org"), NT_SPAN("b1"));
}

START_TEST(a_contact_is_good_to_its_last_second)
{
	uint32_t now = (uint32_t)time(NULL);
	long expired = ne_stat_value(NE_STAT_TARGETS_REFUSED);

	ck_assert_int_eq(
			undo(HOME,
					sealed(token_for(NT_PURPOSE_CONTACT, now + 60), ne_keys()),
					""),
			NE_UNDO_DONE);
	check_ruri(HOME);
	ck_assert_str_eq(msg.dst_uri.s, "sip:203.0.113.20:40020");
	leave();
	ck_assert_int_eq(
			undo(HOME,
					sealed(token_for(NT_PURPOSE_CONTACT, now - 1), ne_keys()),
					""),
			NE_UNDO_REFUSED);
	ck_assert_int_eq(ne_stat_value(NE_STAT_TARGETS_REFUSED), expired + 1);
	ck_assert_ptr_null(msg.dst_uri.s);
	leave();
}
END_TEST

START_TEST(t05_tokens_of_other_purposes_and_keys_are_refused)
{
	static const enum nt_purpose others[] = {NT_PURPOSE_PATH, NT_PURPOSE_CALLER,
			NT_PURPOSE_CALLEE, NT_PURPOSE_DIALOG};
	struct nt_keys strange = {.count = 1};
	uint8_t secret[NT_KEY_BYTES] = {1};

	for(int i = 0; i < 4; i++) {
		ck_assert_int_eq(
				undo(HOME, sealed(token_for(others[i], bob()), ne_keys()), ""),
				NE_UNDO_REFUSED);
		leave();
	}
	for(uint8_t id = 0; id < 16; id++) {
		nt_key_set(&strange.key[0], id, secret);
		ck_assert_int_eq(
				undo(HOME, sealed(token_for(NT_PURPOSE_ALIAS, bob()), &strange),
						""),
				NE_UNDO_REFUSED);
		leave();
	}
}
END_TEST

START_TEST(n009_what_may_not_stand_in_a_request_line_is_dropped)
{
	struct nt_token t = token_for(NT_PURPOSE_ALIAS, bob());

	t.text = NT_SPAN(HOME ";x=y;method=INVITE;z?Subject=a");
	ck_assert_int_eq(
			undo("sip:bob@203.0.113.20:40020", sealed(t, ne_keys()), ""),
			NE_UNDO_DONE);
	check_ruri(HOME ";x=y;z");
	leave();
}
END_TEST

START_TEST(what_goes_on_to_another_proxy_is_its_own)
{
	const char *routes =
			"Route: <sip:198.51.100.1;lr>\r\nRoute: <sip:192.0.2.77;lr>\r\n";
	struct nt_token t = token_for(NT_PURPOSE_ALIAS, bob());
	char ruri[1024];

	/* not ours */
	ck_assert_int_eq(undo(HOME, "whatever", routes), NE_UNDO_NONE);
	leave();
	/* of our cluster, by a socket of the other one */
	nt_endpoint_parse(&t.flow.local, NT_SPAN("192.0.2.77:5060"));
	snprintf(ruri, sizeof(ruri), HOME ";nat-c=%s", sealed(t, ne_keys()));
	ck_assert_int_eq(undo(HOME, sealed(t, ne_keys()), routes), NE_UNDO_NONE);
	check_ruri(ruri);
	ck_assert_ptr_null(msg.dst_uri.s);
	leave();
	ck_assert_int_eq(undo(HOME, sealed(t, ne_keys()), ""), NE_UNDO_GONE);
	check_ruri(HOME);
	leave();
	/* ours, of somebody behind that proxy */
	t = token_for(NT_PURPOSE_ALIAS, bob());
	ck_assert_int_eq(undo(HOME, sealed(t, ne_keys()), routes), NE_UNDO_DONE);
	check_ruri(HOME);
	leave();
}
END_TEST

START_TEST(r_uris_without_anything_of_ours_are_left_alone)
{
	static const char *const uris[] = {"sip:bob@example.org",
			"sip:bob@example.org;transport=tcp", "sip:nat-c=x@example.org",
			"tel:+4930;nat-c=x", "sip:bob@example.org;nat-cc=x",
			"sip:bob@example.org?nat-c=x", "sip:b@c;alias=203.0.113.9~5060~1",
			"sip:b@c;fs_path=sip%3A203.0.113.9"};

	for(size_t i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		arrive("INVITE", uris[i], "", "");
		ck_assert_msg(ne_undo_ruri(&msg) == NE_UNDO_NONE, "%s", uris[i]);
		check_ruri(uris[i]);
		leave();
	}
}
END_TEST

START_TEST(f02_without_memory_it_is_refused_and_nothing_leaks)
{
	struct nt_token t = token_for(NT_PURPOSE_ALIAS, bob());
	char uri[1024];
	long before, refused = 0;
	int rc = NE_UNDO_NONE;

	t.text = NT_SPAN(HOME);
	snprintf(uri, sizeof(uri), "sip:bob@203.0.113.20:40020;nat-c=%s",
			sealed(t, ne_keys()));
	for(long nth = 1; rc != NE_UNDO_DONE; nth++) {
		before = core_live_blocks();
		arrive("INFO", uri, TO_BOB, "");
		parse_headers(&msg, HDR_EOH_F, 0);
		core_fail_allocation(nth, true);
		rc = ne_undo_ruri(&msg);
		core_fail_allocation(0, false);
		ck_assert(rc == NE_UNDO_DONE || rc == NE_UNDO_REFUSED);
		refused += rc == NE_UNDO_REFUSED;
		leave();
		ck_assert_int_eq(core_live_blocks(), before);
	}
	ck_assert_int_ge(refused, 2);
}
END_TEST

/* --- what a client is shown ------------------------------------------- */

static int show(const char *status, const char *method, const char *contact)
{
	snprintf(packet, sizeof(packet),
			"SIP/2.0 %s\r\nVia: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bK-0\r\n"
			"Via: SIP/2.0/UDP 192.168.1.10:5060;branch=z9hG4bK-1\r\n"
			"From: <sip:alice@example.org>;tag=a1\r\n"
			"To: <sip:alice@example.org>;tag=b1\r\nCall-ID: 1@example.org\r\n"
			"CSeq: 1 %s\r\nContact: %s\r\nContent-Length: 0\r\n\r\n",
			status, method, contact);
	arrive_as_it_is();
	return ne_undo_contacts(&msg);
}

START_TEST(only_the_2xx_to_a_register_shows_contacts_to_their_owner)
{
	static const struct
	{
		const char *status, *method;
		int count;
	} rows[] = {{"200 OK", "REGISTER", 1}, {"299 Fine", "REGISTER", 1},
			{"302 Moved", "REGISTER", 0}, {"423 Brief", "REGISTER", 0},
			{"183 Wait", "REGISTER", 0}, {"200 OK", "INVITE", 0}};
	char contact[1024];

	/* also one whose time is over: it is his all the same */
	snprintf(contact, sizeof(contact), "<" HOME ";nat-c=%s>;expires=5",
			sealed(token_for(NT_PURPOSE_CONTACT, 5), ne_keys()));
	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_int_eq(
				show(rows[i].status, rows[i].method, contact), rows[i].count);
		if(rows[i].count > 0) {
			ck_assert_str_eq(contacts(), "<" HOME ">;expires=5|");
			ck_assert_int_eq(ne_undo_contacts(&msg), 0);
		}
		leave();
	}
	/* a token of a dialog is not a registration's */
	snprintf(contact, sizeof(contact), "<" HOME ";nat-c=%s>",
			sealed(token_for(NT_PURPOSE_ALIAS, 5), ne_keys()));
	ck_assert_int_eq(show("200 OK", "REGISTER", contact), 0);
	leave();
}
END_TEST

START_TEST(f02_contacts_are_shown_as_they_are_without_memory)
{
	char contact[1024], plain[1040];
	int rc = -1;

	snprintf(contact, sizeof(contact), "<" HOME ";nat-c=%s>",
			sealed(token_for(NT_PURPOSE_CONTACT, 5), ne_keys()));
	snprintf(plain, sizeof(plain), "%s|", contact);
	for(long nth = 1; rc != 1; nth++) {
		long before = core_live_blocks();

		show("302 Moved", "REGISTER", contact); /* parses, and no more */
		memcpy(packet + 8, "200 OK   ", 9);
		msg.first_line.u.reply.statuscode = 200;
		parse_headers(&msg, HDR_EOH_F, 0);
		core_fail_allocation(nth, false);
		rc = ne_undo_contacts(&msg);
		core_fail_allocation(0, false);
		ck_assert_str_eq(contacts(), rc == 1 ? "<" HOME ">|" : plain);
		leave();
		ck_assert_int_eq(core_live_blocks(), before);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("undo");
	TCase *target = tcase_create("R-URIs"), *shown = tcase_create("shown");

	core_env_init();
	tcase_add_checked_fixture(target, setup, teardown);
	tcase_add_test(target, a_contact_is_good_to_its_last_second);
	tcase_add_test(target, t05_tokens_of_other_purposes_and_keys_are_refused);
	tcase_add_test(
			target, n009_what_may_not_stand_in_a_request_line_is_dropped);
	tcase_add_test(target, what_goes_on_to_another_proxy_is_its_own);
	tcase_add_test(target, r_uris_without_anything_of_ours_are_left_alone);
	tcase_add_test(target, f02_without_memory_it_is_refused_and_nothing_leaks);
	tcase_add_checked_fixture(shown, setup, teardown);
	tcase_add_test(
			shown, only_the_2xx_to_a_register_shows_contacts_to_their_owner);
	tcase_add_test(shown, f02_contacts_are_shown_as_they_are_without_memory);
	suite_add_tcase(suite, target);
	suite_add_tcase(suite, shown);
	return unit_run(suite);
}
