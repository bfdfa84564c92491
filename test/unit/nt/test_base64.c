/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_check.h"

#include <errno.h>

#include "nt/nt_base64.h"

/* clang-format off */
static const struct {
	const char *name, *bytes, *text;
} rows[] = {
	/* RFC 4648 §10, without its padding */
	{"one byte", "f", "Zg"},
	{"two bytes", "fo", "Zm8"},
	{"three bytes", "foo", "Zm9v"},
	{"four bytes", "foob", "Zm9vYg"},
	{"five bytes", "fooba", "Zm9vYmE"},
	{"six bytes", "foobar", "Zm9vYmFy"},
	{"the two characters of a URI's alphabet", "\xfb\xef\xff", "--__"},
	{"all bits set", "\xff\xff\xff\xff\xff", "______8"},
};

static const struct {
	const char *name, *text;
} bad[] = {
	{"one character is no byte", "Z"},
	{"five characters are not four bytes", "Zm9vY"},
	{"padding", "Zg=="},
	{"padding of one", "Zm8="},
	{"bits that belong to no byte, of two characters", "Zh"},
	{"the lowest of four", "ZA1"},
	{"the highest of four", "ZI"},
	{"bits that belong to no byte, of three characters", "Zm9"},
	{"the higher of two", "Zm-"},
	{"plus of the other alphabet", "+m9v"},
	{"slash of the other alphabet", "/m9v"},
	{"plus at the end", "Zm9vZ+"},
	{"a blank", "Zm9 "},
	{"a line end", "Zm9\n"},
	{"a character beyond ASCII", "Zm9\xc3"},
	{"one of the last three", "Zm9v\x80" "A"},
	{"the last of three", "Zm9vAA\xff"},
};
/* clang-format on */

START_TEST(row)
{
	struct nt_span bytes = nt_heap_span(nt_span_cstr(rows[_i].bytes));
	struct nt_span text = nt_heap_span(nt_span_cstr(rows[_i].text));
	char *out = nt_heap(NULL, text.len + 1);
	uint8_t *back = nt_heap(NULL, bytes.len);
	size_t n = 0;

	ck_assert_uint_eq(nt_base64_print(out, text.len + 1,
							  (const uint8_t *)bytes.p, bytes.len),
			text.len);
	ck_assert_str_eq(out, rows[_i].text);
	ck_assert_int_eq(nt_base64_parse(back, bytes.len, &n, text), 0);
	ck_assert_uint_eq(n, bytes.len);
	ck_assert_mem_eq(back, bytes.p, n);
	/* a byte less of room */
	ck_assert_uint_eq(
			nt_base64_print(out, text.len, (const uint8_t *)bytes.p, bytes.len),
			0);
	ck_assert_int_eq(out[0], '\0');
	n = 77;
	ck_assert_int_eq(nt_base64_parse(back, bytes.len - 1, &n, text), EINVAL);
	ck_assert_uint_eq(n, 77);
	free(back);
	free(out);
	nt_heap_drop(text);
	nt_heap_drop(bytes);
}
END_TEST

START_TEST(is_refused)
{
	struct nt_span text = nt_heap_span(nt_span_cstr(bad[_i].text));
	uint8_t bytes[16];
	size_t n = 77;

	ck_assert_msg(nt_base64_parse(bytes, sizeof(bytes), &n, text) == EINVAL,
			"%s: '%s'", bad[_i].name, bad[_i].text);
	ck_assert_uint_eq(n, 77);
	nt_heap_drop(text);
}
END_TEST

/* Each character at each place, and what is read prints as the same text */
START_TEST(one_text_for_each_value)
{
	char text[8], again[12];
	uint8_t bytes[8];
	uint64_t state = 3;
	int good = 0;

	for(int round = 0; round < 300000; round++) {
		size_t len = 1 + nt_random(&state) % 7, n;

		for(size_t i = 0; i < len; i++)
			text[i] = nt_random(&state) % 8 ? "AQgwZz0-_"[nt_random(&state) % 9]
											: (char)nt_random(&state);
		if(nt_base64_parse(bytes, sizeof(bytes), &n, nt_span_of(text, len)))
			continue;
		good++;
		ck_assert_uint_eq(nt_base64_print(again, sizeof(again), bytes, n), len);
		ck_assert_mem_eq(again, text, len);
	}
	ck_assert_msg(good > 10000, "only %d were read", good);
}
END_TEST

START_TEST(nothing_is_nothing)
{
	char buf[1] = {'x'};
	size_t n = 77;

	ck_assert_int_eq(nt_base64_parse(NULL, 0, &n, nt_span_of(NULL, 0)), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_uint_eq(nt_base64_print(buf, 1, NULL, 0), 0);
	ck_assert_int_eq(buf[0], '\0');
	ck_assert_uint_eq(nt_base64_print(NULL, 0, NULL, 0), 0);
	ck_assert_uint_eq(nt_base64_print(buf, 1, NULL, SIZE_MAX), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_base64");
	TCase *group = tcase_create("other");

	nt_add_rows(suite, "rows", row, NT_COUNT(rows));
	nt_add_rows(suite, "bad", is_refused, NT_COUNT(bad));
	tcase_add_test(group, one_text_for_each_value);
	tcase_add_test(group, nothing_is_nothing);
	suite_add_tcase(suite, group);
	return nt_run(suite);
}
