/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What the tool says: lines for people, or one JSON document, never both.
 *
 * A line is made printable as a whole: whatever bytes a policy or a message
 * brought, they cannot begin a line of their own nor move a cursor.
 */
#ifndef NP_OUT_H
#define NP_OUT_H

#include "nat_policy/np_json.h"

/** Exit status */
enum np_status
{
	NP_FINE = 0,	/**< no fault, no difference */
	NP_FOUND = 1,	/**< faults, or differences */
	NP_UNUSABLE = 2 /**< wrong usage, or something could not be read */
};

struct np_out
{
	bool json; /**< as asked for */
	struct np_json j;
};

/** A line to standard output, made printable */
void __attribute__((format(printf, 1, 2))) np_line(const char *format, ...);

/** The same to standard error */
void __attribute__((format(printf, 1, 2))) np_complain(const char *format, ...);

/** Why nothing came of it: to standard error, or as the document.
 * @return NP_UNUSABLE */
int __attribute__((format(printf, 2, 3)))
np_fail(struct np_out *out, const char *format, ...);

/** Begin and end of the JSON document; nothing happens without --json.
 * @return @p status */
void np_begin(struct np_out *out, const char *command);
int np_end(struct np_out *out, int status);

/** A copy that ends with NUL and has no NUL before: others become "?", what is
 * too long ends in "..." */
const char *np_shown(char *buf, size_t size, struct nt_span text);

#endif /* NP_OUT_H */
