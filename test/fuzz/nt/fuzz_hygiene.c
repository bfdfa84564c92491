/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as the body of a Contact field. Held: what the look at it does not
 * suspect has no such name behind any semicolon; what the grammar reads lies
 * within the field, in order; what is cut leaves as many elements, all of them
 * clean, and nothing else is gone; a second time there is nothing to cut.
 */
#include <stdint.h>
#include <stdlib.h>

#include "nt/nt_hygiene.h"
#include "nt/nt_uri.h"
#include "nt_must.h"

static bool is_name(struct nt_span s)
{
	static const char *const names[] = {"alias", "received", "maddr", "nat-a",
			"nat-b", "nat-d", "nat-l", "nat-p", "nat-c"};

	for(size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if(nt_uri_name_is(s, nt_span_cstr(names[i])))
			return true;
	}
	return false;
}

/* A name by anybody's rules: from a semicolon and blanks to what ends it */
static bool has_name(struct nt_span text)
{
	const char *end = text.p + text.len;

	for(const char *p = text.p; p < end; p++) {
		const char *from = p + 1, *to;

		if(*p != ';')
			continue;
		while(from < end && strchr(" \t\r\n", *from) != NULL && *from != '\0')
			from++;
		to = from;
		while(to < end && *to != '\0' && strchr(" \t\r\n;=,?>\"", *to) == NULL)
			to++;
		if(is_name(nt_span_of(from, (size_t)(to - from))))
			return true;
	}
	return false;
}

/* @return the number of elements, or -1; cuts may be NULL */
static int read_field(struct nt_span field, struct nt_cuts *cuts)
{
	struct nt_span rest = field;
	struct nt_element e;
	int n = 0, rc;

	while((rc = nt_element_next(&rest, &e)) == 1) {
		NT_MUST(e.uri.p >= field.p && e.uri.p + e.uri.len <= e.params.p
				&& e.params.p + e.params.len <= rest.p
				&& rest.p + rest.len <= field.p + field.len);
		rc = nt_hygiene_contact(cuts, &e, NT_HYGIENE_ALL);
		if(rc != 0)
			return -1;
		n++;
	}
	return rc == 0 ? n : -1;
}

static void check_cuts(struct nt_span field, const struct nt_cuts *cuts)
{
	const char *last = field.p;

	for(size_t i = 0; i < cuts->count; i++) {
		NT_MUST(cuts->piece[i].p >= last && *cuts->piece[i].p == ';');
		last = cuts->piece[i].p + cuts->piece[i].len;
	}
	NT_MUST(last <= field.p + field.len);
}

static void check(struct nt_span field)
{
	struct nt_cuts cuts = {.count = 0}, again = {.count = 0};
	int count;
	size_t n;
	char *out;

	if(!nt_hygiene_suspects(field, NT_HYGIENE_ALL))
		NT_MUST(!has_name(field));
	count = read_field(field, &cuts);
	if(count < 0)
		return;
	check_cuts(field, &cuts);
	NT_MUST(cuts.count == 0 || nt_hygiene_suspects(field, NT_HYGIENE_ALL));
	n = field.len - nt_cuts_before(&cuts, field.p + field.len);
	out = malloc(n);
	NT_MUST(nt_cuts_copy(out, n, field, &cuts) == n);
	NT_MUST(read_field(nt_span_of(out, n), &again) == count);
	NT_MUST(again.count == 0);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const heads[] = {
			"", "<sip:a@h", "<sip:a@h>;alias", "sip:a@h;received"};

	if(size == 0)
		return 0;
	for(size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		size_t n = strlen(heads[i]);
		char *copy = malloc(n + size);

		memcpy(copy, heads[i], n);
		memcpy(copy + n, data, size);
		check(nt_span_of(copy, n + size));
		free(copy);
	}
	return 0;
}
