/* SPDX-License-Identifier: GPL-2.0-or-later */
/** One message read twice: by the module inside Kamailio, and by lib/nt alone
 */
#ifndef SIP_SAME_H
#define SIP_SAME_H

#include "core/core_env.h"

enum sip_same
{
	SIP_SAME_REFUSED, /* both do not judge it */
	SIP_SAME_JUDGED,  /* both do, and all that they found is the same */
	SIP_DIFFERS
};

/** Compare evidence field by field, the verdict under the module's current
 * parameters, whose message it is, and what it is.
 * @return SIP_DIFFERS with a text in @p why */
enum sip_same sip_same(char *why, size_t size, const char *bytes, size_t len,
		const struct core_path *path);

#endif /* SIP_SAME_H */
