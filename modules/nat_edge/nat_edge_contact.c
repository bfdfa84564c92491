/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_contact.h"

#include <time.h>

#include "core/mem/mem.h"
#include "nat_edge/nat_edge_dialog.h"
#include "nat_edge/nat_edge_elements.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_lump.h"
#include "nat_edge/nat_edge_policy.h"
#include "nat_edge/nat_edge_rebind.h"
#include "nat_edge/nat_edge_record_route.h"
#include "nt/nt_legacy.h"
#include "nt/nt_mend.h"

/* One message */
struct job
{
	sip_msg_t *msg;
	enum nt_contact_mode mode;
	struct nt_spot spot;
	struct nt_token token; /* but for its text, and for a CONTACT its end */
	struct ne_contacts *done;
};

/* One Contact */
struct edit
{
	struct nt_element element;
	struct nt_uri uri; /* as it is to be, but for our repair */
	enum nt_contact_mode mode;
	char *text; /* own: what it becomes */
	size_t size, len;
};

/* The last second of a registered Contact's token. It is part of a URI that the
 * registrar compares, so it must be the same in a refresh, and in a REGISTER
 * that takes the binding away: a step in time, another one for each Contact. */
static uint32_t last_second(struct nt_span uri)
{
	uint32_t phase = nt_binding(uri, NT_SPAN("")) % NE_PATH_LIFE;
	uint64_t now = (uint64_t)time(NULL) + phase;

	return (uint32_t)((now / NE_PATH_LIFE + 2) * NE_PATH_LIFE - phase);
}

/* @return 0, or -1 */
static int seal(char sealed[NT_TOKEN_SIZE], size_t *len, struct job *job,
		struct edit *e)
{
	struct nt_token *token = &job->token;

	token->text = NT_SPAN("");
	if(e->mode == NT_CONTACT_REWRITE) {
		if(e->uri.text.len <= NT_TOKEN_TEXT_MAX)
			token->text = e->uri.text;
		else
			e->mode = NT_CONTACT_ALIAS;
	}
	if(token->purpose == NT_PURPOSE_CONTACT)
		token->binding = last_second(e->uri.text);
	*len = nt_token_seal(sealed, NT_TOKEN_SIZE, ne_keys(), token);
	return *len > 0 ? 0 : -1;
}

/* Into e->text, between its brackets. @return the length, or 0 */
static size_t compose(struct job *job, struct edit *e)
{
	struct nt_way way = {job->spot.source, job->spot.transport};
	char sealed[NT_TOKEN_SIZE], *to = e->text + 1;
	size_t room = e->size - 2, len;
	struct nt_span token;

	if(e->mode == NT_CONTACT_FS_PATH)
		return nt_fs_path_add(to, room, &e->uri, &way);
	if(seal(sealed, &len, job, e) != 0)
		return 0;
	token = nt_span_of(sealed, len);
	if(e->mode == NT_CONTACT_ALIAS)
		return nt_mend_seal(to, room, &e->uri, token);
	return nt_mend_move(to, room, &e->uri, &job->spot, token);
}

#define MORE (NT_TOKEN_SIZE + NT_MEND_MORE + NT_FS_PATH_MORE + 2)

/* Its URI in brackets: without them a ";" begins a parameter of the header
 * (N003).
 * @return 0 and e->text, which is NULL for a user that is too long; or -1 */
static int compose_enclosed(struct job *job, struct edit *e)
{
	e->size = e->uri.text.len + MORE;
	e->text = pkg_malloc(e->size);
	if(e->text == NULL) {
		PKG_MEM_ERROR_FMT("for a Contact of %zu bytes\n", e->uri.text.len);
		return -1;
	}
	e->len = compose(job, e);
	if(e->len == 0) {
		pkg_free(e->text);
		e->text = NULL;
		return e->mode == NT_CONTACT_FS_PATH ? 0 : -1;
	}
	if(!e->element.bracketed) {
		e->text[0] = '<';
		e->text[e->len + 1] = '>';
		e->len += 2;
	} else {
		memmove(e->text, e->text + 1, e->len);
	}
	return 0;
}

static void note(struct ne_contacts *done, enum nt_contact_mode asked,
		enum nt_contact_mode did)
{
	done->rewritten += did == NT_CONTACT_REWRITE;
	done->sealed += did == NT_CONTACT_ALIAS;
	done->fs_path += did == NT_CONTACT_FS_PATH;
	done->too_long += did != asked;
}

