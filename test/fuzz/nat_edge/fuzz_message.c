/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a message, through the real parser, hygiene and every script
 * function.
 *
 * Input: a byte each for transport, source and function, then the packet. Held:
 * nothing reads or writes outside the packet, received bytes stay (T17), a
 * second call changes nothing, what leaves can be read again with as many
 * Contacts as without us, and each Contact that was changed comes back as it
 * was; and what the core reads of a message that goes on says nothing of ways
 * (T03, T04, T19).
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/golden_case.h"
#include "core/undo_same.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_history.h"
#include "nat_edge/nat_edge_hygiene.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_undo.h"

#define UNDO "" /* what reads and undoes Contacts of ours */

/* clang-format off */
static const char *const sources[] = {
	"203.0.113.9:40001", "192.168.1.10:5060", "100.64.3.4:1024", "[2001:db8::7]:5060",
	"[fd00::5]:5061", "127.0.0.1:5060", "203.0.113.200:5060", "10.200.0.3:5060",
};
static const char *const calls[] = {
	"nat_manage", "nat_detect", "nat_fix_contact", "nat_fix_contact rewrite", "nat_fix_contact received",
	"nat_force_rport", "nat_detect all", "nat_fix_contact keep",
	"nat_fix_contact alias", "nat_fix_contact fs-path", "nat_fix_contact alias", UNDO, "nat_fix_contact fs-path",
	"nat_force_rport", "nat_fix_contact alias", "nat_fix_contact rewrite",
};
/* clang-format on */

static void must(bool ok)
{
	if(!ok)
		abort();
}

static int contact_count(sip_msg_t *msg)
{
	struct hdr_field *header = NULL;
	contact_t *c = NULL;
	int count = 0;

	if(parse_headers(msg, HDR_EOH_F, 0) < 0)
		return -1;
	while((c = ne_contact_next(msg, &header, c)) != NULL)
		count++;
	return count;
}

/* Contacts of a text as it left; -1 if it cannot be read */
static int contacts_of(
		const char *text, size_t len, const struct core_path *path)
{
	char *copy = malloc(len + 1);
	int count = -1;
	sip_msg_t msg;

	memcpy(copy, text, len);
	copy[len] = '\0';
	if(core_msg_parse(&msg, copy, len, path) == 0) {
		count = contact_count(&msg);
		core_msg_free(&msg);
	}
	free(copy);
	return count;
}

/* The first three are nobody's to say, the others no client's */
static bool is_way(const str *name, bool client)
{
	static const char *const ways[] = {"alias", "maddr", "received", "nat-a",
			"nat-b", "nat-c", "nat-d", "nat-l", "nat-p"};

	for(size_t i = 0; i < (client ? 9 : 3); i++) {
		if(nt_span_ieq(ne_span(name), nt_span_cstr(ways[i])))
			return true;
	}
	return false;
}

/* By the core's own parsers, which its modules use */
static void check_uri(const str *text, bool client)
{
	param_hooks_t hooks;
	param_t *params = NULL;
	struct sip_uri uri;
	str rest;

	if(parse_uri(text->s, text->len, &uri) < 0
			|| (uri.type != SIP_URI_T && uri.type != SIPS_URI_T))
		return;
	must(uri.maddr_val.len == 0);
	rest = uri.params;
	if(rest.len > 0 && parse_params(&rest, CLASS_ANY, &hooks, &params) == 0) {
		for(const param_t *p = params; p != NULL; p = p->next)
			must(!is_way(&p->name, client));
		free_params(params);
	}
}

static bool is_alone(sip_msg_t *msg)
{
	return msg->via1->next == NULL && msg->h_via2 == NULL
		   && msg->record_route == NULL;
}

static void check_clean(sip_msg_t *msg)
{
	bool registering = msg->REQ_METHOD == METHOD_REGISTER;
	struct hdr_field *header = NULL;
	contact_t *c = NULL;

	must(parse_headers(msg, HDR_EOH_F, 0) == 0);
	if(is_alone(msg) || registering) {
		while((c = ne_contact_next(msg, &header, c)) != NULL) {
			must(c->received == NULL);
			check_uri(&c->uri, is_alone(msg));
		}
	}
	must(!is_alone(msg) || !registering || msg->path == NULL);
	if(msg->route == NULL)
		must(parse_sip_msg_uri(msg) < 0 || msg->parsed_uri.maddr_val.len == 0);
}

