/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "unit/nt/nt_check.h"

#include <errno.h>

#include "nt/nt_codes.h"
#include "nt/nt_profile.h"

#define UNTOUCHED 0xdeadbeef

/* Print, read again, and print into every size */
static void check_round_trip(int setting, uint32_t value)
{
	const struct nt_setting_def *def = &nt_settings[setting];
	char text[NT_SETTING_TEXT];
	size_t len = nt_setting_print(
			text, sizeof(text), (enum nt_setting)setting, value);
	uint32_t got = UNTOUCHED;
	struct nt_span copy;

	ck_assert_msg(len > 0 && len == strlen(text), "%s %s: %x does not print",
			def->element.p, def->attribute.p, value);
	copy = nt_heap_span(nt_span_of(text, len));
	ck_assert_msg(nt_setting_parse(&got, (enum nt_setting)setting, copy) == 0
						  && got == value,
			"%s %s: '%s' is %x instead of %x", def->element.p, def->attribute.p,
			text, got, value);
	nt_heap_drop(copy);
	for(size_t size = 0; size <= len + 1; size++) {
		char *buf = nt_heap(NULL, size);
		size_t n = nt_setting_print(buf, size, (enum nt_setting)setting, value);

		if(size > len)
			ck_assert_msg(n == len && strcmp(buf, text) == 0,
					"'%s' in %zu bytes", text, size);
		else
			ck_assert_msg(n == 0 && (size == 0 || buf[0] == '\0'),
					"'%s' in %zu bytes gives %zu", text, size, n);
		free(buf);
	}
}

static void check_refused(int setting, const char *text)
{
	struct nt_span copy = nt_heap_span(nt_span_cstr(text));
	uint32_t got = UNTOUCHED;
	int rc = nt_setting_parse(&got, (enum nt_setting)setting, copy);

	ck_assert_msg(rc == EINVAL && got == UNTOUCHED, "%s %s: '%s' gives %d, %x",
			nt_settings[setting].element.p, nt_settings[setting].attribute.p,
			text, rc, got);
	nt_heap_drop(copy);
}

static void check_choices(int setting)
{
	const struct nt_choice *c = nt_settings[setting].choices, *d;

	ck_assert(c != NULL && c->name.p != NULL);
	for(; c->name.p != NULL; c++) {
		char other[64];

		check_round_trip(setting, c->value);
		for(d = c + 1; d->name.p != NULL; d++)
			ck_assert_msg(c->value != d->value && !nt_span_eq(c->name, d->name),
					"%s twice", c->name.p);
		ck_assert_msg(strstr(nt_settings[setting].allowed, c->name.p) != NULL,
				"%s is not among '%s'", c->name.p,
				nt_settings[setting].allowed);
		snprintf(other, sizeof(other), "%sx", c->name.p);
		check_refused(setting, other);
		snprintf(other, sizeof(other), "%s", c->name.p);
		other[0] = (char)(other[0] - 'a' + 'A');
		check_refused(setting, other);
		other[0] = '\0';
		check_refused(setting, other);
	}
}

static void check_numbers(int setting)
{
	const struct nt_setting_def *def = &nt_settings[setting];
	char text[64];

	ck_assert(def->min < def->max);
	for(uint32_t n = def->min; n <= def->max; n += 1 + n / 16)
		check_round_trip(setting, n);
	check_round_trip(setting, def->max);
	snprintf(text, sizeof(text), "%u", def->max + 1);
	check_refused(setting, text);
	/* the same, beyond 32 and 64 bits */
	snprintf(text, sizeof(text), "%llu", (1ull << 32) + def->min);
	check_refused(setting, text);
	check_refused(setting, "18446744073709551617");
	if(def->min > 0) {
		snprintf(text, sizeof(text), "%u", def->min - 1);
		check_refused(setting, text);
	}
	check_refused(setting, "");
	check_refused(setting, "-1");
	check_refused(setting, "+1");
	check_refused(setting, "1s");
	check_refused(setting, "1 2");
	check_refused(setting, "0x1");
	snprintf(text, sizeof(text), "%u", def->max);
	ck_assert_msg(strstr(def->allowed, text) != NULL, "%s is not in '%s'", text,
			def->allowed);
}

