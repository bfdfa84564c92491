/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_flow.h"

#include "core/dset.h"
#include "core/forward.h"
#include "core/parser/parse_uri.h"
#include "core/rand/kam_rand.h"
#include "core/socket_info.h"
#include "core/tcp_conn.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_gate.h"
#include "nat_edge/nat_edge_key.h"
#include "nat_edge/nat_edge_uri.h"
#include "nt_core.h"

static uint32_t epoch; /* RO: before fork */

/* What this process sent by a flow last, so that the branch of that request
 * knows its way as well */
static struct
{
	struct ne_key key;
	struct nt_flow flow;
} followed;

int ne_flow_init(void)
{
	/* 0 is for flows that have no connection */
	do {
		epoch = (uint32_t)kam_rand() ^ (uint32_t)time(NULL) << 8;
	} while(epoch == 0);
	return 0;
}

static bool is_stream(enum nt_transport t)
{
	return t != NT_TRANSPORT_UDP;
}

bool ne_flow_of(struct nt_flow *flow, const sip_msg_t *msg)
{
	memset(flow, 0, sizeof(*flow));
	flow->transport = ne_transport_of(msg);
	flow->remote = ne_source_of(msg);
	flow->local.addr = nt_core_addr(&msg->rcv.dst_ip);
	flow->local.port = msg->rcv.dst_port;
	if(flow->transport == NT_TRANSPORT_OTHER
			|| !nt_addr_is_set(&flow->remote.addr)
			|| !nt_addr_is_set(&flow->local.addr))
		return false;
	if(is_stream(flow->transport)) {
		flow->connection = (uint32_t)msg->rcv.proto_reserved1;
		flow->epoch = epoch;
		return flow->connection != 0;
	}
	return true;
}

bool ne_flow_eq(const struct nt_flow *a, const struct nt_flow *b)
{
	if(a->transport != b->transport)
		return false;
	if(is_stream(a->transport))
		return a->connection == b->connection && a->epoch == b->epoch;
	return nt_addr_eq(&a->remote.addr, &b->remote.addr)
		   && a->remote.port == b->remote.port
		   && nt_addr_eq(&a->local.addr, &b->local.addr)
		   && a->local.port == b->local.port;
}

/* --- following -------------------------------------------------------- */

static struct socket_info *socket_of(const struct nt_flow *flow)
{
	struct ip_addr ip;

	if(!nt_core_ip(&ip, &flow->local.addr))
		return NULL;
	return find_si(
			&ip, flow->local.port, nt_core_socket_proto(flow->transport));
}

static bool leads_to(
		const struct tcp_connection *c, const struct nt_endpoint *place)
{
	struct nt_addr at = nt_core_addr(&c->rcv.src_ip);

	return c->rcv.src_port == place->port && nt_addr_eq(&at, &place->addr);
}

/* Is it still that connection, to that place? Ids are not used twice in one
 * life, but a closing one is as good as none. */
static bool is_open(const struct nt_flow *flow)
{
	struct tcp_connection *c;
	bool open;

	if(flow->epoch != epoch || flow->connection == 0)
		return false;
	c = tcpconn_get((int)flow->connection, NULL, 0, NULL, 0);
	if(c == NULL)
		return false;
	open = c->state != S_CONN_BAD && c->state != S_CONN_ERROR
		   && c->state != S_CONN_EOF && leads_to(c, &flow->remote);
	tcpconn_put(c);
	return open;
}

bool ne_flow_send_to(sip_msg_t *msg, const struct nt_endpoint *to,
		enum nt_transport transport)
{
	char text[NE_PLACE_TEXT];
	str uri = {text, (int)ne_place_print(text, to, transport)};

	if(uri.len == 0 || set_dst_uri(msg, &uri) != 0)
		return false;
	/* no connection to where somebody else may listen now (N053) */
	if(is_stream(transport))
		msg->fwd_send_flags.f |= SND_F_FORCE_CON_REUSE;
	return true;
}

