/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_hygiene.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "core/mem/shm_mem.h"
#include "core/script_cb.h"
#include "core/socket_info.h"
#include "modules/sl/sl.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_copy.h"
#include "nat_edge/nat_edge_cuts.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_gate.h"
#include "nat_edge/nat_edge_policy.h"
#include "nat_edge/nat_edge_stats.h"
#include "nat_edge/nat_edge_tm.h"
#include "nt/nt_hygiene.h"
#include "nt/nt_rate.h"

static struct nt_rate *rate; /* own; shm, made before fork */
static sl_api_t sl;			 /* RO after start; freply NULL: not loaded */

/* The message that was seen last: tm asks again for each reply, when others
 * hold pointers into it */
static struct
{
	const char *buf;
	unsigned id;
	int result;
	uint32_t spots; /* where something was taken out: bits by enum ne_spot */
} seen;

/* Why a message is refused */
enum fault
{
	FAULT_NONE = 0,
	FAULT_DOUBT = 1,
	FAULT_MANY = 2,
	FAULT_UNREADABLE = 3,
	FAULT_ROOM = 4
};

static const enum ne_stat stat_of[NE_SPOT_COUNT] = {
		[NE_SPOT_RURI] = NE_STAT_HYGIENE_RURI,
		[NE_SPOT_CONTACT] = NE_STAT_HYGIENE_CONTACT,
		[NE_SPOT_ROUTE] = NE_STAT_HYGIENE_ROUTE,
		[NE_SPOT_PATH] = NE_STAT_HYGIENE_PATH};

const char *ne_spots_print(char buf[NE_SPOTS_TEXT], uint32_t spots)
{
	static const char *const names[NE_SPOT_COUNT] = {
			"request-uri", "contact", "route", "path"};
	size_t n = 0;

	snprintf(buf, NE_SPOTS_TEXT, "nothing");
	for(unsigned i = 0; i < NE_SPOT_COUNT; i++) {
		if(spots & (1u << i))
			n += (size_t)snprintf(buf + n, NE_SPOTS_TEXT - n, "%s%s",
					n > 0 ? " " : "", names[i]);
	}
	return buf;
}

static bool is_seen(const sip_msg_t *msg)
{
	return seen.buf == msg->buf && seen.id == msg->id;
}

uint32_t ne_hygiene_done(const sip_msg_t *msg)
{
	return is_seen(msg) ? seen.spots : 0;
}

static bool is_request(const sip_msg_t *msg)
{
	return msg->first_line.type == SIP_REQUEST;
}

static bool is_registering(const sip_msg_t *msg)
{
	return is_request(msg) && msg->REQ_METHOD == METHOD_REGISTER;
}

/* Of what there may be too many (T14) */
enum
{
	VIAS = 0,
	ROUTES = 1,
	RECORD_ROUTES = 2,
	CONTACTS = 3,
	LISTS = 4
};

static int list_of(const struct hdr_field *h)
{
	switch(h->type) {
		case HDR_VIA_T:
			return VIAS;
		case HDR_ROUTE_T:
			return ROUTES;
		case HDR_RECORDROUTE_T:
			return RECORD_ROUTES;
		case HDR_CONTACT_T:
			return CONTACTS;
		default:
			return -1;
	}
}

/* Commas separate elements; those within one make it look like more */
static size_t elements_of(struct nt_span body)
{
	const char *end = body.p + body.len, *p = body.p;
	size_t n = 1;

	while(p < end && (p = memchr(p, ',', (size_t)(end - p))) != NULL) {
		p++;
		n++;
	}
	return n;
}

static bool is_crowded(const sip_msg_t *msg)
{
	size_t count[LISTS] = {0};

	for(const struct hdr_field *h = msg->headers; h != NULL; h = h->next) {
		int list = list_of(h);

		if(list < 0)
			continue;
		count[list] += elements_of(ne_span(&h->body));
		if(count[list] > NE_ELEMENTS_MAX)
			return true;
	}
	return false;
}

/* No element is shorter: below this there cannot be too many */
#define ELEMENT_BYTES 6

/* May there be something to do? No is certain. */
static bool look(const sip_msg_t *msg)
{
	bool request = is_request(msg), found = false;
	int bytes = 0;

	if(request)
		found = nt_hygiene_suspects(
				ne_span(&msg->first_line.u.request.uri), NT_HYGIENE_WAYS);
	for(const struct hdr_field *h = msg->headers; h != NULL && !found;
			h = h->next) {
		switch(h->type) {
			case HDR_CONTACT_T:
				bytes += h->body.len;
				found = nt_hygiene_suspects(ne_span(&h->body), NT_HYGIENE_ALL);
				break;
			case HDR_ROUTE_T:
				bytes += h->body.len;
				found = request
						&& nt_hygiene_suspects(
								ne_span(&h->body), NT_HYGIENE_WAYS);
				break;
			case HDR_VIA_T:
			case HDR_RECORDROUTE_T:
				bytes += h->body.len;
				break;
			case HDR_PATH_T:
				found = is_registering(msg);
				break;
			default:
				break;
		}
	}
	return found || bytes > NE_ELEMENTS_MAX * ELEMENT_BYTES;
}

static bool is_trusted(sip_msg_t *msg)
{
	struct nt_endpoint source = ne_source_of(msg);
	const struct ne_policy *p = ne_policy_peek(NE_IN_FORCE);
	bool trusted =
			p != NULL
			&& nt_is_trusted(nt_tags_of(nt_policy_nets(p->nt), &source.addr));

	ne_policy_peek_end();
	/* what we sent to ourselves was seen here before we put our own in */
	return trusted
		   || (msg->rcv.proto == PROTO_UDP
				   && find_si(&msg->rcv.src_ip, msg->rcv.src_port, PROTO_UDP)
							  != NULL);
}