static void check_signs(int setting)
{
	uint64_t state = 3;

	for(unsigned i = 0; i < NT_SIGN_COUNT; i++)
		check_round_trip(setting, 1u << i);
	for(int i = 0; i < 200; i++)
		check_round_trip(setting, (nt_random(&state) & NT_SIGN_ALL) | 1);
	check_round_trip(setting, NT_SIGN_ALL);
	check_refused(setting, "");
	check_refused(setting, "none");
	check_refused(setting, "via-addr via-adr");
}

static void check_transports(int setting)
{
	for(uint32_t set = 1; set < 1 << 5; set++)
		check_round_trip(setting, set << NT_TRANSPORT_UDP);
	check_refused(setting, "");
	check_refused(setting, "udp other");
	check_refused(setting, "udp/tcp");
}

static void check_codes(int setting)
{
	uint32_t codes;

	ck_assert(nt_codes_parse(&codes, NT_SPAN("4xx 408 503 699")) == 0);
	check_round_trip(setting, codes);
	check_refused(setting, "");
	check_refused(setting, "200");
}

START_TEST(setting)
{
	const struct nt_setting_def *def = &nt_settings[_i];

	ck_assert(def->element.len > 0 && def->attribute.len > 0);
	ck_assert(def->allowed != NULL && def->allowed[0] != '\0');
	ck_assert(def->user != NULL && def->user[0] != '\0');
	ck_assert_int_eq(nt_setting_find(def->element, def->attribute), _i);
	check_round_trip(_i, def->value);
	switch(def->kind) {
		case NT_KIND_CHOICE:
			check_choices(_i);
			break;
		case NT_KIND_NUMBER:
			check_numbers(_i);
			break;
		case NT_KIND_SIGNS:
			check_signs(_i);
			break;
		case NT_KIND_TRANSPORTS:
			check_transports(_i);
			break;
		case NT_KIND_CODES:
			check_codes(_i);
			break;
	}
}
END_TEST

START_TEST(settings_are_found_by_both_names)
{
	ck_assert_int_eq(nt_setting_find(NT_SPAN("detect"), NT_SPAN("mode")), -1);
	ck_assert_int_eq(nt_setting_find(NT_SPAN("mode"), NT_SPAN("rport")), -1);
	ck_assert_int_eq(nt_setting_find(NT_SPAN("rport"), NT_SPAN("")), -1);
	ck_assert_int_eq(nt_setting_find(NT_SPAN(""), NT_SPAN("")), -1);
	ck_assert_int_eq(
			nt_setting_find(NT_SPAN("rport"), NT_SPAN("mode")), NT_SET_RPORT);
	ck_assert_int_eq(
			nt_setting_find(NT_SPAN("path"), NT_SPAN("mode")), NT_SET_PATH);
	ck_assert_int_eq(nt_setting_find(NT_SPAN("Path"), NT_SPAN("mode")), -1);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *text;
	enum nt_setting setting;
	uint32_t value;
} texts[] = {
	{"blanks around a choice", " \t always\r\n", NT_SET_VERDICT, NT_STRICT_ALWAYS},
	{"blanks around a number", " 25 ", NT_SET_KEEPALIVE_UDP, 25},
	{"zeros before a number", "0025", NT_SET_KEEPALIVE_UDP, 25},
	{"signs in any order, separated by anything", " via-addr,contact-private; via-addr ", NT_SET_SIGNS, NT_SIGN_VIA_ADDR | NT_SIGN_CONTACT_PRIVATE},
	{"all signs and one more", "via-addr all", NT_SET_SIGNS, NT_SIGN_ALL},
	{"blanks around codes", " none\n", NT_SET_KEEPALIVE_IGNORE, 0},
	{"transports in any order, separated by anything", "wss,udp;udp", NT_SET_EXPIRES_TRANSPORTS, 1 << NT_TRANSPORT_UDP | 1 << NT_TRANSPORT_WSS},
};
/* clang-format on */

