/* SPDX-License-Identifier: GPL-2.0-or-later */
/** What a profile wants done to a message that was judged. One decision, for
 * the module, its trial of a policy and the offline tool. Pure; cannot fail. */
#ifndef NT_REPAIR_H
#define NT_REPAIR_H

#include "nt/nt_profile.h"

/** One bit each; the names are what operators read */
enum nt_repair
{
	NT_REPAIR_RPORT = 0x1,	   /**< "rport" */
	NT_REPAIR_REWRITTEN = 0x2, /**< "contact" */
	NT_REPAIR_RECEIVED = 0x4,  /**< "received" */
	NT_REPAIR_ALIAS = 0x8,	   /**< "alias" */
	NT_REPAIR_FS_PATH = 0x10   /**< "fs-path" */
};

/** What kind of message it is */
struct nt_kind
{
	bool request;
	bool registering; /**< a REGISTER */
	bool target;	  /**< its Contact is where later requests go */
};

/** What the profile says of the Contact of a NATed sender */
enum nt_contact_mode nt_repair_contact(
		const struct nt_profile *profile, struct nt_kind kind);

/** @return bits of enum nt_repair */
uint32_t nt_repairs_wanted(const struct nt_profile *profile,
		enum nt_class class, struct nt_kind kind);

/** Enough for all of them, with NUL */
#define NT_REPAIRS_TEXT 64

/** "rport contact"; "nothing" for no bit.
 * @return @p buf */
const char *nt_repairs_print(char buf[NT_REPAIRS_TEXT], uint32_t repairs);

#endif /* NT_REPAIR_H */
