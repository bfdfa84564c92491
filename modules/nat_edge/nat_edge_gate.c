/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_gate.h"

#include "core/forward.h"
#include "core/globals.h"
#include "core/script_cb.h"
#include "core/socket_info.h"
#include "core/tcp_conn.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_gate_log.h"
#include "nat_edge/nat_edge_mem.h"
#include "nat_edge/nat_edge_policy.h"
#include "nat_edge/nat_edge_stats.h"
#include "nt_core.h"
#include "ntio/nt_interfaces.h"

/* Of snd_flags_t.f; the core uses the lowest three. sl and tm copy the flags of
 * a request's replies into each reply's destination. */
#define MARK ((unsigned short)0x4000)
_Static_assert(MARK > SND_F_FORCE_SOCKET << 4, "the core's flags are below");

#define LOW_PORT 1024

static struct nt_vec sockets; /* own; struct nt_endpoint; RO after init */
static struct nt_gate_own own;
static bool on; /* RO after init */

/* --- own sockets
 * ----------------------------------------------------------------- */

/* Sockets while they are collected */
struct collection
{
	uint16_t port; /* of the one in hand */
	bool failed;
};

static void keep(void *ctx, const struct nt_addr *addr)
{
	struct collection *c = ctx;
	struct nt_endpoint *e;

	if(!nt_addr_is_set(addr))
		return;
	if((e = nt_vec_add(&sockets)) == NULL)
		c->failed = true;
	else
		*e = (struct nt_endpoint){*addr, c->port};
}

static void keep_socket(struct collection *c, const struct socket_info *si)
{
	struct nt_addr addr = nt_core_addr(&si->address);
	int err;

	c->port = si->port_no;
	keep(c, &addr);
	for(const struct addr_info *a = si->addr_info_lst; a != NULL; a = a->next) {
		addr = nt_core_addr(&a->address);
		keep(c, &addr);
	}
	if((si->flags & SI_IS_ANY) && (err = nt_interfaces_each(keep, c)) != 0)
		LM_WARN("gate: the addresses of this machine cannot be read (%s), so "
				"requests to %.*s at other addresses than loopback are not "
				"known as sent to ourselves\n",
				strerror(err), si->sock_str.len, si->sock_str.s);
}

static int collect_sockets(void)
{
	static const unsigned short protos[] = {
			PROTO_UDP, PROTO_TCP, PROTO_TLS, PROTO_SCTP};
	struct collection c = {.failed = false};

	nt_vec_init(&sockets, &ne_pkg, sizeof(struct nt_endpoint));
	for(size_t i = 0; i < sizeof(protos) / sizeof(protos[0]); i++) {
		struct socket_info **list = get_sock_info_list(protos[i]);

		for(const struct socket_info *si = list != NULL ? *list : NULL;
				si != NULL; si = si->next)
			keep_socket(&c, si);
	}
	if(c.failed) {
		PKG_MEM_ERROR_FMT("for %zu listen sockets\n", sockets.count);
		return -1;
	}
	nt_gate_own_sort(sockets.items, sockets.count);
	own = (struct nt_gate_own){sockets.items, sockets.count};
	return 0;
}

const struct nt_gate_own *ne_gate_own(void)
{
	return &own;
}

/* --- a question
 * ------------------------------------------------------------------ */

bool ne_gate_is_on(void)
{
	return on;
}

/* Of the policy that is in force now, whatever one the message in hand was
 * judged by: what an operator denies is denied from then on, also in processes
 * that judge nothing */
static bool permits(struct ne_denial *d)
{
	const struct ne_policy *p = ne_policy_peek(NE_IN_FORCE);

	d->reason = nt_gate_permits(p->nt, &own, &d->to, d->transport, d->purpose);
	d->by_file = p->path[0] != '\0';
	ne_policy_peek_end();
	if(likely(d->reason == NT_GATE_PERMITTED))
		return true;
	ne_stat_gate(d->reason);
	ne_gate_log(d);
	return false;
}

bool ne_gate_permits(const struct nt_endpoint *to, enum nt_transport transport,
		enum nt_gate_purpose purpose)
{
	struct ne_denial d = {
			.to = *to, .transport = transport, .purpose = purpose};

	return !on || permits(&d);
}

/* --- replies
 * --------------------------------------------------------------------- */

/* Will replies go to the address that the request came from? The core sends
 * them there unless reply_to_via is set; then to the host of the Via. */
static bool is_answered_at_source(const sip_msg_t *request)
{
	struct nt_addr host, source;

	if(!reply_to_via)
		return true;
	source = nt_core_addr(&request->rcv.src_ip);
	return nt_addr_parse(&host, ne_span(&request->via1->host)) == 0
		   && nt_addr_eq(&host, &source);
}

/* Their port is the source's, or the one that the Via says: without rport a
 * stranger chooses it, and a low one would make us knock at other services */
