/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bindings of before: what a REGISTER from another place says of them (F13,
 * F17), and what is done with pieces that others cut out of a Contact. */
#include "message.h"

#include "core/data_lump.h"
#include "nat_edge/nat_edge_contact.h"
#include "nat_edge/nat_edge_lump.h"
#include "nat_edge/nat_edge_rebind.h"

#define HOME "sip:alice@192.168.1.10"
#define OLD HOME ";nat-c=OLD"

/* What somebody remembers of HOME */
static const char *sent;
static bool same_call_id;
static char asked[256];

static bool ask(struct ne_registered *known, sip_msg_t *m, struct nt_span uri)
{
	ck_assert_ptr_eq(m, &msg);
	snprintf(asked, sizeof(asked), "%.*s", NT_SPAN_FMT(uri));
	if(sent == NULL)
		return false;
	memset(known, 0, sizeof(*known));
	known->sent_len = strlen(sent);
	memcpy(known->sent, sent, known->sent_len);
	known->same_call_id = same_call_id;
	return true;
}

static void begin(void)
{
	setup();
	ne_rebind_ask = ask;
	sent = NULL;
	same_call_id = true;
	asked[0] = '\0';
}

static struct ne_contacts repair(const char *contact, const char *more)
{
	struct ne_contacts done;
	char lines[1024];

	snprintf(lines, sizeof(lines), "Contact: %s\r\n%s", contact, more);
	arrive("REGISTER", "sip:example.org", "", lines);
	ck_assert_int_eq(ne_contacts_repair(&done, &msg, NT_CONTACT_ALIAS), 0);
	return done;
}

/* The one token in a text becomes "T" */
static const char *short_token(const char *text)
{
	static char cut[4096];
	const char *from = strstr(text, ";nat-c=");
	size_t n = 0;

	/* not one that a test made up */
	while(from != NULL
			&& (n = strspn(from + 7, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
									 "abcdefghijklmnopqrstuvwxyz0123456789-_"))
					   < 40)
		from = strstr(from + 7, ";nat-c=");
	if(from == NULL)
		return text;
	snprintf(cut, sizeof(cut), "%.*s;nat-c=T%s", (int)(from - text), text,
			from + 7 + n);
	return cut;
}

#define CHECK_CONTACTS(want) ck_assert_str_eq(short_token(contacts()), want)

START_TEST(nothing_known_is_nothing_said)
{
	repair("<" HOME ">", "");
	ck_assert_str_eq(asked, HOME);
	CHECK_CONTACTS("<" HOME ";nat-c=T>|");
	leave();
	ne_rebind_ask = NULL;
	repair("<" HOME ">", "");
	CHECK_CONTACTS("<" HOME ";nat-c=T>|");
	leave();
}
END_TEST

START_TEST(f17_a_refresh_takes_the_old_binding_away)
{
	struct ne_contacts done;

	sent = OLD;
	done = repair("<" HOME ">;expires=60, <sip:x@192.0.2.1>", "");
	ck_assert_int_eq(done.replaced, 1);
	CHECK_CONTACTS("<" HOME ";nat-c=T>;expires=60, <" OLD
				   ">;expires=0, <sip:x@192.0.2.1>|");
	ck_assert_int_eq(ne_contacts_repair(&done, &msg, NT_CONTACT_ALIAS), 0);
	CHECK_CONTACTS("<" HOME ";nat-c=T>;expires=60, <" OLD
				   ">;expires=0, <sip:x@192.0.2.1>|");
	leave();
	done = repair(HOME, "Expires: 60\r\n");
	CHECK_CONTACTS("<" HOME ";nat-c=T>, <" OLD ">;expires=0|");
	leave();
}
END_TEST

START_TEST(f17_the_same_binding_is_only_refreshed)
{
	static char now[1024];
	const char *text;

	repair("<" HOME ">", "");
	text = contacts();
	snprintf(now, sizeof(now), "%.*s", (int)strlen(text) - 3, text + 1);
	leave();
	sent = now;
	ck_assert_int_eq(repair("<" HOME ">", "").replaced, 0);
	CHECK_CONTACTS("<" HOME ";nat-c=T>|");
	leave();
	repair(HOME, "");
	CHECK_CONTACTS("<" HOME ";nat-c=T>|");
	leave();
}
END_TEST

START_TEST(f13_who_leaves_names_what_was_registered)
{
	sent = OLD;
	repair("<" HOME ">;expires=0;q=1", "");
	CHECK_CONTACTS("<" OLD ">;expires=0;q=1|");
	leave();
	repair(HOME, "Expires: 0\r\n");
	CHECK_CONTACTS("<" OLD ">|");
	leave();
	/* what is said of one counts more than what is said of all */
	repair("<" HOME ">;expires=60", "Expires: 0\r\n");
	CHECK_CONTACTS("<" HOME ";nat-c=T>;expires=60, <" OLD ">;expires=0|");
	leave();
}
END_TEST

