/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/undo_same.h"

#include <stdio.h>
#include <stdlib.h>

#include "nat_edge/nat_edge_dialog.h"
#include "nat_edge/nat_edge_elements.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_uri.h"
#include "nat_edge/nat_edge_undo.h"
#include "nt/nt_legacy.h"
#include "nt/nt_mend.h"

/* A message of its own, with the text that it is in */
struct parsed
{
	char *text;
	sip_msg_t msg;
};

static bool parse(
		struct parsed *p, struct nt_span text, const struct core_path *path)
{
	p->text = malloc(text.len + 1);
	memcpy(p->text, text.p, text.len);
	p->text[text.len] = '\0';
	if(core_msg_parse(&p->msg, p->text, text.len, path) == 0)
		return true;
	free(p->text);
	return false;
}

static void drop(struct parsed *p)
{
	core_msg_free(&p->msg);
	free(p->text);
}

static bool is_register(const sip_msg_t *msg)
{
	return msg->first_line.type == SIP_REQUEST
		   && msg->REQ_METHOD == METHOD_REGISTER;
}

/* What must come back: a nat-c that a client wrote is not given back, nor a way
 * for FreeSWITCH. @return own */
static struct nt_span expected(struct nt_span written, bool target)
{
	size_t size = written.len + 1;
	char *a = malloc(size), *b = malloc(size);
	struct nt_uri uri;
	size_t n;

	nt_uri_read(&uri, written);
	n = nt_mend_plain(a, size, &uri);
	if(target) {
		nt_uri_read(&uri, nt_span_of(a, n));
		n = nt_mend_target(b, size, &uri);
		memcpy(a, b, n);
	}
	free(b);
	return nt_span_of(a, n);
}

/* As it is printed: the message that a Contact's owner is sent */
static struct nt_span write_request(
		struct nt_span now, const struct ne_dialog *d, struct nt_span tag)
{
	size_t size = now.len + d->call_id.len + tag.len + 400;
	char *text = malloc(size);
	int n = snprintf(text, size,
			"BYE %.*s SIP/2.0\r\n"
			"Via: SIP/2.0/UDP 198.51.100.77;branch=z9hG4bK-undo\r\n"
			"From: <sip:other@example.org>;tag=other\r\n"
			"To: <sip:owner@example.org>%s%.*s\r\n"
			"Call-ID: %.*s\r\nCSeq: 9 BYE\r\n\r\n",
			NT_SPAN_FMT(now), tag.len > 0 ? ";tag=" : "", NT_SPAN_FMT(tag),
			NT_SPAN_FMT(d->call_id));

	return nt_span_of(text, (size_t)n);
}

static bool is_dialog(
		sip_msg_t *msg, const struct ne_dialog *want, struct nt_span tag)
{
	struct ne_dialog d;

	return msg->first_line.type == SIP_REQUEST && ne_dialog_of(&d, msg)
		   && nt_span_eq(d.call_id, want->call_id) && nt_span_eq(d.to_tag, tag);
}

static int check_request(char *why, size_t size, struct nt_span written,
		struct nt_span now, const struct ne_dialog *d, bool from_owner)
{
	struct core_path path = {.transport = NT_TRANSPORT_UDP};
	struct nt_span tag = from_owner ? d->from_tag : d->to_tag;
	struct nt_span text = write_request(now, d, tag);
	struct nt_span want = expected(written, true);
	enum ne_undo_result result;
	struct parsed p;
	int rc = 0;

	nt_endpoint_parse(&path.source, NT_SPAN("198.51.100.77:5060"));
	nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060"));
	/* what the core reads otherwise now is somebody else's request */
	if(parse(&p, text, &path)) {
		if(!is_dialog(&p.msg, d, tag)) {
			drop(&p);
			goto out;
		}
		result = ne_undo_ruri(&p.msg);
		if((result != NE_UNDO_DONE && result != NE_UNDO_GONE)
				|| !nt_span_eq(ne_span(GET_RURI(&p.msg)), want)) {
			snprintf(why, size, "result %d: '%.*s' became '%.*s', then '%.*s'",
					result, NT_SPAN_FMT(written), NT_SPAN_FMT(now),
					STR_FMT(GET_RURI(&p.msg)));
			rc = -1;
		}
		ne_view_forget();
		drop(&p);
	}
out:
	free((char *)text.p);
	free((char *)want.p);
	return rc;
}

