/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nt/nt_repair.h"

#include <stdio.h>

enum nt_contact_mode nt_repair_contact(
		const struct nt_profile *profile, struct nt_kind kind)
{
	enum nt_setting setting = NT_SET_CONTACT_REPLIES;

	if(kind.registering)
		setting = NT_SET_CONTACT_REGISTER;
	else if(!kind.target)
		return NT_CONTACT_KEEP;
	else if(kind.request)
		setting = NT_SET_CONTACT_REQUESTS;
	return (enum nt_contact_mode)profile->value[setting];
}

uint32_t nt_repairs_wanted(const struct nt_profile *profile,
		enum nt_class class, struct nt_kind kind)
{
	static const uint32_t of_mode[] = {[NT_CONTACT_KEEP] = 0,
			[NT_CONTACT_REWRITE] = NT_REPAIR_REWRITTEN,
			[NT_CONTACT_RECEIVED] = NT_REPAIR_RECEIVED,
			[NT_CONTACT_ALIAS] = NT_REPAIR_ALIAS,
			[NT_CONTACT_FS_PATH] = NT_REPAIR_FS_PATH};
	bool nat = nt_class_is_nat(class);
	uint32_t rport = profile->value[NT_SET_RPORT];
	uint32_t want = nat ? of_mode[nt_repair_contact(profile, kind)] : 0;

	if(kind.request
			&& (rport == NT_RPORT_ALWAYS || (nat && rport == NT_RPORT_NAT)))
		want |= NT_REPAIR_RPORT;
	return want;
}

const char *nt_repairs_print(char buf[NT_REPAIRS_TEXT], uint32_t repairs)
{
	static const struct
	{
		uint32_t bit;
		const char *name;
	} words[] = {{NT_REPAIR_RPORT, "rport"}, {NT_REPAIR_REWRITTEN, "contact"},
			{NT_REPAIR_RECEIVED, "received"}, {NT_REPAIR_ALIAS, "alias"},
			{NT_REPAIR_FS_PATH, "fs-path"}};
	size_t n = 0;

	snprintf(buf, NT_REPAIRS_TEXT, "nothing");
	for(size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if(repairs & words[i].bit)
			n += (size_t)snprintf(buf + n, NT_REPAIRS_TEXT - n, "%s%s",
					n > 0 ? " " : "", words[i].name);
	}
	return buf;
}
