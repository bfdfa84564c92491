/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_received.h"

#include "core/usr_avp.h"
#include "nat_edge/nat_edge_conf.h"
#include "nat_edge/nat_edge_evidence.h"
#include "nat_edge/nat_edge_lump.h"
#include "nat_edge/nat_edge_uri.h"

int ne_received_set(sip_msg_t *msg)
{
	struct nt_endpoint source = ne_source_of(msg);
	enum nt_transport transport = ne_transport_of(msg);
	char text[NE_PLACE_TEXT];
	avp_value_t value, known;

	if(!ne_conf.received_set || !nt_addr_is_set(&source.addr)
			|| transport == NT_TRANSPORT_OTHER)
		return -1;
	value.s.s = text;
	value.s.len = (int)ne_place_print(text, &source, transport);
	if(search_first_avp(ne_conf.received_type | AVP_VAL_STR,
			   ne_conf.received_name, &known,
			   NULL) != NULL
			&& nt_span_eq(ne_span(&known.s), ne_span(&value.s)))
		return 0;
	if(add_avp(AVP_VAL_STR | ne_conf.received_type, ne_conf.received_name,
			   value)
			< 0)
		return -1;
	return 1;
}
