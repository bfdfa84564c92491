/* SPDX-License-Identifier: GPL-2.0-or-later */
/* T05: nothing opens but what we sealed, for what we sealed it */
#include "unit/nt/token_shapes.h"

#include <nettle/ctr.h>

#include "nt/nt_base64.h"

/* T05: each character of each shape replaced by each other byte */
START_TEST(t05_no_changed_character_opens)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(SHAPE), got;
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_span sealed = seal_must(buf, &keys, &t);

	for(size_t at = 0; at < sealed.len; at++) {
		char was = buf[at];

		for(int c = 0; c < 256; c++) {
			if(c == (unsigned char)was)
				continue;
			buf[at] = (char)c;
			quick(open_it(&got, text, &keys, sealed, t.purpose) != NT_TOKEN_OK);
		}
		buf[at] = was;
	}
	ck_assert_int_eq(
			open_it(&got, text, &keys, sealed, t.purpose), NT_TOKEN_OK);
}
END_TEST

/* T05: each bit of each byte, below base64 */
START_TEST(t05_no_flipped_bit_opens)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(SHAPE), got;
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX], changed[NT_TOKEN_SIZE];
	struct nt_span sealed = seal_must(buf, &keys, &t);
	uint8_t raw[NT_TOKEN_SIZE];
	size_t n;

	ck_assert_int_eq(nt_base64_parse(raw, sizeof(raw), &n, sealed), 0);
	for(size_t bit = 0; bit < n * 8; bit++) {
		enum nt_token_fault want = bit < 4	 ? NT_TOKEN_KEY
								   : bit < 8 ? NT_TOKEN_MALFORMED
											 : NT_TOKEN_FORGED;
		size_t len;

		raw[bit / 8] ^= (uint8_t)(1 << bit % 8);
		len = nt_base64_print(changed, sizeof(changed), raw, n);
		ck_assert_int_eq(
				open_it(&got, text, &keys, nt_span_of(changed, len), t.purpose),
				want);
		raw[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}
END_TEST

START_TEST(t05_no_part_opens_and_nothing_longer)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(SHAPE), got;
	char buf[NT_TOKEN_SIZE + 8], text[NT_TOKEN_TEXT_MAX];
	struct nt_span sealed = seal_must(buf, &keys, &t);

	for(size_t len = 0; len < sealed.len; len++) {
		ck_assert_int_ne(
				open_it(&got, text, &keys, nt_span_of(buf, len), t.purpose),
				NT_TOKEN_OK);
		ck_assert_int_ne(
				open_it(&got, text, &keys,
						nt_span_of(buf + len, sealed.len - len),
						len == 0 ? (t.purpose == 1 ? 2 : 1) : t.purpose),
				NT_TOKEN_OK);
	}
	for(size_t more = 1; more <= 8; more++) {
		memset(buf + sealed.len, 'A', 8);
		ck_assert_int_ne(open_it(&got, text, &keys,
								 nt_span_of(buf, sealed.len + more), t.purpose),
				NT_TOKEN_OK);
		memset(buf + sealed.len, '=', 8);
		ck_assert_int_eq(open_it(&got, text, &keys,
								 nt_span_of(buf, sealed.len + more), t.purpose),
				NT_TOKEN_MALFORMED);
	}
}
END_TEST

START_TEST(t05_a_token_opens_for_its_purpose_only)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(SHAPE), got;
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_span sealed = seal_must(buf, &keys, &t);

	for(int purpose = 0; purpose < 16; purpose++)
		ck_assert_int_eq(
				open_it(&got, text, &keys, sealed, (enum nt_purpose)purpose),
				purpose == (int)t.purpose ? NT_TOKEN_OK : NT_TOKEN_FORGED);
}
END_TEST

START_TEST(t05_another_secret_opens_nothing)
{
	struct nt_keys keys = keys_of(5, 0), same_id = keys_of(5, 1),
				   other_id = keys_of(6, 0), none = {.count = 0};
	struct nt_token t = token_of(SHAPE), got;
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_span sealed = seal_must(buf, &keys, &t);

	ck_assert_int_eq(
			open_it(&got, text, &same_id, sealed, t.purpose), NT_TOKEN_FORGED);
	ck_assert_int_eq(
			open_it(&got, text, &other_id, sealed, t.purpose), NT_TOKEN_KEY);
	ck_assert_int_eq(
			open_it(&got, text, &none, sealed, t.purpose), NT_TOKEN_KEY);
	ck_assert_uint_eq(nt_token_seal(buf, sizeof(buf), &none, &t), 0);
	ck_assert_str_eq(buf, "");
}
END_TEST

