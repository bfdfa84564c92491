/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/core_env.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/counters.h"
#include "core/dset.h"
#include "core/globals.h"
#include "core/mem/memapi.h"
#include "core/mem/pkg.h"
#include "core/mem/shm.h"
#include "core/msg_translator.h"
#include "core/parser/parse_hname2.h"
#include "core/pvapi.h"
#include "core/pvar.h"
#include "core/tcp_init.h"
#include "core/tcp_options.h"
#include "core/usr_avp.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_stats.h"

static long live, since, fail_at;
static bool keep_failing;
static struct socket_info listener;

static bool refused(void)
{
	since++;
	if(fail_at == 0)
		return false;
	return since == fail_at || (keep_failing && since > fail_at);
}

#ifdef DBG_SR_MEMORY
#define WHERE \
	, const char *file, const char *func, unsigned int line, const char *mname
#define UNUSED_WHERE (void)file, (void)func, (void)line, (void)mname
#else
#define WHERE
#define UNUSED_WHERE (void)0
#endif

static void *block_new(void *pool, size_t size WHERE)
{
	UNUSED_WHERE;
	(void)pool;
	if(refused())
		return NULL;
	live++;
	return malloc(size);
}

static void *block_zero(void *pool, size_t size WHERE)
{
	UNUSED_WHERE;
	(void)pool;
	if(refused())
		return NULL;
	live++;
	return calloc(1, size);
}

static void block_free(void *pool, void *p WHERE)
{
	UNUSED_WHERE;
	(void)pool;
	if(p != NULL)
		live--;
	free(p);
}

static void *block_resize(void *pool, void *p, size_t size WHERE)
{
	UNUSED_WHERE;
	(void)pool;
	if(refused())
		return NULL;
	if(p == NULL)
		live++;
	return realloc(p, size);
}

long core_live_blocks(void)
{
	return live;
}

long core_fail_allocation(long nth, bool from_then_on)
{
	long before = since;

	since = 0;
	fail_at = nth;
	keep_failing = from_then_on;
	return before;
}

static void must(bool ok, const char *what)
{
	if(ok)
		return;
	fprintf(stderr, "core_env: %s failed\n", what);
	abort();
}

static void init_memory(void)
{
	static sr_pkg_api_t pkg;
	static sr_shm_api_t shm;

	pkg.mname = shm.mname = "test";
	pkg.xmalloc = shm.xmalloc = shm.xmalloc_unsafe = block_new;
	pkg.xmallocxz = shm.xmallocxz = block_zero;
	pkg.xfree = shm.xfree = shm.xfree_unsafe = block_free;
	pkg.xrealloc = pkg.xreallocxf = block_resize;
	shm.xrealloc = shm.xreallocxf = shm.xresize = block_resize;
	must(pkg_init_api(&pkg) == 0, "pkg_init_api()");
	must(shm_init_api(&shm) == 0, "shm_init_api()");
}

static void init_listener(void)
{
	static char address[] = "198.51.100.1";

	listener.name.s = listener.address_str.s = address;
	listener.name.len = listener.address_str.len = sizeof(address) - 1;
	listener.address.af = AF_INET;
	listener.address.len = 4;
	inet_pton(AF_INET, address, listener.address.u.addr);
	listener.port_no = 5060;
	listener.port_no_str.s = "5060";
	listener.port_no_str.len = 4;
	listener.proto = PROTO_UDP;
	bind_address = &listener;
	udp_listen = &listener;
}

/* $avp() lives in the pv module, which is not here: enough of it to name one */
static int avp_name(pv_spec_t *spec, str *name)
{
	spec->pvp.pvn.type = PV_NAME_INTSTR;
	spec->pvp.pvn.u.isname.type = AVP_NAME_STR;
	spec->pvp.pvn.u.isname.name.s = *name;
	return 0;
}

static int avp_value(sip_msg_t *msg, pv_param_t *param, pv_value_t *value)
{
	return pv_get_null(msg, param, value);
}

static void init_avp_variable(void)
{
	static pv_export_t avp[] = {
			{{"avp", 3}, PVT_AVP, avp_value, 0, avp_name, 0, 0, 0},
			{{0, 0}, 0, 0, 0, 0, 0, 0, 0}};

	must(register_pvars_mod("test", avp) == 0, "register_pvars_mod()");
}

