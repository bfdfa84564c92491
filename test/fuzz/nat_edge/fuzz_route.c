/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Three bytes (transport; two that others take), then a packet: a request that
 * may have a route of ours: what reads tokens out of it, and what writes a Path
 * into it. Held: received bytes stay (T17), what was made up opens as nothing
 * (T05), a Path is added once, and what leaves can be read again.
 */
#include <stdlib.h>

#include "core/core_env.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_dialog.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_path.h"
#include "nat_edge/nat_edge_record_route.h"
#include "nat_edge/nat_edge_way.h"

static void must(bool ok)
{
	if(!ok)
		abort();
}

static void read_tokens(sip_msg_t *msg)
{
	char text[NT_TOKEN_TEXT_MAX];
	struct ne_dialog d;
	struct ne_way way;

	ne_dialog_of(&d, msg);
	ne_is_forming(msg);
	ne_route_legs(msg);
	must(ne_course_of(msg)->outcome == NE_COURSE_PLAIN
			|| ne_course_of(msg)->outcome == NE_COURSE_REFUSED);
	/* the keys are of this run: nobody can have written that */
	must(ne_route_label(text, msg).len == 0);
	if(ne_way_of(&way, msg))
		must(way.caller.len + way.callee.len + way.path.len + way.dialog.len
				<= (size_t)msg->len);
}

static void write_path(sip_msg_t *msg)
{
	struct lump *once;

	ne_contact_has_ob(msg);
	if(ki_nat_add_path(msg) != NE_RC_TRUE)
		return;
	once = msg->add_rm;
	must(ki_nat_add_path(msg) == NE_RC_TRUE);
	must(msg->add_rm == once);
}

static void read_again(sip_msg_t *msg, const struct core_path *path)
{
	size_t len = 0;
	char *text = core_msg_build(msg, &len);
	sip_msg_t again;

	if(text == NULL)
		return;
	if(core_msg_parse(&again, text, len, path) == 0)
		core_msg_free(&again);
	core_text_free(text);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	core_env_init();
	must(ne_conf_init() == 0);
	must(ne_keys_init() == 0);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct core_path path;
	sip_msg_t msg;
	char *buf;

	if(size < 4 || size > 65535)
		return 0;
	path.transport = (enum nt_transport)(1 + data[0] % 5);
	data += 3;
	size -= 3;
	must(nt_endpoint_parse(&path.source, NT_SPAN("203.0.113.9:40001")) == 0);
	must(nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060")) == 0);
	buf = malloc(size + 1);
	memcpy(buf, data, size);
	buf[size] = '\0';
	ne_view_forget();
	if(core_msg_parse(&msg, buf, size, &path) == 0) {
		if(msg.first_line.type == SIP_REQUEST) {
			read_tokens(&msg);
			write_path(&msg);
		}
		must(memcmp(buf, data, size) == 0);
		read_again(&msg, &path);
		core_msg_free(&msg);
	}
	free(buf);
	return 0;
}
