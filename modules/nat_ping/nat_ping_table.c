/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_table.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "core/globals.h"
#include "core/locking.h"
#include "core/mem/mem.h"
#include "core/mem/shm_mem.h"
#include "core/socket_info.h"
#include "nat_ping/nat_ping_addr.h"
#include "nat_ping/nat_ping_conf.h"
#include "nat_ping/nat_ping_edge.h"

/* In shared memory */
struct shared
{
	gen_lock_t lock;
	struct nt_flows *table; /* LOCK: lock */
	uint32_t flows;			/* ATOMIC; 0: there are none */
};

#define END_PATIENCE_MS 100

static bool ending;			   /* in the main process: all others are gone */
static struct shared *shared;  /* own */
static struct nt_hash_key key; /* RO: before fork */
static struct numbered
{
	struct socket_info *si;
} * sockets; /* own; pkg; RO: before fork */
static uint16_t socket_count;

static void *get(void *ctx, size_t size)
{
	(void)ctx;
	return shm_malloc(size);
}

static void put(void *ctx, void *p)
{
	(void)ctx;
	if(p != NULL)
		shm_free(p);
}

static const struct nt_mem shm = {get, put, NULL};

uint64_t ping_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* --- sockets -------------------------------------------------------------- */

static const unsigned short protos[] = {PROTO_UDP, PROTO_TCP, PROTO_TLS};
#define PROTO_COUNT (sizeof(protos) / sizeof(protos[0]))

/* @return how many; they are written if there is room for them */
static size_t each_socket(struct numbered *to)
{
	size_t count = 0;

	for(size_t i = 0; i < PROTO_COUNT; i++) {
		struct socket_info **list = get_sock_info_list(protos[i]);

		for(struct socket_info *si = list != NULL ? *list : NULL; si != NULL;
				si = si->next, count++) {
			if(to != NULL)
				to[count].si = si;
		}
	}
	return count;
}

static int by_place(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct numbered *)a)->si;
	uintptr_t y = (uintptr_t)((const struct numbered *)b)->si;

	return x < y ? -1 : x > y;
}

static int number_sockets(void)
{
	size_t count = each_socket(NULL);

	if(count >= NT_FLOWS_PROBE) {
		LM_ERR("%zu listen sockets are more than %d; Kamailio does not start\n",
				count, NT_FLOWS_PROBE - 1);
		return -1;
	}
	sockets = pkg_malloc((count + 1) * sizeof(*sockets));
	if(sockets == NULL) {
		PKG_MEM_ERROR_FMT("for %zu listen sockets\n", count);
		return -1;
	}
	each_socket(sockets);
	qsort(sockets, count, sizeof(*sockets), by_place);
	socket_count = (uint16_t)count;
	return 0;
}

uint16_t ping_socket_number(const struct socket_info *si)
{
	uint16_t low = 0, high = socket_count;

	while(low < high) {
		uint16_t middle = (uint16_t)((low + high) / 2);

		if(sockets[middle].si == si)
			return middle;
		if((uintptr_t)sockets[middle].si < (uintptr_t)si)
			low = (uint16_t)(middle + 1);
		else
			high = middle;
	}
	return PING_NO_SOCKET;
}

struct socket_info *ping_socket_at(uint16_t number)
{
	return number < socket_count ? sockets[number].si : NULL;
}

uint16_t ping_socket_count(void)
{
	return socket_count;
}

bool ping_flow_at(struct nt_flow_at *at, const struct receive_info *rcv)
{
	memset(at, 0, sizeof(*at));
	at->remote.addr = nt_core_addr(&rcv->src_ip);
	at->remote.port = rcv->src_port;
	at->transport = nt_core_transport(rcv->proto);
	at->socket = ping_socket_number(rcv->bind_address);
	if(ping_is_stream(at->transport))
		at->connection = (uint32_t)rcv->proto_reserved1;
	return at->socket != PING_NO_SOCKET && at->transport != NT_TRANSPORT_OTHER
		   && nt_addr_is_set(&at->remote.addr);
}

/* One that listens at every address: a stream's own address is another one */
static const struct socket_info *listener_at_any(int proto, uint16_t port)
{
	for(uint16_t i = 0; i < socket_count; i++) {
		struct socket_info *si = sockets[i].si;

		if(si->proto == proto && si->port_no == port
				&& ip_addr_any(&si->address))
			return si;
	}
	return NULL;
}

bool ping_flow_of(struct nt_flow_at *at, const struct nt_flow *flow)
{
	int proto = nt_core_socket_proto(flow->transport);
	const struct socket_info *si = NULL;
	struct ip_addr ip;

	*at = (struct nt_flow_at){.remote = flow->remote,
			.transport = flow->transport,
			.socket = PING_NO_SOCKET,
			.connection =
					ping_is_stream(flow->transport) ? flow->connection : 0};
	if(nt_core_ip(&ip, &flow->local.addr))
		si = find_si(&ip, flow->local.port, (unsigned short)proto);
	if(si == NULL)
		si = listener_at_any(proto, flow->local.port);
	at->socket = ping_socket_number(si);
	return at->socket != PING_NO_SOCKET;
}

