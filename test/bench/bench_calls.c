/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench/bench_calls.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/bench_stock.h"
#include "core/parser/contact/parse_contact.h"
#include "core/parser/parse_from.h"
#include "core/parser/parse_to.h"
#include "core/parser/parse_uri.h"
#include "core/usr_avp.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_contact.h"
#include "nat_edge/nat_edge_gate.h"
#include "nat_edge/nat_edge_received.h"
#include "nat_edge/nat_edge_history.h"
#include "nat_edge/nat_edge_hygiene.h"
#include "nat_edge/nat_edge_msg.h"

static char *built;
static unsigned history_size; /* the default */

static void must(bool ok, const char *what)
{
	if(ok)
		return;
	fprintf(stderr, "bench: %s failed\n", what);
	abort();
}

/* --- parsing, as any proxy does it
 * ------------------------------------------------------------------- */

static int parse_all_contacts(sip_msg_t *msg)
{
	struct sip_uri uri;

	for(struct hdr_field *h = msg->contact; h != NULL; h = h->next) {
		if(h->type != HDR_CONTACT_T)
			continue;
		if(parse_contact(h) < 0)
			return -1;
		for(contact_t *c = ((contact_body_t *)h->parsed)->contacts; c != NULL;
				c = c->next) {
			if(parse_uri(c->uri.s, c->uri.len, &uri) < 0)
				return -1;
		}
	}
	return 0;
}

static int parse_rest(sip_msg_t *msg)
{
	struct sip_uri uri;

	if(parse_headers(msg, HDR_EOH_F, 0) < 0 || parse_all_contacts(msg) < 0
			|| parse_from_header(msg) < 0
			|| parse_uri(get_from(msg)->uri.s, get_from(msg)->uri.len, &uri)
					   < 0)
		return -1;
	if(msg->first_line.type == SIP_REQUEST && parse_sip_msg_uri(msg) < 0)
		return -1;
	return 0;
}

static int parse_all(sip_msg_t *msg, const struct bench_kind *kind)
{
	(void)kind;
	return parse_msg(msg->buf, msg->len, msg) == 0 ? parse_rest(msg) : -1;
}

/* --- nathelper
 * ---------------------------------------------------------------------------------------
 */

static int uac_test_19(sip_msg_t *msg, const struct bench_kind *kind)
{
	(void)kind;
	return bench_stock.nat_uac_test(msg, 19);
}

static int uac_test_1023(sip_msg_t *msg, const struct bench_kind *kind)
{
	(void)kind;
	return bench_stock.nat_uac_test(msg, 1023);
}

static int stock_repair(sip_msg_t *msg, const struct bench_kind *kind)
{
	return kind->registers ? bench_stock.fix_nated_register(msg)
						   : bench_stock.set_contact_alias(msg);
}

static int stock_sequence(sip_msg_t *msg, const struct bench_kind *kind)
{
	return bench_stock.nat_uac_test(msg, 19) > 0 ? stock_repair(msg, kind) : -1;
}

/* --- ours
 * --------------------------------------------------------------------------------------------
 */

static int detect(sip_msg_t *msg, const struct bench_kind *kind)
{
	(void)kind;
	return ki_nat_detect(msg);
}

static int manage(sip_msg_t *msg, const struct bench_kind *kind)
{
	(void)kind;
	return ki_nat_manage(msg);
}

static int repair(sip_msg_t *msg, const struct bench_kind *kind)
{
	struct ne_contacts done;

	return kind->registers ? ne_received_set(msg)
						   : ne_contacts_repair(&done, msg, NT_CONTACT_ALIAS);
}

/* --- the gate: to where the message came from
 * ------------------------------------------------------------------------ */

static int at_door(sip_msg_t *msg, str *bytes, snd_flags_t flags)
{
	struct dest_info dst = {.to = msg->rcv.src_su,
			.proto = msg->rcv.proto,
			.send_flags = flags};
	sr_event_param_t evp = {.data = bytes, .dst = &dst};

	ne_gate_on_send(&evp);
	must(bytes->s != NULL, "the gate");
	return 1;
}

static int gate_request(sip_msg_t *msg, const struct bench_kind *kind)
{
	static const snd_flags_t none;
	str bytes = {msg->buf, (int)msg->len};

	(void)kind;
	return at_door(msg, &bytes, none);
}

/* With the mark that a request gets before the script */
static int gate_reply(sip_msg_t *msg, const struct bench_kind *kind)
{
	static char text[] = "SIP/2.0 200 OK\r\n\r\n";
	str bytes = {text, sizeof(text) - 1};

	(void)kind;
	ne_gate_mark(msg);
	return at_door(msg, &bytes, msg->rpl_send_flags);
}

static int hygiene(sip_msg_t *msg, const struct bench_kind *kind)
{
	(void)kind;
	return ne_hygiene(msg);
}

/* --- the message as it leaves
 * ------------------------------------------------------------------------ */

static int build(sip_msg_t *msg, const struct bench_kind *kind)
{
	size_t len;

	(void)kind;
	built = core_msg_build(msg, &len);
	return built != NULL ? 1 : -1;
}

