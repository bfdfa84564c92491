/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A message without some pieces of it: what golden files cannot say, because it
 * is not in what leaves. */
#include "unit.h"

#include <stdio.h>

#include "core/config.h"
#include "core/core_env.h"
#include "core/data_lump.h"
#include "core/parser/parse_uri.h"
#include "nat_edge/nat_edge_copy.h"
#include "nat_edge/nat_edge_evidence.h"

#define TEXT                                                   \
	"INVITE sip:bob@example.org;alias=1 SIP/2.0\r\n"           \
	"Via: SIP/2.0/UDP 203.0.113.9:5060;branch=z9hG4bK-1\r\n"   \
	"Path: <sip:192.0.2.66;lr>\r\n"                            \
	"From: <sip:alice@example.org>;tag=a1\r\n"                 \
	"To: <sip:bob@example.org>\r\nCall-ID: 1@example.org\r\n"  \
	"CSeq: 1 INVITE\r\nContact: <sip:alice@h;maddr=2;x=1>\r\n" \
	"Subject: old\r\nContent-Length: 4\r\n\r\nbody"

struct arrived
{
	char text[sizeof(TEXT)];
	sip_msg_t msg;
	struct nt_cuts cuts;
};

static void cut(struct arrived *a, const char *piece)
{
	char *at = strstr(a->text, piece);

	ck_assert_ptr_nonnull(at);
	ck_assert_int_eq(nt_cuts_add(&a->cuts, nt_span_of(at, strlen(piece))), 0);
}

static int place(const struct arrived *a, const char *what)
{
	return (int)(strstr(a->text, what) - a->text);
}

static void arrive(struct arrived *a)
{
	struct core_path path = {.transport = NT_TRANSPORT_UDP};

	memcpy(a->text, TEXT, sizeof(TEXT));
	nt_endpoint_parse(&path.source, NT_SPAN("203.0.113.9:5060"));
	nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060"));
	ck_assert_int_eq(
			core_msg_parse(&a->msg, a->text, sizeof(TEXT) - 1, &path), 0);
	ck_assert_int_eq(parse_headers(&a->msg, HDR_EOH_F, 0), 0);
	a->cuts.count = 0;
	cut(a, ";alias=1");
	cut(a, "Path: <sip:192.0.2.66;lr>\r\n");
	cut(a, ";maddr=2");
}

static bool has(sip_msg_t *msg, const char *what)
{
	size_t len;
	char *text = core_msg_build(msg, &len);
	bool found = text != NULL && memmem(text, len, what, strlen(what)) != NULL;

	core_text_free(text);
	return found;
}

START_TEST(what_was_parsed_is_parsed_anew)
{
	static struct arrived a;
	long before = core_live_blocks();
	contact_t *c = NULL;
	struct hdr_field *header = NULL;

	arrive(&a);
	ck_assert_int_ge(parse_sip_msg_uri(&a.msg), 0);
	ck_assert_int_ge(parse_orig_ruri(&a.msg), 0);
	ck_assert_ptr_nonnull(ne_contact_next(&a.msg, &header, NULL));
	a.msg.msg_flags = FL_FORCE_RPORT;
	a.msg.flags = 5;
	ck_assert(!ne_is_copy(&a.msg));
	ck_assert_int_eq(ne_copy_without(&a.msg, &a.cuts), 0);
	ck_assert(ne_is_copy(&a.msg));
	/* T17 */
	ck_assert_str_eq(a.text, TEXT);
	memset(a.text, 'x', sizeof(a.text));
	ck_assert_int_ge(parse_sip_msg_uri(&a.msg), 0);
	ck_assert_int_eq(a.msg.parsed_uri.params.len, 0);
	ck_assert_int_ge(parse_orig_ruri(&a.msg), 0);
	ck_assert_int_eq(a.msg.parsed_orig_ruri.params.len, 0);
	ck_assert_ptr_null(a.msg.path);
	header = NULL;
	c = ne_contact_next(&a.msg, &header, NULL);
	ck_assert(nt_span_eq(ne_span(&c->uri), NT_SPAN("sip:alice@h;x=1")));
	ck_assert_int_eq(a.msg.flags, 5);
	ck_assert(a.msg.msg_flags & FL_FORCE_RPORT);
	ck_assert(has(&a.msg, "\r\n\r\nbody"));
	core_msg_free(&a.msg);
	ck_assert_int_eq(core_live_blocks(), before);
}
END_TEST

static char *own(const char *text)
{
	char *copy = pkg_malloc(strlen(text));

	memcpy(copy, text, strlen(text));
	return copy;
}

