/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A module of the bench alone: puts contacts into usrloc as a registrar would,
 * by usrloc's functions, so that every pinger learns of them in its own way.
 * RPC: bench.load COUNT */
#include <stdio.h>

#include "core/ip_addr.h"
#include "core/rpc.h"
#include "core/socket_info.h"
#include "core/sr_module.h"
#include "core/utils/sruid.h"
#include "modules/usrloc/usrloc.h"
#include "places.h"

MODULE_VERSION

#define EXPIRES 7200

static usrloc_api_t ul;
static sruid_t ids;

/* What a desk phone behind a NAT leaves: an AoR of 8, a Contact of 45 and where
 * it came from in 24 characters at most */
static void fill(ucontact_info_t *ci, str *aor, str *contact, unsigned number)
{
	static char user[16], uri[64], received[64];
	static str none = {"", 0}, call_id = str_init("3848276298220188511@phone"),
			   agent = str_init("Phone/1.0");
	unsigned at = PHONES_ADDR + number;

	aor->len = snprintf(aor->s = user, sizeof(user), "u%07u", number);
	contact->len = snprintf(contact->s = uri, sizeof(uri),
			"sip:%s@192.168.1.20:5060;line=%08x", user, number);
	memset(ci, 0, sizeof(*ci));
	ci->received.len = snprintf(ci->received.s = received, sizeof(received),
			"sip:%u.%u.%u.%u:%d", at >> 24, at >> 16 & 255, at >> 8 & 255,
			at & 255, PHONES_PORT);
	ci->c = contact;
	ci->path = &none;
	ci->expires = time(NULL) + EXPIRES;
	ci->q = Q_UNSPECIFIED;
	ci->callid = &call_id;
	ci->cseq = 1;
	ci->cflags = ul.nat_flag;
	ci->user_agent = &agent;
	ci->sock = udp_listen;
	ci->methods = 0xffffffff;
	ci->tcpconn_id = -1;
	ci->last_modified = time(NULL);
}

static int put_one(udomain_t *domain, unsigned number)
{
	ucontact_info_t info;
	urecord_t *record;
	ucontact_t *made;
	str aor, contact;
	int rc;

	fill(&info, &aor, &contact, number);
	if(sruid_next(&ids) < 0)
		return -1;
	info.ruid = ids.uid;
	ul.lock_udomain(domain, &aor);
	rc = ul.insert_urecord(domain, &aor, &record);
	if(rc == 0)
		rc = ul.insert_ucontact(record, &contact, &info, &made);
	ul.unlock_udomain(domain, &aor);
	return rc;
}

static const char *doc[] = {"Put so many contacts into usrloc", NULL};

static void rpc_load(rpc_t *rpc, void *ctx)
{
	udomain_t *domain;
	int count;

	if(rpc->scan(ctx, "d", &count) < 1)
		return;
	if(ul.get_udomain("location", &domain) < 0) {
		rpc->fault(ctx, 500, "No table");
		return;
	}
	for(int i = 0; i < count; i++) {
		if(put_one(domain, (unsigned)i) != 0) {
			rpc->fault(ctx, 500, "Contact %d of %d has no room", i, count);
			return;
		}
	}
}

static rpc_export_t rpcs[] = {
		{"bench.load", rpc_load, doc, 0}, {NULL, NULL, NULL, 0}};

static int init(void)
{
	bind_usrloc_t bind = (bind_usrloc_t)find_export("ul_bind_usrloc", 1, 0);

	if(bind == NULL || bind(&ul) < 0 || sruid_init(&ids, '-', "bnch", 0) < 0)
		return -1;
	return ul.register_udomain("location", &(udomain_t *){NULL});
}

static int child_init(int rank)
{
	return rank == PROC_INIT ? 0 : sruid_init(&ids, '-', "bnch", 0);
}

struct module_exports exports = {.name = "bench_load",
		.dlflags = DEFAULT_DLFLAGS,
		.rpc_methods = rpcs,
		.init_mod_f = init,
		.init_child_f = child_init};
