/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nt_addr_parse() against inet_pton(): both accept the same texts and see the
 * same bytes in them. Our only additions are brackets around IPv6. What is
 * accepted is printed and read back. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "nt/nt_detect.h"
#include "nt_must.h"

/* What libc makes of @p text, taken without brackets if they are around IPv6 */
static bool libc_parse(struct nt_addr *a, struct nt_span text)
{
	bool bracketed =
			text.len >= 2 && text.p[0] == '[' && text.p[text.len - 1] == ']';
	char *z;
	uint8_t bytes[16];
	bool ok = true;

	if(bracketed)
		text = nt_span_of(text.p + 1, text.len - 2);
	/* to libc a NUL is the end, to us it is a byte that no address has */
	if(text.len == 0 || memchr(text.p, '\0', text.len) != NULL)
		return false;
	z = malloc(text.len + 1);
	NT_MUST(z != NULL);
	memcpy(z, text.p, text.len);
	z[text.len] = '\0';
	if(inet_pton(AF_INET6, z, bytes) == 1)
		*a = nt_addr_ipv6(bytes);
	else if(!bracketed && inet_pton(AF_INET, z, bytes) == 1)
		*a = nt_addr_ipv4(bytes);
	else
		ok = false;
	free(z);
	return ok;
}

static bool same(const struct nt_addr *a, const struct nt_addr *b)
{
	return a->hi == b->hi && a->lo == b->lo && a->family == b->family;
}

static void check_addr(struct nt_span text)
{
	struct nt_addr ours, theirs, again, inner;
	char buf[NT_ADDR_TEXT], small[8];
	bool ok = nt_addr_parse(&ours, text) == 0;
	size_t n;

	NT_MUST(ok == libc_parse(&theirs, text));
	if(!ok)
		return;
	NT_MUST(same(&ours, &theirs));
	for(int brackets = 0; brackets < 2; brackets++) {
		n = nt_addr_print(buf, sizeof(buf), &ours, brackets);
		NT_MUST(n > 0 && n == strlen(buf));
		NT_MUST(nt_addr_parse(&again, nt_span_of(buf, n)) == 0);
		NT_MUST(same(&ours, &again));
		NT_MUST((nt_addr_print(small, sizeof(small), &ours, brackets) == n)
				== (n < sizeof(small)));
	}
	if(nt_addr_embedded(&inner, &ours, NULL)) {
		NT_MUST(ours.family == NT_FAMILY_IPV6
				&& inner.family == NT_FAMILY_IPV4);
		NT_MUST(!nt_addr_embedded(&inner, &inner, NULL));
	}
}

static void check_endpoint(struct nt_span text)
{
	struct nt_endpoint e, again;
	char buf[NT_ENDPOINT_TEXT];
	size_t n;

	if(nt_endpoint_parse(&e, text) != 0) {
		struct nt_addr a;

		NT_MUST(nt_addr_parse(&a, text) != 0);
		return;
	}
	n = nt_endpoint_print(buf, sizeof(buf), &e);
	NT_MUST(n > 0 && n == strlen(buf));
	NT_MUST(nt_endpoint_parse(&again, nt_span_of(buf, n)) == 0);
	NT_MUST(same(&e.addr, &again.addr) && e.port == again.port);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size);
	struct nt_span text = nt_span_of(copy, size);
	struct nt_claim claim;
	struct nt_addr a;

	NT_MUST(copy != NULL || size == 0);
	if(size > 0)
		memcpy(copy, data, size);
	check_addr(text);
	check_endpoint(text);
	claim = nt_claim_of(text, 5060);
	NT_MUST((claim.host == NT_HOST_ADDR) == (nt_addr_parse(&a, text) == 0));
	NT_MUST((claim.host == NT_HOST_NONE) == (size == 0));
	free(copy);
	return 0;
}
