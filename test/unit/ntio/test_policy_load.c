/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From bytes, or a file, to a policy. */
#include "unit/nt/nt_check.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "ntio/nt_policy_load.h"

#define NS "urn:kamailio:nat-policy:1"
#define ROOT "<nat-policy xmlns=\"" NS "\">"
#define END "</nat-policy>"
#define RULE "<rule nat=\"maybe\"/>"
#define RULES10 RULE RULE RULE RULE RULE RULE RULE RULE RULE RULE

struct heard
{
	unsigned count;
	char first[NT_FAULT_TEXT], all[8192], last[NT_FAULT_TEXT];
};

static void hear(void *ctx, const struct nt_fault *fault)
{
	struct heard *h = ctx;
	size_t len = strlen(h->all);

	nt_fault_print(h->last, sizeof(h->last), "p.xml", fault);
	if(h->count++ == 0)
		memcpy(h->first, h->last, sizeof(h->first));
	snprintf(h->all + len, sizeof(h->all) - len, "%u ", fault->line);
}

static struct heard *new_heard(void)
{
	struct heard *h = nt_heap(NULL, sizeof(*h));

	memset(h, 0, sizeof(*h));
	return h;
}

static int load(struct nt_policy **policy, const char *xml, struct heard *h)
{
	static const struct nt_interfaces lan = {
			1, {{{0, 0xffffc0a80100ull, 4}, {0, 0xffffc0a801ffull, 4}}}};
	struct nt_span text = nt_heap_span(nt_span_cstr(xml));
	int rc;

	rc = nt_policy_load_text(policy, text, &lan, hear, h);
	nt_heap_drop(text);
	return rc;
}

START_TEST(a_policy_comes_out)
{
	static const char xml[] = ROOT
			"<networks><lan name='office' use='interfaces'/></networks>"
			"<profiles><profile name='p'><media tos='1'/></profile></profiles>"
			"<rules><rule user-agent='AT&amp;T*' profile='p'/></rules>" END;
	struct nt_question q = {.source = nt_endpoint_must("192.168.1.7:5060"),
			.transport = NT_TRANSPORT_UDP,
			.agent = NT_SPAN("AT&T phone 1.0")};
	struct heard *h = new_heard();
	struct nt_policy *policy = NULL;
	struct nt_answer a;

	ck_assert_msg(load(&policy, xml, h) == 0, "%s", h->first);
	ck_assert_uint_eq(h->count, 0);
	a = nt_policy_find(policy, &q);
	ck_assert_str_eq(a.profile->name, "p");
	ck_assert_str_eq(a.place->name, "office");
	q.source = nt_endpoint_must("192.168.2.7:5060");
	q.agent = NT_SPAN("AT T phone");
	a = nt_policy_find(policy, &q);
	ck_assert_ptr_null(a.rule);
	ck_assert_ptr_null(a.place);
	nt_policy_unload(policy);
	free(h);
}
END_TEST

/* One run shows them all, and each at its line */
START_TEST(all_faults_are_told)
{
	static const char xml[] = ROOT
			"\n<networks>\n<lan name='a b' prefixes=''"
			" x='1'/>\n<x:y "
			"xmlns:x='u'/>\n</networks>\ntext\n<rules>\n<rule/>\n"
			"<rule nat='never' transport='sctp'\n\nmethod='FOO'/></rules>" END;
	struct heard *h = new_heard();
	struct nt_policy *policy = NULL;

	ck_assert_int_eq(load(&policy, xml, h), EINVAL);
	ck_assert_str_eq(h->all, "3 3 3 4 6 8 9 9 ");
	ck_assert_ptr_null(policy);
	free(h);
}
END_TEST

START_TEST(a_flood_of_faults_ends)
{
	static const char head[] = ROOT "<rules>\n";
	struct heard *h = new_heard();
	struct nt_policy *policy = NULL;
	size_t size = 64 + 101 * strlen(RULES10), len = strlen(head);
	char *xml = nt_heap(NULL, size);

	/* 10, 100, 110, 1000 */
	static const int tens[] = {1, 10, 11, 100};

	memcpy(xml, head, len);
	for(int i = 0; i < tens[_i]; i++) {
		memcpy(xml + len, RULES10, strlen(RULES10));
		len += strlen(RULES10);
	}
	snprintf(xml + len, size - len, "</rules>" END);
	ck_assert_int_eq(load(&policy, xml, h), EINVAL);
	if(tens[_i] <= 10)
		ck_assert_uint_eq(h->count, 10 * tens[_i]);
	else
		ck_assert_uint_eq(h->count, NT_FAULTS_TOLD + 1);
	ck_assert_str_eq(h->first,
			"p.xml:2: rule: nat: 'maybe' is not allowed: force or never");
	ck_assert_int_eq(
			strstr(h->last, "more than 100 faults") != NULL, tens[_i] > 10);
	free(xml);
	free(h);
}
END_TEST

static int load_file(const char *xml, struct heard *h, struct nt_policy **p)
{
	char name[] = "/tmp/test_policy_load.XXXXXX";
	int fd = mkstemp(name), rc;

	NT_MUST(fd >= 0);
	NT_MUST(write(fd, xml, strlen(xml)) == (ssize_t)strlen(xml));
	close(fd);
	rc = nt_policy_load(p, name, hear, h);
	unlink(name);
	return rc;
}

START_TEST(a_file)
{
	struct heard *h = new_heard();
	struct nt_policy *policy = NULL;

	ck_assert_int_eq(load_file(ROOT END, h, &policy), 0);
	ck_assert_ptr_nonnull(policy);
	nt_policy_unload(policy);
	policy = NULL;
	ck_assert_int_eq(load_file(ROOT "\n<x/>" END, h, &policy), EINVAL);
	ck_assert_ptr_null(policy);
	ck_assert_int_eq(strncmp(h->first, "p.xml:2: x: ", 12), 0);
	ck_assert_int_eq(
			nt_policy_load(&policy, "/nowhere/p.xml", hear, h), EINVAL);
	ck_assert_str_eq(h->last,
			"p.xml: file: open: 'no such file' is not allowed: a regular file, "
			"no symbolic link, that this process can read");
	nt_policy_unload(NULL);
	free(h);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nt_policy_load");

	nt_add_rows(s, "policy", a_policy_comes_out, 1);
	nt_add_rows(s, "faults", all_faults_are_told, 1);
	nt_add_rows(s, "flood", a_flood_of_faults_ends, 4);
	nt_add_rows(s, "file", a_file, 1);
	return nt_run(s);
}