enum ne_flow_result ne_flow_follow(sip_msg_t *msg, const struct nt_flow *flow)
{
	struct socket_info *from;

	if(is_stream(flow->transport) && !is_open(flow))
		return flow->spare ? NE_FLOW_SPARE : NE_FLOW_GONE;
	if((from = socket_of(flow)) == NULL)
		return NE_FLOW_GONE;
	if(!ne_gate_permits(&flow->remote, flow->transport, NT_GATE_FLOW)
			|| !ne_flow_send_to(msg, &flow->remote, flow->transport))
		return NE_FLOW_REFUSED;
	set_force_socket(msg, from);
	ruri_mark_new();
	if(is_stream(flow->transport)) {
		msg->otcpid = (int)flow->connection;
		msg->msg_flags |= FL_USE_OTCPID;
	}
	ne_key_set(&followed.key, msg);
	followed.flow = *flow;
	return NE_FLOW_OK;
}

/* --- where a branch goes ------------------------------------------------- */

/* Of a branch, as lookup() left it: with the message, or in the set */
struct target
{
	struct socket_info *socket;
	int connection;
};

static void find_target(struct target *t, const sip_msg_t *msg)
{
	const branch_t *b;

	t->socket = msg->force_send_socket;
	t->connection = msg->otcpid;
	for(int i = 0; (b = get_sip_branch(i)) != NULL; i++) {
		if(b->ruid_len != (unsigned)msg->ruid.len
				|| memcmp(b->ruid, msg->ruid.s, b->ruid_len) != 0)
			continue;
		t->socket = b->force_send_socket;
		t->connection = b->otcpid;
		return;
	}
}

/* An ordinary URI over UDP is read at a third of what the core takes */
static bool place_of_plain(struct nt_endpoint *at, const str *uri)
{
	struct ne_uri u;

	if(!ne_uri_scan(&u, ne_span(uri)) || u.secure
			|| (u.transport.len > 0
					&& !nt_span_ieq(u.transport, NT_SPAN("udp")))
			|| nt_addr_parse(&at->addr, u.host) != 0)
		return false;
	at->port = u.port_no != 0 ? u.port_no : 5060;
	return true;
}

/* Where a URI leads by literal address */
static bool place_of(
		struct nt_endpoint *at, enum nt_transport *transport, const str *uri)
{
	if(uri->len > 0 && place_of_plain(at, uri)) {
		*transport = NT_TRANSPORT_UDP;
		return true;
	}
	return nt_core_place_of_uri(at, transport, uri);
}

static bool ahead_datagram(
		struct nt_flow *flow, sip_msg_t *msg, struct socket_info *from)
{
	union sockaddr_union to;
	struct ip_addr ip;

	if(from == NULL) {
		if(!nt_core_ip(&ip, &flow->remote.addr))
			return false;
		init_su(&to, &ip, flow->remote.port);
		from = get_send_socket(msg, &to, PROTO_UDP);
	}
	if(from == NULL)
		return false;
	flow->local.addr = nt_core_addr(&from->address);
	flow->local.port = from->port_no;
	return flow->local.addr.family == flow->remote.addr.family;
}

/* The connection that it will be sent on: the one that the phone registered by,
 * if the branch leads to its other end; or, where the registrar was told a
 * source, one to there. A phone that is called at its own address, at a port
 * that it listens on, has the one it registered by to spare: a firewall may
 * stand before it (N081). */
static struct tcp_connection *connection_ahead(
		struct nt_flow *flow, int registered, bool by_source)
{
	struct tcp_connection *c = NULL;
	struct nt_addr at;
	struct ip_addr ip;