START_TEST(text)
{
	uint32_t got = UNTOUCHED;

	ck_assert_msg(nt_setting_parse(
						  &got, texts[_i].setting, nt_span_cstr(texts[_i].text))
								  == 0
						  && got == texts[_i].value,
			"%s: %x", texts[_i].name, got);
}
END_TEST

START_TEST(a_value_that_is_none_prints_as_such)
{
	char buf[8];

	ck_assert_uint_eq(nt_setting_print(buf, sizeof(buf), NT_SET_RPORT, 99), 1);
	ck_assert_str_eq(buf, "?");
}
END_TEST

/* --- ready-made profiles
 * -------------------------------------------------------- */

#define READY 7

/* What makes each of them what it is; all else is as in the default */
/* clang-format off */
static const struct {
	const char *name, *said; /* "element@attribute=value|" */
} ready[READY] = {
	{"default", ""},
	{"connexcs", "detect@signs=contact-private,contact-addr,via-private,via-addr,via-port|detect@verdict=any-sign|"
		"detect@register-signs=contact-private,contact-addr,via-private,via-addr,via-port|detect@register-verdict=any-sign|"},
	{"communigate", "detect@signs=contact-private,via-private|detect@register-signs=contact-private,via-private|expires@max=600|"},
	{"freeswitch-nat-acl", "detect@signs=contact-private,via-private|detect@register-signs=contact-private|detect@register-verdict=any-sign|"},
	{"asterisk", "detect@verdict=always|detect@register-verdict=always|contact@requests=rewrite|contact@replies=rewrite|"
		"contact@register=rewrite|rport@mode=always|media@relay=always|"},
	{"opensips", "detect@signs=contact-private,via-private,via-addr,via-port|detect@verdict=any-sign|"
		"detect@register-signs=contact-private,via-private,via-addr,via-port|detect@register-verdict=any-sign|"
		"contact@requests=rewrite|contact@replies=rewrite|"},
	{"aggressive", "detect@signs=via-addr,via-port,received-tampered|detect@verdict=any-sign|"
		"detect@register-signs=via-addr,via-port,received-tampered|detect@register-verdict=any-sign|"},
};
/* clang-format on */

START_TEST(ready_made)
{
	struct nt_profile p, standard;
	char said[600] = "";

	memset(&p, 0xff, sizeof(p));
	nt_profile_default(&standard);
	ck_assert(nt_profile_ready(&p, (size_t)_i));
	ck_assert_str_eq(p.name, ready[_i].name);
	ck_assert(nt_is_name(nt_span_cstr(p.name)));
	ck_assert_uint_eq(p.line, 0);
	ck_assert(strlen(nt_profile_ready_about((size_t)_i)) > 20);
	for(int i = 0; i < NT_SETTING_COUNT; i++) {
		char value[NT_SETTING_TEXT];

		check_round_trip(i, p.value[i]);
		if(p.value[i] == standard.value[i])
			continue;
		nt_setting_print(value, sizeof(value), (enum nt_setting)i, p.value[i]);
		snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s@%s=%s|",
				nt_settings[i].element.p, nt_settings[i].attribute.p, value);
	}
	ck_assert_str_eq(said, ready[_i].said);
}
END_TEST

START_TEST(there_are_no_more)
{
	struct nt_profile p;

	memset(&p, 0x5a, sizeof(p));
	ck_assert(!nt_profile_ready(&p, READY));
	ck_assert_msg(p.line == 0x5a5a5a5a, "written to");
	ck_assert(nt_profile_ready_about(READY) == NULL);
	ck_assert(!nt_profile_ready(&p, SIZE_MAX));
	ck_assert(nt_profile_ready_about(SIZE_MAX) == NULL);
}
END_TEST

START_TEST(the_default_is_what_the_table_says)
{
	struct nt_profile p;

	nt_profile_default(&p);
	ck_assert_str_eq(p.name, "default");
	for(int i = 0; i < NT_SETTING_COUNT; i++)
		ck_assert_uint_eq(p.value[i], nt_settings[i].value);
}
END_TEST

