/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_edge/nat_edge_uri.h"

#include <errno.h>

#define EACH_BYTE(b) (~0ull / 255 * (b))
#define HIGH_BITS EACH_BYTE(0x80)

/* White space and control bytes end a URI for others, if not for the core.
 * Looks at eight bytes at once: is one of them below 0x21, or 0x7f? */
static bool is_plain(const str *text)
{
	int i = 0;

	for(; i + 8 <= text->len; i += 8) {
		uint64_t w, del;

		memcpy(&w, text->s + i, 8);
		del = w ^ EACH_BYTE(0x7full);
		if(((w - EACH_BYTE(0x21ull)) & ~w & HIGH_BITS)
				|| ((del - EACH_BYTE(1ull)) & ~del & HIGH_BITS))
			return false;
	}
	for(; i < text->len; i++) {
		if((unsigned char)text->s[i] <= ' ' || text->s[i] == 0x7f)
			return false;
	}
	return true;
}

/* Whoever writes a display name must write brackets (RFC 3261 §20.10). The core
 * reads a URI without them all the same, at times one byte short. */
static bool is_bracketed(const contact_t *contact)
{
	const char *from = contact->name.s + contact->name.len;

	return memchr(from, '<', (size_t)(contact->uri.s - from)) != NULL;
}

int ne_uri_parse(struct ne_uri *uri, const contact_t *contact)
{
	const str *text = &contact->uri;
	struct sip_uri *sip = &uri->sip;

	if(text->len <= 0 || parse_uri(text->s, text->len, sip) < 0
			|| sip->host.len <= 0 || !is_plain(text)
			|| (contact->name.len > 0 && !is_bracketed(contact)))
		return EINVAL;
	/* a number at a host is a place as well, though the core calls it tel: */
	if(sip->type != SIP_URI_T && sip->type != SIPS_URI_T
			&& !(sip->flags & URI_SIP_USER_PHONE))
		return EINVAL;
	uri->secure = text->len > 4 && nt_lower(text->s[3]) == 's';
	uri->gruu = sip->gr.len > 0;
	return 0;
}

struct nt_claim ne_claim_of(
		struct nt_span host, uint16_t port, const struct ne_known_host *known)
{
	struct nt_claim c;

	if(known == NULL || !nt_span_eq(host, known->text))
		return nt_claim_of(host, port);
	c = known->claim;
	c.at.port = port;
	return c;
}

struct nt_claim ne_uri_claim(const struct ne_uri *uri,
		enum nt_transport transport, const struct ne_known_host *known)
{
	static const struct nt_claim none = {.host = NT_HOST_NONE};
	const struct sip_uri *sip = &uri->sip;
	const str *host = sip->maddr_val.len > 0 ? &sip->maddr_val : &sip->host;
	struct nt_claim c;

	if(uri->gruu)
		return none;
	c = ne_claim_of(ne_span(host), sip->port_no, known);
	c.other_transport =
			uri->secure
			|| (sip->transport_val.len > 0
					&& !nt_span_ieq(ne_span(&sip->transport_val),
							nt_span_cstr(nt_transport_param(transport))));
	return c;
}
