/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_check.h"

#include <errno.h>

#include "nt/nt_codes.h"

#define UNTOUCHED 0xdeadbeef

/* clang-format off */
static const struct {
	const char *name, *text, *printed; /* NULL: refused */
	const char *have, *not;
} rows[] = {
	{"no code", "none", "none", "", "100 200 299 300 408 480 699 700"},
	{"P10 what intermediaries say", "408 480", "408 480", "408 480", "0 407 409 479 481 8 80 299"},
	{"one", "408", "408", "408", "0 299 300 400"},
	{"three, sorted", "503,480;408", "408 480 503", "408 480 503", "404"},
	{"the same twice", "480 480", "480 480", "480", "0"},
	{"the least and the greatest", "699 300", "300 699", "300 699", "301 698 299 700"},
	{"a class", "4xx", "4xx", "400 408 499", "399 500 4 40"},
	{"Asterisk's qualify_2xx_only", "3xx 4xx 5xx 6xx", "3xx 4xx 5xx 6xx", "300 399 400 500 699", "100 200 202 299 700"},
	{"a class and three codes", "6xx 480 408 404", "6xx 404 408 480", "600 404 408 480", "405 599"},
	{"a class between codes", "480 6xx 408", "6xx 408 480", "603 480", "500"},
	{"blanks around", " \t408\r\n", "408", "408", "407"},
	{"none with blanks around", " none ", "none", "", "408"},
	{"four codes", "404 408 480 503", NULL, NULL, NULL},
	{"four codes, two of them the same", "404 408 480 480", NULL, NULL, NULL},
	{"nothing", "", NULL, NULL, NULL},
	{"blanks", " , ", NULL, NULL, NULL},
	{"none and another", "none 408", NULL, NULL, NULL},
	{"another and none", "408 none", NULL, NULL, NULL},
	{"a reply that is life", "200", NULL, NULL, NULL},
	{"a class that is", "2xx", NULL, NULL, NULL},
	{"below", "299", NULL, NULL, NULL},
	{"above", "700", NULL, NULL, NULL},
	{"a class above", "7xx", NULL, NULL, NULL},
	{"half a class", "40x", NULL, NULL, NULL},
	{"a class in capitals", "4XX", NULL, NULL, NULL},
	{"too few digits", "48", NULL, NULL, NULL},
	{"too many digits", "0480", NULL, NULL, NULL},
	{"too many for a number", "4294967776", NULL, NULL, NULL},
	{"no number", "4o8", NULL, NULL, NULL},
	{"capitals", "None", NULL, NULL, NULL},
};
/* clang-format on */

static void check_codes(
		const char *name, uint32_t codes, const char *list, bool want)
{
	struct nt_span rest = nt_span_cstr(list), word;
	unsigned long code;

	while(nt_span_word(&rest, &word)) {
		NT_MUST(nt_span_number(&code, word, 9999) == 0);
		ck_assert_msg(nt_codes_have(codes, (unsigned)code) == want, "%s: %lu",
				name, code);
	}
}

static void check_printed(const char *name, uint32_t codes, const char *want)
{
	size_t len = strlen(want);

	ck_assert_uint_lt(len, NT_CODES_TEXT);
	for(size_t size = 0; size <= len + 1; size++) {
		char *buf = nt_heap(NULL, size);
		size_t n = nt_codes_print(buf, size, codes);

		if(size > len)
			ck_assert_msg(
					n == len && strcmp(buf, want) == 0, "%s: '%s'", name, buf);
		else
			ck_assert_msg(n == 0 && (size == 0 || buf[0] == '\0'),
					"%s: %zu bytes", name, size);
		free(buf);
	}
}

START_TEST(row)
{
	struct nt_span text = nt_heap_span(nt_span_cstr(rows[_i].text));
	uint32_t codes = UNTOUCHED, again;
	int rc = nt_codes_parse(&codes, text);

	nt_heap_drop(text);
	if(rows[_i].printed == NULL) {
		ck_assert_msg(rc == EINVAL && codes == UNTOUCHED, "%s", rows[_i].name);
		return;
	}
	ck_assert_msg(rc == 0, "%s", rows[_i].name);
	check_printed(rows[_i].name, codes, rows[_i].printed);
	ck_assert(nt_codes_parse(&again, nt_span_cstr(rows[_i].printed)) == 0);
	ck_assert_uint_eq(again, codes);
	check_codes(rows[_i].name, codes, rows[_i].have, true);
	check_codes(rows[_i].name, codes, rows[_i].not, false);
}
END_TEST

/* The longest that there is has room */
START_TEST(all_that_fits)
{
	char text[NT_CODES_TEXT];
	uint32_t codes;

	ck_assert(nt_codes_parse(&codes, NT_SPAN("3xx 4xx 5xx 6xx 697 698 699"))
			  == 0);
	ck_assert_uint_gt(nt_codes_print(text, sizeof(text), codes), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_codes");

	nt_add_rows(s, "rows", row, NT_COUNT(rows));
	nt_add_rows(s, "all", all_that_fits, 1);
	return nt_run(s);
}
