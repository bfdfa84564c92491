/* SPDX-License-Identifier: GPL-2.0-or-later */
/* N059: answers to STUN binding requests. The first two are the sample
 * responses of RFC 5769 §2.2 and §2.3. */
#include "unit/nt/nt_check.h"

#include "nt/nt_ping.h"
#include "nt/nt_stun.h"

#define ID \
	0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae
#define COOKIE 0x21, 0x12, 0xa4, 0x42

/* clang-format off */
static const uint8_t rfc5769_ipv4[] = {
	0x01, 0x01, 0x00, 0x3c, COOKIE, ID,
	0x80, 0x22, 0x00, 0x0b, /* SOFTWARE */
	0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63, 0x74, 0x6f, 0x72, 0x20,
	0x00, 0x20, 0x00, 0x08, /* XOR-MAPPED-ADDRESS */
	0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43,
	0x00, 0x08, 0x00, 0x14, /* MESSAGE-INTEGRITY */
	0x2b, 0x91, 0xf5, 0x99, 0xfd, 0x9e, 0x90, 0xc3, 0x8c, 0x74,
	0x89, 0xf9, 0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b, 0xe7, 0xd7,
	0x80, 0x28, 0x00, 0x04, /* FINGERPRINT */
	0xc0, 0x7d, 0x4c, 0x96,
};
static const uint8_t rfc5769_ipv6[] = {
	0x01, 0x01, 0x00, 0x48, COOKIE, ID,
	0x80, 0x22, 0x00, 0x0b,
	0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63, 0x74, 0x6f, 0x72, 0x20,
	0x00, 0x20, 0x00, 0x14,
	0x00, 0x02, 0xa1, 0x47,
	0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79,
	0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9,
	0x00, 0x08, 0x00, 0x14,
	0xa3, 0x82, 0x95, 0x4e, 0x4b, 0xe6, 0x7b, 0xf1, 0x17, 0x84,
	0xc9, 0x7c, 0x82, 0x92, 0xc2, 0x75, 0xbf, 0xe3, 0xed, 0x41,
	0x80, 0x28, 0x00, 0x04,
	0xc8, 0xfb, 0x0b, 0x4c,
};
static const uint8_t error_420[] = {
	0x01, 0x11, 0x00, 0x18, COOKIE, ID,
	0x00, 0x09, 0x00, 0x07, /* ERROR-CODE, 3 bytes of reason */
	0x00, 0x00, 0x04, 0x14, 'B', 'a', 'd', 0x00,
	0x00, 0x0a, 0x00, 0x02, /* UNKNOWN-ATTRIBUTES */
	0x00, 0x24, 0x00, 0x00,
	0x7f, 0xff, 0x00, 0x00, /* must be understood, and is not known */
};
static const uint8_t bare[] = {0x01, 0x01, 0x00, 0x00, COOKIE, ID};
static const uint8_t two_addresses[] = {
	0x01, 0x01, 0x00, 0x18, COOKIE, ID,
	0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43,
	0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x48, 0xe1, 0x12, 0xa6, 0x44,
};
/* MAPPED-ADDRESS, which NATs are known to rewrite */
static const uint8_t old_address[] = {
	0x01, 0x01, 0x00, 0x0c, COOKIE, ID,
	0x00, 0x01, 0x00, 0x08, 0x00, 0x01, 0x80, 0x55, 0xc0, 0x00, 0x02, 0x01,
};

static const struct {
	const char *name;
	const uint8_t *data;
	size_t len;
	unsigned code;
	const char *mapped;
} answers[] = {
	{"RFC 5769 2.2", rfc5769_ipv4, sizeof(rfc5769_ipv4), 0, "192.0.2.1:32853"},
	{"RFC 5769 2.3", rfc5769_ipv6, sizeof(rfc5769_ipv6), 0,
		"[2001:db8:1234:5678:11:2233:4455:6677]:32853"},
	{"an error", error_420, sizeof(error_420), 420, "-"},
	{"no attributes", bare, sizeof(bare), 0, "-"},
	{"the first address counts", two_addresses, sizeof(two_addresses), 0, "192.0.2.1:32853"},
	{"an address of old", old_address, sizeof(old_address), 0, "-"},
};
/* clang-format on */

