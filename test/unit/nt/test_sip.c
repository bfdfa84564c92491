/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is read from a message, row by row; and from parts, floods and more
 * Contacts than there is room for. */
#include "unit/nt/nt_line.h"

#include <errno.h>

#include "nt/nt_sip.h"
#include "unit/nt/sip_rows.h"

#include <stdio.h>

static void put_claim(struct line *l, const struct nt_claim *c)
{
	static const char *const words[] = {[NT_HOST_NONE] = "none",
			[NT_HOST_NAME] = "name",
			[NT_HOST_INVALID] = "invalid"};
	char at[NT_ENDPOINT_TEXT];

	nt_endpoint_print(at, sizeof(at), &c->at);
	put(l, "%s%s", c->other_transport ? "~" : "",
			c->host == NT_HOST_ADDR ? at : words[c->host]);
}

static void put_words(
		struct line *l, bool a, const char *a_word, bool b, const char *b_word)
{
	if(a)
		put(l, " %s", a_word);
	if(b)
		put(l, " %s", b_word);
}

static struct nt_endpoint local(void)
{
	return nt_endpoint_must("198.51.100.1:5060");
}

static void put_read(struct line *l, enum row_what what, const struct nt_sip *m)
{
	struct nt_endpoint ours = local();

	switch(what) {
		case ROW_LINE:
			ck_assert(m->request == (m->status == 0));
			if(!m->request)
				put(l, "%d ", m->status);
			put(l, "%.*s", NT_SPAN_FMT(m->method));
			if(m->request)
				put(l, " %.*s", NT_SPAN_FMT(m->uri));
			break;
		case ROW_HEAD:
			put(l, "%.*s|%.*s", NT_SPAN_FMT(m->call_id),
					NT_SPAN_FMT(m->user_agent));
			put_words(l, m->to, "to", m->to_tag, "tag");
			put_words(l, m->route, "route", m->record_route, "record-route");
			break;
		case ROW_OWNER:
			put(l, "%.*s@%.*s", NT_SPAN_FMT(m->owner_user),
					NT_SPAN_FMT(m->owner_host));
			break;
		case ROW_RR:
			ck_assert(m->record_route);
			put(l, "%.*s", NT_SPAN_FMT(m->route_host));
			if(m->route_port != 0)
				put(l, ":%u", m->route_port);
			put_words(l, !nt_sip_is_proxied_reply(m, &ours, 1), "ours", false,
					"");
			break;
		default:
			ck_abort();
	}
}

static void put_evidence(
		struct line *l, enum row_what what, const struct nt_evidence *ev)
{
	switch(what) {
		case ROW_TOP:
			put_claim(l, &ev->via);
			put_words(l, ev->proxied, "proxied", ev->tampered, "tampered");
			break;
		case ROW_CONTACTS:
			for(size_t i = 0; i < ev->contact_count; i++) {
				put(l, "%s", i > 0 ? " " : "");
				put_claim(l, &ev->contacts[i]);
			}
			break;
		case ROW_CALLER:
			put_claim(l, &ev->call_id);
			break;
		case ROW_BODY:
			for(size_t i = 0; ev->sdp != NULL && i < ev->sdp->stream_count; i++)
				put(l, "%u", ev->sdp->streams[i].port);
			put_words(l, ev->length_wrong, "wrong", false, "");
			break;
		default:
			ck_abort();
	}
}

static void put_row(struct line *l, const struct sip_row *row)
{
	struct nt_endpoint source = nt_endpoint_must("203.0.113.9:40001");
	struct nt_span text = nt_heap_span(row->text);
	struct nt_sip_evidence *e = nt_heap(NULL, sizeof(*e));
	struct nt_sip *m = nt_heap(NULL, sizeof(*m));

	/* what is not set must not be looked at, and what is set is set anew */
	memset(e, 0xa5, sizeof(*e));
	memset(m, 0xa5, sizeof(*m));
	l->len = 0;
	l->text[0] = '\0';
	if(nt_sip_read(m, text) != 0)
		put(l, "-");
	else if(row->what == ROW_LINE || row->what == ROW_HEAD
			|| row->what == ROW_OWNER || row->what == ROW_RR)
		put_read(l, row->what, m);
	else if(nt_sip_evidence(e, m, &source, NT_TRANSPORT_UDP, false) == 0)
		put_evidence(l, row->what, &e->ev);
	free(m);
	free(e);
	nt_heap_drop(text);
}

