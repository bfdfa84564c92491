/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tags of pings: they come back as they were, and nobody else can make one. */
#include "unit/nt/nt_check.h"

#include "nt/nt_base64.h"
#include "nt/nt_ping.h"

static const struct nt_hash_key key = {
		{0x1122334455667788, 0x99aabbccddeeff00}};
static const struct nt_hash_key other_key = {
		{0x1122334455667788, 0x99aabbccddeeff01}};

/* clang-format off */
static const struct nt_ping_tag tags[] = {
	{0, 0, 0}, {1, 2, 3}, {3, 2, 1}, {UINT32_MAX, UINT32_MAX, UINT32_MAX},
	{0xffffff, 0x12345678, 0x9abcdef0}, {70000, 65536, 256},
};
/* clang-format on */

static struct nt_span text_of(char buf[NT_PING_TAG_TEXT],
		const struct nt_hash_key *k, const struct nt_ping_tag *tag)
{
	size_t n = nt_ping_tag_print(buf, NT_PING_TAG_TEXT, k, tag);

	ck_assert_uint_eq(n, NT_PING_TAG_CHARS);
	ck_assert_uint_eq(strlen(buf), n);
	return nt_span_of(buf, n);
}

static bool same(const struct nt_ping_tag *a, const struct nt_ping_tag *b)
{
	return a->flow == b->flow && a->life == b->life
		   && a->sequence == b->sequence;
}

START_TEST(comes_back_as_it_was)
{
	char buf[NT_PING_TAG_TEXT];
	struct nt_span heap = nt_heap_span(text_of(buf, &key, &tags[_i]));
	struct nt_ping_tag got;

	ck_assert(nt_ping_may_be_tag(heap));
	ck_assert(nt_ping_tag_parse(&got, &key, heap));
	ck_assert(same(&got, &tags[_i]));
	for(size_t i = 0; i < heap.len; i++)
		ck_assert_msg(strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
							 "xyz0123456789-_",
							  heap.p[i])
							  != NULL,
				"%s", buf);
	nt_heap_drop(heap);
}
END_TEST

START_TEST(t08_each_changed_character_is_seen)
{
	char buf[NT_PING_TAG_TEXT];
	struct nt_span text = text_of(buf, &key, &tags[_i]);
	struct nt_ping_tag got = {77, 77, 77}, was = got;

	for(size_t i = 0; i < text.len; i++) {
		for(int c = 0; c < 256; c++) {
			char true_one = buf[i];

			buf[i] = (char)c;
			ck_assert_msg(
					nt_ping_tag_parse(&got, &key, text) == (buf[i] == true_one),
					"%zu %d", i, c);
			ck_assert(buf[i] == true_one || same(&got, &was));
			got = was;
			buf[i] = true_one;
		}
	}
	for(size_t n = 0; n < text.len; n++)
		ck_assert(!nt_ping_tag_parse(&got, &key, nt_span_of(buf, n)));
	buf[text.len] = 'A';
	ck_assert(!nt_ping_tag_parse(&got, &key, nt_span_of(buf, text.len + 1)));
}
END_TEST

START_TEST(t08_another_key_makes_no_tag_of_ours)
{
	char buf[NT_PING_TAG_TEXT];
	struct nt_span text = text_of(buf, &other_key, &tags[_i]);
	struct nt_ping_tag got;
	uint8_t id[12];

	ck_assert(!nt_ping_tag_parse(&got, &key, text));
	nt_ping_stun_id(id, &other_key, &tags[_i]);
	ck_assert(!nt_ping_stun_id_parse(&got, &key, id));
}
END_TEST

/* The hash of one ping is of no use for the next one, or for a flow that has
 * got the number */
START_TEST(t08_a_hash_is_good_for_one_ping)
{
	char a[NT_PING_TAG_TEXT], b[NT_PING_TAG_TEXT];
	struct nt_ping_tag tag = tags[_i], got;

	text_of(a, &key, &tag);
	for(int field = 0; field < 3; field++) {
		tag = tags[_i];
		*(field == 0 ? &tag.flow : field == 1 ? &tag.life : &tag.sequence) ^= 1;
		text_of(b, &key, &tag);
		ck_assert_str_ne(a + 16, b + 16);
		memcpy(b + 16, a + 16, NT_PING_TAG_CHARS - 16);
		ck_assert(!nt_ping_tag_parse(&got, &key, nt_span_cstr(b)));
	}
}
END_TEST