START_TEST(f13_of_another_call_id_is_somebody_elses)
{
	sent = OLD;
	same_call_id = false;
	repair("<" HOME ">;expires=0", "");
	CHECK_CONTACTS("<" HOME ";nat-c=T>;expires=0|");
	leave();
	repair("<" HOME ">", "");
	CHECK_CONTACTS("<" HOME ";nat-c=T>|");
	leave();
}
END_TEST

START_TEST(an_outbound_clients_registrar_knows_its_flows)
{
	sent = OLD;
	repair("<" HOME ">;reg-id=1;+sip.instance=\"<urn:uuid:1>\"", "");
	CHECK_CONTACTS(
			"<" HOME ";nat-c=T>;reg-id=1;+sip.instance=\"<urn:uuid:1>\"|");
	leave();
}
END_TEST

START_TEST(n070_a_long_binding_of_before_has_room)
{
	static char text[NE_CONTACT_TEXT];

	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "sip:", 4);
	sent = text;
	repair("<" HOME ">", "");
	ck_assert_ptr_nonnull(strstr(contacts(), text));
	leave();
	repair(HOME ";expires=0", "");
	ck_assert_ptr_nonnull(strstr(contacts(), text));
	leave();
}
END_TEST

/* --- pieces that others cut ------------------------------------------- */

static void cut(const char *piece)
{
	char *at = strstr(packet, piece);

	ck_assert_ptr_nonnull(at);
	ck_assert_ptr_nonnull(
			del_lump(&msg, (int)(at - packet), (int)strlen(piece), 0));
}

static void check_cut(
		const char *contact, const char *a, const char *b, const char *want)
{
	struct ne_contacts done;
	char line[512];

	snprintf(line, sizeof(line), "Contact: %s\r\n", contact);
	arrive("REGISTER", "sip:example.org", "", line);
	parse_headers(&msg, HDR_EOH_F, 0);
	cut(a);
	if(b != NULL)
		cut(b);
	ck_assert_int_eq(ne_contacts_repair(&done, &msg, NT_CONTACT_ALIAS), 0);
	CHECK_CONTACTS(want);
	ck_assert_int_eq(ne_contacts_repair(&done, &msg, NT_CONTACT_ALIAS), 0);
	ck_assert_int_eq(done.sealed, 0);
	CHECK_CONTACTS(want);
	leave();
}

START_TEST(what_hygiene_cut_is_not_part_of_what_is_sealed)
{
	check_cut("<" HOME ";alias=1~2~3;x;maddr=y>;q=1", ";alias=1~2~3",
			";maddr=y", "<" HOME ";x;nat-c=T>;q=1|");
	ck_assert_str_eq(asked, HOME ";x");
	check_cut("<" HOME ">;received=x", ";received=x", NULL,
			"<" HOME ";nat-c=T>|");
}
END_TEST

START_TEST(what_somebody_replaced_is_left_alone)
{
	struct ne_contacts done;
	struct lump *l;

	arrive("REGISTER", "sip:example.org", "", "Contact: <" HOME ";x>\r\n");
	parse_headers(&msg, HDR_EOH_F, 0);
	cut(HOME);
	ck_assert_int_eq(ne_contacts_repair(&done, &msg, NT_CONTACT_ALIAS), 0);
	ck_assert_int_eq(done.sealed, 0);
	leave();
	arrive("REGISTER", "sip:example.org", "", "Contact: <" HOME ";x>\r\n");
	parse_headers(&msg, HDR_EOH_F, 0);
	l = del_lump(&msg, (int)(strstr(packet, ";x>") - packet), 2, 0);
	ck_assert_ptr_nonnull(l);
	l->after = l; /* whatever it is */
	ck_assert_int_eq(ne_contacts_repair(&done, &msg, NT_CONTACT_ALIAS), 0);
	ck_assert_int_eq(done.sealed, 0);
	l->after = NULL;
	leave();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("rebind");
	TCase *known = tcase_create("bindings of before");
	TCase *cuts = tcase_create("cuts");

	core_env_init();
	tcase_add_checked_fixture(known, begin, teardown);
	tcase_add_test(known, nothing_known_is_nothing_said);
	tcase_add_test(known, f17_a_refresh_takes_the_old_binding_away);
	tcase_add_test(known, f17_the_same_binding_is_only_refreshed);
	tcase_add_test(known, f13_who_leaves_names_what_was_registered);
	tcase_add_test(known, f13_of_another_call_id_is_somebody_elses);
	tcase_add_test(known, an_outbound_clients_registrar_knows_its_flows);
	tcase_add_test(known, n070_a_long_binding_of_before_has_room);
	tcase_add_checked_fixture(cuts, begin, teardown);
	tcase_add_test(cuts, what_hygiene_cut_is_not_part_of_what_is_sealed);
	tcase_add_test(cuts, what_somebody_replaced_is_left_alone);
	suite_add_tcase(suite, known);
	suite_add_tcase(suite, cuts);
	return unit_run(suite);
}
