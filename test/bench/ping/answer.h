/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include <stddef.h>

/** The shortest 200 to a request: Via, From, To with a tag, Call-ID, CSeq and
 * Content-Length.
 * @return its length; 0: that was no request, or it does not fit */
size_t answer_make(char *buf, size_t size, const char *request, size_t len);

#endif /* BENCH_ANSWER_H */
