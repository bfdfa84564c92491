/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * What is done with a sender: a profile is one value for each setting.
 *
 * All settings stand in one table: the policy file's reader, the printers, the
 * schema and the manual are checked against it. Some settings are read by
 * modules that come later in a message's life (nat_ping, nat_media); here they
 * are data.
 *
 * Pure; no allocation; nothing here can fail but reading text.
 */
#ifndef NT_PROFILE_H
#define NT_PROFILE_H

#include "nt/nt_detect.h"

/** Names of profiles, rules and places: letters, digits, ".", "-", "_" */
#define NT_NAME_TEXT 32

enum nt_setting
{
	NT_SET_SIGNS = 0,
	NT_SET_VERDICT,
	NT_SET_REGISTER_SIGNS,
	NT_SET_REGISTER_VERDICT,
	NT_SET_CONTACT_REQUESTS,
	NT_SET_CONTACT_REPLIES,
	NT_SET_CONTACT_REGISTER,
	NT_SET_RPORT,
	NT_SET_PATH,
	NT_SET_EXPIRES_MAX,
	NT_SET_EXPIRES_TRANSPORTS,
	NT_SET_EXPIRES_JITTER,
	NT_SET_EXPIRES_UPSTREAM,
	NT_SET_KEEPALIVE_WHO,
	NT_SET_KEEPALIVE_METHOD,
	NT_SET_KEEPALIVE_UDP,
	NT_SET_KEEPALIVE_TCP,
	NT_SET_KEEPALIVE_MISSES,
	NT_SET_KEEPALIVE_ADAPTIVE,
	NT_SET_KEEPALIVE_DOWN,
	NT_SET_KEEPALIVE_IGNORE,
	NT_SET_MEDIA_RELAY,
	NT_SET_MEDIA_SAME_NAT,
	NT_SET_MEDIA_STRICT_SOURCE,
	NT_SET_MEDIA_TOS,
	NT_SET_MEDIA_RELAY_FAIL,
	NT_SETTING_COUNT
};

/** What is done to the Contact of a NATed sender */
enum nt_contact_mode
{
	NT_CONTACT_KEEP = 0,
	NT_CONTACT_REWRITE = 1,	 /**< its host and port become the source */
	NT_CONTACT_RECEIVED = 2, /**< kept; the registrar is told the source */
	NT_CONTACT_ALIAS = 3,	 /**< a sealed token beside it tells the way */
	NT_CONTACT_FS_PATH = 4	 /**< the source beside it, as FreeSWITCH has it */
};

enum nt_rport_mode
{
	NT_RPORT_NEVER = 0,
	NT_RPORT_NAT = 1, /**< where the verdict says NAT */
	NT_RPORT_ALWAYS = 2
};

/** Whether requests to a registered client come back through us */
enum nt_path_mode
{
	NT_PATH_NEVER = 0,
	NT_PATH_AUTO = 1, /**< NATed clients that know of Path, and outbound */
	NT_PATH_ALWAYS = 2
};

/** Whose flow is kept open */
enum nt_keep_who
{
	NT_KEEP_NONE = 0,
	NT_KEEP_NAT = 1,
	NT_KEEP_NAT_UDP = 2,
	NT_KEEP_ALL = 3
};

enum nt_setting_kind
{
	NT_KIND_CHOICE = 0,
	NT_KIND_NUMBER = 1,
	NT_KIND_SIGNS = 2,
	NT_KIND_TRANSPORTS = 3, /**< 1 << enum nt_transport */
	NT_KIND_CODES = 4		/**< of nt_codes.h */
};

struct nt_choice
{
	struct nt_span name; /**< NULL: end of the table */
	uint32_t value;
};

struct nt_setting_def
{
	struct nt_span element, attribute; /**< where the file says it */
	enum nt_setting_kind kind;
	const struct nt_choice *choices; /**< of NT_KIND_CHOICE */
	uint32_t min, max;				 /**< of NT_KIND_NUMBER */
	uint32_t value;					 /**< the default */
	const char *allowed;			 /**< for people */
	const char *user;				 /**< the module that acts on it */
};

extern const struct nt_setting_def nt_settings[NT_SETTING_COUNT];

struct nt_profile
{
	char name[NT_NAME_TEXT];
	uint32_t line; /**< where it is defined; 0: ready-made */
	uint32_t value[NT_SETTING_COUNT];
};

/** All settings at their defaults, named "default" */
void nt_profile_default(struct nt_profile *profile);

/** The ready-made profiles: what operators know from elsewhere. Number 0 is
 * "default".
 * @return false when there is no such number */
bool nt_profile_ready(struct nt_profile *profile, size_t number);

/** One sentence: where it comes from; NULL as above */
const char *nt_profile_ready_about(size_t number);

/** @return the setting that "element attribute" of a file means, or -1 */
int nt_setting_find(struct nt_span element, struct nt_span attribute);

/** Read a value.
 * @return 0, or EINVAL */
int nt_setting_parse(
		uint32_t *value, enum nt_setting setting, struct nt_span text);

#define NT_SETTING_TEXT NT_SIGNS_TEXT

/** Print a value as the file would say it.
 * @return the length, or 0 if @p size is too small */
size_t nt_setting_print(
		char *buf, size_t size, enum nt_setting setting, uint32_t value);

/** Transports as a list of names: "udp tcp" to 1 << NT_TRANSPORT_UDP | ...
 * @return 0, or EINVAL */
int nt_transports_parse(uint32_t *transports, struct nt_span list);

/** How a profile judges a REGISTER, or anything else */
static inline struct nt_stance nt_profile_stance(
		const struct nt_profile *p, bool registering)
{
	enum nt_setting signs = registering ? NT_SET_REGISTER_SIGNS : NT_SET_SIGNS;
	enum nt_setting verdict =
			registering ? NT_SET_REGISTER_VERDICT : NT_SET_VERDICT;

	return (struct nt_stance){.signs = p->value[signs],
			.strictness = (enum nt_strictness)p->value[verdict]};
}

/** Is it a name? 1 to NT_NAME_TEXT - 1 bytes */
bool nt_is_name(struct nt_span text);

#endif /* NT_PROFILE_H */
