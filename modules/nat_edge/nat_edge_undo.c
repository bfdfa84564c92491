/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_undo.h"

#include <time.h>

#include "core/dset.h"
#include "core/mem/mem.h"
#include "core/parser/parse_cseq.h"
#include "nat_edge/nat_edge_dialog.h"
#include "nat_edge/nat_edge_elements.h"
#include "nat_edge/nat_edge_flow.h"
#include "nat_edge/nat_edge_gate.h"
#include "nat_edge/nat_edge_keys.h"
#include "nat_edge/nat_edge_lump.h"
#include "nat_edge/nat_edge_msg.h"
#include "nat_edge/nat_edge_stats.h"
#include "nat_edge/nat_edge_plain.h"
#include "nat_edge/nat_edge_tm.h"
#include "nt/nt_legacy.h"
#include "nt/nt_mend.h"

static enum nt_token_fault open_alias(struct nt_token *token, char *text,
		struct nt_span sealed, sip_msg_t *msg)
{
	enum nt_token_fault fault =
			nt_token_open(token, text, ne_keys(), sealed, NT_PURPOSE_ALIAS);
	struct ne_dialog d;

	if(fault != NT_TOKEN_OK)
		return fault;
	/* who it is for is the tag's owner; so a request from him does not fit */
	return ne_dialog_of(&d, msg)
						   && token->binding == nt_binding(d.call_id, d.to_tag)
				   ? NT_TOKEN_OK
				   : NT_TOKEN_ALIEN;
}

static enum nt_token_fault open_contact(
		struct nt_token *token, char *text, struct nt_span sealed)
{
	enum nt_token_fault fault =
			nt_token_open(token, text, ne_keys(), sealed, NT_PURPOSE_CONTACT);

	if(fault == NT_TOKEN_OK && (uint32_t)time(NULL) > token->binding)
		return NT_TOKEN_EXPIRED;
	return fault;
}

/* What its owner wrote: kept in the token, or the rest of the URI. @return the
 * length, or 0 if @p size is too small */
static size_t print_original(char *buf, size_t size, const struct nt_uri *uri,
		const struct nt_token *token)
{
	if(token->text.len == 0)
		return nt_mend_plain(buf, size, uri);
	if(token->text.len > size)
		return 0;
	memcpy(buf, token->text.p, token->text.len);
	return token->text.len;
}

/* --- the R-URI -------------------------------------------------------- */

/* @return 0, or -1 */
static int set_ruri(sip_msg_t *msg, struct nt_span text)
{
	struct nt_uri uri;
	size_t size = text.len + 1, n = 0;
	char *target;
	str s;

	if(nt_uri_read(&uri, text) != 0)
		return -1;
	if((target = pkg_malloc(size)) == NULL) {
		PKG_MEM_ERROR_FMT("for an R-URI of %zu bytes\n", text.len);
		return -1;
	}
	n = nt_mend_target(target, size, &uri);
	s = (str){target, (int)n};
	n = n > 0 && rewrite_uri(msg, &s) == 1;
	pkg_free(target);
	return n > 0 ? 0 : -1;
}

static enum ne_undo_result fail(void)
{
	ne_stat_add(NE_STAT_REPAIRS_FAILED, 1);
	return NE_UNDO_REFUSED;
}

static enum ne_undo_result restore_ruri(
		sip_msg_t *msg, const struct nt_uri *uri, const struct nt_token *token)
{
	size_t size = uri->text.len + NT_TOKEN_TEXT_MAX;
	char *text = pkg_malloc(size);
	int rc = -1;

	if(text != NULL)
		rc = set_ruri(
				msg, nt_span_of(text, print_original(text, size, uri, token)));
	else
		PKG_MEM_ERROR_FMT("for an R-URI of %zu bytes\n", size);
	if(text != NULL)
		pkg_free(text);
	return rc == 0 ? NE_UNDO_DONE : fail();
}

static enum ne_undo_result count(enum ne_undo_result result)
{
	static const enum ne_stat stats[] = {
			[NE_UNDO_DONE] = NE_STAT_TARGETS_RESTORED,
			[NE_UNDO_REFUSED] = NE_STAT_TARGETS_REFUSED,
			[NE_UNDO_GONE] = NE_STAT_TARGETS_GONE};

	ne_stat_add(stats[result], 1);
	return result;
}

static enum ne_undo_result follow(sip_msg_t *msg, const struct nt_flow *flow)
{
	switch(ne_flow_follow(msg, flow)) {
		case NE_FLOW_OK:
			return NE_UNDO_DONE;
		case NE_FLOW_GONE:
		case NE_FLOW_SPARE:
			return NE_UNDO_GONE;
		case NE_FLOW_REFUSED:
			break;
	}
	return NE_UNDO_REFUSED;
}

/* Which of the two a token is can only be seen by opening it */
static enum ne_undo_result undo_token(sip_msg_t *msg, const struct nt_uri *uri,
		struct nt_span sealed, size_t tokens)
{
	char text[NT_TOKEN_TEXT_MAX];
	enum nt_token_fault fault = NT_TOKEN_MALFORMED;
	enum ne_undo_result way, result;
	struct nt_token token;
	bool passing = ne_visits_another(msg->headers);

	if(tokens == 1)
		fault = open_alias(&token, text, sealed, msg);
	if(fault == NT_TOKEN_FORGED)
		fault = open_contact(&token, text, sealed);
	if(fault != NT_TOKEN_OK && !passing) {
		ne_stat_token(fault);
		LM_DBG("the token of an R-URI is refused: %s\n",
				nt_token_fault_name(fault));
	}
	if(fault != NT_TOKEN_OK)
		return passing ? NE_UNDO_NONE : NE_UNDO_REFUSED;
	way = follow(msg, &token.flow);
	if(way != NE_UNDO_DONE && passing)
		return NE_UNDO_NONE;
	result = restore_ruri(msg, uri, &token);
	return result == NE_UNDO_DONE ? way : result;
}

