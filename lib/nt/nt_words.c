/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of nt_detect.h: names of signs, classes and rules, and the sentence
 * that explains a verdict. */
#include "nt/nt_detect.h"

#include <errno.h>
#include <stdio.h>

/* clang-format off */
static const struct {
	uint32_t sign;
	struct nt_span name;
} sign_names[] = {
	{NT_SIGN_CONTACT_PRIVATE, NT_SPAN_INIT("contact-private")},
	{NT_SIGN_CONTACT_ADDR, NT_SPAN_INIT("contact-addr")},
	{NT_SIGN_CONTACT_PORT, NT_SPAN_INIT("contact-port")},
	{NT_SIGN_CONTACT_INVALID, NT_SPAN_INIT("contact-invalid")},
	{NT_SIGN_VIA_PRIVATE, NT_SPAN_INIT("via-private")},
	{NT_SIGN_VIA_ADDR, NT_SPAN_INIT("via-addr")},
	{NT_SIGN_VIA_PORT, NT_SPAN_INIT("via-port")},
	{NT_SIGN_SOURCE_PRIVATE, NT_SPAN_INIT("source-private")},
	{NT_SIGN_WEBSOCKET, NT_SPAN_INIT("websocket")},
	{NT_SIGN_TAMPERED, NT_SPAN_INIT("received-tampered")},
	{NT_SIGN_SITE, NT_SPAN_INIT("site")},
	{NT_SIGN_LAN, NT_SPAN_INIT("lan")},
	{NT_SIGN_PROXIED, NT_SPAN_INIT("proxied")},
	{NT_SIGN_SDP_PRIVATE, NT_SPAN_INIT("sdp-private")},
	{NT_SIGN_SDP_ADDR, NT_SPAN_INIT("sdp-addr")},
	{NT_SIGN_ALG_CALLID, NT_SPAN_INIT("alg-callid")},
	{NT_SIGN_ALG_MIXED, NT_SPAN_INIT("alg-mixed")},
	{NT_SIGN_ALG_SDP, NT_SPAN_INIT("alg-sdp")},
	{NT_SIGN_ALG_LENGTH, NT_SPAN_INIT("alg-length")},
	{NT_SIGN_GATEWAY, NT_SPAN_INIT("gateway")},
	{NT_SIGN_TARGET, NT_SPAN_INIT("target")},
	{NT_SIGN_ALG_FROM, NT_SPAN_INIT("alg-from")},
	{NT_SIGN_ALG_ICE, NT_SPAN_INIT("alg-ice")},
	{NT_SIGN_V4V6, NT_SPAN_INIT("v4v6")},
};
/* clang-format on */

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const char *nt_class_name(enum nt_class class)
{
	switch(class) {
		case NT_CLASS_DIRECT:
			return "direct";
		case NT_CLASS_LAN:
			return "lan";
		case NT_CLASS_NAT:
			return "nat";
		case NT_CLASS_FLOW:
			return "flow";
		case NT_CLASS_PROXIED:
			return "proxied";
		case NT_CLASS_ALG:
			return "alg";
	}
	return "unknown";
}

const char *nt_rule_name(enum nt_rule rule)
{
	switch(rule) {
		case NT_RULE_NONE:
			return "none";
		case NT_RULE_PROXIED:
			return "proxied";
		case NT_RULE_CONNECTION:
			return "connection-only";
		case NT_RULE_SITE:
			return "site";
		case NT_RULE_LAN:
			return "lan";
		case NT_RULE_CLAIM:
			return "claimed-private-source-public";
		case NT_RULE_MISMATCH:
			return "claimed-not-source";
		case NT_RULE_ALG:
			return "two-traces-of-an-alg";
		case NT_RULE_SIGN:
			return "any-sign";
		case NT_RULE_ALWAYS:
			return "always";
		case NT_RULE_NEVER:
			return "never";
		case NT_RULE_FORCED:
			return "forced";
		case NT_RULE_EXEMPT:
			return "exempt";
		case NT_RULE_GATEWAY:
			return "gateway";
	}
	return "unknown";
}

