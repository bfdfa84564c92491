/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flow tokens: what is sealed opens again (N048) */
#include "unit/nt/token_shapes.h"

#include "nt/nt_base64.h"

START_TEST(what_is_sealed_opens)
{
	const struct shape *s = SHAPE;
	struct nt_keys keys = keys_of(5, 0), other = keys_of(5, 0);
	struct nt_token t = token_of(s), got;
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX], *tight;
	struct nt_span sealed = seal_must(buf, &keys, &t);

	ck_assert_msg(
			sealed.len == s->length, "%s: %zu characters", s->name, sealed.len);
	ck_assert_int_eq(
			open_it(&got, text, &keys, sealed, s->purpose), NT_TOKEN_OK);
	must_be(&got, &t);
	/* another process, or another server of the cluster */
	ck_assert_int_eq(
			open_it(&got, text, &other, sealed, s->purpose), NT_TOKEN_OK);
	must_be(&got, &t);
	/* room for it and its NUL, and a byte less */
	tight = nt_heap(NULL, sealed.len + 1);
	ck_assert_uint_eq(
			nt_token_seal(tight, sealed.len + 1, &keys, &t), sealed.len);
	ck_assert_str_eq(tight, buf);
	ck_assert_uint_eq(nt_token_seal(tight, sealed.len, &keys, &t), 0);
	ck_assert_str_eq(tight, "");
	ck_assert_uint_eq(nt_token_seal(NULL, 0, &keys, &t), 0);
	free(tight);
}
END_TEST

/* N028: a retransmission gets the same token, in whatever process */
START_TEST(n028_the_same_flow_gives_the_same_token)
{
	struct nt_keys keys = keys_of(5, 0), other = keys_of(5, 0);
	struct nt_token t = token_of(SHAPE), copy = t, noise;
	char buf[NT_TOKEN_SIZE], again[NT_TOKEN_SIZE];

	seal_must(buf, &keys, &t);
	noise = t;
	noise.binding++;
	seal_must(again, &other, &noise);
	ck_assert_str_ne(again, buf);
	seal_must(again, &other, &copy);
	ck_assert_str_eq(again, buf);
	seal_must(again, &keys, &copy);
	ck_assert_str_eq(again, buf);
	/* what is left of it when an attempt to open failed */
	again[20] = again[20] == 'A' ? 'B' : 'A';
	ck_assert_int_eq(
			open_it(&noise, again, &keys, nt_span_cstr(again), SHAPE->purpose),
			NT_TOKEN_FORGED);
	seal_must(again, &keys, &copy);
	ck_assert_str_eq(again, buf);
}
END_TEST

/* Computed with Python's hmac and OpenSSL's aes-128-ctr: servers of a cluster
 * may have different versions of us. Another form needs another version. */
START_TEST(the_form_is_as_written)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(&shapes[0]);
	char buf[NT_TOKEN_SIZE];

	seal_must(buf, &keys, &t);
	ck_assert_str_eq(buf, "FXaT6HRXaPhmHw9RBKsNIbDGZOOQHWfsGvJ3w9H7ne0MzA");
	t = token_of(&shapes[3]);
	t.purpose = NT_PURPOSE_ALIAS;
	t.flow.connection = 7;
	t.binding = 0xfffefdfc;
	t.text = NT_SPAN("sip:alice@192.168.1.10:5060");
	seal_must(buf, &keys, &t);
	ck_assert_str_eq(buf,
			"FZUewkG-1vzXdBizGrQgWjW50Vi_0JRkhRNqPd-NLgQk_W834m429Lcco4mLzMg7"
			"qGFfohdRcOyBJpmpI-3KudnOaY9hTUdAo_2MD3iXudsU_yBKR7TLnbS1JtzS");
	t = token_of(&shapes[14]);
	seal_must(buf, &keys, &t);
	ck_assert_str_eq(buf,
			"FZMcV-YBApJpZyFI9cIvKsiY07dh89lmBC9gc0wm3oocxo0bFvKXIlOX-Nnk"
			"AH7bC1y2RL5Vig");
}
END_TEST