void core_env_init(void)
{
	/* its messages on broken input are no news here */
	log_stderr = 1;
	default_core_cfg.debug = getenv("CORE_DEBUG") != NULL ? 3 : -5;
	init_memory();
	must(ksr_hname_init_index() == 0, "ksr_hname_init_index()");
	must(init_counters() == 0, "init_counters()");
	must(pv_init_buffer() == 0, "pv_init_buffer()");
	must(init_dst_set() == 0, "init_dst_set()");
	must(init_avps() == 0, "init_avps()");
	tcp_cfg = &tcp_default_cfg;
	must(init_tcp() == 0, "init_tcp()"); /* no connections, but a table */
	init_listener();
	init_avp_variable();
	must(ne_stats_init() == 0, "ne_stats_init()");
	must(ne_keys_init() == 0, "ne_keys_init()");
	must(ne_flow_init() == 0, "ne_flow_init()");
	must(counters_prefork_init(1) == 0, "counters_prefork_init()");
}

static void set_ip(struct ip_addr *ip, const struct nt_addr *a)
{
	char text[NT_ADDR_TEXT];

	nt_addr_print(text, sizeof(text), a, false);
	ip->af = a->family == NT_FAMILY_IPV4 ? AF_INET : AF_INET6;
	ip->len = a->family == NT_FAMILY_IPV4 ? 4 : 16;
	must(inet_pton((int)ip->af, text, ip->u.addr) == 1, "inet_pton()");
}

static int proto_of(enum nt_transport t)
{
	static const int protos[] = {[NT_TRANSPORT_UDP] = PROTO_UDP,
			[NT_TRANSPORT_TCP] = PROTO_TCP,
			[NT_TRANSPORT_TLS] = PROTO_TLS,
			[NT_TRANSPORT_WS] = PROTO_WS,
			[NT_TRANSPORT_WSS] = PROTO_WSS};

	return protos[t];
}

int core_msg_parse(
		sip_msg_t *msg, char *buf, size_t len, const struct core_path *path)
{
	static unsigned id;

	memset(msg, 0, sizeof(*msg));
	msg->id = ++id;
	msg->pid = my_pid();
	msg->buf = buf;
	msg->len = (unsigned)len;
	msg->set_global_address = default_global_address;
	msg->set_global_port = default_global_port;
	set_ip(&msg->rcv.src_ip, &path->source.addr);
	set_ip(&msg->rcv.dst_ip, &path->local.addr);
	msg->rcv.src_port = path->source.port;
	msg->rcv.dst_port = path->local.port;
	msg->rcv.proto = (char)proto_of(path->transport);
	msg->rcv.bind_address = &listener;
	/* a stream has a connection */
	if(path->transport != NT_TRANSPORT_UDP)
		msg->rcv.proto_reserved1 = 77;
	init_su(&msg->rcv.src_su, &msg->rcv.src_ip, path->source.port);
	if(parse_msg(buf, (unsigned)len, msg) != 0 || msg->via1 == NULL
			|| msg->via1->error != PARSE_OK) {
		core_msg_free(msg);
		return -1;
	}
	return 0;
}

char *core_msg_build(sip_msg_t *msg, size_t *len)
{
	struct dest_info dst;
	unsigned n = 0;
	char *text;

	if(msg->first_line.type == SIP_REQUEST) {
		init_dest_info(&dst);
		dst.proto = PROTO_UDP;
		dst.send_sock = &listener;
		text = build_req_buf_from_sip_req(
				msg, &n, &dst, BUILD_NO_LOCAL_VIA | BUILD_NO_PATH);
	} else {
		text = build_res_buf_from_sip_res(msg, &n);
	}
	*len = n;
	return text;
}

void core_text_free(char *text)
{
	if(text != NULL)
		pkg_free(text);
}

void core_msg_free(sip_msg_t *msg)
{
	free_sip_msg(msg);
	reset_avps();
}

size_t core_received_avps(struct nt_span *texts, size_t max)
{
	struct search_state state;
	avp_value_t value;
	size_t count = 0;

	if(!ne_conf.received_set)
		return 0;
	for(avp_t *avp = search_first_avp(ne_conf.received_type | AVP_VAL_STR,
				ne_conf.received_name, &value, &state);
			avp != NULL; avp = search_next_avp(&state, &value)) {
		if(count < max)
			texts[count] = nt_span_of(value.s.s, (size_t)value.s.len);
		count++;
	}
	return count;
}

struct nt_span core_received_avp(void)
{
	struct nt_span text = NT_SPAN("");

	core_received_avps(&text, 1);
	return text;
}
