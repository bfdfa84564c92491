/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_api.h"

#include "nat_edge/nat_edge_gate.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_owner.h"
#include "nat_edge/nat_edge_policy.h"
#include "nat_edge/nat_edge_sender.h"

#define SIP_PORT 5060
#define SIPS_PORT 5061

static nat_edge_registered_f registered; /* RO: before fork */
static nat_edge_learned_f learned;		 /* likewise */

/* --- who wants to be told ------------------------------------------------- */

static void on_registered(nat_edge_registered_f call)
{
	if(registered != NULL)
		LM_ERR("%s() is called twice; the first one is told\n",
				"on_registered");
	else
		registered = call;
}

static void on_learned(nat_edge_learned_f ask)
{
	if(learned != NULL)
		LM_ERR("%s() is called twice; the first one is asked\n", "on_learned");
	else
		learned = ask;
}

void ne_api_forget(void)
{
	registered = NULL;
	learned = NULL;
}

bool ne_registered_is_heard(void)
{
	return registered != NULL;
}

void ne_registered_tell(const struct nat_edge_registered *r)
{
	if(registered != NULL)
		registered(r);
}

uint32_t ne_learned(const struct nt_addr *a, bool stream)
{
	return learned != NULL ? learned(a, stream) : 0;
}

/* The next address that may be another client's place */
static struct nt_addr next_place(struct nt_addr a)
{
	if(a.family == NT_FAMILY_IPV4)
		return nt_addr_next(a);
	a.hi++;
	a.lo = 0;
	return a;
}

uint32_t ne_learned_place(
		const struct nt_policy *nt, const struct nt_place *place, bool stream)
{
	uint32_t at = 0, shortest = 0;
	unsigned left = NE_PLACE_ASKED;
	struct nt_range range;

	if(learned == NULL)
		return 0;
	while(nt_policy_place_next(&range, nt, place, &at)) {
		struct nt_addr a = range.lo;

		/* behind the last one of all it wraps */
		for(; left > 0 && nt_addr_cmp(&a, &range.hi) <= 0
				&& nt_addr_cmp(&a, &range.lo) >= 0;
				a = next_place(a), left--) {
			uint32_t knows = learned(&a, stream);

			if(knows > 0 && (shortest == 0 || knows < shortest))
				shortest = knows;
		}
	}
	return shortest;
}

/* --- what is asked ------------------------------------------------------- */

/* A gateway is where it is, whoever it says it is: rules for its address and
 * transport count */
static void show_gateway(const struct nt_policy *nt, const struct nt_place *p,
		nat_edge_gateway_f visit, void *ctx)
{
	struct nt_place at = *p;
	struct nt_question q = {.method = 0};
	struct nt_terms terms;

	if(at.transport == NT_TRANSPORT_OTHER)
		at.transport = NT_TRANSPORT_UDP;
	if(at.gateway.port == 0)
		at.gateway.port = at.transport == NT_TRANSPORT_TLS
										  || at.transport == NT_TRANSPORT_WSS
								  ? SIPS_PORT
								  : SIP_PORT;
	q.source = at.gateway;
	q.transport = at.transport;
	if(nt_terms_of(&terms, nt_policy_find(nt, &q).profile, at.transport))
		visit(ctx, &at, &terms);
}

static void gateways(nat_edge_gateway_f visit, void *ctx)
{
	const struct nt_policy *nt = ne_policy_walk()->nt;
	const struct nt_place *places = nt_policy_places(nt);

	for(uint32_t i = 0; i < nt->place.count; i++) {
		if(places[i].kind == NT_PLACE_GATEWAY && places[i].keepalive)
			show_gateway(nt, &places[i], visit, ctx);
	}
	ne_policy_walk_end();
}

static uint32_t policy_version(void)
{
	uint32_t version = ne_policy_peek(NE_IN_FORCE)->generation;

	ne_policy_peek_end();
	return version;
}

static size_t site_name(char *buf, size_t size, const struct nt_addr *a)
{
	const struct nt_place *site;

	if(size == 0)
		return 0;
	site = nt_policy_site(ne_policy_peek(NE_IN_FORCE)->nt, a);
	ne_text_keep(buf, size, nt_span_cstr(site != NULL ? site->name : NULL));
	ne_policy_peek_end();
	return strlen(buf);
}

static uint32_t site_limit(const struct nt_addr *a)
{
	const struct nt_place *site =
			nt_policy_site(ne_policy_peek(NE_IN_FORCE)->nt, a);
	uint32_t limit = site != NULL ? site->contacts_max : 0;

	ne_policy_peek_end();
	return limit;
}

int ne_api_bind(struct nat_edge_api *api)
{
	*api = (struct nat_edge_api){.permits = ne_gate_permits,
			.sender = ne_sender_of,
			.is_managed = ne_is_managed,
			.terms = ne_stranger_terms,
			.gateways = gateways,
			.policy_version = policy_version,
			.on_registered = on_registered,
			.on_learned = on_learned,
			.site_name = site_name,
			.site_limit = site_limit};
	return 0;
}
