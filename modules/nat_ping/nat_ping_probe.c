/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/mem/mem.h"
#include "core/socket_info.h"
#include "nat_ping/nat_ping_addr.h"
#include "nat_ping/nat_ping_answer.h"
#include "nat_ping/nat_ping_conf.h"
#include "nat_ping/nat_ping_face.h"
#include "nat_ping/nat_ping_table.h"

/* Anybody can send there: so much of a datagram is read, so many at a time */
#define DATAGRAM 4096
#define AT_ONCE 64
#define RECEIVE_BYTES 262144

/* RFC 6761 §6.4: nobody resolves it */
#define NOWHERE "nat.invalid"

struct probe
{
	int fd;		 /* -1: none */
	bool shared; /* of a probe before it */
	struct ping_host host;
	char name[sizeof(NOWHERE) + 6]; /* with its port */
};

static struct probe
		*probes; /* own; pkg; by number of socket; RO: before fork */
static struct pollfd *polled; /* own; pkg; those that are not shared */
static uint16_t count, polled_count;

static uint16_t index_of(uint16_t number)
{
	return (uint16_t)(number & ~NT_FLOWS_PROBE);
}

int ping_probe_fd(uint16_t number)
{
	return index_of(number) < count ? probes[index_of(number)].fd : -1;
}

struct nt_span ping_probe_host(uint16_t number)
{
	if(ping_probe_fd(number) < 0)
		return NT_SPAN("");
	return ping_host_span(&probes[index_of(number)].host);
}

struct nt_span ping_probe_name(uint16_t number)
{
	return nt_span_cstr(probes[index_of(number)].name);
}

/* --- opening -------------------------------------------------------------- */

static bool prepare(int fd, union sockaddr_union *at)
{
	int bytes = RECEIVE_BYTES, one = 1;
	int flags = fcntl(fd, F_GETFL);

	if(at->s.sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0
		   && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0
		   && bind(fd, &at->s, (socklen_t)sockaddru_len(*at)) == 0;
}

/* @return its port, or 0: it has none */
static uint16_t port_of(int fd)
{
	union sockaddr_union at;
	socklen_t len = sizeof(at);

	if(getsockname(fd, &at.s, &len) != 0)
		return 0;
	return su_getport(&at);
}

/* Its own address, which the core makes ready only later */
static int open_one(struct socket_info *si, uint16_t *port)
{
	union sockaddr_union at;
	int fd = -1;

	if(init_su(&at, &si->address, (unsigned short)ping_params.learn_port) == 0)
		fd = socket(at.s.sa_family, SOCK_DGRAM, 0);
	if(fd >= 0 && prepare(fd, &at) && (*port = port_of(fd)) != 0)
		return fd;
	LM_WARN("no socket beside %.*s for tests of NATs (learn_port is %d): %s; "
			"nothing is learned of clients that come by it\n",
			STR_FMT(&si->sock_str), ping_params.learn_port, strerror(errno));
	if(fd >= 0)
		close(fd);
	return -1;
}

/* With a port that is given there can be one for each address */
static const struct probe *same_address(uint16_t number)
{
	struct socket_info *si = ping_socket_at(number);

	for(uint16_t i = 0; ping_params.learn_port != 0 && i < number; i++) {
		struct socket_info *other = ping_socket_at(i);

		if(probes[i].fd >= 0 && !probes[i].shared
				&& ip_addr_cmp(&other->address, &si->address))
			return &probes[i];
	}
	return NULL;
}

static void open_beside(uint16_t number)
{
	struct socket_info *si = ping_socket_at(number);
	struct probe *p = &probes[number];
	const struct probe *first;
	uint16_t port = 0;

	p->fd = -1;
	if(si->proto != PROTO_UDP || (si->flags & SI_IS_MCAST))
		return;
	first = same_address(number);
	p->shared = first != NULL;
	if(first != NULL) {
		p->fd = first->fd;
		port = port_of(first->fd);
	} else {
		p->fd = open_one(si, &port);
		if(p->fd < 0)
			return;
		polled[polled_count++] = (struct pollfd){.fd = p->fd, .events = POLLIN};
		LM_INFO("NATs before clients of %.*s are tested from UDP port %u; open "
				"it for them (learn_port is %d)\n",
				STR_FMT(&si->sock_str), port, ping_params.learn_port);
	}
	ping_host_make(&p->host, si, port);
	snprintf(p->name, sizeof(p->name), "%s:%u", NOWHERE, port);
}

bool ping_probe_init(void)
{
	uint16_t sockets = ping_socket_count();

	if(ping_params.learn_port < 0)
		return false;
	probes = pkg_malloc((sockets + 1U) * sizeof(*probes));
	polled = pkg_malloc((sockets + 1U) * sizeof(*polled));
	if(probes == NULL || polled == NULL) {
		PKG_MEM_ERROR_FMT("for %u sockets\n", sockets);
		return false;
	}
	memset(probes, 0, (sockets + 1U) * sizeof(*probes));
	for(uint16_t i = 0; i < sockets; i++) {
		open_beside(i);
		count++;
	}
	return polled_count > 0;
}

void ping_probe_fini(void)
{
	for(uint16_t i = 0; i < polled_count; i++)
		close(polled[i].fd);
	if(probes != NULL)
		pkg_free(probes);
	if(polled != NULL)
		pkg_free(polled);
	probes = NULL;
	polled = NULL;
	count = polled_count = 0;
}

/* --- reading -------------------------------------------------------------- */

static void take(
		int fd, const char *text, size_t len, const union sockaddr_union *from)
{
	struct nt_flow_at at = {.transport = NT_TRANSPORT_UDP};
	struct ip_addr ip;

	su2ip_addr(&ip, (union sockaddr_union *)from);
	at.remote.addr = nt_core_addr(&ip);
	at.remote.port = su_getport(from);
	/* of those that share it, the one that the flow has */
	for(uint16_t i = 0; i < count; i++) {
		if(probes[i].fd != fd)
			continue;
		at.socket = (uint16_t)(NT_FLOWS_PROBE | i);
		if(ping_answer_text(nt_span_of(text, len), &at))
			return;
	}
}

static void drain(int fd)
{
	static char buf[DATAGRAM];
	union sockaddr_union from;

	for(int i = 0; i < AT_ONCE; i++) {
		socklen_t size = sizeof(from);
		ssize_t len = recvfrom(fd, buf, sizeof(buf), 0, &from.s, &size);

		if(len < 0)
			return;
		take(fd, buf, (size_t)len, &from);
	}
}

void ping_probe_serve(int ms)
{
	if(poll(polled, polled_count, ms) <= 0)
		return;
	for(uint16_t i = 0; i < polled_count; i++) {
		if(polled[i].revents != 0)
			drain(polled[i].fd);
	}
}
