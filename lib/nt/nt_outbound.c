/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_outbound.h"

#include "nt/nt_field.h"

/* Exclusive (RFC 5626 §10) */
#define REG_ID_END 2147483648u

void nt_offer_tags(struct nt_offer *offer, struct nt_span body)
{
	offer->outbound |= nt_field_lists(body, NT_SPAN("outbound"));
	offer->path |= nt_field_lists(body, NT_SPAN("path"));
}

/* "<urn:...>" in quotes, and something in it */
static bool is_instance(struct nt_span value)
{
	return value.len > 4 && value.p[0] == '"' && value.p[1] == '<'
		   && value.p[value.len - 2] == '>' && value.p[value.len - 1] == '"';
}

static void read_reg_id(struct nt_offer *offer, struct nt_span params)
{
	struct nt_param param;
	unsigned long number;
	int rc = nt_param_find(&param, params, NT_SPAN("reg-id"));

	if(rc == 0)
		return;
	/* without an instance nobody looks at it, whatever it is */
	offer->reg_id_is = NT_REG_ID_IGNORED;
	if(offer->instance.len == 0)
		return;
	offer->reg_id_is = NT_REG_ID_INVALID;
	if(rc < 0 || nt_span_number(&number, param.value, REG_ID_END - 1) != 0
			|| number == 0)
		return;
	offer->reg_id_is = NT_REG_ID_VALID;
	offer->reg_id = (uint32_t)number;
}

void nt_offer_contact(struct nt_offer *offer, struct nt_span params)
{
	struct nt_span rest = params;
	struct nt_param param;
	int rc;

	do
		rc = nt_param_next(&rest, &param);
	while(rc == 1);
	if(rc < 0)
		return;
	if(nt_param_find(&param, params, NT_SPAN("+sip.instance")) == 1
			&& is_instance(param.value))
		offer->instance = param.value;
	read_reg_id(offer, params);
}
