/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_send.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "core/events.h"
#include "core/mem/mem.h"
#include "core/socket_info.h"
#include "core/tcp_conn.h"
#include "core/tcp_server.h"
#include "nat_ping/nat_ping_addr.h"
#include "nat_ping/nat_ping_conf.h"
#include "nat_ping/nat_ping_edge.h"
#include "nat_ping/nat_ping_face.h"
#include "nat_ping/nat_ping_probe.h"
#include "nat_ping/nat_ping_stats.h"
#include "nat_ping/nat_ping_table.h"

/* So long a host and its port may be, see NT_PING_TEXT */
#define HOST_MAX 128

/* What the pings of a socket have in common; own; pkg; by its number; RO:
 * before fork */
static struct face
{
	struct ping_host host;
	struct nt_ping_face ping;
} * faces;

int ping_send_init(void)
{
	uint16_t count = ping_socket_count();

	faces = pkg_malloc((count + 1U) * sizeof(*faces));
	if(faces == NULL) {
		PKG_MEM_ERROR_FMT("for the names of %u listen sockets\n", count);
		return -1;
	}
	for(uint16_t i = 0; i < count; i++) {
		ping_host_make(&faces[i].host, ping_socket_at(i), 0);
		if(faces[i].host.len == 0 || faces[i].host.len > HOST_MAX) {
			LM_ERR("the name that %.*s has outside (advertise) does not fit "
				   "into a ping, use one of at most %d characters with its "
				   "port; Kamailio does not start\n",
					STR_FMT(&ping_socket_at(i)->sock_str), HOST_MAX);
			return -1;
		}
		faces[i].ping = (struct nt_ping_face){
				.via_host = ping_host_span(&faces[i].host),
				.from = nt_span_cstr(ping_params.from)};
	}
	return 0;
}

void ping_send_fini(void)
{
	if(faces != NULL)
		pkg_free(faces);
	faces = NULL;
}

static bool is_probe(const struct nt_due *due)
{
	return (due->at.socket & NT_FLOWS_PROBE) != 0;
}

/* Also of a probe, which has the same address */
static uint16_t socket_of(const struct nt_due *due)
{
	return (uint16_t)(due->at.socket & ~NT_FLOWS_PROBE);
}

static struct nt_ping_face face_of(const struct nt_due *due)
{
	struct nt_ping_face face = faces[socket_of(due)].ping;
	struct nt_span probe;

	face.transport = due->at.transport;
	if(!due->elsewhere && !is_probe(due))
		return face;
	probe = ping_probe_host(due->at.socket);
	/* without one beside this socket it is a ping like all others */
	face.no_rport = due->elsewhere && probe.len > 0;
	if(face.no_rport)
		face.via_host = ping_probe_name(due->at.socket);
	else if(is_probe(due))
		face.via_host = probe;
	return face;
}

static size_t print(char *buf, size_t size, const struct nt_due *due)
{
	struct nt_ping_face face = face_of(due);
	char text[NT_PING_TAG_TEXT];
	struct nt_span tag = {text, 0};
	uint8_t id[12];

	if(due->method == NT_PING_STUN) {
		nt_ping_stun_id(id, ping_table_key(), &due->tag);
		tag = nt_span_of((const char *)id, sizeof(id));
	} else if(due->method != NT_PING_CRLF && due->method != NT_PING_ZERO) {
		tag.len = nt_ping_tag_print(
				text, sizeof(text), ping_table_key(), &due->tag);
	}
	return nt_ping_print(buf, size, due->method, &face, &due->at.remote, tag,
			due->tag.sequence);
}

/* --- UDP ------------------------------------------------------------------ */

/* @param family of our socket; one of IPv6 may speak IPv4 as well, mapped */
static socklen_t address_of(union sockaddr_union *to,
		const struct nt_endpoint *at, sa_family_t family)
{
	memset(to, 0, sizeof(*to));
	if(family == AF_INET) {
		to->sin.sin_family = AF_INET;
		to->sin.sin_port = htons(at->port);
		to->sin.sin_addr.s_addr = htonl((uint32_t)at->addr.lo);
		return sizeof(to->sin);
	}
	to->sin6.sin6_family = AF_INET6;
	to->sin6.sin6_port = htons(at->port);
	for(size_t i = 0; i < 2; i++) {
		uint64_t half = i == 0 ? at->addr.hi : at->addr.lo;
		uint32_t words[2] = {
				htonl((uint32_t)(half >> 32)), htonl((uint32_t)half)};

		memcpy(to->sin6.sin6_addr.s6_addr + i * sizeof(words), words,
				sizeof(words));
	}
	return sizeof(to->sin6);
}

static bool is_for_lack_of_room(int err)
{
	return err == EAGAIN || err == EWOULDBLOCK || err == ENOBUFS
		   || err == ENOMEM;
}

/* An error of the kernel's is no sign that the phone is gone (N168); only its
 * silence is */
static bool send_datagram(const struct nt_due *due,
		const struct socket_info *si, const char *buf, size_t len,
		enum nt_unsent *why)
{
	int fd = is_probe(due) ? ping_probe_fd(due->at.socket) : si->socket;
	union sockaddr_union to;
	socklen_t size =
			address_of(&to, &due->at.remote, (sa_family_t)si->address.af);
	ssize_t sent;

