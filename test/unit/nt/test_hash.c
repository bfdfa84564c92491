/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_hash.h"

#include "unit/nt/nt_check.h"

/* Key 00 01 .. 0f, texts 00 01 .. of each length: test values of the authors'
 * reference program, read as little-endian numbers */
static const struct
{
	size_t len;
	uint64_t want;
} vectors[] = {{0, 0x726fdb47dd0e0e31}, {1, 0x74f839c593dc67fd},
		{7, 0xab0200f58b01d137}, {8, 0x93f5f5799a932462},
		{9, 0x9e0082df0ba9e4b0}, {15, 0xa129ca6149be45e5},
		{63, 0x958a324ceb064572}};

static const struct nt_hash_key key = {
		{0x0706050403020100, 0x0f0e0d0c0b0a0908}};

START_TEST(is_siphash_2_4)
{
	char text[64];

	for(unsigned i = 0; i < sizeof(text); i++)
		text[i] = (char)i;
	ck_assert_uint_eq(nt_siphash(&key, nt_span_of(text, vectors[_i].len)),
			vectors[_i].want);
}
END_TEST

static uint64_t of_two(const char *a, const char *b)
{
	struct nt_hash h;

	nt_hash_begin(&h, &key);
	nt_hash_add(&h, nt_span_cstr(a));
	nt_hash_add(&h, nt_span_cstr(b));
	return nt_hash_end(&h);
}

START_TEST(where_a_text_ends_counts)
{
	ck_assert_uint_ne(of_two("ab", "c"), of_two("a", "bc"));
	ck_assert_uint_ne(of_two("", "a"), of_two("a", ""));
	ck_assert_uint_eq(of_two("a", "b"), of_two("a", "b"));
}
END_TEST

START_TEST(another_key_gives_another_hash)
{
	struct nt_hash_key other = key;

	other.k[1] ^= 1;
	ck_assert_uint_ne(
			nt_siphash(&key, NT_SPAN("a")), nt_siphash(&other, NT_SPAN("a")));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_hash");
	TCase *c = tcase_create("texts");

	nt_add_rows(suite, "vectors", is_siphash_2_4, NT_COUNT(vectors));
	tcase_add_test(c, where_a_text_ends_counts);
	tcase_add_test(c, another_key_gives_another_hash);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
