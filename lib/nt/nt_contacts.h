/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The bindings that a REGISTER asks for and its 2xx lists, and how long each
 * one lasts (RFC 3261 §10.2.4, §10.3).
 *
 * Pure; no allocation. Spans point into the bodies of the header fields.
 */
#ifndef NT_CONTACTS_H
#define NT_CONTACTS_H

#include "nt/nt_expiry.h"
#include "nt/nt_field.h"
#include "nt/nt_head.h"

/** More Contacts than this are not a list that is worked on */
#define NT_CONTACTS_MAX 64

struct nt_contact
{
	struct nt_element at;
	struct nt_span expires; /**< value of the parameter; empty: none */
	struct nt_span reg_id;	/**< likewise */
};

struct nt_contacts
{
	size_t count;
	bool star;		 /**< "*" stands there */
	bool unreadable; /**< one of them, or too many: rely on nothing here */
	struct nt_contact item[NT_CONTACTS_MAX];
};

/** Begin with an empty list */
static inline void nt_contacts_begin(struct nt_contacts *list)
{
	list->count = 0;
	list->star = list->unreadable = false;
}

/** Add the elements of one Contact header field, by its body */
void nt_contacts_add(struct nt_contacts *list, struct nt_span body);

/** How long a binding lasts: its own parameter, else @p header (the value of
 * Expires; empty: none).
 * @return NT_EXPIRY_NONE if neither says */
uint32_t nt_contact_expires(
		const struct nt_contact *contact, struct nt_span header);

/** Which binding of @p reply is the one that number @p i of @p sent asked for?
 * The same URI and flow number; else the only one with the same user and host
 * (registrars write URIs anew); else the only one there is.
 * @param said the URI as the client wrote it, which a reply may show as well
 * @return its number in @p reply, or -1 */
int nt_contacts_own(const struct nt_contacts *reply,
		const struct nt_contacts *sent, size_t i, struct nt_span said);

/** A binding of the client that registers */
struct nt_own
{
	int number;		  /**< in the reply, or -1 */
	uint32_t asked;	  /**< NT_EXPIRY_NONE: nothing was said */
	uint32_t granted; /**< filled in: what upstream said, or else asked */
	uint32_t told;	  /**< filled in: what the client is to read */
};

/** Shorten the client's own bindings in the 2xx to what it is to be told; those
 * of others keep their numbers. The Expires header field is lowered as well
 * where no other binding goes by it.
 * @param edits room for NT_CONTACTS_MAX + 1
 * @param header the value of Expires; empty: none
 * @return how many edits, in no order; 0: it is all right as it is */
size_t nt_contacts_shorten(struct nt_edit *edits,
		const struct nt_contacts *reply, struct nt_span header,
		struct nt_own *own, size_t own_count, uint32_t limit);

#endif /* NT_CONTACTS_H */
