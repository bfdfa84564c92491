/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_static.h"

#include "core/forward.h"
#include "core/mem/mem.h"
#include "core/tcp_conn.h"
#include "nat_ping/nat_ping_addr.h"
#include "nat_ping/nat_ping_edge.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"

/* What is held now; own; pkg of the keeper */
static struct
{
	uint64_t *holders;
	size_t count, room;
} held;

static bool remember(uint64_t holder)
{
	if(held.count == held.room) {
		size_t room = held.room > 0 ? held.room * 2 : 64;
		uint64_t *p = pkg_malloc(room * sizeof(*p));

		if(p == NULL) {
			PKG_MEM_ERROR_FMT("for %zu gateways\n", room);
			return false;
		}
		if(held.count > 0)
			memcpy(p, held.holders, held.count * sizeof(*p));
		if(held.holders != NULL)
			pkg_free(held.holders);
		held.holders = p;
		held.room = room;
	}
	held.holders[held.count++] = holder;
	return true;
}

static bool is_held(size_t from, uint64_t holder)
{
	for(size_t i = from; i < held.count; i++) {
		if(held.holders[i] == holder)
			return true;
	}
	return false;
}

/* A connection that is there, whoever made it: none is made for a ping */
static bool read_stream(struct nt_flow_at *at, const struct nt_endpoint *to)
{
	struct tcp_connection *c;
	struct ip_addr ip;
	bool ok;

	if(!ping_ip_of(&ip, &to->addr)
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
	if(!ping_ip_of(&ip, &to.addr) || init_su(&su, &ip, to.port) < 0)
		return false;
	*at = (struct nt_flow_at){.remote = to,
			.transport = NT_TRANSPORT_UDP,
			.socket =
					ping_socket_number(get_send_socket(NULL, &su, PROTO_UDP))};
	return at->socket != PING_NO_SOCKET;
}

static void keep(
		void *ctx, const struct nt_place *gateway, const struct nt_terms *terms)
{
	struct nt_hold hold = {.reason = NT_REASON_STATIC,
			.terms = *terms,
			.until_ms = UINT64_MAX,
			.name = nt_span_cstr(gateway->name)};
	char text[NT_ENDPOINT_TEXT];

	(void)ctx;
	nt_endpoint_print(text, sizeof(text), &gateway->gateway);
	hold.holder = ping_holder(NT_REASON_STATIC, hold.name, nt_span_cstr(text),
			gateway->transport);
	if(!read_flow(&hold.at, gateway))
		return;
	if(ping_hold(&hold) >= NT_HOLD_FULL)
		ping_stat(PING_STAT_REFUSED_FULL);
	else
		remember(hold.holder);
}

/* Those of the policy are appended to those that were held; then the first ones
 * that did not come again are let go */
void ping_static_follow(void)
{
	size_t before = held.count;

	api.gateways(keep, NULL);
	for(size_t i = 0; i < before; i++) {
		if(!is_held(before, held.holders[i]))
			ping_release(held.holders[i]);
	}
	held.count -= before;
	if(before > 0 && held.count > 0)
		memmove(held.holders, held.holders + before,
				held.count * sizeof(*held.holders));
}

void ping_static_refresh(void)
{
	ping_static_follow();
}
