/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lib/nt reads a message as Kamailio and the module do: every golden file and
 * every row of test_sip.c, both ways, field by field. Environment: GOLDEN_DIR
 * (cases). */
#include "unit/nat_edge/unit.h"

#include <stdio.h>

#include "core/golden_case.h"
#include "core/sip_same.h"
#include "nt_must.h"
#include "unit/nt/sip_rows.h"

static char **paths;
static size_t path_count, judged;

START_TEST(golden_message_reads_the_same)
{
	struct golden_case c;
	char why[256] = "";
	enum sip_same same;

	golden_read(&c, paths[_i]);
	golden_configure(&c);
	same = sip_same(why, sizeof(why), c.in, c.in_len, &c.from);
	ck_assert_msg(same != SIP_DIFFERS, "%s: %s", c.path, why);
	judged += same == SIP_SAME_JUDGED;
	golden_free(&c);
}
END_TEST

START_TEST(row_reads_the_same)
{
	const struct sip_row *row = &sip_rows[_i];
	struct core_path path = {.transport = NT_TRANSPORT_UDP};
	char why[256] = "";

	NT_MUST(nt_endpoint_parse(&path.source, NT_SPAN("203.0.113.9:40001")) == 0);
	NT_MUST(nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060")) == 0);
	golden_configure(NULL);
	ck_assert_msg(sip_same(why, sizeof(why), row->text.p, row->text.len, &path)
						  != SIP_DIFFERS,
			"%s: %s", row->name, why);
}
END_TEST

/* Who refuses everything agrees with nobody */
START_TEST(most_of_them_are_judged)
{
	ck_assert_msg(
			judged > path_count * 9 / 10, "%zu of %zu", judged, path_count);
}
END_TEST

int main(void)
{
	const char *directory = getenv("GOLDEN_DIR");
	Suite *suite = suite_create("nt_sip and the core");
	TCase *group = tcase_create("golden");

	core_env_init();
	golden_configure(NULL);
	paths = golden_list(
			directory != NULL ? directory : "test/golden/cases", &path_count);
	if(path_count == 0) {
		fprintf(stderr, "no golden files\n");
		return EXIT_FAILURE;
	}
	tcase_set_timeout(group, 60);
	tcase_add_loop_test(
			group, golden_message_reads_the_same, 0, (int)path_count);
	tcase_add_test(group, most_of_them_are_judged);
	tcase_add_loop_test(group, row_reads_the_same, 0,
			(int)(sizeof(sip_rows) / sizeof(sip_rows[0])));
	suite_add_tcase(suite, group);
	return unit_run(suite);
}