START_TEST(rotation_keeps_what_the_key_before_sealed)
{
	struct nt_keys first = keys_of(5, 0), second = keys_of(6, 100),
				   rotated = {.count = 2, .key = {second.key[0], first.key[0]}},
				   later = {.count = 2};
	struct nt_token t = token_of(SHAPE), got;
	char old[NT_TOKEN_SIZE], new[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX];
	struct nt_span by_first = seal_must(old, &first, &t),
				   by_second = seal_must(new, &rotated, &t);

	ck_assert_int_eq(
			open_it(&got, text, &rotated, by_first, t.purpose), NT_TOKEN_OK);
	must_be(&got, &t);
	ck_assert_int_eq(
			open_it(&got, text, &rotated, by_second, t.purpose), NT_TOKEN_OK);
	must_be(&got, &t);
	ck_assert_int_eq(
			open_it(&got, text, &second, by_second, t.purpose), NT_TOKEN_OK);
	ck_assert_int_eq(
			open_it(&got, text, &first, by_second, t.purpose), NT_TOKEN_KEY);
	/* once more, and the first is gone */
	later.key[0] = keys_of(7, 200).key[0];
	later.key[1] = second.key[0];
	ck_assert_int_eq(
			open_it(&got, text, &later, by_first, t.purpose), NT_TOKEN_KEY);
	ck_assert_int_eq(
			open_it(&got, text, &later, by_second, t.purpose), NT_TOKEN_OK);
}
END_TEST

START_TEST(what_is_no_flow_is_not_sealed)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token good = token_of(&shapes[8]), t;
	char buf[NT_TOKEN_SIZE], text[NT_TOKEN_TEXT_MAX + 1];

#define REFUSED(change)                                                   \
	do {                                                                  \
		t = good;                                                         \
		change;                                                           \
		buf[0] = 'x';                                                     \
		ck_assert_uint_eq(nt_token_seal(buf, sizeof(buf), &keys, &t), 0); \
		ck_assert_int_eq(buf[0], '\0');                                   \
	} while(0)
	memset(text, 'x', sizeof(text));
	REFUSED(t.text = nt_span_of(text, sizeof(text)));
	REFUSED(t.purpose = NT_PURPOSE_CALLEE); /* which has no text */
	REFUSED(t.purpose = 0);
	REFUSED(t.purpose = NT_PURPOSE_COUNT);
	REFUSED(t.flow.transport = NT_TRANSPORT_OTHER);
	REFUSED(t.flow.transport = NT_TRANSPORT_WSS + 1);
	REFUSED(t.flow.local.addr.family = NT_FAMILY_NONE);
	REFUSED(t.flow.remote.addr.family = NT_FAMILY_NONE);
	REFUSED(t.flow.remote = nt_endpoint_must("[2001:db8::1]:5060"));
	REFUSED(t.flow.local = nt_endpoint_must("[2001:db8::1]:5060"));
	REFUSED(t.flow.local.port = 0);
	REFUSED(t.flow.remote.port = 0);
	good = token_of(&shapes[NT_COUNT(shapes) - 1]);
	REFUSED(t.text = NT_SPAN("x"));
	REFUSED(t.other.transport = NT_TRANSPORT_OTHER);
	REFUSED(t.other.local.addr.family = NT_FAMILY_NONE);
	REFUSED(t.other.remote = nt_endpoint_must("198.51.100.1:5060"));
	REFUSED(t.other.remote.port = 0);
	good = token_of(&shapes[8]);
	t = good;
	t.text = nt_span_of(text, NT_TOKEN_TEXT_MAX);
	seal_must(buf, &keys, &t);
}
END_TEST

/* N048: unique to the flow. Tokens of neighbours have nothing in common behind
 * their first byte. */
START_TEST(n048_tokens_that_differ_in_a_bit_share_nothing)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(&shapes[0]);
	char one[NT_TOKEN_SIZE], two[NT_TOKEN_SIZE];

	for(uint16_t port = 1; port < 2000; port++) {
		size_t len, same = 0;

		t.flow.remote.port = port;
		len = seal_must(one, &keys, &t).len;
		t.flow.remote.port = port ^ 1;
		if(t.flow.remote.port == 0)
			continue;
		seal_must(two, &keys, &t);
		for(size_t i = 2; i < len; i++)
			same += one[i] == two[i];
		/* by chance 0.7 of 44; 10 once in 10^9 */
		ck_assert_msg(same < 10, "%s\n%s", one, two);
	}
}
END_TEST

static bool holds(const uint8_t *raw, size_t n, const char *what, size_t len)
{
	for(size_t i = 0; i + len <= n; i++) {
		if(memcmp(raw + i, what, len) == 0)
			return true;
	}
	return false;
}

/* The address of the phone is not read by who gets the token (T24) */
START_TEST(t24_the_content_is_not_visible)
{
	struct nt_keys keys = keys_of(5, 0);
	struct nt_token t = token_of(&shapes[8]);
	char buf[NT_TOKEN_SIZE];
	uint8_t raw[NT_TOKEN_SIZE];
	size_t n;

	seal_must(buf, &keys, &t);
	ck_assert_int_eq(
			nt_base64_parse(raw, sizeof(raw), &n, nt_span_cstr(buf)), 0);
	ck_assert(!holds(raw, n, t.text.p, t.text.len));
	ck_assert(!holds(raw, n, "192.", 4));
	ck_assert(!holds(raw, n, "\xcb\x00\x71\x09", 4));
	ck_assert(!holds(raw, n, "\xc6\x33\x64\x01", 4));
}
END_TEST

