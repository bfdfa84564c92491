/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Repairs in words */
#include "unit/nt/nt_check.h"

#include "nt/nt_repair.h"

static const struct
{
	uint32_t repairs;
	const char *text;
} rows[] = {
		{0, "nothing"},
		{NT_REPAIR_RPORT, "rport"},
		{NT_REPAIR_REWRITTEN, "contact"},
		{NT_REPAIR_RECEIVED, "received"},
		{NT_REPAIR_ALIAS, "alias"},
		{NT_REPAIR_FS_PATH, "fs-path"},
		{NT_REPAIR_RPORT | NT_REPAIR_RECEIVED, "rport received"},
		{NT_REPAIR_RPORT | NT_REPAIR_REWRITTEN, "rport contact"},
};

START_TEST(repairs_are_named_in_one_order)
{
	char text[NT_REPAIRS_TEXT];

	ck_assert_str_eq(nt_repairs_print(text, rows[_i].repairs), rows[_i].text);
}
END_TEST

START_TEST(all_bits_have_room)
{
	char *text = nt_heap(NULL, NT_REPAIRS_TEXT);

	nt_repairs_print(text, UINT32_MAX);
	ck_assert_uint_lt(strlen(text), NT_REPAIRS_TEXT - 1);
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("repair");

	nt_add_rows(suite, "words", repairs_are_named_in_one_order, NT_COUNT(rows));
	nt_add_rows(suite, "room", all_bits_have_room, 1);
	return nt_run(suite);
}