	*why = NT_UNSENT_REFUSED;
	if(fd < 0
			|| (si->address.af == AF_INET
					&& due->at.remote.addr.family != NT_FAMILY_IPV4))
		return false;
	do {
		sent = sendto(fd, buf, len, MSG_DONTWAIT, &to.s, size);
	} while(sent < 0 && errno == EINTR);
	*why = sent < 0 && is_for_lack_of_room(errno) ? NT_UNSENT_FULL
												  : NT_UNSENT_LATER;
	return sent >= 0;
}

/* --- streams -------------------------------------------------------------- */

static bool is_usable(const struct tcp_connection *c)
{
	return c->state != S_CONN_BAD && c->state != S_CONN_ERROR
		   && c->state != S_CONN_EOF
		   && (c->send_flags.f & SND_F_CON_CLOSE) == 0;
}

static bool leads_to(
		const struct tcp_connection *c, const struct nt_endpoint *place)
{
	struct nt_addr at = nt_core_addr(&c->rcv.src_ip);

	return c->rcv.src_port == place->port && nt_addr_eq(&at, &place->addr);
}

/* @return a reference, or NULL: closed, or somebody else's */
static struct tcp_connection *connection_of(const struct nt_flow_at *at)
{
	struct tcp_connection *c;

	if(at->connection == 0)
		return NULL;
	c = tcpconn_get((int)at->connection, NULL, 0, NULL, 0);
	if(c == NULL || (is_usable(c) && leads_to(c, &at->remote)))
		return c;
	tcpconn_put(c);
	return NULL;
}

bool ping_connection_is_open(const struct nt_flow_at *at)
{
	struct tcp_connection *c = connection_of(at);

	if(c == NULL)
		return false;
	tcpconn_put(c);
	return true;
}

/* A request in a frame of its own, made by the websocket module */
static int send_framed(uint32_t connection, const char *buf, size_t len)
{
	ws_event_info_t frame = {.type = SREV_TCP_WS_FRAME_OUT,
			.buf = (char *)buf,
			.len = (unsigned)len,
			.id = (int)connection};
	sr_event_param_t evp = {.data = &frame};

	if(!sr_event_enabled(SREV_TCP_WS_FRAME_OUT))
		return -1;
	return sr_event_exec(SREV_TCP_WS_FRAME_OUT, &evp);
}

static bool is_framed(const struct nt_due *due)
{
	return (due->at.transport == NT_TRANSPORT_WS
				   || due->at.transport == NT_TRANSPORT_WSS)
		   && due->method != NT_PING_WEBSOCKET;
}

/* By its number alone: with an address the core would take another one */
static bool send_stream(const struct nt_due *due, const char *buf, size_t len,
		enum nt_unsent *why)
{
	struct tcp_connection *c = connection_of(&due->at);
	struct dest_info to;
	int sent;

	*why = NT_UNSENT_GONE;
	if(c == NULL)
		return false;
	init_dest_info(&to);
	to.to.s.sa_family = AF_INET; /* the core asks for its port first: 0 */
	to.send_sock = c->rcv.bind_address;
	to.proto = c->rcv.proto;
	to.id = c->id;
	to.send_flags.f = SND_F_FORCE_CON_REUSE;
	/* who lets go last has to free it, and modules cannot: hold it briefly */
	tcpconn_put(c);
	sent = is_framed(due) ? send_framed(due->at.connection, buf, len)
						  : tcp_send(&to, NULL, buf, (unsigned)len);
	if(sent < 0 && ping_connection_is_open(&due->at))
		*why = NT_UNSENT_LATER;
	return sent >= 0;
}

/* --- the gate ------------------------------------------------------------- */

/* Where a flow leads never changes, and what the gate says of it only with the
 * policy; so it is asked once for each flow and each policy */
static struct
{
	uint64_t *passed; /* own; by number of the flow: its life and the policy */
	uint32_t version; /* of the policy; never 0 */
} gate;

void ping_send_remember(void)
{
	size_t bytes = (size_t)ping_params.flows_max * sizeof(*gate.passed);
	/* pages are only there when they are written */
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	gate.passed = p != MAP_FAILED ? p : NULL;
}

void ping_send_follow_policy(void)
{
	gate.version = api.policy_version();
}

static bool may_pass(const struct nt_due *due)
{
	uint64_t mark = (uint64_t)due->tag.life << 32 | gate.version;
	uint64_t *passed =
			gate.passed != NULL
							&& due->tag.flow < (uint32_t)ping_params.flows_max
					? &gate.passed[due->tag.flow]
					: NULL;

	if(passed != NULL && *passed == mark)
		return true;
	if(!api.permits(&due->at.remote, due->at.transport,
			   ping_is_stream(due->at.transport) ? NT_GATE_FLOW : NT_GATE_PING))
		return false;
	if(passed != NULL)
		*passed = mark;
	return true;
}

bool ping_send(const struct nt_due *due, enum nt_unsent *why)
{
	const struct socket_info *si = ping_socket_at(socket_of(due));
	bool stream = ping_is_stream(due->at.transport);
	char buf[NT_PING_TEXT];
	size_t len;

	*why = NT_UNSENT_REFUSED;
	if(si == NULL || !may_pass(due))
		return false;
	len = print(buf, sizeof(buf), due);
	if(len == 0)
		return false;
	return stream ? send_stream(due, buf, len, why)
				  : send_datagram(due, si, buf, len, why);
}
