/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A module for scripts of the bench: what stands between bench_begin() and
 * bench_end() is counted, or one token is sealed or opened. */
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>

#include <valgrind/callgrind.h>

#include "core/mod_fix.h"
#include "core/sr_module.h"
#include "modules/outbound/api.h"
#include "nt/nt_token.h"

MODULE_VERSION

#define CALLS 1000 /* that are timed together */
#define ROUNDS 25  /* of which the best is taken */

static int begin(sip_msg_t *msg, char *p1, char *p2)
{
	(void)msg, (void)p1, (void)p2;
	CALLGRIND_TOGGLE_COLLECT;
	return 1;
}

static int end(sip_msg_t *msg, char *p1, char *p2)
{
	(void)msg, (void)p1, (void)p2;
	CALLGRIND_TOGGLE_COLLECT;
	return 1;
}

/* --- tokens
 * ------------------------------------------------------------------------- */

static ob_api_t outbound;
static struct nt_keys keys = {.count = 1};
static str theirs; /* a token of outbound's */
static char ours[NT_TOKEN_SIZE];
static size_t ours_len;

static void free_theirs(void)
{
	if(theirs.s != NULL)
		pkg_free(theirs.s);
	theirs = (str){NULL, 0};
}

static int their_seal(sip_msg_t *msg)
{
	free_theirs();
	return outbound.encode_flow_token(&theirs, &msg->rcv) == 0;
}

static int their_open(sip_msg_t *msg)
{
	struct receive_info *flow;

	msg->ldv.flow.decoded = 0;
	return outbound.decode_flow_token(msg, &flow, theirs) == 0
		   && flow->src_port == msg->rcv.src_port;
}

static int our_seal(sip_msg_t *msg)
{
	struct nt_token token = {.purpose = NT_PURPOSE_CALLER,
			.flow = {.transport = NT_TRANSPORT_UDP,
					.local = {nt_addr_ipv4(msg->rcv.dst_ip.u.addr),
							msg->rcv.dst_port},
					.remote = {nt_addr_ipv4(msg->rcv.src_ip.u.addr),
							msg->rcv.src_port}},
			.binding = 0x12345678};

	ours_len = nt_token_seal(ours, sizeof(ours), &keys, &token);
	return ours_len > 0;
}

static int our_open(sip_msg_t *msg)
{
	char text[NT_TOKEN_TEXT_MAX];
	struct nt_token token;

	return nt_token_open(&token, text, &keys, nt_span_of(ours, ours_len),
				   NT_PURPOSE_CALLER)
				   == NT_TOKEN_OK
		   && token.flow.remote.port == msg->rcv.src_port;
}

static const struct
{
	const char *name;
	int (*call)(sip_msg_t *);
} kinds[] = {{"outbound-seal", their_seal}, {"outbound-open", their_open},
		{"nat_edge-seal", our_seal}, {"nat_edge-open", our_open}};

/* The wire has stopped the clock for everybody else */
static long now(void)
{
	struct timespec t;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000l + t.tv_nsec;
}

static void take_time(
		sip_msg_t *msg, const char *name, int (*call)(sip_msg_t *))
{
	long best = 0;

	for(int round = 0; round < ROUNDS; round++) {
		long from = now(), took;

		for(int i = 0; i < CALLS; i++)
			call(msg);
		took = now() - from;
		if(round == 0 || took < best)
			best = took;
	}
	LM_NOTICE("ns of %s: %ld.%ld\n", name, best / CALLS, best % CALLS / 100);
}

/* One call for callgrind, or many for the clock */
static int token(sip_msg_t *msg, char *kind, char *p2)
{
	str name;

	(void)p2;
	if(fixup_get_svalue(msg, (gparam_t *)kind, &name) != 0)
		return -1;
	for(size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if(strncmp(kinds[i].name, name.s, (size_t)name.len) != 0)
			continue;
		/* the first one pays for what is set up on first use */
		if(!kinds[i].call(msg)) {
			LM_ERR("%s failed\n", kinds[i].name);
			return -1;
		}
		if(!RUNNING_ON_VALGRIND) {
			take_time(msg, kinds[i].name, kinds[i].call);
			return 1;
		}
		CALLGRIND_TOGGLE_COLLECT;
		kinds[i].call(msg);
		CALLGRIND_TOGGLE_COLLECT;
		return 1;
	}
	LM_ERR("no kind '%.*s'\n", name.len, name.s);
	return -1;
}

static int init(void)
{
	static const uint8_t secret[NT_KEY_BYTES] = {1, 2, 3};

	nt_key_set(&keys.key[0], 1, secret);
	if(module_loaded("outbound") && ob_load_api(&outbound) < 0)
		return -1;
	return 0;
}

static cmd_export_t cmds[] = {
		{"bench_begin", (cmd_function)begin, 0, 0, 0, ANY_ROUTE},
		{"bench_end", (cmd_function)end, 0, 0, 0, ANY_ROUTE},
		{"bench_token", (cmd_function)token, 1, fixup_spve_null,
				fixup_free_spve_null, ANY_ROUTE},
		{0, 0, 0, 0, 0, 0}};

struct module_exports exports = {.name = "bench_mark",
		.dlflags = DEFAULT_DLFLAGS,
		.cmds = cmds,
		.init_mod_f = init};
