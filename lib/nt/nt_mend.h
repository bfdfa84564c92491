/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The URI of a Contact whose owner sits behind a NAT: is it to be changed, what
 * does it become so that requests to it find him, and how does it become again
 * what he wrote.
 *
 * Two ways, both with a sealed token as the parameter nat-c, its last one.
 * Sealed: nothing else changes; the token tells the flow. Moved: host, port and
 * transport are those of the source, and the token holds the URI as it was.
 *
 * What is in a URI besides goes through byte by byte (RFC 3261 §19.1.1); sips:
 * stays sips: (§8.1.1.8). A nat-c that was there before is nobody's of ours and
 * goes.
 *
 * Pure; no allocation; writers are bounded.
 */
#ifndef NT_MEND_H
#define NT_MEND_H

#include "nt/nt_detect.h"
#include "nt/nt_uri.h"

/** The parameter that holds a token */
#define NT_MEND_PARAM "nat-c"

/** Writers need this much more room than the URI has, and the token's */
#define NT_MEND_MORE (NT_ENDPOINT_TEXT + 32)

/** The message that a Contact stands in */
struct nt_spot
{
	struct nt_endpoint source;
	enum nt_transport transport;
	bool registering;			  /**< a REGISTER */
	const struct nt_netset *nets; /**< borrowed: what is behind NATs */
};

/** Is this Contact one that its owner cannot be found by? Not if it is a GRUU
 * (RFC 5627 §4.5), if it is sips: and came unencrypted, if it names the source
 * already, or if it stands in a REGISTER and names another public place, on
 * purpose. */
bool nt_mend_wanted(const struct nt_uri *uri, const struct nt_spot *spot);

/** @return the length, or 0 if @p size is too small */
size_t nt_mend_seal(
		char *buf, size_t size, const struct nt_uri *uri, struct nt_span token);
size_t nt_mend_move(char *buf, size_t size, const struct nt_uri *uri,
		const struct nt_spot *spot, struct nt_span token);

/** The token of a URI.
 * @return how many there are; @p token is the first */
size_t nt_mend_token(const struct nt_uri *uri, struct nt_span *token);

/** The URI without its token: nt_mend_seal() undone.
 * @return the length, or 0 if @p size is too small */
size_t nt_mend_plain(char *buf, size_t size, const struct nt_uri *uri);

/** As it may stand in a request line: without headers and method (RFC 3261
 * §19.1.1).
 * @return the length, or 0 if @p size is too small */
size_t nt_mend_target(char *buf, size_t size, const struct nt_uri *uri);

#endif /* NT_MEND_H */
