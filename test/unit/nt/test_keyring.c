/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys: how one follows the other, and how a file says them */
#include "unit/nt/nt_check.h"

#include <errno.h>

#include "nt/nt_keyring.h"

#define A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define B "202122232425262728292a2b2c2d2e2f303132333435363738393A3B3C3D3E3F"
#define SECRET "64 hex digits"
#define LINE "id, secret and time of creation"

static char told[1024];

static void note(void *ctx, const struct nt_fault *f)
{
	size_t n = strlen(told);

	ck_assert_ptr_eq(ctx, told);
	ck_assert(nt_span_eq(f->element, NT_SPAN("key")));
	snprintf(told + n, sizeof(told) - n, "%s%u %.*s '%.*s' %s",
			n > 0 ? "|" : "", f->line, NT_SPAN_FMT(f->attribute),
			NT_SPAN_FMT(f->value), f->allowed);
}

static int parse(struct nt_keyring *ring, const char *text)
{
	struct nt_span exact = nt_heap_span(nt_span_cstr(text));
	int err;

	told[0] = '\0';
	err = nt_keyring_parse(ring, exact, note, told);
	ck_assert_int_eq(err, told[0] != '\0' ? EINVAL : 0);
	nt_heap_drop(exact);
	return err;
}

static struct nt_keyring ring_must(const char *text)
{
	struct nt_keyring ring;

	ck_assert_msg(parse(&ring, text) == 0, "%s", told);
	return ring;
}

/* "5* 6" : ids in order, a star behind one that is prepared */
static const char *ids_of(const struct nt_keyring *ring)
{
	static char text[32];
	int n = 0;

	text[0] = '\0';
	for(unsigned i = 0; i < ring->count; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%u%s",
				i > 0 ? " " : "", ring->key[i].id,
				i == 1 && nt_keyring_is_prepared(ring) ? "*" : "");
	return text;
}

/* clang-format off */
static const struct {
	const char *name, *text, *ids;
} good[] = {
	{"one key", "5 " A " 1700000000\n", "5"},
	{"without a line end", "5 " A " 1700000000", "5"},
	{"with the line ends of others", "5 " A " 1700000000\r\n6 " B " 1\r\n", "5 6"},
	{"two keys", "5 " A " 1700000000\n4 " B " 1600000000\n", "5 4"},
	{"a prepared one", "5 " A " 1700000000\n4 " B " 1700000001\n", "5 4*"},
	{"two of one age", "5 " A " 1700000000\n4 " B " 1700000000\n", "5 4"},
	{"comments and empty lines", "# a\n\n  # b\n \t\n5 " A " 0\n#6 " B " 1\n", "5"},
	{"blanks", " \t15\t " A "   0 \n", "15"},
	{"the last second", "0 " A " 253402300799\n", "0"},
};

