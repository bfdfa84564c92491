/* SPDX-License-Identifier: GPL-2.0-or-later */
/** Parts of a policy in words. */
#ifndef NP_WORDS_H
#define NP_WORDS_H

#include "nat_policy/np_out.h"
#include "nt/nt_policy.h"

/** "lan", "site", "gateway" */
const char *np_place_kind(const struct nt_place *place);

/** What a rule says besides its profile: "force", "never" or "-" */
const char *np_rule_nat(const struct nt_policy_rule *rule);

/** 'line 12 (name): domain="acme.example"'; also of NULL. To be freed. */
char *np_rule_text(
		const struct nt_policy *policy, const struct nt_policy_rule *rule);

/** What it asks for alone. To be freed. */
char *np_rule_asks(
		const struct nt_policy *policy, const struct nt_policy_rule *rule);

/** An address, a network, or two addresses with "-" */
#define NP_RANGE_TEXT (2 * NT_ADDR_TEXT + 2)
void np_range_print(char buf[NP_RANGE_TEXT], const struct nt_range *range);

/** The name of a setting, "keepalive udp" with @p gap ' '; "-" becomes "_" with
 * the gap '_' */
#define NP_SETTING_NAME 64
void np_setting_name(char buf[NP_SETTING_NAME], int setting, char gap);

/** Value of a setting of a profile */
void np_setting_text(char buf[NT_SETTING_TEXT],
		const struct nt_profile *profile, int setting);

/** All settings of a profile as an object, names as in nat_edge.policy_show */
void np_settings_json(
		struct np_json *j, const char *name, const struct nt_profile *profile);

#endif /* NP_WORDS_H */
