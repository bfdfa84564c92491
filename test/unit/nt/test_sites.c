/* SPDX-License-Identifier: GPL-2.0-or-later */
/* P13: what was learned of sites as text, and what is not read */
#include "unit/nt/nt_check.h"

#include "nt/nt_sites.h"

static char told[1024], seen[1024];

static void note(void *ctx, const struct nt_fault *f)
{
	size_t n = strlen(told);

	ck_assert_ptr_eq(ctx, told);
	ck_assert(nt_span_eq(f->element, NT_SPAN("site")));
	ck_assert(f->allowed != NULL && f->allowed[0] != '\0');
	snprintf(told + n, sizeof(told) - n, "%s%u %.*s '%.*s'", n > 0 ? "|" : "",
			f->line, NT_SPAN_FMT(f->attribute), NT_SPAN_FMT(f->value));
}

static void see(void *ctx, const struct nt_site_known *site)
{
	size_t n = strlen(seen);

	ck_assert_ptr_eq(ctx, seen);
	ck_assert_uint_lt(n + NT_SITES_LINE, sizeof(seen));
	ck_assert_uint_gt(nt_site_print(seen + n, NT_SITES_LINE, site), 0);
}

static size_t read_it(struct nt_span text)
{
	struct nt_span heap = nt_heap_span(text);
	size_t n;

	told[0] = seen[0] = '\0';
	n = nt_sites_parse(heap, see, seen, note, told);
	nt_heap_drop(heap);
	return n;
}

/* What is written is what is read */
START_TEST(lines)
{
	static const char text[] =
			"203.0.113.9 datagram 168 181 1763750000\n"
			"203.0.113.9 stream 1800 0 0\n"
			"2001:db8:1:2:: datagram 93 112 1763750000 shared\n"
			"0.0.0.0 stream 1 65535 253402300799\n";

	ck_assert_uint_eq(read_it(nt_span_cstr(text)), 4);
	ck_assert_str_eq(told, "");
	ck_assert_str_eq(seen, text);
}
END_TEST

START_TEST(what_else_may_stand_there)
{
	ck_assert_uint_eq(
			read_it(NT_SPAN("\n  # 1.2.3.4 stream 1 2 3\r\n\r\n"
							" \t::ffff:203.0.113.9\tdatagram  30, 40  5\t\r\n"
							"[2001:db8::] stream 0030 0 1")),
			2);
	ck_assert_str_eq(told, "");
	ck_assert_str_eq(seen, "203.0.113.9 datagram 30 40 5\n"
						   "2001:db8:: stream 30 0 1\n");
	ck_assert_uint_eq(read_it(nt_sites_head()), 0);
	ck_assert_str_eq(told, "");
	ck_assert_uint_eq(read_it(nt_span_of(NULL, 0)), 0);
}
END_TEST

/* clang-format off */
static const struct {
	const char *line, *want;
} faults[] = {
	{"203.0.113 datagram 30 0 1", "2 address '203.0.113'"},
	{"example.com datagram 30 0 1", "2 address 'example.com'"},
	{"2001:db8::1 datagram 30 0 1", "2 address '2001:db8::1'"},
	{"203.0.113.9:5060 stream 30 0 1", "2 address '203.0.113.9:5060'"},
	{"203.0.113.9 udp 30 0 1", "2 kind 'udp'"},
	{"203.0.113.9 Stream 30 0 1", "2 kind 'Stream'"},
	{"203.0.113.9 stream 0 0 1", "2 lived '0'"},
	{"203.0.113.9 stream 1801 0 1", "2 lived '1801'"},
	{"203.0.113.9 stream -1 0 1", "2 lived '-1'"},
	{"203.0.113.9 stream 30 30 1", "2 died '30'"},
	{"203.0.113.9 stream 30 29 1", "2 died '29'"},
	{"203.0.113.9 stream 30 65536 1", "2 died '65536'"},
	{"203.0.113.9 stream 30 x 1", "2 died 'x'"},
	{"203.0.113.9 stream 30 0 253402300800", "2 tested '253402300800'"},
	{"203.0.113.9 stream 30 0 1.5", "2 tested '1.5'"},
	{"203.0.113.9 stream 30 0 1 alone", "2  'alone'"},
	{"203.0.113.9 stream 30 0", "2  '203.0.113.9 stream 30 0'"},
	{"203.0.113.9", "2  '203.0.113.9'"},
	{"203.0.113.9 stream 30 0 1 shared x", "2  '203.0.113.9 stream 30 0 1 shared x'"},
	{"{\"sites\": []}", "2  '{\"sites\": []}'"},
};
/* clang-format on */

