/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of who holds a flow, and why */
#include "nt/nt_flows_parts.h"

uint64_t nt_holder_number(const struct nt_holder_rec *h)
{
	return nt_wide(h->number);
}

/* The number is a hash already */
static uint32_t *bucket_of_holder(const struct nt_flows *t, uint64_t number)
{
	return &t->holder_bucket[(number ^ number >> 32) & t->holder_mask];
}

uint32_t nt_holder_find(const struct nt_flows *t, uint64_t number)
{
	uint32_t h = *bucket_of_holder(t, number);

	while(h != NONE && nt_holder_number(nt_holder_at(t, h)) != number)
		h = nt_holder_at(t, h)->next;
	return h;
}

uint32_t nt_holder_make(
		struct nt_flows *t, uint64_t number, enum nt_hold_result *why)
{
	uint32_t n, *bucket = bucket_of_holder(t, number);
	struct nt_holder_rec *h;

	*why = nt_pool_is_full(&t->holders) ? NT_HOLD_FULL : NT_HOLD_NO_MEMORY;
	n = nt_pool_take(&t->holders);
	if(n == NONE)
		return NONE;
	h = nt_holder_at(t, n);
	*h = (struct nt_holder_rec){.next = *bucket, .flow = NONE};
	nt_narrow(h->number, number);
	*bucket = n;
	nt_wheel_out(&t->ends, n);
	return n;
}

void nt_holder_join(struct nt_flows *t, uint32_t n, uint32_t flow)
{
	struct nt_holder_rec *h = nt_holder_at(t, n);
	struct nt_flow_rec *f = nt_flow_at(t, flow);

	h->flow = flow;
	h->kin_prev = NONE;
	h->kin_next = f->holders;
	if(f->holders != NONE)
		nt_holder_at(t, f->holders)->kin_prev = n;
	f->holders = n;
}

void nt_holder_leave(struct nt_flows *t, uint32_t n)
{
	struct nt_holder_rec *h = nt_holder_at(t, n);

	if(h->kin_prev != NONE)
		nt_holder_at(t, h->kin_prev)->kin_next = h->kin_next;
	else
		nt_flow_at(t, h->flow)->holders = h->kin_next;
	if(h->kin_next != NONE)
		nt_holder_at(t, h->kin_next)->kin_prev = h->kin_prev;
	h->flow = NONE;
}

void nt_holder_end(struct nt_flows *t, uint32_t n)
{
	struct nt_holder_rec *h = nt_holder_at(t, n);
	uint32_t flow = h->flow, *p;

	if(flow != NONE)
		nt_holder_leave(t, n);
	nt_wheel_take(&t->ends, n);
	t->strangers -= nt_is_stranger(h->reason);
	nt_holder_set_name(t, h, NT_SPAN(""));
	for(p = bucket_of_holder(t, nt_holder_number(h)); *p != n;
			p = &nt_holder_at(t, *p)->next)
		;
	*p = h->next;
	nt_pool_give(&t->holders, n);
	if(flow != NONE && nt_flow_at(t, flow)->holders == NONE)
		nt_flow_end(t, flow);
}

/* --- their names --------------------------------------------------------- */

static uint32_t rest_of(const struct nt_holder_rec *h)
{
	uint32_t rest;

	memcpy(&rest, h->name + NT_HOLDER_HEAD, sizeof(rest));
	return rest;
}

void nt_holder_set_name(
		struct nt_flows *t, struct nt_holder_rec *h, struct nt_span name)
{
	size_t len = name.len < NT_FLOWS_NAME ? name.len : NT_FLOWS_NAME;
	uint32_t rest = NONE;

	if(h->len > NT_HOLDER_NAME)
		nt_pool_give(&t->names, rest_of(h));
	if(len > NT_HOLDER_NAME) {
		rest = nt_pool_take(&t->names);
		if(rest == NONE)
			len = NT_HOLDER_NAME;
	}
	h->len = (uint8_t)len;
	if(len <= NT_HOLDER_NAME) {
		if(len > 0)
			memcpy(h->name, name.p, len);
		return;
	}
	memcpy(h->name, name.p, NT_HOLDER_HEAD);
	memcpy(h->name + NT_HOLDER_HEAD, &rest, sizeof(rest));
	memcpy(nt_pool_at(&t->names, rest), name.p + NT_HOLDER_HEAD,
			len - NT_HOLDER_HEAD);
}

void nt_holder_name(
		char *name, const struct nt_flows *t, const struct nt_holder_rec *h)
{
	if(h->len <= NT_HOLDER_NAME) {
		memcpy(name, h->name, h->len);
	} else {
		memcpy(name, h->name, NT_HOLDER_HEAD);
		memcpy(name + NT_HOLDER_HEAD, nt_pool_at(&t->names, rest_of(h)),
				(size_t)h->len - NT_HOLDER_HEAD);
	}
	name[h->len] = '\0';
}

uint32_t nt_flow_reasons(
		uint8_t *reasons, const struct nt_flows *t, const struct nt_flow_rec *f)
{
	uint32_t count = 0;

	*reasons = 0;
	for(uint32_t h = f->holders; h != NONE && count < NT_FLOWS_LOOK; count++) {
		*reasons |= (uint8_t)(1u << nt_holder_at(t, h)->reason);
		h = nt_holder_at(t, h)->kin_next;
	}
	return count;
}