static int nothing(sip_msg_t *msg, const struct bench_kind *kind)
{
	(void)msg;
	(void)kind;
	return 0;
}

/* clang-format off */
const struct bench_call bench_calls[] = {
	{.id = "nothing", .measured = nothing},
	{.id = "parse", .measured = parse_all, .raw = true},
	{.id = "uac19", .measured = uac_test_19},
	{.id = "uac1023", .measured = uac_test_1023},
	{.id = "stock", .measured = stock_sequence},
	{.id = "stock-repair", .measured = stock_repair, .repairs = true},
	{.id = "detect", .measured = detect},
	{.id = "detect-nohist", .measured = detect, .no_history = true},
	{.id = "detect-100", .measured = detect, .policy = {100, 10}},
	{.id = "detect-1000", .measured = detect, .policy = {1000, 100}},
	{.id = "detect-10000", .measured = detect, .policy = {10000, 1000}},
	{.id = "detect-100000", .measured = detect, .policy = {100000, 10000}},
	{.id = "manage", .measured = manage},
	{.id = "manage-nohist", .measured = manage, .no_history = true},
	{.id = "repair", .measured = repair, .repairs = true},
	{.id = "gate", .measured = gate_request},
	{.id = "gate-reply", .measured = gate_reply},
	{.id = "hygiene", .measured = hygiene},
	{.id = "build", .measured = build},
	{.id = "build-stock", .before = stock_sequence, .measured = build},
	{.id = "build-manage", .before = manage, .measured = build},
	{0},
};
/* clang-format on */

void bench_calls_init(void)
{
	must(ne_conf_init() == 0, "ne_conf_init()");
	history_size = ne_conf.history_size;
	must(ne_history_init(history_size) == 0, "ne_history_init()");
	must(ne_gate_init() == 0, "ne_gate_init()");
	bench_stock_init();
}

void bench_prepare(sip_msg_t *msg, char *buf, const struct bench_kind *kind,
		const struct bench_call *call)
{
	struct core_path path = {.transport = kind->transport};
	sip_msg_t parsed;

	ne_conf.history_size = call->no_history ? 0 : history_size;
	ne_view_forget();
	bench_policy_use(call->policy);
	must(nt_endpoint_parse(&path.source, nt_span_cstr(kind->source)) == 0
					&& nt_endpoint_parse(&path.local, nt_span_cstr(kind->local))
							   == 0,
			"nt_endpoint_parse()");
	must(core_msg_parse(msg, buf, strlen(buf), &path) == 0, kind->id);
	if(call->raw) {
		parsed = *msg;
		core_msg_free(msg);
		memset(msg, 0, sizeof(*msg));
		msg->id = parsed.id;
		msg->pid = parsed.pid;
		msg->buf = buf;
		msg->len = parsed.len;
		msg->rcv = parsed.rcv;
		msg->set_global_address = parsed.set_global_address;
		msg->set_global_port = parsed.set_global_port;
	} else {
		must(parse_rest(msg) == 0, kind->id);
	}
	if(call->before != NULL)
		call->before(msg, kind);
}

void bench_finish(sip_msg_t *msg)
{
	core_text_free(built);
	built = NULL;
	core_msg_free(msg);
	ne_view_forget();
}

/* --- is it what it is meant to be?
 * ------------------------------------------------------------------- */

static int expect(const struct bench_kind *kind, const char *what, bool ok)
{
	if(!ok)
		fprintf(stderr, "bench: %s: %s is not what it should be\n", kind->id,
				what);
	return ok ? 0 : 1;
}

static const struct bench_call *find_call(const char *id)
{
	const struct bench_call *call = bench_calls;

	while(strcmp(call->id, id) != 0)
		call++;
	return call;
}

static int expect_result(
		const struct bench_kind *kind, char *buf, const char *id, bool positive)
{
	const struct bench_call *call = find_call(id);
	sip_msg_t msg;
	int result;

	bench_prepare(&msg, buf, kind, call);
	result = call->measured(&msg, kind);
	bench_finish(&msg);
	return expect(kind, id, (result > 0) == positive);
}

/* Does the message that leaves, or the AVP, name the source after this? In
 * dialogs it need not: the Contact stays, the route tells. */
static int expect_repaired(const struct bench_kind *kind, char *buf,
		const char *id, bool in_dialogs)
{
	struct bench_call call = *find_call(id);
	sip_msg_t msg;
	struct nt_span received;
	bool repaired;

	bench_prepare(&msg, buf, kind, &call);
	call.measured(&msg, kind);
	received = core_received_avp();
	repaired = kind->registers ? received.len > 4 : msg.add_rm != NULL;
	bench_finish(&msg);
	return expect(kind, id,
			repaired == (kind->nat && (kind->registers || in_dialogs)));
}

int bench_verify(const struct bench_kind *kind, char *buf)
{
	return expect_result(kind, buf, "uac19", kind->nat)
		   + expect_result(kind, buf, "uac1023", kind->nat)
		   + expect_result(kind, buf, "detect", kind->nat)
		   + expect_result(kind, buf, "manage", true)
		   + expect_repaired(kind, buf, "stock", true)
		   + expect_repaired(kind, buf, "manage", false);
}
