/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Parameters of a SIP URI as bytes: found, cut out, put in, without touching
 * anything else of it (RFC 3261 §19.1.1: what is not known goes through
 * unchanged).
 *
 * The reading is that of the grammar: scheme, a userinfo that ends at the first
 * "@", host and port, then parameters that begin with ";" and end at the next
 * ";" or at "?", where headers begin. Names compare without case, also where
 * letters are written as %HH. A URI with bytes that no URI holds (blank,
 * control, quote, angle bracket) is no URI here.
 *
 * Pure; no allocation; writers are bounded.
 */
#ifndef NT_URI_H
#define NT_URI_H

#include "nt/nt_span.h"

/** Where the parts of a sip: or sips: URI begin and end; all inside the text */
struct nt_uri
{
	struct nt_span text;
	struct nt_span scheme;	 /**< without ":" */
	struct nt_span userinfo; /**< without "@"; may be empty */
	struct nt_span hostport; /**< without parameters; brackets of IPv6 in it */
	struct nt_span params;	 /**< with the first ";"; may be empty */
	struct nt_span headers;	 /**< with the "?"; may be empty */
};

/** @return 0, or EINVAL: not a sip: or sips: URI */
int nt_uri_read(struct nt_uri *uri, struct nt_span text);

/** Take the next parameter from the front of @p rest (begin with uri.params).
 * @p whole has its ";". A name without "=" has an empty value.
 * @return false when there is none left */
bool nt_uri_param_next(struct nt_span *rest, struct nt_span *whole,
		struct nt_span *name, struct nt_span *value);

/** With how many bytes does @p text begin that mean @p name? @return 0 if it
 * begins otherwise */
size_t nt_uri_name_begins(struct nt_span text, struct nt_span name);

/** Do two names of parameters mean the same? */
bool nt_uri_name_is(struct nt_span written, struct nt_span name);

/** The first parameter of that name.
 * @return true and @p value, or false */
bool nt_uri_param(
		const struct nt_uri *uri, struct nt_span name, struct nt_span *value);

/** How many parameters have one of these names */
size_t nt_uri_count(
		const struct nt_uri *uri, const struct nt_span *names, size_t count);

/** Write the URI without any parameter of these names, with @p added (";a=b" or
 * empty) as its last parameter. Everything else byte by byte.
 * @return its length, or 0 if @p size is too small */
size_t nt_uri_edit(char *buf, size_t size, const struct nt_uri *uri,
		const struct nt_span *names, size_t count, struct nt_span added);

#endif /* NT_URI_H */