START_TEST(edits_keep_their_places)
{
	static struct arrived a;
	struct lump *anchor;

	arrive(&a);
	/* before the first cut, between, around one, behind all, in the body */
	anchor = anchor_lump(&a.msg, place(&a, "Via:"), 0, 0);
	insert_new_lump_before(anchor, own("First: 1\r\n"), 10, 0);
	ck_assert_ptr_nonnull(del_lump(&a.msg, place(&a, "Call-ID"), 24, 0));
	anchor = del_lump(&a.msg, place(&a, "sip:alice@h"), 23, 0);
	insert_new_lump_after(anchor, own("sip:new"), 7, 0);
	ck_assert_ptr_nonnull(del_lump(&a.msg, place(&a, "Subject"), 14, 0));
	ck_assert_ptr_nonnull(del_lump(&a.msg, place(&a, "dy"), 2, 0));
	ck_assert_int_eq(ne_copy_without(&a.msg, &a.cuts), 0);
	ck_assert(has(&a.msg, "sip:bob@example.org SIP/2.0\r\nFirst: 1\r\nVia:"));
	ck_assert(has(&a.msg, "To: <sip:bob@example.org>\r\nCSeq:"));
	ck_assert(has(&a.msg, "Contact: <sip:new>\r\nContent-Length"));
	ck_assert(has(&a.msg, "\r\n\r\nbo"));
	ck_assert(!has(&a.msg, "body"));
	core_msg_free(&a.msg);
}
END_TEST

START_TEST(two_at_a_time)
{
	static struct arrived outer, inner, later;

	arrive(&outer);
	ck_assert_int_eq(ne_copy_without(&outer.msg, &outer.cuts), 0);
	arrive(&inner);
	inner.cuts.count = 1;
	ck_assert_int_eq(ne_copy_without(&inner.msg, &inner.cuts), 0);
	ck_assert(!has(&outer.msg, "Path:"));
	ck_assert(has(&inner.msg, "Path:"));
	core_msg_free(&inner.msg);
	core_msg_free(&outer.msg);
	arrive(&later);
	ck_assert_int_eq(ne_copy_without(&later.msg, &later.cuts), 0);
	ck_assert(!has(&later.msg, "Path:"));
	core_msg_free(&later.msg);
}
END_TEST

/* Nothing of the message has changed, and nothing of the copy is left */
START_TEST(without_memory_it_stays_what_it_was)
{
	static struct arrived a;
	long before = core_live_blocks(), n = 1;
	int rc;

	do {
		arrive(&a);
		core_fail_allocation(n++, true);
		rc = ne_copy_without(&a.msg, &a.cuts);
		core_fail_allocation(0, false);
		if(rc != 0) {
			ck_assert_ptr_eq(a.msg.buf, a.text);
			ck_assert(!ne_is_copy(&a.msg));
			ck_assert_ptr_nonnull(a.msg.path);
			ck_assert(has(&a.msg, ";maddr=2"));
		}
		core_msg_free(&a.msg);
		ck_assert_int_eq(core_live_blocks(), before);
	} while(rc != 0);
	ck_assert_int_gt(n, 5);
}
END_TEST

/* @return of a message of so many bytes */
static int copy_of_length(size_t len)
{
	struct core_path path = {.transport = NT_TRANSPORT_TCP};
	char *text = malloc(len + 1);
	struct nt_cuts cuts = {.count = 0};
	size_t body = len - (sizeof(TEXT) - 1) + 4;
	sip_msg_t msg;
	int rc;

	memset(text, 'z', len);
	memcpy(text, TEXT, sizeof(TEXT) - 1 - 4);
	text[len] = '\0';
	ck_assert_uint_gt(body, 4);
	nt_endpoint_parse(&path.source, NT_SPAN("203.0.113.9:5060"));
	nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060"));
	ck_assert_int_eq(core_msg_parse(&msg, text, len, &path), 0);
	nt_cuts_add(&cuts, nt_span_of(strstr(text, ";alias=1"), 8));
	rc = ne_copy_without(&msg, &cuts);
	ck_assert_int_eq(ne_is_copy(&msg), rc == 0);
	core_msg_free(&msg);
	free(text);
	return rc;
}

START_TEST(so_long_and_no_longer)
{
	ck_assert_int_eq(copy_of_length(BUF_SIZE + 8), 0);
	ck_assert_int_eq(copy_of_length(BUF_SIZE + 9), -1);
	ck_assert_int_eq(copy_of_length(1 << 20), -1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nat_edge_copy");
	TCase *all = tcase_create("copy");

	core_env_init();
	tcase_add_test(all, what_was_parsed_is_parsed_anew);
	tcase_add_test(all, edits_keep_their_places);
	tcase_add_test(all, two_at_a_time);
	tcase_add_test(all, without_memory_it_stays_what_it_was);
	tcase_add_test(all, so_long_and_no_longer);
	suite_add_tcase(suite, all);
	return unit_run(suite);
}
