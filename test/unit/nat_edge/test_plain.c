/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Contacts that are read without the core's parser: whatever is read says what
 * that parser says. */
#include "unit.h"

#include "core/core_env.h"
#include "nat_edge/nat_edge_plain.h"

#define CHANGES 200000

static const struct
{
	const char *body;
	bool plain;
} bodies[] = {
		{"<sip:alice@192.0.2.1>", true},
		{"<sip:192.0.2.1:5062>", true},
		{"<sips:alice@[2001:db8::1]:5061;transport=tls>", true},
		{"\"Alice Smith\" <sip:alice@192.0.2.1:5060>", true},
		{"\"Alice, <Smith>; x\" <sip:alice@192.0.2.1>", true},
		{"Alice Smith <sip:alice@192.0.2.1>", true},
		{"<sip:alice@192.0.2.1;ob>;expires=600", true},
		{"<sip:a@192.0.2.1>;reg-id=1;"
		 "+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-0004f2a1b2c3>\"",
				true},
		{"<sip:a@192.0.2.1>;isfocus;q=0.5;received=\"sip:192.0.2.9\"", true},
		/* more than one, or what may be taken for it */
		{"<sip:a@192.0.2.1>,<sip:b@192.0.2.2>", false},
		{"<sip:a@192.0.2.1>, ", false},
		{"<sip:a@192.0.2.1>;x=1,<sip:b@192.0.2.2>", false},
		{"a, b <sip:a@192.0.2.1>", false},
		/* escapes, other quotes, blanks */
		{"\"Al\\\"ice\" <sip:a@192.0.2.1>", false},
		{"<sip:a@192.0.2.1>;x=\"\\\"\"", false},
		{"<sip:a@192.0.2.1>;x='a'", false},
		{"<sip:a@192.0.2.1> ;x=1", false},
		{"<sip:a@192.0.2.1>; x=1", false},
		{" <sip:a@192.0.2.1>", false},
		{"<sip:a@192.0.2.1> ", false},
		{"< sip:a@192.0.2.1>", false},
		/* what the core takes for an error, or reads its own way */
		{"", false},
		{"*", false},
		{"sip:a@192.0.2.1", false},
		{"sip:a@192.0.2.1;expires=1", false},
		{"<sip:a@192.0.2.1", false},
		{"<sip:a@192.0.2.1>;", false},
		{"<sip:a@192.0.2.1>;;x", false},
		{"<sip:a@192.0.2.1>;x=", false},
		{"<sip:a@192.0.2.1>;x=\"1", false},
		{"<sip:a@192.0.2.1>x", false},
		{"\"Alice <sip:a@192.0.2.1>", false},
		{"A:lice <sip:a@192.0.2.1>", false},
		/* URIs that are not ordinary */
		{"<tel:+1234>", false},
		{"<sip:a@192.0.2.1;gr=x>", false},
		{"<sip:a@192.0.2.1?x=y>", false},
};

/* As the core has it: text behind the body as well */
static char text[256];

static bool read_plain(
		contact_t *c, struct ne_uri *uri, const char *body, size_t len)
{
	struct hdr_field h = {.type = HDR_CONTACT_T};

	memset(text, '\r', sizeof(text));
	memcpy(text, body, len);
	h.body = (str){text, (int)len};
	return ne_plain_contact(c, uri, &h);
}

static bool same(const str *a, const str *b)
{
	return a->s == b->s && a->len == b->len;
}

static void must_be_what_the_core_says(
		const contact_t *c, const struct ne_uri *uri, size_t len)
{
	struct hdr_field h = {.type = HDR_CONTACT_T, .body = {text, (int)len}};
	const contact_t *theirs;
	contact_body_t *body;
	struct ne_uri read;

	ck_assert_msg(parse_contact(&h) == 0, "the core cannot read '%.*s'",
			(int)len, text);
	body = h.parsed;
	theirs = body->contacts;
	ck_assert_msg(!body->star && theirs != NULL && theirs->next == NULL
						  && same(&theirs->uri, &c->uri)
						  && theirs->name.len == c->name.len
						  && (c->name.len == 0 || same(&theirs->name, &c->name))
						  && ne_uri_parse(&read, theirs) == 0
						  && memcmp(&read, uri, sizeof(read)) == 0,
			"the core reads '%.*s' otherwise", (int)len, text);
	free_contact(&body);
}

START_TEST(bodies_are_read_or_left)
{
	size_t len = strlen(bodies[_i].body);
	struct ne_uri uri;
	contact_t c;
	bool plain = read_plain(&c, &uri, bodies[_i].body, len);

	ck_assert_msg(plain == bodies[_i].plain, "'%s' is%s plain", bodies[_i].body,
			plain ? "" : " not");
	if(plain)
		must_be_what_the_core_says(&c, &uri, len);
}
END_TEST

static unsigned next(unsigned *state)
{
	*state = *state * 1103515245u + 12345u;
	return *state >> 16;
}

/* Bytes that mean something, in any place */
START_TEST(changed_bodies_are_never_read_otherwise)
{
	static const char bytes[] = "\"\\<>;,:=@ '\t\r\n%*[]?&xs0.";
	unsigned state = 1, read = 0;

	for(int i = 0; i < CHANGES; i++) {
		const char *from =
				bodies[next(&state) % (sizeof(bodies) / sizeof(bodies[0]))]
						.body;
		size_t len = strlen(from);
		char body[sizeof(text)];
		struct ne_uri uri;
		contact_t c;

		if(len == 0)
			continue;
		memcpy(body, from, len);
		for(unsigned n = next(&state) % 3; n > 0; n--)
			body[next(&state) % len] =
					bytes[next(&state) % (sizeof(bytes) - 1)];
		if(next(&state) % 4 == 0)
			len -= next(&state) % len;
		if(!read_plain(&c, &uri, body, len))
			continue;
		read++;
		must_be_what_the_core_says(&c, &uri, len);
	}
	ck_assert_uint_gt(read, CHANGES / 20);
}
END_TEST

static bool may(const char *in, const char *begin)
{
	return ne_may_have_param(nt_span_cstr(in), nt_span_cstr(begin));
}

START_TEST(parameters_that_may_be_there_are_seen)
{
	ck_assert(may("<sip:a;ob>", "ob"));
	ck_assert(may("<sip:a;lr;OB=1>", "ob"));
	ck_assert(may("<sip:a>,<sip:b;lr;Nat-x=1>", "nat-"));
	ck_assert(may("<sip:a;%6fb>", "ob"));
	ck_assert(!may("<sip:ob@ob;lr>;x=ob", "ob"));
	ck_assert(!may("<sip:a;o", "ob"));
	ck_assert(!may("", "ob"));
	ck_assert(!may("<sip:a;lr;na>", "nat-"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("what nearly everybody writes");
	TCase *t = tcase_create("plain");

	core_env_init();
	tcase_add_loop_test(
			t, bodies_are_read_or_left, 0, sizeof(bodies) / sizeof(bodies[0]));
	tcase_add_test(t, changed_bodies_are_never_read_otherwise);
	tcase_add_test(t, parameters_that_may_be_there_are_seen);
	suite_add_tcase(suite, t);
	return unit_run(suite);
}