static const struct {
	const char *name, *text, *want;
} bad[] = {
	{"nothing", "", "0  'no key' one or two"},
	{"comments alone", "# 5 " A " 1\n\n", "0  'no key' one or two"},
	{"an id too high", "16 " A " 1\n", "1 id '16' 0 to 15"},
	{"no id", "x " A " 1\n", "1 id 'x' 0 to 15"},
	{"a negative id", "-1 " A " 1\n", "1 id '-1' 0 to 15"},
	{"a short secret", "5 00 1\n", "1 secret '00' " SECRET},
	{"a secret short of a digit", "5 00" A " 1\n", "1 secret '66 characters' " SECRET},
	{"no hex digit", "\n5 g" A " 1\n", "2 secret '65 characters' " SECRET},
	{"no hex digit, right length", "5 x00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 1\n",
		"1 secret 'a character that is no hex digit' " SECRET},
	{"zeros", "5 0000000000000000000000000000000000000000000000000000000000000000 1\n",
		"1 secret 'few different bytes' " SECRET},
	{"a pattern", "5 00112233445566778899aabbccddeeff0011223344556677889900112233aabb 1\n", ""},
	{"a short pattern", "5 00112233445566778899aabbccddee0011223344556677889900112233aabb00 1\n",
		"1 secret 'few different bytes' " SECRET},
	{"no time", "5 " A " now\n", "1 created 'now' seconds since 1970"},
	{"a time too late", "5 " A " 253402300800\n", "1 created '253402300800' seconds"},
	{"a secret in place of an id", A " 5 1\n", "1 id '64 characters' 0 to 15|1 secret '5' " SECRET},
	{"a secret in place of a time", "5 1 " A "\n", "1 secret '1' " SECRET "|1 created '64 characters' seconds"},
	{"one word", A "\n", "1  'too few words' " LINE},
	{"two words", "5 " A "\n", "1  'too few words' " LINE},
	{"four words", "5 " A " 1 1\n", "1  'too many words' " LINE},
	{"many words", "5 5 5 5 5 5 5 5 5\n", "1  'too many words' " LINE},
	{"an id twice", "5 " A " 1\n5 " B " 2\n", "2 id '5' another one"},
	{"a secret twice", "5 " A " 1\n6 " A " 2\n", "2 secret 'that of the other key' another one"},
	{"three keys", "5 " A " 1\n6 " B " 2\n7 " A " 3\n", "3  'another key' two keys at most"},
	{"many keys are told once", "5 " A " 1\n6 " B " 2\nx\nx\nx\nx\n", "3  'another key' two keys at most"},
	{"all faults in one run", "16 x y\n\n17 " A " z\n1\n",
		"1 id '16' 0 to 15|1 secret 'x' " SECRET "|1 created 'y' seconds|3 id '17' 0 to 15|3 created 'z' seconds|4  'another key' two"},
};
/* clang-format on */

START_TEST(is_read)
{
	struct nt_keyring ring, again;
	char text[NT_KEYRING_TEXT];
	size_t n;

	ck_assert_msg(
			parse(&ring, good[_i].text) == 0, "%s: %s", good[_i].name, told);
	ck_assert_str_eq(ids_of(&ring), good[_i].ids);
	for(unsigned i = 0; i < NT_KEY_BYTES; i++)
		ck_assert_uint_eq(ring.key[0].bytes[i], i);
	n = nt_keyring_print(text, sizeof(text), &ring);
	ck_assert_uint_gt(n, 0);
	ck_assert_uint_eq(n, strlen(text));
	again = ring_must(text);
	ck_assert(nt_keyring_eq(&again, &ring));
	for(size_t room = 0; room < n; room++)
		ck_assert_uint_eq(nt_keyring_print(text, room, &ring), 0);
}
END_TEST

/* How many of @p wants, separated by "|", begin the faults in their order */
static bool as_wanted(const char *wants)
{
	const char *want = wants, *at = told;

	while(want != NULL && *want != '\0') {
		size_t len = strcspn(want, "|");

		if(at == NULL || strncmp(at, want, len) != 0)
			return false;
		want = want[len] == '|' ? want + len + 1 : NULL;
		at = strchr(at, '|');
		at = at != NULL ? at + 1 : NULL;
	}
	return at == NULL || *at == '\0';
}

START_TEST(is_refused)
{
	struct nt_keyring ring = {.count = 77};

	parse(&ring, bad[_i].text);
	ck_assert_msg(as_wanted(bad[_i].want), "%s: %s", bad[_i].name, told);
	if(bad[_i].want[0] != '\0')
		ck_assert_uint_eq(ring.count, 77);
	/* T18: whatever stands where, no secret gets into a log */
	ck_assert_ptr_null(strstr(told, "0a0b0c"));
}
END_TEST

static const uint8_t *random_of(uint8_t first)
{
	static uint8_t random[NT_KEY_RANDOM];

	for(unsigned i = 0; i < NT_KEY_RANDOM; i++)
		random[i] = (uint8_t)(first + i);
	return random;
}