const char *nt_confidence_name(const struct nt_verdict *v)
{
	switch(v->rule) {
		case NT_RULE_CONNECTION:
		case NT_RULE_SITE:
		case NT_RULE_LAN:
		case NT_RULE_FORCED:
		case NT_RULE_EXEMPT:
		case NT_RULE_GATEWAY:
			return "certain";
		case NT_RULE_PROXIED:
		case NT_RULE_CLAIM:
		case NT_RULE_ALG:
			return "strong";
		case NT_RULE_NONE:
			return v->signs & ~NT_SIGNS_SOURCE ? "weak" : "strong";
		case NT_RULE_MISMATCH:
		case NT_RULE_SIGN:
		case NT_RULE_ALWAYS:
		case NT_RULE_NEVER:
			break;
	}
	return "weak";
}

const char *nt_sign_name(unsigned number)
{
	return number < COUNT(sign_names) ? sign_names[number].name.p : "unknown";
}

const char *nt_transport_name(enum nt_transport transport)
{
	switch(transport) {
		case NT_TRANSPORT_UDP:
			return "udp";
		case NT_TRANSPORT_TCP:
			return "tcp";
		case NT_TRANSPORT_TLS:
			return "tls";
		case NT_TRANSPORT_WS:
			return "ws";
		case NT_TRANSPORT_WSS:
			return "wss";
		case NT_TRANSPORT_OTHER:
			break;
	}
	return "other";
}

const char *nt_transport_param(enum nt_transport transport)
{
	return nt_transport_name(
			transport == NT_TRANSPORT_WSS ? NT_TRANSPORT_WS : transport);
}

static uint32_t sign_of(struct nt_span name)
{
	if(nt_span_eq(name, NT_SPAN("all")))
		return NT_SIGN_ALL;
	for(size_t i = 0; i < COUNT(sign_names); i++) {
		if(nt_span_eq(name, sign_names[i].name))
			return sign_names[i].sign;
	}
	return 0;
}

int nt_signs_parse(uint32_t *signs, struct nt_span list, struct nt_span *bad)
{
	struct nt_span word;
	uint32_t got = 0;

	while(nt_span_word(&list, &word)) {
		uint32_t sign = sign_of(word);

		if(sign == 0) {
			*bad = word;
			return EINVAL;
		}
		got |= sign;
	}
	if(got == 0) {
		*bad = NT_SPAN("");
		return EINVAL;
	}
	*signs = got;
	return 0;
}

size_t nt_signs_print(char *buf, size_t size, uint32_t signs)
{
	size_t n = 0;

	if(size == 0)
		return 0;
	buf[0] = '\0';
	for(size_t i = 0; i < COUNT(sign_names); i++) {
		struct nt_span name = sign_names[i].name;

		if(!(signs & sign_names[i].sign))
			continue;
		if(n + (n > 0) + name.len >= size) {
			buf[0] = '\0';
			return 0;
		}
		if(n > 0)
			buf[n++] = ',';
		memcpy(buf + n, name.p, name.len);
		n += name.len;
		buf[n] = '\0';
	}
	if(n == 0 && size > 4) {
		memcpy(buf, "none", 5);
		n = 4;
	}
	return n;
}

static int claim_reason(
		char *buf, size_t size, const struct nt_verdict *v, const char *source)
{
	const char *who = v->where == NT_WHERE_VIA ? "Via" : "Contact";
	char claim[NT_ENDPOINT_TEXT];

	nt_endpoint_print(claim, sizeof(claim), &v->claim.at);
	if(v->rule == NT_RULE_MISMATCH)
		return snprintf(buf, size, "%s says %s, but it came from %s", who,
				claim, source);
	return snprintf(buf, size,
			"%s says %s, which is private, but it came from %s", who, claim,
			source);
}