/* What a message became */
struct outcome
{
	bool parsed;
	bool cut;	/* something was taken out of it */
	char *text; /* own */
	size_t len;
};

static void do_call(sip_msg_t *msg, const char *call)
{
	if(call[0] != '\0') {
		golden_call(msg, call);
		return;
	}
	/* nobody has our keys: nothing opens */
	must(ne_undo_ruri(msg) != NE_UNDO_DONE && ne_undo_contacts(msg) <= 0);
}

/* The builder leaves lumps of its own behind, so each outcome takes a message
 * of its own */
static struct outcome run(const uint8_t *data, size_t size,
		const struct core_path *path, const char *call, int times)
{
	struct outcome o = {.parsed = false};
	char *buf = malloc(size + 1);
	sip_msg_t msg;

	memcpy(buf, data, size);
	buf[size] = '\0';
	ne_view_forget();
	if(core_msg_parse(&msg, buf, size, path) == 0) {
		o.parsed = true;
		bool goes_on = true;

		for(int i = 0; i < times && goes_on; i++) {
			goes_on = ne_hygiene(&msg) == 1;
			if(goes_on && IS_SIP(&msg))
				check_clean(&msg);
			if(goes_on)
				do_call(&msg, call);
		}
		must(memcmp(buf, data, size) == 0);
		o.cut = ne_hygiene_done(&msg) != 0;
		if(goes_on)
			o.text = core_msg_build(&msg, &o.len);
		core_msg_free(&msg);
	}
	free(buf);
	return o;
}

static void check_undo(const uint8_t *data, size_t size,
		const struct outcome *o, const struct core_path *path)
{
	char why[2000];

	if(undo_same(why, sizeof(why), (const char *)data, size,
			   nt_span_of(o->text, o->len), path)
			>= 0)
		return;
	fprintf(stderr, "%s\n", why);
	abort();
}

static void one(const uint8_t *data, size_t size, const struct core_path *path,
		const char *call)
{
	struct outcome plain = run(data, size, path, call, 0);
	struct outcome once = run(data, size, path, call, 1);
	struct outcome twice = run(data, size, path, call, 2);

	must(once.parsed == twice.parsed);
	must((once.text == NULL) == (twice.text == NULL));
	if(once.text != NULL) {
		must(once.len == twice.len
				&& memcmp(once.text, twice.text, once.len) == 0);
		/* what the core alone would send is the measure, where that can be
		 * read again at all */
		int contacts = plain.text != NULL
							   ? contacts_of(plain.text, plain.len, path)
							   : -1;
		int left = contacts_of(once.text, once.len, path);

		/* what was taken out may have been what made one unreadable */
		if(contacts >= 0)
			must(once.cut ? left >= contacts : left == contacts);
		/* it comes back as what was left of it */
		if(!once.cut)
			check_undo(data, size, &once, path);
	}
	core_text_free(plain.text);
	core_text_free(once.text);
	core_text_free(twice.text);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	core_env_init();
	ne_params.nat_sites = "203.0.113.200";
	ne_params.lan_nets = "10.200.0.0/16";
	ne_params.history_size = 16;
	ne_params.contact_requests = "rewrite";
	ne_params.contact_replies = "alias";
	must(ne_conf_init() == 0);
	must(ne_history_init(ne_conf.history_size) == 0);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct core_path path;

	/* the server's own limit of a datagram */
	if(size < 4 || size > 65535)
		return 0;
	path.transport = (enum nt_transport)(1 + data[0] % 5);
	must(nt_endpoint_parse(&path.source, nt_span_cstr(sources[data[1] % 8]))
			== 0);
	must(nt_endpoint_parse(
				 &path.local, path.source.addr.family == NT_FAMILY_IPV6
									  ? NT_SPAN("[2001:db8:1::1]:5060")
									  : NT_SPAN("198.51.100.1:5060"))
			== 0);
	one(data + 3, size - 3, &path, calls[data[2] % 16]);
	return 0;
}