START_TEST(a_stun_id_comes_back_cut)
{
	uint8_t id[12], *heap;
	struct nt_ping_tag got;

	nt_ping_stun_id(id, &key, &tags[_i]);
	heap = nt_heap(id, sizeof(id));
	ck_assert(nt_ping_stun_id_parse(&got, &key, heap));
	ck_assert_uint_eq(got.flow, tags[_i].flow);
	ck_assert_uint_eq(got.life, (uint16_t)tags[_i].life);
	ck_assert_uint_eq(got.sequence, (uint8_t)tags[_i].sequence);
	free(heap);
}
END_TEST

START_TEST(t08_each_changed_bit_of_a_stun_id_is_seen)
{
	uint8_t id[12];
	struct nt_ping_tag got = {77, 77, 77}, was = got;

	nt_ping_stun_id(id, &key, &tags[_i]);
	for(unsigned bit = 0; bit < 96; bit++) {
		id[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert(!nt_ping_stun_id_parse(&got, &key, id));
		ck_assert(same(&got, &was));
		id[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	ck_assert(nt_ping_stun_id_parse(&got, &key, id));
}
END_TEST

/* RFC 8489 §5: as good as random. Two pings of one flow, one after the other,
 * show nothing of it */
START_TEST(a_stun_id_shows_nothing)
{
	unsigned ones[96] = {0};
	uint8_t last[12], id[12];

	nt_ping_stun_id(last, &key, &(struct nt_ping_tag){5, 1, 0});
	for(uint32_t i = 1; i <= 4000; i++) {
		nt_ping_stun_id(id, &key, &(struct nt_ping_tag){5, 1 + i / 250, i});
		for(unsigned bit = 0; bit < 96; bit++)
			ones[bit] += (id[bit / 8] ^ last[bit / 8]) >> bit % 8 & 1;
		memcpy(last, id, sizeof(last));
	}
	/* six standard deviations on both sides */
	for(unsigned bit = 0; bit < 96; bit++)
		ck_assert_msg(ones[bit] > 1810 && ones[bit] < 2190, "bit %u: %u", bit,
				ones[bit]);
}
END_TEST

START_TEST(a_hash_for_one_use_is_none_for_another)
{
	char buf[NT_PING_TAG_TEXT];
	uint8_t bytes[20], id[12], clear[12] = {0, 0, 0, 5, 0, 1, 1};
	struct nt_ping_tag tag = {5, 1, 1}, got;
	size_t n;

	NT_MUST(nt_base64_parse(bytes, sizeof(bytes), &n, text_of(buf, &key, &tag))
			== 0);
	nt_ping_stun_id(id, &key, &tag);
	ck_assert(memcmp(id + 7, bytes + 12, 5) != 0);
	memcpy(clear + 7, bytes + 12, 5);
	ck_assert(!nt_ping_stun_id_parse(&got, &key, clear));
}
END_TEST

START_TEST(no_room)
{
	for(size_t size = 0; size <= NT_PING_TAG_CHARS + 1; size++) {
		char *buf = nt_heap(NULL, size);
		size_t n = nt_ping_tag_print(buf, size, &key, &tags[1]);

		ck_assert_uint_eq(n, size > NT_PING_TAG_CHARS ? NT_PING_TAG_CHARS : 0);
		ck_assert(size == 0 || buf[n] == '\0');
		free(buf);
	}
}
END_TEST

START_TEST(what_is_no_tag)
{
	static const char *const texts[] = {"", "a", "0123456789abcdef@192.0.2.1",
			"AAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAA=",
			"AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "---------------------------"};
	struct nt_ping_tag got;

	for(int i = 0; i < NT_COUNT(texts); i++)
		ck_assert(!nt_ping_tag_parse(&got, &key, nt_span_cstr(texts[i])));
	ck_assert(!nt_ping_tag_parse(&got, &key, nt_span_of(NULL, 0)));
	ck_assert(!nt_ping_may_be_tag(nt_span_of(NULL, 0)));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_ping_tag");
	TCase *c = tcase_create("more");

	nt_add_rows(suite, "back", comes_back_as_it_was, NT_COUNT(tags));
	nt_add_rows(suite, "changed", t08_each_changed_character_is_seen,
			NT_COUNT(tags));
	nt_add_rows(
			suite, "key", t08_another_key_makes_no_tag_of_ours, NT_COUNT(tags));
	nt_add_rows(suite, "once", t08_a_hash_is_good_for_one_ping, NT_COUNT(tags));
	nt_add_rows(suite, "stun", a_stun_id_comes_back_cut, NT_COUNT(tags));
	nt_add_rows(suite, "stun changed",
			t08_each_changed_bit_of_a_stun_id_is_seen, NT_COUNT(tags));
	tcase_add_test(c, a_stun_id_shows_nothing);
	tcase_add_test(c, a_hash_for_one_use_is_none_for_another);
	tcase_add_test(c, no_room);
	tcase_add_test(c, what_is_no_tag);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