/* --- ways of others --------------------------------------------------- */

static bool is_trusted(sip_msg_t *msg)
{
	const struct ne_view *view = ne_view_of(msg);

	return view != NULL && nt_is_trusted(view->judgement.answer.tags);
}

static enum ne_undo_result take_way(sip_msg_t *msg, const struct nt_uri *uri,
		const struct nt_way *way,
		size_t (*cut)(char *, size_t, const struct nt_uri *))
{
	char *text;
	int rc;

	if(!ne_gate_permits(&way->to, way->transport, NT_GATE_REQUEST))
		return NE_UNDO_REFUSED;
	if((text = pkg_malloc(uri->text.len)) == NULL) {
		PKG_MEM_ERROR_FMT("for an R-URI of %zu bytes\n", uri->text.len);
		return fail();
	}
	rc = set_ruri(msg, nt_span_of(text, cut(text, uri->text.len, uri)));
	pkg_free(text);
	return rc == 0 && ne_flow_send_to(msg, &way->to, way->transport)
				   ? NE_UNDO_DONE
				   : fail();
}

static enum ne_undo_result undo_plain(sip_msg_t *msg, const struct nt_uri *uri)
{
	struct nt_way alias, fs;
	enum nt_way_result by_alias = nt_alias_read(&alias, uri);
	enum nt_way_result by_fs = nt_fs_path_read(&fs, uri);

	if((by_alias == NT_WAY_NONE && by_fs == NT_WAY_NONE) || !is_trusted(msg)
			|| ne_visits_another(msg->headers))
		return NE_UNDO_NONE;
	if(by_alias == NT_WAY_BAD || by_fs == NT_WAY_BAD)
		return NE_UNDO_REFUSED;
	if(by_alias == NT_WAY_READ)
		return take_way(msg, uri, &alias, nt_alias_cut);
	return take_way(msg, uri, &fs, nt_fs_path_cut);
}

enum ne_undo_result ne_undo_ruri(sip_msg_t *msg)
{
	struct nt_uri uri;
	struct nt_span sealed;
	size_t tokens;
	enum ne_undo_result result;

	if(msg->first_line.type != SIP_REQUEST
			/* most have no parameters at all */
			|| nt_span_find(ne_span(GET_RURI(msg)), ';') == NULL
			|| nt_uri_read(&uri, ne_span(GET_RURI(msg))) != 0)
		return NE_UNDO_NONE;
	tokens = nt_mend_token(&uri, &sealed);
	if(uri.params.len == 0 || parse_headers(msg, HDR_EOH_F, 0) < 0)
		return NE_UNDO_NONE;
	result = tokens > 0 ? undo_token(msg, &uri, sealed, tokens)
						: undo_plain(msg, &uri);
	return result == NE_UNDO_NONE ? result : count(result);
}

/* --- what a client is shown ------------------------------------------- */

/* @return the length of what it was, or 0: it is nothing of ours */
static size_t original_of(char *buf, size_t size, const struct nt_uri *uri)
{
	char text[NT_TOKEN_TEXT_MAX];
	struct nt_token token;
	struct nt_span sealed;

	if(nt_mend_token(uri, &sealed) == 1) {
		/* old or new, it is his */
		if(nt_token_open(&token, text, ne_keys(), sealed, NT_PURPOSE_CONTACT)
				!= NT_TOKEN_OK)
			return 0;
		return print_original(buf, size, uri, &token);
	}
	return nt_fs_path_is_ours(uri) ? nt_fs_path_cut(buf, size, uri) : 0;
}

/* @return 1, 0 if it is nothing of ours, or -1 */
static int restore_contact(sip_msg_t *reply, const struct nt_element *element)
{
	struct nt_uri uri;
	size_t size = element->uri.len + NT_TOKEN_TEXT_MAX, n;
	char *text;

	if(nt_uri_read(&uri, element->uri) != 0 || uri.params.len == 0
			|| ne_part_state(reply, element->uri) != NE_PART_WHOLE)
		return 0;
	if((text = pkg_malloc(size)) == NULL) {
		PKG_MEM_ERROR_FMT("for a Contact of %zu bytes\n", size);
		return -1;
	}
	n = original_of(text, size, &uri);
	if(n == 0) {
		pkg_free(text);
		return 0;
	}
	return ne_part_replace(reply, element->uri, text, n) == 0 ? 1 : -1;
}

static bool is_registered(sip_msg_t *reply)
{
	return reply->first_line.type == SIP_REPLY && reply->REPLY_STATUS >= 200
		   && reply->REPLY_STATUS < 300
		   && parse_headers(reply, HDR_EOH_F, 0) == 0 && reply->cseq != NULL
		   && reply->cseq->parsed != NULL
		   && get_cseq(reply)->method_id == METHOD_REGISTER;
}

int ne_undo_contacts(sip_msg_t *reply)
{
	struct ne_elements all = {.msg = reply};
	struct nt_element element;
	int count = 0;

	if(!is_registered(reply)
			|| !ne_contacts_may_have(reply, NT_SPAN(NT_MEND_PARAM)))
		return 0;
	while(ne_element_next(&all, &element)) {
		int rc = restore_contact(reply, &element);

		if(rc < 0)
			return -1;
		count += rc;
	}
	return count;
}