static bool parse(
		struct nt_stun_answer *answer, const uint8_t *data, size_t len)
{
	uint8_t *heap = nt_heap(data, len);
	bool ok = nt_stun_answer_parse(answer, heap, len);

	free(heap);
	return ok;
}

START_TEST(is_read)
{
	static const uint8_t id[] = {ID};
	struct nt_stun_answer answer;
	struct nt_endpoint mapped;
	char text[NT_ENDPOINT_TEXT];
	uint8_t got[12];

	ck_assert(parse(&answer, answers[_i].data, answers[_i].len));
	ck_assert_mem_eq(answer.id, id, sizeof(id));
	ck_assert_int_eq(answer.error, answers[_i].code != 0);
	ck_assert_uint_eq(answer.code, answers[_i].code);
	nt_endpoint_print(text, sizeof(text), &answer.mapped);
	ck_assert_str_eq(text, answers[_i].mapped);
	ck_assert(nt_ping_stun_answer(
			got, &mapped, answers[_i].data, answers[_i].len));
	ck_assert_mem_eq(got, id, sizeof(id));
	nt_endpoint_print(text, sizeof(text), &mapped);
	ck_assert_str_eq(text, answers[_i].mapped);
}
END_TEST

START_TEST(t08_a_piece_of_it_is_nothing)
{
	struct nt_stun_answer answer;

	for(size_t n = 0; n < answers[_i].len; n++)
		ck_assert_msg(!parse(&answer, answers[_i].data, n), "%zu", n);
}
END_TEST

/* A fingerprint is over all that stands before it */
START_TEST(a_changed_byte_breaks_the_fingerprint)
{
	uint8_t copy[sizeof(rfc5769_ipv6)];
	struct nt_stun_answer answer = {.code = 77};

	for(size_t i = 8; i < answers[_i].len; i++) {
		memcpy(copy, answers[_i].data, answers[_i].len);
		copy[i] ^= 1;
		/* the last one is another attribute then, nobody's fingerprint */
		if(i == answers[_i].len - 8 || i == answers[_i].len - 7)
			continue;
		ck_assert_msg(!parse(&answer, copy, answers[_i].len), "byte %zu", i);
		ck_assert_uint_eq(answer.code, 77);
	}
}
END_TEST

