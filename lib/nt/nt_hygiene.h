/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What a stranger may not say of the way to somebody: parameters that this
 * server, or a module of it, would obey (T03, T04, T19).
 *
 * First a look that is cheap and errs to one side: a text in which it finds
 * nothing has none of these parameters, in whatever way it is read. Then the
 * pieces that have to go out, by the strict grammars of nt_uri and nt_field;
 * what they refuse, nobody edits.
 *
 * Pure; no allocation.
 */
#ifndef NT_HYGIENE_H
#define NT_HYGIENE_H

#include <stdint.h>

#include "nt/nt_cuts.h"
#include "nt/nt_field.h"

/** Names of parameters, one bit each */
enum nt_hygiene
{
	NT_HYGIENE_ALIAS = 0x1,	   /**< nathelper's way back */
	NT_HYGIENE_RECEIVED = 0x2, /**< the registrar's, and module path's */
	NT_HYGIENE_MADDR = 0x4,	   /**< RFC 3261 §19.1.1 */
	NT_HYGIENE_TOKENS = 0x8	   /**< nat-a, nat-b, nat-d, nat-l, nat-p, nat-c:
									our own */
};
#define NT_HYGIENE_WAYS \
	(NT_HYGIENE_ALIAS | NT_HYGIENE_RECEIVED | NT_HYGIENE_MADDR)
#define NT_HYGIENE_ALL (NT_HYGIENE_WAYS | NT_HYGIENE_TOKENS)

/** May one of these names be the name of a parameter in here? No is certain. */
bool nt_hygiene_suspects(struct nt_span text, uint32_t names);

/** Is it a URI that is read here: sip: or sips:? */
bool nt_hygiene_reads(struct nt_span uri);

/** Note the parameters of a sip: or sips: URI that have one of these names;
 * other URIs have none.
 * @return 0; EINVAL: it cannot be read, or has ";alias" in its user, which is
 * no parameter but one to Kamailio's core; ENOSPC */
int nt_hygiene_uri(struct nt_cuts *cuts, struct nt_span uri, uint32_t names);

/** The same for an element of a Contact: its URI, "received" behind it, and
 * what may be meant as part of a URI without brackets. */
int nt_hygiene_contact(
		struct nt_cuts *cuts, const struct nt_element *contact, uint32_t names);

#endif /* NT_HYGIENE_H */