START_TEST(a_stance_is_that_of_the_message)
{
	struct nt_profile p;
	struct nt_stance s;

	nt_profile_default(&p);
	p.value[NT_SET_SIGNS] = NT_SIGN_VIA_ADDR;
	p.value[NT_SET_VERDICT] = NT_STRICT_SIGN;
	p.value[NT_SET_REGISTER_SIGNS] = NT_SIGN_VIA_PORT;
	p.value[NT_SET_REGISTER_VERDICT] = NT_STRICT_NEVER;
	s = nt_profile_stance(&p, false);
	ck_assert(s.signs == NT_SIGN_VIA_ADDR && s.strictness == NT_STRICT_SIGN
			  && s.force == NT_FORCE_NONE);
	s = nt_profile_stance(&p, true);
	ck_assert(s.signs == NT_SIGN_VIA_PORT && s.strictness == NT_STRICT_NEVER
			  && s.force == NT_FORCE_NONE);
}
END_TEST

/* --- names
 * --------------------------------------------------------------------- */

START_TEST(names)
{
	/* clang-format off */
	static const struct {
		struct nt_span text;
		bool is;
	} rows[] = {
		{NT_SPAN_INIT("a"), true}, {NT_SPAN_INIT("Z"), true}, {NT_SPAN_INIT("0"), true}, {NT_SPAN_INIT("-"), true}, {NT_SPAN_INIT("azAZ09.-_"), true},
		{NT_SPAN_INIT("1234567890123456789012345678901"), true}, {NT_SPAN_INIT("12345678901234567890123456789012"), false},
		{NT_SPAN_INIT(""), false}, {{NULL, 0}, false}, {NT_SPAN_INIT(" "), false}, {NT_SPAN_INIT("a b"), false}, {NT_SPAN_INIT("a "), false},
		{NT_SPAN_INIT("a\0b"), false}, {NT_SPAN_INIT("\xc3\xa4"), false}, {NT_SPAN_INIT("@"), false}, {NT_SPAN_INIT("["), false}, {NT_SPAN_INIT("`"), false},
		{NT_SPAN_INIT("{"), false}, {NT_SPAN_INIT("/"), false}, {NT_SPAN_INIT(":"), false}, {NT_SPAN_INIT("!"), false}, {NT_SPAN_INIT("*"), false},
	};
	/* clang-format on */
	for(int i = 0; i < NT_COUNT(rows); i++)
		ck_assert_msg(nt_is_name(rows[i].text) == rows[i].is, "'%.*s'",
				NT_SPAN_FMT(rows[i].text));
}
END_TEST

START_TEST(sign_names_follow_the_bits)
{
	uint32_t all = 0;

	for(unsigned i = 0; i < NT_SIGN_COUNT; i++) {
		const char *name = nt_sign_name(i);
		struct nt_span bad;
		uint32_t sign = 0;

		ck_assert_msg(nt_signs_parse(&sign, nt_span_cstr(name), &bad) == 0
							  && sign == 1u << i,
				"bit %u is called %s, which is %x", i, name, sign);
		all |= sign;
	}
	ck_assert_uint_eq(all, NT_SIGN_ALL);
	ck_assert_str_eq(nt_sign_name(NT_SIGN_COUNT), "unknown");
	ck_assert_str_eq(nt_sign_name(UINT32_MAX), "unknown");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_profile");

	nt_add_rows(s, "settings", setting, NT_SETTING_COUNT);
	nt_add_rows(s, "find", settings_are_found_by_both_names, 1);
	nt_add_rows(s, "texts", text, NT_COUNT(texts));
	nt_add_rows(s, "none", a_value_that_is_none_prints_as_such, 1);
	nt_add_rows(s, "ready", ready_made, READY);
	nt_add_rows(s, "no more", there_are_no_more, 1);
	nt_add_rows(s, "default", the_default_is_what_the_table_says, 1);
	nt_add_rows(s, "stance", a_stance_is_that_of_the_message, 1);
	nt_add_rows(s, "names", names, 1);
	nt_add_rows(s, "signs", sign_names_follow_the_bits, 1);
	return nt_run(s);
}