/* Why signs, if there are any, did not make a NAT */
static const char *none_reason(uint32_t signs)
{
	if(signs & (NT_SIGN_VIA_PRIVATE | NT_SIGN_CONTACT_PRIVATE)
			&& !(signs & NT_SIGN_SOURCE_PRIVATE))
		return "it says a private address where its profile does not look; in "
			   "front of";
	if(signs & (NT_SIGN_VIA_PRIVATE | NT_SIGN_CONTACT_PRIVATE))
		return "it says a private address, but that is its source, or its "
			   "source is private as well:";
	if(signs & (NT_SIGN_VIA_ADDR | NT_SIGN_CONTACT_ADDR))
		return "it says another public address, which proves no NAT in front "
			   "of";
	if(signs & (NT_SIGN_VIA_PORT | NT_SIGN_CONTACT_PORT))
		return "it listens on another port than it sends from, which proves "
			   "no NAT in front of";
	return "nothing speaks for a NAT in front of";
}

static int listed_reason(
		char *buf, size_t size, const char *from, const char *place)
{
	return snprintf(buf, size, "source %s is listed in %s", from, place);
}

/* What the profile or a rule of the policy decided without a claim */
static int policy_reason(char *buf, size_t size, const struct nt_verdict *v,
		const char *from, const char *place)
{
	char signs[NT_SIGNS_TEXT];

	switch(v->rule) {
		case NT_RULE_SITE:
			return listed_reason(
					buf, size, from, place[0] != '\0' ? place : "nat_sites");
		case NT_RULE_LAN:
			return listed_reason(
					buf, size, from, place[0] != '\0' ? place : "lan_nets");
		case NT_RULE_GATEWAY:
			return snprintf(buf, size,
					"source %s is the gateway %s behind a NAT", from, place);
		case NT_RULE_SIGN:
			nt_signs_print(signs, sizeof(signs), v->grounds);
			return snprintf(buf, size, "%s shows %s, %s for its profile", from,
					signs,
					v->grounds & (v->grounds - 1) ? "each of which is enough"
												  : "which is enough");
		case NT_RULE_ALWAYS:
			return snprintf(buf, size,
					"the profile takes everybody, %s too, as behind a NAT",
					from);
		case NT_RULE_NEVER:
			return snprintf(buf, size,
					"the profile takes nobody, not %s either, as behind a NAT",
					from);
		case NT_RULE_FORCED:
			return snprintf(buf, size,
					"a rule says that %s is behind a NAT (nat=\"force\")",
					from);
		default:
			return snprintf(buf, size,
					"a rule says that %s is not behind a NAT (nat=\"never\")",
					from);
	}
}

size_t nt_reason_print(char *buf, size_t size, const struct nt_verdict *v,
		const struct nt_endpoint *source, const char *place)
{
	char from[NT_ENDPOINT_TEXT];
	int n = 0;

	nt_endpoint_print(from, sizeof(from), source);
	switch(v->rule) {
		case NT_RULE_NONE:
			n = snprintf(buf, size, "%s %s", none_reason(v->signs), from);
			break;
		case NT_RULE_PROXIED:
			n = snprintf(buf, size,
					"came through another proxy, %s: what the client says is "
					"not compared with it",
					from);
			break;
		case NT_RULE_CONNECTION:
			n = snprintf(
					buf, size, "%s can be reached on its own flow only", from);
			break;
		case NT_RULE_ALG:
			n = snprintf(buf, size,
					"an ALG in front of %s changed some of the client's "
					"addresses and left others",
					from);
			break;
		case NT_RULE_CLAIM:
		case NT_RULE_MISMATCH:
			n = claim_reason(buf, size, v, from);
			break;
		case NT_RULE_SITE:
		case NT_RULE_LAN:
		case NT_RULE_GATEWAY:
		case NT_RULE_SIGN:
		case NT_RULE_ALWAYS:
		case NT_RULE_NEVER:
		case NT_RULE_FORCED:
		case NT_RULE_EXEMPT:
			n = policy_reason(buf, size, v, from, place);
			break;
	}
	if(n < 0 || (size_t)n >= size) {
		if(size > 0)
			buf[0] = '\0';
		return 0;
	}
	return (size_t)n;
}