START_TEST(reads)
{
	const struct sip_row *row = &sip_rows[_i];
	struct line got;

	put_row(&got, row);
	ck_assert_msg(strcmp(got.text, row->want) == 0, "%s: '%s' instead of '%s'",
			row->name, got.text, row->want);
}
END_TEST

START_TEST(a_message_cut_anywhere_is_no_fault)
{
	static const char whole[] = ASK
			"Via: SIP/2.0/UDP [2001:db8::1]:5060;rport=\"1\";branch=z (c),\r\n"
			" SIP/2.0/TCP h\r\nFrom: \"A\" <sip:a@b>;tag=1\r\n"
			"To: B\r\n <sip:b@c;x>;tag=\"2\"\r\nCSeq: 1 INVITE\r\n"
			"Contact: sip:a@10.0.0.1;q=\"1\", \"x\" <sip:a:b@[::1]:5?c>\r\n"
			"Record-Route: <sip:r;lr>\r\nContent-Length: 3\r\n"
			"Content-Type: application/sdp\r\n" EOH "v=0";
	struct nt_endpoint source = nt_endpoint_must("203.0.113.9:40001");
	size_t accepted = 0;

	for(size_t len = 0; len < sizeof(whole); len++) {
		struct nt_span text = nt_heap_span(nt_span_of(whole, len));
		struct nt_sip_evidence e;
		struct nt_sip m;

		if(nt_sip_read(&m, text) == 0) {
			accepted++;
			ck_assert_int_eq(
					nt_sip_evidence(&e, &m, &source, NT_TRANSPORT_UDP, false),
					0);
		}
		nt_heap_drop(text);
	}
	/* at line ends, in a body, and where the core is lenient */
	ck_assert_msg(
			accepted >= 10 && accepted < sizeof(whole) / 4, "%zu", accepted);
}
END_TEST

/* T13: as many as there is room for; a field that is broken behind the limit is
 * none all the same */
START_TEST(many_contacts)
{
	static const struct
	{
		int count;
		const char *tail;
		size_t want;
	} rows[] = {{1, "", 1}, {63, "", 63}, {64, "", 64}, {65, "", 64},
			{5000, "", 64}, {5000, ", <", 0}, {63, "\r\nm: <", 63},
			{64, "\r\nm: <sip:10.0.0.2>", 64}};
	struct nt_endpoint source = nt_endpoint_must("203.0.113.9:40001");
	size_t size = 200 + 32 * (size_t)rows[_i].count, len;
	char *text = malloc(size);
	struct nt_sip_evidence *e = nt_heap(NULL, sizeof(*e));
	struct nt_sip m;
	struct nt_span copy;

	len = (size_t)snprintf(text, size, ASK TOP_VIA "Contact:");
	for(int i = 0; i < rows[_i].count; i++)
		len += (size_t)snprintf(text + len, size - len, "%s<sip:10.0.0.1:%d>",
				i > 0 ? "," : "", i + 1);
	len += (size_t)snprintf(
			text + len, size - len, "%s\r\n\r\n", rows[_i].tail);
	copy = nt_heap_span(nt_span_of(text, len));
	free(text);
	ck_assert_int_eq(nt_sip_read(&m, copy), 0);
	ck_assert_int_eq(
			nt_sip_evidence(e, &m, &source, NT_TRANSPORT_UDP, false), 0);
	ck_assert_uint_eq(e->ev.contact_count, rows[_i].want);
	for(size_t i = 0; i < rows[_i].want; i++)
		ck_assert_uint_eq(e->contacts[i].at.port, i + 1);
	nt_heap_drop(copy);
	free(e);
}
END_TEST

/* Time is linear in the length of the text: of what would take hours if it were
 * not, four MiB */