static bool is_port_harmless(const sip_msg_t *request)
{
	const struct via_body *via = request->via1;

	return via->port == 0 || via->port >= LOW_PORT || via->rport != NULL
		   || via->port == request->rcv.src_port;
}

bool ne_gate_mark(sip_msg_t *request)
{
	if(request->via1 == NULL || !is_answered_at_source(request)
			|| !is_port_harmless(request))
		return false;
	request->rpl_send_flags.f |= MARK;
	return true;
}

static int before_script(sip_msg_t *msg, unsigned int flags, void *param)
{
	(void)flags, (void)param;
	ne_gate_mark(msg);
	return 1;
}

/* --- at the door
 * ----------------------------------------------------------------- */

/* On streams the core takes an id without an address as well: an existing
 * connection, whose other end is what counts */
static struct nt_endpoint destination_of(const struct dest_info *dst)
{
	struct nt_endpoint to = {.port = 0};
	struct tcp_connection *con;

	if(dst->to.s.sa_family == AF_INET) {
		to.addr = nt_addr_ipv4((const uint8_t *)&dst->to.sin.sin_addr);
		to.port = ntohs(dst->to.sin.sin_port);
	} else if(dst->to.s.sa_family == AF_INET6) {
		to.addr = nt_addr_ipv6(dst->to.sin6.sin6_addr.s6_addr);
		to.port = ntohs(dst->to.sin6.sin6_port);
	}
	if(to.port != 0 || dst->id == 0 || dst->proto == PROTO_UDP)
		return to;
	if((con = tcpconn_get(dst->id, 0, 0, 0, 0)) != NULL) {
		to.addr = nt_core_addr(&con->rcv.src_ip);
		to.port = con->rcv.src_port;
		tcpconn_put(con);
	}
	return to;
}

/* Answers to STUN requests go where those came from, the stun module knows no
 * other way (RFC 8489 §5: class and method in the first 16 bits) */
static bool is_stun_answer(const str *bytes)
{
	return bytes->len >= 20 && bytes->s[0] == 0x01
		   && (bytes->s[1] == 0x01 || bytes->s[1] == 0x11);
}

static enum nt_gate_purpose purpose_of(
		const str *bytes, const struct dest_info *dst)
{
	char first = bytes->len > 0 ? bytes->s[0] : '\0';

	if(nt_lower(first) == 's' && bytes->len >= 8
			&& strncasecmp(bytes->s, "SIP/2.0 ", 8) == 0)
		return dst->send_flags.f & MARK ? NT_GATE_REPLY : NT_GATE_VIA;
	if(is_stun_answer(bytes))
		return NT_GATE_REPLY;
	if(first <= ' ' || first > '~')
		return NT_GATE_PING;
	return dst->send_flags.f & SND_F_FORCE_CON_REUSE ? NT_GATE_FLOW
													 : NT_GATE_REQUEST;
}

int ne_gate_on_send(sr_event_param_t *evp)
{
	str *bytes = evp->data;
	const struct dest_info *dst = evp->dst;
	struct ne_denial d;

	/* another one may have dropped it */
	if(!on || bytes->s == NULL || dst == NULL)
		return 0;
	d.to = destination_of(dst);
	d.transport = nt_core_transport(dst->proto);
	d.purpose = purpose_of(bytes, dst);
	d.bytes = ne_span(bytes);
	if(likely(permits(&d)))
		return 0;
	pkg_free(bytes->s);
	bytes->s = NULL;
	bytes->len = 0;
	return 0;
}

/* --- life
 * ------------------------------------------------------------------------ */

int ne_gate_hook(void)
{
	if(sr_event_register_cb(SREV_NET_DATA_OUT, ne_gate_on_send) < 0) {
		LM_ERR("gate: the core takes no more than %d callbacks for what is "
			   "sent; Kamailio does not start\n",
				SREV_CB_LIST_SIZE);
		return -1;
	}
	return 0;
}

int ne_gate_init(void)
{
	if(ne_params.gate == 0) {
		LM_WARN("modparam gate is %d: packets are sent wherever a message "
				"says, "
				"also to loopback, multicast and ourselves; use 1 and allow "
				"what is meant by <gate> or gate_allow\n",
				ne_params.gate);
		return 0;
	}
	if(collect_sockets() < 0 || ne_gate_log_init() < 0)
		return -1;
	if(register_script_cb(before_script, PRE_SCRIPT_CB | REQUEST_CB, 0) < 0) {
		LM_ERR("gate: no callback before the script (modparam gate is %d); "
			   "Kamailio does not start\n",
				ne_params.gate);
		return -1;
	}
	on = true;
	return 0;
}

void ne_gate_fini(void)
{
	on = false;
	own = (struct nt_gate_own){NULL, 0};
	if(sockets.mem != NULL)
		nt_vec_fini(&sockets);
	ne_gate_log_fini();
}
