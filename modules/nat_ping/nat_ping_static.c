/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_static.h"

#include "core/forward.h"
#include "core/mem/mem.h"
#include "core/tcp_conn.h"
#include "nat_ping/nat_ping_addr.h"
#include "nat_ping/nat_ping_edge.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"

struct kept
{
	uint64_t holder;
	struct nt_flow_at at;
	struct nt_terms terms;
};

/* What is held now; own; pkg of the keeper */
static struct
{
	struct kept *list;
	size_t count, room;
} held;

static bool remember(const struct nt_hold *hold)
{
	if(held.count == held.room) {
		size_t room = held.room > 0 ? held.room * 2 : 64;
		struct kept *p = pkg_malloc(room * sizeof(*p));

		if(p == NULL) {
			PKG_MEM_ERROR_FMT("for %zu gateways\n", room);
			return false;
		}
		if(held.count > 0)
			memcpy(p, held.list, held.count * sizeof(*p));
		if(held.list != NULL)
			pkg_free(held.list);
		held.list = p;
		held.room = room;
	}
	held.list[held.count++] = (struct kept){
			.holder = hold->holder, .at = hold->at, .terms = hold->terms};
	return true;
}

/* @return NULL: it is not among them */
static const struct kept *find(size_t from, size_t to, uint64_t holder)
{
	for(size_t i = from; i < to; i++) {
		if(held.list[i].holder == holder)
			return &held.list[i];
	}
	return NULL;
}

static bool same_at(const struct nt_flow_at *a, const struct nt_flow_at *b)
{
	return a->socket == b->socket && a->transport == b->transport
		   && a->connection == b->connection && a->remote.port == b->remote.port
		   && nt_addr_eq(&a->remote.addr, &b->remote.addr);
}

static bool same_terms(const struct nt_terms *a, const struct nt_terms *b)
{
	return a->interval_ms == b->interval_ms && a->ignore == b->ignore
		   && a->method == b->method && a->misses == b->misses
		   && a->down == b->down && a->adaptive == b->adaptive
		   && a->stop_when_down == b->stop_when_down;
}

/* A connection that is there, whoever made it: none is made for a ping */
static bool read_stream(struct nt_flow_at *at, const struct nt_endpoint *to)
{
	struct tcp_connection *c;
	struct ip_addr ip;
	bool ok;

	if(!nt_core_ip(&ip, &to->addr)
			|| (c = tcpconn_get(0, &ip, to->port, NULL, 0)) == NULL)
		return false;
	ok = ping_flow_at(at, &c->rcv);
	at->connection = (uint32_t)c->id;
	tcpconn_put(c);
	return ok;
}

static bool read_flow(struct nt_flow_at *at, const struct nt_place *gateway)
{
	struct nt_endpoint to = gateway->gateway;
	union sockaddr_union su;
	struct ip_addr ip;

	if(to.port == 0)
		to.port = gateway->transport == NT_TRANSPORT_TLS ? 5061 : 5060;
	if(ping_is_stream(gateway->transport))
		return read_stream(at, &to);
	if(!nt_core_ip(&ip, &to.addr) || init_su(&su, &ip, to.port) < 0)
		return false;
	*at = (struct nt_flow_at){.remote = to,
			.transport = NT_TRANSPORT_UDP,
			.socket =
					ping_socket_number(get_send_socket(NULL, &su, PROTO_UDP))};
	return at->socket != PING_NO_SOCKET;
}

/* A round through the policy's gateways */
struct round
{
	size_t before; /* so many were held */
	bool anew;	   /* hold those again of which nothing changed */
};

/* Each hold brings its terms to the flow, which others may need as well: so
 * none without a reason */
static bool is_held(const struct round *r, const struct nt_hold *hold)
{
	const struct kept *k = find(0, r->before, hold->holder);

	return !r->anew && k != NULL && same_at(&k->at, &hold->at)
		   && same_terms(&k->terms, &hold->terms);
}

static void keep(
		void *ctx, const struct nt_place *gateway, const struct nt_terms *terms)
{
	struct nt_hold hold = {.reason = NT_REASON_STATIC,
			.terms = *terms,
			.until_ms = UINT64_MAX,
			.name = nt_span_cstr(gateway->name)};
	char text[NT_ENDPOINT_TEXT];

	nt_endpoint_print(text, sizeof(text), &gateway->gateway);
	hold.holder = ping_holder(NT_REASON_STATIC, hold.name, nt_span_cstr(text),
			gateway->transport);
	if(!read_flow(&hold.at, gateway))
		return;
	if(!is_held(ctx, &hold) && ping_hold(&hold) >= NT_HOLD_FULL)
		ping_stat(PING_STAT_REFUSED_FULL);
	else
		remember(&hold);
}

/* Those of the policy are appended to those that were held; then the first ones
 * that did not come again are let go */
static void go_round(bool anew)
{
	struct round r = {.before = held.count, .anew = anew};

	api.gateways(keep, &r);
	for(size_t i = 0; i < r.before; i++) {
		if(find(r.before, held.count, held.list[i].holder) == NULL)
			ping_release(held.list[i].holder);
	}
	held.count -= r.before;
	if(r.before > 0 && held.count > 0)
		memmove(held.list, held.list + r.before,
				held.count * sizeof(*held.list));
}

void ping_static_follow(void)
{
	go_round(true);
}

void ping_static_refresh(void)
{
	go_round(false);
}