START_TEST(floods)
{
	static const struct
	{
		const char *head, *piece;
	} rows[] = {{ASK TOP_VIA "Contact: ", "a "},
			{ASK TOP_VIA "Contact: ", "\""},
			{ASK TOP_VIA "Contact: <sip:a>;", "a='"},
			{ASK TOP_VIA "Contact: ", "<sip:h>,"},
			{ASK TOP_VIA "Contact: ", "a;"}, {ASK TOP_VIA, "m: <sip:a:\r\n"},
			{ASK TOP_VIA "Contact: <sip:", ";"},
			{ASK TOP_VIA "Contact: <sip:a;", ":"},
			{ASK TOP_VIA "Contact: ", "\r\n "}, {ASK, "Via: SIP/2.0/UDP h\r\n"},
			{ASK "Via: ", "SIP/2.0/UDP h,"},
			{ASK "Via: SIP/2.0/UDP h", ";a\r\n "},
			{ASK "Via: SIP/2.0/UDP h", "("}, {ASK TOP_VIA "To: ", "a\r\n "},
			{ASK TOP_VIA "To: <sip:a>", ";a=\"\""}, {ASK TOP_VIA, "x:\r\n"},
			{ASK TOP_VIA "From: \"", "\\a"},
			{REPLIED TOP_VIA "Record-Route: ", "\"<\""},
			{ASK TOP_VIA EOH, "\0"}, {ASK TOP_VIA "Content-Length: ", "0"}};
	size_t head = strlen(rows[_i].head), piece = strlen(rows[_i].piece);
	size_t count = (4 << 20) / (piece > 0 ? piece : 1), len = head;
	struct nt_endpoint source = nt_endpoint_must("203.0.113.9:40001");
	char *text = calloc(1, (4 << 20) + head + 4);
	struct nt_sip_evidence e;
	struct nt_sip m;

	memcpy(text, rows[_i].head, head);
	for(size_t i = 0; i < count; i++, len += piece)
		memcpy(text + len, rows[_i].piece, piece);
	memcpy(text + len, "\r\n\r\n", 4);
	if(nt_sip_read(&m, nt_span_of(text, len + 4)) == 0)
		nt_sip_evidence(&e, &m, &source, NT_TRANSPORT_UDP, false);
	free(text);
}
END_TEST

START_TEST(a_stream_ends_a_message_by_its_length)
{
	static const struct nt_span text = NT_SPAN_INIT(ASK TOP_VIA
			"c: application/sdp\r\nContent-Length: 48\r\n" EOH SDP "INVITE");
	static const enum nt_transport transports[] = {NT_TRANSPORT_UDP,
			NT_TRANSPORT_TCP, NT_TRANSPORT_TLS, NT_TRANSPORT_WS,
			NT_TRANSPORT_WSS};
	struct nt_endpoint source = nt_endpoint_must("203.0.113.9:40001");
	struct nt_sip_evidence e;
	struct nt_sip m;

	ck_assert_int_eq(nt_sip_read(&m, text), 0);
	ck_assert_int_eq(
			nt_sip_evidence(&e, &m, &source, transports[_i], false), 0);
	ck_assert(e.ev.length_wrong == (_i == 0));
	ck_assert(e.ev.transport == transports[_i] && e.ev.sdp == &e.sdp);
	ck_assert_uint_eq(e.sdp.stream_count, 1);
}
END_TEST

/* Names another transport, or not: that is a matter of the packet's */
START_TEST(transports_of_a_contact)
{
	static const struct
	{
		enum nt_transport packet;
		const char *uri;
		bool other;
	} rows[] = {{NT_TRANSPORT_UDP, "<sip:10.0.0.1>", false},
			{NT_TRANSPORT_TCP, "<sip:10.0.0.1>", false},
			{NT_TRANSPORT_TCP, "<sip:10.0.0.1;transport=TCP>", false},
			{NT_TRANSPORT_TCP, "<sip:10.0.0.1;transport=tls>", true},
			{NT_TRANSPORT_TLS, "<sip:10.0.0.1;transport=tls>", false},
			{NT_TRANSPORT_TLS, "<sips:10.0.0.1>", true},
			{NT_TRANSPORT_WS, "<sip:10.0.0.1;transport=ws>", false},
			{NT_TRANSPORT_WSS, "<sip:10.0.0.1;transport=ws>", false},
			{NT_TRANSPORT_WSS, "<sip:10.0.0.1;transport=wss>", true}};
	struct nt_endpoint source = nt_endpoint_must("203.0.113.9:40001");
	struct nt_sip_evidence e;
	struct nt_sip m;
	char text[256];
	int len = snprintf(text, sizeof(text), ASK TOP_VIA "Contact: %s\r\n\r\n",
			rows[_i].uri);

	ck_assert_int_eq(nt_sip_read(&m, nt_span_of(text, (size_t)len)), 0);
	ck_assert_int_eq(
			nt_sip_evidence(&e, &m, &source, rows[_i].packet, false), 0);
	ck_assert_uint_eq(e.ev.contact_count, 1);
	ck_assert_msg(e.contacts[0].other_transport == rows[_i].other, "%s",
			rows[_i].uri);
}
END_TEST

