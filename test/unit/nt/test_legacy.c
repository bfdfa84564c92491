/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nathelper's alias and FreeSWITCH's fs_path, read and written. */
#include "unit/nt/nt_check.h"

#include "nt/nt_legacy.h"

/* clang-format off */
static const struct
{
	const char *params;
	enum nt_way_result result;
	const char *to;
	enum nt_transport transport;
} aliases[] = {
	{"", NT_WAY_NONE, NULL, 0},
	{";alias2=203.0.113.9~40001~1", NT_WAY_NONE, NULL, 0},
	{";alias=203.0.113.9~40001~1", NT_WAY_READ, "203.0.113.9:40001", NT_TRANSPORT_UDP},
	{";x=y;ALIAS=203.0.113.9~40001~2;z", NT_WAY_READ, "203.0.113.9:40001", NT_TRANSPORT_TCP},
	{";alias=203.0.113.9~40001~3", NT_WAY_READ, "203.0.113.9:40001", NT_TRANSPORT_TLS},
	{";alias=203.0.113.9~40001~5", NT_WAY_READ, "203.0.113.9:40001", NT_TRANSPORT_WS},
	{";alias=203.0.113.9~40001~6", NT_WAY_READ, "203.0.113.9:40001", NT_TRANSPORT_WSS},
	{";alias=[2001:db8::7]~5060~1", NT_WAY_READ, "[2001:db8::7]:5060", NT_TRANSPORT_UDP},
	{";alias=2001:db8::7~5060~1", NT_WAY_READ, "[2001:db8::7]:5060", NT_TRANSPORT_UDP},
	{";alias=203.0.113.9~40001~4", NT_WAY_BAD, NULL, 0},
	{";alias=203.0.113.9~40001~0", NT_WAY_BAD, NULL, 0},
	{";alias=203.0.113.9~40001~7", NT_WAY_BAD, NULL, 0},
	{";alias=203.0.113.9~40001~11", NT_WAY_BAD, NULL, 0},
	{";alias=203.0.113.9~40001", NT_WAY_BAD, NULL, 0},
	{";alias=203.0.113.9~0~1", NT_WAY_BAD, NULL, 0},
	{";alias=203.0.113.9~65536~1", NT_WAY_BAD, NULL, 0},
	{";alias=host.example~5060~1", NT_WAY_BAD, NULL, 0},
	{";alias=~5060~1", NT_WAY_BAD, NULL, 0},
	{";alias=", NT_WAY_BAD, NULL, 0},
	{";alias", NT_WAY_BAD, NULL, 0},
	{";alias=203.0.113.9~40001~1;alias=203.0.113.9~40001~1", NT_WAY_BAD, NULL, 0},
}, fs_paths[] = {
	{"", NT_WAY_NONE, NULL, 0},
	{";fs_nat=yes", NT_WAY_NONE, NULL, 0},
	{";fs_path=sip%3Aa%40203.0.113.9%3A40001", NT_WAY_READ, "203.0.113.9:40001", NT_TRANSPORT_UDP},
	{";fs_path=sip%3A203.0.113.9", NT_WAY_READ, "203.0.113.9:5060", NT_TRANSPORT_UDP},
	{";fs_path=sip%3a203.0.113.9%3btransport%3dtcp", NT_WAY_READ, "203.0.113.9:5060", NT_TRANSPORT_TCP},
	{";fs_path=sip%3A203.0.113.9%3Btransport%3Dwss", NT_WAY_READ, "203.0.113.9:5060", NT_TRANSPORT_WSS},
	{";fs_path=sips%3A203.0.113.9", NT_WAY_READ, "203.0.113.9:5061", NT_TRANSPORT_TLS},
	{";fs_path=sips%3A203.0.113.9%3Btransport%3Dtcp", NT_WAY_READ, "203.0.113.9:5061", NT_TRANSPORT_TLS},
	{";fs_path=sip%3Aa%40%5B2001%3Adb8%3A%3A7%5D%3A5070", NT_WAY_READ, "[2001:db8::7]:5070", NT_TRANSPORT_UDP},
	{";fs_path=sip%3Aa%40%5B2001%3Adb8%3A%3A7%5D", NT_WAY_READ, "[2001:db8::7]:5060", NT_TRANSPORT_UDP},
	{";fs_path=sip%3Aproxy.example", NT_WAY_BAD, NULL, 0},
	{";fs_path=%3Csip%3A203.0.113.9%3Blr%3E", NT_WAY_BAD, NULL, 0},
	{";fs_path=sip%3A203.0.113.9%3Btransport%3Dsctp", NT_WAY_BAD, NULL, 0},
	{";fs_path=sip%3A203.0.113.9%3", NT_WAY_BAD, NULL, 0},
	{";fs_path=sip%3A203.0.113.9%zz", NT_WAY_BAD, NULL, 0},
	{";fs_path=sip%3A203.0.113.9%0d%0a", NT_WAY_BAD, NULL, 0},
	{";fs_path=", NT_WAY_BAD, NULL, 0},
	{";fs_path", NT_WAY_BAD, NULL, 0},
	{";fs_path=sip%3A203.0.113.9;fs_path=sip%3A203.0.113.9", NT_WAY_BAD, NULL, 0},
};