/* Authentic, but not what we would write: made with the keys themselves */
static struct nt_span forge_with(char buf[NT_TOKEN_SIZE], struct nt_keys *keys,
		uint8_t *content, size_t n, int mac_bit)
{
	uint8_t raw[NT_TOKEN_SIZE], counter[16];
	struct nt_key *key = &keys->key[0];

	raw[0] = (uint8_t)(0x10 | key->id);
	hmac_sha256_update(&key->mac, 1, raw);
	hmac_sha256_update(&key->mac, n, content);
	hmac_sha256_digest(&key->mac, 16, raw + 1);
	if(mac_bit >= 0)
		raw[1 + mac_bit / 8] ^= (uint8_t)(1 << mac_bit % 8);
	memcpy(counter, raw + 1, 16);
	ctr_crypt(&key->cipher, (nettle_cipher_func *)aes128_encrypt, 16, counter,
			n, raw + 17, content);
	return nt_span_of(buf, nt_base64_print(buf, NT_TOKEN_SIZE, raw, 17 + n));
}

static struct nt_span forge(char buf[NT_TOKEN_SIZE], struct nt_keys *keys,
		uint8_t *content, size_t n)
{
	return forge_with(buf, keys, content, n, -1);
}

/* clang-format off */
static const struct {
	const char *name;
	uint8_t flags;
	size_t length;
	enum nt_token_fault want;
} mixes[] = {
	{"IPv4 UDP", 1 | UDP << 3, 17, NT_TOKEN_OK},
	{"IPv4 UDP, a byte short", 1 | UDP << 3, 16, NT_TOKEN_MALFORMED},
	{"IPv4 UDP, a byte more", 1 | UDP << 3, 18, NT_TOKEN_MALFORMED},
	{"IPv4 UDP in the length of TCP", 1 | UDP << 3, 25, NT_TOKEN_MALFORMED},
	{"IPv4 UDP in the length of IPv6", 1 | UDP << 3, 41, NT_TOKEN_MALFORMED},
	{"IPv4 TCP", 1 | TCP << 3, 25, NT_TOKEN_OK},
	{"IPv4 TCP without a connection", 1 | TCP << 3, 17, NT_TOKEN_MALFORMED},
	{"IPv4 TCP, a byte short", 1 | TCP << 3, 24, NT_TOKEN_MALFORMED},
	{"IPv6 UDP", 0x40 | 1 | UDP << 3, 41, NT_TOKEN_OK},
	{"IPv6 UDP in the length of IPv4", 0x40 | 1 | UDP << 3, 17, NT_TOKEN_MALFORMED},
	{"IPv6 UDP, a byte short", 0x40 | 1 | UDP << 3, 40, NT_TOKEN_MALFORMED},
	{"IPv6 UDP in the length of TCP", 0x40 | 1 | UDP << 3, 49, NT_TOKEN_MALFORMED},
	{"IPv6 TCP", 0x40 | 1 | TCP << 3, 49, NT_TOKEN_OK},
	{"IPv6 TCP without a connection", 0x40 | 1 | TCP << 3, 41, NT_TOKEN_MALFORMED},
	{"a text", 4 | UDP << 3, 18, NT_TOKEN_OK},
	{"the longest text", 4 | UDP << 3, 17 + 255, NT_TOKEN_OK},
	{"too long a text", 4 | UDP << 3, 17 + 256, NT_TOKEN_MALFORMED},
	{"the longest text, IPv6 TCP", 0x40 | 5 | TCP << 3, 49 + 255, NT_TOKEN_OK},
	{"too long, IPv6 TCP", 0x40 | 5 | TCP << 3, 49 + 256, NT_TOKEN_MALFORMED},
	{"a text for the other leg", 3 | UDP << 3, 18, NT_TOKEN_MALFORMED},
	{"no transport", 1, 17, NT_TOKEN_MALFORMED},
	{"no transport of ours", 1 | 6 << 3, 25, NT_TOKEN_MALFORMED},
	{"the other one", 1 | 7 << 3, 25, NT_TOKEN_MALFORMED},
	{"no purpose", UDP << 3, 17, NT_TOKEN_MALFORMED},
	{"legs without the other one", 7 | UDP << 3, 17, NT_TOKEN_MALFORMED},
	{"a spare UDP", 0x80 | 1 | UDP << 3, 17, NT_TOKEN_MALFORMED},
	{"a spare connection", 0x80 | 1 | TCP << 3, 25, NT_TOKEN_OK},
};
/* clang-format on */