START_TEST(a_server_on_its_own_rotates)
{
	struct nt_keyring ring = {.count = 0}, before;

	nt_keyring_begin(&ring, random_of(0xe0), 1000);
	ck_assert_uint_eq(ring.count, 1);
	ck_assert_uint_eq(ring.key[0].id, 0); /* 0xe0 + 32 */
	ck_assert_uint_eq(ring.key[0].created_s, 1000);
	ck_assert_mem_eq(ring.key[0].bytes, random_of(0xe0), NT_KEY_BYTES);
	for(unsigned i = 1; i < 40; i++) {
		before = ring;
		ck_assert_int_eq(
				nt_keyring_rotate(&ring, random_of((uint8_t)i), 1000 + i), 0);
		ck_assert_uint_eq(ring.count, 2);
		ck_assert_uint_eq(ring.key[0].id, i % 16);
		ck_assert_uint_eq(ring.key[0].created_s, 1000 + i);
		ck_assert_mem_eq(
				ring.key[0].bytes, random_of((uint8_t)i), NT_KEY_BYTES);
		ck_assert(nt_keyring_has(&before, &ring.key[1]));
		ck_assert_uint_eq(ring.key[1].id, before.key[0].id);
		ck_assert(!nt_keyring_is_prepared(&ring));
		ck_assert_int_eq(nt_keyring_activate(&ring), ENOENT);
	}
}
END_TEST

START_TEST(servers_that_share_keys_take_two_steps)
{
	struct nt_keyring ring = ring_must(
							  "5 " A " 1700000000\n4 " B " 1600000000\n"),
					  was = ring;

	ck_assert_int_eq(nt_keyring_activate(&ring), ENOENT);
	ck_assert_int_eq(nt_keyring_prepare(&ring, random_of(7), 1700000009), 0);
	ck_assert_str_eq(ids_of(&ring), "5 6*");
	ck_assert(nt_keyring_has(&was, &ring.key[0]));
	/* others may know it already */
	was = ring;
	ck_assert_int_eq(
			nt_keyring_prepare(&ring, random_of(9), 1800000000), EEXIST);
	ck_assert_int_eq(
			nt_keyring_rotate(&ring, random_of(9), 1800000000), EEXIST);
	ck_assert(nt_keyring_eq(&ring, &was));
	ck_assert_int_eq(nt_keyring_activate(&ring), 0);
	ck_assert_str_eq(ids_of(&ring), "6 5");
	ck_assert(nt_keyring_has(&was, &ring.key[0]));
	ck_assert(nt_keyring_has(&was, &ring.key[1]));
	/* the second time it does not change back */
	was = ring;
	ck_assert_int_eq(nt_keyring_activate(&ring), ENOENT);
	ck_assert(nt_keyring_eq(&ring, &was));
	ck_assert_int_eq(nt_keyring_rotate(&ring, random_of(9), 1800000000), 0);
	ck_assert_str_eq(ids_of(&ring), "7 6");
}
END_TEST

/* At each step servers that have done it and servers that have not open each
 * other's tokens */
START_TEST(no_step_cuts_a_cluster_in_two)
{
	struct nt_keyring node[2];

	node[0] = node[1] = ring_must("5 " A " 1700000000\n4 " B " 1600000000\n");
	for(int step = 0; step < 2; step++) {
		if(step == 0)
			nt_keyring_prepare(&node[0], random_of(7), 1700000009);
		else
			nt_keyring_activate(&node[0]);
		for(int i = 0; i < 2; i++)
			ck_assert(nt_keyring_has(&node[i], &node[!i].key[0]));
		node[1] = node[0];
	}
}
END_TEST

START_TEST(a_clock_that_goes_back_makes_nothing_older)
{
	struct nt_keyring ring = ring_must("5 " A " 1700000000\n");

	ck_assert_int_eq(nt_keyring_prepare(&ring, random_of(7), 1000), 0);
	ck_assert_uint_eq(ring.key[1].created_s, 1700000001);
	ck_assert_str_eq(ids_of(&ring), "5 6*");
	ck_assert_int_eq(nt_keyring_activate(&ring), 0);
	ck_assert_int_eq(nt_keyring_rotate(&ring, random_of(9), 1000), 0);
	ck_assert_uint_eq(ring.key[0].created_s, 1700000002);
}
END_TEST

START_TEST(an_id_in_use_is_passed_over)
{
	struct nt_keyring ring = ring_must("15 " A " 9\n0 " B " 3\n");

	ck_assert_int_eq(nt_keyring_rotate(&ring, random_of(7), 1000), 0);
	ck_assert_str_eq(ids_of(&ring), "1 15");
}
END_TEST

