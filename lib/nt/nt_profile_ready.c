/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ready-made profiles. Each is what a well-known system does, said in our
 * settings; port signs mean UDP only here, wherever they come from. */
#include "nt/nt_profile.h"

#define ON (1u << 31) /* no setting has this value */
#define SAID(value) ((uint32_t)(value) | ON)

struct ready
{
	const char *name, *about;
	uint32_t said[NT_SETTING_COUNT]; /* 0: as in "default" */
};

/* clang-format off */
#define JUDGE(signs, verdict) \
	[NT_SET_SIGNS] = SAID(signs), [NT_SET_VERDICT] = SAID(verdict), \
	[NT_SET_REGISTER_SIGNS] = SAID(signs), [NT_SET_REGISTER_VERDICT] = SAID(verdict)
static const struct ready profiles[] = {
	{"default", "NATed is who claims a private address from a public source, shows two traces of an ALG, or can be reached on its connection only", {0}},
	{"connexcs", "ConnexCS far-end NAT: private Contact, private Via, Via or Contact not the source", {
		JUDGE(NT_SIGN_CONTACT_PRIVATE | NT_SIGN_VIA_PRIVATE | NT_SIGN_VIA_ADDR | NT_SIGN_VIA_PORT | NT_SIGN_CONTACT_ADDR,
			NT_STRICT_SIGN)}},
	{"communigate", "CommuniGate Pro: the claimed address is in the NATed list and the source is not; pings NATed clients, relays their media", {
		JUDGE(NT_SIGN_CONTACT_PRIVATE | NT_SIGN_VIA_PRIVATE, NT_STRICT_PRIVATE),
		[NT_SET_EXPIRES_MAX] = SAID(600)}},
	{"freeswitch-nat-acl", "FreeSWITCH apply-nat-acl: claimed address in the list and source in none; for a REGISTER the Contact alone decides", {
		[NT_SET_SIGNS] = SAID(NT_SIGN_CONTACT_PRIVATE | NT_SIGN_VIA_PRIVATE),
		[NT_SET_VERDICT] = SAID(NT_STRICT_PRIVATE),
		[NT_SET_REGISTER_SIGNS] = SAID(NT_SIGN_CONTACT_PRIVATE),
		[NT_SET_REGISTER_VERDICT] = SAID(NT_STRICT_SIGN)}},
	{"asterisk", "Asterisk rewrite_contact=yes, force_rport=yes, rtp_symmetric=yes: everybody is answered at the source", {
		JUDGE(NT_SIGN_ALL, NT_STRICT_ALWAYS), [NT_SET_RPORT] = SAID(NT_RPORT_ALWAYS),
		[NT_SET_CONTACT_REQUESTS] = SAID(NT_CONTACT_REWRITE), [NT_SET_CONTACT_REPLIES] = SAID(NT_CONTACT_REWRITE),
		[NT_SET_CONTACT_REGISTER] = SAID(NT_CONTACT_REWRITE), [NT_SET_MEDIA_RELAY] = SAID(2)}},
	{"opensips", "OpenSIPS nat_uac_test(\"diff-ip-src-via,private-via,private-contact,diff-port-src-via\") and fix_nated_contact(), as in its residential script", {
		JUDGE(NT_SIGN_CONTACT_PRIVATE | NT_SIGN_VIA_PRIVATE | NT_SIGN_VIA_ADDR | NT_SIGN_VIA_PORT, NT_STRICT_SIGN),
		[NT_SET_CONTACT_REQUESTS] = SAID(NT_CONTACT_REWRITE), [NT_SET_CONTACT_REPLIES] = SAID(NT_CONTACT_REWRITE)}},
	{"aggressive", "FreeSWITCH aggressive-nat-detection: a received in the Via, or a Via that is not the source; finds NATs that are none", {
		JUDGE(NT_SIGN_TAMPERED | NT_SIGN_VIA_ADDR | NT_SIGN_VIA_PORT, NT_STRICT_SIGN)}},
};
/* clang-format on */

#define COUNT (sizeof(profiles) / sizeof(profiles[0]))

static void set_name(struct nt_profile *profile, const char *name)
{
	size_t len = strlen(name);

	memset(profile->name, 0, sizeof(profile->name));
	memcpy(profile->name, name, len);
}

void nt_profile_default(struct nt_profile *profile)
{
	set_name(profile, "default");
	profile->line = 0;
	for(int i = 0; i < NT_SETTING_COUNT; i++)
		profile->value[i] = nt_settings[i].value;
}

bool nt_profile_ready(struct nt_profile *profile, size_t number)
{
	if(number >= COUNT)
		return false;
	nt_profile_default(profile);
	set_name(profile, profiles[number].name);
	for(int i = 0; i < NT_SETTING_COUNT; i++) {
		if(profiles[number].said[i] & ON)
			profile->value[i] = profiles[number].said[i] & ~ON;
	}
	return true;
}

const char *nt_profile_ready_about(size_t number)
{
	return number < COUNT ? profiles[number].about : NULL;
}