	if(registered > 0)
		c = tcpconn_get(registered, NULL, 0, NULL, 0);
	if(c != NULL) {
		if(leads_to(c, &flow->remote))
			return c;
		at = nt_core_addr(&c->rcv.src_ip);
		flow->spare = !by_source && nt_addr_eq(&at, &flow->remote.addr);
		if(flow->spare)
			return c;
		tcpconn_put(c);
	}
	return by_source && nt_core_ip(&ip, &flow->remote.addr)
				   ? tcpconn_get(0, &ip, flow->remote.port, NULL, 0)
				   : NULL;
}

static bool ahead_stream(struct nt_flow *flow, int registered, bool by_source)
{
	struct tcp_connection *c = connection_ahead(flow, registered, by_source);

	if(c == NULL)
		return false;
	flow->remote.addr = nt_core_addr(&c->rcv.src_ip);
	flow->remote.port = c->rcv.src_port;
	flow->connection = (uint32_t)c->id;
	flow->epoch = epoch;
	flow->local.addr = nt_core_addr(&c->rcv.dst_ip);
	flow->local.port = c->rcv.dst_port;
	if(c->rcv.proto == PROTO_WSS) /* a URI says "ws" for both */
		flow->transport = NT_TRANSPORT_WSS;
	tcpconn_put(c);
	return true;
}

/* tm takes the id that the message has when a branch is made */
void ne_flow_use(sip_msg_t *msg, const struct nt_flow *flow)
{
	if(ne_key_is(&followed.key, msg))
		return;
	if(flow != NULL && is_stream(flow->transport)) {
		msg->otcpid = (int)flow->connection;
		msg->msg_flags |= FL_USE_OTCPID;
	} else if(msg->msg_flags & FL_USE_OTCPID) {
		msg->otcpid = 0;
	}
}

/* Without parameters it leads by UDP to where it says */
static bool is_bare(struct nt_span uri)
{
	return uri.len > 4 && nt_span_ieq(nt_span_of(uri.p, 4), NT_SPAN("sip:"))
		   && nt_span_find(uri, ';') == NULL;
}

/* A contact that is called where its packets came from: both by literal
 * address, and not the same */
static bool is_called_elsewhere(const sip_msg_t *msg)
{
	struct nt_endpoint said, to;
	enum nt_transport transport;

	return msg->dst_uri.len > 0 && place_of(&said, &transport, GET_RURI(msg))
		   && place_of(&to, &transport, &msg->dst_uri)
		   && (said.port != to.port || !nt_addr_eq(&said.addr, &to.addr));
}

/* Only what lookup() found is a client of ours; behind a Path it is the edge's
 */
static bool is_client(const sip_msg_t *msg, bool again)
{
	if(msg->path_vec.len > 0
			|| (msg->dst_uri.len <= 0 && is_bare(ne_span(GET_RURI(msg)))))
		return false;
	return msg->ruid.len > 0 || (again && is_called_elsewhere(msg));
}

bool ne_flow_ahead(struct nt_flow *flow, sip_msg_t *msg, bool again)
{
	struct nt_endpoint said;
	enum nt_transport as_said;
	struct target target;

	if(ne_key_is(&followed.key, msg)) {
		*flow = followed.flow;
		return true;
	}
	if(!is_client(msg, again))
		return false;
	memset(flow, 0, sizeof(*flow));
	find_target(&target, msg);
	if(!place_of(&flow->remote, &flow->transport,
			   msg->dst_uri.len > 0 ? &msg->dst_uri : GET_RURI(msg))
			|| flow->transport == NT_TRANSPORT_OTHER)
		return false;
	if(is_stream(flow->transport))
		return ahead_stream(flow, target.connection, msg->dst_uri.len > 0);
	/* it is where it says it is */
	if(msg->dst_uri.len <= 0)
		return false;
	if(place_of(&said, &as_said, GET_RURI(msg))
			&& said.port == flow->remote.port
			&& nt_addr_eq(&said.addr, &flow->remote.addr))
		return false;
	return ahead_datagram(flow, msg, target.socket);
}