START_TEST(rings_are_compared_whole)
{
	struct nt_keyring a = ring_must("5 " A " 9\n4 " B " 3\n"), b;

	b = a;
	ck_assert(nt_keyring_eq(&a, &b));
	b.count = 1;
	ck_assert(!nt_keyring_eq(&a, &b));
	b = a;
	b.key[1].id = 3;
	ck_assert(!nt_keyring_eq(&a, &b));
	ck_assert(!nt_keyring_has(&a, &b.key[1]));
	b = a;
	b.key[1].created_s++;
	ck_assert(!nt_keyring_eq(&a, &b));
	b = a;
	b.key[1].bytes[31] ^= 1;
	ck_assert(!nt_keyring_eq(&a, &b));
	ck_assert(!nt_keyring_has(&a, &b.key[1]));
	ck_assert(nt_keyring_has(&a, &b.key[0]));
	nt_keyring_wipe(&b);
	ck_assert_uint_eq(b.count, 0);
	ck_assert_uint_eq(b.key[0].bytes[1], 0);
}
END_TEST

/* The key that is made ready is the one that is written: the token is the one
 * of test_token.c, whose keys are these */
START_TEST(a_ring_seals_with_its_first_key)
{
	struct nt_keyring ring = ring_must("5 " A " 9\n4 " B " 3\n");
	struct nt_token t = {.purpose = NT_PURPOSE_CALLER,
			.flow = {.transport = NT_TRANSPORT_UDP,
					.local = nt_endpoint_must("198.51.100.1:5060"),
					.remote = nt_endpoint_must("203.0.113.9:40001")},
			.binding = 0x01020304};
	char buf[NT_TOKEN_FLOW_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_keys keys;

	nt_keyring_ready(&keys, &ring);
	ck_assert_uint_eq(keys.count, 2);
	nt_token_seal(buf, sizeof(buf), &keys, &t);
	ck_assert_str_eq(buf, "FXaT6HRXaPhmHw9RBKsNIbDGZOOQHWfsGvJ3w9H7ne0MzA");
	ring.key[0] = ring_must("6 " B " 9\n").key[0];
	ring.key[1] = ring_must("5 " A " 9\n").key[0];
	nt_keyring_ready(&keys, &ring);
	ck_assert_int_eq(nt_token_open(&t, text, &keys, nt_span_cstr(buf),
							 NT_PURPOSE_CALLER),
			NT_TOKEN_OK);
	ring.count = 0;
	nt_keyring_ready(&keys, &ring);
	ck_assert_uint_eq(keys.count, 0);
}
END_TEST

/* Computed with Python's hmac */
START_TEST(a_fingerprint_is_no_secret)
{
	struct nt_keyring ring = ring_must("5 " A " 9\n4 " B " 3\n");
	char a[NT_FINGERPRINT_TEXT], b[NT_FINGERPRINT_TEXT];

	nt_key_fingerprint(a, &ring.key[0]);
	nt_key_fingerprint(b, &ring.key[1]);
	ck_assert_str_eq(a, "fcaf71aca24da0c7");
	ck_assert_str_ne(a, b);
	/* of the secret alone */
	ring.key[1].id = 9;
	ring.key[1].created_s = 9;
	nt_key_fingerprint(a, &ring.key[1]);
	ck_assert_str_eq(a, b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_keyring");
	TCase *group = tcase_create("other");

	nt_add_rows(suite, "good", is_read, NT_COUNT(good));
	nt_add_rows(suite, "bad", is_refused, NT_COUNT(bad));
	tcase_add_test(group, a_server_on_its_own_rotates);
	tcase_add_test(group, servers_that_share_keys_take_two_steps);
	tcase_add_test(group, no_step_cuts_a_cluster_in_two);
	tcase_add_test(group, a_clock_that_goes_back_makes_nothing_older);
	tcase_add_test(group, an_id_in_use_is_passed_over);
	tcase_add_test(group, rings_are_compared_whole);
	tcase_add_test(group, a_ring_seals_with_its_first_key);
	tcase_add_test(group, a_fingerprint_is_no_secret);
	suite_add_tcase(suite, group);
	return nt_run(suite);
}
