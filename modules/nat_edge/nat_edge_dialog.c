/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_dialog.h"

#include "core/parser/parse_from.h"
#include "core/parser/parse_to.h"
#include "nat_edge/nat_edge_uri.h"

#define FORMING (METHOD_INVITE | METHOD_SUBSCRIBE | METHOD_REFER)

bool ne_dialog_of(struct ne_dialog *d, sip_msg_t *msg)
{
	memset(d, 0, sizeof(*d));
	if(parse_headers(msg, HDR_CALLID_F | HDR_FROM_F | HDR_TO_F, 0) < 0
			|| msg->callid == NULL || parse_from_header(msg) < 0
			|| parse_to_header(msg) < 0)
		return false;
	d->call_id = nt_span_trim(ne_span(&msg->callid->body));
	d->from_tag = ne_span(&get_from(msg)->tag_value);
	d->to_tag = ne_span(&get_to(msg)->tag_value);
	return true;
}

bool ne_is_forming(sip_msg_t *msg)
{
	return msg->first_line.type == SIP_REQUEST
		   && (msg->REQ_METHOD & FORMING) != 0 && parse_to_header(msg) == 0
		   && get_to(msg)->tag_value.len == 0;
}
