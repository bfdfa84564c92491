/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of RPC answers, by what a command hands to whoever writes them */
#include <stdarg.h>
#include <string.h>

#include "core/core_env.h"
#include "nat_ping/nat_ping_rpc.h"
#include "unit/nat_edge/unit.h"

static char wrote[64];

/* As ctl and jsonrpcs read their arguments */
static int struct_add(void *s, const char *fmt, ...)
{
	const char *name;
	va_list ap;

	(void)s;
	va_start(ap, fmt);
	name = va_arg(ap, const char *);
	if(strcmp(fmt, "u") == 0)
		snprintf(wrote, sizeof(wrote), "%s=%d", name, va_arg(ap, int));
	else if(strcmp(fmt, "j") == 0)
		snprintf(wrote, sizeof(wrote), "%s=%.0f", name,
				(double)va_arg(ap, unsigned long));
	va_end(ap);
	return 0;
}

START_TEST(numbers_are_whole)
{
	static const struct
	{
		uint64_t value;
		const char *text;
	} rows[] = {{0, "sent=0"}, {2147483647, "sent=2147483647"},
			{2147483648, "sent=2147483648"}, {4294967296, "sent=4294967296"},
			{7777777777777, "sent=7777777777777"}};
	rpc_t rpc = {.struct_add = (rpc_struct_add_f)struct_add};

	for(size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ping_rpc_add_number(&rpc, NULL, "sent", rows[i].value);
		ck_assert_str_eq(wrote, rows[i].text);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nat_ping_rpc");
	TCase *c = tcase_create("answers");

	tcase_add_test(c, numbers_are_whole);
	suite_add_tcase(s, c);
	return unit_run(s);
}
