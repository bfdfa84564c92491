/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_policy/np_words.h"

#include <stdlib.h>

#include "nat_policy/np_mem.h"

/* More than the longest conditions can be */
#define ASKS_TEXT 2048

const char *np_place_kind(const struct nt_place *place)
{
	static const char *const kinds[] = {[NT_PLACE_LAN] = "lan",
			[NT_PLACE_SITE] = "site",
			[NT_PLACE_GATEWAY] = "gateway"};

	return kinds[place->kind];
}

const char *np_rule_nat(const struct nt_policy_rule *rule)
{
	return rule->force == NT_FORCE_NAT	   ? "force"
		   : rule->force == NT_FORCE_NEVER ? "never"
										   : "-";
}

char *np_rule_asks(
		const struct nt_policy *policy, const struct nt_policy_rule *rule)
{
	char *text = np_get(ASKS_TEXT);

	nt_rule_conditions_print(text, ASKS_TEXT, policy, rule);
	return text;
}

char *np_rule_text(
		const struct nt_policy *policy, const struct nt_policy_rule *rule)
{
	char *text = np_get(ASKS_TEXT + NT_RULE_TEXT + 2);
	size_t n = nt_rule_print(text, NT_RULE_TEXT, rule);

	if(rule == NULL)
		return text;
	text[n++] = ':';
	text[n++] = ' ';
	nt_rule_conditions_print(text + n, ASKS_TEXT, policy, rule);
	return text;
}

/* Bits of the host part if a range is exactly one network, else -1 */
static int host_bits(const struct nt_range *r)
{
	uint64_t hi = r->lo.hi ^ r->hi.hi, lo = r->lo.lo ^ r->hi.lo;
	int bits = hi != 0	 ? 128 - __builtin_clzll(hi)
			   : lo != 0 ? 64 - __builtin_clzll(lo)
						 : 0;
	uint64_t low = bits >= 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
	uint64_t high = bits <= 64	 ? 0
					: bits < 128 ? ((uint64_t)1 << (bits - 64)) - 1
								 : UINT64_MAX;

	if(lo != low || hi != high || (r->lo.lo & low) != 0
			|| (r->lo.hi & high) != 0)
		return -1;
	return bits;
}

void np_range_print(char buf[NP_RANGE_TEXT], const struct nt_range *r)
{
	int bits = host_bits(r), width = r->lo.family == NT_FAMILY_IPV4 ? 32 : 128;
	char to[NT_ADDR_TEXT];
	size_t n = nt_addr_print(buf, NT_ADDR_TEXT, &r->lo, false);

	if(bits == 0)
		return;
	if(bits > 0 && bits <= width) {
		snprintf(buf + n, NP_RANGE_TEXT - n, "/%d", width - bits);
		return;
	}
	nt_addr_print(to, sizeof(to), &r->hi, false);
	snprintf(buf + n, NP_RANGE_TEXT - n, "-%s", to);
}

void np_setting_name(char buf[NP_SETTING_NAME], int setting, char gap)
{
	const struct nt_setting_def *def = &nt_settings[setting];

	snprintf(buf, NP_SETTING_NAME, "%.*s%c%.*s", NT_SPAN_FMT(def->element), gap,
			NT_SPAN_FMT(def->attribute));
	for(char *c = buf; gap == '_' && *c != '\0'; c++)
		*c = *c == '-' ? '_' : *c;
}

void np_setting_text(char buf[NT_SETTING_TEXT],
		const struct nt_profile *profile, int setting)
{
	nt_setting_print(buf, NT_SETTING_TEXT, (enum nt_setting)setting,
			profile->value[setting]);
}

void np_settings_json(
		struct np_json *j, const char *name, const struct nt_profile *profile)
{
	char key[NP_SETTING_NAME], text[NT_SETTING_TEXT];

	np_json_object(j, name);
	for(int i = 0; i < NT_SETTING_COUNT; i++) {
		np_setting_name(key, i, '_');
		np_setting_text(text, profile, i);
		np_json_word(j, key, text);
	}
	np_json_object_end(j);
}