static bool is_client(sip_msg_t *msg)
{
	if(!is_request(msg))
		return !ne_reply_is_proxied(msg);
	return msg->via1->next == NULL && msg->h_via2 == NULL
		   && msg->record_route == NULL;
}

static enum fault clean(sip_msg_t *msg)
{
	struct ne_cuts cuts;
	int rc = ne_cuts_gather(&cuts, msg, is_client(msg));

	if(rc != 0)
		return rc == ENOSPC ? FAULT_MANY : FAULT_DOUBT;
	if(cuts.pieces.count == 0)
		return FAULT_NONE;
	if(ne_copy_without(msg, &cuts.pieces) != 0)
		return FAULT_ROOM;
	for(unsigned i = 0; i < NE_SPOT_COUNT; i++) {
		ne_stat_add(stat_of[i], (int)cuts.count[i]);
		seen.spots |= cuts.count[i] > 0 ? 1u << i : 0;
	}
	return FAULT_NONE;
}

/* One line in so many seconds, of all processes together, whatever comes (T30)
 */
#define SAY_SECONDS 10

static void say(const sip_msg_t *msg, enum fault fault, bool answered)
{
	static const char *const texts[] = {
			[FAULT_DOUBT] = "alias, received, maddr or a "
							"token of ours, written so that "
							"it cannot be taken out",
			[FAULT_MANY] = "more than 64 elements of Via, Route, Record-Route "
						   "or Contact, or to be taken out",
			[FAULT_UNREADABLE] = "header fields that cannot be read",
			[FAULT_ROOM] = "no memory, or more than 65535 bytes, for what is "
						   "left without them"};
	struct nt_endpoint source = ne_source_of(msg);
	char text[NT_ENDPOINT_TEXT];
	uint32_t more;

	if(rate == NULL
			|| !nt_rate_pass(
					rate, (uint32_t)(time(NULL) / SAY_SECONDS), 1, &more))
		return;
	nt_endpoint_print(text, sizeof(text), &source);
	LM_WARN("%s from %s: %s; allowed to senders in "
			"<trusted> or trusted_nets; %s (and %u more since the last line)\n",
			is_request(msg) ? "request" : "reply", text, texts[fault],
			answered ? "answered 400" : "dropped", more);
}

static int refuse(sip_msg_t *msg, enum fault fault)
{
	static str reason = str_init("Bad Request");

	/* the core answers nothing whose header fields it cannot read */
	bool answered = is_request(msg) && msg->REQ_METHOD != METHOD_ACK
					&& sl.freply != NULL && fault != FAULT_UNREADABLE;

	ne_stat_add(fault == FAULT_MANY ? NE_STAT_HYGIENE_LIMIT
									: NE_STAT_HYGIENE_REFUSED,
			1);
	say(msg, fault, answered);
	if(answered) {
		/* the gate has not seen it yet */
		ne_gate_mark(msg);
		sl.freply(msg, 400, &reason);
	}
	return 0;
}

static enum fault examine(sip_msg_t *msg)
{
	/* of a reply nothing is obeyed before its Contact comes back to us */
	if(parse_headers(msg, HDR_EOH_F, 0) < 0)
		return is_request(msg) && !is_trusted(msg) ? FAULT_UNREADABLE
												   : FAULT_NONE;
	if(!is_request(msg) && !ne_is_target(msg))
		return FAULT_NONE;
	if(!look(msg) || is_trusted(msg))
		return FAULT_NONE;
	return is_crowded(msg) ? FAULT_MANY : clean(msg);
}

/* Copies in shared memory, which tm brings before us once more, are of what
 * was seen */
static bool is_ours_to_see(const sip_msg_t *msg)
{
	return ne_conf.hygiene && (IS_SIP(msg) || IS_SIP_REPLY(msg))
		   && !(msg->msg_flags & FL_SHM_CLONE);
}

int ne_hygiene(sip_msg_t *msg)
{
	enum fault fault;

	if(!is_ours_to_see(msg))
		return 1;
	if(is_seen(msg))
		return seen.result;
	seen.spots = 0;
	fault = examine(msg);
	seen.buf = msg->buf;
	seen.id = msg->id;
	seen.result = fault == FAULT_NONE ? 1 : refuse(msg, fault);
	return seen.result;
}

static int before_script(sip_msg_t *msg, unsigned flags, void *param)
{
	(void)flags;
	(void)param;
	return ne_hygiene(msg);
}

int ne_hygiene_init(void)
{
	if(!ne_conf.hygiene)
		return 0;
	rate = shm_malloc(sizeof(*rate));
	if(rate == NULL) {
		SHM_MEM_ERROR_FMT("for hygiene, %zu bytes\n", sizeof(*rate));
		return -1;
	}
	memset(rate, 0, sizeof(*rate));
	if(find_export("bind_sl", 0, 0) == NULL)
		LM_INFO("sl is not loaded: requests that hygiene refuses are dropped "
				"without a 400\n");
	else if(sl_load_api(&sl) < 0)
		return -1;
	return register_script_cb(
			before_script, PRE_SCRIPT_CB | REQUEST_CB | ONREPLY_CB, NULL);
}

void ne_hygiene_fini(void)
{
	if(rate != NULL)
		shm_free(rate);
	rate = NULL;
}
