/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_contact.h"

#include <time.h>

#include "core/forward.h"
#include "core/tcp_conn.h"
#include "nat_ping/nat_ping_addr.h"
#include "nat_ping/nat_ping_conf.h"
#include "nat_ping/nat_ping_edge.h"
#include "nat_ping/nat_ping_message.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"

static unsigned nat_flag; /* RO: before fork */

void ping_contact_init(unsigned flag)
{
	nat_flag = flag;
}

static bool is_ours(const ucontact_t *c)
{
	if(c->sock != NULL)
		return ping_socket_number(c->sock) != PING_NO_SOCKET;
	for(unsigned i = 0; i < ping_conf.server_id_count; i++) {
		if(ping_conf.server_ids[i] == c->server_id)
			return true;
	}
	return false;
}

/* Where requests to it go */
static struct nt_span target_of(const ucontact_t *c)
{
	return ping_span(c->received.len > 0 ? &c->received : &c->c);
}

/* Its end by the wall clock becomes one by ours, once: when that jumps, nothing
 * ends too early (F09) */
static bool read_end(struct nt_hold *hold, const ucontact_t *c)
{
	time_t left = c->expires - time(NULL);

	hold->until_ms = UINT64_MAX;
	if(c->expires == 0)
		return true;
	if(left > 0)
		hold->until_ms = ping_now_ms() + (uint64_t)left * 1000;
	return left > 0;
}

/* --- its flow ------------------------------------------------------------- */

/* The connection that it registered by, if it leads there yet: ids begin anew
 * with each start, and a database may have one of before it.
 * @param to where requests go; NULL: that is not known */
static bool read_stream(
		struct nt_flow_at *at, int id, const struct nt_endpoint *to)
{
	struct tcp_connection *c;
	bool ok;

	if(id <= 0 || (c = tcpconn_get(id, NULL, 0, NULL, 0)) == NULL)
		return false;
	ok = ping_flow_at(at, &c->rcv);
	at->connection = (uint32_t)id;
	tcpconn_put(c);
	return ok && ping_is_stream(at->transport)
		   && (to == NULL
				   || (to->port == at->remote.port
						   && nt_addr_eq(&to->addr, &at->remote.addr)));
}

static bool read_datagram(struct nt_flow_at *at, const ucontact_t *c,
		const struct nt_endpoint *to)
{
	struct socket_info *from = c->sock;
	union sockaddr_union su;
	struct ip_addr ip;

	if(from == NULL && nt_core_ip(&ip, &to->addr)
			&& init_su(&su, &ip, to->port) == 0)
		from = get_send_socket(NULL, &su, PROTO_UDP);
	*at = (struct nt_flow_at){.remote = *to,
			.transport = NT_TRANSPORT_UDP,
			.socket = ping_socket_number(from)};
	return at->socket != PING_NO_SOCKET;
}

static bool read_flow(struct nt_flow_at *at, const ucontact_t *c)
{
	struct nt_endpoint to;
	enum nt_transport transport;

	if(!ping_place_of_uri(&to, &transport, target_of(c)))
		/* ".invalid" of a WebSocket: only its connection is known */
		return read_stream(at, c->tcpconn_id, NULL);
	if(!ping_is_stream(transport))
		return read_datagram(at, c, &to);
	/* the port in a Contact is mostly the one it listens on */
	return read_stream(at, c->tcpconn_id, c->received.len > 0 ? &to : NULL);
}

/* --- its terms ------------------------------------------------------------ */

/* The REGISTER that is being saved, if it is that */
static sip_msg_t *register_of(const ucontact_t *c)
{
	sip_msg_t *msg = ping_message_in_hand();

	if(msg == NULL || msg->first_line.type != SIP_REQUEST
			|| msg->REQ_METHOD != METHOD_REGISTER || msg->callid == NULL
			|| !nt_span_eq(
					ping_span(&msg->callid->body), ping_span(&c->callid)))
		return NULL;
	return msg;
}

static void ask_about(struct nat_edge_stranger *s, const ucontact_t *c,
		const struct nt_flow_at *at)
{
	const struct socket_info *si = ping_socket_at(at->socket);
	struct nt_span aor = ping_span(c->aor);
	const char *host = nt_span_find(aor, '@');

	memset(s, 0, sizeof(*s));
	s->nat = c->received.len > 0 || ping_is_stream(at->transport)
			 || (nat_flag != 0 && (c->cflags & nat_flag) == nat_flag);
	s->question.source = at->remote;
	s->question.transport = at->transport;
	s->question.local.addr = nt_core_addr(&si->address);
	s->question.local.port = si->port_no;
	s->question.socket = ping_span(&si->sockname);
	s->question.method = nt_method_bit(NT_SPAN("REGISTER"));
	s->question.agent = ping_span(&c->user_agent);
	s->question.user = aor;
	s->question.domain = nt_span_cstr(ping_params.domain);
	if(host != NULL) {
		s->question.user.len = (size_t)(host - aor.p);
		s->question.domain =
				nt_span_of(host + 1, aor.len - s->question.user.len - 1);
	}
}

/* Did its REGISTER come by the flow that is to be kept open? A Contact says
 * what its writer likes, and where it leads nobody was heard (T07). */
static bool is_heard(const struct nt_flow_at *at, const sip_msg_t *msg)
{
	struct nt_flow_at from;

	return ping_flow_at(&from, &msg->rcv) && from.transport == at->transport
		   && from.connection == at->connection
		   && from.remote.port == at->remote.port
		   && nt_addr_eq(&from.remote.addr, &at->remote.addr);
}

static bool read_terms(struct nt_hold *hold, const ucontact_t *c, bool saved)
{
	sip_msg_t *msg = saved ? register_of(c) : NULL;
	struct nat_edge_stranger stranger;
	struct nat_edge_sender sender;

	hold->fresh = msg != NULL && is_heard(&hold->at, msg);
	hold->known = msg == NULL;
	if(msg != NULL && api.sender(msg, &sender)) {
		hold->terms = sender.terms;
		/* what is in its way is not to see anything unusual */
		if(sender.class == NT_CLASS_ALG)
			hold->terms.adaptive = false;
		return sender.wanted
			   || (ping_message_is_wished(msg) && hold->terms.interval_ms > 0);
	}
	ask_about(&stranger, c, &hold->at);
	return api.terms(&hold->terms, &stranger);
}

bool ping_contact_read(struct nt_hold *hold, const ucontact_t *c, bool saved)
{
	hold->reason = NT_REASON_REGISTRATION;
	hold->name = ping_span(c->aor);
	if(!read_end(hold, c))
		return false;
	if(c->path.len > 0) {
		ping_stat(PING_STAT_CONTACTS_PATH);
		return false;
	}
	if(!is_ours(c)) {
		ping_stat(PING_STAT_CONTACTS_OTHERS);
		return false;
	}
	if(!read_flow(&hold->at, c)) {
		ping_stat(PING_STAT_CONTACTS_NO_PLACE);
		return false;
	}
	return read_terms(hold, c, saved);
}
