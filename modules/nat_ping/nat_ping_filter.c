/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_ping/nat_ping_filter.h"

#include "nt/nt_out.h"

static const char *const reasons[NT_REASON_COUNT] = {
		[NT_REASON_REGISTRATION] = "registration",
		[NT_REASON_SUBSCRIPTION] = "subscription",
		[NT_REASON_DIALOG] = "dialog",
		[NT_REASON_STATIC] = "static",
		[NT_REASON_SCRIPT] = "script",
};

const char *ping_reason_name(enum nt_reason reason)
{
	return (unsigned)reason < NT_REASON_COUNT ? reasons[reason] : "unknown";
}

size_t ping_reasons_print(char *buf, size_t size, uint8_t set)
{
	struct nt_out out = {buf, size, 0};

	for(unsigned i = 0; i < NT_REASON_COUNT; i++) {
		if((set & 1U << i) == 0)
			continue;
		if(out.len > 0)
			nt_out_put(&out, NT_SPAN(","));
		nt_out_put(&out, nt_span_cstr(reasons[i]));
	}
	nt_out_put(&out, nt_span_of("", 1));
	return nt_out_end(&out);
}

/* --- reading -------------------------------------------------------------- */

static const char *state_name(int i)
{
	return nt_pulse_name((enum nt_pulse_state)i);
}

static const char *method_name(int i)
{
	return nt_ping_method_name((enum nt_ping_method)i);
}

static const char *reason_name(int i)
{
	return ping_reason_name((enum nt_reason)i);
}

static const char *transport_name(int i)
{
	return nt_transport_name((enum nt_transport)i);
}

static bool read_word(
		int *to, struct nt_span word, int count, const char *(*name)(int))
{
	for(int i = 0; i < count; i++) {
		if(nt_span_ieq(word, nt_span_cstr(name(i)))) {
			*to = i;
			return true;
		}
	}
	return false;
}

bool ping_filter_read(struct ping_filter *f, struct nt_span word)
{
	const char *sign = nt_span_find(word, '=');
	struct nt_span key, value;

	if(sign == NULL)
		return false;
	key = nt_span_of(word.p, (size_t)(sign - word.p));
	value = nt_span_of(sign + 1, word.len - key.len - 1);
	if(nt_span_eq(key, NT_SPAN("state")))
		return read_word(&f->state, value, NT_PULSE_STATE_COUNT, state_name);
	if(nt_span_eq(key, NT_SPAN("method")))
		return read_word(&f->method, value, NT_PING_METHOD_COUNT, method_name);
	if(nt_span_eq(key, NT_SPAN("reason")))
		return read_word(&f->reason, value, NT_REASON_COUNT, reason_name);
	if(nt_span_eq(key, NT_SPAN("transport")))
		return read_word(
				&f->transport, value, NT_TRANSPORT_WSS + 1, transport_name);
	if(nt_span_eq(key, NT_SPAN("address")))
		return nt_endpoint_parse(&f->at, value) == 0;
	f->name = value;
	return nt_span_eq(key, NT_SPAN("name")) && value.len > 0;
}

/* --- fitting -------------------------------------------------------------- */

static bool fits_place(
		const struct ping_filter *f, const struct nt_endpoint *at)
{
	if(!nt_addr_is_set(&f->at.addr))
		return true;
	return nt_addr_eq(&f->at.addr, &at->addr)
		   && (f->at.port == 0 || f->at.port == at->port);
}

/* The table cuts names */
static bool fits_name(const struct ping_filter *f, const char *name)
{
	struct nt_span kept = nt_span_cstr(name), wanted = f->name;

	if(wanted.len == 0)
		return true;
	if(wanted.len > NT_FLOWS_NAME)
		wanted.len = NT_FLOWS_NAME;
	return nt_span_ieq(kept, wanted);
}

bool ping_filter_fits(
		const struct ping_filter *f, const struct nt_flow_seen *seen)
{
	return !seen->twin && (f->state < 0 || f->state == seen->pulse.state)
		   && (f->method < 0 || f->method == seen->terms.method)
		   && (f->reason < 0 || (seen->reasons & 1U << f->reason) != 0)
		   && (f->transport < 0 || f->transport == (int)seen->at.transport)
		   && fits_place(f, &seen->at.remote) && fits_name(f, seen->name);
}