START_TEST(a_reply_is_proxied_if_we_are_told_so)
{
	struct nt_endpoint source = nt_endpoint_must("203.0.113.9:40001");
	struct nt_sip_evidence e;
	struct nt_sip m;

	ck_assert_int_eq(nt_sip_read(&m, NT_SPAN(REPLIED TOP_VIA TOP_VIA EOH)), 0);
	ck_assert_int_eq(nt_sip_evidence(&e, &m, &source, NT_TRANSPORT_UDP, _i), 0);
	ck_assert(e.ev.proxied == (_i == 1));
	/* its Vias are ours and those behind us */
	ck_assert(e.ev.via.host == NT_HOST_NONE && !e.ev.tampered);
	ck_assert_int_eq(nt_sip_read(&m, NT_SPAN(ASK TOP_VIA
											 "Record-Route: <sip:x>\r\n" EOH)),
			0);
	ck_assert(!nt_sip_is_proxied_reply(&m, NULL, 0));
	ck_assert_int_eq(nt_sip_evidence(&e, &m, &source, NT_TRANSPORT_UDP, _i), 0);
	/* a request is so by what it says itself (D23) */
	ck_assert(e.ev.proxied);
}
END_TEST

START_TEST(several_addresses_of_ours)
{
	struct nt_endpoint ours[] = {nt_endpoint_must("192.0.2.1:5060"),
			nt_endpoint_must("[2001:db8::1]"), local()};
	struct nt_sip m;

	ck_assert_int_eq(
			nt_sip_read(&m, NT_SPAN(REPLIED TOP_VIA
									"Record-Route: "
									"<sip:[2001:DB8:0::1]:5070>\r\n" EOH)),
			0);
	ck_assert(nt_sip_is_proxied_reply(&m, ours, 0));
	ck_assert(nt_sip_is_proxied_reply(&m, ours, 1));
	/* one without a port is all ports */
	ck_assert(!nt_sip_is_proxied_reply(&m, ours, 2));
	ck_assert(!nt_sip_is_proxied_reply(&m, ours, 3));
}
END_TEST

START_TEST(no_source_no_evidence)
{
	struct nt_endpoint nowhere = {.port = 5060};
	struct nt_sip_evidence e;
	struct nt_sip m;

	ck_assert_int_eq(nt_sip_read(&m, NT_SPAN(ASK TOP_VIA EOH)), 0);
	ck_assert_int_eq(
			nt_sip_evidence(&e, &m, &nowhere, NT_TRANSPORT_UDP, false), EINVAL);
	ck_assert_int_eq(nt_sip_read(&m, nt_span_of(NULL, 0)), EINVAL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_sip");

	nt_add_rows(s, "reads", reads, NT_COUNT(sip_rows));
	nt_add_rows(s, "cut", a_message_cut_anywhere_is_no_fault, 1);
	nt_add_rows(s, "many contacts", many_contacts, 8);
	nt_add_rows(s, "floods", floods, 20);
	nt_add_rows(s, "streams", a_stream_ends_a_message_by_its_length, 5);
	nt_add_rows(s, "transports", transports_of_a_contact, 9);
	nt_add_rows(s, "proxied", a_reply_is_proxied_if_we_are_told_so, 2);
	nt_add_rows(s, "several", several_addresses_of_ours, 1);
	nt_add_rows(s, "nothing", no_source_no_evidence, 1);
	return nt_run(s);
}
