/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * Writes one JSON document (RFC 8259), value by value.
 *
 * What comes out is ASCII, so it is valid UTF-8 whatever bytes go in: control
 * bytes and bytes beyond ASCII are written as \u00XX, one for each byte.
 * Commas, quotes and line ends are put here; that objects and lists are closed,
 * and that each value of an object has a name, is the caller's part.
 */
#ifndef NP_JSON_H
#define NP_JSON_H

#include <stdint.h>
#include <stdio.h>

#include "nt/nt_span.h"

struct np_json
{
	FILE *file; /**< borrow */
	unsigned depth;
	bool follows; /**< something stands before the next value in its place */
};

/** @p name: of the value in the object that is open; NULL in a list, and for
 * the document itself */
void np_json_object(struct np_json *j, const char *name);
void np_json_object_end(struct np_json *j);
void np_json_list(struct np_json *j, const char *name);
void np_json_list_end(struct np_json *j);
void np_json_text(struct np_json *j, const char *name, struct nt_span value);
void np_json_word(struct np_json *j, const char *name, const char *value);
void np_json_number(struct np_json *j, const char *name, uint64_t value);
void np_json_flag(struct np_json *j, const char *name, bool value);
void np_json_null(struct np_json *j, const char *name);

#endif /* NP_JSON_H */
