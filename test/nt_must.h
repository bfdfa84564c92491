/* SPDX-License-Identifier: GPL-2.0-or-later */
/** For tests and fuzz targets: what does not hold ends the program, with its
 * place and its words. */
#ifndef NT_MUST_H
#define NT_MUST_H

#include <stdio.h>
#include <stdlib.h>

#define NT_MUST(condition)                                             \
	do {                                                               \
		if(!(condition)) {                                             \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, \
					#condition);                                       \
			abort();                                                   \
		}                                                              \
	} while(0)

#endif /* NT_MUST_H */
