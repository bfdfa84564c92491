/* SPDX-License-Identifier: GPL-2.0-or-later */
/** The elements of a message's Contacts as the grammar has them, for whoever
 * edits them. Changes nothing. */
#ifndef NAT_EDGE_ELEMENTS_H
#define NAT_EDGE_ELEMENTS_H

#include "core/parser/msg_parser.h"
#include "nt/nt_field.h"

/** Iterate over the elements of all Contact fields that obey the grammar from
 * end to end, NE_CONTACTS_MAX of them at most. Begin with {msg}. */
struct ne_elements
{
	sip_msg_t *msg;
	struct hdr_field *header;
	struct nt_span rest;
	unsigned count;
};

/** @return false at the end */
bool ne_element_next(struct ne_elements *all, struct nt_element *element);

#endif /* NAT_EDGE_ELEMENTS_H */