/* It is told, and left out, and what stands around it is read */
START_TEST(a_fault)
{
	char text[512];

	snprintf(text, sizeof(text),
			"192.0.2.1 stream 1 0 1\n%s\n192.0.2.2 stream 2 0 2\n",
			faults[_i].line);
	ck_assert_uint_eq(read_it(nt_span_cstr(text)), 2);
	ck_assert_str_eq(told, faults[_i].want);
	ck_assert_str_eq(seen, "192.0.2.1 stream 1 0 1\n192.0.2.2 stream 2 0 2\n");
}
END_TEST

START_TEST(a_line_too_long)
{
	char text[NT_SITES_LINE + 2] = "192.0.2.1 stream 1 0 1", *p;

	for(p = text + strlen(text); p < text + NT_SITES_LINE - 1; p++)
		*p = ' ';
	*p = '\0';
	ck_assert_uint_eq(strlen(text), NT_SITES_LINE - 1);
	ck_assert_uint_eq(read_it(nt_span_cstr(text)), 1);
	*p = ' ';
	ck_assert_uint_eq(read_it(nt_span_cstr(text)), 0);
	ck_assert_uint_eq(strncmp(told, "1  '192.0.2.1 stream", 20), 0);
}
END_TEST

START_TEST(many_faults_are_few_lines)
{
	char text[400] = "";

	for(int i = 0; i < NT_SITES_FAULTS; i++)
		memcpy(text + strlen(text), "x\n", 3);
	read_it(nt_span_cstr(text));
	ck_assert_ptr_null(strstr(told, "more lines"));
	for(int i = 0; i < 123; i++)
		memcpy(text + strlen(text), "x\n", 3);
	memcpy(text + strlen(text), "192.0.2.1 stream 1 0 1\n", 24);
	ck_assert_uint_eq(read_it(nt_span_cstr(text)), 1);
	ck_assert_ptr_nonnull(strstr(told, "|20  'x'|0 more lines '123'"));
	ck_assert_str_eq(seen, "192.0.2.1 stream 1 0 1\n");
}
END_TEST

START_TEST(what_could_not_be_read_is_not_written)
{
	const struct nt_site_known good = {.addr = nt_addr_must("2001:db8:1:2::"),
			.lived_s = 30,
			.died_s = 40,
			.tested_at = 1};
	struct nt_site_known site = good;
	char buf[NT_SITES_LINE];

#define REFUSED(change)                                               \
	do {                                                              \
		site = good;                                                  \
		site.change;                                                  \
		buf[0] = '~';                                                 \
		ck_assert_uint_eq(nt_site_print(buf, sizeof(buf), &site), 0); \
		ck_assert_str_eq(buf, "");                                    \
	} while(0)
	ck_assert_uint_gt(nt_site_print(buf, sizeof(buf), &site), 0);
	REFUSED(addr.family = NT_FAMILY_NONE);
	REFUSED(addr.lo = 1);
	REFUSED(lived_s = 0);
	REFUSED(lived_s = 1801);
	REFUSED(died_s = 30);
	REFUSED(died_s = 65536);
	REFUSED(tested_at = NT_SITES_TIME_MAX + 1);
}
END_TEST

START_TEST(no_room)
{
	const struct nt_site_known site = {.addr = nt_addr_must("192.0.2.1"),
			.lived_s = 30,
			.shared = true,
			.tested_at = 1};
	static const char want[] = "192.0.2.1 datagram 30 0 1 shared\n";

	for(size_t size = 0; size <= sizeof(want) + 1; size++) {
		char *buf = nt_heap(NULL, size);
		size_t n = nt_site_print(buf, size, &site);

		ck_assert_uint_eq(n, size >= sizeof(want) ? sizeof(want) - 1 : 0);
		ck_assert(size == 0 || strcmp(buf, n > 0 ? want : "") == 0);
		free(buf);
	}
}
END_TEST

/* F09: a clock that was set back makes nothing old */
START_TEST(age)
{
	struct nt_site_known site = {.tested_at = 1000};

	ck_assert_uint_eq(nt_site_age(&site, 1005), 5);
	ck_assert_uint_eq(nt_site_age(&site, 1000), 0);
	ck_assert_uint_eq(nt_site_age(&site, 999), 0);
	ck_assert_uint_eq(nt_site_age(&site, UINT64_MAX), UINT32_MAX);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_sites");
	TCase *c = tcase_create("texts");

	tcase_add_test(c, lines);
	tcase_add_test(c, what_else_may_stand_there);
	tcase_add_test(c, a_line_too_long);
	tcase_add_test(c, many_faults_are_few_lines);
	tcase_add_test(c, what_could_not_be_read_is_not_written);
	tcase_add_test(c, no_room);
	tcase_add_test(c, age);
	suite_add_tcase(suite, c);
	nt_add_rows(suite, "faults", a_fault, NT_COUNT(faults));
	return nt_run(suite);
}