static int repair(struct job *job, struct edit *e)
{
	struct ne_rebind before = {.known = false};
	int replaced = 0;

	if(job->spot.registering && job->mode != NT_CONTACT_FS_PATH)
		ne_rebind_look(&before, job->msg, &e->element, e->uri.text);
	if(before.leaving)
		return ne_rebind_leave(&before, job->msg, &e->element);
	if(compose_enclosed(job, e) != 0)
		return -1;
	if(e->text == NULL) {
		job->done->too_long++;
		return 0;
	}
	if(ne_part_replace(job->msg, e->element.uri, e->text, e->len) != 0)
		return -1;
	note(job->done, job->mode, e->mode);
	if(before.known)
		replaced = ne_rebind_replace(&before, job->msg, &e->element,
				nt_span_of(e->text + !e->element.bracketed,
						e->len - (e->element.bracketed ? 0 : 2)));
	job->done->replaced += replaced > 0;
	return replaced < 0 ? -1 : 0;
}

/* What is left of a URI: without what others cut, and without a token that its
 * client wrote. @return 0 and the text, in @p copy (own) if it is not as it
 * came; or -1 */
static int take_left(struct nt_span *text, char **copy, const sip_msg_t *msg,
		enum ne_part state)
{
	struct nt_span token;
	struct nt_uri uri;
	size_t len = text->len;

	*copy = NULL;
	if(state == NE_PART_WHOLE
			&& (nt_uri_read(&uri, *text) != 0
					|| nt_mend_token(&uri, &token) == 0))
		return 0;
	if((*copy = pkg_malloc(2 * len)) == NULL) {
		PKG_MEM_ERROR_FMT("for a Contact of %zu bytes\n", len);
		return -1;
	}
	*text = nt_span_of(*copy, ne_part_copy(*copy, msg, *text));
	if(nt_uri_read(&uri, *text) == 0)
		*text = nt_span_of(*copy + len, nt_mend_plain(*copy + len, len, &uri));
	return 0;
}

/* @return 0, or -1 */
static int consider(struct job *job, struct nt_element element)
{
	struct edit e = {.element = element, .mode = job->mode};
	struct nt_span text = element.uri;
	enum ne_part state = ne_part_state(job->msg, element.uri);
	char *copy;
	int rc = 0;

	if(state == NE_PART_REPLACED)
		return 0;
	if(take_left(&text, &copy, job->msg, state) != 0)
		return -1;
	if(nt_uri_read(&e.uri, text) == 0 && nt_mend_wanted(&e.uri, &job->spot))
		rc = repair(job, &e);
	if(copy != NULL)
		pkg_free(copy);
	return rc;
}

static bool is_request(const sip_msg_t *msg)
{
	return msg->first_line.type == SIP_REQUEST;
}

static bool has_path(const sip_msg_t *msg)
{
	const struct hdr_field *h = msg->headers;

	while(h != NULL && h->type != HDR_PATH_T)
		h = h->next;
	return h != NULL;
}

/* Whose the token is. @return false: nobody's, so there can be none */
static bool bind_token(struct job *job)
{
	struct ne_dialog d;

	if(job->mode == NT_CONTACT_FS_PATH)
		return job->spot.registering && !has_path(job->msg);
	if(!ne_flow_of(&job->token.flow, job->msg) || !ne_dialog_of(&d, job->msg))
		return false;
	job->token.purpose =
			job->spot.registering ? NT_PURPOSE_CONTACT : NT_PURPOSE_ALIAS;
	if(is_request(job->msg)) {
		job->token.binding = nt_binding(d.call_id, d.from_tag);
		return true;
	}
	/* without a tag no dialog comes of it (RFC 3261 §12.1) */
	job->token.binding = nt_binding(d.call_id, d.to_tag);
	return d.to_tag.len > 0;
}

int ne_contacts_repair(
		struct ne_contacts *done, sip_msg_t *msg, enum nt_contact_mode mode)
{
	struct job job = {.msg = msg, .mode = mode, .done = done};
	struct ne_elements all = {.msg = msg};
	struct nt_element element;

	memset(done, 0, sizeof(*done));
	if(parse_headers(msg, HDR_EOH_F, 0) < 0 || msg->contact == NULL)
		return 0;
	job.spot = (struct nt_spot){.source = ne_source_of(msg),
			.transport = ne_transport_of(msg),
			.registering =
					is_request(msg) && msg->REQ_METHOD == METHOD_REGISTER,
			.nets = nt_policy_nets(ne_policy_held()->nt)};
	if(!bind_token(&job))
		return 0;
	while(ne_element_next(&all, &element)) {
		if(consider(&job, element) != 0)
			return -1;
	}
	return 0;
}

/* A colon without a port: the core would write rport in front of it, and make
 * of the Via what nobody can read */
static bool has_port_of_nothing(const sip_msg_t *msg)
{
	const struct via_body *via = msg->via1;
	const char *behind;

	if(via->host.len <= 0 || via->port_str.len > 0)
		return false;
	behind = via->host.s + via->host.len;
	return behind < msg->buf + msg->len && *behind == ':';
}

int ne_rport_force(sip_msg_t *msg)
{
	if((msg->msg_flags & FL_FORCE_RPORT) || msg->via1 == NULL
			|| has_port_of_nothing(msg))
		return 0;
	msg->msg_flags |= FL_FORCE_RPORT;
	return 1;
}