/* clang-format off */
static const struct {
	const char *name;
	size_t len;
	uint8_t data[36];
} broken[] = {
	{"a request", 20, {0x00, 0x01, 0, 0, COOKIE, ID}},
	{"an indication", 20, {0x00, 0x11, 0, 0, COOKIE, ID}},
	{"an answer to Allocate", 20, {0x01, 0x03, 0, 0, COOKIE, ID}},
	{"the highest bits are not zero", 20, {0x81, 0x01, 0, 0, COOKIE, ID}},
	{"SIP", 20, "SIP/2.0 200 OK\r\nVia: "},
	{"no cookie (RFC 3489)", 20, {0x01, 0x01, 0, 0, 0x21, 0x12, 0xa4, 0x43, ID}},
	{"longer than it says", 24, {0x01, 0x01, 0, 0, COOKIE, ID}},
	{"shorter than it says", 20, {0x01, 0x01, 0, 4, COOKIE, ID}},
	{"no multiple of four", 22, {0x01, 0x01, 0, 2, COOKIE, ID}},
	{"an attribute over the end", 24, {0x01, 0x01, 0, 4, COOKIE, ID, 0x80, 0x22, 0, 1}},
	{"the longest attribute", 24, {0x01, 0x01, 0, 4, COOKIE, ID, 0x80, 0x22, 0xff, 0xff}},
	{"an address of no family", 32, {0x01, 0x01, 0, 12, COOKIE, ID, 0, 0x20, 0, 8, 0, 3}},
	{"IPv6 in 8 bytes", 32, {0x01, 0x01, 0, 12, COOKIE, ID, 0, 0x20, 0, 8, 0, 2}},
	{"IPv4 in 12 bytes", 36, {0x01, 0x01, 0, 16, COOKIE, ID, 0, 0x20, 0, 12, 0, 1}},
	{"an address of 0 bytes", 24, {0x01, 0x01, 0, 4, COOKIE, ID, 0, 0x20, 0, 0}},
	{"error 299", 28, {0x01, 0x11, 0, 8, COOKIE, ID, 0, 9, 0, 4, 0, 0, 2, 99}},
	{"error 700", 28, {0x01, 0x11, 0, 8, COOKIE, ID, 0, 9, 0, 4, 0, 0, 7, 0}},
	{"error 4100", 28, {0x01, 0x11, 0, 8, COOKIE, ID, 0, 9, 0, 4, 0, 0, 4, 100}},
	{"an error of 3 bytes", 28, {0x01, 0x11, 0, 8, COOKIE, ID, 0, 9, 0, 3, 0, 0, 4, 0}},
	{"a fingerprint that is wrong", 28, {0x01, 0x01, 0, 8, COOKIE, ID, 0x80, 0x28, 0, 4}},
	{"a fingerprint of 0 bytes", 24, {0x01, 0x01, 0, 4, COOKIE, ID, 0x80, 0x28, 0, 0}},
};
/* clang-format on */

START_TEST(is_not_read)
{
	struct nt_stun_answer answer = {.code = 77};
	struct nt_endpoint mapped = {.port = 77};
	uint8_t id[12] = {77};

	ck_assert_msg(!parse(&answer, broken[_i].data, broken[_i].len), "%s",
			broken[_i].name);
	ck_assert_uint_eq(answer.code, 77);
	ck_assert(
			!nt_ping_stun_answer(id, &mapped, broken[_i].data, broken[_i].len));
	ck_assert_uint_eq(id[0], 77);
	ck_assert_uint_eq(mapped.port, 77);
}
END_TEST

/* Right, but something follows */
START_TEST(a_fingerprint_is_the_last)
{
	uint8_t data[] = {0x01, 0x01, 0, 12, COOKIE, ID, 0x80, 0x28, 0, 4, 0xeb,
			0x99, 0xb2, 0x8b, 0x80, 0x22, 0, 0};
	struct nt_stun_answer answer;

	ck_assert(!parse(&answer, data, sizeof(data)));
}
END_TEST

START_TEST(a_request_is_a_header)
{
	static const uint8_t id[] = {ID},
						 want[] = {0x00, 0x01, 0x00, 0x00, COOKIE, ID};

	for(size_t size = 0; size <= NT_STUN_HEADER + 1; size++) {
		uint8_t *buf = nt_heap(NULL, size);
		size_t n = nt_stun_request(buf, size, id);

		ck_assert_uint_eq(n, size < NT_STUN_HEADER ? 0 : NT_STUN_HEADER);
		ck_assert(n == 0 || memcmp(buf, want, sizeof(want)) == 0);
		free(buf);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_stun");
	TCase *c = tcase_create("more");

	nt_add_rows(suite, "read", is_read, NT_COUNT(answers));
	nt_add_rows(
			suite, "pieces", t08_a_piece_of_it_is_nothing, NT_COUNT(answers));
	nt_add_rows(suite, "fingerprint", a_changed_byte_breaks_the_fingerprint, 2);
	nt_add_rows(suite, "broken", is_not_read, NT_COUNT(broken));
	tcase_add_test(c, a_fingerprint_is_the_last);
	tcase_add_test(c, a_request_is_a_header);
	suite_add_tcase(suite, c);
	return nt_run(suite);
}