START_TEST(t05_lengths_are_not_mixed)
{
	struct nt_keys keys = keys_of(5, 0);
	uint8_t content[320];
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	enum nt_token_fault fault;
	struct nt_token got;

	memset(content, 1, sizeof(content));
	content[0] = mixes[_i].flags;
	fault = open_it(&got, text, &keys,
			forge(buf, &keys, content, mixes[_i].length),
			(enum nt_purpose)(content[0] & 7));
	ck_assert_msg(fault == mixes[_i].want, "%s: %s", mixes[_i].name,
			nt_token_fault_name(fault));
}
END_TEST

/* clang-format off */
static const struct {
	const char *name;
	uint8_t flags, other;
	size_t length;
	enum nt_token_fault want;
} pairs[] = {
	{"UDP and UDP", UDP << 3, UDP << 3, 30, NT_TOKEN_OK},
	{"UDP and UDP, a byte short", UDP << 3, UDP << 3, 29, NT_TOKEN_MALFORMED},
	{"UDP and UDP, a byte more", UDP << 3, UDP << 3, 31, NT_TOKEN_MALFORMED},
	{"UDP and flags alone", UDP << 3, UDP << 3, 18, NT_TOKEN_MALFORMED},
	{"UDP and TCP", UDP << 3, TCP << 3, 38, NT_TOKEN_OK},
	{"UDP and TCP without a connection", UDP << 3, TCP << 3, 30, NT_TOKEN_MALFORMED},
	{"UDP and IPv6", UDP << 3, 0x40 | UDP << 3, 54, NT_TOKEN_OK},
	{"UDP and IPv6 in the length of IPv4", UDP << 3, 0x40 | UDP << 3, 30, NT_TOKEN_MALFORMED},
	{"a purpose in the other one", UDP << 3, 2 | UDP << 3, 30, NT_TOKEN_MALFORMED},
	{"no transport in the other one", UDP << 3, 0, 30, NT_TOKEN_MALFORMED},
	{"no transport of ours", UDP << 3, 6 << 3, 38, NT_TOKEN_MALFORMED},
	{"a spare UDP in the other one", UDP << 3, 0x80 | UDP << 3, 30, NT_TOKEN_MALFORMED},
	{"a spare connection in the other one", UDP << 3, 0x80 | TCP << 3, 38, NT_TOKEN_OK},
};
/* clang-format on */

START_TEST(t05_lengths_of_both_legs_are_not_mixed)
{
	struct nt_keys keys = keys_of(5, 0);
	uint8_t content[64];
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	enum nt_token_fault fault;
	struct nt_token got;

	memset(content, 1, sizeof(content));
	content[0] = NT_PURPOSE_LEGS | pairs[_i].flags;
	content[17] = pairs[_i].other;
	fault = open_it(&got, text, &keys,
			forge(buf, &keys, content, pairs[_i].length), NT_PURPOSE_LEGS);
	ck_assert_msg(fault == pairs[_i].want, "%s: %s", pairs[_i].name,
			nt_token_fault_name(fault));
}
END_TEST

/* The MAC is the start of the cipher as well, so one that was only changed
 * garbles the content. Here the content is what it was. */
START_TEST(t05_each_bit_of_the_mac_counts)
{
	struct nt_keys keys = keys_of(5, 0);
	uint8_t content[17];
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_token got;

	memset(content, 1, sizeof(content));
	content[0] = 1 | UDP << 3;
	for(int bit = -1; bit < 128; bit++)
		ck_assert_int_eq(open_it(&got, text, &keys,
								 forge_with(buf, &keys, content, 17, bit), 1),
				bit < 0 ? NT_TOKEN_OK : NT_TOKEN_FORGED);
}
END_TEST