static const struct
{
	const char *uri, *to;
	enum nt_transport transport;
	const char *want;
} added[] = {
	{"sip:a@10.0.0.1", "203.0.113.9:40001", NT_TRANSPORT_UDP,
		"sip:a@10.0.0.1;fs_nat=yes;fs_path=sip%3Aa%40203.0.113.9%3A40001%3Btransport%3Dudp"},
	{"sip:10.0.0.1;x?h=1", "[2001:db8::7]:40001", NT_TRANSPORT_TLS,
		"sip:10.0.0.1;x;fs_nat=yes;fs_path=sip%3A%5B2001%3Adb8%3A%3A7%5D%3A40001%3Btransport%3Dtls?h=1"},
	{"sip:a%3bb:pw@10.0.0.1", "203.0.113.9:40001", NT_TRANSPORT_WSS,
		"sip:a%3bb:pw@10.0.0.1;fs_nat=yes;fs_path=sip%3Aa%253bb%40203.0.113.9%3A40001%3Btransport%3Dwss"},
	{"sip:a@10.0.0.1;fs_path=x;y;FS_NAT=no", "203.0.113.9:40001", NT_TRANSPORT_TCP,
		"sip:a@10.0.0.1;y;fs_nat=yes;fs_path=sip%3Aa%40203.0.113.9%3A40001%3Btransport%3Dtcp"},
};

static const char *const not_ours[] = {
	"sip:a@10.0.0.1",
	"sip:a@10.0.0.1;fs_nat=yes",
	"sip:a@10.0.0.1;fs_path=sip%3Aa%40203.0.113.9%3A40001%3Btransport%3Dudp",
	"sip:a@10.0.0.1;fs_nat=no;fs_path=sip%3Aa%40203.0.113.9%3A40001%3Btransport%3Dudp",
	"sip:a@10.0.0.1;fs_nat=yes;fs_path=sip%3Ab%40203.0.113.9%3A40001%3Btransport%3Dudp",
	"sip:a@10.0.0.1;fs_nat=yes;fs_path=sip%3Aa%40203.0.113.9%3A40001%3Btransport%3Dudp;x",
	"sip:a@10.0.0.1;fs_nat=yes;fs_path=sip%3Aa%40proxy.example%3A40001%3Btransport%3Dudp",
};
/* clang-format on */

static struct nt_uri read_must(const char *text)
{
	struct nt_uri uri;

	NT_MUST(nt_uri_read(&uri, nt_span_cstr(text)) == 0);
	return uri;
}

static void check_way(const char *params, enum nt_way_result want,
		const char *to, enum nt_transport transport,
		enum nt_way_result (*read)(struct nt_way *, const struct nt_uri *))
{
	struct nt_way way = {.transport = NT_TRANSPORT_OTHER};
	char text[256], got[NT_ENDPOINT_TEXT];
	struct nt_uri uri;

	snprintf(text, sizeof(text), "sip:a@10.0.0.1%s", params);
	uri = read_must(text);
	ck_assert_msg(read(&way, &uri) == want, "%s", params);
	ck_assert_int_eq(
			way.transport, to != NULL ? transport : NT_TRANSPORT_OTHER);
	if(to != NULL) {
		nt_endpoint_print(got, sizeof(got), &way.to);
		ck_assert_str_eq(got, to);
	}
}

START_TEST(aliases_are_read)
{
	check_way(aliases[_i].params, aliases[_i].result, aliases[_i].to,
			aliases[_i].transport, nt_alias_read);
}
END_TEST

START_TEST(f07_fs_paths_are_read)
{
	check_way(fs_paths[_i].params, fs_paths[_i].result, fs_paths[_i].to,
			fs_paths[_i].transport, nt_fs_path_read);
}
END_TEST

START_TEST(f07_fs_paths_are_written_and_known_again)
{
	struct nt_way way = {nt_endpoint_must(added[_i].to), added[_i].transport};
	struct nt_uri uri = read_must(added[_i].uri), wrote;
	struct nt_span want = nt_span_cstr(added[_i].want);
	char buf[512], back[512];
	size_t n;

	for(size_t size = 0; size < want.len; size++)
		ck_assert_uint_eq(nt_fs_path_add(buf, size, &uri, &way), 0);
	n = nt_fs_path_add(buf, want.len, &uri, &way);
	ck_assert_msg(nt_span_eq(nt_span_of(buf, n), want), "%.*s", (int)n, buf);
	NT_MUST(nt_uri_read(&wrote, want) == 0);
	ck_assert(nt_fs_path_is_ours(&wrote));
	if(nt_fs_path_cut(back, sizeof(back), &uri) == uri.text.len) {
		n = nt_fs_path_cut(back, sizeof(back), &wrote);
		ck_assert(nt_span_eq(nt_span_of(back, n), uri.text));
	}
}
END_TEST

START_TEST(f07_what_others_wrote_is_not_taken_for_ours)
{
	struct nt_uri uri = read_must(not_ours[_i]);

	ck_assert_msg(!nt_fs_path_is_ours(&uri), "%s", not_ours[_i]);
}
END_TEST

START_TEST(t16_a_long_user_is_refused)
{
	struct nt_way way = {
			nt_endpoint_must("203.0.113.9:40001"), NT_TRANSPORT_UDP};
	char text[4096] = "sip:", buf[16384];
	struct nt_uri uri;

	memset(text + 4, '%', 3000);
	memcpy(text + 3004, "@10.0.0.1", 10);
	uri = read_must(text);
	ck_assert_uint_eq(nt_fs_path_add(buf, sizeof(buf), &uri, &way), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("legacy");

	nt_add_rows(suite, "alias", aliases_are_read, NT_COUNT(aliases));
	nt_add_rows(suite, "fs_path", f07_fs_paths_are_read, NT_COUNT(fs_paths));
	nt_add_rows(suite, "written", f07_fs_paths_are_written_and_known_again,
			NT_COUNT(added));
	nt_add_rows(suite, "others", f07_what_others_wrote_is_not_taken_for_ours,
			NT_COUNT(not_ours));
	nt_add_rows(suite, "long", t16_a_long_user_is_refused, 1);
	return nt_run(suite);
}
