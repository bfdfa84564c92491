/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a policy file. What cannot be loaded has said why, in lines fit
 * for a log; what can be is moved into a block of its exact size and asked. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "ntio/nt_policy_load.h"
#include "nt_must.h"

static void *copy_of(const void *data, size_t size)
{
	void *copy = malloc(size);

	NT_MUST(copy != NULL || size == 0);
	if(size > 0)
		memcpy(copy, data, size);
	return copy;
}

static void check_line(void *ctx, const struct nt_fault *fault)
{
	unsigned *count = ctx;
	char text[NT_FAULT_TEXT];
	size_t n = nt_fault_print(text, sizeof(text), "f", fault);

	NT_MUST(n > 0 && n == strlen(text) && n < sizeof(text) - 1);
	for(size_t i = 0; i < n; i++)
		NT_MUST(text[i] >= ' ' && text[i] <= '~');
	NT_MUST(strcmp(text + n - strlen(fault->allowed), fault->allowed) == 0);
	NT_MUST(++*count <= NT_FAULTS_TOLD + 1);
}

static bool is_one_of(
		const void *item, const void *items, size_t count, size_t width)
{
	size_t at = (size_t)((const char *)item - (const char *)items);

	return item == NULL
		   || ((const char *)item >= (const char *)items && at % width == 0
				   && at / width < count);
}

static void ask(const struct nt_policy *p, struct nt_question *q)
{
	struct nt_answer a = nt_policy_find(p, q);
	const struct nt_place *gateway =
			nt_policy_gateway(p, &q->source, q->transport);
	const struct nt_place *site = nt_policy_site(p, &q->source.addr);
	char text[256];

	NT_MUST(a.profile != NULL);
	NT_MUST(is_one_of(a.profile, nt_policy_profiles(p), p->profile.count,
			sizeof(struct nt_profile)));
	NT_MUST(is_one_of(a.rule, nt_policy_rules(p), p->rule.count,
			sizeof(struct nt_policy_rule)));
	NT_MUST(is_one_of(a.place, nt_policy_places(p), p->place.count,
			sizeof(struct nt_place)));
	NT_MUST(gateway == NULL || gateway->kind == NT_PLACE_GATEWAY);
	NT_MUST(site == NULL || site->kind == NT_PLACE_SITE);
	NT_MUST(nt_policy_same_site(p, &q->source.addr, &q->source.addr));
	nt_policy_same_site(p, &q->source.addr, &q->local.addr);
	NT_MUST(nt_rule_print(text, sizeof(text), a.rule) > 0);
	if(a.rule != NULL)
		nt_rule_conditions_print(text, sizeof(text), p, a.rule);
}

/* With sources and owners that the seeds speak of, and with what rules of this
 * very policy ask for */
static void ask_much(const struct nt_policy *p)
{
	static const char *const sources[] = {"192.0.2.1:5060", "10.1.2.3",
			"[2001:db8::1]:5060", "198.51.100.2", "192.0.2.20:5060",
			"255.255.255.255", "::"};
	struct nt_question q = {.transport = NT_TRANSPORT_UDP,
			.method = nt_method_bit(NT_SPAN("REGISTER")),
			.user = NT_SPAN("alice"),
			.domain = NT_SPAN("acme.example"),
			.socket = NT_SPAN("wan-udp"),
			.agent = NT_SPAN("Old Phone/1.2")};

	for(size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		NT_MUST(nt_endpoint_parse(&q.source, nt_span_cstr(sources[i])) == 0);
		ask(p, &q);
	}
	for(uint32_t i = 0; i < p->rule.count && i < 64; i++) {
		const struct nt_policy_rule *r = &nt_policy_rules(p)[i];

		q.local = r->local;
		q.domain = nt_policy_text(p, r->domain);
		q.agent = nt_policy_text(p, r->agent);
		q.socket = nt_policy_text(p, r->socket);
		ask(p, &q);
	}
	q = (struct nt_question){.source = q.source};
	ask(p, &q);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct nt_interfaces interfaces = {
			1, {{{0, 0xffffc0a80100ull, NT_FAMILY_IPV4},
					   {0, 0xffffc0a801ffull, NT_FAMILY_IPV4}}}};
	struct nt_span text = nt_span_of(copy_of(data, size), size);
	struct nt_policy *policy = NULL, *moved;
	unsigned told = 0;
	int err =
			nt_policy_load_text(&policy, text, &interfaces, check_line, &told);

	free((char *)text.p);
	NT_MUST(err == 0 || err == EINVAL || err == ENOMEM);
	NT_MUST((err == EINVAL) == (told > 0) && (err == 0) == (policy != NULL));
	if(err != 0)
		return 0;
	moved = copy_of(policy, policy->bytes);
	nt_policy_unload(policy);
	ask_much(moved);
	free(moved);
	return 0;
}