/* --- the table ------------------------------------------------------------ */

static int make_key(void)
{
	if(getrandom(&key, sizeof(key), 0) == (ssize_t)sizeof(key))
		return 0;
	LM_ERR("no %zu random bytes from the kernel: %s; Kamailio does not start\n",
			sizeof(key), strerror(errno));
	return -1;
}

static struct nt_flows *make_table(bool probe)
{
	struct nt_flows_conf conf = {
			.flows_max = (uint32_t)ping_params.flows_max,
			.sites_max = (uint32_t)ping_params.sites_max,
			.per_site = (uint32_t)ping_params.flows_per_site,
			.floor_s = (uint32_t)ping_params.interval_floor,
			.learn_flows_max = (uint32_t)ping_params.learn_flows_max,
			.probe = probe,
			.key = key,
	};

	return nt_flows_new(&shm, &conf, ping_now_ms());
}

int ping_sockets_init(void)
{
	return number_sockets();
}

int ping_table_init(bool probe)
{
	if(make_key() < 0)
		return -1;
	shared = shm_malloc(sizeof(*shared));
	if(shared == NULL) {
		SHM_MEM_ERROR_FMT("for the flows' lock, %zu bytes\n", sizeof(*shared));
		return -1;
	}
	memset(shared, 0, sizeof(*shared));
	if(lock_init(&shared->lock) == NULL) {
		LM_ERR("no lock for %d flows; Kamailio does not start\n",
				ping_params.flows_max);
		return -1;
	}
	shared->table = make_table(probe);
	if(shared->table == NULL) {
		SHM_MEM_ERROR_FMT("for a table of %d flows; use a smaller flows_max, "
						  "or more shared memory (-m)\n",
				ping_params.flows_max);
		return -1;
	}
	return 0;
}

void ping_table_fini(void)
{
	if(shared != NULL) {
		if(shared->table != NULL)
			nt_flows_free(shared->table);
		lock_destroy(&shared->lock);
		shm_free(shared);
		shared = NULL;
	}
	if(sockets != NULL)
		pkg_free(sockets);
	sockets = NULL;
	socket_count = 0;
}

void ping_table_end(void)
{
	ending = true;
}

/* Whoever held it when the server was ended does not give it back */
static bool get_lock_at_end(void)
{
	struct timespec ms = {0, 1000000};

	for(int i = 0; i < END_PATIENCE_MS; i++) {
		if(lock_try(&shared->lock) == 0)
			return true;
		nanosleep(&ms, NULL);
	}
	return false;
}

struct nt_flows *ping_table_get(void)
{
	if(shared == NULL)
		return NULL;
	if(!ending)
		lock_get(&shared->lock);
	else if(!get_lock_at_end())
		return NULL;
	return shared->table;
}

void ping_table_put(void)
{
	lock_release(&shared->lock);
}

bool ping_table_is_empty(void)
{
	return shared == NULL
		   || __atomic_load_n(&shared->flows, __ATOMIC_RELAXED) == 0;
}

void ping_table_stats(struct nt_flows_stats *stats)
{
	struct nt_flows *table = ping_table_get();

	memset(stats, 0, sizeof(*stats));
	if(table == NULL)
		return;
	nt_flows_stats(table, stats);
	__atomic_store_n(&shared->flows, stats->flows, __ATOMIC_RELAXED);
	ping_table_put();
}

enum nt_hold_result ping_hold(const struct nt_hold *hold)
{
	struct nt_hold limited = *hold;
	enum nt_hold_result result;
	struct nt_flows *table;

	/* the policy's own gateways are no crowd */
	limited.site_max = hold->reason != NT_REASON_STATIC
							   ? api.site_limit(&hold->at.remote.addr)
							   : 0;
	table = ping_table_get();
	if(table == NULL)
		return NT_HOLD_FULL;
	result = nt_flows_hold(table, &limited, ping_now_ms());
	if(result <= NT_HOLD_MOVED)
		__atomic_store_n(&shared->flows, 1, __ATOMIC_RELAXED);
	ping_table_put();
	return result;
}

void ping_release(uint64_t holder)
{
	struct nt_flows *table;

	if(ping_table_is_empty() || (table = ping_table_get()) == NULL)
		return;
	nt_flows_release(table, holder, ping_now_ms());
	ping_table_put();
}

uint64_t ping_holder(enum nt_reason reason, struct nt_span a, struct nt_span b,
		unsigned number)
{
	struct nt_hash h;

	nt_hash_begin(&h, &key);
	nt_hash_add_number(&h, (uint64_t)reason);
	nt_hash_add(&h, a);
	nt_hash_add(&h, b);
	nt_hash_add_number(&h, number);
	return nt_hash_end(&h);
}

const struct nt_hash_key *ping_table_key(void)
{
	return &key;
}
