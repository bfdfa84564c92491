/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <endian.h>

#include "nt/nt_token_parts.h"

#define FLAG_IPV6 0x40
#define FLAG_SPARE 0x80 /* on streams only */

static uint8_t *put16(uint8_t *p, uint16_t v)
{
	v = htobe16(v);
	memcpy(p, &v, sizeof(v));
	return p + sizeof(v);
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	v = htobe32(v);
	memcpy(p, &v, sizeof(v));
	return p + sizeof(v);
}

static uint8_t *put_endpoint(uint8_t *p, const struct nt_endpoint *e)
{
	if(e->addr.family == NT_FAMILY_IPV6) {
		p = put32(p, (uint32_t)(e->addr.hi >> 32));
		p = put32(p, (uint32_t)e->addr.hi);
		p = put32(p, (uint32_t)(e->addr.lo >> 32));
	}
	p = put32(p, (uint32_t)e->addr.lo);
	return put16(p, e->port);
}

static uint8_t flags_of(const struct nt_flow *flow)
{
	bool stream = flow->transport != NT_TRANSPORT_UDP;

	return (uint8_t)(flow->transport << 3
					 | (flow->local.addr.family == NT_FAMILY_IPV6 ? FLAG_IPV6
																  : 0)
					 | (stream && flow->spare ? FLAG_SPARE : 0));
}

static uint8_t *put_way(uint8_t *p, const struct nt_flow *flow)
{
	p = put_endpoint(p, &flow->local);
	p = put_endpoint(p, &flow->remote);
	if(flow->transport != NT_TRANSPORT_UDP) {
		p = put32(p, flow->connection);
		p = put32(p, flow->epoch);
	}
	return p;
}

size_t nt_token_write(
		uint8_t content[NT_CONTENT_MAX], const struct nt_token *token)
{
	uint8_t *p = content;

	*p++ = (uint8_t)(flags_of(&token->flow) | token->purpose);
	p = put32(p, token->binding);
	p = put_way(p, &token->flow);
	if(token->purpose == NT_PURPOSE_LEGS) {
		*p++ = flags_of(&token->other);
		p = put_way(p, &token->other);
	}
	if(token->text.len > 0)
		memcpy(p, token->text.p, token->text.len);
	return (size_t)(p - content) + token->text.len;
}

static uint16_t get16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return be16toh(v);
}

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return be32toh(v);
}

static const uint8_t *get_endpoint(
		struct nt_endpoint *e, const uint8_t *p, bool ipv6)
{
	e->addr = ipv6 ? nt_addr_ipv6(p) : nt_addr_ipv4(p);
	p += ipv6 ? 16 : 4;
	e->port = get16(p);
	return p + 2;
}

/* @return what stands behind it, or NULL */
static const uint8_t *get_way(struct nt_flow *flow, uint8_t flags,
		const uint8_t *p, const uint8_t *end)
{
	bool ipv6 = (flags & FLAG_IPV6) != 0, stream;

	flow->transport = flags >> 3 & 7;
	flow->spare = (flags & FLAG_SPARE) != 0;
	stream = flow->transport != NT_TRANSPORT_UDP;
	if((flow->spare && !stream)
			|| end - p < (ipv6 ? 36 : 12) + (stream ? 8 : 0))
		return NULL;
	p = get_endpoint(&flow->local, p, ipv6);
	p = get_endpoint(&flow->remote, p, ipv6);
	/* a mapped IPv4 address would have had 4 bytes */
	if((flow->local.addr.family == NT_FAMILY_IPV6) != ipv6)
		return NULL;
	if(!stream)
		return p;
	flow->connection = get32(p);
	flow->epoch = get32(p + 4);
	return p + 8;
}

static const uint8_t *get_other(
		struct nt_flow *flow, const uint8_t *p, const uint8_t *end)
{
	if(p == end || (*p & 7) != 0)
		return NULL;
	return get_way(flow, *p, p + 1, end);
}

static bool has_text(enum nt_purpose purpose)
{
	return purpose != NT_PURPOSE_PATH && purpose != NT_PURPOSE_CALLEE
		   && purpose != NT_PURPOSE_LEGS;
}

static bool flow_is_sound(const struct nt_flow *flow)
{
	return flow->transport >= NT_TRANSPORT_UDP
		   && flow->transport <= NT_TRANSPORT_WSS
		   && nt_addr_is_set(&flow->local.addr)
		   && flow->local.addr.family == flow->remote.addr.family
		   && flow->local.port != 0 && flow->remote.port != 0;
}

bool nt_token_is_sound(const struct nt_token *token)
{
	return token->purpose > 0 && token->purpose < NT_PURPOSE_COUNT
		   && flow_is_sound(&token->flow)
		   && (token->purpose != NT_PURPOSE_LEGS
				   || flow_is_sound(&token->other))
		   && token->text.len <= NT_TOKEN_TEXT_MAX
		   && (token->text.len == 0 || has_text(token->purpose));
}

bool nt_token_read(
		struct nt_token *token, char *text, const uint8_t *content, size_t n)
{
	const uint8_t *p, *end = content + n;
	struct nt_token got = {.purpose = nt_token_purpose(content)};

	if(n < NT_CONTENT_MIN)
		return false;
	got.binding = get32(content + 1);
	p = get_way(&got.flow, content[0], content + 5, end);
	if(p != NULL && got.purpose == NT_PURPOSE_LEGS)
		p = get_other(&got.other, p, end);
	if(p == NULL)
		return false;
	got.text = nt_span_of(text, (size_t)(end - p));
	if(!nt_token_is_sound(&got))
		return false;
	if(got.text.len > 0)
		memcpy(text, p, got.text.len);
	*token = got;
	return true;
}
