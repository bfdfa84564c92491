/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Evidence of messages from one line of text per claim, and the networks of one
 * operator.
 *
 * A claim is "host", "host:port" or "[addr6]:port"; "~" before it: it names
 * another transport; "" is no claim.
 */
#ifndef NT_SCENE_H
#define NT_SCENE_H

#include "unit/nt/nt_check.h"

#include "nt/nt_detect.h"

/** The special-purpose table, what is private by default, a LAN of both kinds,
 * and a site */
static inline struct nt_netset *nt_scene_nets(void)
{
	static const uint32_t hidden = NT_NET_PRIVATE | NT_NET_CGN | NT_NET_ULA
								   | NT_NET_LINKLOCAL | NT_NET_LOOPBACK;
	struct nt_net_entry entries[128];
	size_t special_count, n = 0;
	const struct nt_net_entry *special = nt_special_nets(&special_count);

	NT_MUST(2 * special_count + 8 <= 128);
	for(size_t i = 0; i < special_count; i++) {
		entries[n++] = special[i];
		if(special[i].tags & hidden) {
			entries[n] = special[i];
			entries[n++].tags = NT_NET_BEHIND_NAT;
		}
	}
	/* LAN, LAN in private space, a site in public and one in private space */
	n += nt_entries_must(entries + n, 8,
			"192.0.2.0/24@20000 10.200.0.0/16@20000 2001:db8:aa::/48@20000 "
			"203.0.113.64/26@40000 10.201.0.0/16@40000 2001:db8:51::/48@40000");
	return nt_netset_must(entries, n);
}

/** By all signs, for one kind of verdict */
static inline struct nt_verdict nt_detect_by(const struct nt_evidence *ev,
		const struct nt_netset *nets, enum nt_strictness strictness)
{
	struct nt_stance stance = {NT_SIGN_ALL, strictness, NT_FORCE_NONE};

	return nt_detect(ev, nets, nt_tags_of(nets, &ev->source.addr), &stance);
}

static inline struct nt_claim nt_claim_must(struct nt_span text)
{
	struct nt_claim c;
	bool other = text.len > 0 && text.p[0] == '~';
	unsigned long port = 0;
	size_t host, colons = 0;

	if(other)
		text = nt_span_of(text.p + 1, text.len - 1);
	host = text.len;
	for(size_t i = 0; i < text.len; i++)
		colons += text.p[i] == ':';
	if(colons == 1
			|| (colons > 1 && text.p[0] == '['
					&& text.p[text.len - 1] != ']')) {
		while(text.p[host - 1] != ':')
			host--;
		NT_MUST(nt_span_number(&port,
						nt_span_of(text.p + host, text.len - host), 65535)
				== 0);
		host--;
	}
	c = nt_claim_of(nt_span_of(text.p, host), (uint16_t)port);
	c.other_transport = other;
	return c;
}

/** @return how many claims of @p list, separated by blanks, are in @p claims
 * now */
static inline size_t nt_claims_must(
		struct nt_claim *claims, size_t max, const char *list)
{
	struct nt_span rest = nt_span_cstr(list), word;
	size_t n = 0;

	while(nt_span_word(&rest, &word)) {
		NT_MUST(n < max);
		claims[n++] = nt_claim_must(word);
	}
	return n;
}

#endif /* NT_SCENE_H */