START_TEST(wiped_keys_are_gone)
{
	struct nt_keys keys = keys_of(5, 0), zero;

	memset(&zero, 0, sizeof(zero));
	nt_keys_wipe(&keys);
	ck_assert_mem_eq(&keys, &zero, sizeof(zero));
}
END_TEST

START_TEST(an_id_has_four_bits)
{
	struct nt_keys keys = keys_of(0xf5, 0);

	ck_assert_uint_eq(keys.key[0].id, 5);
}
END_TEST

START_TEST(a_binding_is_of_both_texts)
{
	static const char *const ids[] = {"", "a", "b", "ab", "1234567", "12345678",
			"123456789", "1234567a", "843817637684230@998sdasdh09",
			"843817637684230@998sdasdh08"};
	uint32_t seen[NT_COUNT(ids) * NT_COUNT(ids)];
	int count = 0;

	for(int i = 0; i < NT_COUNT(ids); i++) {
		for(int j = 0; j < NT_COUNT(ids); j++) {
			struct nt_span id = nt_heap_span(nt_span_cstr(ids[i])),
						   tag = nt_heap_span(nt_span_cstr(ids[j]));
			uint32_t binding = nt_binding(id, tag);

			ck_assert_uint_eq(nt_binding(nt_span_cstr(ids[i]), tag), binding);
			for(int k = 0; k < count; k++)
				ck_assert_msg(seen[k] != binding, "%s %s", ids[i], ids[j]);
			seen[count++] = binding;
			nt_heap_drop(tag);
			nt_heap_drop(id);
		}
	}
	/* as the first version of us said, on any machine */
	ck_assert_uint_eq(nt_binding(NT_SPAN("843817637684230@998sdasdh09"),
							  NT_SPAN("9fxced76sl")),
			1175023011);
}
END_TEST

/* Each bit of the texts moves about half of the bits */
START_TEST(a_binding_depends_on_each_bit)
{
	char id[] = "843817637684230@998sdasdh09";
	struct nt_span span = nt_span_of(id, sizeof(id) - 1);
	uint32_t was = nt_binding(span, NT_SPAN("9fxced76sl"));
	unsigned moved = 0;

	for(size_t bit = 0; bit < span.len * 8; bit++) {
		uint32_t now;

		id[bit / 8] ^= (char)(1 << bit % 8);
		now = nt_binding(span, NT_SPAN("9fxced76sl"));
		id[bit / 8] ^= (char)(1 << bit % 8);
		ck_assert_uint_ne(now, was);
		moved += (unsigned)__builtin_popcount(now ^ was);
	}
	ck_assert_uint_gt(moved, 14 * span.len * 8);
	ck_assert_uint_lt(moved, 18 * span.len * 8);
}
END_TEST

START_TEST(all_have_names)
{
	ck_assert_str_eq(nt_purpose_name(NT_PURPOSE_CALLEE), "callee");
	ck_assert_str_eq(nt_purpose_name(0), "none");
	ck_assert_str_eq(nt_purpose_name(NT_PURPOSE_COUNT), "none");
	ck_assert_str_eq(nt_token_fault_name(NT_TOKEN_ALIEN), "alien");
	ck_assert_str_eq(nt_token_fault_name(NT_TOKEN_FAULT_COUNT), "unknown");
	for(int i = 1; i < NT_PURPOSE_COUNT; i++)
		ck_assert_ptr_nonnull(nt_purpose_name(i));
	for(int i = 0; i < NT_TOKEN_FAULT_COUNT; i++)
		ck_assert_ptr_nonnull(nt_token_fault_name(i));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("nt_token");
	TCase *group = tcase_create("other");
	const TTest *each[] = {what_is_sealed_opens,
			n028_the_same_flow_gives_the_same_token,
			rotation_keeps_what_the_key_before_sealed};

	for(int i = 0; i < NT_COUNT(each); i++)
		nt_add_rows(suite, each[i]->name, each[i], SHAPE_ROWS);
	tcase_add_test(group, the_form_is_as_written);
	tcase_add_test(group, what_is_no_flow_is_not_sealed);
	tcase_add_test(group, n048_tokens_that_differ_in_a_bit_share_nothing);
	tcase_add_test(group, t24_the_content_is_not_visible);
	tcase_add_test(group, wiped_keys_are_gone);
	tcase_add_test(group, an_id_has_four_bits);
	tcase_add_test(group, a_binding_is_of_both_texts);
	tcase_add_test(group, a_binding_depends_on_each_bit);
	tcase_add_test(group, all_have_names);
	suite_add_tcase(suite, group);
	return nt_run(suite);
}
