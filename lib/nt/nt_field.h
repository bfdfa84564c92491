/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * The value of a header field as bytes: its elements, the URI of each and the
 * parameters behind it (RFC 3261 §7.3.1, §20.10), without changing a byte.
 *
 * Strict: what two readers could read in two ways is not read at all, because
 * numbers that are found here are answered for, and places that are found here
 * are edited. A quoted string ends at the next quote that has no backslash
 * before it; a control byte, NUL and bare line ends included, ends the reading.
 *
 * Pure; no allocation; linear in the length of the text.
 */
#ifndef NT_FIELD_H
#define NT_FIELD_H

#include "nt/nt_span.h"

/** One element: `"Name" <sip:a@b>;c=d`, or `sip:a@b;c=d` */
struct nt_element
{
	struct nt_span whole;  /**< without blanks around it */
	struct nt_span uri;	   /**< without brackets */
	struct nt_span params; /**< of the header: with the first ";", or empty */
	bool bracketed;
};

/** Take the next element of a list from the front of @p rest (begin with the
 * body of a header field, folded lines included).
 * @return 1 and @p element; 0 when there is none left; -1 when the rest cannot
 * be read: then nothing that was read of the same field is to be relied on */
int nt_element_next(struct nt_span *rest, struct nt_element *element);

/** A parameter that is looked for while an element is read */
struct nt_wanted
{
	struct nt_span name;
	struct nt_span value; /**< of the last one */
	unsigned found;		  /**< how many; begin with 0 */
};

/** The same, and what some of its parameters say */
int nt_element_look(struct nt_span *rest, struct nt_element *element,
		struct nt_wanted *wanted, size_t count);

/** Is the body "*"? */
bool nt_field_is_star(struct nt_span body);

struct nt_param
{
	struct nt_span whole; /**< with its ";", up to the end of the value */
	struct nt_span name;
	struct nt_span
			value; /**< as it is written, quotes included; may be empty */
};

/** Take the next parameter from the front of @p rest (begin with
 * nt_element.params).
 * @return 1 and @p param; 0 when there is none left; -1 as above */
int nt_param_next(struct nt_span *rest, struct nt_param *param);

/** The only parameter of that name (compared without case).
 * @return 1 and @p param; 0 if there is none; -1 if they cannot be read, or it
 * stands there twice */
int nt_param_find(
		struct nt_param *param, struct nt_span params, struct nt_span name);

/** Is @p word one of a list of names separated by commas ("path, outbound")?
 * Names compare without case. */
bool nt_field_lists(struct nt_span body, struct nt_span word);

#endif /* NT_FIELD_H */