static int check_shown(
		char *why, size_t size, struct nt_span written, struct nt_span now)
{
	struct core_path path = {.transport = NT_TRANSPORT_UDP};
	struct nt_span want = expected(written, false);
	size_t room = now.len + 400, len = 0;
	char *text = malloc(room), *built, *line = malloc(room);
	struct parsed p;
	int rc = 0, n;

	nt_endpoint_parse(&path.source, NT_SPAN("198.51.100.77:5060"));
	nt_endpoint_parse(&path.local, NT_SPAN("198.51.100.1:5060"));
	n = snprintf(text, room,
			"SIP/2.0 200 OK\r\n"
			"Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bK-us\r\n"
			"Via: SIP/2.0/UDP 192.168.1.10;branch=z9hG4bK-client\r\n"
			"From: <sip:a@example.org>;tag=1\r\nTo: <sip:a@example.org>;tag=2"
			"\r\nCall-ID: shown\r\nCSeq: 2 REGISTER\r\n"
			"Contact: <%.*s>;expires=60\r\n\r\n",
			NT_SPAN_FMT(now));
	if(parse(&p, nt_span_of(text, (size_t)n), &path)) {
		int count = ne_undo_contacts(&p.msg);
		int m = snprintf(line, room, "Contact: <%.*s>;expires=60\r\n",
				NT_SPAN_FMT(want));

		built = core_msg_build(&p.msg, &len);
		if(count != 1 || built == NULL
				|| memmem(built, len, line, (size_t)m) == NULL) {
			snprintf(why, size, "%d shown: '%.*s' as\n%.*s", count,
					NT_SPAN_FMT(written), built != NULL ? (int)len : 0, built);
			rc = -1;
		}
		core_text_free(built);
		drop(&p);
	}
	free(line);
	free(text);
	free((char *)want.p);
	return rc;
}

/* @return 1 if it is another one now, 0, or -1 */
static int check(char *why, size_t size, sip_msg_t *in, struct nt_span written,
		struct nt_span now)
{
	bool request = in->first_line.type == SIP_REQUEST;
	struct ne_dialog d;
	struct nt_span value;
	struct nt_uri uri;

	if(nt_span_eq(written, now))
		return 0;
	/* a way for FreeSWITCH is of no dialog */
	if(nt_uri_read(&uri, now) != 0
			|| (!ne_dialog_of(&d, in) && !nt_fs_path_is_ours(&uri))) {
		snprintf(why, size, "'%.*s' cannot be read", NT_SPAN_FMT(now));
		return -1;
	}
	if(is_register(in)) {
		if(nt_fs_path_is_ours(&uri)) {
			/* another one of the client's goes for good */
			nt_uri_read(&uri, written);
			if(nt_uri_param(&uri, NT_SPAN("fs_path"), &value)
					|| nt_uri_param(&uri, NT_SPAN("fs_nat"), &value)
					|| nt_mend_token(&uri, &value) > 0)
				return 1;
			return check_shown(why, size, written, now) == 0 ? 1 : -1;
		}
		if(check_shown(why, size, written, now) != 0)
			return -1;
	}
	return check_request(why, size, written, now, &d, request) == 0 ? 1 : -1;
}

int undo_same(char *why, size_t size, const char *in, size_t in_len,
		struct nt_span out, const struct core_path *path)
{
	struct parsed came, leaves;
	struct ne_elements as_came = {.msg = &came.msg};
	struct ne_elements as_leaves = {.msg = &leaves.msg};
	struct nt_element a, b;
	int count = 0, rc;

	if(!parse(&came, nt_span_of(in, in_len), path))
		return 0;
	/* what leaves may be longer than what a parser takes */
	if(parse_headers(&came.msg, HDR_EOH_F, 0) < 0
			|| !parse(&leaves, out, path)) {
		drop(&came);
		return 0;
	}
	if(parse_headers(&leaves.msg, HDR_EOH_F, 0) == 0)
		while(count >= 0 && ne_element_next(&as_came, &a)
				&& ne_element_next(&as_leaves, &b)) {
			rc = check(why, size, &came.msg, a.uri, b.uri);
			count = rc < 0 ? -1 : count + rc;
		}
	drop(&leaves);
	drop(&came);
	return count;
}