START_TEST(t05_nothing_is_too_short)
{
	struct nt_keys keys = keys_of(5, 0);
	uint8_t content[17];
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_token got;

	memset(content, 1, sizeof(content));
	content[0] = 1 | UDP << 3;
	for(size_t n = 0; n < 17; n++)
		ck_assert_int_eq(
				open_it(&got, text, &keys, forge(buf, &keys, content, n), 1),
				NT_TOKEN_MALFORMED);
}
END_TEST

START_TEST(t05_what_we_would_not_write_is_not_read)
{
	struct nt_keys keys = keys_of(5, 0);
	uint8_t content[41] = {0x40 | 1 | UDP << 3};
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_token got;

	memset(content + 1, 1, sizeof(content) - 1);
	content[21] = content[22] = 0; /* local port */
	ck_assert_int_eq(
			open_it(&got, text, &keys, forge(buf, &keys, content, 41), 1),
			NT_TOKEN_MALFORMED);
	content[22] = 1;
	ck_assert_int_eq(
			open_it(&got, text, &keys, forge(buf, &keys, content, 41), 1),
			NT_TOKEN_OK);
	content[39] = content[40] = 0; /* remote port */
	ck_assert_int_eq(
			open_it(&got, text, &keys, forge(buf, &keys, content, 41), 1),
			NT_TOKEN_MALFORMED);
	content[39] = 1;
	/* 127.0.0.1 dressed up as IPv6: first one of them, then both */
	for(int which = 0; which < 2; which++) {
		static const uint8_t mapped[16] = {[10] = 255, 255, 127, 0, 0, 1};

		memcpy(content + 5 + 18 * which, mapped, sizeof(mapped));
		ck_assert_int_eq(
				open_it(&got, text, &keys, forge(buf, &keys, content, 41), 1),
				NT_TOKEN_MALFORMED);
	}
}
END_TEST

/* T05: of as many strings as an attacker may send in an hour, none opens, and
 * none touches anything. One half is of the right length and key. */
START_TEST(t05_no_random_string_opens)
{
	struct nt_keys keys = keys_of(5, 0);
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	unsigned faults[NT_TOKEN_FAULT_COUNT] = {0};
	uint64_t state = 5;

	for(int round = 0; round < 1000000; round++) {
		size_t len = round % 2 ? 46 : nt_random(&state) % 120;
		struct nt_token got = {.binding = 0xdeadbeef};

		for(size_t i = 0; i < len; i++)
			buf[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					 "0123456789-_"[nt_random(&state) & 63];
		if(round % 2) {
			buf[0] = 'F';
			buf[1] = (char)('Q'
							+ (nt_random(&state) & 7)); /* version 1, key 5 */
			buf[45] = "AQgw"[nt_random(&state) & 3];
		}
		faults[nt_token_open(
				&got, text, &keys, nt_span_of(buf, len), 1 + round % 5)]++;
		quick(got.binding == 0xdeadbeef);
	}
	ck_assert_uint_eq(faults[NT_TOKEN_OK], 0);
	ck_assert_msg(faults[NT_TOKEN_FORGED] > 200000, "only %u reached the MAC",
			faults[NT_TOKEN_FORGED]);
	ck_assert_uint_gt(faults[NT_TOKEN_MALFORMED], 1000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_token, attacks");
	TCase *group = tcase_create("other");
	const TTest *each[] = {t05_no_changed_character_opens,
			t05_no_flipped_bit_opens, t05_no_part_opens_and_nothing_longer,
			t05_a_token_opens_for_its_purpose_only,
			t05_another_secret_opens_nothing};

	for(int i = 0; i < NT_COUNT(each); i++)
		nt_add_rows(suite, each[i]->name, each[i], SHAPE_ROWS);
	nt_add_rows(suite, "mixes", t05_lengths_are_not_mixed, NT_COUNT(mixes));
	nt_add_rows(suite, "pairs", t05_lengths_of_both_legs_are_not_mixed,
			NT_COUNT(pairs));
	tcase_set_timeout(group, 120);
	tcase_add_test(group, t05_each_bit_of_the_mac_counts);
	tcase_add_test(group, t05_nothing_is_too_short);
	tcase_add_test(group, t05_what_we_would_not_write_is_not_read);
	tcase_add_test(group, t05_no_random_string_opens);
	suite_add_tcase(suite, group);
	return nt_run(suite);
}
